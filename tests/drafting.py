"""An officer at work: opens the pages of drafting and posts what their hidden inputs and the person say."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from django.test import Client
from django.urls import reverse

from approvals.demo import walk
from approvals.workflow import perform
from decisions.drafting import writes
from decisions.drafting.pages import SECTION, seen_of
from decisions.models import Declaration, Version
from decisions.snapshot import load
from pcd.people.models import User

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
#: What the smallest money line, contract and notice need.
MONEY = {"kind": "capital", "certainty": "exact", "amount": "1", "vat": "not_stated", "recurrence": "one_off"}
CONTRACT = {"action": "award", "certainty": "up_to", "value": "1", "vat": "not_stated", "supplier_count": "1"}
NOTICE = {"title": "Annex", "marking": "official_sensitive", "descriptor": "commercial"}


def signed_in(person: User) -> Client:
    """Return a client of the staff site in which this person is signed in."""
    client = Client()
    client.force_login(person)
    return client


def begun(client: Client, title: str = "Radio masts") -> Version:
    """Begin a paper as its officer does."""
    answer: Any = client.post(reverse("paper-new"), {"working_title": title})
    assert answer.status_code == 303
    return again(Version.objects.get(decision=answer.url.strip("/").split("/")[-1]))


def section_of(
    writer: User, version: Version, people: Mapping[str, User], *, text: str = "All can."
) -> Version:
    """Let an adviser be asked to write the section on equality, and save this; taken back, and no advice given.

    The writer holds the office of that adviser. The officer confirms what they wrote; finance and legal advise on it.
    """
    asked = {"adviser": writer, "area": "equality", "with_part2": True, "writes": True}
    perform(version.pk, "request_advice", by=people["officer"], **asked)
    version = again(version)
    values = SECTION.read(SECTION.find(version, "equality"))
    page: dict[str, Any] = {"page": SECTION, "version": version, "pk": "equality", "seen": seen_of(values)}
    if text:
        assert writes.save(**page, values={**values, "text": text}, by=writer)
    assert writes.take_back(version=version, part="section:equality", by=people["officer"])
    Declaration.objects.get_or_create(
        version=version, statement="equalities", defaults={"person": people["officer"]}
    )
    walk.advise(again(version), people, "finance", "legal")
    return again(version)


def again(version: Version) -> Version:
    """Return the paper as it is stored now."""
    return load(version.pk)


def url(name: str, version: Version, **kwargs: object) -> str:
    """Return the address of a page of this paper."""
    return reverse(name, kwargs={"decision": version.decision_id, **kwargs})


def hidden(client: Client, address: str) -> dict[str, str]:
    """Return what the page's own form carries: what was seen, and the id of a new row."""
    page = client.get(address).content.decode()
    found = {name: unescape(value) for name, value in HIDDEN.findall(page)}
    return {name: found[name] for name in ("seen", "new") if name in found}


def save(client: Client, address: str, **typed: Any) -> Any:
    """Open a page and post it with what was typed, and let advice fall where the page says so; returns the answer."""
    sent = {**hidden(client, address), **typed}
    answer: Any = client.post(address, sent)
    told = told_on(answer) if answer.status_code == 409 else []
    return client.post(address, {**sent, "told": told}) if told else answer


def told_on(answer: Any) -> list[str]:
    """Return the hidden keys by which a page says of what it told that it falls."""
    return [unescape(value) for name, value in HIDDEN.findall(answer.content.decode()) if name == "told"]


def text_of(answer: Any) -> str:
    """Return a page's words, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def value_of(answer: Any, name: str) -> str:
    """Return what stands in one input or textarea of a page."""
    page = answer.content.decode()
    box = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    if box:
        value = re.search(r'value="([^"]*)"', box[0])
        return unescape(value[1]) if value else ""
    area = re.search(rf'<textarea[^>]*name="{name}"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert area, f"no {name} on the page"
    return unescape(area[1]).removeprefix("\n")


def error_at(answer: Any, name: str) -> str:
    """Return the error message of one field, as the page shows it beside the field."""
    found = re.search(rf'id="id_{name}-error"[^>]*>(.*?)</p>', answer.content.decode(), re.DOTALL)
    assert found, f"no error at {name}: {text_of(answer)}"
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found[1])).split()).removeprefix("Error: ")
