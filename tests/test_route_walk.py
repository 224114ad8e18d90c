"""The main job on the server: a paper walks the whole route, and what is left is whole."""

import pytest

from approvals.demo import walk
from approvals.demo.papers import PCD_1637
from decisions.models import NumberEvent, Publication, State
from decisions.part1 import from_bytes

pytestmark = pytest.mark.django_db


def test_a_paper_walks_from_draft_to_publication_and_nothing_of_it_is_lost(people: walk.People) -> None:
    version = walk.bring(walk.draft(PCD_1637, people), people, "published")

    assert version.state == State.PUBLISHED
    assert version.decision.reference == "PCD 1637"
    publication = Publication.objects.get()
    part1 = from_bytes(bytes(publication.body.content))
    assert part1.title == PCD_1637.title
    assert [row.label for row in part1.all_recommendations] == ["1", "2", "3"]
    assert part1.all_recommendations[0].cites == "3.1"
    assert part1.outcome == "The above request has my approval."
    assert [row.office for row in part1.signatures] == [
        "head_of_service",
        "chief_executive",
        "decision_maker",
    ]
    assert all(row.ticked for row in part1.declarations)
    assert [row.became for row in NumberEvent.objects.all()] == ["issued", "decided", "published"]
