"""The history of a draft: what each save changed, and what the paper said at any moment."""

import json
from typing import Any

from django.db.models import QuerySet

from decisions import moved
from decisions.models import Revision, RevisionText, Version
from decisions.snapshot import digest, in_todays_schema, snapshot_bytes
from pcd.people.models import User

Json = dict[str, Any]
#: The digest of a component that is there no more.
GONE = ""


def record(version: Version, *, verb: str, part: str, by: User) -> None:
    """Keep what a save changed; the caller holds the version's lock, and `version` is as it stands now."""
    now: Json = json.loads(snapshot_bytes(version))
    digests = {key: digest(value) for key, value in now.items()}
    before = dict(_latest(version).values_list("component", "digest"))
    changed = {key for key in digests.keys() | before.keys() if digests.get(key, GONE) != before.get(key)}
    if not changed:
        return
    last = Revision.objects.filter(version=version).values_list("number", flat=True).first() or 0
    revision = Revision.objects.create(version=version, number=last + 1, person=by, verb=verb, part=part)
    RevisionText.objects.bulk_create(
        RevisionText(revision=revision, component=key, digest=digests.get(key, GONE), content=now.get(key))
        for key in sorted(changed)
    )


def content(version: Version, number: int | None = None) -> Json:
    """Return what the paper said after a revision (None: the latest), as a snapshot; empty before the first."""
    rows = _latest(version, number).exclude(digest=GONE)
    stored = {row.component: moved.opened(row.content) for row in rows}
    return in_todays_schema(stored) if stored else {}


def _latest(version: Version, number: int | None = None) -> QuerySet[RevisionText]:
    """Return each component as it stood after a revision."""
    ids = RevisionText.objects.filter(revision__version=version)
    if number is not None:
        ids = ids.filter(revision__number__lte=number)
    latest = ids.order_by("component", "-revision__number").distinct("component").values("pk")
    return RevisionText.objects.filter(pk__in=latest)
