"""Recommendations, money, contracts, grants, links, Part 2 papers and files: add, change, remove and move a row."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from decisions import form, part1, part2_files, policy
from decisions.drafting import kept, parts, writes
from decisions.drafting.editing import (
    Edited,
    back_of,
    caption,
    create,
    drafting,
    edit,
    missing,
    paper_url,
    policy_person,
    see_other,
    to_edit,
    told,
)
from decisions.drafting.forms import Values
from decisions.drafting.rows import ELSEWHERE, OWN, ROW, RowKind, uuid_or_none
from decisions.drafting.views import CHANGE
from decisions.drafting.views_part2 import marking
from decisions.models import Access, Recommendation, Version
from decisions.snapshot import labelled, once, read, snapshot_bytes, wording
from decisions.wording import (
    contract_in_words,
    grant_in_words,
    joint_in_words,
    line_in_words,
    link_in_words,
)

TEMPLATES = {"recommendation": "drafting/recommendation.html", "contract": "drafting/contract.html"}


@require_safe
@drafting
def recommendations(request: HttpRequest, *, decision: object) -> HttpResponse:
    """Show the recommendations in order, with what belongs to them, and what can be done with each."""
    version = to_edit(request, decision)
    rows = tree(version)
    context = {
        "version": version,
        "wording": wording(version),
        "caption": caption(version),
        "paper": paper_url(version),
        "back": back_of(request, version),
        "rows": rows,
        "movable": len(rows) > 1 or any(_movable(row["groups"]) for row in rows),
        "after": parts.after(version, "recommendations"),
        "add": _url("recommendation-add", version),
    }
    return render(request, "drafting/recommendations.html", context)


@require_safe
@drafting
def elsewhere(request: HttpRequest, *, decision: object) -> HttpResponse:
    """Show the related decisions and the joint decision makers, and what can be done with each."""
    version = to_edit(request, decision)
    groups = [_group(version, kind, version) for kind in ELSEWHERE]
    context = {
        "title": "Related and joint decisions",
        "caption": caption(version),
        "back": back_of(request, version),
        "paper": paper_url(version),
        "groups": groups,
        "movable": _movable(groups),
        "after": parts.after(version, "links"),
    }
    return render(request, "drafting/elsewhere.html", context)


@CHANGE
@drafting
def add(request: HttpRequest, *, decision: object, key: str, within: UUID | None = None) -> HttpResponse:
    """Add a row; its id is on the page already, so that a second click adds no second one."""
    version, kind = to_edit(request, decision), ROW[key]
    pk = uuid_or_none(request.POST.get("new")) or uuid4()
    place = _place(request, version, kind, within)
    edited = _edited(version, kind, pk, f"Add {a(kind.noun)}", place)
    edited.more |= {"new": pk, "adding": True}
    above = edited.more["within"]
    edited.adds = f"{key}{kept.ADD}:{above.pk}" if above else f"{key}{kept.ADD}"

    def save(values: Values) -> writes.Saved | None:
        return writes.add(
            kind=kind,
            version=version,
            pk=pk,
            values=values,
            by=policy_person(request),
            place=place,
            told=told(request),
        )

    return create(request, edited, save)


@CHANGE
@drafting
def change(request: HttpRequest, *, decision: object, key: str, row: UUID) -> HttpResponse:
    """Change a row."""
    kind = ROW[key]
    version = to_edit(request, decision, *_also(kind))
    found = _found(request, kind, version, row)
    above = {name: getattr(found, name, None) for name in ("recommendation", "parent")}
    edited = _edited(version, kind, row, _title(version, kind, found), above)
    if key == "recommendation":
        groups = _groups(version, found)
        has_rows = any(group["rows"] for group in groups)
        edited.more |= {"groups": groups, "has_rows": has_rows, "movable": _movable(groups)}
    edited.more |= _marking(kind, found)
    return _noted(request, version, kind, edit(request, edited))


@CHANGE
@drafting
def remove(request: HttpRequest, *, decision: object, key: str, row: UUID) -> HttpResponse:
    """Ask whether to remove a row, then remove it with what belongs to it."""
    kind = ROW[key]
    version = to_edit(request, decision, *_also(kind, removing=True))
    back = _list(version, kind)
    if request.method == "POST":
        if writes.remove(kind=kind, version=version, pk=row, by=policy_person(request), told=told(request)):
            messages.success(request, f"The {kind.noun} has been removed.")
        else:
            messages.info(request, _removed_already(kind))
        return see_other(back)
    found = _found(request, kind, version, row)
    context = {
        "caption": caption(version),
        "title": f"Are you sure you want to remove this {kind.noun}?",
        "text": _text(version, kind, found),
        "goes_too": _goes_too(kind, found),
        "noun": kind.noun,
        "back": back,
        **_marking(kind, found),
    }
    return _noted(request, version, kind, render(request, "drafting/remove.html", context))


@require_POST
@drafting
def move(request: HttpRequest, *, decision: object, key: str, row: UUID) -> HttpResponse:
    """Make a row the n-th of its list; a second click finds it there."""
    kind = ROW[key]
    version = to_edit(request, decision, *_also(kind))
    to = request.POST.get("to", "")
    if not (to.isdecimal() and len(to) < 5):
        raise Http404
    try:
        by = policy_person(request)
        if writes.move(kind=kind, version=version, pk=row, to=int(to), by=by, told=told(request)):
            messages.success(request, f"The {kind.noun} has been moved.")
    except writes.Gone:
        messages.info(request, _removed_already(kind))
    return see_other(_list(version, kind))


def tree(version: Version) -> list[dict[str, Any]]:
    """Return every recommendation in printed order, with its place, its rows, and where each is changed."""
    flat = labelled(version)
    siblings: dict[object, list[object]] = {}
    for _, row in flat:
        siblings.setdefault(row.parent_id, []).append(row.pk)
    depth: dict[object, int] = {None: 0}
    rows = []
    for label, row in flat:
        depth[row.pk] = depth[row.parent_id] + 1
        position, last = siblings[row.parent_id].index(row.pk) + 1, len(siblings[row.parent_id])
        name = f"recommendation {label}"
        rows.append(
            {
                "pk": row.pk,
                "label": label,
                "text": row.text,
                "level": depth[row.pk],
                **parts.places(version, "recommendation", row.pk, called=name, number=position, last=last),
                "under": f"{_url('recommendation-add', version)}?under={row.pk}"
                if depth[row.pk] < form.RECOMMENDATION_LEVELS
                else "",
                "groups": _groups(version, row, f" of {name}"),
            }
        )
    return rows


def _groups(version: Version, row: Recommendation, of: str = "") -> list[dict[str, Any]]:
    """Return what belongs to one recommendation, by kind; `of` tells whose it is where several are shown."""
    return [_group(version, kind, row, of, within=row.pk) for kind in OWN]


def _group(version: Version, kind: RowKind, owner: Any, of: str = "", **within: object) -> dict[str, Any]:
    """Return the rows of one kind, in words, where each is changed, and where another is added."""
    said, rows = _said(version), getattr(owner, kind.rows).all()
    return {
        "heading": kind.heading,
        "add": _url(f"{kind.key}-add", version, **within),
        "add_text": "Add money" if kind.key == "money" else f"Add {a(kind.noun)}",
        "rows": [
            {
                "text": said[str(one.pk)],
                **parts.places(
                    version,
                    kind.key,
                    one.pk,
                    called=f"{kind.noun} {position}{of}",
                    number=position,
                    last=len(rows),
                ),
            }
            for position, one in enumerate(rows, start=1)
        ],
    }


def _movable(groups: list[dict[str, Any]]) -> bool:
    """Say whether there is a row that could stand elsewhere among its like."""
    return any(len(group["rows"]) > 1 for group in groups)


def a(noun: str) -> str:
    """Return a noun with its article: an amount, a contract."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


