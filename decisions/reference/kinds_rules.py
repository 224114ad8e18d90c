"""The changes of two people that speak of rules on advice and grounds of exemption: a new one, and a last day."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils import timezone

from decisions import advising
from decisions.models import AdviceRule, Body, ExemptionGround
from decisions.reference.kinds import amount, body_of
from decisions.wording import day
from pcd.forms.phrases import lower_first
from pcd.people import changes
from pcd.people.changes import CHANGED_SINCE, Facts, Kind
from pcd.people.models import Change
from pcd.people.offices import NotSound

#: What holds for a day and then no more.
Row = AdviceRule | ExemptionGround

PAPERS_KEEP = (
    "Papers that are submitted already keep what was mandatory on the day of their submission. One that is returned "
    "goes by the rules of the day on which it is submitted again."
)
CLAIMS_KEEP = "What is submitted, signed or published already stays as it is."


# What both have


def ends(until: date | None) -> str:
    """Return the last day in words."""
    return day(until) if until else "No end"


def when(row: Row) -> str:
    """Return when a rule or ground holds, seen from today."""
    if row.valid_until and row.valid_until < row.valid_from:
        return f"taken back before it began on {day(row.valid_from)}"
    until = f" until {day(row.valid_until)}" if row.valid_until else ""
    before = "held " if row.is_past() else "" if row.is_in_force() else "to come, "
    return f"{before}from {day(row.valid_from)}{until}"


def link(row: Row) -> str:
    """Return what leads to the page of a row's last day."""
    called = "rule" if isinstance(row, AdviceRule) else "ground"
    return f"Change the last day of this {called}" if row.valid_until else f"Let this {called} end"


def _until(change: Change) -> date | None:
    last = change.values["last_day"]
    return date.fromisoformat(last) if last else None


def _replaced(change: Change) -> Row | None:
    key, model = change.values["replaces"], ROWS[change.kind]
    return model.objects.get(pk=key) if key else None


def _lock(change: Change) -> None:
    """Let no other rule or ground come about at the same time."""
    Body.objects.select_for_update().get(pk=change.about)


def _unchanged(row: Row, change: Change) -> None:
    if changes.written(row.valid_until) != change.values["was"]:
        raise NotSound(CHANGED_SINCE)


def _give_end(row: Row, until: date | None) -> None:
    row.valid_until = until
    type(row).objects.filter(pk=row.pk).update(valid_until=until)


def _begin(change: Change, row: Row) -> None:
    """Add a rule or ground; what it replaces ends on the day before."""
    if row.valid_from <= timezone.localdate():
        raise NotSound("It begins on a day to come. Propose it with a later first day.")
    if row.valid_until and row.valid_until < row.valid_from:
        raise NotSound("The last day must not be before the first.")
    if old := _replaced(change):
        _unchanged(old, change)
        last = row.valid_from - timedelta(days=1)
        if old.valid_until and old.valid_until < last:
            raise NotSound(
                f"What it replaces ends on {day(old.valid_until)}, and nothing would hold from then on. "
                "Begin on the day after."
            )
        if says(old) == says(row):
            raise NotSound("It says the same as what it replaces. Change something.")
        if old.valid_until != last:
            _give_end(old, last)
    _alone(row)
    row.save(force_insert=True)


def _end(change: Change) -> None:
    _lock(change)
    row: Row = ROWS[change.kind].objects.get(pk=change.values["row"])
    last = _until(change)
    _unchanged(row, change)
    if row.is_past():
        raise NotSound("It has ended already.")
    if last and last < timezone.localdate():
        raise NotSound("The last day is over. Propose a later one.")
    if last == row.valid_until:
        raise NotSound("This is its last day already." if last else "It has no end already.")
    _give_end(row, last)
    _alone(row)
    _some_ground_always()


def _alone(row: Row) -> None:
    """Refuse what would hold twice on a day."""
    for other in _kin(row):
        if other.pk != row.pk and other.overlaps(row):
            raise NotSound(
                f"There is one like it in this period already ({when(other)}): {_called(other)}. Say that the new one "
                "replaces it, or let it end first."
            )


def _kin(row: Row) -> Iterable[Row]:
    """Return the rules with the same conditions, or the grounds of the same provision."""
    if isinstance(row, ExemptionGround):
        return [
            one
            for one in ExemptionGround.objects.exclude(pk=row.pk)
            if one.provision_key == row.provision_key
        ]
    return [one for one in AdviceRule.objects.filter(body=row.body_id) if _asks(one) == _asks(row)]


def _asks(rule: AdviceRule) -> tuple[object, ...]:
    kinds, routes = frozenset(rule.kinds), frozenset(rule.routes_to_market)
    return rule.area, kinds, routes, rule.amount_from, rule.personal_data


