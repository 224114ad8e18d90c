"""The body's numbers and the words of its form: a new series and a new edition begin by two people on the pages."""

import json
from collections.abc import Mapping
from datetime import date
from itertools import chain
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals.demo import walk
from approvals.demo.papers import made_up
from approvals.numbers import take_number
from decisions.archive import records
from decisions.models import Counter, Decision, FormEdition, Series
from decisions.reference import editions, series
from pcd.people.models import Change, User
from tests.archived import kept, old_paper
from tests.drafting import begun, signed_in, text_of
from tests.pages import assert_valid_html
from tests.test_people_pages import decided, page, second, soon, typed
from tests.test_reference_pages import body, post

pytestmark = pytest.mark.django_db

People = Mapping[str, User]
SERIES = {"name": "Decisions of the Deputy Mayor", "letters": "PCF", "way": "running", "first_number": "1"}
MAKER = {**SERIES, "made_by": "decision_maker"}


@pytest.fixture
def admin(people: People) -> Client:
    """The administrator, signed in."""
    return signed_in(people["admin"])


def numbered(people: People, made_by: str = "decision_maker") -> Decision:
    """A decision that has just taken its number."""
    decision = Decision.objects.create(body=body(), created_by=people["officer"])
    take_number(decision, made_by)  # type: ignore[arg-type]
    return decision


# Series


def test_a_new_series_numbers_from_agreement_on_and_what_is_numbered_stays(
    admin: Client, people: People
) -> None:
    page(admin, "reference-change", "series")
    first, second_one = numbered(people), numbered(people)
    assert (first.reference, second_one.reference) == ("PCD 1637", "PCD 1638")
    assert post(admin, "series", **MAKER).status_code == 303
    assert numbered(people).reference == "PCD 1639"  # nobody has agreed
    change = Change.objects.get()
    governance = second(people)
    assert "A new series of numbers" in page(governance, "my-work")
    said = page(governance, "change", change.pk)
    for words in (
        "PCF1 on the form, PCF 1 elsewhere",
        "Begin with 1 and go on from year to year",
        "Decisions of the Deputy Mayor for Policing and Crime (PCD). Papers that have a number keep it",
    ):
        assert words in said
    assert decided(governance, change).status_code == 303
    assert [numbered(people).reference for _ in range(2)] == ["PCF 1", "PCF 2"]
    first.refresh_from_db()
    take_number(first)  # as a paper that was returned is submitted again
    assert (first.reference, first.key) == ("PCD 1637", "pcd-1637")
    assert Counter.objects.get(series__key="pcd").last_number == 1639
    assert numbered(people, "chief_executive").reference.startswith("CEOD 1 - ")
    shown = page(admin, "reference-subject", "series")
    assert "such as PCF 12 · gives new numbers" in shown
    assert "such as PCD 12 · names old decisions only" in shown
    assert "Agreed: a new series of numbers" in page(admin, "reference")
    old = Series.objects.filter(key="pcd")
    for change_of in ({"issues": True}, {"key": "pcx"}, {"in_text": "{series}-{number}"}, {"name": "Other"}):
        with pytest.raises(IntegrityError, match="series refused"), transaction.atomic():
            old.update(**change_of)
    with pytest.raises(IntegrityError, match="series of the past"), transaction.atomic():
        Counter.objects.filter(series__key="pcd").update(last_number=1640)


