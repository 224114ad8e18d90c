"""The pages of people and offices: what one person may do, and what takes a second pair of eyes."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from approvals import verify
from approvals.demo import walk
from approvals.demo.papers import made_up
from decisions.snapshot import load
from pcd import trail
from pcd.people import accounts, changes, history, offices
from pcd.people.models import Change, Holding, Office, User
from tests import rig
from tests.drafting import signed_in, text_of
from tests.pages import assert_valid_html
from tests.public import PublicClient
from tests.signing import hidden, send, sign_in

pytestmark = pytest.mark.django_db

People = Mapping[str, User]


def typed(name: str, day: date) -> dict[str, int]:
    """A day as it is typed into three boxes."""
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def soon(days: int) -> date:
    """A day to come."""
    return timezone.localdate() + timedelta(days=days)


def chief() -> Office:
    """The office of the chief executive."""
    return Office.objects.get(key="chief-executive")


def page(client: Client, name: str, *of: object) -> str:
    """The page's words; it is valid."""
    answer = client.get(reverse(name, args=of))
    assert answer.status_code == 200, name
    assert_valid_html(answer.content.decode())
    return text_of(answer)


def second(people: People, who: str = "governance") -> Client:
    """Somebody who has just proved who they are."""
    return sign_in(Client(), people[who])


def decided(client: Client, change: Change, agrees: str = "yes", **said: str) -> Any:
    """Decide on a change."""
    return client.post(reverse("change", args=[change.pk]), {"agrees": agrees, **said})


def proposed(admin: Client, people: People, who: str = "officer2", **said: object) -> Change:
    """Propose on the page that somebody acts as chief executive."""
    form = {"person": str(people[who].pk), "capacity": "acting", **typed("last_day", soon(30)), **said}
    answer = admin.post(reverse("office-appoint", args=[chief().pk]), form)
    assert answer.status_code == 303, text_of(answer)
    return Change.objects.latest("proposed_at")


@pytest.fixture
def admin(people: People) -> Client:
    """The administrator, signed in."""
    return signed_in(people["admin"])


def test_an_appointment_takes_effect_when_a_second_person_agrees(admin: Client, people: People) -> None:
    change = proposed(admin, people)
    assert not Holding.objects.filter(person=people["officer2"], office=chief()).exists()
    assert "Waits for a second person" in page(admin, "office", chief().pk)
    assert "Agree to this change" not in text_of(admin.get("/"))  # not for whoever proposed it
    governance = second(people)
    assert "Tomas Birchall as Chief Executive" in page(governance, "my-work")
    assert "Do you agree to this?" in page(governance, "change", change.pk)
    assert decided(governance, change).status_code == 303
    held = Holding.objects.get(person=people["officer2"], office=chief())
    assert held.capacity == "acting"
    assert timezone.localdate(held.until) == soon(31)
    said = page(admin, "office", chief().pk)
    for words in (
        "Tomas Birchall was appointed, acting",
        "Agreed: appointment of Tomas Birchall",
        "Bram Fairweather",
    ):
        assert words in said
    verbs = trail.entries("person", people["officer2"].pk).values_list("verb", "actor")
    assert list(verbs) == [("proposed", "Silas Penhallow"), ("agreed_to", "Bram Fairweather")]
    assert "Agreed to by" in page(admin, "change", change.pk)
    assert decided(governance, change).status_code == 303  # a second click
    assert Holding.objects.filter(person=people["officer2"], office=chief()).count() == 1


def test_whoever_proposed_it_may_take_it_back_and_nobody_else(admin: Client, people: People) -> None:
    change = proposed(admin, people)
    with pytest.raises(changes.NotYours):
        changes.withdraw(change, by=people["governance"])
    assert "Withdraw this proposal" not in page(second(people), "change", change.pk)
    assert "Withdraw this proposal" in page(admin, "change", change.pk)
    client, url = second(people, "admin"), reverse("change", args=[change.pk])
    assert [client.post(url, {"withdraw": "yes"}).status_code for _ in range(2)] == [303, 303]
    change.refresh_from_db()
    assert change.withdrawn
    assert "Withdrawn by Silas Penhallow" in page(admin, "change", change.pk)
    assert "Withdrawn: appointment of Tomas Birchall" in page(admin, "office", chief().pk)
    assert changes.waiting_for(people["governance"]) == []
    decided(second(people), change)
    assert not Holding.objects.filter(person=people["officer2"], office=chief()).exists()
    proposed(admin, people)  # the same may be proposed anew