def says(row: Row) -> tuple[object, ...]:
    """Return all that a rule or ground says, whenever it holds."""
    if isinstance(row, ExemptionGround):
        return row.instrument, row.provision, row.title, row.absolute, row.example
    return *_asks(row), row.because, row.clause, row.example


def _called(row: Row) -> str:
    return f"{row.provision}, {row.title}" if isinstance(row, ExemptionGround) else f"“{row.because}”"


def _consequence(change: Change, old: Row | None) -> Facts:
    """Say what becomes of that which is replaced."""
    if old is None:
        return []
    last = date.fromisoformat(change.values["since"]) - timedelta(days=1)
    was = f", not on {changes.said(change.values['was'])}" if change.values["was"] else ""
    ends_on = "It never begins." if last < old.valid_from else f"It ends on {day(last)}{was}."
    if isinstance(old, AdviceRule):
        clause = "\n".join([f"{advising.conditions(old)}: {_called(old)}", old.clause])
        return [("Replaces", f"{clause}\n{ends_on}")]
    return [("Replaces", f"{_called(old)}\n{ends_on}")]


def _given_end(change: Change, row: Row) -> Facts:
    """Say from when a rule or ground holds, and its last day, as it was and as it is to be."""
    return [
        ("First day", day(row.valid_from)),
        ("Last day until now", changes.said(change.values["was"]) if change.values["was"] else "No end"),
        ("Last day", ends(_until(change))),
    ]


def _adopted(example: bool) -> tuple[str, str]:
    return "Adopted by the body", "No, it is an example" if example else "Yes"


# Rules on advice


def _rule(change: Change) -> AdviceRule:
    values = change.values
    return AdviceRule(
        body=body_of(change),
        valid_from=date.fromisoformat(values["since"]),
        valid_until=_until(change),
        amount_from=amount(values["amount_from"]),
        **{
            name: values[name]
            for name in ("area", "kinds", "routes_to_market", "personal_data", "because", "clause", "example")
        },
    )


def _begin_rule(change: Change) -> None:
    _lock(change)
    row, old = _rule(change), _replaced(change)
    if isinstance(old, AdviceRule) and old.area != row.area:
        raise NotSound("It replaces a rule on the same advice.")
    _begin(change, row)


def rule_facts(rule: AdviceRule) -> Facts:
    """Return what a rule on advice says, whenever it holds."""
    return [
        ("Advice", advising.called(rule.area)),
        ("Needed by", advising.conditions(rule)),
        ("Officers are told", f"{advising.called(rule.area)} is needed: {rule.because}."),
        ("Clause", rule.clause),
        _adopted(rule.example),
    ]


def _rule_facts(change: Change) -> Facts:
    rule, old = _rule(change), _replaced(change)
    waits, last = change.decided_by_id is None, rule.valid_until
    after = f" {_rule_without(rule, last, waits, old)}" if last else ""
    return [
        *rule_facts(rule),
        ("First day", day(rule.valid_from)),
        ("Last day", ends(rule.valid_until)),
        *_consequence(change, old),
        (
            "What this means",
            f"It holds for papers that are submitted from its first day on.{after} {PAPERS_KEEP}",
        ),
    ]


def _ended_rule(change: Change) -> AdviceRule:
    return AdviceRule.objects.get(pk=change.values["row"])


def _rule_end_facts(change: Change) -> Facts:
    rule, last = _ended_rule(change), _until(change)
    return [
        *rule_facts(rule),
        *_given_end(change, rule),
        ("What this means", f"{_rule_without(rule, last, change.decided_by_id is None)} {PAPERS_KEEP}"),
    ]


def _rule_without(rule: AdviceRule, last: date | None, waits: bool, old: Row | None = None) -> str:
    """Say what holds after the last day of a rule, which takes the place of `old`."""
    advice = lower_first(advising.called(rule.area))
    if last is None:
        return "The rule goes on with no end."
    since = max(last + timedelta(days=1), rule.valid_from)
    words = f"Papers that are submitted from {day(since)} on need no {advice} by this rule."
    words = f"The rule never begins. {words}" if last < rule.valid_from else words
    if not waits:  # which others there were then nobody knows any more
        return words
    others = [
        row
        for row in AdviceRule.objects.filter(body=rule.body_id, area=rule.area).exclude(
            pk__in=[row.pk for row in (rule, old) if row]
        )
        if row.overlaps(AdviceRule(valid_from=since, valid_until=None))
    ]
    said = "; ".join(f"{lower_first(advising.conditions(row))} ({when(row)})" for row in others)
    return f"{words} {f'Other rules still ask for it: {said}' if others else f'No other rule asks for {advice} then'}."


# Grounds of exemption


def _ground(change: Change) -> ExemptionGround:
    values = change.values
    return ExemptionGround(
        valid_from=date.fromisoformat(values["since"]),
        valid_until=_until(change),
        **{name: values[name] for name in ("instrument", "provision", "title", "absolute", "example")},
    )


