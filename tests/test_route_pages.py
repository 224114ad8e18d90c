"""The route as people meet it: my work, the paper's page, and each act's three screens."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals.demo import walk
from approvals.demo.papers import CUSTODY, PCD_1637, made_up
from approvals.models import Advice, AdviceRequest, Clearance, Deferral, Round, Signature, Withdrawal
from approvals.signing import shown
from approvals.workflow import perform
from decisions import policy
from decisions.models import Access, Part2Reading, Publication, State, Version
from decisions.snapshot import load
from pcd import trail
from pcd.people.models import User
from tests.drafting import text_of
from tests.pages import assert_valid_html
from tests.rig import PASSWORD

pytestmark = pytest.mark.django_db

People = Mapping[str, User]
#: A phrase of this paper's Part 2 stands in its Part 1 as well.
LEAKY = made_up(
    1,
    "Signal masts",
    part2=CUSTODY,
    sections={"commercial": "The highest price that the valuer advises for the marigold site is known."},
)


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


def digest_on(client: Client, version: Version, action: str) -> str:
    """Return the digest of what an act's page shows, which the page carries."""
    return page(client, "act", version.decision_id, action).split('name="digest" value="')[1].split('"')[0]


def text_at(client: Client, version: Version) -> str:
    """Return the words of a paper's page."""
    page(client, "paper", version.decision_id)
    return text_of(client.get(reverse("paper", args=[version.decision_id])))


def test_my_work_says_what_waits_for_whom(people: People) -> None:
    version = walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "with_chief_executive")
    assert "Endorse and sign" in page(signed_in("chief"), "my-work")
    for other in ("head", "dmpc", "governance", "legal", "auditor", "admin"):
        assert "Signal masts" not in page(signed_in(other), "my-work").replace("Sent by you", ""), other
    assert "With the chief executive" in page(signed_in("officer"), "my-work")
    assert version.state == State.WITH_CHIEF_EXECUTIVE


def test_an_act_that_is_refused_says_so_as_any_page_with_an_error_does(people: People) -> None:
    """The reasons are in the summary that takes the focus and in the title; before one acts, they are no errors."""
    version = walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "with_head_of_service")
    client = signed_in("head")
    refused = send(client, version, "review", confirmed="on", digest="stale")
    html = refused.content.decode()
    assert_valid_html(html)
    assert refused.status_code == 409
    assert "<title>Error: Confirm and send on: Signal masts" in html
    summary = html.split('data-module="govuk-error-summary"')[1].split("</ul>")[0]
    assert "There is a problem" in summary
    assert "has changed since you opened" in summary
    assert html.count("has changed since you opened") == 1
    assert "disable-auto-focus" not in html
    assert "What stands in the way" not in html

    draft = walk.draft(made_up(2, "Lockers"), people)
    before = page(signed_in("officer"), "act", draft.decision_id, "submit")
    assert "What stands in the way" in before
    assert "Error: " not in before


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

    digest = digest_on(legal, version, "give_advice")
    refused = send(legal, version, "give_advice", outcome="with_conditions", text="", digest=digest)
    assert "Enter your conditions" in refused.content.decode()
    typed = {"outcome": "with_conditions", "text": "Cite the power in paragraph 4.1.", "digest": digest}
    send(legal, version, "give_advice", **typed)
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
        "except recommendation 1, which is approved with changes, and recommendation 3, which is rejected"
        in body
    )
    assert '"decided":"1900000.00"' in body
    assert "My cousin works for a reseller." in body


def test_a_second_click_finds_its_work_done(people: People) -> None:
    version = walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "with_chief_executive")
    client = signed_in("chief")
    digest = shown(version)
    for _ in range(2):
        answer = send(client, version, "endorse", digest=digest)
        assert answer.status_code == 303
    assert Signature.objects.filter(office="chief_executive").count() == 1
    assert "You have signed this paper." in page(client, "paper", version.decision_id)


def test_the_leak_check_shows_what_stands_in_both_parts_and_wants_an_answer(people: People) -> None:
    version = walk.bring(walk.draft(LEAKY, people), people, "decided")
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


# Too late, and a second time

SOON = timezone.localdate() + timedelta(days=9)
UNTIL = {"until_day": str(SOON.day), "until_month": str(SOON.month), "until_year": str(SOON.year)}
INTEREST = {"interests_any": "yes", "interests": "My cousin works there.", "all_as_recommended": "yes"}


