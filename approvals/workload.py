"""How long papers wait at each step, and how many are open: read from the trail, of all papers, and no word of any."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Window
from django.db.models.functions import Lag
from django.utils import timezone

from approvals.signing import BEFORE_DECISION, TURN
from approvals.whereabouts import Holders, moves, placed
from decisions.deciders import looked_up
from decisions.models import Decision, State, Version
from decisions.wording import counted
from pcd import charts
from pcd.charts import Mark

#: The steps at which papers wait, in their order.
STEPS = (State.DRAFT, State.IN_ADVICE, *TURN, State.DECIDED)
#: Over how many months waiting is counted, this one included.
MONTHS = 12
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Wait:
    """That a paper left a step, in which month, and after how many days."""

    step: str
    month: date
    days: float


@dataclass(frozen=True)
class Waited:
    """What papers waited at a step: how many left it, and the median and the longest of their days."""

    label: str
    papers: int
    median: float
    longest: float
    month: date | None = None


@dataclass(frozen=True)
class Open:
    """How many papers are somewhere now, and for how many days the one that came first has been there."""

    label: str
    papers: int
    longest: float


def waits(today: date) -> list[Wait]:
    """Return how long papers waited at each step that they left in the last months."""
    first = _months(today)[0]
    left = moves().annotate(entered=Window(Lag("at"), partition_by="object_id", order_by="seq"))
    begun = {str(pk): at for pk, at in Decision.objects.values_list("pk", "created_at")}
    return [
        Wait(step, month, (at - (entered or begun[paper])) / DAY)
        for paper, step, at, entered in left.values_list("object_id", "before", "at", "entered")
        if step in STEPS and (month := timezone.localdate(at).replace(day=1)) >= first
    ]


def by_step(rows: Iterable[Wait]) -> list[Waited]:
    """Return the waiting at each step, in the order of the route; a step that nothing left is not there."""
    days = defaultdict(list)
    for row in rows:
        days[row.step].append(row.days)
    return [_waited(step, days[step]) for step in STEPS if step in days]


def by_month(rows: Iterable[Wait]) -> list[Waited]:
    """Return the waiting at each step in each month, by step and then by month."""
    days = defaultdict(list)
    for row in rows:
        days[row.step, row.month].append(row.days)
    return [
        _waited(step, days[step, month], month)
        for step, month in sorted(days, key=lambda key: (STEPS.index(State(key[0])), key[1]))
    ]


def _waited(step: str, days: list[float], month: date | None = None) -> Waited:
    return Waited(State(step).label, len(days), median(days), max(days), month)


def open_now(now: datetime) -> tuple[list[Open], list[Open]]:
    """Return the open papers by step, in the order of the route, and by office, the longest list first."""
    steps, offices = defaultdict(list), defaultdict(list)
    holders = Holders()
    for row in looked_up(placed(Version.objects.filter(state__in=(*BEFORE_DECISION, State.DECIDED)))):
        waited = (now - row.since) / DAY
        steps[row.state].append(waited)
        offices[holders.office(row)].append(waited)
    return (
        [Open(State(step).label, len(steps[step]), max(steps[step])) for step in STEPS if step in steps],
        sorted(
            (Open(office, len(days), max(days)) for office, days in offices.items()),
            key=lambda row: (-row.papers, row.label),
        ),
    )


def in_days(days: float) -> str:
    """Return days in words: "under a day", "1 day", "12 days"."""
    return "under a day" if days < 1 else counted(round(days), "day")


def figures(rows: list[Wait], opened: tuple[list[Open], list[Open]], today: date) -> dict[str, Any]:
    """Return the charts of the page."""
    steps = by_step(rows)
    months, monthly = _months(today), by_month(rows)
    most = max((row.median for row in monthly), default=0)
    return {
        "waiting": charts.bars(
            "waiting",
            "Days at each step",
            "; ".join(
                f"{row.label}: median {in_days(row.median)}, longest {in_days(row.longest)}" for row in steps
            ),
            [Mark(row.label, row.median, in_days(row.median), row.longest) for row in steps],
        ),
        "open": [
            charts.bars(
                key,
                title,
                "; ".join(f"{row.label}: {counted(row.papers, 'paper')}" for row in counts),
                [Mark(row.label, row.papers, str(row.papers)) for row in counts],
            )
            for key, title, counts in zip(
                ("open-steps", "open-offices"),
                ("Open papers by step", "Open papers by office"),
                opened,
                strict=True,
            )
        ],
        "months": [
            (row.label, _by_month(row.label, number, monthly, months, most))
            for number, row in enumerate(steps)
        ],
    }


def _by_month(label: str, number: int, monthly: list[Waited], months: list[date], most: float) -> str:
    medians = {row.month: row.median for row in monthly if row.label == label}
    return charts.columns(
        f"month-{number}",
        f"{label}: median days by month",
        "; ".join(f"{month:%B %Y}: {in_days(days)}" for month, days in medians.items() if month),
        [Mark(f"{month:%b}"[0], medians.get(month, 0), _short(medians.get(month))) for month in months],
        most=most,
    )


def _short(days: float | None) -> str:
    return "" if days is None else "<1" if days < 1 else str(round(days))


def table(rows: list[Wait], opened: tuple[list[Open], list[Open]]) -> Iterator[list[str]]:
    """Yield what the charts show as one table, its headings first."""
    yield ["What", "Step or office", "Month", "Papers", "Median days", "Longest days"]
    for row in [*by_step(rows), *by_month(rows)]:
        month = f"{row.month:%Y-%m}" if row.month else "all"
        yield ["Waited", row.label, month, str(row.papers), f"{row.median:.1f}", f"{row.longest:.1f}"]
    for what, counts in zip(("Open by step", "Open by office"), opened, strict=True):
        for one in counts:
            yield [what, one.label, "", str(one.papers), "", f"{one.longest:.1f}"]


def _months(today: date) -> list[date]:
    """Return the first days of the months that are counted, the oldest first."""
    last = today.year * 12 + today.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(last - MONTHS + 1, last + 1)]
