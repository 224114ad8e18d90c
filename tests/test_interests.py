"""Interests: a decision maker who takes no part, who decides in their place, and what is printed (form.md 5)."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals import clock
from approvals.acts import part1_of
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, made_up
from approvals.models import Notice, Recusal, Signature
from approvals.signing import shown
from approvals.work import tasks
from approvals.workflow import NotAllowed, perform
from decisions import policy
from decisions.models import Access, Publication, Version
from decisions.part1 import from_bytes
from decisions.snapshot import labelled, load
from pcd.models import TrailEntry
from pcd.people.models import Holding, Office, User
from tests.drafting import signed_in, text_of
from tests.pages import assert_valid_html
from tests.public import PublicClient
from tests.signing import sign_in

pytestmark = pytest.mark.django_db

People = Mapping[str, User]
INTEREST = "My brother owns the land."


def waiting(people: People) -> Version:
    """A paper with a Part 2 that waits for the decision maker."""
    return walk.bring(
        walk.draft(made_up(1, "Signal masts", part2=CUSTODY), people), people, "with_decision_maker"
    )


def withdraw(version: Version, people: People, by: str = "dmpc") -> Version:
    """That paper, of which its decision maker takes no part."""
    perform(version.pk, "withdraw_from_deciding", by=people[by], interest=INTEREST)
    return load(version.pk)


def appoint(person: User, **how: object) -> Holding:
    """Somebody else who holds the decision maker's office too, or signs for it."""
    office = Office.objects.get(key="dmpc")
    return Holding.objects.create(office=office, person=person, **how)


def approve(version: Version, person: User) -> Version:
    """Let this person approve all of it."""
    outcomes = {str(row.pk): {"outcome": "approved"} for _, row in labelled(version)}
    perform(version.pk, "decide", by=person, digest=shown(version), interests="None.", outcomes=outcomes)
    return load(version.pk)


def test_who_takes_no_part_says_so_on_a_page_and_the_substitute_decides(
    people: People, public_client: PublicClient
) -> None:
    appoint(people["deputy"])
    version = waiting(people)
    dmpc = sign_in(Client(), people["dmpc"])
    address = reverse("act", args=[version.decision_id, "withdraw_from_deciding"])
    page = dmpc.get(address)
    assert_valid_html(page.content.decode())
    assert f"The paper goes to {people['deputy']}" in text_of(page)
    assert "Describe the interest" in text_of(dmpc.post(address, {"interest": ""}))
    late = sign_in(Client(), people["dmpc"], seconds_ago=3600).post(address, {"interest": INTEREST})
    assert (late.status_code, "Enter your password to take no part" in text_of(late)) == (403, True)
    assert not Recusal.objects.exists()
    assert [dmpc.post(address, {"interest": INTEREST}).status_code for _ in range(2)] == [303, 303]
    assert Recusal.objects.get().name == people["dmpc"].full_name

    version = load(version.pk)
    assert not policy.may(people["dmpc"], Access.PART2, version.decision)
    assert [task.version.pk for task in tasks(people["dmpc"])] == []
    assert version.pk in [task.version.pk for task in tasks(people["deputy"])]
    assert Notice.objects.filter(asks="recused", person=people["governance"]).exists()
    with pytest.raises(NotAllowed):
        approve(version, people["dmpc"])

    version = approve(version, people["deputy"])
    walk.clear(version, people)
    walk.publish(version, people)
    part1 = from_bytes(bytes(Publication.objects.get().body.content))
    assert [row.name for row in part1.took_no_part] == [people["dmpc"].full_name]
    said = f"declared an interest and took no part: {INTEREST}"
    assert said in text_of(public_client.get(f"/decisions/{part1.key}/"))
    assert said.split(":", maxsplit=1)[0] in text_of(dmpc.get(reverse("paper", args=[version.decision_id])))