def _begin_ground(change: Change) -> None:
    _lock(change)
    row, old = _ground(change), _replaced(change)
    if isinstance(old, ExemptionGround) and old.instrument != row.instrument:
        raise NotSound("It replaces a ground of the same instrument.")
    row.position = _position(row, old)
    same = sum(one.provision_key == row.provision_key for one in ExemptionGround.objects.all())
    row.key = f"{row.provision_key}-v{same + 1}" if same else row.provision_key
    _begin(change, row)
    _some_ground_always()


def _position(row: ExemptionGround, old: Row | None) -> int:
    """Stand where the replaced one does, else with the last of the instrument: of two the later one comes after."""
    if isinstance(old, ExemptionGround):
        return old.position
    every = ExemptionGround.objects.order_by("position")
    last = every.filter(instrument=row.instrument).last() or every.last()
    return last.position if last else 1


def _some_ground_always() -> None:
    """Refuse what would leave a day on which no ground is in force."""
    rows, without = list(ExemptionGround.objects.all()), timezone.localdate()
    while True:
        held = [
            one.valid_until
            for one in rows
            if one.overlaps(ExemptionGround(valid_from=without, valid_until=without))
        ]
        if not held:
            raise NotSound(
                f"No ground of exemption would be in force on {day(without)}. Propose another one first."
            )
        if None in held:
            return
        without = max(until for until in held if until) + timedelta(days=1)


def ground_facts(ground: ExemptionGround) -> Facts:
    """Return what a ground of exemption says, whenever it holds."""
    return [
        ("Instrument", ground.get_instrument_display()),
        ("Provision", ground.provision),
        ("Title", ground.title),
        ("Public interest test", "No, it is absolute" if ground.absolute else "Yes, it is qualified"),
        _adopted(ground.example),
    ]


def _ground_facts(change: Change) -> Facts:
    ground = _ground(change)
    return [
        *ground_facts(ground),
        ("First day", day(ground.valid_from)),
        *_consequence(change, _replaced(change)),
        (
            "What this means",
            f"Officers may claim it in what is submitted from its first day on. {CLAIMS_KEEP}"
            + (f" {_must_go(ground.valid_from)}" if change.values["replaces"] else ""),
        ),
    ]


def _must_go(since: date) -> str:
    return (
        f"Drafts and returned papers that claim the one that ends cannot be submitted from {day(since)} on, until "
        "their officer has selected another."
    )


def _ended_ground(change: Change) -> ExemptionGround:
    return ExemptionGround.objects.get(pk=change.values["row"])


def _ground_end_facts(change: Change) -> Facts:
    ground, last = _ended_ground(change), _until(change)
    gap = _gap(ground, last) if last and change.decided_by_id is None else ""
    if last is None:
        means = "The ground goes on with no end."
    elif last < ground.valid_from:
        means = f"The ground never begins.{gap}"
    else:
        means = f"{_must_go(last + timedelta(days=1))}{gap} {CLAIMS_KEEP}"
    return [*ground_facts(ground), *_given_end(change, ground), ("What this means", means)]


def _gap(ground: ExemptionGround, last: date) -> str:
    """Say from when no ground of its provision is left after the last day of one; nothing where there is another."""
    since = max(last + timedelta(days=1), ground.valid_from)
    then = ExemptionGround(valid_from=since, valid_until=None)
    begin = [row.valid_from for row in _kin(ground) if row.overlaps(then)]
    if begin and min(begin) <= since:
        return ""
    until = f"until {day(min(begin) - timedelta(days=1))}" if begin else "on"
    return f" No ground for {ground.provision} can be claimed from {day(since)} {until}."


ROWS: dict[str, type[AdviceRule] | type[ExemptionGround]] = {
    "advice_rule": AdviceRule,
    "end_of_advice_rule": AdviceRule,
    "ground_of_exemption": ExemptionGround,
    "end_of_ground_of_exemption": ExemptionGround,
}
changes.register(
    Kind(
        "advice_rule",
        lambda row: f"A rule on {lower_first(advising.called(row.values['area']))}",
        _rule_facts,
        _begin_rule,
        scope="body",
        words="a rule on advice",
    ),
    Kind(
        "end_of_advice_rule",
        lambda row: f"A last day for the rule on {lower_first(advising.called(_ended_rule(row).area))}",
        _rule_end_facts,
        _end,
        scope="body",
        words="a last day for a rule on advice",
    ),
    Kind(
        "ground_of_exemption",
        lambda row: f"A ground of exemption: {row.values['provision']}",
        _ground_facts,
        _begin_ground,
        scope="body",
        words="a ground of exemption",
    ),
    Kind(
        "end_of_ground_of_exemption",
        lambda row: f"A last day for the ground of exemption {_ended_ground(row).provision}",
        _ground_end_facts,
        _end,
        scope="body",
        words="a last day for a ground of exemption",
    ),
)
