"""Signed copies of what was decided elsewhere or otherwise: each sealed, with a commitment, under a key of its own."""

import hashlib
import os
from dataclasses import dataclass

from pcd import vault

_SALT = 32


@dataclass(frozen=True)
class Sealed:
    """A copy as it is stored: sha256(salt || copy), the ciphertext of both, and the wrapped key."""

    commitment: bytes
    ciphertext: bytes
    key: vault.WrappedKey


def seal(copy: bytes, *, row: str) -> Sealed:
    """Seal a copy for the row that it belongs to; raises VaultClosed in a process without PCD_PART2_KEYS."""
    salted = os.urandom(_SALT) + copy
    key, wrapped = vault.new_key(row=row)
    return Sealed(hashlib.sha256(salted).digest(), vault.seal(key, salted, row=row), wrapped)


def opened(key: vault.Wrapped, ciphertext: bytes, *, row: str) -> bytes:
    """Return the copy; raises VaultClosed where the key, the row or the bytes are not the same."""
    return _salted(key, ciphertext, row)[_SALT:]


def holds(key: vault.Wrapped, ciphertext: bytes, commitment: bytes, *, row: str) -> bool:
    """Say whether the copy is the one of its commitment; raises VaultClosed like `opened`."""
    return hashlib.sha256(_salted(key, ciphertext, row)).digest() == commitment


def _salted(key: vault.Wrapped, ciphertext: bytes, row: str) -> bytes:
    return vault.unseal(vault.open_key(key, row=row), ciphertext, row=row)
