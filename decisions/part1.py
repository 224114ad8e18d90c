"""Part 1: exactly what may become public of a decision, and nothing else (design.md 4, Part1).

A Part1 is read from a snapshot and the acts on it. Preview, public page, PDF and JSON are all made from it.
It has no field for Part 2 beyond the public notice. To let another field become public, add it here.
"""

from __future__ import annotations  # cattrs resolves the tree of recommendations by it

import json
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import cattrs
from cattrs.gen import make_dict_unstructure_fn, override

from decisions import addressed, form
from decisions.references import normalise
from pcd.forms.phrases import lower_first

SCHEMA = "pcd.part1/2"


@dataclass(frozen=True)
class Named:
    """A choice of the form: its key for data, its name for people."""

    key: str
    name: str


@dataclass(frozen=True)
class Paragraph:
    """A numbered paragraph; `text` is the safe subset of Markdown."""

    label: str
    text: str


@dataclass(frozen=True)
class Section:
    """A section of Part 1; without paragraphs it is in Part 2 or not applicable, and `reason` says why."""

    kind: str
    number: int
    heading: str
    treatment: str
    reason: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True)
class Recommendation:
    """A recommendation with its outcome once decided; `decided_text` holds the words that replaced it."""

    id: str
    label: str
    text: str
    cites: str
    outcome: Named | None = None
    decided_text: str = ""
    outcome_reason: str = ""
    children: tuple[Recommendation, ...] = ()


@dataclass(frozen=True)
class YearAmount:
    """What of an amount falls into the financial year that begins in this year."""

    year: int
    amount: Decimal


@dataclass(frozen=True)
class FinancialLine:
    """An amount asked for and, once decided, the amount decided (None: withheld)."""

    id: str
    recommendation: str
    kind: Named
    certainty: Named
    amount: Decimal | None
    amount_to: Decimal | None
    vat: Named
    recurrence: Named
    year_from: int | None
    year_to: int | None
    funding_source: str
    approved_before: Decimal | None
    note: str
    decided: Decimal | None = None
    decided_to: Decimal | None = None
    outcome: Named | None = None
    profile: tuple[YearAmount, ...] = ()


@dataclass(frozen=True)
class Supplier:
    """A supplier named in a contract award."""

    name: str
    company_number: str
    value: Decimal | None = None


@dataclass(frozen=True)
class ContractAward:
    """A contract asked for and, once decided, the value decided (None: withheld)."""

    id: str
    recommendation: str
    action: Named
    subject: str
    reference: str
    suppliers: tuple[Supplier, ...]
    suppliers_withheld: bool
    certainty: Named
    value: Decimal | None
    vat: Named
    initial_months: int | None
    extension_options: str
    longest_months: int | None
    break_points: str
    route_to_market: Named | None
    framework: str
    decided: Decimal | None = None
    outcome: Named | None = None
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grant:
    """A grant asked for and, once decided, the amount decided (None: withheld)."""

    id: str
    recommendation: str
    direction: Named
    counterparty: str
    counterparty_withheld: bool
    certainty: Named
    amount: Decimal | None
    profile: tuple[YearAmount, ...]
    purpose: str
    conditions: str
    reasons: str
    decided: Decimal | None = None
    outcome: Named | None = None


@dataclass(frozen=True)
class Link:
    """What this decision is to another one, of which only the reference is known."""

    id: str
    kind: Named
    reference: str
    key: str
    note: str


@dataclass(frozen=True)
class JointDecider:
    """Who takes the decision at another body, when, and under which reference there."""

    id: str
    body: str
    office: str
    reference: str
    decided_on: date | None
    #: Only of what is not published: nothing is that another body declined.
    declined_on: date | None = None


@dataclass(frozen=True)
class Ground:
    """A ground of exemption as printed."""

    key: str
    instrument: str
    provision: str
    title: str


