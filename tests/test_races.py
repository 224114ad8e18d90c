"""Many at once: twenty clicks make one signature, and what is signed is what stands in the rows."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals import advice, clock, effects
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, PCD_1637, made_up
from approvals.demo.people import make_people
from approvals.models import Deferral, Round, Signature
from approvals.signing import shown
from approvals.workflow import NotAllowed, Refused, perform
from decisions.drafting import pages, writes
from decisions.models import (
    Attachment,
    Decision,
    FinancialLine,
    NumberEvent,
    Paragraph,
    Publication,
    PublicationBody,
    Recommendation,
    Section,
    Snapshot,
    State,
    Version,
)
from decisions.snapshot import load, snapshot_bytes
from pcd.database.roles import connected, fetch
from pcd.people import changes, offices
from pcd.people.models import Office
from tests import rig
from tests.databases import FreshDatabase
from tests.signing import sign_in
from tests.wholeness import faults, texts_that_differ

CLICKS = 20
PATIENCE = 30.0


@pytest.fixture
def people(fresh_database: FreshDatabase) -> Iterator[walk.People]:
    """The demo people, committed; at the end every record must be whole."""
    yield make_people(rig.PASSWORD)
    assert faults(fresh_database.urls["owner"]) == []
    assert texts_that_differ() == []


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do all of these at the same time, each in a thread with a connection of its own; exceptions are results."""
    start = threading.Barrier(len(acts))

    def do(act: Callable[[], Any]) -> Any:
        try:
            start.wait(PATIENCE)
            return act()
        except Exception as error:  # what went wrong is what is looked at
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(do, acts))


def clicks(person: Any, version: Version, action: str, **fields: Any) -> list[Any]:
    """Press the button of an act's page in twenty windows at once; returns the answers, all of them clear."""
    windows = [sign_in(Client(raise_request_exception=False), person) for _ in range(CLICKS)]
    path = reverse("act", args=[version.decision_id, action])
    answers = at_once([partial(window.post, path, fields) for window in windows])
    for answer in answers:
        assert not isinstance(answer, Exception), repr(answer)
        assert answer.status_code in (303, 409), answer.status_code
        if answer.status_code == 409:
            assert "This paper has moved on." in answer.content.decode()
    assert any(answer.status_code == 303 for answer in answers)
    return answers


def test_twenty_clicks_on_endorse_make_one_signature(people: walk.People) -> None:
    version = walk.bring(walk.draft(PCD_1637, people), people, "with_chief_executive")
    clicks(people["chief"], version, "endorse", digest=shown(version))
    assert Signature.objects.filter(office="chief_executive").count() == 1
    assert load(version.pk).state == State.WITH_DECISION_MAKER


def test_twenty_clicks_on_decide_make_one_decision(people: walk.People) -> None:
    version = walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "with_decision_maker")
    fields = {"digest": shown(version), "interests_any": "no", "all_as_recommended": "yes"}
    clicks(people["dmpc"], version, "decide", **fields)
    assert Signature.objects.filter(office="decision_maker").count() == 1
    assert NumberEvent.objects.filter(became="decided").count() == 1
    assert load(version.pk).state == State.DECIDED


def test_twenty_clicks_on_submit_take_one_number_one_snapshot_and_one_round(people: walk.People) -> None:
    version = walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "in_advice")
    clicks(people["officer"], version, "submit")
    assert (Snapshot.objects.count(), Round.objects.count(), NumberEvent.objects.count()) == (1, 1, 1)
    version = load(version.pk)
    assert (version.state, version.decision.reference) == (State.WITH_HEAD_OF_SERVICE, "PCD 1637")


def test_twenty_clicks_on_publish_make_one_publication(people: walk.People) -> None:
    version = walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "cleared")
    clicks(people["governance"], version, "publish")
    assert (Publication.objects.count(), PublicationBody.objects.count()) == (1, 1)
    assert NumberEvent.objects.filter(became="published").count() == 1
    assert load(version.pk).state == State.PUBLISHED


def test_the_chief_executive_signs_or_returns_and_never_both(people: walk.People) -> None:
    version = walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "with_chief_executive")
    digest, chief = shown(version), people["chief"]
    acts = [
        lambda: perform(version.pk, "endorse", by=chief, digest=digest),
        lambda: perform(version.pk, "return_for_amendment", by=chief, reason="Say more."),
        lambda: perform(version.pk, "withdraw", by=people["officer"], reason="No longer needed."),
        lambda: perform(version.pk, "withdraw", by=people["governance"], reason="No longer needed."),
    ]
    results = at_once(acts * 3)
    assert {type(result) for result in results} <= {Version, Refused, NotAllowed}, results
    assert any(isinstance(result, Version) for result in results)


