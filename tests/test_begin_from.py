"""Beginning with an earlier decision: what comes over, what does not, and who may begin with which."""

from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from approvals.demo import walk
from approvals.demo.papers import PCD_1637, made_up
from approvals.workflow import perform
from decisions.models import Decision, JointDecider, Link, Paragraph, Publication, State, Version
from decisions.part1 import of_snapshot
from decisions.snapshot import components, labelled, load
from pcd import trail
from pcd.people.models import Holding, Office
from tests.archived import archived, folder_of, unapproved
from tests.drafting import hidden, signed_in, text_of

pytestmark = pytest.mark.django_db
FROM = reverse("paper-new-from", urlconf="pcd.urls.staff")


def begun_from(client: Client, source: Version, title: str = "Radios again") -> Version:
    """Begin a paper with this one's text, as an officer does."""
    address = f"{FROM}?source={source.decision_id}"
    answer: Any = client.post(address, {**hidden(client, address), "working_title": title})
    assert answer.status_code == 303, text_of(answer)
    return load(Version.objects.get(decision=answer.url.strip("/").split("/")[-1]).pk)


def test_the_text_of_part_1_comes_over_into_a_draft_of_ones_own(people: walk.People, officer: Client) -> None:
    source = walk.bring(walk.draft(PCD_1637, people), people, "published")

    version = begun_from(officer, source)

    old, new = (of_snapshot(components(one)) for one in (load(source.pk), version))
    assert (version.state, version.working_title, version.begun_from) == (
        State.DRAFT,
        "Radios again",
        source.decision,
    )
    for name in ("title", "summary", "kinds", "business_unit", "business_organisation", "head_of_service"):
        assert getattr(new, name) == getattr(old, name), name
    assert new.sections == old.sections
    assert [(row.label, row.text, row.cites) for row in new.all_recommendations] == [
        (row.label, row.text, row.cites) for row in old.all_recommendations
    ]
    assert [(row.kind, row.amount, row.vat) for row in new.financial_lines] == [
        (row.kind, row.amount, row.vat) for row in old.financial_lines
    ]
    assert [(row.value, row.suppliers) for row in new.contract_awards] == [
        (row.value, row.suppliers) for row in old.contract_awards
    ]


def test_what_belongs_to_the_earlier_paper_alone_stays_there(people: walk.People, officer: Client) -> None:
    hidden_section = replace(PCD_1637, in_part2=("commercial",))
    source = walk.bring(walk.draft(hidden_section, people), people, "published")

    version = begun_from(officer, source)

    assert version.decision.reference == ""
    assert version.sections.get(kind="commercial").treatment == "text", (
        "there is no Part 2 that it could be in"
    )
    assert (version.part2_exists, version.deferred, version.dpia, version.effective_on) == ("", "", "", None)
    assert not version.part2_papers.exists()
    assert not version.declarations.exists()
    assert not version.advice_requests.exists()
    own = {row.pk for row in Paragraph.objects.filter(section__version=version)}
    cited = {row.cites_id for _, row in labelled(version)} - {None}
    assert cited
    assert cited <= own, "a citation points into the earlier paper"


def test_it_is_written_down_where_the_paper_began(people: walk.People, officer: Client) -> None:
    source = walk.bring(walk.draft(PCD_1637, people), people, "published")

    version = begun_from(officer, source)

    reference = source.decision.reference
    entry = trail.entries("decision", version.decision_id).get(verb="copied")
    assert entry.detail == {"of": reference}
    page = text_of(officer.get(reverse("paper", args=[version.decision_id])))
    assert f"This paper began with the text of {reference}." in page
    assert f"took over the text of an earlier decision {reference}" in page


def test_a_paper_withdrawn_and_submitted_again_is_linked_to_its_old_number(
    people: walk.People, officer: Client
) -> None:
    source = walk.bring(walk.draft(made_up(1, "Boats"), people), people, "with_chief_executive")
    assert not begun_from(officer, source).links.exists(), "it is not withdrawn"
    perform(source.pk, "withdraw", by=people["officer"], reason="The boats were sold.")
    [link] = begun_from(officer, source, "Boats again").links.all()
    assert (link.kind, link.reference, link.note) == (
        "follows",
        source.decision.reference,
        "withdrawn, and submitted again here",
    )


def test_a_second_click_begins_no_second_paper(people: walk.People, officer: Client) -> None:
    source = walk.draft(PCD_1637, people)
    address = f"{FROM}?source={source.decision_id}"
    typed = {**hidden(officer, address), "working_title": "Radios again"}

    answers: list[Any] = [officer.post(address, typed) for _ in range(2)]

    assert len({answer.url for answer in answers}) == 1
    assert Decision.objects.count() == 2


