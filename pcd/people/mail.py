"""Mail to a person about how they sign in: fixed sentences, never a word of a paper."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from pcd.people.models import User

log = logging.getLogger("pcd.people")


def tell(person: User, subject: str, text: str) -> None:
    """Send a mail once the caller's transaction has committed, where the process has a mail server."""
    if settings.EMAIL_HOST and person.email:
        link = f"{settings.BASE_URL.rstrip('/')}/"
        transaction.on_commit(
            lambda: _send(EmailMessage(f"PCD: {subject}", f"{text}\n\n{link}\n", to=[person.email]))
        )


def _send(message: EmailMessage) -> None:
    """What was done stays done where the mail server is away; the trail has it."""
    try:
        message.send()
    except (OSError, SMTPException):
        log.exception("a mail about signing in was not sent")
