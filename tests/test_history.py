"""The history of a draft: every save with who and when, and what changed in words; nothing that was saved is lost."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from approvals.demo import walk
from approvals.demo.papers import PCD_1637
from decisions import differences, history
from decisions.differences import Piece
from decisions.drafting import views_history
from decisions.models import Revision, RevisionText, Version
from decisions.part1 import of_snapshot
from decisions.snapshot import components
from decisions.wording import moment
from tests.drafting import again, save, signed_in, text_of, url


@pytest.mark.django_db
def test_each_save_is_kept_with_who_and_when_and_what_it_changed(officer: Client, paper: Version) -> None:
    summary = url("paper-part", paper, part="summary")
    legal = url("paper-section", paper, kind="legal")
    save(officer, summary, summary="We buy ten lockers.", then="next")
    save(officer, legal, text="No issues arise.", treatment="text", then="next")
    save(officer, summary, summary="We buy twelve lockers.", then="next")
    save(officer, summary, summary="We buy twelve lockers.", then="next")  # saving unchanged is no save

    rows = list(Revision.objects.filter(version=paper).values_list("number", "part", "person__username"))
    assert rows[:3] == [(4, "summary", "officer"), (3, "section:legal", "officer"), (2, "summary", "officer")]
    page = text_of(officer.get(url("paper-history", paper)))
    assert "4. Ines Calloway: Executive summary" in page
    assert "3. Ines Calloway: Legal Comments" in page
    said = moment(Revision.objects.get(version=paper, number=4).at)
    assert f"Save 4, {said}, Ines Calloway, Executive summary" in page  # to choose from, in both lists
    compared = text_of(officer.get(url("paper-history", paper) + "?from=2&to=4"))
    assert "We buy Removed: ten Added: twelve lockers." in compared
    assert "Added: 4.1 No issues arise." in compared
    assert "{" not in compared


@pytest.mark.django_db
def test_earlier_saves_lead_back_to_later_ones(
    officer: Client, paper: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views_history, "PAGE_SIZE", 1)
    save(officer, url("paper-part", paper, part="summary"), summary="One.", then="next")
    first = officer.get(url("paper-history", paper))
    assert "Earlier saves" in text_of(first)
    assert "Later saves" not in text_of(first)
    second = officer.get(url("paper-history", paper) + "?page=2")
    assert "Later saves" in text_of(second)
    assert 'href="?page=1"' in second.content.decode()
    latest = Revision.objects.filter(version=paper).order_by("-number")[0].number
    compared = officer.get(url("paper-history", paper) + f"?page=2&from={latest - 1}&to={latest}")
    assert f"Save {latest}," in text_of(compared)
    assert f"?page=1&amp;from={latest - 1}&amp;to={latest}" in compared.content.decode()


@pytest.mark.django_db
def test_what_the_paper_said_at_any_save_can_be_read_again(officer: Client, paper: Version) -> None:
    summary = url("paper-part", paper, part="summary")
    for words in ("One.", "Two.", "Three."):
        save(officer, summary, summary=words, then="next")
    assert [history.content(paper, number)["summary"] for number in (2, 3, 4)] == ["One.", "Two.", "Three."]
    assert of_snapshot(history.content(paper)).summary == "Three."


@pytest.mark.django_db
def test_the_history_holds_no_word_of_part_2(people: walk.People) -> None:
    client = signed_in(people["officer"])
    version = again(walk.draft(PCD_1637, people))
    sealed = url("part2-sealed", version, row=version.part2_papers.get().pk)
    page = client.get(sealed).context["form"].initial
    save(client, sealed, **{**page, "facts": "Zugzwang is exempt.", "then": "next"})
    assert Revision.objects.filter(version=version).exists()
    assert not any(
        "Zugzwang" in str(content) for content in RevisionText.objects.values_list("content", flat=True)
    )


@pytest.mark.django_db
def test_nobody_changes_the_history_and_after_submission_nothing_is_added(
    officer: Client, paper: Version
) -> None:
    save(officer, url("paper-part", paper, part="summary"), summary="One.", then="next")
    for statement in ("UPDATE decisions_revisiontext SET content = NULL", "DELETE FROM decisions_revision"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert history.content(paper)["summary"] == "One."


@pytest.mark.django_db
def test_who_may_not_write_the_paper_reads_no_history(people: walk.People, paper: Version) -> None:
    assert signed_in(people["officer2"]).get(url("paper-history", paper)).status_code == 404
    officer = signed_in(people["officer"])
    assert officer.get(url("paper-history", paper) + "?from=0&to=99").status_code == 404


LINES = st.lists(st.text("abc d", max_size=12), max_size=6)


def rebuilt(old: list[str], new: list[str], kind: str) -> list[str]:
    """One side of a difference, put together again from its pieces and the lines that stayed."""
    lines = [
        "".join(piece.text for piece in line if piece.kind in ("same", kind))
        for line in differences._lines(old, new)
    ]
    return [line for line in lines if line]


@given(LINES, LINES)
def test_a_difference_says_all_that_went_and_all_that_came(old: list[str], new: list[str]) -> None:
    gone, come = rebuilt(old, new, "gone"), rebuilt(old, new, "new")
    assert not set(gone) - set(old)
    assert not set(come) - set(new)
    assert set(old) - set(new) - {""} <= set(gone)
    assert set(new) - set(old) - {""} <= set(come)


@pytest.mark.django_db
def test_every_field_of_part_1_that_officers_write_shows_in_a_difference(people: walk.People) -> None:
    whole = of_snapshot(components(walk.draft(PCD_1637, people)))
    words = str(differences.said(whole))
    for text in (
        whole.title,
        whole.business_unit,
        whole.part2[0].title,
        "£1.98m",
        "£1.63m",
        "Tamarisk Row Systems Ltd",
    ):
        assert text in words


def test_the_same_says_nothing() -> None:
    assert list(differences._lines(["One."], ["One."])) == []
    assert list(differences._words("a b", "a c")) == [
        (Piece("same", "a "), Piece("gone", "b"), Piece("new", "c"))
    ]
