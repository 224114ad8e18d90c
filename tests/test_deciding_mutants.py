"""Each guard of deciding and of returns is needed: without it what it refuses goes through."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from approvals import returned
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, made_up
from approvals.demo.people import make_people
from approvals.models import (
    Advice,
    AdviceRequest,
    BriefingNote,
    Recusal,
    ReturnAnswer,
    ReturnPoint,
    Round,
)
from approvals.signing import signs_as
from approvals.workflow import perform
from decisions.models import Part2Submitted
from decisions.snapshot import load
from pcd.people.models import Holding, Office, PrivateOffice
from tests import rig
from tests.databases import FreshDatabase
from tests.drafting import section_of
from tests.mutants import Change, Stage, tried, without_trigger
from tests.test_route_guards import signature


@pytest.fixture(scope="module")
def stage(cluster: rig.Cluster, worker: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    with (
        FreshDatabase.cloned(cluster, f"{cluster.prefix}_{worker}_deciding") as database,
        django_db_blocker.unblock(),
    ):
        people = make_people(rig.PASSWORD)
        papers = {
            name: walk.bring(walk.draft(made_up(n, "Masts", part2=CUSTODY), people), people, station)
            for n, (name, station) in enumerate(
                (
                    ("no part", "with_decision_maker"),
                    ("waits", "with_chief_executive"),
                    ("back", "with_chief_executive"),
                ),
                start=1,
            )
        }
        written = section_of(people["equality"], walk.draft(made_up(4, "Lockers"), people), people)
        papers["written"] = walk.bring(written, people, "with_chief_executive")
        perform(papers["no part"].pk, "withdraw_from_deciding", by=people["dmpc"], interest="My brother.")
        place = returned.places(papers["back"])["summary"]
        perform(
            papers["back"].pk,
            "return_for_amendment",
            by=people["chief"],
            reason="Say more.",
            points=[(place, "Say why.")],
        )
        yield Stage(database, people, {name: load(row.pk) for name, row in papers.items()})


def point(round_of: Round) -> ReturnPoint:
    """Give a point of a return by hand."""
    return ReturnPoint.objects.create(round=round_of, position=9, part="summary", called="x", text="x")


def decided_all_the_same(stage: Stage) -> None:
    """Let who takes no part sign the decision by hand."""
    signature(stage.papers["no part"], stage.people["dmpc"], "decision_maker")()


def no_part_too_soon(stage: Stage) -> None:
    """Declare an interest in a paper that is with the chief executive."""
    person = stage.people["dmpc"]
    title = Holding.objects.own().get(person=person).office.title
    Recusal.objects.create(
        version=stage.papers["waits"], person=person, name=person.full_name, office_title=title, interest="x"
    )


def answered_too_late(stage: Stage) -> None:
    """Answer a point while others sign."""
    made = point(stage.papers["waits"].rounds.get())
    ReturnAnswer.objects.create(point=made, how="words", text="x", by=stage.people["officer"])


def other_part_2(stage: Stage) -> None:
    """Keep, later, another Part 2 beside what was submitted."""
    snapshot = stage.papers["waits"].rounds.get().snapshot
    kept = snapshot.part2_submitted.get()
    paper = stage.papers["back"].part2_papers.get().pk
    Part2Submitted.objects.create(
        snapshot=snapshot, paper=paper, ciphertext=kept.ciphertext, commitment=kept.commitment
    )


def named_by_delegate(stage: Stage) -> PrivateOffice:
    """Let somebody who only signs for the chief executive name their private office by hand."""
    office, later = Office.objects.get(key="chief-executive"), timezone.now() + timedelta(days=1)
    person, by = stage.people["officer2"], stage.people["deputy"]
    return PrivateOffice.objects.create(office=office, person=person, named_by=by, until=later)


def noted_by_anybody(stage: Stage) -> BriefingNote:
    """Write a note for an office that one neither holds nor serves."""
    return BriefingNote.objects.create(
        version=stage.papers["waits"],
        office=Office.objects.get(key="chief-executive"),
        by=stage.people["officer2"],
        holds_part2=False,
        sealed=b"x",
    )


def beyond_the_amount(stage: Stage) -> None:
    """Let who signs for the chief executive up to a pound sign by hand."""
    end, version, person = timezone.now() + timedelta(days=1), stage.papers["waits"], stage.people["officer2"]
    about = {"capacity": "delegate", "authority": "4.2", "until": end, "up_to": 1}
    held = Holding.objects.create(office=Office.objects.get(key="chief-executive"), person=person, **about)
    signature(version, person, "chief_executive", **signs_as(version, person, held)._asdict())()


def signed_after_a_section(stage: Stage) -> None:
    """Let who saved a word of a section, and came into the office since, sign by hand."""
    person, office = stage.people["equality"], Office.objects.get(key="chief-executive")
    Holding.objects.create(office=office, person=person)
    signature(stage.papers["written"], person, "chief_executive")()


def advised_after_signing(stage: Stage) -> Advice:
    """Give advice by hand on what one has signed in this round."""
    version, head = stage.papers["waits"], stage.people["head"]
    asked = AdviceRequest.objects.create(
        version=version, adviser=head, area="equality", asked_by=stage.people["officer"]
    )
    covers = {"summary": "0" * 64}
    return Advice.objects.create(request=asked, adviser=head, outcome="content", covers=covers)


MUTANTS: dict[str, tuple[Change, Callable[[Stage], Any]]] = {
    "who takes no part decides nothing": (
        without_trigger("ac_no_part", "approvals_signature"),
        decided_all_the_same,
    ),
    "a delegate signs nothing beyond the amount of their delegation": (
        without_trigger("ae_amount", "approvals_signature"),
        beyond_the_amount,
    ),
    "who wrote a section signs nothing": (
        without_trigger("ad_section", "approvals_signature"),
        signed_after_a_section,
    ),
    "nobody advises on what they signed": (
        without_trigger("ab_not_signed", "approvals_advice"),
        advised_after_signing,
    ),
    "an interest is declared while the paper waits for a decision": (
        without_trigger("aa_recusal", "approvals_recusal"),
        no_part_too_soon,
    ),
    "a point is given with the return": (
        without_trigger("aa_point", "approvals_returnpoint"),
        lambda stage: point(stage.papers["back"].rounds.get()),
    ),
    "a point is answered while the paper is written": (
        without_trigger("aa_answer", "approvals_returnanswer"),
        answered_too_late,
    ),
    "only the Part 2 that is submitted is kept": (
        without_trigger("aa_submitted", "decisions_part2submitted"),
        other_part_2,
    ),
    "who holds an office names its private office": (
        without_trigger("aa_named", "people_privateoffice"),
        named_by_delegate,
    ),
    "a briefing note is of the office that the paper is with": (
        without_trigger("aa_note", "approvals_briefingnote"),
        noted_by_anybody,
    ),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_each_guard_is_missed_when_it_is_gone(stage: Stage, name: str) -> None:
    change, act = MUTANTS[name]
    tried(stage.database, change, partial(act, stage))
