"""The demo papers as plain values: PCD 1637's facts in our own words, and some made-up ones beside it."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class DemoPart2:
    """A Part 2 paper: its public notice, and the content that is sealed."""

    title: str
    grounds: dict[str, tuple[str, str]]
    facts: str
    public_reason: str
    recommendations: tuple[str, ...] = ()
    descriptor: str = "commercial"
    ceases_event: str = "completion of the contract"
    ceases_on: date = date(2031, 3, 31)
    review_on: date = date(2027, 9, 1)


@dataclass(frozen=True)
class DemoRecommendation:
    """A recommendation with its money, contracts and children."""

    text: str
    lines: tuple[dict[str, Any], ...] = ()
    awards: tuple[dict[str, Any], ...] = ()
    grants: tuple[dict[str, Any], ...] = ()
    children: tuple["DemoRecommendation", ...] = ()
    cites: str = ""


@dataclass(frozen=True)
class DemoPaper:
    """A paper ready to be submitted; what is not said is taken from ORDINARY."""

    working_title: str
    title: str
    summary: str
    kinds: tuple[str, ...]
    recommendations: tuple[DemoRecommendation, ...]
    unit: str = "Digital, Data and Technology"
    organisation: str = "Metropolitan Police Service"
    sections: dict[str, str] = field(default_factory=dict)
    in_part2: tuple[str, ...] = ()
    part2: DemoPart2 | None = None
    deferred_until_days: int = 0
    deferral_reason: str = ""
    #: The tables that are published with it: title, and CSV.
    tables: tuple[tuple[str, str], ...] = ()
    links: tuple[dict[str, str], ...] = ()
    notice_only: bool = False


#: Text that a section has when a demo paper says nothing else.
ORDINARY = {
    "introduction": "This paper asks for a decision on the proposal that the summary describes.",
    "issues": "The proposal serves the Police and Crime Plan. Its main risk is delay, which the owner reviews monthly.",
    "financial": "The cost is met from budgets that are already approved. No additional funding is requested.",
    "legal": "The decision is within the powers of the decision maker. No legal issues arise beyond those described.",
    "commercial": "The route to market follows the contract regulations.",
    "privacy": "The proposal does not use personal data of members of the public.",
    "equality": "No negative impact on people with protected characteristics has been identified.",
    "supporting": "None.",
}

PCD_1637 = DemoPaper(
    working_title="Larkspur upgrade 2024",
    title="IT Platform Upgrade",
    summary=(
        "This paper asks for money to keep up and improve the police service's most protected IT platform, known as "
        "Larkspur. The work replaces equipment that has come to the end of its life and saves time for officers in "
        "covert policing and professional standards. The technical details are very sensitive. The money comes from "
        "the digital capital plan for 2024/25 that has been approved already, and purchases are made through reseller "
        "frameworks that exist."
    ),
    kinds=("capital", "revenue", "contract_award"),
    recommendations=(
        DemoRecommendation(
            "Approve project capital of £1.98m from the approved Digital, Data and Technology capital budget.",
            lines=(
                {
                    "kind": "capital",
                    "amount": Decimal("1980000"),
                    "year_from": 2024,
                    "year_to": 2024,
                    "funding_source": "Approved Digital, Data and Technology capital budget",
                    "approved_before": Decimal("1980000"),
                },
            ),
            cites="financial:1",
        ),
        DemoRecommendation(
            "Approve additional revenue spend of £225k per annum from FY 2027/28, managed in the medium-term plan.",
            lines=(
                {
                    "kind": "revenue",
                    "amount": Decimal("225000"),
                    "recurrence": "per_annum",
                    "year_from": 2027,
                    "funding_source": "Medium-term financial plan",
                },
            ),
            cites="financial:2",
        ),
        DemoRecommendation(
            "Approve direct awards through value added resellers with total contract values of up to £1.63m and "
            "contract terms of up to five years including extension options.",
            awards=(
                {
                    "action": "award",
                    "subject": "Equipment, licences and support for the platform",
                    "certainty": "up_to",
                    "value": Decimal("1630000"),
                    "vat": "excluding",
                    "longest_months": 60,
                    "extension_options": "Included in the five years",
                    "route_to_market": "direct_award",
                    "framework": "Brackenfield Trust reseller framework",
                    "suppliers": (("Tamarisk Row Systems Ltd", ""), ("Quillmoor Computing Ltd", "")),
                },
            ),
            cites="commercial:1",
        ),
    ),
    unit="Covert Policing and Professional Standards",
    sections={
        "introduction": (
            "This business case is about maintaining and upgrading the Larkspur platform, a Secret IT platform that "
            "officers and staff in specialist commands use for the most sensitive investigations and operations. All "
            "data on it is classified Secret under the government's marking scheme."
        ),
        "issues": (
            "The platform must be kept up to date, in what it does and in how it is defended. Its users need more "
            "flexible ways of working, because their workload has grown.\n\n"
            "The upgrades ease the pressure on secure areas and let people work more flexibly, while information "
            "stays as well protected as before.\n\n"
            "The proposal mainly serves the priority of increasing trust and confidence: professional standards "
            "investigates allegations against officers and staff, and uses this platform to do so.\n\n"
            "It is also the only accredited platform for sensitive major inquiries. The new technology will let "
            "those inquiries work more efficiently."
        ),
        "financial": (
            "Capital spend of £1.98m is funded from the approved digital capital budget. No additional funding is "
            "requested. The project will complete in FY 2024/25.\n\n"
            "Revenue costs rise by £225k per annum from 2027/28. Digital, Data and Technology will manage this in "
            "the medium-term financial plan."
        ),
        "legal": "No legal issues arise from this business case, apart from those of the commercial route to market.",
        "commercial": (
            "Direct awards are made under the Brackenfield Trust framework to two existing value added resellers, "
            "Tamarisk Row Systems and Quillmoor Computing. The contracts include up to five years of support, "
            "maintenance, licences and subscriptions for some items, all extension options included.\n\n"
            "Because the work upgrades IT at Secret level, it makes no direct contribution to the charter of the "
            "city's anchor institutions."
        ),
        "privacy": (
            "The police service must process personal data fairly and lawfully, as the European Convention on Human "
            "Rights and the Data Protection Act 2018 require.\n\n"
            "A data protection impact assessment is mandatory where processing is likely to result in a high risk to "
            "the rights of data subjects (article 35 of the UK GDPR and section 57 of the Act).\n\n"
            "The information assurance and information rights units are consulted at every stage.\n\n"
            "The screening questions have been completed. An assessment is not required, because the project does "
            "not use personal data of members of the public."
        ),
        "equality": (
            "The public sector equality duty in section 149(1) of the Equality Act 2010 applies: due regard to "
            "eliminating discrimination, advancing equality of opportunity and fostering good relations.\n\n"
            "No negative impact on any group has been identified, so no mitigation is recorded. The upgrade of an "
            "existing service changes nothing that relates to equality or diversity."
        ),
        "supporting": "None.",
    },
    part2=DemoPart2(
        title="Part 2 of the Larkspur business case",
        grounds={
            "foia-31-1": (
                "The design of the platform would help somebody who wanted to attack covert investigations.",
                "The public interest in safe covert investigations is greater than that in the design.",
            ),
            "foia-43-2": (
                "Unit prices negotiated with each reseller would weaken the next negotiation.",
                "The public interest in good prices is greater; the totals are published.",
            ),
        },
        facts=(
            "The heliotrope gateway is replaced in both data halls. Reseller prices for each rack were fixed at "
            "£41,730 after negotiation, against a first quotation of £58,115."
        ),
        public_reason=(
            "This is because the information is commercially sensitive and could compromise future "
            "procurement activity."
        ),
    ),
)


def made_up(number: int, subject: str, **changes: Any) -> DemoPaper:
    """Return an ordinary paper on this subject: one capital line and one recommendation to note."""
    amount = Decimal(180_000 + 45_500 * number)
    values: dict[str, Any] = {
        "working_title": f"{subject}, working paper",
        "title": subject,
        "kinds": ("capital",),
        "summary": (
            f"This paper asks for capital for the following purpose: {subject.lower()}. The present arrangements have "
            "come to the end of their life and cost more to keep than to replace. The work is planned for the next "
            "financial year and is met from a budget that has been approved."
        ),
        "recommendations": (
            DemoRecommendation(
                f"Approve capital of £{amount:,.0f} for {subject.lower()}.",
                lines=(
                    {
                        "kind": "capital",
                        "amount": amount,
                        "year_from": 2027,
                        "year_to": 2027,
                        "funding_source": "Approved capital programme",
                    },
                ),
                children=(DemoRecommendation("Agree that savings are returned to the capital programme."),),
            ),
            DemoRecommendation("Note that progress is reported each quarter."),
        ),
    }
    return DemoPaper(**{**values, **changes})


CUSTODY = DemoPart2(
    title="Part 2: site of the new custody suite",
    grounds={
        "foia-43-2": (
            "The owner of the site does not know what the body would pay at most.",
            "A better price serves the public more than knowing the limit now.",
        )
    },
    facts="The highest price that the valuer advises for the marigold site is £3,264,900.",
    public_reason="This is because negotiations with the owner of the site have not ended.",
    ceases_event="completion of the purchase",
    ceases_on=date(2028, 3, 31),
)


def mentoring(year: int, **changes: Any) -> DemoPaper:
    """Return a paper that gives a grant for mentoring in two financial years: one of a chain of three."""
    each = Decimal(140_000)
    profile = [{"year": year, "amount": str(each)}, {"year": year + 1, "amount": str(each + 5_000)}]
    grant = {
        "direction": "given",
        "counterparty": "Harbour Youth Trust",
        "certainty": "up_to",
        "amount": each * 2 + 5_000,
        "profile": profile,
        "purpose": "Mentoring for young people who have been victims of violence.",
        "conditions": "Quarterly reports, and repayment of what is not spent.",
        "reasons": "Earlier mentoring was followed by fewer repeat victims, so the grant will help to reduce crime.",
    }
    asked = DemoRecommendation("Approve a grant of up to £285,000 for mentoring.", grants=(grant,))
    return made_up(
        14, "Mentoring for young victims", kinds=("grant_given",), recommendations=(asked,), **changes
    )


#: A decision of which only a notice is published: all that is recommended stands in Part 2.
SETTLEMENT = made_up(
    17,
    "Settlement of a claim",
    kinds=("settlement",),
    summary="",
    recommendations=(),
    notice_only=True,
    part2=DemoPart2(
        title="Settlement of a claim",
        descriptor="legal_privilege",
        grounds={
            "foia-40-2": ("The claimant would be known from any fact of the case.", ""),
            "foia-42": (
                "Counsel advised on the prospects of the claim.",
                "Candid advice serves the public more than knowing it.",
            ),
        },
        facts="Counsel puts the prospects of the tamarind claim at one in three.",
        recommendations=(
            "Approve a payment of £61,250 in full settlement.",
            "Agree that no admission is made.",
        ),
        public_reason="This is because the person concerned would be known, and because the advice is privileged.",
        ceases_event="the end of the term of confidence",
        ceases_on=date(2033, 1, 1),
    ),
)