@once
def _said(version: Version) -> dict[str, str]:
    """Return each row in the words in which the paper prints it."""
    shown = part1.of_snapshot(read(snapshot_bytes(version)))
    words = {row.id: line_in_words(row) for row in shown.financial_lines}
    words |= {row.id: contract_in_words(row) for row in shown.contract_awards}
    words |= {row.id: grant_in_words(row) for row in shown.grants}
    words |= {row.id: link_in_words(row) for row in shown.links}
    return words | {row.id: joint_in_words(row) for row in shown.joint_deciders}


def _url(name: str, version: Version, **rest: object) -> str:
    return reverse(name, kwargs={"decision": version.decision_id, **rest})


def _list(version: Version, kind: RowKind) -> str:
    """Return the page that lists rows of this kind."""
    return _url(kind.listed, version)


def _also(kind: RowKind, *, removing: bool = False) -> tuple[Access, ...]:
    """Return what a person must have besides the right to write: nobody removes unread what is sealed."""
    return (Access.PART2,) if kind.sealed or (removing and kind.key == "part2-notice") else ()


def _marking(kind: RowKind, row: Any) -> dict[str, str]:
    """Return the marking of a page that shows what is sealed."""
    return {"marking": marking(row.paper)} if kind.sealed else {}


def _noted(request: HttpRequest, version: Version, kind: RowKind, response: HttpResponse) -> HttpResponse:
    """Write into the diary that a page showed what is sealed."""
    if kind.sealed and response.status_code != 303:
        policy.note_part2_reading(version.decision, policy_person(request), "view")
    return response


