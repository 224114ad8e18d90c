"""Ways for tests to be signed in, with the proof of who one is that signing asks for, or without it."""

import re
import time
from html import unescape
from typing import Any

from django.test import Client

from pcd.people.models import User


def sign_in(client: Client, person: User, *, seconds_ago: float = 0) -> Client:
    """Sign this person in as the sign-in page does, some time ago: the last five minutes count as proof."""
    client.force_login(person)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - seconds_ago}]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    return client


def hidden(response: Any, name: str) -> str:
    """Return a hidden input's value from a page."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', response.content.decode())
    assert found, f"no {name} on the page"
    return unescape(found[1])


def send(client: Client, response: Any, **fields: Any) -> Any:
    """Send the page's form that carries fields, as a browser does: to its action, with its hidden inputs."""
    for form in re.findall(r"<form[^>]*>.*?</form>", response.content.decode(), re.DOTALL):
        if 'name="carried"' in form:
            action = re.search(r'<form[^>]* action="([^"]*)"', form)
            assert action, "a page in the place of another must say where it posts to"
            inputs = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form)
            known = {name: unescape(value) for name, value in inputs}
            return client.post(unescape(action[1]), {**known, **fields})
    raise AssertionError("no form on the page carries anything")
