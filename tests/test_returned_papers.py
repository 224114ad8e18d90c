"""A returned paper: the reason at its text, its answers, what changed since, and only the advice that fell."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from approvals import moving, returned
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, made_up
from approvals.models import AdviceRequest, Notice, ReturnAnswer, ReturnPoint
from approvals.workflow import Refused, perform
from decisions import part2, policy
from decisions.models import Access, MovedWords, Paragraph, Part2Reading, State, Version
from decisions.moved import Passages
from decisions.snapshot import labelled, load
from pcd.models import TrailEntry
from pcd.people.models import User
from tests.drafting import save, signed_in, text_of, url
from tests.pages import assert_valid_html
from tests.signing import sign_in

pytestmark = pytest.mark.django_db

People = Mapping[str, User]
WHY = "Say more of the cost."


def waiting(people: People, to: str = "with_chief_executive") -> Version:
    """A paper with a Part 2 that waits there."""
    return walk.bring(walk.draft(made_up(1, "Signal masts", part2=CUSTODY), people), people, to)


def paragraph(version: Version, kind: str = "financial") -> Paragraph:
    """The first paragraph of a section."""
    return Paragraph.objects.filter(section__version=version, section__kind=kind).order_by("position")[0]


def returned_for(version: Version, people: People, *keys: str, by: str = "chief") -> Version:
    """That paper, returned with a point at each of these places."""
    places = returned.places(version)
    points = [(places[key], f"Mend {places[key].name.lower()}.") for key in keys]
    perform(version.pk, "return_for_amendment", by=people[by], reason=WHY, points=points)
    return load(version.pk)


def test_the_reason_is_given_at_the_text_on_the_page_and_a_place_more_loses_nothing(people: People) -> None:
    version = waiting(people)
    client = signed_in(people["chief"])
    address = reverse("act", args=[version.decision_id, "return_for_amendment"])
    page = client.get(address)
    assert_valid_html(page.content.decode())
    assert "Paragraph 3.1" in text_of(page)
    assert "Section 3." in text_of(page)
    typed = {
        "reason": WHY,
        "on_1": f"paragraph:{paragraph(version).pk}",
        "text_1": "The year is wrong.",
        "text_2": "",
    }
    more = client.post(address, {**typed, "more": "1"})
    assert_valid_html(more.content.decode())
    assert more.content.decode().count("<legend") - page.content.decode().count("<legend") == 1
    assert "The year is wrong." in more.content.decode()
    assert load(version.pk).state == State.WITH_CHIEF_EXECUTIVE, "a place more is no return"

    assert "Choose the text that this concerns" in text_of(client.post(address, {**typed, "text_2": "And?"}))
    assert "Say what is to be changed" in text_of(client.post(address, {**typed, "on_2": "summary"}))
    assert [client.post(address, typed).status_code for _ in range(2)] == [303, 303]
    point = ReturnPoint.objects.get()
    assert (point.called, point.text) == ("Paragraph 3.1", "The year is wrong.")


@pytest.mark.parametrize("by", ["officer", "chief"])
def test_a_place_more_on_a_page_that_is_out_of_date_loses_nothing(people: People, by: str) -> None:
    """The paper was withdrawn meanwhile, or the same person has returned it for the same reason in another tab."""
    version = waiting(people)
    client = signed_in(people["chief"])
    address = reverse("act", args=[version.decision_id, "return_for_amendment"])
    act = "withdraw" if by == "officer" else "return_for_amendment"
    perform(version.pk, act, by=people[by], reason=WHY)
    typed = {"reason": WHY, "on_1": "summary", "text_1": "The year is wrong.", "text_3": "And the site."}
    answer = client.post(address, {**typed, "more": "1"})
    assert answer.status_code == 409
    assert_valid_html(answer.content.decode())
    for words in (WHY, "Executive summary", "The year is wrong.", "And the site."):
        assert words in text_of(answer)


def test_a_point_stands_at_its_text_until_it_is_answered_and_stops_submission(people: People) -> None:
    version = waiting(people)
    one = paragraph(version)
    rows = labelled(version)
    version = returned_for(version, people, f"paragraph:{one.pk}", f"recommendation:{rows[0][1].pk}")
    officer = signed_in(people["officer"])
    section = officer.get(url("paper-section", version, kind="financial"))
    assert_valid_html(section.content.decode())
    assert "Mend paragraph 3.1." in text_of(section)
    assert "Mend recommendation 1." not in text_of(section)
    assert "Mend recommendation 1." in text_of(officer.get(url("recommendation", version, row=rows[0][1].pk)))
    paper = officer.get(reverse("paper", args=[version.decision_id]))
    assert_valid_html(paper.content.decode())
    assert all(words in text_of(paper) for words in (WHY, "Mend paragraph 3.1.", "Mend recommendation 1."))

    with pytest.raises(Refused, match=r"Answer what it was returned for: Paragraph 3\.1"):
        walk.submit(version, people)
    address = reverse("act", args=[version.decision_id, "answer_point"])
    points = {row.row.called: str(row.row.pk) for row in returned.points(version)}
    page = officer.get(address)
    assert_valid_html(page.content.decode())
    claim = officer.post(address, {"point": points["Paragraph 3.1"], "how": "change", "text": ""})
    assert "says what it said when it was returned" in text_of(claim)
    silent = officer.post(address, {"point": points["Recommendation 1"], "how": "words", "text": ""})
    assert "Enter your answer" in text_of(silent)
    said = {
        "point": points["Recommendation 1"],
        "how": "words",
        "text": "The body asked for these very words.",
    }
    assert [officer.post(address, said).status_code for _ in range(2)] == [303, 303]
    save(
        officer,
        url("paper-section", version, kind="financial"),
        treatment="text",
        text="It costs £1 in 2027/28.",
    )
    changed = {"point": points["Paragraph 3.1"], "how": "change", "text": ""}
    assert officer.post(address, changed).status_code == 303
    assert returned.unanswered(load(version.pk)) == []

    version = walk.bring(load(version.pk), people, "with_chief_executive")
    page = sign_in(Client(), people["chief"]).get(reverse("act", args=[version.decision_id, "endorse"]))
    assert_valid_html(page.content.decode())
    told = text_of(page)
    assert "What changed since you returned it" in told
    assert "Added: " in told
    assert "The body asked for these very words." in told


def test_only_the_advice_that_fell_is_asked_again_and_one_button_does_it(people: People) -> None:
    version = returned_for(waiting(people), people)
    officer = signed_in(people["officer"])
    address = reverse("act", args=[version.decision_id, "ask_again"])
    assert returned.fallen(version) == []
    assert "Ask all of them again" not in text_of(officer.get(reverse("paper", args=[version.decision_id])))
    save(
        officer,
        url("paper-section", version, kind="financial"),
        treatment="text",
        text="It costs £1 in 2027/28.",
    )
    page = text_of(officer.get(reverse("paper", args=[version.decision_id])))
    assert "Finance" in page
    assert "Financial Comments changed" in page
    before = AdviceRequest.objects.count()
    shown = officer.get(address)
    assert_valid_html(shown.content.decode())
    assert [officer.post(address, {}).status_code for _ in range(2)] == [303, 303]
    asked = AdviceRequest.objects.order_by("-asked_at")[: AdviceRequest.objects.count() - before]
    assert [(row.area, row.adviser, row.with_part2) for row in asked] == [
        ("finance", people["finance"], True)
    ]
    assert asked[0].due_on is not None
    assert Notice.objects.filter(asks="advise", person=people["legal"]).count() == 1, "asked once only"
    assert load(version.pk).state == State.IN_ADVICE
    with pytest.raises(Refused):
        perform(version.pk, "ask_again", by=people["officer"], confirmed=True)


def test_part_2_differs_only_for_who_may_read_it_and_the_diary_says_who_did(people: People) -> None:
    version = returned_for(waiting(people), people)
    paper = version.part2_papers.get()
    content = part2.read(paper)
    part2.write(paper, replace(content, facts=f"{content.facts} The bidder is Quillfeather."))
    version = walk.bring(load(version.pk), people, "with_chief_executive")
    since = returned.since_last_round(version, reads_part2=True)
    assert since is not None
    assert "Quillfeather" in str(since.part2)
    closed = returned.since_last_round(version, reads_part2=False)
    assert closed is not None
    assert closed.part2 == []
    assert "Quillfeather" not in str(closed)
    read = Part2Reading.objects.filter(decision=version.decision, person=people["chief"])
    before = read.count()
    page = sign_in(Client(), people["chief"]).get(reverse("act", args=[version.decision_id, "endorse"]))
    assert "Quillfeather" in text_of(page)
    assert "OFFICIAL-SENSITIVE" in text_of(page)
    assert read.count() == before + 1
    governance = signed_in(people["governance"]).get(reverse("paper", args=[version.decision_id]))
    assert "Quillfeather" not in text_of(governance)


def test_the_database_keeps_only_the_part_2_that_is_submitted(people: People) -> None:
    version = waiting(people)
    snapshot = version.rounds.get().snapshot
    kept = snapshot.part2_submitted.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        type(kept).objects.create(
            snapshot=snapshot, paper=kept.paper, ciphertext=b"other", commitment=kept.commitment
        )


def test_words_that_were_moved_to_part_2_do_not_come_back_as_what_went(people: People) -> None:
    version = returned_for(waiting(people), people)
    Paragraph.objects.filter(pk=paragraph(version).pk).update(text="It costs less.")
    shown = returned.since_last_round(load(version.pk), reads_part2=True)
    assert shown is not None
    assert "gone" in str(shown.changes)
    MovedWords.objects.create(
        version=version, person=people["officer"], places=1, parts=["section:financial"]
    )
    hidden = returned.since_last_round(load(version.pk), reads_part2=True)
    assert hidden is not None
    assert hidden.moved
    assert "gone" not in str(hidden.changes)


def answered(version: Version, people: People, text: str) -> None:
    """Answer the first point in words."""
    point = returned.points(version)[0]
    perform(version.pk, "answer_point", by=people["officer"], point=point, how="words", text=text)


def test_points_and_answers_are_given_in_their_time_and_stay(people: People) -> None:
    version = returned_for(waiting(people), people, "summary")
    point = ReturnPoint.objects.get()
    with pytest.raises(DatabaseError, match="with the return"), transaction.atomic():
        ReturnPoint.objects.create(round=point.round, position=9, part="summary", called="x", text="x")
    answered(version, people, "So.")
    version = walk.bring(load(version.pk), people, "with_chief_executive")
    version = returned_for(version, people, "summary")
    later = ReturnPoint.objects.exclude(pk=point.pk).get()
    answered(version, people, "Yes.")
    assert ReturnAnswer.objects.get(point=later).text == "Yes."
    for row in (point, ReturnAnswer.objects.get(point=point)):
        with pytest.raises(DatabaseError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(text="Other.")
    assert policy.may(people["officer"], Access.EDIT, version.decision)


def test_no_word_of_a_point_or_an_answer_is_in_the_trail_or_a_mail_and_moving_words_names_them(
    people: People,
) -> None:
    version = returned_for(waiting(people), people, "summary")
    answered(version, people, "Quillfeather is meant.")
    for table in (TrailEntry, Notice):
        told = str(list(table.objects.values()))
        assert "Mend executive summary" not in told
        assert "Quillfeather" not in told
    named = moving.stays(load(version.pk), Passages("Quillfeather"))
    assert named == ["The answer to it, at Executive summary"]
