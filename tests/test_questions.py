"""Questions beside the text: asked and answered in words, and nothing moves or falls (design.md 3, ask and answer)."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from approvals import advice
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, made_up
from approvals.models import Answer, Notice, Question
from approvals.outbox import message
from approvals.signing import shown
from approvals.workflow import Refused, perform
from decisions.models import Version
from decisions.snapshot import load
from pcd.people import offices
from pcd.people.models import Holding, User
from tests.drafting import signed_in, text_of
from tests.pages import assert_valid_html

pytestmark = pytest.mark.django_db

People = Mapping[str, User]
ASKED, SAID = "Why three vans and not two?", "Because one is always in repair."


@pytest.fixture
def version(people: People) -> Version:
    """A paper that waits for the decision maker."""
    return walk.bring(
        walk.draft(made_up(1, "Signal masts", part2=CUSTODY), people), people, "with_decision_maker"
    )


def at(version: Version, action: str) -> str:
    """Return the address of an act's page."""
    return reverse("act", args=[version.decision_id, action])


def sent(person: User, version: Version, action: str, **typed: Any) -> Any:
    """Open an act's page and send it with what was typed."""
    client = signed_in(person)
    page = client.get(at(version, action))
    assert page.status_code == 200
    assert_valid_html(page.content.decode())
    if (form := page.context["form"]) and hasattr(form, "asked"):
        typed["question"] = str(form.asked.pk)
    return client.post(at(version, action), typed)


def test_a_question_is_asked_and_answered_and_nothing_falls(people: People, version: Version) -> None:
    before, heard = shown(version), [row.label for row in advice.standings(version)]

    assert sent(people["dmpc"], version, "ask", to=str(people["officer"].pk), text=ASKED).status_code == 303
    waiting = text_of(signed_in(people["officer"]).get(reverse("my-work")))
    assert f"Answer a question of {people['dmpc']}" in waiting
    assert "Not answered yet" in text_of(signed_in(people["dmpc"]).get(at(version, "decide")))
    assert sent(people["officer"], version, "answer", text=SAID).status_code == 303

    page = text_of(signed_in(people["dmpc"]).get(at(version, "decide")))
    assert f"{people['dmpc']} asked {people['officer']} {ASKED}" in page
    assert f"Answer {SAID}" in page
    paper = text_of(signed_in(people["officer"]).get(reverse("paper", args=[version.decision_id])))
    assert f"answered a question of {people['dmpc']}" in " ".join(paper.replace(",", "").split())
    now = load(version.pk)
    assert (now.state, shown(now)) == (version.state, before)
    assert [row.label for row in advice.standings(now)] == heard
    assert "Answer a question" not in text_of(signed_in(people["officer"]).get(reverse("my-work")))
    mails = [message([row]) for row in Notice.objects.filter(asks__in=("asked", "answered"))]
    assert [row.to for row in mails] == [[people["officer"].email], [people["dmpc"].email]]
    assert not any(text in f"{row.subject} {row.body}" for row in mails for text in (ASKED, SAID, "Signal"))


def test_an_adviser_asks_the_drafting_officer_before_they_advise(people: People) -> None:
    version = walk.draft(made_up(1, "Signal masts"), people)
    perform(version.pk, "request_advice", by=people["officer"], adviser=people["legal"], area="legal",
            with_part2=False)  # fmt: skip

    page = text_of(signed_in(people["legal"]).get(at(version, "ask")))
    assert str(people["officer"]) in page
    assert str(people["finance"]) not in page
    assert sent(people["legal"], version, "ask", to=str(people["officer"].pk), text=ASKED).status_code == 303
    assert sent(people["officer"], version, "answer", text=SAID).status_code == 303
    assert SAID in text_of(signed_in(people["legal"]).get(at(version, "give_advice")))


def test_nobody_asks_who_has_no_part_and_nobody_is_asked_who_cannot_read(
    people: People, version: Version
) -> None:
    for name in ("officer", "finance", "chief", "governance", "auditor"):
        assert signed_in(people[name]).get(at(version, "ask")).status_code in (303, 404), name
        assert signed_in(people[name]).post(at(version, "ask"), {"text": "x"}).status_code == 404, name
    answer = sent(people["dmpc"], version, "ask", to=str(people["auditor"].pk), text=ASKED)
    assert answer.status_code == 200
    assert ("There is a problem" in text_of(answer), ASKED in text_of(answer)) == (True, True)
    with pytest.raises(Refused, match="nobody to ask"):  # past the page's list, too
        perform(version.pk, "ask", by=people["dmpc"], to=people["auditor"], text=ASKED)
    assert not Question.objects.exists()


