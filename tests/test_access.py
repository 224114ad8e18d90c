"""Access follows the office that gave it: it comes with the office, and ends with that very office."""

from collections.abc import Mapping

import pytest
from django.db.models.functions import Now

from approvals import clock
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, made_up
from approvals.models import Notice
from approvals.workflow import Refused, perform
from decisions import policy
from decisions.models import Access, Version
from decisions.snapshot import load
from pcd.people.models import Holding, Office, User

pytestmark = pytest.mark.django_db

People = Mapping[str, User]


def paper_with_part2(people: People, station: str) -> Version:
    """Return a paper with a Part 2 at a station."""
    return walk.bring(walk.draft(made_up(1, "Boats", part2=CUSTODY), people), people, station)


def another_head(people: People) -> Office:
    """Return a second office of a head of service, held by the deputy."""
    office = Office.objects.create(key="estates", title="Director of Estates", role="head_of_service")
    Holding.objects.create(office=office, person=people["deputy"])
    return office


def end(person: User, office: str) -> None:
    """End this person's holding of an office."""
    Holding.objects.filter(person=person, office__key=office).update(until=Now())


def test_who_holds_two_offices_loses_access_with_the_one_that_gave_it(people: People) -> None:
    Holding.objects.create(office=another_head(people), person=people["head"], since="2001-01-01T00:00Z")
    version = paper_with_part2(people, "with_head_of_service")
    end(people["head"], "cfo")
    clock.let_in_successors()
    assert not policy.may(people["head"], Access.PART2, version.decision)


def test_who_holds_the_same_role_twice_keeps_access_until_both_have_ended(people: People) -> None:
    Holding.objects.create(
        office=Office.objects.get(key="governance"), person=people["governance"], reads_part2=False
    )
    version = paper_with_part2(people, "decided")
    Holding.objects.filter(person=people["governance"], reads_part2=True).update(until=Now())
    assert not policy.may(people["governance"], Access.PART2, version.decision)
    assert policy.may(people["governance"], Access.PART1, version.decision)


def test_a_head_of_service_whom_the_paper_names_no_more_cannot_read_part_2(people: People) -> None:
    version = paper_with_part2(people, "with_chief_executive")
    perform(version.pk, "return_for_amendment", by=people["chief"], reason="Ask Estates.")
    Version.objects.filter(pk=version.pk).update(head_of_service=another_head(people))
    walk.submit(load(version.pk), people)
    assert not policy.may(people["head"], Access.PART2, version.decision)
    for name in ("deputy", "chief"):
        assert policy.may(people[name], Access.PART2, version.decision)


def test_a_paper_that_one_person_would_have_to_sign_twice_is_not_submitted(people: People) -> None:
    Holding.objects.create(office=Office.objects.get(key="cfo"), person=people["chief"])
    end(people["head"], "cfo")
    end(people["deputy"], "chief-executive")  # who signs for that office
    version = walk.bring(walk.draft(made_up(1, "Boats"), people), people, "in_advice")
    with pytest.raises(Refused, match="Nobody signs a paper twice"):
        walk.submit(version, people)
    Holding.objects.create(office=Office.objects.get(key="chief-executive"), person=people["deputy"])
    walk.submit(load(version.pk), people)


def test_everybody_who_was_asked_to_act_hears_of_a_withdrawal(people: People) -> None:
    version = walk.bring(walk.draft(made_up(1, "Boats"), people), people, "with_decision_maker")
    perform(version.pk, "withdraw", by=people["governance"], reason="It is not needed any more.")
    told = Notice.objects.filter(asks="withdrawn").values_list("person__username", flat=True)
    assert sorted(told) == ["chief", "dmpc", "finance", "head", "legal", "officer"]
