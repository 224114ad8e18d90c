"""Comments: what can be commented on, what was said about it, and saying more; none of it is ever published.

A comment keeps its paragraph through edits, as citations do; of one that is gone, the words that it was on are kept.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.http import Http404

from decisions import policy
from decisions.drafting.forms_rows import labelled_paragraphs
from decisions.models import Comment, Version
from decisions.snapshot import labelled
from pcd.people.models import User

Step = Comment.Step
#: The pages of Part 1 whose text is commented on.
PAGES = ("summary", "recommendation", "section")


class Closed(Exception):
    """The paper is decided, so nothing more is said about it."""


@dataclass(frozen=True)
class Subject:
    """Something that can be commented on: the page where it is written, what it is called, what it says.

    `printed` is what Part 1 calls it, and `anchor` where it stands there.
    """

    part: str
    paragraph: UUID | None
    name: str
    text: str
    printed: str
    anchor: str

    @property
    def key(self) -> str:
        """Return what addresses and the page of reading call it."""
        return f"paragraph:{self.paragraph}" if self.paragraph else self.part


@dataclass(frozen=True)
class Thread:
    """A comment and all that was said to it; `where` says what it is on, in words."""

    first: Comment
    replies: tuple[Comment, ...]
    where: str
    on: str

    @property
    def resolved(self) -> bool:
        """Say whether it was resolved, and not opened again since."""
        settled = [row.step for row in self.replies if row.step in (Step.RESOLVE, Step.REOPEN)]
        return bool(settled) and settled[-1] == Step.RESOLVE


def subjects(version: Version) -> dict[str, Subject]:
    """Return what can be commented on in a loaded version, by key, in the order of the paper."""
    rows = [Subject("summary", None, "Executive summary", version.summary, "summary", "summary")]
    rows += [
        Subject(
            f"recommendation:{row.pk}",
            None,
            f"Recommendation {label}",
            row.text,
            str(row.pk),
            "recommendations",
        )
        for label, row in labelled(version)
    ]
    rows += [
        Subject(
            f"section:{row.section.kind}", row.pk, f"Paragraph {label}", row.text, label, f"paragraph-{label}"
        )
        for label, row in labelled_paragraphs(version)
    ]
    return {row.key: row for row in rows}


def threads(version: Version) -> list[Thread]:
    """Return every conversation about a loaded version, in the order of the paper; what lost its place comes last."""
    rows = list(Comment.objects.filter(version=version).select_related("person"))
    if not rows:
        return []
    places = subjects(version)
    order = list(places)
    found = []
    for row in rows:
        if row.thread_id:
            continue
        on = f"paragraph:{row.paragraph}" if row.paragraph else row.part
        where = places[on].name if on in places else "A text that is gone"
        replies = tuple(one for one in rows if one.thread_id == row.pk)
        found.append(Thread(row, replies, where, on if on in places else ""))
    return sorted(found, key=lambda one: order.index(one.on) if one.on else len(order))


def about(version: Version, part: str) -> list[Thread] | None:
    """Return the conversations about what one page writes; None for a page that nobody comments on."""
    if part.partition(":")[0] not in PAGES:
        return None
    return [one for one in threads(version) if one.first.part == part]


def begin(*, version: Version, pk: UUID, on: Subject, text: str, by: User) -> Comment:
    """Comment on something; the same id again is the same comment (a second click)."""
    return _say(
        Comment(
            pk=pk,
            version=version,
            step=Step.COMMENT,
            part=on.part,
            paragraph=on.paragraph,
            words=on.text,
            text=text,
            person=by,
        )
    )


def reply(*, thread: Thread, pk: UUID, step: str, text: str, by: User) -> Comment | None:
    """Answer, resolve or reopen; None where it is resolved, or open, already and nothing more is said."""
    settled = (step == Step.RESOLVE) == thread.resolved
    if step != Step.ANSWER and settled and not text:
        return None
    if step != Step.ANSWER and settled:
        step = Step.ANSWER
    version = thread.first.version
    return _say(Comment(pk=pk, version=version, thread=thread.first, step=step, text=text, person=by))


@transaction.atomic
def _say(comment: Comment) -> Comment:
    """Keep what was said, once; raises Closed where the paper was decided meanwhile."""
    said = Comment.objects.filter(pk=comment.pk).first()
    if said is not None:
        if (said.person_id, said.version_id) != (comment.person_id, comment.version_id):
            raise Http404
        return said
    locked = Version.objects.select_for_update().get(pk=comment.version_id)
    if not policy.may_comment(comment.person, locked):
        raise Closed
    comment.save(force_insert=True)
    return comment
