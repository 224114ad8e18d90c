"""Handing a paper over: somebody else writes and answers for it, and what was signed stays (design.md 3, hand_over)."""

from collections.abc import Mapping

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from approvals.demo import walk
from approvals.demo.papers import made_up
from approvals.keeping import keeper
from approvals.models import HandOver, Notice
from approvals.signing import sign
from approvals.workflow import NotAllowed, Refused, perform
from decisions import policy
from decisions.checks.run import open_findings
from decisions.models import Access, State, Version
from decisions.snapshot import load
from pcd.people.models import Holding, Office, Role, User
from tests.drafting import signed_in, text_of
from tests.pages import assert_valid_html

pytestmark = pytest.mark.django_db

People = Mapping[str, User]
WHY = "She is on leave until March."


def drafted(people: People, station: str = "draft") -> Version:
    """A paper of the officer that stands there."""
    return walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, station)


def handed(version: Version, people: People, by: str = "officer") -> Version:
    """That paper, handed over to the other officer."""
    perform(version.pk, "hand_over", by=people[by], to=people["officer2"], reason=WHY)
    return load(version.pk)


def test_a_draft_is_handed_over_on_its_page(people: People) -> None:
    version, officer = drafted(people), signed_in(people["officer"])
    address = reverse("act", args=[version.decision_id, "hand_over"])
    page = officer.get(address)
    assert_valid_html(page.content.decode())
    typed = {"to": str(people["officer2"].pk), "reason": WHY}
    assert [officer.post(address, typed).status_code for _ in range(2)] == [303, 303], "the second click too"

    new = text_of(signed_in(people["officer2"]).get(reverse("paper", args=[version.decision_id])))
    assert f"To {people['officer2']} {WHY}" in new
    assert f"handed over the paper to {people['officer2']}" in new.replace(",", "")
    assert load(version.pk).drafting_officer == people["officer2"]
    assert HandOver.objects.count() == 1
    reads = {access: policy.may(people["officer"], access, version.decision) for access in Access}
    assert reads == {Access.PART1: True, Access.EDIT: False, Access.PART2: False}
    assert Notice.objects.get(asks="handed_over").person == people["officer2"]
    assert officer.get(address).status_code == 404


def test_who_takes_a_paper_over_declares_and_submits_it_themselves(people: People) -> None:
    version = drafted(people, "in_advice")
    assert open_findings(load(version.pk)) == []
    version = handed(version, people)
    assert [one.part for one in open_findings(version)] == ["declarations"]
    with pytest.raises(NotAllowed):
        perform(version.pk, "submit", by=people["officer"], confirmed=True)


def test_a_submitted_text_stays_and_names_the_successor_once_it_is_returned(people: People) -> None:
    version = drafted(people, "with_chief_executive")
    text = bytes(version.rounds.get().snapshot.content)
    version = handed(version, people, by="head")
    assert (version.drafting_officer, keeper(version)) == (people["officer"], people["officer2"])
    assert bytes(version.rounds.get().snapshot.content) == text

    perform(version.pk, "return_for_amendment", by=people["chief"], reason="Say more.")

    assert load(version.pk).drafting_officer == people["officer2"]
    told = set(Notice.objects.filter(asks="returned").values_list("person__username", flat=True))
    assert told == {"officer2"}
    assert "Amend and submit again" in text_of(signed_in(people["officer2"]).get(reverse("my-work")))
    assert "Signal masts" not in text_of(signed_in(people["officer"]).get(reverse("my-work")))


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        ("officer", "keeps this paper already"),
        ("auditor", "is not a drafting officer"),
        ("finance", "somebody else must take it over"),
    ],
)
def test_a_paper_goes_to_nobody_who_may_not_have_it(people: People, to: str, reason: str) -> None:
    version = drafted(people, "in_advice")
    if to == "finance":
        office = Office.objects.get(role=Role.DRAFTING_OFFICER, holdings__person=people["officer"])
        Holding.objects.create(office=office, person=people["finance"])
    with pytest.raises(Refused) as refused:
        perform(version.pk, "hand_over", by=people["officer"], to=people[to], reason=WHY)
    assert reason in str(refused.value)


def test_the_database_takes_no_signature_of_whoever_keeps_the_paper(people: People) -> None:
    version = drafted(people, "with_chief_executive")
    office = Office.objects.get(role=Role.CHIEF_EXECUTIVE)
    Holding.objects.create(office=office, person=people["officer2"])
    version = handed(version, people)
    policy.grant(version.decision, [people["officer2"]], Access.PART2, reason="x", source="test", by=None)
    with pytest.raises((Refused, DatabaseError)), transaction.atomic():
        walk.endorse(version, {**people, "chief": people["officer2"]})
    with pytest.raises(DatabaseError, match="nobody signs a paper that they keep"), transaction.atomic():
        sign(version, people["officer2"], statement="x")


@pytest.mark.parametrize("station", ["decided", "published"])
def test_nothing_is_handed_over_after_the_decision(people: People, station: str) -> None:
    version = drafted(people, station)
    with pytest.raises((NotAllowed, Refused)):
        handed(version, people)
    with pytest.raises(DatabaseError), transaction.atomic():
        HandOver.objects.create(version=version, to=people["officer2"], by=people["officer"], reason="x")
    assert version.state in (State.DECIDED, State.PUBLISHED)
