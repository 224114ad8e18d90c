"""The form: its section kinds, its choices, its declarations, and the guidance beside each field.

Structure and guidance live here and nowhere else. Headings, order and the statements' wording are data: the
form edition of the body (`decisions/models/reference.py`). To add a section kind, add a row to SECTION_KINDS
and a heading to the body's next form edition.
"""

from dataclasses import dataclass

Choices = tuple[tuple[str, str], ...]

KINDS: Choices = (
    ("capital", "Capital"),
    ("revenue", "Revenue"),
    ("initiate_procurement", "Initiate procurement"),
    ("contract_award", "Contract award"),
    ("extension", "Contract extension or uplift"),
    ("novation", "Novation"),
    ("grant_received", "Grant received"),
    ("grant_given", "Grant given"),
    ("bid", "Bid for funding"),
    ("property", "Property"),
    ("settlement", "Settlement"),
    ("legal_assistance", "Legal assistance"),
    ("collaboration", "Collaboration agreement"),
    ("budget", "Budget or virement"),
    ("policy", "Policy"),
    ("delegation", "Delegation"),
    ("appointment", "Appointment"),
    ("other", "Other"),
)


@dataclass(frozen=True)
class SectionKind:
    """A section of Part 1: what it is for, and what the officer is told beside it."""

    key: str
    title: str
    guidance: str


SECTION_KINDS = (
    SectionKind(
        "introduction",
        "Introduction and background",
        "Say what the decision is about, why it is needed now and what was decided before. "
        "Write for a reader who knows nothing of the project.",
    ),
    SectionKind(
        "issues",
        "Issues for consideration",
        "Say what the decision maker should weigh: the options, the benefits, the risks, "
        "and how it serves the Police and Crime Plan.",
    ),
    SectionKind(
        "financial",
        "Financial comments",
        "Say what it costs, in which years, which budget pays and whether the money is already approved. "
        "The amounts here must agree with the recommendations.",
    ),
    SectionKind(
        "legal",
        "Legal comments",
        "Say which power the decision relies on and what legal risks there are. "
        "Legally privileged advice belongs in Part 2.",
    ),
    SectionKind(
        "commercial",
        "Commercial issues",
        "Say how the contract will be let, by which route to market, with whom, and how it gives value for money. "
        "The route here must agree with the recommendations.",
    ),
    SectionKind(
        "privacy",
        "GDPR and data privacy",
        "Say whether personal data is used, and what the data protection impact assessment found.",
    ),
    SectionKind(
        "equality",
        "Equality comments",
        "Say how due regard was had to the public sector equality duty, and what the effect on people with "
        "protected characteristics is.",
    ),
    SectionKind(
        "supporting",
        "Background/supporting papers",
        "List the papers that this one relies on. If there are none, write: None.",
    ),
)
SECTION_KIND = {kind.key: kind for kind in SECTION_KINDS}

DPIA: Choices = (
    ("screened_out", "Not required: the screening questions have been completed"),
    ("required", "Required, and not done yet"),
    ("done", "Done"),
)

LINE_KINDS: Choices = (
    ("capital", "Capital"),
    ("revenue", "Revenue"),
    ("income", "Income"),
    ("capital_receipt", "Capital receipt"),
    ("saving", "Saving"),
    ("guarantee", "Guarantee"),
)
CERTAINTY: Choices = (
    ("exact", "Exactly this amount"),
    ("up_to", "Up to this amount"),
    ("estimate", "An estimate"),
    ("range", "A range, from this amount to another"),
    ("withheld", "Withheld: the amount is in Part 2"),
)
CONTRACT_CERTAINTY: Choices = tuple(row for row in CERTAINTY if row[0] != "range")
VAT: Choices = (
    ("excluding", "Excluding VAT"),
    ("including", "Including VAT"),
    ("exempt", "No VAT is due"),
    ("not_stated", "Not stated"),
)
RECURRENCE: Choices = (("one_off", "One-off"), ("per_annum", "Per annum"))

CONTRACT_ACTIONS: Choices = (
    ("initiate", "Initiate procurement"),
    ("award", "Award"),
    ("extend", "Extend"),
    ("uplift", "Uplift"),
    ("vary", "Vary"),
    ("novate", "Novate"),
)
ROUTES_TO_MARKET: Choices = (
    ("open", "Open competition"),
    ("framework_call_off", "Call-off from a framework"),
    ("mini_competition", "Mini-competition within a framework"),
    ("direct_award", "Direct award"),
    ("single_tender", "Single tender action"),
)

