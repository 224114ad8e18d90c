"""The page "check your answers": every answer of a paper, in words, with a way to change it."""

import re
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.demo import walk
from approvals.demo.papers import PCD_1637
from decisions import form, policy
from decisions.drafting import rows as kinds
from decisions.drafting.answers import groups
from decisions.drafting.shown import answer
from decisions.models import (
    Access,
    Attachment,
    ContractAward,
    FinancialLine,
    FundingGrant,
    JointDecider,
    Link,
    Part2Paper,
    Part2Reading,
    Recommendation,
    Version,
)
from pcd.people.models import Role
from tests.attached import attach
from tests.drafting import MONEY, NOTICE, again, begun, save, signed_in, text_of, url
from tests.pages import assert_valid_html

pytestmark = pytest.mark.django_db

SEALED = "Quincunx"
#: Every field of each part, as typed; and below how the page says what is not typed as a text.
PARTS: dict[str, dict[str, Any]] = {
    "titles": {"working_title": "Masts 27", "title": "Radio masts", "kinds": ["capital", "contract_award"]},
    "owner": {"business_unit": "Estates", "business_organisation": "The Service"},
    "timing": {"effective_on": "1 4 2027", "urgency_reason": "Storms", "retrospective_reason": "A late bill"},
    "summary": {"summary": "Masts carry the radio."},
    "data-protection": {"dpia": "required", "dpia_note": "Cameras stand beside them"},
    "deferral": {"deferred": "yes", "deferral_reason": "A tender runs", "deferred_until": "2 5 2028"},
    "declarations": {row.key: "true" for row in form.CONFIRMED},
}
MONEY_TYPED = {
    "kind": "saving", "certainty": "range", "amount": "£225,000", "amount_to": "£310,000", "vat": "exempt",
    "recurrence": "per_annum", "year_from": "2027/28", "year_to": "2029/30", "funding_source": "The reserve",
    "approved_before": "£1,980,001", "note": "In the medium term plan", "profile": "2027/28 £200,000\n2028/29 £25,000",
}  # fmt: skip
CONTRACT_TYPED = {
    "action": "novate", "subject": "Steel works", "reference": "CN-77", "value": "£0", "certainty": "estimate",
    "vat": "including", "supplier_count": "2", "supplier_0_name": "Alder Ltd", "supplier_0_number": "01234567",
    "supplier_1_name": "Birch plc", "supplier_1_number": "07654321", "route_to_market": "mini_competition",
    "framework": "Northern Masts", "initial_months": "36", "extension_options": "Two of a year",
    "longest_months": "61", "break_points": "After year one", "notices": "https://notices.example/77\nhttps://notices.example/78",
    "supplier_0_value": "£1,750",
}  # fmt: skip
GRANT_TYPED = {
    "direction": "received", "counterparty": "Home Office", "amount": "£64,321", "certainty": "up_to",
    "profile": "2030/31 £64,321", "purpose": "Safer streets", "conditions": "Yearly accounts",
    "reasons": "It lowers crime",
}  # fmt: skip
LINK_TYPED = {"kind": "amends", "reference": "PCD 1200", "note": "The second one"}
JOINT_TYPED = {"body": "Fenmoor Commissioner", "office": "The Commissioner", "reference": "2026/31"}
NOTICE_TYPED = {
    "title": "Annex A", "marking": "official_sensitive", "descriptor": "legal_privilege",
    "grounds": ["foia-41", "foia-43-2"], "ceases": "event", "ceases_event": "The end of the works",
    "ceases_on": "3 6 2031", "review_on": "4 7 2028", "public_reason": "It would harm the tender",
}  # fmt: skip
SAID = [
    "Capital", "Contract award", "1 April 2027", "Required, and not done yet", "2 May 2028",
    "Saving", "A range, from this amount to another", "No VAT is due", "Per annum",
    "Novate", "£0", "An estimate", "Including VAT", "36 months", "61 months",
    "Received", "Amends", "5 June 2026",
    "Mini-competition within a framework", "OFFICIAL-SENSITIVE", "LEGAL PRIVILEGE", "section 41",
    "section 43(2)", "On an event", "3 June 2031", "4 July 2028",
]  # fmt: skip


def typed(**fields: Any) -> dict[str, Any]:
    """Return what a browser posts: a date in its three boxes."""
    posted: dict[str, Any] = {}
    for name, value in fields.items():
        if name.endswith(("_on", "_until")) and value.count(" ") == 2:
            posted |= zip((f"{name}_{part}" for part in ("day", "month", "year")), value.split(), strict=True)
        else:
            posted[name] = value
    return posted


