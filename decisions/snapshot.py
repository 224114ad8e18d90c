"""The paper as canonical bytes, component by component (design.md 4, Snapshot).

Each top-level key of the snapshot is a component: advice stores the digest of every component that it covers,
and signatures cover the digest of the whole. Readers for every schema version stay for ever.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import wraps
from typing import Any, TypeVar, cast
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils.text import slugify

from decisions import addressed
from decisions.models import (
    Attachment,
    ContractAward,
    Declaration,
    ExemptionClaim,
    FinancialLine,
    FundingGrant,
    JointDecider,
    Link,
    Part2File,
    Part2Paper,
    Recommendation,
    Section,
    Version,
)

SCHEMA = "pcd.paper/2"

Json = dict[str, Any]
F = TypeVar("F", bound=Callable[..., Any])

#: What the head of a snapshot freezes of other tables.
PRINTED_NAMES = ("body", "drafting_officer", "head_of_service")
#: What the key of a ground has after its provision where it took another's place (`_begin_ground`).
_REWORDED = re.compile(r"-v\d+$")


def canonical(value: object) -> bytes:
    """Return the one JSON encoding of a value: sorted keys, no spaces, UTF-8; decimals and dates as strings."""

    def plain(item: object) -> str:
        if isinstance(item, Decimal | date | datetime):
            return str(item) if isinstance(item, Decimal) else item.isoformat()
        return str(item)

    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=plain, allow_nan=False
    ).encode()


def digest(value: object) -> str:
    """Return the sha256 of a value's canonical bytes, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


def kept_in(place: Callable[[Any], dict[Any, Any] | None]) -> Callable[[F], F]:
    """Return what keeps in a place of its first argument what a function says; where there is none, it asks anew."""

    def keep(says: F) -> F:
        @wraps(says)
        def asked(one: Any, *about: Any) -> Any:
            kept = place(one)
            if kept is None:
                return says(one, *about)
            if (says, *about) not in kept:
                kept[says, *about] = says(one, *about)
            return kept[says, *about]

        return cast(F, asked)

    return keep


def once(says: F) -> F:
    """Keep on a loaded version what is asked of it many times; like its rows, it stays as it was when loaded.

    Of one that is not loaded the rows are fetched anew each time, and may have changed.
    """
    return kept_in(
        lambda version: version.__dict__.setdefault("_asked_once", {}) if is_whole(version) else None
    )(says)


def only_shown(version: Version) -> Version:
    """Mark a loaded version as one that is only looked at: what is asked of it `once_shown` stays true meanwhile."""
    version.__dict__["_shown"] = {}
    return version


def to_be_changed(version: Version) -> Version:
    """Take the mark of `only_shown` off: from here on its rows change."""
    version.__dict__.pop("_shown", None)
    return version


def once_shown(says: F) -> F:
    """Keep on a version that is `only_shown` what many parts of its page ask; ask anew of every other version.

    Who has signed, who is asked and whose turn it is change with an act.
    """
    return kept_in(lambda version: version.__dict__.get("_shown"))(says)


def is_whole(version: Version) -> bool:
    """Say whether a version was fetched with all its rows."""
    return "recommendations" in getattr(version, "_prefetched_objects_cache", ())


def load(version_id: UUID) -> Version:
    """Fetch a version with all its rows in a constant number of queries."""
    return whole(Version.objects.all()).get(pk=version_id)


def whole(versions: QuerySet[Version]) -> QuerySet[Version]:
    """Return versions that are fetched with all their rows, however many, in a constant number of queries."""
    recommendations = Recommendation.objects.prefetch_related(
        "financial_lines", "contract_awards__suppliers", "grants"
    ).select_related("cites")
    return versions.select_related(
        "decision__body",
        "decision__series",
        "edition",
        "drafting_officer",
        "head_of_service",
        "begun_from__series",
        "scheme_paragraph__scheme",
    ).prefetch_related(
        Prefetch("sections", Section.objects.prefetch_related("paragraphs")),
        Prefetch("recommendations", recommendations),
        "links",
        "joint_deciders",
        Prefetch(
            "part2_papers",
            Part2Paper.objects.select_related("sealed").prefetch_related(
                Prefetch("claims", ExemptionClaim.objects.select_related("ground")),
                Prefetch("files", Part2File.objects.select_related("paper")),
            ),
        ),
        Prefetch("attachments", Attachment.objects.select_related("check_made__person")),
        Prefetch("declarations", Declaration.objects.select_related("person")),
        "unobtained_advice",
    )


