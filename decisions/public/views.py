"""The pages of the public site: they read publications and the register of numbers, and there is nothing else."""

import json
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import F, OuterRef, Q, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import http_date
from django.views.defaults import page_not_found

from decisions import wording
from decisions.models.publication import (
    Alias,
    NumberEvent,
    Publication,
    PublicationAttachment,
    PublicationFile,
    RescindedPublication,
)
from decisions.part1 import from_bytes
from decisions.public import chain, search
from decisions.public.caching import etag, public_page
from decisions.references import normalise
from pcd.downloads import download

LATEST = 10
#: How soon a PDF that is being made is worth asking for again, in seconds.
PDF_WAIT = 30
LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
DATA_SCHEMA = "pcd.publication/1"
ROBOTS = "User-agent: *\nDisallow: /decisions/?\nDisallow: /register/?\n"


@public_page
def latest(request: HttpRequest) -> HttpResponse:
    """The start page: a search box and the newest decisions; with a query it may be an old decision's address."""
    if request.META["QUERY_STRING"] and (old := _old(request)) is not None:
        return old
    return render(request, "public/latest.html", {"decisions": search.latest()[:LATEST]})


@public_page
def decisions(request: HttpRequest) -> HttpResponse:
    """Every published decision, searched and filtered."""
    filters = search.Filters.of(request.GET)
    pages = search.Pages(search.found(filters))
    page = pages.get_page(request.GET.get("page"))
    years = search.years()
    return render(
        request,
        "public/decisions.html",
        {
            "filters": filters,
            "page": page,
            "pages": pages,
            "pagination": search.links(page, filters.chosen),
            "selects": [
                _select("kind", "Kind", "All kinds", wording.KIND_NAMES.items(), filters.kind),
                _select("year", "Year decided", "All years", ((year, year) for year in years), filters.year),
                _select(
                    "part2", "Is there a Part 2?", "Either", (("yes", "Yes"), ("no", "No")), filters.part2
                ),
            ],
        },
    )


@public_page
def decision(request: HttpRequest, spelling: str, version: int | None = None) -> HttpResponse:
    """One decision as it was published."""
    if (moved := _canonical(request, "decision", spelling, version)) is not None:
        return moved
    publication = _publication(spelling, version)
    if publication is None:
        return _not_published(request, spelling)
    versions = list(
        search.heads().filter(key=spelling).order_by("-version").values("version", "published_at")
    )
    members, rescission = chain.of(spelling, publication.links), _rescission(publication)
    response = render(
        request,
        "public/decision.html",
        {
            "chain": members,
            "banners": chain.banners(members, spelling),
            "rescission": rescission,
            "part1": from_bytes(bytes(publication.body.content)),
            "publication": publication,
            "published_at": publication.published_at,
            "content_digest": bytes(publication.body.digest).hex(),
            "wait": wording.wait_in_words(publication.decided_on, publication.published_at),
            "versions": versions,
            "newest": versions[0]["version"],
            "pdf": _address("decision-pdf", spelling, version),
            "json": _address("decision-json", spelling, version),
            "licence": LICENCE,
            "canonical": settings.BASE_URL + _address("decision", spelling, version),
            "attachments_at": _address("decision", spelling, version) + "attachments/",
        },
    )
    changed: list[datetime] = [row["published_at"] for row in versions]
    changed += [member.publication.published_at for member in members]
    shown = (publication, *(member.publication for member in members))
    changed += [row.at for one in shown if (row := _rescission(one))]
    if publication.pdf_made_at is not None:
        changed.append(publication.pdf_made_at)
    response["Last-Modified"] = http_date(max(changed).timestamp())
    response["ETag"] = etag(bytes(publication.body.digest).hex(), publication.pdf_size, changed)
    return response


