"""What this system refuses to hold: a marking above OFFICIAL-SENSITIVE, never the mere word (form.md 2)."""

import re

from django.core.exceptions import ValidationError

#: A marking stands on a line of its own, in capitals: `SECRET`, `UK TOP SECRET`, `[SECRET]`.
_MARKED = re.compile(
    r"^[\s\[(*_#>-]*(?:UK[ -]+)?(?:TOP[ -]+)?SECRET(?:[ -]+UK EYES ONLY)?[\s\])*_:.-]*$", re.MULTILINE
)
REFUSED = (
    "This system holds nothing above OFFICIAL-SENSITIVE, and nothing has been saved. Name only the marking and "
    "the custodian of that paper here, and keep the paper itself on a system that may hold it"
)


def carries_marking(text: str) -> bool:
    """Say whether a line of the text is a marking that this system may not hold."""
    return bool(_MARKED.search(text))


def refuse_marked(value: object) -> None:
    """Raise ValidationError where a text carries a marking that this system may not hold."""
    if isinstance(value, str) and carries_marking(value):
        raise ValidationError(REFUSED, code="marking")
