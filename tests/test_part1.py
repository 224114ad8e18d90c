"""Part 1 as a value and as the partial that preview, public page and PDF share."""

import json
import re
from dataclasses import fields, is_dataclass, replace
from html import unescape
from itertools import pairwise
from typing import Any

from django.template.loader import render_to_string

from decisions import publishing
from decisions.part1 import Named, Part1, Part2Notice, from_bytes, of_snapshot, to_data
from decisions.snapshot import canonical
from tests.pages import assert_valid_html
from tests.published import PUBLISHED_AT, acts, decided, drafted, snapshot

#: How sure an amount is, and what became of it, is said in the words of the amount.
SAID_WITH_THE_AMOUNT = (".certainty", ".outcome")
#: What is said in other words, or stands behind what is shown.
NOT_PRINTED = {
    "id",
    "key",
    "kind",
    "schema",
    "body",
    "body_key",
    "series",
    "number",
    "year",
    "version",
    "form_reference",
    "treatment",
    "office",
    "capacity",
    "ticked",
    "part2_exists",
    "answer",
}


def html(part1: Part1, **context: Any) -> str:
    return render_to_string("decisions/_part1.html", {"part1": part1, **context})


def text(part1: Part1, **context: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html(part1, **context))).split())


def page(part1: Part1, **context: Any) -> str:
    head = '<!DOCTYPE html><html lang="en-GB"><head><title>t</title></head>'
    return f"{head}<body>{html(part1, **context)}</body></html>"


def strings(value: Any, name: str = "") -> list[tuple[str, str]]:
    """Every text in a value, by the name of its field."""
    if isinstance(value, str):
        return [(name, value)]
    if isinstance(value, tuple):
        return [found for row in value for found in strings(row, name)]
    if is_dataclass(value):
        return [found for row in fields(value) for found in strings(getattr(value, row.name), row.name)]
    return []


def marked() -> Part1:
    """A decision in which every free text is a word of its own, so that none can hide behind another."""

    def mark(value: Any, path: str, name: str) -> Any:
        if isinstance(value, str):
            return value if name in NOT_PRINTED or not value else f"W{abs(hash(path)) % 10**9}"
        if isinstance(value, tuple):
            return tuple(mark(row, f"{path}.{place}", name) for place, row in enumerate(value))
        if isinstance(value, Named) and path.endswith(SAID_WITH_THE_AMOUNT) and "recommendations" not in path:
            return value
        if is_dataclass(value) and not isinstance(value, type):
            names = [row.name for row in fields(value)]
            return replace(value, **{row: mark(getattr(value, row), f"{path}.{row}", row) for row in names})
        return value

    full = replace(decided(), urgency_reason="x", retrospective_reason="x", interests="x")
    result: Part1 = mark(full, "", "")
    return result


def test_every_text_of_part_1_is_shown() -> None:
    part1 = marked()
    shown = text(part1, published_at=PUBLISHED_AT).casefold()
    missing = [name for name, word in strings(part1) if word.startswith("W") and word.casefold() not in shown]
    # The decision maker signs under the outcome, which says what the standing sentence would say.
    assert missing == ["statement"]


def test_nothing_outside_part_1_is_shown() -> None:
    content = snapshot()
    paper = next(value for key, value in content.items() if key.startswith("part2:"))
    paper["facts"] = paper["rationale"] = paper["commitment"] = "CANARY"
    content["head"]["working_title"] = "CANARY"
    assert "CANARY" not in html(decided())
    assert {row.name for row in fields(Part2Notice)} == {
        "title",
        "marking",
        "grounds",
        "ceases_on",
        "ceases_event",
        "public_reason",
    }


def test_the_partial_is_valid_html_before_and_after_the_decision() -> None:
    assert_valid_html(page(decided(), published_at=PUBLISHED_AT))
    assert_valid_html(page(drafted()))
    assert_valid_html(
        page(drafted(reference="", title="", key="", number=None, kinds=[], head_of_service=""))
    )


def test_headings_begin_with_one_title_and_skip_no_level() -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])", html(decided()))]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_paper_has_no_tag_that_a_tagged_pdf_cannot_say() -> None:
    for tag in ("<dl", "<figure", "<img", "style="):
        assert tag not in html(decided())
    assert "<th>" not in html(decided())


def test_recommendations_keep_their_tree_and_labels_and_what_became_of_them() -> None:
    shown = text(decided())
    assert "1 Approve project capital of £1.98m. See paragraph 3.1 . Approved 1a of which £80k" in shown
    assert "1a(i) £10k for training. Rejected: Training is paid for already." in shown
    assert (
        "Recommended: Approve contracts of up to £1.63m for up to five years. Decided: Approve contracts"
        in shown
    )
    assert "Approved with changes: The extension is cheaper." in shown


def test_a_paper_before_its_decision_shows_no_outcome() -> None:
    shown = text(drafted())
    assert "No decision has been taken yet." in shown
    assert "Not decided yet" in shown
    assert "Not published yet" in shown
    for word in ("Rejected", "Approved with changes", "Value decided", "Signed ", "Fingerprint"):
        assert word not in shown


def test_a_section_in_part_2_or_not_applicable_says_so() -> None:
    content = snapshot()
    content["section:legal"] |= {"treatment": "in_part2", "paragraphs": []}
    content["section:commercial"] |= {
        "treatment": "not_applicable",
        "reason": "No contract is let.",
        "paragraphs": [],
    }
    shown = text(of_snapshot(content, acts()))
    assert "4. Legal Comments This section is in Part 2." in shown
    assert "5. Commercial Issues Not applicable, because no contract is let." in shown


def test_a_deferral_shows_its_reason_and_its_end() -> None:
    content = snapshot()
    content["deferral"] = {"answer": "yes", "reason": "Bids are being weighed.", "until": "2024-09-01"}
    shown = text(of_snapshot(content, acts()))
    assert "to be deferred? Yes Reason: Bids are being weighed. Until: 1 September 2024" in shown


def test_a_tick_is_a_word_and_an_empty_one_has_its_reason() -> None:
    shown = text(decided())
    assert (
        "Financial Advice Yes The Strategic Finance and Resource Management Team has been consulted" in shown
    )
    assert "Management Team, 20 February 2024" in shown
    assert "Legal Advice No The MPS legal team has been consulted" in shown
    assert "Not obtained, because the matter is urgent" in shown


def test_a_link_in_a_notice_runs_nothing() -> None:
    part1 = decided()
    award = replace(part1.contract_awards[0], notices=("javascript:alert(1)",))
    assert 'href="javascript' not in html(replace(part1, contract_awards=(award,)))


def test_what_is_published_is_read_back_as_it_was() -> None:
    part1 = decided()
    content = canonical(to_data(part1))
    assert from_bytes(content) == part1
    assert canonical(to_data(from_bytes(content))) == content
    assert json.loads(content)["schema"] == "pcd.part1/2"


def test_the_search_finds_every_word_of_the_paper_but_not_the_forms_own() -> None:
    found = publishing.search_text(decided())
    for word in (
        "Heron",
        "PCD1637",
        "Brightwell",
        "01234567",
        "£225k per annum",
        "section 43(2)",
        "Vestergaard",
    ):
        assert word in found
    assert "Code of Conduct" not in found
    assert "**" not in found
    assert (
        len(publishing.search_text(replace(decided(), summary="word " * 200_000)))
        <= publishing.LONGEST_INDEXED
    )
