"""Guards of what the pages refuse already: each is needed, and without it what it refuses goes through."""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from approvals import joint
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, made_up
from approvals.demo.people import make_people
from approvals.models import (
    Advice,
    AdviceRequest,
    BriefingNote,
    HandOver,
    JointConfirmation,
    OutsideAnswer,
    OutsideRequest,
    OutsideVisit,
    Override,
    Recusal,
    Round,
)
from approvals.numbers import take_number
from decisions import deciders
from decisions.models import (
    AdviceRule,
    Body,
    Contributor,
    Counter,
    Decider,
    ExemptionGround,
    FormEdition,
    Grant,
    PassedStep,
    Scheme,
    SchemeParagraph,
    Series,
    Version,
)
from decisions.snapshot import load
from pcd.people.models import Absence, Holding, Office, PrivateOffice, User
from tests import rig
from tests.attached import attach
from tests.databases import FreshDatabase
from tests.mutants import (
    Change,
    Stage,
    accepted,
    changed,
    tried,
    without_fault,
    without_trigger,
    without_words,
)
from tests.test_mutants import CHIEF, DMPC, TEXT, decided_jointly, rescission, snapshot_of
from tests.test_races import until_somebody_waits
from tests.test_route_guards import signature


@pytest.fixture(scope="module")
def stage(cluster: rig.Cluster, worker: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    with (
        FreshDatabase.cloned(cluster, f"{cluster.prefix}_{worker}_second") as database,
        django_db_blocker.unblock(),
    ):
        people = make_people(rig.PASSWORD)
        second = Office.objects.get(role=CHIEF)  # for who wrote a paper as the first
        Holding.objects.create(office=second, person=people["data_protection"])
        papers = {
            station: walk.bring(walk.draft(made_up(1, "Masts", part2=CUSTODY), people), people, station)
            for station in ("draft", "with_chief_executive", "with_decision_maker", "decided")
        }
        written = walk.draft(made_up(4, "Lockers"), people)
        Contributor.objects.create(version=written, person=people["chief"])
        papers["written"] = walk.bring(written, people, "with_chief_executive")
        papers["unchecked"] = walk.draft(made_up(-3, "Kettles"), people)
        walk.name_decider(papers["unchecked"], Decider.DELEGATED_OFFICER)
        attach(papers["unchecked"], people["officer"], b"lease", "pdf", as_it_is=True)
        papers["jointly"] = decided_jointly("jointly", people)
        yield Stage(database, people, {name: load(row.pk) for name, row in papers.items()})


Act = Callable[[Stage], Any]


def appointed(stage: Stage, name: str, role: str, **changes: Any) -> User:
    """Put somebody into the first office of a role, besides what they hold."""
    office = Office.objects.filter(role=role).exclude(key="mayor").order_by("key")[0]
    Holding.objects.create(office=office, person=stage.people[name], **changes)
    return stage.people[name]


def until() -> Any:
    return timezone.now() + timedelta(days=1)


# Advice


def advised(by: str, station: str = "with_chief_executive", asked: str = "", **changes: Any) -> Act:
    """Give advice by hand: on what was asked of the finance adviser, or of `asked`."""

    def act(stage: Stage) -> None:
        version = stage.papers[station]
        request = (
            AdviceRequest.objects.create(
                version=version,
                area="equality",
                adviser=stage.people[asked],
                asked_by=stage.people["officer"],
            )
            if asked
            else version.advice_requests.get(area="finance", handed_from=None)
        )
        values = {"outcome": "content", "covers": TEXT, **changes}
        Advice.objects.create(request=request, adviser=stage.people[by], **values)

    return act


def advised_on_what_was_handed_on(stage: Stage) -> None:
    """Answer what a colleague was handed."""
    version = stage.papers["with_chief_executive"]
    had = version.advice_requests.get(area="finance", handed_from=None)
    AdviceRequest.objects.create(
        version=version,
        area="finance",
        adviser=stage.people["commercial"],
        asked_by=had.asked_by,
        handed_from=had,
    )
    advised("finance")(stage)


def objection_lifted_on_another_text(stage: Stage) -> None:
    """Say that one is not content, and then be content with something else."""
    advised("finance", outcome="not_content")(stage)
    advised("finance", covers={"section:other": "x"})(stage)
    signature(stage.papers["with_chief_executive"], stage.people["chief"], CHIEF)()


# Rescission


def rescinded(by: str = "dmpc", role: str = "", **changes: Any) -> Act:
    """Rescind by hand what is decided; the signer may be put into the office first."""

    def act(stage: Stage) -> None:
        if role:
            capacity = {"capacity": changes["capacity"]} if "capacity" in changes else {}
            ends = {"until": until(), "authority": "3.9"} if capacity else {}
            appointed(stage, by, role, **capacity, **ends)
        row = rescission(stage.papers["decided"], stage.people)
        person = stage.people[by]
        for name, value in {"signer": person, "name": person.full_name, **changes}.items():
            setattr(row, name, value)
        row.save(force_insert=True)

    return act


def rescinded_while_away(stage: Stage) -> None:
    """Rescind as decision maker who is away."""
    person = stage.people["dmpc"]
    Absence.objects.create(person=person, recorded_by=person, until=until())
    rescinded()(stage)


def recused(by: str = "dmpc", **changes: Any) -> Act:
    """Take no part in a decision, by hand."""

    def act(stage: Stage) -> None:
        person = stage.people[by]
        title = Holding.objects.own().filter(person=person)[0].office.title
        values = {"name": person.full_name, "office_title": title, "interest": "x", **changes}
        Recusal.objects.create(version=stage.papers["with_decision_maker"], person=person, **values)

    return act


def rescinded_by_who_took_no_part(stage: Stage) -> None:
    """Rescind what somebody else decided in one's place."""
    version = stage.papers["with_decision_maker"]
    recused()(stage)
    other = appointed(stage, "commercial", DMPC)
    office = Holding.objects.own().get(person=stage.people["dmpc"]).office
    signature(version, other, DMPC, held=office, office_title=office.title)()
    Version.objects.filter(pk=version.pk).update(state="decided")
    rescission(load(version.pk), stage.people).save(force_insert=True)


# Overrides, appointments, ends


def consented(by: str, governs: bool = False) -> Act:
    """Agree by hand that the chief executive signs what they wrote."""

    def act(stage: Stage) -> None:
        Body.objects.update(small_office=True)
        if governs:
            appointed(stage, by, "governance")
        current = stage.papers["written"].rounds.get()
        row = Override.objects.create(round=current, office=CHIEF, person=stage.people["chief"], reason="x")
        Override.objects.filter(pk=row.pk).update(consented_by=stage.people[by])

    return act


def turned_down(by: str, asked: str = "chief", reason: str = "x", **changes: Any) -> Act:
    """Turn down by hand that somebody signs in two parts; and answer again, if there are `changes`."""

    def act(stage: Stage) -> None:
        Body.objects.update(small_office=True)
        current = stage.papers["written"].rounds.get()
        row = Override.objects.create(round=current, office=CHIEF, person=stage.people[asked], reason="x")
        rows = Override.objects.filter(pk=row.pk)
        rows.update(refused_by=stage.people[by], refusal=reason)
        if changes:
            rows.update(**{name: stage.people.get(value) or value for name, value in changes.items()})

    return act


def signed_on_a_no(stage: Stage) -> None:
    """Sign what one wrote, naming who turned that down as who agreed to it."""
    turned_down("governance2")(stage)
    no = stage.people["governance2"]
    agreed = {"authority": f"override agreed by {no}"}
    signature(stage.papers["written"], stage.people["chief"], CHIEF, **agreed)()


def appointed_in_a_loop(stage: Stage) -> None:
    """Make somebody chief executive for whom the deputy signs, who has the deputy sign for them."""
    strategy = Holding.objects.own().get(person=stage.people["deputy"]).office
    signs = {"capacity": "delegate", "authority": "4.1", "until": until()}
    Holding.objects.create(office=strategy, person=stage.people["officer2"], **signs)
    appointed(stage, "officer2", CHIEF)


def ended_in_the_past(rows: Callable[[Stage], QuerySet[Any]]) -> Act:
    """Let something end when it began."""

    def act(stage: Stage) -> None:
        assert rows(stage).update(until=F("since") + timedelta(microseconds=1))

    return act


def confirmed_by_an_adviser(stage: Stage) -> None:
    """Confirm what others decided in a paper on which one advised."""
    row = stage.papers["jointly"].joint_decisions.get()
    person = appointed(stage, "finance", "governance", reads_part2=True)
    JointConfirmation.objects.create(decision=row, agrees=True, digest=joint.said(row), by=person)


def handed_to(name: str) -> Act:
    """Give a paper by hand to somebody who has another part in it."""

    def act(stage: Stage) -> None:
        to = appointed(stage, name, "drafting_officer")
        by = stage.people["officer"]
        HandOver.objects.create(version=stage.papers["with_chief_executive"], to=to, by=by, reason="x")

    return act


# Submission and reference data


def submitted(station: str, to: str = "with_head_of_service", **changes: Any) -> Act:
    """Submit a paper by hand, with its number and its round."""

    def act(stage: Stage) -> None:
        Version.objects.filter(pk=stage.papers[station].pk).update(**changes)
        paper = load(stage.papers[station].pk)
        take_number(paper.decision, deciders.route(paper).numbers)
        paper = load(paper.pk)
        opened(paper, passes=deciders.passes(paper))
        Version.objects.filter(pk=paper.pk).update(state=to)

    return act


def opened(paper: Version, **changes: Any) -> None:
    Round.objects.create(
        version=paper, number=1, snapshot=snapshot_of(paper), opened_by=paper.drafting_officer, **changes
    )


def submitted_by_a_scheme_to_come(stage: Stage) -> None:
    """Rely on a scheme that is not in force."""
    scheme = Scheme.objects.create(body_id="mopac", valid_from=date(2999, 1, 1), name="x", titles={})
    row = SchemeParagraph.objects.create(scheme=scheme, number="1", text="x", decider="decision_maker")
    submitted("draft", decider="decision_maker", scheme_paragraph=row)(stage)


def left_out_twice(stage: Stage) -> None:
    """Leave a step out in two periods that overlap."""
    for days in (1, 2):
        since = timezone.localdate() + timedelta(days=days)
        PassedStep.objects.create(body_id="mopac", step=CHIEF, words="None.", since=since)


def given_last_day(model: Any, *, days: int = 0, at_the_end: bool = False) -> Act:
    """Give every row a last day; the database asks for two people at the end of the transaction."""

    def act(stage: Stage) -> None:
        model.objects.update(valid_until=timezone.localdate() + timedelta(days=days))
        if at_the_end:
            connection.check_constraints()

    return act


def ground_come_back(stage: Stage) -> None:
    """Let a ground that has ended go on."""
    past = {"position": 1, "valid_from": date(2005, 1, 1), "valid_until": date(2020, 1, 1)}
    row = ExemptionGround.objects.create(key="x", instrument="foia", provision="section 27", **past)
    ExemptionGround.objects.filter(pk=row.pk).update(valid_until=None)


def submitted_on_a_ground_to_come(stage: Stage) -> None:
    """Submit a paper that claims a ground which is not in force."""
    to_come = {"position": 1, "valid_from": date(2999, 1, 1)}
    row = ExemptionGround.objects.create(key="x", instrument="foia", provision="section 27", **to_come)
    stage.papers["draft"].part2_papers.get().claims.create(ground=row)
    submitted("draft")(stage)


def numbered_by_a_series_of_the_past(stage: Stage) -> None:
    """Count on in a series after another one has taken its place."""
    Series.objects.filter(key="pcd").update(issues=False)
    Counter.objects.filter(series__key="pcd").update(last_number=F("last_number") + 1)


def small_by_one(stage: Stage) -> None:
    """Make the body a small office alone; the database looks at the end of the transaction."""
    Body.objects.update(small_office=True)
    connection.check_constraints()


# The outside, notes, access


def guessed(stage: Stage) -> None:
    """Answer from outside after five wrong codes and a right one."""
    asked = OutsideRequest.objects.create(
        version=stage.papers["with_chief_executive"], area="legal", name="A", organisation="B",
        email="a@b.example", shared=[], digest=b"x", code="x", until=date(2999, 1, 1), by=stage.people["officer"],
    )  # fmt: skip
    for right in (False,) * 5 + (True,):
        OutsideVisit.objects.create(request=asked, right=right)
    OutsideAnswer.objects.create(request=asked, outcome="content")


def noted_out_of_turn(stage: Stage) -> None:
    """Write a note for one's office while the paper is with another."""
    person = stage.people["dmpc"]
    BriefingNote.objects.create(
        version=stage.papers["with_chief_executive"],
        office=Holding.objects.own().get(person=person).office,
        by=person,
        holds_part2=False,
        sealed=b"x",
    )


def let_in(by: str = "officer2", **changes: Any) -> Act:
    """Open Part 2 to a drafting officer who has no part in the paper."""

    def act(stage: Stage) -> None:
        person = stage.people["officer2"]
        values = {"access": "read_part2", "reason": "x", "source": "route", "given_by": stage.people[by]}
        Grant.objects.create(decision=stage.papers["decided"].decision, person=person, **values | changes)

    return act


def served(name: str) -> Act:
    """Let the chief executive name somebody who holds the office."""

    def act(stage: Stage) -> None:
        office, by = Office.objects.get(role=CHIEF), stage.people["chief"]
        if name != "chief":
            appointed(stage, name, CHIEF)
        PrivateOffice.objects.create(office=office, person=stage.people[name], named_by=by, until=until())

    return act


NO_DECIDER: dict[str, Any] = {"decider": "", "scheme_paragraph": None, "decider_reason": ""}
MUTANTS: dict[str, tuple[Change, Act]] = {
    "advice is given by whom it was asked of": (
        without_fault("guard_advice", "it was asked of somebody else"), advised("auditor"),
    ),
    "what was handed on is answered by the colleague": (
        without_fault("guard_advice", "it was asked of somebody else"), advised_on_what_was_handed_on,
    ),
    "no advice after the decision": (
        without_fault("guard_advice", "the version is %s"), advised("finance", "decided"),
    ),
    "advice is on a text": (without_fault("guard_advice", "it is on no text"), advised("finance", covers={})),
    "nobody advises on what they wrote": (
        without_fault("guard_advice", "nobody advises on a paper that they wrote"),
        advised("chief", "written", asked="chief"),
    ),
    "nobody advises on what they drafted": (
        without_fault("guard_advice", "nobody advises on a paper that they wrote"), advised("officer", asked="officer"),
    ),
    "an objection is lifted by a word on the same text": (
        without_words("guard_objections", "\n            AND later.covers @> given.covers"),
        objection_lifted_on_another_text,
    ),
    "nobody rescinds under another name": (
        without_words("guard_rescission", "NEW.name = person.full_name AND "), rescinded(name="Somebody Else"),
    ),
    "nobody rescinds under another title": (
        without_words("guard_rescission", " AND NEW.office_title = office.title"), rescinded(office_title="Mayor"),
    ),
    "nobody rescinds in another capacity": (
        without_words("guard_rescission", " AND NEW.capacity = held.capacity"), rescinded(capacity="acting"),
    ),
    "nobody rescinds who only signs for the office": (
        without_words("guard_rescission", "held.capacity <> 'delegate' AND "),
        rescinded("commercial", DMPC, capacity="delegate"),
    ),
    "nobody rescinds while they are away": (
        without_fault("guard_rescission", "the signer is away"), rescinded_while_away,
    ),
    "nobody rescinds who took no part": (
        without_fault("guard_rescission", "they declared an interest"), rescinded_by_who_took_no_part,
    ),
    "nobody rescinds on their own advice": (
        without_fault("guard_rescission", "nobody rescinds a paper on which they advised"), rescinded("finance", DMPC),
    ),
    "what goes out as it is has been checked on every route": (
        without_trigger("ab_checked", "decisions_version"), submitted("unchecked", "with_decision_maker"),
    ),
    "an override is agreed to by the governance team": (
        without_trigger("ab_consent", "approvals_override"), consented("legal"),
    ),
    "who signed agrees to no override": (
        without_trigger("ab_consent", "approvals_override"), consented("head", governs=True),
    ),
    "who advised agrees to no override": (
        without_trigger("ab_consent", "approvals_override"), consented("finance", governs=True),
    ),
    "an override is turned down by the governance team": (
        without_trigger("ab_consent", "approvals_override"), turned_down("legal"),
    ),
    "nobody turns down their own override": (
        without_fault("guard_override", "a second person"), turned_down("governance2", asked="governance2"),
    ),
    "an override is turned down with a reason": (
        without_fault("guard_override", "it is turned down with a reason"), turned_down("governance2", reason=""),
    ),
    "what was turned down stays so": (
        without_fault("guard_override", "it is answered once"),
        turned_down("governance2", refused_by=None, refusal="", consented_by="governance"),
    ),
    "nobody signs by an override that was turned down": (
        without_words("overridden", "o.consented_by_id", "coalesce(o.consented_by_id, o.refused_by_id)"),
        signed_on_a_no,
    ),
    "who wrote rescinds nothing that somebody else decided": (
        without_words("guard_rescission", "AND signature.signer_id = NEW.signer_id"), rescinded("officer", DMPC),
    ),
    "an appointment makes no loop": (without_trigger("zz_no_loop", "people_holding"), appointed_in_a_loop),
    "nobody holds an office for which they sign": (
        without_trigger("zz_no_loop", "people_holding"), lambda stage: appointed(stage, "deputy", CHIEF),
    ),
    "a holding does not end in the past": (
        without_trigger("ab_end", "people_holding"),
        ended_in_the_past(lambda stage: Holding.objects.filter(person=stage.people["chief"])),
    ),
    "a grant does not end in the past": (
        without_trigger("ab_end", "decisions_grant"),
        ended_in_the_past(
            lambda stage: Grant.objects.filter(decision=stage.papers["decided"].decision, until=None)
        ),
    ),
    "who advised confirms nothing": (
        without_fault("guard_joint_confirmation", "the governance team confirms"), confirmed_by_an_adviser,
    ),
    "nobody takes no part who decides nothing": (
        without_trigger("ab_decides", "approvals_recusal"), recused("auditor"),
    ),
    "nobody takes no part under another name": (
        without_trigger("ab_decides", "approvals_recusal"), recused(name="Somebody Else"),
    ),
    "nobody takes over what they signed": (without_trigger("ab_no_part", "approvals_handover"), handed_to("head")),
    "nobody takes over what they advised on": (
        without_trigger("ab_no_part", "approvals_handover"), handed_to("finance"),
    ),
    "a paper says who decides it": (
        without_fault("guard_scheme_of_the_day", "it does not say who decides"), submitted("draft", **NO_DECIDER),
    ),
    "a paper relies on the scheme of today": (
        without_fault("guard_scheme_of_the_day", "it relies on a scheme"), submitted_by_a_scheme_to_come,
    ),
    "what a round says is mandatory is there": (
        without_trigger("ac_needed", "approvals_round"),
        lambda stage: opened(stage.papers["draft"], needed=[{"area": "finance"}]),
    ),
    "a step is left out once at a time": (without_trigger("ac_once", "decisions_passedstep"), left_out_twice),
    "a rule on advice is not weakened": (
        without_trigger("aa_last_day", "decisions_advicerule"), lambda stage: AdviceRule.objects.update(kinds=["x"]),
    ),
    "a ground of exemption keeps its words": (
        without_fault("guard_last_day", "nothing but its last day"),
        lambda stage: ExemptionGround.objects.update(title="x"),
    ),
    "no rule on advice ends in the past": (
        without_fault("guard_last_day", "it does not end in the past"), given_last_day(AdviceRule, days=-1),
    ),
    "no ground that has ended comes back": (
        without_fault("guard_last_day", "what has ended stays so"), ground_come_back,
    ),
    "two people end a rule on advice": (
        without_trigger("zz_two_people", "decisions_advicerule"), given_last_day(AdviceRule, at_the_end=True),
    ),
    "two people end a ground of exemption": (
        without_trigger("zz_two_people", "decisions_exemptionground"),
        given_last_day(ExemptionGround, at_the_end=True),
    ),
    "a paper claims grounds of today": (
        without_trigger("ae_grounds", "decisions_version"), submitted_on_a_ground_to_come,
    ),
    "an office keeps its role": (
        without_trigger("aa_office", "people_office"),
        lambda stage: Office.objects.filter(key="director-strategy").update(role="decision_maker"),
    ),
    "a series keeps its letters": (
        without_trigger("aa_series", "decisions_series"),
        lambda stage: Series.objects.filter(key="ceod").update(key="x"),
    ),
    "a series of the past gives no numbers again": (
        without_words("guard_series", " OR NEW.issues AND NOT OLD.issues"),
        lambda stage: [Series.objects.filter(key="ceod").update(issues=issues) for issues in (False, True)],
    ),
    "references of a series have their year": (
        without_fault("guard_series", "its references do not tell its numbers apart"),
        lambda stage: Series.objects.create(body_id="mopac", key="x", name="X", on_form="{number}", in_text="{number}",
            by_year=True, issues=False),
    ),
    "a series that has ceased counts no further": (
        without_trigger("ab_issues", "decisions_counter"), numbered_by_a_series_of_the_past,
    ),
    "an edition of the form is never reworded": (
        without_trigger("zz_append_only", "decisions_formedition"),
        lambda stage: FormEdition.objects.update(name="Other"),
    ),
    "two people agree to a small office": (without_trigger("zz_two_people", "decisions_body"), small_by_one),
    "nobody answers from outside who guessed": (
        without_trigger("ab_not_guessed", "approvals_outsideanswer"), guessed,
    ),
    "a note is for the office whose turn it is": (
        without_trigger("ab_turn", "approvals_briefingnote"), noted_out_of_turn,
    ),
    "nobody lets themselves into Part 2": (
        without_fault("guard_grant", "nobody lets themselves into Part 2"), let_in(),
    ),
    "nobody lets themselves in as who drafted it": (
        without_fault("guard_grant", "nobody lets themselves into Part 2"), let_in(source="drafted"),
    ),
    "a grant is by a holding of that person": (
        without_fault("guard_grant", "the holding is somebody else"),
        lambda stage: let_in("officer", holding=Holding.objects.own().get(person=stage.people["dmpc"]))(stage),
    ),
    "nobody serves an office that they hold": (
        without_trigger("ab_serves", "people_privateoffice"), served("commercial"),
    ),
    "nobody names themselves": (without_trigger("ab_serves", "people_privateoffice"), served("chief")),
}  # fmt: skip


@pytest.mark.parametrize("name", MUTANTS)
def test_each_guard_is_missed_when_it_is_gone(stage: Stage, name: str) -> None:
    change, act = MUTANTS[name]
    tried(stage.database, change, partial(act, stage))


def test_what_is_true_is_taken(stage: Stage) -> None:
    for act in (
        advised("finance"),
        rescinded(),
        recused(),
        consented("governance2"),
        turned_down("governance2"),
        submitted("draft"),
        let_in("officer"),
    ):
        assert accepted(partial(act, stage))


def test_what_is_dated_back_begins_when_it_is_written(stage: Stage) -> None:
    long_ago = timezone.now() - timedelta(days=900)

    def dated_back() -> None:
        held = Holding.objects.get(
            pk=appointed(stage, "commercial", CHIEF, since=long_ago).holdings.latest("since").pk
        )
        let_in("officer", since=long_ago)(stage)
        given = Grant.objects.filter(person=stage.people["officer2"]).latest("since")
        assert min(held.since, given.since) > long_ago + timedelta(days=899)

    assert accepted(dated_back)


def agreed_while_signing(stage: Stage, subject: str) -> bool:
    """Say whether who signs as head of service, and is of governance too, agrees to an override at that moment."""
    people, head = stage.people, stage.people["head"]
    written = walk.draft(made_up(1, subject), people)
    Contributor.objects.create(version=written, person=people["chief"])
    version = walk.bring(written, people, "with_head_of_service")
    walk.be_small(people)
    row = Override.objects.create(
        round=version.rounds.get(), office=CHIEF, person=people["chief"], reason="x"
    )
    walk.be_small(people, small=False)
    done, taken = threading.Event(), []

    def agree() -> None:
        with suppress(DatabaseError):
            taken.append(Override.objects.filter(pk=row.pk).update(consented_by=head))
        connections.close_all()
        done.set()

    office = version.head_of_service
    assert office is not None
    agrees = threading.Thread(target=agree)
    with transaction.atomic():
        signature(version, head, "head_of_service", held=office, office_title=office.title)()
        agrees.start()
        until_somebody_waits(stage.database, done)
    agrees.join()
    return bool(taken)


def test_without_its_lock_who_signs_at_that_moment_would_agree(stage: Stage) -> None:
    appointed(stage, "head", "governance")
    assert not agreed_while_signing(stage, "Ropes")
    with changed(stage.database, without_words("guard_consent", " FOR UPDATE OF v")):
        assert agreed_while_signing(stage, "Nets")