@public_page
def decision_pdf(request: HttpRequest, spelling: str, version: int | None = None) -> HttpResponse:
    """The PDF of a decision, or when to come back for it."""
    if (moved := _canonical(request, "decision-pdf", spelling, version)) is not None:
        return moved
    publication = _publication(spelling, version)
    if publication is None:
        return _not_published(request, spelling)
    if publication.pdf_made_at is None:
        return _pdf_being_made(request, publication)
    file = PublicationFile.objects.get(publication=publication, kind="pdf")
    response = HttpResponse(bytes(file.content), content_type="application/pdf")
    name = spelling if publication.version == 1 else f"{spelling}-v{publication.version}"
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["ETag"] = f'"{bytes(file.digest).hex()}"'
    response["Last-Modified"] = http_date(file.made_at.timestamp())
    return response


@public_page
def decision_attachment(
    request: HttpRequest, spelling: str, file: str, version: int | None = None
) -> HttpResponse:
    """A file that was published with a decision."""
    if (moved := _canonical(request, "decision-attachment", spelling, version, file)) is not None:
        return moved
    publication = _publication(spelling, version)
    if publication is None:
        return _not_published(request, spelling)
    attachment = PublicationAttachment.objects.filter(publication=publication, file=file).first()
    if attachment is None:
        raise Http404
    response = download(
        bytes(attachment.content), name=f"{spelling}-{file}", media_type=attachment.media_type
    )
    response["ETag"] = f'"{bytes(attachment.digest).hex()}"'
    response["Last-Modified"] = http_date(publication.published_at.timestamp())
    return response


