"""A database of a test's own, for what must really be committed: browsers, races and kills."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connections
from psycopg2.extensions import connection as Connection  # noqa: N812 - psycopg2 names its class so
from psycopg2.extensions import parse_dsn

from pcd.database.roles import connected
from tests.rig import ROLES, Cluster


@dataclass(frozen=True)
class FreshDatabase:
    """A clone and the addresses of its real logins: owner, staff, public, backup and admin."""

    name: str
    urls: dict[str, str]

    @classmethod
    @contextmanager
    def cloned(cls, cluster: Cluster, name: str) -> Iterator["FreshDatabase"]:
        """Make the clone, point Django's default connection at it, and undo both at the end."""
        cluster.clone(name)
        settings = connections.settings["default"]
        where = parse_dsn(cluster.url("staff", name))
        now = {"NAME": name, "HOST": where["host"], "PORT": where.get("port", "")}
        before = {key: settings[key] for key in now}
        connections.close_all()
        settings.update(now)
        urls = {role: cluster.url(role, name) for role in ROLES} | {"admin": cluster.admin_url(name)}
        try:
            yield cls(name, urls)
        finally:
            connections.close_all()
            settings.update(before)
            cluster.drop(name)

    @contextmanager
    def connect(self, role: str) -> Iterator[Connection]:
        """A connection of its own as one of the roles, each statement committed."""
        with connected(self.urls[role]) as connection:
            yield connection
