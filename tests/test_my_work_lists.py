"""My work: what is late is said, what is with others stands with whom and since when; each role has a calm page."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from approvals import advice, timeline, work, workload
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, made_up
from approvals.models import Deferral
from approvals.workflow import perform
from decisions.attaching.tables import FORMULA, rows_of, written
from decisions.models import Contributor, Decider, Version
from decisions.snapshot import load
from pcd.models import TrailEntry
from pcd.people import offices
from pcd.people.models import Holding, Office, User
from tests.canaries import PART1_CANARY, PART2_CANARY, bring, paper_with_canaries
from tests.drafting import signed_in, text_of
from tests.pages import assert_valid_html

pytestmark = pytest.mark.django_db

People = Mapping[str, User]


def ask_late(
    version: Version, people: People, *, days: int = 2, adviser: str = "legal", with_part2: bool = False
) -> None:
    """Ask for advice that was needed some days ago."""
    perform(
        version.pk,
        "request_advice",
        by=people["officer"],
        adviser=people[adviser],
        area=adviser,
        with_part2=with_part2,
        due_on=timezone.localdate() - timedelta(days=days),
    )


def my_work(person: User) -> str:
    """Return the words of somebody's page, which is valid HTML."""
    answer: Any = signed_in(person).get(reverse("my-work"))
    assert_valid_html(answer.content.decode())
    return text_of(answer)


def lines(person: User, name: str = "my-work-csv") -> list[list[str]]:
    """Return a list as its CSV file has it."""
    answer: Any = signed_in(person).get(reverse(name))
    assert answer["Content-Disposition"].startswith("attachment")
    return list(rows_of(answer.content))


@pytest.mark.parametrize(
    ("days", "said"), [(-1, ""), (0, ""), (1, "late by 1 day"), (12, "late by 12 days"), (None, "")]
)
def test_what_was_due_before_today_is_late(days: int | None, said: str) -> None:
    today = date(2026, 3, 29)
    assert work.days_late(None if days is None else today - timedelta(days=days), today) == said


def test_late_advice_is_called_late_where_it_waits_and_where_it_is_waited_for(people: People) -> None:
    version = walk.draft(made_up(1, "Signal masts"), people)
    ask_late(version, people)
    ask_late(version, people, days=-3, adviser="finance")

    assert "Give advice (legal adviser) Late by 2 days" in my_work(people["legal"])
    mine = my_work(people["officer"])
    assert "advice of the legal adviser With Dorian Peake Late by 2 days" in mine
    assert mine.index("Dorian Peake") < mine.index("Wilma Ashgrove"), "what is late stands first"
    assert "Late" not in my_work(people["finance"])
    assert ["Asked of others", "", "Signal masts", "advice of the legal adviser", "Dorian Peake"] in [
        row[:5] for row in lines(people["officer"])
    ]
    walk.advise(version, people, "legal", "finance")
    assert "Asked of others" not in my_work(people["officer"])


def test_nobody_is_late_who_waits_for_an_answer(people: People) -> None:
    version = walk.draft(made_up(1, "Signal masts"), people)
    ask_late(version, people)
    perform(version.pk, "ask", by=people["legal"], to=people["officer"], text="Which power?")
    assert "Late" not in my_work(people["legal"]) + my_work(people["officer"])
    assert "it waits for an answer" in my_work(people["legal"])


def test_an_answer_that_a_signatory_waits_for_is_listed_until_it_is_given(people: People) -> None:
    version = walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "with_head_of_service")
    perform(version.pk, "ask", by=people["head"], to=people["officer"], text="How many masts?")
    assert "answer to your question With Ines Calloway" in my_work(people["head"])
    perform(
        version.pk, "answer", by=people["officer"], question=str(version.questions.get().pk), text="Nine."
    )
    assert "answer to your question" not in my_work(people["head"])


def whats(person: User, version: Version) -> list[str]:
    return [task.what for task in work.tasks(person) if task.version.pk == version.pk]


def test_who_keeps_a_paper_finds_the_advice_that_stops_it(people: People) -> None:
    version = walk.draft(made_up(1, "Boats"), people)
    perform(version.pk, "request_advice", by=people["officer"], adviser=people["equality"], area="equality",
            with_part2=False)  # fmt: skip
    walk.advise(version, people, "finance", "legal")
    version = walk.bring(load(version.pk), people, "with_chief_executive")
    read = advice.shown(version, people["equality"])
    perform(version.pk, "give_advice", by=people["equality"], outcome="not_content", text="Nobody asked.",
            digest=read)  # fmt: skip
    assert whats(people["officer"], version) == ["Answer the equality adviser, who is not content"]
    [row] = advice.late_objections(load(version.pk))
    perform(version.pk, "answer_advice", by=people["officer"], advice=row.given, text="We did.")
    assert whats(people["officer"], version) == []


