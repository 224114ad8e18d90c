"""Each guard of the database is needed: taken away, what it refuses goes through; put back, it is refused again."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from psycopg2 import errors, sql
from pytest_django import DjangoDbBlocker

from approvals import clearing, joint, outside
from approvals import recorded as otherwise
from approvals.acts import open_round
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, made_up
from approvals.demo.people import make_people
from approvals.models import (
    Advice,
    AdviceRequest,
    Clearance,
    JointConfirmation,
    JointDecision,
    Notice,
    ObjectionAnswer,
    OutsideAnswer,
    OutsideRequest,
    OutsideVisit,
    Override,
    RecordedDecision,
    RecordedWord,
    Rescission,
    Round,
    Signature,
)
from approvals.numbers import take_number
from approvals.workflow import perform
from decisions import deciders, history
from decisions.models import (
    AttachmentCheck,
    AttachmentContent,
    Comment,
    Contributor,
    Counter,
    Decider,
    Decision,
    FinancialLine,
    FundingGrant,
    Grant,
    JointDecider,
    KeptText,
    MovedWords,
    Paragraph,
    Part2Acts,
    Part2FileContent,
    Pen,
    Publication,
    PublicationAttachment,
    PublicationBody,
    Recommendation,
    RescindedPublication,
    Revision,
    RevisionText,
    Scheme,
    SchemeParagraph,
    Series,
    Snapshot,
    UnobtainedAdvice,
    Version,
)
from decisions.moved import MOVED
from decisions.snapshot import canonical, load, snapshot_bytes
from pcd.people.models import Absence, Holding, Office, Role
from pcd.people.models import Change as ChangeOfTwo
from tests import mutants, rig
from tests.attached import TABLE, attach, seal
from tests.databases import FreshDatabase
from tests.mutants import (
    Change,
    accepted,
    changed,
    tried,
    without_fault,
    without_trigger,
    without_unique,
    without_words,
)
from tests.test_races import add_money, attach_a_file, change_while_submitting
from tests.test_route_guards import signature

#: On which the others decided.
DAY = date(2026, 11, 3)


LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
#: What an advice by hand says that it is on.
TEXT = {"summary": "x"}


@dataclass(frozen=True)
class Stage(mutants.Stage):
    """One with the publication of one of its papers, which is not published."""

    published: Publication


@pytest.fixture(scope="module")
def stage(cluster: rig.Cluster, worker: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    with (
        FreshDatabase.cloned(cluster, f"{cluster.prefix}_{worker}_guards") as database,
        django_db_blocker.unblock(),
    ):
        people = make_people(rig.PASSWORD)
        second = Office.objects.get(role="chief_executive")
        for name in (
            "commercial",
            "head",
        ):  # a second chief executive, and one who is head of service as well
            Holding.objects.create(office=second, person=people[name])
        papers = {
            station: walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, station)
            for station in ("draft", "with_chief_executive", "with_decision_maker", "decided", "cleared")
        }
        deferred = made_up(2, "A site", deferred_until_days=9, deferral_reason="Negotiations.")
        papers["deferred"] = walk.bring(walk.draft(deferred, people), people, "cleared")
        again = walk.bring(walk.draft(made_up(3, "Boats"), people), people, "with_head_of_service")
        perform(again.pk, "return_for_amendment", by=people["head"], reason="Say more.")
        papers["again"] = walk.bring(load(again.pk), people, "with_head_of_service")
        written = walk.draft(made_up(4, "Lockers"), people)
        Contributor.objects.create(version=written, person=people["chief"])
        papers["written"] = walk.bring(written, people, "with_chief_executive")
        papers["brought"] = walk.draft(made_up(5, "Kennels", part2=CUSTODY), people)
        attach(papers["brought"], people["officer"])
        papers["unchecked"] = walk.draft(made_up(8, "Lease"), people)
        attach(papers["unchecked"], people["officer"], b"lease", "pdf", as_it_is=True)
        attached = walk.draft(made_up(6, "Stables", part2=CUSTODY), people)
        attach(attached, people["officer"])
        seal(attached.part2_papers.get(), "Prices")
        papers["attached"] = walk.bring(load(attached.pk), people, "cleared")
        Holding.objects.create(office=Office.objects.get(key="mayor"), person=people["auditor"])
        for name, least, number, station in (
            ("chiefs", "chief_executive", 0, "in_advice"),
            ("delegated", "delegated_officer", -3, "with_decision_maker"),
        ):
            papers[name] = walk.draft(made_up(number, "Kettles"), people)
            walk.name_decider(papers[name], Decider(least))
            papers[name] = walk.bring(load(papers[name].pk), people, station)
        papers |= {name: decided_jointly(name, people) for name in ("jointly", "unrecorded", "confirmed")}
        team = Office.objects.get(role="governance")
        for name in ("officer", "head"):  # who wrote them, and who signed them
            Holding.objects.create(office=team, person=people[name])
        with transaction.atomic():
            walk.publish(papers["cleared"], people)
            published = Publication.objects.select_related("body").get()
            transaction.set_rollback(True)
        yield Stage(database, people, papers, published)


def decided_jointly(name: str, people: walk.People) -> Version:
    """A paper that is decided here; what others decided is recorded but where it is `unrecorded`, or confirmed too."""
    version = walk.draft(made_up(7, "Boathouse"), people)
    JointDecider.objects.create(version=version, position=1, body="Fenmoor", office="The Commissioner")
    version = walk.bring(load(version.pk), people, "decided")
    if name == "confirmed":
        walk.decide_jointly(version, people, on=DAY)
    elif name == "jointly":
        joint.record(
            version,
            version.joint_deciders.get(),
            decided_on=DAY,
            reference="",
            copy=b"x",
            by=people["governance2"],
        )
    return load(version.pk)


# What each guard is there to refuse.


def state(station: str, to: str) -> Callable[[Stage], Any]:
    """Move a paper by hand."""
    return lambda stage: Version.objects.filter(pk=stage.papers[station].pk).update(state=to)


def submitted(station: str) -> Callable[[Stage], Any]:
    """Submit a paper by hand, with its number and its round."""

    def act(stage: Stage) -> None:
        paper = load(stage.papers[station].pk)
        take_number(paper.decision)
        Round.objects.create(
            version=paper, number=1, snapshot=snapshot_of(load(paper.pk)), opened_by=stage.people["officer"]
        )
        state(station, "with_head_of_service")(stage)

    return act


def signed(station: str, person: str, office: str, **changes: Any) -> Callable[[Stage], Any]:
    """Forge a signature."""
    return lambda stage: signature(stage.papers[station], stage.people[person], office, **changes)()


def signed_twice(station: str, first: tuple[str, str], second: tuple[str, str]) -> Callable[[Stage], Any]:
    """Sign, and sign again in the same round."""

    def act(stage: Stage) -> None:
        for person, office in (first, second):
            signature(stage.papers[station], stage.people[person], office)()

    return act


def signed_in_the_closed_round(stage: Stage) -> None:
    """Sign what was returned."""
    version = stage.papers["again"]
    old = version.rounds.get(number=1)
    signature(
        version, stage.people["head"], "head_of_service", round=old, digest=bytes(old.snapshot.digest),
        held=Office.objects.get(key="cfo"),
    )()  # fmt: skip


def signed_by_the_adviser(stage: Stage) -> None:
    """Sign, in an office that they hold as well, a paper on which they advised."""
    Holding.objects.create(office=Office.objects.get(role="chief_executive"), person=stage.people["finance"])
    signed("with_chief_executive", "finance", CHIEF)(stage)


def away(stage: Stage) -> Absence:
    """Let the chief executive be away."""
    chief = stage.people["chief"]
    return Absence.objects.create(person=chief, recorded_by=chief, until=timezone.now() + timedelta(days=1))


def signed_while_away(stage: Stage) -> None:
    """Sign as chief executive who is away."""
    away(stage)
    signed("with_chief_executive", "chief", CHIEF)(stage)


def absence_made_longer(stage: Stage) -> None:
    """Stay away longer than was said."""
    Absence.objects.filter(pk=away(stage).pk).update(until=timezone.now() + timedelta(days=9))


def delegated_in_a_loop(stage: Stage) -> None:
    """Let the chief executive sign for the deputy, who signs for the chief executive."""
    strategy = (
        Holding.objects.own().exclude(office__role="chief_executive").get(person=stage.people["deputy"])
    )
    Holding.objects.create(
        office=strategy.office, person=stage.people["chief"], capacity="delegate", authority="4.1",
        until=timezone.now() + timedelta(days=1),
    )  # fmt: skip


def overridden_alone(stage: Stage) -> None:
    """Agree oneself to act in two parts."""
    current = open_round(stage.papers["written"])
    assert current is not None
    Override.objects.create(
        round=current, office="chief_executive", person=stage.people["chief"], reason="x",
        consented_by=stage.people["chief"],
    )  # fmt: skip


def proposed(by: str, person: str = "officer2") -> Callable[[Stage], Any]:
    """Propose that somebody holds an office."""

    def act(stage: Stage) -> ChangeOfTwo:
        office, people = Office.objects.filter(role="auditor").get(), stage.people
        return ChangeOfTwo.objects.create(
            kind="appointment", about=str(office.pk), person=people[person], proposed_by=people[by]
        )

    return act


def agreed(*, proposed_by: str = "admin", person: str = "officer2", by: str) -> Callable[[Stage], Any]:
    """Propose that somebody holds an office, and agree to it."""

    def act(stage: Stage) -> None:
        row = proposed(proposed_by, person)(stage)
        agrees = {"decided_by": stage.people[by], "decided_at": Now(), "agrees": True}
        ChangeOfTwo.objects.filter(pk=row.pk).update(**agrees)

    return act


def rescinded(signer: str = "dmpc", *, promoted: bool = False, **changes: Any) -> Callable[[Stage], Any]:
    """Rescind by hand what is decided; the signer may be `promoted` to the office."""

    def act(stage: Stage) -> None:
        row = rescission(stage.papers["decided"], stage.people)
        if promoted:
            Holding.objects.create(office=row.held, person=stage.people[signer])
        person = stage.people[signer]
        for name, value in {"signer": person, "name": person.full_name, **changes}.items():
            setattr(row, name, value)
        row.save(force_insert=True)

    return act


def rescission(version: Version, people: walk.People) -> Rescission:
    """What the decision maker would sign to rescind what they signed, not saved."""
    current = open_round(version)
    assert current is not None
    signed = current.signatures.get(office="decision_maker")
    acts = canonical(
        {"reason": "x", "rescinded_on": "2026-11-03", "decided": bytes(signed.acts_digest).hex()}
    )
    return Rescission(
        version=version, reason="x", signer=people["dmpc"], held=signed.held, name=people["dmpc"].full_name,
        office_title=signed.held.title, capacity="in_office", digest=bytes(signed.digest), acts=acts,
        acts_digest=hashlib.sha256(acts).digest(),
    )  # fmt: skip


def rescinded_before_it_is_decided(stage: Stage) -> None:
    """Rescind what is signed and not decided yet."""
    signed("with_decision_maker", "dmpc", DMPC)(stage)
    rescission(stage.papers["with_decision_maker"], stage.people).save(force_insert=True)


def told_otherwise(stage: Stage) -> None:
    """Tell the public another reason than was signed."""
    version = stage.papers["cleared"]
    walk.publish(version, stage.people)
    RescindedPublication.objects.create(publication_id=version.pk, reason="Another.", rescinded_on=DAY)


def closed_after_the_rescission(stage: Stage) -> None:
    """Close the round of what was rescinded."""
    version = stage.papers["decided"]
    walk.rescind(version, stage.people)
    Round.objects.filter(version=version).update(closed_at=Now(), return_reason="x")


def published(station: str, **changes: Any) -> Callable[[Stage], Any]:
    """Publish by hand, as if everything were in order."""

    def act(stage: Stage) -> None:
        version, copy = stage.papers[station], Publication.objects.model()
        current = open_round(version)
        assert current is not None
        decided = current.signatures.filter(office="decision_maker").first()
        for column in Publication._meta.concrete_fields:
            if not column.generated:
                setattr(copy, column.attname, getattr(stage.published, column.attname))
        copy.pk, copy.number, copy.key = version.pk, version.decision.number or 0, version.decision.key
        copy.snapshot_digest = bytes(current.snapshot.digest)
        copy.acts_digest = bytes(decided.acts_digest) if decided else b""
        for name, value in changes.items():
            setattr(copy, name, value)
        copy.save(force_insert=True)

    return act


def published_with_another_body(stage: Stage) -> None:
    """Publish what was signed, with the body of something else."""
    published("cleared")(stage)
    content = b'{"snapshot_digest":"","acts_digest":""}'
    PublicationBody.objects.create(
        publication_id=stage.papers["cleared"].pk, content=content, digest=hashlib.sha256(content).digest()
    )


def begun_as_decided(stage: Stage) -> None:
    """Begin a version that is decided already."""
    paper = stage.papers["draft"]
    Version.objects.create(
        decision=paper.decision, number=2, edition=paper.edition, state="decided", working_title="x",
        drafting_officer=stage.people["officer"],
    )  # fmt: skip


def snapshot_of(paper: Version, **changes: Any) -> Snapshot:
    content = snapshot_bytes(paper)
    values = {"content": content, "digest": hashlib.sha256(content).digest(), "taken_at": Now(), **changes}
    return Snapshot.objects.create(version=paper, **values)


def objection(stage: Stage, **changes: Any) -> Advice:
    """Let an adviser say after the submission that they are not content."""
    version, adviser = stage.papers["with_chief_executive"], stage.people["equality"]
    asked = AdviceRequest.objects.create(
        version=version, area="equality", adviser=adviser, asked_by=stage.people["officer"]
    )
    return Advice.objects.create(
        request=asked, adviser=adviser, outcome="not_content", covers=TEXT, **changes
    )


def signed_over_an_objection(**changes: Any) -> Callable[[Stage], Any]:
    """Sign while it waits for an answer."""

    def act(stage: Stage) -> None:
        objection(stage, **changes)
        signed("with_chief_executive", "chief", CHIEF)(stage)

    return act


def answered_by_another(stage: Stage) -> None:
    """Answer an objection as somebody who does not keep the paper."""
    ObjectionAnswer.objects.create(advice=objection(stage), text="No.", by=stage.people["officer2"])


def opened_without_advice(stage: Stage) -> None:
    """Submit a paper that is not urgent with a reason in place of an advice."""
    version = stage.papers["draft"]
    UnobtainedAdvice.objects.create(version=version, area="finance", reason="there was no time")
    opened(1)(stage)


def handed_on_to_a_writer(stage: Stage) -> None:
    """Hand a request on to somebody who wrote the paper."""
    version, officer = stage.papers["draft"], stage.people["officer"]
    had = AdviceRequest.objects.create(
        version=version, area="legal", adviser=stage.people["legal"], asked_by=officer
    )
    AdviceRequest.objects.create(
        version=version, area="legal", adviser=officer, asked_by=officer, handed_from=had
    )


def answered_from_outside(asked: OutsideRequest, stage: Stage) -> None:
    """Answer a link to somebody outside."""
    OutsideAnswer.objects.create(request=asked, outcome="content")


def ended_outside(asked: OutsideRequest, stage: Stage) -> None:
    """End a link to somebody outside."""
    outside.end(asked, stage.people["officer"])


def renewed_by_another(asked: OutsideRequest, stage: Stage) -> None:
    """Make a new code for a link that somebody else has asked by."""
    outside.renew(asked, stage.people["legal"], "x")


def on_a_link(*acts: Callable[[OutsideRequest, Stage], None], **changes: Any) -> Callable[[Stage], Any]:
    """Ask somebody outside, who knows the code in time, but for what changes; then do this."""
    right, until = changes.get("right", True), changes.get("until", date(2999, 1, 1))

    def act(stage: Stage) -> None:
        asked = OutsideRequest.objects.create(
            version=stage.papers["with_chief_executive"], area="legal", name="A", organisation="B",
            email="a@b.example", shared=[], digest=b"x", code="x", until=until, by=stage.people["officer"],
        )  # fmt: skip
        OutsideVisit.objects.create(request=asked, right=right)
        for one in acts:
            one(asked, stage)

    return act


def opened(times: int) -> Callable[[Stage], Any]:
    """Open a round so many times."""

    def act(stage: Stage) -> None:
        paper = stage.papers["draft"]
        for number in range(1, times + 1):
            Round.objects.create(
                version=paper, number=number, snapshot=snapshot_of(paper), opened_by=stage.people["officer"]
            )

    return act


def money_added(stage: Stage) -> None:
    """Add money to what was submitted."""
    row = Recommendation.objects.filter(version=stage.papers["with_chief_executive"]).first()
    assert row is not None
    FinancialLine.objects.create(recommendation=row, position=9, kind="capital", amount=1)


def text_changed(stage: Stage) -> None:
    """Change what was submitted."""
    rows = Paragraph.objects.filter(section__version=stage.papers["with_chief_executive"])
    assert rows.update(text="Another")


def published_attachment(**changes: Any) -> Callable[[Stage], Any]:
    """Publish a file by hand with the paper that it was signed with, and something else in it."""

    def act(stage: Stage) -> None:
        published("attached")(stage)
        signed_file = stage.papers["attached"].attachments.get()
        values = {
            "file": "1-price-table.csv",
            "media_type": "text/csv",
            "content": TABLE,
            "digest": bytes(signed_file.digest),
            "size": len(TABLE),
        }
        PublicationAttachment.objects.create(
            publication_id=stage.papers["attached"].pk, **{**values, **changes}
        )

    return act


def published_without_its_file(stage: Stage) -> None:
    """Publish a paper, and leave the file behind that was signed with it."""
    published("attached")(stage)
    state("attached", "published")(stage)


def file_of(station: str) -> Callable[[Stage], Any]:
    """Return how the file of a paper is found."""
    return lambda stage: AttachmentContent.objects.filter(attachment__version=stage.papers[station])


def sealed_file_removed(stage: Stage) -> None:
    """Take the sealed bytes of a file away from what was submitted."""
    assert Part2FileContent.objects.filter(file__paper__version=stage.papers["attached"]).delete()[0]


def bytes_exchanged(stage: Stage) -> None:
    """Put other bytes under the digest that was brought."""
    file_of("brought")(stage).delete()
    AttachmentContent.objects.create(attachment=stage.papers["brought"].attachments.get(), content=b"other")


def written_by_who_does_not_write(stage: Stage) -> None:
    """Save a section as somebody who neither drafts nor was asked to write it."""
    Revision.objects.create(
        version=stage.papers["draft"],
        number=99,
        person=stage.people["head"],
        verb="edited",
        part="section:legal",
    )


def commented_after_the_decision(stage: Stage) -> None:
    """Comment on what is decided."""
    Comment.objects.create(
        version=stage.papers["decided"],
        step="comment",
        part="summary",
        text="x",
        person=stage.people["officer"],
    )


def pen_given_after_submission(stage: Stage) -> None:
    """Let an adviser write a section of what was submitted."""
    held = Holding.objects.get(office__role="legal")
    Pen.objects.create(
        version=stage.papers["with_chief_executive"],
        kind="legal",
        person=held.person,
        holding=held,
        given_by=stage.people["officer"],
    )


def kept_after_submission(stage: Stage) -> None:
    """Keep typing of what was submitted."""
    KeptText.objects.create(
        version=stage.papers["with_chief_executive"],
        person=stage.people["officer"],
        page="summary",
        sealed=b"x",
        wrapped=b"x",
        wrapped_by="x",
    )


def recorded(station: str, **changes: Any) -> Callable[[Stage], Any]:
    """Record what another body decided, by hand."""

    def act(stage: Stage) -> JointDecision:
        paper = stage.papers[station]
        decider = paper.joint_deciders.first() or JointDecider.objects.create(
            version=paper, position=1, body="Fenmoor", office="The Commissioner"
        )
        values = {"commitment": b"x" * 32, "decided_on": DAY, "by": stage.people["governance2"], **changes}
        return JointDecision.objects.create(decider=decider, version=paper, **values)

    return act


def confirmed(by: str = "governance", recorded_now: bool = False, **changes: Any) -> Callable[[Stage], Any]:
    """Confirm what was recorded, by hand; `recorded_now` without its signed copy."""

    def act(stage: Stage) -> None:
        row = recorded("unrecorded")(stage) if recorded_now else stage.papers["jointly"].joint_decisions.get()
        values = {"agrees": True, "digest": joint.said(row), "by": stage.people[by], **changes}
        JointConfirmation.objects.create(decision=row, **values)

    return act


def said_to_agree(stage: Stage) -> None:
    """Confirm that another body agreed, of a record that says that it declined."""
    row = joint.record(
        stage.papers["unrecorded"], stage.papers["unrecorded"].joint_deciders.get(), decided_on=DAY,
        reference="", copy=b"x", by=stage.people["governance2"], declined=True,
    )  # fmt: skip
    row.declined = False
    JointConfirmation.objects.create(
        decision=row, agrees=True, digest=joint.said(row), by=stage.people["governance"]
    )


def taken_back(stage: Stage) -> Version:
    """Record and confirm that another body takes its agreement back."""
    paper = stage.papers["confirmed"]
    row = joint.record(
        paper, paper.joint_deciders.get(), decided_on=DAY, reference="", copy=b"x",
        by=stage.people["governance2"], declined=True,
    )  # fmt: skip
    joint.confirm(row, agrees=True, reason="", by=stage.people["governance"])
    return paper


def agreed_before(stage: Stage) -> None:
    """Record what another body agreed to before it took that back."""
    taken_back(stage)
    recorded("confirmed", decided_on=DAY - timedelta(days=1))(stage)


def published_declined(stage: Stage) -> None:
    """Clear and publish what another body took its agreement back from, as if it had not."""
    paper, by = taken_back(stage), stage.people["governance"]
    with connection.cursor() as cursor:
        cursor.execute("select staff.cleared_digest(%s)", [paper.pk])
        [digest] = cursor.fetchone()
    Clearance.objects.create(version=paper, digest=digest, by=by)
    published("confirmed")(stage)


def taken(
    station: str = "with_decision_maker", by: str = "governance", times: int = 1, **changes: Any
) -> Callable[[Stage], Any]:
    """Record a decision that was taken at a meeting."""

    def act(stage: Stage) -> RecordedDecision:
        said = {"how": "meeting", "decided_at": timezone.now(), "present": "x", "original": "x", **changes}
        said |= {"copy": b"x", "by": stage.people[by]}
        for _ in range(times):
            row = otherwise.record(stage.papers[station], stage.people["dmpc"], b"{}", **said)
        return row

    return act


def attested(by: str = "governance2", **changes: Any) -> Callable[[Stage], Any]:
    """Record a decision that was taken at a meeting, and attest it by hand."""

    def act(stage: Stage) -> None:
        row = taken()(stage)
        values = {"agrees": True, "digest": otherwise.said(row), "by": stage.people[by], **changes}
        RecordedWord.objects.create(record=row, **values)

    return act


def published_unconfirmed(stage: Stage) -> None:
    """Clear and publish what nobody confirmed."""
    paper = stage.papers["jointly"]
    Clearance.objects.create(
        version=paper, digest=clearing.signed_digest(paper), by=stage.people["governance"]
    )
    published("jointly")(stage)


def published_as_cleared_before(stage: Stage) -> None:
    """Clear what the others had not decided, and publish it with what they decided."""
    paper = stage.papers["confirmed"]
    text, acts = (
        bytes(paper.rounds.get().snapshot.digest),
        paper.rounds.get().signatures.get(office=DMPC).acts_digest,
    )
    Clearance.objects.create(
        version=paper, digest=hashlib.sha256(text + bytes(acts)).digest(), by=stage.people["governance"]
    )
    published("confirmed")(stage)


CHIEF, HEAD, DMPC = "chief_executive", "head_of_service", "decision_maker"
#: Of a clearance's digest, what others decided.
COVERED = """ || coalesce((
        SELECT string_agg(counted.digest, ''::bytea ORDER BY counted.decider)
        FROM staff.joint_counted(version) counted), ''::bytea)"""
PARTS = [{"year": 2027, "amount": "1.00"}]


def blotted(content: str, *, written_down: bool = True) -> Callable[[Stage], Any]:
    """Put something else in the place of what a save said."""

    def act(stage: Stage) -> None:
        paper = stage.papers["draft"]
        history.record(paper, verb="edited", part="summary", by=stage.people["officer"])
        if written_down:
            MovedWords.objects.create(version=paper, person=stage.people["officer"], places=1)
        assert RevisionText.objects.filter(revision__version=paper, component="summary").update(
            content=content
        )

    return act


def list_lengthened(stage: Stage) -> None:
    """Put one more recommendation into what a save said."""
    paper = stage.papers["draft"]
    history.record(paper, verb="edited", part="summary", by=stage.people["officer"])
    MovedWords.objects.create(version=paper, person=stage.people["officer"], places=1)
    row = RevisionText.objects.filter(revision__version=paper, component="recommendations")[0]
    longer = [*(row.content or []), {"text": "And more."}]
    assert RevisionText.objects.filter(pk=row.pk).update(content=longer)


def moved_too_late(stage: Stage) -> None:
    """Blot the past of what is published."""
    walk.publish(stage.papers["cleared"], stage.people)
    MovedWords.objects.create(version=stage.papers["cleared"], person=stage.people["officer"], places=1)


def comment_reworded(stage: Stage) -> None:
    """Say that a comment said something else."""
    about = {"version": stage.papers["draft"], "person": stage.people["officer"]}
    comment = Comment.objects.create(**about, step="comment", part="summary", words="", text="Is it?")
    Comment.objects.filter(pk=comment.pk).update(text="It is.")


def decided_in_part2_too_soon(stage: Stage) -> None:
    """Decide inside Part 2 of a paper that is not with the decision maker."""
    Part2Acts.objects.create(
        paper=stage.papers["brought"].part2_papers.get(), ciphertext=b"x", commitment=b"x"
    )


def money_of(model: Any, **values: Any) -> Callable[[Stage], Any]:
    """Add money to a draft past the page."""

    def act(stage: Stage) -> None:
        row = Recommendation.objects.filter(version=stage.papers["draft"])[0]
        model.objects.create(recommendation=row, position=9, **values)

    return act


def second_series(stage: Stage) -> None:
    """Let the numbers of the same decision maker come from another series too."""
    first = Series.objects.get(key="pcd")
    Series.objects.create(
        body=first.body,
        key="other",
        name="Other",
        on_form="{number}",
        in_text="{number}",
        made_by=first.made_by,
    )


def told_twice(stage: Stage) -> None:
    """Tell one person the same again, as a second clock would without looking."""
    told = {"person": stage.people["legal"], "version": stage.papers["draft"], "asks": "advise_late"}
    for _ in range(2):
        Notice.objects.create(**told, once="advise_late:a request:somebody")


def sent_again(stage: Stage) -> None:
    """Let a notice that was sent wait once more."""
    [pk] = notice_of(stage).values_list("pk", flat=True)
    for moment in (Now(), None):
        Notice.objects.filter(pk=pk).update(sent_at=moment)


def told_of_another_matter(stage: Stage) -> None:
    """Let a notice of one change lead to another."""
    row = Notice.objects.create(person=stage.people["legal"], about=uuid4(), asks="change_waits")
    Notice.objects.filter(pk=row.pk).update(about=uuid4())


def notice_of(stage: Stage) -> QuerySet[Notice]:
    """Return one notice that waits."""
    return Notice.objects.filter(pk=Notice.objects.waiting().values("pk")[:1])


def decided_as(station: str, person: str, office: str) -> Callable[[Stage], Any]:
    """Decide a paper in an office that does not decide it."""

    def act(stage: Stage) -> None:
        held = Office.objects.get(key=office)
        signed(station, person, DMPC, held=held, office_title=held.title)(stage)

    return act


def submitted_for_the_chief(**changes: Any) -> Callable[[Stage], Any]:
    """Submit by hand a paper that the chief executive decides."""

    def act(stage: Stage) -> None:
        paper = load(stage.papers["chiefs"].pk)
        take_number(paper.decision, changes.get("made_by", Role.CHIEF_EXECUTIVE))
        snapshot = snapshot_of(load(paper.pk))
        passes = changes.get("passes", deciders.passes(paper))
        Round.objects.create(
            version=paper, number=1, snapshot=snapshot, opened_by=paper.drafting_officer, passes=passes
        )
        state("chiefs", "with_head_of_service")(stage)

    return act


#: What is refused, by which guard; take it away and it goes through.
def decided_by(number: str, decider: str, reason: str = "") -> Callable[[Stage], Any]:
    """Let somebody decide a draft by this paragraph of the scheme."""

    def act(stage: Stage) -> None:
        paragraph = SchemeParagraph.objects.get(number=number)
        draft = Version.objects.filter(pk=stage.papers["draft"].pk)
        draft.update(decider=decider, scheme_paragraph=paragraph, decider_reason=reason)

    return act


def paragraph_added(stage: Stage) -> None:
    """Add a paragraph to a scheme on which papers rely."""
    SchemeParagraph.objects.create(
        scheme=Scheme.objects.get(), number="9", text="x", decider="delegated_officer"
    )


def scheme_of_the_same_day(stage: Stage) -> None:
    """Make a second scheme that begins with the first."""
    Scheme.objects.create(
        body_id="mopac", valid_from=Scheme.objects.get().valid_from, name="Another", titles={}
    )


MUTANTS: dict[str, tuple[Change, Callable[[Stage], Any]]] = {
    "a paragraph is frozen": (without_trigger("aa_frozen", "decisions_paragraph"), text_changed),
    "money is frozen": (without_trigger("aa_frozen", "decisions_financialline"), money_added),
    "the version is frozen": (
        without_fault("guard_version", "the text is frozen"),
        lambda stage: Version.objects.filter(pk=stage.papers["with_chief_executive"].pk).update(title="Another"),
    ),
    "a version begins as a draft": (without_fault("guard_version", "a version begins as a draft"), begun_as_decided),
    "steps are those of the route": (
        without_fault("guard_version", "%s to %s is no step of the route"), state("draft", "published"),
    ),
    "a submission has its round": (
        without_fault("guard_version", "a submission takes a number and opens a round"),
        state("draft", "with_head_of_service"),
    ),
    "the head of service has signed": (
        without_fault("guard_version", "the head of service has not signed this text"),
        state("again", "with_chief_executive"),
    ),
    "the chief executive has signed": (
        without_fault("guard_version", "the chief executive has not signed this text"),
        state("with_chief_executive", "with_decision_maker"),
    ),
    "the decision maker has signed": (
        without_fault("guard_version", "the decision maker has not signed this text"),
        state("with_decision_maker", "decided"),
    ),
    "what is called published is published": (
        without_fault("guard_version", "nothing of it has been published"), state("decided", "published"),
    ),
    "a returned paper's round is closed": (
        without_fault("guard_version", "the round is still open"), state("with_chief_executive", "draft"),
    ),
    "no signature in a closed round": (
        without_fault("guard_signature", "the round is closed"), signed_in_the_closed_round,
    ),
    "no signature out of turn": (
        without_fault("guard_signature", "it is not the turn of %s"), signed("with_chief_executive", "dmpc", DMPC),
    ),
    "no signature on another text": (
        without_fault("guard_signature", "another text was shown"),
        signed("with_chief_executive", "chief", CHIEF, digest=b"x" * 32),
    ),
    "no signature with other acts": (
        without_fault("guard_signature", "the acts are not those of the digest"),
        signed("with_chief_executive", "chief", CHIEF, acts_digest=b"x" * 32),
    ),
    "no decision without outcomes": (
        without_fault("guard_signature", "a decision says what was decided"),
        signed("with_decision_maker", "dmpc", DMPC, acts=b""),
    ),
    "nobody signs what they wrote": (
        without_fault("guard_signature", "nobody signs a paper that they wrote"), signed("written", "chief", CHIEF),
    ),
    "nobody signs for an office that they do not hold": (
        without_fault("guard_signature", "the signer does not hold the office"),
        signed("with_chief_executive", "officer2", CHIEF),
    ),
    "one signature of an office in a round": (
        without_unique("one_signature_per_round_and_office", "approvals_signature"),
        signed_twice("with_chief_executive", ("chief", CHIEF), ("commercial", CHIEF)),
    ),
    "one signature of a person in a round": (
        without_fault("guard_signature", "nobody signs twice in a round"),
        signed("with_chief_executive", "head", CHIEF),
    ),
    "nobody signs what they advised on": (
        without_fault("guard_signature", "nobody signs a paper on which they advised"), signed_by_the_adviser,
    ),
    "nobody signs while they are away": (
        without_fault("guard_signature", "the signer is away"), signed_while_away,
    ),
    "nobody signs for each other": (without_trigger("aa_holding", "people_holding"), delegated_in_a_loop),
    "who held what is only ended": (
        without_trigger("aa_only_ended", "people_holding"),
        lambda stage: Holding.objects.filter(person=stage.people["chief"]).update(capacity="acting"),
    ),
    "an absence is only ended": (without_trigger("aa_only_ended", "people_absence"), absence_made_longer),
    "an override is agreed to by a second person": (
        without_trigger("aa_override", "approvals_override"), overridden_alone,
    ),
    "nobody signs over an objection without an answer": (
        without_trigger("ab_objections", "approvals_signature"), signed_over_an_objection(),
    ),
    "advice is not dated back": (
        without_trigger("aa_stamp", "approvals_advice"), signed_over_an_objection(given_at=LONG_AGO),
    ),
    "who keeps the paper answers an objection": (
        without_fault("guard_objection_answer", "whoever keeps the paper answers"), answered_by_another,
    ),
    "an advice is unobtained only where it is urgent": (
        without_trigger("ab_unobtained", "approvals_round"), opened_without_advice,
    ),
    "no request is handed on to who wrote the paper": (
        without_trigger("aa_handed_on", "approvals_advicerequest"), handed_on_to_a_writer,
    ),
    "nobody answers from outside before the code": (
        without_fault("guard_outside_answer", "nobody knew the code"), on_a_link(answered_from_outside, right=False),
    ),
    "nobody answers from outside after the time": (
        without_fault("guard_outside_answer", "its time is over"),
        on_a_link(answered_from_outside, until=LONG_AGO.date()),
    ),
    "nobody answers from outside once the link was ended": (
        without_trigger("ab_ended", "approvals_outsideanswer"), on_a_link(ended_outside, answered_from_outside),
    ),
    "no link is ended that was answered": (
        without_trigger("aa_end", "approvals_outsideend"), on_a_link(answered_from_outside, ended_outside),
    ),
    "whoever asked somebody outside makes a new code": (
        without_fault("guard_outside_code", "whoever asked makes it"), on_a_link(renewed_by_another),
    ),
    "a change is agreed to by a second person": (
        without_fault("guard_change", "a second person decides"), agreed(by="admin"),
    ),
    "nobody agrees to a change about themselves": (
        without_fault("guard_change", "nobody decides about themselves"),
        agreed(person="governance", by="governance"),
    ),
    "nobody proposes a change for themselves": (
        without_fault("guard_change", "nobody proposes anything for themselves"),
        agreed(person="admin", by="governance"),
    ),
    "an administrator proposes a change": (
        without_fault("guard_change", "an administrator proposes"),
        proposed("auditor"),
    ),
    "whoever agrees to a change may": (
        without_fault("guard_change", "an administrator or the governance team decides"), agreed(by="auditor"),
    ),
    "one open round": (without_unique("one_open_round_per_version", "approvals_round"), opened(2)),
    "a round changes only by its end": (
        without_trigger("aa_round", "approvals_round"),
        lambda stage: stage.papers["decided"].rounds.update(closed_at=Now()),
    ),
    "a snapshot is of its bytes": (
        without_trigger("aa_bytes", "decisions_snapshot"),
        lambda stage: snapshot_of(stage.papers["draft"], digest=b"x" * 32),
    ),
    "a clearance is of what was signed": (
        without_trigger("aa_between", "approvals_clearance"),
        lambda stage: Clearance.objects.create(
            version=stage.papers["decided"], digest=b"x" * 32, by=stage.people["governance"]
        ),
    ),
    "nothing undecided is published": (
        without_fault("guard_publication", "it is not decided"), published("with_decision_maker"),
    ),
    "nothing unsigned is published": (
        without_fault("guard_publication", "the decision maker has not signed it"),
        published("cleared", acts_digest=b"x" * 32),
    ),
    "nothing uncleared is published": (
        without_fault("guard_publication", "it is not cleared"), published("decided"),
    ),
    "nothing deferred is published": (
        without_fault("guard_publication", "it is deferred"), published("deferred"),
    ),
    "nothing is published under another number": (
        without_fault("guard_publication", "it bears another number"), published("cleared", number=9999),
    ),
    "the published body is what was signed": (
        without_trigger("aa_bytes", "decisions_publicationbody"), published_with_another_body,
    ),
    "a file of Part 1 is frozen": (
        without_trigger("aa_frozen", "decisions_attachment"),
        lambda stage: stage.papers["attached"].attachments.update(title="Another"),
    ),
    "the bytes of a file are frozen": (
        without_trigger("aa_frozen", "decisions_attachmentcontent"), lambda stage: file_of("attached")(stage).delete(),
    ),
    "the sealed bytes of a file are frozen": (
        without_trigger("aa_frozen", "decisions_part2filecontent"), sealed_file_removed,
    ),
    "a file has the bytes of its digest": (
        without_trigger("ab_bytes", "decisions_attachmentcontent"), bytes_exchanged,
    ),
    "another file is another attachment": (
        without_trigger("ab_same_file", "decisions_attachment"),
        lambda stage: stage.papers["brought"].attachments.update(digest=b"x" * 32),
    ),
    "a second person checks": (
        without_trigger("ab_second_person", "decisions_attachmentcheck"),
        lambda stage: AttachmentCheck.objects.create(
            attachment=stage.papers["brought"].attachments.get(), person=stage.people["officer"]
        ),
    ),
    "a decision is recorded while it is with the decision maker": (
        without_fault("guard_recorded_decision", "the version is %s"), taken("with_chief_executive"),
    ),
    "the governance team records a decision": (
        without_fault("guard_recorded_decision", "the governance team records"), taken(by="legal"),
    ),
    "who wrote the paper records no decision on it": (
        without_fault("guard_recorded_decision", "the governance team records"), taken(by="officer"),
    ),
    "a decision that is still to come is not recorded": (
        without_fault("guard_recorded_decision", "nobody has decided yet"),
        taken(decided_at=timezone.now() + timedelta(days=400)),
    ),
    "a decision is recorded once": (
        without_fault("guard_recorded_decision", "it is recorded already"), taken(times=2),
    ),
    "nobody attests what they recorded": (
        without_fault("guard_recorded_word", "nobody attests what they recorded"), attested("governance"),
    ),
    "nobody attests a decision on what they signed": (
        without_fault("guard_recorded_word", "the governance team attests"), attested("head"),
    ),
    "what is attested is what was recorded": (
        without_fault("guard_recorded_word", "something else was recorded"), attested(digest=b"x" * 32),
    ),
    "what others decided is recorded after our own decision": (
        without_fault("guard_joint_decision", "the version is %s"), recorded("draft"),
    ),
    "what others decided is recorded with its signed copy": (
        without_fault("guard_joint_decision", "its signed copy is not named"), recorded("unrecorded", commitment=None),
    ),
    "what others decided is recorded once": (
        without_fault("guard_joint_decision", "it is recorded already"), recorded("jointly"),
    ),
    "nobody confirms what they recorded": (
        without_fault("guard_joint_confirmation", "nobody confirms what they recorded"), confirmed("governance2"),
    ),
    "nobody confirms in what they wrote": (
        without_fault("guard_joint_confirmation", "the governance team confirms"), confirmed("officer"),
    ),
    "nobody confirms in what they signed": (
        without_fault("guard_joint_confirmation", "the governance team confirms"), confirmed("head"),
    ),
    "the governance team confirms": (
        without_fault("guard_joint_confirmation", "the governance team confirms"), confirmed("legal"),
    ),
    "nobody confirms without a signed copy": (
        without_fault("guard_joint_confirmation", "there is no signed copy"), confirmed(recorded_now=True),
    ),
    "what is confirmed is what was recorded": (
        without_fault("guard_joint_confirmation", "something else was recorded"), confirmed(digest=b"x" * 32),
    ),
    "nothing is published before two people say that all have decided": (
        without_trigger("ab_joint", "decisions_publication"), published_unconfirmed,
    ),
    "what is confirmed says whether they declined": (
        without_words("joint_said", "CASE WHEN recorded.declined THEN 'declined' END, "), said_to_agree,
    ),
    "what they agreed to before they declined is not recorded": (
        without_trigger("ab_taken_back", "approvals_jointdecision"), agreed_before,
    ),
    "nothing is published that another body declined": (
        without_words("joint_counted", " AND NOT last.declined"), published_declined,
    ),
    "a clearance covers what the others decided": (
        without_words("cleared_digest", COVERED), published_as_cleared_before,
    ),
    "what goes out as it is has been checked": (
        without_trigger("ab_checked", "decisions_version"), submitted("unchecked"),
    ),
    "no file is published that was not signed": (
        without_trigger("aa_signed", "decisions_publicationattachment"),
        published_attachment(content=b"other", digest=hashlib.sha256(b"other").digest()),
    ),
    "no signed file stays behind": (
        without_trigger("ab_attachments", "decisions_version"), published_without_its_file,
    ),
    "a number stays": (
        without_trigger("aa_number", "decisions_decision"),
        lambda stage: Decision.objects.filter(pk=stage.papers["decided"].decision_id).update(number=9999),
    ),
    "a counter only counts up": (
        without_trigger("aa_count", "decisions_counter"), lambda stage: Counter.objects.update(last_number=1),
    ),
    "a save is by who writes there": (
        without_trigger("ab_writer", "decisions_revision"), written_by_who_does_not_write,
    ),
    "comments end with the decision": (
        without_trigger("aa_comment", "decisions_comment"), commented_after_the_decision,
    ),
    "a pen is given while the paper is written": (
        without_trigger("aa_frozen", "decisions_pen"), pen_given_after_submission,
    ),
    "typing is kept while the paper is written": (
        without_trigger("aa_frozen", "decisions_kepttext"), kept_after_submission,
    ),
    "the past is not rewritten": (
        without_trigger("zz_append_only", "decisions_revisiontext"), blotted("Another text"),
    ),
    "a blot is written down first": (
        without_words(
            "refuse_but_blots",
            " OR NOT EXISTS (SELECT FROM decisions_movedwords\n"
            "            WHERE version_id = of_version AND at = transaction_timestamp())",
        ),
        blotted(MOVED, written_down=False),
    ),
    "a blot adds no words": (
        without_words(
            "refuse_but_blots",
            "RAISE EXCEPTION '% is append only: other words refused', TG_TABLE_NAME\n"
            "                    USING ERRCODE = 'integrity_constraint_violation';",
        ),
        blotted(f"{MOVED} and more"),
    ),
    "a blot leaves every list as long": (
        without_words("only_blotted", "jsonb_array_length(was) = jsonb_array_length(becomes) AND "), list_lengthened,
    ),
    "nothing is blotted once it is published": (without_trigger("aa_moving", "decisions_movedwords"), moved_too_late),
    "a comment is not reworded": (
        without_trigger("zz_append_only", "decisions_comment"), comment_reworded,
    ),
    "what is decided in Part 2 is decided by the decision maker": (
        without_trigger("aa_acts", "decisions_part2acts"), decided_in_part2_too_soon,
    ),
    "a withheld amount stands nowhere in parts": (
        without_unique("a_withheld_line_has_no_parts", "decisions_financialline"),
        money_of(FinancialLine, kind="capital", certainty="withheld", profile=PARTS),
    ),
    "a withheld grant stands nowhere in parts": (
        without_unique("a_withheld_grant_has_no_parts", "decisions_fundinggrant"),
        money_of(FundingGrant, direction="given", certainty="withheld", profile=PARTS),
    ),
    "a withheld counterparty has no name": (
        without_unique("a_withheld_counterparty_has_no_name", "decisions_fundinggrant"),
        money_of(FundingGrant, direction="given", amount=1, counterparty_withheld=True, counterparty="A trust"),
    ),
    "one series issues the numbers of a decision maker": (
        without_unique("one_series_issues_the_numbers_of_a_decision_maker", "decisions_series"), second_series,
    ),
    "nobody less strict than the scheme says decides": (
        without_words("guard_decider", " OR above < 0"), decided_by("4.12", "chief_executive"),
    ),
    "who is stricter than the scheme says has a reason": (
        without_words("guard_decider", " OR (above > 0 AND btrim(NEW.decider_reason) = '')"),
        decided_by("4.11", "decision_maker"),
    ),
    "the Mayor decides what is the Mayor's and nothing else": (
        without_words("decides", " AND office.key <> 'mayor'"), decided_as("with_decision_maker", "auditor", "mayor"),
    ),
    "a delegated officer decides who is the head of service of the paper": (
        without_words("decides", " AND office.id = version.head_of_service_id"),
        decided_as("delegated", "deputy", "director-strategy"),
    ),
    "a number is of the decisions of whoever decides": (
        without_trigger("ac_number", "decisions_version"), submitted_for_the_chief(made_by=Role.DECISION_MAKER),
    ),
    "what the decider does without is passed": (
        without_trigger("ab_passes", "approvals_round"), submitted_for_the_chief(passes={}),
    ),
    "a paragraph of the scheme is relied on by somebody": (
        without_unique("a_decider_relies_on_a_paragraph_of_the_scheme", "decisions_version"), decided_by("4.12", ""),
    ),
    "what the scheme said stays": (
        without_trigger("zz_append_only", "decisions_schemeparagraph"),
        lambda stage: SchemeParagraph.objects.filter(number="4.12").update(decider="delegated_officer"),
    ),
    "a scheme that is relied on gets no further paragraph": (
        without_trigger("aa_paragraph", "decisions_schemeparagraph"), paragraph_added,
    ),
    "one scheme begins on a day": (without_unique("one_scheme_a_day", "decisions_scheme"), scheme_of_the_same_day),
    "nobody is told twice": (without_unique("nobody_is_told_twice", "approvals_notice"), told_twice),
    "what was sent is not sent again": (
        without_trigger("aa_notice", "approvals_notice"),
        sent_again,
    ),
    "a notice of one matter never turns into one of another": (
        without_words("guard_notice", "OR NEW.about IS DISTINCT FROM OLD.about"),
        told_of_another_matter,
    ),
    "a notice is of a paper or of a matter": (
        without_unique("a_notice_is_of_a_paper_or_a_matter", "approvals_notice"),
        lambda stage: Notice.objects.create(
            person=stage.people["legal"], version=stage.papers["draft"], about=uuid4(), asks="advise"
        ),
    ),
    "a notice is sent or closed": (
        without_unique("a_notice_is_sent_or_closed", "approvals_notice"),
        lambda stage: notice_of(stage).update(sent_at=Now(), closed_at=Now()),
    ),
    "nobody rescinds without the office": (
        without_fault("guard_rescission", "the signer does not hold the office"), rescinded("governance"),
    ),
    "nobody rescinds what they wrote": (
        without_fault("guard_rescission", "nobody rescinds a paper that they wrote"),
        rescinded("officer", promoted=True),
    ),
    "a rescission is over its reason": (
        without_fault("guard_rescission", "another reason was signed"), rescinded(reason="Another reason."),
    ),
    "a rescission is over what was decided": (
        without_fault("guard_rescission", "something else was decided"), rescinded(digest=b"x" * 32),
    ),
    "only what is decided is rescinded": (
        without_fault("guard_rescission", "the version is %s"), rescinded_before_it_is_decided,
    ),
    "no state without a signed rescission": (
        without_trigger("ab_rescinded", "decisions_version"), state("decided", "rescinded"),
    ),
    "the public is told what was signed": (
        without_trigger("aa_rescinded", "decisions_rescindedpublication"), told_otherwise,
    ),
    "the round of what is rescinded stays open": (
        without_trigger("ab_rescinded", "approvals_round"), closed_after_the_rescission,
    ),
    "a grant is only ended": (
        without_trigger("aa_end_only", "decisions_grant"),
        lambda stage: Grant.objects.filter(access="read_part1").update(access="read_part2"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MUTANTS)
def test_each_guard_is_missed_when_it_is_gone(stage: Stage, name: str) -> None:
    change, act = MUTANTS[name]
    tried(stage.database, change, partial(act, stage))


def test_a_true_signature_and_a_true_publication_are_taken(stage: Stage) -> None:
    for act in (
        signed("with_chief_executive", "chief", CHIEF),
        signed("with_decision_maker", "dmpc", DMPC),
        published("cleared"),
        published_attachment(),
        opened(1),
    ):
        assert accepted(partial(act, stage))
    assert Signature.objects.filter(round__version=stage.papers["with_chief_executive"]).count() == 1


def test_an_append_only_table_without_its_trigger_is_changed_by_its_owner(stage: Stage) -> None:
    update = sql.SQL("update approvals_signature set name = 'Somebody Else'")
    with stage.database.connect("owner") as owner, owner.cursor() as cursor:
        with pytest.raises(errors.IntegrityConstraintViolation):
            cursor.execute(update)
        owner.autocommit = False
        cursor.execute("alter table approvals_signature disable trigger zz_append_only")
        cursor.execute(update)
        assert cursor.rowcount
        owner.rollback()


@pytest.mark.parametrize(
    ("function", "change"), [("freeze_child", add_money), ("freeze_by", attach_a_file)], ids=["money", "file"]
)
def test_without_the_share_lock_of_its_rows_another_text_would_be_signed(
    fresh_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch, function: str, change: Callable[..., None]
) -> None:
    people = make_people(rig.PASSWORD)
    with changed(fresh_database, without_words(function, " FOR SHARE")):
        submitted, added, agree = change_while_submitting(fresh_database, people, change, monkeypatch)
    assert (type(submitted), added, agree) == (Version, None, False)
