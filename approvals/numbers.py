"""Numbers: taken gap-free at first submission; what becomes of each crosses the wall (design.md 6, Register)."""

from django.utils import timezone

from decisions.models import Body, Counter, Decision, NumberEvent
from pcd.people.models import Role


def take_number(decision: Decision, made_by: Role = Role.DECISION_MAKER) -> None:
    """Give the decision the next number of its body's series for whoever takes it, if it has none yet.

    The counter's row stays locked until the transaction ends, so a number taken in a transaction that fails
    is taken by the next one. The body's row is locked first: a new series begins before or after this, never meanwhile.
    """
    if decision.number is not None:
        return
    body = Body.objects.select_for_update(no_key=True).get(pk=decision.body_id)
    series = body.series.get(made_by=made_by, issues=True)
    year = timezone.localdate().year if series.by_year else None
    Counter.objects.get_or_create(series=series, year=year, defaults={"last_number": series.first_number - 1})
    counter = Counter.objects.select_for_update().get(series=series, year=year)
    counter.last_number += 1
    counter.save(update_fields=["last_number"])
    decision.series, decision.year, decision.number = series, year, counter.last_number
    decision.save(update_fields=["series", "year", "number"])


def record_number(decision: Decision, became: NumberEvent.Became) -> None:
    """Tell the public register what became of the number; of an unpublished paper it learns nothing else."""
    if decision.series is None or decision.number is None:
        return
    NumberEvent.objects.create(
        body_key=decision.body_id,
        series=decision.series.key,
        year=decision.year,
        number=decision.number,
        key=decision.key,
        reference=decision.reference,
        became=became,
    )