@dataclass(frozen=True)
class Part2Notice:
    """What the public is told of a Part 2 paper: that it exists, and why it is withheld, and until when."""

    title: str
    marking: str
    grounds: tuple[Ground, ...]
    ceases_on: date | None
    ceases_event: str
    public_reason: str


@dataclass(frozen=True)
class Deferral:
    """Whether publication of Part 1 was deferred, why, and until when."""

    answer: str
    reason: str
    until: date | None


@dataclass(frozen=True)
class Declaration:
    """A statement of the originating officer, ticked or not, and what makes the tick true."""

    key: str
    title: str
    statement: str
    ticked: bool
    note: str


@dataclass(frozen=True)
class Signature:
    """A signature as printed for ever."""

    office: str
    statement: str
    name: str
    office_title: str
    capacity: str
    on_behalf_of: str
    authority: str
    at: datetime


@dataclass(frozen=True)
class NoPart:
    """A decision maker who declared an interest and took no part."""

    name: str
    office_title: str
    interest: str


@dataclass(frozen=True)
class Authority:
    """Who decides by which paragraph of the scheme of delegation, in its words of then.

    Where a stricter decider was named, `in_place_of` is whom the paragraph names, and `reason` says why.
    """

    decider: Named
    in_place_of: str
    reason: str
    paragraph: str
    text: str
    reserved: bool
    scheme: str
    valid_from: date


@dataclass(frozen=True)
class PassedStep:
    """A step of the route that the body does not have; `words` stand in the place of its signature."""

    step: str
    words: str


@dataclass(frozen=True)
class Attachment:
    """A file that is published with the decision; `file` is the last part of its address, `digest` its sha256."""

    id: str
    number: int
    file: str
    title: str
    kind: Named
    size: int
    digest: str
    accessible: bool
    accessible_version: str
    reason: str
    as_it_is: bool


@dataclass(frozen=True)
class Notice:
    """A statutory notice printed on the form."""

    key: str
    heading: str
    text: str


@dataclass(frozen=True)
class EditorialNote:
    """Where the data differ from the words as printed: what was printed, what is recorded, and why."""

    where: str
    printed: str
    recorded: str
    why: str = ""


@dataclass(frozen=True)
class PrintedSignature:
    """A signature of an old paper: history, and never a signature of this system."""

    office: str
    name: str
    signed_on: date | None
    statement: str
    note: str


