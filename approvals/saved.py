"""Searches with a name: each person's own; the trail says that one was kept, changed or removed, and not its words."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import Http404

from approvals.finding import Filters
from approvals.models import SavedSearch
from pcd import trail
from pcd.people.models import User


class NameTaken(Exception):
    """This person has another search with that name."""


def own(person: User, pk: UUID) -> SavedSearch:
    """Fetch and authorise in one call: a search of this person's own, or Http404, hidden or missing alike."""
    found = person.saved_searches.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def keep(person: User, *, name: str, filters: Filters) -> None:
    """Keep a search under a name; a second click keeps no second one. Raises NameTaken."""
    with transaction.atomic():
        row, new = SavedSearch.objects.get_or_create(
            person=person, name=name, defaults={"chosen": filters.chosen}
        )
        if new:
            trail.write("person", person.pk, "kept_search", by=person, search=str(row.pk))
        elif row.chosen != filters.chosen:
            raise NameTaken


def rename(row: SavedSearch, *, name: str) -> None:
    """Give a search another name; raises NameTaken."""
    try:
        with transaction.atomic():
            SavedSearch.objects.filter(pk=row.pk).update(name=name)
            trail.write("person", row.person_id, "renamed_search", by=row.person, search=str(row.pk))
    except IntegrityError:
        raise NameTaken from None


def remove(row: SavedSearch) -> None:
    """Forget a search."""
    with transaction.atomic():
        trail.write("person", row.person_id, "removed_search", by=row.person, search=str(row.pk))
        row.delete()
