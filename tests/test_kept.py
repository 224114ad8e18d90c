"""What is typed and not saved: kept for its writer alone, sealed, offered again, gone with saving and with age."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now
from django.test import Client

from approvals import clock
from approvals.demo import walk
from approvals.demo.papers import PCD_1637, made_up
from decisions import policy
from decisions.models import Access, KeptText, Revision, Version
from tests.drafting import CONTRACT, again, hidden, save, signed_in, text_of, url, value_of
from tests.test_adviser_writes import asked

pytestmark = pytest.mark.django_db
SUMMARY = {"summary": "Half a sentence"}


def summary(version: Version) -> str:
    return url("paper-part", version, part="summary")


def keep(client: Client, version: Version, page: str, address: str, **typed: Any) -> Any:
    """Let the page's script post what is typed on it."""
    return client.post(url("paper-keep", version, page=page), {**hidden(client, address), **typed})


def let_in(version: Version, people: walk.People) -> Client:
    """Name a co-drafter."""
    policy.grant(
        version.decision,
        [people["officer2"]],
        Access.EDIT,
        Access.PART1,
        reason="Co-drafter",
        source="test",
        by=people["officer"],
    )
    return signed_in(people["officer2"])


def test_what_was_typed_is_kept_and_offered_when_one_comes_back(officer: Client, paper: Version) -> None:
    answer = keep(officer, paper, "summary", summary(paper), **SUMMARY)
    assert answer.content.decode().startswith("Not saved yet; kept at ")
    assert answer["Cache-Control"] == "no-store, private"

    page = officer.get(summary(paper))
    assert "that was not saved. Use it Discard it" in text_of(page)
    assert value_of(page, "summary") == ""
    assert "You have typed something that is not saved Go on with Executive summary" in text_of(
        officer.get(url("paper", paper))
    )
    again_there = officer.get(f"{summary(paper)}?kept=1")
    assert value_of(again_there, "summary") == "Half a sentence"
    save(officer, f"{summary(paper)}?kept=1", **SUMMARY)
    assert again(paper).summary == "Half a sentence"
    assert not KeptText.objects.exists()


def test_every_kind_of_answer_comes_back_as_it_was_typed(officer: Client, people: walk.People) -> None:
    version = again(walk.draft(PCD_1637, people))
    row = version.recommendations.filter(contract_awards__isnull=False)[0].contract_awards.all()[0]
    pages: dict[str, tuple[str, dict[str, Any]]] = {
        "timing": (
            url("paper-part", version, part="timing"),
            {"effective_on_day": "1", "effective_on_month": "x", "effective_on_year": "2027"},
        ),
        f"contract:{row.pk}": (
            url("contract", version, row=row.pk),
            {**CONTRACT, "value": "a lot", "supplier_count": "2", "supplier_1_name": "Tarn & Fell plc"},
        ),
    }
    for page, (address, typed) in pages.items():
        keep(officer, version, page, address, **typed)
        back = officer.get(f"{address}?kept=1")
        for name, value in typed.items():
            if name.endswith(("_day", "_month", "_year", "value", "_name")):
                assert value_of(back, name) == value, (page, name)
    ticked = url("paper-part", version, part="declarations")
    keep(officer, version, "declarations", ticked, commercial="on")
    form = officer.get(f"{ticked}?kept=1").context["form"]
    assert {name for name in form.fields if form[name].value()} == {"commercial"}


def test_it_can_be_discarded_and_a_second_click_is_harmless(officer: Client, paper: Version) -> None:
    keep(officer, paper, "summary", summary(paper), **SUMMARY)

    for _ in range(2):
        answer = officer.post(summary(paper), {"discard_kept": "1"})
        assert (answer.status_code, answer.headers["Location"]) == (303, summary(paper))

    assert not KeptText.objects.exists()
    assert again(paper).summary == ""
    assert "that was not saved" not in text_of(officer.get(summary(paper)))


def test_it_is_nobody_elses_and_no_contribution(officer: Client, paper: Version, people: walk.People) -> None:
    other = let_in(paper, people)
    before = Revision.objects.filter(version=paper).count()
    keep(other, paper, "summary", summary(paper), **SUMMARY)

    for address in (
        summary(paper),
        f"{summary(paper)}?kept=1",
        url("paper", paper),
        url("paper-check", paper),
    ):
        page = text_of(officer.get(address))
        assert "Half a sentence" not in page
        assert "not saved" not in page
    assert "that was not saved" in text_of(other.get(summary(paper)))
    assert {row.person.username for row in again(paper).contributors.all()} == {"officer"}
    assert Revision.objects.filter(version=paper).count() == before


def test_what_somebody_else_saved_meanwhile_is_not_written_over(
    officer: Client, paper: Version, people: walk.People
) -> None:
    other = let_in(paper, people)
    keep(other, paper, "summary", summary(paper), **SUMMARY)
    save(officer, summary(paper), summary="The officer's words.")

    answer = save(other, f"{summary(paper)}?kept=1", **SUMMARY)

    assert answer.status_code == 409
    assert "The officer's words." in text_of(answer)
    assert "Half a sentence" in text_of(answer)
    assert again(paper).summary == "The officer's words."