@dataclass(frozen=True)
class Printed:
    """Lines of an old paper, as they were printed, under a heading of ours."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Archived:
    """What only a decision has that was published before this register: where it is from, and its other words."""

    source: str
    published_on: date | None
    addresses: tuple[str, ...]
    recommendations_note: str
    signatures: tuple[PrintedSignature, ...]
    printed: tuple[Printed, ...]
    form: tuple[str, ...]


@dataclass(frozen=True)
class Part1:
    """A decision as the public may read it; `archived` where it was published before this register."""

    body_key: str
    body: str
    series: str
    year: int | None
    number: int | None
    version: int
    key: str
    reference: str
    form_reference: str
    title: str
    kinds: tuple[Named, ...]
    business_unit: str
    business_organisation: str
    drafting_officer: str
    head_of_service: str
    summary: str
    recommended_to: str
    recommendations: tuple[Recommendation, ...]
    part1_heading: str
    sections: tuple[Section, ...]
    dpia: Named | None
    dpia_note: str
    financial_lines: tuple[FinancialLine, ...]
    contract_awards: tuple[ContractAward, ...]
    part2_exists: str
    part2: tuple[Part2Notice, ...]
    part2_question: str
    deferral_question: str
    deferral: Deferral
    urgency_reason: str
    retrospective_reason: str
    effective_on: date | None
    declarations: tuple[Declaration, ...]
    interests_statement: str
    interests: str
    decider: str
    outcome: str
    decided_on: date | None
    signatures: tuple[Signature, ...]
    notices: tuple[Notice, ...]
    snapshot_digest: str
    acts_digest: str
    attachments: tuple[Attachment, ...] = ()
    grants: tuple[Grant, ...] = ()
    links: tuple[Link, ...] = ()
    joint_deciders: tuple[JointDecider, ...] = ()
    notice_only: bool = False
    passed: tuple[PassedStep, ...] = ()
    decided_at: str = ""
    took_no_part: tuple[NoPart, ...] = ()
    schema: str = field(default=SCHEMA)
    editorial_notes: tuple[EditorialNote, ...] = ()
    archived: Archived | None = None
    authority: Authority | None = None

    @property
    def all_recommendations(self) -> tuple[Recommendation, ...]:
        """Return every recommendation in printed order."""
        return tuple(_walk(self.recommendations))


def _walk(rows: tuple[Recommendation, ...]) -> list[Recommendation]:
    return [item for row in rows for item in (row, *_walk(row.children))]


_converter = cattrs.Converter(forbid_extra_keys=True)
_converter.register_structure_hook(Decimal, lambda value, _: Decimal(value))
_converter.register_unstructure_hook(Decimal, str)
for _type in (datetime, date):
    _converter.register_structure_hook(_type, lambda value, kind: kind.fromisoformat(value))
    _converter.register_unstructure_hook(_type, lambda value: value.isoformat())
_converter.register_unstructure_hook(  # so that what is published stays byte for byte
    JointDecider,
    make_dict_unstructure_fn(JointDecider, _converter, declined_on=override(omit_if_default=True)),
)


def to_data(part1: Part1) -> dict[str, Any]:
    """Return the value as plain JSON types; what `/decisions/<key>.json` serves."""
    data: dict[str, Any] = _converter.unstructure(part1)
    return data


def from_bytes(content: bytes) -> Part1:
    """Read a Part1 back from a publication's body; what was added since is empty, an unknown schema is refused."""
    data = json.loads(content)
    if data.get("schema") == "pcd.part1/1":
        for award in data["contract_awards"]:
            address = award.pop("notice_url")
            award["notices"] = [address] if address else []
        data["schema"] = SCHEMA
    if data.get("schema") != SCHEMA:
        raise ValueError(f"no reader for {data.get('schema')}")
    return _converter.structure(data, Part1)


