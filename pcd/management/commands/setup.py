"""`manage.py setup`: makes roles, database, rights and tables on a PostgreSQL of your own; safe to run again."""

import os
import re
import secrets
from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

import psycopg2
from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from psycopg2.extensions import make_dsn

from pcd.database.roles import assert_roles, connected, fetch
from pcd.environment import Environment

OLDEST_SERVER = 150000
# The variable that holds each role's address; its password is what the role gets.
ADDRESSES = {
    "owner": "OWNER_DATABASE_URL",
    "staff": "DATABASE_URL",
    "public": "PUBLIC_DATABASE_URL",
    "backup": "BACKUP_DATABASE_URL",
}


class Command(BaseCommand):
    """Bring a real installation's database to what the code expects; it makes no demo data."""

    help = __doc__
    requires_system_checks = ()  # they would ask for the settings of a site

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The administrator's address."""
        parser.add_argument(
            "--admin-url",
            help="an administrator's address of the server (default: PCD_ADMIN_DATABASE_URL); it is not kept",
        )

    def handle(self, *args: Any, admin_url: str | None, **options: Any) -> None:
        """Roles and rights as the administrator, tables as the owner, reference data as staff."""
        environment = Environment()
        admin = admin_url or environment.text(
            "PCD_ADMIN_DATABASE_URL", right="postgresql://ADMINISTRATOR:PASSWORD@HOST/postgres"
        )
        database, passwords = addresses(environment)
        try:
            with connected(admin) as connection:
                if connection.server_version < OLDEST_SERVER:
                    raise CommandError("The server is older than PostgreSQL 15: use 15 or later.")
            refused = assert_roles(admin, database, passwords, settings.ROLE_PREFIX)
        except psycopg2.Error as error:
            raise CommandError(f"The administrator's address does not work: {error}") from error
        self.tell_the_host(refused)
        self.refuse_a_hole(environment)
        # Only what this process runs for: the owner's tables, then the data as the role that will use it.
        call_command("migrate", database="owner", verbosity=options["verbosity"], skip_checks=True)
        call_command("createcachetable", database="owner", verbosity=0)
        if "reference" in get_commands():
            call_command("reference", skip_checks=True, stdout=self.stdout)
        self.stdout.write(f"The database {database} is set up.")

    def tell_the_host(self, refused: list[str]) -> None:
        """What only a superuser may do, as statements to hand over; no password is among them."""
        if not refused:
            return
        self.stdout.write(
            "The administrator of this address is no superuser. Ask whoever runs the server to run what follows, in "
            f"the database {settings.DATABASES['owner']['NAME']}. Without it the site works, but the public role "
            "keeps functions and limits, and the server's log a detail, that the wall would take away:\n"
        )
        for statement in refused:
            self.stdout.write(re.sub(r"'SCRAM-SHA-256\$[^']*'", "'…'", statement) + ";")
        self.stdout.write("")

    def refuse_a_hole(self, environment: Environment) -> None:
        """Every role can sign in with its address, and none is more than it should be."""
        for role, name in ADDRESSES.items():
            if not environment.given(name):
                continue
            try:
                with connected(make_dsn(os.environ[name])) as connection:
                    wrong = fetch(
                        connection,
                        "select from pg_roles where rolname = current_user"
                        " and (rolsuper or rolcreaterole or rolcreatedb or rolbypassrls or rolreplication)",
                    )
            except psycopg2.OperationalError as error:
                raise CommandError(f"{name} does not work: {error}") from error
            if wrong:
                raise CommandError(
                    f"{name}: the {role} role may do more than it should. See what is asked for above."
                )


def addresses(environment: Environment) -> tuple[str, Mapping[str, str]]:
    """The database's name and each role's password, from the addresses that the processes will be given."""
    passwords, databases = {}, set()
    for role, variable in ADDRESSES.items():
        name = settings.ROLES[role]
        if role == "backup" and not environment.given(variable):
            passwords[role] = secrets.token_urlsafe(48)  # until there is an address, nobody can sign in as it
            continue
        config = environment.database(variable, role=name)
        if config["USER"] != name or not config["PASSWORD"]:
            raise CommandError(f"{variable} must name the role {name} and its password.")
        passwords[role] = config["PASSWORD"]
        databases.add(config["NAME"])
    if len(databases) > 1:
        raise CommandError(
            f"The addresses name different databases ({', '.join(sorted(databases))}): use one."
        )
    return databases.pop(), passwords
