"""Hands carried fields to the view they were typed for, as if the session had never ended."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.datastructures import MultiValueDict

from pcd.people.carried import Carried, Lost, about_signing_in
from pcd.people.pages import set_up_page
from pcd.people.second_factor import is_missing

SOMEBODY_ELSE = "What was typed before belongs to somebody else and was not saved."
NOWHERE = "The page that you typed on is not there any more, so it was not saved."
FILES_LOST = "Files are not kept when you sign in again. Choose the file again."


def replay(request: HttpRequest, carried: Carried) -> HttpResponseBase:
    """Answer with the view that the fields were typed for, to whoever typed them and has what signing in needs."""
    if carried.person != request.user.pk:
        return dropped(request, SOMEBODY_ELSE)
    if is_missing(request):
        return set_up_page(request, carried)
    try:
        match = _login_required_view(carried.path)
    except Lost as reason:
        return dropped(request, str(reason))
    if carried.had_files:
        messages.warning(request, FILES_LOST)
    _become(request, carried, match)
    view: Callable[..., HttpResponseBase] = match.func
    return view(request, *match.args, **match.kwargs)


def dropped(request: HttpRequest, reason: str) -> HttpResponseRedirect:
    """Go to the start page and say there why nothing was saved."""
    messages.error(request, reason)
    return HttpResponseRedirect("/")


def _login_required_view(path: str) -> ResolverMatch:
    try:
        match = resolve(path)
    except Resolver404 as problem:
        raise Lost(NOWHERE) from problem
    # Signing in must not replay itself, and what anyone may post needs no carrying.
    if about_signing_in(path) or not getattr(match.func, "login_required", True):
        raise Lost(NOWHERE)
    return match


def _become(request: HttpRequest, carried: Carried, match: ResolverMatch) -> None:
    """Turn this request into the POST that was typed.

    The same object, as when allauth resumes a request: session, messages and the CSRF cookie hang on it.
    """
    changed: Any = request  # Django's stubs hold these read-only
    post = QueryDict(mutable=True)
    for name, values in carried.fields.items():
        post.setlist(name, values)
    post._mutable = False
    changed.method = "POST"
    changed.path = changed.path_info = carried.path
    changed.GET, changed.POST, changed._files = QueryDict(carried.query), post, MultiValueDict()
    changed.META.update(REQUEST_METHOD="POST", PATH_INFO=carried.path, QUERY_STRING=carried.query)
    changed.resolver_match = match
    changed._body = b""
    changed.sensitive_post_parameters = "__ALL__"
