"""Somebody outside is asked once: a link and a code apart, what was shared and nothing else, one answer."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from approvals import advice, clock, outside
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, made_up
from approvals.models import Notice, OutsideAnswer, OutsideMail, OutsideRequest
from approvals.workflow import Refused, perform
from decisions import policy
from decisions.models import Access, MovedWords, Paragraph, Part2Reading, Version
from decisions.snapshot import load
from pcd import trail
from pcd.people import accounts
from pcd.people.models import User
from tests.attached import attach
from tests.drafting import signed_in, text_of
from tests.signing import sign_in

pytestmark = pytest.mark.django_db

People = Mapping[str, User]
WHOM = {
    "name": "Hester Vane",
    "organisation": "Vane Chambers",
    "email": "hester@chambers.example",
    "area": "legal",
}
ANSWER = {"outcome": "with_conditions", "text": "Only with a break clause of snapdragon."}


@pytest.fixture(autouse=True)
def _nobody_has_tried(db: None) -> None:
    cache.clear()


@pytest.fixture
def version(people: People) -> Version:
    """A paper with a Part 2 and a file."""
    version = walk.draft(replace(made_up(1, "Signal masts"), part2=CUSTODY), people)
    attach(version, people["officer"], b"foxglove,1\r\n")
    Paragraph.objects.filter(section__version=version, section__kind="legal").update(
        text="The hyacinth clause."
    )
    Paragraph.objects.filter(section__version=version, section__kind="financial").update(
        text="The iris budget."
    )
    return load(version.pk)


def ask(version: Version, person: User, *chosen: str, with_part2: bool = False, code: str = "2345-ABCD-6789",
        days: int = 7) -> OutsideRequest:  # fmt: skip
    before = OutsideRequest.objects.count()
    whom = {**WHOM, "email": f"hester{before or ''}@chambers.example"}
    perform(version.pk, "ask_outsider", by=person, question="Is the jonquil lawful?", chosen=chosen, code=code,
            with_part2=with_part2, until=timezone.localdate() + timedelta(days=days), **whom)  # fmt: skip
    return OutsideRequest.objects.latest("at")


def page_of(row: OutsideRequest) -> str:
    return reverse("outside", args=[row.pk])


def opened(row: OutsideRequest, code: str = "2345-ABCD-6789") -> tuple[Client, Any]:
    client = Client()
    return client, client.post(page_of(row), {"code": code})


def test_the_officer_asks_and_is_shown_the_code_once(
    version: Version, people: People, settings: Settings
) -> None:
    client = sign_in(Client(), people["officer"])
    address = reverse("act", args=[version.decision_id, "ask_outsider"])
    until = timezone.localdate() + timedelta(days=7)
    typed = {
        **WHOM,
        **{"question": "Is it lawful?", "chosen": ["section:legal"]},
        **{"until_day": until.day, "until_month": until.month, "until_year": until.year},
    }
    page = client.post(address, typed)
    assert page.status_code == 200, text_of(page)
    code = page.context["code"]
    row = OutsideRequest.objects.get()
    assert code in page.content.decode()
    assert code not in row.code
    assert code.replace("-", "") not in row.code
    assert code not in client.get(reverse("paper", args=[version.decision_id])).content.decode()
    assert client.post(address, typed).status_code == 303, "a second click asks nobody twice"
    assert OutsideRequest.objects.count() == 1
    assert "The hyacinth clause." in text_of(opened(row, code)[1])


def test_the_link_shows_exactly_what_was_shared_as_it_was_then(version: Version, people: People) -> None:
    file = version.attachments.get()
    row = ask(version, people["officer"], "section:legal", f"file:{file.pk}")
    Paragraph.objects.filter(section__version=version, section__kind="legal").update(
        text="The kalmia clause."
    )
    client, page = opened(row)
    shown = text_of(page)
    assert "The hyacinth clause." in shown
    assert "Is the jonquil lawful?" in shown
    for word in ("kalmia", "iris", "marigold", "Signal masts"):
        assert word not in shown
    token = page.context["token"]
    got = client.post(page_of(row), {"token": token, "file": str(page.context["files"][0].id)})
    assert got.content.startswith(b"foxglove")
    assert "attachment" in got["Content-Disposition"]
    assert client.post(page_of(row), {"token": token, "file": str(uuid4())}).status_code == 404
    assert client.get(reverse("paper", args=[version.decision_id])).status_code == 302, (
        "no account comes of it"
    )


def test_before_the_code_the_page_says_nothing_of_the_paper(version: Version, people: People) -> None:
    row = ask(version, people["officer"], "section:legal", "summary")
    page = text_of(Client().get(page_of(row)))
    assert "Enter the code" in page
    for word in ("hyacinth", "jonquil", "Hester", "Signal masts", version.summary[:20]):
        assert word not in page


def test_one_answer_informs_the_adviser_and_counts_for_nothing_mandatory(
    version: Version, people: People
) -> None:
    perform(version.pk, "request_advice", by=people["officer"], adviser=people["legal"], area="legal",
            with_part2=True)  # fmt: skip
    row = ask(version, people["legal"], "section:legal")
    client, page = opened(row)
    done = client.post(page_of(row), {"token": page.context["token"], **ANSWER, "outcome": "content"})
    assert "Your advice has been sent" in text_of(done)
    assert "legal" not in advice.consulted(load(version.pk))
    assert "The legal adviser has been asked and has not answered yet." in advice.why_not(load(version.pk))
    told = set(Notice.objects.filter(asks="outside_answered").values_list("person__username", flat=True))
    assert told == {"legal", "officer"}
    for name, reads in (("legal", True), ("officer", True)):
        shown = text_of(signed_in(people[name]).get(reverse("paper", args=[version.decision_id])))
        assert ("snapdragon" in shown) is reads
    assert client.post(page_of(row), {"token": page.context["token"], **ANSWER}).status_code == 404
    assert OutsideAnswer.objects.count() == 1


def test_who_has_no_part_in_the_paper_does_not_read_the_answer(version: Version, people: People) -> None:
    row = ask(version, people["officer"], "section:legal")
    client, page = opened(row)
    client.post(page_of(row), {"token": page.context["token"], **ANSWER})
    walk.bring(version, people, "with_head_of_service")
    shown = text_of(signed_in(people["governance"]).get(reverse("paper", args=[version.decision_id])))
    assert "Hester Vane" in shown
    assert "snapdragon" not in shown
    with connection.cursor() as cursor:
        for table in ("approvals_outsiderequest", "approvals_outsideanswer", "approvals_enclosure", "pcd_trailentry",
                      "approvals_notice"):  # fmt: skip
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")
            text = cursor.fetchone()[0]
            assert not [word for word in ("snapdragon", "hyacinth", "jonquil") if word in text], table


def test_wrong_expired_and_used_links_are_missing_alike(version: Version, people: People) -> None:
    wrong, expired, used = (ask(version, people["officer"], "section:legal") for _ in range(3))
    for _ in range(outside.TRIES):
        last = Client().post(page_of(wrong), {"code": "2345-ABCD-678A"})
    client, page = opened(used)
    client.post(page_of(used), {"token": page.context["token"], **ANSWER})
    late = ask(version, people["officer"], "section:legal", days=0)
    with pytest.MonkeyPatch.context() as patched:
        tomorrow = timezone.localdate() + timedelta(days=9)
        patched.setattr(timezone, "localdate", lambda *given: tomorrow)
        gone = [Client().get(page_of(row)) for row in (wrong, expired, late, used)]
    gone += [
        last,
        Client().get(page_of(wrong)),
        Client().get(page_of(used)),
        Client().get(f"/outside/{uuid4()}/"),
    ]
    gone.append(Client().post(page_of(wrong), {"code": "2345-ABCD-6789"}))
    assert {row.status_code for row in gone} == {404}
    assert len({row.content for row in gone}) == 1


def test_a_link_dies_with_the_decision(version: Version, people: People) -> None:
    row = ask(version, people["officer"], "section:legal")
    _, page = opened(row)
    walk.bring(version, people, "decided")
    assert Client().post(page_of(row), {"token": page.context["token"], **ANSWER}).status_code == 404


@pytest.mark.parametrize("part2", [False, True])
def test_a_link_ends_with_the_access_of_whoever_shared_it(
    version: Version, people: People, *, part2: bool
) -> None:
    perform(version.pk, "request_advice", by=people["officer"], adviser=people["legal"], area="legal",
            with_part2=True)  # fmt: skip
    key = f"part2:{version.part2_papers.get().pk}" if part2 else "section:legal"
    row = ask(load(version.pk), people["legal"], key, with_part2=part2)
    assert row in outside.unsent(timezone.localdate())
    assert outside.live(row.pk) == row
    policy.end_grants(version.decision, person=people["legal"], access=Access.PART2, by=None)
    assert (outside.live(row.pk) is None) == part2
    accounts.deactivate(people["legal"], by=people["admin"])
    assert outside.live(row.pk) is None
    assert opened(row)[1].status_code == 404
    assert row not in outside.unsent(timezone.localdate())


def test_a_code_of_another_link_opens_nothing(version: Version, people: People) -> None:
    one = ask(version, people["officer"], "section:legal")
    other = ask(version, people["officer"], "summary", code="9999-ZZZZ-8888")
    _, page = opened(one)
    assert Client().post(page_of(other), {"token": page.context["token"], **ANSWER}).status_code == 404
    assert "This is not the code" in text_of(opened(other)[1])
    assert "hyacinth" in text_of(opened(one, "2345abcd6789")[1]), "small letters and no lines between will do"


def test_too_many_tries_of_many_links_are_held_up(version: Version, people: People) -> None:
    rows = [ask(version, people["officer"], "summary") for _ in range(6)]
    answers = [Client().post(page_of(row), {"code": "x"}).status_code for row in rows for _ in range(4)]
    assert answers == [200] * 20 + [429] * 4


def test_part_2_is_shared_only_by_who_reads_it_and_says_so(version: Version, people: People) -> None:
    key = f"part2:{version.part2_papers.get().pk}"
    with pytest.raises(Refused, match="Confirm that you share it"):
        ask(version, people["officer"], key)
    row = ask(version, people["officer"], key, with_part2=True)
    assert row.with_part2
    assert Part2Reading.objects.filter(person=people["officer"], how="share").count() == 1
    page = opened(row)[1]
    assert "OFFICIAL-SENSITIVE" in text_of(page)
    assert part2_words() in text_of(page)
    perform(version.pk, "request_advice", by=people["officer"], adviser=people["legal"], area="legal",
            with_part2=False)  # fmt: skip
    with pytest.raises(Refused, match="has changed since you opened the page"):
        ask(load(version.pk), people["legal"], key, with_part2=True)
    form = signed_in(people["legal"]).get(reverse("act", args=[version.decision_id, "ask_outsider"]))
    assert "Part 2:" not in form.content.decode()


def part2_words() -> str:
    return CUSTODY.facts.split(".")[0][:30]


def test_everything_is_in_the_trail_by_their_name(version: Version, people: People) -> None:
    row = ask(version, people["officer"], "section:legal")
    opened(row, "WRONG")
    client, page = opened(row)
    client.post(page_of(row), {"token": page.context["token"], **ANSWER})
    verbs = [(one.verb, one.actor) for one in trail.entries("decision", version.decision_id)][-4:]
    them = "Hester Vane, Vane Chambers"
    assert verbs[1:] == [("outside_wrong_code", them), ("outside_opened", them), ("outside_answered", them)]
    assert verbs[0][0] == "ask_outsider"


def test_the_mail_holds_the_link_and_nothing_of_the_content_and_is_sent_once(
    version: Version, people: People, settings: Settings
) -> None:
    settings.EMAIL_HOST = "mail.example"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    row = ask(version, people["officer"], "section:legal")
    Notice.objects.update(sent_at=timezone.now())
    assert [clock.send_links() for _ in range(2)] == [1, 0]
    [sent] = mail.outbox
    assert sent.to == ["hester@chambers.example"]
    assert f"/outside/{row.pk}/" in sent.body
    for word in ("hyacinth", "jonquil", "2345", "Signal masts"):
        assert word not in f"{sent.subject}{sent.body}"
    assert OutsideMail.objects.get().request == row


def test_the_database_takes_no_answer_before_the_code(version: Version, people: People) -> None:
    row = ask(version, people["officer"], "section:legal")
    with pytest.raises(DatabaseError, match="nobody knew the code"), transaction.atomic():
        OutsideAnswer.objects.create(request=row, outcome="content")


def test_only_the_drafting_officer_and_the_legal_adviser_ask(version: Version, people: People) -> None:
    address = reverse("act", args=[version.decision_id, "ask_outsider"])
    for area in ("finance", "legal"):
        perform(version.pk, "request_advice", by=people["officer"], adviser=people[area], area=area,
                with_part2=False)  # fmt: skip
    opens = {name for name, person in people.items() if signed_in(person).get(address).status_code != 404}
    assert opens == {"officer", "legal"}


def test_a_link_ends_where_words_turned_out_to_belong_in_part_2(version: Version, people: People) -> None:
    row = ask(version, people["officer"], "section:legal")
    assert "The hyacinth clause." in text_of(opened(row)[1])
    MovedWords.objects.create(version=version, person=people["officer"], places=1, parts=["section:legal"])
    assert opened(row)[1].status_code == 404
