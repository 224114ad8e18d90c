"""The pages of the route: my work, a paper with what can be done about it, and one page for each act."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from approvals import (
    advice,
    due,
    enclosures,
    interests,
    joint,
    late,
    needs,
    outside,
    private,
    questions,
    recorded,
    returned,
    signing,
    timeline,
    work,
)
from approvals.acts import open_round, part1_of, passed
from approvals.context import Context
from approvals.forms import FORMS, ActForm, DecideForm, TellsCode
from approvals.keeping import co_drafters, keeper, left_alone
from approvals.models import Override, RecordedDecision, Rescission, Withdrawal
from approvals.signing import TURN, already_signed
from approvals.steps import landing
from approvals.who import whose_turn
from approvals.workflow import TRANSITION, NotAllowed, Refused, Transition, acts_of, perform, why_not
from decisions import deciders, policy
from decisions.archive import approving
from decisions.checks import run
from decisions.drafting import comments, copying, kept, views_comments
from decisions.drafting.parts import address, parts, task_list
from decisions.drafting.uploads import too_large
from decisions.drafting.views_part2 import highest_marking
from decisions.form import FILE_TYPES
from decisions.models import Access, Link, Publication, State, Version
from decisions.snapshot import only_shown, wording
from pcd.downloads import download
from pcd.people import changes
from pcd.people.models import Office, Role, User
from pcd.people.offices import SIGNING, absence_of
from pcd.people.proof import proof_required


def person_of(request: HttpRequest) -> User:
    """Return who is signed in; the middleware has seen to it that somebody is."""
    if isinstance(request.user, AnonymousUser):
        raise Http404
    return request.user


@require_GET
def my_work(request: HttpRequest) -> HttpResponse:
    """Show what waits for this person, and what they have sent."""
    person = person_of(request)
    context = {
        "tasks": work.tasks(person),
        "awaited": work.awaited(person),
        "sent": work.sent(person),
        "desks": private.desks(person),
        "calm": work.calm(person),
        "saved": person.saved_searches.all(),
        "oversees": policy.may_oversee(person),
        "archivist": policy.may_archive(person),
        "batches": approving.waiting_for(person),
        "changes": [(row, changes.title(row)) for row in changes.waiting_for(person)],
        "reads_reference": person.holds(*changes.READERS),
        "away": absence_of(person),
        "signs": bool(person.roles() & {*SIGNING}),
    }
    return render(request, "approvals/my_work.html", context)


@require_GET
def paper(request: HttpRequest, decision: str) -> HttpResponse:
    """Show a paper: its task list while it is written, its text after, and what this person can do."""
    person = person_of(request)
    version = only_shown(policy.version_for(person, Access.PART1, decision))
    wrote = policy.may(person, Access.EDIT, version.decision)
    writes = wrote and version.editable
    briefing = private.beside(version, person)
    around = standing(version, person, opens_part2=briefing["notes_open_part2"])
    asked = Context(version, person, {}, confirming=True)
    return render(
        request,
        "approvals/paper.html",
        {
            **around,
            **briefing,
            "task_list": task_list(version) if writes else None,
            "unsaved": list(kept.waiting(version, person)) if writes else (),
            "part1": None if writes else part1_of(version),
            "beside": {} if writes else views_comments.beside(version, person, around["comments"]),
            **_past(version),
            "to_check": _to_check(version, person),
            "wrote": wrote,
            "next": work.next_turn(person, version) if _has_acted(version, person) else None,
            "co_drafters": co_drafters(version),
            "actions": [
                *own_sections(version, person),
                *to_go_on_with(version, person),
                *to_read(asked),
                *offered(asked),
            ],
            "public_url": settings.PUBLIC_URL if Publication.objects.filter(pk=version.pk).exists() else "",
        },
    )


def own_sections(version: Version, person: User) -> list[dict[str, Any]]:
    """Return the sections that this person writes as an adviser, as something that they can do."""
    titles = {key: title for key, _, title in parts(version)}
    return [
        {"label": f"Write section {titles[key]}", "url": address(version, key), "danger": False, "due": False}
        for key, pen in policy.pens(version).items()
        if version.editable and pen.person == person and key in titles
    ]


def _has_acted(version: Version, person: User) -> bool:
    """Say whether this person is done with a paper: they signed it in this round, or take no part in it."""
    return already_signed(version, person) or version.recusals.filter(person=person).exists()


def to_read(asked: Context) -> list[dict[str, Any]]:
    """Return the page on which whoever has the turn reads everything."""
    if not whose_turn(asked):
        return []
    url = reverse("paper-read", args=[asked.version.decision_id])
    return [{"label": "Read it all on one page", "url": url, "danger": False, "due": False}]


def to_go_on_with(version: Version, person: User) -> list[dict[str, Any]]:
    """Return for the drafting officer each recommendation that was deferred back: a new paper goes on with it.

    Where they have left, any drafting officer who reads the paper goes on with it.
    """
    if version.state not in (State.DECIDED, State.PUBLISHED):
        return []
    mine = keeper(version) == person
    if not mine and not (policy.may_draft(person) and left_alone(Version.objects.filter(pk=version.pk))):
        return []
    rows = [row for row in part1_of(version).all_recommendations if row.outcome]
    begun = set(
        Link.objects.filter(version__begun_from=version.decision, kind="follows").values_list(
            "note", flat=True
        )
    )
    return [
        {
            "label": f"Begin the new paper on recommendation {row.label}",
            "url": f"{reverse('paper-new-from')}?source={version.decision_id}&recommendation={row.id}",
            "danger": False,
            "due": True,
        }
        for row in rows
        if row.outcome and row.outcome.key == "deferred_back" and copying.taken_up_as(row) not in begun
    ]


#: Acts that may be done or not; all others are the work that a paper waits for.
OPTIONAL = (
    "request_advice",
    "defer",
    "renew_deferral",
    "end_deferral",
    "record_joint_decision",
    "record_decision",
    "chase_advice",
    "hand_advice_on",
    "ask_outsider",
    "renew_outside_code",
    "end_outside",
    "ask",
    "add_co_drafter",
    "end_co_drafting",
    "hand_over",
    "ask_override",
    "rescind",
)
#: Acts that are offered only while nothing stands in their way.
WHEN_READY = (*OPTIONAL[1:], "confirm_joint_decision", "answer_point", "ask_again", "answer_advice")


def offered(asked: Context) -> list[dict[str, Any]]:
    """Return what this person can do: one act to press now, others beside it, and what ends or returns the paper.

    The last act that nothing stands in the way of comes to the fore: publishing, once the paper is cleared.
    """
    rows = [
        (row, ready)
        for row in acts_of(asked)
        if (ready := not why_not(row, asked)) or row.action not in WHEN_READY
    ]
    due = [row.action for row, ready in rows if ready and not row.danger and row.action not in OPTIONAL]
    return [
        {
            "label": row.label,
            "url": reverse("act", args=[asked.version.decision_id, row.action]),
            "danger": row.danger,
            "due": row.action in due[-1:],
        }
        for row, _ in rows
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, decision: str, action: str) -> HttpResponse:
    """Confirm (with what stands in the way), act, done: the same three screens for every action."""
    transition = TRANSITION.get(action)
    if transition is None:
        raise Http404
    view = proof_required(to=transition.proof)(_act) if transition.proof else _act
    return view(request, decision, transition)  # type: ignore[return-value]


def _act(request: HttpRequest, decision: str, transition: Transition) -> HttpResponse:
    person = person_of(request)
    version = policy.version_for(person, Access.PART1, decision)
    version = version if request.method == "POST" else only_shown(version)
    if version.state not in transition.sources:
        return _moved_on(request, version, person, transition)
    context = Context(version, person, {}, confirming=True)
    if not transition.who(context):
        return _no_part(request, version, person, transition)
    sent = request.POST if request.method == "POST" else None
    form = FORMS[transition.action](sent, request.FILES or None, version=version, person=person)
    reasons: list[str] = []
    if (
        request.method == "POST"
        and not (form.is_multipart() and too_large(request, form))
        and form.is_valid()
    ):
        try:
            perform(version.pk, transition.action, by=person, **form.inputs())
        except Refused as refused:
            if again := _second_click(request, version, person, transition):
                return again
            reasons = list(refused.reasons)
        except NotAllowed:
            return _moved_on(request, version, person, transition)
        except DatabaseError as refusal:
            if getattr(refusal.__cause__, "pgcode", "") not in OVERTAKEN:
                raise
            reasons = [
                "The database refused this, because the paper has changed meanwhile. Open the paper again."
            ]
        else:
            return _acted(request, version, person, transition, form)
    else:
        reasons = why_not(transition, context)
    for reason in reasons if form.is_bound else ():
        form.add_error(None, reason)  # of an act that was tried it is an error, as an empty field is
    # The findings of the leak check are words of Part 2, and so are recommendations inside it.
    compares = transition.action == "clear_for_publication" or getattr(form, "opens_part2", False)
    since = None
    if transition.action in SIGNS:
        reads_part2 = policy.may(person, Access.PART2, version.decision)
        since = returned.since_last_round(version, reads_part2=reads_part2)
        compares |= bool(since and since.part2)
    return render(
        request,
        [f"approvals/act_{transition.action}.html", "approvals/act.html"],
        {
            **standing(version, person, opens_part2=compares),
            "transition": transition,
            "since": since,
            "points": returned.points(version) if transition.action in SIGNS else (),
            "fallen": returned.fallen(version) if transition.action == "ask_again" else (),
            "form": form,
            "reasons": reasons,
            "goes_to": _goes_to(version, transition),
            "wording": wording(version),
            "part1": part1_of(version) if transition.action in SHOWS_TEXT else None,
            "unsound": needs.sound_still in transition.needs and bool(needs.sound_still(context)),
            "substitutes": _substitutes(version, person, transition),
            "raised": run.raised_since(version) if transition.action in LOOKS_AGAIN else (),
            "signs_as": signing.as_what(version, person) if transition.action in SIGNS else None,
            "turned_down": signing.turned_down(version, person)
            if reasons and transition.action in SIGNS
            else None,
        },
        status=409 if reasons and request.method == "POST" else 200,
    )


#: What the database says when somebody else was faster: a guard refused, a deadlock was broken, a lock was not had.
OVERTAKEN = ("23000", "40P01", "55P03")

#: The acts whose page shows the text that they are about.
SHOWS_TEXT = (
    "give_advice",
    "submit",
    "review",
    "endorse",
    "decide",
    "clear_for_publication",
    "publish",
    "rescind",
    "record_decision",
)

#: The acts that leave a signature, whose page says in which capacity.
SIGNS = ("review", "endorse", "decide")

#: The acts whose page shows what the checks warn of since the paper was submitted.
LOOKS_AGAIN = ("review", "endorse", "decide", "clear_for_publication", "publish")


def _substitutes(version: Version, person: User, transition: Transition) -> list[User]:
    """Return who decides in the place of this person, where the page is about taking no part."""
    if transition.action != "withdraw_from_deciding":
        return []
    return [one for one in interests.deciding(version) if one != person]


def _done(transition: Transition) -> str:
    return f"Done: you {transition.done}."


def _after(version: Version, person: User) -> HttpResponse:
    """Go back to the paper, or to My work from one that this person has handed on; 303, so that no POST is repeated."""
    reads = policy.may(person, Access.PART1, version.decision)
    return redirect_after_post("paper", version.decision_id) if reads else redirect_after_post("my-work")


def redirect_after_post(to: str, *args: Any) -> HttpResponse:
    """Go to a page by its name, as the answer to a POST."""
    response = redirect(to, *args)
    response.status_code = 303
    return response


def _acted(
    request: HttpRequest, version: Version, person: User, transition: Transition, form: ActForm
) -> HttpResponse:
    """Go back to the paper, or show first what is told once and kept nowhere."""
    if isinstance(form, TellsCode):
        page = {"decision": version.decision, "name": version.title or version.working_title, **form.told()}
        return render(request, "approvals/outside_asked.html", page)
    messages.success(request, _done(transition))
    return _after(version, person)


def _second_click(
    request: HttpRequest, version: Version, person: User, transition: Transition
) -> HttpResponse | None:
    """Answer a POST whose work this person has done already; None for every other."""
    if request.method != "POST":
        return None
    sentence = late.done(transition.action, version, person, request.POST, request.FILES)
    if not sentence:
        return None
    messages.success(request, sentence)
    if transition.action == "ask_outsider":
        # The code was shown once, in an answer that a double click or a reload took away.
        return redirect_after_post("act", version.decision_id, "renew_outside_code")
    return _after(version, person)


def _no_part(request: HttpRequest, version: Version, person: User, transition: Transition) -> HttpResponse:
    """Answer who has no part in this act, as if it were missing; whose part is over loses nothing typed."""
    if again := _second_click(request, version, person, transition):
        return again
    if request.method == "POST" and late.asked_before(transition.action, version, person):
        return _moved_on(request, version, person, transition)
    raise Http404


def _moved_on(request: HttpRequest, version: Version, person: User, transition: Transition) -> HttpResponse:
    """Answer what came too late: say where the paper is now, and lose nothing that was typed."""
    version.refresh_from_db(fields=["state"])
    if again := _second_click(request, version, person, transition):
        return again
    now = f"This paper has moved on. It is now: {version.get_state_display().lower()}."
    if version.state in transition.sources:
        now = "This is not asked of you any more: you have done it already, or somebody else has."
    if request.method != "POST":
        messages.info(request, now)
        return _after(version, person)
    return render(
        request,
        "approvals/moved_on.html",
        {
            **standing(version, person, opens_part2=_opens_part2(transition, version, person)),
            "now": now,
            "transition": transition,
            "typed": late.typed(transition.action, version, person, request.POST),
        },
        status=409,
    )


def _opens_part2(transition: Transition, version: Version, person: User) -> bool:
    """Say whether what was typed may be about recommendations inside Part 2, which this person may read."""
    if transition.action != "decide" or not policy.may(person, Access.PART2, version.decision):
        return False
    return DecideForm(version=version, person=person).opens_part2


@require_safe
def preview(request: HttpRequest, decision: str) -> HttpResponse:
    """Show the very page that the public would see: of what was signed and of the acts on it, once there are any."""
    version = policy.version_for(person_of(request), Access.PART1, decision)
    published = Publication.objects.filter(pk=version.pk).first()
    context = {
        "part1": part1_of(version),
        "published_at": published.published_at if published else None,
        "paper": reverse("paper", args=[version.decision_id]),
        "attachments_at": reverse("paper-attachments", args=[version.decision_id]),
    }
    return render(request, "drafting/preview.html", context)


@require_safe
@sensitive_variables()
def recorded_copy(request: HttpRequest, decision: str, row: UUID) -> HttpResponse:
    """Hand out the signed original of a decision taken elsewhere to whoever may read Part 2; the diary says so."""
    person = person_of(request)
    version = policy.version_for(person, Access.PART2, decision)
    found = get_object_or_404(
        RecordedDecision.objects.select_related("key", "copy"), pk=row, round__version=version
    )
    policy.note_part2_reading(version.decision, person, "download")
    return download(recorded.copy_of(found), name="signed-original.pdf", media_type="application/pdf")


@require_safe
@sensitive_variables()
def joint_copy(request: HttpRequest, decision: str, row: UUID) -> HttpResponse:
    """Hand out the signed copy of a joint decision to whoever may read Part 2, and write it into the diary."""
    person = person_of(request)
    version = policy.version_for(person, Access.PART2, decision)
    found = get_object_or_404(
        version.joint_decisions.select_related("key", "copy"), pk=row, copy__isnull=False
    )
    policy.note_part2_reading(version.decision, person, "download")
    return download(joint.copy_of(found), name="signed-copy.pdf", media_type="application/pdf")


@require_safe
@sensitive_variables()
def enclosure(request: HttpRequest, decision: str, row: UUID) -> HttpResponse:
    """Hand out a file that goes with a request or an advice to the paper's people; the diary says so of Part 2."""
    person = person_of(request)
    version = policy.version_for(person, Access.PART1, decision)
    found = get_object_or_404(enclosures.for_person(version, person), pk=row, part=enclosures.Part.FILE)
    if found.holds_part2:
        policy.note_part2_reading(version.decision, person, "download")
    name, content = enclosures.opened(found)
    return download(content, name=name, media_type=FILE_TYPES[found.kind])


