"""Where mail goes in tests: a real mail server and a real HTTP server in the place of GOV.UK Notify, on loopback."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from pytest_django.fixtures import Settings

from approvals.outbox import send_waiting
from approvals.workflow import perform
from decisions.models import Version
from pcd.notify import Notify
from tests.sites import free_port

SERVICE, SECRET = "26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0"
TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a"


@dataclass(frozen=True)
class Mail:
    """One mail as it was received: to whom, its subject, its text, and all of it."""

    to: str
    subject: str
    text: str
    identity: str
    whole: str


class Postbox:
    """Keeps what a mail server is handed; `refuses` makes it turn mail away."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.refuses = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.refuses:
            return "451 try again later"
        mail: EmailMessage = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append(
            Mail(
                mail["To"],
                mail["Subject"],
                mail.get_content().replace("\r\n", "\n"),
                mail["Message-ID"],
                f"{mail}{envelope.mail_from}{envelope.rcpt_tos}",
            )
        )
        return "250 kept"


@contextmanager
def mail_server(settings: Settings) -> Iterator[Postbox]:
    """A real SMTP server, and the settings that send to it."""
    box = Postbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    try:
        yield box
    finally:
        controller.stop()


@contextmanager
def notify_server(settings: Settings) -> Iterator["NotifyBox"]:
    """An HTTP server that answers as GOV.UK Notify does, and the settings that send to it."""
    box = NotifyBox()
    server = ThreadingHTTPServer(("127.0.0.1", 0), box.handler())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.EMAIL_BACKEND = "pcd.notify.EmailBackend"
    settings.NOTIFY = Notify(SERVICE, SECRET, TEMPLATE, f"http://127.0.0.1:{server.server_port}")
    try:
        yield box
    finally:
        server.shutdown()
        server.server_close()


class NotifyBox(Postbox):
    """Keeps what Notify is posted: the requests, and each as a mail."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[tuple[str, dict[str, str], dict[str, Any]]] = []

    def handler(self) -> type[BaseHTTPRequestHandler]:
        box = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
                posted = json.loads(sent)
                box.requests.append((self.path, dict(self.headers), posted))
                if not box.refuses:  # before it answers: a test reads what was sent as soon as it is
                    filled = posted["personalisation"]
                    box.mails.append(
                        Mail(
                            posted["email_address"],
                            filled["subject"],
                            filled["body"],
                            posted["reference"],
                            sent,
                        )
                    )
                self.send_response(429 if box.refuses else 201)
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, format: str, *arguments: Any) -> None:
                """Say nothing."""

        return Handler


def sending(before: Callable[[], None] = lambda: None) -> Callable[..., Version]:
    """Return `perform` with a clock that sends what waits after each act."""

    def act(*arguments: Any, **inputs: Any) -> Version:
        version = perform(*arguments, **inputs)
        before()
        send_waiting()
        return version

    return act
