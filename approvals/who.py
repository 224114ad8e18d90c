"""Who has a part in an action: one-line predicates that the table of transitions names."""

from approvals import advice, handing, joint, questions, recorded
from approvals.context import Context, once, whole
from approvals.keeping import keeper, left_alone
from approvals.models import Advice, Override
from approvals.signing import AWAITED, holding_as, holding_for, nobody_left, other_part
from decisions import policy
from decisions.models import Access, Version
from pcd.people.models import Role, holders_of


@once
def drafter(context: Context) -> bool:
    """Somebody who may write this paper."""
    return context.person is not None and policy.may(context.person, Access.EDIT, context.version.decision)


@once
def drafting_officer(context: Context) -> bool:
    """The drafting officer of this paper, who may still write it."""
    return context.person is not None and keeper(context.version) == context.person and drafter(context)


def drafting_officer_objected_to(context: Context) -> bool:
    """Who keeps the paper, where an adviser is not content since the submission and waits for an answer."""
    if context.person is None or keeper(context.version) != context.person or not _reads(context):
        return False
    if not context.version.advice_requests.filter(advice__outcome=Advice.Outcome.NOT_CONTENT).exists():
        return False  # the usual case, without fetching the paper's rows
    return bool(advice.late_objections(whole(context)))


@once
def adviser_asked(context: Context) -> bool:
    """An adviser whose answer on the present text is awaited, and who holds the office for it."""
    if context.person is None or not _reads(context):
        return False
    if not context.version.advice_requests.filter(adviser=context.person).exists():
        return False
    return advice.unanswered(whole(context), context.person) is not None


def hands_advice_on(context: Context) -> bool:
    """The adviser whose answer is awaited; of one who can answer no more, whoever hands it on for them."""
    return adviser_asked(context) or hands_on_for_another(context)


@once
def hands_on_for_another(context: Context) -> bool:
    """Whoever keeps the paper, or the governance team, where an adviser who was asked can answer no more."""
    if context.person is None or not context.version.advice_requests.exists():
        return False
    version = whole(context)
    return any(context.person in handing.hand_on_for(version, row) for row in handing.left_behind(version))


def asks_outside(context: Context) -> bool:
    """The drafting officer, or the legal adviser whom they asked: either may want to hear external counsel."""
    return drafting_officer(context) or (
        context.person is not None
        and context.person.holds(Role.LEGAL)
        and _reads(context)
        and context.version.advice_requests.filter(
            adviser=context.person, area=Role.LEGAL, handed_on=None
        ).exists()
    )


def ends_outside(context: Context) -> bool:
    """Whoever keeps a paper of which something was shared outside, or who shared it, while they read the paper."""
    rows = context.version.outside_requests.all()
    if context.person is None or not rows.exists():
        return False
    mine = keeper(context.version) == context.person or rows.filter(by=context.person).exists()
    return mine and _reads(context)


def asked_outside(context: Context) -> bool:
    """Whoever shared something of the paper outside: they told the code."""
    rows = context.version.outside_requests.filter(by=context.person)
    return context.person is not None and rows.exists() and _reads(context)


def asks(context: Context) -> bool:
    """Whoever the paper is with, or an adviser whose answer is awaited: they may want to know more first."""
    return whose_turn(context) or adviser_asked(context)


@once
def asked(context: Context) -> bool:
    """Somebody of whom a question was asked that is not answered yet."""
    return (
        context.person is not None
        and _reads(context)
        and questions.waiting(context.version, context.person) is not None
    )


@once
def whose_turn(context: Context) -> bool:
    """The holder of the office that the paper is with."""
    return (
        context.person is not None
        and holding_for(context.version, context.person) is not None
        and _reads(context)
        and policy.may(context.person, Access.PART2, context.version.decision)
    )


def returns(context: Context) -> bool:
    """Whose turn it is; where nobody can act in that office now, the governance team, so that no paper is stuck."""
    return whose_turn(context) or (governance(context) and nobody_left(context.version))


def kept_from_acting(context: Context) -> bool:
    """Whose turn it would be, but for another part that they have in the paper."""
    return whose_turn(context) and bool(other_part(context.version, context.actor))


@once
def answers_override(context: Context) -> bool:
    """A member of the governance team, where somebody asks to act in two parts; not that person."""
    if not governance(context):
        return False
    awaited = Override.objects.filter(AWAITED, round__version=context.version)
    return awaited.exclude(person=context.person).exists()


def decision_maker(context: Context) -> bool:
    """The holder of the office that decided, who reads the paper: what was decided is theirs alone to take back."""
    if context.person is None:
        return False
    held = holding_as(context.version, context.person, Role.DECISION_MAKER)
    return held is not None and not held.delegated and _reads(context)


@once
def governance(context: Context) -> bool:
    """A member of the governance team who was let into this paper."""
    return context.person is not None and context.person.holds(Role.GOVERNANCE) and _reads(context)


def governance_with_part2(context: Context) -> bool:
    """A member of the governance team who may read this paper's Part 2 by name."""
    return governance(context) and policy.may(context.actor, Access.PART2, context.version.decision)


def second_of_governance(context: Context) -> bool:
    """A member of the governance team who may open the signed copy, where something waits to be confirmed."""
    return governance_with_part2(context) and bool(joint.waiting(context.version))


def attests(context: Context) -> bool:
    """A member of the governance team who may open the signed original, where somebody else recorded a decision."""
    rows = recorded.waiting(context.version)
    return any(row.by != context.person for row in rows) and governance_with_part2(context)


def governance_or_clock(context: Context) -> bool:
    """The governance team, or the clock when a deferral ends."""
    return context.person is None or governance(context)


def hands_over(context: Context) -> bool:
    """The drafting officer, or the head of service whom the paper names, once they read it.

    Where the drafting officer has left, the co-drafters and the governance team besides: the clock lets them in.
    """
    if context.person is None or not _reads(context):
        return False
    heads = holders_of(context.version.head_of_service)
    if drafting_officer(context) or context.person in heads:
        return True
    alone = left_alone(Version.objects.filter(pk=context.version.pk)).exists()
    return alone and (drafter(context) or governance(context))


def drafting_officer_or_governance(context: Context) -> bool:
    """The drafting officer, or the governance team."""
    return drafting_officer(context) or governance(context)


@once
def _reads(context: Context) -> bool:
    return policy.may(context.actor, Access.PART1, context.version.decision)
