"""Handing a request for advice on to a colleague in the same office: what they were asked, their reading, the pen.

The adviser does so; for one who has left the office, whoever keeps the paper does, or the governance team.
"""

from datetime import date

from django.db.models.functions import Now

from approvals import advice, signing
from approvals.keeping import keeper
from approvals.models import AdviceRequest
from decisions import policy
from decisions.models import Access, Pen, Version
from pcd.people.models import Holding, Role, User, holders


def to_hand_on(version: Version, person: User) -> AdviceRequest | None:
    """Return the request that this person can hand on: their own, or one that nobody in its office can answer."""
    own = advice.unanswered(version, person)
    return own or next((row for row in left_behind(version) if person in hand_on_for(version, row)), None)


def left(request: AdviceRequest) -> bool:
    """Say whether whoever was asked can answer no more: they have left the office, or read the paper no more."""
    may = policy.may(request.adviser, Access.PART1, request.version.decision)
    return not (may and request.adviser.holds(Role(request.area)))


def left_behind(version: Version) -> list[AdviceRequest]:
    """Return the requests whose advice is awaited of somebody who can answer no more."""
    return [
        row.request
        for row in advice.standings(version)
        if row.awaited and advice.open_to(version, row.request.area) and left(row.request)
    ]


def hand_on_for(version: Version, request: AdviceRequest) -> list[User]:
    """Return who can hand a request on in the place of an adviser who can answer no more.

    Whoever keeps the paper, and the governance team; nobody lets somebody into Part 2 who may not read it themselves.
    """
    part = Access.PART2 if request.with_part2 else Access.PART1
    people = dict.fromkeys([keeper(version), *holders(Role.GOVERNANCE)])
    return [one for one in people if policy.may(one, part, version.decision)]


def colleagues(version: Version, request: AdviceRequest) -> list[User]:
    """Return who may answer a request in its adviser's place: in the same office, and with no part in the paper yet.

    Whoever has handed theirs on may have it back, since they may be the last one there; who was asked besides answers
    their own.
    """
    asked = version.advice_requests.filter(area=request.area, handed_on=None).values("adviser")
    return [
        one
        for one in holders(Role(request.area)).exclude(pk__in=asked)
        if not signing.own_paper(version, one) and not signing.already_signed(version, one)
    ]


def hand_on(request: AdviceRequest, to: User, *, reason: str, due_on: date | None, by: User) -> AdviceRequest:
    """Ask a colleague what this adviser was asked, let them read what the adviser read, and give them the pen."""
    version = request.version
    new = AdviceRequest.objects.create(
        version=version,
        area=request.area,
        adviser=to,
        with_part2=request.with_part2,
        message=request.message,
        due_on=due_on,
        asked_by=request.asked_by,
        handed_from=request,
        handing_reason=reason,
    )
    office = Holding.objects.of(Role(request.area))
    parts = (Access.PART1, Access.PART2) if request.with_part2 else (Access.PART1,)
    why = f"{request.get_area_display()}: took over the request of {request.adviser}"
    policy.grant(
        version.decision, office.filter(person=to), *parts, reason=why, source="request_advice", by=by
    )
    writes = Pen.objects.filter(version=version, kind=advice.WRITES[request.area], person=request.adviser)
    if writes.filter(until=None).update(until=Now()):
        advice.give_pen(new, office.filter(person=to)[0])
    mine = office.filter(person=request.adviser)
    policy.end_grants(
        version.decision, person=request.adviser, source="request_advice", holding__in=mine, by=by
    )
    return new
