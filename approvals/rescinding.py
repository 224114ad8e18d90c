"""Taking a decision back: the decision maker signs the reason over what was decided (design.md 3, rescind)."""

import hashlib
from datetime import date

from approvals.acts import open_round
from approvals.models import Rescission
from approvals.signing import holding_as
from decisions.models import State, Version
from decisions.publishing import tell_rescinded
from decisions.snapshot import canonical
from pcd.people.models import Role, User

SCHEMA = "pcd.rescission/1"


def rescind(version: Version, person: User, *, reason: str, on: date) -> Rescission:
    """Sign that a decision is taken back, and tell the public of one that is published; the database checks it again.

    Raises ValueError where there is nothing to take back, or this person does not hold the office.
    """
    current, holding = open_round(version), holding_as(version, person, Role.DECISION_MAKER)
    decided = current.signatures.filter(office=Role.DECISION_MAKER).first() if current else None
    if current is None or decided is None or holding is None:
        raise ValueError("nothing is decided, or it is not theirs to take back")
    acts = canonical(
        {
            "schema": SCHEMA,
            "reason": reason,
            "rescinded_on": on.isoformat(),
            "decided": bytes(decided.acts_digest).hex(),
        }
    )
    row = Rescission.objects.create(
        version=version,
        reason=reason,
        signer=person,
        held=holding.office,
        name=person.full_name,
        office_title=holding.office.title,
        capacity=holding.capacity,
        digest=bytes(current.snapshot.digest),
        acts=acts,
        acts_digest=hashlib.sha256(acts).digest(),
    )
    if version.state == State.PUBLISHED:
        tell_rescinded(version.pk, reason=reason, on=on)
    return row
