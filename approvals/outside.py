"""Somebody outside, such as external counsel, asked once: what they are shown, their link, their code, their answer.

What is shared is copied and sealed as it was then. The link goes by mail and opens nothing without the code, which the
person who asks tells them apart. What they answer informs the adviser and never counts as mandatory advice.
"""

import hashlib
import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from approvals import enclosures
from approvals.keeping import keeper
from approvals.models import (
    Enclosure,
    OutsideAnswer,
    OutsideCode,
    OutsideEnd,
    OutsideMail,
    OutsideRequest,
    OutsideVisit,
)
from approvals.signing import BEFORE_DECISION
from decisions import part2, part2_files, policy
from decisions.models import Access, AttachmentContent, Body, MovedWords, Section, Version
from decisions.snapshot import attachment_files, canonical, components, labelled
from pcd import trail
from pcd.people.models import User
from pcd.vault import VaultClosed

#: So many wrong codes end a link.
TRIES = 5
#: What a code is made of: nothing that is read as something else.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
#: How long a failed mail waits, in seconds.
_AGAIN = 300


@dataclass(frozen=True)
class Outsider:
    """Who acts without an account, as the trail names them."""

    full_name: str
    pk: str = ""


@dataclass(frozen=True)
class Shareable:
    """Something of a paper that may be shared: its key, what it is called, whether it belongs to Part 2."""

    key: str
    title: str
    part2: bool = False


