"""A signature: who, in which office and capacity, over which bytes (form.md 5, Signatures)."""

import hashlib
import hmac
from collections.abc import Callable, Iterable
from functools import reduce
from operator import or_
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from approvals import advice
from approvals.acts import open_round
from approvals.models import Advice, HandOver, Override, Signature
from decisions import deciders, scheme
from decisions.models import Contributor, Revision, State, Version
from decisions.snapshot import digest, once_shown
from pcd.people.models import Holding, Office, Role, User
from pcd.people.offices import on_behalf_of

#: Whose turn it is in each state, and so who signs there.
TURN: dict[str, Role] = {
    State.WITH_HEAD_OF_SERVICE: Role.HEAD_OF_SERVICE,
    State.WITH_CHIEF_EXECUTIVE: Role.CHIEF_EXECUTIVE,
    State.WITH_DECISION_MAKER: Role.DECISION_MAKER,
}


#: An override is about the office that the paper is with, in its open round: of another one nothing hangs any more.
AT_STAKE = Q(round__closed_at=None) & reduce(
    or_, (Q(round__version__state=state, office=role) for state, role in TURN.items())
)
#: It can still be answered.
AWAITED = AT_STAKE & Q(consented_by=None, refused_by=None)

#: Until the decision: somebody has still something to do before it.
BEFORE_DECISION = advice.TAKEN


@once_shown
def signers(version: Version, office: Office | Role | None) -> list[Holding]:
    """Return the holdings by which people sign this version in an office now: who holds it, or signs for it.

    Nobody who is away.
    """
    return able(Holding.objects.of(office).present(), version, office)


def able(present: Iterable[Holding], version: Version, office: Office | Role | None) -> list[Holding]:
    """Return those of an office's holdings, of people who are there, by which this version is signed now.

    Nobody who takes no part in the decision because of an interest; of those who sign for it only those whose scope
    covers the paper, and, where they stand in, only while nobody is there who holds that office.
    """
    held = list(present)
    if office is not None and office == office_as(version, Role.DECISION_MAKER):
        no_part = {row.person_id for row in version.recusals.all()}
        held = [row for row in held if row.person_id not in no_part]
    there = {row.office_id for row in held if not row.delegated}
    return [
        row for row in held if covers(row, version) and not (row.only_in_absence and row.office_id in there)
    ]


@once_shown
def nobody_left(version: Version) -> bool:
    """Say whether a paper waits for an office in which nobody can act now (`nobody_among`)."""
    if version.state not in TURN:
        return False
    return nobody_among(version, signers(version, office_of(version)), kept_out([version]))


def nobody_among(version: Version, there: Iterable[Holding], out: set[tuple[UUID, UUID]]) -> bool:
    """Say whether none of those by whom a paper is signed now (`able`) can act: the office is empty, or whoever is
    there is among those kept `out` of the paper (`kept_out`).
    """
    return all((version.pk, row.person_id) in out for row in there)


def covers(held: Holding, version: Version) -> bool:
    """Say whether a delegation covers this paper, by its kinds and every amount in it; a holding covers all.

    An amount that is withheld is as high as any (`decisions/scheme.py`). The database asks the same (0021_signers.sql).
    """
    if not held.delegated:
        return True
    if held.kinds and not set(version.kinds) <= set(held.kinds):
        return False
    if held.up_to is None:
        return True
    amounts = (one.value for one in scheme.amounts(version))
    return all(value is not None and value <= held.up_to for value in amounts)


def office_as(version: Version, role: Role | None) -> Office | Role | None:
    """Return the office that acts in this step: the head of service whom the paper names, whoever decides, or any."""
    if role is Role.HEAD_OF_SERVICE:
        return version.head_of_service
    return deciders.decides(version) if role is Role.DECISION_MAKER else role


def called(version: Version, role: Role) -> str:
    """Return what the office of a step is called on a paper: by its title where it is one office, else by its role."""
    office = office_as(version, role) or role
    return office.label if isinstance(office, Role) else office.title