def test_a_published_decision_is_found_by_its_reference_however_it_is_written(people: walk.People) -> None:
    source = walk.bring(walk.draft(PCD_1637, people), people, "published")
    stranger = signed_in(people["officer2"])
    number = source.decision.number

    for words in (f"PCD {number}", f"pcd0{number}", f"PCD{number}", str(number)):
        page = text_of(stranger.get(FROM, {"q": words}))
        assert source.title in page, words
        assert source.working_title not in page
    assert source.title not in text_of(stranger.get(FROM, {"q": f"XYZ {number}"}))
    assert begun_from(stranger, source).title == source.title


def test_nobody_begins_with_a_paper_that_they_may_not_read(people: walk.People) -> None:
    source = walk.bring(walk.draft(PCD_1637, people), people, "cleared")
    stranger = signed_in(people["officer2"])

    assert source.title not in text_of(stranger.get(FROM, {"q": source.decision.reference}))
    for pk in (source.decision_id, uuid4(), "not-an-id"):
        for answer in (
            stranger.get(f"{FROM}?source={pk}"),
            stranger.post(f"{FROM}?source={pk}", {"working_title": "Mine"}),
        ):
            assert answer.status_code == 404
    assert Decision.objects.count() == 1


def test_a_paper_begins_with_a_decision_of_the_archive(
    people: walk.People, officer: Client, tmp_path: Path
) -> None:
    archived(folder_of(tmp_path / "old", 96), people)
    old = Publication.objects.get()
    page = text_of(officer.get(FROM, {"q": "DMPCD 2013/96"}))
    assert f"{old.title} {old.reference} · from the archive of old decisions" in page
    address = f"{FROM}?source={old.pk}"
    typed = {**hidden(officer, address), "working_title": "Ladders again"}
    answers: list[Any] = [officer.post(address, typed) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    version = load(Version.objects.get().pk)
    new = of_snapshot(components(version))
    assert (version.begun_from_archived, new.title) == (old, old.title)
    assert "seeks approval to replace the" in new.summary
    assert "Approve project capital of £1.98m" in new.all_recommendations[0].text
    assert any("repairs" in one.text for section in new.sections for one in section.paragraphs)
    assert not new.financial_lines
    told = text_of(officer.get(answers[0].url))
    assert f"These did not come over from {old.reference}: 2 amounts" in told
    assert f"This paper began with the text of {old.reference}." in told
    assert trail.entries("decision", version.decision_id).get(verb="copied").detail == {"of": old.reference}

    archivist = people["governance"]
    file = reverse("archive-file", args=[old.pk])
    assert "Begin a new paper" not in text_of(signed_in(archivist).get(file))
    Holding.objects.create(office=Office.objects.filter(role="drafting_officer")[0], person=archivist)
    assert f"?source={old.pk}" in signed_in(archivist).get(file).content.decode()


def test_nobody_begins_with_an_old_decision_that_is_not_approved(
    people: walk.People, officer: Client
) -> None:
    file = unapproved(people, "Quixotry")
    assert "Quixotry" not in text_of(officer.get(FROM, {"q": file.reference}))
    assert officer.get(f"{FROM}?source={file.pk}").status_code == 404


def test_what_did_not_come_over_is_told_once_the_paper_is_begun(people: walk.People, officer: Client) -> None:
    draft = walk.draft(
        replace(PCD_1637, in_part2=("commercial",), tables=(("Prices", "Year,Cost\r\n2027,5\r\n"),)), people
    )
    Link.objects.create(version=draft, position=1, kind="relates_to", reference="PCD 1")
    JointDecider.objects.create(version=draft, position=1, body="Fenmoor", office="The Commissioner")
    copy = begun_from(officer, walk.bring(load(draft.pk), people, "with_head_of_service"))
    told = text_of(officer.get(reverse("paper", args=[copy.decision_id])))
    assert (
        "1 section in Part 2, 1 related decision, 1 joint decision maker, 1 attachment, the data protection answer, "
        "Part 2, its declarations and its advice. Write again what this paper needs of them."
    ) in told


def test_only_drafting_officers_begin_papers_this_way(people: walk.People) -> None:
    source = walk.draft(PCD_1637, people)
    for address in (FROM, f"{FROM}?source={source.decision_id}"):
        assert signed_in(people["finance"]).get(address).status_code == 403