@public_page
def decision_json(request: HttpRequest, spelling: str, version: int | None = None) -> HttpResponse:
    """A decision as data; `decision` holds the very bytes that were published, and `digest` is their sha256."""
    if (moved := _canonical(request, "decision-json", spelling, version)) is not None:
        return moved
    publication = _publication(spelling, version)
    if publication is None:
        return _not_published(request, spelling)
    rescission = _rescission(publication)
    about = {
        "schema": DATA_SCHEMA,
        "url": settings.BASE_URL + _address("decision", spelling, publication.version),
        "licence": LICENCE,
        "origin": publication.origin,
        "published_at": publication.published_at.isoformat(),
        "rescinded": rescission and {"on": rescission.rescinded_on.isoformat(), "reason": rescission.reason},
        "digest": bytes(publication.body.digest).hex(),
        "snapshot_digest": bytes(publication.snapshot_digest or b"").hex(),
        "acts_digest": bytes(publication.acts_digest or b"").hex(),
        "attachments": [
            {
                **row,
                "digest": bytes(row["digest"]).hex(),
                "url": settings.BASE_URL
                + _address("decision-attachment", spelling, publication.version, row["file"]),
            }
            for row in publication.attachments.values("file", "media_type", "size", "digest")
        ],
    }
    opened = json.dumps(about, ensure_ascii=False).encode().removesuffix(b"}")
    content = opened + b', "decision": ' + bytes(publication.body.content) + b"}\n"
    response = HttpResponse(content, content_type="application/json; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    changed = rescission.at if rescission else publication.published_at
    response["Last-Modified"] = http_date(changed.timestamp())
    return response


@public_page
def moved(request: HttpRequest) -> HttpResponse:
    """Lead on from an address under which a decision stood before this register; Http404 for every other."""
    if (old := _old(request)) is None:
        raise Http404
    return old


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that is none of ours: an old one leads on, every other is not found."""
    if request.method in ("GET", "HEAD"):
        with suppress(Http404):
            return moved(request)
    return page_not_found(request, exception)


@public_page
def register(request: HttpRequest) -> HttpResponse:
    """Every number issued, and what became of it."""
    became = request.GET.get("state", "")
    became = became if became in NumberEvent.Became.values else ""
    year = search.year_of(request.GET.get("year", ""))
    page = search.Pages(search.numbers(became=became, year=year)).get_page(request.GET.get("page"))
    events = list(page.object_list)
    titles = dict(search.latest().filter(key__in=[row.key for row in events]).values_list("key", "title"))
    chosen = {name: value for name, value in {"state": became, "year": str(year or "")}.items() if value}
    return render(
        request,
        "public/register.html",
        {
            "rows": [{"event": event, "title": titles.get(event.key, "")} for event in events],
            "page": page,
            "pagination": search.links(page, chosen),
            "state": _select("state", "State", "All states", NumberEvent.Became.choices, became),
            "year": {
                "id": "year",
                "name": "year",
                "label": {"text": "Year"},
                "hint": {"text": "Of the date in the last column, such as 2024"},
                "classes": "govuk-input--width-4",
                "inputmode": "numeric",
                "value": str(year or ""),
            },
            "chosen": chosen,
        },
    )


@public_page
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "public/accessibility.html")


@public_page
def privacy(request: HttpRequest) -> HttpResponse:
    """What the site knows of its readers."""
    return render(request, "public/privacy.html")


@public_page
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may fetch: every decision, but not every search."""
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")


def _select(name: str, label: str, every: str, choices: Iterable[Any], chosen: object) -> dict[str, Any]:
    """The arguments of a select component whose first item chooses nothing."""
    items = [{"value": str(key), "text": str(text), "selected": key == chosen} for key, text in choices]
    return {
        "id": name,
        "name": name,
        "label": {"text": label},
        "items": [{"value": "", "text": every}, *items],
    }


def _old(request: HttpRequest) -> HttpResponse | None:
    """Lead on from an address under which a decision stood before this register; None for every other."""
    path = request.path.rstrip("/").lower()
    asked = f"{path or '/'}?{request.META['QUERY_STRING'].lower()}"
    if not asked.isprintable():
        return None
    found = Alias.objects.filter(path__in=[path, asked], publication__body_key=settings.BODY)
    key = found.order_by("-path").values_list("publication__key", flat=True).first()
    return None if key is None else redirect("decision", key, permanent=True)


def _address(view: str, key: str, version: int | None, *rest: str) -> str:
    if version is None:
        return reverse(view, args=[key, *rest])
    return reverse(f"{view}-version", args=[key, version, *rest])


def _canonical(
    request: HttpRequest, view: str, spelling: str, version: int | None, *rest: str
) -> HttpResponse | None:
    """Lead an old address, or another spelling of a reference, to its one address; None where it is spelled so."""
    key = normalise(spelling)
    if key == spelling:
        return None
    if (old := _old(request)) is not None:
        return old
    if not key or len(key) > 60:
        raise Http404
    return redirect(_address(view, key, version, *rest), permanent=True)


def _named(prefix: str, key: str, version: int | None) -> Q:
    wanted = {"body_key": settings.BODY, "key": key} | ({} if version is None else {"version": version})
    return Q(**{prefix + name: value for name, value in wanted.items()})


def _publication(key: str, version: int | None) -> Any:
    """The latest publication under a key, or the version named, with its body and what is known of its PDF."""
    made = PublicationFile.objects.filter(publication=OuterRef("pk"), kind="pdf")
    return (
        search.heads()
        .filter(_named("", key, version))
        .select_related("body")
        .annotate(pdf_size=Subquery(made.values("size")), pdf_made_at=Subquery(made.values("made_at")))
        .order_by(F("version").desc())
        .first()
    )


def _rescission(publication: Publication) -> RescindedPublication | None:
    """Return that a decision was rescinded, and why, or None."""
    return getattr(publication, "rescission", None)


def _not_published(request: HttpRequest, key: str) -> HttpResponse:
    """The page for a key under which nothing is published; of a number that was issued it says the state."""
    event = NumberEvent.objects.filter(body_key=settings.BODY, key=key).order_by("-at").first()
    if event is None or event.became == NumberEvent.Became.PUBLISHED:
        raise Http404
    if (old := _old(request)) is not None:
        return old
    return render(request, "public/not_published.html", {"event": event}, status=404)


def _pdf_being_made(request: HttpRequest, publication: Publication) -> HttpResponse:
    response = render(request, "public/pdf_being_made.html", {"publication": publication}, status=503)
    response["Retry-After"] = str(PDF_WAIT)
    return response
