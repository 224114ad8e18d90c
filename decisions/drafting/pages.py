"""What a page edits: its form, how the row is found in a loaded paper, how it is read, and how it is written.

`read` and the form's `values()` give the same shape, so that "has it changed?" is one comparison.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from decisions import part2, part2_files
from decisions.checks import run
from decisions.checks.completeness import asked
from decisions.drafting import forms, forms_elsewhere, forms_files, forms_part2, forms_rows
from decisions.drafting.forms import PaperForm, Values, plain
from decisions.form import CONFIRMED
from decisions.models import (
    Attachment,
    ContractAward,
    Declaration,
    ExemptionClaim,
    Paragraph,
    Part2File,
    Part2Paper,
    Recommendation,
    Section,
    Supplier,
    Version,
    WarningAnswer,
)
from decisions.snapshot import digest, labelled
from decisions.text import matched, paragraphs
from pcd.people.models import User

Notes = list[str]


def seen_of(values: Values) -> str:
    """Return the digest of what a page showed: the hidden `seen` by which a later save knows it."""
    return digest({name: plain(value) for name, value in values.items()})


def set_fields(row: Any, values: Values) -> None:
    """Save the fields that changed, and no other."""
    changed = [name for name, value in values.items() if plain(getattr(row, name)) != plain(value)]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save(update_fields=changed)


@dataclass(frozen=True)
class Page:
    """One page of the paper; `key` is what the trail calls what is written there."""

    key: str
    form: type[PaperForm]
    find: Callable[[Version, Any], Any]
    read: Callable[[Any], Values]
    write: Callable[[Any, Values, User], Notes]


def _fields(form: type[PaperForm]) -> tuple[str, ...]:
    return tuple(form.base_fields)


def _simple(
    key: str, form: type[PaperForm], find: Callable[[Version, Any], Any] = lambda version, _: version
) -> Page:
    """Make the page whose form's fields are the row's own."""

    def read(row: Any) -> Values:
        return {name: getattr(row, name) for name in _fields(form)}

    def write(row: Any, values: Values, by: User) -> Notes:
        set_fields(row, values)
        return []

    return Page(key, form, find, read, write)


# Sections


def _section(version: Version, kind: str) -> Section | None:
    return next((row for row in version.sections.all() if row.kind == kind), None)


def _read_section(row: Section) -> Values:
    text = "\n\n".join(paragraph.text for paragraph in row.paragraphs.all())
    return {"text": text, "treatment": row.treatment, "reason": row.reason}


def _write_section(row: Section, values: Values, by: User) -> Notes:
    """Rewrite the paragraphs, each that continues an old one keeping its identity."""
    old, new = list(row.paragraphs.all()), paragraphs(values["text"])
    kept: set[object] = set()
    for position, (text, origin) in enumerate(
        zip(new, matched([paragraph.text for paragraph in old], new), strict=True), start=1
    ):
        if origin is None:
            Paragraph.objects.create(section=row, position=position, text=text)
            continue
        kept.add(old[origin].pk)
        set_fields(old[origin], {"position": position, "text": text})
    gone = [paragraph for paragraph in old if paragraph.pk not in kept]
    notes = _no_longer_cited(row, old, gone)
    Paragraph.objects.filter(pk__in=[paragraph.pk for paragraph in gone]).delete()
    set_fields(row, {"treatment": values["treatment"], "reason": values["reason"]})
    return [*notes, *_no_longer_confirmed(row)]


def _no_longer_cited(row: Section, old: list[Paragraph], gone: list[Paragraph]) -> Notes:
    """Say which removed paragraphs a recommendation refers to; its reference falls away with the paragraph."""
    kinds = [entry["kind"] for entry in row.version.edition.sections]
    number = kinds.index(row.kind) + 1 if row.kind in kinds else 0
    numbers = {paragraph.pk: f"{number}.{position}" for position, paragraph in enumerate(old, start=1)}
    lost = {paragraph.pk for paragraph in gone}
    return [
        f"Paragraph {numbers[citing.cites_id]} is gone, and recommendation {label} referred to it. "
        "Choose another paragraph for it."
        for label, citing in labelled(row.version)
        if citing.cites_id in lost and citing.cites_id
    ]


def _no_longer_confirmed(row: Section) -> Notes:
    """Let the confirmation that this section covers something lapse: it was of the text before."""
    statement = next((one for one in CONFIRMED if one.section == row.kind), None)
    if statement is None:
        return []
    lapsed, _ = Declaration.objects.filter(version=row.version_id, statement=statement.key).delete()
    if not lapsed:
        return []
    if row.treatment == Section.Treatment.NOT_APPLICABLE:
        return [f"The declaration “{statement.title}” is no longer asked: its section is not applicable."]
    words = row.version.edition.wording["declarations"][statement.key]
    return [f"The section has changed, so confirm again: {words}"]


# Who decides


def _read_authority(row: Version) -> Values:
    return {
        "decider": row.decider,
        "decider_reason": row.decider_reason,
        "paragraph": str(row.scheme_paragraph_id or ""),
    }


def _write_authority(row: Version, values: Values, by: User) -> Notes:
    """Write all three at once: the database holds the decider to the paragraph."""
    row.decider, row.decider_reason = values["decider"], values["decider_reason"]
    row.scheme_paragraph_id = values["paragraph"] or None
    row.save(update_fields=["decider", "decider_reason", "scheme_paragraph"])
    return []


# Declarations


def _read_declarations(version: Version) -> Values:
    confirmed = {row.statement for row in version.declarations.all()}
    return {statement.key: statement.key in confirmed for statement in asked(version)}


def _write_declarations(version: Version, values: Values, by: User) -> Notes:
    before = _read_declarations(version)
    for statement, confirmed in values.items():
        if confirmed and not before[statement]:
            Declaration.objects.create(version=version, statement=statement, person=by)
        elif before[statement] and not confirmed:
            Declaration.objects.filter(version=version, statement=statement).delete()
    return []


# Answers to the warnings of the checks


def _read_answers(version: Version) -> Values:
    given = {row.warning: row.text for row in version.warning_answers.all()}
    return {f"answer_{one.key}": given.get(one.key, "") for one in run.warnings(version)}


def _write_answers(version: Version, values: Values, by: User) -> Notes:
    """Keep the answers; whoever changes one is who gave it."""
    before = _read_answers(version)
    for name, text in values.items():
        if text == before.get(name, ""):
            continue
        answers = WarningAnswer.objects.filter(version=version, warning=name.removeprefix("answer_"))
        answers.delete()
        if text.strip():
            WarningAnswer.objects.create(
                version=version, warning=name.removeprefix("answer_"), text=text, person=by
            )
    return []


# Recommendations and their rows


def _by_pk(rows: Any, pk: object) -> Any:
    return next((row for row in rows if str(row.pk) == str(pk)), None)


def _recommendation(version: Version, pk: object) -> Recommendation | None:
    return _by_pk(version.recommendations.all(), pk)  # type: ignore[no-any-return]


def _under_recommendations(rows: str) -> Callable[[Version, Any], Any]:
    """Make the search for a row that belongs to a recommendation, by the name under which it has them."""

    def find(version: Version, pk: object) -> Any:
        return _by_pk(
            (row for item in version.recommendations.all() for row in getattr(item, rows).all()), pk
        )

    return find


def _read_recommendation(row: Recommendation) -> Values:
    return {"text": row.text, "cites": str(row.cites_id or "")}


def _write_recommendation(row: Recommendation, values: Values, by: User) -> Notes:
    cited = (
        Paragraph.objects.filter(section__version=row.version_id, pk=values["cites"])
        if values["cites"]
        else None
    )
    paragraph = cited.first() if cited is not None else None
    set_fields(row, {"text": values["text"], "cites": paragraph})
    return []


def _read_award(row: ContractAward) -> Values:
    suppliers = [
        {"name": one.name, "company_number": one.company_number, "value": one.value}
        for one in row.suppliers.all()
    ]
    return {**{name: getattr(row, name) for name in _fields(forms_rows.ContractForm)}, "suppliers": suppliers}


def _write_award(row: ContractAward, values: Values, by: User) -> Notes:
    own, suppliers = dict(values), values["suppliers"]
    del own["suppliers"]
    set_fields(row, own)
    if _read_award(row)["suppliers"] != suppliers:
        Supplier.objects.filter(award=row).delete()
        Supplier.objects.bulk_create(
            Supplier(award=row, position=position, **supplier)
            for position, supplier in enumerate(suppliers, start=1)
        )
    return []


# Part 2


def _paper(version: Version, pk: object) -> Part2Paper | None:
    return _by_pk(version.part2_papers.all(), pk)  # type: ignore[no-any-return]


_NOTICE = tuple(name for name in _fields(forms_part2.NoticeForm) if name != "grounds")


def _read_notice(row: Part2Paper) -> Values:
    grounds = [claim.ground_id for claim in row.claims.all()]
    return {**{name: getattr(row, name) for name in _NOTICE}, "grounds": grounds}


def _write_notice(row: Part2Paper, values: Values, by: User) -> Notes:
    set_fields(row, {name: values[name] for name in _NOTICE})
    before, after = set(_read_notice(row)["grounds"]), set(values["grounds"])
    ExemptionClaim.objects.filter(paper=row, ground__in=before - after).delete()
    ExemptionClaim.objects.bulk_create(
        ExemptionClaim(paper=row, ground_id=key) for key in values["grounds"] if key not in before
    )
    return []


def _read_sealed(row: Part2Paper) -> Values:
    content = part2.read(row)
    values: Values = {"facts": content.facts, "recommendations": "\n\n".join(content.recommendations)}
    qualified = {claim.ground.provision_key: not claim.ground.absolute for claim in row.claims.all()}
    written = {key: reason for key, reason in content.grounds.items() if reason != part2.GroundReason()}
    for key in {
        **qualified,
        **written,
    }:  # also of a ground that was taken off: its reason is seen, and emptied by hand
        reason = written.get(key, part2.GroundReason())
        values[f"rationale_{key}"] = reason.rationale
        if qualified.get(key) or reason.public_interest:
            values[f"public_interest_{key}"] = reason.public_interest
    return values


def _write_sealed(row: Part2Paper, values: Values, by: User) -> Notes:
    grounds = {
        key: part2.GroundReason(text, values.get(f"public_interest_{key}", ""))
        for name, text in values.items()
        if (key := name.removeprefix("rationale_")) != name
    }
    recommendations = tuple(paragraphs(values["recommendations"]))
    part2.write(row, part2.Part2Content(values["facts"], grounds, recommendations))
    return []


# Files


def _attachment(version: Version, pk: object) -> Attachment | None:
    return _by_pk(version.attachments.all(), pk)  # type: ignore[no-any-return]


def _read_attachment(row: Attachment) -> Values:
    if row.accessible:
        return {"title": row.title}
    other = str(row.accessible_version_id or "")
    return {"title": row.title, "accessible_version": other, "reason": row.reason}


def _write_attachment(row: Attachment, values: Values, by: User) -> Notes:
    chosen = {name: value for name, value in values.items() if name != "accessible_version"}
    if "accessible_version" in values:
        chosen["accessible_version"] = _attachment(row.version, values["accessible_version"])
    set_fields(row, chosen)
    return []


def _part2_file(version: Version, pk: object) -> Part2File | None:
    return _by_pk((row for paper in version.part2_papers.all() for row in paper.files.all()), pk)  # type: ignore[no-any-return]


def _read_part2_file(row: Part2File) -> Values:
    return {"title": part2_files.about(row).title}


def _write_part2_file(row: Part2File, values: Values, by: User) -> Notes:
    part2_files.rename(row, values["title"])
    return []


TITLES = _simple("titles", forms.TitlesForm)
OWNER = _simple("owner", forms.OwnerForm)
TIMING = _simple("timing", forms.TimingForm)
AUTHORITY = Page(
    "authority", forms.AuthorityForm, lambda version, _: version, _read_authority, _write_authority
)
SUMMARY = _simple("summary", forms.SummaryForm)
DATA_PROTECTION = _simple("data-protection", forms.DataProtectionForm)
PART2_ANSWER = _simple("part2", forms.Part2AnswerForm)
DEFERRAL = _simple("deferral", forms.DeferralForm)
SECTION = Page("section", forms.SectionForm, _section, _read_section, _write_section)
DECLARATIONS = Page(
    "declarations",
    forms_part2.DeclarationsForm,
    lambda version, _: version,
    _read_declarations,
    _write_declarations,
)
WARNINGS = Page(
    "warnings", forms_part2.WarningsForm, lambda version, _: version, _read_answers, _write_answers
)
RECOMMENDATION = Page(
    "recommendation",
    forms_rows.RecommendationForm,
    _recommendation,
    _read_recommendation,
    _write_recommendation,
)
MONEY = _simple("money", forms_rows.MoneyForm, _under_recommendations("financial_lines"))
CONTRACT = Page(
    "contract",
    forms_rows.ContractForm,
    _under_recommendations("contract_awards"),
    _read_award,
    _write_award,
)
GRANT = _simple("grant", forms_rows.GrantForm, _under_recommendations("grants"))
LINK = _simple("link", forms_elsewhere.LinkForm, lambda version, pk: _by_pk(version.links.all(), pk))
JOINT = _simple(
    "joint", forms_elsewhere.JointForm, lambda version, pk: _by_pk(version.joint_deciders.all(), pk)
)
NOTICE = Page("part2-notice", forms_part2.NoticeForm, _paper, _read_notice, _write_notice)
SEALED = Page("part2-sealed", forms_part2.SealedForm, _paper, _read_sealed, _write_sealed)
ATTACHMENT = Page("attachment", forms_files.AttachmentForm, _attachment, _read_attachment, _write_attachment)
PART2_FILE = Page("part2-file", forms_files.Part2FileForm, _part2_file, _read_part2_file, _write_part2_file)
