"""The template tags of the look: components, field groups, error summaries, navigation and money."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.template.base import Node, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.template.exceptions import TemplateSyntaxError
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from pcd import money as pounds
from pcd.forms import groups
from pcd.macros import component

register = template.Library()
EMPTY = SafeString("")
FOOTER_ITEM = '<li><a class="govuk-link" href="{}">{}</a></li>'


def address(view: str) -> str:
    """The address of a view's name; empty where the site has no such page."""
    try:
        return reverse(view)
    except NoReverseMatch:
        return ""


@register.simple_tag
def govuk(component_name: str, params: dict[str, Any] | None = None, **arguments: Any) -> SafeString:
    """A Design System component: `{% govuk "button" text="Save" %}`; `params` is a dict of arguments."""
    return component(component_name, {**(params or {}), **arguments})


class Block(Node):
    """A component around a piece of template."""

    def __init__(self, name: Any, arguments: dict[str, Any], nodes: NodeList) -> None:
        self.name, self.arguments, self.nodelist = name, arguments, nodes

    def render(self, context: Context) -> SafeString:
        """The component with the piece inside as its `html`."""
        arguments = {name: value.resolve(context) for name, value in self.arguments.items()}
        params = arguments.pop("params", None) or {}
        inside = self.nodelist.render(context)
        return component(self.name.resolve(context), {**params, **arguments, "html": inside})


@register.tag
def govukblock(parser: Parser, token: Token) -> Block:
    """A component around markup: `{% govukblock "details" summary_text="Why" %}…{% endgovukblock %}`."""
    _, *bits = token.split_contents()
    if not bits:
        raise TemplateSyntaxError("govukblock needs the name of a component")
    arguments = token_kwargs(bits[1:], parser)
    nodes = parser.parse(("endgovukblock",))
    parser.delete_first_token()
    return Block(parser.compile_filter(bits[0]), arguments, nodes)


@register.simple_tag
def govuk_field(field: Any) -> SafeString:
    """One bound field as a field group; `{{ field.as_field_group }}` does the same."""
    return groups.group(field)


@register.simple_tag
def govuk_errors(*forms: Any) -> SafeString:
    """The error summary of all these forms and formsets; nothing when they have no error."""
    return groups.summary(*forms)


@register.simple_tag
def has_errors(*forms: Any) -> bool:
    """Whether any of these forms and formsets was refused, for the page's title."""
    return bool(groups.summary(*forms))


@register.simple_tag
def message_banners(messages: Iterable[Message]) -> SafeString:
    """Django's messages in at most two banners: green for what has been done, blue for the rest."""
    given = list(messages or ())
    banners = []
    for kind, wanted in (("success", True), (None, False)):
        lines = [message.message for message in given if (message.level_tag == "success") is wanted]
        if lines:
            html = format_html_join(
                "", '<p class="govuk-notification-banner__heading">{}</p>', ((line,) for line in lines)
            )
            params = {"type": kind, "title_id": f"messages-{kind or 'plain'}", "html": html}
            banners.append(component("notification-banner", params))
    return SafeString("".join(banners))


@register.simple_tag(takes_context=True)
def navigation(context: Context, *pairs: str) -> SafeString:
    """The service navigation of `"view name" "text"` pairs; a name without an address is left out."""
    known = [
        (where, text) for view, text in zip(pairs[::2], pairs[1::2], strict=True) if (where := address(view))
    ]
    path = getattr(context.get("request"), "path", "")
    around = [where for where, _ in known if path == where or (where != "/" and path.startswith(where))]
    nearest = max(around, key=len, default=None)
    items = [
        {"href": where, "text": text, "current": path == where, "active": where == nearest}
        for where, text in known
    ]
    return (
        component("service-navigation", {"navigation": items, "navigation_label": "Service"})
        if items
        else EMPTY
    )


@register.simple_tag
def footer_item(view: str, text: str) -> SafeString:
    """One link of the footer; nothing when no address has that name."""
    where = address(view)
    return format_html(FOOTER_ITEM, where, text) if where else EMPTY


@register.filter
def money(amount: Decimal | None) -> str:
    """An amount in full, £1,980,000; empty for no amount."""
    return "" if amount is None else pounds.show_money(amount)


@register.filter
def short_money(amount: Decimal | None) -> str:
    """An amount as the form writes it, £1.98m, where that loses nothing; empty for no amount."""
    return "" if amount is None else pounds.short_money(amount)
