"""The reading view: everything before the signature on one page, for whose turn it is, and then the next paper."""

from collections.abc import Mapping

import pytest
from django.test import Client
from django.urls import reverse

from approvals.demo import walk
from approvals.demo.papers import CUSTODY, made_up
from approvals.signing import shown
from approvals.workflow import perform
from decisions.models import Part2Reading, Version
from decisions.snapshot import load
from pcd.people.models import User
from tests.canaries import PART1_CANARY, PART2_CANARY, bring, paper_with_canaries
from tests.drafting import signed_in, text_of
from tests.pages import assert_valid_html
from tests.signing import sign_in

pytestmark = pytest.mark.django_db

People = Mapping[str, User]
TURNS = {"with_head_of_service": "head", "with_chief_executive": "chief", "with_decision_maker": "dmpc"}


def address(version: Version) -> str:
    """Where a paper is read before it is signed."""
    return reverse("paper-read", args=[version.decision_id])


def test_whose_turn_it_is_reads_all_of_it_and_everybody_else_finds_nothing(people: People) -> None:
    version = paper_with_canaries(people)
    walk.advise(version, people, "finance", "legal")
    for station, name in TURNS.items():
        version = bring(load(version.pk), people, station)
        before = Part2Reading.objects.filter(person=people[name]).count()
        page = signed_in(people[name]).get(address(version))
        html = page.content.decode()
        assert_valid_html(html)
        assert PART1_CANARY in html
        assert PART2_CANARY in html
        assert html.count("OFFICIAL-SENSITIVE") >= 4, "at top, around Part 2, and at the bottom"
        assert html.index('class="pcd-marking') < html.index("<header")
        assert html.rindex('class="pcd-marking') > html.index("pcd-footer")
        assert "no-store" in page["Cache-Control"]
        assert Part2Reading.objects.filter(person=people[name]).count() == before + 1
        for other in set(people) - {name}:
            answer = signed_in(people[other]).get(address(version))
            assert answer.status_code == 404, (other, station)
            assert PART2_CANARY not in answer.content.decode()
        assert Client().get(address(version)).status_code == 302


def test_the_page_has_what_a_signatory_weighs_in_order_and_ends_with_the_act(people: People) -> None:
    version = walk.bring(
        walk.draft(made_up(1, "Signal masts", part2=CUSTODY), people), people, "with_head_of_service"
    )
    perform(version.pk, "ask", by=people["head"], to=people["officer"], text="Who pays?")
    perform(
        version.pk,
        "answer",
        by=people["officer"],
        text="The capital budget.",
        question=str(version.questions.get().pk),
    )
    perform(version.pk, "return_for_amendment", by=people["head"], reason="Say more.")
    version = walk.bring(load(version.pk), people, "with_decision_maker")
    html = signed_in(people["dmpc"]).get(address(version)).content.decode()
    anchors = [
        "since-heading",
        "part-1",
        "part-2",
        "advice-heading",
        "questions-heading",
        "signatures-heading",
        "act",
    ]
    assert all(f'href="#{anchor}"' in html for anchor in anchors), "all of them are in the contents"
    stands = [html.index(f'id="{anchor}"') for anchor in anchors]
    assert stands == sorted(stands)
    assert "The capital budget." in html
    assert reverse("act", args=[version.decision_id, "decide"]) in html.split('id="act"')[1]


def test_without_a_part_2_no_marking_and_no_diary(people: People) -> None:
    version = walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "with_head_of_service")
    html = signed_in(people["head"]).get(address(version)).content.decode()
    assert_valid_html(html)
    assert "Handling marking" not in html
    assert not Part2Reading.objects.filter(person=people["head"]).exists()


def test_after_a_signature_the_next_paper_that_waits_is_named_and_never_signed_with_it(
    people: People,
) -> None:
    first, second, third = (
        walk.bring(walk.draft(made_up(n, f"Masts {n}"), people), people, "with_chief_executive")
        for n in (1, 2, 3)
    )
    client = sign_in(Client(), people["chief"])
    at = reverse("act", args=[first.decision_id, "endorse"])
    answer = client.post(at, {"digest": shown(first)}, follow=True)
    told = text_of(answer)
    assert f"Next paper that waits for you: {second.decision.reference} (1 more)" in told
    assert address(second) in answer.content.decode()
    assert {load(row.pk).state for row in (second, third)} == {"with_chief_executive"}
    client.post(reverse("act", args=[second.decision_id, "endorse"]), {"digest": shown(second)})
    client.post(reverse("act", args=[third.decision_id, "endorse"]), {"digest": shown(third)})
    last = client.get(reverse("paper", args=[third.decision_id]))
    assert "Next paper" not in text_of(last)
