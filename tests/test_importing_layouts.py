"""Other bodies' layouts, made up: each paper says the same, and the reader finds it in the same fields."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decisions.importing import files, reader
from decisions.importing.reading import Reading, walk
from tests.test_importing_real import FILES, kept, words

COMMISSIONERS_REPORT = """
PFCC Decision Report
Please ensure all sections below are completed
Report reference number: 031-24
Government security classification: OFFICIAL
Title of report: Replacement of lockers
Area of county / stakeholders affected: Countywide
Report by: Alex Example, Estates
Date of report: 3 May 2024
1. Executive Summary
1.1 This report asks for lockers.
2. Recommendations
2.1 That the PFCC approves capital of £120,000 for lockers.
2.2 That the PFCC notes the revenue saving of £5,000 per annum.
3. Background to the Proposal
3.1 The lockers are thirty years old.
9. Financial implications
9.1 Capital of £120,000 from the estates budget in 2024/25.
12. Equality, Diversity and Inclusion implications
12.1 None.
Chief Executive / M.O.
Sign: J Example
Date: 7 May 2024
"""
FIRST_FORM = """
MAYOR OF LONDON
OFFICE FOR POLICING AND CRIME
REQUEST FOR DMPC DECISION – DMPCD 2013/99
Title: Replacement of lockers
Executive Summary:
This paper seeks approval to buy lockers at a cost of £2.5m - £3m over 3 years.
Recommendation:
That DMPC
1) approves the purchase
   a) from Example Lockers Ltd (company number 01234567) for up to £2m; and
   b) from another supplier
      (i) if needed
      (ii) up to £500,000 (excluding VAT)