GRANT_DIRECTIONS: Choices = (("received", "Received"), ("given", "Given"))

#: What one decision does to another.
LINK_KINDS: Choices = (
    ("amends", "Amends"),
    ("supersedes", "Supersedes"),
    ("supersedes_part", "Supersedes part of"),
    ("follows", "Follows"),
    ("implements", "Implements"),
    ("extends", "Extends"),
    ("relates_to", "Relates to"),
)

#: The kinds that change another decision, the gravest first, and what the reader of that one is told above it.
CHANGING: Choices = (
    ("supersedes", "This decision has been superseded by"),
    ("supersedes_part", "Part of this decision has been superseded by"),
    ("amends", "This decision has been amended by"),
)

MARKINGS: Choices = (("official", "OFFICIAL"), ("official_sensitive", "OFFICIAL-SENSITIVE"))
#: Named in the form only to be refused with an explanation (form.md 2, Marking).
REFUSED_MARKINGS: Choices = (("secret", "SECRET"), ("top_secret", "TOP SECRET"))
DESCRIPTORS: Choices = (
    ("commercial", "COMMERCIAL"),
    ("personal_data", "PERSONAL DATA"),
    ("legal_privilege", "LEGAL PRIVILEGE"),
    ("law_enforcement", "LAW ENFORCEMENT"),
)


ATTACHMENT_KINDS: Choices = (
    ("pdf", "PDF"),
    ("png", "PNG picture"),
    ("jpeg", "JPEG picture"),
    ("csv", "CSV table"),
    ("docx", "Word document"),
    ("xlsx", "Excel file"),
)
PICTURES = ("png", "jpeg")
#: How a browser is told what a file is, by its kind; the ending of its name is the kind itself.
FILE_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "csv": "text/csv; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Statement:
    """A declaration of the originating officer and what makes its tick true (form.md 4).

    `advice` names the adviser's role whose current advice makes it true; `section` the section that must be
    there and be confirmed; with neither it is a person's own act.
    """

    key: str
    title: str
    advice: str = ""
    section: str = ""
    #: Whose advice it needs as well, where a rule of the body asks for it.
    where_needed: str = ""


DECLARATIONS = (
    Statement("financial", "Financial Advice", advice="finance"),
    Statement("legal", "Legal Advice", advice="legal"),
    Statement("equalities", "Equalities Advice", section="equality", where_needed="equality"),
    Statement("commercial", "Commercial Issues", section="commercial", where_needed="commercial"),
    Statement("privacy", "GDPR/Data Privacy", section="privacy", where_needed="data_protection"),
    Statement("drafting_officer", "Drafting Officer"),
    Statement("head_of_service", "Director/Head of Service"),
)
#: What the drafting officer confirms in person before submission.
CONFIRMED = tuple(row for row in DECLARATIONS if row.section or row.key == "drafting_officer")

OUTCOMES: Choices = (
    ("approved", "Approved"),
    ("approved_with_changes", "Approved with changes"),
    ("rejected", "Rejected"),
    ("noted", "Noted"),
    ("determined", "Determined"),
    ("deferred_back", "Deferred back"),
)

#: The outcomes by which something is approved, so that its money is decided.
COMMITTING = ("approved", "approved_with_changes", "determined")
#: The outcomes after which it is not said that the decision changes another: what would change it may be among them.
WITHHOLDING = ("rejected", "deferred_back")

#: The summary's length in words (form.md 1, executive summary).
SUMMARY_WORDS = (25, 400)
#: How deep recommendations may stand: 1, a, (i).
RECOMMENDATION_LEVELS = 3

