"""The pages that give a rule on advice or a ground of exemption its last day, by two people."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from decisions.models import AdviceRule, Body, ExemptionGround
from decisions.reference import kinds_rules
from decisions.reference.forms_rules import LastDayForm
from decisions.reference.kinds_rules import Row
from decisions.reference.views import FORMS
from pcd.people.access import administrator
from pcd.people.models import User
from pcd.people.views_held import proposed

#: The change by which each is given its last day, and the subject on whose page it stands.
KINDS: dict[type[Row], tuple[str, str]] = {
    AdviceRule: ("end_of_advice_rule", "advice-rules"),
    ExemptionGround: ("end_of_ground_of_exemption", "grounds"),
}


@FORMS
def end_rule(request: HttpRequest, rule: UUID) -> HttpResponse:
    """Propose the last day of a rule on advice."""
    by, row = administrator(request), get_object_or_404(AdviceRule, pk=rule, body=settings.BODY)
    means = f"After its last day no paper needs the advice by this rule. {kinds_rules.PAPERS_KEEP}"
    return _ended(request, by, row, {"facts": kinds_rules.rule_facts(row), "means": means})


@FORMS
def end_ground(request: HttpRequest, ground: str) -> HttpResponse:
    """Propose the last day of a ground of exemption."""
    by, row = administrator(request), get_object_or_404(ExemptionGround, pk=ground)
    means = (
        "After its last day nobody can claim it. A draft or returned paper that does cannot be submitted until its "
        f"officer has selected another. {kinds_rules.CLAIMS_KEEP}"
    )
    return _ended(request, by, row, {"facts": kinds_rules.ground_facts(row), "means": means})


def _ended(request: HttpRequest, by: User, row: Row, beside: dict[str, Any]) -> HttpResponse:
    if row.is_past():
        raise Http404
    kind, subject = KINDS[type(row)]
    body, back = Body.objects.get(pk=settings.BODY), reverse("reference-subject", args=[subject])
    form = LastDayForm(request.POST if request.method == "POST" else None, body=body, row=row)
    return proposed(
        request,
        form,
        kind,
        body.pk,
        by=by,
        heading=kinds_rules.link(row),
        back=back,
        template="reference/last_day.html",
        beside={**beside, "when": kinds_rules.when(row)},
    )