def components(version: Version) -> Json:
    """Return the version's content by component; `version` should come from `load`."""
    sections = _sections(version)
    numbers = {p["id"]: p["label"] for section in sections.values() for p in section["paragraphs"]}
    tree, flat = _recommendations(version, numbers)
    return {
        "head": _head(version),
        "wording": version.edition.wording,
        **_authority(version),
        "summary": version.summary,
        "recommendations": tree,
        "money": [_line(label, row) for label, item in flat for row in item.financial_lines.all()],
        "contracts": [_award(label, row) for label, item in flat for row in item.contract_awards.all()],
        "grants": [_grant(label, row) for label, item in flat for row in item.grants.all()],
        "links": [_link(row) for row in version.links.all()],
        "joint_deciders": [_joint(row) for row in version.joint_deciders.all()],
        **sections,
        "data_protection": {"dpia": version.dpia, "note": version.dpia_note},
        "part2": {
            "exists": version.part2_exists,
            "notice_only": version.notice_only,
            "papers": [str(p.pk) for p in version.part2_papers.all()],
        },
        **{f"part2:{paper.pk}": _part2(paper) for paper in version.part2_papers.all()},
        "deferral": {
            "answer": version.deferred,
            "reason": version.deferral_reason,
            "until": version.deferred_until,
        },
        "declarations": {
            row.statement: {"name": row.person.full_name, "at": row.at} for row in version.declarations.all()
        },
        **_unobtained(version),
        **_attached(version),
    }


def snapshot_bytes(version: Version) -> bytes:
    """Return the canonical bytes that are stored, shown and signed."""
    return canonical({"schema": SCHEMA, **components(version)})


def read(content: bytes) -> Json:
    """Return a snapshot's stored bytes as today's schema has them."""
    return in_todays_schema(json.loads(content))


def in_todays_schema(paper: Json) -> Json:
    """Return a paper as today's schema has it, empty where it was added since; raises ValueError for another schema."""
    if paper["schema"] == "pcd.paper/1":
        paper |= {"grants": [], "links": [], "joint_deciders": []}
        paper["part2"]["notice_only"] = False
        for line in paper["money"]:
            line["profile"] = []
        for award in paper["contracts"]:
            address = award.pop("notice_url")
            award["notices"] = [address] if address else []
            award["suppliers"] = [{**supplier, "value": None} for supplier in award["suppliers"]]
    elif paper["schema"] != SCHEMA:
        raise ValueError(f"no reader for {paper['schema']}")
    return {**paper, "schema": SCHEMA}


def disagreements(version: Version, content: bytes) -> list[str]:
    """Return the components in which a version's rows no longer say what its stored snapshot says.

    Names of people, offices, grounds and the body are as they were printed then; a new name is no disagreement.
    """
    stored, present = (_grounds_by_key(read(paper)) for paper in (content, snapshot_bytes(version)))
    for paper in (stored, present):
        paper["head"] = {key: value for key, value in paper["head"].items() if key not in PRINTED_NAMES}
        paper["declarations"] = sorted(paper["declarations"])
        paper["attachment_checks"] = sorted(paper.get("attachment_checks", {}))
    return sorted(key for key in stored.keys() | present.keys() if stored.get(key) != present.get(key))


@once
def component_digests(version: Version) -> dict[str, str]:
    """Return the digest of each component, which advice is bound to.

    A ground that takes the place of another of its provision is no change of the text, nor is another number of the
    paragraph that a recommendation cites.
    """
    paper = _grounds_by_key(components(version))
    for notice in (value for key, value in paper.items() if key.startswith("part2:")):
        notice["grounds"] = list(dict.fromkeys(_REWORDED.sub("", key) for key in notice["grounds"]))
    sections = (paper[key] for key in paper if key.startswith("section:"))
    cited = {one["label"]: one["id"] for section in sections for one in section["paragraphs"]}
    paper["recommendations"] = _cites_by_key(paper["recommendations"], cited)
    return {key: digest(value) for key, value in paper.items()}


def _cites_by_key(rows: list[Json], cited: dict[str, str]) -> list[Json]:
    return [
        {**row, "cites": cited.get(row["cites"], ""), "children": _cites_by_key(row["children"], cited)}
        for row in rows
    ]


