"""The words by which the parts of a decision are known, in all the generations and layouts of the form.

To teach the reader another layout, add its words to a row here.
"""

import re
from dataclasses import dataclass, replace

from decisions.importing.blocks import Block
from decisions.importing.blocks import block as made


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)


@dataclass(frozen=True)
class Marker:
    """A line that opens a part of the paper; what follows its words on the same line belongs to the part."""

    part: str
    words: re.Pattern[str]


_DMPC = r"(?:the )?(?:deputy mayor(?: for| of|,)? policing (?:and|&) crime|dmpc)"
_PCC = r"(?:police(?:,? fire)? (?:and|&) crime commissioner|p(?:f)?cc|commissioner)"
_END = r"\s*[:.]?\s*$"

#: In the order in which they are tried; the first that matches opens the part.
MARKERS = (
    Marker(
        "summary",
        _pattern(
            r"(?:executive )?summary(?: of (?:the )?(?:report|"
            r"proposal|decision))?\s*(?::|$)"
        ),
    ),
    Marker("summary", _pattern(r"(?:overview|decision summary)\s*(?::|$)")),
    Marker("recommendations", _pattern(r"(?:officer |decision ?/ ?)?recommendations?(?:\(s\))?\s*(?::|$)")),
    Marker(
        "recommendations",
        _pattern(
            r"(?:proposal|proposed decision|decisions? (?:required|"
            r"requested|sought|recommended))s?" + _END
        ),
    ),
    Marker(
        "part1",
        _pattern(
            r"part (?:i|1)\b\s*[-–—:]?\s*(?:non[- ]?confidential\b.*|"
            r"facts and advice.*)$"
        ),
    ),
    Marker("part1", _pattern(r"non[- ]?confidential facts and advice\b.*$")),
    Marker("part1", _pattern(r"(?:decision required\s*[-–—]\s*)?supporting report" + _END)),
    Marker("part1", _pattern(r"areas of consideration" + _END)),
    Marker("part2", _pattern(r"part (?:ii|2)\b.*(?:this section refers|not suitable for).*$")),
    Marker("part2", _pattern(r"part (?:ii|2)\s*[-–—:]\s*confidential facts and advice.*$")),
    Marker("notices", _pattern(r"public access to information" + _END)),
    Marker("deferral", _pattern(r"part (?:i|1) deferral\s*:?")),
    Marker("part2_question", _pattern(r"part (?:ii|2) (?:confidentiality|sensitivity)\s*:?")),
    Marker("part2_question", _pattern(r"is there a part (?:ii|2) form\b(?=.*)")),
    Marker("declarations", _pattern(r"originating officer declaration\b.*$")),
    Marker("declarations", _pattern(r"officer declaration\b.*$")),
    Marker(
        "chief_executive",
        _pattern(
            r"(?:officer approval|chief executive(?: officer)?(?: ?/ ?[A-Z. ]+)?|"
            r"chief operating officer|report approval)" + _END
        ),
    ),
    Marker("approval", _pattern(rf"(?:{_DMPC}|{_PCC})(?:['’]s)?(?: approval| decision)?" + _END)),
    Marker("approval", _pattern(r"(?:mayor(?: of london)?|approval of|approval)" + _END)),
    Marker("approval", _pattern(r"(?:signed|signature)(?: by)?\s*:")),
    # of some bodies the only heading over what is decided, of others the heading over the signature
    Marker("decision", _pattern(r"decision" + _END)),
)

