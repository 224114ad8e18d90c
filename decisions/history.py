"""The history of a draft: what each save changed, and what the paper said at any moment."""

import json
from typing import Any

from decisions.models import Revision, RevisionText, Version
from decisions.snapshot import in_todays_schema, snapshot_bytes
from pcd.people.models import User

Json = dict[str, Any]


def record(version: Version, *, verb: str, part: str, by: User) -> None:
    """Keep what a save changed; the caller holds the version's lock, and `version` is as it stands now."""
    now: Json = json.loads(snapshot_bytes(version))
    before = _stored(version)
    changed = {key: now.get(key) for key in now.keys() | before.keys() if now.get(key) != before.get(key)}
    if not changed:
        return
    last = Revision.objects.filter(version=version).values_list("number", flat=True).first() or 0
    revision = Revision.objects.create(version=version, number=last + 1, person=by, verb=verb, part=part)
    RevisionText.objects.bulk_create(
        RevisionText(revision=revision, component=key, content=value)
        for key, value in sorted(changed.items())
    )


def content(version: Version, number: int | None = None) -> Json:
    """Return what the paper said after a revision (None: the latest), as a snapshot; empty before the first."""
    stored = _stored(version, number)
    return in_todays_schema(stored) if stored else {}


def _stored(version: Version, number: int | None = None) -> Json:
    texts = RevisionText.objects.filter(revision__version=version)
    if number is not None:
        texts = texts.filter(revision__number__lte=number)
    latest = texts.order_by("component", "-revision__number").distinct("component")
    return {row.component: row.content for row in latest if row.content is not None}
