"""Bringing a file in the browser: read to a draft and looked at field by field, or refused and nothing kept."""

from collections import Counter
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from approvals.demo import walk
from decisions.checks import run
from decisions.importing import review
from decisions.importing.reading import walk as walk_items
from decisions.importing.reading import words
from decisions.importing.review import Field
from decisions.models import AcceptedField, Decision, FinancialLine, ImportedFile, Version
from pcd import trail
from tests.brought import CANARY_COMMENT, as_word
from tests.drafting import again, save, signed_in, text_of, url
from tests.test_importing_drafts import MADE_UP, PAPER, answer_all, completed
from tests.test_importing_files import HOSTILE
from tests.test_importing_layouts import COMMISSIONERS_REPORT

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
    assert "£1.98m capital" in page
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


def fields(client: Client, version: Version) -> dict[str, Field]:
    """The fields that the page shows to be looked at, by their keys."""
    groups = client.get(url("paper-imported", version)).context["groups"]
    return {row["field"].key: row["field"] for group in groups for row in group["fields"]}


def accept(client: Client, version: Version, *seen: str, **typed: Any) -> str:
    answer = client.post(url("paper-imported", version), {"accept": list(seen), **typed}, follow=True)
    return text_of(answer)


def review_warnings(version: Version) -> list[str]:
    return [one.sentence for one in run.open_findings(again(version)) if one.check == "import_review"]


def test_fields_are_accepted_at_once_and_who_did_it_is_kept_with_keys_only_in_the_trail(
    officer: Client, people: walk.People
) -> None:
    version = version_of(bring(officer, "paper.txt", PAPER))
    shown = fields(officer, version)
    page = accept(officer, version, shown["kinds"].seen, shown["money:1"].seen)
    assert f"2 of {len(shown)} looked at" in page
    kept = AcceptedField.objects.filter(version=version)
    assert {(row.field, row.person) for row in kept} == {
        ("kinds", people["officer"]),
        ("money:1", people["officer"]),
    }
    entry = trail.entries("decision", version.decision_id).get(verb="looked_at")
    assert entry.detail == {"fields": ["kinds", "money:1"]}
    assert review_warnings(version) == [
        f"{len(shown) - 2} fields were read from ‘paper.txt’ and not looked at. "
        "Accept or mend each, or say why not."
    ]


def test_what_is_word_for_word_is_accepted_together_and_what_is_doubted_is_not(officer: Client) -> None:
    version = version_of(bring(officer, "paper.txt", PAPER))
    page = officer.get(url("paper-imported", version))
    group = next(group for group in page.context["groups"] if group["title"] == review.FACTS)
    assert [one.key for one in group["doubtful"]] == ["section:financial", "data-protection"]
    exact = [one.seen for one in group["exact"]]
    assert all(f'name="exact:3" value="{one}"' in page.content.decode() for one in exact)
    accept(officer, version, together="3", **{"exact:3": exact})
    left = [one.key for one in fields(officer, version).values() if not one.accepted]
    assert "section:financial" in left
    assert "section:legal" not in left


def test_a_field_that_is_changed_later_is_looked_at_again(officer: Client) -> None:
    version = version_of(bring(officer, "paper.txt", PAPER))
    shown = fields(officer, version)
    accept(officer, version, shown["summary"].seen, shown["title"].seen)
    save(officer, url("paper-part", version, part="summary"), summary="Other words.")
    now = fields(officer, version)
    assert now["title"].accepted
    assert not now["summary"].accepted
    assert "1 field has changed since you opened the page." in accept(officer, version, shown["summary"].seen)
    assert not fields(officer, version)["summary"].accepted


def test_money_is_looked_at_again_when_what_its_words_leave_out_is_changed(officer: Client) -> None:
    version = version_of(bring(officer, "paper.txt", PAPER))
    accept(officer, version, fields(officer, version)["money:1"].seen)
    FinancialLine.objects.filter(recommendation__version=version, kind="capital").update(note="Another note.")
    assert not fields(officer, version)["money:1"].accepted


def test_a_recommendation_is_looked_at_again_when_it_cites_another_paragraph(officer: Client) -> None:
    version = version_of(bring(officer, "paper.txt", PAPER))
    accept(officer, version, fields(officer, version)["recommendation:1"].seen)
    paragraph = version.sections.exclude(paragraphs=None)[0].paragraphs.all()[0]
    version.recommendations.filter(position=1, parent=None).update(cites=paragraph)
    assert not fields(officer, version)["recommendation:1"].accepted


def test_a_reason_for_not_looking_holds_for_these_very_fields(officer: Client) -> None:
    version = version_of(bring(officer, "paper.txt", PAPER))

    def left() -> set[str]:
        return {one.key for one in run.findings(again(version)) if one.check == "import_review"}

    shown = fields(officer, version)
    accept(officer, version, *(one.seen for key, one in shown.items() if key != "summary"))
    only_summary = left()
    accept(officer, version, fields(officer, version)["summary"].seen)
    Version.objects.filter(pk=version.pk).update(title="Another title")
    assert left() != only_summary
    assert left()