#: Lines of the form "name: value" and the field that the value belongs to.
KEYS = (
    (
        "reference",
        _pattern(
            r"(?:(?:report |our |grant )?reference(?: code| number| no\.?)?|"
            r"decision(?: record)?(?: reference)? (?:number|"
            r"no\.?|ref(?:erence)?)|decision ref|(?:our |grant )?ref(?:erence)?)\s*\.?\s*:\s*"
        ),
    ),
    (
        "title",
        _pattern(
            r"(?:(?:report |decision )?(?:title|subject)(?: of (?:the )?(?:report|decision))?|re|grant decision)"
            r"\s*:\s*"
        ),
    ),
    ("signed", _pattern(r"date (?:signed|of (?:the )?signature)\s*:\s*")),
    ("decided", _pattern(r"(?:date of decision|decision date|decided on|date decided)\s*:\s*")),
    ("published", _pattern(r"(?:date published|published(?: on)?|publication date)\s*:\s*")),
    ("effective", _pattern(r"(?:effective(?: from| date)?|date effective)\s*:\s*")),
    (
        "decision_maker",
        _pattern(
            r"(?:decision (?:by|maker|taken by)|authori[sz]ation name|"
            r"authori[sz]ed by|decided by)\s*:\s*"
        ),
    ),
    (
        "author",
        _pattern(
            r"(?:author(?: and job role)?|report author|report by|"
            r"originating officer|lead officer|prepared by|contact officer)\s*:\s*"
        ),
    ),
    (
        "marking",
        _pattern(
            r"(?:protective marking|security (?:classification|marking)|"
            r"government security classification|classification)\s*:\s*"
        ),
    ),
)

#: Words of the page around a decision, which say nothing of it.
FURNITURE = tuple(
    _pattern(words)
    for words in (
        r"key information" + _END,
        r"(?:mopac )?(?:request for )?(?:a )?(?:dmpc|pcc|mopac) decision" + _END,
        r"(?:[\w’' ]{0,60}\b)?decision (?:making )?(?:record|report|notice|form|log)(?: sheet| form)?" + _END,
        r"(?:record of )?(?:an? )?(?:officer |delegated )?decisions?(?: (?:taken|made))?"
        r" under delegated (?:authority|powers?)" + _END,
        rf"(?:record of )?decisions? (?:of|by) (?:the )?{_PCC}" + _END,
        r"(?:request for (?:a )?)?(?:dmpc|mopac|pcc|pfcc) decision\b.{0,20}" + _END,
        r"(?:mopac|mayor of london|(?:mayor['’]s )?office for policing and crime|"
        r"please ensure all sections.*)" + _END,
    )
)
#: What a value looks like that may stand on the line below its name.
_DAY = _pattern(r"(?=.{6,40}$).*\b\d{4}\b.*|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}")
VALUES = {
    "reference": _pattern(r"(?=.{2,40}$)[A-Z]{0,6}[\w /.-]*\d[\w /.-]*"),
    "title": _pattern(r".{3,300}"),
    "decision_maker": _pattern(r"(?=.{3,120}$).*\b(?:mayor|commissioner|p(?:f)?cc|dmpc|chief \w+)\b.*"),
    "author": _pattern(r"(?=.{3,120}$)[A-Z][\w’'.-]*(?: [A-Z][\w’'.-]*)+(?:,.*| [-–—].*)?"),
    "marking": _pattern(r"(?=.{3,60}$).*\b(?:official|restricted|protect|unclassified)\b.*"),
    **dict.fromkeys(("signed", "decided", "published", "effective"), _DAY),
}
#: Names of lines at the beginning that say nothing of the decision itself.
BY_THE_WAY = _pattern(
    r"(?:decision|page|report) type|area .*|ward.*|portfolio.*|directorate|department|contact.*|tel.*|e-?mail.*|"
    r"date of (?:request|report|meeting)|meeting.*|key decision.*|urgent.*|agenda item|dated?|your ref(?:erence)?"
)
#: A line that says no more than that a date follows.
DATED = _pattern(r"dated?\s*:?")
#: The same line with its date, and no colon between.
DATE_BEHIND = _pattern(r"dated?\s+(?=\d)")
#: Any other name before a colon, at the beginning of a paper.
PARTICULAR = re.compile(r"^(?P<name>[A-Z][\w /()’'&-]{2,45}?)\s*:\s*(?P<value>\S.{0,200})$")
#: Words that point elsewhere; kept, since they say that something is missing here.
POINTERS = _pattern(
    r"^(?:(?:please )?(?:review|refer to|see) (?:the )?(?:pdf|document|"
    r"attachment|report)s? below.{0,40}$|#\s|document title \||share this page$|"
    r"signed decision document.{0,40}$|\S.{0,150}\.(?:pdf|"
    r"docx?)\b.{0,30}$|if you would like to view.{0,80}$)"
)