def office_of(version: Version) -> Office | Role | None:
    """Return the office that a paper is with."""
    return office_as(version, TURN.get(version.state))


def holding_for(version: Version, person: User) -> Holding | None:
    """Return the holding by which it is this person's turn on this version, or None."""
    role = TURN.get(version.state)
    return None if role is None else holding_as(version, person, role)


def holding_as(version: Version, person: User, role: Role) -> Holding | None:
    """Return the holding by which this person acts in this office on this version, whoever's turn it is, or None.

    One of their own comes before one that they sign for.
    """
    if not person.is_active:
        return None
    held = [row for row in signers(version, office_as(version, role)) if row.person_id == person.pk]
    return min(held, key=lambda row: row.delegated, default=None)


def override_of(version: Version, person: User) -> Override | None:
    """Return the override that this person asked for in the office that the paper is with, unless it was turned down:
    agreed to, or waiting.
    """
    current, role = open_round(version), TURN.get(version.state)
    if current is None or role is None:
        return None
    asked = current.overrides.filter(office=role, person=person, refused_by=None)
    return asked.select_related("consented_by").first()


def turned_down(version: Version, person: User) -> Override | None:
    """Return what this person asked for last in the office that the paper is with, if it was turned down."""
    asked = Override.objects.filter(AT_STAKE, round__version=version, person=person)
    last = asked.select_related("refused_by").last()
    return last if last and last.refused_by_id else None


def shown(version: Version) -> str:
    """Return the digest of what a signing page shows: the open round's very bytes, and the advice beside them.

    Empty without an open round. The page carries it, and `same_text` compares it when the page is sent.
    """
    current = open_round(version)
    if current is None:
        return ""
    heard = [
        [str(row.request.pk), str(row.given.pk) if row.given else "", row.current, bool(row.answer)]
        for row in advice.standings(version)
    ]
    return digest({"text": bytes(current.snapshot.digest).hex(), "advice": heard})


def same_text(version: Version, was_shown: str) -> bool:
    """Say whether a page showed the very bytes of the open round and the advice as it stands now."""
    return bool(was_shown) and hmac.compare_digest(shown(version), was_shown)


def sign(version: Version, person: User, *, statement: str, acts: bytes = b"") -> Signature:
    """Put this person's signature under the open round's snapshot; the database checks it once more."""
    current, holding = open_round(version), holding_for(version, person)
    if current is None or holding is None:
        raise ValueError("it is not this person's turn")
    return Signature.objects.create(
        round=current,
        office=TURN[version.state],
        signer=person,
        held=holding.office,
        digest=bytes(current.snapshot.digest),
        statement=statement,
        acts=acts,
        acts_digest=hashlib.sha256(acts).digest(),
        **signs_as(version, person, holding)._asdict(),
    )


class SignsAs(NamedTuple):
    """What a signature says of who signs: name, title, capacity, for whom and on what authority."""

    name: str
    office_title: str
    capacity: str
    on_behalf_of: str
    authority: str


def signs_as(version: Version, person: User, holding: Holding) -> SignsAs:
    """Return what this person's signature says of them; the database checks it against who holds what."""
    agreed = override_of(version, person)
    overridden = f"override agreed by {agreed.consented_by}" if agreed and agreed.consented_by else ""
    return SignsAs(
        name=person.full_name,
        office_title=person.job_title if holding.delegated else holding.office.title,
        capacity=holding.capacity,
        on_behalf_of=on_behalf_of(holding.office) if holding.delegated else "",
        authority="; ".join(one for one in (holding.authority, overridden) if one),
    )


def as_what(version: Version, person: User) -> SignsAs | None:
    """Return what this person's signature would say of them now; None where it is not their turn."""
    holding = holding_for(version, person)
    return signs_as(version, person, holding) if holding else None


