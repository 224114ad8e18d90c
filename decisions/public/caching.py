"""What browsers and shared caches may keep of a public page, and how they ask whether it changed."""

import functools
import hashlib
from collections.abc import Callable
from typing import Concatenate, ParamSpec, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control, set_response_etag
from django.utils.http import parse_http_date
from django.views.decorators.http import require_safe

#: Short, because a decision that is hidden must be gone at once (seconds).
MAX_AGE = 60

#: What a page is made of besides what was published.
MADE_OF = (("templates", "*.html"), ("decisions", "*.py"), ("static/build", "*.css"))

Rest = ParamSpec("Rest")


@functools.cache
def release() -> bytes:
    """Return a digest that another release of this software does not share: it may show the same thing otherwise."""
    digest = hashlib.sha256()
    for folder, pattern in MADE_OF:
        for path in sorted((settings.BASE_DIR / folder).rglob(pattern)):
            digest.update(path.read_bytes())
    return digest.digest()


def etag(*parts: object) -> str:
    """Return the ETag of a page that is made of these parts alone."""
    return f'"{hashlib.sha256(release() + repr(parts).encode()).hexdigest()}"'


def public_page(
    view: Callable[Concatenate[HttpRequest, Rest], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Rest], HttpResponse]:
    """Serve GET and HEAD alone; a reader who has what would be sent is told so (304).

    A view that gives no ETag gets the digest of its bytes. Either way it is made of what was published and of
    nothing else: no draft can change it (threats.md 7).
    """

    @require_safe
    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code == 503:
            patch_cache_control(response, no_store=True)
            return response
        patch_cache_control(response, public=True, max_age=MAX_AGE)
        if response.status_code != 200:
            return response
        if not response.has_header("ETag"):
            set_response_etag(response)
        modified = response.headers.get("Last-Modified")
        answered = get_conditional_response(
            request,
            etag=response.headers["ETag"],
            last_modified=parse_http_date(modified) if modified else None,
            response=response,
        )
        return cast(HttpResponse, answered)

    return cast(Callable[Concatenate[HttpRequest, Rest], HttpResponse], answer)
