"""A decision taken back: signed with its reason, told where it was public, and nothing more where it was not."""

import json
from collections.abc import Mapping

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from approvals import clock, signing
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, made_up
from approvals.models import Notice, Override, Rescission
from approvals.verify import faults
from approvals.workflow import NotAllowed, Refused, perform
from decisions import policy
from decisions.models import Access, NumberEvent, Publication, PublicationFile, State, Version
from decisions.public import chain
from decisions.snapshot import load
from pcd.people.models import Holding, Office, User
from tests.drafting import signed_in, text_of, url
from tests.pages import assert_valid_html
from tests.public import PublicClient
from tests.signing import sign_in

pytestmark = pytest.mark.django_db

People = Mapping[str, User]
REASON = "The buyer withdrew on the day after."


def at(station: str, people: People, **changes: object) -> Version:
    """Return a paper about a sale with a Part 2 that stands there."""
    return walk.bring(
        walk.draft(made_up(1, "Sale of a cottage", part2=CUSTODY, **changes), people), people, station
    )


def test_what_was_published_says_that_and_why_it_was_rescinded(
    people: People, public_client: PublicClient
) -> None:
    version = at("published", people)
    clock.render()
    key = version.decision.key
    pdf = bytes(PublicationFile.objects.get(publication=version.pk).content)
    before = public_client.get(f"/decisions/{key}/")
    data_before = json.loads(public_client.get(f"/decisions/{key}.json").content)

    walk.rescind(version, people, REASON)

    page = public_client.get(f"/decisions/{key}/")
    assert "This decision was rescinded on" in text_of(page)
    assert f"Reason: {REASON}" in text_of(page)
    assert_valid_html(page.content.decode())
    assert page["ETag"] != before["ETag"]
    data = json.loads(public_client.get(f"/decisions/{key}.json").content)
    assert data_before["rescinded"] is None
    assert data["rescinded"]["reason"] == REASON
    assert data["decision"] == data_before["decision"]
    assert data["digest"] == data_before["digest"]
    assert public_client.get(f"/decisions/{key}.pdf").content == pdf
    for listing in ("/", "/decisions/"):
        assert "Rescinded on" in text_of(public_client.get(listing))
    register = text_of(public_client.get("/register/", {"state": "rescinded"}))
    assert "Sale of a cottage" in register
    assert faults(version.decision) == []


def test_of_what_was_not_published_the_number_and_the_state_are_all_that_is_told(
    people: People, public_client: PublicClient
) -> None:
    version = at("cleared", people, deferred_until_days=9, deferral_reason="Negotiations.")
    walk.rescind(version, people, REASON)

    key = version.decision.key
    page = public_client.get(f"/decisions/{key}/")
    assert page.status_code == 404
    assert "Rescinded" in text_of(page)
    assert "If the decision is published" not in text_of(page)
    told = page.content.decode() + public_client.get("/register/").content.decode()
    for word in ("cottage", "buyer", REASON):
        assert word not in told
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM site.decisions_rescindedpublication")
        assert cursor.fetchone() == (0,)
    assert NumberEvent.objects.filter(key=key).latest("at").became == "rescinded"
    assert faults(version.decision) == []


