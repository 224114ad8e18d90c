"""Decisions of the chief executive, a delegated officer and the Mayor: from the draft to the public page."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from pypdf import PdfReader

from approvals import effects, interests, rescinding
from approvals.clock import let_in_decision_makers, let_in_successors, render
from approvals.demo import walk
from approvals.demo.papers import made_up
from approvals.models import Notice, Rescission
from approvals.numbers import take_number
from approvals.signing import holding_for, nobody_left, shown
from approvals.verify import faults
from approvals.workflow import NotAllowed, Refused, perform
from decisions import deciders, policy
from decisions.checks import authority
from decisions.models import Access, Decider, State, Version
from decisions.snapshot import labelled, load
from pcd.people.models import Absence, Holding, Office, User
from tests.drafting import signed_in, text_of, url
from tests.pages import assert_valid_html
from tests.public import PublicClient
from tests.test_route_guards import signature

pytestmark = pytest.mark.django_db
YEAR = timezone.localdate().year
CHIEF, OFFICER, MAYOR = Decider.CHIEF_EXECUTIVE, Decider.DELEGATED_OFFICER, Decider.MAYOR
#: By who decides: who it is in the demo, the title printed, the series of the number, the offices that sign before.
ROUTES: Mapping[str, tuple[str, str, str, tuple[str, ...]]] = {
    CHIEF: ("chief", "Chief Executive Officer", f"CEOD 1 - {YEAR}", ("head_of_service",)),
    OFFICER: ("head", "", f"CEOD 1 - {YEAR}", ()),
    MAYOR: ("mayor", "Mayor", "PCD 1637", ("head_of_service", "chief_executive")),
}


@pytest.fixture
def everybody(people: Mapping[str, User]) -> dict[str, User]:
    """The demo people, and a Mayor, whom the demo does not have."""
    mayor = User.objects.create_user("mayor", full_name="Aurelia Finch", job_title="Mayor")
    Holding.objects.create(office=Office.objects.get(key="mayor"), person=mayor)
    return {**people, "mayor": mayor}


def draft(people: Mapping[str, User], decider: str = CHIEF, subject: str = "Lockers") -> Version:
    """A paper that this one decides, by the scheme or instead of somebody less strict."""
    version = walk.draft(made_up(-3 if decider == OFFICER else 0, subject), people)
    walk.name_decider(version, Decider(decider))
    return load(version.pk)


def refused(act: Callable[[], Any]) -> bool:
    try:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)
    except DatabaseError:
        return True
    return False


@pytest.mark.parametrize("decider", ROUTES)
def test_the_whole_route_of_each_decider(everybody: dict[str, User], decider: str) -> None:
    who, title, reference, before = ROUTES[decider]
    version = draft(everybody, decider)
    title = title or version.head_of_service.title  # type: ignore[union-attr]
    drafted = signed_in(everybody["officer"]).get(f"/papers/{version.decision_id}/recommendations/")
    assert f"The {title} is recommended to:" in text_of(drafted)
    if "chief_executive" in before:
        version = walk.bring(version, everybody, "with_chief_executive")
        endorsed = text_of(signed_in(everybody["chief"]).get(url("act", version, action="endorse")))
        assert f"request to be submitted to the {title}." in endorsed
    version = walk.bring(version, everybody, "with_decision_maker")
    assert version.decision.reference == reference
    assert set(Notice.objects.filter(asks="decide").values_list("person__username", flat=True)) == {who}
    assert Notice.objects.filter(asks="endorse").exists() is ("chief_executive" in before)
    assert Notice.objects.filter(asks="review").exists() is ("head_of_service" in before)
    for other in {"chief", "head", "dmpc", "mayor"} - {who}:
        with pytest.raises((NotAllowed, Refused)):
            perform(
                version.pk, "decide", by=everybody[other], digest=shown(version), interests="", outcomes={}
            )

    client = signed_in(everybody[who])
    assert "Decide and sign" in text_of(client.get("/"))
    page = client.get(url("act", version, action="decide"))
    assert_valid_html(page.content.decode())
    assert f"You sign as {everybody[who].full_name}, {title}" in text_of(page)
    paper = text_of(client.get(url("paper", version)))
    for step, words in deciders.ROUTES[decider].passes.items():
        assert f"not for this paper : {words}" in paper or f"not for this paper: {words}" in paper, step
    assert ("which this paper does not have" in paper) is (decider != MAYOR)

    version = walk.bring(version, everybody, "published")
    signatures = version.rounds.get().signatures.order_by("signed_at")
    assert [row.office for row in signatures] == [*before, "decision_maker"]
    assert signatures.last().office_title == title  # type: ignore[union-attr]
    assert signatures.last().held.title == title  # type: ignore[union-attr]
    public = PublicClient().get(f"/decisions/{version.decision.key}/")
    assert_valid_html(public.content.decode())
    data = json.loads(PublicClient().get(f"/decisions/{version.decision.key}.json").content)["decision"]
    assert {row["step"]: row["words"] for row in data["passed"]} == deciders.ROUTES[decider].passes
    assert data["decider"] == title
    assert data["recommended_to"] == f"The {title} is recommended to:"
    assert data["part1_heading"].endswith(f"ADVICE TO THE {title.upper()}")
    for name in ("Deputy Mayor", "DMPC"):
        assert name not in text_of(public), "nobody is named who did not decide"
        assert name not in json.dumps(data)
    assert faults(version.decision) == []
    render()
    response = PublicClient().get(f"/decisions/{version.decision.key}.pdf")
    pdf = " ".join(
        " ".join(page.extract_text().split()) for page in PdfReader(BytesIO(response.content)).pages
    )
    assert title in pdf
    assert "Deputy Mayor" not in pdf


def test_the_database_passes_the_same_steps_in_the_same_words() -> None:
    assert set(deciders.ROUTES) == set(Decider)
    with connection.cursor() as cursor:
        for decider, route in deciders.ROUTES.items():
            cursor.execute("SELECT staff.passed_by_decider(%s)", [decider])
            assert json.loads(cursor.fetchone()[0]) == route.passes


@pytest.mark.parametrize("decider", [*ROUTES, Decider.DECISION_MAKER])
def test_the_database_takes_the_decision_of_that_office_alone(
    everybody: dict[str, User], decider: str
) -> None:
    who = ROUTES[decider][0] if decider in ROUTES else "dmpc"
    version = walk.bring(draft(everybody, decider), everybody, "with_decision_maker")
    offices = {
        "chief": Office.objects.get(key="chief-executive"),
        "head": version.head_of_service,
        "deputy": Office.objects.filter(role="head_of_service").order_by("key")[1],
        "dmpc": Office.objects.get(key="dmpc"),
        "mayor": Office.objects.get(key="mayor"),
    }
    for name, held in offices.items():
        assert held
        act = signature(version, everybody[name], "decision_maker", held=held, office_title=held.title)
        assert refused(act) is (name != who), name


def test_the_number_and_the_passed_steps_are_those_of_whoever_decides(everybody: dict[str, User]) -> None:
    version = walk.bring(draft(everybody), everybody, "in_advice")
    for name, otherwise in (
        ("deciders", SimpleNamespace(passes=lambda _: {}, route=deciders.route)),
        ("take_number", lambda decision, _: take_number(decision)),
    ):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(effects, name, otherwise)
            assert refused(lambda: walk.submit(version, everybody)), name
    walk.submit(version, everybody)


def test_a_delegate_decides_for_the_chief_executive_within_the_scope_and_the_page_says_so(
    everybody: dict[str, User],
) -> None:
    version = walk.bring(draft(everybody), everybody, "with_decision_maker")
    deputy, chief = everybody["deputy"], everybody["chief"]
    assert holding_for(version, deputy) is None, "the chief executive is there"
    Absence.objects.create(
        person=chief, until=timezone.now() + timedelta(days=1), recorded_by=everybody["admin"]
    )
    assert holding_for(version, chief) is None
    let_in_successors()
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(walk.DECIDES, CHIEF, "deputy")
        walk.decide(version, everybody)
    version = walk.bring(load(version.pk), everybody, "published")
    page = text_of(PublicClient().get(f"/decisions/{version.decision.key}/"))
    assert deputy.full_name in page
    assert f"{chief.full_name}, Chief Executive Officer" in page
    assert faults(version.decision) == []


def test_a_delegate_whose_scope_ends_below_the_amount_does_not_decide(everybody: dict[str, User]) -> None:
    version = walk.bring(draft(everybody), everybody, "with_decision_maker")
    office = Office.objects.get(key="chief-executive")
    Holding.objects.create(
        office=office,
        person=everybody["officer2"],
        capacity="delegate",
        up_to=100_000,
        authority="paragraph 9",
        until=timezone.now() + timedelta(days=1),
    )
    assert holding_for(version, everybody["officer2"]) is None


def test_a_return_and_a_second_round_keep_the_number_and_the_way(everybody: dict[str, User]) -> None:
    version = walk.bring(draft(everybody), everybody, "with_decision_maker")
    perform(version.pk, "return_for_amendment", by=everybody["chief"], reason="Say more.")
    version = walk.bring(load(version.pk), everybody, "decided")
    assert version.decision.reference == f"CEOD 1 - {YEAR}"
    assert version.rounds.count() == 2
    assert faults(version.decision) == []


def test_a_number_of_other_decisions_is_an_error_and_the_paper_begins_again(
    everybody: dict[str, User],
) -> None:
    version = walk.bring(draft(everybody), everybody, "with_decision_maker")
    perform(version.pk, "return_for_amendment", by=everybody["chief"], reason="Take it to the Deputy Mayor.")
    walk.name_decider(version)
    with pytest.raises(Refused) as why:
        walk.submit(load(version.pk), everybody)
    assert why.value.reasons == (
        f"CEOD 1 - {YEAR} is of the series “Decisions of the Chief Executive Officer (example)”, and a number "
        "stays. Name who takes those decisions, or withdraw this paper and begin another from it.",
    )


@pytest.mark.parametrize("decider", ROUTES)
def test_whose_office_decided_takes_it_back_and_nobody_else(everybody: dict[str, User], decider: str) -> None:
    who = ROUTES[decider][0]
    version = walk.bring(draft(everybody, decider), everybody, "decided")
    for other in {"chief", "head", "dmpc", "mayor"} - {who}:
        with pytest.raises(NotAllowed):
            perform(version.pk, "rescind", by=everybody[other], digest=shown(version), reason="No.")
    if decider == CHIEF:
        held = Holding.objects.get(person=everybody["dmpc"])
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(rescinding, "holding_as", lambda *_: held)
            assert refused(
                lambda: rescinding.rescind(version, held.person, reason="No.", on=timezone.localdate())
            )
    walk.rescind(version, everybody)
    assert load(version.pk).state == State.RESCINDED
    assert Rescission.objects.get().office_title in (ROUTES[decider][1], version.head_of_service.title)  # type: ignore[union-attr]
    assert faults(version.decision) == []


def test_who_comes_to_an_office_later_reads_what_it_decided_and_the_mayor_nothing_else(
    everybody: dict[str, User],
) -> None:
    ours = walk.bring(draft(everybody, CHIEF), everybody, "decided")
    theirs = walk.bring(draft(everybody, Decider.DECISION_MAKER, "Vans"), everybody, "decided")
    newcomer = User.objects.create_user("new", full_name="Ngaio Prewett")
    Holding.objects.create(office=Office.objects.get(key="dmpc"), person=newcomer)
    let_in_decision_makers()
    reads = [policy.may(newcomer, Access.PART1, row.decision) for row in (ours, theirs)]
    assert reads == [False, True]
    assert not policy.may(everybody["mayor"], Access.PART1, theirs.decision)


def test_a_body_without_that_office_says_to_take_it_outside(
    everybody: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    version = draft(everybody, MAYOR)
    assert list(authority.own_route(version)) == []
    monkeypatch.setattr(deciders, "MAYOR", "lord-mayor")
    [found] = authority.own_route(version)
    assert found.sentence == (
        "This is for the Mayor to decide, whose decisions are not taken in this system yet. Take it to the Mayor "
        "outside it."
    )


def test_nobody_else_holds_the_office_of_a_delegated_officer_who_wrote_the_paper(
    everybody: dict[str, User],
) -> None:
    version = draft(everybody, OFFICER)
    version.contributors.create(person=everybody["head"])
    version = walk.bring(version, everybody, "in_advice")
    with pytest.raises(Refused, match="Nobody who had no other part in this paper"):
        walk.submit(version, everybody)


@pytest.mark.parametrize("decider", ROUTES)
def test_whoever_decides_and_has_an_interest_takes_no_part(everybody: dict[str, User], decider: str) -> None:
    who = ROUTES[decider][0]
    version = walk.bring(draft(everybody, decider), everybody, "with_decision_maker")
    perform(version.pk, "withdraw_from_deciding", by=everybody[who], interest="My brother owns the land.")
    fresh = load(version.pk)
    assert holding_for(fresh, everybody[who]) is None
    assert everybody[who] not in interests.deciding(fresh)
    assert nobody_left(fresh) is (decider != CHIEF), "the chief executive has a deputy"
    with pytest.raises(NotAllowed):
        perform(version.pk, "decide", by=everybody[who], digest=shown(version), interests="", outcomes={})


def test_who_stands_in_for_the_chief_executive_decides_where_they_take_no_part(
    everybody: dict[str, User],
) -> None:
    version = walk.bring(draft(everybody, CHIEF), everybody, "with_decision_maker")
    perform(version.pk, "withdraw_from_deciding", by=everybody["chief"], interest="My brother owns the land.")
    outcomes = {str(row.pk): {"outcome": "approved"} for _, row in labelled(load(version.pk))}
    perform(
        version.pk,
        "decide",
        by=everybody["deputy"],
        digest=shown(version),
        interests="None.",
        outcomes=outcomes,
    )
    assert load(version.pk).state == State.DECIDED
