"""Every answer of a paper, each with a way to change it: what "check your answers" shows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from decisions import scheme
from decisions.drafting import parts
from decisions.drafting.forms import PaperForm, SectionForm, Values
from decisions.drafting.pages import PART2_ANSWER, Page
from decisions.drafting.rows import ELSEWHERE, OWN, ROW, RowKind
from decisions.drafting.shown import answer, as_html, said
from decisions.models import Part2Paper, Section, Version
from decisions.part1 import Supplier
from decisions.snapshot import labelled
from decisions.wording import counted, supplier_in_words
from pcd.forms.phrases import lower_first
from pcd.people.models import User

#: The Design System's summary list, written out: its macro takes most of a second for a paper of sixty contracts.
LIST = '<dl class="govuk-summary-list">{}</dl>'
ROW_HTML = (
    '<div class="govuk-summary-list__row{}"><dt class="govuk-summary-list__key">{}</dt>'
    '<dd class="govuk-summary-list__value">{}</dd>{}</div>'
)
CHANGE = (
    '<dd class="govuk-summary-list__actions"><a class="govuk-link" href="{}">Change'
    '<span class="govuk-visually-hidden"> {}{}</span></a></dd>'
)
NO_LINK = " govuk-summary-list__row--no-actions"


@dataclass(frozen=True)
class Answer:
    """A row of a summary list: the question, what was answered, and where that is changed, unless its card says."""

    label: str
    html: SafeString
    url: str

    def row(self, title: str, spare: str) -> tuple[str, str, SafeString, str]:
        """Return what ROW_HTML takes; `title` is the card's, `spare` the class where only others have a link."""
        if not self.url:
            return spare, self.label, self.html, ""
        card = f" ({title})" if title else ""
        return "", self.label, self.html, format_html(CHANGE, self.url, lower_first(self.label), card)


def summary_list(rows: Sequence[Answer], title: str = "") -> SafeString:
    """Return answers as a summary list; `title` is that of the card in which it stands."""
    spare = NO_LINK if any(one.url for one in rows) else ""
    return format_html(LIST, format_html_join("", ROW_HTML, (one.row(title, spare) for one in rows)))


#: The parts that are lists of rows: what leads to the list.
LISTS = {
    "recommendations": "Add, move or remove recommendations, money, contracts and grants",
    "links": "Add, move or remove related decisions and joint decision makers",
    "attachments": "Add, move or remove attachments",
    "part2": "Add or remove Part 2 papers",
}
#: A question that stands above a list.
ASKED = {"part2": PART2_ANSWER}


#: Rows whose form is the same for each of them; that of a Part 2 notice offers the grounds that it claims already.
ALIKE = ("recommendation", *(kind.key for kind in (*OWN, *ELSEWHERE)))


def groups(version: Version, person: User, *, reads_part2: bool) -> list[dict[str, Any]]:
    """Return each part with its own answers and a card for each of its rows."""
    asking = Asking(version, person)
    found = []
    for key, part, title in parts.parts(version):
        if part is parts.IMPORT:  # looked at, not answered
            continue
        page = part.page or ASKED.get(key)
        row = page.find(version, key.partition(":")[2]) if page else None
        proposed = scheme.proposal(version) if key == "authority" else None
        found.append(
            {
                "title": title,
                "url": parts.address(version, key),
                "list": LISTS.get(key, ""),
                "rows": [
                    *([_row("What the scheme says", proposed.because)] if proposed else []),
                    *(asking.answers(key, page, row) if page and row else []),
                ],
                "cards": [
                    {
                        "title": name,
                        "url": parts.address(version, f"{kind.key}:{one.pk}"),
                        "rows": [*asking.of_row(kind, one), *_sealed(version, one, reads_part2)],
                    }
                    for kind, one, name in _rows(version, key)
                ],
            }
        )
    return found


def _rows(version: Version, key: str) -> Iterator[tuple[RowKind, Any, str]]:
    """Yield the rows of a part in printed order, with what each is called."""
    if key == "recommendations":
        for label, row in labelled(version):
            yield ROW["recommendation"], row, f"Recommendation {label}"
            for kind in OWN:
                for number, one in enumerate(getattr(row, kind.rows).all(), start=1):
                    yield kind, one, f"{kind.noun.capitalize()} {number} of recommendation {label}"
    if key == "links":
        for kind in ELSEWHERE:
            for number, one in enumerate(getattr(version, kind.rows).all(), start=1):
                yield kind, one, f"{kind.noun.capitalize()} {number}"
    if key == "attachments":
        for attachment in version.attachments.all():
            yield ROW["attachment"], attachment, attachment.title
    if key == "part2":
        for paper in version.part2_papers.all():
            yield ROW["part2-notice"], paper, paper.title


class Asking:
    """The questions of one paper; forms are costly, so rows that are asked alike share one."""

    def __init__(self, version: Version, person: User) -> None:
        self.version, self.person = version, person
        self.forms: dict[str, PaperForm] = {}

    def answers(self, key: str, page: Page, row: Any) -> list[Answer]:
        """Return every answer of a page, given or not."""
        url = parts.address(self.version, key)
        return [_row(label, text, f"{url}#id_{name}") for name, label, text in self._answers(page, row)]

    def of_row(self, kind: RowKind, row: Any) -> list[Answer]:
        """Return the answers that were given to a row, and all that a notice asks; its card has the link."""
        if kind.key not in ALIKE:
            return [_row(label, text) for _, label, text in self._answers(kind.page, row)]
        form = self.forms.get(kind.key) or self.forms.setdefault(kind.key, self._form(kind.page, row, {}))
        values = kind.page.read(row)
        rows = [
            _row(field.label, words)
            for name, field in form.fields.items()
            if name in kind.page.form.base_fields and (words := said(field, values[name]))
        ]
        if suppliers := values.get("suppliers"):
            rows.append(_row("Suppliers", "\n".join(supplier_in_words(Supplier(**one)) for one in suppliers)))
        return rows

    def _answers(self, page: Page, row: Any) -> list[tuple[str, Any, str]]:
        """Return the name, the label and the answer of each question that is asked."""
        form = self._form(page, row, page.read(row))
        return [(name, form[name].label, answer(form, name)) for name in _asked(form)]

    def _form(self, page: Page, row: Any, values: Values) -> PaperForm:
        return page.form(initial=values, version=self.version, row=row, by=self.person)


def _asked(form: PaperForm) -> list[str]:
    """Return the fields that say something: of a section its text, or else why it has none."""
    if not isinstance(form, SectionForm):
        return list(form.fields)
    first = "text" if form.initial["treatment"] == Section.Treatment.TEXT else "treatment"
    return [name for name in form.fields if name == first or (name != "treatment" and answer(form, name))]


def _sealed(version: Version, paper: Any, reads_part2: bool) -> list[Answer]:
    """Say whether the sealed part of a Part 2 paper is written, and how many files it has; never what they say."""
    if not isinstance(paper, Part2Paper):
        return []
    url = parts.address(version, f"part2-sealed:{paper.pk}") if reads_part2 else ""
    count = len(paper.files.all())
    listed = reverse("paper-part2-files", kwargs={"decision": version.decision_id}) if reads_part2 else ""
    return [
        _row("Exempt facts and advice", "Sealed" if hasattr(paper, "sealed") else "", url),
        _row("Files of Part 2", f"{counted(count, 'file')}, sealed" if count else "None", listed),
    ]


def _row(label: Any, text: str, url: str = "") -> Answer:
    return Answer(str(label), as_html(text), url)
