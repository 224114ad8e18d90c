"""Advice holds on a text: which components each area covers, and whether what was said still holds (design.md 4)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.formats import date_format

from approvals.models import Advice, AdviceKey, AdviceRequest, ObjectionAnswer, Round
from decisions import policy
from decisions.advising import Needed, needed
from decisions.drafting.resting import RESTS, Rest
from decisions.models import Access, Pen, Section, State, Version
from decisions.models.paper import EDITABLE
from decisions.snapshot import component_digests, digest, once_shown
from pcd import vault
from pcd.people.models import Holding, Role, User

#: What each adviser's advice covers. Whoever is asked with Part 2 covers all of Part 2 as well.
COVERS: Mapping[str, tuple[str, ...]] = {
    # An attachment may hold the figures or the terms that a recommendation rests on.
    Role.FINANCE: ("recommendations", "money", "contracts", "grants", "attachments", "section:financial"),
    Role.LEGAL: ("recommendations", "contracts", "grants", "joint_deciders", "attachments", "section:legal"),
    Role.COMMERCIAL: ("recommendations", "contracts", "attachments", "section:commercial"),
    Role.EQUALITY: ("summary", "section:equality"),
    Role.DATA_PROTECTION: ("section:privacy", "data_protection"),
}
#: The section that each adviser may be asked to write.
WRITES: Mapping[str, str] = {
    area: key.removeprefix("section:")
    for area, keys in COVERS.items()
    for key in keys
    if key.startswith("section:")
}
#: The rows with the amounts of these components, under a recommendation.
AMOUNTS: Mapping[str, str] = {"money": "financial_lines", "contracts": "contract_awards", "grants": "grants"}
#: Where advice of any area is taken, and where only what an urgent paper said follows.
TAKEN = (*EDITABLE, State.WITH_HEAD_OF_SERVICE, State.WITH_CHIEF_EXECUTIVE, State.WITH_DECISION_MAKER)
FOLLOWS = (State.DECIDED, State.PUBLISHED)
#: What nobody is asked about, and why: a change there lets no advice fall.
COVERED_BY_NOBODY: Mapping[str, str] = {
    "head": "titles, owner and dates are the drafting officer's and the head of service's",
    "wording": "the form's own words",
    "section:introduction": "background, on which no area advises",
    "section:issues": "the drafting officer's weighing, which signatories judge",
    "section:supporting": "a list of papers",
    "links": "which decisions this one changes is the decision maker's to judge",
    "deferral": "the governance team's",
    "declarations": "the drafting officer's own acts",
    "authority": "the checks hold it to kinds and amounts, and a stricter decider makes no other text",
    "attachment_checks": "that a second person looked at a file; the file itself is among the attachments",
    "unobtained_advice": "why advice follows later; that advice is of the text",
}


@dataclass(frozen=True)
class Standing:
    """How one request for advice stands, as plain values for pages."""

    request: AdviceRequest
    given: Advice | None
    holds: bool
    asked_again: bool = False
    answered_again: bool = False
    text: str = ""
    #: By when it is needed, where a page says so (`approvals/due.py`).
    due: date | None = None
    #: What goes with the request and with the answer, as far as this reader may open it (`approvals/enclosures.py`).
    brought: Any = None
    enclosed: Any = None

    @property
    def current(self) -> bool:
        """Say whether this is the adviser's last word on the text as it stands."""
        return self.holds and not self.asked_again

    @property
    def handed_to(self) -> User | None:
        """Return the colleague who has the request now, if the adviser handed it on."""
        return self.request.handed_on.adviser if hasattr(self.request, "handed_on") else None

    @property
    def awaited(self) -> bool:
        """Say whether the adviser has still to answer, or to answer again."""
        return not (self.holds or self.asked_again or self.handed_to)

    @property
    def answer(self) -> ObjectionAnswer | None:
        """Return what the drafting officer answered to an adviser who is not content."""
        return getattr(self.given, "answer", None)

    @property
    def objects(self) -> bool:
        """Say whether the adviser is not content: asking again does not lift that, only an answer or another text."""
        return (
            self.given is not None
            and self.given.outcome == Advice.Outcome.NOT_CONTENT
            and self.holds
            and not self.answered_again
        )

    @property
    def stands_against(self) -> bool:
        """Say whether the adviser is not content, and nobody has answered that in words."""
        return self.objects and not self.answer

    @property
    def label(self) -> str:
        """Return the state in a few words."""
        if self.handed_to:
            return f"Handed on to {self.handed_to}"
        if self.given is None:
            return "Asked"
        outcome: str = self.given.get_outcome_display()
        if self.asked_again:
            return f"{outcome}, asked again since" if self.objects else "Asked again since"
        return outcome if self.holds else "Fallen: the text has changed"


def covers(request: AdviceRequest, component: str) -> bool:
    """Say whether a request covers this component of the text."""
    return component in COVERS[request.area] or (request.with_part2 and component.startswith("part2"))