@pytest.mark.parametrize(
    ("station", "person", "action", "fields", "words"),
    [
        ("draft", "officer", "request_advice", {"message": "Is it lawful?"}, "What do you want to know?"),
        ("in_advice", "equality", "give_advice", {"outcome": "not_content", "text": "No."}, "Not content"),
        ("with_chief_executive", "chief", "return_for_amendment", {"reason": "Say more."}, "Why? Say more."),
        ("with_decision_maker", "dmpc", "decide", INTEREST, "My cousin works there."),
    ],
)
def test_what_is_sent_too_late_is_shown_with_where_the_paper_is_now(
    people: People, *, station: str, person: str, action: str, fields: dict[str, str], words: str
) -> None:
    version = walk.draft(made_up(1, "Signal masts"), people)
    walk.advise(version, people, "finance", "legal")
    perform(version.pk, "request_advice", by=people["officer"], adviser=people["equality"], area="equality",
            with_part2=False)  # fmt: skip
    version = walk.bring(load(version.pk), people, station)
    client = signed_in(person)
    perform(version.pk, "withdraw", by=people["officer"], reason="No longer needed.")

    answer = send(client, version, action, **fields)

    assert answer.status_code == 409
    assert_valid_html(answer.content.decode())
    told = text_of(answer)
    assert "This paper has moved on. It is now: withdrawn." in told
    assert words in told
    assert all(text in told for name, text in fields.items() if name in ("message", "text", "reason"))


def test_answers_of_a_clearance_that_came_too_late_are_shown_and_no_word_of_part_2(people: People) -> None:
    version = walk.bring(walk.draft(LEAKY, people), people, "published")

    answer = send(signed_in("governance"), version, "clear_for_publication", answer_0="The owner agreed.")

    assert answer.status_code == 409
    assert "The owner agreed." in text_of(answer)
    assert "valuer" not in text_of(answer)


def test_a_second_click_on_any_act_finds_its_work_done(people: People) -> None:
    version = walk.draft(made_up(1, "Signal masts"), people)
    officer, legal, governance = signed_in("officer"), signed_in("legal"), signed_in("governance")

    def twice(client: Client, action: str, told: str, **fields: Any) -> None:
        for time in ("first", "second"):
            assert send(client, version, action, **fields).status_code == 303, (action, time)
        assert told in text_of(client.get(reverse("my-work"))), action

    html = page(officer, "act", version.decision_id, "request_advice")
    held = html.split("Legal adviser: Dorian Peake")[0].rsplit('value="', 1)[1].split('"')[0]
    asked = {"adviser": held, "with_part2": "no", "message": "Is the power right?"}
    twice(officer, "request_advice", "You have asked for this advice already.", **asked)
    assert AdviceRequest.objects.count() == 1

    digest = digest_on(legal, version, "give_advice")
    advice = {"outcome": "content", "text": "Go on.", "digest": digest}
    twice(legal, "give_advice", "You have given your advice.", **advice)
    assert Advice.objects.count() == 1
    other = send(legal, version, "give_advice", outcome="not_content", text="I think again.", digest=digest)
    assert other.status_code == 409, "other advice than the one given is no second click"
    assert "I think again." in text_of(other)

    walk.bring(load(version.pk), people, "in_advice")
    walk.advise(load(version.pk), people, "finance", "legal")
    twice(officer, "submit", "You have submitted this paper.")
    assert Round.objects.count() == 1
    head = signed_in("head")
    twice(head, "return_for_amendment", "You have returned this paper.", reason="Say more.")
    too_late = send(head, version, "return_for_amendment", reason="Another reason.")
    assert (too_late.status_code, "Another reason." in text_of(too_late)) == (409, True)

    walk.bring(load(version.pk), people, "in_advice")
    walk.submit(version, people)
    version = walk.bring(load(version.pk), people, "decided")
    twice(governance, "defer", "You have deferred publication already.", reason="Talks go on.", **UNTIL)
    assert Deferral.objects.count() == 1
    other = send(governance, version, "defer", reason="Other talks.", **UNTIL)
    assert (other.status_code, "Other talks." in other.content.decode()) == (409, True)
    twice(governance, "end_deferral", "You have ended the deferral already.", reason="Talks are over.")
    assert Deferral.objects.count() == 2
    twice(governance, "clear_for_publication", "Done: you cleared for publication.")
    assert Clearance.objects.count() == 1
    twice(governance, "publish", "You have published this paper.")
    assert Publication.objects.count() == 1


def test_a_second_click_on_withdraw_finds_its_work_done(people: People) -> None:
    version = walk.draft(made_up(1, "Signal masts"), people)
    for _ in range(2):
        assert send(signed_in("officer"), version, "withdraw", reason="Not needed.").status_code == 303
    assert Withdrawal.objects.count() == 1


# What was said on the way


def test_the_preview_of_a_decided_paper_is_the_public_page_with_outcome_and_signatures(
    people: People,
) -> None:
    version = walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "decided")

    preview = page(signed_in("officer"), "paper-preview", version.decision_id)

    for signature in Signature.objects.all():
        assert signature.name in preview
    assert "The above request has my approval." in preview
    assert "No decision has been taken yet." not in preview


