"""A decision written elsewhere becomes a draft, is looked at, signed and published, and the page says all it said."""

import html
import io
import json
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from approvals import needs
from approvals.context import Context
from approvals.demo import walk
from decisions import form, part2
from decisions.checks import run
from decisions.importing import drafts, files, reader
from decisions.models import (
    Decision,
    Declaration,
    FundingGrant,
    ImportedFile,
    Link,
    Part2Paper,
    PublicationBody,
    Version,
    WarningAnswer,
)
from decisions.part2 import GroundReason, Part2Content
from decisions.snapshot import labelled, load
from decisions.text import literal, plain
from pcd.people.models import Office, User
from tests.brought import CANARY_COMMENT, CANARY_DELETED, CANARY_INSERTED, as_word
from tests.public import PublicClient
from tests.test_importing_files import HOSTILE
from tests.test_importing_layouts import COMMISSIONERS_REPORT, FIRST_FORM, NOTICE

pytestmark = pytest.mark.django_db
FOLDER = Path(__file__).parent / "real_decisions"
PAPER = (FOLDER / "01-PCD1637.txt").read_bytes()
People = Mapping[str, User]


def imported(content: bytes, name: str, people: People) -> Version:
    reading = reader.read(files.read(content, name), file=name)
    decision = drafts.draft(reading, content, by=people["officer"])
    return load(decision.versions.get().pk)


def completed(version: Version, people: People) -> Version:
    """What the officer adds before submission: what no Part 1 file says."""
    Version.objects.filter(pk=version.pk).update(
        business_unit="Digital",
        business_organisation="The police service",
        head_of_service=Office.objects.get(key="cfo"),
        deferred="no",
        dpia=version.dpia or "screened_out",
    )
    for paper in version.part2_papers.all():
        in_a_year = timezone.localdate() + timedelta(days=365)
        Part2Paper.objects.filter(pk=paper.pk).update(ceases_on=in_a_year, review_on=in_a_year)
        reasons = {
            claim.ground_id: GroundReason("It would harm.", "Harm weighs more.")
            for claim in paper.claims.all()
        }
        part2.write(paper, Part2Content(facts="The exempt facts.", grounds=reasons))
    for statement in form.CONFIRMED:
        Declaration.objects.create(version=version, statement=statement.key, person=people["officer"])
    walk.name_decider(version)
    return load(version.pk)


def answer_all(version: Version, people: People) -> Version:
    for one in run.warnings(version):
        WarningAnswer.objects.create(
            version=version, warning=one.key, text="Looked at.", person=people["officer"]
        )
    return load(version.pk)


def sentences(version: Version) -> list[str]:
    return [one.sentence for one in run.open_findings(version)]


def test_the_checks_report_what_is_wrong_with_the_paper(people: People) -> None:
    said = "\n".join(sentences(imported(PAPER, "01-PCD1637.txt", people)))
    assert "Recommendation 3 asks for a direct award, but paragraph 5.1 speaks of competition." in said
    assert "‘E225k’ (3.2) was put right to ‘£225k’" in said
    assert (
        "‘Data Protection Section 31’ (Part 2) was put right to ‘Freedom of Information Act 2000 section 31(1)’"
        in said
    )
    assert "‘Data Protection Section 43’ (Part 2)" in said
    assert "Say whether the publication of Part 1 is to be deferred." in said


def test_what_is_warned_of_needs_an_answer_before_submission(people: People) -> None:
    version = completed(imported(PAPER, "01-PCD1637.txt", people), people)

    def stops() -> list[str]:
        return needs.complete(Context(version=load(version.pk), person=people["officer"], inputs={}))

    assert any(one.startswith("Warning without an answer: Recommendation 3 asks") for one in stops())
    answer_all(version, people)
    assert stops() == []


