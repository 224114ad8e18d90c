"""What a person had typed when their session ended, sealed so that it can travel through the sign-in page.

Nothing typed is stored on the server: the fields ride in one hidden input of the page, encrypted and
authenticated, readable only by this installation and only for the person who typed them.
"""

import json
import time
import uuid
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from os import urandom

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest
from django.urls import reverse
from django.utils.encoding import escape_uri_path, iri_to_uri
from django.utils.http import escape_leading_slashes
from django.views.decorators.debug import sensitive_variables

from pcd.vault import derived_keys

CARRIED, TYPED_BY = "carried", "typed_by"
NOT_CARRIED = ("csrfmiddlewaretoken", TYPED_BY, CARRIED)
CARRIED_FOR = 12 * 60 * 60
PAGE_OPEN_FOR = 30 * 24 * 60 * 60

UNREADABLE = "What was typed could not be read any more and was not saved."
TOO_OLD = "What was typed is more than 12 hours old and was not saved."

_NONCE, _PERSON = 12, 16
_typed_by = TimestampSigner(salt="pcd.people.typed_by")


class Lost(Exception):
    """What was typed cannot be given back; the sentence says why."""


@dataclass(frozen=True)
class Carried:
    """One POST that waits for its person: where it went and every field, in order, as it was typed."""

    person: uuid.UUID
    path: str
    query: str = field(repr=False)
    fields: dict[str, list[str]] = field(repr=False)
    had_files: bool = False
    purpose: str = ""
    at: int = field(default_factory=lambda: int(time.time()))

    @property
    def address(self) -> str:
        """Where the page that carries this posts to, so that the answer stands at its own address."""
        path = escape_leading_slashes(escape_uri_path(self.path))
        return f"{path}?{iri_to_uri(self.query)}" if self.query else path

    @sensitive_variables()
    def sealed(self) -> str:
        """Return the text for the hidden input: person, nonce and ciphertext (AES-256-GCM)."""
        # Compressed, so that even the longest paper stays below DATA_UPLOAD_MAX_MEMORY_SIZE when it comes back.
        body = [self.path, self.query, self.fields, self.had_files, self.purpose, self.at]
        plain = zlib.compress(json.dumps(body, ensure_ascii=False).encode())
        nonce = urandom(_NONCE)
        secret = AESGCM(_keys()[0]).encrypt(nonce, plain, self.person.bytes)
        return urlsafe_b64encode(self.person.bytes + nonce + secret).decode()


def _keys() -> list[bytes]:
    return derived_keys(b"pcd carried fields 1")


@sensitive_variables()
def unseal(text: str) -> Carried:
    """Read a sealed hidden input; raise Lost when it was altered or is older than CARRIED_FOR seconds."""
    try:
        raw = urlsafe_b64decode(text.encode())
        person, nonce, secret = raw[:_PERSON], raw[_PERSON : _PERSON + _NONCE], raw[_PERSON + _NONCE :]
        body = json.loads(zlib.decompress(_decrypt(nonce, secret, person)))
    except (ValueError, InvalidTag) as problem:
        raise Lost(UNREADABLE) from problem
    carried = Carried(uuid.UUID(bytes=person), *body)
    if not 0 <= time.time() - carried.at < CARRIED_FOR:
        raise Lost(TOO_OLD)
    return carried


def _decrypt(nonce: bytes, secret: bytes, person: bytes) -> bytes:
    for key in _keys():
        try:
            return AESGCM(key).decrypt(nonce, secret, person)
        except InvalidTag:
            continue
    raise InvalidTag


def about_signing_in(path: str) -> bool:
    """Say whether this address is one of signing in, which is neither carried nor replayed."""
    return path.startswith(reverse("account_home"))


def typed_by_token(person: uuid.UUID) -> str:
    """Return the signed id of the person for whom a page is made (the input that `{% typed_by %}` writes)."""
    return _typed_by.sign(person.hex)


def typed_by(request: HttpRequest) -> uuid.UUID | None:
    """Return the person for whom the posted page was made, or None when it does not say so credibly.

    Never on the pages of signing in themselves: no password is carried.
    """
    if request.method != "POST" or about_signing_in(request.path_info):
        return None
    try:
        return uuid.UUID(_typed_by.unsign(request.POST.get(TYPED_BY, ""), max_age=PAGE_OPEN_FOR))
    except (BadSignature, ValueError):
        return None


def taken_from(request: HttpRequest, person: uuid.UUID, purpose: str = "") -> Carried:
    """Take this request's fields along for this person."""
    fields = {name: request.POST.getlist(name) for name in request.POST if name not in NOT_CARRIED}
    query = request.META.get("QUERY_STRING", "")
    return Carried(person, request.path_info, query, fields, bool(request.FILES), purpose)


def carried_by(request: HttpRequest) -> Carried | None:
    """Return what this POST carries: what an earlier page sealed, or what was typed just now; raise Lost."""
    if sealed := request.POST.get(CARRIED):
        return unseal(sealed)
    person = typed_by(request)
    return taken_from(request, person) if person else None
