"""The reading view: all that somebody reads before they sign, on one page that a phone will do."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from approvals import private, returned, who
from approvals.acts import part1_of
from approvals.context import Context
from approvals.views import offered, person_of, standing
from decisions import policy
from decisions.checks import run
from decisions.drafting.views_part2 import opened
from decisions.models import Access, State
from decisions.snapshot import only_shown

#: What the page says at its head, by where the paper is.
TURNS = {
    State.WITH_HEAD_OF_SERVICE: "This paper waits for your review.",
    State.WITH_CHIEF_EXECUTIVE: "This paper waits for your endorsement.",
    State.WITH_DECISION_MAKER: "This paper waits for your decision.",
}
#: The parts of the page in order: where each stands, what it is called, and by what in the context it is there.
CONTENTS = (
    ("since-heading", "What changed since the last round", "since"),
    ("points-heading", "What it was returned for", "points"),
    ("part-1", "Part 1", "part1"),
    ("part-2", "Part 2", "papers"),
    ("briefing-heading", "Briefing notes", "writes_for"),
    ("advice-heading", "Advice", "advice"),
    ("warnings-heading", "Warnings answered", "answered"),
    ("raised-heading", "Warnings since it was submitted", "raised"),
    ("questions-heading", "Questions and answers", "questions"),
    ("comments-heading", "Open comments", "open_comments"),
    ("signatures-heading", "Signed in this round", "signatures"),
    ("act", "What you can do", "actions"),
)


@require_safe
@sensitive_variables()
def read(request: HttpRequest, decision: str) -> HttpResponse:
    """Show everything on one page to whoever has the turn; Part 2 stands on it, and the diary says who read it."""
    person = person_of(request)
    version = only_shown(policy.version_for(person, Access.PART1, decision))
    asked = Context(version, person, {}, confirming=True)
    if not who.whose_turn(asked):
        raise Http404
    papers = opened(version)
    since = returned.since_last_round(version, reads_part2=True)
    briefing = private.beside(version, person)
    opens_part2 = bool(papers or (since and since.part2) or briefing["notes_open_part2"])
    context: dict[str, Any] = {
        **standing(version, person, opens_part2=opens_part2),
        **briefing,
        "turn": TURNS[State(version.state)],
        "part1": part1_of(version),
        "papers": papers,
        "since": since,
        "points": returned.points(version),
        "raised": run.raised_since(version),
        "actions": offered(asked),
    }
    context["contents"] = [(anchor, title) for anchor, title, name in CONTENTS if context[name]]
    return render(request, "approvals/read.html", context)
