"""How things are said: money, terms, dates and contracts in the words that the form uses."""

import html
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.html import strip_tags

from decisions import form
from decisions.part1 import (
    Attachment,
    Authority,
    ContractAward,
    FinancialLine,
    Grant,
    JointDecider,
    Link,
    Named,
    Part1,
    Section,
    Signature,
    Supplier,
    YearAmount,
)
from decisions.text import has_marks, markup
from pcd.forms.phrases import lower_first
from pcd.money import short_money, show_money

# Two words with capitals are a name, unless the first is an article.
_NAME = re.compile(r"(?!(?:The|An|A) )[A-Z]\S* [A-Z][a-z]")
ISO_DATE = re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b")
LONDON = ZoneInfo("Europe/London")
SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
WITHHELD = "amount withheld: see Part 2"
NOT_STATED = "amount not stated"
KIND_NAMES, LINK_NAMES, OUTCOME_NAMES = dict(form.KINDS), dict(form.LINK_KINDS), dict(form.OUTCOMES)
#: What a reader is told above a decision that another one changed, the gravest first.
BANNERS = dict(form.CHANGING)

# How an amount is said by how sure it is; a range has its two ends.
CERTAINTY = {
    "exact": "{amount}",
    "up_to": "up to {amount}",
    "estimate": "an estimated {amount}",
    "range": "{amount} to {amount_to}",
}
VAT = {
    "excluding": "excluding VAT",
    "including": "including VAT",
    "exempt": "no VAT is due",
    "not_stated": "",
}
# What a contract's action is called before its subject, and the word before its suppliers.
ACTIONS = {
    "initiate": ("Procurement of {subject}", "to be let to"),
    "award": ("Contract for {subject}", "with"),
    "extend": ("Extension of the contract for {subject}", "with"),
    "uplift": ("Uplift of the contract for {subject}", "with"),
    "vary": ("Variation of the contract for {subject}", "with"),
    "novate": ("Novation of the contract for {subject}", "to"),
}
CAPACITIES = {"in_office": "", "acting": "Acting", "delegate": "By delegation"}


def number_in_words(number: int) -> str:
    """Return a number up to ten in words, a larger one in digits."""
    return SMALL[number] if 0 <= number < len(SMALL) else f"{number:,}"


