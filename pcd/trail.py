"""Writing and reading the trail; it holds names, verbs, states and digests, and never a word of a paper."""

from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.fields.json import JSONField

from pcd.models import TrailEntry


def write(scope: str, object_id: object, verb: str, *, by: Any, **detail: Any) -> None:
    """Append one entry to the chain of (scope, object_id), within the caller's transaction.

    `by` is a person (with pk and full_name) or None for the clock. `detail` must be safe to show to anyone
    who may know that the thing exists. The database numbers, dates and chains the entry.
    """
    adapt = JSONField().get_db_prep_value
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO pcd_trailentry (scope, object_id, actor_id, actor, verb, detail)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            [
                scope,
                str(object_id),
                str(by.pk) if by else "",
                by.full_name if by else "the clock",
                verb,
                adapt(detail, connection),
            ],
        )


def entries(scope: str, object_id: object) -> QuerySet[TrailEntry]:
    """Return the chain of one thing, oldest first."""
    return TrailEntry.objects.filter(scope=scope, object_id=str(object_id)).order_by("seq")
