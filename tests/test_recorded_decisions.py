"""Decisions taken orally, on paper or at a meeting: what the database keeps, and whom it believes."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals import advice, recorded, verify, work
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, made_up
from approvals.models import Notice, RecordedCopy, RecordedDecision, Signature
from approvals.signing import holding_for, shown
from approvals.workflow import NotAllowed, Refused, perform
from decisions.models import Version
from decisions.snapshot import labelled, load
from decisions.wording import day
from pcd.people import offices
from pcd.people.models import Holding, Office, User
from tests.attached import pdf
from tests.drafting import signed_in, text_of
from tests.pages import assert_valid_html
from tests.public import PublicClient
from tests.signing import sign_in
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


# The acts: recorded by one of governance, attested by another


def simple(people: People) -> Version:
    """A paper without recommendations inside Part 2 that is with the decision maker."""
    return walk.bring(walk.draft(made_up(1, "Boats", part2=CUSTODY), people), people, "with_decision_maker")


def said_of(version: Version, people: People, **changes: Any) -> dict[str, Any]:
    """What governance2 types of a meeting at which all was approved."""
    outcomes = {str(row.pk): {"outcome": "approved"} for _, row in labelled(version)}
    return {
        "digest": shown(version),
        "decider": people["dmpc"],
        "how": "meeting",
        "decided_at": timezone.now() - timedelta(minutes=1),
        "meeting_on": timezone.localdate(),
        "present": "The chair and two officers",
        "original": "Cabinet 4",
        "file": ORIGINAL,
        "interests": "None.",
        "outcomes": outcomes,
        **changes,
    }


def record(version: Version, people: People, **changes: Any) -> RecordedDecision:
    perform(version.pk, "record_decision", by=people["governance2"], **said_of(version, people, **changes))
    return RecordedDecision.objects.latest("at")


def test_what_was_decided_at_a_meeting_is_recorded_attested_published_and_says_so(
    people: People, public_client: PublicClient
) -> None:
    version = simple(people)
    offices.record_absence(people["dmpc"], until=timezone.now() + timedelta(days=1), by=people["dmpc"])
    governance = signed_in(people["governance2"])
    address = reverse("act", args=[version.decision_id, "record_decision"])
    page = sign_in(Client(), people["governance2"]).get(address)
    assert_valid_html(page.content.decode())
    assert "How it was decided" in text_of(page)
    row = record(version, people)
    assert load(version.pk).state == "with_decision_maker", "one person's word decides nothing"
    assert Notice.objects.get(asks="attest").person == people["governance"]
    assert "Attest a decision taken elsewhere" in [one.what for one in work.tasks(people["governance"])]
    assert "Attest" not in str(work.tasks(people["governance2"]))

    copy = reverse("recorded-copy", args=[version.decision_id, row.pk])
    assert governance.get(copy).status_code == 404, "the recorder may not read Part 2"
    assert signed_in(people["governance"]).get(copy).content == ORIGINAL
    page = sign_in(Client(), people["governance"]).get(
        reverse("act", args=[version.decision_id, "attest_decision"])
    )
    assert_valid_html(page.content.decode())
    assert "The chair and two officers" in text_of(page)
    perform(version.pk, "attest_decision", by=people["governance"], recorded=str(row.pk))

    assert load(version.pk).state == "decided"
    walk.bring(load(version.pk), people, "published")
    words = text_of(public_client.get(f"/decisions/{load(version.pk).decision.key}/"))
    on = day(timezone.localdate())
    assert f"Taken at a meeting on {on}; recorded by {people['governance2']}" in words
    assert f"attested by {people['governance']}" in words
    assert list(verify.faults(load(version.pk).decision)) == []


def test_nobody_attests_their_own_record_and_a_wrong_one_is_recorded_again(people: People) -> None:
    version = simple(people)
    row = record(version, people)
    for action in ("attest_decision", "refuse_record"):
        with pytest.raises(NotAllowed):
            perform(version.pk, action, by=people["governance2"], recorded=str(row.pk), reason="x")
    with pytest.raises(Refused, match="recorded already"):
        record(version, people)
    refused = {"recorded": str(row.pk), "reason": "The minute says another day."}
    perform(version.pk, "refuse_record", by=people["governance"], **refused)
    assert Notice.objects.get(asks="unattested").person == people["governance2"]
    assert load(version.pk).state == "with_decision_maker"
    again = record(version, people)
    perform(version.pk, "attest_decision", by=people["governance"], recorded=str(again.pk))
    assert load(version.pk).state == "decided"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"outcomes": {}}, "Give an outcome for recommendation 1"),
        ({"decided_at": timezone.now() + timedelta(days=9)}, "must have been taken already"),
        ({"digest": "stale"}, "has changed since you opened the page"),
        ({"meeting_on": date(2020, 1, 1)}, "before this text was submitted"),
    ],
    ids=["no outcome", "tomorrow", "another text", "before it was asked"],
)
def test_a_record_that_cannot_be_right_is_refused(changes: dict[str, Any], why: str, people: People) -> None:
    version = simple(people)
    with pytest.raises(Refused, match=why):
        record(version, people, **changes)
    assert not RecordedDecision.objects.exists()


def test_who_does_not_hold_the_office_or_wrote_the_paper_did_not_decide_it(people: People) -> None:
    version = simple(people)
    with pytest.raises(Refused, match="did not hold the office"):
        record(version, people, decider=people["chief"])
    with pytest.raises(Refused, match="did not hold the office"):
        record(version, people, decided_at=timezone.now() - timedelta(days=9999))
    Holding.objects.create(
        office=Office.objects.get(key="dmpc"),
        person=people["officer"],
        since=timezone.now() - timedelta(days=9),
    )
    with pytest.raises(Refused, match="had another part"):
        record(version, people, decider=people["officer"])


def succeed(people: People) -> None:
    """The decision maker leaves, and the deputy comes into the office."""
    Holding.objects.filter(person=people["dmpc"]).update(until=Now())
    Holding.objects.create(office=Office.objects.get(key="dmpc"), person=people["deputy"])
    User.objects.filter(pk=people["dmpc"].pk).update(is_active=False)


@pytest.mark.parametrize("leaves", ["before the record", "before the second person"])
def test_who_held_the_office_then_decided_it_and_who_came_since_did_not(people: People, leaves: str) -> None:
    version = simple(people)
    if leaves == "before the record":
        succeed(people)
        with pytest.raises(Refused, match="did not hold the office"):
            record(version, people, decider=people["deputy"])
        page = sign_in(Client(), people["governance2"]).get(
            reverse("act", args=[version.decision_id, "record_decision"])
        )
        assert f"{people['dmpc']}, who held the office before" in text_of(page)
    row = record(version, people)
    if leaves == "before the second person":
        succeed(people)
    perform(version.pk, "attest_decision", by=people["governance"], recorded=str(row.pk))
    version = load(version.pk)
    assert version.rounds.get().signatures.get(office="decision_maker").name == people["dmpc"].full_name
    assert list(verify.faults(version.decision)) == []


def test_a_decision_maker_who_declares_an_interest_meanwhile_is_not_attested(people: People) -> None:
    version = simple(people)
    row = record(version, people)
    perform(version.pk, "withdraw_from_deciding", by=people["dmpc"], interest="My brother owns the boats.")
    with pytest.raises(Refused, match="takes no part"):
        perform(version.pk, "attest_decision", by=people["governance"], recorded=str(row.pk))
    perform(version.pk, "refuse_record", by=people["governance"], recorded=str(row.pk), reason="An interest.")


def test_nothing_is_attested_over_an_adviser_who_is_not_content_meanwhile(people: People) -> None:
    version = walk.draft(made_up(1, "Boats"), people)
    about = {"adviser": people["equality"], "area": "equality", "with_part2": False}
    perform(version.pk, "request_advice", by=people["officer"], **about)
    walk.advise(load(version.pk), people, "finance", "legal")
    version = walk.bring(load(version.pk), people, "with_decision_maker")
    row = record(version, people)
    read = advice.shown(load(version.pk), people["equality"])
    said = {"outcome": "not_content", "text": "Nobody asked.", "digest": read}
    perform(version.pk, "give_advice", by=people["equality"], **said)
    with pytest.raises(Refused, match="is not content"):
        perform(version.pk, "attest_decision", by=people["governance"], recorded=str(row.pk))


def test_the_database_records_nothing_that_was_not_theirs_to_decide(paper: Version, people: People) -> None:
    assert refuses(lambda: kept(paper, people, decider=people["chief"]))
    assert refuses(lambda: kept(paper, people, decided_at=timezone.now() - timedelta(days=9999)))
    kept(paper, people)


def test_a_return_closes_the_original_to_those_who_would_have_attested_it(people: People) -> None:
    version = simple(people)
    row = record(version, people)
    perform(version.pk, "return_for_amendment", by=people["dmpc"], reason="Say more.")
    copy = reverse("recorded-copy", args=[version.decision_id, row.pk])
    assert signed_in(people["governance"]).get(copy).status_code == 404


def test_both_pages_are_filled_in_and_a_second_click_finds_the_work_done(people: People) -> None:
    version = simple(people)
    client = sign_in(Client(), people["governance2"])
    address = reverse("act", args=[version.decision_id, "record_decision"])
    today = timezone.localdate()
    typed: dict[str, Any] = {
        **{"digest": shown(version), "decider": str(people["dmpc"].pk), "how": "oral"},
        **{"decided_on_day": today.day, "decided_on_month": today.month, "decided_on_year": today.year},
        **{"decided_time": "00:00", "present": "The chair", "original": "Cabinet 4"},
        **{"interests_any": "no", "interests": "", "all_as_recommended": "yes"},
    }
    without = client.post(address, typed)
    assert without.status_code == 200, "nothing is recorded without the original"
    assert not RecordedDecision.objects.exists()
    for _ in range(2):
        sent = {**typed, "file": SimpleUploadedFile("original.pdf", pdf("Decided."))}
        answer = client.post(address, sent)
        assert answer.status_code == 303, text_of(answer)
    row = RecordedDecision.objects.get()
    attesting = reverse("act", args=[version.decision_id, "attest_decision"])
    second = sign_in(Client(), people["governance"])
    assert [second.post(attesting, {"recorded": str(row.pk)}).status_code for _ in range(2)] == [303, 303]
    assert load(version.pk).state == "decided"
