"""A signature: who, in which office and capacity, over which bytes (form.md 5, Signatures)."""

import hashlib
import hmac

from approvals import advice
from approvals.acts import open_round
from approvals.models import Signature
from decisions.models import State, Version
from decisions.models.paper import EDITABLE
from decisions.snapshot import digest
from pcd.people.models import Holding, Role, User

#: Whose turn it is in each state, and so who signs there.
TURN: dict[str, Role] = {
    State.WITH_HEAD_OF_SERVICE: Role.HEAD_OF_SERVICE,
    State.WITH_CHIEF_EXECUTIVE: Role.CHIEF_EXECUTIVE,
    State.WITH_DECISION_MAKER: Role.DECISION_MAKER,
}


#: Until the decision: somebody has still something to do before it.
BEFORE_DECISION = (*EDITABLE, *TURN)


def holding_for(version: Version, person: User) -> Holding | None:
    """Return the holding by which it is this person's turn on this version, or None.

    A paper goes to the one head of service whom it names, and to the chief executive and decision maker there are.
    """
    role = TURN.get(version.state)
    if role is None or not person.is_active:
        return None
    held = Holding.objects.current().filter(person=person, office__role=role).select_related("office")
    if role is Role.HEAD_OF_SERVICE:
        held = held.filter(office=version.head_of_service_id)
    return held.first()


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
        office=holding.office.role,
        signer=person,
        held=holding.office,
        name=person.full_name,
        office_title=holding.office.title,
        capacity=holding.capacity,
        statement=statement,
        digest=bytes(current.snapshot.digest),
        acts=acts,
        acts_digest=hashlib.sha256(acts).digest(),
    )


def already_signed(version: Version, person: User) -> bool:
    """Say whether this person has signed in the open round: a second click finds its work done."""
    current = open_round(version)
    return current is not None and current.signatures.filter(signer=person).exists()
