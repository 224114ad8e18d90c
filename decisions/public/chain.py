"""The chain of a decision: what it changes or carries on, and what changed or carried it on since, both ways."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection

from decisions.models.publication import Publication
from decisions.public import search
from decisions.wording import BANNERS, LINK_NAMES

#: A page shows no more of a chain than this.
MOST = 50
#: What joins decisions to a chain; one that only relates to another is shown with it alone.
JOINING = tuple(kind for kind in LINK_NAMES if kind != "relates_to")
_CHAIN = """
WITH RECURSIVE chain (key) AS (
    SELECT %(key)s::text
    UNION
    SELECT next.key FROM chain, LATERAL (
        SELECT split_part(link, ':', 2) AS key
        FROM decisions_publication, unnest(links) link
        WHERE body_key = %(body)s AND decisions_publication.key = chain.key
        AND split_part(link, ':', 1) = ANY (%(kinds)s)
        UNION ALL
        SELECT decisions_publication.key FROM decisions_publication
        WHERE body_key = %(body)s
        AND links && ARRAY(SELECT kind || ':' || chain.key FROM unnest(%(kinds)s) kind)::varchar[]
    ) next
)
SELECT key FROM chain LIMIT %(most)s
"""


@dataclass(frozen=True)
class Member:
    """A decision of a chain: what it is to the others, in words, and whether it is the one whose page this is."""

    publication: Publication
    words: tuple[tuple[str, Publication], ...]
    here: bool


@dataclass(frozen=True)
class Banner:
    """What happened to a decision since, and by which other one."""

    words: str
    by: Publication


def of(key: str, links: Iterable[str]) -> list[Member]:
    """Return the published decisions of a chain in the order in which they were decided; empty where it is alone.

    `links` are those of the decision itself: a mere relation is shown with it, and leads no further.
    """
    keys = {*_joined(key), *(target for kind, target in _pairs(links) if kind == "relates_to")}
    related = search.latest().filter(links__contains=[f"relates_to:{key}"])
    rows = search.latest().filter(key__in=keys) | related
    newest = list(rows.order_by("-decided_on", "-published_at")[:MOST])
    found = {row.key: row for row in reversed(newest)}
    if set(found) <= {key}:
        return []
    return [
        Member(
            row,
            tuple(
                (LINK_NAMES[kind], found[target])
                for kind, target in _pairs(row.links)
                if target in found and target != row.key
            ),
            row.key == key,
        )
        for row in found.values()
    ]


def banners(members: Iterable[Member], key: str) -> list[Banner]:
    """Return what a reader of this decision must know first, the gravest first; what was rescinded changes nothing."""
    found = [
        (kind, member.publication)
        for member in members
        for kind, target in _pairs(member.publication.links)
        if target == key and kind in BANNERS and not hasattr(member.publication, "rescission")
    ]
    return [Banner(words, row) for kind, words in BANNERS.items() for other, row in found if other == kind]


def _joined(key: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_CHAIN, {"key": key, "body": settings.BODY, "kinds": list(JOINING), "most": MOST})
        return [row[0] for row in cursor.fetchall()]


def _pairs(links: Iterable[str]) -> list[Any]:
    return [tuple(link.split(":", 1)) for link in links]