def test_a_recommendation_keeps_its_source_when_another_is_removed(officer: Client) -> None:
    version = version_of(bring(officer, "paper.txt", PAPER))
    first, second = version.recommendations.order_by("position")[:2]
    shown = fields(officer, version)
    accept(officer, version, shown["recommendation:2"].seen)
    assert officer.post(url("recommendation-remove", version, row=first.pk)).status_code == 303
    now = fields(officer, version)
    assert now["recommendation:2"].accepted
    assert (now["recommendation:1"].now, now["recommendation:2"].now) == ("", second.text)


def test_what_is_doubted_of_a_field_is_settled_by_accepting_it(officer: Client) -> None:
    version = version_of(bring(officer, "paper.txt", PAPER))

    def doubted() -> bool:
        return any("‘E225k’ (3.2) was put right" in one.sentence for one in run.open_findings(again(version)))

    assert doubted()
    accept(officer, version, fields(officer, version)["section:financial"].seen)
    assert not doubted()


def test_the_task_list_says_how_far_the_review_is_until_all_is_looked_at(officer: Client) -> None:
    version = version_of(bring(officer, "paper.txt", PAPER))
    paper = url("paper", version)
    shown = fields(officer, version)
    assert f"What was read of the file 0 of {len(shown)} looked at" in text_of(officer.get(paper))
    assert "What was read of the file" not in text_of(officer.get(url("paper-check", version)))
    done = accept(officer, version, *(one.seen for one in shown.values()))
    assert "Everything that was read of the file has been looked at." in done
    assert "What was read of the file Completed" in text_of(officer.get(paper))
    assert review_warnings(version) == []


def test_a_page_that_mends_a_field_comes_back_to_it(officer: Client) -> None:
    version = version_of(bring(officer, "paper.txt", PAPER))
    page = officer.get(url("paper-imported", version))
    mend = next(row["mend"] for group in page.context["groups"] for row in group["fields"])
    typed = {"working_title": "Upgrade", "title": "Platform upgrade", "kinds": ["capital"], "then": "next"}
    answer = save(officer, mend, **typed)
    assert answer.url == f"{url('paper-imported', version)}#field-title"


def test_what_found_no_place_stands_on_the_side_of_the_source(officer: Client) -> None:
    version = version_of(bring(officer, "report.txt", COMMISSIONERS_REPORT.encode()))
    shown = fields(officer, version)
    assert shown["section:introduction"].source.startswith("Background to the Proposal")
    assert "This form has no section ‘Background to the Proposal’." in shown["section:introduction"].notes
    grants = "06-grants-table.txt"
    shown = fields(officer, version_of(bring(officer, grants, (MADE_UP / grants).read_bytes())))
    assert "All decisions must be added to the decision register." in shown["leftover"].source
    framework = "04-framework.txt"
    shown = fields(officer, version_of(bring(officer, framework, (MADE_UP / framework).read_bytes())))
    assert "£9,600,000 (summary)" in shown["money:0"].source


def test_every_word_of_a_made_up_paper_stands_on_the_source_side(officer: Client) -> None:
    """But for the form's own words, and what stands for itself in another field."""
    for path in sorted(MADE_UP.iterdir()):
        version = version_of(bring(officer, path.name, path.read_bytes()))
        current = review.of(version)
        assert current is not None
        shown = Counter(words("\n".join(f"{one.label} {one.place} {one.source}" for one in current.fields)))
        reading = current.reading
        read = [
            reading.title,
            reading.summary,
            *(item.text for _, item in walk_items(reading.recommendations)),
        ]
        read += [one.text for section in reading.sections for one in section.paragraphs]
        read += [*reading.leftover, reading.author, reading.reference, *reading.dates_printed.values()]
        missing = Counter(words("\n".join(read))) - shown
        assert not missing, (path.name, missing)


def test_nobody_else_accepts(people: walk.People, officer: Client) -> None:
    version = version_of(bring(officer, "paper.txt", PAPER))
    seen = fields(officer, version)["title"].seen
    for other in ("finance", "head", "governance"):
        assert (
            signed_in(people[other]).post(url("paper-imported", version), {"accept": seen}).status_code == 404
        )
    assert not AcceptedField.objects.exists()


def test_what_was_looked_at_is_never_unsaid_and_nothing_is_after_submission(
    officer: Client, people: walk.People
) -> None:
    version = version_of(bring(officer, "paper.txt", PAPER))
    shown = fields(officer, version)
    accept(officer, version, shown["title"].seen)
    with pytest.raises(DatabaseError), transaction.atomic():
        AcceptedField.objects.update(field="summary")
    walk.bring(answer_all(completed(again(version), people), people), people, "with_head_of_service")
    answer = officer.post(url("paper-imported", version), {"accept": shown["summary"].seen})
    assert answer.status_code == 409
    with pytest.raises(DatabaseError), transaction.atomic():
        AcceptedField.objects.create(
            version=version, field="summary", digest="0" * 64, person=people["officer"]
        )