def counted(number: int, one: str, many: str = "") -> str:
    """Return "1 decision" or "2,000 decisions"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def term_in_words(months: int | None) -> str:
    """Return a term the way the form says it: 60 months are "five years", 18 are "18 months"."""
    if not months:
        return ""
    size, unit = (months // 12, "year") if months % 12 == 0 else (months, "month")
    return f"{number_in_words(size)} {unit}{'' if size == 1 else 's'}"


def financial_year(start: int | None) -> str:
    """Return the financial year that starts in April of the given year, 2027 as "2027/28"."""
    return f"{start}/{(start + 1) % 100:02d}" if start else ""


def years_in_words(line: FinancialLine) -> str:
    """Return the years of a line: "in 2024/25", "from FY 2027/28", "from FY 2027/28 to FY 2029/30"."""
    start, end = line.year_from or line.year_to, line.year_to or line.year_from
    if not start:
        return ""
    if line.recurrence.key == "per_annum":
        last = f" to FY {financial_year(line.year_to)}" if line.year_from and line.year_to else ""
        return (
            f"from FY {financial_year(start)}{last}" if line.year_from else f"until FY {financial_year(end)}"
        )
    return (
        f"in {financial_year(start)}"
        if start == end
        else f"over {financial_year(start)} to {financial_year(end)}"
    )


def amount_in_words(certainty: Named, amount: Decimal | None, amount_to: Decimal | None = None) -> str:
    """Return an amount as sure as it is: "£1.98m", "up to £1.63m", "£1.2m to £1.5m"."""
    if amount is None:
        return NOT_STATED if certainty.key == "not_stated" else WITHHELD
    if certainty.key == "range" and amount_to is None:
        return short_money(amount)
    to = "" if amount_to is None else short_money(amount_to)
    return CERTAINTY.get(certainty.key, "{amount}").format(amount=short_money(amount), amount_to=to)


def line_in_words(line: FinancialLine) -> str:
    """Return a financial line as one phrase: "£1.98m capital in 2024/25", "£225k per annum from FY 2027/28"."""
    amount = amount_in_words(line.certainty, line.amount, line.amount_to)
    kind = line.kind.name.lower()
    if line.amount is None:
        words = (
            [f"{kind} {amount}"] if line.recurrence.key != "per_annum" else [f"{kind} per annum, {amount},"]
        )
    elif line.recurrence.key == "per_annum":
        words = [amount, "per annum"]
    else:
        words = [amount, kind]
    return " ".join([*words, years_in_words(line)]).strip().rstrip(",")


def decided_in_words(row: FinancialLine | ContractAward | Grant) -> str:
    """Return what was decided of an amount; empty before the decision."""
    to = row.decided_to if isinstance(row, FinancialLine) else None
    if row.outcome is None:
        return ""
    if row.outcome.key not in form.COMMITTING:
        return f"nothing: {row.outcome.name.lower()}"
    return amount_in_words(row.certainty, row.decided, to)


def largest_decided(part1: Part1) -> Decimal | None:
    """Return the largest amount that the decision commits to in public, in pounds; None where it names none."""
    rows: list[FinancialLine | ContractAward | Grant] = [
        *part1.financial_lines,
        *part1.contract_awards,
        *part1.grants,
    ]
    amounts = [row.decided for row in rows if row.decided is not None]
    amounts += [row.decided_to for row in part1.financial_lines if row.decided_to is not None]
    return max(amounts, default=None)


def profile_in_words(profile: tuple[YearAmount, ...]) -> str:
    """Return amounts by year: "£225,000 in 2027/28 and £230,000 in 2028/29"; nothing where there are none."""
    return listed([f"{show_money(one.amount)} in {financial_year(one.year)}" for one in profile])


def grant_in_words(grant: Grant) -> str:
    """Return a grant as one phrase: "grant of £1.2m to Harbour Youth Trust, for mentoring"."""
    joint = "from" if grant.direction.key == "received" else "to"
    who = "somebody whose name is withheld" if grant.counterparty_withheld else grant.counterparty
    amount = amount_in_words(grant.certainty, grant.amount)
    what = f"grant of {amount}" if grant.amount is not None else f"grant, {amount},"
    purpose = f", for {within(plain(grant.purpose)).rstrip('.')}" if grant.purpose else ""
    return f"{what} {joint} {who}{purpose}" if who else f"{what} {grant.direction.name.lower()}{purpose}"


def link_in_words(link: Link) -> str:
    """Return what this decision is to another: "Supersedes PCD 1200: recommendation 2 only"."""
    return f"{link.kind.name} {link.reference}" + (f": {link.note}" if link.note else "")


def authority_in_words(row: Authority) -> str:
    """Return who decides by which paragraph: "Mayor (paragraph 2.1 of the Scheme, a reserved matter)"."""
    instead = f", in place of the {row.in_place_of}" if row.in_place_of else ""
    reserved = ", a reserved matter" if row.reserved else ""
    return f"{row.decider.name}{instead} (paragraph {row.paragraph} of the {row.scheme}{reserved})"


def joint_in_words(joint: JointDecider) -> str:
    """Return who decides at another body: "Police, Fire and Crime Commissioner, Fenmoor (2026/31), 3 March 2026"."""
    reference = f" ({joint.reference})" if joint.reference else ""
    no = f"declined on {day(joint.declined_on)}" if joint.declined_on else "not decided yet"
    when = day(joint.decided_on) if joint.decided_on else no
    return f"{joint.office}, {joint.body}{reference}, {when}"


def vat_in_words(vat: Named) -> str:
    """Return "excluding VAT", "including VAT", "no VAT is due", or nothing where the form does not say."""
    return VAT.get(vat.key, vat.name)


def supplier_in_words(supplier: Supplier) -> str:
    """Return a supplier with its company number and its own value, where it has them."""
    number = f" (company {supplier.company_number})" if supplier.company_number else ""
    value = f", {show_money(supplier.value)}" if supplier.value is not None else ""
    return f"{supplier.name}{number}{value}"


def suppliers_in_words(award: ContractAward) -> str:
    """Return the suppliers' names, "withheld: see Part 2", or nothing where none is chosen yet."""
    if award.suppliers_withheld:
        return "withheld: see Part 2"
    return listed([supplier_in_words(row) for row in award.suppliers])


