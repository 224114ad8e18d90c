"""Somebody outside is asked once: a link and a code apart, what was shared and nothing else, one answer."""

import time
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

from approvals import advice, clock, outside, timeline
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, made_up
from approvals.models import (
    Notice,
    OutsideAnswer,
    OutsideCode,
    OutsideEnd,
    OutsideMail,
    OutsideRequest,
    OutsideVisit,
)
from approvals.workflow import NotAllowed, Refused, perform
from decisions import policy
from decisions.models import Access, MovedWords, Paragraph, Part2Reading, Version
from decisions.snapshot import load
from pcd import trail
from pcd.people import accounts
from pcd.people.models import User
from tests.attached import attach
from tests.drafting import signed_in, text_of
from tests.pages import assert_valid_html
from tests.signing import sign_in
from tests.test_route_guards import refuses, run

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


def end(row: OutsideRequest, person: User) -> None:
    perform(row.version_id, "end_outside", by=person, request=row)


def too_late(row: OutsideRequest, token: str, **typed: str) -> None:
    """Somebody who was inside sends what can be taken no more: their words are shown to them, and nothing else."""
    answer: Any = Client().post(page_of(row), {"token": token, **typed})
    assert answer.status_code == 409
    assert_valid_html(answer.content.decode())
    assert "This came too late" in text_of(answer)
    assert typed["text"] in text_of(answer)
    for word in ("hyacinth", "jonquil", "Signal masts"):
        assert word not in answer.content.decode()
    assert not OutsideAnswer.objects.exists()


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
    again = client.post(address, typed, follow=True)
    assert again.redirect_chain == [(again.request["PATH_INFO"], 303)], "a second click asks nobody twice"
    assert OutsideRequest.objects.count() == 1
    assert "Their code was shown once" in text_of(again)
    assert_valid_html(again.content.decode())
    first, inside = opened(row, code)
    assert "The hyacinth clause." in text_of(inside)

    new = client.post(again.request["PATH_INFO"], {"request": str(row.pk)})
    assert_valid_html(new.content.decode())
    assert new.context["code"] in new.content.decode()
    assert new.context["code"] != code
    assert "This is not the code" in text_of(opened(row, code)[1]), "the new code ends the old one"
    assert "hyacinth" not in text_of(first.post(page_of(row), {"token": inside.context["token"], **ANSWER}))
    assert "The hyacinth clause." in text_of(opened(row, new.context["code"])[1])
    said = {(line.did, line.note) for line in timeline.lines(version)}
    assert ("made a new code for somebody outside", "namely Hester Vane, Vane Chambers") in said


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
    again = client.post(page_of(row), {"token": page.context["token"], **ANSWER, "outcome": "content"})
    assert (again.status_code, again.content) == (200, done.content), "a second click finds its work done"
    other = client.post(page_of(row), {"token": page.context["token"], "text": "And of larkspur."})
    assert other.status_code == 409
    assert "Your advice has been sent before" in text_of(other)
    assert "And of larkspur." in text_of(other), "what was typed besides is not lost"
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
    for sent in (ANSWER, {**ANSWER, "code": "2345-ABCD-6789"}):
        too_late(row, page.context["token"], **sent)
    assert "snapdragon" not in text_of(
        Client().post(page_of(row), {"token": page.context["token"], "file": "x"})
    )
    assert Client().get(page_of(row)).status_code == 404


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


def test_whoever_keeps_the_paper_or_asked_ends_a_link_and_it_opens_nothing_any_more(
    version: Version, people: People, settings: Settings
) -> None:
    perform(version.pk, "request_advice", by=people["officer"], adviser=people["legal"], area="legal",
            with_part2=True)  # fmt: skip
    row = ask(version, people["legal"], f"part2:{version.part2_papers.get().pk}", with_part2=True)
    other = ask(version, people["officer"], "summary")
    _, page = opened(row)
    address = reverse("act", args=[version.decision_id, "end_outside"])
    asks = {
        who: [*signed_in(people[who]).get(address).context["form"].offers] for who in ("officer", "legal")
    }
    assert asks == {"officer": [str(row.pk), str(other.pk)], "legal": [str(row.pk)]}
    assert signed_in(people["finance"]).get(address).status_code == 404
    for person in (people["governance"], people["finance"]):
        with pytest.raises(NotAllowed):
            end(row, person)
    with pytest.raises(Refused, match="ended already"):
        end(other, people["legal"])

    officer = signed_in(people["officer"])
    assert_valid_html(officer.get(address).content.decode())
    assert "Choose the link" in text_of(officer.post(address, {}))
    sent = [officer.post(address, {"request": str(row.pk)}, follow=True) for _ in range(2)]
    assert "ended a link to somebody outside" in text_of(sent[0])
    assert "You have ended this link already." in text_of(sent[1])
    assert "Hester Vane, Vane Chambers Ended" in text_of(sent[1])
    assert_valid_html(sent[1].content.decode())
    too_late(row, page.context["token"], **ANSWER)
    assert [Client().get(page_of(row)).status_code, opened(row)[1].status_code] == [404, 404]
    assert opened(other)[1].status_code == 200
    acts = trail.entries("decision", version.decision_id).filter(verb="end_outside")
    assert [(one.actor_id, one.detail["person"]) for one in acts] == [
        (str(people["officer"].pk), "Hester Vane, Vane Chambers")
    ]
    settings.EMAIL_HOST = "mail.example"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert clock.send_links() == 1, "an ended link is not sent any more"

    end(other, people["officer"])
    assert address not in officer.get(reverse("paper", args=[version.decision_id])).content.decode()
    before = outside.of(version).count()
    perform(version.pk, "ask_outsider", by=people["legal"], question="Again?", chosen=["summary"], code="X",
            until=row.until, with_part2=False, **WHOM)  # fmt: skip
    assert outside.of(version).count() == before + 1, "the same person can be asked anew"


