"""Which offices there are, and what they are called: new ones and other titles, by two people.

An office is never taken away, and keeps its key and its role (`decisions/migrations/0022_second_guards.sql`): papers
name them. One that nobody holds is vacant.
"""

import unicodedata

from django.utils.text import slugify

from pcd import trail
from pcd.people import changes
from pcd.people.changes import CHANGED_SINCE, Facts, Kind
from pcd.people.models import MAYOR, Change, Office, Role
from pcd.people.offices import NotSound

#: Roles that one office has: the form, the scheme and the numbers of a body know one of each. The Mayor's office stands
#: beside that of the decision maker, under a key of its own.
ALONE = (Role.CHIEF_EXECUTIVE, Role.DECISION_MAKER)


def role_of(asked: str) -> Role:
    """Return the role of an office that is asked for: the Mayor's decides too."""
    return Role.DECISION_MAKER if asked == MAYOR else Role(asked)


def does(asked: str) -> str:
    """Return what an office that is asked for does on the route, in words."""
    return "Mayor, for the matters reserved to them" if asked == MAYOR else role_of(asked).label


def key_of(asked: str, title: str) -> str:
    """Return the key of a new office, made of its role and title; no other office has it."""
    if asked == MAYOR:
        return MAYOR
    whole = slugify(f"{role_of(asked).label} {title}")[:55].rstrip("-")
    keys = [whole, *(f"{whole}-{n}" for n in range(2, 1000))]
    taken = set(Office.objects.filter(key__in=keys).values_list("key", flat=True))
    return next(key for key in keys if key not in taken)


def why_not_role(asked: str) -> str:
    """Return why there can be no further office of this kind; empty where there can."""
    if role_of(asked) not in ALONE:
        return ""
    same = Office.objects.filter(key=MAYOR) if asked == MAYOR else Office.objects.exclude(key=MAYOR)
    there = same.filter(role=role_of(asked)).first()
    return f"There is one such office, “{there}”. Propose another title for it instead" if there else ""


def why_not_title(title: str, *, but: Office | None = None) -> str:
    """Return why no office (`but` this one) can have this title; empty where one can."""
    if but and but.title == title:
        return "This is its title already. Enter another one"
    others = Office.objects.exclude(key=but.key if but else "")
    there = next((office for office in others if _in_print(office.title) == _in_print(title)), None)
    return f"The office “{there}” has this title already. Enter another one" if there else ""


def _in_print(title: str) -> str:
    """Return a title as it is compared: two that look the same in print are the same."""
    return " ".join(unicodedata.normalize("NFKC", title).casefold().split())


def _make(change: Change) -> None:
    asked, title = change.values["role"], change.values["title"]
    if reasons := [why for why in (why_not_role(asked), why_not_title(title)) if why]:
        raise NotSound(*reasons)
    office = Office.objects.create(key=change.values["key"], title=title, role=role_of(asked))
    by = change.decided_by or change.proposed_by
    trail.write("office", office.pk, "office_made", by=by, change=str(change.pk))


def _new_facts(change: Change) -> Facts:
    values = change.values
    return [
        ("Title", values["title"]),
        ("What it does on the route", does(values["role"])),
        ("Key for single sign-on", values["key"]),
        ("What this means", "It is vacant until somebody is appointed. It is never taken away."),
    ]


def _rename(change: Change) -> None:
    office, title = Office.objects.select_for_update().get(pk=change.about), change.values["title"]
    if office.title != change.values["before"]:
        raise NotSound(CHANGED_SINCE)
    if why := why_not_title(title, but=office):
        raise NotSound(why)
    Office.objects.filter(pk=office.pk).update(title=title)


def _title_facts(change: Change) -> Facts:
    return [
        ("Title until then", change.values["before"]),
        ("New title", change.values["title"]),
        (
            "What this means",
            "From then on papers are submitted and signed under the new title. What was submitted, signed or published "
            "keeps the old one. The form and the scheme of delegation have words of their own for offices, which stay.",
        ),
    ]


changes.register(
    Kind(
        "new_office",
        lambda row: f"A new office: {row.values['title']}",
        _new_facts,
        _make,
        scope="body",
        words="a new office",
    ),
    Kind(
        "office_title",
        lambda row: f"Another title for the office {row.values['before']}",
        _title_facts,
        _rename,
        scope="office",
        words="another title for an office",
    ),
)
