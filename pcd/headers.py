"""Headers of every response: what a browser may keep, tell others and use."""

from collections.abc import Callable, Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Respond = Callable[[HttpRequest], HttpResponse]

SAFE: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in (
            "browsing-topics",
            "camera",
            "display-capture",
            "geolocation",
            "microphone",
            "payment",
            "serial",
            "usb",
        )
    ),
}
# What a staff page shows is for one person and one moment: no cache keeps it, not even the browser's own.
STAFF = "no-store, private"
# A public page may be kept, but is asked for again each time, so that a removed one is gone at once.
PUBLIC = "public, no-cache"


class Headers:
    """Adds the safe headers to every response, and says how long it may be kept where the view has not."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond
        self.keep = PUBLIC if settings.SITE == "public" else STAFF

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response with its headers; a staff view cannot loosen its own."""
        response = self.respond(request)
        for name, value in SAFE.items():
            response[name] = value
        if self.keep == STAFF or "Cache-Control" not in response:
            response["Cache-Control"] = self.keep
        return response