def of_snapshot(content: dict[str, Any], acts: dict[str, Any] | None = None, **digests: str) -> Part1:
    """Make the Part1 of a snapshot and of the acts on it.

    `content` is a snapshot's parsed JSON in today's schema (`snapshot.read`). `acts` is what the route adds (see
    `approvals/acts.py`): outcomes by recommendation, interests, consulted teams, signatures, date of decision.
    """
    acts = acts or {}
    head, words = content["head"], addressed.wording(content)
    outcomes: dict[str, dict[str, Any]] = acts.get("outcomes", {})
    recommendations = tuple(_recommendation(row, outcomes) for row in content["recommendations"])
    by_label = {row.label: row for row in _walk(recommendations)}
    amounts = {key: value for row in outcomes.values() for key, value in row.get("amounts", {}).items()}
    part1 = Part1(
        body_key=head["body"]["key"],
        body=head["body"]["name"],
        **{
            name: head[name]
            for name in (
                "series",
                "year",
                "number",
                "version",
                "key",
                "reference",
                "form_reference",
                "title",
                "business_unit",
                "business_organisation",
                "head_of_service",
                "urgency_reason",
                "retrospective_reason",
            )
        },
        kinds=tuple(Named(key, form.choice(form.KINDS, key)) for key in head["kinds"]),
        drafting_officer=head["drafting_officer"]["name"],
        summary=content["summary"],
        recommended_to=words["recommended_to"],
        recommendations=recommendations,
        part1_heading=words["part1_heading"],
        sections=_sections(content),
        dpia=_named(form.DPIA, content["data_protection"]["dpia"]),
        dpia_note=content["data_protection"]["note"],
        financial_lines=tuple(_line(row, by_label, amounts) for row in content["money"]),
        contract_awards=tuple(_award(row, by_label, amounts) for row in content["contracts"]),
        grants=tuple(_grant(row, by_label, amounts) for row in content["grants"]),
        links=tuple(_link(row) for row in content["links"]),
        joint_deciders=tuple(_joint(row, acts) for row in content["joint_deciders"]),
        part2_exists=content["part2"]["exists"],
        part2=tuple(_notice(content[f"part2:{key}"]) for key in content["part2"]["papers"]),
        part2_question=words["part2_question"],
        deferral_question=words["deferral_question"],
        deferral=Deferral(
            content["deferral"]["answer"], content["deferral"]["reason"], _date(content["deferral"]["until"])
        ),
        effective_on=_date(head["effective_on"]),
        declarations=_declarations(content, acts),
        interests_statement=words["interests"],
        interests=acts.get("interests", ""),
        decider=addressed.decider(content),
        authority=_authority(content),
        outcome=acts.get("outcome", ""),
        decided_on=_date(acts.get("decided_on")),
        signatures=tuple(_converter.structure(row, Signature) for row in acts.get("signatures", ())),
        notices=tuple(
            Notice(key, words["notices"][key]["heading"], words["notices"][key]["text"])
            for key in ("public_access", "part2")
        ),
        snapshot_digest=digests.get("snapshot_digest", ""),
        acts_digest=digests.get("acts_digest", ""),
        attachments=tuple(
            Attachment(**{**row, "kind": _must(form.ATTACHMENT_KINDS, row["kind"])})
            for row in content.get("attachments", ())
        ),
        notice_only=content["part2"]["notice_only"],
        passed=tuple(PassedStep(**row) for row in acts.get("passed", ())),
        decided_at=acts.get("decided_at", ""),
        took_no_part=tuple(NoPart(**row) for row in acts.get("took_no_part", ())),
    )
    # A draft shows what its notice would name; what was decided before acts said so, or is not approved, names nothing.
    changes = acts.get("takes_effect", not acts.get("outcome"))
    return _notice_only(part1, changes=changes) if part1.notice_only else part1


#: What the public is told where nothing more can be said (form.md 2): which decision, by whom, when, and the notice.
TOLD_IN_A_NOTICE = frozenset(
    (
        *("schema", "body_key", "body", "series", "year", "number", "version", "key", "reference"),
        *("form_reference", "title", "decider", "outcome", "decided_on", "notice_only", "notices"),
        *("part1_heading", "recommended_to", "interests_statement", "snapshot_digest", "acts_digest"),
        *("part2_exists", "part2", "part2_question", "deferral_question", "signatures"),
    )
)


def _notice_only(part1: Part1, *, changes: bool) -> Part1:
    """Return the same decision with nothing in it but what a notice tells; of the signatures only the decision's.

    Where it `changes` another decision, the readers of that one must know: the notice says which, and no more of it.
    """
    empty: dict[str, Any] = {
        one.name: type(getattr(part1, one.name))()
        for one in fields(part1)
        if one.name not in TOLD_IN_A_NOTICE and isinstance(getattr(part1, one.name), str | tuple)
    }
    told = [link for link in part1.links if changes and link.kind.key in dict(form.CHANGING)]
    empty["links"] = tuple(replace(link, note="") for link in told)
    return replace(
        part1,
        **empty,
        dpia=None,
        authority=None,  # the paragraph would tell the kind and the size of it
        effective_on=None,
        deferral=Deferral(part1.deferral.answer, "", None),
        signatures=tuple(row for row in part1.signatures if row.office == "decision_maker"),
    )


def _authority(content: dict[str, Any]) -> Authority | None:
    row = content.get("authority")
    if row is None:
        return None
    decider, since = Named(row["decider"]["key"], row["decider"]["title"]), row["valid_from"]
    since = since if isinstance(since, date) else date.fromisoformat(since)
    return Authority(**{**row, "decider": decider, "valid_from": since})


