"""Mail by GOV.UK Notify: a mail backend that posts to its HTTP API, as its own clients do.

The template is ours to make there: subject `((subject))`, message `((body))`.
"""

import base64
import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

SEND = "/v2/notifications/email"


@dataclass(frozen=True)
class Notify:
    """A service of Notify: which, its secret, the template, and where the API is."""

    service: str
    secret: str = field(repr=False)
    template: str = ""
    url: str = "https://api.notifications.service.gov.uk"

    def token(self) -> str:
        """Return the JSON Web Token of this moment (HS256), which Notify takes for half a minute."""
        claims = {"iss": self.service, "iat": int(time.time())}
        signed = f"{_part({'typ': 'JWT', 'alg': 'HS256'})}.{_part(claims)}"
        return f"{signed}.{_encoded(hmac.digest(self.secret.encode(), signed.encode(), hashlib.sha256))}"


class EmailBackend(BaseEmailBackend):
    """Sends each message by itself. Once Notify cannot be reached, the rest of the batch does not wait for it."""

    away = False

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Post each; raises HTTPError where Notify refuses one, URLError or TimeoutError where it is away."""
        for message in email_messages:
            if self.away:
                raise ConnectionError("GOV.UK Notify cannot be reached")
            try:
                self._post(message)
            except urllib.error.HTTPError:
                raise
            except OSError:
                self.away = True
                raise
        return len(email_messages)

    def _post(self, message: EmailMessage) -> None:
        notify: Any = settings.NOTIFY
        [address] = message.to
        content = {
            "email_address": address,
            "template_id": notify.template,
            "personalisation": {"subject": message.subject, "body": message.body},
            "reference": message.extra_headers.get("Message-ID", ""),
        }
        headers = {"Authorization": f"Bearer {notify.token()}", "Content-Type": "application/json"}
        request = urllib.request.Request(notify.url + SEND, json.dumps(content).encode(), headers)  # noqa: S310
        with urllib.request.urlopen(request, timeout=settings.EMAIL_TIMEOUT):  # noqa: S310 - https, or a test's own
            pass


def _part(claims: dict[str, object]) -> str:
    return _encoded(json.dumps(claims, separators=(",", ":")).encode())


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
