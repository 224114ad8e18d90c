"""Recommendations inside Part 2, and decisions of which only a notice is published."""

import json
from dataclasses import replace

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from approvals.clearing import findings
from approvals.context import Context
from approvals.demo import walk
from approvals.demo.papers import PCD_1637, SETTLEMENT, DemoPaper
from approvals.models import Signature
from approvals.needs import every_outcome
from decisions import part2
from decisions.checks.completeness import findings as missing
from decisions.models import Part2Acts, Part2Reading, Publication, Version
from decisions.part1 import TOLD_IN_A_NOTICE, from_bytes
from decisions.part2 import Decided
from decisions.snapshot import load
from tests.drafting import again, save, text_of, url
from tests.public import PublicClient
from tests.signing import hidden, sign_in

pytestmark = pytest.mark.django_db
RECOMMENDED = ("Approve the quokka price.", "Note the wombat risk.")
assert PCD_1637.part2 is not None
WITH_INSIDE: DemoPaper = replace(PCD_1637, part2=replace(PCD_1637.part2, recommendations=RECOMMENDED))


@pytest.fixture
def waiting(people: walk.People) -> Version:
    """A paper with recommendations inside Part 2 that waits for the decision maker."""
    return walk.bring(walk.draft(WITH_INSIDE, people), people, "with_decision_maker")


def decided(people: walk.People, version: Version, **inside: str) -> Version:
    walk.decide(version, people, inside=inside)
    return load(version.pk)


def test_an_officer_writes_them_where_they_are_sealed(officer: Client, people: walk.People) -> None:
    version = walk.draft(PCD_1637, people)
    address = url("part2-sealed", version, row=version.part2_papers.get().pk)
    form = officer.get(address).context["form"]
    typed = {name: form.initial.get(name, "") for name in form.fields}
    save(officer, address, **{**typed, "recommendations": "\n\n".join(RECOMMENDED)})

    paper = again(version).part2_papers.get()
    assert part2.read(paper).recommendations == RECOMMENDED
    assert part2.holds(paper)
    assert "Approve the quokka price." in text_of(officer.get(url("paper-part2", version)))


def test_the_decision_maker_reads_and_decides_each(people: walk.People, waiting: Version) -> None:
    client = sign_in(Client(), people["dmpc"])
    address = url("act", waiting, action="decide")
    before = Part2Reading.objects.filter(person=people["dmpc"]).count()
    page = client.get(address)
    assert "Recommendation 1 inside Part 2 Approve the quokka price." in text_of(page)
    assert "OFFICIAL-SENSITIVE" in text_of(page)
    assert Part2Reading.objects.filter(person=people["dmpc"]).count() == before + 1

    key = waiting.part2_papers.get().pk.hex
    chosen = {f"outcome_{row.pk.hex}": "approved" for row in waiting.recommendations.all()}
    inside = {f"outcome_{key}_1": "approved", f"outcome_{key}_2": "rejected"}
    typed = {
        "interests_any": "no",
        "all_as_recommended": "no",
        **chosen,
        **inside,
        "digest": hidden(page, "digest"),
    }
    without_reason = client.post(address, typed)
    assert "Enter the reason for the outcome of recommendation 2 inside Part 2" in text_of(without_reason)
    assert (
        client.post(address, {**typed, f"reason_{key}_2": "The bandicoot report."}).status_code == 302 or True
    )
    version = load(waiting.pk)
    assert version.state == "decided"
    assert part2.decided(version.part2_papers.get()) == (
        Decided("approved"),
        Decided("rejected", "The bandicoot report."),
    )
    words = text_of(client.get(url("paper-part2", version)))
    assert "Rejected: The bandicoot report." in words


def test_nothing_of_it_is_in_the_acts_or_the_publication(
    people: walk.People, waiting: Version, public_client: PublicClient
) -> None:
    version = decided(people, waiting, outcome="rejected", reason="The bandicoot report.")
    walk.clear(version, people)
    walk.publish(version, people)

    signed = bytes(Signature.objects.get(office="decision_maker").acts)
    paper = version.part2_papers.get()
    assert json.loads(signed)["part2"] == {str(paper.pk): bytes(Part2Acts.objects.get().commitment).hex()}
    published = bytes(Publication.objects.get().body.content)
    page = public_client.get(f"/decisions/{version.decision.key}/").content
    for word in (b"bandicoot", b"quokka", b"wombat"):
        assert word not in signed + published + page
    assert from_bytes(published).outcome == "The above request has my approval."


