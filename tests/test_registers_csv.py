"""The lists of people and offices and the diary of Part 2 as CSV files: what the pages show, and nothing more."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.db.models.functions import Now
from django.urls import reverse

from decisions.attaching.tables import rows_of
from pcd.people.models import Holding, Role, User
from tests.canaries import PART2_CANARY, paper_with_canaries
from tests.drafting import signed_in, text_of

pytestmark = pytest.mark.django_db

People = Mapping[str, User]


def lines(person: User, name: str, *about: Any) -> list[list[str]]:
    answer: Any = signed_in(person).get(reverse(name, args=about))
    assert answer["Content-Disposition"].startswith("attachment")
    return list(rows_of(answer.content))


def test_people_are_listed_with_their_offices_and_whether_they_can_sign_in(people: People) -> None:
    User.objects.filter(pk=people["officer2"].pk).update(is_active=False, job_title="=1+1")
    rows = {row[1]: row for row in lines(people["auditor"], "people-csv")}
    assert rows["dmpc"][0] == people["dmpc"].full_name
    assert "in office" in rows["dmpc"][3]
    assert "delegate" in rows["deputy"][3]
    assert (rows["officer2"][2], rows["officer2"][4]) == ("'=1+1", "no"), "no cell is a formula"
    assert "people.csv" in signed_in(people["auditor"]).get(reverse("people")).content.decode()


def test_offices_are_listed_with_who_holds_them_and_vacant_ones_too(people: People) -> None:
    Holding.objects.of(Role.DECISION_MAKER).update(until=Now())
    rows = lines(people["governance"], "offices-csv")
    signs_for = next(row for row in rows if row[1] == str(people["deputy"]) and row[2] == "delegate")
    assert signs_for[4], "a delegation has a last day"
    assert "paragraph 3.2" in signs_for[5]
    assert [row[2] for row in rows if "Deputy Mayor" in row[0]] == ["vacant"]


def test_the_diary_of_part_2_says_who_read_it_and_nothing_of_what_they_read(people: People) -> None:
    version = paper_with_canaries(people, inside=PART2_CANARY)
    page = signed_in(people["officer"]).get(reverse("paper-part2", args=[version.decision_id]))
    assert PART2_CANARY in text_of(page)
    rows = lines(people["officer"], "paper-part2-diary", version.decision_id)
    assert rows[0] == ["Person", "At", "How"]
    assert (rows[1][0], rows[1][2]) == (people["officer"].full_name, "view")
    assert PART2_CANARY not in str(rows)


def test_the_archive_is_listed_for_who_looks_after_it(people: People) -> None:
    assert lines(people["governance"], "archive-csv") == [
        ["Batch", "Files", "Brought by", "Brought on", "Approved on"]
    ]
    assert signed_in(people["officer"]).get(reverse("archive-csv")).status_code == 404