def _to_check(version: Version, person: User) -> list[dict[str, Any]]:
    """Return the files that go out as they are and that somebody else than who brought them still has to look at."""
    waiting = [
        row
        for row in version.attachments.all()
        if row.as_it_is and row.added_by_id != person.pk and not hasattr(row, "check_made")
    ]
    return [
        {"title": row.title, "url": reverse("attachment-check", args=[version.decision_id, row.pk])}
        for row in waiting
        if version.editable
    ]


def _past(version: Version) -> dict[str, Any]:
    """Return what was said and signed on the way here: each with its reason, who and when."""
    rounds = version.rounds.exclude(closed_at=None).select_related("closed_by").prefetch_related("signatures")
    return {
        "past_rounds": rounds,
        "returned": rounds.last() if version.editable else None,
        "points": returned.points(version),
        "fallen": returned.fallen(version) if version.editable else (),
        "withdrawal": Withdrawal.objects.filter(version=version).select_related("by").first(),
        "rescission": Rescission.objects.filter(version=version).first(),
        "hand_overs": version.hand_overs.select_related("by", "to"),
        "deferrals": version.deferrals.select_related("by"),
        "clearances": version.clearances.select_related("by"),
        "joint_records": joint.records(version),
        "declined": joint.declined(version) if version.state == State.DECIDED else (),
        "recorded": recorded.of(version),
        "overrides": [
            (row, Role(row.office).label)
            for row in Override.objects.filter(round__version=version)
            .annotate(awaited=signing.AWAITED)
            .select_related("person", "consented_by", "refused_by")
        ],
    }


