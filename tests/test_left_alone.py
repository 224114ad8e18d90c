"""No paper is nobody's: its drafting officer leaves, or the office that it waits for is empty (design.md 1.4)."""

from collections.abc import Mapping

import pytest
from django.db.models.functions import Now
from django.urls import reverse

from approvals import clock
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, made_up
from approvals.keeping import keeper
from approvals.models import Notice
from approvals.signing import TURN
from approvals.work import tasks
from approvals.workflow import NotAllowed, Refused, perform
from decisions import policy
from decisions.models import Access, State, Version
from decisions.snapshot import load
from pcd.people.models import Holding, Office, Role, User
from tests.drafting import signed_in, text_of
from tests.pages import assert_valid_html

pytestmark = pytest.mark.django_db

People = Mapping[str, User]


def draft(people: People) -> Version:
    return walk.draft(made_up(1, "Signal masts", part2=CUSTODY), people)


def leave(person: User) -> None:
    Holding.objects.filter(person=person).update(until=Now())


def come_back(person: User, role: Role) -> None:
    Holding.objects.create(office=Office.objects.filter(role=role).order_by("key")[0], person=person)


def asked(person: User, version: Version) -> list[str]:
    return [task.what for task in tasks(person) if task.version.pk == version.pk]


HAND_OVER = "Hand it over: its drafting officer has left"


@pytest.mark.parametrize("by", ["head", "governance"])
def test_a_draft_whose_officer_has_left_is_handed_over_by_somebody_who_may_not_write_it(
    people: People, by: str
) -> None:
    version = draft(people)
    if by == "governance":
        Version.objects.filter(pk=version.pk).update(head_of_service=None)
    clock.tick()
    assert not policy.may(people[by], Access.PART1, version.decision), "its officer is there"
    leave(people["officer"])
    for _ in range(2):
        clock.tick()
    assert Notice.objects.filter(asks="left_alone", person=people[by]).count() == 1
    assert asked(people[by], version) == [HAND_OVER]
    assert not policy.may(people[by], Access.PART2, version.decision)
    assert not policy.may(people["dmpc"], Access.PART1, version.decision)
    client, address = signed_in(people[by]), reverse("act", args=[version.decision_id, "hand_over"])
    assert_valid_html(client.get(address).content.decode())
    client.post(address, {"to": str(people["officer2"].pk), "reason": "She has left us."})
    version = load(version.pk)
    assert keeper(version) == people["officer2"]
    assert policy.may(people["officer2"], Access.EDIT, version.decision)
    assert not policy.may(people[by], Access.PART1, version.decision), "it was for the handing over"


def test_a_co_drafter_hands_over_what_the_officer_has_left(people: People) -> None:
    version = draft(people)
    perform(version.pk, "add_co_drafter", by=people["officer"], to=people["officer2"], with_part2=True)
    with pytest.raises(NotAllowed):
        perform(version.pk, "hand_over", by=people["officer2"], to=people["officer2"], reason="Mine.")
    leave(people["officer"])
    assert HAND_OVER in asked(people["officer2"], version)
    address = reverse("act", args=[version.decision_id, "hand_over"])
    signed_in(people["officer2"]).post(address, {"to": str(people["officer2"].pk), "reason": "She has left."})
    assert keeper(load(version.pk)) == people["officer2"]


def test_nobody_takes_a_paper_for_themselves_to_read_its_part_2_or_away_from_who_keeps_it(
    people: People,
) -> None:
    version = draft(people)
    perform(version.pk, "add_co_drafter", by=people["officer"], to=people["officer2"], with_part2=False)
    come_back(people["head"], Role.DRAFTING_OFFICER)
    kept = walk.bring(draft(people), people, "with_head_of_service")
    mine = {"to": people["head"], "reason": "Mine."}
    with pytest.raises(Refused, match="nobody takes a paper for themselves"):
        perform(kept.pk, "hand_over", by=people["head"], **mine)
    leave(people["officer"])
    clock.tick()
    for name in ("officer2", "head"):
        with pytest.raises(Refused, match="nor reads Part 2 that way"):
            perform(version.pk, "hand_over", by=people[name], to=people[name], reason="Mine.")
        assert not policy.may(people[name], Access.PART2, version.decision)


