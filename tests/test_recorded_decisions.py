"""Decisions taken orally, on paper or at a meeting: what the database keeps, and whom it believes."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from approvals import recorded
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, made_up
from approvals.models import RecordedCopy, RecordedDecision, Signature
from approvals.signing import holding_for
from decisions.models import Version
from pcd.people.models import User
from tests.test_route_guards import refuses, run, signature

pytestmark = pytest.mark.django_db

People = Mapping[str, User]
ORIGINAL = b"%PDF signed original"
TAKEN = datetime(2026, 3, 12, 15, tzinfo=UTC)


@pytest.fixture
def paper(people: People) -> Version:
    """A paper with a Part 2 that is with the decision maker."""
    return walk.bring(
        walk.draft(made_up(1, "Sale of a cottage", part2=CUSTODY), people), people, "with_decision_maker"
    )


def kept(version: Version, people: People, **changes: Any) -> RecordedDecision:
    """Return what one of governance recorded of a meeting."""
    said = {
        "how": "meeting",
        "decided_at": TAKEN,
        "present": "Two of the office",
        "original": "Cabinet 4",
        "copy": ORIGINAL,
        "by": people["governance"],
        "decider": people["dmpc"],
        "acts": b"{}",
        **changes,
    }
    return recorded.record(version, **said)


def attested(row: RecordedDecision, people: People, *, agrees: bool = True) -> RecordedDecision:
    """Have the second person say whether it is right."""
    recorded.attest(row, agrees=agrees, reason="" if agrees else "Another day", by=people["governance2"])
    return row


def test_an_attested_record_stands_in_the_place_of_the_signature(paper: Version, people: People) -> None:
    row = kept(paper, people)
    holding = holding_for(paper, people["dmpc"])
    assert holding is not None
    assert recorded.waiting(paper) == [row]
    assert recorded.copy_of(row) == ORIGINAL
    assert ORIGINAL not in bytes(RecordedCopy.objects.get().ciphertext)

    recorded.sign(paper, attested(row, people), holding, statement="x")

    signed = Signature.objects.get(office="decision_maker")
    assert signed.authority == (
        f"taken at a meeting on 12 March 2026; recorded by {people['governance']}, "
        f"attested by {people['governance2']}"
    )
    assert (signed.signer, bytes(signed.acts)) == (people["dmpc"], b"{}")
    assert recorded.waiting(paper) == []


def test_nothing_stands_there_without_a_second_person_who_agrees(paper: Version, people: People) -> None:
    row = kept(paper, people)
    words = f"taken at a meeting on 12 March 2026; recorded by {people['governance']}, attested by"
    forged = {"authority": f"{words} {people['governance2']}"}
    assert refuses(signature(paper, people["dmpc"], "decision_maker", **forged))
    attested(row, people, agrees=False)
    assert refuses(signature(paper, people["dmpc"], "decision_maker", **forged))

    attested(kept(paper, people), people)  # not agreed to, so it is recorded again

    assert refuses(signature(paper, people["dmpc"], "decision_maker", **forged, acts=b'{"other": 1}'))
    assert refuses(signature(paper, people["dmpc"], "decision_maker", authority=words))
    assert not refuses(signature(paper, people["dmpc"], "decision_maker", **forged))


@pytest.mark.parametrize("recorder", ["officer", "head", "chief", "legal", "dmpc"])
def test_governance_records_what_was_decided_once(paper: Version, people: People, recorder: str) -> None:
    assert refuses(lambda: kept(paper, people, by=people[recorder]))
    assert refuses(lambda: kept(paper, people, decided_at=timezone.now() + timedelta(days=1)))
    row = kept(paper, people)
    assert refuses(lambda: kept(paper, people))
    assert refuses(lambda: recorded.attest(row, agrees=True, reason="", by=people["governance"]))
    assert refuses(lambda: recorded.attest(row, agrees=True, reason="", by=people[recorder]))
    attested(row, people)
    assert refuses(lambda: kept(paper, people))


def test_what_was_recorded_stays_and_is_what_is_attested(paper: Version, people: People) -> None:
    row = kept(paper, people)
    assert refuses(run("UPDATE approvals_recordeddecision SET present = 'x'"))
    assert refuses(run("DELETE FROM approvals_recordedcopy"))
    assert refuses(run("DELETE FROM approvals_recordedcopykey"))
    row.present = "Somebody else"
    assert refuses(lambda: attested(row, people))


def test_nothing_is_recorded_of_a_paper_that_is_with_somebody_else(people: People) -> None:
    version = walk.draft(made_up(1, "Sale of a cottage"), people)
    walk.bring(version, people, "with_chief_executive")
    assert refuses(lambda: kept(version, people))