2) notes the risk.
DEPUTY MAYOR FOR POLICING AND CRIME
I confirm I have considered whether or not I have any personal or prejudicial interest in this matter.
Signature                                   Date 04/02/2013
PART 1 - NON-CONFIDENTIAL FACTS AND ADVICE TO THE DMPC
Decision required – supporting report
1. Introduction and background
1.1 The lockers are old.
2. Financial and commercial comments
2.1 The cost is met from the approved equipment budget. It follows DMPCD 2012/14 and CEOD 35 - 2012.
Public access to information
Information in this form (Part 1) is subject to the Freedom of Information Act 2000.
Part 1 Deferral:
Is the publication of Part 1 of this approval to be deferred? YES
If yes, for what reason: The sale is not complete.
Until what date (if known): 1 June 2013
Part 2 Confidentiality:
Is there a part 2 form – NO
ORIGINATING OFFICER DECLARATION:
Legal Advice:
The legal team has been consulted on the proposal.   ✓
Financial Advice:
The Chief Financial Officer has been consulted on this proposal.
OFFICER APPROVAL
Chief Operating Officer
I have been consulted about the proposal.
Signature   A. Example                Date 1/2/2013
"""
NOTICE = """
Office of the Example Police and Crime Commissioner
Decision Notice
Decision No: 012/2019
Subject: Grant to Example Youth Trust
Date of decision: 5 March 2019
Decision taken by: Police and Crime Commissioner
Summary: To award a grant of £15,000 to Example Youth Trust for 2019/20.
Background
The trust works with young people.
Decision
To award a grant of £15,000 to Example Youth Trust.
Financial implications
None beyond the grant.
Signed: M Example
Date: 05.03.2019
"""


def read(text: str) -> Reading:
    return reader.read(files.read(text.encode(), "paper.txt"), file="paper.txt")


def labels(reading: Reading) -> list[str]:
    return [label for label, _ in walk(reading.recommendations)]


def test_a_report_whose_summary_and_recommendations_are_numbered_sections() -> None:
    found = read(COMMISSIONERS_REPORT)
    assert (found.reference, found.title) == ("031-24", "Replacement of lockers")
    assert found.decision_maker == "Police, Fire and Crime Commissioner"
    assert {"name": "Area of county / stakeholders affected", "value": "Countywide"} in found.particulars
    assert found.summary == "1.1 This report asks for lockers."
    assert labels(found) == ["2.1", "2.2"]
    assert [(row.number, row.kind) for row in found.sections] == [
        ("3", "other"),
        ("9", "financial"),
        ("12", "equality"),
    ]
    assert [(row.kind, row.amount, row.recurrence) for row in found.financial_lines] == [
        ("capital", "120000.00", "one_off"),
        ("saving", "5000.00", "per_annum"),
    ]
    assert [(row.name, row.date) for row in found.signatures] == [("J Example", "2024-05-07")]


def test_the_first_form_with_recommendations_three_deep_and_a_deferral() -> None:
    found = read(FIRST_FORM)
    assert found.reference == "DMPCD 2013/99"
    assert labels(found) == ["1", "1a", "1b", "1bi", "1bii", "2"]
    assert found.sections[1].kinds == ["financial", "commercial"]
    ranged = next(row for row in found.financial_lines if row.certainty == "range")
    assert (ranged.amount, ranged.amount_to) == ("2500000.00", "3000000.00")
    assert [row["reference"] for row in found.links] == ["DMPCD 2012/14", "CEOD 35 - 2012"]
    assert (found.deferral["deferred"], found.deferral["until"]) == ("yes", "2013-06-01")
    assert found.deferral["reason"] == "The sale is not complete."
    assert found.part2["exists"] == "no"
    assert [(row.key, row.ticked) for row in found.declarations] == [("legal", True), ("financial", False)]
    assert [(row.name, row.date) for row in found.signatures] == [
        ("", "2013-02-04"),
        ("A. Example", "2013-02-01"),
    ]


def test_a_notice_whose_decision_stands_under_its_own_heading() -> None:
    found = read(NOTICE)
    assert (found.reference, found.dates["decided"]) == ("012/2019", "2019-03-05")
    assert [item.text for item in found.recommendations] == [
        "To award a grant of £15,000 to Example Youth Trust."
    ]
    assert [(row.direction, row.counterparty, row.amount) for row in found.grants] == [
        ("given", "Example Youth Trust", "15000.00")
    ]
    assert [row.heading for row in found.sections] == ["Background", "Financial implications"]
    assert found.signatures[0].name == "M Example"


LINES = [line for path in FILES for line in Path(path).read_text().splitlines() if line.strip()]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from([*LINES, *FIRST_FORM.splitlines(), *NOTICE.splitlines()]), min_size=1, max_size=40
    )
)
def test_whatever_stands_in_whatever_order_no_word_is_lost(lines: list[str]) -> None:
    text = "\n".join(lines)
    if text.strip():
        assert words(text) - kept(read(text)) == {}


PAPERS = [path.read_text() for path in (*FILES, *(FILES[0].parents[1] / "made_up_decisions").glob("*.txt"))]
ODD = (
    *("\t", "\n-\n", "\n1.\n", "£", "€", "(", "|", " | ", "Date:", " to ", "\f", "“", "E5k", "2+1+1"),
    *("\u00ad", "\u00a0"),
)


@st.composite
def mangled(draw: st.DrawFn) -> str:
    """A paper as a careless hand leaves it: cut, joined, shuffled, with odd signs, in capitals, broken to a width."""
    text = draw(st.sampled_from(PAPERS))
    for what in draw(st.lists(st.integers(0, 6), min_size=1, max_size=4)):
        lines = text.splitlines()
        at = draw(st.integers(0, len(text)))
        match what:
            case 0:
                draw(st.randoms(use_true_random=False)).shuffle(lines)
                text = "\n".join(lines)
            case 1:
                step = draw(st.integers(2, 5))
                text = "\n".join(line for n, line in enumerate(lines) if n % step)
            case 2:
                text = text[:at]
            case 3:
                text = text.replace("\n", " ", draw(st.integers(1, 20)))
            case 4:
                text = text[:at] + draw(st.sampled_from(ODD)) + text[at:]
            case 5:
                text = text.upper()
            case _:
                text = re.sub(r"(.{60,80}) ", r"\1\n", text)
    return text


@settings(max_examples=150, deadline=None)
@given(mangled())
def test_however_a_paper_is_mangled_no_word_is_lost(text: str) -> None:
    if words(text):
        assert words(text) - kept(read(text)) == {}


HUGE = 100_000
REPEATED = (
    "1,",
    "£1m to ",
    "Alpha Beta ",
    "award the contract to Alpha Ltd, ",
    "- ",
    "2021/22 to ",
    "| a ",
    "1.1 ",
    "decision 2020/031, ",
    "decisions No. 1/2020 and ",
)


@pytest.mark.parametrize("unit", REPEATED)
@pytest.mark.parametrize("before", ["", "Recommendation:\n1. Approve "])
def test_a_huge_paper_of_the_same_words_is_read_in_moments(before: str, unit: str) -> None:
    text = before + unit * (HUGE // len(unit))
    began = time.process_time()
    read(text)
    assert time.process_time() - began < 3  # seconds; what grows with the square of the length takes minutes


@pytest.mark.parametrize(
    "text", ["1.", "(a)", "£", "Date", "Signature:", "|", "Part 2", "1. Recommendation", "Page 1 of 2"]
)
def test_a_paper_of_one_odd_line_is_read(text: str) -> None:
    assert words(text) - kept(read(text)) == {}


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("It follows decision 2020/031.", ["2020/031"]),
        ("It replaces Decision Number 31/2020, of June.", ["31/2020"]),
        ("See decision record no. 5 of 2019, and PCD1637.", ["5 of 2019", "PCD1637"]),
        ("By decisions 2024/007, 2024/8 and 12/2025 it was agreed.", ["2024/007", "2024/8", "12/2025"]),
        ("Decision Notice ESPCC 2019-047 is amended.", ["ESPCC 2019-047"]),
        ("See decision PCD 2024/12.", ["PCD 2024/12"]),
        ("The budget decision 2020/21 was taken in 2019/20.", []),
        ("A decision of 12/06/2020 and 300/2000 others.", []),
    ],
)
def test_another_decision_is_found_however_it_is_numbered(sentence: str, found: list[str]) -> None:
    text = f"Reference: PCD 1\nTitle: A\n\nExecutive Summary:\n{sentence}\n"
    assert [row["reference"] for row in read(text).links] == found


HEAD = (
    "Reference: PCD 1\nTitle: A paper\n{}\n\nExecutive Summary:\nWords.\n\nRecommendation:\n1. Note it.\n{}"
)


@pytest.mark.parametrize(
    ("lines", "end", "decided"),
    [
        ("Date: 4 March 2026", "", "2026-03-04"),
        ("Date\n4 March 2026", "", "2026-03-04"),
        ("Dated: 04/03/2026", "", "2026-03-04"),
        ("Date: 4 March 2026\nDate of decision: 9 March 2026", "", "2026-03-09"),
        ("Date: 4 March 2026", "\nDMPC\nSignature: A Deputy\nDate: 9 March 2026", None),
        ("Date: to follow", "", None),
        ("Date of meeting: 4 March 2026", "", None),
    ],
)
def test_a_bare_date_is_that_of_the_decision_where_no_clearer_one_stands(
    lines: str, end: str, decided: str | None
) -> None:
    assert read(HEAD.format(lines, end)).dates.get("decided") == decided


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("Payments of the grant of £5,000 to Remedi are made in May.", "Remedi"),
        ("Approve a grant of £5,000 to Galop in 2027/28.", "Galop"),
        ("Approve a grant of £5,000 to Women in Prison for mentoring.", "Women in Prison"),
        ("Approve a grant of £5,000 to the Harbour Trust from the Community Fund.", "Harbour Trust"),
        ("Approve a grant of £5,000 to Harbour Trust from April 2027.", "Harbour Trust"),
        ("Accept a grant of £5,000 from the Home Office in 2027/28.", "Home Office"),
        ("Approve a grant of £5,000 to Crossways, subject to its accounts.", "Crossways"),
    ],
)
def test_a_recipient_is_a_name_and_no_word_behind_it(sentence: str, name: str) -> None:
    found = read(HEAD.format("", "").replace("Note it.", sentence))
    assert [row.counterparty for row in found.grants] == [name]


def test_parts_without_labels_are_told_from_the_one_above_them() -> None:
    text = HEAD.format("", "").replace(
        "1. Note it.", "1. Approve:\n• £7,000 for cells\n• £5,000 for yards\n2. Note."
    )
    assert {row.where: row.amount for row in read(text).financial_lines} == {
        "recommendation 1.1": "7000.00",
        "recommendation 1.2": "5000.00",
    }