def words_of(page: str) -> str:
    text = re.sub(r"<(script|style).*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


@pytest.mark.parametrize(
    ("name", "content"),
    [("01-PCD1637.txt", PAPER), ("PCD1637.docx", as_word(PAPER.decode()))],
    ids=["text", "Word"],
)
def test_the_published_page_has_everything_that_the_paper_said(
    name: str, content: bytes, people: People, public_client: PublicClient
) -> None:
    version = answer_all(completed(imported(content, name, people), people), people)
    published = walk.bring(version, people, "published")
    response = public_client.get(f"/decisions/{published.decision.key}/")
    page = words_of(response.content.decode())

    reading = reader.read(files.read(content, name), file=name)
    said = [reading.title, reading.summary, reading.recommendations_lead, reading.part2["public_reason"]]
    said += [item.text for item in reading.recommendations]
    said += [row.heading for row in reading.sections]
    said += [one.text for row in reading.sections for one in row.paragraphs]
    said += ["OFFICIAL-SENSITIVE [COMMERCIAL]", "Pyxis Communications BJP", "completion of the contract"]
    said += ["section 31(1)", "section 43(1)", "section 43(2)", "article 2(2)(a)"]
    said += ["£1.98m", "£225k", "£1.63m", "Direct award", "SoftCat", "Computacenter", "2027/28"]
    assert [text for text in said if " ".join(text.split()) not in page] == []
    stored = PublicationBody.objects.get(publication=published.pk).content
    for canary in (CANARY_INSERTED, CANARY_DELETED, CANARY_COMMENT, "Looked at.", "The exempt facts."):
        assert canary not in page
        assert canary.encode() not in bytes(stored)


def test_the_first_form_becomes_a_draft_with_its_tree_and_its_money(people: People) -> None:
    version = imported(FIRST_FORM.encode(), "first.txt", people)
    assert [label for label, _ in labelled(version)] == ["1", "1a", "1b", "1b(i)", "1b(ii)", "2"]
    lines = {label: [line.amount for line in row.financial_lines.all()] for label, row in labelled(version)}
    assert [float(amount) for amount in lines["1a"] if amount] == [2_000_000]
    assert version.deferred == "yes"
    assert "‘Financial and commercial comments’ is also about commercial issues: part it." in "\n".join(
        sentences(version)
    )


def test_a_section_that_the_form_has_not_stands_below_the_one_before_it(people: People) -> None:
    version = imported(COMMISSIONERS_REPORT.encode(), "report.txt", people)
    introduction = version.sections.get(kind="introduction")
    assert [one.text for one in introduction.paragraphs.all()] == [
        "**Background to the Proposal**",
        "The lockers are thirty years old.",
    ]
    assert "This form has no section ‘Background to the Proposal’." in "\n".join(sentences(version))


MADE_UP = FOLDER.parent / "made_up_decisions"


def brought(name: str, people: People) -> Version:
    return imported((MADE_UP / name).read_bytes(), name, people)


def test_grants_in_a_table_become_grants_by_recipient_and_year(people: People) -> None:
    version = brought("06-grants-table.txt", people)
    grants = labelled(version)[0][1].grants.all()
    assert [(row.counterparty, row.amount, row.profile) for row in grants] == [
        (
            "Northfield Youth Trust",
            Decimal(22000),
            [{"year": 2023, "amount": "10000.00"}, {"year": 2024, "amount": "12000.00"}],
        ),
        (
            "Southfield Refuge",
            Decimal(40000),
            [{"year": 2023, "amount": "20000.00"}, {"year": 2024, "amount": "20000.00"}],
        ),
    ]


def test_eight_suppliers_become_eight_contracts_with_their_values(people: People) -> None:
    rows = [row for _, row in labelled(brought("04-framework.txt", people))]
    awards = [award for row in rows for award in row.contract_awards.all()]
    assert [(one.suppliers.get().name.split()[0], one.value) for one in awards][:2] == [
        ("Anchor", Decimal(1500000)),
        ("Brightside", Decimal(1400000)),
    ]
    assert len(awards) == 8
    assert {(one.initial_months, one.longest_months) for one in awards} == {(24, 48)}


def test_a_heading_over_recommendations_stays_with_the_first_below_it(people: People) -> None:
    texts = {label: row.text for label, row in labelled(brought("11-headed-items.txt", people))}
    assert texts["2"].startswith("Lockers: The award of a seven year contract")


def test_grounds_printed_in_many_ways_are_claimed(people: People) -> None:
    paper = brought("07-exempt.txt", people).part2_papers.get()
    assert {claim.ground_id for claim in paper.claims.all()} == {"order-2-2-a", "foia-43-2", "foia-42"}
    assert (paper.marking, paper.descriptor) == ("official_sensitive", "commercial")
    assert str(paper.ceases_on) == "2026-12-31"


@pytest.mark.parametrize("path", sorted(MADE_UP.iterdir()), ids=lambda path: path.stem)
def test_every_made_up_paper_becomes_a_draft_that_can_be_opened(path: Path, people: People) -> None:
    assert run.findings(brought(path.name, people))


def test_a_section_said_to_be_in_part_2_is_so_in_the_draft(people: People) -> None:
    text = NOTICE.replace("None beyond the grant.", "This section is included in the restricted Part 2.")
    version = imported(text.encode(), "notice.txt", people)
    assert version.sections.get(kind="financial").treatment == "in_part2"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_every_real_file_becomes_a_draft_that_can_be_opened(path: Path, people: People) -> None:
    version = imported(path.read_bytes(), path.name, people)
    assert run.findings(version)
    assert ImportedFile.objects.get(version=version).reading["file"] == path.name


@pytest.mark.parametrize(
    "text", ["5 * 4 * 3", "a_b_c and _d_", "see [1](2)", r"back\slash", "**bold**", "[...] and so on"]
)
def test_plain_words_read_the_same_in_a_draft(text: str) -> None:
    assert plain(literal(text)).split() == text.split()


def run_command(*arguments: str) -> tuple[str, str, int]:
    out, err, status = io.StringIO(), io.StringIO(), 0
    try:
        call_command("import_decision", *arguments, stdout=out, stderr=err)
    except SystemExit as ended:
        status = int(ended.code or 0)
    return out.getvalue(), err.getvalue(), status


def test_the_command_makes_drafts_and_a_refused_file_leaves_nothing(
    people: People, tmp_path: Path, django_assert_num_queries: Callable[..., object]
) -> None:
    broken = tmp_path / "broken.docx"
    broken.write_bytes(as_word("Title: A\n\n1\n\n2\n\n3\n\n4\n\n5\n\n6\n\n7")[:900])
    before = Decision.objects.count()
    out, err, status = run_command(str(FOLDER / "02-PCD740.txt"), str(broken), "--as", "officer2")
    assert status == 1
    assert "broken.docx’ is damaged" in err
    assert "02-PCD740.txt: PCD 740" in out
    made = Decision.objects.order_by("-created_at").first()
    assert Decision.objects.count() == before + 1
    assert made is not None
    assert made.created_by == people["officer2"]


def test_the_command_refuses_each_hostile_file_in_words_and_keeps_none(
    people: People, tmp_path: Path
) -> None:
    for n, (name, content, _) in enumerate(HOSTILE.values()):
        folder = tmp_path / str(n)
        folder.mkdir()
        (folder / name).write_bytes(content)
    before = Decision.objects.count()
    out, err, status = run_command(
        *(str(next((tmp_path / str(n)).iterdir())) for n in range(len(HOSTILE))), "--json"
    )
    assert status == 1
    told = [json.loads(line)["error"] for line in out.splitlines()]
    assert all(sentence in one for one, (_, _, sentence) in zip(told, HOSTILE.values(), strict=True))
    assert len(err.splitlines()) == len(HOSTILE)
    assert (Decision.objects.count(), ImportedFile.objects.count()) == (before, 0)


def test_the_same_draft_is_made_once(people: People) -> None:
    reading = reader.read(files.read(PAPER, "01-PCD1637.txt"), file="01-PCD1637.txt")
    first = drafts.draft(reading, PAPER, by=people["officer"])
    again = drafts.draft(reading, PAPER, by=people["officer"], decision_id=first.pk)
    assert again == first
    assert labelled(load(again.versions.get().pk))[0][0] == "1"
    assert len(labelled(load(again.versions.get().pk))) == 3


GRANT = """PCC DECISION NOTICE

Reference: PCD 1700
Title: Mentoring for young victims

Executive Summary:
This decision gives a grant for mentoring. It amends PCD 1200, by which mentoring was approved before.

Recommendation:
The Commissioner is asked to:
1. Approve a grant of £20,000 to Harbour Youth Trust.
2. Note the report.
"""


def test_grants_and_related_decisions_become_rows_and_what_changes_another_decision_is_looked_at(
    people: People,
) -> None:
    version = imported(GRANT.encode(), "grant.txt", people)
    grant, link = FundingGrant.objects.get(), Link.objects.get()
    assert (grant.direction, grant.counterparty, str(grant.amount)) == (
        "given",
        "Harbour Youth Trust",
        "20000.00",
    )
    assert (link.kind, link.reference) == ("amends", "PCD 1200")
    assert any("It was read as: Amends PCD 1200" in one.sentence for one in run.warnings(version))
