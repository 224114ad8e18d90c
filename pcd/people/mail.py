"""Mail to a person about how they sign in: fixed sentences, never a word of a paper."""

import logging
from functools import partial
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from pcd.people.models import User

log = logging.getLogger("pcd.people")


def is_there() -> bool:
    """Say whether there is anything that takes mail."""
    return bool(settings.EMAIL_HOST or settings.NOTIFY or settings.DEMO_MAILS)


def tell(person: User, subject: str, text: str, *, before: str = "") -> None:
    """Send a mail once the caller's transaction has committed, where anything takes it; `before`: an older address."""
    link = f"{settings.BASE_URL.rstrip('/')}/"
    for address in sorted({person.email, before} - {""}) if is_there() else ():
        message = EmailMessage(f"PCD: {subject}", f"{text}\n\n{link}\n", to=[address])
        transaction.on_commit(partial(_send, message))


def _send(message: EmailMessage) -> None:
    """What was done stays done where the mail server is away; the trail has it."""
    try:
        message.send()
    except (OSError, SMTPException):
        log.exception("a mail about signing in was not sent")
