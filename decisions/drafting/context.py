"""What every page of the staff site may ask about drafting: a context processor, named in the settings."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from decisions import policy


def may_draft(request: HttpRequest) -> dict[str, Any]:
    """Give pages `may_draft`: whether this person may begin a paper, asked once and only where a page asks."""
    user: Any = getattr(request, "user", None)
    return {
        "may_draft": SimpleLazyObject(lambda: bool(user and user.is_authenticated and policy.may_draft(user)))
    }