def test_a_proposal_does_not_outlive_the_office_of_who_made_it(admin: Client, people: People) -> None:
    change = proposed(admin, people)
    offices.appoint(Office.objects.get(role="administrator"), people["commercial"], by=None)
    accounts.deactivate(people["admin"], by=people["commercial"])
    answer = decided(second(people), change)
    assert "is no administrator any more" in text_of(answer)
    with pytest.raises(IntegrityError, match="change refused"), transaction.atomic():
        Change.objects.filter(pk=change.pk).update(
            decided_by=people["governance"], decided_at=timezone.now(), agrees=True
        )
    assert not Holding.objects.filter(person=people["officer2"], office=chief()).exists()
    assert decided(second(people), change, "no", reason="They have left.").status_code == 303


def test_history_leads_to_what_was_decided_and_why(admin: Client, people: People) -> None:
    change = proposed(admin, people)
    decided(second(people), change, "no", reason="Not them.")
    for name, of in (("office", chief().pk), ("person", people["officer2"].pk)):
        history_of = admin.get(reverse(name, args=[of])).content.decode().partition("History</h2>")[2]
        assert history_of.count(reverse("change", args=[change.pk])) == 2, name
    assert "Not them." in page(admin, "change", change.pk)


@pytest.mark.parametrize("last", [date(2027, 1, 31), date(2027, 7, 31)])  # in winter, and in summer time
def test_the_last_day_is_the_one_that_was_typed(admin: Client, people: People, last: date) -> None:
    said = f"{last.day} {last:%B %Y}"
    change = proposed(admin, people, "officer2", **typed("last_day", last))
    assert f"Last day {said}" in page(admin, "change", change.pk)
    decided(second(people), change)
    text = page(admin, "office", chief().pk)
    assert f"until {said}" in text.partition("History")[0]
    assert f"was appointed, acting, until {said}" in text
    delegated = Holding.objects.get(person=people["deputy"], capacity="delegate")
    assert delegated.last_day
    assert f"until {delegated.last_day.day} {delegated.last_day:%B %Y}" in page(admin, "offices")
    admin.post(reverse("person-absence", args=[people["legal"].pk]), typed("last_day", last))
    text = page(admin, "person", people["legal"].pk)
    assert f"until {said} recorded by" in text
    assert f"Recorded as away, until {said}" in text
    assert f"away until {said}" in page(admin, "person-absence", people["legal"].pk)


def test_it_asks_for_proof_and_loses_nothing(admin: Client, people: People) -> None:
    change = proposed(admin, people)
    client = sign_in(Client(), people["governance"], seconds_ago=3600)
    url = reverse("change", args=[change.pk])
    mark = hidden(client.get(url), "typed_by")
    asked = client.post(url, {"agrees": "no", "reason": "Not them.", "typed_by": mark})
    assert "decide on this change" in text_of(asked)
    assert not Change.objects.get(pk=change.pk).decided_by
    send(client, asked, password=rig.PASSWORD)
    change.refresh_from_db()
    assert (change.agrees, change.reason) == (False, "Not them.")
    assert "Not them." in page(admin, "change", change.pk)
    assert not Holding.objects.filter(person=people["officer2"], office=chief()).exists()


def test_to_turn_it_down_needs_a_reason(admin: Client, people: People) -> None:
    change = proposed(admin, people)
    answer = decided(second(people), change, "no")
    assert "Enter why you turn it down" in text_of(answer)
    assert_valid_html(answer.content.decode())


