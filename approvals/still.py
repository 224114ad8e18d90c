"""What still waits: whether a notice says what is true at the moment of sending (design.md 7, threats.md 30)."""

from collections.abc import Callable
from math import nan

from django.db.models import QuerySet
from django.utils import timezone

from approvals import joint, keeping, who
from approvals.context import Context
from approvals.keeping import keeper
from approvals.models import AdviceRequest, Deferral
from approvals.signing import BEFORE_DECISION, TURN, nobody_left
from decisions.models import Attachment, Part2Paper, State, Version
from decisions.models.paper import EDITABLE
from pcd.people.models import Role

Still = Callable[[Context], bool]
#: What is withheld stays so when the decision is taken back, and comes back to be looked at all the same.
WITHHELD = (State.DECIDED, State.PUBLISHED, State.RESCINDED)


def readable(context: Context) -> bool:
    """Nothing is asked: it is told to whoever may still read the paper, which is asked of every notice."""
    return True


def turn_of(role: Role) -> Still:
    """Return whether it is this person's turn, in an office with this role."""
    return lambda context: TURN.get(context.version.state) is role and who.whose_turn(context)


def kept(context: Context) -> bool:
    """This person keeps the paper."""
    return keeper(context.version) == context.person


def left_alone(context: Context) -> bool:
    """This person can find somebody for a paper whose keeper has left."""
    alone = keeping.left_alone(Version.objects.filter(pk=context.version.pk))
    return who.hands_over(context) and alone.exists()


def stuck(context: Context) -> bool:
    """The paper waits for an office in which nobody can act."""
    return nobody_left(context.version)


def helped(context: Context) -> bool:
    """This person keeps the paper, and it is not decided yet."""
    return kept(context) and context.version.state in BEFORE_DECISION


def amendable(context: Context) -> bool:
    """The paper has come back and this person may amend it."""
    return context.version.editable and who.drafting_officer(context)


def late(context: Context) -> bool:
    """This person's advice is awaited, or they keep a paper on which somebody else's is."""
    if not kept(context):
        return who.adviser_asked(context)
    waiting = AdviceRequest.objects.filter(version=context.version, advice=None)
    return any(
        who.adviser_asked(Context(context.version, row.adviser, {}))
        for row in waiting.select_related("adviser")
    )


def file_to_check(context: Context) -> bool:
    """A file of the paper waits for a second person, and this person did not bring it."""
    files = unchecked().filter(version=context.version)
    return files.exclude(added_by=context.person).exists()


def to_be_decided(context: Context) -> bool:
    """The paper still waits for whoever decides it."""
    return context.version.state == State.WITH_DECISION_MAKER


def decided(context: Context) -> bool:
    """The decision waits for its publication."""
    return context.version.state == State.DECIDED


def declined(context: Context) -> bool:
    """The decision waits, and another body has declined it."""
    return decided(context) and bool(joint.declined(context.version))


def published(context: Context) -> bool:
    """The decision stands in public."""
    return context.version.state == State.PUBLISHED


def deferred(context: Context) -> bool:
    """Publication waits for the end of a deferral."""
    return decided(context) and _days_left(context.version) > 0


def overdue(context: Context) -> bool:
    """The deferral has ended, and the decision is not published."""
    return decided(context) and _days_left(context.version) <= 0


def exempt(context: Context) -> bool:
    """Something of a decision is withheld from the public."""
    withheld = Part2Paper.objects.filter(version=context.version)
    return context.version.state in WITHHELD and withheld.exists()


def unchecked() -> QuerySet[Attachment]:
    """Return the files that go out as they are and that no second person has looked at yet."""
    return Attachment.objects.filter(as_it_is=True, check_made=None, version__state__in=EDITABLE)


def latest_deferral(version: Version) -> Deferral | None:
    """Return the deferral in force: the last step taken, unless that ended it."""
    last = version.deferrals.order_by("at").last()
    return last if last is not None and last.until is not None else None


def _days_left(version: Version) -> float:
    """Return the days until the deferral in force ends; without one it is neither near nor past."""
    last = latest_deferral(version)
    return (last.until - timezone.localdate()).days if last and last.until else nan