def test_the_governance_team_finds_an_override_to_agree_to(people: People) -> None:
    walk.be_small(people)
    version = walk.draft(made_up(1, "Boats"), people)
    Contributor.objects.create(version=version, person=people["chief"])
    version = walk.bring(version, people, "with_chief_executive")
    walk.be_small(people, small=False)
    Holding.objects.filter(capacity="delegate").update(until=Now())
    stuck = "Nobody can act on it now: have the office filled, or return it"
    assert whats(people["governance"], version) == [stuck], "who is there has written it"
    walk.be_small(people)
    assert whats(people["governance"], version) == [], "an override can be asked for"
    perform(version.pk, "ask_override", by=people["chief"], reason="Nobody else is there.")
    said = f"{people['chief']} asks to act in two parts: say whether you agree"
    assert [whats(people[name], version) for name in ("governance", "governance2")] == [[said], [said]]
    override = version.rounds.get().overrides.get()
    perform(version.pk, "refuse_override", by=people["governance"], override=override, reason="Wait.")
    assert whats(people["governance2"], version) == [stuck], "who is there was turned down"
    perform(version.pk, "ask_override", by=people["chief"], reason="It cannot wait.")
    assert whats(people["governance"], version) == [said]
    override = version.rounds.get().overrides.latest("asked_at")
    perform(version.pk, "agree_to_override", by=people["governance"], override=override)
    assert whats(people["governance2"], version) == []


def test_a_co_drafter_is_asked_to_write_and_not_to_submit(people: People) -> None:
    version = walk.draft(made_up(1, "Boats"), people)
    perform(version.pk, "add_co_drafter", by=people["officer"], to=people["officer2"], with_part2=False)
    assert whats(people["officer2"], version) == ["Write it with its drafting officer"]
    assert whats(people["officer"], version) == ["Finish and submit"]


def test_what_was_sent_says_with_whom_it_is_and_since_when(people: People) -> None:
    version = walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "with_chief_executive")
    today = f"{timezone.localdate():%-d %B %Y}"
    assert f"with Edwin Tarrant, Chief executive · since {today}" in my_work(people["officer"])
    walk.bring(version, people, "decided")
    assert f"with the governance team · since {today}" in my_work(people["officer"])
    assert lines(people["officer"])[-1][0] == "Sent by you"


def signs_for_the_dmpc(person: User, **scope: Any) -> Holding:
    """Somebody who signs for the decision maker, within this scope."""
    return Holding.objects.create(
        office=Office.objects.get(key="dmpc"),
        person=person,
        capacity="delegate",
        authority="4.2",
        until=timezone.now() + timedelta(days=9),
        **scope,
    )


def test_with_whom_a_paper_is_names_only_people_who_can_act(people: People) -> None:
    """Who has an interest, and a delegate whose scope does not cover the paper, are not told to be asked."""
    signs_for_the_dmpc(people["commercial"], kinds=["no_such_kind"])
    signs_for_the_dmpc(people["finance"], up_to=Decimal(1))
    version = walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "with_decision_maker")
    dmpc = str(people["dmpc"])

    def named() -> tuple[str, str]:
        [found] = lines(people["officer"], "search-csv")[1:]
        [sent] = [row for row in lines(people["officer"]) if row[0] == "Sent by you"]
        assert found[3] == sent[4]
        return found[3], my_work(people["officer"])

    assert named()[0] == f"{dmpc}, Decision maker"
    offices.record_absence(people["dmpc"], until=timezone.now() + timedelta(days=3), by=people["dmpc"])
    assert named()[0] == "Decision maker, where nobody is now"
    held = signs_for_the_dmpc(people["deputy"], only_in_absence=True)
    assert named()[0] == f"{people['deputy']}, Decision maker"
    offices.end_absence(people["dmpc"], by=people["dmpc"])
    assert named()[0] == f"{dmpc}, Decision maker"
    perform(version.pk, "withdraw_from_deciding", by=people["dmpc"], interest="My brother.")
    assert named()[0] == f"{people['deputy']}, Decision maker"
    offices.end(held, by=None)
    assert "with Decision maker, where nobody is now" in named()[1]


