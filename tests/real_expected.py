"""What real decisions say, written down by hand: what the reader must find in each field.

A recommendation is (label, its first words, its last words, those below it); a section (number, heading). `money` are
the amounts asked for, in the field where each belongs, in pounds.
"""

from dataclasses import dataclass
from typing import Any

DMPC = "Deputy Mayor for Policing and Crime"
LINDEN = "Sophie Linden, Deputy Mayor, Policing and Crime"
PAST = "Sophie Linden (Past staff), Deputy Mayor, Policing and Crime"
INTRODUCTION = ("1", "Introduction and background")
ISSUES = ("2", "Issues for consideration")
FINANCIAL = ("3", "Financial Comments")
LEGAL = ("4", "Legal Comments")


@dataclass(frozen=True)
class Expected:
    """One paper as a person reads it."""

    file: str
    reference: str
    title: str
    decision_maker: str
    summary: tuple[str, str]
    recommendations: tuple[Any, ...]
    sections: tuple[tuple[str, str], ...] = ()
    lines: tuple[str, ...] = ()
    contracts: tuple[str, ...] = ()
    grants: tuple[str, ...] = ()
    signed: str = ""
    decided: str = ""
    links: tuple[tuple[str, str], ...] = ()


EXPECTED = (
    Expected(
        "01-PCD1637.txt",
        "PCD1637",
        "IT Platform Upgrade",
        DMPC,
        ("This project concerns maintenance", "existing reseller frameworks."),
        (
            ("1", "Approve project capital of £1.98m", "(DDaT) Capital Budget."),
            ("2", "Approve additional BAU revenue spend of £225k", "managed in the MTFP."),
            ("3", "Approve direct awards via Value Added Resellers", "including extension options."),
        ),
        (
            INTRODUCTION,
            ISSUES,
            FINANCIAL,
            LEGAL,
            ("5", "Commercial Issues"),
            ("6", "GDPR and Data Privacy"),
            ("7", "Equality Comments"),
            ("8", "Background/supporting papers"),
        ),
        lines=("1980000.00", "225000.00"),
        contracts=("1630000.00",),
        signed="2024-03-12",
    ),
    Expected(
        "02-PCD740.txt",
        "PCD 740",
        "Delegation to Chief Executive Officer: National CT Grant Spend",
        LINDEN,
        ("MOPAC receives from the Home Office", "solely to the Chief Executive Officer."),
        (
            (
                "",
                "The Deputy Mayor for Policing and Crime is recommended to delegate",
                "on covert capabilities.",
            ),
        ),
        (INTRODUCTION,),
        links=(("amends", "PCD 134"),),
    ),
    Expected(
        "03-DMPCD-2014-23.txt",
        "DMPCD 2014 23",
        "Scheme of Delegation and Consent",
        "Stephen Greenhalgh (past staff), Deputy Mayor for Policing and Crime",
        ("A technical element of implementing", "fit for purpose."),
        (("", "The DMPC is asked to approve the revised", "Delegation and Consent."),),
        signed="2015-09-11",
    ),
    Expected(
        "04-DMPCD-2015-44.txt",
        "DMPCD 2015 44",
        "MOPAC Budget 2015/16",
        DMPC,
        ("DMPC approved the MOPAC/MPS Budget Submission", "Scheme of Delegation and Consent."),
        (
            ("1", "the 2015/16 MOPAC revenue budget", "at £36.4m"),
            ("2", "delegation to the Chief Operating Officer", "quoted in paragraph 2.6."),
        ),
        lines=("36400000.00",),
    ),
    Expected(
        "05-PCD98.txt",
        "PCD 98",
        "Business Justification for the maintenance of MPS CCTV Control Rooms",
        LINDEN,
        ("This paper requests approval", "£2 million over the four years."),
        (("", "The DMPC is asked to approve the commencement", "CCTV Control Rooms."),),
        (INTRODUCTION, ISSUES, FINANCIAL, LEGAL),
        contracts=("2000000.00",),
        signed="2016-12-06",
    ),
    Expected(
        "06-PCD393.txt",
        "PCD 393",
        "Facilities Management - Contract Awards",
        LINDEN,
        ("Following a tender process MOPAC is asked", "from within existing budgets."),
        (
            ("1", "Crime Scene Security & Cleaning Services", "in the sum of £585,000,"),
            ("2", "Provision of Crowd Control Barriers", "in the sum of £9,126,000."),
        ),
        (INTRODUCTION, ISSUES),
        contracts=("585000.00", "9126000.00"),
    ),
    Expected(
        "08-PCD1375.txt",
        "PCD 1375",
        "Knife Crime Coordinator",
        LINDEN,
        ("This paper seeks approval to accept", "(NPCC) lead on Knife Crime."),
        (("", "Approve the acceptance of £159,873", "October 22 to April 24."),),
        (
            ("", "Introduction and background"),
            ("", "Issues for consideration"),
            ("", "Financial Comments"),
            ("", "Legal Comments"),
        ),
        grants=("159873.00",),
    ),
    Expected(
        "09-PCD872.txt",
        "PCD 872",
        "Home Office Surge Grant Funding Allocation",
        LINDEN,
        ("MOPAC/VRU/MPS submitted a bid", "funding in 2020/21."),
        (
            ("1", "Approve the allocation of £250,000", "tackling violent crime."),
            ("2", "Approve the awarding of 3 grants", "violent crime hot spots."),
            ("3", "Approve the award of a grant of £177,375", "young people in society."),
            ("4", "Approve a grant of £20,000", "(NAVRG)."),
            ("5", "Note that all the above", "Home Office grant."),
        ),
        (INTRODUCTION, ISSUES),
        lines=("807375.00",),
        grants=(
            "13600000.00",
            "177375.00",
            "20000.00",
            "20000.00",
            "250000.00",
            "250000.00",
            "30000.00",
            "30000.00",
            "30000.00",
        ),
    ),
    Expected(
        "10-PCD1021.txt",
        "PCD 1021",
        "Request for financial assistance for the legal representation of serving and former police officers "
        "at an Inquest",
        LINDEN,
        ("The DMPC has power to grant", "effective police force."),
        (("", "The Deputy Mayor for Policing and Crime is asked to approve", "set out in Part 2."),),
        (
            ("", "Introduction and background"),
            ("", "Issues for consideration"),
            ("", "Financial Comments"),
            ("", "Legal Comments"),
        ),
        lines=("36210.00",),
    ),
    Expected(
        "11-PCD794.txt",
        "PCD 794",
        "Legal representation of serving police officer at public inquiry",
        PAST,
        (
            "The Deputy Mayor for Policing and Crime (DMPC) is asked to consider an application for a CAP",
            "effective police force.",
        ),
        (("", "The Deputy Mayor for Policing and Crime (DMPC) is asked to consider", "at an inquest."),),
        (INTRODUCTION,),
        lines=("11000.00", "45600.00", "76350.00"),
    ),
    Expected(
        "12-PCD472.txt",
        "PCD 472",
        "Request for financial assistance for a serving DDO at inquest",
        LINDEN,
        ("The Deputy Mayor for Policing and Crime (DMPC) is asked to consider", "effective police force."),
        (("", "The DMPC is asked to approve the application", "set out in Part 2."),),
        (INTRODUCTION,),
        lines=("8770.00",),
    ),
    Expected(
        "14-PCD1722.txt",
        "PCD 1722",
        "Request for financial assistance for the legal representation of former police officers at a Public Inquiry",
        PAST,
        (
            "The Deputy Mayor for Policing and Crime is asked to approve the application",
            "effective police force.",
        ),
        (
            (
                "",
                "The Deputy Mayor for Policing and Crime (DMPC) is asked to consider",
                "at a public inquiry.",
            ),
        ),
        (INTRODUCTION,),
        lines=("40000.00",),
    ),
    Expected(
        "16-PCD1425.txt",
        "PCD 1425",
        "Request for authorisation to settle a civil claim against the Metropolitan Police Service (MPS)",
        LINDEN,
        (
            "The Deputy Mayor for Policing and Crime (DMPC) is asked to consider a request",
            "effective police force.",
        ),
        (("", "authorise settlement of civil claims", "and in part two."),),
        (("", "Introduction and background"),),
    ),
    Expected(
        "17-PCD336.txt",
        "PCD 336",
        "Property Disposals 2018/19",
        LINDEN,
        ("This paper seeks approval for the disposal", "preparation for marketing."),
        (
            ("1", "Approve the proposal to market", "six surplus sites;"),
            ("2", "Note that 2 individual residential properties", "Consent and Delegation;"),
        ),
        (INTRODUCTION, ISSUES),
        lines=("1000000.00",),
        signed="2018-03-22",
    ),
    Expected(
        "19-DMPCD-2015-129.txt",
        "DMPCD 2015 129",
        "Proposed Additional Disposals 2015/16",
        "Stephen Greenhalgh, Deputy Mayor for Policing and Crime",
        ("In August 2015 DMPC approved", "annual revenue costs of £1.7m."),
        (
            ("1", "‘in principle’ disposal and marketing of 2", "completion of the sale;"),
            ("2", "‘in principle’ disposal and marketing of 1", "final sale terms."),
        ),
        (INTRODUCTION,),
        lines=("1700000.00", "196000000.00", "32700000.00"),
        links=(("follows", "DMPCD 2015 89"),),
    ),
    Expected(
        "20-DMPCD-2016-38.txt",
        "DMPCD 2016 38",
        "Surplus former Safer Neighbourhood Bases",
        "Stephen Greenhalgh (past staff), Deputy Mayor for Policing and Crime",
        ("In line with the Estate Strategy", "revenue savings of £423k."),
        (
            ("1", "Note the operational position", "for operational purposes,"),
            ("2", "Approve, subject to the implementation", "single CP, and"),
            ("3", "Approve the termination", "that will be made."),
        ),
        (("", "Introduction and background"), ("1", "Issues for consideration")),
        lines=("300000.00", "423000.00"),
        signed="2016-03-17",
    ),
    Expected(
        "22-PCD1480.txt",
        "PCD 1480",
        "202223 Quarter 4 Budget Monitoring Report",
        LINDEN,
        ("This report sets out the 2022/23 draft outturn", "usage of reserves."),
        (("1", "Approve the revised budget", "budget"),),
        lines=(
            "269200000.00",
            "27900000.00",
            "3000000.00",
            "3185100000.00",
            "3186200000.00",
            "321800000.00",
            "3300000.00",
            "448700000.00",
            "49500000.00",
            "522700000.00",
            "52600000.00",
            "80800000.00",
        ),
    ),
    Expected(
        "23-PCD558.txt",
        "PCD 558",
        "Financial Reporting 2018/19 - Quarter 3",
        LINDEN,
        ("The DMPC is asked to note the current year", "attached as Appendix 2."),
        (
            ("1", "Note the 2018/19 revenue", "position and forecast."),
            ("2", "Approve the budget movements", "paragraph 2.4-2.5."),
            ("3", "Approve the publication", "(Quarter 3)"),
        ),
        (INTRODUCTION,),
        lines=("232800000.00", "249200000.00", "3.70", "33000000.00", "34300000.00", "4900000.00"),
    ),
    Expected(
        "28-PCD1663.txt",
        "PCD 1663",
        "HO Grant- Live Facial Recognition",
        PAST,
        ("This paper seeks approval to accept", "ethical considerations."),
        (("", "Approve the request to accept a grant award", "Infrastructure Pilot."),),
        (("", "Introduction and background."), ("", "Issues for consideration.")),
        grants=("800000.00",),
    ),
    Expected(
        "29-PCD1531.txt",
        "PCD 1531",
        "Retrospective Facial Recognition",
        PAST,
        ("This paper seeks additional funding", "image and video material."),
        (
            ("", "Approve project additional revenue funding", "revenue funding to £5,193k."),
            ("", "Approve an extension to the Retrospective", "common technologies."),
            ("", "Approve an extension to the Retrospective", "for live use."),
        ),
        (("", "Introduction and background"),),
        lines=("1951000.00", "3200000.00", "3242000.00", "5193000.00"),
        contracts=("", ""),
    ),
    Expected(
        "30-noref-RFR-contract-2021.txt",
        "",
        "Retrospective Facial Recognition System",
        DMPC,
        ("This decision requests approval to award", "investigations. [...]"),
        (
            ("1", "Award of the Retrospective Facial Recognition", "1-year basis."),
            ("2", "Implementation revenue costs", "is up to £3,084,000."),
        ),
        (INTRODUCTION,),
        lines=("3084000.00",),
        contracts=("3084000.00",),
    ),
    Expected(
        "32-PCD1467.txt",
        "PCD 1467",
        "Body Worn Video (BWV) Digital Evidence Contract Renewal",
        LINDEN,
        ("Body worn video has been routinely used", "ten-year contract with Axon."),
        (
            ("1", "Approve the direct award to Axon", "contract value of £49m."),
            ("2", "Consider that the cost", "Financial Plan."),
        ),
        (INTRODUCTION,),
        contracts=("49000000.00",),
    ),
    Expected(
        "34-PCD421.txt",
        "PCD 421",
        "London Crime Prevention Fund 2019/20 and 2020/21",
        LINDEN,
        ("MOPAC has powers under", "anticipated fu"),
        (),
        lines=("1118248.00", "26210370.00", "72000000.00"),
        signed="2018-10-18",
        links=(("relates_to", "DMPCD 2013/96"), ("relates_to", "DMPCD 2016/79")),
    ),
    Expected(
        "36-PCD681.txt",
        "PCD 681",
        "Proposed Spend on Engagement and Crime Prevention Activity 2019/2020",
        LINDEN,
        ("The Metropolitan Police Service (MPS) is seeking", "medium sized businesses"),
        (),
        lines=("1840000.00", "4780000.00"),
        contracts=("400000.00",),
        grants=("1440000.00",),
    ),
    Expected(
        "37-PCD1147.txt",
        "PCD 1147",
        "The Violence Reduction Unit (VRU) 2022-2023 Funding Programme",
        LINDEN,
        ("The Violence Reduction Unit (VRU) budget", "suite of VRU programmes."),
        (
            (
                "",
                "The Deputy Mayor for Policing and Crime is recommended to approve funding",
                "is not limited to:",
                (
                    ("", "After school programmes", "affected by violence"),
                    ("", "Support and leadership", "action plans"),
                    ("", "Participation and leadership", "three years"),
                    ("", "Delivery of an evidence-based approach", "training"),
                    ("", "A repertoire of parent", "peer su"),
                ),
            ),
        ),
        lines=("19000000.00",),
    ),
    Expected(
        "38-PCD890.txt",
        "PCD 890",
        "Hendon (Colindale) Disposal Update",
        LINDEN,
        ("MOPAC approved the disposal", "funding of the disposal."),
        (
            ("1", "Approve the revised terms", "restricted Part 2 paper."),
            ("2", "Approve the costs and funding", "restricted Part 2 paper."),
        ),
        (INTRODUCTION, ISSUES),
        links=(("follows", "PCD 697"),),
    ),
    Expected(
        "42-PCD699.txt",
        "PCD 699",
        "Bid for National Taser Funding",
        LINDEN,
        ("This paper is to obtain approval", "uplift will be funded."),
        (
            (
                "",
                "The Deputy Mayor for Policing and Crime is recommended to approve the request",
                "in 2020/21.",
            ),
        ),
        (INTRODUCTION, ("2", "Issues for Consideration"), FINANCIAL),
        lines=("10000000.00", "2500000.00", "7500000.00"),
    ),
    Expected(
        "44-PCD722.txt",
        "PCD 722",
        "Procurement Activity for the Supply of Surveying Support Services",
        LINDEN,
        ("This paper seeks approval for a value increase", "procurement is £1.4m."),
        (
            ("1", "Approve the increase of the existing value", "Modelling Bureau (CAMB)."),
            ("2", "Approve the initiation of the procurement", "regulations 2015."),
            ("3", "Delegate authority to the Commercial Director", "Contract Regulations 2015."),
        ),
        (INTRODUCTION, ISSUES),
        contracts=("150000.00", "1400000.00"),
    ),
    Expected(
        "50-Surrey-31-2021.txt",
        "31/2021",
        "Use of OPCC Reserve",
        "Police and Crime Commissioner for Surrey",
        ("To use part of the OPCC Reserves", "budget for 2021/22"),
        (("", "It is recommended that the PCC transfers £150k", "OPCC Budget"),),
        (("", "Background"),),
        lines=("150000.00",),
        signed="2021-07-19",
    ),
    Expected(
        "51-Surrey-005-2022.txt",
        "005/2022",
        "Community Safety Fund Applications – February 2022",
        "Police and Crime Commissioner for Surrey",
        ("For 2020/21 the Police and Crime Commissioner", "transition to secondary school."),
        (
            ("", "£47,452.35 to Active Surrey", "Active Choices programme"),
            ("", "£2,275 to Elmbridge", "Junior Citizen programme"),
        ),
        lines=("538000.00", "5000.00"),
        grants=("2275.00", "47452.35"),
    ),
    Expected(
        "54-Surrey-008-2013.txt",
        "008/2013",
        "Suspension of Estates Disposal Programme",
        "Police and Crime Commissioner",
        ("On taking up office, the PCC announced", "please click here"),
        (),
    ),
    Expected(
        "55-WestMercia-PCC-D-2024-16.txt",
        "PCC/D/2024/16",
        "",
        "West Mercia Police and Crime Commissioner",
        ("The Police and Crime Commissioner (PCC) is required", "until it is replaced."),
        (("", "It is proposed that the PCC formally adopt", "with immediate effect."),),
        (("", "SUPPORTING REPORT"),),
    ),
    Expected(
        "62-Cleveland-17-2013.txt",
        "17-2013",
        "Scheme of Delegation (Amendment)",
        "Police and Crime Commissioner",
        ("Following review of the Scheme", "meeting attached)."),
        (),
    ),
)
#: Pages that list many decisions, and how many.
LISTINGS = {
    "49-MOPAC-listing-summaries.txt": 33,
    "56-Lancashire-2024-Q3-log.txt": 3,
    "58-Nottinghamshire-2015-log.txt": 5,
    "59-Staffordshire-register-2011-13.txt": 9,
    "60-Cambridgeshire-decisions.txt": 4,
}