def _date(value: str | date | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and value else value or None


def _named(choices: form.Choices, key: str) -> Named | None:
    return Named(key, form.choice(choices, key)) if key else None


def _must(choices: form.Choices, key: str) -> Named:
    return Named(key, form.choice(choices, key))


def _recommendation(row: dict[str, Any], outcomes: dict[str, dict[str, Any]]) -> Recommendation:
    given = outcomes.get(row["id"], {})
    return Recommendation(
        row["id"],
        row["label"],
        row["text"],
        row["cites"],
        _named(form.OUTCOMES, given.get("outcome", "")),
        given.get("decided_text", ""),
        given.get("reason", ""),
        tuple(_recommendation(child, outcomes) for child in row["children"]),
    )


def _sections(content: dict[str, Any]) -> tuple[Section, ...]:
    rows = sorted(
        (v for k, v in content.items() if k.startswith("section:")), key=lambda row: int(row["number"])
    )
    return tuple(
        Section(
            row["kind"],
            row["number"],
            row["heading"],
            row["treatment"],
            row["reason"],
            tuple(Paragraph(item["label"], item["text"]) for item in row["paragraphs"]),
        )
        for row in rows
    )


def _decimal(value: str | Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _decided(
    row: dict[str, Any], amount: Decimal | None, by_label: dict[str, Recommendation], amounts: dict[str, str]
) -> dict[str, Any]:
    outcome = by_label[row["recommendation"]].outcome
    if outcome is None or outcome.key not in form.COMMITTING or row["certainty"] == "withheld":
        return {"outcome": outcome, "decided": None}
    return {"outcome": outcome, "decided": _decimal(amounts.get(row["id"], amount))}


def _line(row: dict[str, Any], by_label: dict[str, Recommendation], amounts: dict[str, str]) -> FinancialLine:
    amount, amount_to = _decimal(row["amount"]), _decimal(row["amount_to"])
    decided = _decided(row, amount, by_label, amounts)
    return FinancialLine(
        id=row["id"],
        recommendation=row["recommendation"],
        kind=_must(form.LINE_KINDS, row["kind"]),
        certainty=_must(form.CERTAINTY, row["certainty"]),
        amount=amount,
        amount_to=amount_to,
        vat=_must(form.VAT, row["vat"]),
        recurrence=_must(form.RECURRENCE, row["recurrence"]),
        year_from=row["year_from"],
        year_to=row["year_to"],
        funding_source=row["funding_source"],
        approved_before=_decimal(row["approved_before"]),
        note=row["note"],
        profile=_profile(row),
        decided_to=None if decided["decided"] is None or row["id"] in amounts else amount_to,
        **decided,
    )


def _award(
    row: dict[str, Any], by_label: dict[str, Recommendation], amounts: dict[str, str]
) -> ContractAward:
    value = _decimal(row["value"])
    return ContractAward(
        id=row["id"],
        recommendation=row["recommendation"],
        action=_must(form.CONTRACT_ACTIONS, row["action"]),
        suppliers=() if row["suppliers_withheld"] else tuple(_supplier(row, one) for one in row["suppliers"]),
        certainty=_must(form.CERTAINTY, row["certainty"]),
        value=value,
        vat=_must(form.VAT, row["vat"]),
        route_to_market=_named(form.ROUTES_TO_MARKET, row["route_to_market"]),
        **{
            name: row[name]
            for name in (
                "subject",
                "reference",
                "suppliers_withheld",
                "initial_months",
                "extension_options",
                "longest_months",
                "break_points",
                "framework",
            )
        },
        notices=tuple(row["notices"]),
        **_decided(row, value, by_label, amounts),
    )


def _supplier(award: dict[str, Any], row: dict[str, Any]) -> Supplier:
    value = None if award["certainty"] == "withheld" else _decimal(row["value"])
    return Supplier(row["name"], row["company_number"], value)


def _grant(row: dict[str, Any], by_label: dict[str, Recommendation], amounts: dict[str, str]) -> Grant:
    amount = _decimal(row["amount"])
    return Grant(
        id=row["id"],
        recommendation=row["recommendation"],
        direction=_must(form.GRANT_DIRECTIONS, row["direction"]),
        certainty=_must(form.CERTAINTY, row["certainty"]),
        amount=amount,
        profile=_profile(row),
        counterparty="" if row["counterparty_withheld"] else row["counterparty"],
        **{name: row[name] for name in ("counterparty_withheld", "purpose", "conditions", "reasons")},
        **_decided(row, amount, by_label, amounts),
    )


def _profile(row: dict[str, Any]) -> tuple[YearAmount, ...]:
    if row["certainty"] == "withheld":
        return ()  # its parts would tell the whole
    return tuple(YearAmount(one["year"], Decimal(one["amount"])) for one in row["profile"])


def _joint(row: dict[str, Any], acts: dict[str, Any]) -> JointDecider:
    """Return a joint decider with what was recorded of its decision since the paper was written."""
    since = acts.get("joint", {}).get(row["id"], {})
    reference = since.get("reference") or row["reference"]
    decided_on = _date(since.get("decided_on") or row["decided_on"])
    declined_on = _date(acts.get("declined", {}).get(row["id"]))
    return JointDecider(row["id"], row["body"], row["office"], reference, decided_on, declined_on)


def _link(row: dict[str, Any]) -> Link:
    kind = _must(form.LINK_KINDS, row["kind"])
    return Link(row["id"], kind, row["reference"], normalise(row["reference"]), row["note"])


def _notice(row: dict[str, Any]) -> Part2Notice:
    marking = form.choice(form.MARKINGS, row["marking"])
    if row["descriptor"]:
        marking = f"{marking} [{form.choice(form.DESCRIPTORS, row['descriptor'])}]"
    return Part2Notice(
        title=row["title"],
        marking=marking,
        grounds=tuple(Ground(g["key"], g["instrument"], g["provision"], g["title"]) for g in row["grounds"]),
        ceases_on=_date(row["ceases_on"]),
        ceases_event=row["ceases_event"] if row["ceases"] == "event" else "",
        public_reason=row["public_reason"],
    )


def _declarations(content: dict[str, Any], acts: dict[str, Any]) -> tuple[Declaration, ...]:
    """Return the declarations table: a tick is computed, never a box (form.md 4)."""
    head, words = content["head"], content["wording"]["declarations"]
    consulted: dict[str, dict[str, str]] = acts.get("consulted", {})
    passed = {row["step"] for row in acts.get("passed", ())}
    unobtained: dict[str, str] = content.get("unobtained_advice", {})
    reviewed = any(row["office"] == "head_of_service" for row in acts.get("signatures", ()))
    people = {
        "drafting_officer": head["drafting_officer"]["name"],
        "head_of_service": head["head_of_service"],
    }
    rows = []
    for statement in (row for row in form.DECLARATIONS if row.key not in passed):
        text = words[statement.key].format(**{key: value or "…" for key, value in people.items()})
        note = ""
        area = statement.advice or statement.where_needed
        advice, needed = consulted.get(area, {}), bool(statement.advice) or area in acts.get("needed", ())
        if needed and not advice.get("on"):
            ticked = False
            reason = unobtained.get(area) or advice.get("not_obtained", "")
            note = f"Not obtained, because {lower_first(reason)}" if reason else ""
        elif statement.advice:
            ticked = True
            note = f"{advice['team']}, {advice['on']}"
        elif statement.key == "head_of_service":
            ticked = reviewed
        else:
            section = content.get(f"section:{statement.section}", {})
            left_out = section.get("treatment") == "not_applicable"
            ticked = statement.key in content["declarations"] and not left_out
            note = f"Not applicable, because {section['reason']}" if left_out else ""
        rows.append(Declaration(statement.key, statement.title, text, ticked, note))
    return tuple(rows)