@pytest.mark.parametrize("who", ["admin", "governance", "officer"])
def test_neither_its_proposer_nor_whom_it_is_about_nor_anybody_else_agrees(
    admin: Client, people: People, who: str
) -> None:
    change = proposed(admin, people, "governance")
    client = second(people, who)
    decided(client, change)
    with pytest.raises(changes.NotYours):
        changes.decide(change, by=people[who], agrees=True)
    assert change not in changes.waiting_for(people[who])
    with pytest.raises(IntegrityError, match="change refused"), transaction.atomic():
        Change.objects.filter(pk=change.pk).update(
            decided_by=people[who], decided_at=timezone.now(), agrees=True
        )
    assert not Change.objects.get(pk=change.pk).decided_by
    assert changes.waiting_for(people["governance2"]) == [change]


def test_a_change_is_proposed_by_an_administrator_for_others_and_decided_once(
    admin: Client, people: People
) -> None:
    def refused(**fields: Any) -> None:
        with pytest.raises(IntegrityError, match="change refused"), transaction.atomic():
            Change.objects.create(kind="appointment", about=str(chief().pk), **fields)

    refused(person=people["admin"], proposed_by=people["admin"])
    refused(person=people["officer"], proposed_by=people["governance"])
    row = proposed(admin, people)
    decided(second(people), row, "no", reason="Not now.")
    again: tuple[dict[str, Any], ...] = (
        {"agrees": True, "reason": ""},
        {"decided_by": people["governance2"]},
        {"values": {}},
    )
    for fields in again:
        with pytest.raises(IntegrityError, match="change refused"), transaction.atomic():
            Change.objects.filter(pk=row.pk).update(**fields)


def test_nobody_appoints_themselves_and_every_reason_is_said_with_what_was_typed(
    admin: Client, people: People
) -> None:
    url = reverse("office-appoint", args=[chief().pk])
    assert "Silas Penhallow</option>" not in admin.get(url).content.decode()
    with pytest.raises(offices.NotSound, match="Nobody proposes anything for themselves"):
        changes.propose("appointment", chief().pk, by=people["admin"], person=people["admin"])
    # The deputy signs for the chief executive, so they cannot hold the office as well.
    form = {"person": str(people["deputy"].pk), "capacity": "in_office", **typed("since", soon(3))}
    answer = admin.post(url, form)
    assert "Harriet Vane-Lowe signs for the office" in text_of(answer)
    html = answer.content.decode()
    assert_valid_html(html)
    assert f'value="{people["deputy"].pk}" selected' in html
    assert f'value="{soon(3).day}"' in html
    assert not Change.objects.exists()


def test_what_has_changed_in_the_meantime_cannot_be_agreed_to(admin: Client, people: People) -> None:
    change = proposed(admin, people)
    offices.appoint(chief(), people["officer2"], by=None)
    answer = decided(second(people), change)
    assert "holds the office" in text_of(answer)
    assert not Change.objects.get(pk=change.pk).decided_by
    assert decided(second(people), change, "no", reason="They hold it already.").status_code == 303


def test_nobody_is_appointed_so_that_two_sign_for_each_other(people: People) -> None:
    head = Office.objects.get(holdings__person=people["head"])
    until = timezone.now() + timedelta(days=9)
    Holding.objects.filter(person=people["deputy"], capacity="delegate").update(until=timezone.now())
    # Who is to be appointed signs for the head of service, who signs for the chief executive.
    about = {"by": people["admin"], "until": until, "authority": "paragraph 1"}
    offices.delegate(chief(), people["head"], **about)  # type: ignore[arg-type]
    offices.delegate(head, people["officer2"], **about)  # type: ignore[arg-type]
    [reason] = offices.why_not_appointed(chief(), people["officer2"], since=timezone.now(), until=None)
    assert "Nobody can sign for each other" in reason
    assert not offices.why_not_appointed(chief(), people["officer"], since=timezone.now(), until=None)


