"""Sealing of confidential text: AES-256-GCM under a random key per thing, wrapped by the installation's keys."""

import os
from dataclasses import dataclass
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes

_NONCE = 12


class VaultClosed(Exception):
    """This process has no key for that text; processes that do not need Part 2 are given none."""


@dataclass(frozen=True)
class WrappedKey:
    """A key as stored: wrapped, and by which of the installation's keys."""

    wrapped: bytes
    wrapped_by: str


class Wrapped(Protocol):
    """A row that keeps a wrapped key in columns of these names."""

    @property
    def wrapped(self) -> Any: ...  # noqa: D102 - what it is, the class says
    @property
    def wrapped_by(self) -> str: ...  # noqa: D102


def seal(key: bytes, text: bytes, *, row: str) -> bytes:
    """Encrypt `text`; `row` names the row it belongs to, and opening it as another row fails."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, text, row.encode())


def unseal(key: bytes, sealed: bytes, *, row: str) -> bytes:
    """Decrypt what `seal` made for this row; raises VaultClosed where key, row or bytes are not the same."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], row.encode())
    except InvalidTag:
        raise VaultClosed("the sealed text does not belong to this row or key") from None


def derived_keys(purpose: bytes) -> list[bytes]:
    """Derive the keys of one purpose from PCD_SECRET_KEY and the retired ones, newest first."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [HKDF(SHA256(), 32, salt=None, info=purpose).derive(force_bytes(secret)) for secret in secrets]


def new_key(*, row: str) -> tuple[bytes, WrappedKey]:
    """Make a random key for a row and wrap it by the newest of PCD_PART2_KEYS."""
    if not settings.PART2_KEYS:
        raise VaultClosed("this process has no PCD_PART2_KEYS")
    name, wrapping = settings.PART2_KEYS[0]
    key = AESGCM.generate_key(bit_length=256)
    return key, WrappedKey(seal(wrapping, key, row=f"key:{row}"), name)


def open_key(stored: Wrapped, *, row: str) -> bytes:
    """Unwrap a key as a row keeps it; raises VaultClosed where this process does not hold the key that wrapped it."""
    try:
        wrapping = dict(settings.PART2_KEYS)[stored.wrapped_by]
    except KeyError:
        raise VaultClosed(f"this process does not hold the key {stored.wrapped_by!r}") from None
    return unseal(wrapping, bytes(stored.wrapped), row=f"key:{row}")
