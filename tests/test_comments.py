"""Comments on a paragraph: who may, answers, resolving, their place through edits; and nothing of them gets out."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from approvals.acts import part1_of
from approvals.demo import walk
from approvals.demo.papers import made_up
from decisions.drafting.comments import threads
from decisions.models import Comment, Paragraph, Version
from decisions.part1 import to_data
from decisions.snapshot import canonical, load, snapshot_bytes
from pcd.people.models import User
from tests.drafting import again, hidden, save, signed_in, text_of, url

pytestmark = pytest.mark.django_db
People = Mapping[str, User]


@pytest.fixture
def version(people: People) -> Version:
    """A paper on which the finance and the legal adviser were asked."""
    return walk.bring(walk.draft(made_up(1, "Lockers"), people), people, "in_advice")


def first_paragraph(version: Version, kind: str = "legal") -> Paragraph:
    return Paragraph.objects.filter(section__version=version, section__kind=kind)[0]


def comment(version: Version, person: User, text: str, on: str = "") -> Any:
    """Comment as this person does, on the first legal paragraph or on what is named."""
    on = on or f"paragraph:{first_paragraph(version).pk}"
    return save(signed_in(person), f"{url('comment-add', version)}?on={on}", text=text)


def reply(version: Version, person: User, then: str, text: str = "") -> Any:
    """Answer, resolve or reopen the first comment."""
    address = url("comment", version, thread=threads(again(version))[0].first.pk)
    return save(signed_in(person), address, then=then, text=text)


def test_an_adviser_comments_the_officer_answers_and_it_is_resolved(version: Version, people: People) -> None:
    assert comment(version, people["legal"], "Which section of the Act?").status_code == 303
    officer = signed_in(people["officer"])

    section = text_of(officer.get(url("paper-section", version, kind="legal")))
    assert "Paragraph 4.1 Open Which section of the Act?" in section
    assert "Which section of the Act?" in text_of(officer.get(url("paper", version)))
    reply(version, people["officer"], "answer", "Section 6.")
    reply(version, people["legal"], "resolve")

    [thread] = threads(again(version))
    assert [(row.step, row.person.username, row.text) for row in thread.replies] == [
        ("answer", "officer", "Section 6."),
        ("resolve", "legal", ""),
    ]
    assert thread.resolved
    page = text_of(officer.get(url("paper-comments", version)))
    assert "No comment is open." in page
    assert f"{people['legal'].full_name} resolved this" in page
    reply(version, people["officer"], "reopen", "One more thing.")
    assert not threads(again(version))[0].resolved


def test_a_comment_stands_beside_its_paragraph_on_the_page_of_reading(
    version: Version, people: People
) -> None:
    comment(version, people["finance"], "Which section of the Act?")

    page = signed_in(people["legal"]).get(url("paper", version)).content.decode()

    paragraph, following = page.index('id="paragraph-4.1"'), page.index('id="section-5"')
    assert paragraph < page.index("Which section of the Act?", paragraph) < following
    assert f"?on=paragraph:{first_paragraph(version).pk}" in page


def test_every_text_of_part_1_can_be_commented_on(version: Version, people: People) -> None:
    recommendation = version.recommendations.order_by("position")[0]
    for on, where in (
        ("summary", "Executive summary"),
        (f"recommendation:{recommendation.pk}", "Recommendation 1"),
    ):
        comment(version, people["legal"], f"About the {where}.", on)

    page = text_of(signed_in(people["officer"]).get(url("paper-comments", version)))
    assert "Executive summary" in page
    assert "About the Recommendation 1." in page
    own = text_of(signed_in(people["officer"]).get(url("recommendation", version, row=recommendation.pk)))
    assert "About the Recommendation 1." in own
    assert "About the Executive summary." not in own


def test_a_comment_keeps_its_paragraph_through_edits_and_its_words_when_that_goes(
    version: Version, people: People
) -> None:
    words = first_paragraph(version).text
    comment(version, people["legal"], "Which section of the Act?")
    officer, address = signed_in(people["officer"]), url("paper-section", version, kind="legal")

    save(officer, address, text=f"A first paragraph.\n\n{words} And more.", treatment="text")
    moved = threads(again(version))[0].where
    save(officer, address, text="Another text altogether, with none of it left.", treatment="text")

    assert moved == "Paragraph 4.2"
    assert threads(again(version))[0].where == "A text that is gone"
    page = text_of(officer.get(address))
    assert words[:60] in page
    assert "Which section of the Act?" in page
    assert reply(version, people["officer"], "resolve").status_code == 303


def test_a_second_click_says_nothing_twice_and_an_empty_comment_nothing_at_all(
    version: Version, people: People
) -> None:
    client, on = signed_in(people["legal"]), f"paragraph:{first_paragraph(version).pk}"
    address = f"{url('comment-add', version)}?on={on}"
    typed = {**hidden(client, address), "text": "Once."}
    assert [client.post(address, typed).status_code for _ in range(2)] == [303, 303]
    assert Comment.objects.count() == 1
    thread = url("comment", version, thread=Comment.objects.get().pk)
    typed = {**hidden(client, thread), "text": "", "then": "resolve"}
    assert [client.post(thread, typed).status_code for _ in range(2)] == [303, 303]
    assert Comment.objects.count() == 2

    assert save(client, address, text=" ").status_code == 200
    assert save(client, thread, text="", then="answer").status_code == 200
    assert save(client, address, text="SECRET").status_code == 200
    assert Comment.objects.count() == 2


def test_open_comments_are_named_when_the_paper_is_submitted_and_stop_nothing(
    version: Version, people: People
) -> None:
    comment(version, people["legal"], "Which section of the Act?")
    officer = signed_in(people["officer"])

    page = text_of(officer.get(reverse("act", args=[version.decision_id, "submit"])))
    assert "1 comment is not resolved. You can submit the paper all the same." in page
    walk.submit(again(version), people)
    assert reply(version, people["head"], "answer", "I should like to know, too.").status_code == 303
    signing = text_of(signed_in(people["head"]).get(reverse("act", args=[version.decision_id, "review"])))
    assert "1 comment is not resolved." in signing


def test_who_has_no_part_in_the_paper_reads_and_says_nothing(version: Version, people: People) -> None:
    comment(version, people["legal"], "Which section of the Act?")
    thread = url("comment", version, thread=Comment.objects.get().pk)
    add = f"{url('comment-add', version)}?on=summary"
    for name in ("officer2", "head", "admin", "governance"):
        client = signed_in(people[name])
        for address in (thread, add, url("paper-comments", version)):
            assert client.get(address).status_code == 404, (name, address)
        assert client.post(add, {"text": "Mine.", "new": str(uuid4())}).status_code == 404
    assert signed_in(people["legal"]).get(url("comment", version, thread=uuid4())).status_code == 404


def test_the_governance_team_keeps_the_register_and_only_reads_comments(
    version: Version, people: People
) -> None:
    comment(version, people["legal"], "Which section of the Act?")
    walk.submit(again(version), people)
    client = signed_in(people["governance"])

    assert "Which section of the Act?" in text_of(client.get(url("paper-comments", version)))
    assert client.get(url("comment-add", version)).status_code == 404
    assert reply(version, people["governance"], "answer", "Mine.").status_code == 404


def test_a_comment_makes_nobody_a_contributor_and_changes_no_byte_that_is_signed(
    version: Version, people: People
) -> None:
    before = snapshot_bytes(again(version))
    comment(version, people["legal"], "Xylograph.")

    assert {row.person.username for row in again(version).contributors.all()} == {"officer"}
    assert snapshot_bytes(again(version)) == before
    published = walk.bring(again(version), people, "published")
    assert b"Xylograph" not in canonical(to_data(part1_of(published)))
    preview = signed_in(people["officer"]).get(url("paper-preview", version))
    assert b"Xylograph" not in preview.content


def test_after_the_decision_nothing_more_is_said_and_nothing_typed_is_lost(
    version: Version, people: People
) -> None:
    comment(version, people["legal"], "Which section of the Act?")
    client, address = signed_in(people["legal"]), f"{url('comment-add', version)}?on=summary"
    typed = {**hidden(client, address), "text": "Too late."}
    walk.bring(again(version), people, "decided")

    answer = client.post(address, typed)

    assert (answer.status_code, "Too late." in text_of(answer)) == (409, True)
    assert client.get(address).status_code == 404
    assert "Which section of the Act?" in text_of(client.get(url("paper-comments", version)))


def test_the_database_keeps_what_was_said(version: Version, people: People) -> None:
    comment(version, people["legal"], "Which section of the Act?")
    said = Comment.objects.get()
    for statement in ("UPDATE decisions_comment SET text = 'x'", "DELETE FROM decisions_comment"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    other = walk.draft(made_up(2, "Boats"), people)
    decided = walk.bring(again(version), people, "decided")
    for about in ({"version": other, "thread": said}, {"version": decided, "thread": said}):
        with pytest.raises(DatabaseError, match="comment refused"), transaction.atomic():
            Comment.objects.create(**about, step="answer", text="x", person=people["legal"])
    assert load(version.pk).comments.count() == 1
