"""Grants, related and joint decisions: written as officers write them, published, and followed both ways."""

import secrets
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals import calendar, joint, outbox, signing, work, workflow
from approvals.acts import acts, part1_of
from approvals.demo import walk
from approvals.demo.papers import SETTLEMENT, DemoPaper, made_up, mentoring
from approvals.models import JointCopyKey, JointDecision, Notice
from approvals.needs import jointly_decided
from approvals.verify import faults
from approvals.workflow import NotAllowed, Refused
from decisions import policy
from decisions.models import (
    Access,
    ContractAward,
    FinancialLine,
    FundingGrant,
    JointDecider,
    Link,
    Part2Reading,
    Recommendation,
    State,
    Supplier,
    Version,
)
from decisions.part1 import to_data
from decisions.public import chain
from decisions.wording import grant_in_words, joint_in_words, link_in_words
from pcd import vault
from tests.attached import TABLE, changed_pdf, pdf
from tests.drafting import CONTRACT, MONEY, again, error_at, save, text_of, url
from tests.pages import assert_valid_html
from tests.public import PublicClient
from tests.signing import sign_in

pytestmark = pytest.mark.django_db
GRANT = {
    "direction": "given",
    "counterparty": "Harbour Youth Trust",
    "certainty": "exact",
    "amount": "£285,000",
}


@pytest.fixture
def recommendation(officer: Client, paper: Version) -> Recommendation:
    save(officer, url("recommendation-add", paper), text="Approve a grant.")
    return Recommendation.objects.get(version=paper)


def test_a_grant_is_written_with_its_amount_in_each_year(
    officer: Client, paper: Version, recommendation: Recommendation
) -> None:
    address = url("grant-add", paper, within=recommendation.pk)
    typed = {**GRANT, "profile": "2027/28 £140k\n\n2026-27: 145,000", "purpose": "Mentoring of young people."}

    assert save(officer, address, **typed).status_code == 303

    grant = FundingGrant.objects.get()
    assert grant.profile == [{"year": 2026, "amount": "145000.00"}, {"year": 2027, "amount": "140000.00"}]
    part1 = part1_of(again(paper))
    assert grant_in_words(part1.grants[0]) == (
        "grant of £285k to Harbour Youth Trust, for mentoring of young people"
    )
    page = text_of(officer.get(url("paper-preview", paper)))
    assert "£145,000 in 2026/27 and £140,000 in 2027/28" in page
    assert "Grant of £285k to Harbour Youth Trust" in text_of(
        officer.get(url("paper-recommendations", paper))
    )


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"counterparty": ""}, ("counterparty", "Enter who gives or receives the grant")),
        (
            {"certainty": "withheld", "amount": "", "profile": "2027/28 £140k"},
            ("profile", "Delete this, because you say that the amount is withheld"),
        ),
        ({"counterparty_withheld": "on"}, ("counterparty_withheld", "Delete the name")),
        ({"amount": ""}, ("amount", "Enter the amount")),
        ({"profile": "2027/28 £140k\n2027/28 £1"}, ("profile", "Line 2 has 2027/28 again")),
        (
            {"profile": "2027/28"},
            ("profile", "Line 1 must be a financial year and an amount, like 2027/28 £225,000"),
        ),
        ({"profile": "2027/29 £1"}, ("profile", "Line 1 must be one financial year, like 2027/28")),
        ({"profile": "2027/28 E225k"}, ("profile", "Line 1: ‘E225k’ begins with a letter")),
    ],
)
def test_what_is_wrong_in_a_grant_is_told_at_its_field(
    officer: Client,
    paper: Version,
    recommendation: Recommendation,
    typed: dict[str, str],
    told: tuple[str, str],
) -> None:
    answer = save(officer, url("grant-add", paper, within=recommendation.pk), **{**GRANT, **typed})

    field, message = told
    assert message in error_at(answer, field)
    assert not FundingGrant.objects.exists()