def test_a_second_click_asks_and_answers_once(people: People, version: Version) -> None:
    client, typed = signed_in(people["dmpc"]), {"to": str(people["officer"].pk), "text": ASKED}
    assert [client.post(at(version, "ask"), typed).status_code for _ in range(2)] == [303, 303]
    question, client = Question.objects.get(), signed_in(people["officer"])
    typed = {"question": str(question.pk), "text": SAID}
    assert [client.post(at(version, "answer"), typed).status_code for _ in range(2)] == [303, 303]
    late = client.post(at(version, "answer"), {**typed, "text": "I think again."})
    assert (late.status_code, "I think again." in text_of(late)) == (409, True)
    assert Answer.objects.get().text == SAID


def test_the_answer_is_to_the_question_that_the_page_showed(people: People, version: Version) -> None:
    for text in (ASKED, "And who pays?"):
        perform(version.pk, "ask", by=people["dmpc"], to=people["officer"], text=text)
    first, second = Question.objects.all()
    refused = signed_in(people["officer"]).post(
        at(version, "answer"), {"question": str(second.pk), "text": SAID}
    )
    assert "This question has been answered already." in text_of(refused)
    assert SAID in text_of(refused)
    assert ASKED in text_of(refused)
    assert not Answer.objects.filter(question=first).exists()


def test_whoever_keeps_the_paper_now_answers_what_an_earlier_keeper_was_asked(
    people: People, version: Version
) -> None:
    perform(version.pk, "ask", by=people["dmpc"], to=people["officer"], text=ASKED)
    assert signed_in(people["officer2"]).get(at(version, "answer")).status_code == 404
    perform(version.pk, "hand_over", by=people["officer"], to=people["officer2"], reason="Leave.")
    offices.end(Holding.objects.get(person=people["officer"]), by=None)
    assert f"Answer a question of {people['dmpc']}" in text_of(
        signed_in(people["officer2"]).get(reverse("my-work"))
    )
    assert Notice.objects.filter(asks="asked", person=people["officer2"]).count() == 1
    assert f"It waits for {people['officer2']}." in text_of(
        signed_in(people["dmpc"]).get(at(version, "decide"))
    )
    assert sent(people["officer2"], version, "answer", text=SAID).status_code == 303
    assert Answer.objects.get().by == people["officer2"]


def test_what_an_adviser_was_asked_falls_to_the_keeper_only_once_they_have_left(
    people: People, version: Version
) -> None:
    perform(version.pk, "ask", by=people["dmpc"], to=people["finance"], text=ASKED)
    assert signed_in(people["officer"]).get(at(version, "answer")).status_code == 404
    offices.end(Holding.objects.get(person=people["finance"]), by=None)
    assert sent(people["officer"], version, "answer", text=SAID).status_code == 303


@pytest.mark.parametrize(
    "write",
    [
        lambda version, people: Question.objects.create(
            version=version, by=people["dmpc"], to=people["dmpc"], text="x"
        ),
        lambda version, people: Answer.objects.create(
            question=version.questions.get(), by=people["head"], text="x"
        ),
        lambda version, people: version.questions.update(text="x"),
        lambda version, people: version.questions.get().delete(),
    ],
    ids=["of oneself", "by somebody else", "changed", "deleted"],
)
def test_the_database_keeps_what_was_asked(
    people: People, version: Version, write: Callable[[Version, People], Any]
) -> None:
    perform(version.pk, "ask", by=people["dmpc"], to=people["officer"], text=ASKED)
    with pytest.raises(DatabaseError), transaction.atomic():
        write(version, people)


def test_the_database_refuses_a_question_after_the_decision(people: People, version: Version) -> None:
    walk.decide(version, people)
    with pytest.raises(DatabaseError), transaction.atomic():
        Question.objects.create(version=version, by=people["dmpc"], to=people["officer"], text="x")