def come_to_its_day(version: Version, people: walk.People) -> None:
    """Renew a deferral until today, as if the days had passed."""
    Deferral.objects.create(
        version=version,
        step="renew_deferral",
        until=timezone.localdate(),
        reason="x",
        by=people["governance"],
    )


def test_two_clocks_and_a_person_release_a_deferred_paper_once(people: walk.People) -> None:
    papers = [
        made_up(number, "A site", part2=CUSTODY, deferred_until_days=9, deferral_reason="Negotiations.")
        for number in range(2)
    ]
    versions = [walk.bring(walk.draft(paper, people), people, "cleared") for paper in papers]
    assert clock.release() == 0, "the day has not come"
    for version in versions:
        come_to_its_day(version, people)

    governance = people["governance"]
    by_hand = [partial(perform, version.pk, "publish", by=governance, confirmed=True) for version in versions]
    results = at_once([clock.release, clock.release, *by_hand, clock.release])

    counted = [result for result in results if isinstance(result, int)]
    assert len(counted) == 3, results
    done = [result for result in results if isinstance(result, Version)]
    assert sum(counted) + len(done) == len(versions), results
    assert Publication.objects.count() == PublicationBody.objects.count() == len(versions)
    assert NumberEvent.objects.filter(became="published").count() == len(versions)