def test_the_database_takes_no_answer_once_the_link_was_ended_and_no_end_once_it_was_answered(
    version: Version, people: People
) -> None:
    row, other = (ask(version, people["officer"], "section:legal") for _ in range(2))
    for one in (row, other):
        opened(one)
    end(row, people["officer"])
    assert refuses(lambda: OutsideAnswer.objects.create(request=row, outcome="content"))
    assert refuses(run("delete from approvals_outsideend"))
    assert refuses(run("update approvals_outsideend set by_id = by_id"))
    OutsideAnswer.objects.create(request=other, outcome="content")
    assert refuses(lambda: OutsideEnd.objects.create(request=other, by=people["officer"]))
    for one in (row, other):
        assert refuses(lambda: OutsideCode.objects.create(request=one, by=people["officer"], code="x"))  # noqa: B023
    third = ask(version, people["officer"], "section:legal")
    assert refuses(lambda: OutsideCode.objects.create(request=third, by=people["legal"], code="x"))


def test_what_was_guessed_before_a_new_code_does_not_count_against_it(
    version: Version, people: People
) -> None:
    row = ask(version, people["officer"], "section:legal")
    wrong, new = "AAAA-BBBB-2222", "5555-EEEE-7777"
    for _ in range(outside.TRIES - 1):
        opened(row, wrong)
    perform(version.pk, "renew_outside_code", by=people["officer"], request=row, code=new)
    opened(row, wrong)
    _, page = opened(row, new)
    assert Client().post(page_of(row), {"token": page.context["token"], **ANSWER}).status_code == 200
    assert OutsideAnswer.objects.filter(request=row).exists()


def test_whoever_makes_a_new_code_may_read_what_it_opens(version: Version, people: People) -> None:
    key = f"part2:{version.part2_papers.get().pk}"
    perform(version.pk, "request_advice", by=people["officer"], adviser=people["legal"], area="legal",
            with_part2=True)  # fmt: skip
    row = ask(version, people["legal"], key, with_part2=True)
    with pytest.raises(NotAllowed):
        perform(version.pk, "renew_outside_code", by=people["officer"], request=row, code="X")
    policy.end_grants(version.decision, person=people["legal"], access=Access.PART2, by=None)
    with pytest.raises(Refused, match="no link"):
        perform(version.pk, "renew_outside_code", by=people["legal"], request=row, code="X")


def test_a_page_left_open_too_long_asks_for_the_code_again_and_keeps_what_was_typed(
    version: Version, people: People
) -> None:
    row = ask(version, people["officer"], "section:legal", f"file:{version.attachments.get().pk}")
    _, page = opened(row)
    token, file = page.context["token"], str(page.context["files"][0].id)
    with pytest.MonkeyPatch.context() as patched:
        later = time.time() + 13 * 60 * 60
        patched.setattr("django.core.signing.time.time", lambda: later)
        held = Client().post(page_of(row), {"token": token, **ANSWER})
        assert_valid_html(held.content.decode())
        assert "Enter the code" in text_of(held)
        assert ANSWER["text"] in text_of(held)
        assert "hyacinth" not in held.content.decode() + text_of(
            Client().post(page_of(row), {"token": token, "file": file})
        )
        wrong = Client().post(page_of(row), {"token": token, **ANSWER, "code": "x"})
        assert ANSWER["text"] in text_of(wrong)
        assert "This is not the code" in text_of(wrong)
        assert not OutsideAnswer.objects.exists()
        inside = Client().post(page_of(row), {"token": token, **ANSWER, "code": "2345-ABCD-6789"})
        assert "hyacinth" in text_of(inside)
        assert (inside.context["form"]["text"].value(), inside.context["form"]["outcome"].value()) == (
            ANSWER["text"],
            ANSWER["outcome"],
        )
        assert "error" not in inside.content.decode()
        done = Client().post(page_of(row), {"token": inside.context["token"], **ANSWER})
    assert "Your advice has been sent" in text_of(done)
    assert Client().post(page_of(row), {"token": f"{token}x", **ANSWER}).status_code == 404


def test_wrong_codes_are_counted_from_the_new_code_on(version: Version, people: People) -> None:
    row = ask(version, people["officer"], "section:legal")
    for _ in range(outside.TRIES - 1):
        opened(row, "WRONG")
    perform(version.pk, "renew_outside_code", by=people["officer"], request=row, code="7777-HHHH-4444")
    after = [OutsideVisit(request=row, right=False, at=timezone.now()) for _ in range(outside.TRIES)]
    OutsideVisit.objects.bulk_create(after[1:])
    assert "hyacinth" in text_of(opened(row, "7777-HHHH-4444")[1])
    after[0].save()
    assert opened(row, "7777-HHHH-4444")[1].status_code == 404
    with pytest.raises(Refused, match="no link"):
        perform(version.pk, "renew_outside_code", by=people["officer"], request=row, code="X")