def _grounds_by_key(paper: Json) -> Json:
    notices = {key: value for key, value in paper.items() if key.startswith("part2:")}
    return paper | {
        key: {**notice, "grounds": [ground["key"] for ground in notice["grounds"]]}
        for key, notice in notices.items()
    }


def _head(version: Version) -> Json:
    decision = version.decision
    pattern = decision.series.pattern if decision.series else None
    return {
        "body": {
            "key": decision.body.key,
            "name": decision.body.name,
            "short_name": decision.body.short_name,
        },
        "series": decision.series.key if decision.series else "",
        "year": decision.year,
        "number": decision.number,
        "version": version.number,
        "key": decision.key,
        "reference": decision.reference,
        "form_reference": pattern.form_reference(decision.number, decision.year)
        if pattern and decision.number
        else "",
        "title": version.title,
        "kinds": list(version.kinds),
        "business_unit": version.business_unit,
        "business_organisation": version.business_organisation,
        "drafting_officer": {
            "name": version.drafting_officer.full_name,
            "job_title": version.drafting_officer.job_title,
        },
        "head_of_service": version.head_of_service.title if version.head_of_service else "",
        "effective_on": version.effective_on,
        "urgency_reason": version.urgency_reason,
        "retrospective_reason": version.retrospective_reason,
    }


def wording(version: Version) -> Json:
    """Return the words of a version's form edition, spoken to whoever decides it."""
    head = {"head_of_service": version.head_of_service.title if version.head_of_service else ""}
    return addressed.wording({"head": head, "wording": version.edition.wording, **_authority(version)})


def _authority(version: Version) -> Json:
    """Return who decides and the scheme's words relied on; a paper of before there was a scheme has no such part."""
    paragraph = version.scheme_paragraph
    if paragraph is None:
        return {}
    scheme = paragraph.scheme
    return {
        "authority": {
            "decider": {"key": version.decider, "title": scheme.title(version.decider)},
            "in_place_of": scheme.title(paragraph.decider) if version.decider != paragraph.decider else "",
            "reason": version.decider_reason,
            "paragraph": paragraph.number,
            "text": paragraph.text,
            "reserved": paragraph.reserved,
            "scheme": scheme.name,
            "valid_from": scheme.valid_from,
        }
    }


def _sections(version: Version) -> Json:
    rows = {row.kind: row for row in version.sections.all()}
    result: Json = {}
    for number, entry in enumerate(version.edition.sections, start=1):
        row = rows.get(entry["kind"])
        shown = row is not None and row.treatment == Section.Treatment.TEXT
        result[f"section:{entry['kind']}"] = {
            "kind": entry["kind"],
            "number": number,
            "heading": entry["heading"],
            "treatment": row.treatment if row else "",
            "reason": row.reason if row else "",
            "paragraphs": [
                {"id": str(paragraph.pk), "label": f"{number}.{position}", "text": paragraph.text}
                for position, paragraph in enumerate(row.paragraphs.all() if row and shown else (), start=1)
            ],
        }
    return result


def recommendation_label(parent: str, position: int) -> str:
    """Return the printed label: 1, then 1a, then 1a(i) (form.md 1, recommendations)."""
    if not parent:
        return str(position)
    if parent.isdigit():
        letters = ""
        while position:
            position, rest = divmod(position - 1, 26)
            letters = chr(ord("a") + rest) + letters
        return parent + letters
    return f"{parent}({_roman(position)})"


def _roman(number: int) -> str:
    result = ""
    for value, sign in (
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ):
        while number >= value:
            result, number = result + sign, number - value
    return result


@once
def labelled(version: Version) -> list[tuple[str, Recommendation]]:
    """Return all recommendations in printed order with their labels."""
    children: dict[object, list[Recommendation]] = {}
    for row in version.recommendations.all():
        children.setdefault(row.parent_id, []).append(row)

    def walk(parent: object, label: str) -> Iterable[tuple[str, Recommendation]]:
        for position, row in enumerate(children.get(parent, ()), start=1):
            own = recommendation_label(label, position)
            yield own, row
            yield from walk(row.pk, own)

    return list(walk(None, ""))


def _recommendations(
    version: Version, numbers: dict[str, str]
) -> tuple[list[Json], list[tuple[str, Recommendation]]]:
    flat = labelled(version)
    nodes: dict[Any, Json] = {
        row.pk: {
            "id": str(row.pk),
            "label": label,
            "text": row.text,
            "cites": numbers.get(str(row.cites_id), ""),
            "children": [],
        }
        for label, row in flat
    }
    tree: list[Json] = []
    for _, row in flat:
        (nodes[row.parent_id]["children"] if row.parent_id else tree).append(nodes[row.pk])
    return tree, flat