def test_a_delegation_is_proposed_with_its_scope_and_a_paragraph_of_the_scheme(
    admin: Client, people: People
) -> None:
    url = reverse("office-delegate", args=[chief().pk])
    html = admin.get(url).content.decode()
    assert_valid_html(html)
    assert "2.1:" not in html  # a reserved matter
    paragraph = "paragraph 4.11 of the Scheme of consent and delegation"
    form = {
        **{"person": str(people["head"].pk), "paragraph": paragraph, "kinds": ["contract_award"]},
        **{"up_to": "£250k", "only_in_absence": "no"},
    }
    answer = admin.post(url, form)
    assert "Enter the last day" in text_of(answer)
    assert "£250k" in answer.content.decode()
    assert admin.post(url, form | typed("last_day", soon(60))).status_code == 303
    change = Change.objects.get()
    said = page(second(people), "change", change.pk)
    for words in ("Contract award", "£250,000", paragraph, "Rosalind Okoye-Marsh", people["head"].email):
        assert words in said
    assert decided(second(people), change).status_code == 303
    held = Holding.objects.get(person=people["head"], capacity="delegate")
    assert (held.kinds, held.up_to, held.only_in_absence, held.authority) == (
        *(["contract_award"], Decimal(250_000), False, paragraph),
    )
    assert "Contract award · up to £250,000" in page(admin, "office", chief().pk)
    # Nobody signs for an office of their own: said at once, and nothing is proposed.
    own = form | typed("last_day", soon(60)) | {"person": str(people["chief"].pk)}
    assert "holds the office" in text_of(admin.post(url, own))
    assert Change.objects.count() == 1


def test_a_new_office_takes_two_people_and_is_vacant(admin: Client, people: People) -> None:
    page(admin, "office-add")
    url, form = reverse("office-add"), {"role": "head_of_service", "title": "Director of Estates"}
    for wrong, words in (
        ({"title": ""}, "Enter a title"),
        ({"title": "governance TEAM"}, "The office “Governance team” has this title already"),
        ({"role": "chief_executive"}, "There is one such office, “Chief Executive Officer”"),
        ({"role": "decision_maker"}, "There is one such office, “Deputy Mayor for Policing and Crime”"),
        ({"role": "mayor"}, "Select one of the answers shown"),  # there is one, so it is not offered
        ({"role": ""}, "Select what the office does"),
    ):
        answer = admin.post(url, form | wrong)
        assert words in text_of(answer), words
        assert f'value="{(form | wrong)["title"]}"' in answer.content.decode() or not (form | wrong)["title"]
        assert_valid_html(answer.content.decode())
    assert not Change.objects.exists()
    assert admin.post(url, form).status_code == 303
    assert "proposed already" in text_of(admin.post(url, form))
    assert not Office.objects.filter(title="Director of Estates").exists()
    change, governance = Change.objects.get(), second(people)
    assert "A new office: Director of Estates" in page(admin, "offices")
    assert "A new office: Director of Estates" in page(governance, "my-work")
    said = page(governance, "change", change.pk)
    for words in (
        "Head of service",
        "Key for single sign-on head-of-service-director-of-estates",
        "never taken away",
    ):
        assert words in said
    assert decided(governance, change).status_code == 303
    office = Office.objects.get(key="head-of-service-director-of-estates")
    assert (office.title, office.role) == ("Director of Estates", "head_of_service")
    said = page(admin, "offices")
    assert "Director of Estates Vacant" in said
    assert "Waits for a second person" not in said
    history_of = admin.get(reverse("office", args=[office.pk])).content.decode().partition("History</h2>")[2]
    assert reverse("change", args=[change.pk]) in history_of
    assert "Agreed: a new office: Director of Estates" in page(admin, "reference")
    # Another title may give the same key, and a title may be given to somebody else after all.
    same = {"role": "head_of_service", "title": "Director, of Estates"}
    assert admin.post(url, same).status_code == 303
    again = Change.objects.latest("proposed_at")
    assert again.values["key"] == "head-of-service-director-of-estates-2"
    Office.objects.filter(pk=office.pk).update(title="Director, of Estates")
    assert "has this title already" in text_of(decided(governance, again))