def standing(version: Version, person: User, *, opens_part2: bool = False) -> dict[str, Any]:
    """Return what every page of a paper says of where it stands, as plain values.

    A page that shows words of Part 2, sealed advice among them, is marked, and the diary says who read it.
    """
    current = open_round(version)
    reads_part2 = policy.may(person, Access.PART2, version.decision)
    heard = advice.standings(version, reads_part2=reads_part2)
    asked = list(questions.of(version))
    dues = due.of(version, asked) if heard else {}
    outsiders = list(outside.of(version))
    sealed = enclosures.beside(version, person) if heard or outsiders else {}
    heard = [
        replace(
            row,
            due=dues[row.request.pk],
            brought=sealed.get(row.request.pk),
            enclosed=row.given and sealed.get(row.given.pk),
        )
        for row in heard
    ]
    said = comments.threads(version)
    lines = timeline.lines(version)
    opens_part2 = opens_part2 or any(row.text and row.given and row.given.sealed for row in heard)
    opens_part2 = opens_part2 or any(one.opens_part2 for one in sealed.values())
    marked = opens_part2 and version.part2_papers.exists()
    if marked:
        policy.note_part2_reading(version.decision, person, "view")
    opening = {row.pk for row in outside.living(version)} if outsiders else set()
    return {
        "marking": highest_marking(version) if marked else "",
        "version": version,
        "decision": version.decision,
        "name": version.title if current else version.working_title,
        "round": current,
        "signatures": current.signatures.order_by("signed_at") if current else (),
        "advice": heard,
        "outside": [
            {"request": row, "said": sealed.get(row.pk), "opens": row.pk in opening} for row in outsiders
        ],
        "needed": advice.mandatory(version),
        "following": () if version.editable else due.follows(version),
        "questions": [(row, "" if hasattr(row, "answer") else questions.whose(row)) for row in asked],
        "sealed_is_open": reads_part2,
        "reads_part2": reads_part2 and version.part2_papers.exists(),
        "part2_url": reverse("paper-part2", args=[version.decision_id]),
        "answered": run.answered(version),
        "comments": said,
        "open_comments": [one for one in said if version.state in policy.COMMENTED and not one.resolved],
        "timeline": lines,
        "waiting": timeline.waiting(version, lines),
        "steps": _steps(version),
        "keeper": keeper(version),
        "recusals": list(version.recusals.all()),
        "nobody_acts_as": signing.called(version, TURN[version.state])
        if signing.nobody_left(version)
        else "",
        "attachments_at": reverse("paper-attachments", args=[version.decision_id]),
    }


