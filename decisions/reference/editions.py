"""The words of an edition of the form: what each is for, where it stands, and what a new edition says otherwise."""

import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from decisions import addressed, form
from decisions.models import FormEdition
from pcd.people.models import ADVISER_ROLES

#: In whose place a declaration is printed with a name; everything else is printed as it stands.
PLACES = {"drafting_officer": "who drafted the paper", "head_of_service": "the office of the head of service"}


@dataclass(frozen=True)
class Word:
    """One text of an edition: where it stands, and what it is, as the governance team calls it."""

    path: tuple[str, ...]
    label: str
    #: How many lines it may take on the page; one that takes one is short.
    rows: int = 1

    @property
    def name(self) -> str:
        """Return the name by which fields and changes know it."""
        return "__".join(self.path)


_STATEMENTS = (
    Word(("decider",), "What the form calls the decision maker"),
    Word(("part1_heading",), "Heading of Part 1"),
    Word(("recommended_to",), "Line above the recommendations"),
    Word(("endorsement",), "What the chief executive confirms by endorsing", 4),
    Word(("approval",), "What the decision maker confirms by approving", 2),
    Word(("interests",), "What the decision maker confirms of their interests", 4),
)
_DECLARED = tuple(
    Word(("declarations", row.key), f"Declaration on the form: {row.title}", 3) for row in form.DECLARATIONS
)
_TEAMS = tuple(
    Word(("teams", role.value), f"Who gives advice as {role.label.lower()}") for role in ADVISER_ROLES
)
_NOTICES = (
    Word(("deferral_question",), "Question: is publication deferred?"),
    Word(("part2_question",), "Question: is there a Part 2?"),
    Word(("notices", "public_access", "heading"), "Notice on public access: heading"),
    Word(("notices", "public_access", "text"), "Notice on public access: text", 6),
    Word(("notices", "part2", "heading"), "Notice on Part 2: heading"),
    Word(("notices", "part2", "text"), "Notice on Part 2: text", 4),
)
#: The words besides the headings, as they stand on the page, in groups.
GROUPS: Mapping[str, tuple[Word, ...]] = {
    "To whom the form speaks": _STATEMENTS[:3],
    "What is confirmed by signing": _STATEMENTS[3:],
    "Declarations": _DECLARED,
    "Advisers": _TEAMS,
    "Questions and notices": _NOTICES,
}
#: Words that name the decision maker in such a way that another name can be put there, where somebody else decides.
ADDRESSED = {
    "recommended_to": "Begin with “The”, who decides and “is”, such as: The {decider} is recommended to:",
    "part1_heading": "End in capitals with “ TO THE” and who decides, who is named there",
    "endorsement": "Name the decision maker as above: {decider}",
}


def groups(edition: FormEdition) -> Iterator[tuple[str, list[Word]]]:
    """Yield the words that an edition has, in groups with their headings."""
    yield (
        "Headings of the sections",
        [
            Word(("sections", row["kind"]), f"Section {number}: {form.SECTION_KIND[row['kind']].title}")
            for number, row in enumerate(edition.sections, start=1)
        ],
    )
    for heading, words in GROUPS.items():
        if there := [word for word in words if _at(edition, word) is not None]:
            yield heading, there


def words(edition: FormEdition) -> list[Word]:
    """Return the words that an edition has."""
    return [word for _, group in groups(edition) for word in group]


def says(edition: FormEdition, word: Word) -> str:
    """Return what an edition says there."""
    return str(_at(edition, word))


def _at(edition: FormEdition, word: Word) -> Any:
    if word.path[0] == "sections":
        return next(row["heading"] for row in edition.sections if row["kind"] == word.path[1])
    there: Any = edition.wording
    for key in word.path:
        there = there.get(key, {})
    return there or None


def reworded(edition: FormEdition, said: Mapping[str, str]) -> dict[str, Any]:
    """Return the sections and the wording of an edition, with other words by their names."""
    sections = [
        {**row, "heading": said.get(f"sections__{row['kind']}", row["heading"])} for row in edition.sections
    ]
    return {"sections": sections, "wording": _put(edition.wording, said)}


def _put(there: Any, said: Mapping[str, str], *path: str) -> Any:
    if isinstance(there, dict):
        return {key: _put(value, said, *path, key) for key, value in there.items()}
    return said.get("__".join(path), there)


def why_not(edition: FormEdition, said: Mapping[str, str]) -> dict[str, str]:
    """Return why these words cannot stand in the place of an edition's, by their names; empty where they can.

    A name is printed where a declaration has its place, and whoever decides is named in the decision maker's.
    """
    found = {}
    for word in words(edition):
        declares = word.path[0] == "declarations" and word.name in said
        if declares and _places(said[word.name]) != _places(says(edition, word)):
            keep = hint(edition, word)
            found[word.name] = f"{keep}, and use no other curly brackets" if keep else "Use no curly brackets"
    before, after = edition.wording, reworded(edition, said)["wording"]
    for name, reason in ADDRESSED.items():
        if _speaks(before, name) and not _speaks(after, name):
            found[name] = reason.format(decider=after["decider"])
    return found


def hint(edition: FormEdition, word: Word) -> str:
    """Return which places of a declaration are kept, as the page says it; nothing where it has none."""
    if word.path[0] != "declarations" or not (places := _places(says(edition, word))):
        return ""
    return "Keep " + " and ".join(
        f"{{{place}}}, in whose place stands {PLACES.get(place, 'a name')}" for place in sorted(places)
    )


def _places(text: str) -> set[str] | None:
    """Return the places in a declaration, whole (`name!r:>9` is another than `name`); None where none can be read."""
    try:
        parts = list(string.Formatter().parse(text))
        return {
            f"{name}{'!' * bool(how)}{how or ''}{shape or ''}"
            for _, name, shape, how in parts
            if name is not None
        }
    except ValueError:
        return None


def _speaks(wording: Mapping[str, Any], name: str) -> bool:
    """Say whether these words name the decision maker, so that they can be spoken to somebody else."""
    somebody = {"decider": {"key": "", "title": "\0"}}
    return "\0" in addressed.wording({"wording": wording, "authority": somebody})[name]