def covered(request: AdviceRequest, digests: Mapping[str, str]) -> dict[str, str]:
    """Return the digests of the components that a request covers, out of all of a version's."""
    return {key: value for key, value in digests.items() if covers(request, key)}


def resting(version: Version) -> list[Rest]:
    """Return the advice that holds on a loaded version, for whoever is about to change it."""
    if not version.advice_requests.filter(advice__isnull=False).exists():
        return []  # the text's digests are not worked out for nothing
    return [
        Rest(str(row.given.pk), _in_words(row.request, row.given), partial(covers, row.request))
        for row in standings(version)
        if row.given and row.current
    ]


# The paper's pages tell whoever saves what rests on the text; they do not know what advice is.
RESTS.append(resting)


def _in_words(request: AdviceRequest, given: Advice) -> str:
    on = date_format(timezone.localdate(given.given_at), "j F Y")
    return f"{request.get_area_display()}, {given.adviser}: {given.get_outcome_display().lower()}, {on}"


def standings(version: Version, *, reads_part2: bool = False) -> list[Standing]:
    """Return every request on this version with its last answer and whether that still holds.

    Advice given by somebody who read Part 2 may hold Part 2; its text is only there for who may read Part 2.
    """
    digests = component_digests(version)
    requests = _requests(version)
    later: dict[tuple[object, str], list[bool]] = {}  # by adviser and area: was each later request answered
    result = []
    for request in reversed(requests):
        given = max(request.advice.all(), key=lambda row: row.given_at, default=None)
        since = later.setdefault((request.adviser_id, request.area), [])
        result.append(
            Standing(
                request,
                given,
                holds=given is not None and given.covers == covered(request, digests),
                asked_again=bool(since),
                answered_again=any(since),
                text=readable(given, reads_part2=reads_part2),
            )
        )
        since.append(given is not None)
    return result[::-1]


@once_shown
def _requests(version: Version) -> list[AdviceRequest]:
    there = "advice_requests" in getattr(version, "_prefetched_objects_cache", ())
    return list(version.advice_requests.all() if there else fetched(version.advice_requests.all()))


def fetched(requests: QuerySet[AdviceRequest]) -> QuerySet[AdviceRequest]:
    """Return requests that are fetched with all that is asked of them, in two queries."""
    given = Prefetch("advice", Advice.objects.select_related("key", "answer__by"))
    return requests.select_related("adviser", "handed_on__adviser", "handed_from__adviser").prefetch_related(
        given
    )


def readable(given: Advice | None, *, reads_part2: bool) -> str:
    """Return an adviser's words for a page; none that this person may not read or whose key is not here."""
    if given is None or (given.sealed is not None and not reads_part2):
        return ""
    try:
        return words_of(given)
    except vault.VaultClosed:
        return ""


def waiting(version: Version, adviser: User, roles: Collection[str]) -> list[Standing]:
    """Return what this adviser has still to answer, or to answer again, in the offices that they hold now."""
    return [
        row
        for row in standings(version)
        if row.request.adviser_id == adviser.pk
        and row.request.area in roles
        and row.awaited
        and open_to(version, row.request.area)
    ]


def open_to(version: Version, area: str) -> bool:
    """Say whether advice is still taken: until the decision, and after it what an urgent paper said follows.

    Of what was withdrawn or rescinded nobody is asked anything.
    """
    if version.state in FOLLOWS:
        return area in {row.area for row in version.unobtained_advice.all()}
    return version.state in TAKEN


def stands_in_part2(version: Version, area: str) -> bool:
    """Say whether what an area advises on stands in Part 2: only who reads that has read what their advice is of.

    Its own section is there, or an amount that it covers; the law of a paper is always that of its Part 2 too.
    """
    if area == Role.LEGAL and version.part2_exists == "yes":
        return True
    own = (row for row in version.sections.all() if row.kind == WRITES[area])
    rows = (AMOUNTS[key] for key in COVERS[area] if key in AMOUNTS)
    amounts = (
        one for name in rows for row in version.recommendations.all() for one in getattr(row, name).all()
    )
    return any(row.treatment == Section.Treatment.IN_PART2 for row in own) or any(
        one.certainty == "withheld" for one in amounts
    )


def unread(version: Version, request: AdviceRequest) -> bool:
    """Say whether a request asks about what its adviser was not let in to read: no tick comes of it (form.md 4)."""
    return not request.with_part2 and stands_in_part2(version, request.area)


def unanswered(version: Version, adviser: User) -> AdviceRequest | None:
    """Return the request that this adviser answers next; None if there is none."""
    return next((row.request for row in waiting(version, adviser, adviser.roles())), None)


def shown(version: Version, adviser: User) -> str:
    """Return the digest of what this adviser is asked about, as it stands: a page shows it, an answer returns it."""
    request = unanswered(version, adviser)
    return digest(covered(request, component_digests(version))) if request else ""


def pen_of(version: Version, area: str) -> Pen | None:
    """Return by whom the section that this area advises on is written in the place of the paper's writers."""
    return policy.pens(version).get(f"section:{WRITES[area]}")