def _steps(version: Version) -> list[dict[str, Any]]:
    """Return the stations of the route with which is past, present and to come."""
    stations = [
        ("draft", "Draft"),
        *((state, role.label) for state, role in TURN.items() if role is not Role.DECISION_MAKER),
        (State.WITH_DECISION_MAKER, signing.called(version, Role.DECISION_MAKER)),
        ("decided", "Decided"),
        ("published", "Published"),
    ]
    here = "draft" if version.editable else version.state
    keys = [key for key, _ in stations]
    at, skipped = keys.index(here) if here in keys else -1, passed(version)
    own = deciders.route(version).passes
    return [
        {
            "label": label,
            "past": index < at,
            "here": index == at,
            "passed": skipped.get(TURN[key], "") if key in TURN else "",
            "missing": "not for this paper" if TURN.get(key) in own else "not at this body",
        }
        for index, (key, label) in enumerate(stations)
    ]


def _goes_to(version: Version, transition: Transition) -> str:
    """Return whose turn it is once this act is done, in words; empty where it is nobody's."""
    lands = landing(version, transition.target) if transition.target else ""
    if lands not in TURN:
        return ""
    office = signing.office_as(version, TURN[lands]) or TURN[lands]
    return office.title if isinstance(office, Office) else f"the {office.label.lower()}"
