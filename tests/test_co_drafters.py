"""Co-drafters: named, write with the drafting officer, and never sign what they wrote (design.md 2)."""

from collections.abc import Mapping

import pytest
from django.urls import reverse

from approvals.demo import walk
from approvals.demo.papers import CUSTODY, made_up
from approvals.keeping import co_drafters
from approvals.models import Notice
from approvals.workflow import NotAllowed, Refused, perform
from decisions import policy
from decisions.models import Access, Version
from decisions.snapshot import load
from pcd.people.models import User
from tests.drafting import save, signed_in, text_of, url
from tests.pages import assert_valid_html

pytestmark = pytest.mark.django_db

People = Mapping[str, User]


@pytest.fixture
def version(people: People) -> Version:
    """A draft with a Part 2."""
    return walk.draft(made_up(1, "Signal masts", part2=CUSTODY), people)


def rights(person: User, version: Version) -> set[str]:
    """Return what this person may do with the paper."""
    return {access.value for access in Access if policy.may(person, access, version.decision)}


@pytest.mark.parametrize(
    ("with_part2", "opens"),
    [("no", {Access.EDIT, Access.PART1}), ("yes", {Access.EDIT, Access.PART1, Access.PART2})],
)
def test_a_co_drafter_is_named_writes_and_is_removed(
    people: People, version: Version, with_part2: str, opens: set[str]
) -> None:
    officer, other = signed_in(people["officer"]), people["officer2"]
    address = reverse("act", args=[version.decision_id, "add_co_drafter"])
    assert_valid_html(officer.get(address).content.decode())
    typed = {"to": str(other.pk), "with_part2": with_part2}
    assert [officer.post(address, typed).status_code for _ in range(2)] == [303, 303]

    assert rights(other, version) == opens
    paper = text_of(officer.get(url("paper", version)))
    assert f"writes it with {other}" in paper
    assert f"shared the writing with {other}" in paper
    assert Notice.objects.get(asks="writes").person == other
    section = url("paper-section", version, kind="legal")
    assert save(signed_in(other), section, treatment="text", text="The Act allows it.").status_code == 303
    with pytest.raises(NotAllowed):
        perform(version.pk, "submit", by=other, confirmed=True)
    with pytest.raises(NotAllowed):
        perform(version.pk, "add_co_drafter", by=other, to=people["officer2"], with_part2=False)

    address = reverse("act", args=[version.decision_id, "end_co_drafting"])
    assert [officer.post(address, {"to": str(other.pk)}).status_code for _ in range(2)] == [303, 303]
    assert rights(other, version) == {Access.PART1}
    assert co_drafters(load(version.pk)) == []
    assert load(version.pk).contributors.filter(person=other).exists(), "they wrote, and never sign it"


@pytest.mark.parametrize(
    ("to", "reason"), [("officer", "writes this paper already"), ("auditor", "is not a drafting officer")]
)
def test_nobody_is_a_co_drafter_who_may_not_be(
    people: People, version: Version, to: str, reason: str
) -> None:
    with pytest.raises(Refused) as refused:
        perform(version.pk, "add_co_drafter", by=people["officer"], to=people[to], with_part2=False)
    assert reason in str(refused.value)


def test_a_co_drafter_takes_the_paper_over(people: People, version: Version) -> None:
    to = people["officer2"]
    perform(version.pk, "add_co_drafter", by=people["officer"], to=to, with_part2=False)
    perform(version.pk, "hand_over", by=people["officer"], to=to, reason="Leave.")
    assert rights(to, version) == {Access.EDIT, Access.PART1, Access.PART2}
    assert co_drafters(load(version.pk)) == []


def test_a_co_drafter_who_may_not_read_part_2_opens_it_to_no_adviser(
    people: People, version: Version
) -> None:
    other = people["officer2"]
    perform(version.pk, "add_co_drafter", by=people["officer"], to=other, with_part2=False)
    about = {"adviser": people["legal"], "area": "legal"}
    with pytest.raises(Refused, match="you cannot open it to an adviser"):
        perform(version.pk, "request_advice", by=other, with_part2=True, **about)
    perform(version.pk, "request_advice", by=other, with_part2=False, **about)
    assert not policy.may(people["legal"], Access.PART2, version.decision)