def test_twenty_papers_submitted_at_once_get_numbers_without_a_gap(
    people: walk.People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each paper by two clicks, so that forty want a number and twenty get one."""
    monkeypatch.setattr(advice, "needed", lambda version: [])  # no advice is mandatory here
    monkeypatch.setattr(effects, "needed", lambda version: [])
    small = made_up(1, "Signal masts")
    versions = [walk.draft(small, people) for _ in range(CLICKS)]
    at_once([partial(walk.submit, version, people) for version in versions * 2])
    numbers = Decision.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1637, 1637 + CLICKS))
    assert Round.objects.count() == CLICKS


def waits_for_a_lock(database: FreshDatabase) -> bool:
    """Say whether a session of this database waits for another one's lock."""
    with connected(database.urls["admin"]) as admin:
        return bool(
            fetch(
                admin,
                "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
            )
        )


def until_somebody_waits(database: FreshDatabase, done: threading.Event) -> None:
    """Hold still until the other waits for a lock of ours, or has come through without waiting."""
    pause = threading.Event()
    for _ in range(int(PATIENCE * 50)):
        if waits_for_a_lock(database) or done.is_set():
            return
        pause.wait(0.02)
    raise AssertionError("the two never met")


def save_the_page(version: Version, people: walk.People) -> None:
    """Save a section as the officer's page does."""
    row = version.sections.get(kind="introduction")
    now = pages.SECTION.read(row)
    writes.save(
        page=pages.SECTION,
        version=version,
        pk="introduction",
        values={**now, "text": "Written at the last moment."},
        seen=pages.seen_of(now),
        by=people["officer"],
    )


def add_money(version: Version, people: walk.People) -> None:
    """Add a row past all Python, as a view that forgot to lock would."""
    first = Recommendation.objects.filter(version=version).first()
    assert first is not None
    FinancialLine.objects.create(recommendation=first, position=50, kind="revenue", amount=7)


def change_a_paragraph(version: Version, people: walk.People) -> None:
    """Change a row past all Python."""
    Paragraph.objects.filter(section__version=version, section__kind="introduction").update(text="Changed.")


def change_the_title(version: Version, people: walk.People) -> None:
    """Change the version itself past all Python."""
    Version.objects.filter(pk=version.pk).update(title="Another title")


def change_a_section(version: Version, people: walk.People) -> None:
    """Change how a section is treated past all Python."""
    Section.objects.filter(version=version, kind="introduction").update(
        treatment="not_applicable", reason="x"
    )


def attach_a_file(version: Version, people: walk.People) -> None:
    """Name a file among the attachments past all Python."""
    officer = people["officer"]
    Attachment.objects.create(
        version=version,
        position=50,
        title="x",
        kind="csv",
        size=1,
        digest=b"x",
        accessible=True,
        added_by=officer,
    )


CHANGES = (save_the_page, add_money, change_a_paragraph, change_the_title, change_a_section, attach_a_file)


def change_while_submitting(
    database: FreshDatabase, people: walk.People, change: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> tuple[Any, Any, bool]:
    """Let a change come when the bytes to be signed were made and are not committed yet.

    Returns what became of the submission and of the change, and whether snapshot and rows agree.
    """
    version = walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "in_advice")
    made, done = threading.Event(), threading.Event()

    def slowly(loaded: Version) -> bytes:
        content = snapshot_bytes(loaded)
        made.set()
        until_somebody_waits(database, done)
        return content

    def changing() -> None:
        assert made.wait(PATIENCE)
        try:
            change(version, people)
        finally:
            done.set()

    monkeypatch.setattr(effects, "snapshot_bytes", slowly)
    submitted, changed = at_once([lambda: walk.submit(version, people), changing])
    monkeypatch.undo()
    stored = load(version.pk).rounds.get().snapshot
    return submitted, changed, snapshot_bytes(load(version.pk)) == bytes(stored.content)


def test_a_paper_that_is_submitted_while_a_second_person_agrees_to_a_new_series_is_numbered_by_it(
    people: walk.People, fresh_database: FreshDatabase
) -> None:
    version = walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "in_advice")
    before = str(version.decision.body.series.get(key="pcd").pk)
    values: dict[str, Any] = {
        **{"name": "Of now on", "made_by": "decision_maker", "letters": "pcf", "way": "running"},
        **{"first_number": 1, "year": None, "before": before},
    }
    change = changes.propose("series", version.decision.body_id, by=people["admin"], **values)
    done = threading.Event()

    def submit() -> None:
        at_once([partial(perform, version.pk, "submit", by=people["officer"])])
        done.set()

    submits = threading.Thread(target=submit)
    with transaction.atomic():
        changes.decide(change, by=people["governance"], agrees=True)
        submits.start()
        until_somebody_waits(fresh_database, done)
    submits.join()
    assert load(version.pk).decision.reference == "PCF 1"


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_that_comes_while_the_paper_is_submitted_is_refused(
    fresh_database: FreshDatabase,
    people: walk.People,
    change: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    submitted, changed, agree = change_while_submitting(fresh_database, people, change, monkeypatch)
    assert isinstance(submitted, Version), submitted
    assert isinstance(changed, DatabaseError | writes.Submitted), changed
    assert agree


@pytest.mark.parametrize("change", CHANGES)
def test_a_submission_waits_for_a_change_that_is_not_committed_and_signs_it_too(
    fresh_database: FreshDatabase,
    people: walk.People,
    change: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    version = walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "in_advice")
    monkeypatch.setattr(advice, "why_not", lambda version, but=(): [])  # the change lets advice fall, rightly
    before = snapshot_bytes(load(version.pk))
    changed, done = threading.Event(), threading.Event()

    def changing() -> None:
        with transaction.atomic():
            change(version, people)
            changed.set()
            until_somebody_waits(fresh_database, done)

    def submitting() -> None:
        assert changed.wait(PATIENCE)
        try:
            walk.submit(version, people)
        finally:
            done.set()

    assert at_once([changing, submitting]) == [None, None]
    stored = load(version.pk).rounds.get().snapshot
    assert bytes(stored.content) == snapshot_bytes(load(version.pk)) != before


def test_two_who_agree_at_once_appoint_once_and_one_administrator_always_stays(people: walk.People) -> None:
    team = Office.objects.get(role="administrator")
    values = {"acting": False, "reads_part2": False, "since": "", "last_day": ""}
    change = changes.propose("appointment", team.pk, by=people["admin"], person=people["officer2"], **values)
    second = [people["governance"], people["governance2"]]
    told = at_once([partial(changes.decide, change, by=person, agrees=True) for person in second])
    assert sorted(map(type, told), key=str) == [type(None), changes.NotYours]
    assert sorted(row.person.username for row in team.holdings.all()) == ["admin", "officer2"]
    first, last = team.holdings.current().select_related("person")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            offices.end(first, by=first.person)
            leaving = pool.submit(at_once, [partial(offices.end, last, by=last.person)])
            time.sleep(1)  # they look while the other is about to leave
        [told] = leaving.result(PATIENCE)
    assert isinstance(told, offices.NotSound)
    assert team.holdings.current().get() == last