def test_each_paper_of_who_left_is_told_of_and_each_leaving(people: People) -> None:
    versions = [draft(people), walk.draft(made_up(2, "Boats"), people)]

    def told() -> list[int]:
        clock.tick()
        rows = Notice.objects.filter(asks="left_alone", person=people["head"])
        return [rows.filter(version=version).count() for version in versions]

    leave(people["officer"])
    assert told() == [1, 1]
    come_back(people["officer"], Role.DRAFTING_OFFICER)
    assert told() == [1, 1]
    assert not policy.may(people["head"], Access.PART1, versions[0].decision), "it was for the handing over"
    User.objects.filter(pk=people["officer"].pk).update(is_active=False)
    assert told() == [2, 2]


def test_who_kept_a_paper_once_has_no_other_part_in_it(people: People) -> None:
    version = draft(people)
    for name in ("officer2", "officer"):
        by = people["officer" if name == "officer2" else "officer2"]
        perform(version.pk, "hand_over", by=by, to=people[name], reason="On leave.")
    come_back(people["officer2"], Role.FINANCE)
    asked_of = {"adviser": people["officer2"], "area": "finance", "with_part2": False}
    with pytest.raises(Refused, match="wrote part of this paper"):
        perform(version.pk, "request_advice", by=people["officer"], **asked_of)


@pytest.mark.parametrize("state", ["draft", "with_head_of_service"])
def test_an_officer_who_comes_back_writes_on(people: People, state: str) -> None:
    version = walk.bring(draft(people), people, state)
    leave(people["officer"])
    come_back(people["officer"], Role.DRAFTING_OFFICER)
    assert not policy.may(people["officer"], Access.EDIT, version.decision)
    clock.tick()
    for access in (Access.EDIT, Access.PART1, Access.PART2):
        assert policy.may(people["officer"], access, version.decision)
    assert not Notice.objects.filter(asks="left_alone").exists()
    if state != "draft":
        perform(version.pk, "return_for_amendment", by=people["head"], reason="Say more.")
        assert load(version.pk).drafting_officer == people["officer"]


@pytest.mark.parametrize("state", TURN)
def test_a_paper_that_waits_for_an_empty_office_is_told_of_and_can_be_returned(
    people: People, state: str
) -> None:
    version = walk.bring(draft(people), people, state)
    clock.tick()
    assert not Notice.objects.filter(asks="stuck").exists(), "somebody is there"
    with pytest.raises(NotAllowed):
        perform(version.pk, "return_for_amendment", by=people["governance"], reason="Nobody is there.")
    Holding.objects.of(TURN[state]).update(until=Now())
    for _ in range(2):
        clock.tick()
    assert sorted(row.person.username for row in Notice.objects.filter(asks="stuck")) == sorted(
        ["officer", *(row.person.username for row in Holding.objects.of(Role.GOVERNANCE))]
    )
    page = signed_in(people["officer"]).get(reverse("paper", args=[version.decision_id]))
    assert_valid_html(page.content.decode())
    assert "this paper now" in text_of(page)
    assert asked(people["governance"], version) == [
        "Nobody can act on it now: have the office filled, or return it"
    ]
    perform(version.pk, "return_for_amendment", by=people["governance"], reason="Nobody is there.")
    assert load(version.pk).state == State.DRAFT


def test_what_is_filled_again_waits_for_whoever_came(people: People) -> None:
    version = walk.bring(draft(people), people, "with_head_of_service")
    Holding.objects.of(Role.HEAD_OF_SERVICE).update(until=Now())
    clock.tick()
    office = Office.objects.get(holdings__person=people["head"])
    Holding.objects.create(office=office, person=people["deputy"], capacity="acting")
    clock.tick()
    assert asked(people["governance"], version) == []
    walk.review(version, {**people, "head": people["deputy"]})
    assert load(version.pk).state == State.WITH_CHIEF_EXECUTIVE


def test_who_reads_nothing_of_a_draft_that_was_left_hands_nothing_over(people: People) -> None:
    version = draft(people)
    leave(people["officer"])
    for name in ("governance", "head", "officer2", "admin"):
        with pytest.raises((NotAllowed, Refused)):
            perform(version.pk, "hand_over", by=people[name], to=people["officer2"], reason="Mine.")
