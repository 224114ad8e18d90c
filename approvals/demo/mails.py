"""The demo's post: each mail becomes a file in a folder, exactly as it would have gone out, for a page to show."""

from collections.abc import Sequence
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.http import HttpRequest
from django.utils import timezone


class EmailBackend(BaseEmailBackend):
    """Keeps what it is to send."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write each into a file of its own, named so that the latest stands last."""
        folder = _folder()
        folder.mkdir(mode=0o700, exist_ok=True)
        for message in email_messages:
            name = f"{timezone.now():%Y%m%d%H%M%S%f}-{uuid4()}.eml"
            (folder / name).write_bytes(message.message().as_bytes())
        return len(email_messages)


def kept(limit: int = 200) -> list[dict[str, Any]]:
    """Return the mails that went out last, the latest first: to whom, when, the subject and the text."""
    files = sorted(_folder().glob("*.eml"), reverse=True)[:limit]
    mails = (message_from_bytes(file.read_bytes(), policy=policy.default) for file in files)
    return [
        {
            "to": mail["To"],
            "at": mail["Date"].datetime,
            "subject": mail["Subject"],
            "text": mail.get_content(),
        }
        for mail in mails
    ]


def in_the_demo(request: HttpRequest) -> dict[str, bool]:
    """Tell pages whether this is a demo whose mails can be read."""
    return {"demo_mails": bool(settings.DEMO_MAILS)}


def _folder() -> Path:
    return Path(str(settings.DEMO_MAILS))