def give_pen(request: AdviceRequest, holding: Holding) -> None:
    """Let the adviser write the section that they are asked about, instead of the paper's writers."""
    version, kind = request.version, WRITES[request.area]
    if pen_of(version, request.area):
        return  # they have it already
    Pen.objects.filter(version=version, kind=kind, until=None).update(until=Now())  # of who left the office
    Pen.objects.create(
        version=version, kind=kind, person=request.adviser, holding=holding, given_by=request.asked_by
    )


def record(request: AdviceRequest, version: Version, *, outcome: str, text: str) -> Advice:
    """Keep what the adviser says of the loaded version's text; sealed where they may read Part 2."""
    advice = Advice(
        request=request,
        adviser=request.adviser,
        outcome=outcome,
        covers=covered(request, component_digests(version)),
    )
    knows = policy.may(request.adviser, Access.PART2, version.decision)
    # After the publication an adviser reads Part 2 no more, and knows what they have read.
    if not (text and (knows or (request.with_part2 and version.part2_exists == "yes"))):
        advice.text = text
        advice.save(force_insert=True)
        return advice
    key, wrapped = vault.new_key(row=_row(advice))
    advice.sealed = vault.seal(key, text.encode(), row=_row(advice))
    advice.save(force_insert=True)
    AdviceKey.objects.create(advice=advice, wrapped=wrapped.wrapped, wrapped_by=wrapped.wrapped_by)
    return advice


def words_of(advice: Advice) -> str:
    """Return what an adviser wrote; raises VaultClosed in a process without the keys of Part 2."""
    if advice.sealed is None:
        return advice.text
    key = vault.open_key(advice.key, row=_row(advice))
    return vault.unseal(key, bytes(advice.sealed), row=_row(advice)).decode()


def _row(advice: Advice) -> str:
    return f"advice:{advice.pk}"


@once_shown
def _open_round(version: Version) -> Round | None:
    return version.rounds.filter(closed_at=None).first()


def mandatory(version: Version) -> list[Needed]:
    """Return which advice a version needs: by today's rules while it is written, then as they stood at submission."""
    current = _open_round(version)
    return needed(version) if current is None else [Needed(**row) for row in current.needed]


def consulted(version: Version) -> dict[str, dict[str, str]]:
    """Return for each area whose advice holds on the present text: the team and the date (form.md 4).

    One adviser who is not content outweighs any number who are, until that is answered in words. Advice on what
    stands in Part 2 counts only by somebody who read it.
    """
    teams = version.edition.wording["teams"]
    rows = standings(version)
    against = {row.request.area for row in rows if row.stands_against}
    result: dict[str, dict[str, str]] = {}
    for row in rows:
        area = row.request.area
        if row.given and row.current and area not in against and not unread(version, row.request):
            on: date = timezone.localdate(row.given.given_at)
            result[area] = {"team": teams[area], "on": on.isoformat()}
    return result


def late_objections(version: Version) -> list[Standing]:
    """Return what advisers said since the submission who are not content, and what nobody has answered yet.

    It stops whoever signs next (`staff.guard_objections` stops them once more).
    """
    current = _open_round(version)
    return [
        row
        for row in standings(version)
        if current and row.stands_against and row.given and row.given.given_at >= current.opened_at
    ]


def why_not(version: Version, *, but: Collection[str] = ()) -> list[str]:
    """Return in plain sentences which mandatory advice is missing, has fallen or is against.

    `but` are the areas of which the drafting officer says why they are not obtained (`to_follow`).
    """
    held = consulted(version)
    rows = standings(version)
    reasons = []
    for one in mandatory(version):
        area = one.area
        mine = [row for row in rows if row.request.area == area and not row.asked_again and not row.handed_to]
        read = [row for row in mine if not unread(version, row.request)]
        name = Role(area).label.lower()
        if any(row.stands_against for row in rows if row.request.area == area):
            reasons.append(f"The {name} is not content. Change the text and ask again.")
        elif area in held or area in but:
            continue
        elif mine and not read:
            reasons.append(f"The {name} has not read Part 2. Ask the {name} again, with Part 2.")
        elif any(row.given for row in read):
            reasons.append(f"The text has changed since the {name} gave advice. Ask the {name} again.")
        elif mine:
            reasons.append(f"The {name} has been asked and has not answered yet.")
        else:
            reasons.append(f"{one.sentence} Ask the {name} for advice.")
    return reasons


def to_follow(version: Version) -> list[str]:
    """Return the areas of which an urgent paper may say why their mandatory advice is not obtained yet (form.md 8).

    Somebody must have been asked who will have read it all, and not have answered: who follows within five working
    days must know of it, and their answer count.
    """
    if not version.urgency_reason.strip():
        return []
    rows = standings(version)
    asked = {row.request.area for row in rows if row.awaited and not unread(version, row.request)}
    held, against = consulted(version), {row.request.area for row in rows if row.stands_against}
    areas = [one.area for one in mandatory(version)]
    return [area for area in areas if area in asked and area not in held and area not in against]