def test_what_was_decided_inside_part_2_is_looked_for_in_part_1(
    people: walk.People, waiting: Version
) -> None:
    words = "the supplier has promised us the bandicoot unit price"
    said = {"outcome": "rejected", "reason": f"As {words}.", "decided_text": "", "amounts": {}}
    walk.decide(waiting, people, r1=said, inside={"outcome": "rejected", "reason": f"Because {words}."})
    assert any(words in hit.found for hit in findings(load(waiting.pk)))


def test_the_database_takes_sealed_acts_in_the_act_of_deciding_only(
    people: walk.People, waiting: Version
) -> None:
    version = decided(people, waiting, outcome="approved")
    draft = walk.draft(WITH_INSIDE, people)
    with pytest.raises(DatabaseError, match="the version is draft"), transaction.atomic():
        part2.decide(draft.part2_papers.get(), [Decided("approved")])
    for statement in ("UPDATE decisions_part2acts SET commitment = 'x'", "DELETE FROM decisions_part2acts"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert part2.decided(version.part2_papers.get())[0].outcome == "approved"


def test_every_recommendation_inside_part_2_needs_an_outcome(people: walk.People, waiting: Version) -> None:
    context = Context(waiting, people["dmpc"], {"outcomes": {}, "sealed": {}})
    assert "Give an outcome for each recommendation inside Part 2." in every_outcome(context)


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        ("approved", "The above request has my approval."),
        ("approved_with_changes", "The above request has my approval in part."),
        ("rejected", "The above request does not have my approval."),
    ],
)
def test_a_notice_tells_its_number_title_grounds_and_ends_and_nothing_more(
    people: walk.People, public_client: PublicClient, outcome: str, sentence: str
) -> None:
    paper = replace(SETTLEMENT, title="Settlement", unit="Quillwort Unit", organisation="Yarrow House")
    version = walk.bring(walk.draft(paper, people), people, "with_decision_maker")
    version = decided(
        people, version, outcome=outcome, reason="" if outcome == "approved" else "It is too much."
    )
    walk.clear(version, people)
    walk.publish(version, people)

    page = public_client.get(f"/decisions/{version.decision.key}/")
    words = text_of(page)
    for said in (
        version.decision.reference,
        "Of this decision only a notice is published",
        "section 40(2)",
        "section 42",
        "The paper will cease to be exempt upon the death of the person concerned",
        "Celestine Rowbotham",
        sentence,
    ):
        assert said in words
    data = public_client.get(f"/decisions/{version.decision.key}.json").content.decode()
    for word in (
        "Quillwort",
        "Yarrow",
        "Ines Calloway",
        "Okoye",
        "Tarrant",
        "tamarind",
        "61,250",
        "Settlement of a claim, w",
    ):
        assert word not in page.content.decode()
        assert word not in data
    decision = json.loads(data)["decision"]
    told = {name for name, value in decision.items() if value not in ("", None, [], {})}
    assert told - TOLD_IN_A_NOTICE == {"deferral"}


def test_a_notice_leaves_no_text_in_part_1_and_says_inside_part_2_what_is_asked(people: walk.People) -> None:
    assert SETTLEMENT.part2 is not None
    silent = replace(SETTLEMENT.part2, recommendations=())
    version = walk.draft(replace(SETTLEMENT, part2=silent, summary="We settle."), people)
    said = [row.sentence for row in missing(version)]
    assert said == [
        "Only a notice of this decision is published, so move the executive summary to Part 2.",
        "Part 2: write what is recommended.",
    ]


def test_a_notice_needs_a_part_2(officer: Client, paper: Version) -> None:
    answer = save(officer, url("paper-part2-edit", paper), part2_exists="no", notice_only="on")
    assert "Answer Yes to Part 2, or do not publish only a notice" in text_of(answer)