def test_another_title_takes_two_people_and_what_is_signed_keeps_the_old_one(
    admin: Client, people: People, public_client: PublicClient
) -> None:
    paper = walk.bring(walk.draft(made_up(1, "Lockers"), people), people, "with_chief_executive")
    head = paper.head_of_service
    assert head
    before, url = head.title, reverse("office-title", args=[head.pk])
    assert f'value="{before}"' in admin.get(url).content.decode()
    page(admin, "office-title", head.pk)
    assert "This is its title already" in text_of(admin.post(url, {"title": before}))
    for same in (
        "Internal audit",
        "Internal  audit",
        "internal\u00a0audit",
        "\uff29nternal audit",
    ):  # in print
        assert "has this title already" in text_of(admin.post(url, {"title": same})), same
    assert admin.post(url, {"title": "Director of Resources"}).status_code == 303
    change, governance = Change.objects.get(), second(people)
    assert f"Another title for the office {before}" in page(governance, "my-work")
    assert f"Another title for the office {before}" in page(admin, "office", head.pk)
    said = page(governance, "change", change.pk)
    for words in (before, "Director of Resources", "keeps the old one"):
        assert words in said
    assert admin.post(url, {"title": "Director of Money"}).status_code == 303
    assert decided(governance, change).status_code == 303
    head.refresh_from_db()
    assert (head.title, head.role) == ("Director of Resources", "head_of_service")
    assert f"Agreed: another title for the office {before}" in page(admin, "office", head.pk)
    late = Change.objects.latest("proposed_at")
    assert "has changed since it was proposed" in text_of(decided(governance, late))
    # What was submitted and signed goes on its way as it is, and is published in the old words.
    published = walk.bring(load(paper.pk), people, "published")
    shown = text_of(public_client.get(f"/decisions/{published.decision.key}/"))
    assert f"The {before} has reviewed the request" in shown
    assert "Director of Resources" not in shown
    assert verify.faults(published.decision) == []
    call_command("reference", verbosity=0)  # as set-up does at an upgrade
    head.refresh_from_db()
    assert head.title == "Director of Resources"


def test_to_end_a_holding_needs_one_person_and_holds_at_once(admin: Client, people: People) -> None:
    held = Holding.objects.get(person=people["finance"])
    assert "End it now" in page(admin, "holding-end", held.pk)
    assert admin.post(reverse("holding-end", args=[held.pk])).status_code == 303
    assert not people["finance"].roles()
    said = page(admin, "office", held.office_id)
    assert "Nobody: the office is vacant" in said
    assert "Wilma Ashgrove left the office" in said
    assert admin.get(reverse("holding-end", args=[held.pk])).status_code == 404
    later = offices.appoint(held.office, people["finance"], by=None, since=timezone.now() + timedelta(days=5))
    assert "To come" in page(admin, "office", held.office_id)
    offices.end(later, by=people["admin"])  # before it has begun
    later.refresh_from_db()
    assert later.until
    assert later.until - later.since < timedelta(seconds=1)


def test_the_last_administrator_stays_and_a_second_one_may_go(admin: Client, people: People) -> None:
    held = Holding.objects.get(person=people["admin"])
    answer = admin.post(reverse("holding-end", args=[held.pk]))
    assert "This is the last administrator" in text_of(answer)
    assert_valid_html(answer.content.decode())
    url = reverse("person-active", args=[people["admin"].pk])
    assert "Nobody deactivates themselves" in text_of(admin.post(url, {"deactivate": "yes"}))
    other = offices.appoint(held.office, people["officer2"], by=None)
    two = signed_in(people["officer2"])
    assert two.post(url, {"deactivate": "yes"}).status_code == 303
    assert two.post(reverse("holding-end", args=[other.pk])).status_code == 200
    assert people["officer2"].roles() >= {"administrator"}