def test_the_clock_never_publishes_what_was_rescinded(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = at("cleared", people, deferred_until_days=1, deferral_reason="Negotiations.")
    walk.rescind(version, people)
    monkeypatch.setattr("approvals.needs.day_come", lambda context: [])
    clock.tick()
    with pytest.raises(Refused):
        perform(version.pk, "publish", by=None)
    assert not Publication.objects.filter(pk=version.pk).exists()
    assert Version.objects.get(pk=version.pk).state == State.RESCINDED


def test_the_decision_maker_rescinds_on_a_page_after_proving_who_they_are(people: People) -> None:
    version = at("published", people)
    address = reverse("act", args=[version.decision_id, "rescind"])
    late = sign_in(Client(), people["dmpc"], seconds_ago=3600)
    assert "password" in text_of(late.post(address, {"reason": REASON}))
    assert not Rescission.objects.exists()
    dmpc = sign_in(Client(), people["dmpc"])
    page = dmpc.get(address)
    assert_valid_html(page.content.decode())
    assert "This is published with the decision" in text_of(page)
    shown = page.context["form"].shown()

    leak = dmpc.post(
        address, {"digest": shown, "reason": "The valuer advises for the marigold site £3,264,900."}
    )
    assert leak.status_code == 409
    assert "repeats something that stands in Part 2" in text_of(leak)
    assert "marigold" in leak.content.decode()  # what was typed is still there
    assert not Rescission.objects.exists()

    assert dmpc.post(address, {"digest": shown, "reason": ""}).status_code == 200
    sent = {"digest": shown, "reason": REASON}
    assert [dmpc.post(address, sent).status_code for _ in range(2)] == [303, 303]
    row = Rescission.objects.get()
    assert (row.name, row.office_title) == (people["dmpc"].full_name, row.held.title)
    paper = text_of(signed_in(people["officer"]).get(url("paper", version)))
    assert "Rescinded by Celestine Rowbotham" in paper
    assert "rescinded the decision" in paper


def test_who_advised_on_it_does_not_take_it_back(people: People) -> None:
    version = at("decided", people)
    Holding.objects.create(office=Office.objects.get(key="dmpc"), person=people["finance"])
    clock.let_in_successors()
    with pytest.raises(Refused, match="You gave advice on this paper"):
        perform(
            version.pk, "rescind", by=people["finance"], digest=signing.shown(load(version.pk)), reason=REASON
        )


def test_those_concerned_are_told_and_part_2_is_closed_to_who_needed_it_for_publication(
    people: People,
) -> None:
    version = at("decided", people)
    assert policy.may(people["legal"], Access.PART2, version.decision)
    walk.rescind(version, people)
    told = Notice.objects.filter(asks="rescinded").values_list("person__username", flat=True)
    assert set(told) == {"officer", "head", "chief", "governance", "governance2"}
    for name in ("legal", "governance"):
        assert not policy.may(people[name], Access.PART2, version.decision)
    for action in ("publish", "clear_for_publication", "defer", "rescind"):
        with pytest.raises((NotAllowed, Refused)):
            perform(
                version.pk, action, by=people["dmpc" if action == "rescind" else "governance"], reason="x"
            )


def test_a_successor_may_rescind_and_who_wrote_the_paper_may_not(people: People) -> None:
    version = at("published", people)
    office = Office.objects.get(key="dmpc")
    for name in ("deputy", "officer"):
        Holding.objects.create(office=office, person=people[name])
    with pytest.raises(NotAllowed):
        perform(version.pk, "rescind", by=people["deputy"], reason=REASON)
    assert [clock.let_in_decision_makers(), clock.let_in_decision_makers()] == [2, 0]
    # Not even with an override, which let nobody take back what somebody else decided.
    walk.be_small(people)
    override = {
        "round": version.rounds.get(),
        "office": office.role,
        "person": people["officer"],
        "reason": "x",
    }
    row = Override.objects.create(**override)
    Override.objects.filter(pk=row.pk).update(consented_by=people["governance2"], consented_at=Now())
    with pytest.raises(Refused, match="You wrote part"):
        perform(version.pk, "rescind", by=people["officer"], reason=REASON)
    assert not policy.may(people["deputy"], Access.PART2, version.decision)
    walk.rescind(version, {**people, "dmpc": people["deputy"]}, REASON)
    assert Rescission.objects.get().name == people["deputy"].full_name


def test_what_was_rescinded_changes_no_other_decision(people: People, public_client: PublicClient) -> None:
    first = at("published", people)
    link = {"kind": "supersedes", "reference": first.decision.reference}
    second = walk.bring(walk.draft(made_up(2, "Sale again", links=(link,)), people), people, "published")
    key = first.decision.key
    assert chain.banners(chain.of(key, []), key)
    walk.rescind(load(second.pk), people)
    assert not chain.banners(chain.of(key, []), key)
    assert "rescinded" in text_of(public_client.get(f"/decisions/{key}/"))
