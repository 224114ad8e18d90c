"""What the database itself refuses: to change what is signed, skip a step, sign twice, sign other bytes."""

import hashlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from approvals.acts import open_round
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, PCD_1637, made_up
from approvals.models import Signature
from approvals.signing import shown
from approvals.workflow import Refused, perform
from decisions.models import (
    ContractAward,
    Counter,
    Decision,
    FinancialLine,
    Grant,
    NumberEvent,
    Paragraph,
    Part2Text,
    Publication,
    PublicationBody,
    Recommendation,
    Section,
    Snapshot,
    Supplier,
    Version,
)
from decisions.snapshot import load
from pcd import trail
from pcd.models import TrailEntry
from pcd.people.models import Office, User

pytestmark = pytest.mark.django_db


def refuses(act: Callable[[], Any]) -> bool:
    """Say whether the database refuses what this does."""
    try:
        with transaction.atomic():
            act()
    except DatabaseError:
        return True
    return False


def run(sql: str, *values: Any) -> Callable[[], None]:
    """Return a statement to be tried."""

    def act() -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            assert cursor.rowcount, f"no row was touched by {sql}"

    return act


def signature(version: Version, person: User, office: str, **changes: Any) -> Callable[[], Any]:
    """Return the insertion of a signature as somebody would forge it, past all Python."""
    current = open_round(version)
    assert current is not None
    held = Office.objects.filter(role=office).first()
    acts = changes.pop("acts", b"{}" if office == "decision_maker" else b"")
    held = changes.get("held", held)
    assert held is not None
    values = {
        "round": current,
        "office": office,
        "signer": person,
        "held": held,
        "name": person.full_name,
        "office_title": held.title,
        "capacity": "in_office",
        "statement": "x",
        "digest": bytes(current.snapshot.digest),
        "acts": acts,
        "acts_digest": hashlib.sha256(acts).digest(),
        **changes,
    }
    return lambda: Signature.objects.create(**values)


@pytest.fixture
def reviewed(people: Mapping[str, User]) -> Version:
    """A paper with a Part 2 that is with the chief executive."""
    return walk.bring(walk.draft(PCD_1637, people), people, "with_chief_executive")


def test_nothing_of_a_submitted_paper_can_be_changed_added_or_removed(reviewed: Version) -> None:
    statements = {
        "title": lambda: Version.objects.filter(pk=reviewed.pk).update(title="Another"),
        "drafting officer": lambda: Version.objects.filter(pk=reviewed.pk).update(drafting_officer=None),
        "paragraph": lambda: Paragraph.objects.filter(section__version=reviewed).update(text="Another"),
        "section": lambda: Section.objects.filter(version=reviewed).update(treatment="in_part2"),
        "recommendation": lambda: Recommendation.objects.filter(version=reviewed).update(text="Approve more"),
        "new recommendation": lambda: Recommendation.objects.create(
            version=reviewed, position=9, text="Approve"
        ),
        "amount": lambda: FinancialLine.objects.filter(recommendation__version=reviewed).update(amount=1),
        "contract": lambda: ContractAward.objects.filter(recommendation__version=reviewed).update(value=1),
        "supplier": lambda: Supplier.objects.filter(award__recommendation__version=reviewed).update(
            name="Other"
        ),
        "supplier removed": lambda: Supplier.objects.filter(award__recommendation__version=reviewed).delete(),
        "Part 2": lambda: Part2Text.objects.filter(paper__version=reviewed).update(ciphertext=b"x"),
        "Part 2 key": run("DELETE FROM decisions_part2key"),
        "Part 2 key moved": run("UPDATE decisions_part2key SET paper_id = gen_random_uuid()"),
        "declaration": run("DELETE FROM decisions_declaration WHERE version_id = %s", reviewed.pk),
        "version": run("DELETE FROM decisions_version WHERE id = %s", reviewed.pk),
        "snapshot": lambda: Snapshot.objects.filter(version=reviewed).update(content=b"{}"),
        "round": run("UPDATE approvals_round SET number = 7 WHERE version_id = %s", reviewed.pk),
        "signature": lambda: Signature.objects.update(name="Somebody Else"),
        "signature removed": run("DELETE FROM approvals_signature"),
        "number": lambda: Decision.objects.filter(pk=reviewed.decision_id).update(number=1),
        "counter": lambda: Counter.objects.update(last_number=1),
        "register": lambda: NumberEvent.objects.update(became="published"),
        "contributors": run("DELETE FROM decisions_contributor WHERE version_id = %s", reviewed.pk),
        "grant": run("UPDATE decisions_grant SET access = 'read_part2'"),
        "trail": lambda: TrailEntry.objects.update(actor="Nobody"),
    }
    allowed = [name for name, act in statements.items() if not refuses(act)]
    assert not allowed, f"the database let these be changed: {allowed}"


