"""The pages of reference data: what is shown, what one person changes, and what takes two."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from decisions import scheme, wording
from decisions.models import BankHoliday, Body, PassedStep, Scheme, SchemeParagraph
from decisions.reference.subjects import SUBJECTS
from pcd.people.models import Change, User
from tests.drafting import signed_in, text_of
from tests.pages import assert_valid_html
from tests.test_people_pages import decided, page, second, soon, typed

pytestmark = pytest.mark.django_db

People = Mapping[str, User]


@pytest.fixture
def admin(people: People) -> Client:
    """The administrator, signed in."""
    return signed_in(people["admin"])


def body() -> Body:
    """The body as it is now."""
    return Body.objects.get()


def post(client: Client, subject: str, **form: Any) -> Any:
    """Change a kind of reference data."""
    return client.post(reverse("reference-change", args=[subject]), form)


def new_scheme(client: Client, **said: Any) -> dict[str, Any]:
    """What the form of a new scheme holds, with what somebody types over it."""
    form = client.get(reverse("reference-change", args=["scheme"])).context["form"]
    shown = {name: form[name].value() for name in form.fields if name != "valid_from"}
    return (
        {name: str(value) for name, value in shown.items()}
        | typed("valid_from", soon(10))
        | {"adopted": "yes"}
        | said
    )


def test_every_kind_is_shown_to_those_who_look_after_the_register(people: People) -> None:
    words = {
        "scheme": "4.11 Contracts of £50,000 or more and below £500,000",
        "body": "An adviser has 5 working days",
        "passed-steps": "None.",
        "advice-rules": "every paper needs it",
        "bank-holidays": "Christmas Day",
        "grounds": "section 43(2)",
        "series": "gives new numbers",
        "form-editions": "Background/supporting papers",
    }
    for who in ("admin", "governance", "auditor"):
        client = signed_in(people[who])
        index = page(client, "reference")
        for subject in SUBJECTS:
            assert subject.title in index
            said = page(client, "reference-subject", subject.key)
            assert words[subject.key].lower() in said.lower(), subject.key
            assert (subject.button in said) == (who == "admin")
    assert client.get(reverse("reference-subject", args=["spells"])).status_code == 404
    assert signed_in(people["admin"]).get(reverse("reference-change", args=["weather"])).status_code == 404


def test_a_new_scheme_begins_on_its_day_when_a_second_person_agrees(admin: Client, people: People) -> None:
    page(admin, "reference-change", "scheme")
    old = scheme.in_force(body())
    assert old
    texts = {
        "text_4_11": "Contracts of £50,000 or more and below £400,000 are decided by the Chief Executive Officer.",
        "amount_to_4_11": "£400k",
        "text_4_12": "Contracts of £400,000 or more are decided by the Deputy Mayor for Policing and Crime.",
        "amount_from_4_12": "400,000",
    }
    assert post(admin, "scheme", **new_scheme(admin, **texts)).status_code == 303
    assert Scheme.objects.count() == 1
    change = Change.objects.get()
    governance = second(people)
    assert "A new scheme of delegation" in page(governance, "my-work")
    said = page(governance, "change", change.pk)
    for words in (
        "from £50,000, below £400,000",
        "Until then: Contracts of £50,000 or more and below £500,000",
    ):
        assert words in said
    assert "4.15" not in said  # it stays as it is
    assert decided(governance, change).status_code == 303
    new = Scheme.objects.latest()
    assert (new.valid_from, new.example) == (soon(10), False)
    assert scheme.in_force(body()) == old  # until its day
    assert new.paragraphs.count() == old.paragraphs.count()
    now = new.paragraphs.get(number="4.11")
    assert (now.amount_from, now.amount_to) == (Decimal(50_000), Decimal(400_000))
    assert now.kinds == old.paragraphs.get(number="4.11").kinds
    assert old.paragraphs.get(number="4.11").amount_to == Decimal(500_000)
    said = page(admin, "reference-subject", "scheme")
    assert "to come" in said
    assert "in force" in said
    assert "Agreed: a new scheme of delegation" in page(admin, "reference")
    with pytest.raises(IntegrityError), transaction.atomic():  # what was relied on is never changed
        SchemeParagraph.objects.filter(scheme=old).update(amount_to=None)


def test_a_scheme_that_cannot_be_is_refused_with_all_reasons_and_nothing_typed_is_lost(
    admin: Client, people: People
) -> None:
    wrong = new_scheme(
        admin, amount_to_4_11="£40k", text_4_12="", **typed("valid_from", timezone.localdate())
    )
    answer = post(admin, "scheme", **wrong)
    said = text_of(answer)
    for words in ("Paragraph 4.11: the amount must be above £50,000", "Enter the words of paragraph 4.12"):
        assert words in said
    assert "must be the same as or after" in said
    html = answer.content.decode()
    assert 'value="£40k"' in html
    assert_valid_html(html)
    assert "this scheme says the same" in text_of(post(admin, "scheme", **new_scheme(admin)))
    assert not Change.objects.exists()
    gap = post(admin, "scheme", **new_scheme(admin, amount_to_4_11="£400k"))
    assert "Paragraph 4.12: the amount must be £400,000, where paragraph 4.11 ends" in text_of(gap)
    changed = new_scheme(admin, amount_to_4_11="£400k", amount_from_4_12="£400k")
    mistyped = typed("valid_from", soon(40 * 366))  # no other could begin until then
    assert "must be the same as or before" in text_of(post(admin, "scheme", **changed | mistyped))
    assert post(admin, "scheme", **changed).status_code == 303
    assert "proposed already" in text_of(post(admin, "scheme", **changed))
    # Another one for the same day is agreed to first.
    other = new_scheme(admin, amount_to_4_11="£300k", amount_from_4_12="£300k")
    assert post(admin, "scheme", **other).status_code == 303
    first, late = Change.objects.all()
    assert decided(second(people), late).status_code == 303
    assert "has changed since it was proposed" in text_of(decided(second(people), first))
    assert Scheme.objects.count() == 2


def test_a_scheme_to_come_is_carried_on_and_never_overtaken(admin: Client, people: People) -> None:
    """What begins after a scheme that is agreed to already begins with its words, and nothing begins before it."""
    first = new_scheme(admin, amount_to_4_11="£400k", amount_from_4_12="£400k") | {"name": "Of spring"}
    assert post(admin, "scheme", **(first | typed("valid_from", soon(40)))).status_code == 303
    assert decided(second(people), Change.objects.get()).status_code == 303
    assert "“Of spring” begins, whose words stand below" in page(admin, "reference-change", "scheme")
    next_one = new_scheme(admin, amount_to_4_10="£60k", amount_from_4_11="£60k")
    assert next_one["amount_to_4_11"] == "400,000"
    early = post(admin, "scheme", **(next_one | typed("valid_from", soon(40))))
    assert "must be the same as or after" in text_of(early)
    assert post(admin, "scheme", **(next_one | typed("valid_from", soon(60)))).status_code == 303
    change = Change.objects.latest("proposed_at")
    assert "Until then: Contracts of £50,000 or more" in page(second(people), "change", change.pk)
    assert decided(second(people), change).status_code == 303
    last = Scheme.objects.latest().paragraphs.get(number="4.11")
    assert (last.amount_from, last.amount_to) == (Decimal(60_000), Decimal(400_000))


def test_days_for_advice_are_one_persons_and_small_office_takes_two(admin: Client, people: People) -> None:
    page(admin, "reference-change", "body")
    assert "Enter a number" in text_of(post(admin, "body", advice_days="", small_office="no"))
    assert post(admin, "body", advice_days="7", small_office="yes").status_code == 303
    assert (body().advice_days, body().small_office) == (7, False)
    assert "Advice is given within 7 working days, 5 before" in page(admin, "reference")
    change = Change.objects.get()
    assert "may be overridden" in page(second(people), "change", change.pk)
    decided(second(people, "admin"), change)
    assert not body().small_office
    decided(second(people), change)
    assert body().small_office


def test_a_step_is_left_out_by_two_and_given_back_by_one(admin: Client, people: People) -> None:
    page(admin, "reference-change", "passed-steps")
    form = {"step": "head_of_service", "words": "This body has no head of service."}
    today = typed("since", timezone.localdate())
    assert "must be the same as or after" in text_of(post(admin, "passed-steps", **form, **today))
    assert post(admin, "passed-steps", **form, **typed("since", soon(2))).status_code == 303
    assert not PassedStep.objects.exists()
    change = Change.objects.get()
    assert "No step of the head of service" in page(second(people), "my-work")
    assert decided(second(people), change).status_code == 303
    row = PassedStep.objects.get()
    assert (row.since, row.until) == (soon(2), None)
    answer = post(admin, "passed-steps", **form, **typed("since", soon(4)))
    assert "left out in this period already" in text_of(answer)
    assert "This body has no head of service." in page(admin, "reference-subject", "passed-steps")
    url = reverse("passed-step-end", args=[row.pk])
    assert_valid_html(admin.get(url).content.decode())
    assert [admin.post(url).status_code for _ in range(2)] == [303, 303]
    row.refresh_from_db()
    assert row.until == soon(2)  # it never begins
    assert "Step given back: head of service" in page(admin, "reference")
    assert "given back before it began" in page(admin, "reference-subject", "passed-steps")
    period = typed("since", soon(2)) | typed("last_day", soon(9))  # the same day, anew
    assert post(admin, "passed-steps", **form, **period).status_code == 303
    assert decided(second(people), Change.objects.latest("proposed_at")).status_code == 303
    said = page(admin, "reference-subject", "passed-steps")
    assert f"until {wording.day(soon(9))}" in said


def test_a_bank_holiday_is_added_once_and_counts(admin: Client, people: People) -> None:
    page(admin, "reference-change", "bank-holidays")
    day = BankHoliday.objects.latest("day").day + timedelta(days=40)
    form = {"name": "A day of thanks", **typed("day", day)}
    assert post(admin, "bank-holidays", **form).status_code == 303
    answer = post(admin, "bank-holidays", **form)
    assert "is a bank holiday already" in text_of(answer)
    assert 'value="A day of thanks"' in answer.content.decode()
    assert "A day of thanks" in page(admin, "reference-subject", "bank-holidays")
    assert "Bank holiday added" in page(admin, "reference")
    assert post(signed_in(people["governance"]), "bank-holidays", **form).status_code == 404


def test_a_bank_holiday_to_come_that_was_mistyped_is_removed(admin: Client, people: People) -> None:
    day = BankHoliday.objects.latest("day").day + timedelta(days=40)
    post(admin, "bank-holidays", name="Mistyped", **typed("day", day))
    url = reverse("bank-holiday-remove", args=[day])
    assert url in admin.get(reverse("reference-subject", args=["bank-holidays"])).content.decode()
    assert "Remove the bank holiday" in page(admin, "bank-holiday-remove", day)
    assert [admin.post(url).status_code for _ in range(2)] == [303, 404]
    assert not BankHoliday.objects.filter(day=day).exists()
    assert f"Bank holiday removed: {day}" in page(admin, "reference")
    past = BankHoliday.objects.earliest("day").day
    assert past < timezone.localdate()
    for wrong in (past, "2099-13-01"):
        assert admin.post(reverse("bank-holiday-remove", args=[wrong])).status_code == 404
    assert BankHoliday.objects.filter(day=past).exists()