def test_what_is_kept_after_it_was_saved_is_forgotten(officer: Client, paper: Version) -> None:
    typing = hidden(officer, summary(paper))
    save(officer, summary(paper), **SUMMARY)

    late = officer.post(url("paper-keep", paper, page="summary"), {**typing, **SUMMARY})

    assert (late.status_code, late.content) == (200, b"")
    assert not KeptText.objects.exists()


def test_a_new_row_is_kept_under_its_own_id_and_added_once(officer: Client, paper: Version) -> None:
    address = url("recommendation-add", paper)
    typing = {**hidden(officer, address), "text": "Approve the masts."}
    officer.post(url("paper-keep", paper, page="recommendation-add"), typing)

    assert "Recommendation" in text_of(officer.get(url("paper", paper)))
    back = f"{address}?kept=1"
    assert hidden(officer, back)["new"] == typing["new"]
    save(officer, back, text="Approve the masts.")
    late = officer.post(url("paper-keep", paper, page="recommendation-add"), typing)

    assert late.content == b""
    assert [row.text for row in again(paper).recommendations.all()] == ["Approve the masts."]
    assert not KeptText.objects.exists()


def test_part_2_is_kept_sealed_and_only_where_part_2_is_open(people: walk.People) -> None:
    version, client = again(walk.draft(PCD_1637, people)), signed_in(people["officer"])
    row = version.part2_papers.get().pk
    sealed, page = url("part2-sealed", version, row=row), f"part2-sealed:{row}"
    keep(client, version, page, sealed, facts="Zugzwang is exempt.")

    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM decisions_kepttext t")
        assert b"Zugzwang".hex() not in cursor.fetchone()[0]
    assert "Zugzwang" in value_of(client.get(f"{sealed}?kept=1"), "facts")
    other = let_in(version, people)
    assert other.post(url("paper-keep", version, page=page), {"facts": "x"}).status_code == 404
    client.post(url("part2-notice-remove", version, row=row))
    assert not KeptText.objects.exists()


def test_it_vanishes_when_the_paper_is_submitted_and_comes_back_for_nobody(people: walk.People) -> None:
    version, client = walk.draft(made_up(1, "Lockers"), people), signed_in(people["officer"])
    walk.advise(version, people, "finance", "legal")
    typing = {**hidden(client, summary(version)), **SUMMARY}
    client.post(url("paper-keep", version, page="summary"), typing)
    assert KeptText.objects.count() == 1

    walk.submit(again(version), people)

    assert not KeptText.objects.exists()
    late = client.post(url("paper-keep", version, page="summary"), typing)
    assert late.status_code == 409
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
        KeptText.objects.create(
            version=version,
            person=people["officer"],
            page="summary",
            sealed=b"x",
            wrapped=b"x",
            wrapped_by="x",
        )


def test_the_clock_forgets_what_nobody_came_back_for(officer: Client, paper: Version) -> None:
    keep(officer, paper, "summary", summary(paper), **SUMMARY)
    assert clock.tick()["forget"] == 0
    KeptText.objects.update(at=Now() - timedelta(days=30))

    assert "that was not saved" not in text_of(officer.get(summary(paper)))
    assert clock.tick()["forget"] == 1
    assert not KeptText.objects.exists()


def test_a_page_is_kept_once_in_a_while_and_only_pages_that_are_there(
    officer: Client, paper: Version
) -> None:
    keep(officer, paper, "summary", summary(paper), **SUMMARY)
    assert keep(officer, paper, "summary", summary(paper), summary="More").status_code == 429
    KeptText.objects.update(at=Now() - timedelta(seconds=3))
    assert keep(officer, paper, "summary", summary(paper), summary="More").status_code == 200
    assert KeptText.objects.count() == 1
    for page in ("nothing", f"money:{uuid4()}", f"money-add:{uuid4()}", "section:nothing", "part2-sealed"):
        assert officer.post(url("paper-keep", paper, page=page), SUMMARY).status_code == 404, page


def test_who_may_not_save_a_page_keeps_nothing_on_it(people: walk.People) -> None:
    version = asked(walk.draft(made_up(1, "Lockers"), people), people)
    legal = url("paper-keep", version, page="section:legal")
    typed = {"text": "Half a sentence", "treatment": "text"}

    assert signed_in(people["legal"]).post(legal, typed).status_code == 200
    assert signed_in(people["officer"]).post(legal, typed).status_code == 409
    for name, page in (("officer2", "summary"), ("legal", "summary"), ("legal", "section:financial")):
        answer = signed_in(people[name]).post(url("paper-keep", version, page=page), typed)
        assert answer.status_code == 404, (name, page)
    assert [row.person for row in KeptText.objects.all()] == [people["legal"]]


def test_a_session_that_ended_keeps_nothing_and_says_so_by_its_status(
    paper: Version, people: walk.People
) -> None:
    client = signed_in(people["officer"])
    page = client.get(summary(paper)).content.decode()
    token = page.split('name="typed_by" value="')[1].split('"')[0]
    client.logout()

    answer = client.post(url("paper-keep", paper, page="summary"), {**SUMMARY, "typed_by": token})

    assert answer.status_code == 403
    assert not KeptText.objects.exists()
