"""The clock: each job does what is due, once, however often it runs."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError
from django.db.models.functions import Now
from django.utils import timezone

from approvals import clock
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, made_up
from approvals.models import Deferral, Notice
from approvals.workflow import Refused, actions, perform
from decisions import policy
from decisions.models import Access, NumberEvent, Publication, PublicationFile, State, Version
from decisions.snapshot import load
from pcd import trail
from pcd.people.models import Holding, Office, User

pytestmark = pytest.mark.django_db

People = Mapping[str, User]


def deferred_paper(people: People, station: str) -> Version:
    """Return a paper whose publication is deferred by nine days."""
    paper = made_up(1, "Site", part2=CUSTODY, deferred_until_days=9, deferral_reason="Negotiations go on.")
    return walk.bring(walk.draft(paper, people), people, station)


def its_day_has_come(version: Version, people: People) -> None:
    """Let the deferral end today, as if nine days had passed."""
    Deferral.objects.create(
        version=version,
        step="renew_deferral",
        until=timezone.localdate(),
        reason="x",
        by=people["governance"],
    )


def test_a_cleared_paper_is_released_on_its_day_and_once(people: People) -> None:
    version = deferred_paper(people, "cleared")
    assert clock.release() == 0
    assert not Publication.objects.exists()
    its_day_has_come(version, people)
    assert [clock.release(), clock.release()] == [1, 0]
    assert load(version.pk).state == State.PUBLISHED
    assert NumberEvent.objects.filter(became="published").count() == 1


def test_what_is_not_cleared_is_not_released_even_when_its_day_has_come(people: People) -> None:
    version = deferred_paper(people, "decided")
    its_day_has_come(version, people)
    assert clock.release() == 0
    assert not Publication.objects.exists()


def test_a_deferral_that_a_person_ended_waits_for_a_person_to_publish(people: People) -> None:
    version = deferred_paper(people, "cleared")
    perform(version.pk, "end_deferral", by=people["governance"], reason="The sale fell through.")
    assert clock.release() == 0
    perform(version.pk, "publish", by=people["governance"], confirmed=True)
    assert load(version.pk).state == State.PUBLISHED


def test_nobody_is_reminded_of_a_stage_that_was_past_when_publication_was_deferred(people: People) -> None:
    deferred_paper(people, "decided")  # by nine days, which is less than thirty
    assert clock.remind_of_deferrals() == 0


def test_a_renewal_must_end_later_and_come_before_the_end(people: People) -> None:
    version = deferred_paper(people, "cleared")
    governance, today = people["governance"], timezone.localdate()
    with pytest.raises(Refused, match="later than the one in force"):
        perform(
            version.pk, "renew_deferral", by=governance, reason="More time.", until=today + timedelta(days=3)
        )
    perform(
        version.pk, "renew_deferral", by=governance, reason="More time.", until=today + timedelta(days=30)
    )
    assert clock.release() == 0
    its_day_has_come(version, people)
    with pytest.raises(Refused, match="cannot be renewed"):
        perform(
            version.pk, "renew_deferral", by=governance, reason="Again.", until=today + timedelta(days=60)
        )


def test_each_publication_gets_one_pdf(people: People) -> None:
    walk.bring(walk.draft(made_up(1, "Boats"), people), people, "published")
    assert [clock.render(), clock.render()] == [1, 0]
    assert bytes(PublicationFile.objects.get().content).startswith(b"%PDF-")


def test_a_new_chief_executive_is_let_in_and_the_former_is_out(people: People) -> None:
    version = walk.bring(
        walk.draft(made_up(1, "Boats", part2=CUSTODY), people), people, "with_chief_executive"
    )
    successor = User.objects.create_user("successor", full_name="Ngaio Pemberton", email="n@pcd.example")
    Holding.objects.filter(office__key="chief-executive").update(until=Now())
    Holding.objects.create(office=Office.objects.get(key="chief-executive"), person=successor)
    for access in (Access.PART1, Access.PART2):
        assert not policy.may(people["chief"], access, version.decision)
        assert not policy.may(successor, access, version.decision)

    assert [clock.let_in_successors(), clock.let_in_successors()] == [1, 0]
    assert "endorse" in {row.action for row in actions(version, successor)}
    assert Notice.objects.filter(person=successor, asks="endorse").count() == 1


def test_a_paper_published_while_the_clock_looked_opens_to_nobody_again(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = walk.bring(walk.draft(made_up(1, "Boats", part2=CUSTODY), people), people, "cleared")

    def overtaken(job: str, rows: Iterable[Version], act: Callable[[Version], int]) -> int:
        found = list(rows)
        walk.publish(version, people)
        return each(job, found, act)

    each = clock.each
    monkeypatch.setattr(clock, "each", overtaken)
    assert clock.let_in_successors() == 0
    assert not policy.may(people["governance"], Access.PART2, version.decision)


def test_the_trail_says_that_the_clock_let_a_successor_in(people: People) -> None:
    version = walk.bring(walk.draft(made_up(1, "Boats"), people), people, "with_chief_executive")
    successor = User.objects.create_user("successor", full_name="Ngaio Pemberton")
    Holding.objects.create(office=Office.objects.get(key="chief-executive"), person=successor)
    clock.let_in_successors()
    given = trail.entries("decision", version.decision_id).filter(detail__person="Ngaio Pemberton")
    assert set(given.values_list("actor", flat=True)) == {"the clock"}
    assert set(successor.grants.values_list("given_by", flat=True)) == {None}


def test_a_governance_team_appointed_after_the_decision_can_clear_it(people: People) -> None:
    version = walk.bring(walk.draft(made_up(1, "Boats", part2=CUSTODY), people), people, "decided")
    successor = User.objects.create_user("successor", full_name="Ngaio Pemberton")
    office = Office.objects.get(key="governance")
    Holding.objects.filter(office=office).update(until=Now())
    Holding.objects.create(office=office, person=successor, reads_part2=True)
    clock.let_in_successors()
    assert "clear_for_publication" in {row.action for row in actions(version, successor)}


def test_one_paper_that_fails_does_not_hold_up_the_others(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, healthy = (deferred_paper(people, "cleared") for _ in range(2))
    for version in (broken, healthy):
        its_day_has_come(version, people)

    def failing(version_id: UUID, action: str, **inputs: Any) -> Version:
        if version_id == broken.pk:
            raise DatabaseError("the disk is full")
        return perform(version_id, action, **inputs)

    monkeypatch.setattr(clock, "perform", failing)
    assert clock.release() == 1
    assert [load(row.pk).state for row in (broken, healthy)] == ["decided", "published"]
