"""Words that belonged in Part 2: once moved, no reader of Part 1 finds them, and nobody can rewrite the past."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import DatabaseError, connection, transaction
from django.http import Http404, QueryDict
from django.test import Client
from django.urls import get_resolver

from approvals import clearing
from approvals.demo import walk
from approvals.demo.papers import made_up
from approvals.models import Clearance, Notice
from approvals.workflow import perform
from decisions import history
from decisions.checks import run
from decisions.differences import between
from decisions.drafting import kept, moving
from decisions.importing.reading import Reading
from decisions.models import Comment, ImportedFile, MovedWords, Revision, RevisionText, Version, WarningAnswer
from decisions.moved import MOVED, Passages, TooShort
from decisions.part1 import of_snapshot
from pcd import trail
from pcd.people.models import User
from tests.attached import attach
from tests.canaries import PART1_CANARY, draft_with_canaries
from tests.drafting import MONEY, again, error_at, save, signed_in, text_of, url
from tests.test_access_matrix import address, patterns
from tests.test_comments import comment, first_paragraph
from tests.test_importing_drafts import answer_all
from tests.test_kept import let_in

pytestmark = pytest.mark.django_db
People = Mapping[str, User]
SECRET = "Wintergreen Holdings bid lowest"


@pytest.fixture
def version(people: People) -> Version:
    """A paper on which the finance and the legal adviser were asked."""
    version = walk.bring(walk.draft(made_up(1, "Lockers"), people), people, "in_advice")
    history.record(version, verb="edited", part="titles", by=people["officer"])
    return version


def write(client: Client, version: Version, text: str) -> None:
    save(client, url("paper-section", version, kind="legal"), text=text, treatment="text", then="next")


def move(client: Client, version: Version, words: str = SECRET, then: str = "move") -> Any:
    return client.post(url("paper-moved", version), {"words": words, "then": then})


def stored() -> str:
    """Everything that the tables named keep, as text."""
    found = []
    with connection.cursor() as cursor:
        for table in (
            *("decisions_revisiontext", "decisions_comment", "decisions_movedwords", "pcd_trailentry"),
            *("django_session", "decisions_paragraph", "decisions_recommendation", "decisions_financialline"),
        ):
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")
            found.append(cursor.fetchone()[0])
    return " ".join(found)


def typed_by_all(version: Version) -> str:
    return str([kept.unsealed(row) for row in version.kept_texts.all()])


def test_moved_words_are_found_nowhere_any_more_and_the_trail_says_who_and_how_often(
    version: Version, people: People, caplog: pytest.LogCaptureFixture
) -> None:
    officer = signed_in(people["officer"])
    before = [paragraph.text for paragraph in version.sections.get(kind="legal").paragraphs.all()]
    write(officer, version, f"The **Wintergreen** Holdings\nbid  lowest. {before[0]}")
    on = f"paragraph:{first_paragraph(again(version)).pk}"
    assert comment(version, people["legal"], f"Is it true that {SECRET}?", on).status_code == 303
    typed = QueryDict(mutable=True)
    typed["summary"] = f"Note: {SECRET.upper()}"
    kept.keep(version=again(version), key="summary", data=typed, by=people["officer"])

    refused = move(officer, version)
    assert refused.status_code == 409
    assert "Part 1 still holds them" in text_of(refused)
    assert url("paper-section", version, kind="legal") in refused.content.decode()
    assert not MovedWords.objects.exists()

    write(officer, version, before[0])
    looked = text_of(move(officer, version, then="look"))
    for where in (
        "Save 2, by Ines Calloway",
        "A comment or answer of",
        "What Ines Calloway typed and has not saved",
    ):
        assert where in looked
    digests = list(RevisionText.objects.order_by("pk").values_list("digest", flat=True))
    done = move(officer, version)

    assert done.status_code == 303
    assert SECRET not in str(done.headers) + str([str(one) for one in get_messages(done.wsgi_request)])
    everything = stored() + typed_by_all(version) + caplog.text + str(connection.queries)
    assert not re.search("wintergreen|bid *lowest", everything, re.IGNORECASE)
    assert list(RevisionText.objects.order_by("pk").values_list("digest", flat=True)) == digests
    [record] = MovedWords.objects.all()
    assert (record.person, record.places) == (people["officer"], 4)
    assert record.parts == ["section:legal", "summary"]
    assert Comment.objects.get().text == f"Is it true that {MOVED}?"
    assert "replaced words that belonged in Part 2 in what is kept of the text in 4 places" in text_of(
        officer.get(url("paper", version))
    )
    shown = text_of(officer.get(f"{url('paper-history', version)}?from=1&to=2"))
    assert f"{MOVED}. The decision is within" in shown
    assert re.search(
        "Ines Calloway moved words to Part 2, .*: 4 places in Legal Comments and Executive sum", shown
    )
    for person in ("officer", "legal", "finance"):
        client = signed_in(people[person])
        for name, pattern in patterns_of_a_paper():
            page = client.get(
                address(pattern, {"decision": version.decision_id, "thread": Comment.objects.get().pk}, "")
            )
            assert b"intergreen" not in page.content, f"{person} {name}"


def patterns_of_a_paper() -> list[tuple[str, str]]:
    found = patterns(get_resolver("pcd.urls.staff"))
    return [(name, pattern) for name, pattern in found if "decision>" in pattern]


def test_an_amount_is_moved_however_it_was_written(version: Version, people: People) -> None:
    officer, row = signed_in(people["officer"]), version.recommendations.all()[0]
    line = row.financial_lines.all()[0] if row.financial_lines.all() else None
    if line is None:
        add = url("money-add", version, within=row.pk)
        save(officer, add, **MONEY | {"amount": "1,234,567"})
        line = again(version).recommendations.get(pk=row.pk).financial_lines.get()
    else:
        save(officer, url("money", version, row=line.pk), **MONEY | {"amount": "1,234,567"})
    summary = url("paper-part", version, part="summary")
    save(officer, summary, summary="It costs £1,234,567 or £1.234567m in all.", then="next")
    save(officer, url("money", version, row=line.pk), **MONEY | {"amount": "", "certainty": "withheld"})
    save(officer, summary, summary="It costs what Part 2 says.", then="next")

    assert move(officer, version, "£1,234,567").status_code == 303
    assert not re.search("1,?234,?567", stored())
    last = version.revisions.first()
    assert last
    earlier = of_snapshot(history.content(version, last.number - 2))
    assert earlier.summary == f"It costs {MOVED} or {MOVED} in all."
    assert any(one.amount is None for one in earlier.financial_lines)


def test_every_text_of_part_1_that_the_history_keeps_can_be_moved(people: People) -> None:
    version = draft_with_canaries(people)
    history.record(again(version), verb="edited", part="summary", by=people["officer"])
    passages = Passages(PART1_CANARY)
    for row in RevisionText.objects.filter(revision__version=version):
        blotted = passages.blot({row.component: row.content})[0]
        assert PART1_CANARY.lower() not in str(blotted).lower(), row.component
    assert between(None, of_snapshot(passages.blot(history.content(version))[0]))


def test_what_was_signed_stays_and_the_page_says_so(version: Version, people: People) -> None:
    officer = signed_in(people["officer"])
    before = [paragraph.text for paragraph in version.sections.get(kind="legal").paragraphs.all()]
    write(officer, version, f"{SECRET}. {before[0]}")
    walk.advise(again(version), people, "finance", "legal")
    walk.bring(again(version), people, "with_chief_executive")
    standing = text_of(move(officer, version))
    assert "Part 1 still holds them" in standing
    assert "Ask whoever has it to return it for amendment" in standing
    perform(version.pk, "return_for_amendment", by=people["chief"], reason=f"Take {SECRET} out.")
    write(officer, version, before[0])

    page = text_of(move(officer, version, then="look"))
    assert "The text that was submitted on" in page
    assert "was returned." in page
    assert "These were signed, or said by name, and are never altered." in page
    signed = [bytes(row.snapshot.content) for row in version.rounds.select_related("snapshot")]
    assert move(officer, version).status_code == 303
    assert [bytes(row.snapshot.content) for row in version.rounds.select_related("snapshot")] == signed
    assert SECRET in signed[0].decode()


def test_whose_comment_was_changed_is_told_and_named_in_the_trail(version: Version, people: People) -> None:
    officer = signed_in(people["officer"])
    on = f"paragraph:{first_paragraph(version).pk}"
    assert comment(version, people["legal"], f"Is it true that {SECRET}?", on).status_code == 303
    for told in ("Moved to Part 2: 1 place.", "These words stand nowhere in what is kept any more."):
        answer = move(officer, version)
        assert [str(one) for one in get_messages(answer.wsgi_request)][-1] == told
    assert [row.person for row in Notice.objects.filter(asks="blotted")] == [people["legal"]]
    entry = trail.entries("decision", version.decision_id).get(verb="moved_words")
    assert entry.detail["words_of"] == [people["legal"].full_name]


def test_what_a_file_said_is_blotted_once_the_paper_is_returned(version: Version, people: People) -> None:
    officer = signed_in(people["officer"])
    reading = Reading(title=SECRET).as_json()
    ImportedFile.objects.create(
        version=version, name="paper.txt", digest=b"x" * 32, reading=reading, by=people["officer"]
    )
    version = walk.bring(answer_all(again(version), people), people, "with_chief_executive")
    refused = move(officer, version)
    assert (refused.status_code, "What was read from the file" in text_of(refused)) == (409, True)
    assert "Ask whoever has it to return it for amendment" in text_of(refused)
    perform(version.pk, "return_for_amendment", by=people["chief"], reason="Say more.")
    assert move(officer, again(version)).status_code == 303
    assert ImportedFile.objects.get().reading["title"] == MOVED


def test_an_attachment_of_a_submitted_paper_is_looked_through_too(version: Version, people: People) -> None:
    attach(version, people["officer"], f"Bidder,Price\n{SECRET},1\n".encode())
    walk.advise(again(version), people, "finance", "legal")
    walk.bring(again(version), people, "with_chief_executive")
    looked = move(signed_in(people["officer"]), version)
    assert (looked.status_code, "The file of attachment 1" in text_of(looked)) == (409, True)
    assert not MovedWords.objects.exists()


def test_an_answer_to_a_warning_is_named_once_whether_the_warning_stands_or_has_gone(
    version: Version, people: People
) -> None:
    officer = signed_in(people["officer"])
    before = [paragraph.text for paragraph in version.sections.get(kind="legal").paragraphs.all()]
    write(officer, version, f"{before[0]} TBC.")
    walk.advise(again(version), people, "legal")
    [warning] = run.warnings(again(version))
    answers = {"warning": warning.key, "text": f"Wait for {SECRET}.", "person": people["officer"]}
    WarningAnswer.objects.create(version=version, **answers)
    walk.bring(again(version), people, "with_chief_executive")
    looked = text_of(move(officer, version))
    assert (looked.count("Answers to warnings"), "to a warning that has gone" in looked) == (1, False)

    perform(version.pk, "return_for_amendment", by=people["chief"], reason="Say more.")
    write(officer, version, before[0])
    walk.advise(again(version), people, "legal")
    walk.bring(again(version), people, "with_chief_executive")
    looked = text_of(move(officer, version))
    assert ("Answers to warnings" in looked, looked.count("to a warning that has gone")) == (False, 1)


def test_what_was_answered_at_clearance_is_named(version: Version, people: People) -> None:
    walk.advise(again(version), people, "finance", "legal")
    decided = walk.bring(again(version), people, "decided")
    digest = clearing.signed_digest(decided)
    by = people["governance"]
    Clearance.objects.create(version=decided, digest=digest, hits=1, answers=[f"{SECRET} is public."], by=by)
    looked = text_of(move(signed_in(people["officer"]), decided, then="look"))
    assert f"The answers of {by} to the leak check of" in looked


@pytest.mark.parametrize(
    "content",
    [
        {"key": MOVED},
        {"a": MOVED, "b": ["x"]},
        {"a": "one", "b": []},
        {"a": f"one{MOVED}", "b": ["x"]},
        MOVED,
    ],
    ids=["another key", "a number", "a shorter list", "a mark in the place of nothing", "the whole"],
)
def test_the_database_lets_the_mark_stand_for_words_alone(
    version: Version, people: People, content: Any
) -> None:
    revision = Revision.objects.create(
        version=version, number=99, person=people["officer"], verb="edited", part="summary"
    )
    was = {"a": 1 if content == {"a": MOVED, "b": ["x"]} else "one", "b": ["x"]}
    row = RevisionText.objects.create(revision=revision, component="summary", digest="x", content=was)
    MovedWords.objects.create(version=version, person=people["officer"], places=1)
    with pytest.raises(DatabaseError, match="other words refused"), transaction.atomic():
        RevisionText.objects.filter(pk=row.pk).update(content=content)


@pytest.mark.parametrize("words", ["", "of a", "£99", f"{SECRET}\nbid"])
def test_words_that_would_be_found_everywhere_are_refused(
    version: Version, people: People, words: str
) -> None:
    answer = move(signed_in(people["officer"]), version, words)
    assert "at least 4 letters or digits" in error_at(answer, "words") or not words
    assert answer.status_code == 200
    with pytest.raises(TooShort):
        Passages(words)


def test_only_who_writes_and_reads_part_2_moves_words(version: Version, people: People) -> None:
    let_in(version, people)  # a co-drafter who does not read Part 2
    for person in ("officer2", "legal", "finance", "governance", "head"):
        assert move(signed_in(people[person]), version).status_code == 404
    published = walk.bring(again(version), people, "published")
    assert move(signed_in(people["officer"]), published).status_code == 404
    with pytest.raises(Http404):
        moving.move(version=published, passages=Passages(SECRET), by=people["officer"])


def test_the_past_is_blotted_and_never_rewritten(version: Version, people: People) -> None:
    row = RevisionText.objects.filter(revision__version=version, component="summary").latest("pk")
    whole = str(row.content)

    def change(content: Any) -> None:
        with transaction.atomic():
            RevisionText.objects.filter(pk=row.pk).update(content=content)

    with pytest.raises(DatabaseError):
        change(MOVED)  # nobody said so
    MovedWords.objects.create(version=version, person=people["officer"], places=1)
    for content in (f"{whole} {MOVED} and more", "Another text", f"{MOVED} and more", None):
        with pytest.raises(DatabaseError):
            change(content)
    with pytest.raises(DatabaseError), transaction.atomic():
        RevisionText.objects.filter(pk=row.pk).update(digest="0" * 64)
    change(f"{whole[:3]}{MOVED}{whole[-3:]}")
    with pytest.raises(DatabaseError), transaction.atomic():
        MovedWords.objects.update(places=0)


def test_passages_print_nothing_of_themselves() -> None:
    assert SECRET not in repr(Passages(SECRET))


@pytest.mark.parametrize(
    "written",
    [
        "Wintergreen Holdings bid lowest",
        "WINTERGREEN  holdings\nbid lowest",
        "**Wintergreen** _Holdings_ bid lowest",
        "[Wintergreen Holdings](https://example.org/) bid lowest",
        "| Wintergreen Holdings | bid lowest |",
        "- Wintergreen Holdings\n- bid lowest",
    ],
)
def test_passages_are_found_however_they_are_marked(written: str) -> None:
    text, count = Passages(SECRET).blot(f"So: {written}!")
    assert count == 1
    assert "intergreen" not in text.lower()


def test_a_passage_is_no_part_of_another_word() -> None:
    assert Passages("Row Systems").blot("Arrow Systems and Row Systemsx") == (
        "Arrow Systems and Row Systemsx",
        0,
    )