def new_code() -> str:
    """Return a code to tell: twelve letters and figures, about 59 bits."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(12))
    return "-".join(letters[at : at + 4] for at in (0, 4, 8))


def shareable(version: Version, *, reads_part2: bool) -> list[Shareable]:
    """Return what of a loaded version may be shared; of Part 2 only to somebody who may read it themselves."""
    written = {row.kind for row in version.sections.all() if row.treatment == Section.Treatment.TEXT}
    rows = [
        Shareable("title", "Title"),
        Shareable("summary", "Executive summary"),
        Shareable("recommendations", "Recommendations"),
    ]
    rows += [
        Shareable(f"section:{entry['kind']}", f"{number}. {entry['heading']}")
        for number, entry in enumerate(version.edition.sections, start=1)
        if entry["kind"] in written
    ]
    rows += [Shareable(f"file:{row.pk}", f"File: {row.title}") for row in attachment_files(version).values()]
    for paper in version.part2_papers.all() if reads_part2 else ():
        rows.append(Shareable(f"part2:{paper.pk}", f"Part 2: {paper.title}", part2=True))
        rows += [
            Shareable(f"part2-file:{row.pk}", f"Part 2, file: {part2_files.about(row).title}", part2=True)
            for row in paper.files.all()
        ]
    return rows


def ask(
    version: Version,
    by: User,
    *,
    chosen: Collection[str],
    question: str,
    code: str,
    reads_part2: bool,
    **whom: Any,
) -> OutsideRequest:
    """Copy and seal what is shared as it is now, and keep whom it is for; the code is kept as its hash only."""
    shared = [row for row in shareable(version, reads_part2=reads_part2) if row.key in chosen]
    texts = [
        {"title": row.title, "paragraphs": lines} for row in shared if (lines := _lines(version, row.key))
    ]
    files = [file for row in shared if (file := _file(version, row.key))]
    content = canonical({"question": question, "texts": texts})
    whole = hashlib.sha256(content)
    for _, _, body in files:
        whole.update(hashlib.sha256(body).digest())
    inside = any(row.part2 for row in shared)
    row = OutsideRequest.objects.create(
        version=version,
        shared=[one.key for one in shared],
        with_part2=inside,
        digest=whole.digest(),
        code=make_password(_plain(code)),
        by=by,
        **whom,
    )
    goes: Mapping[str, Any] = {"holds_part2": inside, "outside": row}
    enclosures.keep(content, part=Enclosure.Part.SHARED, **goes)
    for name, kind, body in files:
        enclosures.keep(body, part=Enclosure.Part.FILE, name=name, kind=kind, **goes)
    return row


def asked_already(version: Version, by: User, inputs: Mapping[str, Any]) -> bool:
    """Say whether this person has asked the same person the like before, by a link that opens still."""
    same = {name: inputs.get(name) for name in ("name", "organisation", "email", "area", "until")}
    return any(live(row.pk) for row in version.outside_requests.filter(by=by, answer=None, **same))


def _lines(version: Version, key: str) -> list[str]:
    """Return the paragraphs of something that is text, as they stand; none of a file."""
    name, _, rest = key.partition(":")
    if name in ("title", "summary"):
        return [getattr(version, name)]
    if name == "recommendations":
        return [f"{label} {row.text}" for label, row in labelled(version)]
    if name == "section":
        return [f"{one['label']} {one['text']}" for one in components(version)[key]["paragraphs"]]
    if name == "part2":
        inside = part2.read(next(one for one in version.part2_papers.all() if str(one.pk) == rest))
        return [inside.facts, *inside.recommendations]
    return []


def _file(version: Version, key: str) -> tuple[str, str, bytes] | None:
    """Return name, kind and bytes of something that is a file."""
    name, _, rest = key.partition(":")
    if name == "file":
        called, row = next(pair for pair in attachment_files(version).items() if str(pair[1].pk) == rest)
        return called, row.kind, bytes(AttachmentContent.objects.get(attachment=row).content)
    if name == "part2-file":
        file = next(
            one for paper in version.part2_papers.all() for one in paper.files.all() if str(one.pk) == rest
        )
        about = part2_files.about(file)
        return about.name, about.kind, part2_files.content(file)
    return None


def live(pk: UUID) -> OutsideRequest | None:
    """Return the request of a link that opens still: in its time, not answered or ended, not tried too often.

    None of a paper that is decided; and nobody outside sees for longer than whoever shared it may read it themselves.
    """
    row = OutsideRequest.objects.filter(pk=pk).select_related("version__decision__body", "by").first()
    if row is None or row.until < timezone.localdate() or hasattr(row, "answer") or hasattr(row, "end"):
        return None
    if not _asker_reads(row):
        return None
    # What was shared may hold what has turned out to belong in Part 2; a move is dated by when it began.
    if MovedWords.objects.filter(version=row.version, at__gte=row.at - timedelta(minutes=1)).exists():
        return None
    if row.version.state not in BEFORE_DECISION or _wrong_tries(row) >= TRIES:
        return None
    return row


def _wrong_tries(row: OutsideRequest) -> int:
    """Return how many wrong codes were tried since the code that counts was made."""
    tried, code = row.visits.filter(right=False), row.codes.last()
    return (tried.filter(at__gt=code.at) if code else tried).count()


def living(version: Version, *, by: User | None = None) -> list[OutsideRequest]:
    """Return the links of a version that open still; only those that one person asked by, where one is named."""
    rows = of(version).filter(**({"by": by} if by else {}))
    return [row for row in rows if live(row.pk)]


def ends(version: Version, person: User) -> list[OutsideRequest]:
    """Return the links that this person may take back: every one of a paper that they keep, else their own."""
    return living(version, by=None if keeper(version) == person else person)


def renews(version: Version, person: User) -> list[OutsideRequest]:
    """Return the links for which this person may make a new code: their own, showing no more than they may read."""
    reads = policy.may(person, Access.PART2, version.decision)
    return [row for row in living(version, by=person) if reads or not row.with_part2]


def end(row: OutsideRequest, by: User) -> OutsideEnd:
    """Take a link back: it opens nothing from now on, for whoever is inside as well."""
    return OutsideEnd.objects.create(request=row, by=by)


def renew(row: OutsideRequest, by: User, code: str) -> OutsideCode:
    """Let another code open a link in the place of the one that was told; it is kept as its hash only."""
    return OutsideCode.objects.create(request=row, by=by, code=make_password(_plain(code)))


def opens_by(row: OutsideRequest) -> tuple[str, str]:
    """Return what tells one code of a link from another, and the hash of the one that counts."""
    code = row.codes.last()
    return (str(code.pk), code.code) if code else ("", row.code)


def knows(row: OutsideRequest, code: str) -> bool:
    """Say whether a code is the one that was told, and keep that it was tried; the caller has locked the paper."""
    right = check_password(_plain(code), opens_by(row)[1])
    OutsideVisit.objects.create(request=row, right=right)
    verb = "outside_opened" if right else "outside_wrong_code"
    trail.write("decision", row.version.decision_id, verb, by=outsider(row), area=row.area)
    return right


def shown(row: OutsideRequest) -> dict[str, Any]:
    """Return what was shared, as it was then: the question and texts; raises VaultClosed without the key."""
    _, content = enclosures.opened(row.enclosures.get(part=Enclosure.Part.SHARED))
    said: dict[str, Any] = json.loads(content)
    return said


def files(row: OutsideRequest) -> list[enclosures.File]:
    """Return the files that were shared."""
    rows = row.enclosures.filter(part=Enclosure.Part.FILE).select_related("key")
    return [enclosures.File(one.pk, enclosures.opened(one)[0]) for one in rows]


def answer(row: OutsideRequest, *, outcome: str, text: str) -> None:
    """Keep the one answer, sealed; the database checks that the link was opened and still lives."""
    OutsideAnswer.objects.create(request=row, outcome=outcome)
    enclosures.keep(text.encode(), part=Enclosure.Part.ANSWER, holds_part2=row.with_part2, outside=row)
    trail.write("decision", row.version.decision_id, "outside_answered", by=outsider(row), area=row.area)


def answered(row: OutsideRequest) -> dict[str, str] | None:
    """Return what was answered, outcome and text; None where nothing was, no text without its key."""
    if not hasattr(row, "answer"):
        return None
    try:
        _, text = enclosures.opened(row.enclosures.get(part=Enclosure.Part.ANSWER))
    except VaultClosed:
        text = b""
    return {"outcome": row.answer.outcome, "text": text.decode()}


def of(version: Version) -> QuerySet[OutsideRequest]:
    """Return whom somebody asked outside about a version, the oldest first."""
    return version.outside_requests.select_related("by", "answer", "end__by")


def outsider(row: OutsideRequest) -> Outsider:
    """Return who they are, as the trail names them."""
    return Outsider(f"{row.name}, {row.organisation}")


def _asker_reads(row: OutsideRequest) -> bool:
    """Say whether who asked may read now what they shared."""
    needed = (Access.PART1, Access.PART2) if row.with_part2 else (Access.PART1,)
    return all(policy.may(row.by, access, row.version.decision) for access in needed)


def unsent(today: date) -> list[OutsideRequest]:
    """Return the links that still have to be sent."""
    rows = OutsideRequest.objects.filter(mail=None, answer=None, end=None, until__gte=today)
    rows = rows.filter(version__state__in=BEFORE_DECISION).select_related("version__decision", "by")
    return [row for row in rows if _asker_reads(row)]


def send(row: OutsideRequest) -> int:
    """Send a link once, within the caller's transaction; one that failed waits some minutes."""
    if not cache.add(f"outside-mail:{row.pk}", "tried", _AGAIN):
        return 0
    with transaction.atomic():
        OutsideMail.objects.create(request=row)
        message(row).send()
    return 1


def message(row: OutsideRequest) -> EmailMessage:
    """Return the mail with the link: who asks, and nothing of what."""
    body = Body.objects.get(pk=settings.BODY).name
    link = settings.BASE_URL.rstrip("/") + reverse("outside", urlconf="pcd.urls.staff", args=[row.pk])
    return EmailMessage(
        subject=f"{body}: your advice is asked",
        body=f"{body} asks for your advice.\n\n{link}\n\nThe page asks for a code, which you are told separately. "
        f"It opens until {row.until.day} {row.until:%B %Y}, and takes one answer.\n",
        to=[row.email],
    )


def _plain(code: str) -> str:
    """Return a code as it counts: in capitals, without what people put between."""
    return "".join(one for one in code.upper() if one.isalnum())