def texts(*groups_typed: dict[str, Any]) -> list[str]:
    """Return what was typed as words, without choices' keys and dates, which are said in other words."""
    chosen = {"kind", "certainty", "vat", "recurrence", "action", "route_to_market", "marking", "descriptor", "ceases",
              "dpia", "deferred", "supplier_count", "direction", *(row.key for row in form.CONFIRMED)}  # fmt: skip
    return [
        value
        for fields in groups_typed
        for name, value in fields.items()
        if isinstance(value, str) and name not in chosen and not name.endswith(("_on", "_until", "_months"))
    ]


@pytest.fixture(scope="module")
def full_once(stage: walk.People) -> Version:
    """A paper of which every field of every page has been typed."""
    officer = signed_in(stage["officer"])
    version = begun(officer)
    for part, fields in PARTS.items():
        assert save(officer, url("paper-part", version, part=part), **typed(**fields)).status_code == 303, (
            part
        )
    for number, entry in enumerate(version.edition.sections):
        address = url("paper-section", version, kind=entry["kind"])
        more = {"text": f"Paragraph {number} of {entry['kind']}.", "treatment": "text"}
        assert save(officer, address, **more).status_code == 303
    paragraph = next(row for row in again(version).sections.all() if row.kind == "legal").paragraphs.all()[0]
    save(officer, url("recommendation-add", version), text="Approve the masts", cites=str(paragraph.pk))
    row = Recommendation.objects.get()
    assert save(officer, url("money-add", version, within=row.pk), **MONEY_TYPED).status_code == 303
    assert save(officer, url("contract-add", version, within=row.pk), **CONTRACT_TYPED).status_code == 303
    assert save(officer, url("grant-add", version, within=row.pk), **GRANT_TYPED).status_code == 303
    assert save(officer, url("link-add", version), **LINK_TYPED).status_code == 303
    joint = typed(**JOINT_TYPED, decided_on="5 6 2026")
    assert save(officer, url("joint-add", version), **joint).status_code == 303
    notice = save(officer, url("part2-notice-add", version), **typed(**NOTICE_TYPED), then="next")
    reasons = ("rationale_foia-41", "rationale_foia-43-2", "public_interest_foia-43-2")
    assert save(officer, notice.url, facts=SEALED, **dict.fromkeys(reasons, SEALED)).status_code == 303
    assert save(officer, url("paper-part2-edit", version), part2_exists="yes").status_code == 303
    attach(version, stage["officer"], b"picture", "png")
    return version


@pytest.fixture
def full(db: None, full_once: Version) -> Version:
    """That paper, as stored."""
    return again(full_once)


def test_every_typed_answer_of_a_full_paper_is_on_the_page(officer: Client, full: Version) -> None:
    page = officer.get(url("paper-check", full))
    words = text_of(page)

    sections = [f"Paragraph {number} of {row['kind']}." for number, row in enumerate(full.edition.sections)]
    wanted = [
        *texts(
            *PARTS.values(), MONEY_TYPED, CONTRACT_TYPED, GRANT_TYPED, LINK_TYPED, JOINT_TYPED, NOTICE_TYPED
        ),
        *sections,
        *SAID,
    ]
    assert not [text for text in wanted if " ".join(text.split()) not in words]
    assert "refer to? 4.1 Paragraph 3 of legal." in words
    assert_valid_html(page.content.decode())


def test_every_field_of_every_row_can_be_changed_from_the_page(officer: Client, full: Version) -> None:
    page = officer.get(url("paper-check", full)).content.decode()
    stored: dict[str, Any] = {
        "recommendation": Recommendation.objects.get(),
        "money": FinancialLine.objects.get(),
        "contract": ContractAward.objects.get(),
        "grant": FundingGrant.objects.get(),
        "link": Link.objects.get(),
        "joint": JointDecider.objects.get(),
        "part2-notice": Part2Paper.objects.get(),
        "attachment": Attachment.objects.get(),
    }

    shown = {key for key, kind in kinds.ROW.items() if not kind.sealed}
    assert set(stored) == shown, "a new kind of row needs a row here"
    for key, row in stored.items():
        address = url(key, full, row=row.pk)
        target = officer.get(address).content.decode()
        names = list(kinds.ROW[key].page.form.base_fields)
        assert f'href="{address}">Change<' in page, key
        assert [name for name in names if f'id="id_{name}"' not in target] == [], key


def test_what_is_sealed_is_not_shown_and_its_reading_not_noted(
    officer: Client, people: walk.People, full: Version
) -> None:
    sealed = url("part2-sealed", full, row=Part2Paper.objects.get().pk)
    policy.grant(
        full.decision, [people["officer2"]], Access.PART1, Access.EDIT,
        reason="Co-drafter", source="test", by=people["officer"],
    )  # fmt: skip
    before = Part2Reading.objects.count()

    own = officer.get(url("paper-check", full))
    colleagues = signed_in(people["officer2"]).get(url("paper-check", full))

    assert "Exempt facts and advice Sealed" in text_of(own)
    assert SEALED not in own.content.decode()
    assert sealed in own.content.decode()
    assert sealed not in colleagues.content.decode()
    assert Part2Reading.objects.count() == before


