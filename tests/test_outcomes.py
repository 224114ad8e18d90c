"""What is decided of each recommendation: every outcome, what goes on after it, and a decision taken at a meeting."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals.acts import part1_of
from approvals.demo import walk
from approvals.demo.papers import PCD_1637, made_up
from approvals.signing import shown
from approvals.workflow import Refused, perform
from decisions.models import Publication, State, Version
from decisions.part1 import Part1, from_bytes
from decisions.snapshot import labelled, load
from decisions.wording import decided_in_words
from pcd.people.models import Holding, User
from tests.drafting import text_of
from tests.pages import assert_valid_html
from tests.public import PublicClient
from tests.rig import PASSWORD
from tests.signing import hidden, send, sign_in

pytestmark = pytest.mark.django_db

People = Mapping[str, User]
WHY = "The lease must be agreed first."


def waiting(people: People) -> Version:
    """PCD 1637, which waits for the decision maker."""
    return walk.bring(walk.draft(PCD_1637, people), people, "with_decision_maker")


def typed(version: Version, **more: Any) -> dict[str, Any]:
    """What the page of the decision takes: no interests, recommendation 1 deferred back, the others approved."""
    rows = [(row, label == "1") for label, row in labelled(version)]
    return {
        "digest": shown(version),
        "interests_any": "no",
        "all_as_recommended": "no",
        **{f"outcome_{row.pk.hex}": "deferred_back" if first else "approved" for row, first in rows},
        **{f"reason_{row.pk.hex}": WHY for row, first in rows if first},
        **more,
    }


def decide_on_the_page(version: Version, people: People, **fields: Any) -> Any:
    """Post the page of the decision as the decision maker."""
    client = sign_in(Client(), people["dmpc"])
    return client.post(reverse("act", args=[version.decision_id, "decide"]), fields)


def published(version: Version, people: People) -> Part1:
    """Clear and publish, and return what the public reads."""
    walk.clear(version, people)
    walk.publish(version, people)
    return from_bytes(bytes(Publication.objects.get().body.content))


def test_what_is_deferred_back_decides_no_money_and_goes_on_in_a_linked_new_paper(
    people: People, public_client: PublicClient
) -> None:
    version = waiting(people)
    assert decide_on_the_page(version, people, **typed(version)).status_code == 303
    part1 = published(load(version.pk), people)
    assert part1.outcome == (
        "The above request has my approval, except recommendation 1, which is deferred back."
    )
    first = part1.all_recommendations[0]
    assert (first.outcome and first.outcome.name, first.outcome_reason) == ("Deferred back", WHY)
    line = next(row for row in part1.financial_lines if row.recommendation == "1")
    assert (line.decided, decided_in_words(line)) == (None, "nothing: deferred back")
    page = public_client.get(f"/decisions/{part1.key}/").content.decode()
    assert f"Deferred back: {WHY}" in page
    assert "nothing: deferred back" in page.lower()

    officer = sign_in(Client(), people["officer"])
    paper = officer.get(reverse("paper", args=[version.decision_id])).content.decode()
    label = "Begin the new paper on recommendation 1"
    assert label in paper
    address = f"{reverse('paper-new-from')}?source={version.decision_id}&recommendation={first.id}"
    assert address.replace("&", "&amp;") in paper
    ask = officer.get(address)
    assert_valid_html(ask.content.decode())
    assert "It goes on with recommendation 1 only" in text_of(ask)
    done = officer.post(address, {"working_title": "The lease again", "new": hidden(ask, "new")})
    assert done.status_code == 303
    new = Version.objects.get(working_title="The lease again")
    link = new.links.get()
    assert (link.kind, link.reference) == ("follows", version.decision.reference)
    assert link.note == "recommendation 1, which was deferred back"
    assert next(row.text for _, row in labelled(load(new.pk))) == first.text
    assert new.recommendations.filter(parent=None).count() == 1
    paper = officer.get(reverse("paper", args=[version.decision_id])).content.decode()
    assert label not in paper, "it has been begun"
    other = sign_in(Client(), people["head"]).get(reverse("paper", args=[version.decision_id]))
    assert label not in other.content.decode()


def test_another_officer_goes_on_with_what_was_deferred_back_to_one_who_has_left(people: People) -> None:
    version = walk.draft(PCD_1637, people)
    perform(version.pk, "add_co_drafter", by=people["officer"], to=people["officer2"], with_part2=False)
    version = walk.bring(load(version.pk), people, "with_decision_maker")
    assert decide_on_the_page(version, people, **typed(version)).status_code == 303
    at, label = reverse("paper", args=[version.decision_id]), "Begin the new paper on recommendation 1"
    second = sign_in(Client(), people["officer2"])
    assert label not in second.get(at).content.decode()
    Holding.objects.filter(person=people["officer"]).update(until=Now())
    assert label in second.get(at).content.decode()


def test_a_paper_that_is_deferred_back_as_a_whole_is_returned_instead(people: People) -> None:
    version = waiting(people)
    every = {name: "deferred_back" for name in typed(version) if name.startswith("outcome_")}
    reasons = {name.replace("outcome_", "reason_"): WHY for name in every}
    answer = decide_on_the_page(version, people, **{**typed(version), **every, **reasons})
    assert "Return the paper for amendment instead" in text_of(answer)
    put_off = {"outcome": "deferred_back", "reason": WHY}
    with pytest.raises(Refused, match="Return the paper"):
        walk.decide(version, people, **{f"r{label}": put_off for label, _ in labelled(version)})
    assert load(version.pk).state == State.WITH_DECISION_MAKER


def test_a_value_is_determined_in_words_and_in_an_amount(people: People) -> None:
    version = waiting(people)
    row = version.recommendations.get(position=1, parent=None)
    line = row.financial_lines.get()
    fields = typed(version, **{f"outcome_{row.pk.hex}": "determined"})
    refused = decide_on_the_page(version, people, **fields)
    assert "Enter what you approve or determine in recommendation 1" in text_of(refused)
    fields |= {f"words_{row.pk.hex}": "The price is £1,500,000.", f"amount_{line.pk.hex}": "£1.5m"}
    assert decide_on_the_page(version, people, **fields).status_code == 303
    part1 = published(load(version.pk), people)
    assert part1.outcome.endswith("except recommendation 1, which is determined.")
    assert part1.all_recommendations[0].decided_text == "The price is £1,500,000."
    assert next(one.decided for one in part1.financial_lines if one.id == str(line.pk)) == Decimal("1500000")


def test_nothing_is_chosen_beforehand(people: People) -> None:
    version = waiting(people)
    client = sign_in(Client(), people["dmpc"])
    page = client.get(reverse("act", args=[version.decision_id, "decide"])).content.decode()
    assert_valid_html(page)
    act = page.split('id="act"')[1]
    assert " checked" not in act
    assert "selected" not in act.replace('value="" selected', "")
    empty = decide_on_the_page(version, people, digest=shown(version))
    assert "Say whether you approve all recommendations" in text_of(empty)


def test_what_was_typed_into_the_decision_survives_a_time_out(people: People) -> None:
    version = waiting(people)
    client = Client()
    sign_in(client, people["dmpc"])
    address = reverse("act", args=[version.decision_id, "decide"])
    page = client.get(address)
    fields = typed(version, typed_by=hidden(page, "typed_by"))
    Session.objects.all().delete()
    client.cookies.clear()
    asked = client.post(address, fields)
    assert "Your session has ended" in text_of(asked)
    assert load(version.pk).state == State.WITH_DECISION_MAKER
    answer = send(client, asked, login="dmpc", password=PASSWORD)
    while answer.status_code == 302:
        answer = client.get(answer["Location"])
    assert load(version.pk).state == State.DECIDED, text_of(answer)
    first = part1_of(load(version.pk)).all_recommendations[0]
    assert first.outcome_reason == WHY


def test_a_decision_taken_at_a_meeting_has_the_meetings_date_and_is_signed_later(
    people: People, public_client: PublicClient
) -> None:
    before = timezone.localdate() - timedelta(days=3)
    day = {f"meeting_on_{part}": str(getattr(before, part)) for part in ("day", "month", "year")}
    version = waiting(people)
    approve = {"digest": shown(version), "interests_any": "no", "all_as_recommended": "yes"}
    refused = decide_on_the_page(version, people, **approve, **day)
    assert refused.status_code == 409
    assert "The meeting was before this text was submitted" in text_of(refused)

    paper = walk.draft(made_up(4, "Masts"), people)
    Version.objects.filter(pk=paper.pk).update(
        retrospective_reason="The meeting of the board had to decide on the day.",
        urgency_reason="The offer ended on the day.",
    )
    version = walk.bring(load(paper.pk), people, "with_decision_maker")
    answer = decide_on_the_page(version, people, **{**approve, "digest": shown(version)}, **day)
    assert answer.status_code == 303, text_of(answer)
    part1 = published(load(version.pk), people)
    assert (part1.decided_on, part1.decided_at) == (before, "a meeting")
    assert timezone.localdate(part1.signatures[-1].at) == timezone.localdate()
    page = text_of(public_client.get(f"/decisions/{part1.key}/"))
    assert f"{before.day} {before:%B %Y}, at a meeting" in page
    assert "The offer ended on the day." in page
    assert "The meeting of the board had to decide on the day." in page


def test_no_decision_was_taken_at_a_meeting_that_is_still_to_come(people: People) -> None:
    version = waiting(people)
    ahead = timezone.localdate() + timedelta(days=1)
    day = {f"meeting_on_{part}": str(getattr(ahead, part)) for part in ("day", "month", "year")}
    approve = {"digest": shown(version), "interests_any": "no", "all_as_recommended": "yes"}
    assert "must be today or in the past" in text_of(decide_on_the_page(version, people, **approve, **day))


def test_a_decision_signed_in_place_keeps_its_own_day(people: People) -> None:
    version = waiting(people)
    outcomes = {str(row.pk): {"outcome": "approved"} for _, row in labelled(version)}
    perform(
        version.pk, "decide", by=people["dmpc"], digest=shown(version), interests="None.", outcomes=outcomes
    )
    part1 = part1_of(load(version.pk))
    assert (part1.decided_on, part1.decided_at) == (timezone.localdate(), "")