#: Guidance beside each field, by the field's name.
GUIDANCE = {
    "working_title": "For colleagues only. It is never published.",
    "title": "This is published. It can stay general if naming the subject would do harm. Up to 200 characters.",
    "kinds": "Select all that apply.",
    "business_unit": "For example, a command of the police service or a directorate.",
    "business_organisation": "The organisation that the unit belongs to.",
    "head_of_service": "Who reviews this paper before it goes to the chief executive.",
    "effective_on": "Leave this empty if the decision takes effect when it is signed. For example, 1 4 2027.",
    "urgency_reason": "Leave this empty if the decision is not urgent. It is published.",
    "retrospective_reason": "Leave this empty unless something was done before this decision. It is published.",
    "decider": "Keep to the scheme of delegation, or name somebody more senior and say why.",
    "decider_reason": "Leave this empty if you keep to the scheme. It is published.",
    "summary": "Say in 25 to 400 words what is to be decided and why, in plain words. It is the part most people read.",
    "recommendation": "Begin with a verb: Approve, Note, Delegate. One decision in each recommendation.",
    "section_text": "Leave an empty line between paragraphs. They are numbered for you. "
    "You can use **bold**, *emphasis*, lists, links and tables.",
    "section_reason": "This sentence is published in place of the section.",
    "part2_title": "This is published, so it must give nothing away.",
    "part2_public_reason": "This sentence is published. Say why the information is withheld, but not what it is.",
    "part2_facts": "Only facts and advice that are likely to be exempt from disclosure under the FOIA.",
    "part2_recommendations": "Leave this empty if everything that is recommended can be published. "
    "Leave an empty line between recommendations.",
    "part2_rationale": "Why this ground applies to this paper. Legal advisers read it; it is not published.",
    "part2_public_interest": "For a qualified ground: why the public interest in withholding is greater.",
    "no_warning": "There is nothing to answer: nothing in the paper contradicts itself.",
    "warning_answer": "Mend the paper, or say here why it is right as it is. Those who sign read this; "
    "it is not published. Write nothing here that belongs in Part 2.",
    "attachment_title": "This is published. Say what the file is, for example, Price table 2027/28.",
    "attachment_file": "A PDF, a PNG or JPEG picture, a CSV table or an Excel file, smaller than 25 MB. A PDF should "
    "have tags, so that everyone can read it.",
    "attachment_sheets": "Only for an Excel file with several sheets: their names, one in each line. Each becomes a "
    "CSV table of its values.",
    "attachment_as_it_is": "Not a byte of it changes. A second person must look at it before the paper is submitted.",
    "attachment_picture": "Say it for those who cannot see the picture. It is published beside it.",
    "attachment_reason": "It is published beside the file. For example, a scan of a letter that nobody has as text.",
    "part2_file_title": "It is sealed, and only people named on this paper can read it.",
    "part2_file": "A PDF, a PNG or JPEG picture, a CSV table, a Word document or an Excel file, smaller than 25 MB. "
    "It is kept as it is.",
    "moved_words": "Copy them as they stood, each passage on a line of its own. "
    "They are looked for in this paper only, and stored nowhere.",
    "comment": "Everybody who may read this paper reads it. It is not published. "
    "Write nothing here that belongs in Part 2.",
    "deferral": "If immediate publication risks compromising the implementation of the decision it can be deferred "
    "until a specific date. Deferral periods should be kept to the shortest length strictly necessary.",
    "amount": "For example, £1.98m or £225,000.",
    "year_from": "For example, 2027/28.",
    "funding_source": "For example, the approved digital capital budget.",
    "contract_value": "The total value including all extension options. For example, £1.63m.",
    "longest_months": "In months, including all extension options. Five years is 60.",
    "company_number": "As at Companies House. Leave it empty if there is none.",
    "supplier_value": "Leave this empty if the value is not divided between suppliers.",
    "profile": "Leave this empty if the amount is for one year. Otherwise write one year on a line: 2027/28 £225,000.",
    "notices": "One web address on a line.",
    "grant_purpose": "What the money is for.",
    "grant_conditions": "Leave this empty if there are none.",
    "grant_reasons": "Why the grant is given or accepted. For a crime and disorder reduction grant: why it will help "
    "to secure the reduction of crime and disorder.",
    "link_reference": "As it is written on that decision.",
    "link_note": "Leave this empty unless readers need it. For example: recommendation 2 only.",
    "joint_reference": "Leave this empty until it is known.",
    "joint_decided_on": "Leave this empty if that body has not decided yet.",
    "notice_only": "Only if nothing more may be said. The public then reads the number, the title, which decision it "
    "changes, the grounds and when they end; everything else belongs in Part 2.",
}


def choice(choices: Choices, key: str) -> str:
    """Return what a choice is called on the page; an unknown key returns itself."""
    return dict(choices).get(key, key)
