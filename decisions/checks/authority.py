"""Who decides: whom the scheme of delegation names, or somebody stricter; and that no matter is divided to evade it."""

from collections.abc import Iterator

from decisions import deciders, related, scheme
from decisions.checks import Check, Found
from decisions.models import Decider, Version
from decisions.snapshot import digest
from decisions.wording import listed
from pcd.forms.phrases import lower_first
from pcd.money import show_money

_PART, _ANCHOR = "authority", "id_decider"


def decider(version: Version) -> Iterator[Found]:
    """Nobody is named who decides, or the kinds and amounts have come to ask for somebody else since."""
    proposed = scheme.proposal(version)
    if proposed is None:
        return
    if not version.decider:
        yield Found(f"Confirm who decides. {proposed.because}", _PART, _ANCHOR)
    elif (
        Decider(version.decider).strictness < proposed.decider.strictness
        or version.scheme_paragraph_id != proposed.paragraph.pk
    ):
        yield Found(f"Confirm again who decides, as the scheme now says: {proposed.because}", _PART, _ANCHOR)


def own_route(version: Version) -> Iterator[Found]:
    """The body's reference data has no office, or no series of numbers, for whoever decides."""
    if not version.scheme_paragraph or not version.decider:
        return
    to_come = (
        version.decider == Decider.DELEGATED_OFFICER and version.head_of_service is None
    )  # asked for elsewhere
    if deciders.series(version) is None or not (to_come or deciders.decides(version)):
        rules = version.scheme_paragraph.scheme
        who, here = rules.title(version.decider), rules.title(Decider.DECISION_MAKER)
        stricter = Decider(version.decider).strictness < Decider.DECISION_MAKER.strictness
        instead = f"Name the {here} instead, with a reason, or take it" if stricter else "Take it"
        yield Found(
            f"This is for the {who} to decide, whose decisions are not taken in this system yet. "
            f"{instead} to the {who} outside it.",
            _PART,
            _ANCHOR,
        )


def numbered(version: Version) -> Iterator[Found]:
    """The number that the paper took with its first submission is of a series that somebody else's decisions bear."""
    taken = version.decision.series
    if version.decider and taken and taken.made_by != deciders.route(version).numbers:
        yield Found(
            f"{version.decision.reference} is of the series “{taken.name}”, and a number stays. Name who takes "
            "those decisions, or withdraw this paper and begin another from it.",
            _PART,
            _ANCHOR,
        )


def together(version: Version) -> Iterator[Found]:
    """Related papers reach a stricter decider together, and none of them alone; who has no access learns no figure."""
    found = related.crossing(version)
    if found is None:
        return
    hidden = not found.public.issuperset(one.pk for one in found.papers)
    names = related.names(found.papers, found.public)
    paragraph = found.proposal.paragraph
    comes_to = "comes to more than each alone" if hidden else f"comes to {show_money(found.total)}"
    yield Found(
        f"Together with {listed(names)} this paper {comes_to}, and paragraph {paragraph.number} says that "
        f"{lower_first(paragraph.text)}",
        _PART,
        _ANCHOR,
        about=digest([[str(one.pk) for one in found.papers], found.total]),
    )


_SCHEME = "The body's scheme of consent and delegation"
CHECKS = (
    Check("decider", "who decides", "error", _SCHEME, decider, lasting=False),
    Check(
        "own_route",
        "a decision of somebody who has no route here",
        "error",
        _SCHEME,
        own_route,
        lasting=False,
    ),
    Check(
        "together",
        "related papers that cross a threshold together",
        "warning",
        f"{_SCHEME}: a decision is not divided to stay below a threshold",
        together,
    ),
    Check("numbered", "a number of somebody else's decisions", "error", _SCHEME, numbered, lasting=False),
)