def test_no_step_is_skipped_even_by_sql(people: Mapping[str, User]) -> None:
    version = walk.draft(made_up(1, "Signal masts"), people)
    for state in (
        "with_head_of_service",
        "with_chief_executive",
        "with_decision_maker",
        "decided",
        "published",
    ):
        assert refuses(run("UPDATE decisions_version SET state = %s WHERE id = %s", state, version.pk)), state
    submitted = walk.bring(version, people, "with_head_of_service")
    assert refuses(
        run("UPDATE decisions_version SET state = 'with_chief_executive' WHERE id = %s", submitted.pk)
    )
    assert refuses(
        lambda: Version.objects.create(
            decision=version.decision,
            number=2,
            edition=version.edition,
            state="decided",
            working_title="x",
            drafting_officer=people["officer"],
        )
    )


def test_a_signature_is_refused_unless_all_of_it_is_true(
    reviewed: Version, people: Mapping[str, User]
) -> None:
    good = signature(reviewed, people["chief"], "chief_executive")
    forgeries = {
        "by somebody who does not hold the office": signature(reviewed, people["legal"], "chief_executive"),
        "by the drafting officer": signature(reviewed, people["officer"], "chief_executive"),
        "out of turn": signature(reviewed, people["dmpc"], "decision_maker"),
        "by the head of service again": signature(reviewed, people["head"], "head_of_service"),
        "on other bytes": signature(reviewed, people["chief"], "chief_executive", digest=b"x" * 32),
        "with acts of another digest": signature(
            reviewed, people["chief"], "chief_executive", acts_digest=b"x"
        ),
        "under another name": signature(reviewed, people["chief"], "chief_executive", name="Somebody Else"),
        "under another title": signature(reviewed, people["chief"], "chief_executive", office_title="Mayor"),
        "for an office of another role": signature(
            reviewed, people["chief"], "chief_executive", held=Office.objects.get(key="cfo")
        ),
    }
    allowed = [name for name, act in forgeries.items() if not refuses(act)]
    assert not allowed, f"the database took a signature {allowed}"
    with transaction.atomic():
        good()
    assert refuses(good), "the same office signed twice in one round"


def test_another_head_of_service_than_the_one_named_is_refused(people: Mapping[str, User]) -> None:
    version = walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "with_head_of_service")
    other = signature(
        version, people["deputy"], "head_of_service", held=Office.objects.get(key="director-strategy")
    )
    assert refuses(other)


def test_a_deactivated_chief_executive_signs_nothing(reviewed: Version, people: Mapping[str, User]) -> None:
    User.objects.filter(username="chief").update(is_active=False)
    assert refuses(signature(reviewed, people["chief"], "chief_executive"))


def test_a_decision_without_outcomes_is_refused(people: Mapping[str, User]) -> None:
    version = walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "with_decision_maker")
    assert refuses(signature(version, people["dmpc"], "decision_maker", acts=b""))


def test_a_paper_returned_after_the_chief_executive_signed_goes_round_again(
    people: Mapping[str, User],
) -> None:
    version = walk.bring(walk.draft(PCD_1637, people), people, "with_decision_maker")
    perform(version.pk, "return_for_amendment", by=people["dmpc"], reason="Say more of the risks.")
    Paragraph.objects.filter(section__version=version, section__kind="introduction").update(
        text="A new text."
    )
    version = load(version.pk)
    perform(version.pk, "submit", by=people["officer"], confirmed=True)
    assert version.decision.reference == load(version.pk).decision.reference
    version = walk.bring(load(version.pk), people, "published")

    assert Signature.objects.filter(round__version=version).count() == 5
    counting = Signature.objects.filter(round__version=version, round__closed_at=None)
    assert sorted(counting.values_list("office", flat=True)) == [
        "chief_executive",
        "decision_maker",
        "head_of_service",
    ]
    current = open_round(version)
    assert current is not None
    assert {bytes(row.digest) for row in counting} == {bytes(current.snapshot.digest)}
    assert "A new text." in bytes(PublicationBody.objects.get().content).decode()