#: What a section's heading may say, and the section kinds that it stands for, the first being its own.
_OF = (
    r"(?: (?:comments?|implications?|issues?|considerations?|"
    r"matters|advice|impacts?|assessment|information|details))?"
)
_AND = r"\s*(?:and|&|/|,)\s*"
_MONEY_WORDS = r"(?:strategic )?financ(?:e|ial)"
_TRADE_WORDS = r"(?:commercial|procurement|contractual)"
_PRIVACY_WORDS = (
    r"(?:gdpr|general data protection regulations?(?: \(gdpr\))?|"
    r"data privacy|data protection|privacy|information governance)"
)
_EQUAL_WORDS = r"equalit(?:y|ies)"
HEADINGS: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...] = tuple(
    (kinds, _pattern(words + r"\s*[:.]?$"))
    for kinds, words in (
        (
            ("introduction",),
            r"(?:introduction|background)(?:" + _AND + r"(?:background|introduction|context))?",
        ),
        (("introduction",), r"(?:purpose(?: of (?:the )?report)?|context|detail)"),
        (("issues",), r"issues?(?: for consideration)?|matters for consideration"),
        (
            ("issues",),
            r"(?:options?(?: (?:considered|appraisal|analysis))?|alternative options.*|drivers? for change)",
        ),
        (("financial",), _MONEY_WORDS + r"(?: (?:and|&) resources?)?(?: and value for money)?" + _OF),
        (("financial",), r"resource" + _OF),
        (("legal",), r"legal(?: (?:and|&) human rights)?" + _OF),
        (("commercial",), _TRADE_WORDS + r"(?:" + _AND + _TRADE_WORDS + r")?" + _OF),
        (("privacy",), _PRIVACY_WORDS + r"(?:" + _AND + r"(?:data )?(?:privacy|protection|gdpr))?" + _OF),
        (("equality",), _EQUAL_WORDS + r"(?:" + _AND + r"(?:diversity|inclusion|human rights))*" + _OF),
        (("supporting",), r"background\s*(?:/|and|&)?\s*supporting (?:papers?|documents?|information)"),
        (
            ("supporting",),
            r"(?:background|supporting) (?:papers?|documents?)(?: (?:and|"
            r"&) appendices)?|appendices|attachments",
        ),
        (
            ("other",),
            r"(?:risks?|consultation|environmental|sustainability|human rights|public safety|"
            r"real estate|property|communications?|workforce|(?:human|health and) \w+|"
            r"police and crime plan|value for money|collaboration|safeguarding)" + _OF,
        ),
        (
            ("other",),
            r"(?:risks? (?:to human rights|management)(?: issues)?|"
            r"reasons?(?: for (?:the )?(?:decisions?|recommendations?))?|"
            r"interests? declared|(?:grant )?conditions(?: of (?:the )?(?:grant|award|funding))?|"
            r"background to the (?:proposal|report|decision))",
        ),
    )
)

LONGEST_HEADING = 150

#: "The DMPC is asked to ...", "It is recommended that ...": words that lead to what is recommended.
ASK = _pattern(
    rf"^(?:(?:(?:the )?(?:{_DMPC}|{_PCC}|mayor|mopac|"
    rf"chief executive(?: officer)?)\b(?: \([A-Z]{{2,6}}\))?[^.:;]{{0,60}}?\b(?:is|are) "
    r"(?:hereby |therefore )?(?:asked|recommended|requested|invited|sought)\b)"
    r"|it is (?:therefore )?(?:recommended|proposed|requested) that\b"
    rf"|(?:the )?{_PCC} (?:supports|approves|agrees|is to)\b"
    rf"|that (?:the )?(?:{_PCC}|{_DMPC}|mayor|deputy mayor)\b)"
)


