"""What was typed and is not saved yet: kept for its writer alone, sealed, until they save or discard it.

It is no contribution and no revision. It goes when the page is saved, when the paper is submitted (the database sees to
that), and by its age.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import Http404, QueryDict
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables

from decisions.drafting import parts
from decisions.drafting.pages import PART2_ANSWER, SEALED, Page, seen_of
from decisions.drafting.rows import ROW, ROWS, uuid_or_none
from decisions.models import KeptText, Version
from pcd import vault
from pcd.people.models import User

#: What is older is forgotten, and nobody is asked about it.
KEPT_FOR = timedelta(days=30)
#: A page is kept once in so many seconds at most.
PAUSE = timedelta(seconds=2)
#: Posted with every form, and no part of what was typed.
NOT_TYPED = ("csrfmiddlewaretoken", "typed_by", "carried", "then")
#: Every page that edits something, by what its key begins with; a page that adds a row is called as the row, and ADD.
PAGES = {
    **{part.key: part.page for part in parts.PARTS if part.page},
    **{kind.key: kind.page for kind in ROWS},
    PART2_ANSWER.key: PART2_ANSWER,
    SEALED.key: SEALED,
}
ADD = "-add"


class TooSoon(Exception):
    """The page was kept a moment ago."""


@dataclass(frozen=True)
class Place:
    """The page that a key names: what is edited there, and which row; no row on a page that adds one."""

    page: Page
    row: Any


@dataclass(frozen=True, repr=False)
class Kept:
    """What one person typed into a page, and when; it never prints itself into a log or an error."""

    at: datetime
    data: QueryDict

    def __repr__(self) -> str:
        return "Kept(sealed)"


def place(version: Version, key: str) -> Place:
    """Return what a page's key names in a loaded version; 404 for a key that names nothing there."""
    name, _, row = key.partition(":")
    if name.endswith(ADD) and (kind := ROW.get(name.removesuffix(ADD))):
        if row and ROW["recommendation"].page.find(version, row) is None:
            raise Http404
        return Place(kind.page, None)
    page = PAGES.get(name)
    found = page.find(version, row) if page else None
    if page is None or found is None:
        raise Http404
    return Place(page, found)


@transaction.atomic
@sensitive_variables()
def keep(*, version: Version, key: str, data: QueryDict, by: User) -> datetime | None:
    """Keep what this person typed into a page, in place of what was kept; None where it is what is saved.

    The caller holds the version's lock, so that no save passes between. Raises TooSoon, and Http404 for no page.
    """
    at = place(version, key)
    if _is_saved(version, at, data, by):
        forget(version, key, by)
        return None
    row = _rows(version, by).filter(page=key).first() or KeptText(version=version, person=by, page=key)
    if not row._state.adding and _rows(version, by).filter(pk=row.pk, at__gt=Now() - PAUSE).exists():
        raise TooSoon
    row.at = Now()
    seal(row, {name: values for name, values in data.lists() if name not in NOT_TYPED})
    row.refresh_from_db(fields=["at"])
    return row.at


@sensitive_variables()
def seal(row: KeptText, typed: dict[str, Any]) -> None:
    """Save what was typed, under a new key."""
    secret, wrapped = vault.new_key(row=_named(row))
    row.sealed = vault.seal(secret, json.dumps(typed, ensure_ascii=False).encode(), row=_named(row))
    row.wrapped, row.wrapped_by = wrapped.wrapped, wrapped.wrapped_by
    row.save()


@sensitive_variables()
def unsealed(row: KeptText) -> dict[str, Any]:
    """Return every field as it was typed; raises VaultClosed where its key is not to be had."""
    secret = vault.open_key(row, row=_named(row))
    typed: dict[str, Any] = json.loads(vault.unseal(secret, bytes(row.sealed), row=_named(row)))
    return typed


@sensitive_variables()
def offered(version: Version, key: str, by: User) -> Kept | None:
    """Return what this person typed into this page, if it is not what is saved."""
    row = _rows(version, by).filter(page=key).first()
    if row is None:
        return None
    try:
        typed = unsealed(row)
    except vault.VaultClosed:
        return None
    data = QueryDict(mutable=True)
    for name, values in typed.items():
        data.setlist(name, values)
    return None if _is_saved(version, place(version, key), data, by) else Kept(row.at, data)


def forget(version: Version, key: str, by: User) -> None:
    """Forget what this person typed into this page."""
    KeptText.objects.filter(version=version, person=by, page=key).delete()


def dispose(version: Version, row: object) -> None:
    """Forget what anybody typed about a row that is removed for good."""
    KeptText.objects.filter(version=version, page__endswith=f":{row}").delete()


def forget_old() -> int:
    """Forget what nobody came back for; return how much it was."""
    count, _ = KeptText.objects.filter(at__lte=Now() - KEPT_FOR).delete()
    return count


def waiting(version: Version, by: User) -> Iterator[dict[str, Any]]:
    """Yield the pages of a loaded version on which something that this person typed is not saved."""
    titles = {key: title for key, _, title in parts.parts(version)}
    for key, at in _rows(version, by).order_by("at").values_list("page", "at"):
        try:
            place(version, key)
        except Http404:
            continue  # its row was removed meanwhile
        name = key.partition(":")[0]
        title = titles.get(key) or (
            ROW[name.removesuffix(ADD)].noun.capitalize()
            if name.removesuffix(ADD) in ROW
            else "Part 2: exempt facts and advice"
        )
        yield {"title": title, "url": _address(version, key), "at": at}


def _rows(version: Version, by: User) -> QuerySet[KeptText]:
    return KeptText.objects.filter(version=version, person=by, at__gt=Now() - KEPT_FOR)


def _address(version: Version, key: str) -> str:
    name, _, above = key.partition(":")
    if not name.endswith(ADD):
        return parts.address(version, key)
    url_kwargs: dict[str, Any] = {"decision": version.decision_id}
    if name == "recommendation-add":
        return reverse(name, kwargs=url_kwargs) + (f"?under={above}" if above else "")
    return reverse(name, kwargs=url_kwargs | ({"within": above} if above else {}))


def _is_saved(version: Version, at: Place, data: QueryDict, by: User) -> bool:
    """Say whether what was typed is what stands in the row; of a new row, whether it has been added."""
    if at.row is None:
        return at.page.find(version, uuid_or_none(data.get("new"))) is not None
    form = at.page.form(data, version=version, row=at.row, by=by)
    return form.is_valid() and seen_of(form.values()) == seen_of(at.page.read(at.row))


def _named(row: KeptText) -> str:
    return f"kept:{row.pk}"
