"""What a paper was returned for, beside the text on the pages of drafting."""

from typing import Any

from django import template

from approvals import returned
from decisions.models import Version

register = template.Library()


@register.inclusion_tag("approvals/_points_beside.html")
def returned_here(version: Version, part: str) -> dict[str, Any]:
    """The points of the last return that concern what this page writes; nothing where there are none."""
    return {"points": returned.about(version, part), "version": version}
