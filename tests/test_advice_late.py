"""Advice after submission: who is not content stops the signing until answered; an urgent paper's advice follows."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from io import BytesIO
from typing import Any
from unittest.mock import Mock

import pytest
from django.db import DatabaseError, transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

import approvals.context
from approvals import advice, clock, due, handing, who, work
from approvals.acts import part1_of
from approvals.context import Context
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, made_up
from approvals.models import AdviceRequest, Notice, ObjectionAnswer, Round, Signature
from approvals.notices import SENTENCE
from approvals.signing import shown, sign
from approvals.workflow import NotAllowed, Refused, perform
from decisions import policy, working_days
from decisions.models import Access, Decider, PassedStep, Publication, Snapshot, UnobtainedAdvice, Version
from decisions.pdf import add_pdf
from decisions.snapshot import load, snapshot_bytes
from pcd.people import offices
from pcd.people.models import Holding, Office, User
from tests.drafting import signed_in, text_of

pytestmark = pytest.mark.django_db

People = Mapping[str, User]
WHY = "the supplier's offer ends tomorrow"
TURNS = {
    "with_head_of_service": ("head", "review"),
    "with_chief_executive": ("chief", "endorse"),
    "with_decision_maker": ("dmpc", "decide"),
}


def ask(version: Version, people: People, area: str) -> AdviceRequest:
    perform(
        version.pk, "request_advice", by=people["officer"], adviser=people[area], area=area, with_part2=False
    )
    return AdviceRequest.objects.filter(version=version, area=area).latest("asked_at")


def answer(version: Version, person: User, outcome: str, text: str = "") -> None:
    read = advice.shown(load(version.pk), person)
    perform(version.pk, "give_advice", by=person, outcome=outcome, text=text, digest=read)


def objected(people: People, station: str) -> Version:
    """A paper at a station, on which the equality adviser has said since the submission that they are not content."""
    version = walk.draft(made_up(1, "Signal masts"), people)
    ask(version, people, "equality")
    version = walk.bring(version, people, station)
    answer(version, people["equality"], "not_content", "Nobody asked the residents.")
    return load(version.pk)


def reply(version: Version, people: People, text: str = "We asked them in May.") -> None:
    [row] = advice.late_objections(load(version.pk))
    perform(version.pk, "answer_advice", by=people["officer"], advice=row.given, text=text)


@pytest.mark.parametrize("station", list(TURNS))
def test_a_late_not_content_stops_whoever_signs_next_until_it_is_answered(
    station: str, people: People
) -> None:
    version = objected(people, station)
    person, act = TURNS[station]
    with pytest.raises(Refused, match="is not content with what was submitted"):
        getattr(walk, act)(version, people)
    page = signed_in(people[person]).get(reverse("act", args=[version.decision_id, act]))
    assert "answers that in words first, or you return the paper" in text_of(page)
    reply(version, people)
    page = signed_in(people[person]).get(reverse("act", args=[version.decision_id, act]))
    assert "Nobody asked the residents." in text_of(page)
    assert "We asked them in May." in text_of(page)
    getattr(walk, act)(load(version.pk), people)
    assert load(version.pk).state != station


def test_a_page_opened_before_the_answer_is_not_signed(people: People) -> None:
    version = objected(people, "with_chief_executive")
    before = shown(version)
    reply(version, people)
    with pytest.raises(Refused, match="or the advice on it, has changed"):
        perform(version.pk, "endorse", by=people["chief"], digest=before)


def test_mandatory_advice_that_falls_to_not_content_stops_the_signing_too(people: People) -> None:
    version = walk.draft(made_up(1, "Signal masts"), people)
    walk.advise(version, people, "finance", "legal")
    other = User.objects.create_user("finance2", full_name="Anselm Greaves")
    Holding.objects.create(office=Office.objects.get(key="finance"), person=other)
    ask(version, {**people, "finance": other}, "finance")
    walk.submit(version, people)
    answer(version, other, "not_content", "The budget is spent.")
    assert "finance" not in advice.consulted(load(version.pk))
    with pytest.raises(Refused, match="is not content"):
        walk.review(version, people)


def test_a_return_lifts_it_and_the_paper_is_not_submitted_past_a_mandatory_adviser(people: People) -> None:
    version = objected(people, "with_head_of_service")
    perform(version.pk, "return_for_amendment", by=people["head"], reason="Ask them.")
    assert advice.late_objections(load(version.pk)) == []
    walk.submit(version, people)
    walk.review(version, people)


def test_an_objection_answered_in_words_stays_answered_when_the_paper_comes_back(people: People) -> None:
    version = walk.draft(made_up(1, "Signal masts"), people)
    Version.objects.filter(pk=version.pk).update(urgency_reason="The offer ends tomorrow.")
    walk.advise(version, people, "legal")
    ask(version, people, "finance")
    submitted(version, people)
    answer(version, people["finance"], "not_content", "The budget is spent.")
    reply(version, people)
    perform(version.pk, "return_for_amendment", by=people["head"], reason="Say who drives.")
    now = load(version.pk)
    assert "finance" in advice.consulted(now)
    assert advice.why_not(now) == []
    walk.submit(now, people)
    assert financial(now).ticked


def test_an_adviser_who_thinks_again_lifts_their_own_objection(people: People) -> None:
    version = objected(people, "with_head_of_service")
    row = AdviceRequest.objects.get(area="equality")
    AdviceRequest.objects.create(
        version=version, area="equality", adviser=row.adviser, asked_by=people["officer"]
    )
    answer(version, people["equality"], "content")
    walk.review(version, people)
    assert load(version.pk).state == "with_chief_executive"


def test_the_database_takes_no_signature_over_an_objection_without_an_answer(people: People) -> None:
    version = objected(people, "with_head_of_service")
    with (
        pytest.raises(DatabaseError, match="an adviser who is not content has no answer"),
        transaction.atomic(),
    ):
        sign(version, people["head"], statement="x")
    reply(version, people)
    sign(version, people["head"], statement="x")
    assert Signature.objects.count() == 1


def test_only_who_keeps_the_paper_answers_and_once(people: People) -> None:
    version = objected(people, "with_head_of_service")
    client = signed_in(people["officer"])
    address = reverse("act", args=[version.decision_id, "answer_advice"])
    page = client.get(address)
    assert "Nobody asked the residents." in text_of(page)
    [row] = advice.late_objections(version)
    assert row.given is not None
    typed = {"advice": str(row.given.pk), "text": "We asked them in May."}
    assert [client.post(address, typed).status_code for _ in range(2)] == [303, 303]
    assert ObjectionAnswer.objects.get().text == "We asked them in May."
    assert Notice.objects.filter(asks="objection_answered").count() == 2
    assert Notice.objects.filter(asks="objected", person=people["officer"]).count() == 1
    for name in ("head", "equality", "officer2"):
        assert signed_in(people[name]).get(address).status_code == 404


# An urgent paper whose advice follows


@pytest.fixture
def urgent(people: People) -> Version:
    """An urgent paper whose legal advice is there and whose finance adviser was asked and has not answered."""
    version = walk.draft(made_up(1, "Signal masts"), people)
    Version.objects.filter(pk=version.pk).update(urgency_reason="The offer ends tomorrow.")
    walk.advise(version, people, "legal")
    ask(version, people, "finance")
    return load(version.pk)


def submitted(version: Version, people: People) -> Version:
    perform(version.pk, "submit", by=people["officer"], confirmed=True, unobtained={"finance": WHY})
    return load(version.pk)


def financial(version: Version) -> Any:
    return next(row for row in part1_of(load(version.pk)).declarations if row.key == "financial")


def test_an_urgent_paper_goes_on_without_an_advice_and_prints_why(urgent: Version, people: People) -> None:
    client, address = signed_in(people["officer"]), reverse("act", args=[urgent.decision_id, "submit"])
    assert "Finance advice: not obtained, because" in text_of(client.get(address))
    assert client.post(address, {"unobtained_finance": ""}).status_code == 409, "waiting is the default"
    assert client.post(address, {"unobtained_finance": WHY}).status_code == 303
    row = financial(urgent)
    assert (row.ticked, row.note) == (False, f"Not obtained, because {WHY}")
    version = walk.bring(load(urgent.pk), people, "published")
    published = Publication.objects.get(pk=version.pk)
    assert f"Not obtained, because {WHY}" in bytes(published.body.content).decode()
    row = financial(version)
    assert (row.ticked, row.note) == (False, f"Not obtained, because {WHY}")


def test_only_an_urgent_paper_that_has_asked_may_say_so(urgent: Version, people: People) -> None:
    reason = {"confirmed": True, "unobtained": {"finance": WHY}}
    Version.objects.filter(pk=urgent.pk).update(urgency_reason="")
    with pytest.raises(Refused, match="has been asked and has not answered yet"):
        perform(urgent.pk, "submit", by=people["officer"], **reason)
    Version.objects.filter(pk=urgent.pk).update(urgency_reason="The offer ends tomorrow.")
    answer(urgent, people["finance"], "not_content", "The budget is spent.")
    with pytest.raises(Refused, match="is not content"):
        perform(urgent.pk, "submit", by=people["officer"], **reason)


def test_nobody_asked_is_no_reason(people: People) -> None:
    version = walk.draft(made_up(1, "Signal masts"), people)
    Version.objects.filter(pk=version.pk).update(urgency_reason="The offer ends tomorrow.")
    walk.advise(version, people, "legal")
    with pytest.raises(Refused, match="Ask the finance adviser for advice"):
        perform(version.pk, "submit", by=people["officer"], confirmed=True, unobtained={"finance": WHY})


def test_the_database_takes_no_round_without_advice_where_nothing_is_urgent(
    urgent: Version, people: People
) -> None:
    UnobtainedAdvice.objects.create(version=urgent, area="finance", reason=WHY)
    Version.objects.filter(pk=urgent.pk).update(urgency_reason=" ")
    content = snapshot_bytes(load(urgent.pk))
    snapshot = Snapshot.objects.create(
        version=urgent, content=content, digest=hashlib.sha256(content).digest(), taken_at=Now()
    )
    with pytest.raises(DatabaseError, match="is urgent"), transaction.atomic():
        Round.objects.create(version=urgent, number=1, snapshot=snapshot, opened_by=people["officer"])


def test_a_reason_beside_an_advice_that_has_come_meanwhile_is_refused(
    urgent: Version, people: People
) -> None:
    answer(urgent, people["finance"], "content")
    with pytest.raises(Refused, match="Finance advice has been given meanwhile"):
        submitted(urgent, people)
    walk.submit(urgent, people)
    assert financial(urgent).ticked


def test_advice_that_comes_before_the_decision_ticks_and_leaves_no_reason(
    urgent: Version, people: People
) -> None:
    submitted(urgent, people)
    answer(urgent, people["finance"], "content")
    version = walk.bring(load(urgent.pk), people, "decided")
    row = financial(version)
    assert row.ticked
    assert WHY not in row.note


def test_it_is_due_five_working_days_after_the_endorsement_and_reported_until_it_comes(
    urgent: Version, people: People
) -> None:
    version = submitted(urgent, people)
    assert due.following(version) == {}
    version = walk.bring(version, people, "published")
    holidays, today = working_days.bank_holidays(), timezone.localdate()
    on = working_days.after(today, 5, holidays)
    assert due.following(version) == {"finance": on}
    assert [row.due for row in work.tasks(people["finance"])] == [on]
    assert "To follow" in text_of(
        signed_in(people["officer"]).get(reverse("paper", args=[version.decision_id]))
    )
    late = [working_days.after(on, days, holidays) for days in (1, 2)]
    weekend = next(on + timedelta(days=n) for n in range(1, 9) if (on + timedelta(days=n)).weekday() == 5)
    assert due.remind(version, working_days.before(on, holidays)) == 1
    assert [due.remind(version, day) for day in (late[0], late[0], late[1], weekend)] == [2, 0, 2, 0]
    answer(version, people["finance"], "content")
    assert due.remind(load(version.pk), working_days.after(on, 9, holidays)) == 0
    page = signed_in(people["officer"]).get(reverse("paper", args=[version.decision_id]))
    assert "Given since" in text_of(page)
    assert work.tasks(people["finance"]) == []


def test_the_clock_finds_what_follows_after_the_publication(urgent: Version, people: People) -> None:
    walk.bring(submitted(urgent, people), people, "published")
    assert clock.tick()["remind"] == 0


def test_after_the_decision_only_the_advice_that_follows_is_taken(urgent: Version, people: People) -> None:
    ask(urgent, people, "equality")
    version = walk.bring(submitted(urgent, people), people, "decided")
    assert advice.unanswered(load(version.pk), people["equality"]) is None
    assert advice.unanswered(load(version.pk), people["finance"]) is not None


def test_what_follows_is_handed_on_also_for_an_adviser_who_has_left(
    urgent: Version, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = walk.bring(submitted(urgent, people), people, "published")
    first, second = (User.objects.create_user(f"finance{n}", full_name=f"Anselm Greaves {n}") for n in (2, 3))
    office = Office.objects.get(key="finance")
    held = [Holding.objects.create(office=office, person=one) for one in (first, second)]
    perform(version.pk, "hand_advice_on", by=people["finance"], to=first)
    Holding.objects.filter(pk=held[0].pk).update(until=Now())
    with pytest.raises(NotAllowed):
        perform(version.pk, "hand_advice_on", by=first, to=second)
    loads = Mock(side_effect=load)
    with monkeypatch.context() as patch:
        patch.setattr(approvals.context, "load", loads)
        bare = Version.objects.get(pk=version.pk)
        assert not who.hands_advice_on(Context(bare, people["legal"], {}))
    assert loads.call_count == 1, "of another adviser, too, the paper is read once"
    perform(version.pk, "hand_advice_on", by=people["governance"], to=second)
    Holding.objects.filter(pk=held[1].pk).update(until=Now())
    perform(
        version.pk, "hand_advice_on", by=people["governance"], to=people["finance"]
    )  # who is the last one there
    answer(version, people["finance"], "content")
    assert [row.given for row in due.follows(load(version.pk))] == [True]


def test_nobody_is_reminded_of_what_was_rescinded(urgent: Version, people: People) -> None:
    version = walk.bring(submitted(urgent, people), people, "published")
    on = due.following(load(version.pk))["finance"]
    perform(
        version.pk,
        "rescind",
        by=people["dmpc"],
        reason="The sale has collapsed.",
        digest=shown(load(version.pk)),
    )
    late = working_days.after(on, 3, working_days.bank_holidays())
    assert due.remind(load(version.pk), late) == 0
    assert due.awaited(load(version.pk)) == []
    assert advice.unanswered(load(version.pk), people["finance"]) is None
    page = text_of(signed_in(people["officer"]).get(reverse("paper", args=[version.decision_id])))
    assert "Not given" in page
    assert "To follow" not in page


def test_what_follows_of_an_adviser_who_has_left_is_told_to_who_can_hand_it_on(
    urgent: Version, people: People
) -> None:
    version = walk.bring(submitted(urgent, people), people, "published")
    on = due.following(version)["finance"]
    offices.end(Holding.objects.get(person=people["finance"]), by=None)
    holidays = working_days.bank_holidays()
    days = [
        working_days.before(working_days.before(on, holidays), holidays),
        working_days.before(on, holidays),
    ]
    days += [working_days.after(on, late, holidays) for late in (1, 1, 2)]
    readers = [one for one in ("officer", "governance", "governance2") if still(people[one], version)]
    assert [due.remind(load(version.pk), day) for day in days] == [len(readers) * n for n in (0, 1, 1, 0, 1)]
    told = Notice.objects.filter(asks="advise_nobody").values_list("person__username", flat=True)
    assert set(told) == set(readers) >= {"officer", "governance"}
    assert not Notice.objects.filter(
        person=people["finance"], asks__in=("advise_soon", "advise_late")
    ).exists()
    colleague = User.objects.create_user("finance2", full_name="Anselm Greaves")
    Holding.objects.create(office=Office.objects.get(key="finance"), person=colleague)
    perform(version.pk, "hand_advice_on", by=people["officer"], to=colleague)
    later = working_days.after(on, 3, holidays)
    assert due.remind(load(version.pk), later) == 2, "late, as of any adviser"
    assert not still(people["officer"], version)


def still(person: User, version: Version) -> bool:
    """Say whether a notice that nobody can answer would be sent to this person now."""
    may_read = policy.may(person, Access.PART1, version.decision)
    return may_read and SENTENCE["advise_nobody"].still(Context(version, person, {}))


def test_nobody_hands_on_what_they_may_not_read_themselves(people: People) -> None:
    version = walk.draft(made_up(1, "Signal masts", part2=CUSTODY), people)
    asked = {"adviser": people["commercial"], "area": "commercial", "with_part2": True}
    perform(version.pk, "request_advice", by=people["officer"], **asked)
    ask(version, people, "equality")
    walk.advise(load(version.pk), people, "finance", "legal")
    walk.submit(version, people)
    for area in ("equality", "commercial"):
        offices.end(Holding.objects.get(person=people[area]), by=None)
    hands_on = handing.to_hand_on(load(version.pk), people["governance2"])
    assert hands_on is not None
    assert not hands_on.with_part2, "who reads no Part 2 lets nobody into it"


def test_advice_that_follows_is_chased_after_the_publication(urgent: Version, people: People) -> None:
    version = walk.bring(submitted(urgent, people), people, "published")
    perform(version.pk, "chase_advice", by=people["officer"], request=due.awaited(version)[0])
    assert Notice.objects.filter(asks="chased", person=people["finance"]).count() == 1
    answer(version, people["finance"], "content")
    with pytest.raises(Refused, match="Nobody is to be chased"):
        perform(version.pk, "chase_advice", by=people["officer"], confirmed=True)


@pytest.mark.parametrize(
    ("way", "after"),
    [
        ("endorsed", "endorsement"),
        ("decided by the chief executive", "decision"),
        ("decided by a delegated officer", "decision"),
        ("by a body without that step", "decision"),
    ],
)
def test_the_days_run_from_the_endorsement_or_where_nobody_endorses_from_the_decision(
    way: str, after: str, people: People
) -> None:
    version = walk.draft(made_up(-3, "Signal masts"), people)
    Version.objects.filter(pk=version.pk).update(urgency_reason="The offer ends tomorrow.")
    decider = {
        "decided by the chief executive": Decider.CHIEF_EXECUTIVE,
        "decided by a delegated officer": Decider.DELEGATED_OFFICER,
    }.get(way, Decider.DECISION_MAKER)
    walk.name_decider(version, decider)
    if way.startswith("by a body"):
        PassedStep.objects.create(
            body=version.decision.body, step="chief_executive", words="None.", since=timezone.localdate()
        )
    walk.advise(load(version.pk), people, "legal")
    ask(version, people, "finance")
    page = signed_in(people["officer"]).get(reverse("act", args=[version.decision_id, "submit"]))
    assert f"follows within five working days of the {after}" in text_of(page)
    version = submitted(version, people)
    page = signed_in(people["officer"]).get(reverse("paper", args=[version.decision_id]))
    assert f"Needed within five working days of the {after}" in text_of(page)
    version = walk.bring(version, people, "decided")
    on = working_days.after(timezone.localdate(), 5, working_days.bank_holidays())
    assert due.following(version) == {"finance": on}
    assert due.remind(version, working_days.after(on, 1, working_days.bank_holidays())) > 0


def test_what_is_not_mandatory_is_never_called_unobtained(urgent: Version, people: People) -> None:
    ask(urgent, people, "equality")
    with pytest.raises(Refused, match="Equality advice cannot follow later"):
        perform(urgent.pk, "submit", by=people["officer"], confirmed=True,
                unobtained={"finance": WHY, "equality": WHY})  # fmt: skip


def test_a_paper_submitted_again_with_its_advice_says_nothing_any_more(
    urgent: Version, people: People
) -> None:
    version = submitted(urgent, people)
    perform(version.pk, "return_for_amendment", by=people["head"], reason="Say more.")
    answer(version, people["finance"], "content")
    walk.submit(version, people)
    assert not UnobtainedAdvice.objects.filter(version=version).exists()
    assert financial(version).ticked


def test_the_pdf_prints_an_empty_tick_and_the_reason(urgent: Version, people: People) -> None:
    walk.bring(submitted(urgent, people), people, "published")
    publication = Publication.objects.get(pk=urgent.pk)
    add_pdf(publication)
    pages = PdfReader(BytesIO(bytes(publication.files.get().content))).pages
    read = " ".join("".join(page.extract_text() for page in pages).split())
    assert f"Not obtained, because {WHY}" in read
