"""A tick for advice stands nowhere, on no page and in no file, without current advice on the submitted text."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from approvals import advice, effects
from approvals.acts import part1_of
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, PCD_1637, made_up
from approvals.workflow import perform
from decisions import part2, pdf
from decisions.models import ContractAward, FinancialLine, Paragraph, Version
from decisions.part1 import Part1, to_data
from decisions.snapshot import canonical, load
from pcd.people.models import Holding, Office, Role, User
from tests.drafting import signed_in, text_of

pytestmark = pytest.mark.django_db

People = Mapping[str, User]
AT = datetime(2026, 11, 26, 12, tzinfo=UTC)
AREAS = {"financial": "finance", "legal": "legal"}
TITLES = {"financial": "Financial Advice", "legal": "Legal Advice"}


def ask(
    version: Version, people: People, area: str, person: User | None = None, *, with_part2: bool = True
) -> None:
    perform(version.pk, "request_advice", by=people["officer"], adviser=person or people[area], area=area,
            with_part2=with_part2)  # fmt: skip


def answer(version: Version, person: User, outcome: str = "content") -> None:
    read = advice.shown(load(version.pk), person)
    perform(version.pk, "give_advice", by=person, outcome=outcome, text="In words.", digest=read)


def advised(version: Version, people: People) -> None:
    walk.advise(version, people, "finance", "legal")


def rewritten(version: Version, people: People) -> None:
    advised(version, people)
    kinds = [row.removeprefix("section:") for area in AREAS.values() for row in advice.COVERS[area]]
    Paragraph.objects.filter(section__version=version, section__kind__in=kinds).update(text="Other words.")


def part2_rewritten(version: Version, people: People) -> None:
    advised(version, people)
    paper = version.part2_papers.get()
    part2.write(paper, replace(part2.read(paper), facts="The price is £99m."))


def only_asked(version: Version, people: People) -> None:
    for area in AREAS.values():
        ask(version, people, area)


def objecting(version: Version, people: People) -> None:
    only_asked(version, people)
    for area in AREAS.values():
        answer(version, people[area], "not_content")


def without_part2(version: Version, people: People) -> None:
    for area in AREAS.values():
        ask(version, people, area, with_part2=False)
        answer(version, people[area])


def section_inside(version: Version, people: People) -> None:
    Paragraph.objects.filter(section__version=version, section__kind="financial").delete()
    version.sections.filter(kind="financial").update(treatment="in_part2")
    without_part2(version, people)


def outvoted(version: Version, people: People) -> None:
    objecting(version, people)
    for area in AREAS.values():
        other = User.objects.create_user(f"{area}2", full_name=f"Another {area}")
        Holding.objects.create(office=Office.objects.get(key=area), person=other)
        ask(version, people, area, other)
        answer(version, other)


def asked_again(version: Version, people: People) -> None:
    rewritten(version, people)
    only_asked(version, people)


#: What happened to the advice on a draft with a Part 2, and which statements are then ticked.
HISTORIES: dict[str, tuple[Callable[[Version, People], None], set[str]]] = {
    "nothing": (lambda version, people: None, set()),
    "asked and not answered": (only_asked, set()),
    "content": (advised, {"financial", "legal"}),
    "content, and the sections changed since": (rewritten, set()),
    "content, and Part 2 changed since": (part2_rewritten, set()),
    "fallen and asked again": (asked_again, set()),
    "not content": (objecting, set()),
    "not content, and a colleague content": (outvoted, set()),
    "content without having read Part 2": (without_part2, {"financial"}),
    "content without having read the section, which is in Part 2": (section_inside, set()),
}


def of_json(part1: Part1) -> set[str]:
    rows = json.loads(canonical(to_data(part1)))["declarations"]
    return {row["key"] for row in rows if row["ticked"]}


def of_page(client: Client, version: Version) -> set[str]:
    page = text_of(client.get(reverse("paper-preview", args=[version.decision_id])))
    return {key for key, title in TITLES.items() if f"{title} Yes" in page}


def of_pdf(part1: Part1) -> set[str]:
    made = pdf.render(part1, published_at=AT)
    read = " ".join("".join(page.extract_text() for page in PdfReader(BytesIO(made)).pages).split())
    return {key for key, title in TITLES.items() if f"{title} Yes" in read}


@pytest.mark.parametrize("submitted", [False, True], ids=["draft", "submitted"])
@pytest.mark.parametrize("history", list(HISTORIES))
def test_no_page_and_no_file_ticks_what_no_current_advice_bears_out(
    history: str, submitted: bool, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened, ticked = HISTORIES[history]
    version = walk.draft(made_up(1, "Signal masts", part2=CUSTODY), people)
    happened(load(version.pk), people)
    if submitted:  # even where the submission itself would let it through
        with monkeypatch.context() as patch:
            patch.setattr(advice, "why_not", lambda version, but=(): [])
            for module in (advice, effects):
                patch.setattr(module, "needed", lambda version: [])
            walk.submit(version, people)
    part1 = part1_of(load(version.pk))
    found = {
        "value": {row.key for row in part1.declarations if row.ticked and row.key in AREAS},
        "JSON": of_json(part1) & set(AREAS),
        "page": of_page(signed_in(people["officer"]), version),
        "PDF": of_pdf(part1),
    }
    assert found == dict.fromkeys(found, ticked)
    held = set(advice.consulted(load(version.pk)))
    assert {AREAS[key] for key in ticked} == held & set(AREAS.values())


@pytest.mark.parametrize("area", list(advice.COVERS))
def test_advice_on_a_section_in_part_2_counts_only_by_who_read_it(area: str, people: People) -> None:
    paper = made_up(1, "Signal masts", part2=CUSTODY, in_part2=(advice.WRITES[area],))
    version = walk.draft(paper, people)
    ask(version, people, area, with_part2=False)
    answer(version, people[area])
    assert area not in advice.consulted(load(version.pk))
    page = signed_in(people["officer"]).get(reverse("act", args=[version.decision_id, "request_advice"]))
    assert f"the {Role(area).label.lower()}" in text_of(page), "the page says who has to read Part 2"
    ask(version, people, area)
    answer(version, people[area])
    assert area in advice.consulted(load(version.pk))


@pytest.mark.parametrize(
    ("model", "amount", "areas"),
    [
        (FinancialLine, "amount", {"finance"}),
        (ContractAward, "value", {"finance", "legal", "commercial"}),
    ],
)
def test_a_withheld_amount_is_advised_on_by_who_read_part_2(
    model: Any, amount: str, areas: set[str], people: People
) -> None:
    version = walk.draft(replace(PCD_1637, in_part2=()), people)
    Version.objects.filter(pk=version.pk).update(
        part2_exists="no"
    )  # which alone asks for the legal adviser's eyes
    model.objects.filter(recommendation__version=version).update(**{"certainty": "withheld", amount: None})
    for area in advice.COVERS:
        ask(version, people, area, with_part2=False)
        answer(version, people[area])
    assert set(advice.consulted(load(version.pk))) == set(advice.COVERS) - areas


def test_an_urgent_paper_promises_no_advice_of_who_was_not_let_into_part_2(people: People) -> None:
    version = walk.draft(made_up(1, "Signal masts", part2=CUSTODY, in_part2=("financial",)), people)
    Version.objects.filter(pk=version.pk).update(urgency_reason="The offer ends tomorrow.")
    ask(version, people, "finance", with_part2=False)
    assert "finance" not in advice.to_follow(load(version.pk))
    assert any("finance adviser has not read Part 2" in one for one in advice.why_not(load(version.pk)))
    ask(version, people, "finance")
    assert "finance" in advice.to_follow(load(version.pk))
