"""The changes of two people that speak of the form: delegations, the scheme, small office, steps left out."""

from datetime import date, timedelta
from decimal import Decimal

from django.db.models import F, Q
from django.utils import timezone

from decisions.models import Body, PassedStep, Scheme, SchemeParagraph
from decisions.wording import KIND_NAMES, threshold_in_words
from pcd.money import show_money
from pcd.people import changes, offices
from pcd.people.changes import CHANGED_SINCE, Facts, Kind
from pcd.people.models import Change, Role
from pcd.people.offices import NotSound


def body_of(change: Change) -> Body:
    """Return the body that a change is about."""
    return Body.objects.get(pk=change.about)


def amount(said: str) -> Decimal | None:
    """Return an amount of a change's values."""
    return Decimal(said) if said else None


# Delegations


def _delegate(change: Change) -> None:
    if change.person is None:
        raise NotSound("A delegation is to a person.")
    office, until = changes.office_of(change), changes.until_then(change)
    if until is None or not change.person.is_active:
        raise NotSound("A delegation has an end, and is to somebody who can sign in.")
    values = change.values
    offices.delegate(
        office,
        change.person,
        by=change.decided_by or change.proposed_by,
        since=changes.from_then(change),
        until=until,
        authority=values["authority"],
        kinds=values["kinds"],
        up_to=amount(values["up_to"]),
        only_in_absence=values["only_in_absence"],
    )


def _delegation_facts(change: Change) -> Facts:
    values = change.values
    up_to = amount(values["up_to"])
    return [
        ("Office", changes.office_of(change).title),
        ("Person", str(change.person)),
        ("Kinds of decision", ", ".join(KIND_NAMES[kind] for kind in values["kinds"]) or "Any"),
        ("Up to", "Any amount" if up_to is None else show_money(up_to)),
        ("Only in absence", changes.yes(values["only_in_absence"])),
        ("Authority", values["authority"]),
        *changes.period(change),
    ]


# The scheme


def _begin_scheme(change: Change) -> None:
    values, body = change.values, body_of(change)
    begins, copied = date.fromisoformat(values["valid_from"]), body.schemes.order_by("valid_from").last()
    if copied is None or str(copied.pk) != values["copied"]:
        raise NotSound(CHANGED_SINCE)
    if begins <= max(timezone.localdate(), copied.valid_from):
        raise NotSound("A scheme begins on a day to come, after every other scheme has begun.")
    scheme = Scheme.objects.create(
        body=body,
        valid_from=begins,
        name=values["name"],
        titles=copied.titles,
        example=values["example"],
    )
    for row in copied.paragraphs.all():
        said = values["paragraphs"].get(row.number)
        if said:
            row.text, row.amount_from, row.amount_to = (
                said["text"],
                amount(said["amount_from"]),
                amount(said["amount_to"]),
            )
        row.pk, row.scheme = SchemeParagraph._meta.pk.get_default(), scheme
        row.save(force_insert=True)


def _scheme_facts(change: Change) -> Facts:
    values = change.values
    copied = {row.number: row for row in SchemeParagraph.objects.filter(scheme=values["copied"])}
    return [
        ("Begins on", changes.said(values["valid_from"])),
        ("Name", values["name"]),
        ("Adopted by the body", "No, it is an example" if values["example"] else "Yes"),
        *(
            (
                f"Paragraph {number}",
                f"{said['text']}\n({threshold_in_words(amount(said['amount_from']), amount(said['amount_to']))})"
                f"\nUntil then: {copied[number].text}"
                f"\n({threshold_in_words(copied[number].amount_from, copied[number].amount_to)})",
            )
            for number, said in values["paragraphs"].items()
        ),
    ]


# The body


def _small_office(change: Change) -> None:
    small = change.values["small_office"]
    if not Body.objects.filter(pk=change.about, small_office=not small).update(small_office=small):
        raise NotSound(CHANGED_SINCE)


def _small_facts(change: Change) -> Facts:
    return [
        ("Body", body_of(change).name),
        ("Small office", changes.yes(change.values["small_office"])),
        (
            "What this means",
            "A rule of who signs may be overridden, with a reason and a second person's consent."
            if change.values["small_office"]
            else "No rule of who signs is overridden any more.",
        ),
    ]


def _pass(change: Change) -> None:
    values, body = change.values, body_of(change)
    since, until = date.fromisoformat(values["since"]), changes.until_then(change)
    ends = timezone.localdate(until) if until else None
    if since <= timezone.localdate():
        raise NotSound("A step is left out from tomorrow at the earliest.")
    if ends and ends <= since:
        raise NotSound("The last day must not be before the first.")
    for row in body.passed_steps.filter(step=values["step"]).exclude(until=F("since")):
        if (row.until is None or row.until > since) and (ends is None or row.since < ends):
            raise NotSound("This step is left out in this period already.")
    PassedStep.objects.create(body=body, step=values["step"], words=values["words"], since=since, until=ends)


def _pass_facts(change: Change) -> Facts:
    return [
        ("Step", Role(change.values["step"]).label),
        ("Printed in its place", change.values["words"]),
        *changes.period(change),
    ]


def end_passed(row: PassedStep) -> bool:
    """Give a step back from tomorrow on; one that is to be left out later never is. False where it was done."""
    ends = max(row.since, timezone.localdate() + timedelta(days=1))
    left_out = PassedStep.objects.filter(Q(until=None) | Q(until__gt=ends), pk=row.pk)
    return bool(left_out.update(until=ends))


changes.register(
    Kind(
        "delegation",
        lambda row: f"{row.person} signs for the {changes.office_of(row)}",
        _delegation_facts,
        _delegate,
        scope="office",
        words="a delegation",
        gives_office=True,
    ),
    Kind(
        "scheme",
        lambda row: "A new scheme of delegation",
        _scheme_facts,
        _begin_scheme,
        scope="body",
        words="a new scheme of delegation",
    ),
    Kind(
        "small_office",
        lambda row: f"Small office: {changes.yes(row.values['small_office']).lower()}",
        _small_facts,
        _small_office,
        scope="body",
        words="whether this is a small office",
    ),
    Kind(
        "passed_step",
        lambda row: f"No step of the {Role(row.values['step']).label.lower()}",
        _pass_facts,
        _pass,
        scope="body",
        words="a step that is left out",
    ),
)