def test_a_series_by_year_begins_in_its_first_year_where_other_papers_ended(
    admin: Client, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    year = timezone.localdate().year
    form = {**MAKER, "way": "year_first", "first_number": "32"}
    assert post(admin, "series", **form).status_code == 303
    change = Change.objects.get()
    said = page(second(people), "change", change.pk)
    assert f"PCF {year}/32" in said
    assert f"Begin again with 1 each year, in {year} with 32" in said
    assert decided(second(people), change).status_code == 303
    assert [numbered(people).reference for _ in range(2)] == [f"PCF {year}/32", f"PCF {year}/33"]
    monkeypatch.setattr(timezone, "localdate", lambda: date(year + 1, 1, 2))
    assert numbered(people).reference == f"PCF {year + 1}/1"
    # Agreed to when its year is over, it would begin otherwise than its page says.
    assert post(admin, "series", **form | {"letters": "PCG"}).status_code == 303
    late = Change.objects.latest("proposed_at")
    monkeypatch.setattr(timezone, "localdate", lambda: date(year + 2, 1, 2))
    assert "has changed since it was proposed" in text_of(decided(second(people), late))
    assert numbered(people).reference == f"PCF {year + 2}/1"


def test_a_body_without_numbers_for_its_chief_executive_gets_them_on_the_page(
    admin: Client, people: People
) -> None:
    Series.objects.filter(made_by="chief_executive").update(issues=False)
    form = SERIES | {"letters": "CEX", "made_by": "chief_executive", "first_number": "7"}
    assert post(admin, "series", **form).status_code == 303
    change = Change.objects.get()
    assert "No series gives these decisions their numbers." in page(second(people), "change", change.pk)
    assert decided(second(people), change).status_code == 303
    assert numbered(people, "chief_executive").reference == "CEX 7"
    assert numbered(people).reference == "PCD 1637"


def test_letters_and_references_that_could_be_another_series_are_refused(
    admin: Client, people: People
) -> None:
    cases = {
        "PCD stands for the series “Decisions of the Deputy Mayor for Policing and Crime”": {
            "letters": "pcd"
        },
        "DMPCD stands for the series": {"letters": "DMPCD"},  # one of the past names its decisions still
        "The letters must be 2 to 6 letters from A to Z": {"letters": "PC1"},
        "Enter the letters of the series": {"letters": ""},
        "First number must be 1 or more": {"first_number": "0"},
        "Select how references are written": {"way": ""},
    }
    for words, wrong in cases.items():
        answer = post(admin, "series", **MAKER | wrong)
        assert words in text_of(answer), words
        assert 'value="Decisions of the Deputy Mayor"' in answer.content.decode()
        assert_valid_html(answer.content.decode())
    assert not Change.objects.exists()
    # Two series without letters would share their references, whoever decides.
    assert post(admin, "series", **MAKER | {"way": "no_letters"}).status_code == 303
    late = MAKER | {"letters": "CEX", "way": "no_letters", "made_by": "chief_executive"}
    assert post(admin, "series", **late).status_code == 303
    assert "proposed already" in text_of(post(admin, "series", **late))
    assert post(admin, "series", **MAKER | {"letters": "XXX"}).status_code == 303
    first, second_one, third = Change.objects.all()
    assert decided(second(people), first).status_code == 303
    assert "could be read as one of the series “Decisions of the Deputy Mayor”" in text_of(
        decided(second(people), second_one)
    )
    assert "has changed since it was proposed" in text_of(decided(second(people), third))
    assert "could be read as one of" in text_of(post(admin, "series", **late))
    assert Series.objects.filter(issues=True).count() == 2


def test_every_way_of_writing_is_read_back(people: People) -> None:
    for letters, (key, way) in zip(("aa", "ab", "ac", "ad"), series.WAYS.items(), strict=True):
        pattern = way.of(letters)
        year = 2027 if way.by_year else None
        for written in (pattern.reference(12, year), pattern.form_reference(12, year)):
            assert pattern.read(written) == (12, year), key
        others = [other.of(again) for again, other in zip("wxyz", series.WAYS.values(), strict=True)]
        assert [pattern.may_be(other) for other in others].count(True) == (key == "no_letters")


# Editions


def new_edition(client: Client, **said: Any) -> dict[str, Any]:
    """What the form of a new edition holds, with what somebody types over it."""
    form = client.get(reverse("reference-change", args=["form-editions"])).context["form"]
    shown = {name: form[name].value() for name in form.fields if name != "valid_from"}
    return shown | typed("valid_from", soon(10)) | {"name": "Of spring"} | said


WORDS = {
    "sections__equality": "Equality, diversity and inclusion",
    "declarations__legal": "The legal team of the force has been consulted.",
}


def test_a_new_edition_is_for_papers_begun_from_its_day_on(
    admin: Client, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = page(admin, "reference-change", "form-editions")
    for label in (
        "Section 7: Equality comments",
        "Declaration on the form: Legal Advice",
        "Notice on Part 2: text",
    ):
        assert label in shown
    old = FormEdition.in_force(body())
    before = walk.draft(made_up(1, "Lockers"), people)
    assert post(admin, "form-editions", **new_edition(admin, **WORDS)).status_code == 303
    assert FormEdition.objects.count() == 1
    change, governance = Change.objects.get(), second(people)
    assert "A new edition of the form" in page(governance, "my-work")
    said = page(governance, "change", change.pk)
    for words in (
        "Equality, diversity and inclusion Until then: Equality Comments",
        "Until then: The MPS legal team has been consulted on the proposal.",
    ):
        assert words in said
    assert "Financial Comments" not in said  # it stays as it is
    assert decided(governance, change).status_code == 303
    new = FormEdition.objects.latest()
    assert (new.valid_from, new.name) == (soon(10), "Of spring")
    assert [row["kind"] for row in new.sections] == [row["kind"] for row in old.sections]
    assert new.wording == old.wording | {
        "declarations": old.wording["declarations"] | {"legal": WORDS["declarations__legal"]}
    }
    officer = signed_in(people["officer"])
    assert begun(officer).edition == old  # until its day
    shown = page(admin, "reference-subject", "form-editions")
    assert "Of spring, from" in shown
    for when in ("(to come)", "(in force)"):
        assert shown.count(when) == 1
    with monkeypatch.context() as then:
        then.setattr(timezone, "localdate", lambda: new.valid_from)
        after = begun(officer)
    for paper, heading in ((before, "7. Equality Comments"), (after, "7. Equality, diversity and inclusion")):
        assert heading in text_of(officer.get(reverse("paper", args=[paper.decision_id])))
    with pytest.raises(IntegrityError, match="append only"), transaction.atomic():
        FormEdition.objects.filter(pk=old.pk).update(name="Other")


def test_an_edition_that_would_not_print_well_is_refused_with_all_reasons_and_nothing_typed_is_lost(
    admin: Client, people: People
) -> None:
    wrong = {
        "sections__legal": "",
        "declarations__drafting_officer": "Somebody has drafted this report.",
        "declarations__head_of_service": "The {head_of_service has reviewed it.",
        "declarations__legal": "The {team} has been consulted.",
        "recommended_to": "Recommendations:",
        "part1_heading": "PART 1",
        "decider": "Deputy for Safety",
        **typed("valid_from", timezone.localdate()),
    }
    answer = post(admin, "form-editions", **new_edition(admin, **wrong))
    said, html = text_of(answer), answer.content.decode()
    for words in (
        "Enter the words: Section 4: Legal comments",
        "Keep {drafting_officer}, in whose place stands who drafted the paper",
        "Keep {head_of_service}, in whose place stands the office of the head of service",
        "Use no curly brackets",
        "Begin with “The”, who decides and “is”",
        "End in capitals with “ TO THE”",
        "Name the decision maker as above: Deputy for Safety",
        "must be the same as or after",
    ):
        assert words in said, words
    assert "Somebody has drafted this report." in html
    assert 'value="Deputy for Safety"' in html
    assert_valid_html(html)
    for trap in ("{drafting_officer!z}", "{drafting_officer:>999999999}", "{drafting_officer.password}"):
        answer = post(admin, "form-editions", **new_edition(admin, declarations__drafting_officer=trap))
        assert "Keep {drafting_officer}" in text_of(answer), trap
    assert "this edition says the same" in text_of(post(admin, "form-editions", **new_edition(admin)))
    mistyped = new_edition(admin, **WORDS, **typed("valid_from", date(timezone.localdate().year + 45, 4, 1)))
    assert "must be the same as or before" in text_of(post(admin, "form-editions", **mistyped))
    assert not Change.objects.exists()
    for legal in ("Legal matters", "Law"):
        assert post(admin, "form-editions", **new_edition(admin, sections__legal=legal)).status_code == 303
    first, late = Change.objects.all()
    assert decided(second(people), first).status_code == 303
    assert "has changed since it was proposed" in text_of(decided(second(people), late))
    assert "“Of spring” begins, whose words stand below" in page(admin, "reference-change", "form-editions")
    assert "must be the same as or after" in text_of(
        post(admin, "form-editions", **new_edition(admin, sections__legal="Law"))
    )


def test_an_old_decision_is_not_said_to_be_of_a_decision_maker_to_come(people: People) -> None:
    present = FormEdition.in_force(body())
    wording = present.wording | {"decider": "Commissioner to come"}
    FormEdition.objects.create(
        body=body(), valid_from=soon(10), name="To come", sections=present.sections, wording=wording
    )
    file = kept(old_paper(96), people)
    file.reading = {**(file.reading or {}), "decision_maker": ""}
    records.settle(file)
    assert json.loads(bytes(file.content))["decider"] == present.wording["decider"]


@pytest.mark.parametrize("name", ["mopac", "fenmoor"])
def test_every_word_that_is_printed_can_be_changed_and_the_shipped_words_are_sound(name: str) -> None:
    rows = json.loads((settings.BASE_DIR / "decisions" / "fixtures" / f"{name}.json").read_text())
    [fields] = [row["fields"] for row in rows if row["model"] == "decisions.formedition"]
    edition = FormEdition(sections=fields["sections"], wording=fields["wording"])
    said = {word.name: editions.says(edition, word) for word in editions.words(edition)}
    assert editions.why_not(edition, said) == {}
    assert editions.reworded(edition, said) == {"sections": edition.sections, "wording": edition.wording}
    nowhere = {"chief_executive"}  # kept in the snapshot, printed nowhere
    assert set(names_of(edition.wording)) - nowhere <= said.keys()


def names_of(wording: Mapping[str, Any], *path: str) -> list[str]:
    """The names of all words of an edition but its headings."""
    return list(
        chain.from_iterable(
            names_of(value, *path, key) if isinstance(value, dict) else ["__".join([*path, key])]
            for key, value in wording.items()
        )
    )