class Part(NamedTuple):
    """A part that somebody may have in a paper: what they are told, and the rows that say so."""

    said: str
    rows: Callable[[], QuerySet[Any]]
    version: str
    person: str

    def of(self, versions: Iterable[UUID]) -> QuerySet[Any]:
        """Return the pairs of version and person of these versions."""
        rows = self.rows().filter(**{f"{self.version}__in": versions, f"{self.person}__isnull": False})
        return rows.order_by().values_list(self.version, self.person)


WROTE = "You wrote part of this paper, so somebody else must act on it."
SIGNED = Part(
    "You have already signed this paper in this round.",
    lambda: Signature.objects.filter(round__closed_at=None),
    "round__version",
    "signer",
)
OWN = (
    Part(WROTE, Version.objects.all, "pk", "drafting_officer"),
    Part(WROTE, HandOver.objects.all, "version", "to"),
    Part(WROTE, Contributor.objects.all, "version", "person"),
)
ADVISED = Part(
    "You gave advice on this paper, so somebody else must act on it.",
    Advice.objects.all,
    "request__version",
    "adviser",
)
#: What is somebody's own part in a paper. An adviser with the pen of a section drafts nothing, but whoever saved a word
#: of it has had a part in the paper, advice given or not; a pen that was never used is none (design.md 2).
HAD = (
    *OWN,
    ADVISED,
    Part(
        "You wrote a section of this paper, so somebody else must act on it.",
        Revision.objects.all,
        "version",
        "person",
    ),
    SIGNED,
)
CONSENTED = Part(
    "You agreed to an override on this paper, so somebody else must act on it, and no override lets you.",
    lambda: Override.objects.filter(round__closed_at=None),
    "round__version",
    "consented_by",
)
#: What leaves signing to somebody else. A small office can override what somebody had, and never their consent.
PARTS = (*HAD, CONSENTED)
#: An override was turned down, and has not been asked for anew.
TURNED_DOWN = Part(
    "A colleague turned down that you act in two parts.",
    lambda: Override.objects.filter(AT_STAKE).exclude(
        Q(refused_by=None)
        | Exists(
            Override.objects.filter(
                round=OuterRef("round"), office=OuterRef("office"), person=OuterRef("person"), refused_by=None
            )
        )
    ),
    "round__version",
    "person",
)


@once_shown
def already_signed(version: Version, person: User) -> bool:
    """Say whether this person has signed in the open round: a second click finds its work done."""
    return bool(_part(version, person, [SIGNED]))


def own_paper(version: Version, person: User) -> str:
    """Return in a sentence to this person that they wrote this paper, or kept it, if they did."""
    return _part(version, person, OWN)


@once_shown
def other_part(version: Version, person: User) -> str:
    """Return in a sentence to this person what part they had already, if any, that leaves the act to somebody else."""
    return _part(version, person, PARTS)


def wrote_or_advised(version: Version, person: User) -> str:
    """Return in a sentence to this person that they wrote this paper, kept it or advised on it, if they did."""
    return _part(version, person, (*OWN, ADVISED))


def had_part(version: Version, person: User) -> str:
    """Return in a sentence to this person what part they had but for having agreed to an override, if any."""
    return _part(version, person, HAD)


@once_shown
def consented(version: Version, person: User) -> str:
    """Return in a sentence to this person that they agreed to an override in the open round, if they did."""
    return _part(version, person, [CONSENTED])


def kept_out(versions: Iterable[Version]) -> set[tuple[UUID, UUID]]:
    """Return who of all people cannot act on which of these versions; one query, however many they are.

    In a small office an override may lift the part that somebody had, unless it was turned down.
    """
    ids: dict[bool, list[UUID]] = {False: [], True: []}
    for one in versions:
        ids[one.decision.body.small_office].append(one.pk)
    first, *others = (
        *(part.of(ids[False]) for part in PARTS),
        *(part.of(ids[True]) for part in (CONSENTED, TURNED_DOWN)),
    )
    return set(first.union(*others))


def _part(version: Version, person: User, parts: Iterable[Part]) -> str:
    of_them = (part.said for part in parts if part.of([version.pk]).filter(**{part.person: person}).exists())
    return next(of_them, "")
