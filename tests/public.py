"""Reading as the public inside a test's own transaction."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.test import Client, override_settings

AsPublic = Callable[[], AbstractContextManager[None]]


@contextmanager
def as_the_public() -> Iterator[None]:
    """The public role, its search path and read only, until the end of the block."""
    savepoint = transaction.savepoint()
    with connection.cursor() as cursor:
        cursor.execute(f'SET LOCAL ROLE "{settings.ROLES["public"]}"')
        cursor.execute("SET LOCAL search_path = site")
        cursor.execute("SET LOCAL transaction_read_only = on")
    try:
        yield
    finally:
        # Back to the savepoint: role, search path and read-only go with it.
        transaction.savepoint_rollback(savepoint)


def public_settings() -> override_settings:
    """What pcd.settings says for PCD_SITE=public, as far as a running process can change it."""
    engine = settings.TEMPLATES[0]
    return override_settings(
        SITE="public",
        BASE_URL=settings.PUBLIC_URL,
        ROOT_URLCONF="pcd.urls.public",
        MIDDLEWARE=settings.PUBLIC_MIDDLEWARE,
        TEMPLATES=[{**engine, "OPTIONS": {"context_processors": settings.PUBLIC_PROCESSORS}}],
    )


class PublicClient(Client):
    """Django's test client, each request answered as the public site would."""

    def request(self, **request: Any) -> Any:
        """Answer one request as the public role, with the public site's settings."""
        with public_settings(), as_the_public():
            return super().request(**request)
