"""The map of advice: a changed word, figure or file lets exactly the declared advice fall, and nothing else does.

DECLARED says it once more, field by field, in the words of design.md 4 and form.md 4 rather than by component.
"""

from collections.abc import Callable, Mapping
from typing import Any

import html5lib
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models, transaction
from django.test import Client
from django.urls import reverse

from approvals import advice
from approvals.acts import open_round
from approvals.demo import walk
from approvals.demo.papers import made_up
from approvals.models import Signature
from approvals.signing import shown
from approvals.workflow import NotAllowed, Refused, perform
from decisions import form
from decisions.models import (
    Attachment,
    ContractAward,
    FinancialLine,
    Paragraph,
    Part2Paper,
    Recommendation,
    Section,
    Version,
)
from decisions.snapshot import component_digests, load
from pcd.people.models import Role, User
from tests.attached import TABLE
from tests.drafting import hidden, signed_in, text_of, told_on, url
from tests.test_advice import answer, ask
from tests.test_snapshot_covers_fields import BOOKKEEPING, PAPER, change, of_everything

pytestmark = pytest.mark.django_db

People = Mapping[str, User]
Areas = frozenset[str]

#: Who is asked, and who of them reads Part 2.
ASKED = {"finance": False, "legal": True, "commercial": False, "equality": False, "data_protection": False}
NOBODY: Areas = frozenset()
FINANCE, LEGAL, EQUALITY = frozenset({"finance"}), frozenset({"legal"}), frozenset({"equality"})
PRIVACY = frozenset({"data_protection"})
TERMS = frozenset({"finance", "legal", "commercial"})
#: What each section's words are about.
OF_SECTION = {
    "financial": FINANCE,
    "legal": LEGAL,
    "commercial": frozenset({"commercial"}),
    "equality": EQUALITY,
    "privacy": PRIVACY,
}
#: Whose advice falls with a changed row, or with a field of it where fields differ.
DECLARED: dict[str, Areas] = {
    "Version": NOBODY,
    "Version.summary": EQUALITY,
    "Version.dpia": PRIVACY,
    "Version.dpia_note": PRIVACY,
    "Version.part2_exists": LEGAL,
    "Version.notice_only": LEGAL,
    "Recommendation": TERMS,
    "FinancialLine": FINANCE,
    "ContractAward": TERMS,
    "Supplier": TERMS,
    "FundingGrant": frozenset({"finance", "legal"}),
    "Link": NOBODY,
    "JointDecider": LEGAL,
    "Part2Paper": LEGAL,
    "ExemptionClaim": LEGAL,
    "Part2Text": LEGAL,
    "Part2File": LEGAL,
    "Declaration": NOBODY,
    "UnobtainedAdvice": NOBODY,
    "Attachment": TERMS,
    "AttachmentCheck": NOBODY,
}


@pytest.fixture
def advised(people: People) -> Version:
    """A paper with a row of every kind, on which each adviser was content."""
    version = of_everything(people)
    for area, with_part2 in ASKED.items():
        ask(version, people, area, with_part2=with_part2)
        answer(version, people[area], "content")
    assert held(version) == ASKED.keys()
    return load(version.pk)


def held(version: Version) -> set[str]:
    """Return the areas whose advice holds on the paper as it is stored now."""
    return {row.request.area for row in advice.standings(load(version.pk)) if row.holds}


def fallen(version: Version, act: Callable[[], object]) -> set[str]:
    """Return whose advice falls with an act, which is undone again."""
    with transaction.atomic():
        before = held(version)
        act()
        now = held(version)
        transaction.set_rollback(True)
    return before - now


@pytest.mark.parametrize(
    "model", [one for one in PAPER if one not in (Section, Paragraph)], ids=lambda one: one.__name__
)
def test_each_changed_field_lets_exactly_the_declared_advice_fall(
    advised: Version, model: type[models.Model]
) -> None:
    name = model.__name__
    for field in model._meta.concrete_fields:
        if (name, field.name) in BOOKKEEPING or (name, field.name) == ("Version", "edition"):
            continue
        declared = DECLARED.get(f"{name}.{field.name}", DECLARED[name])
        assert fallen(advised, lambda f=field: change(advised, model, f)) == declared, field  # type: ignore[misc]


@pytest.mark.parametrize("kind", [one.key for one in form.SECTION_KINDS])
def test_a_changed_word_of_a_section_lets_the_advice_of_its_area_fall(advised: Version, kind: str) -> None:
    section = advised.sections.get(kind=kind)
    words = Paragraph.objects.filter(section=section)
    declared = OF_SECTION.get(kind, NOBODY)
    first = words.order_by("position")[0]

    def one_letter() -> None:
        words.filter(pk=first.pk).update(text=first.text.replace("e", "a", 1))

    assert fallen(advised, one_letter) == declared
    assert fallen(advised, lambda: words.filter(pk=first.pk).update(text=f"{first.text} ")) == declared
    if not advised.recommendations.filter(cites__section=section).exists():
        rows = Section.objects.filter(pk=section.pk)
        assert fallen(advised, lambda: rows.update(treatment="in_part2")) == declared
    assert fallen(advised, lambda: words.update(text=models.F("text"))) == NOBODY