def section_rows(version: Version, kind: str, person: Any) -> list[str]:
    """Return the questions that the page shows of one section."""
    heading = next(
        f"{number}. {row['heading']}"
        for number, row in enumerate(version.edition.sections, start=1)
        if row["kind"] == kind
    )
    group = next(one for one in groups(version, person, reads_part2=True) if one["title"] == heading)
    return [row.label for row in group["rows"]]


@pytest.mark.parametrize(
    ("fields", "asked"),
    [
        ({"text": "There is no risk.", "treatment": "text"}, ["Text"]),
        ({"treatment": "in_part2"}, ["Is the text published here?"]),
        (
            {"treatment": "not_applicable", "reason": "No law"},
            ["Is the text published here?", "If there is no text, why?"],
        ),
    ],
)
def test_a_section_is_asked_about_its_text_only_where_it_has_none(
    officer: Client, people: walk.People, fields: dict[str, str], asked: list[str]
) -> None:
    version = begun(officer)
    save(officer, url("paper-section", version, kind="legal"), **fields)

    assert section_rows(again(version), "legal", people["officer"]) == asked
    assert section_rows(again(version), "equality", people["officer"]) == ["Text"]


def test_nothing_written_is_said_so(officer: Client) -> None:
    version = begun(officer)

    words = text_of(officer.get(url("paper-check", version)))

    assert "Recommendations, money, contracts and grants Not answered Add, move or remove" in words
    assert "Executive summary Not answered Change" in words


def test_no_money_and_an_unticked_box_are_answers_too(people: walk.People) -> None:
    version = walk.draft(PCD_1637, people)
    award = ContractAward.objects.filter(recommendation__version=version)[0]
    page = kinds.ROW["contract"].page
    award.value = Decimal(0)
    shown = page.form(initial=page.read(award), version=version, row=award, by=people["officer"])

    assert (answer(shown, "value"), answer(shown, "suppliers_withheld")) == ("£0", "No")


def test_the_page_takes_the_same_queries_for_many_rows_as_for_one(officer: Client, full: Version) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert officer.get(url("paper-check", full)).status_code == 200
        return len(captured)

    before = queries()
    row = Recommendation.objects.get()
    for _ in range(3):
        save(officer, url("money-add", full, within=row.pk), **MONEY)
        save(officer, url("contract-add", full, within=row.pk), **CONTRACT_TYPED)

    assert queries() == before


# What leads on


@pytest.mark.parametrize(("username", "sees"), [("officer", True), ("finance", False), ("admin", False)])
@pytest.mark.parametrize("page", ["papers", "my-work", "components"])
def test_only_who_may_draft_is_offered_a_new_decision(
    people: walk.People, username: str, sees: bool, page: str
) -> None:
    answered = signed_in(people[username]).get(reverse(page))

    links = re.findall(r'<a class="govuk-service-navigation__link" href="([^"]*)"', answered.content.decode())
    assert (reverse("paper-new") in map(unescape, links)) is sees
    assert reverse("papers") in links


def test_whether_one_may_draft_is_asked_once_and_not_where_nothing_shows_it(people: walk.People) -> None:
    client = signed_in(people["officer"])

    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return sum(f"'{Role.DRAFTING_OFFICER}'" in row["sql"] for row in captured)

    assert (asked(reverse("papers")), asked("/papers/no-such-page/")) == (1, 0)


def test_a_page_passed_unchanged_says_nothing(officer: Client, full: Version) -> None:
    officer.get(url("paper", full))
    answered = save(officer, url("paper-part", full, part="summary"), **PARTS["summary"], then="next")

    assert answered.status_code == 303
    assert "govuk-notification-banner" not in officer.get(answered.url).content.decode()
    changed = save(officer, url("paper-part", full, part="summary"), summary="Other words", then="next")
    assert "Saved: Executive summary." in text_of(officer.get(changed.url))


def test_the_first_yes_to_part_2_leads_to_adding_its_paper(officer: Client) -> None:
    version = begun(officer)
    address, onwards = url("paper-part2-edit", version), url("paper-part", version, part="deferral")

    def to(**fields: str) -> str:
        return str(save(officer, address, **fields).url)

    assert to(part2_exists="no", then="next") == onwards
    assert to(part2_exists="yes", then="list") == url("paper", version)
    assert to(part2_exists="yes", then="next") == url("part2-notice-add", version)
    save(officer, url("part2-notice-add", version), **NOTICE)
    assert to(part2_exists="yes", then="next") == onwards
