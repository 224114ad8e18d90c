"""The pages of the archive: batches, what was read of each file, corrections, and the approval of two people."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from decisions import policy
from decisions.archive import approving, obstacles, records, shown, writes
from decisions.archive.forms import CorrectionForm, LeaveOutForm
from decisions.drafting.editing import CONFLICT, policy_person, see_other
from decisions.drafting.views import CHANGE
from decisions.models import ArchiveBatch, ArchiveFile
from decisions.part1 import from_bytes
from decisions.public.search import links
from pcd.people.proof import proof_required

PAGE_SIZE = 50
Status = ArchiveFile.Status
#: What the list of a batch can be narrowed to: the words for it, and which files it means.
SHOWN: dict[str, tuple[str, Q]] = {
    "doubted": ("To be looked at", Q(status=Status.READ) & ~Q(doubts=[])),
    "read": ("To be published", Q(status=Status.READ)),
    "refused": ("Refused", Q(status=Status.REFUSED)),
    "left_out": ("Left out", Q(status=Status.LEFT_OUT)),
    "published": ("Published", Q(status=Status.PUBLISHED)),
}
#: The pages that change a file, and their headings.
CHANGES = {"correct": "Correct the data", "leave_out": "Leave it out"}
TOO_LATE = {
    writes.Approved: "Two people have approved this batch since you opened the page, so nothing of it changes.",
    writes.Changed: "Somebody else has changed this file since you opened the page. "
    "Look at what it says now, and press again if yours is right.",
}


@require_safe
def batches(request: HttpRequest) -> HttpResponse:
    """List the batches of old decisions, the latest first."""
    person = policy_person(request)
    if not policy.may_archive(person):
        raise Http404
    rows = policy.batches(person).annotate(**_counts("files__")).select_related("made_by")
    return render(request, "archive/batches.html", {"batches": rows})


@require_safe
def batch(request: HttpRequest, batch: object) -> HttpResponse:
    """Show a batch: what became of its files, what to look at, and who has approved it."""
    found = policy.batch_for(policy_person(request), batch)
    show = request.GET.get("show", "")
    files = found.files.defer("reading", "content").select_related("series")
    if show in SHOWN:
        files = files.filter(SHOWN[show][1])
    page = Paginator(files, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "archive/batch.html",
        {
            **_standing(found),
            "page": page,
            "pagination": links(page, {"show": show} if show in SHOWN else {}),
            "choices": [("", "Every file"), *((key, words) for key, (words, _) in SHOWN.items())],
            "show": show,
        },
    )


@require_safe
def file(request: HttpRequest, archived: object) -> HttpResponse:
    """Show a file: what was read beside what is recorded, and the very page that the public would see."""
    found = policy.archived_for(policy_person(request), archived)
    return render(
        request,
        "archive/file.html",
        {
            "file": found,
            "batch": found.batch,
            "beside": shown.beside(found) if found.reading else [],
            "reading": records.reading_of(found) if found.reading else None,
            "part1": from_bytes(bytes(found.content)) if found.content else None,
            "may_change": found.batch.approved_at is None and found.reading is not None,
        },
    )


@CHANGE
def correct(request: HttpRequest, archived: object) -> HttpResponse:
    """Put the data of an old decision right; its words stay as they were printed."""
    found = policy.archived_for(policy_person(request), archived)
    if found.reading is None:
        raise Http404
    reading = records.reading_of(found)
    form = CorrectionForm(
        request.POST or None,
        now=records.recorded(found),
        addresses=list(found.addresses),
        asks=[name for name, doubts in obstacles.doubted(reading).items() if doubts],
    )

    def save() -> ArchiveFile:
        return writes.correct(
            found.pk,
            by=policy_person(request),
            seen=request.POST.get("seen", ""),
            values=form.values(),
            addresses=form.cleaned_data["addresses"],
            why=form.cleaned_data["why"],
        )

    return _change(request, found, form, save, page="correct")


@CHANGE
def leave_out(request: HttpRequest, archived: object) -> HttpResponse:
    """Leave a file out of its batch."""
    found = policy.archived_for(policy_person(request), archived)
    form = LeaveOutForm(request.POST or None)

    def save() -> ArchiveFile:
        return writes.leave_out(
            found.pk,
            by=policy_person(request),
            seen=request.POST.get("seen", ""),
            why=form.cleaned_data["why"],
        )

    return _change(request, found, form, save, page="leave_out")


def _change(
    request: HttpRequest, file: ArchiveFile, form: Any, save: Callable[[], ArchiveFile], *, page: str
) -> HttpResponse:
    """Show a form about a file, or save it; one that came too late keeps what was typed."""
    late = ""
    if request.method == "POST" and form.is_valid():
        try:
            save()
        except tuple(TOO_LATE) as reason:
            late = TOO_LATE[type(reason)]
            file.refresh_from_db()
        else:
            messages.success(request, "Saved.")
            return see_other(reverse("archive-file", kwargs={"archived": file.pk}))
    elif file.batch.approved_at is not None:
        late = TOO_LATE[writes.Approved]
    context = {
        "file": file,
        "form": form,
        "title": CHANGES[page],
        "caption": file.name,
        "back": reverse("archive-file", kwargs={"archived": file.pk}),
        "late": late,
        "seen": records.seen(file) if late or request.method != "POST" else request.POST.get("seen", ""),
        "beside": shown.beside(file) if file.reading else [],
    }
    status = CONFLICT if late and request.method == "POST" else 200
    return render(request, f"archive/{page}.html", context, status=status)


@proof_required(to="approve")
@CHANGE
def approve(request: HttpRequest, batch: object) -> HttpResponse:
    """Confirm (with what stands in the way), approve, done."""
    person = policy_person(request)
    found = policy.batch_for(person, batch)
    reasons: tuple[str, ...] = ()
    if request.method == "POST":
        try:
            found = approving.approve(found.pk, by=person, shown=_digest(request.POST.get("digest", "")))
        except approving.NotNow as refused:
            reasons = refused.reasons
        else:
            messages.success(request, _done(found))
            return see_other(reverse("archive-batch", kwargs={"batch": found.pk}))
    elif found.approved_at is None:
        reasons = tuple(approving.why_not(found))
    standing = _standing(found)
    context = {
        **standing,
        "title": "Approve this batch",
        "caption": found.name,
        "back": reverse("archive-batch", kwargs={"batch": found.pk}),
        "reasons": reasons,
        "digest": approving.digest_of(found).hex(),
        "doubted": found.files.filter(SHOWN["doubted"][1]).only("name", "reference", "title", "doubts")[
            :PAGE_SIZE
        ],
        "given": any(row.person_id == person.pk for row in standing["approvals"]),
    }
    return render(
        request,
        "archive/approve.html",
        context,
        status=CONFLICT if reasons and request.method == "POST" else 200,
    )


def _done(batch: ArchiveBatch) -> str:
    if batch.approved_at is None:
        return "Done: you approved the batch. A second person must approve it too."
    return "Done: two people have approved the batch. Its decisions are being published."


def _digest(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def _standing(batch: ArchiveBatch) -> dict[str, Any]:
    """Return what every page of a batch says of where it stands."""
    return {
        "batch": batch,
        "counts": batch.files.aggregate(**_counts("")),
        "approvals": list(approving.standing(batch)),
        "fallen": list(approving.fallen(batch)),
    }


def _counts(prefix: str) -> dict[str, Count]:
    """Return how many files there are of each kind, to be counted over a batch or over all."""
    rows: dict[str, Any] = {key: {f"{prefix}status": key} for key in Status.values}
    counts = {f"{key}_files": Count(f"{prefix}pk", filter=Q(**where)) for key, where in rows.items()}
    doubted = Q(**{f"{prefix}status": Status.READ}) & ~Q(**{f"{prefix}doubts": []})
    return {**counts, "doubted_files": Count(f"{prefix}pk", filter=doubted)}
