"""The address that a page's script posts to while somebody types; nothing that it keeps is saved."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from decisions import policy
from decisions.drafting import kept, parts, writes
from decisions.drafting.editing import drafting, policy_person, to_edit
from decisions.models import Access
from decisions.wording import time_of_day

TOO_SOON = 429


@require_POST
@drafting
def keep(request: HttpRequest, *, decision: object, page: str) -> HttpResponse:
    """Keep what was typed into a page, and say so in words; whoever may save the page may keep it."""
    person = policy_person(request)
    name, _, row = page.partition(":")
    sealed = (Access.PART2,) if parts.is_sealed(page) else ()
    version = to_edit(request, decision, *sealed, section=row if name == "section" else "")
    pen = policy.pens(version).get(page)
    if pen and pen.person != person:
        raise writes.SomebodyElses
    try:
        with transaction.atomic():
            at = kept.keep(version=writes.locked(version), key=page, data=request.POST, by=person)
    except kept.TooSoon:
        return HttpResponse(status=TOO_SOON)
    words = f"Not saved yet; kept at {time_of_day(at)}" if at else ""
    return HttpResponse(words, content_type="text/plain; charset=utf-8")