def contract_in_words(award: ContractAward) -> str:
    """Return a contract as one phrase: what, with whom, up to how much, for how long, by which route."""
    heading, joint = ACTIONS.get(award.action.key, (f"{award.action.name}: {{subject}}", "with"))
    subject = award.subject if _NAME.match(award.subject) else within(award.subject)
    what = heading.format(subject=subject or "goods or services").replace(" for goods or services", "")
    if award.suppliers_withheld:
        what += f" {joint} a supplier whose name is withheld"
    elif award.suppliers:
        what += f" {joint} {listed([row.name for row in award.suppliers])}"
    amount = amount_in_words(award.certainty, award.value)
    value = " ".join([amount, vat_in_words(award.vat)]) if award.value is not None else amount
    term = ""
    if award.longest_months:
        extended = bool(award.extension_options) or award.longest_months != award.initial_months
        term = f"for up to {term_in_words(award.longest_months)}{' including extension options' if extended else ''}"
    elif award.initial_months:
        term = f"for {term_in_words(award.initial_months)}"
    route = (
        f"by {award.route_to_market.name[0].lower()}{award.route_to_market.name[1:]}"
        if award.route_to_market
        else ""
    )
    framework = f"under {award.framework}" if award.framework else ""
    return ", ".join(
        part for part in (what, value.strip(), term, " ".join([route, framework]).strip()) if part
    )


def listed(items: list[str]) -> str:
    """Return "A", "A and B", "A, B and C"."""
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def section_in_words(section: Section) -> str:
    """Return the sentence that stands in place of a section without text."""
    if section.treatment == "not_applicable":
        reason = section.reason.strip().rstrip(".")
        return f"Not applicable, because {within(reason)}." if reason else "Not applicable."
    said = "This section is in Part 2." if section.treatment == "in_part2" else "Nothing is written here yet."
    return f"{said} {section.reason.strip()}".strip()


def within(text: str) -> str:
    """Return the words as they stand within a sentence: a first word in capitals, such as MPS, keeps them."""
    return lower_first(text)


def threshold_in_words(amount_from: Decimal | None, amount_to: Decimal | None) -> str:
    """Return for which amounts a paragraph of the scheme holds."""
    ends = [f"from {show_money(amount_from)}"] if amount_from is not None else []
    ends += [f"below {show_money(amount_to)}"] if amount_to is not None else []
    return ", ".join(ends) or "any amount"


def scope_in_words(held: Any) -> str:
    """Return within which scope somebody signs for an office."""
    return " · ".join(
        [
            ", ".join(KIND_NAMES.get(kind, kind) for kind in held.kinds) or "any kind",
            "any amount" if held.up_to is None else f"up to {show_money(held.up_to)}",
            *["only in absence"] * held.only_in_absence,
            held.authority,
        ]
    )


def capacity_in_words(signature: Signature) -> str:
    """Return in which capacity somebody signed: nothing for the holder, "Acting", or for whom and on what authority."""
    said = CAPACITIES.get(signature.capacity, signature.capacity)
    if signature.on_behalf_of:
        said = f"{said}, on behalf of {signature.on_behalf_of}".lstrip(", ")
    if said and signature.authority:
        return f"{said} ({signature.authority})"
    return said or signature.authority[:1].upper() + signature.authority[1:]


def day(value: date | datetime | None) -> str:
    """Return "12 March 2024": of an instant the day that it was in London."""
    if not value:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(LONDON)
    return f"{value.day} {value:%B %Y}"


def dated(text: str) -> str:
    """Return the text with its ISO dates said in words; what is no date stays as it is."""

    def said(found: re.Match[str]) -> str:
        try:
            return day(date.fromisoformat(found[0]))
        except ValueError:
            return found[0]

    return ISO_DATE.sub(said, text)


def moment(value: datetime) -> str:
    """Return "12 March 2024 at 2:05pm", London time."""
    return f"{day(value.astimezone(LONDON))} at {time_of_day(value)}"


def time_of_day(value: datetime) -> str:
    """Return "2:05pm", London time."""
    local = value.astimezone(LONDON)
    return f"{local.hour % 12 or 12}:{local:%M}{'am' if local.hour < 12 else 'pm'}"


def wait_in_words(decided: date, published: datetime) -> str:
    """Return how long a decision waited for its publication, in London's days."""
    waited = (published.astimezone(LONDON).date() - decided) // timedelta(days=1)
    if waited <= 0:
        return "Published on the day of the decision."
    return f"Published {counted(waited, 'day')} after the decision."


def plain(text: str) -> str:
    """Return long text without its marks, for lists, search and the titles of things."""
    if has_marks(text):
        text = html.unescape(strip_tags(str(markup(text)).replace("<", " <")))
    return " ".join(text.split())


def shortened(text: str, length: int = 240) -> str:
    """Return the text, cut at a word and with an ellipsis where it is too long."""
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0].rstrip(" ,;:.–-") + "…"


def size_in_words(size: int) -> str:
    """Return a file's size: "87 kB", "1.2 MB"."""
    return f"{max(1, round(size / 1000))} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


def attachment_in_words(row: Attachment) -> str:
    """Return an attachment as one phrase: "Price table (CSV table, 87 kB)"."""
    return f"{row.title} ({row.kind.name}, {size_in_words(row.size)})"