def _line(label: str, row: FinancialLine) -> Json:
    return {
        "id": str(row.pk),
        "recommendation": label,
        **{
            name: getattr(row, name)
            for name in (
                "kind",
                "certainty",
                "amount",
                "amount_to",
                "vat",
                "recurrence",
                "year_from",
                "year_to",
                "funding_source",
                "approved_before",
                "note",
                "profile",
            )
        },
    }


def _award(label: str, row: ContractAward) -> Json:
    return {
        "id": str(row.pk),
        "recommendation": label,
        "suppliers": [
            {"name": s.name, "company_number": s.company_number, "value": s.value}
            for s in row.suppliers.all()
        ],
        **{
            name: getattr(row, name)
            for name in (
                "action",
                "subject",
                "reference",
                "suppliers_withheld",
                "certainty",
                "value",
                "vat",
                "initial_months",
                "extension_options",
                "longest_months",
                "break_points",
                "route_to_market",
                "framework",
                "notices",
            )
        },
    }


def _grant(label: str, row: FundingGrant) -> Json:
    return {
        "id": str(row.pk),
        "recommendation": label,
        **{
            name: getattr(row, name)
            for name in (
                "direction",
                "counterparty",
                "counterparty_withheld",
                "certainty",
                "amount",
                "profile",
                "purpose",
                "conditions",
                "reasons",
            )
        },
    }


def attachment_file(number: int, row: Attachment) -> str:
    """Return the last part of an attachment's address, by its place and title: `1-price-table.csv`."""
    return f"{number}-{slugify(row.title)[:60].strip('-') or 'attachment'}.{row.kind}"


def attachment_files(version: Version) -> dict[str, Attachment]:
    """Return the attachments of Part 1 in order, by the last part of their addresses."""
    return {attachment_file(n, row): row for n, row in enumerate(version.attachments.all(), start=1)}


def _attached(version: Version) -> Json:
    """Return the components of the attachments; a paper without any has none, as before there were attachments."""
    files = attachment_files(version)
    if not files:
        return {}
    names: Json = {str(row.pk): file for file, row in files.items()}
    checks = {str(row.pk): row.check_made for row in files.values() if hasattr(row, "check_made")}
    return {
        "attachments": [
            {
                "id": str(row.pk),
                "number": number,
                "file": file,
                "title": row.title,
                "kind": row.kind,
                "size": row.size,
                "digest": bytes(row.digest).hex(),
                "accessible": row.accessible,
                "accessible_version": names.get(str(row.accessible_version_id), ""),
                "reason": row.reason,
                "as_it_is": row.as_it_is,
            }
            for number, (file, row) in enumerate(files.items(), start=1)
        ],
        "attachment_checks": {
            key: {"name": check.person.full_name, "at": check.at} for key, check in checks.items()
        },
    }


def _unobtained(version: Version) -> Json:
    """Return why mandatory advice follows later, by area; a paper with all of its advice has no such component."""
    reasons = {row.area: row.reason for row in version.unobtained_advice.all()}
    return {"unobtained_advice": reasons} if reasons else {}


def _link(row: Link) -> Json:
    return {"id": str(row.pk), "kind": row.kind, "reference": row.reference, "note": row.note}


def _joint(row: JointDecider) -> Json:
    return {
        "id": str(row.pk),
        "body": row.body,
        "office": row.office,
        "reference": row.reference,
        "decided_on": row.decided_on,
    }


def _part2(paper: Part2Paper) -> Json:
    sealed = getattr(paper, "sealed", None)
    files = [bytes(file.commitment).hex() for file in paper.files.all()]
    return {
        "id": str(paper.pk),
        "title": paper.title,
        "marking": paper.marking,
        "descriptor": paper.descriptor,
        "grounds": [
            {
                "key": claim.ground_id,
                "instrument": claim.ground.get_instrument_display(),
                "provision": claim.ground.provision,
                "title": claim.ground.title,
            }
            for claim in paper.claims.all()
        ],
        "ceases": paper.ceases,
        "ceases_on": paper.ceases_on,
        "ceases_event": paper.ceases_event,
        "review_on": paper.review_on,
        "public_reason": paper.public_reason,
        "commitment": bytes(sealed.commitment).hex() if sealed else "",
        **({"files": files} if files else {}),
    }
