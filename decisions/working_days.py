"""Working days: neither Saturday, Sunday nor a bank holiday of the reference data (Europe/London)."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta

from decisions.models import BankHoliday

SATURDAY = 5
DAY = timedelta(days=1)


def bank_holidays() -> frozenset[date]:
    """Return the bank holidays of the reference data."""
    return frozenset(BankHoliday.objects.values_list("day", flat=True))


def after(day: date, count: int, holidays: Collection[date]) -> date:
    """Return the `count`-th working day after a day; with 0 the day itself, whatever it is."""
    while count:
        day += DAY
        count -= is_working(day, holidays)
    return day


def before(day: date, holidays: Collection[date]) -> date:
    """Return the last working day before a day."""
    day -= DAY
    while not is_working(day, holidays):
        day -= DAY
    return day


def between(first: date, last: date, holidays: Collection[date]) -> int:
    """Return how many working days have begun after `first` until `last`, the last included; 0 if there is none."""
    return sum(is_working(day, holidays) for day in _days(first + DAY, last))


def is_working(day: date, holidays: Collection[date]) -> bool:
    """Say whether people are expected to work on this day."""
    return day.weekday() < SATURDAY and day not in holidays


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY
