"""Each guard of the archive is needed: taken away, what it refuses goes through; put back, it is refused again."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from django.db.models.functions import Now
from pytest_django import DjangoDbBlocker

from approvals.demo import walk
from approvals.demo.papers import made_up
from approvals.demo.people import make_people
from decisions.archive import approving, releasing
from decisions.models import (
    Alias,
    ArchiveApproval,
    ArchiveBatch,
    ArchiveFile,
    Counter,
    Decision,
    Publication,
    PublicationBody,
    Series,
)
from decisions.publishing import publish_archived
from tests import rig
from tests.archived import People, approved, kept, old_paper
from tests.databases import FreshDatabase
from tests.mutants import Change, accepted, tried, without_fault, without_trigger, without_unique


@dataclass(frozen=True)
class Stage:
    """A database with a batch at every station, one file in each, and a draft."""

    database: FreshDatabase
    people: People
    files: dict[str, ArchiveFile]
    draft: Decision


@pytest.fixture(scope="module")
def stage(cluster: rig.Cluster, worker: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    with (
        FreshDatabase.cloned(cluster, f"{cluster.prefix}_{worker}_archive") as database,
        django_db_blocker.unblock(),
    ):
        people = make_people(rig.PASSWORD)
        papers = {
            name: old_paper(number) for number, name in enumerate(("open", "once", "approved"), start=1)
        }
        papers |= {
            name: old_paper(number).replace(f"DMPCD 2013/{number}", f"PCD {number}")
            for number, name in ((1637, "issued"), (1901, "above"), (1900, "numbered"))
        }
        files = {name: kept(paper, people, batch=name) for name, paper in papers.items()}
        walk.bring(walk.draft(made_up(1, "Masts"), people), people, "with_head_of_service")
        for name, persons in {"once": 1, "issued": 2, "above": 2}.items():
            for person in ("governance", "governance2")[:persons]:
                approval(name, person)(Stage(database, people, files, Decision()))
        for name in ("approved", "numbered"):
            approved(files[name].batch, people)
        yield Stage(database, people, files, walk.draft(made_up(2, "Boats"), people).decision)


def approval(name: str, person: str, **changes: Any) -> Callable[[Stage], Any]:
    """Approve a batch past the page."""

    def act(stage: Stage) -> None:
        batch = stage.files[name].batch
        values = {"batch": batch, "person": stage.people[person], "digest": approving.digest_of(batch)}
        ArchiveApproval.objects.create(**values | changes)

    return act


def called_approved(name: str) -> Callable[[Stage], Any]:
    """Say of a batch that it is approved."""
    return lambda stage: ArchiveBatch.objects.filter(pk=stage.files[name].batch_id).update(approved_at=Now())


def file_changed(name: str, **changes: Any) -> Callable[[Stage], Any]:
    """Change a file past the page."""
    return lambda stage: ArchiveFile.objects.filter(pk=stage.files[name].pk).update(**changes)


def published(name: str) -> Callable[[Stage], Any]:
    """Publish a file past the clock."""
    return lambda stage: publish(stage.files[name])


def publish(file: ArchiveFile) -> Publication:
    day = file.published_on or file.decided_on
    assert day
    return publish_archived(file.pk, bytes(file.content), published_at=releasing.midnight(day))


def head(**changes: Any) -> Callable[[Stage], Any]:
    """Publish only the head of what was approved, with something else in it."""

    def act(stage: Stage) -> None:
        file = stage.files["approved"]
        copy = {
            "id": file.pk,
            "body_key": "mopac",
            "series": "dmpcd",
            "year": file.year,
            "number": file.number,
        }
        copy |= {
            "version": 1,
            "origin": "archive",
            "key": file.key,
            "reference": file.reference,
            "title": "x",
        }
        copy |= {"summary": "", "kinds": [], "decider": "", "outcome": "", "decided_on": file.decided_on}
        copy |= {"has_part2": False, "search_text": "", "published_at": releasing.midnight(file.decided_on)}  # type: ignore[arg-type]
        Publication.objects.create(**{**copy, **changes})

    return act


def another_body(stage: Stage) -> None:
    """Publish what was approved, with the body of something else."""
    head()(stage)
    content = b'{"snapshot_digest":"","acts_digest":""}'
    PublicationBody.objects.create(
        publication_id=stage.files["approved"].pk, content=content, digest=hashlib.sha256(content).digest()
    )


def another_alias(stage: Stage) -> None:
    """Lead an address to a decision that was not approved with it."""
    Alias.objects.create(path="/elsewhere", publication=publish(stage.files["approved"]))


def the_same_number(stage: Stage) -> None:
    """Archive a number that another file has."""
    row = ArchiveFile.objects.get(pk=stage.files["open"].pk)
    row.pk, row.digest = None, b"another"
    row.save(force_insert=True)


def issued(number: int) -> Callable[[Stage], Any]:
    """Give a draft a number."""
    return lambda stage: Decision.objects.filter(pk=stage.draft.pk).update(
        number=number, series=Series.objects.get(key="pcd")
    )


#: What is refused, by which guard; take it away and it goes through.
MUTANTS: dict[str, tuple[Change, Callable[[Stage], Any]]] = {
    "two people approve": (
        without_fault("guard_archive_batch", "two people have not approved it"), called_approved("once"),
    ),
    "a number issued here is not archived": (
        without_fault("guard_archive_batch", "a number of it was issued here"), called_approved("issued"),
    ),
    "numbering begins above": (
        without_fault("guard_archive_batch", "numbering does not begin above it"), called_approved("above"),
    ),
    "who approves is of the governance team": (
        without_fault("guard_archive_approval", "the approver is not of the governance team"), approval("open", "dmpc"),
    ),
    "what is approved is what is there": (
        without_fault("guard_archive_approval", "another list was shown"),
        approval("open", "governance", digest=b"x" * 32),
    ),
    "an approved file is frozen": (
        without_fault("guard_archive_file", "two people have approved its batch"), file_changed("approved", title="x"),
    ),
    "a file is what its digest says": (
        without_fault("guard_archive_file", "its bytes are not those that it speaks of"),
        file_changed("open", content=b"{}"),
    ),
    "what is called published is published": (
        without_fault("guard_archive_file", "nothing of it has been published"),
        file_changed("approved", status="published"),
    ),
    "a number is archived once": (
        without_unique("a_number_is_archived_once", "decisions_archivefile"), the_same_number,
    ),
    "nothing unapproved is published": (
        without_fault("guard_archive_publication", "two people have not approved it"), published("once"),
    ),
    "nothing is published under another number": (
        without_fault("guard_archive_publication", "it bears another number or date"), head(number=9999),
    ),
    "nothing is published on another day": (
        without_fault("guard_archive_publication", "it was not published on that day"), head(published_at=Now()),
    ),
    "the published body is what was approved": (
        without_trigger("aa_bytes", "decisions_publicationbody"), another_body,
    ),
    "the archive claims no signature": (
        without_unique("only_the_archive_claims_no_signature", "decisions_publication"),
        head(snapshot_digest=b"x", acts_digest=b"x"),
    ),
    "an old address is one that was approved": (without_trigger("aa_alias", "decisions_alias"), another_alias),
    "a number of the archive is not issued": (without_trigger("ab_archive", "decisions_decision"), issued(1900)),
    "a series of the past issues no numbers": (
        without_trigger("aa_count", "decisions_counter"),
        lambda stage: Counter.objects.create(series=Series.objects.get(key="dmpcd"), year=2013, last_number=1),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MUTANTS)
def test_each_guard_is_missed_when_it_is_gone(stage: Stage, name: str) -> None:
    change, act = MUTANTS[name]
    tried(stage.database, change, partial(act, stage))


def test_a_true_approval_and_a_true_publication_are_taken(stage: Stage) -> None:
    for act in (approval("open", "governance"), published("approved"), published("numbered"), head()):
        assert accepted(partial(act, stage))