#: The first words of an item that says what to do.
TO_DO = _pattern(
    r"(?:that |to )?(?:approve|note|agree|delegate|authori[sz]e|award|accept|endorse|confirm|consider|"
    r"release|extend|adopt|appoint)s?\b"
)


def unrowed(rows: list[Block]) -> list[Block]:
    """Return the rows of a form that is one table as headings and what stands beside them; other tables stay.

    It is one where the summary or the recommendations stand beside their heading.
    """

    def part_of(one: Block) -> str:
        found = opens(Block(one.cells[0], one.cells[0])) if len(one.cells) == 2 else None
        return found[0] if found and not found[2] else ""

    if not any(part_of(one) in ("summary", "recommendations") for one in rows):
        return rows
    found: list[Block] = []
    for one in rows:
        name = one.cells[0] if len(one.cells) == 2 else ""
        if part_of(one) or (name and kinds_of(name)):
            found += [made(cell) for cell in one.cells if cell]
        elif name and (DATED.fullmatch(name) or opens(Block(line(one), line(one)))):
            found.append(made(line(one)))
        else:
            found.append(one)
    return found


def numbered(block: Block) -> Block:
    """Return a known heading behind a bare number ("3 Detail", "2 Recommendation") as labelled with it."""
    found = re.match(r"(\d{1,2}) (?=[A-Z])", block.text)
    if not found or block.label or block.cells or len(block.text.split()) > 9:
        return block
    bare = replace(block, text=block.text[found.end() :], label=found[1])
    known = kinds_of(bare.text) or ((part := opens(bare)) and not part[2])
    return bare if known else block


def _led(block: Block, words: str) -> str:
    """Return words with the number that led them, so that it is kept with them."""
    return f"{block.label} {words}".strip()


def opens(block: Block) -> tuple[str, str, str] | None:
    """Return the part that this block opens, its words, and what stands behind them; None where it opens none."""
    text = block.text if not block.cells else block.cells[0]
    for marker in MARKERS:
        if found := marker.words.match(text):
            return marker.part, _led(block, text[: found.end()]), text[found.end() :].strip()
    return None


def line(block: Block) -> str:
    """Return a block as a line of the form "name: value"; a row of two cells is one as well."""
    return block.text if len(block.cells) != 2 else ": ".join(cell.rstrip(":") for cell in block.cells)


def key(block: Block) -> tuple[str, str, str] | None:
    """Return the field that this line names, its words, and the value; None where it names none."""
    text = line(block)
    for name, words in KEYS:
        if found := words.match(text):
            return name, _led(block, text[: found.end()]), text[found.end() :].strip()
    return None


def name_alone(block: Block) -> str:
    """Return the field that this line names where it gives no value; with or without its colon."""
    if block.cells or len(block.text.split()) > 6:
        return ""
    found = key(replace(block, text=f"{block.text.rstrip(': ')}:"))
    return found[0] if found and not found[2] else ""


def kinds_of(heading: str) -> tuple[str, ...]:
    """Return the section kinds that a heading stands for; none where it is no heading that we know."""
    bare = re.sub(r"^\d{1,2}\s+", "", heading.strip())
    if len(bare) > LONGEST_HEADING:
        return ()
    if found := next((kinds for kinds, words in HEADINGS if words.fullmatch(bare)), ()):
        return found
    pieces = re.split(r"\s*(?:\band\b|&|/|,)\s*", bare, flags=re.IGNORECASE)
    parts = [kinds_of(piece) for piece in pieces] if len(pieces) > 1 else []
    kinds = dict.fromkeys(kind for part in parts for kind in part)
    # a merged heading stands for all that it names, where each of its parts is known
    return tuple(kind for kind in kinds if kind != "other" or len(kinds) == 1) if all(parts) else ()
