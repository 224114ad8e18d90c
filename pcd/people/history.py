"""What happened to a person, an office or the reference data, in sentences made of the trail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pcd import trail
from pcd.forms.phrases import lower_first

#: What a verb of the trail says; `{...}` are the details of the entry. What is not here concerns nobody else, such as
#: the searches that a person keeps.
SENTENCES: Mapping[str, str] = {
    "appointed": "{person} was appointed, {capacity}",
    "office_made": "Agreed to as a new office",
    "left": "{person} left the office",
    "delegated": "{person} was let sign for the office",
    "delegation_ended": "{person} signs for the office no more",
    "private_office_named": "{person} was named for the private office",
    "private_office_ended": "{person} is in the private office no more",
    "proposed": "Proposed: {kind}{of}",
    "agreed_to": "Agreed: {kind}{of}",
    "withdrawn": "Withdrawn: {kind}{of}",
    "turned_down": "Turned down: {kind}{of}",
    "away": "Recorded as away",
    "back": "Recorded as back",
    "added": "Added to the register",
    "changed": "Changed: {what}",
    "deactivated": "Deactivated: sessions and offices ended",
    "reactivated": "Reactivated",
    "single_sign_on_linked": "Linked to single sign-on",
    "office_given_by_group": "Office given by a group of single sign-on: {office}",
    "office_ended_by_group": "Office ended by a group of single sign-on: {office}",
    "office_not_given_by_group": "Office not given by a group of single sign-on, since the rules forbid it: {office}",
    "office_not_ended_by_group": "Office not ended by a group of single sign-on, since the rules forbid it: {office}",
    "password_changed": "Password changed",
    "password_replaced": "Forgotten password replaced by a link in a mail",
    "second_factor_added": "Second factor added: {what}",
    "second_factor_removed": "Second factor removed: {what}",
    "second_factor_renewed": "Second factor renewed: {what}",
    "second_factor_reset": "Second factor reset: {reason}",
    "step_given_back": "Step given back: {step}",
    "bank_holiday_added": "Bank holiday added: {day}",
    "bank_holiday_removed": "Bank holiday removed: {day}",
    "advice_days_changed": "Advice is given within {days} working days, {before} before",
}
#: What is said with its end.
LASTS = ("appointed", "delegated", "private_office_named", "away")
NAMES = {"full_name": "name", "email": "email address", "in_office": "in office"}


@dataclass(frozen=True)
class Happened:
    """One act of the past."""

    what: str
    who: str
    at: datetime
    #: The id of the change of two people that it belongs to, which says the rest; empty where there is none.
    change: str


def of(scope: str, object_id: object) -> list[Happened]:
    """Return what happened to one thing, the latest first."""
    return [
        Happened(_sentence(row.verb, row.detail), row.actor, row.at, row.detail.get("change", ""))
        for row in trail.entries(scope, object_id).filter(verb__in=SENTENCES).reverse()
    ]


def _sentence(verb: str, detail: Mapping[str, Any]) -> str:
    of = [f" of {detail['person']}"] if "person" in detail else []
    of += [f" ({detail['office']})"] if "office" in detail else []
    said = {key: _words(value) for key, value in detail.items()} | {"of": "".join(of)}
    if "says" in detail:  # a change that is about nobody
        said["kind"] = lower_first(detail["says"])
    sentence = SENTENCES[verb].format(**said)
    return f"{sentence}, until {_day(detail['until'])}" if verb in LASTS and detail.get("until") else sentence


def _words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_words(one) for one in value)
    return NAMES.get(str(value), str(value).replace("_", " "))


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.day} {day:%B %Y}"