def test_deactivating_ends_sessions_and_offices_at_once_and_coming_back_gives_none(
    admin: Client, people: People
) -> None:
    who, client = people["legal"], Client()
    client.login(username="legal", password=rig.PASSWORD)
    client.get("/")
    who_page, url = reverse("person", args=[who.pk]), reverse("person-active", args=[who.pk])
    assert "Deactivate them now" in page(admin, "person-active", who.pk)
    assert admin.post(url, {"deactivate": "yes"}).status_code == 303
    assert client.get("/").status_code == 302  # to the sign-in page
    assert not UserSession.objects.filter(user=who).exists()
    assert not Holding.objects.current().filter(person=who).exists()
    assert "Deactivated: sessions and offices ended" in text_of(admin.get(who_page))
    assert "Dorian Peake" in page(admin, "people")
    assert "Reactivate them" in page(admin, "person-active", who.pk)
    assert admin.post(url, {"reactivate": "yes"}).status_code == 303
    assert User.objects.get(pk=who.pk).is_active
    assert not User.objects.get(pk=who.pk).roles()
    assert [row.what for row in history.of("person", who.pk)][:2] == [
        "Reactivated",
        "Deactivated: sessions and offices ended",
    ]


def test_people_are_added_and_changed_and_history_says_so(admin: Client, people: People) -> None:
    url = reverse("person-add")
    page(admin, "person-add")
    typed_in = {"full_name": "Nia Fennimore", "username": "officer", "job_title": "Analyst", "email": "nia"}
    answer = admin.post(url, typed_in)
    said = text_of(answer)
    assert "Somebody else has this user name" in said
    assert "email" in said
    assert 'value="Nia Fennimore"' in answer.content.decode()
    assert_valid_html(answer.content.decode())
    assert admin.post(url, typed_in | {"username": "nia", "email": "nia@pcd.example"}).status_code == 303
    nia = User.objects.get(username="nia")
    assert not nia.has_usable_password()
    assert not nia.roles()
    change = {"full_name": "Nia Fennimore-Cole", "job_title": "Analyst", "email": "officer@pcd.example"}
    answer = admin.post(reverse("person-change", args=[nia.pk]), change)
    assert "Somebody else has this email address" in text_of(answer)
    change["email"] = "nia@pcd.example"
    assert admin.post(reverse("person-change", args=[nia.pk]), change).status_code == 303
    said = page(admin, "person", nia.pk)
    for words in ("Nia Fennimore-Cole", "Added to the register", "Changed: name"):
        assert words in said
    trail.write("person", nia.pk, "kept_search", by=nia, search="x")  # what concerns nobody else
    assert "search" not in page(admin, "person", nia.pk).partition("History")[2]


