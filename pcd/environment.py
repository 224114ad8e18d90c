"""Typed reading of the environment: a wrong value stops the start with one sentence that says what a right one is."""

import base64
import binascii
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from pcd.notify import Notify

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
PART2_KEY_BYTES = 32
OIDC_VARIABLES = ("PCD_OIDC_ISSUER", "PCD_OIDC_CLIENT_ID", "PCD_OIDC_CLIENT_SECRET")
SECRET_KEY_LENGTH = 50
UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


class WrongEnvironment(ImproperlyConfigured):
    """A variable that is missing or that no process should start with."""


@dataclass(frozen=True)
class SingleSignOn:
    """The organisation's own sign-in (OpenID Connect): whom it is, who we are there, which group is which office."""

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    offices: Mapping[str, str] = field(default_factory=dict)

    def provider(self) -> dict[str, Any]:
        """What allauth asks of a provider; the identity token says all, so nobody is asked a second time."""
        about = {"server_url": self.issuer, "fetch_userinfo": False, "oauth_pkce_enabled": True}
        app = {"provider_id": "sso", "name": "single sign-on", "client_id": self.client_id}
        return {"openid_connect": {"APPS": [{**app, "secret": self.secret, "settings": about}]}}


@dataclass(frozen=True)
class Environment:
    """The variables of one process; every reader names the variable it refuses and never prints a secret."""

    variables: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    def given(self, name: str) -> str | None:
        """The value with the spaces around it gone, or None where there is none."""
        return self.variables.get(name, "").strip() or None

    def text(self, name: str, *, right: str, default: str | None = None) -> str:
        """A value that must be there, unless it has a default; `right` says what a right one looks like."""
        value = self.given(name) or default
        if value is None:
            raise WrongEnvironment(f"{name} is missing: set it to {right}.")
        return value

    def choice(self, name: str, options: tuple[str, ...]) -> str | None:
        """One of a few words, or None where the variable is not set."""
        value = self.given(name)
        if value is not None and value not in options:
            raise WrongEnvironment(f"{name} is “{value}”: it can be {' or '.join(options)}.")
        return value

    def flag(self, name: str) -> bool:
        """A switch that is off unless it is set to 1."""
        value = self.given(name) or "0"
        if value not in ("0", "1"):
            raise WrongEnvironment(f"{name} is “{value}”: it can be 1 (on) or 0 (off).")
        return value == "1"

    def mail_server(self, name: str) -> dict[str, Any]:
        """Django's mail settings from `smtp://USER:PASSWORD@HOST:PORT` (or smtps://); none leaves mail waiting."""
        value = self.given(name)
        if value is None:
            return {"EMAIL_HOST": ""}
        parts = urlsplit(value)
        port = parts.netloc.rpartition(":")[2]
        if parts.scheme not in ("smtp", "smtp+tls", "smtps") or not parts.hostname or not port.isdigit():
            raise WrongEnvironment(
                f"{name} is not the address of a mail server: it must look like smtp+tls://USER:PASSWORD@HOST:587 "
                "(smtps:// where TLS begins at once, smtp:// without TLS)."
            )
        return {
            "EMAIL_HOST": parts.hostname,
            "EMAIL_PORT": int(port),
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
            "EMAIL_USE_SSL": parts.scheme == "smtps",
        }

    def notify(self, name: str, template: str) -> Notify | None:
        """GOV.UK Notify's API key (`NAME-SERVICE-SECRET`, two UUIDs last) and template; None without both."""
        key, chosen = self.given(name), self.given(template)
        if key is None and chosen is None:
            return None
        parts = re.fullmatch(f".+-({UUID})-({UUID})", key or "")
        if parts is None:
            raise WrongEnvironment(
                f"{name} is not a key of GOV.UK Notify: it must look like NAME-SERVICE-SECRET, as Notify shows it."
            )
        if re.fullmatch(UUID, chosen or "") is None:
            raise WrongEnvironment(
                f"{template} must be the id of an email template of GOV.UK Notify, a UUID."
            )
        return Notify(parts[1], parts[2], str(chosen))

    def whole_number(self, name: str, *, default: int, least: int, most: int) -> int:
        """A whole number between two bounds."""
        value = self.given(name) or str(default)
        if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
            raise WrongEnvironment(f"{name} is “{value}”: it must be a whole number from {least} to {most}.")
        return int(value)

    def words(self, name: str) -> list[str]:
        """A list separated by commas, empty where the variable is not set."""
        return [word.strip() for word in (self.given(name) or "").split(",") if word.strip()]

    def secret(self, name: str) -> str:
        """A long random value; it has no default."""
        value = self.text(name, right=f"at least {SECRET_KEY_LENGTH} random characters")
        if len(value) < SECRET_KEY_LENGTH or len(set(value)) < 5:
            raise WrongEnvironment(
                f"{name} is too easy to guess: use at least {SECRET_KEY_LENGTH} random characters."
            )
        return value

    def address(self, name: str) -> SplitResult:
        """The root address of a site: a scheme, a host and perhaps a port, with no path."""
        value = self.text(name, right="the site's address, such as https://decisions.example.org")
        parts = urlsplit(value)
        port = parts.netloc.rpartition("]")[2].partition(":")[2]
        bare = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username)
        if (
            parts.scheme not in ("http", "https")
            or not parts.hostname
            or not bare
            or not (port or "0").isdigit()
        ):
            raise WrongEnvironment(
                f"{name} is “{value}”: it must look like https://decisions.example.org, with no path."
            )
        if parts.scheme == "http" and not is_local(parts):
            raise WrongEnvironment(f"{name} is “{value}”: only localhost may be served without https.")
        return parts._replace(path="")

    def single_sign_on(self) -> SingleSignOn | None:
        """The organisation's sign-in, or None where not one of its variables is set."""
        if not any(map(self.given, OIDC_VARIABLES)):
            return None
        right = "what the provider of single sign-on says"
        issuer, client_id, secret = (self.text(name, right=right) for name in OIDC_VARIABLES)
        parts = urlsplit(issuer)
        safe = parts.scheme == "https" or (parts.scheme == "http" and is_local(parts))
        if not (safe and parts.hostname) or parts.query or parts.fragment:
            raise WrongEnvironment(
                f"{OIDC_VARIABLES[0]} is “{issuer}”: it must look like https://login.example.org."
            )
        pairs = [word.rpartition("=") for word in self.words("PCD_OIDC_GROUPS")]
        if not all(group and office for group, _, office in pairs):
            raise WrongEnvironment(
                "PCD_OIDC_GROUPS is not a list of groups: it must look like GROUP=OFFICE,GROUP=OFFICE."
            )
        return SingleSignOn(
            issuer.rstrip("/"), client_id, secret, {group: office for group, _, office in pairs}
        )

    def database(self, name: str, *, role: str) -> dj_database_url.DBConfig:
        """A PostgreSQL database and the role that this process uses it as, in Django's terms."""
        right = f"postgresql://{role}:PASSWORD@HOST/DATABASE"
        value = self.text(name, right=right)
        wrong = WrongEnvironment(
            f"{name} is not the address of a PostgreSQL database: it must look like {right}."
        )
        if urlsplit(value).scheme not in ("postgres", "postgresql"):
            raise wrong
        try:
            config = dj_database_url.parse(value, conn_max_age=60, conn_health_checks=True)
        except ValueError:
            raise wrong from None
        if not config.get("NAME") or not config.get("USER"):
            raise wrong
        config.setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
        return config

    def part2_keys(self, name: str) -> tuple[tuple[str, bytes], ...]:
        """The keys that wrap the keys of Part 2 papers: `id:base64,id:base64`, the newest first; none is allowed."""
        keys = tuple(self._part2_key(name, word) for word in self.words(name))
        if len({key_id for key_id, _ in keys}) < len(keys):
            raise WrongEnvironment(f"{name} names a key twice: every key needs an id of its own.")
        return keys

    def _part2_key(self, name: str, word: str) -> tuple[str, bytes]:
        key_id, _, encoded = word.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        if not key_id or len(key) != PART2_KEY_BYTES:
            raise WrongEnvironment(
                f"{name} is not a list of keys: it must look like 2026a:KEY,2025a:OLDER, "
                f"the newest first, each KEY {PART2_KEY_BYTES} random bytes in base64."
            )
        return key_id, key


def is_local(address: SplitResult) -> bool:
    """Whether the address is this machine's own, where a certificate is not to be had."""
    return address.hostname in ("localhost", "127.0.0.1", "::1")


def hosts_of(address: SplitResult) -> list[str]:
    """The host names that a site at this address answers to."""
    return list(LOCAL_HOSTS) if is_local(address) else [address.hostname or ""]
