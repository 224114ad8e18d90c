"""The whole route with a canary in every text: each mail that arrives has safe fields only, and its reader may read.

A new sentence of `approvals/notices.py` fails the suite until the walk below makes it go out.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.mail import EmailMessage
from django.db.models import Q
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from approvals import advice, clock, due, outbox, private, signing
from approvals.demo import walk
from approvals.demo.papers import made_up
from approvals.matters import MATTERS
from approvals.models import Advice, Notice, OutsideRequest, Override, RecordedDecision
from approvals.notices import SENTENCES
from decisions import policy, working_days
from decisions.models import Access, Body, Version
from decisions.snapshot import labelled, load
from pcd.people import changes, offices
from pcd.people.models import Holding, Office, User
from tests import canaries
from tests.attached import attach, signed_pdf
from tests.canaries import PART1_CANARY, PART2_CANARY, paper_with_canaries
from tests.drafting import signed_in, url
from tests.post import Mail, Postbox, mail_server, notify_server, sending
from tests.test_comments import comment, first_paragraph

pytestmark = pytest.mark.django_db

People = Mapping[str, User]
#: The word of all that is said about a paper: questions, answers, advice, comments, reasons.
INSIDE = "Jabberwock"
CANARIES = (PART1_CANARY, PART2_CANARY, INSIDE)
LINK = r"http://localhost/papers/[0-9a-f-]{36}/"
REFERENCE = r"(?:PCD \d+|Decision paper)"
SUBJECTS = "|".join(re.escape(row.subject) for row in SENTENCES)
TEXTS = "|".join(re.escape(row.text) for row in SENTENCES)
NOTHING_OF_IT = "This message says nothing of its content."
#: Of no paper: an account, an office, a change by two people.
MATTER_LINK = r"http://localhost/[0-9a-z/-]*"
MATTER_SUBJECTS = "|".join(re.escape(row.subject) for row in MATTERS)
KINDS = f"(?:{'|'.join(re.escape(kind.words) for kind in changes.KINDS.values())})"
MATTER_TEXTS = "|".join(re.escape(row.text).replace(re.escape("{kind}"), KINDS) for row in MATTERS)
CLOSINGS = "|".join(re.escape(row.closing) for row in MATTERS if row.closing)
ROW = f"(?:{REFERENCE}: (?:{SUBJECTS})\n{LINK}|Decision register: (?:{MATTER_SUBJECTS})\n{MATTER_LINK})"
#: All that a mail may say: one notice, or a day's.
SAFE = (
    (f"{REFERENCE}: (?:{SUBJECTS})", f"(?:{TEXTS})\n\n{LINK}\n\nSign in to see it. {NOTHING_OF_IT}\n"),
    (
        f"Decision register: (?:{MATTER_SUBJECTS})",
        f"(?:{MATTER_TEXTS})\n\n{MATTER_LINK}\n\n(?:Sign in to see it. {NOTHING_OF_IT}\n|{CLOSINGS})",
    ),
    (
        r"Decision register: \d+ notices",
        f"(?:{ROW}\n\n)+Sign in to see them. {NOTHING_OF_IT}\n",
    ),
)


def unsafe(subject: str, text: str, whole: str) -> list[str]:
    """Return what a mail says beyond what it may."""
    found = [word for word in CANARIES if word.lower() in whole.lower()]
    if not any(re.fullmatch(one, subject) and re.fullmatch(other, text) for one, other in SAFE):
        found.append(f"{subject}: {text}")
    return found


@pytest.fixture(params=[mail_server, notify_server], ids=["smtp", "notify"])
def box(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Postbox]:
    """Where the mails arrive, by either way."""
    with request.param(settings) as box:
        yield box


@pytest.fixture
def sent_to(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, bool]]:
    """Whom each notice went to, and whether they stood among the paper's readers when it did."""
    sent: list[tuple[str, str, bool]] = []
    made = outbox.message

    def watched(notices: list[Notice]) -> EmailMessage:
        for row in notices:
            if row.version is None:
                sent.append((row.asks, row.person.email, row.person.is_active))
                continue
            readers = {one.person_id for one in policy.readers(row.version.decision, Access.PART1)}
            sent.append((row.asks, row.person.email, row.person_id in readers and row.person.is_active))
        return made(notices)

    monkeypatch.setattr(outbox, "message", watched)
    return sent