def test_signing_a_page_that_showed_another_text_is_refused_in_words(people: Mapping[str, User]) -> None:
    version = walk.bring(walk.draft(PCD_1637, people), people, "with_chief_executive")
    was_shown = shown(version)
    perform(version.pk, "return_for_amendment", by=people["chief"], reason="Correct the title.")
    Version.objects.filter(pk=version.pk).update(title="Another title")
    walk.bring(load(version.pk), people, "with_chief_executive")
    with pytest.raises(Refused, match="The text, or the advice on it, has changed since you opened the page"):
        perform(version.pk, "endorse", by=people["chief"], digest=was_shown)


def test_publication_needs_decision_signature_clearance_and_the_day(people: Mapping[str, User]) -> None:
    undecided = walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "with_decision_maker")
    uncleared = walk.bring(walk.draft(made_up(2, "Lockers"), people), people, "decided")
    deferred = walk.bring(
        walk.draft(made_up(3, "Site", deferred_until_days=9, deferral_reason="Negotiations."), people),
        people,
        "cleared",
    )
    published = walk.bring(walk.draft(made_up(4, "Boats"), people), people, "published")
    model = Publication.objects.get(pk=published.pk)
    for version in (undecided, uncleared, deferred):
        copy = Publication.objects.get(pk=published.pk)
        copy._state.adding, copy.pk = True, version.pk
        copy.key, copy.number = f"pcd-{version.decision.number}", version.decision.number or 0
        assert refuses(partial(copy.save, force_insert=True)), version.state
        with pytest.raises(Refused):
            perform(version.pk, "publish", by=people["governance"], confirmed=True)
    assert refuses(lambda: Publication.objects.filter(pk=model.pk).update(title="Another"))
    assert refuses(run("DELETE FROM decisions_publicationbody"))
    assert refuses(lambda: PublicationBody.objects.update(content=b"{}"))
    assert NumberEvent.objects.filter(key=f"pcd-{deferred.decision.number}").latest("at").became == "deferred"


def test_a_number_is_kept_by_a_withdrawn_paper_and_given_to_no_other(people: Mapping[str, User]) -> None:
    first = walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "with_head_of_service")
    perform(first.pk, "withdraw", by=people["officer"], reason="No longer needed.")
    second = walk.bring(walk.draft(made_up(2, "Lockers"), people), people, "with_head_of_service")
    assert (first.decision.reference, second.decision.reference) == ("PCD 1637", "PCD 1638")
    events = NumberEvent.objects.filter(key="pcd-1637").order_by("at")
    assert [row.became for row in events] == ["issued", "withdrawn"]


def test_the_trail_is_a_chain_that_only_grows(people: Mapping[str, User]) -> None:
    version = walk.bring(walk.draft(made_up(1, "Signal masts", part2=CUSTODY), people), people, "published")
    entries = list(trail.entries("decision", version.decision_id))
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    acts = [entry.verb for entry in entries if entry.verb not in ("granted", "access_ended")]
    assert acts[-3:] == ["decide", "clear_for_publication", "publish"]
    opened = {
        (entry.detail["person"], access)
        for entry in entries
        if entry.verb == "granted"
        for access in entry.detail["access"]
    }
    assert opened == {
        (row.person.full_name, row.access) for row in Grant.objects.filter(decision=version.decision)
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM staff.pcd_trail_broken")
        assert cursor.fetchone() == (0,)
    assert refuses(run("UPDATE pcd_trailhead SET seq = 1"))
    assert refuses(run("DELETE FROM pcd_trailentry"))
    assert refuses(
        lambda: TrailEntry.objects.create(
            scope="decision",
            object_id="x",
            seq=1,
            actor="x",
            verb="x",
            at="2026-01-01T00:00Z",
            prev=b"",
            hash=b"",
        )
    )