def test_a_deferral_that_ended_uncleared_is_late_for_the_governance_team(people: People) -> None:
    paper = made_up(1, "Site", part2=CUSTODY, deferred_until_days=9, deferral_reason="Negotiations go on.")
    version = walk.bring(walk.draft(paper, people), people, "decided")
    assert "Clear for publication" in my_work(people["governance"])
    Deferral.objects.create(
        version=version,
        step="renew_deferral",
        until=timezone.localdate() - timedelta(days=3),
        reason="x",
        by=people["governance"],
    )
    assert "Clear for publication Late by 3 days" in my_work(people["governance"])


def test_every_role_has_a_calm_page(people: People) -> None:
    for name, person in people.items():
        page = my_work(person)
        assert "Nothing waits for you." in page, name
        assert any(said in page for said in work.CALM.values()), name
    assert "Exceptions report" in my_work(people["auditor"])
    assert "Exceptions report" not in my_work(people["officer"])


def test_the_lists_take_the_same_queries_for_many_papers_as_for_one(people: People) -> None:
    """Those as well whom the Mayor decides, and those for which amounts say whether a delegate signs."""
    mayor = User.objects.create_user("mayor", full_name="Aurelia Finch")
    Holding.objects.create(office=Office.objects.get(key="mayor"), person=mayor)
    signs_for_the_dmpc(people["commercial"], up_to=Decimal(1))
    taken = []
    for _ in range(3):
        ask_late(walk.draft(made_up(1, "Signal masts"), people), people)
        walk.bring(walk.draft(made_up(2, "Lockers"), people), people, "with_chief_executive")
        walk.bring(walk.draft(made_up(1, "Masts"), people), people, "with_decision_maker")
        theirs = walk.draft(made_up(0, "Lockers"), people)
        walk.name_decider(theirs, Decider.MAYOR)
        walk.bring(load(theirs.pk), {**people, "mayor": mayor}, "with_decision_maker")
        with CaptureQueriesContext(connection) as queries:
            list(work.table(people["officer"]))
            list(work.table(people["chief"]))
            list(work.table(people["governance"]))
            list(work.table(mayor))
            lines(people["officer"], "search-csv")
            workload.open_now(timezone.now())
        taken.append(len(queries))
    assert taken[0] == taken[2]


def test_no_file_of_a_list_holds_a_word_of_part_2(people: People) -> None:
    version = paper_with_canaries(people)
    walk.advise(version, people, "finance", "legal")
    bring(load(version.pk), people, "decided")
    for name in (
        "my-work-csv",
        "search-csv",
        "calendar-csv",
        "calendar-ics",
        "exceptions-csv",
        "workload-csv",
    ):
        for who in ("officer", "dmpc", "governance", "auditor", "commercial"):
            answer = signed_in(people[who]).get(reverse(name))
            text = answer.content.decode() if answer.status_code == 200 else ""
            assert PART2_CANARY not in text, (name, who)
            if who in ("auditor", "commercial") or name not in ("my-work-csv", "search-csv"):
                assert PART1_CANARY not in text, (name, who)
    assert PART1_CANARY in signed_in(people["officer"]).get(reverse("search-csv")).content.decode()
    assert version.part2_papers.exists()


@given(st.sampled_from(FORMULA), st.text(st.characters(exclude_categories=["C", "Z"]), max_size=5))
def test_no_cell_of_a_list_begins_a_formula(sign: str, rest: str) -> None:
    text = f"{sign}SUM{rest}"
    assert f"'{sign}SUM" in written([[text]]).decode()


def entry(seq: int, at: str, **detail: str) -> TrailEntry:
    """Return an act of the trail as it would be read, of a day and an hour in London."""
    when = datetime.fromisoformat(at)
    return TrailEntry(seq=seq, at=timezone.make_aware(when), verb="x", detail=detail)


def test_the_timeline_says_how_long_each_step_took() -> None:
    acts = [
        entry(1, "2026-03-20T09:00"),
        entry(2, "2026-03-20T17:00", before="draft", after="in_advice"),
        entry(3, "2026-03-24T10:00", before="in_advice", after="in_advice"),
        entry(4, "2026-03-28T23:30", before="in_advice", after="with_head_of_service"),
        entry(5, "2026-03-29T01:10", before="with_head_of_service", after="with_chief_executive"),
    ]
    assert timeline._waited(acts[::-1]) == {
        2: "Draft for less than a day",
        4: "In advice for 8 days",
        5: "With the head of service for 1 day",
    }


def test_a_paper_says_how_long_it_has_been_where_it_is(people: People) -> None:
    version = walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "with_chief_executive")
    page = text_of(signed_in(people["chief"]).get(reverse("paper", args=[version.decision_id])))
    assert "With the chief executive for less than a day until now." in page
    assert "with the head of service for less than a day" in page