def test_no_mail_of_any_event_says_a_word_of_a_paper_or_goes_to_who_may_not_read_it(
    people: People,
    box: Postbox,
    sent_to: list[tuple[str, str, bool]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    act = sending()
    for module in (walk, canaries):
        monkeypatch.setattr(module, "perform", act)
    whole_route(people, act, monkeypatch)

    mails: list[Mail] = box.mails
    assert [
        (mail.to, found) for mail in mails if (found := unsafe(mail.subject, mail.text, mail.whole))
    ] == []
    assert [row for row in sent_to if not row[2]] == []
    assert sorted(to for _, to, _ in sent_to) == sorted(mail.to for mail in mails)
    exercised = set(Notice.objects.exclude(version=None).exclude(sent_at=None).values_list("asks", flat=True))
    assert exercised == {row.key for row in SENTENCES}, "a sentence that this walk does not make go out"
    for person in people.values():
        notices = list(Notice.objects.filter(person=person))
        if len(notices) > 1:
            daily = outbox.message(notices)
            assert unsafe(str(daily.subject), str(daily.body), daily.message().as_string()) == []


def test_no_mail_of_an_account_or_an_office_names_anybody_and_each_goes_out(
    people: People,
    box: Postbox,
    sent_to: list[tuple[str, str, bool]],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    a_password_is_forgotten(people["auditor"], settings)
    offices_change(people)
    nobody_agrees(people, monkeypatch)
    told = set(Notice.objects.exclude(sent_at=None).values_list("asks", "person__username"))
    assert told == {
        ("new_password", "auditor"),
        ("no_password", "auditor"),
        ("no_password_yet", "auditor"),
        ("no_second_factor", "auditor"),
        ("change_waits", "governance"),
        ("change_waits", "governance2"),
        ("change_lapses_soon", "governance"),
        ("change_lapses_soon", "governance2"),
        ("change_lapsed", "admin"),
        ("change_agreed", "admin"),
        ("change_turned_down", "admin"),
        ("office_begins", "officer2"),
        ("private_office_begins", "equality"),
        ("private_office_named", "chief"),
        ("private_office_ends", "equality"),
        ("private_office_left", "chief"),
    }
    names = [person.full_name for person in people.values()]
    assert [
        (mail.to, found)
        for mail in box.mails
        if (found := unsafe(mail.subject, mail.text, mail.whole))
        or any(name in f"{mail.subject}{mail.text}" for name in names)
    ] == []
    assert [row for row in sent_to if not row[2]] == []
    exercised = set(Notice.objects.filter(version=None).exclude(sent_at=None).values_list("asks", flat=True))
    assert exercised == {row.key for row in MATTERS}, "a matter that is not made to go out above"


def a_password_is_forgotten(person: User, settings: Settings) -> None:
    """Somebody asks for a link, and again for each reason why none goes out."""

    def asks() -> None:
        Client().post("/accounts/password/forgotten/", {"email": person.email})
        outbox.send_waiting()

    asks()
    settings.SECOND_FACTOR_REQUIRED = True
    asks()
    person.set_unusable_password()
    person.save()
    asks()
    SocialAccount.objects.create(user=person, provider="sso", uid="as-there")
    asks()
    settings.SECOND_FACTOR_REQUIRED = False


def offices_change(people: People) -> None:
    """An appointment is agreed to, a delegation is turned down, and a private office begins and ends."""
    admin, chief = people["admin"], Office.objects.get(key="chief-executive")
    held = {"acting": True, "reads_part2": False, "since": "", "last_day": "2099-12-31"}
    one = changes.propose("appointment", chief.pk, by=admin, person=people["officer2"], **held)
    no = changes.propose("passed_step", Body.objects.get().pk, by=admin, step="head_of_service",
        words=f"{INSIDE}.", since="2099-01-01", last_day="")  # fmt: skip
    outbox.send_waiting()
    changes.decide(one, by=people["governance"], agrees=True)
    changes.decide(no, by=people["governance"], agrees=False, reason=f"{INSIDE}.")
    outbox.send_waiting()
    offices.end(Holding.objects.get(person=people["officer2"], office=chief), by=admin)
    until = timezone.now() + timedelta(days=1)
    row = private.name(chief, people["equality"], by=people["chief"], until=until, reads_part2=False)
    outbox.send_waiting()
    offices.end_private_office(row, by=people["chief"])
    outbox.send_waiting()


def nobody_agrees(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change waits until it lapses."""
    changes.propose("passed_step", Body.objects.get().pk, by=people["admin"], step="head_of_service",
        words=f"{INSIDE}.", since="2099-01-01", last_day="")  # fmt: skip
    for days in (29, 31):
        with later(monkeypatch, days):
            clock.tell_of_offices()
            outbox.send_waiting()


def whole_route(people: People, act: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything happen that anybody is told of."""
    part_2_is_moved_and_a_file_is_checked(people, act)
    one_is_handed_over_and_withdrawn(people, act)
    one_is_advised_otherwise_and_taken_back(people, act)
    one_is_decided_by_the_substitute(people, act)
    version = paper_with_canaries(people, inside=INSIDE)
    today = timezone.localdate()
    version.part2_papers.update(review_on=today + timedelta(days=37))
    act(version.pk, "add_co_drafter", by=people["officer"], to=people["officer2"], with_part2=False)
    advice_is_late(version, people, act)
    walk.advise(version, people, "legal")
    walk.bring(load(version.pk), people, "with_chief_executive")
    act(version.pk, "return_for_amendment", by=people["chief"], reason=f"{INSIDE}!")
    walk.bring(load(version.pk), people, "decided")
    nothing_happens_on_its_day(version, people, act, monkeypatch)
    joint_record_is_not_confirmed(version, people, act)
    canaries.bring(load(version.pk), people, "published")
    for days in (30, 37):
        with later(monkeypatch, days):
            clock.remind_of_exemptions()
            outbox.send_waiting()


@contextmanager
def later(monkeypatch: pytest.MonkeyPatch, days: int) -> Iterator[None]:
    """So many days have passed."""
    then = timezone.now() + timedelta(days=days)
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "now", lambda: then)
        yield


def part_2_is_moved_and_a_file_is_checked(people: People, act: Any) -> None:
    version = walk.draft(made_up(1, f"{PART1_CANARY} masts"), people)
    for area in ("legal", "finance"):
        act(version.pk, "request_advice", by=people["officer"], adviser=people[area], area=area, with_part2=False,
            message=f"{INSIDE}?")  # fmt: skip
    attach(version, people["officer"], signed_pdf(PART1_CANARY), "pdf", as_it_is=True)
    clock.ask_to_check()
    outbox.send_waiting()
    secret = f"{PART2_CANARY} Holdings bid lowest"
    on = f"paragraph:{first_paragraph(version).pk}"
    assert comment(version, people["legal"], f"Is it true that {secret}?", on).status_code == 303
    moved = {"words": secret, "then": "move"}
    assert signed_in(people["officer"]).post(url("paper-moved", version), moved).status_code == 303
    outbox.send_waiting()


def one_is_handed_over_and_withdrawn(people: People, act: Any) -> None:
    """Who takes a paper over leaves, and so does everybody who could endorse it."""
    version = walk.bring(
        walk.draft(made_up(2, f"{PART1_CANARY} boats"), people), people, "with_chief_executive"
    )
    act(version.pk, "hand_over", by=people["officer"], to=people["officer2"], reason=f"{INSIDE}.")
    gone = Holding.objects.current().filter(Q(person=people["officer2"]) | Q(office__role="chief_executive"))
    back = [
        Holding(office=row.office, person=row.person) for row in gone.own().select_related("office", "person")
    ]
    gone.update(until=Now())
    clock.look_after_drafts()
    clock.let_in_successors()
    outbox.send_waiting()
    for row in back:
        row.save(force_insert=True)
    act(version.pk, "withdraw", by=people["governance"], reason=f"{INSIDE}.")


def one_is_advised_otherwise_and_taken_back(people: People, act: Any) -> None:
    """A request is handed on, somebody outside is asked, an adviser objects late, and the decision is rescinded."""
    colleague = User.objects.create_user("legal2", full_name="Anselm Greaves", email="legal2@pcd.example")
    Holding.objects.create(office=Office.objects.get(key="legal"), person=colleague)
    version = walk.draft(made_up(4, f"{PART1_CANARY} kennels"), people)
    for area in ("legal", "equality"):
        act(version.pk, "request_advice", by=people["officer"], adviser=people[area], area=area, with_part2=True,
            message=f"{INSIDE}?")  # fmt: skip
    act(version.pk, "hand_advice_on", by=people["legal"], to=colleague, reason=f"{INSIDE}.")
    second = User.objects.create_user("equality2", full_name="Isolde Brandt", email="equality2@pcd.example")
    Holding.objects.create(office=Office.objects.get(key="equality"), person=second)
    gone = act(version.pk, "request_advice", by=people["officer"], adviser=second, area="equality", with_part2=False,
        message=f"{INSIDE}?", due_on=timezone.localdate())  # fmt: skip
    Holding.objects.filter(person=second).update(until=Now())
    due.remind(load(gone.pk), timezone.localdate() + timedelta(days=1))
    outbox.send_waiting()
    act(version.pk, "ask_outsider", by=people["officer"], name="Hester Vane", organisation="Vane Chambers",
        email="hester@chambers.example", area="legal", question=f"{INSIDE}?", chosen=["section:legal"],
        code="2345-ABCD-6789", with_part2=False, until=timezone.localdate() + timedelta(days=7))  # fmt: skip
    asked = reverse("outside", args=[OutsideRequest.objects.get().pk])
    outsider = Client()
    opened: Any = outsider.post(asked, {"code": "2345-ABCD-6789"})
    answered = {"token": opened.context["token"], "outcome": "content", "text": f"{INSIDE}."}
    assert outsider.post(asked, answered).status_code == 200
    outbox.send_waiting()
    shown = advice.shown(load(version.pk), colleague)
    act(version.pk, "give_advice", by=colleague, outcome="content", text="", digest=shown)
    walk.advise(load(version.pk), people, "finance")
    walk.bring(load(version.pk), people, "with_head_of_service")
    shown = advice.shown(load(version.pk), people["equality"])
    act(
        version.pk,
        "give_advice",
        by=people["equality"],
        outcome="not_content",
        text=f"{INSIDE}!",
        digest=shown,
    )
    given = Advice.objects.get(request__version=version, outcome="not_content")
    act(version.pk, "answer_advice", by=people["officer"], advice=given, text=f"{INSIDE}.")
    walk.bring(load(version.pk), people, "decided")
    shown = signing.shown(load(version.pk))
    act(version.pk, "rescind", by=people["dmpc"], digest=shown, reason=f"{INSIDE}.")


def one_is_decided_by_the_substitute(people: People, act: Any) -> None:
    """The decision maker takes no part; who holds the office too has written, and acts under an override."""
    version = walk.bring(
        walk.draft(made_up(5, f"{PART1_CANARY} vans"), people), people, "with_decision_maker"
    )
    walk.be_small(people)
    Holding.objects.create(office=Office.objects.get(key="dmpc"), person=people["head"])
    for answer in ("refuse_record", "attest_decision"):
        decided_elsewhere(people, act, answer)
    act(version.pk, "withdraw_from_deciding", by=people["dmpc"], interest=f"{INSIDE}.")
    clock.let_in_successors()
    outbox.send_waiting()
    act(version.pk, "ask_override", by=people["head"], reason=f"{INSIDE}.")
    refused = Override.objects.get()
    act(version.pk, "refuse_override", by=people["governance2"], override=refused, reason=f"{INSIDE}.")
    outbox.send_waiting()
    act(version.pk, "ask_override", by=people["head"], reason=f"{INSIDE}!")
    override = Override.objects.latest("asked_at")
    act(version.pk, "agree_to_override", by=people["governance"], override=override)
    walk.be_small(people, small=False)
    Holding.objects.filter(office__role="decision_maker", person=people["head"]).update(until=Now())


def decided_elsewhere(people: People, act: Any, answer: str) -> None:
    """What was decided at a meeting is recorded, and a second person answers."""
    version = walk.bring(
        walk.draft(made_up(6, f"{PART1_CANARY} huts"), people), people, "with_decision_maker"
    )
    outcomes = {str(row.pk): {"outcome": "approved"} for _, row in labelled(version)}
    about = {"present": INSIDE, "original": INSIDE, "file": PART2_CANARY.encode(), "interests": INSIDE}
    act(version.pk, "record_decision", by=people["governance2"], digest=signing.shown(version), how="oral",
        decided_at=timezone.now(), meeting_on=timezone.localdate(), decider=people["dmpc"], outcomes=outcomes,
        **about)  # fmt: skip
    row = RecordedDecision.objects.latest("at")
    act(version.pk, answer, by=people["governance"], recorded=str(row.pk), reason=INSIDE)


def advice_is_late(version: Version, people: People, act: Any) -> None:
    """Finance is asked, asks back, is reminded, is late and is chased."""
    holidays = working_days.bank_holidays()
    on = working_days.after(timezone.localdate(), 5, holidays)
    act(version.pk, "request_advice", by=people["officer"], adviser=people["finance"], area="finance",
        with_part2=True, due_on=on, message=f"{INSIDE}?")  # fmt: skip
    act(version.pk, "ask", by=people["finance"], to=people["officer"], text=f"{INSIDE}?")
    question = version.questions.get()
    act(version.pk, "answer", by=people["officer"], question=str(question.pk), text=f"{INSIDE}.")
    for day in (working_days.before(on, holidays), on + timedelta(days=1)):
        due.remind(load(version.pk), day)
        outbox.send_waiting()
    request = version.advice_requests.get(area="finance")
    act(version.pk, "chase_advice", by=people["officer"], request=request)
    shown = advice.shown(load(version.pk), people["finance"])
    act(version.pk, "give_advice", by=people["finance"], outcome="content", text=f"{INSIDE}.", digest=shown)


def nothing_happens_on_its_day(
    version: Version, people: People, act: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Publication is deferred, the end comes near, comes, and is past; then the deferral ends."""
    until = timezone.localdate() + timedelta(days=7)
    act(version.pk, "defer", by=people["governance"], reason=f"{INSIDE}.", until=until)
    clock.remind_of_deferrals()
    outbox.send_waiting()
    with later(monkeypatch, 7):
        clock.remind_of_deferrals()
        outbox.send_waiting()
    act(version.pk, "end_deferral", by=people["governance"], reason=f"{INSIDE}.")


def joint_record_is_not_confirmed(version: Version, people: People, act: Any) -> None:
    """One record is wrong, the next is right: the other body declined. It agrees later (`canaries.bring`)."""
    decider = version.joint_deciders.get()
    for agrees in (False, True):
        act(version.pk, "record_joint_decision", by=people["governance2"], decider=str(decider.pk), declined=True,
            decided_on=date(2026, 1, 2), reference=f"{PART1_CANARY} there", file=PART2_CANARY.encode())  # fmt: skip
        row = version.joint_decisions.latest("at")
        act(version.pk, "confirm_joint_decision", by=people["governance"], recorded=str(row.pk), agrees=agrees,
            reason="" if agrees else f"{INSIDE}.")  # fmt: skip
