"""Words typed into Part 1 that belonged in Part 2: where they stand still, and blotting them in what is kept.

They must have gone from Part 1 itself first, by its own pages. What was signed is never touched.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from django.db import transaction
from django.http import Http404
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables

from decisions import policy
from decisions.attaching import words
from decisions.checks import run
from decisions.drafting import kept, parts
from decisions.drafting.rows import OWN, ROWS
from decisions.models import (
    AttachmentContent,
    Comment,
    ImportedFile,
    KeptText,
    MovedWords,
    RevisionText,
    Version,
    WarningAnswer,
)
from decisions.moved import NO_WORDS, Passages
from decisions.snapshot import canonical, load
from pcd import trail, vault
from pcd.people.models import User


@dataclass(frozen=True)
class Place:
    """Where passages stand, in words, with the page that shows or mends it, how often, and in which part."""

    where: str
    url: str
    count: int = 1
    part: str = ""


@dataclass(frozen=True, repr=False)
class Kept:
    """A place in what is kept; `blot` writes there what it says without the passages."""

    place: Place
    blot: Callable[[], Any]
    #: Whose own words they are, where somebody said them by name.
    said_by: User | None = None


class Moved(NamedTuple):
    """In how many places words were blotted, and of whom besides who did it."""

    places: int
    others: list[User]


class StillThere(Exception):
    """The passages stand in Part 1 itself."""


def now(version: Version, passages: Passages) -> list[Place]:
    """Return where the passages stand in Part 1 as it is: its pages, its files, the answers to warnings.

    While the paper is no draft, what goes with it is as firm as its text: that has to be returned first.
    """
    found = [
        Place(parts.called(version, key), parts.address(version, key), count)
        for key, values in _values(version)
        if (count := _blotted(passages, values)[1])
    ]
    for row in AttachmentContent.objects.filter(attachment__version=version).select_related("attachment"):
        text = words.read(row.attachment.kind, bytes(row.content)).text
        if count := passages.blot(text)[1]:
            listed = reverse("paper-attachments", kwargs={"decision": version.decision_id})
            found.append(Place(f"The file of attachment {row.attachment.position}", listed, count))
    if version.editable:
        return found
    return found + [one.place for one in _with_the_draft(version, passages)]


def still_kept(version: Version, passages: Passages) -> list[Kept]:
    """Return where the passages stand in what is kept beside Part 1: earlier saves, comments, unsaved typing."""
    found = [*_earlier(version, passages), *_comments(version, passages), *_typing(version, passages)]
    return found + list(_with_the_draft(version, passages)) * version.editable


@transaction.atomic
@sensitive_variables()
def move(*, version: Version, passages: Passages, by: User) -> Moved:
    """Blot the passages in all that is kept.

    The record and the trail say who, when, in which parts, whose words and how often; never a word. Raises
    StillThere, and Http404 for whom policy does not let.
    """
    Version.objects.select_for_update().get(pk=version.pk)
    fresh = load(version.pk)
    if not policy.may_move_words(by, fresh):
        raise Http404
    if now(fresh, passages):
        raise StillThere
    found = still_kept(fresh, passages)
    places = sum(one.place.count for one in found)
    others = sorted({one.said_by for one in found if one.said_by} - {by}, key=str)
    if found:
        about = {"places": places, "parts": sorted({one.place.part for one in found if one.place.part})}
        MovedWords.objects.create(version=fresh, person=by, **about)
        for one in found:
            one.blot()
        told = {"words_of": [one.full_name for one in others]} if others else {}
        trail.write("decision", version.decision_id, "moved_words", by=by, **about, **told)
    return Moved(places, others)


def _values(version: Version) -> Iterator[tuple[str, Any]]:
    """Yield what each page of Part 1 shows, by its key."""
    for key, part, _ in parts.parts(version):
        if part.page:
            yield key, part.read(version, key)
    for kind in ROWS:
        if kind.sealed:
            continue
        owners = version.recommendations.all() if kind in OWN else [version]
        for row in (row for owner in owners for row in getattr(owner, kind.rows).all()):
            yield f"{kind.key}:{row.pk}", kind.page.read(row)


def _part(key: str) -> str:
    """Return the part that a page's key names, without the row."""
    return key if key.startswith("section:") else key.partition(":")[0].removesuffix(kept.ADD)


def _blotted(passages: Passages, values: Any) -> tuple[Any, int]:
    return passages.blot(json.loads(canonical(values)))


def _earlier(version: Version, passages: Passages) -> Iterator[Kept]:
    rows = RevisionText.objects.filter(revision__version=version).exclude(component__in=NO_WORDS)
    for row in rows.select_related("revision__person").order_by("revision__number", "component"):
        content, count = passages.blot(row.content)
        if count:
            number = row.revision.number
            url = f"{reverse('paper-history', kwargs={'decision': version.decision_id})}?from={number - 1}&to={number}"
            where = f"Save {number}, by {row.revision.person}"
            place = Place(where, url, count, _part(row.revision.part))
            yield Kept(place, partial(RevisionText.objects.filter(pk=row.pk).update, content=content))


def _comments(version: Version, passages: Passages) -> Iterator[Kept]:
    for row in Comment.objects.filter(version=version).select_related("person", "thread"):
        said, count = passages.blot({"words": row.words, "text": row.text})
        if count:
            kwargs = {"decision": version.decision_id, "thread": row.thread_id or row.pk}
            part = _part((row.thread or row).part)
            where = f"A comment or answer of {row.person}"
            place = Place(where, reverse("comment", kwargs=kwargs), count, part)
            blot = partial(Comment.objects.filter(pk=row.pk).update, **said)
            yield Kept(place, blot, row.person if row.text != said["text"] else None)


def _typing(version: Version, passages: Passages) -> Iterator[Kept]:
    """Yield what was typed and not saved."""
    for row in KeptText.objects.filter(version=version).select_related("person"):
        if parts.is_sealed(row.page):
            continue
        try:
            typed, count = passages.blot(kept.unsealed(row))
        except vault.VaultClosed:
            continue
        if count:
            place = Place(f"What {row.person} typed and has not saved", "", count, _part(row.page))
            yield Kept(place, partial(kept.seal, row, typed))


def _with_the_draft(version: Version, passages: Passages) -> Iterator[Kept]:
    """Yield what is frozen with the text: what a file said, and answers to warnings that have gone."""
    file = ImportedFile.objects.filter(version=version).first()
    if file:
        said, count = passages.blot({"name": file.name, "reading": file.reading})
        if count:
            url = reverse("paper-imported", kwargs={"decision": version.decision_id})
            change = partial(ImportedFile.objects.filter(pk=file.pk).update, **said)
            yield Kept(Place("What was read from the file that the draft was made of", url, count), change)
    standing = {one.key for one in run.warnings(version)}  # the answers to these stand on a page of Part 1
    gone = WarningAnswer.objects.filter(version=version).exclude(warning__in=standing)
    for answer in gone.select_related("person"):
        text, count = passages.blot(answer.text)
        if count:
            change = partial(WarningAnswer.objects.filter(pk=answer.pk).update, text=text)
            yield Kept(Place(f"An answer of {answer.person} to a warning that has gone", "", count), change)