def test_everybody_on_the_route_reads_why_a_paper_was_returned_and_withdrawn(people: People) -> None:
    version = walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "with_chief_executive")
    perform(version.pk, "return_for_amendment", by=people["chief"], reason="Say more of the risks.")
    perform(version.pk, "withdraw", by=people["officer"], reason="The masts were given to us.")

    for name in ("head", "chief", "finance", "governance", "officer"):
        told = text_at(signed_in(name), version)
        assert "Round 1 Say more of the risks. Returned by Edwin Tarrant" in told, name
        assert "Rosalind Okoye-Marsh No longer counts" in told, name
        assert "Withdrawn by Ines Calloway" in told, name
        assert "The masts were given to us." in told, name


def test_a_round_that_a_withdrawal_ended_was_not_returned(people: People) -> None:
    version = walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "with_chief_executive")
    perform(version.pk, "withdraw", by=people["officer"], reason="The masts were given to us.")

    told = text_at(signed_in("head"), version)

    assert "Round 1 Ended with the withdrawal" in told
    assert "Returned by" not in told
    assert told.count("The masts were given to us.") == 1


def test_everybody_on_the_route_reads_why_publication_is_deferred_and_by_whom_it_was_cleared(
    people: People,
) -> None:
    version = walk.bring(walk.draft(LEAKY, people), people, "cleared")
    perform(version.pk, "defer", by=people["governance"], reason="Talks go on.", until=SOON)
    perform(version.pk, "end_deferral", by=people["governance"], reason="Talks are over.")

    def told(name: str) -> str:
        return text_at(signed_in(name), version)

    policy.end_grants(version.decision, access=Access.PART2, person=people["finance"], by=people["officer"])
    for name in ("officer", "finance"):
        for words in ("Talks go on.", "Talks are over.", f"Deferred until {SOON.day}", "of the leak check"):
            assert words in told(name), (name, words)
    assert "It is public already." in told("officer")
    assert "It is public already." not in told("finance"), "answers are for readers of Part 2"


def test_advice_of_who_read_part_2_is_shown_to_readers_of_part_2_only(people: People) -> None:
    version = walk.draft(made_up(1, "Signal masts", part2=CUSTODY), people)
    perform(version.pk, "request_advice", by=people["officer"], adviser=people["finance"], area="finance",
            with_part2=False)  # fmt: skip
    perform(version.pk, "request_advice", by=people["officer"], adviser=people["legal"], area="legal",
            with_part2=True)  # fmt: skip
    legal = signed_in("legal")
    digest = digest_on(legal, version, "give_advice")
    send(legal, version, "give_advice", outcome="content", text="The price is fair.", digest=digest)

    assert "The price is fair." in text_at(signed_in("officer"), version)
    assert "The price is fair." not in text_at(signed_in("finance"), version)


def test_only_who_may_read_part_2_is_told_to_clear_for_publication(people: People) -> None:
    version = walk.bring(walk.draft(made_up(1, "Signal masts", part2=CUSTODY), people), people, "decided")
    assert "Clear for publication" in page(signed_in("governance"), "my-work")

    policy.end_grants(
        version.decision, access=Access.PART2, person=people["governance"], by=people["officer"]
    )

    assert "Signal masts" not in page(signed_in("governance"), "my-work")


def test_the_head_of_service_confirms_the_very_statement_that_is_signed(people: People) -> None:
    version = walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "with_head_of_service")
    head = signed_in("head")
    shown_there = text_of(head.get(reverse("act", args=[version.decision_id, "review"])))

    digest = digest_on(head, version, "review")
    assert send(head, version, "review", confirmed="on", digest=digest).status_code == 303

    statement = Signature.objects.get().statement
    assert f"Your statement {statement} I confirm this statement" in shown_there


def test_looking_at_the_leak_check_is_a_reading_of_part_2(people: People) -> None:
    version = walk.bring(walk.draft(made_up(1, "Signal masts", part2=CUSTODY), people), people, "decided")
    html = page(signed_in("governance"), "act", version.decision_id, "clear_for_publication")

    reading = Part2Reading.objects.get(decision=version.decision)
    assert (reading.person, reading.how) == (people["governance"], "view")
    assert "Part 2 is open on this page." in html


def test_the_timeline_says_what_was_written_and_the_same_again_in_a_day_only_once(people: People) -> None:
    version = walk.draft(made_up(1, "Signal masts"), people)
    for verb, part in (
        ("edited", "section:legal"),
        ("edited", "section:legal"),
        ("edited", "summary"),
        ("added", "recommendation"),
        ("edited", "section:legal"),
    ):
        trail.write("decision", version.decision_id, verb, by=people["officer"], part=part)

    told = text_at(signed_in("officer"), version)

    assert told.count("Ines Calloway edited Legal Comments") == 2
    assert told.count("Ines Calloway edited Executive summary") == 1
    assert told.count("Ines Calloway added a recommendation") == 1
    assert "granted" not in told
