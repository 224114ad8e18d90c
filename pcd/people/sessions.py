"""How long a sign-in lasts: SESSION_COOKIE_AGE seconds without a click, a working day at most; and what was counted."""

import time

from allauth.account.authentication import get_authentication_records
from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.auth import logout as end_session
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

SIGNED_IN_FOR = 12 * 60 * 60
SEEN, SEEN_EVERY = "seen_at", 5 * 60


def keep_or_end(request: HttpRequest) -> None:
    """End a session that is too old or whose person may not sign in any more; else note that it is in use."""
    if not request.user.is_authenticated:
        # Deactivated, or the password was changed elsewhere: the cookie must not revive when that is undone.
        if SESSION_KEY in request.session:
            end_session(request)
        return
    records = get_authentication_records(request, request.user)
    now = time.time()
    if records and now - records[0]["at"] >= SIGNED_IN_FOR:
        end_session(request)
    elif records and now - request.session.get(SEEN, records[-1]["at"]) >= SEEN_EVERY:
        # Saving renews the idle limit; every few minutes is enough and spares a write on every page.
        request.session[SEEN] = now
        seen = UserSession.objects.filter(session_key=request.session.session_key)
        seen.update(last_seen_at=timezone.now())


def forget_counted() -> int:
    """Drop what was counted of attempts and holds no more, so that the table stays small; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cache_entry WHERE expires < clock_timestamp()")
        return int(cursor.rowcount)
