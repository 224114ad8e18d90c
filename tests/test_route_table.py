"""All states x all actions x all roles against the table of transitions, and the table against the database."""

import itertools
from collections.abc import Mapping

import pytest
from django.db import DatabaseError, connection, transaction

from approvals import advice
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, made_up
from approvals.steps import landings
from approvals.workflow import TRANSITION, TRANSITIONS, NotAllowed, Refused, actions, perform
from decisions import policy
from decisions.models import Access, State, Version
from decisions.snapshot import load
from pcd.people.models import User

pytestmark = pytest.mark.django_db

#: The stations at which every action is tried by everybody.
STATIONS = (
    "draft",
    "in_advice",
    "with_head_of_service",
    "with_chief_executive",
    "with_decision_maker",
    "decided",
    "cleared",
    "published",
    "withdrawn",
)

OFFICER, HEAD, CHIEF, DMPC = {"officer"}, {"head"}, {"chief"}, {"dmpc"}
#: Of the governance team only one may read Part 2, and so clear a paper.
GOVERNANCE, CLEARS = {"governance", "governance2"}, {"governance"}
WRITING = ("draft", "in_advice")
TURNS = ("with_head_of_service", "with_chief_executive", "with_decision_maker")

#: Who may do what where: written by hand from design.md section 3, not from the code.
TRUTH: dict[tuple[str, str], set[str]] = {
    **{(station, "request_advice"): OFFICER for station in WRITING},
    **{(station, "submit"): OFFICER for station in WRITING},
    **{
        (station, action): OFFICER
        for station in WRITING
        for action in ("hand_over", "add_co_drafter", "end_co_drafting", "answer_point", "ask_again")
    },
    **{
        (station, "chase_advice"): OFFICER
        for station in (*WRITING, *TURNS, "decided", "cleared", "published")
    },
    ("draft", "ask_outsider"): OFFICER,
    **{(station, "ask_outsider"): OFFICER | {"legal"} for station in ("in_advice", *TURNS)},
    **{(station, "hand_over"): OFFICER | HEAD for station in TURNS},
    **{(station, "withdraw"): OFFICER for station in WRITING},
    ("with_head_of_service", "ask"): HEAD,
    ("with_chief_executive", "ask"): CHIEF,
    ("with_decision_maker", "ask"): DMPC,
    ("with_head_of_service", "review"): HEAD,
    ("with_head_of_service", "return_for_amendment"): HEAD,
    ("with_chief_executive", "endorse"): CHIEF,
    ("with_chief_executive", "return_for_amendment"): CHIEF,
    ("with_decision_maker", "decide"): DMPC,
    ("with_decision_maker", "record_decision"): GOVERNANCE,
    ("with_decision_maker", "return_for_amendment"): DMPC,
    ("with_decision_maker", "withdraw_from_deciding"): DMPC,
    **{(station, "withdraw"): OFFICER | GOVERNANCE for station in TURNS},
    **{
        (station, action): GOVERNANCE
        for station in ("decided", "cleared")
        for action in ("defer", "renew_deferral", "end_deferral", "record_joint_decision", "publish")
    },
    **{(station, "clear_for_publication"): CLEARS for station in ("decided", "cleared")},
    **{(station, "rescind"): DMPC for station in ("decided", "cleared", "published")},
}


def at(station: str, people: Mapping[str, User]) -> Version:
    """Return a paper with a Part 2 that stands there."""
    return walk.bring(walk.draft(made_up(1, "Signal masts", part2=CUSTODY), people), people, station)


def test_everybody_may_do_exactly_what_the_route_says(people: Mapping[str, User]) -> None:
    everybody = {
        **people,
        "superuser": User.objects.create_user("root", full_name="A Superuser", is_superuser=True),
        "stranger": User.objects.create_user("stranger", full_name="A Stranger"),
        "leaver": User.objects.create_user("leaver", full_name="A Leaver", is_active=False),
    }
    version, withdrawn = at("draft", people), at("draft", people)
    perform(withdrawn.pk, "withdraw", by=people["officer"], reason="No longer needed.")
    wrong = []
    for station in STATIONS:
        if station == "withdrawn":
            version = Version.objects.get(pk=withdrawn.pk)
        else:
            version = walk.bring(load(version.pk), people, station)
        offers = {name: offered(version, person) for name, person in everybody.items()}
        for (name, person), action in itertools.product(everybody.items(), TRANSITION):
            expected = name in TRUTH.get((station, action), set())
            if (action in offers[name]) != expected:
                wrong.append(f"{name} {'is not' if expected else 'is'} offered {action} at {station}")
            if not expected:
                with pytest.raises((NotAllowed, Refused)), transaction.atomic():
                    perform(version.pk, action, by=person, confirmed=True, reason="x", digest="")
        assert Version.objects.get(pk=version.pk).state == version.state
    assert not wrong, wrong


def test_an_adviser_is_offered_advice_only_while_it_is_awaited(people: Mapping[str, User]) -> None:
    version = walk.draft(made_up(1, "Signal masts"), people)
    assert "give_advice" not in offered(version, people["legal"])
    perform(
        version.pk,
        "request_advice",
        by=people["officer"],
        adviser=people["legal"],
        area="legal",
        with_part2=False,
    )
    assert "give_advice" in offered(version, people["legal"])
    assert "give_advice" not in offered(version, people["finance"])
    assert not policy.may(people["legal"], Access.PART2, version.decision)
    perform(
        version.pk,
        "give_advice",
        by=people["legal"],
        outcome="content",
        digest=advice.shown(version, people["legal"]),
    )
    assert "give_advice" not in offered(version, people["legal"])


def offered(version: Version, person: User) -> set[str]:
    """Return the actions that a person is offered now."""
    return {row.action for row in actions(Version.objects.get(pk=version.pk), person)}


def test_the_clock_can_only_publish(people: Mapping[str, User]) -> None:
    version = at("decided", people)
    for action in TRANSITION:
        with pytest.raises((NotAllowed, Refused)), transaction.atomic():
            perform(version.pk, action, by=None, confirmed=True, reason="x")
    cleared = at("cleared", people)
    perform(cleared.pk, "publish", by=None)
    assert Version.objects.get(pk=cleared.pk).state == State.PUBLISHED


def test_the_database_knows_the_same_steps_as_the_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT step_from, step_to FROM staff.route_steps()")
        known = set(cursor.fetchall())
    table = {
        (source.value, target.value)
        for row in TRANSITIONS
        for source in row.sources
        if row.target is not None
        for target in landings(row.target)
        if source != target
    }
    assert known == table


@pytest.mark.parametrize("station", ["draft", "with_chief_executive", "decided", "published"])
def test_every_move_that_is_no_step_is_refused_by_the_database(
    station: str, people: Mapping[str, User]
) -> None:
    version = at(station, people)
    for state in State.values:
        if state != version.state and (station, state) != (
            "draft",
            "in_advice",
        ):  # a step that leaves no evidence of its own
            with pytest.raises(DatabaseError), transaction.atomic():
                Version.objects.filter(pk=version.pk).update(state=state)
