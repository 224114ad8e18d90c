"""A private office prepares and reads while a paper is with its office, writes notes for it, and never acts."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from approvals import clock, private, work
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, made_up
from approvals.models import BriefingNote
from approvals.workflow import actions, perform
from decisions import policy
from decisions.models import Access, Grant, Publication, PublicationBody, Version
from decisions.snapshot import load
from pcd import trail
from pcd.people import accounts, history, offices
from pcd.people.models import Holding, Office, PrivateOffice, User
from pcd.people.offices import NotSound
from tests import rig
from tests.drafting import signed_in, text_of
from tests.pages import assert_valid_html
from tests.signing import hidden, send, sign_in
from tests.test_route_guards import refuses, run

pytestmark = pytest.mark.django_db

People = Mapping[str, User]
NOTE_CANARY = "Quidnunc"
STATIONS = (
    "with_head_of_service",
    "with_chief_executive",
    "with_decision_maker",
    "decided",
    "cleared",
    "published",
)


def office(key: str = "chief-executive") -> Office:
    return Office.objects.get(key=key)


def until() -> object:
    return timezone.now() + timedelta(days=30)


def named(people: People, who: str = "officer2", by: str = "chief", *, part2: bool = False) -> PrivateOffice:
    """Somebody is named for the office that `by` holds."""
    [of] = offices.names_for(people[by])
    return private.name(of, people[who], by=people[by], until=until(), reads_part2=part2)  # type: ignore[arg-type]


def draft(people: People, number: int = 1) -> Version:
    return walk.draft(made_up(number, "Masts", part2=CUSTODY), people)


def reads(person: User, version: Version) -> tuple[bool, bool]:
    """Say whether they read Part 1, and Part 2."""
    return tuple(policy.may(person, one, version.decision) for one in (Access.PART1, Access.PART2))  # type: ignore[return-value]


def test_it_reads_while_the_paper_is_with_its_office_and_is_offered_no_act_in_any_state(
    people: People,
) -> None:
    for by in ("head", "chief", "dmpc"):
        named(people, "officer2", by, part2=by == "chief")
    named(people, "equality", "chief")
    version, found = draft(people), {}
    for station in STATIONS:
        version = walk.bring(version, people, station)
        for who in ("officer2", "equality"):
            found[station, who] = reads(people[who], version)
            assert actions(version, people[who]) == []
            assert not policy.may_comment(people[who], version)
            assert work.tasks(people[who]) == []
    within = {key: value for key, value in found.items() if any(value)}
    assert within == {
        ("with_head_of_service", "officer2"): (True, False),
        ("with_chief_executive", "officer2"): (True, True),
        ("with_chief_executive", "equality"): (True, False),
        ("with_decision_maker", "officer2"): (True, False),
    }
    assert not Grant.objects.live().filter(source=private.SOURCE).exists()


@pytest.mark.parametrize("action", ["return_for_amendment", "withdraw"])
def test_what_is_returned_or_withdrawn_is_closed_to_it(people: People, action: str) -> None:
    named(people, part2=True)
    version = walk.bring(draft(people), people, "with_chief_executive")
    assert reads(people["officer2"], version) == (True, True)
    by = people["chief"] if action == "return_for_amendment" else people["officer"]
    perform(version.pk, action, by=by, reason="Another way was found.")
    assert reads(people["officer2"], version) == (False, False)
    assert signed_in(people["officer2"]).get(reverse("paper", args=[version.decision_id])).status_code == 404


def test_a_naming_opens_what_is_with_the_office_at_once_and_its_end_closes_it_at_once(people: People) -> None:
    version = walk.bring(draft(people), people, "with_chief_executive")
    row = named(people)
    assert reads(people["officer2"], version) == (True, False)
    offices.end_private_office(row, by=people["chief"])
    assert reads(people["officer2"], version) == (False, False)
    verbs = trail.entries("office", office().pk).values_list("verb", flat=True)
    assert [verb for verb in verbs if verb.startswith("private")] == [
        "private_office_named",
        "private_office_ended",
    ]


def test_the_clock_lets_in_and_out_what_nobody_did_at_once(people: People) -> None:
    version = walk.bring(draft(people), people, "with_chief_executive")
    row = offices.name_private_office(office(), people["officer2"], by=people["chief"], until=until())  # type: ignore[arg-type]
    assert reads(people["officer2"], version) == (False, False)
    clock.let_in_successors()
    clock.let_in_successors()
    assert reads(people["officer2"], version) == (True, False)
    assert Grant.objects.filter(source=private.SOURCE).count() == 1
    PrivateOffice.objects.filter(pk=row.pk).update(until=Now())
    clock.let_in_successors()
    assert reads(people["officer2"], version) == (False, False)


def test_a_private_office_ends_at_once_with_the_office_of_who_named_it(people: People) -> None:
    version = walk.bring(draft(people), people, "with_chief_executive")
    row = named(people, part2=True)
    held = Holding.objects.get(person=people["chief"])
    offices.end(held, by=people["admin"])
    assert reads(people["officer2"], version) == (False, False)
    row.refresh_from_db()
    assert row.until <= timezone.now()
    offices.appoint(held.office, people["equality"], by=None)
    clock.let_in_successors()
    assert reads(people["equality"], version) == (True, True)
    assert reads(people["officer2"], version) == (False, False), "nobody reads for the successor unnamed"
    said = [row.what for row in history.of("office", office().pk)]
    assert "Tomas Birchall is in the private office no more" in said


def test_a_holding_that_runs_out_closes_its_private_office(people: People) -> None:
    """As when its last day has passed: nothing is written then, and the clock settles."""
    version = walk.bring(draft(people), people, "with_chief_executive")
    named(people, part2=True)
    Holding.objects.filter(person=people["chief"]).update(until=Now())
    assert not PrivateOffice.objects.current().exists()
    clock.let_in_successors()
    assert reads(people["officer2"], version) == (False, False)


def test_letting_somebody_in_again_gives_no_private_office_back(people: People) -> None:
    version = walk.bring(draft(people), people, "with_chief_executive")
    named(people, part2=True)
    assert reads(people["officer2"], version) == (True, True)
    accounts.deactivate(people["officer2"], by=people["admin"])
    accounts.reactivate(people["officer2"], by=people["admin"])
    back = User.objects.get(pk=people["officer2"].pk)
    assert reads(back, version) == (False, False)
    clock.let_in_successors()
    assert reads(back, version) == (False, False)


def test_access_has_the_end_of_the_naming(people: People) -> None:
    row = named(people)
    version = walk.bring(draft(people), people, "with_chief_executive")
    [given] = Grant.objects.live().filter(decision=version.decision, person=people["officer2"])
    assert (given.until, given.source) == (row.until, "private_office")


def test_who_takes_no_part_has_nobody_read_for_them(people: People) -> None:
    named(people, by="dmpc", part2=True)
    version = walk.bring(draft(people), people, "with_decision_maker")
    assert reads(people["officer2"], version) == (True, True)
    perform(version.pk, "withdraw_from_deciding", by=people["dmpc"], interest="My brother.")
    assert reads(people["officer2"], version) == (False, False)


def test_who_takes_no_part_and_who_serves_them_read_no_notes_and_the_substitute_does(people: People) -> None:
    """Legal serves the recused holder, and reads the paper as its adviser; finance stands in for them as well."""
    dmpc = office("dmpc")
    Holding.objects.create(office=dmpc, person=people["deputy"])
    delegated = {"capacity": Holding.Capacity.DELEGATE, "authority": "p 3", "until": until()}
    Holding.objects.create(office=dmpc, person=people["finance"], **delegated)
    version = walk.bring(draft(people), people, "with_decision_maker")
    for who in ("legal", "finance"):
        named(people, who, by="dmpc", part2=True)
    private.name(dmpc, people["officer2"], by=people["deputy"], until=until(), reads_part2=False)  # type: ignore[arg-type]
    private.write(version, NOTE_CANARY, by=people["officer2"])
    readers = ("dmpc", "legal", "finance", "deputy", "officer2")

    def opens() -> set[str]:
        return {who for who in readers if private.notes(load(version.pk), people[who])}

    assert opens() == {*readers}
    perform(version.pk, "withdraw_from_deciding", by=people["dmpc"], interest="My brother.")
    assert opens() == {"deputy", "officer2"}
    assert policy.may(people["dmpc"], Access.PART1, version.decision)
    for who in ("dmpc", "legal"):
        shown = signed_in(people[who]).get(reverse("paper", args=[version.decision_id]))
        assert shown.status_code == 200
        assert NOTE_CANARY not in shown.content.decode()
    assert [private.writes_for(load(version.pk), people[who]) for who in readers[:3]] == [None] * 3


@pytest.mark.parametrize("by", ["deputy", "admin", "officer", "dmpc"])
def test_only_who_holds_the_office_names_and_ends(people: People, by: str) -> None:
    """The deputy signs for the chief executive, and does not hold that office."""
    with pytest.raises(NotSound, match="Only who holds the office"):
        offices.name_private_office(office(), people["officer2"], by=people[by], until=until())  # type: ignore[arg-type]
    row = named(people)
    with pytest.raises(NotSound, match="Only who holds the office"):
        offices.end_private_office(row, by=people[by])
    assert PrivateOffice.objects.current().get() == row


def test_the_database_keeps_namings_and_notes(people: People) -> None:
    row, person = named(people), people["officer2"].pk
    by_hand = {"office": office(), "person": people["finance"], "until": until()}
    assert refuses(lambda: PrivateOffice.objects.create(**by_hand, named_by=people["deputy"]))
    assert refuses(run("delete from people_privateoffice"))
    for change in ("reads_part2 = true", "until = until + interval '1 day'", "named_by_id = person_id"):
        assert refuses(run(f"update people_privateoffice set {change}")), change
    version = walk.bring(draft(people), people, "with_chief_executive")
    note = private.write(version, NOTE_CANARY, by=people["officer2"])
    assert refuses(run("update approvals_briefingnote set by_id = by_id"))
    assert refuses(run("delete from approvals_briefingnotekey"))
    note_by_hand = {"version": version, "office": office(), "holds_part2": False, "sealed": note.sealed}
    assert refuses(lambda: BriefingNote.objects.create(**note_by_hand, by=people["finance"]))
    offices.end_private_office(row, by=people["chief"])
    assert refuses(lambda: BriefingNote.objects.create(**note_by_hand, by_id=person))
    assert refuses(run("update people_privateoffice set until = now() + interval '1 day'"))


def test_notes_are_read_by_the_office_and_its_private_office_and_stand_nowhere_else(people: People) -> None:
    named(people, part2=False)
    named(people, "commercial", part2=True)
    named(people, "data_protection", by="dmpc", part2=True)
    version = walk.bring(draft(people), people, "with_chief_executive")
    page, reading = (reverse(name, args=[version.decision_id]) for name in ("paper", "paper-read"))
    url = reverse("paper-briefing", args=[version.decision_id])
    writer = signed_in(people["officer2"])
    assert_valid_html(writer.get(url).content.decode())
    assert "Enter your note" in text_of(writer.post(url, {"text": " "}))
    assert writer.post(url, {"text": NOTE_CANARY}).status_code == 303
    private.write(version, f"{NOTE_CANARY} two", by=people["commercial"])

    def said(who: str, address: str = page) -> int:
        return signed_in(people[who]).get(address).content.decode().count(NOTE_CANARY)

    assert_valid_html(signed_in(people["chief"]).get(page).content.decode())
    assert {who: said(who) for who in people if said(who)} == {"chief": 2, "officer2": 1, "commercial": 2}
    assert said("chief", reading) == 2
    assert "briefed" not in text_of(signed_in(people["officer"]).get(page))
    stored = [bytes(row.sealed) + bytes(row.key.wrapped) for row in BriefingNote.objects.all()]
    assert not any(NOTE_CANARY.encode() in one for one in stored)
    assert not any(NOTE_CANARY in str(row.detail) for row in trail.entries("decision", version.decision_id))
    with pytest.raises(ValueError, match="neither holds nor serves"):
        private.write(version, "x", by=people["dmpc"])
    version = walk.bring(version, people, "with_decision_maker")
    late = signed_in(people["chief"]).post(url, {"text": "Typed too late."})
    assert late.status_code == 409
    assert "Typed too late." in late.content.decode()
    assert writer.post(url, {"text": "Typed too late."}).status_code == 404
    assert BriefingNote.objects.count() == 2
    version = walk.bring(version, people, "published")
    assert {who: said(who) for who in people if said(who)} == {"chief": 2}
    assert Publication.objects.filter(pk=version.pk).exists()
    assert not any(NOTE_CANARY in str(row) for row in PublicationBody.objects.values_list())


def test_naming_asks_for_proof_keeps_what_was_typed_and_needs_the_second_factor(
    people: People, settings: Settings
) -> None:
    url, last = reverse("private-office"), timezone.localdate() + timedelta(days=4)
    typed = {"office": office().pk, "person": people["officer2"].pk, "reads_part2": "yes"}
    typed |= {"last_day_day": last.day, "last_day_month": last.month, "last_day_year": last.year}
    client = sign_in(Client(), people["chief"], seconds_ago=3600)
    asked = client.post(url, typed)
    assert "name somebody for your private office" in text_of(asked)
    mark = hidden(client.get(url), "typed_by")
    # The session ended meanwhile: what was typed waits on the sign-in page.
    signed_out = Client().post(url, {**typed, "typed_by": mark})
    assert hidden(signed_out, "carried")
    settings.SECOND_FACTOR_REQUIRED = True
    for address in (url, reverse("absence")):
        assert client.get(address)["Location"] == reverse("mfa_index")
        client.post(address, typed)
    assert not PrivateOffice.objects.exists()
    assert offices.absence_of(people["chief"]) is None
    settings.SECOND_FACTOR_REQUIRED = False
    assert send(client, asked, password=rig.PASSWORD).status_code == 303
    assert PrivateOffice.objects.current().get().reads_part2


def test_the_page_names_and_ends_and_my_work_lists_what_is_with_the_office(people: People) -> None:
    version = walk.bring(draft(people), people, "with_chief_executive")
    chief, url = sign_in(Client(), people["chief"]), reverse("private-office")
    assert url in chief.get(reverse("my-work")).content.decode()
    assert signed_in(people["officer"]).get(url).status_code == 404
    last = timezone.localdate() + timedelta(days=4)
    typed = {
        "office": office().pk,
        "person": people["officer2"].pk,
        "reads_part2": "yes",
        "last_day_day": last.day,
        "last_day_month": last.month,
        "last_day_year": last.year,
    }
    wrong = chief.post(url, {**typed, "reads_part2": "", "last_day_year": last.year - 1})
    assert "Say whether they read Part 2" in text_of(wrong)
    assert "must be today or later" in text_of(wrong)
    assert chief.post(url, typed).status_code == 303
    assert "is in this private office already" in text_of(chief.post(url, typed))
    assert_valid_html(chief.get(url).content.decode())
    served = signed_in(people["officer2"])
    listed = text_of(served.get(reverse("my-work")))
    assert f"With the {office()}" in listed
    assert version.title in listed
    assert version.title in served.get(reverse("my-work-csv")).content.decode()
    [row] = PrivateOffice.objects.current()
    assert signed_in(people["dmpc"]).post(url, {"end": row.pk}).status_code == 404
    assert [chief.post(url, {"end": one}).status_code for one in (row.pk, row.pk, "x")] == [303, 303, 404]
    assert f"With the {office()}" not in text_of(served.get(reverse("my-work")))
