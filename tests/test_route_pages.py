"""The route as people meet it: my work, the paper's page, and each act's three screens."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from approvals.acts import open_round
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, PCD_1637, made_up
from approvals.models import Advice, Signature
from decisions.models import Publication, State, Version
from decisions.snapshot import load
from pcd.people.models import User
from tests.pages import assert_valid_html
from tests.rig import PASSWORD

pytestmark = pytest.mark.django_db

People = Mapping[str, User]


def signed_in(username: str) -> Client:
    """Return a client in which this demo person has just signed in."""
    client = Client(enforce_csrf_checks=False)
    answer = client.post(reverse("account_login"), {"login": username, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()[:500]
    return client


def page(client: Client, name: str, *args: Any, status: int = 200) -> str:
    """Return a page's HTML, checked to be valid."""
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == status, answer.content.decode()[:300]
    html = answer.content.decode()
    assert_valid_html(html)
    return html


def send(client: Client, version: Version, action: str, **fields: Any) -> Any:
    """Send an act's form as its page would."""
    return client.post(reverse("act", args=[version.decision_id, action]), fields)


def test_my_work_says_what_waits_for_whom(people: People) -> None:
    version = walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "with_chief_executive")
    assert "Endorse and sign" in page(signed_in("chief"), "my-work")
    for other in ("head", "dmpc", "governance", "legal", "auditor", "admin"):
        assert "Signal masts" not in page(signed_in(other), "my-work").replace("Sent by you", ""), other
    assert "With the chief executive" in page(signed_in("officer"), "my-work")
    assert version.state == State.WITH_CHIEF_EXECUTIVE


def test_every_act_has_a_page_that_its_person_can_open_and_nobody_else(people: People) -> None:
    version = walk.draft(made_up(1, "Signal masts", part2=CUSTODY), people)
    stations: list[tuple[str, str, list[str]]] = [
        ("draft", "officer", ["request_advice", "submit", "withdraw"]),
        ("with_head_of_service", "head", ["review", "return_for_amendment"]),
        ("with_chief_executive", "chief", ["endorse", "return_for_amendment"]),
        ("with_decision_maker", "dmpc", ["decide", "return_for_amendment"]),
        ("decided", "governance", ["clear_for_publication", "defer", "publish"]),
    ]
    for station, person, acts in stations:
        version = walk.bring(load(version.pk), people, station)
        client, stranger = signed_in(person), signed_in("auditor")
        page(client, "paper", version.decision_id)
        for action in acts:
            page(client, "act", version.decision_id, action)
            assert stranger.get(reverse("act", args=[version.decision_id, action])).status_code == 404


def test_submitting_says_all_that_is_missing_at_once(people: People) -> None:
    version = walk.draft(made_up(1, "Signal masts"), people)
    Version.objects.filter(pk=version.pk).update(title="", summary="Too short.")
    html = page(signed_in("officer"), "act", version.decision_id, "submit")
    for sentence in (
        "Enter the public title",
        "Ask the finance adviser for advice.",
        "Ask the legal adviser for advice.",
    ):
        assert sentence in html


def test_an_adviser_gives_advice_on_the_page(people: People) -> None:
    version = walk.draft(made_up(1, "Signal masts"), people)
    officer, legal = signed_in("officer"), signed_in("legal")
    html = page(officer, "act", version.decision_id, "request_advice")
    held = html.split("Legal adviser: Dorian Peake")[0].rsplit('value="', 1)[1].split('"')[0]
    answer = send(
        officer, version, "request_advice", adviser=held, with_part2="no", message="Is the power right?"
    )
    assert answer.status_code == 303
    assert "Is the power right?" in page(legal, "paper", version.decision_id)

    refused = send(legal, version, "give_advice", outcome="with_conditions", text="")
    assert "Enter your conditions" in refused.content.decode()
    send(legal, version, "give_advice", outcome="with_conditions", text="Cite the power in paragraph 4.1.")
    assert Advice.objects.get().text == "Cite the power in paragraph 4.1."
    assert "Cite the power" in page(officer, "paper", version.decision_id)


def test_the_decision_maker_decides_in_part_on_the_page(people: People) -> None:
    version = walk.bring(walk.draft(PCD_1637, people), people, "with_decision_maker")
    client = signed_in("dmpc")
    html = page(client, "act", version.decision_id, "decide")
    assert "checked" not in html.split("What do you decide?")[1], "nothing may be pre-selected"
    digest = html.split('name="digest" value="')[1].split('"')[0]
    first, second, third = (
        row.pk.hex for row in version.recommendations.filter(parent=None).order_by("position")
    )
    line = version.recommendations.get(position=1, parent=None).financial_lines.get().pk.hex
    fields = {
        "digest": digest,
        "interests_any": "yes",
        "interests": "My cousin works for a reseller.",
        "all_as_recommended": "no",
        f"outcome_{first}": "approved_with_changes",
        f"reason_{first}": "The contingency is not needed.",
        f"amount_{line}": "£1.9m",
        f"outcome_{second}": "approved",
        f"outcome_{third}": "rejected",
    }
    refused = send(client, version, "decide", **fields)
    assert "Enter the reason for the outcome of recommendation 3" in refused.content.decode()
    assert "My cousin works for a reseller." in refused.content.decode(), "what was typed is kept"

    assert send(client, version, "decide", **fields, **{f"reason_{third}": "Compete it."}).status_code == 303
    walk.clear(version, people)
    walk.publish(version, people)
    body = bytes(Publication.objects.get().body.content).decode()
    assert (
        "except recommendation 1, which is approved with changes and recommendation 3, which is rejected"
        in body
    )
    assert '"decided":"1900000.00"' in body
    assert "My cousin works for a reseller." in body


def test_a_second_click_finds_its_work_done(people: People) -> None:
    version = walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "with_chief_executive")
    client = signed_in("chief")
    digest = bytes(open_round(version).snapshot.digest).hex()  # type: ignore[union-attr]
    for _ in range(2):
        answer = send(client, version, "endorse", digest=digest)
        assert answer.status_code == 303
    assert Signature.objects.filter(office="chief_executive").count() == 1
    assert "You have signed this paper." in page(client, "paper", version.decision_id)


def test_the_leak_check_shows_what_stands_in_both_parts_and_wants_an_answer(people: People) -> None:
    leaky = made_up(
        1,
        "Signal masts",
        part2=CUSTODY,
        sections={"commercial": "The highest price that the valuer advises for the marigold site is known."},
    )
    version = walk.bring(walk.draft(leaky, people), people, "decided")
    client = signed_in("governance")
    html = page(client, "act", version.decision_id, "clear_for_publication")
    assert "the highest price that the valuer advises for the marigold site is" in html
    assert "Say why this may be published" in send(client, version, "clear_for_publication").content.decode()
    assert send(client, version, "clear_for_publication", answer_0="The owner agreed.").status_code == 303


def test_a_returned_paper_shows_its_reason_to_the_officer(people: People) -> None:
    version = walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "with_chief_executive")
    client = signed_in("chief")
    assert "Enter the reason" in send(client, version, "return_for_amendment", reason=" ").content.decode()
    assert send(client, version, "return_for_amendment", reason="Say more of the risks.").status_code == 303
    assert "Say more of the risks." in page(signed_in("officer"), "paper", version.decision_id)