def test_amounts_by_year_pasted_from_a_table_are_read(
    officer: Client, paper: Version, recommendation: Recommendation
) -> None:
    save(
        officer,
        url("money-add", paper, within=recommendation.pk),
        **MONEY,
        profile="2027/28\t1,000.50\r\n2028\t£2m",
    )

    assert FinancialLine.objects.get().profile == [
        {"year": 2027, "amount": "1000.50"},
        {"year": 2028, "amount": "2000000.00"},
    ]


def test_related_and_joint_decisions_are_added_moved_and_removed(officer: Client, paper: Version) -> None:
    for kind, reference in (("amends", "PCD 1200"), ("supersedes", "dmpcd 2013/96")):
        save(officer, url("link-add", paper), kind=kind, reference=reference, note="")
    save(
        officer,
        url("joint-add", paper),
        body="Fenmoor Commissioner",
        office="The Commissioner",
        reference="2026/31",
    )
    page = officer.get(url("paper-links", paper))
    assert_valid_html(page.content.decode())
    assert "Amends PCD 1200" in text_of(page)
    assert "The Commissioner, Fenmoor Commissioner (2026/31), not decided yet" in text_of(page)

    first = Link.objects.get(kind="amends")
    officer.post(url("link-move", paper, row=first.pk), {"to": "2"})
    assert [link_in_words(row) for row in part1_of(again(paper)).links] == [
        "Supersedes dmpcd 2013/96",
        "Amends PCD 1200",
    ]
    officer.post(url("link-remove", paper, row=first.pk))
    assert not Link.objects.filter(kind="amends").exists()
    assert [joint_in_words(row) for row in part1_of(again(paper)).joint_deciders] == [
        "The Commissioner, Fenmoor Commissioner (2026/31), not decided yet"
    ]


def test_a_reference_that_is_none_is_refused(officer: Client, paper: Version) -> None:
    answer = save(officer, url("link-add", paper), kind="amends", reference="–", note="")
    assert "Enter the reference as it is written" in error_at(answer, "reference")


def published(people: walk.People, paper: DemoPaper) -> Version:
    return walk.bring(walk.draft(paper, people), people, "published")


def links_to(version: Version, kind: str, note: str = "") -> tuple[dict[str, str], ...]:
    return ({"kind": kind, "reference": version.decision.reference, "note": note},)


@pytest.fixture
def three(people: walk.People) -> list[Version]:
    """A grant, what extends it, and what supersedes the extension."""
    first = published(people, mentoring(2024))
    second = published(people, mentoring(2026, links=links_to(first, "extends")))
    return [first, second, published(people, mentoring(2028, links=links_to(second, "supersedes")))]


def test_a_chain_is_shown_whole_on_each_of_its_pages(
    three: list[Version], public_client: PublicClient
) -> None:
    first, second, third = (row.decision for row in three)
    for version in three:
        words = text_of(public_client.get(f"/decisions/{version.decision.key}/"))
        shown = words.split("Decisions that belong together")[1]
        assert f"Extends {first.reference}" in shown
        assert f"Supersedes {second.reference}" in shown
        assert f"{version.decision.reference}: Mentoring for young victims (this page)" in shown
        assert third.reference in shown


def test_only_what_is_superseded_says_so_above_everything(
    three: list[Version], public_client: PublicClient
) -> None:
    told = [
        "This decision has been superseded by"
        in text_of(public_client.get(f"/decisions/{row.decision.key}/"))
        for row in three
    ]
    assert told == [False, True, False]


def test_a_page_changes_for_caches_when_a_later_decision_joins_its_chain(
    people: walk.People, public_client: PublicClient
) -> None:
    first = published(people, mentoring(2024))
    address = f"/decisions/{first.decision.key}/"
    before = public_client.get(address)["ETag"]
    published(people, made_up(15, "Minibus", links=links_to(first, "supersedes_part", "the minibus only")))
    after = public_client.get(address)
    assert after["ETag"] != before
    assert "Part of this decision has been superseded by" in text_of(after)


