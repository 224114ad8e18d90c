"""The changes of two people that begin a series of numbers, and an edition of the form."""

from datetime import date

from django.utils import timezone

from decisions.models import Body, Counter, FormEdition, Series
from decisions.reference import editions
from decisions.reference import series as numbers
from decisions.reference.kinds import body_of
from pcd.people import changes
from pcd.people.changes import CHANGED_SINCE, Facts, Kind
from pcd.people.models import Change, Role
from pcd.people.offices import NotSound


def _begin_series(change: Change) -> None:
    """Begin a series, from which the next number is taken; the one before keeps its numbers and gives no more."""
    values = change.values
    # Whoever takes a number waits for this, and finds the new series (approvals/numbers.py).
    body = Body.objects.select_for_update(no_key=True).get(pk=change.about)
    way, before = numbers.WAYS[values["way"]], numbers.issuing(body, values["made_by"])
    if (str(before.pk) if before else "") != values["before"]:
        raise NotSound(CHANGED_SINCE)
    if way.by_year and values["year"] != timezone.localdate().year:
        raise NotSound(CHANGED_SINCE)
    pattern = way.of(values["letters"])
    if reasons := [
        why for why in (numbers.taken(body, values["letters"]), numbers.confused(body, pattern)) if why
    ]:
        raise NotSound(*reasons)
    body.series.filter(made_by=values["made_by"]).update(issues=False)
    new = Series.objects.create(
        body=body,
        key=values["letters"],
        name=values["name"],
        on_form=way.on_form,
        in_text=way.in_text,
        made_by=values["made_by"],
        by_year=way.by_year,
        first_number=1 if way.by_year else values["first_number"],
    )
    if way.by_year:
        Counter.objects.create(series=new, year=values["year"], last_number=values["first_number"] - 1)


def _series_facts(change: Change) -> Facts:
    values = change.values
    way = numbers.WAYS[values["way"]]
    first = values["first_number"]
    before = Series.objects.get(pk=values["before"]) if values["before"] else None
    return [
        ("Name", values["name"]),
        ("Numbers the decisions of", Role(values["made_by"]).label),
        ("Its first reference", way.shown(values["letters"].upper(), first, values["year"])),
        (
            "Numbers",
            f"Begin again with 1 each year, in {values['year']} with {first}"
            if way.by_year
            else f"Begin with {first} and go on from year to year",
        ),
        ("From when", "When the second person agrees"),
        (
            "Until then",
            f"{before.name} ({before.key.upper()}). Papers that have a number keep it, and no new one is given there."
            if before
            else "No series gives these decisions their numbers.",
        ),
    ]


def _begin_edition(change: Change) -> None:
    values, body = change.values, body_of(change)
    begins, copied = date.fromisoformat(values["valid_from"]), body.form_editions.latest()
    if str(copied.pk) != values["copied"]:
        raise NotSound(CHANGED_SINCE)
    if begins <= max(timezone.localdate(), copied.valid_from):
        raise NotSound("An edition begins on a day to come, after every other edition has begun.")
    FormEdition.objects.create(
        body=body, valid_from=begins, name=values["name"], **editions.reworded(copied, values["words"])
    )


def _edition_facts(change: Change) -> Facts:
    values = change.values
    copied = FormEdition.objects.get(pk=values["copied"])
    return [
        ("Begins on", changes.said(values["valid_from"])),
        ("Name", values["name"]),
        ("Papers", "Begun from that day on. Those begun before keep the words of theirs."),
        *(
            (word.label, f"{values['words'][word.name]}\nUntil then: {editions.says(copied, word)}")
            for word in editions.words(copied)
            if word.name in values["words"]
        ),
    ]


changes.register(
    Kind(
        "series",
        lambda row: "A new series of numbers",
        _series_facts,
        _begin_series,
        scope="body",
        words="a new series of numbers",
    ),
    Kind(
        "form_edition",
        lambda row: "A new edition of the form",
        _edition_facts,
        _begin_edition,
        scope="body",
        words="a new edition of the form",
    ),
)
