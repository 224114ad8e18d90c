"""Who looks after people, offices and reference data: administrators change, the governance team and auditors read."""

from django.http import Http404, HttpRequest, HttpResponseRedirect

from pcd.people.changes import READERS
from pcd.people.models import Role, User


def reader(request: HttpRequest) -> User:
    """Return who asks, where they may read; Http404 for everybody else."""
    return _with(request, *READERS)


def administrator(request: HttpRequest) -> User:
    """Return who asks, where they may change something; Http404 for everybody else."""
    return _with(request, Role.ADMINISTRATOR)


def _with(request: HttpRequest, *roles: Role) -> User:
    person = request.user
    if not (isinstance(person, User) and person.holds(*roles)):
        raise Http404
    return person


def see_other(url: str) -> HttpResponseRedirect:
    """Redirect after a POST, so that neither a second click nor the back button acts again."""
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response