def test_another_number_of_a_cited_paragraph_is_no_change_of_the_recommendation(advised: Version) -> None:
    cited = advised.recommendations.exclude(cites=None)[0].cites
    assert cited is not None
    above = Paragraph(section=cited.section, position=0, text="Said first.")

    assert fallen(advised, above.save) == OF_SECTION[cited.section.kind]
    assert fallen(advised, lambda: advised.recommendations.update(cites=None)) == TERMS


def test_a_penny_more_or_less_lets_the_advice_on_it_fall(advised: Version) -> None:
    lines = FinancialLine.objects.filter(recommendation__version=advised, amount__isnull=False)
    line, award = lines[0], ContractAward.objects.filter(recommendation__version=advised)[0]
    for step in ("0.01", "-0.01"):
        more = models.F("amount") + models.Value(step, output_field=models.DecimalField())
        assert fallen(advised, lambda m=more: lines.filter(pk=line.pk).update(amount=m)) == FINANCE  # type: ignore[misc]
    rows = ContractAward.objects.filter(pk=award.pk)
    assert fallen(advised, lambda: rows.update(value=(award.value or 0) + 1)) == TERMS
    assert fallen(advised, lambda: rows.update(value=models.F("value"))) == NOBODY


# The same by the pages, where whoever saves is told beforehand


def told_of(response: Any) -> set[str]:
    """Return the areas that a page names as about to fall."""
    words = text_of(response)
    return {area for area in ASKED if f"{Role(area).label}, " in words}


def first(model: type[Any], **where: Any) -> Any:
    """Return the first of these rows."""
    return model.objects.filter(**where).order_by("position").first()


#: What is done on which page, and whose advice it lets fall.
def writes(version: Version) -> dict[str, tuple[str, dict[str, Any], Areas]]:
    top = first(Recommendation, version=version, parent=None)
    paper = first(Part2Paper, version=version)
    attachment = first(Attachment, version=version)
    money = first(FinancialLine, recommendation=top)
    about = {"treatment": "text", "reason": ""}
    words = "\n\n".join(
        row.text for row in Paragraph.objects.filter(section__version=version, section__kind="financial")
    )
    return {
        "the summary": (url("paper-part", version, part="summary"), {"summary": "Other words."}, EQUALITY),
        "the financial comments": (
            url("paper-section", version, kind="financial"),
            {"text": f"{words} More.", **about},
            FINANCE,
        ),
        "the background": (
            url("paper-section", version, kind="supporting"),
            {"text": "Other.", **about},
            NOBODY,
        ),
        "a new recommendation": (url("recommendation-add", version), {"text": "Approve more."}, TERMS),
        "a moved recommendation": (url("recommendation-move", version, row=top.pk), {"to": "2"}, TERMS),
        "a removed amount": (url("money-remove", version, row=money.pk), {}, FINANCE),
        "a renamed file": (url("attachment", version, row=attachment.pk), {"title": "Renamed"}, TERMS),
        "a removed file": (url("attachment-remove", version, row=attachment.pk), {}, TERMS),
        "Part 2": (
            url("part2-sealed", version, row=paper.pk),
            {"facts": "Other facts.", **_reasons(paper)},
            LEGAL,
        ),
    }


def _reasons(paper: Part2Paper) -> dict[str, str]:
    keys = [claim.ground_id for claim in paper.claims.all()]
    return {f"{field}_{key}": "Because." for field in ("rationale", "public_interest") for key in keys}


WRITES = (
    "the summary", "the financial comments", "the background", "a new recommendation", "a moved recommendation",
    "a removed amount", "a renamed file", "a removed file", "Part 2",
)  # fmt: skip


@pytest.mark.parametrize("what", WRITES)
def test_whoever_saves_is_told_beforehand_exactly_what_falls(
    advised: Version, people: People, what: str
) -> None:
    officer = signed_in(people["officer"])
    address, typed, declared = writes(advised)[what]
    sent = {**hidden(officer, address), **typed} if not address.endswith("/move/") else typed
    before = component_digests(load(advised.pk))

    asked = officer.post(address, sent)
    if not declared:
        assert asked.status_code == 303
        assert held(advised) == ASKED.keys()
        return
    assert asked.status_code == 409
    assert told_of(asked) == declared
    assert component_digests(load(advised.pk)) == before, "nothing is saved before it was told"
    assert held(advised) == ASKED.keys()

    again = officer.post(address, {**sent, "told": told_on(asked)})
    assert again.status_code == 303, text_of(again)
    assert ASKED.keys() - held(advised) == declared


def test_the_page_of_what_falls_carries_all_that_was_typed(advised: Version, people: People) -> None:
    officer, address = signed_in(people["officer"]), url("paper-part", advised, part="summary")
    typed = {"summary": 'Words with "marks" & <signs>.', "then": "next"}
    page = officer.post(address, {**hidden(officer, address), **typed})
    carried = {
        tag.get("name"): tag.get("value")
        for tag in html5lib.parse(page.content.decode(), namespaceHTMLElements=False).iter("input")
    }
    assert carried["summary"] == 'Words with "marks" & <signs>.'
    assert carried["then"] == "next"
    assert carried["seen"]


