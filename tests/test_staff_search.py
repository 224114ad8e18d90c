"""The search of the staff site: what one may read and nothing else, Part 2 never; searches that are saved."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from approvals import finding
from approvals.demo import walk
from approvals.demo.papers import made_up
from approvals.finding import Filters
from approvals.models import SavedSearch
from decisions.models import Version
from decisions.snapshot import load
from pcd.models import TrailEntry
from pcd.people.models import Office, User
from tests.canaries import PART1_CANARY, PART2_CANARY, bring, paper_with_canaries, words_of
from tests.drafting import HIDDEN, signed_in, text_of
from tests.pages import assert_valid_html

pytestmark = pytest.mark.django_db

People = Mapping[str, User]


def found(person: User, **asked: str) -> list[str]:
    """Return the titles of what somebody finds."""
    return [row.title for row in finding.found(person, Filters.of(asked))]


@pytest.fixture
def papers(people: People) -> Mapping[str, Version]:
    """Two papers of one officer, the first with the head of service, and a draft of another."""
    first = walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "with_head_of_service")
    return {
        "sent": first,
        "draft": walk.draft(made_up(2, "Lockers for the stables"), people),
        "other": walk.draft(made_up(3, "Signal lamps"), people, officer="officer2"),
    }


def test_words_are_found_wherever_they_stand_in_part_1_and_only_for_readers(
    people: People, papers: Mapping[str, Version]
) -> None:
    officer = people["officer"]
    assert found(officer, q="signals") == ["Signal masts"], "the words of a language, not letters"
    assert found(officer, q="stables capital budget") == ["Lockers for the stables"]
    assert found(officer, q='"lockers for the stables"') == ["Lockers for the stables"]
    assert found(officer, q='"stables lockers"') == []
    assert set(found(officer, q="the")) == {"Signal masts", "Lockers for the stables"}
    assert found(officer, q="zeppelin") == []
    assert found(people["officer2"], q="signal") == ["Signal lamps"]
    assert found(people["commercial"], q="signal") == []


def test_a_reference_is_found_in_any_spelling(people: People, papers: Mapping[str, Version]) -> None:
    number = papers["sent"].decision.number
    for spelling in ("PCD {}", "pcd{}", "PCD0{}", "pcd-{}", "{}"):
        assert found(people["head"], q=spelling.format(number))[:1] == ["Signal masts"], spelling
    assert found(people["officer2"], q=f"PCD {number}") == []
    assert found(people["head"], q=f"PCD {(number or 0) + 1}") == []


def test_every_filter_narrows(people: People, papers: Mapping[str, Version]) -> None:
    officer, today = people["officer"], timezone.localdate().isoformat()
    assert found(officer, state="draft") == ["Lockers for the stables"]
    assert found(officer, kind="capital") != []
    assert found(officer, kind="property") == []
    office = papers["sent"].head_of_service
    assert office
    assert found(officer, office=str(office.pk)) == ["Signal masts"]
    for role in ("chief_executive", "governance"):
        assert found(officer, office=str(Office.objects.filter(role=role).first().pk)) == []  # type: ignore[union-attr]
    assert len(found(officer, owner=str(officer.pk))) == 2
    assert found(officer, owner=str(people["officer2"].pk)) == []
    assert len(found(officer, **{"from": today, "to": today})) == 2
    assert found(officer, to="2020-01-01") == []


def test_what_cannot_be_understood_is_left_out(people: People, papers: Mapping[str, Version]) -> None:
    nonsense = {
        "state": "x",
        "kind": "x",
        "office": "x",
        "owner": "x",
        "from": "0001-01-01",
        "to": "yesterday",
    }
    assert Filters.of(nonsense).chosen == {}
    for words in ("\x00", '"', "' | !& :*", "9" * 40, "²", "a " * 300, "(" * 50):
        assert isinstance(found(people["officer"], q=words), list)


def test_every_word_of_part_1_is_searched_and_no_table_of_part_2() -> None:
    searched = {model.__name__ for model, _, _ in finding.SEARCHED}
    assert not [name for name in searched if "Part2" in name or "Exempt" in name]
    for model, _, fields in finding.SEARCHED:
        assert set(fields) <= {name for name, _ in words_of(model)}, model


@pytest.mark.parametrize("state", ["in_advice", "decided"])
def test_no_role_learns_anything_of_part_2_or_of_a_paper_that_is_not_theirs(
    people: People, state: str
) -> None:
    version = paper_with_canaries(people)
    walk.advise(version, people, "finance", "legal")
    bring(load(version.pk), people, state)
    readers = {"officer", "finance", "legal", "equality"}
    readers |= {"head", "chief", "dmpc", "governance", "governance2"} if state == "decided" else set()
    for name, person in people.items():
        client = signed_in(person)
        hidden = answer_to(client, PART2_CANARY)
        assert hidden == answer_to(client, "Zeppelin"), f"{name}: as if the word stood nowhere"
        part1 = answer_to(client, PART1_CANARY)
        assert ("No paper that you may read matches" not in part1[0]) == (name in readers), name
        if name not in readers:
            assert part1 == answer_to(client, "Zeppelin"), name


def answer_to(client: Client, word: str) -> tuple[str, bytes, int]:
    """Return what a search for a word shows without the word itself, its CSV, and how many queries it took."""
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("search"), {"q": word})
    table = client.get(reverse("search-csv"), {"q": word})
    return text_of(page).replace(word, ""), table.content, len(queries)


def test_a_search_takes_the_same_queries_for_many_papers_as_for_one(people: People) -> None:
    taken = []
    client = signed_in(people["officer"])
    for _ in range(3):
        walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "with_head_of_service")
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("search"), {"q": "signal"})
        taken.append(len(queries))
    assert taken[0] == taken[2]


def test_the_search_of_words_can_use_its_indexes(people: People, papers: Mapping[str, Version]) -> None:
    rows = finding.found(people["officer"], Filters.of({"q": "masts"}))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = rows.explain()
    for index in ("version_words", "paragraph_words", "recommendation_words"):
        assert index in plan


def hidden_of(page: Any) -> dict[str, str]:
    """Return the hidden inputs of a page."""
    return dict(HIDDEN.findall(page.content.decode()))


def save(client: Client, query: str, name: str) -> Any:
    """Save a search as the page of results does."""
    address = f"{reverse('search')}?{query}"
    page: Any = client.get(address)
    assert_valid_html(page.content.decode())
    return client.post(address, {**hidden_of(page), "name": name})


def test_a_saved_search_stands_on_my_work_until_it_is_removed(people: People) -> None:
    client = signed_in(people["officer"])
    for _ in range(2):  # a second click keeps no second one
        assert save(client, "q=masts&state=draft", "My masts").status_code == 303
    mine: Any = client.get(reverse("my-work"))
    assert "My masts" in text_of(mine)
    assert "/search/?q=masts&amp;state=draft" in mine.content.decode()
    row = SavedSearch.objects.get()

    taken = save(client, "q=lamps", "My masts")
    assert taken.status_code == 200
    assert "You have another search with this name" in text_of(taken)
    assert save(client, "q=lamps", "").status_code == 200

    own = reverse("saved-search", args=[row.pk])
    page: Any = client.get(own)
    assert_valid_html(page.content.decode())
    assert client.post(own, {**hidden_of(page), "name": "Masts of mine"}).status_code == 303
    assert "Masts of mine" in text_of(client.get(reverse("my-work")))
    assert save(client, "q=lamps", "Lamps").status_code == 303
    assert "another search" in text_of(client.post(own, {**hidden_of(page), "name": "Lamps"}))
    assert client.post(own, {**hidden_of(page), "remove": "yes"}).status_code == 303
    assert "Masts of mine" not in text_of(client.get(reverse("my-work")))
    told = TrailEntry.objects.filter(scope="person", object_id=str(people["officer"].pk))
    assert list(told.order_by("seq").values_list("verb", flat=True)) == [
        *("kept_search", "renamed_search", "kept_search", "removed_search"),
    ]
    assert "asts" not in str(list(told.values()))


def test_nobody_sees_or_changes_the_search_of_another(people: People) -> None:
    save(signed_in(people["officer"]), "q=masts", "My masts")
    row, other = SavedSearch.objects.get(), signed_in(people["officer2"])
    assert "My masts" not in text_of(other.get(reverse("my-work")))
    hidden, missing = (other.get(reverse("saved-search", args=[pk])) for pk in (row.pk, uuid4()))
    assert (hidden.status_code, hidden.content) == (missing.status_code, missing.content)
    assert hidden.status_code == 404
    assert other.post(reverse("saved-search", args=[row.pk]), {"remove": "yes"}).status_code == 404
    assert SavedSearch.objects.filter(pk=row.pk).exists()