def test_a_draft_that_supersedes_shows_nowhere_and_a_rejected_one_supersedes_nothing(
    people: walk.People, public_client: PublicClient
) -> None:
    first = published(people, mentoring(2024))
    address = f"/decisions/{first.decision.key}/"
    paper = made_up(16, "Second thoughts", links=links_to(first, "supersedes"))
    version = walk.bring(walk.draft(paper, people), people, "with_decision_maker")
    alone = text_of(public_client.get(address))
    assert "Decisions that belong together" not in alone
    no: dict[str, Any] = {"outcome": "rejected", "reason": "Too dear.", "decided_text": "", "amounts": {}}
    walk.decide(version, people, r1=no, r1a=no, r2=no)
    walk.clear(version, people)
    walk.publish(version, people)

    words = text_of(public_client.get(address))
    assert "has been superseded" not in words
    assert "Relates to" in words.split("Decisions that belong together")[1]


def test_a_decision_that_a_notice_supersedes_says_so_and_a_notice_tells_no_more_of_it(
    people: walk.People, public_client: PublicClient
) -> None:
    first, second = (published(people, mentoring(year)) for year in (2024, 2026))
    address = f"/decisions/{first.decision.key}/"
    links = (*links_to(first, "supersedes", "because of the quince claim"), *links_to(second, "relates_to"))
    notice = walk.bring(walk.draft(replace(SETTLEMENT, links=links), people), people, "with_decision_maker")
    assert f"Supersedes {first.decision.reference}" in text_of(
        sign_in(Client(), people["head"]).get(url("paper-preview", notice))
    )
    rejected = walk.bring(walk.draft(replace(SETTLEMENT, links=links), people), people, "with_decision_maker")
    for version, outcome in ((rejected, "rejected"), (notice, "approved")):
        assert "superseded" not in text_of(public_client.get(address))
        walk.decide(version, people, inside={"outcome": outcome, "reason": "Too dear."})
        walk.bring(again(version), people, "published")

    said = f"This decision has been superseded by {notice.decision.reference}: Settlement of a claim"
    assert said in text_of(public_client.get(address))
    page, data = (
        public_client.get(f"/decisions/{notice.decision.key}{end}").content.decode() for end in ("/", ".json")
    )
    for answer in (page, data):
        assert first.decision.reference in answer
        assert "quince" not in answer
    assert second.decision.reference not in data
    assert "Supersedes" not in public_client.get(f"/decisions/{rejected.decision.key}/").content.decode()
    assert faults(notice.decision) == faults(rejected.decision) == []


