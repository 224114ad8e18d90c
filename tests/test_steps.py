"""Steps that a body does not have: passed by the route, printed so, frozen with the submission, never the decision."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from approvals.demo import walk
from approvals.demo.papers import made_up
from approvals.demo.people import make_people
from approvals.models import Notice, Round
from approvals.verify import faults
from approvals.workflow import NotAllowed, Refused, perform
from decisions.checks import completeness
from decisions.models import Body, PassedStep, State, Version
from decisions.snapshot import load
from pcd.people.models import User
from tests import rig
from tests.databases import FreshDatabase
from tests.drafting import signed_in, text_of, url
from tests.pages import assert_valid_html
from tests.public import PublicClient

People = Mapping[str, User]
WORDS = "This body has no endorsement by the Chief Executive and Monitoring Officer; this step is passed."
NO_HEAD = "This body has no head of service; this step is passed."


@pytest.fixture(scope="module")
def fenmoor(
    cluster: rig.Cluster, worker: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[FreshDatabase, People]]:
    """An installation of the Fenmoor commissioner, whose reference data has no step of the chief executive."""
    if cluster.outside:
        pytest.skip("the roles of an outside server belong to the other body")
    own = replace(cluster, folder=cluster.folder / f"fenmoor-steps-{worker}")
    own.folder.mkdir(mode=0o711)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PCD_BODY", "fenmoor")
        own.start()
    with (
        FreshDatabase.cloned(own, f"{own.prefix}_steps") as database,
        django_db_blocker.unblock(),
        override_settings(BODY="fenmoor"),
    ):
        yield database, make_people(rig.PASSWORD)
    own.server.stop()


def draft(people: People, subject: str = "Fire station roof") -> Version:
    return walk.draft(made_up(1, subject), people)


def test_the_whole_route_of_a_body_without_a_chief_executives_step(
    fenmoor: tuple[FreshDatabase, People],
) -> None:
    _, people = fenmoor
    version = walk.bring(draft(people), people, "with_head_of_service")
    head = signed_in(people["head"])
    confirm = head.get(url("act", version, action="review"))
    assert "it goes to the decision maker" in text_of(confirm)

    walk.review(version, people)
    version = load(version.pk)
    assert version.state == State.WITH_DECISION_MAKER
    assert set(Notice.objects.filter(asks="decide").values_list("person__username", flat=True)) == {"dmpc"}
    assert not Notice.objects.filter(asks="endorse").exists()
    with pytest.raises((NotAllowed, Refused)):
        perform(version.pk, "endorse", by=people["chief"], digest="")
    page = head.get(url("paper", version))
    assert_valid_html(page.content.decode())
    assert "Chief executive not at this body" in text_of(page)
    assert "past the step of the chief executive, which this body does not have" in text_of(page)

    version = walk.bring(version, people, "published")
    public = PublicClient().get(f"/decisions/{version.decision.key}/")
    assert_valid_html(public.content.decode())
    assert f"Chief executive {WORDS}" in text_of(public)
    data = json.loads(PublicClient().get(f"/decisions/{version.decision.key}.json").content)
    assert data["decision"]["passed"] == [{"step": "chief_executive", "words": WORDS}]
    assert faults(version.decision) == []


def test_a_return_lands_before_the_passed_step_and_goes_the_same_way_again(
    fenmoor: tuple[FreshDatabase, People],
) -> None:
    _, people = fenmoor
    version = walk.bring(draft(people, "Fire boats"), people, "with_decision_maker")
    perform(version.pk, "return_for_amendment", by=people["dmpc"], reason="Say more.")
    version = walk.bring(load(version.pk), people, "decided")
    signed = version.rounds.get(closed_at=None).signatures.values_list("office", flat=True)
    assert set(signed) == {"head_of_service", "decision_maker"}


def with_step(database: FreshDatabase, **changes: Any) -> None:
    """Leave another step out, as if it had been left out from the start."""
    row = {
        "body": "fenmoor",
        "step": "head_of_service",
        "words": NO_HEAD,
        "since": "2024-01-01",
        "until": None,
    }
    with database.connect("owner") as owner, owner.cursor() as cursor, without(cursor, "ab_left_out"):
        cursor.execute(
            "INSERT INTO staff.decisions_passedstep (id, body_id, step, words, since, until)"
            " VALUES (gen_random_uuid(), %(body)s, %(step)s, %(words)s, %(since)s, %(until)s)",
            row | changes,
        )


@contextmanager
def without(cursor: Any, guard: str) -> Iterator[None]:
    """Write the past of reference data as its owner, whom a guard would refuse."""
    trigger = f"ALTER TABLE staff.decisions_passedstep {{}} TRIGGER {guard}"
    cursor.execute(trigger.format("DISABLE"))
    try:
        yield
    finally:
        cursor.execute(trigger.format("ENABLE ALWAYS"))


def test_what_was_submitted_keeps_the_steps_of_its_day_and_two_steps_may_be_passed(
    fenmoor: tuple[FreshDatabase, People],
) -> None:
    database, people = fenmoor
    before = walk.bring(draft(people, "Pumps"), people, "with_head_of_service")
    with_step(database, until="2025-01-01")  # over long ago
    assert set(PassedStep.in_force(Body.objects.get())) == {"chief_executive"}
    with_step(database, since="2025-01-02")
    try:
        walk.review(before, people)  # it was submitted when there was one
        assert load(before.pk).state == State.WITH_DECISION_MAKER
        version = draft(people, "Ladders")
        Version.objects.filter(pk=version.pk).update(head_of_service=None)
        version = load(version.pk)
        assert (
            "head of service" not in " ".join(row.sentence for row in completeness.findings(version)).lower()
        )
        version = walk.bring(version, people, "published")
        page = text_of(PublicClient().get(f"/decisions/{version.decision.key}/"))
        assert NO_HEAD in page
        assert WORDS in page
        assert "has reviewed the report" not in page
        assert faults(version.decision) == []
    finally:
        with database.connect("owner") as owner, owner.cursor() as cursor:
            never = "UPDATE staff.decisions_passedstep SET until = since"
            with without(cursor, "ab_end"):
                cursor.execute(f"{never} WHERE step = 'head_of_service' AND until IS NULL")


def refused(act: Callable[[], Any]) -> bool:
    """Say whether the database refuses this; it is undone in any case."""
    try:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)
    except DatabaseError:
        return True
    return False


def test_the_database_passes_what_reference_data_says_and_nothing_else(
    fenmoor: tuple[FreshDatabase, People],
) -> None:
    database, people = fenmoor
    version = walk.bring(draft(people, "Hoses"), people, "with_head_of_service")
    own = Version.objects.filter(pk=version.pk)
    assert refused(lambda: own.update(state="with_decision_maker"))  # the head of service has not signed
    assert refused(lambda: own.update(state="with_chief_executive"))
    assert refused(lambda: Round.objects.filter(version=version).update(passes={}))
    with pytest.MonkeyPatch.context() as patched:
        for passes in (
            {},
            {"chief_executive": "Other words."},
            {"chief_executive": WORDS, "head_of_service": NO_HEAD},
            {"chief_executive": WORDS, "decision_maker": "Nobody decides."},
        ):
            patched.setattr(PassedStep, "in_force", lambda body, passes=passes: passes)
            again = draft(people, "Hoses again")
            with pytest.raises(DatabaseError), transaction.atomic():
                walk.bring(again, people, "with_head_of_service")
    with pytest.raises(Exception, match="a_decision_is_never_passed"):
        with_step(database, step="decision_maker")
    assert refused(lambda: PassedStep.objects.update(since=date(2023, 1, 1)))
    assert refused(lambda: PassedStep.objects.all().delete())


GUARDS = {
    "the step passed is one the body does not have": ("ab_passed_step", "decisions_version"),
    "what is passed is what reference data says": ("ab_passes", "approvals_round"),
    "no step is left out for the paper of today": ("ab_left_out", "decisions_passedstep"),
}


@pytest.mark.parametrize("guard", GUARDS)
def test_each_guard_is_missed_when_it_is_gone(fenmoor: tuple[FreshDatabase, People], guard: str) -> None:
    database, people = fenmoor
    trigger, table = GUARDS[guard]

    def sent_to_it() -> None:
        version = draft(people, "Axes")
        walk.bring(version, people, "with_head_of_service")
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("approvals.workflow.landing", lambda version, target: target)
            walk.review(load(version.pk), people)

    def passes_more() -> None:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(PassedStep, "in_force", lambda body: {"chief_executive": "Other."})
            walk.bring(draft(people, "Axes"), people, "with_head_of_service")

    def left_out_today() -> None:
        row = {"body_id": "fenmoor", "step": "head_of_service", "words": NO_HEAD}
        PassedStep.objects.create(since=timezone.localdate(), **row)

    acts = {"ab_passed_step": sent_to_it, "ab_passes": passes_more, "ab_left_out": left_out_today}
    act = acts[trigger]
    assert refused(act)
    with database.connect("owner") as owner, owner.cursor() as cursor:
        cursor.execute(f"ALTER TABLE staff.{table} DISABLE TRIGGER {trigger}")
        try:
            assert not refused(act)
        finally:
            cursor.execute(f"ALTER TABLE staff.{table} ENABLE ALWAYS TRIGGER {trigger}")
    assert refused(act)


def test_a_step_is_left_out_from_tomorrow_at_the_earliest_and_what_was_left_out_is_not_reworded(
    fenmoor: tuple[FreshDatabase, People],
) -> None:
    _, people = fenmoor
    body, today = Body.objects.get(), timezone.localdate()
    walk.bring(draft(people, "Nozzles"), people, "with_head_of_service")
    row = {"body": body, "step": "head_of_service", "words": NO_HEAD}
    assert refused(lambda: PassedStep.objects.create(since=today, **row))
    made = PassedStep.objects.create(since=today + timedelta(days=1), **row)
    assert set(PassedStep.in_force(body)) == {"chief_executive"}
    assert refused(lambda: PassedStep.objects.filter(pk=made.pk).update(words="Other words."))
    PassedStep.objects.filter(pk=made.pk).update(until=today + timedelta(days=1))
