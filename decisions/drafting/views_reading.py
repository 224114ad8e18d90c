"""Reading what was written: the preview of the public page, and "check your answers"."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from decisions import part1, policy
from decisions.checks.completeness import findings
from decisions.drafting import parts
from decisions.drafting.editing import caption, drafting, paper_url, policy_person, to_edit
from decisions.drafting.shown import answer, as_html
from decisions.drafting.views_part2 import marking
from decisions.drafting.views_rows import tree
from decisions.models import Access, Version
from decisions.snapshot import snapshot_bytes


@require_safe
def preview(request: HttpRequest, *, decision: object) -> HttpResponse:
    """Show the very page that the public would see, made from the very bytes that would be signed."""
    version = policy.version_for(policy_person(request), Access.PART1, decision)
    context = {
        "part1": part1.of_snapshot(json.loads(snapshot_bytes(version))),
        "published_at": None,
        "version": version,
        "paper": paper_url(version),
    }
    return render(request, "drafting/preview.html", context)


@require_safe
@drafting
def check(request: HttpRequest, *, decision: object) -> HttpResponse:
    """Show every answer with a way to change it, and above them all that is missing."""
    version = to_edit(request, decision)
    found = findings(version)
    context = {
        "version": version,
        "caption": caption(version),
        "paper": paper_url(version),
        "missing": [
            {"sentence": one.sentence, "href": parts.address(version, one.part, one.anchor)} for one in found
        ],
        "groups": _groups(version, policy_person(request)),
        "recommendations": tree(version),
        "part2": [
            {"title": paper.title, "marking": marking(paper), "sealed": hasattr(paper, "sealed")}
            for paper in version.part2_papers.all()
        ],
    }
    return render(request, "drafting/check.html", context)


def _groups(version: Version, person: Any) -> list[dict[str, Any]]:
    """Return each part with its answers as a summary list."""
    groups = []
    for key, part, title in parts.parts(version):
        url = parts.address(version, key)
        rows: list[dict[str, Any]] = []
        if part.page is not None:
            form = part.page.form(initial=part.read(version, key), version=version, row=None, by=person)
            rows = [
                _row(form.fields[name].label, answer(form, name), f"{url}#id_{name}") for name in form.fields
            ]
        groups.append({"key": key, "title": title, "url": url, "params": {"rows": rows}})
    return groups


def _row(label: Any, text: str, url: str) -> dict[str, Any]:
    return {
        "key": {"text": label},
        "value": {"html": as_html(text)},
        "actions": {"items": [{"href": url, "text": "Change", "visually_hidden_text": str(label).lower()}]},
    }
