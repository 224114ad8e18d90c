"""Every answer of a paper as summary lists, each with a way to change it: what "check your answers" shows."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from decisions.drafting import parts
from decisions.drafting.forms import PaperForm, SectionForm
from decisions.drafting.pages import PART2_ANSWER, Page
from decisions.drafting.rows import ROW, RowKind
from decisions.drafting.shown import answer, as_html
from decisions.models import Part2Paper, Section, Version
from decisions.snapshot import labelled
from decisions.wording import counted
from pcd.forms.phrases import lower_first
from pcd.people.models import User

Params = dict[str, Any]
#: The parts that are lists of rows: what leads to the list.
LISTS = {
    "recommendations": "Add, move or remove recommendations, money and contracts",
    "attachments": "Add, move or remove attachments",
    "part2": "Add or remove Part 2 papers",
}
#: A question that stands above a list.
ASKED = {"part2": PART2_ANSWER}


def groups(version: Version, person: User, *, reads_part2: bool) -> list[Params]:
    """Return each part with its own answers and a card for each of its rows, as summary lists."""
    found = []
    for key, part, title in parts.parts(version):
        page = part.page or ASKED.get(key)
        row = page.find(version, key.partition(":")[2]) if page else None
        cards = [
            {
                "card": {"title": {"text": name, "heading_level": 3}},
                "rows": [
                    *_answers(version, f"{kind.key}:{one.pk}", kind.page, one, person),
                    *(_sealed(version, one, reads_part2) if isinstance(one, Part2Paper) else ()),
                ],
            }
            for kind, one, name in _rows(version, key)
        ]
        found.append(
            {
                "title": title,
                "url": parts.address(version, key),
                "list": LISTS.get(key, ""),
                "params": {"rows": _answers(version, key, page, row, person) if page and row else []},
                "cards": cards,
            }
        )
    return found


def _rows(version: Version, key: str) -> Iterator[tuple[RowKind, Any, str]]:
    """Yield the rows of a part in printed order, with what each is called."""
    if key == "recommendations":
        for label, row in labelled(version):
            yield ROW["recommendation"], row, f"Recommendation {label}"
            for kind, rows in (("money", row.financial_lines.all()), ("contract", row.contract_awards.all())):
                noun = ROW[kind].noun.capitalize()
                for number, one in enumerate(rows, start=1):
                    yield ROW[kind], one, f"{noun} {number} of recommendation {label}"
    if key == "attachments":
        for attachment in version.attachments.all():
            yield ROW["attachment"], attachment, attachment.title
    if key == "part2":
        for paper in version.part2_papers.all():
            yield ROW["part2-notice"], paper, paper.title


def _answers(version: Version, key: str, page: Page, row: Any, person: User) -> list[Params]:
    """Return every answer of a page as a row of a summary list."""
    form = page.form(initial=page.read(row), version=version, row=row, by=person)
    return [
        _row(form[name].label, answer(form, name), parts.address(version, key, f"id_{name}"))
        for name in _asked(form)
    ]


def _asked(form: PaperForm) -> list[str]:
    """Return the fields that say something: of a section its text, or else why it has none."""
    if not isinstance(form, SectionForm):
        return list(form.fields)
    first = "text" if form.initial["treatment"] == Section.Treatment.TEXT else "treatment"
    return [name for name in form.fields if name == first or (name != "treatment" and answer(form, name))]


def _sealed(version: Version, paper: Part2Paper, reads_part2: bool) -> list[Params]:
    """Say whether the sealed part of a Part 2 paper is written, and how many files it has; never what they say."""
    said = "Sealed" if hasattr(paper, "sealed") else ""
    url = parts.address(version, f"part2-sealed:{paper.pk}") if reads_part2 else ""
    files = counted(len(paper.files.all()), "file") + ", sealed" if paper.files.all() else "None"
    listed = reverse("paper-part2-files", kwargs={"decision": version.decision_id}) if reads_part2 else ""
    return [_row("Exempt facts and advice", said, url), _row("Files of Part 2", files, listed)]


def _row(label: Any, text: str, url: str) -> Params:
    change = {"href": url, "text": "Change", "visually_hidden_text": lower_first(str(label))}
    return {
        "key": {"text": label},
        "value": {"html": as_html(text)},
        "actions": {"items": [change] if url else []},
    }
