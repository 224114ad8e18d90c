"""What is missing, all at once, in plain sentences, each with the page that mends it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from approvals.demo import walk
from approvals.demo.papers import PCD_1637
from decisions import part2
from decisions.checks.completeness import findings
from decisions.drafting.parts import address, task_list
from decisions.models import ExemptionGround, Version
from tests.attached import attach
from tests.drafting import again, begun, signed_in, text_of, url

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def complete_once(stage: walk.People) -> Version:
    """A complete paper."""
    return walk.draft(PCD_1637, stage)


@pytest.fixture
def paper(db: None, complete_once: Version) -> Version:
    """That paper, as stored; what a test spoils in it is undone with it."""
    return again(complete_once)


def sentences(version: Version) -> list[str]:
    return [row.sentence for row in findings(again(version))]


def test_nothing_is_missing_in_the_real_paper(paper: Version) -> None:
    assert sentences(paper) == []


def test_everything_is_missing_in_a_new_paper_and_it_is_said_at_once(people: walk.People) -> None:
    client = signed_in(people["officer"])
    version = begun(client)

    told = sentences(version)

    assert len(told) == 8 + 1 + 1 + 8 + 4
    page = text_of(client.get(url("paper-check", version)))
    assert all(sentence in page for sentence in told)


def having(**fields: Any) -> Callable[[Version], None]:
    def change(version: Version) -> None:
        Version.objects.filter(pk=version.pk).update(**fields)

    return change


def section(kind: str, **fields: Any) -> Callable[[Version], None]:
    def change(version: Version) -> None:
        row = version.sections.get(kind=kind)
        row.paragraphs.all().delete()
        version.sections.filter(kind=kind).update(**fields)

    return change


def notice(**fields: Any) -> Callable[[Version], None]:
    def change(version: Version) -> None:
        version.part2_papers.update(**fields)

    return change


def sealed(facts: str, rationale: str, interest: str) -> Callable[[Version], None]:
    def change(version: Version) -> None:
        row = version.part2_papers.get()
        reasons = {claim.ground_id: part2.GroundReason(rationale, interest) for claim in row.claims.all()}
        part2.write(row, part2.Part2Content(facts, reasons))

    return change


def without(what: str) -> Callable[[Version], None]:
    def change(version: Version) -> None:
        getattr(version, what).all().delete()

    return change


def attached(**fields: Any) -> Callable[[Version], None]:
    def change(version: Version) -> None:
        attach(version, version.drafting_officer, **fields)

    return change


def without_grounds(version: Version) -> None:
    version.part2_papers.get().claims.all().delete()


def with_a_ground_to_come(version: Version) -> None:
    ground = ExemptionGround.objects.create(
        instrument="foia",
        provision="section 27",
        title="International relations",
        position=17,
        valid_from=TODAY() + timedelta(days=1),
    )
    version.part2_papers.get().claims.create(ground=ground)


def a_blank_recommendation(version: Version) -> None:
    version.recommendations.filter(position=2).update(text="  ")


TODAY = timezone.localdate
BREAKS: tuple[tuple[Callable[[Version], None], str], ...] = (
    (having(title=""), "Enter the public title."),
    (having(kinds=[]), "Select what kind of decision it is."),
    (having(business_unit=""), "Enter the unit that owns the proposal."),
    (having(business_organisation=""), "Enter the organisation that owns the proposal."),
    (having(head_of_service=None), "Select the head of service."),
    (having(summary=""), "Write the executive summary."),
    (
        having(summary="word " * 24),
        "Lengthen the executive summary: it has 24 words and must have 25 to 400.",
    ),
    (
        having(summary="word " * 401),
        "Shorten the executive summary: it has 401 words and must have 25 to 400.",
    ),
    (having(dpia=""), "Say whether a data protection impact assessment is required."),
    (having(part2_exists=""), "Say whether there is a Part 2."),
    (having(part2_exists="no"), "There is a Part 2 paper, so answer Yes to Part 2, or remove the paper."),
    (having(deferred=""), "Say whether the publication of Part 1 is to be deferred."),
    (having(deferred="yes"), "Say why publication is to be deferred."),
    (having(deferred="yes", deferral_reason="x"), "Enter the date until which publication is deferred."),
    (
        having(deferred="yes", deferral_reason="x", deferred_until=TODAY()),
        "The date until which publication is deferred must be in the future.",
    ),
    (without("recommendations"), "Add at least one recommendation."),
    (a_blank_recommendation, "Recommendation 2: write the text."),
    (
        section("financial", treatment="text"),
        "Section 3, Financial Comments: write the text, or say that it is in Part 2 or not applicable.",
    ),
    (
        section("legal", treatment="not_applicable"),
        "Section 4, Legal Comments: say why it is not applicable.",
    ),
    (without("part2_papers"), "Add the Part 2 paper."),
    (notice(title=""), "Part 2: enter its public title."),
    (notice(ceases=""), "Part 2: say when it ceases to be exempt."),
    (notice(ceases_event=""), "Part 2: say which event ends the exemption."),
    (notice(ceases_on=None), "Part 2: enter the date expected on which it ceases to be exempt."),
    (notice(review_on=None), "Part 2: enter the date of the next review."),
    (notice(public_reason=""), "Part 2: enter the public sentence why it is withheld."),
    (without_grounds, "Part 2: select at least one ground of exemption."),
    (
        with_a_ground_to_come,
        "Part 2: section 27 (International relations) has not begun as a ground of exemption. "
        "Take it off and select one that is in force.",
    ),
    (sealed("", "r", "i"), "Part 2: write the exempt facts and advice."),
    (sealed("f", "", "i"), "Part 2: say why section 43(2) (Prejudice to commercial interests) applies."),
    (
        sealed("f", "r", ""),
        "Part 2: give the public interest reason for section 43(2) (Prejudice to commercial interests).",
    ),
    (without("declarations"), "Confirm the declaration: Drafting Officer."),
    (
        attached(kind="pdf"),
        "Attachment 1, Price table: it has no tags, so name its accessible version, or say why there is none.",
    ),
    (attached(kind="png"), "Attachment 1, Price table: say what the picture shows."),
    (
        attached(kind="pdf", accessible=True, as_it_is=True),
        "Attachment 1, Price table: it goes out as it is, so a second person has to look at it.",
    ),
)


@pytest.mark.parametrize(("spoil", "sentence"), BREAKS, ids=[sentence for _, sentence in BREAKS])
def test_what_is_missing_is_said_and_its_link_opens_the_page_that_mends_it(
    people: walk.People, paper: Version, spoil: Callable[[Version], None], sentence: str
) -> None:
    spoil(paper)

    found = {row.sentence: row for row in findings(again(paper))}

    assert sentence in found
    row = found[sentence]
    link = address(paper, row.part, row.anchor)
    page = signed_in(people["officer"]).get(link.partition("#")[0])
    assert page.status_code == 200
    if row.anchor:
        assert f'id="{row.anchor}"' in page.content.decode(), link
    states = {task.key: task.state for group in task_list(again(paper)) for task in group.tasks}
    assert any(state in ("Not started", "In progress") for state in states.values())


def test_a_section_in_part_2_needs_a_part_2(paper: Version) -> None:
    section("legal", treatment="in_part2")(paper)
    assert sentences(paper) == []

    having(part2_exists="no")(paper)

    assert (
        "Section 4, Legal Comments is said to be in Part 2, but the paper says that there is no Part 2."
        in sentences(paper)
    )


def test_what_is_not_applicable_is_not_said_to_be_covered(people: walk.People, paper: Version) -> None:
    without("declarations")(paper)
    section("equality", treatment="not_applicable", reason="no people are affected")(paper)

    assert "Confirm the declaration: Equalities Advice." not in sentences(paper)
    assert "Confirm the declaration: Commercial Issues." in sentences(paper)
    answer = signed_in(people["officer"]).get(url("paper-part", paper, part="declarations"))
    assert 'name="commercial"' in answer.content.decode()
    assert 'name="equalities"' not in answer.content.decode()
    assert "the section Equality Comments is not applicable" in text_of(answer)


@pytest.mark.parametrize("treatment", ["in_part2", "text"])
def test_what_is_covered_in_a_section_is_asked(paper: Version, treatment: str) -> None:
    without("declarations")(paper)
    section("equality", treatment=treatment)(paper)

    assert "Confirm the declaration: Equalities Advice." in sentences(paper)


def test_a_deferral_until_tomorrow_is_whole(paper: Version) -> None:
    having(deferred="yes", deferral_reason="x", deferred_until=TODAY() + timedelta(days=1))(paper)

    assert sentences(paper) == []


def test_the_task_list_of_a_whole_paper_says_so(paper: Version) -> None:
    states = [(task.title, task.state) for group in task_list(again(paper)) for task in group.tasks]

    assert {state for _, state in states} == {
        "Completed",
        "Optional",
        "Nothing to answer",
        "Nothing is missing",
    }
    assert ("3. Financial Comments", "Completed") in states
    assert len(states) == 12 + 8 + 2


def test_a_process_without_the_keys_says_nothing_of_what_is_sealed(paper: Version, settings: Any) -> None:
    sealed("", "", "")(paper)
    settings.PART2_KEYS = ()

    assert sentences(paper) == []
