"""To whom the form's words speak: an edition speaks to the decision maker, and somebody else may decide."""

import re
from collections.abc import Mapping
from typing import Any


def wording(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the words of a snapshot's form edition, spoken to whoever decides; it speaks to the decision maker.

    "The Deputy Mayor is recommended to:" becomes "The Chief Executive Officer is recommended to:".
    """
    words: dict[str, Any] = content["wording"]
    if "authority" not in content or content["authority"]["decider"]["key"] == "decision_maker":
        return words
    title = decider(content)
    return words | {
        "recommended_to": re.sub(r"^The .+?(?= is )", lambda _: f"The {title}", words["recommended_to"]),
        "part1_heading": re.sub(r"(?<= TO THE ).+$", lambda _: title.upper(), words["part1_heading"]),
        "endorsement": words["endorsement"].replace(words["decider"], title),
    }


def decider(content: Mapping[str, Any]) -> str:
    """Return who decides, as a snapshot calls them; a delegated officer by the office that they hold."""
    if "authority" not in content:
        return str(content["wording"]["decider"])
    named = content["authority"]["decider"]
    office = content["head"]["head_of_service"] if named["key"] == "delegated_officer" else ""
    return str(office or named["title"])
