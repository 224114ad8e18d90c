"""The PDF of a decision: accessible, reproducible, complete, and made of nothing but the decision."""

import functools
import io
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from django.conf import settings as django_settings
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from decisions.part1 import Part1, Section
from decisions.pdf import Assets, RefusedAsset, assets, render
from tests.pages import pdf_failures
from tests.published import ACTS_DIGEST, DIGEST, PUBLISHED_AT, SECTIONS, decided, snapshot


@functools.cache
def made() -> bytes:
    return render(decided(), published_at=PUBLISHED_AT)


def small(summary: str = "A summary.", title: str = "A title") -> Part1:
    """A decision with little in it, which is quick to render."""
    return replace(
        decided(),
        title=title,
        summary=summary,
        recommendations=(),
        financial_lines=(),
        contract_awards=(),
        sections=(),
        declarations=(),
        part2=(),
        notices=(),
        signatures=(),
    )


def words(content: bytes) -> str:
    """The text of all pages in single spaces, without what stands at their heads and feet."""
    return " ".join(" ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(content)).pages).split())


def squeezed(text: str) -> str:
    """The text without spaces, which a line break may add to an extracted text."""
    return re.sub(r"\s+", "", text)


def test_a_decision_passes_the_checks_of_pdf_ua_1() -> None:
    assert pdf_failures(made()) == []


def test_the_check_can_fail() -> None:
    with pikepdf.open(io.BytesIO(made())) as document:
        del document.Root.StructTreeRoot
        spoilt = io.BytesIO()
        document.save(spoilt)
    assert pdf_failures(spoilt.getvalue())


def test_a_pdf_has_title_language_tags_and_bookmarks() -> None:
    with pikepdf.open(io.BytesIO(made())) as document:
        assert str(document.Root.Lang) == "en-GB"
        assert bool(document.Root.MarkInfo.Marked)
        assert bool(document.Root.ViewerPreferences.DisplayDocTitle)
        assert str(document.docinfo["/Title"]) == "PCD 1637: Heron platform renewal"
        with document.open_outline() as outline:
            assert [item.title for item in outline.root] == ["Heron platform renewal"]
            below = [item.title for item in outline.root[0].children]
    assert below[:3] == ["Executive summary", "Recommendations", "Deputy Mayor for Policing and Crime"]
    assert "Fingerprint" in below


def test_a_pdf_says_nothing_of_who_made_it_or_when() -> None:
    with pikepdf.open(io.BytesIO(made())) as document:
        assert {key: str(value) for key, value in document.docinfo.items()} == {
            "/Title": "PCD 1637: Heron platform renewal",
            "/Subject": "Mayor's Office for Policing and Crime, decision PCD 1637",
            "/Producer": str(document.docinfo["/Producer"]),
            "/CreationDate": "D:20240318093000+00'00",
        }
        assert str(document.docinfo["/Producer"]).startswith("WeasyPrint")
        assert len(document.attachments) == 0
        assert "/AF" not in document.Root
        assert "/Names" not in document.Root or "/EmbeddedFiles" not in document.Root.Names


def test_the_same_decision_gives_the_same_bytes() -> None:
    assert render(decided(), published_at=PUBLISHED_AT) == made()
    assert render(decided(), published_at=PUBLISHED_AT + timedelta(days=1)) != made()


def test_everything_of_the_form_stands_in_the_pdf() -> None:
    text = squeezed(words(made()))
    content = snapshot()
    plain = [
        content["head"]["title"],
        "PCD 1637",
        "The Deputy Mayor for Policing and Crime is recommended to:",
        "Approve project capital of £1.98m.",
        "1a(i)",
        "£10k for training.",
        "Rejected: Training is paid for already.",
        "Approve contracts of up to £1.5m for up to five years.",
        "Approved with changes: The extension is cheaper.",
        "The above request has my approval, except recommendation 1a(i), which is rejected.",
        content["wording"]["interests"],
        content["wording"]["endorsement"],
        content["wording"]["part1_heading"],
        "8. Background/supporting papers",
        "2.1 The platform must be kept up to date.",
        "Brightwell Systems Ltd (company 01234567)",
        "the Northern Resellers framework",
        "Hanne Vestergaard",
        "Signed 12 March 2024 at 4:20pm",
        "By delegation, on behalf of Sam Oyelaran (scheme of delegation, paragraph 4.2)",
        "OFFICIAL-SENSITIVE [COMMERCIAL]",
        "Freedom of Information Act 2000, section 43(2): Prejudice to commercial interests",
        "The paper will cease to be exempt upon completion of the contract.",
        "Not obtained, because the matter is urgent",
        "Odile Marchetti has drafted this report in accordance with MOPAC procedures.",
        "20 February 2024",
        "18 March 2024",
        DIGEST,
        ACTS_DIGEST,
        *SECTIONS["commercial"],
        *SECTIONS["legal"],
    ]
    assert [part for part in plain if squeezed(part) not in text] == []


SHAPES = (
    "See [**bold**](https://example.org/x) and [plain *and* more](https://example.org/y)",
    "words " * 14
    + "[a link that is long and goes on over two lines of the page, surely](https://example.org)",
    "- a\n- b\n  - c\n    - d\n\n1. x\n2. y",
    "1. a **x** b\n\n   para\n\n   - in\n   - ner\n\n   after\n2. b",
    "- | a | b |\n  |---|---|\n  | 1 | 2 |\n- x",
    "-\n- x\n-",
    "| a | b |\n|---|---|",
    "| a | b | c |\n|---|---|---|\n| 1 |\n| 1 | 2 | 3 | 4 |",
    "[](https://example.org) [to nowhere](#nowhere) [rel](/foo) [mail](mailto:a@example.org)",
    "x" * 500,
    "Ŵ ŷ € ≤ ½ – “quoted” → ✓",
    "# no heading\n\n> no quotation\n\n```\nno code\n```\n\n***\n\n![no picture](file:///etc/passwd)",
)


def test_whatever_the_officers_write_the_pdf_stays_accessible() -> None:
    assert pdf_failures(render(small("\n\n".join(SHAPES)), published_at=PUBLISHED_AT)) == []


def test_a_hundred_pages_are_rendered_whole() -> None:
    paragraph = decided().sections[0].paragraphs[0]
    long = Section(
        "issues",
        2,
        "Issues",
        "text",
        "",
        tuple(
            replace(paragraph, label=f"2.{n}", text=f"Paragraph {n}. " + "word " * 120) for n in range(1, 61)
        ),
    )
    content = render(replace(small(), sections=(long,)), published_at=PUBLISHED_AT)
    assert pdf_failures(content) == []
    text = words(content)
    assert all(f"Paragraph {n}." in text for n in range(1, 61))


HOSTILE = (
    '<link rel=attachment href="file:///etc/passwd">',
    '<a rel=attachment href="file:///etc/passwd">x</a>',
    '<img src="file:///etc/passwd"><img src="http://127.0.0.1:1/x">',
    "<style>@import 'file:///etc/passwd'; * { display: none }</style>",
    '<svg><image href="file:///etc/passwd"/></svg><object data="file:///etc/passwd"></object>',
    '<iframe src="http://169.254.169.254/"></iframe><embed src="file:///etc/hosts">',
    '<p style="position:absolute;top:0;color:white;background:url(file:///etc/passwd)">APPROVED</p>',
    "</p></article><script>alert(1)</script><!-- hidden",
    "![x](file:///etc/passwd) [y](file:///etc/passwd) [z](javascript:alert(1))",
)


def test_hostile_text_is_printed_and_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    fetch = Assets.fetch

    def watched(self: Assets, url: str, headers: dict[str, str] | None = None) -> object:
        asked.append(url)
        return fetch(self, url, headers)

    monkeypatch.setattr(Assets, "fetch", watched)
    text = "\n\n".join(HOSTILE)
    paper = small(text, title=HOSTILE[0])
    paper = replace(
        paper, interests=HOSTILE[1], outcome=HOSTILE[2], urgency_reason=text, business_unit=HOSTILE[3]
    )
    content = render(paper, published_at=PUBLISHED_AT)
    assert {url for url in asked if url not in assets()} == set()
    assert asked
    assert pdf_failures(content) == []
    printed = squeezed(words(content))
    assert [part for part in HOSTILE[:-1] if squeezed(part) not in printed] == []
    with pikepdf.open(io.BytesIO(content)) as document:
        assert len(document.attachments) == 0
        addresses = [
            str(note.A.URI)
            for sheet in document.pages
            for note in sheet.get("/Annots", [])
            if "/URI" in note.get("/A", {})
        ]
    assert addresses == []
    assert b"root:" not in content


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://127.0.0.1/",
        "https://assets.invalid/../pdf.css",
        "https://assets.invalid/pdf.css?x",
        "https://assets.invalid/fonts/../../../settings.py",
        "data:text/css,*{}",
        "",
    ],
)
def test_nothing_but_named_assets_is_handed_out(url: str) -> None:
    with pytest.raises(RefusedAsset):
        Assets().fetch(url)


def test_a_pdf_without_its_styles_is_not_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(django_settings, "BASE_DIR", tmp_path)
    with pytest.raises(FileNotFoundError, match=r"pdf\.css"):
        render(small(), published_at=PUBLISHED_AT)


PRINTABLE = st.text(
    st.characters(
        min_codepoint=0x20, max_codepoint=0x17E, exclude_characters="\\*_[]|`~-+#>.)(&!: \xad\x7f"
    ).filter(lambda character: character.isprintable()),
    min_size=1,
    max_size=60,
)


@settings(max_examples=6, deadline=None)
@given(texts=st.lists(PRINTABLE, min_size=1, max_size=12), title=PRINTABLE)
def test_the_words_printed_are_the_words_written(texts: list[str], title: str) -> None:
    written = [f"x{text}x" for text in texts]
    content = render(small("\n\n".join(written), title=title), published_at=PUBLISHED_AT)
    printed = squeezed(words(content))
    assert [text for text in written if text not in printed] == []
    assert title in printed