def test_the_address_of_whoever_has_an_office_takes_two_people_and_both_addresses_are_told(
    admin: Client,
    people: People,
    settings: Settings,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    """By a verified address single sign-on lets somebody in as this person."""
    settings.EMAIL_HOST = "mail.example"
    dmpc, url = people["dmpc"], reverse("person-change", args=[people["dmpc"].pk])
    old = dmpc.email
    form = {"full_name": dmpc.full_name, "job_title": "Deputy Mayor", "email": "silas@pcd.example"}
    assert "when a second person agrees" in page(admin, "person-change", dmpc.pk)
    with django_capture_on_commit_callbacks(execute=True):
        assert admin.post(url, form).status_code == 303
    dmpc.refresh_from_db()
    assert (dmpc.email, dmpc.job_title, mail.outbox) == (old, "Deputy Mayor", [])
    change = Change.objects.get()
    assert "is proposed already" in text_of(admin.post(url, form))
    own = {"full_name": "Silas Penhallow", "job_title": "", "email": "other@pcd.example"}
    answer = admin.post(reverse("person-change", args=[people["admin"].pk]), own)
    assert "Nobody proposes anything for themselves" in text_of(answer)
    assert 'value="other@pcd.example"' in answer.content.decode()
    assert not changes.may_decide(dmpc, change)
    governance = second(people)
    said = page(governance, "change", change.pk)
    assert f"Another email address of {dmpc}" in said
    assert old in said
    assert "silas@pcd.example" in said
    with django_capture_on_commit_callbacks(execute=True):
        assert decided(governance, change).status_code == 303
    dmpc.refresh_from_db()
    assert dmpc.email == "silas@pcd.example"
    assert sorted(mail.outbox[0].to + mail.outbox[1].to) == sorted([old, "silas@pcd.example"])
    assert "Bram Fairweather has changed the email address" in str(mail.outbox[0].body)
    said = page(admin, "person", dmpc.pk)
    for words in ("Proposed: email address", "Agreed: email address", "Changed: email address"):
        assert words in said


def test_an_address_is_not_changed_while_an_office_is_proposed(admin: Client, people: People) -> None:
    nia = accounts.add(
        by=people["admin"], username="nia", full_name="Nia Fennimore", job_title="", email="nia@pcd.example"
    )
    assert not accounts.address_takes_two(nia)
    proposed(admin, people, "officer2")
    assert not accounts.address_takes_two(nia)
    changes.propose(
        "appointment",
        chief().pk,
        by=people["admin"],
        person=nia,
        acting=True,
        reads_part2=False,
        since="",
        last_day="",
    )
    assert accounts.address_takes_two(nia)


def test_nobody_gives_an_office_to_another_s_mail_unseen(admin: Client, people: People) -> None:
    """One administrator ends an office, changes the address, and has a second person give the office back."""
    who, url = people["chief"], reverse("person-change", args=[people["chief"].pk])
    old = who.email
    for held in Holding.objects.filter(person=who):
        offices.end(held, by=people["admin"])
    assert "when a second person agrees" in page(admin, "person-change", who.pk)
    form = {"full_name": who.full_name, "job_title": "", "email": "silas.too@pcd.example"}
    assert admin.post(url, form).status_code == 303
    who.refresh_from_db()
    assert who.email == old, "it waits, although they hold nothing now"
    assert decided(second(people), Change.objects.get()).status_code == 303
    # Whoever gives the office sees by which address its holder is known, and since when; afterwards it may be another.
    change = proposed(admin, people, "chief")
    said = page(second(people), "change", change.pk)
    for words in ("silas.too@pcd.example", "by Bram Fairweather", f"Before: {old}"):
        assert words in said
    assert decided(second(people), change).status_code == 303
    assert "silas.too@pcd.example" not in page(second(people), "change", change.pk)


def test_an_administrator_records_somebody_elses_absence(admin: Client, people: People) -> None:
    url = reverse("person-absence", args=[people["chief"].pk])
    page(admin, "person-absence", people["chief"].pk)
    assert "must be today or later" in text_of(admin.post(url, typed("last_day", soon(-3))))
    assert admin.post(url, typed("last_day", soon(3))).status_code == 303
    away = offices.absence_of(people["chief"])
    assert away
    assert away.recorded_by == people["admin"]
    said = page(admin, "person", people["chief"].pk)
    assert "recorded by Silas Penhallow" in said
    assert "Away" in page(admin, "offices")
    assert "They are back" in page(admin, "person-absence", people["chief"].pk)
    assert admin.post(url, {"back": "yes"}).status_code == 303
    assert offices.absence_of(people["chief"]) is None


@pytest.mark.parametrize("who", ["governance", "auditor"])
def test_the_governance_team_and_auditors_read_and_change_nothing(people: People, who: str) -> None:
    client, chief_page = signed_in(people[who]), chief().pk
    for said in (
        page(client, "people"),
        page(client, "person", people["chief"].pk),
        page(client, "office", chief_page),
    ):
        assert "Appoint" not in said
        assert "Add a person" not in said
        assert "Deactivate " not in said
    page(client, "offices")
    for name, of in (("office-appoint", chief_page), ("person-active", people["chief"].pk)):
        assert client.post(reverse(name, args=[of]), {"deactivate": "yes"}).status_code == 404
    assert people["chief"].is_active
