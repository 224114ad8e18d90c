"""The filters of the paper's templates; what they say has its home in `decisions/wording.py`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.utils.safestring import SafeString

from decisions import article as documents
from decisions import wording
from decisions.form import PICTURES
from decisions.part1 import Attachment, Part1, Recommendation, Signature
from decisions.text import markup
from pcd.people.models import Role

register = template.Library()
OUTCOME_CLASSES = {
    "rejected": "rejected",
    "approved_with_changes": "changed",
    "determined": "changed",
    "deferred_back": "changed",
}

for _filter in (
    markup,
    wording.attachment_in_words,
    wording.capacity_in_words,
    wording.contract_in_words,
    wording.dated,
    wording.day,
    wording.decided_in_words,
    wording.grant_in_words,
    wording.authority_in_words,
    wording.joint_in_words,
    wording.line_in_words,
    wording.link_in_words,
    wording.moment,
    wording.plain,
    wording.profile_in_words,
    wording.scope_in_words,
    wording.section_in_words,
    wording.shortened,
    wording.size_in_words,
    wording.supplier_in_words,
    wording.suppliers_in_words,
    wording.term_in_words,
    wording.vat_in_words,
    wording.years_in_words,
):
    register.filter(_filter.__name__, _filter)


@register.filter
def asked_in_words(row: Any) -> str:
    """What a financial line, a contract or a grant asked for."""
    if hasattr(row, "value"):
        return wording.amount_in_words(row.certainty, row.value)
    return wording.amount_in_words(row.certainty, row.amount, getattr(row, "amount_to", None))


@register.filter
def sentence(text: str) -> str:
    """The same words with a capital letter at the beginning."""
    return text[:1].upper() + text[1:]


@register.filter
def lower_first(text: str) -> str:
    """The same words for the middle of a sentence."""
    return text[:1].lower() + text[1:]


@register.filter
def kind_name(key: str) -> str:
    """What a kind of decision is called."""
    return wording.KIND_NAMES.get(key, key)


@register.simple_tag
def article(
    part1: Part1, published_at: datetime | None = None, *, embedded: bool = False, attachments_at: str = ""
) -> SafeString:
    """The decision document."""
    return documents.article(part1, published_at, embedded=embedded, attachments_at=attachments_at)


@register.filter
def at(rows: Mapping[str, Any], key: str) -> Any:
    """What a table holds under a key, or nothing."""
    return rows.get(key)


@register.filter
def signed_as(part1: Part1, office: str) -> list[Signature]:
    """The signatures given in one office of the route."""
    return [row for row in part1.signatures if row.office == office]


@register.filter
def passes(part1: Part1, step: str) -> bool:
    """Whether the route passes a step, because the body does not have it."""
    return any(row.step == step for row in part1.passed)


@register.filter
def step_name(step: str) -> str:
    """What a step of the route is called: by whose it is."""
    return Role(step).label


@register.filter
def signed_before(part1: Part1) -> list[Signature]:
    """The signatures of everyone but the decision maker, in the order they were given."""
    return [row for row in part1.signatures if row.office != "decision_maker"]


@register.filter
def who_reads(row: Attachment) -> str:
    """What stands before the words for those who cannot read a file."""
    return "What it shows: " if row.kind.key in PICTURES else "Not everyone can read this file: "


@register.filter
def changed(row: Recommendation) -> bool:
    """Whether other words were decided than those recommended."""
    return bool(row.decided_text) and row.decided_text.strip() != row.text.strip()


@register.filter
def is_web_address(address: str) -> bool:
    """Whether an address may stand as a link: a page of the web, nothing that runs."""
    return address.startswith(("https://", "http://"))


@register.filter
def outcome_name(key: str) -> str:
    """What an outcome is called."""
    return wording.OUTCOME_NAMES.get(key, key)


@register.filter
def outcome_class(key: str) -> str:
    """The class that colours an outcome other than approved; its words say the same."""
    return f" pcd-rec__outcome--{OUTCOME_CLASSES[key]}" if key in OUTCOME_CLASSES else ""
