"""Grounds of exemption and markings as papers print them, to those of the reference data."""

import re

from django.db.models import F
from django.utils import timezone

from decisions import form
from decisions.importing.reading import Reading
from decisions.models import ExemptionGround

_ORDER = re.compile(
    r"\barticle 2\(2\)\(a\)|\bpara(?:graph)? 2\(2\)|specified information\) order", re.IGNORECASE
)
_SECTION = re.compile(r"\b(?:sections?|s\.?)\s?(?P<number>\d\d)(?:\((?P<sub>\d)\))?", re.IGNORECASE)
_WRONG_ACT = re.compile(r"\bData Protection(?: Act(?: \d{4})?)?,? [Ss]ection \d\d")


def claimed(texts: list[str], reading: Reading) -> list[str]:
    """Return the keys of the grounds that printed texts claim; a section of the wrong Act is put right, and said."""
    begun = ExemptionGround.objects.filter(valid_from__lte=timezone.localdate())
    began = begun.exclude(valid_until__lt=F("valid_from"))  # not taken back before
    # With the words in force, else its latest.
    known = {ground.provision_key: ground for ground in sorted(began, key=ExemptionGround.is_in_force)}
    found: dict[str, None] = {}
    for text in texts:
        if _ORDER.search(text) and "order-2-2-a" in known:
            found["order-2-2-a"] = None
        for section in _SECTION.finditer(text):
            keys = _keys(section, text, known)
            found.update(dict.fromkeys(keys))
            if not keys:
                reading.doubt("grounds", f"‘{section[0]}’ is no ground of exemption that this register has.")
            elif wrong := _WRONG_ACT.search(text):
                names = " and ".join(known[key].provision for key in keys)
                reading.correct("Part 2", wrong[0], f"Freedom of Information Act 2000 {names}")
    return [known[key].pk for key in found]


def _keys(section: re.Match[str], text: str, known: dict[str, ExemptionGround]) -> list[str]:
    """Return the grounds of a section: its subsection where one is printed, else those that its words name."""
    base = f"foia-{section['number']}"
    if section["sub"]:
        return [key for key in (f"{base}-{section['sub']}", base) if key in known][:1]
    keys = [key for key in known if key == base or key.startswith(f"{base}-")]
    words = text.lower()
    if named := [key for key in keys if known[key].title.lower() in words]:
        return named
    # else that whose title shares the most words with what is printed: "s43 (commercial interests)"
    shared = {key: len(_long(words) & _long(known[key].title)) for key in keys}
    return [max(shared, key=lambda key: shared[key])] if shared else []


def _long(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{4,}", text.lower()))


def marking(text: str) -> tuple[str, str]:
    """Return the keys of a marking and its descriptor, of "OFFICIAL-SENSITIVE [COMMERCIAL]"."""
    upper = text.upper().replace(" - ", "-")
    key = "official_sensitive" if "SENSITIVE" in upper or not upper else "official"
    descriptor = next((name for name, words in form.DESCRIPTORS if words in upper), "")
    return key, descriptor if key == "official_sensitive" else ""
