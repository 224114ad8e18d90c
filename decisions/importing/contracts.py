"""Contracts in sentences: the action, the supplier, the value, the term and its options, the route to market."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from decisions.importing.amounts import amounts, line
from decisions.importing.reading import Award, Item, Reading, full_label, walk

_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_COUNT = rf"(?P<{{n}}>\d{{{{1,2}}}}|{'|'.join(_NUMBERS)})"
_SPAN = r"[\s-](?P<{u}>year|month)s?"


def _words(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)


#: What is done, told by the words of the recommendation; the first that is found counts.
ACTIONS = (
    ("novate", _words(r"\bnovat")),
    ("vary", _words(r"\bcontract variation|\bvariation (?:to|of|letter)|\bvary\b")),
    (
        "uplift",
        _words(
            r"\bvalue uplift|\buplift\b[^.]{0,200}\b(?:contract|"
            r"framework|agreement)|\bcontract\b[^.]{0,200}\buplift|"
            r"\bincrease (?:of|to|in) the (?:existing )?(?:contract )?value|"
            r"\bvalue increase|increase\b[^.]{0,30}\bcontract"
        ),
    ),
    (
        "extend",
        _words(
            r"\bexten(?:d|sion)\b[^.]{0,200}\bcontract|"
            r"\bcontract extension|\bextension (?:to|of) (?:the|a)\b"
        ),
    ),
    (
        "award",
        _words(
            r"\bdirect awards?\b|\baward(?:s|ed|ing)?\b[^.]{0,200}\bcontract|\bcontracts? awards?|"
            r"\bcontract to\b|\bsingle (?:action )?tender|enter (?:in)?to (?:a |an )?[^.]{0,200}\bcontract"
        ),
    ),
    (
        "initiate",
        _words(
            r"\b(?:initiat|commenc|undertak|begin|start)\w*\b[^.]{0,200}\b(?:procure|tender)|"
            r"\b(?:re-?)?procurement of\b|\bnew procurement\b|\bgo(?:ing)? out to tender"
        ),
    ),
    ("award", _words(r"^(?:a|the) (?:new )?contract (?:with|for)\b")),
    ("award", _words(r"\baward(?:s|ing)? (?:of|the)\b[^.]{0,200}\b(?:framework|agreement|services)")),
)
ROUTES = (
    ("single_tender", _words(r"\bsingle (?:action |source )?tender")),
    ("direct_award", _words(r"\bdirect(?:ly)? awards?(?:ed)?\b")),
    (
        "mini_competition",
        _words(
            r"\bmini[- ]competition|\bfurther competition|"
            r"\bcompetitive(?:ly)? tender\w*[^.]{0,200}\bframework"
        ),
    ),
    ("framework_call_off", _words(r"\bcall[- ]?off|\bvia (?:a |an |the )?[^.]{0,60}framework")),
    (
        "open",
        _words(
            r"\bopen (?:procedure|tender|competition)|\brestricted (?:procedure|"
            r"tender)|\bOJEU|\bcompetitive(?:ly)? tender"
        ),
    ),
)
_COMPANY = re.compile(
    r"(?:[A-Z][\w&’'.()-]*|UK|of|and|&)(?:\s+(?:\(?[A-Z][\w&’'.()-]*|UK|of|"
    r"and|&)){0,6}?\s+(?:Limited|Ltd\.?|LTD|plc|PLC|LLP|Inc\.?|CIC)\b"
)
_NAME = r"(?P<name>[A-Z][\w&’'.-]*(?:\s+(?:(?:of|and|&|the)\s+)?[A-Z][\w&’'.()-]*){0,5})"
_TO = re.compile(
    rf"(?:[Cc]ontracts?|[Aa]wards?|[Aa]greement)\s[^.;]{{0,120}}?\b(?:to|"
    rf"with)\s+{_NAME}(?=\s+(?:for|via|to|on|under|at|as|and|which|in|by)\b|[,.;]|$)"
)
_LISTED = re.compile(
    r"(?:[Rr]esellers?|[Ss]uppliers?|[Cc]ontractors?|"
    r"[Pp]roviders?|[Bb]idders?)(?:,|:| are| is|,? namely)\s+"
    r"(?P<names>[A-Z][\w&’'-]*(?: [A-Z][\w&’'-]*){0,4}(?:(?:, |"
    r" and |, and )[A-Z][\w&’'-]*(?: [A-Z][\w&’'-]*){0,4})*)"
)
_NOVATED = re.compile(rf"from\s+{_NAME}\s+to\s+(?P<new>[A-Z][\w&’'.-]*(?:\s+[A-Z][\w&’'.()-]*){{0,5}})")
_FRAMEWORK = re.compile(
    r"(?:via|under|through|from|using)\s+(?:the\s+|"
    r"a\s+)?(?P<name>[A-Z][\w&’' ()/-]{2,80}?\s+[Ff]ramework(?:\s+(?:Agreement|[A-Z]*\d[\w.]*))?)"
)
_REFERENCE = re.compile(
    r"\bcontract (?:reference |ref\.? |number |no\.? )?(?P<reference>[A-Z]{1,4}\d?[\d/-]*\d[\w/-]*)"
)
_NUMBER = re.compile(
    r"(?:company|registration) (?:number|no\.?)\s*:?\s*(?P<number>[A-Z]{0,2}\d{6,8})", re.IGNORECASE
)
_LENGTH = rf"{_COUNT.format(n='n')}{_SPAN.format(u='u')}"
_INITIAL = _words(
    rf"initial (?:term|period|contract|contract term|"
    rf"contract period)?\s*(?:of\s+)?{_LENGTH}"
)
_LONGEST = _words(
    rf"(?:up to|maximum(?: of)?(?: a)?|total (?:contract )?(?:period|"
    rf"term)(?: of)?|not exceed\w*|potential|over the(?: potential)?)\s+{_LENGTH}"
)
_PLAIN_TERM = _words(
    rf"(?:term|period|contract)\s+(?:of|for)\s+(?:up to\s+)?{_LENGTH}|"
    rf"\b{_LENGTH.replace('<n>', '<n2>').replace('<u>', '<u2>')}(?:\s+\([^)]*\))?\s+contract"
)
_FOR = _words(rf"\bfor (?:a |an )?(?:further |additional |another )?(?:period of )?{_LENGTH}\b")
#: "2+1+1": an initial term and its extensions, in years.
_SUM = re.compile(r"(?<![\d.+])(\d)((?:\s?\+\s?\d)+)(?![\d.+])")
_OPTIONS = _words(
    r"(?:with |and )?(?:the |an )?(?:options? to extend(?:(?! and with)[^.;£]){0,200}|"
    r"\d+ (?:\w+ )?year optional extension periods?|"
    r"optional extension[^.;£]{0,200}|extension options? of[^.;£]{0,200})"
)
_OPTIONAL = _words(
    rf"(?:options?|optional) to extend (?:for |by )?(?:a |"
    rf"up to )?(?:further |additional |another )?{_LENGTH}"
)
_TIMES = (
    _words(rf"{_COUNT.format(n='t')} {_COUNT.format(n='n')} (?P<u>year|month)s? optional extension"),
    _words(
        rf"\b{_COUNT.format(n='t')} (?:further |additional |optional )?(?:periods?|extensions?|terms?) of "
        rf"(?:up to )?{_LENGTH}"
    ),
    _words(rf"\b{_COUNT.format(n='t')}(?: x | )(?:further |additional |optional )?{_LENGTH} extensions?"),
)
_BREAKS = _words(r"(?:options? to exit|break (?:points?|clauses?))[^.;,£]{0,200}")


@dataclass(frozen=True)
class Term:
    """How long a contract runs, in months."""

    initial: int | None
    longest: int | None
    options: str
    breaks: str


def is_contract(sentence: str) -> bool:
    """Say whether a sentence speaks of a contract rather than of money alone."""
    return any(words.search(sentence) for _, words in ACTIONS)


def _months(found: re.Match[str] | None) -> int | None:
    if not found:
        return None
    groups = {name.rstrip("2"): text for name, text in found.groupdict().items() if text}
    word = groups["n"].lower()
    number = int(word) if word.isdigit() else _NUMBERS.index(word) + 1
    return number * (12 if groups["u"].lower() == "year" else 1)


def term(text: str) -> Term:
    """Return the term that a text gives: initial, with all extensions, the options and break points in words."""
    initial, longest, plain = (_months(words.search(text)) for words in (_INITIAL, _LONGEST, _PLAIN_TERM))
    options, breaks = _OPTIONS.search(text), _BREAKS.search(text)
    more = _months(_OPTIONAL.search(text))
    if times := next((found for words in _TIMES if (found := words.search(text))), None):
        count = times["t"].lower()
        each = _months(times) or 0
        more = each * (int(count) if count.isdigit() else _NUMBERS.index(count) + 1)
    if summed := _SUM.search(text):
        initial = 12 * int(summed[1])
        more = 12 * sum(map(int, re.findall(r"\d", summed[2])))
    plain = plain or _months(_FOR.search(text))
    if initial is None and (options or more):
        initial = plain
    if longest is None:
        longest = initial + more if initial and more else (None if initial else plain)
    return Term(initial, longest, options[0].strip() if options else "", breaks[0].strip() if breaks else "")


def suppliers(text: str) -> list[dict[str, str]]:
    """Return the suppliers that a text names, with their company numbers where it gives them."""
    names: list[str] = []
    if novated := _NOVATED.search(text):
        names = [novated["name"], novated["new"]]
    elif listed := _LISTED.search(text):
        names = [name.strip(" .") for name in re.split(r", and |, | and ", listed["names"])]
    for found in (*_COMPANY.finditer(text), *(one for one in _TO.finditer(text))):
        name = (found["name"] if "name" in found.groupdict() else found[0]).strip(" .,")
        if len(name) > 2 and not any(name in other or other in name for other in names):
            names.append(name)
    numbers: dict[str, str] = {}
    for number in _NUMBER.finditer(text):
        # a number belongs to the name that stands last before it
        before = [(text.rfind(name, 0, number.start()), name) for name in names if name not in numbers]
        if before and max(before)[0] >= 0:
            numbers[max(before)[1]] = number["number"]
    return [{"name": name, "company_number": numbers.get(name, "")} for name in names]


_ASKS = _words(r"\b(?:approv|seek|request|propos|recommend)\w*\b")
#: Recommendations that begin so ask for no contract by themselves.
_NO_CONTRACT = _words(r"^(?:to )?(?:delegate|note|agree that)\b")


def awards(reading: Reading, texts: list[tuple[str, str]]) -> list[Award]:
    """Return the contracts of the recommendations, completed from the summary and the commercial section."""
    lead = reading.recommendations_lead
    found = []
    above: dict[str, Item] = {}
    for label, item in walk(reading.recommendations):
        above.update((full_label(label, below, n), item) for n, below in enumerate(item.children, start=1))
        parent = above.get(label)
        if parent and _action(parent.text) and suppliers(item.text) and "£" in item.text:
            found.append(_shared(f"recommendation {label}", parent, item))
        elif not _NO_CONTRACT.search(item.text) and (
            _action(item.text) or (_action(lead) and re.search(r"£|\bterm\b|\bperiod of\b", item.text))
        ):
            found.append(_award(f"recommendation {label}", lead, item))
    of_parts = {id(above[label]) for label in (one.where.split()[1] for one in found) if label in above}
    parents = {
        f"recommendation {label}" for label, item in walk(reading.recommendations) if id(item) in of_parts
    }
    found = [one for one in found if one.where not in parents or one.value]
    commercial = " ".join(
        paragraph.text
        for section in reading.sections
        if "commercial" in section.kinds
        for paragraph in section.paragraphs
    )
    taken = {award.value for award in found} | {grant.amount for grant in reading.grants}
    if not reading.recommendations and (only := _of_summary(reading.summary, taken)):
        found = [only]
    for award in found:
        _complete(award, reading.summary, alone=len(found) == 1, taken=taken)
        if len(found) == 1:
            named = _FRAMEWORK.search(commercial)
            award.framework = award.framework or (named["name"] if named else "")
            award.suppliers = award.suppliers or suppliers(commercial)
    return found


def _of_summary(summary: str, taken: set[str]) -> Award | None:
    """Return the contract that a summary asks for, of a paper that is cut off before its recommendations."""
    asked = " ".join(
        sentence
        for sentence in re.split(r"(?<=[.;])\s+(?=[A-Z])|\n+", summary)
        if _action(sentence) and _ASKS.search(sentence)
    )
    return _award("summary", "", Item("", asked), taken) if asked else None


def _complete(award: Award, summary: str, *, alone: bool, taken: set[str]) -> None:
    """Take value and term from the summary where the recommendation gives none and the summary is about it."""
    for sentence in re.split(r"(?<=[.;])\s+(?=[A-Z])|, and |\n+| and the (?=estimated)", summary):
        about = alone and re.search(r"\bcontract|\bprocure|\bterm of|\btotal cost", sentence, re.IGNORECASE)
        if not about and _action(sentence) != award.action:
            continue
        if not award.value:
            for one in amounts("summary", sentence):
                money = line(one)
                if money.amount not in taken and money.role == "asked":
                    award.value, award.certainty, award.vat = money.amount, money.certainty, money.vat
                    break
        length = term(sentence)
        if award.initial_months is None and award.longest_months is None:
            award.initial_months, award.longest_months = length.initial, length.longest
            award.extension_options = award.extension_options or length.options


def _action(text: str) -> str:
    return next((action for action, words in ACTIONS if words.search(text)), "")


def _shared(where: str, parent: Item, item: Item) -> Award:
    """Return the contract of one supplier among several, whose term and route stand in the item above."""
    award, own = _award(where, "", parent), _award(where, "", item)
    award.suppliers, award.value, award.certainty, award.vat = (
        own.suppliers,
        own.value,
        own.certainty,
        own.vat,
    )
    return award


def _award(where: str, lead: str, item: Item, taken: Iterable[str] = ()) -> Award:
    """Return the contract that a recommendation asks for; its value is the first amount that is nothing else's."""
    text = item.text
    length, route = term(text), next((key for key, words in ROUTES if words.search(text)), "")
    framework, reference = _FRAMEWORK.search(text), _REFERENCE.search(text)
    award = Award(
        where=where,
        action=_action(text) or _action(lead),
        suppliers=suppliers(text),
        reference=reference["reference"] if reference else "",
        initial_months=length.initial,
        longest_months=length.longest,
        extension_options=length.options,
        break_points=length.breaks,
        route_to_market=route,
        framework=framework["name"] if framework else "",
    )
    for one in amounts(where, text):
        money = line(one)
        if money.amount in taken or (money.kind in ("capital", "revenue") and not is_contract(one.sentence)):
            continue
        award.value, award.certainty, award.vat = money.amount, money.certainty, money.vat
        break
    return award
