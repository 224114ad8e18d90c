"""`{% typed_by %}`: stands next to `{% csrf_token %}` in every form of the staff site."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from pcd.people.carried import TYPED_BY, typed_by_token

register = template.Library()


@register.simple_tag(takes_context=True, name="typed_by")
def typed_by_input(context: dict[str, Any]) -> str | SafeString:
    """Write the hidden input that says for whom this page was made, so that no time-out loses what is typed."""
    person = getattr(context.get("request"), "user", None)
    if person is None or not person.is_authenticated:
        return ""
    return format_html('<input type="hidden" name="{}" value="{}">', TYPED_BY, typed_by_token(person.pk))
