"""Bringing a file in the browser: read to a draft and looked at field by field, or refused and nothing kept."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from approvals.demo import walk
from decisions.models import Decision, ImportedFile, Version
from tests.brought import CANARY_COMMENT, as_word
from tests.drafting import again, save, signed_in, text_of, url
from tests.test_importing_drafts import PAPER
from tests.test_importing_files import HOSTILE

pytestmark = pytest.mark.django_db
BRING = "/papers/import/"


def bring(client: Client, name: str, content: bytes, **typed: str) -> Any:
    return client.post(BRING, {"file": SimpleUploadedFile(name, content), **typed})


def version_of(answer: Any) -> Version:
    assert answer.status_code == 303, text_of(answer)
    return again(Version.objects.get(decision=answer.url.split("/")[2]))


def test_a_word_file_becomes_a_draft_and_is_shown_beside_it(officer: Client) -> None:
    answer = bring(officer, "PCD1637.docx", as_word(PAPER.decode()))
    version = version_of(answer)
    page = text_of(officer.get(answer.url))
    assert "This draft was made of ‘PCD1637.docx’" in page
    assert "Approve project capital of £1.98m" in page
    assert "Amount: Capital, £1,980,000" in page
    assert "Samuel Ford" in page
    assert "They are no signatures of this paper." in page
    assert f"Comment by A Reviewer: {CANARY_COMMENT}" in page
    assert "‘E225k’ (3.2) was put right to ‘£225k’" in page
    assert version.title == "IT Platform Upgrade"
    assert "What was read of the file" in text_of(officer.get(url("paper", version)))


def test_what_was_read_wrong_is_changed_and_the_file_s_words_stay_beside_it(officer: Client) -> None:
    version = version_of(bring(officer, "paper.txt", PAPER))
    titles = url("paper-part", version, part="titles")
    typed = {"working_title": "Upgrade", "title": "Platform upgrade", "kinds": ["capital"], "then": "next"}
    assert save(officer, titles, **typed).status_code == 303
    page = text_of(officer.get(url("paper-imported", version)))
    assert "IT Platform Upgrade" in page
    assert "Platform upgrade" in page


@pytest.mark.parametrize(("name", "content", "sentence"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_at_its_field_and_nothing_is_kept(
    officer: Client, name: str, content: bytes, sentence: str
) -> None:
    before = Decision.objects.count()
    answer = bring(officer, name, content)
    assert answer.status_code == 200
    page = text_of(answer)
    assert sentence in page or "must be smaller than 25 MB" in page or "empty" in page
    assert (Decision.objects.count(), ImportedFile.objects.count()) == (before, 0)


def test_no_file_and_a_page_of_many_decisions_are_refused_in_words(officer: Client) -> None:
    assert "Choose a file" in text_of(officer.post(BRING, {}))
    listing = b"PCD 1 One | a\nPCD 2 Two | b\nPCD 3 Three | c\n"
    assert "‘list.txt’ lists 3 decisions." in text_of(bring(officer, "list.txt", listing))


def test_a_second_click_makes_no_second_draft(officer: Client) -> None:
    new = officer.get(BRING).context["new"]
    first, second = (bring(officer, "paper.txt", PAPER, new=str(new)) for _ in range(2))
    assert version_of(first) == version_of(second)
    assert ImportedFile.objects.count() == 1


def test_who_may_not_draft_may_not_bring(people: walk.People) -> None:
    assert bring(signed_in(people["head"]), "paper.txt", PAPER).status_code == 403


def test_a_draft_that_was_typed_has_no_such_page(officer: Client, paper: Version) -> None:
    assert officer.get(reverse("paper-imported", kwargs={"decision": paper.decision_id})).status_code == 404
