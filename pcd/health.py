"""Two addresses for the machines that watch over a process."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pcd.database.wall import missing_migrations, reasons_not_to_start


@require_safe
@never_cache
@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """The process is alive."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers, as the right role and with the tables that this code expects."""
    try:
        ready = not reasons_not_to_start(connection)
        # The public role cannot see the list of migrations: of its own tables the first page asks.
        if ready and settings.SITE == "staff":
            ready = not missing_migrations(connection)
    except DatabaseError:
        ready = False
    return HttpResponse(
        "ready\n" if ready else "not ready\n",
        status=200 if ready else 503,
        content_type="text/plain; charset=utf-8",
    )


urlpatterns = [path("healthz", healthz, name="healthz"), path("readyz", readyz, name="readyz")]
