"""A second body on the same code: its names, offices, wording and numbers are reference data and nothing else."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from django.db import transaction
from django.test import override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from approvals.demo import walk
from approvals.demo.papers import made_up
from approvals.demo.people import make_people
from approvals.numbers import take_number
from decisions.models import Body, Decision, NumberEvent, Version
from pcd.people.models import MAYOR
from pcd.people.views_held import NewOfficeForm
from tests import rig
from tests.databases import FreshDatabase
from tests.drafting import save, signed_in, text_of, url
from tests.public import PublicClient

OTHERS_WORDS = re.compile(r"MOPAC|Deputy Mayor|DMPC|\bPCD ?\d")


@pytest.fixture(scope="module")
def fenmoor(
    cluster: rig.Cluster, worker: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[dict[str, Version]]:
    """An installation of the Fenmoor commissioner, set up as a real one is, with a published and a begun paper."""
    if cluster.outside:
        pytest.skip(
            "the roles of an outside server belong to the other body; the embedded one is started twice"
        )
    own = replace(cluster, folder=cluster.folder / f"fenmoor-{worker}")
    own.folder.mkdir(mode=0o711)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PCD_BODY", "fenmoor")
        own.start()
    with (
        FreshDatabase.cloned(own, f"{own.prefix}_fenmoor"),
        django_db_blocker.unblock(),
        override_settings(BODY="fenmoor"),
    ):
        people = make_people(rig.PASSWORD)
        published = walk.bring(walk.draft(made_up(1, "Fire station roof"), people), people, "published")
        officer = signed_in(people["officer"])
        assert save(officer, "/papers/new/", working_title="Fire boats").status_code == 303
        begun = Version.objects.get(working_title="Fire boats")
        yield {"published": published, "begun": begun}
    own.server.stop()


def test_the_main_job_runs_from_the_form_to_the_public_page(fenmoor: dict[str, Version]) -> None:
    year = timezone.localdate().year
    decision = fenmoor["published"].decision
    assert decision.reference == f"{year}/1"

    page = PublicClient().get(f"/decisions/{year}-1/")
    words = text_of(page)

    assert page.status_code == 200
    for said in (
        f"{year}/1",
        "Fenmoor Police, Fire and Crime Commissioner",
        "The Commissioner is asked to:",
        "4. Financial implications",
        "6. Equality, diversity and human rights",
        "I approve the recommendations above.",
        "Chief Executive and Monitoring Officer",
    ):
        assert said in words
    assert OTHERS_WORDS.findall(page.content.decode()) == []
    data = json.loads(PublicClient().get(f"/decisions/{year}-1.json").content)
    assert data["decision"]["body"] == "Fenmoor Police, Fire and Crime Commissioner"


@pytest.mark.parametrize("spelling", ["{year}/1", "{year}-01", "{year} 1"])
def test_its_references_are_read_however_they_are_written(fenmoor: dict[str, Version], spelling: str) -> None:
    year = timezone.localdate().year
    answer = PublicClient().get(f"/decisions/{spelling.format(year=year)}/", follow=True)
    assert f"{year}/1" in text_of(answer)
    found = PublicClient().get("/decisions/", {"q": f"{year}/1"})
    assert "Fire station roof" in text_of(found)


def test_an_officer_writes_in_the_bodys_own_form(fenmoor: dict[str, Version]) -> None:
    person = fenmoor["begun"].drafting_officer
    page = text_of(signed_in(person).get(url("paper", fenmoor["begun"])))
    assert "3. Legal implications" in page
    assert OTHERS_WORDS.findall(page) == []


def test_the_mayors_office_is_offered_where_there_is_none(fenmoor: dict[str, Version]) -> None:
    form = NewOfficeForm({"role": MAYOR, "title": "Mayor of the Fens"})
    assert form.is_valid(), form.errors
    assert form.proposal() == {"role": MAYOR, "title": "Mayor of the Fens", "key": MAYOR}


def test_one_body_only_is_there(fenmoor: dict[str, Version]) -> None:
    assert list(Body.objects.values_list("pk", flat=True)) == ["fenmoor"]
    assert set(NumberEvent.objects.values_list("body_key", flat=True)) == {"fenmoor"}


def test_numbers_begin_again_each_year(fenmoor: dict[str, Version], monkeypatch: pytest.MonkeyPatch) -> None:
    decision = Decision.objects.get(pk=fenmoor["begun"].decision_id)
    monkeypatch.setattr(timezone, "localdate", lambda: date(2031, 1, 2))
    with transaction.atomic():
        take_number(decision)
    assert decision.reference == "2031/1"