def _removed_already(kind: RowKind) -> str:
    return f"The {kind.noun} had been removed already."


def _found(request: HttpRequest, kind: RowKind, version: Version, pk: object) -> Any:
    row = kind.page.find(version, pk)
    if row is None:
        raise missing(request)
    return row


def _place(request: HttpRequest, version: Version, kind: RowKind, within: UUID | None) -> dict[str, Any]:
    """Return what a new row belongs to; 404 where it would stand too deep."""
    if kind.key == "part2-notice":
        return {"version": version, "owner": policy_person(request)}
    if kind in ELSEWHERE:
        return {"version": version}
    if kind in OWN:
        return {"recommendation": _found(request, ROW["recommendation"], version, within)}
    under = request.GET.get("under")
    if not under:
        return {"version": version, "parent": None}
    parent = _found(request, kind, version, under)
    if not next(row["under"] for row in tree(version) if row["pk"] == parent.pk):
        raise Http404
    return {"version": version, "parent": parent}


def _edited(version: Version, kind: RowKind, pk: object, title: str, place: dict[str, Any]) -> Edited:
    back = _list(version, kind)
    then = {"list": back, "paper": paper_url(version)}
    if kind.key == "recommendation":
        then |= {own.key: _url(f"{own.key}-add", version, within=pk) for own in OWN}
    if kind.key == "part2-notice":
        then["next"] = _url("part2-sealed", version, row=pk)
    more = {"within": place.get("recommendation") or place.get("parent"), "key": kind.key}
    return Edited(
        page=kind.page,
        version=version,
        pk=pk,
        title=title,
        template=TEMPLATES.get(kind.key, "drafting/row.html"),
        back=back,
        then=then,
        saved=f"The {kind.noun} has been saved.",
        more=more,
    )


def _title(version: Version, kind: RowKind, row: Any) -> str:
    if kind.key == "recommendation":
        return f"Recommendation {next(label for label, other in labelled(version) if other.pk == row.pk)}"
    return f"Change the {kind.noun}"


def _text(version: Version, kind: RowKind, row: Any) -> str:
    if kind in OWN or kind in ELSEWHERE:
        return _said(version)[str(row.pk)]
    if kind.sealed:
        return part2_files.about(row).title
    return str(row.text if kind.key == "recommendation" else row.title)


def _goes_too(kind: RowKind, row: Any) -> list[str]:
    """Say what is removed along with a row."""
    if kind.key == "part2-notice":
        return ["its notice", "the sealed facts and advice, and the reasons for each ground", "its files"]
    if kind.key != "recommendation":
        return []
    below = Recommendation.objects.filter(parent=row).count()
    counts = (
        (below, "recommendation under it and its rows", "recommendations under it and their rows"),
        *((len(getattr(row, own.rows).all()), own.noun, f"{own.noun}s") for own in OWN),
    )
    return [f"{count} {one if count == 1 else many}" for count, one, many in counts if count]