def test_one_who_was_told_of_one_advice_is_told_of_another_that_came_since(
    advised: Version, people: People
) -> None:
    officer, address = signed_in(people["officer"]), url("paper-part", advised, part="summary")
    sent = {**hidden(officer, address), "summary": "Other words."}
    keys = told_on(officer.post(address, sent))
    ask(advised, people, "equality", with_part2=True)
    answer(advised, people["equality"], "content")

    second = officer.post(address, {**sent, "told": keys})

    assert second.status_code == 409
    assert "equality" in held(advised)


def test_before_a_file_is_brought_the_page_says_what_falls(advised: Version, people: People) -> None:
    officer = signed_in(people["officer"])
    paper = first(Part2Paper, version=advised)
    for address, declared in (
        (url("part2-file-add", advised, paper=paper.pk), LEGAL),
        (url("attachment-bring", advised), TERMS),
    ):
        page = officer.get(address)
        before = held(advised)
        assert told_of(page) == declared & before
        typed = {
            "new": hidden(officer, address)["new"],
            "title": "Prices by year",
            "file": SimpleUploadedFile("prices.csv", TABLE),
        }
        untold = officer.post(address, typed)
        assert untold.status_code == 409
        assert "Choose the file again" in text_of(untold)
        typed["file"] = SimpleUploadedFile("prices.csv", TABLE)
        assert officer.post(address, {**typed, "told": told_on(page)}).status_code == 303
        assert before - held(advised) == declared & before


def filled_in(client: Client, address: str) -> dict[str, list[str]]:
    """Return what a browser would post of a page's own form as it was opened."""
    page = html5lib.parse(client.get(address).content.decode(), namespaceHTMLElements=False)
    forms = [tag for tag in page.iter("form") if any(i.get("name") == "seen" for i in tag.iter("input"))]
    values: dict[str, list[str]] = {}
    for tag in forms[0].iter():
        name, kind = tag.get("name"), tag.get("type", "")
        if not name:
            continue
        if tag.tag == "input" and (kind not in ("checkbox", "radio") or "checked" in tag.attrib):
            values.setdefault(name, []).append(tag.get("value", ""))
        if tag.tag == "textarea":
            typed = "".join(tag.itertext()).removeprefix("\n").replace("\r\n", "\n").replace("\n", "\r\n")
            values.setdefault(name, []).append(typed)
        if tag.tag == "select":
            chosen = [one for one in tag.iter("option") if "selected" in one.attrib]
            values.setdefault(name, []).extend(one.get("value", "") for one in chosen)
    return values


def pages_with_a_form(client: Client, version: Version) -> list[str]:
    """Return every page of the paper that saves something, as its own links lead there."""
    start = reverse("paper", args=[version.decision_id])
    seen, left, found = {start}, [start], []
    while left:
        address = left.pop()
        answered = client.get(address)
        if answered.status_code != 200 or "text/html" not in answered["Content-Type"]:
            continue
        page = html5lib.parse(answered.content.decode(), namespaceHTMLElements=False)
        if any(tag.get("name") == "seen" for tag in page.iter("input")):
            found.append(address)
        links = {tag.get("href", "").partition("#")[0] for tag in page.iter("a")}
        new = {one for one in links if one.startswith(start) and "/act/" not in one} - seen
        seen |= new
        left.extend(sorted(new))
    return found


def test_saving_every_page_unchanged_lets_nothing_fall(advised: Version, people: People) -> None:
    officer, before = signed_in(people["officer"]), component_digests(load(advised.pk))
    pages = [one for one in pages_with_a_form(officer, advised) if "/add/" not in one]
    assert len(pages) > 25, pages
    for address in pages:
        officer.post(address, filled_in(officer, address))
        assert component_digests(load(advised.pk)) == before, address
    assert held(advised) == ASKED.keys()


# Signatures


def test_a_changed_word_lets_every_signature_fall_and_only_the_advice_on_it(people: People) -> None:
    version = walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "with_decision_maker")
    assert Signature.objects.filter(round__version=version).count() == 2
    perform(version.pk, "return_for_amendment", by=people["dmpc"], reason="Say who pays.")
    Paragraph.objects.filter(section__version=version, section__kind="financial").update(text="The fund.")

    assert held(version) == {"legal"}
    with pytest.raises(Refused, match="Ask the finance adviser again"):
        walk.submit(load(version.pk), people)
    walk.advise(load(version.pk), people, "finance")
    walk.submit(load(version.pk), people)
    current = open_round(version)
    assert current is not None
    assert current.signatures.count() == 0, "who signed the other text has to sign this one"
    with pytest.raises(NotAllowed):
        perform(version.pk, "decide", by=people["dmpc"], digest=shown(version))
    assert Signature.objects.filter(round__version=version).count() == 2, "what was signed stays on record"
