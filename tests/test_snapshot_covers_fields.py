"""Every field of the paper is in the bytes that are signed, or is named here with the reason why not."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, IntegrityError, models, transaction

from approvals.demo import walk
from approvals.demo.papers import PCD_1637
from decisions.models import (
    Attachment,
    AttachmentCheck,
    ContractAward,
    Declaration,
    ExemptionClaim,
    FinancialLine,
    FundingGrant,
    JointDecider,
    Link,
    Paragraph,
    Part2File,
    Part2Paper,
    Part2Text,
    Recommendation,
    SchemeParagraph,
    Section,
    Supplier,
    UnobtainedAdvice,
    Version,
)
from decisions.snapshot import SCHEMA, component_digests, load, snapshot_bytes
from pcd.people.models import User
from tests.attached import attach, seal

pytestmark = pytest.mark.django_db

PAPER: tuple[type[models.Model], ...] = (
    Version, Section, Paragraph, Recommendation, FinancialLine, ContractAward, Supplier, FundingGrant,
    Link, JointDecider, Part2Paper, ExemptionClaim, Part2Text, Declaration, Attachment, AttachmentCheck, Part2File,
    UnobtainedAdvice,
)  # fmt: skip
KEY, PLACE = "the row's key", "which row it belongs to: moving it is told by the parent's own content"
#: Fields that say nothing to a reader, each with the reason.
BOOKKEEPING = {
    **{(model.__name__, model._meta.pk.name): KEY for model in PAPER if model._meta.pk},
    ("Version", "decision"): PLACE,
    ("Version", "number"): "signed, but the database never lets it change: its own test below",
    ("Version", "state"): "where the paper stands on the route; the acts say it",
    ("Version", "created_at"): "when it was begun",
    ("Version", "working_title"): "never published and never signed",
    **{
        ("Version", name): "which earlier text it was begun with; what it says now is signed"
        for name in ("begun_from", "begun_from_archived")
    },
    ("Section", "version"): PLACE,
    ("Paragraph", "section"): PLACE,
    ("Recommendation", "version"): PLACE,
    ("FinancialLine", "recommendation"): PLACE,
    ("ContractAward", "recommendation"): PLACE,
    ("Supplier", "award"): PLACE,
    ("FundingGrant", "recommendation"): PLACE,
    ("Link", "version"): PLACE,
    ("JointDecider", "version"): PLACE,
    ("Part2Paper", "version"): PLACE,
    ("Part2Paper", "owner"): "who looks after the review; may change when people do",
    ("ExemptionClaim", "paper"): PLACE,
    (
        "Part2Text",
        "ciphertext",
    ): "the commitment stands for it, and a trigger of the vault ties it to its row",
    ("Declaration", "version"): PLACE,
    ("UnobtainedAdvice", "version"): PLACE,
    ("Attachment", "version"): PLACE,
    ("Attachment", "added_by"): "who brought it, so that somebody else checks it; the trail says it",
    ("Attachment", "added_at"): "since when a second person is asked; the trail says it",
    **{
        ("Attachment", name): "signed, but the database never lets it change: its own test below"
        for name in ("kind", "size", "digest", "accessible", "as_it_is")
    },
    **{
        ("AttachmentCheck", name): "signed, but the database never lets it change: its own test below"
        for name in ("person", "at")
    },
    ("Part2File", "paper"): PLACE,
    ("Part2File", "about"): "the commitment stands for it",
}


def fields() -> list[tuple[type[models.Model], str]]:
    return [(model, field.name) for model in PAPER for field in model._meta.concrete_fields]


@pytest.fixture
def paper(people: walk.People) -> Version:
    """A paper with a row of every kind, two where their order matters."""
    return of_everything(people)


def of_everything(people: walk.People) -> Version:
    """Draft a paper with a row of every kind, two where their order matters."""
    version = walk.draft(PCD_1637, people)
    first = version.recommendations.order_by("position")[0]
    for position in (8, 9):
        FinancialLine.objects.create(recommendation=first, position=position, kind="revenue", amount=position)
        award = ContractAward.objects.create(
            recommendation=first, position=position, action="award", value=position
        )
        Supplier.objects.create(award=award, position=1, name="Alder")
        Supplier.objects.create(award=award, position=2, name="Birch")
        FundingGrant.objects.create(
            recommendation=first, position=position, direction="given", amount=position
        )
        Link.objects.create(version=version, position=position, kind="follows", reference=f"PCD {position}")
        JointDecider.objects.create(
            version=version, position=position, body=f"Body {position}", office="Mayor"
        )
    UnobtainedAdvice.objects.create(version=version, area="finance", reason="the offer ends")
    second = Part2Paper.objects.create(version=version, position=2, title="Second", marking="official")
    for title in ("Prices", "Years"):
        attach(version, people["officer"], title=title)
        seal(second, title)
    return load(version.pk)


def another_edition(paper: Version) -> Any:
    """Return a second edition of the form, with one word changed."""
    edition = type(paper.edition).objects.get(pk=paper.edition.pk)
    edition.pk, edition.valid_from = uuid4(), date(2020, 1, 1)
    edition.wording = {**edition.wording, "decider": "Commissioner"}
    edition.save(force_insert=True)
    return edition


def free_kind(paper: Version) -> str:
    """Return a kind of section that the paper does not have (any more)."""
    paper.sections.filter(kind="supporting").delete()
    return "supporting"


def free_statement(paper: Version) -> str:
    """Return a statement that is not confirmed (any more)."""
    paper.declarations.filter(statement="privacy").delete()
    return "privacy"


Update = dict[str, Any]
#: Fields whose new value cannot be made from their kind alone.
SPECIAL: dict[tuple[str, str], Callable[[Version, Any], Update]] = {
    ("Version", "edition"): lambda paper, _: {"edition": another_edition(paper)},
    ("Version", "decider"): lambda *_: {"decider": "mayor", "decider_reason": "It is contentious."},
    ("Version", "scheme_paragraph"): lambda paper, _: {
        "scheme_paragraph": SchemeParagraph.objects.filter(decider=paper.decider, kinds=["property"]).get()
    },
    ("Section", "kind"): lambda paper, _: {"kind": free_kind(paper)},
    ("Declaration", "statement"): lambda paper, _: {"statement": free_statement(paper)},
    ("Declaration", "person"): lambda *_: {
        "person": User.objects.create_user("x", full_name="Somebody Else")
    },
    ("Recommendation", "parent"): lambda paper, row: {
        "parent": paper.recommendations.exclude(pk=row.pk).last()
    },
    ("Recommendation", "cites"): lambda paper, row: {
        "cites": Paragraph.objects.filter(section__version=paper).exclude(pk=row.cites_id).first()
    },
    ("Attachment", "accessible_version"): lambda paper, row: {
        "accessible_version": paper.attachments.exclude(pk=row.pk).first()
    },
    ("FinancialLine", "amount_to"): lambda *_: {"certainty": "range", "amount_to": Decimal(99_999_999)},
    ("FinancialLine", "certainty"): lambda *_: {"certainty": "estimate"},
    ("ContractAward", "certainty"): lambda *_: {"certainty": "exact"},
    ("FundingGrant", "certainty"): lambda *_: {"certainty": "up_to"},
}
#: Another value for each kind of field; the first that fits.
OTHER: tuple[tuple[type[models.Field[Any, Any]], Any], ...] = (
    (ArrayField, ["other"]),
    (models.DateTimeField, datetime(2001, 2, 3, tzinfo=UTC)),
    (models.DateField, date(2001, 2, 3)),
    (models.DecimalField, Decimal("12.34")),
    (models.IntegerField, 999),
    (models.BinaryField, b"other"),
    (models.JSONField, [{"year": 2031, "amount": "1.00"}]),
    (models.URLField, "https://example.org/other"),
    (models.Field, "other words"),
)


def other_value(field: Any, now: Any) -> Any:
    """Return a value that this field may have and has not."""
    if isinstance(field, models.BooleanField):
        return not now
    if isinstance(field, models.ForeignKey):
        target: Any = field.related_model
        return target.objects.exclude(pk=now.pk).first() if now else target.objects.first()
    if field.choices:
        return next(key for key, _ in field.choices if key not in ("", now))
    return next(value for kind, value in OTHER if isinstance(field, kind))


@pytest.mark.parametrize("model", PAPER, ids=[model.__name__ for model in PAPER])
def test_every_field_of_the_paper_is_signed_or_named_as_bookkeeping(paper: Version, model: Any) -> None:
    before, digests = snapshot_bytes(load(paper.pk)), component_digests(load(paper.pk))
    for field in model._meta.concrete_fields:
        if (model.__name__, field.name) in BOOKKEEPING:
            continue
        start = transaction.savepoint()
        change(paper, model, field)

        after = load(paper.pk)
        assert snapshot_bytes(after) != before, f"{field} is not signed"
        assert component_digests(after) != digests, f"{field} is in no component"
        transaction.savepoint_rollback(start)


def change(paper: Version, model: Any, field: Any) -> None:
    """Give this field another value in the database, in a row where that can be seen."""
    row = first_of_several(model) if field.name == "position" else model.objects.order_by("pk").first()
    if (model, field.name) == (Declaration, "statement"):
        row = paper.declarations.get(statement="commercial")
    if (model, field.name) == (Section, "kind"):
        row = paper.sections.get(kind="introduction")
    special = SPECIAL.get((model.__name__, field.name))
    update = special(paper, row) if special else {field.name: other_value(field, getattr(row, field.name))}
    model.objects.filter(pk=row.pk).update(**update)


def test_the_number_of_the_version_is_signed_and_never_changes(paper: Version) -> None:
    before = snapshot_bytes(paper)
    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.filter(pk=paper.pk).update(number=2)

    paper.number = 2

    assert snapshot_bytes(paper) != before


def first_of_several(model: type[models.Model]) -> Any:
    """Return the first of rows whose order can be seen, so that putting it last changes something."""
    if model is Supplier:
        return Supplier.objects.order_by("position")[0]
    if model is Paragraph:
        return Paragraph.objects.filter(section__kind="financial").order_by("position")[0]
    return model._default_manager.filter(
        position=1 if model in (Section, Recommendation, Part2Paper, Attachment, Part2File) else 8
    ).first()


SIGNED_AND_KEPT = ("kind", "size", "digest", "accessible", "as_it_is")


@pytest.mark.parametrize("name", SIGNED_AND_KEPT)
def test_what_a_file_is_is_signed_and_never_changes(paper: Version, name: str) -> None:
    row = paper.attachments.all()[0]
    before = snapshot_bytes(paper)
    other = other_value(Attachment._meta.get_field(name), getattr(row, name))
    with pytest.raises(IntegrityError), transaction.atomic():
        Attachment.objects.filter(pk=row.pk).update(**{name: other})

    setattr(row, name, other)

    assert snapshot_bytes(paper) != before


def test_who_checked_a_file_is_signed_and_never_changes(paper: Version, people: walk.People) -> None:
    signed = attach(paper, people["officer"], b"lease", "pdf", as_it_is=True)
    check = AttachmentCheck.objects.create(attachment=signed, person=people["finance"])
    content = snapshot_bytes(load(paper.pk)).decode()
    assert people["finance"].full_name in content
    with pytest.raises(DatabaseError), transaction.atomic():
        AttachmentCheck.objects.filter(pk=check.pk).update(person=people["legal"])


#: Tables that hang on a version and are no part of its text.
NO_TEXT = {
    "AttachmentContent": "the bytes of a file; its digest stands for them",
    "Comment": "said about the text before it is decided, and never published",
    "Contributor": "who wrote; the route reads it",
    "Part2FileContent": "the sealed bytes of a file; its commitment stands for them",
    "AcceptedField": "what was looked at of an import, and by whom",
    "ImportedFile": "what the draft was made of, beside it",
    "MovedWords": "who blotted words of Part 2 in what is kept, never in what is signed",
    "KeptText": "typed and not saved: nobody's but its writer's",
    "Pen": "who writes a section for the officers",
    "Revision": "who saved what and when",
    "Snapshot": "the bytes themselves",
    "WarningAnswer": "said to those who sign, and never published",
}


def test_every_table_that_hangs_on_a_version_is_looked_at_and_no_exception_is_stale() -> None:
    own = {model.__name__ for model in PAPER}
    hanging = {
        model.__name__
        for model in apps.get_app_config("decisions").get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model in PAPER
    }

    assert set(BOOKKEEPING) <= {(model.__name__, name) for model, name in fields()}
    assert hanging - own == set(NO_TEXT) | {"Part2Key", "Part2Acts"}


def test_the_snapshot_names_its_schema_and_is_the_same_bytes_for_the_same_rows(paper: Version) -> None:
    assert snapshot_bytes(load(paper.pk)) == snapshot_bytes(load(paper.pk))
    assert f'"schema":"{SCHEMA}"'.encode() in snapshot_bytes(load(paper.pk))