def test_a_deputy_who_stands_in_finds_the_paper_of_who_takes_no_part(people: People) -> None:
    end = timezone.now() + timedelta(days=9)
    appoint(people["deputy"], capacity="delegate", only_in_absence=True, until=end, authority="Scheme, 4.5")
    version = waiting(people)
    assert version.pk not in [task.version.pk for task in tasks(people["deputy"])], (
        "the decision maker is there"
    )
    version = withdraw(version, people)
    assert version.pk in [task.version.pk for task in tasks(people["deputy"])]
    signed = approve(version, people["deputy"]).rounds.get().signatures.get(office="decision_maker")
    assert signed.on_behalf_of == f"{people['dmpc']}, {signed.held.title}"


def test_without_anybody_else_the_paper_stays_and_its_page_says_what_to_do(people: People) -> None:
    version = waiting(people)
    dmpc, governance = signed_in(people["dmpc"]), signed_in(people["governance"])
    page = dmpc.get(reverse("act", args=[version.decision_id, "withdraw_from_deciding"]))
    assert "Nobody else can decide this paper now" in text_of(page)
    withdraw(version, people)
    seen = governance.get(reverse("paper", args=[version.decision_id]))
    assert_valid_html(seen.content.decode())
    assert "Nobody can decide this paper now" in text_of(seen)
    assert "takes no part" in text_of(seen)

    appoint(people["deputy"])
    clock.tick()
    assert policy.may(people["deputy"], Access.PART2, version.decision)
    assert not policy.may(people["dmpc"], Access.PART2, version.decision), "the clock lets nobody in again"
    assert "Nobody can decide" not in text_of(governance.get(reverse("paper", args=[version.decision_id])))
    assert part1_of(approve(load(version.pk), people["deputy"])).outcome.startswith(
        "The above request has my"
    )


def test_an_interest_holds_through_a_return_and_another_round(people: People) -> None:
    appoint(people["deputy"])
    version = withdraw(waiting(people), people)
    perform(version.pk, "return_for_amendment", by=people["deputy"], reason="Say more.")
    version = walk.bring(load(version.pk), people, "with_decision_maker")
    assert not policy.may(people["dmpc"], Access.PART2, version.decision)
    with pytest.raises(NotAllowed):
        approve(version, people["dmpc"])


def forged(version: Version, person: User) -> None:
    """Write a decision of somebody into the table, past the application."""
    held = Office.objects.get(key="dmpc")
    row, acts = version.rounds.get(closed_at=None), b"{}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT sha256(%s)", [acts])
        [digest] = cursor.fetchone()
    Signature.objects.create(
        round=row,
        office="decision_maker",
        signer=person,
        held=held,
        name=person.full_name,
        office_title=held.title,
        capacity="in_office",
        statement="x",
        digest=bytes(row.snapshot.digest),
        acts=acts,
        acts_digest=digest,
    )


def test_the_database_takes_no_decision_of_who_took_no_part(people: People) -> None:
    appoint(people["deputy"])
    version = withdraw(waiting(people), people)
    with pytest.raises(DatabaseError, match="take no part"), transaction.atomic():
        forged(version, people["dmpc"])
    forged(version, people["deputy"])


def test_an_interest_is_declared_only_while_the_paper_waits_for_the_decision_maker(people: People) -> None:
    version = walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "with_chief_executive")
    with pytest.raises(DatabaseError), transaction.atomic():
        Recusal.objects.create(
            version=version, person=people["dmpc"], name="x", office_title="x", interest="x"
        )


def test_the_trail_names_who_and_never_the_interest(people: People) -> None:
    version = withdraw(waiting(people), people)
    entry = TrailEntry.objects.get(verb="withdraw_from_deciding")
    assert entry.actor == people["dmpc"].full_name
    assert INTEREST not in str(list(TrailEntry.objects.values()))
    assert INTEREST not in str(list(Notice.objects.values()))
    assert "declared an interest and took no part" in text_of(
        signed_in(people["officer"]).get(reverse("paper", args=[version.decision_id]))
    )