def test_a_chain_costs_two_queries_however_long_it_is(
    three: list[Version], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        assert len(chain.of(three[0].decision.key, [])) == 3


DAY, COPY = date(2026, 11, 3), pdf("Signed by the Commissioner.")


@pytest.fixture
def jointly(people: walk.People) -> Version:
    """A paper that was decided here, and that another body has still to decide."""
    version = walk.draft(made_up(18, "Shared helicopter"), people)
    JointDecider.objects.create(
        version=version,
        position=1,
        body="Fenmoor Commissioner",
        office="The Commissioner",
        reference="2026/31",
    )
    return walk.bring(again(version), people, "decided")


def test_my_work_asks_to_record_what_others_decided_before_anything_is_cleared(
    people: walk.People, jointly: Version
) -> None:
    for name in ("governance", "governance2"):
        assert [task.what for task in work.tasks(people[name])] == ["Record a joint decision"]


def test_a_joint_decision_is_published_when_all_have_decided_and_two_people_say_so(
    people: walk.People, jointly: Version, public_client: PublicClient
) -> None:
    with pytest.raises(Refused) as refused:
        walk.clear(jointly, people)
    assert refused.value.reasons == (
        "The Commissioner, Fenmoor Commissioner has not decided yet. Record it when they have.",
    )
    records, confirms = (sign_in(Client(), people[name]) for name in ("governance2", "governance"))

    assert "must be today or in the past" in text_of(
        send_record(records, jointly, timezone.localdate() + timedelta(1))
    )
    for _ in range(2):
        assert send_record(records, jointly, DAY).status_code == 303
    row = JointDecision.objects.get()
    assert [notice.person for notice in Notice.objects.filter(asks="confirm")] == [people["governance"]]
    with pytest.raises(Refused) as refused:
        walk.clear(again(jointly), people)
    assert refused.value.reasons == (
        "What The Commissioner, Fenmoor Commissioner decided is recorded. A second person must confirm it.",
    )
    assert "3 November 2026" not in str(to_data(part1_of(again(jointly))).get("joint_deciders"))

    assert "Check a joint decision" in text_of(confirms.get(reverse("my-work")))
    address = url("act", jointly, action="confirm_joint_decision")
    page = confirms.get(address)
    assert_valid_html(page.content.decode())
    copy = confirms.get(url("joint-copy", jointly, row=row.pk))
    assert (copy.content, copy["Content-Type"]) == (COPY, "application/pdf")
    assert Part2Reading.objects.filter(person=people["governance"], how="download").count() == 1
    unsaid = confirms.post(address, {"recorded": row.pk, "agrees": "no", "reason": ""})
    assert "Enter what is wrong" in text_of(unsaid)
    for _ in range(2):
        assert confirms.post(address, {"recorded": row.pk, "agrees": "yes", "reason": ""}).status_code == 303

    walk.clear(again(jointly), people)
    walk.publish(again(jointly), people)
    words = text_of(public_client.get(f"/decisions/{jointly.decision.key}/"))
    assert "The Commissioner, Fenmoor Commissioner (2026/32), 3 November 2026" in words
    data = public_client.get(f"/decisions/{jointly.decision.key}.json").content.decode()
    assert ('"decided_on"' in data, "declined" in data) == (True, False), "its bytes are as they always were"
    assert faults(jointly.decision) == []
    assert "recorded a joint decision" in text_of(records.get(url("paper", jointly)))


def test_what_was_confirmed_by_mistake_is_recorded_again_and_cleared_again(
    people: walk.People, jointly: Version
) -> None:
    walk.decide_jointly(jointly, people, on=date(2026, 11, 4))
    walk.clear(again(jointly), people)
    assert send_record(sign_in(Client(), people["governance2"]), jointly, DAY).status_code == 303
    with pytest.raises(Refused) as refused:
        walk.publish(again(jointly), people)
    assert "It has not been cleared for publication." in str(refused.value)
    with pytest.raises(Refused):
        walk.clear(again(jointly), people)
    row = JointDecision.objects.get(confirmation=None)
    workflow.perform(
        jointly.pk, "confirm_joint_decision", by=people["governance"],
        recorded=str(row.pk), agrees=True, reason="",
    )  # fmt: skip
    walk.clear(again(jointly), people)
    walk.publish(again(jointly), people)
    assert [one["decided_on"] for one in acts(again(jointly))["joint"].values()] == ["2026-11-03"]
    assert faults(jointly.decision) == []


NO = "The Commissioner, Fenmoor Commissioner declined"


def test_what_another_body_declines_is_not_published_until_it_decides_anew(
    people: walk.People, jointly: Version
) -> None:
    records, confirms = (sign_in(Client(), people[name]) for name in ("governance2", "governance"))
    dmpc, seen = people["dmpc"], url("paper", jointly)
    walk.decide_jointly(jointly, people, on=date(2026, 11, 1))
    walk.clear(again(jointly), people)  # what was cleared with their agreement, before they took it back

    assert "Choose whether they agreed or declined" in text_of(send_record(records, jointly, DAY, outcome=""))
    for _ in range(2):
        assert send_record(records, jointly, DAY, outcome="declined").status_code == 303
    row, address = (
        JointDecision.objects.get(declined=True),
        url("act", jointly, action="confirm_joint_decision"),
    )
    assert not joint.declined(again(jointly)), "one person's word does not count yet"
    page = confirms.get(address)
    assert_valid_html(page.content.decode())
    assert "Outcome They declined" in text_of(page)
    confirms.post(address, {"recorded": row.pk, "agrees": "yes", "reason": ""})

    told = {notice.person.username for notice in Notice.objects.filter(asks="declined")}
    assert told == {"officer", "dmpc"}
    assert f"{NO}: rescind it, or wait until they decide anew" in {task.what for task in work.tasks(dmpc)}
    assert [task.what for task in work.tasks(people["governance"])] == [
        f"{NO}: have it rescinded, or record what they decide anew"
    ]
    page = confirms.get(seen)
    assert_valid_html(page.content.decode())
    inset = f"{NO} on 3 November 2026 What was decided here cannot be published as it is"
    part1 = "The Commissioner, Fenmoor Commissioner (2026/31), declined on 3 November 2026"
    assert all(said in text_of(page) for said in (inset, part1))
    assert calendar.undated(dmpc) == []
    assert promised(jointly, people) == {
        "Becomes public once all have agreed and it is cleared: the deferral ends"
    }
    for action in (walk.clear, walk.publish):
        with pytest.raises(Refused, match=f"{NO} on 3 November 2026, so .* Have it rescinded, or record"):
            action(again(jointly), people)
    assert acts(again(jointly))["joint"] == {}, "what is shown before publication says no agreement"

    before = f"eclined on 3 November 2026, confirmed by {people['governance']}"
    older = send_record(records, jointly, date(2026, 11, 1))
    assert before in text_of(older)
    assert "must be the same as or after 3 November 2026" in error_at(older, "decided_on")
    send_record(records, jointly, date(2026, 11, 5))
    with pytest.raises(Refused, match="A second person must confirm it"):
        walk.clear(again(jointly), people)
    assert before in text_of(confirms.get(address))
    # One person's word takes no decline back, so it is still told; who recorded it has nothing more to record.
    seen_by = [{task.what for task in work.tasks(people[name])} for name in ("dmpc", "governance2")]
    assert seen_by == [{f"{NO}: rescind it, or wait until they decide anew"}, set()]
    assert inset in text_of(confirms.get(seen))
    outbox.send_waiting()
    assert Notice.objects.filter(asks="declined").exclude(sent_at=None).count() == 2

    walk.decide_jointly(again(jointly), people, on=DAY)  # confirms it
    assert not [task for task in work.tasks(dmpc) if NO in task.what]
    assert [task.what for task in work.tasks(people["governance"])] == ["Clear for publication"]
    walk.clear(again(jointly), people)
    walk.publish(again(jointly), people)
    assert [one["decided_on"] for one in acts(again(jointly))["joint"].values()] == ["2026-11-05"]
    words = text_of(confirms.get(seen))
    for said in (
        *("Declined on 3 November 2026", "Agreed on 5 November 2026"),
        "recorded a joint decision by which another body declined",
        "against its signed copy which agrees: they declined",
    ):
        assert said in words
    assert f"{NO} on" not in words
    assert faults(jointly.decision) == []


def promised(version: Version, people: walk.People) -> set[str]:
    """Return what whoever decided reads in the calendar of the day on which a deferral ends."""
    until = timezone.localdate() + timedelta(3)
    workflow.perform(version.pk, "defer", by=people["governance"], reason="Talks.", until=until)
    said = {row.what for row in calendar.entries(people["dmpc"]) if row.day == until}
    workflow.perform(version.pk, "end_deferral", by=people["governance"], reason="They ended.")
    return said


def test_what_another_body_declined_is_rescinded(people: walk.People, jointly: Version) -> None:
    walk.decide_jointly(jointly, people, on=DAY, declined=True)
    shown = signing.shown(again(jointly))
    workflow.perform(jointly.pk, "rescind", by=people["dmpc"], digest=shown, reason="Fenmoor declined.")
    assert (again(jointly).state, faults(jointly.decision)) == (State.RESCINDED, [])
    words = text_of(sign_in(Client(), people["dmpc"]).get(url("paper", jointly)))
    assert f"{NO} on" not in words
    assert "(2026/31), declined on 3 November 2026" in words


@pytest.mark.parametrize("ids", [(1, 2), (2, 1)])
def test_a_decision_of_three_is_cleared_in_whatever_order_the_others_stand(
    people: walk.People, ids: tuple[int, int]
) -> None:
    version = walk.draft(made_up(18, "Shared helicopter"), people)
    for position, number in enumerate(ids, start=1):
        about = {"position": position, "body": f"Body {position}", "office": "The Commissioner"}
        JointDecider.objects.create(pk=UUID(int=number), version=version, **about)
    version = walk.bring(again(version), people, "decided")
    walk.decide_jointly(version, people, on=DAY)
    walk.clear(again(version), people)
    walk.publish(again(version), people)
    assert again(version).state == State.PUBLISHED


def send_record(
    client: Client,
    version: Version,
    day: date,
    content: bytes = COPY,
    name: str = "copy.pdf",
    *,
    outcome: str = "agreed",
) -> Any:
    """Send the page that records a joint decision."""
    typed = {"decider": str(version.joint_deciders.get().pk), **boxes(day), "reference": "2026/32"}
    sent = {**typed, "outcome": outcome, "file": SimpleUploadedFile(name, content)}
    return client.post(url("act", version, action="record_joint_decision"), sent)


def test_recording_and_confirming_ask_who_it_is_and_take_no_hostile_file(
    people: walk.People, jointly: Version
) -> None:
    late = sign_in(Client(), people["governance2"], seconds_ago=3600)
    asked = send_record(late, jointly, DAY)
    assert (asked.status_code, "Enter your password to record this" in text_of(asked)) == (403, True)
    assert "Choose the file again afterwards" in text_of(asked)
    client = sign_in(Client(), people["governance2"])
    script = changed_pdf(
        COPY,
        lambda document: document.Root.__setattr__(
            "OpenAction", pikepdf.Dictionary(S=pikepdf.Name.JavaScript)
        ),
    )
    for content, name in ((script, "copy.pdf"), (TABLE, "copy.csv"), (b"MZ", "copy.pdf"), (b"", "copy.pdf")):
        assert send_record(client, jointly, DAY, content, name).status_code == 200
    assert not JointDecision.objects.exists()
    assert send_record(client, jointly, DAY).status_code == 303

    row = JointDecision.objects.get()
    proof = sign_in(Client(), people["governance"], seconds_ago=3600).post(
        url("act", jointly, action="confirm_joint_decision"), {"recorded": row.pk, "agrees": "yes"}
    )
    assert (proof.status_code, "Enter your password to answer for this" in text_of(proof)) == (403, True)
    # Who recorded it, wrote the paper or signed it does not confirm it; the copy is not open to all who read the paper.
    confirm = {"recorded": str(row.pk), "agrees": True, "reason": ""}
    for name in ("governance2", "officer", "head", "dmpc", "finance"):
        with pytest.raises((NotAllowed, Refused)), transaction.atomic():
            workflow.perform(jointly.pk, "confirm_joint_decision", by=people[name], **confirm)
    assert client.get(url("joint-copy", jointly, row=row.pk)).status_code == 404


def test_nobody_records_what_nobody_else_could_confirm(people: walk.People, jointly: Version) -> None:
    page = sign_in(Client(), people["governance"]).get(url("act", jointly, action="record_joint_decision"))
    assert "Ask a colleague to record it" in text_of(page)


def test_what_does_not_agree_with_its_copy_is_recorded_again(people: walk.People, jointly: Version) -> None:
    client = sign_in(Client(), people["governance2"])
    send_record(client, jointly, date(2026, 11, 4), outcome="declined")
    first = JointDecision.objects.get()
    workflow.perform(
        jointly.pk, "confirm_joint_decision", by=people["governance"],
        recorded=str(first.pk), agrees=False, reason="It was signed on the 3rd.",
    )  # fmt: skip
    assert Notice.objects.get(asks="unconfirmed").person == people["governance2"]
    words = text_of(client.get(url("paper", jointly)))
    assert "It was signed on the 3rd." in words
    assert "against its signed copy which does not agree" in words
    assert "which does not agree, by which another body declined" not in words
    policy.grant(jointly.decision, [people["officer2"]], Access.PART1, reason="x", source="test", by=None)
    other = text_of(sign_in(Client(), people["officer2"]).get(url("paper", jointly)))
    assert ("Not confirmed." in other, "It was signed on the 3rd." in other) == (True, False)
    walk.decide_jointly(jointly, people, on=DAY)
    assert acts(again(jointly))["joint"] == {
        str(first.decider_id): {"decided_on": "2026-11-03", "reference": ""}
    }


def boxes(day: date) -> dict[str, str]:
    return {f"decided_on_{part}": str(getattr(day, part)) for part in ("day", "month", "year")}


def test_the_database_publishes_no_joint_decision_before_all_have_decided(
    people: walk.People, jointly: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workflow, "TRANSITION", without_the_need("clear_for_publication", jointly_decided))
    walk.clear(jointly, people)
    monkeypatch.setattr(workflow, "TRANSITION", without_the_need("publish", jointly_decided))
    for declined in (None, True):
        if declined:
            walk.decide_jointly(jointly, people, on=DAY, declined=True)
        with pytest.raises(DatabaseError, match="not everybody has decided"), transaction.atomic():
            walk.publish(again(jointly), people)
    with pytest.raises(DatabaseError, match="they declined after that day"), transaction.atomic():
        walk.decide_jointly(jointly, people, on=DAY - timedelta(1))
    walk.decide_jointly(jointly, people, on=DAY)
    with pytest.raises(Refused, match="not been cleared"):
        walk.publish(again(jointly), people)  # when it was cleared, the others had not decided
    with pytest.raises(DatabaseError), transaction.atomic():
        JointDecision.objects.update(decided_on=date(2026, 11, 4))


def test_the_key_of_a_signed_copy_is_wrapped_again_and_neither_moved_nor_removed(
    people: walk.People, jointly: Version, settings: Any
) -> None:
    walk.decide_jointly(jointly, people, on=DAY, copy=COPY)
    row, stored, newer = JointDecision.objects.get(), JointCopyKey.objects.get(), secrets.token_bytes(32)
    name = f"joint-copy:{row.pk}"
    key = vault.open_key(vault.WrappedKey(bytes(stored.wrapped), stored.wrapped_by), row=name)
    settings.PART2_KEYS = (("next", newer),)
    JointCopyKey.objects.update(wrapped=vault.seal(newer, key, row=f"key:{name}"), wrapped_by="next")
    assert joint.copy_of(JointDecision.objects.get()) == COPY
    for change in ("UPDATE {} SET decision_id = gen_random_uuid()", "DELETE FROM {}", "TRUNCATE {}"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change.format("approvals_jointcopykey"))


def without_the_need(action: str, need: Any) -> dict[str, Any]:
    row = workflow.TRANSITION[action]
    return {
        **workflow.TRANSITION,
        action: replace(row, needs=tuple(one for one in row.needs if one is not need)),
    }


def test_what_is_withheld_stands_nowhere_in_its_parts(
    officer: Client, paper: Version, recommendation: Recommendation
) -> None:
    contract = {**CONTRACT, "certainty": "withheld", "value": "", "supplier_0_name": "Alder Ltd"}
    address = url("contract-add", paper, within=recommendation.pk)
    told = save(officer, address, **contract, supplier_0_value="£3,100,000")
    assert "Delete this, because you say that the amount is withheld" in error_at(told, "supplier_0_value")

    assert save(officer, address, **contract).status_code == 303
    Supplier.objects.update(value=3_100_000)
    ContractAward.objects.update(suppliers_withheld=True)
    assert "3100000" not in str(to_data(part1_of(again(paper))))
    assert "Alder" not in str(to_data(part1_of(again(paper))))
    row: dict[str, Any] = {"recommendation": recommendation, "position": 9, "certainty": "withheld"}
    parts = [{"year": 2027, "amount": "1.00"}]
    for model, more in (
        (FinancialLine, {"kind": "capital", "profile": parts}),
        (FundingGrant, {"direction": "given", "profile": parts}),
        (FundingGrant, {"direction": "given", "counterparty": "Alder", "counterparty_withheld": True}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            model._default_manager.create(**row, **more)
