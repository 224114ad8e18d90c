"""The main job, whole, in a real browser: from an empty form to the public page and the PDF, nothing lost."""

import io
import json
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from approvals import clock
from approvals.demo import walk
from approvals.demo.papers import PCD_1637, DemoPaper
from approvals.demo.people import make_people
from decisions import form
from decisions.models import Publication, State, Version
from decisions.wording import day
from tests.journey import Traveller, missing
from tests.pages import pdf_failures
from tests.rig import PASSWORD
from tests.sites import LiveSite

#: The paper that is typed: the demo paper, with the sections at the length of the real form.
PAPER: DemoPaper = replace(
    PCD_1637,
    kinds=(*PCD_1637.kinds, "grant_received"),
    sections={
        **PCD_1637.sections,
        "legal": (
            "There are no legal issues arising from this business case outside of those pertaining to the commercial "
            "route to market."
        ),
        "privacy": (
            "The police service is subject to the requirements and conditions placed on it as a ‘State’ body to comply "
            "with the European Convention of Human Rights and the Data Protection Act (DPA) 2018. Both legislative "
            "requirements place an obligation on it to process personal data fairly and lawfully in order to safeguard "
            "the rights and freedoms of individuals.\n\n"
            "Under Article 35 of the General Data Protection Regulation (GDPR) and Section 57 of the DPA 2018, Data "
            "Protection Impact Assessments (DPIA) become mandatory for organisations with technologies and processes "
            "that are likely to result in a high risk to the rights of the data subjects.\n\n"
            "The Information Assurance and Information Rights units will be consulted at all stages to ensure the "
            "project meets its compliance requirements.\n\n"
            "The screening questions have been completed and a DPIA is not required because the project does not use "
            "personally identifiable data of members of the public, so there are no GDPR issues to be considered."
        ),
        "equality": (
            "The body is required to comply with the public sector equality duty set out in section 149(1) of the "
            "Equality Act 2010. This requires it to have due regard to the need to eliminate discrimination, advance "
            "equality of opportunity and foster good relations by reference to people with protected characteristics. "
            "The protected characteristics are: age, disability, gender reassignment, marriage and civil partnership, "
            "pregnancy and maternity, race, religion or belief, sex and sexual orientation.\n\n"
            "No negative impact has been identified to any individual and/or group safeguarded by a protected "
            "characteristic and to those who are not, thereby negating the requirement to document any mitigation. As "
            "this is an upgrade of an existing service this work does not change any aspects relating to equality or "
            "diversity."
        ),
    },
)
#: Every heading and number of the real form's Part 1.
PARAGRAPHS = {
    "1. Introduction and background": 1,
    "2. Issues for consideration": 4,
    "3. Financial Comments": 2,
    "4. Legal Comments": 1,
    "5. Commercial Issues": 2,
    "6. GDPR and Data Privacy": 4,
    "7. Equality Comments": 2,
    "8. Background/supporting papers": 1,
}
#: What the form prints by itself.
STATEMENTS = [
    "Deputy Mayor for Policing and Crime (paragraph 4.17 of the Scheme of consent and delegation)",
    "The Deputy Mayor for Policing and Crime is recommended to:",
    "I confirm I have considered whether or not I have any personal or prejudicial interest in this matter and take "
    "the proposed decision in compliance with the Code of Conduct. Any such interests are recorded below.",
    "The above request has my approval.",
    "PART I - NON-CONFIDENTIAL FACTS AND ADVICE TO THE DMPC",
    "The Government Security Classification marking for Part 2 is: OFFICIAL-SENSITIVE [COMMERCIAL]",
    "article 2(2)(a)",
    "section 31(1)",
    "section 43(2)",
    "The paper will cease to be exempt upon completion of the contract",
    "Public access to information",
    "Information in this form (Part 1) is subject to the Freedom of Information Act 2000 (FOIA) and will be made "
    "available on the MOPAC website following approval.",
    "If immediate publication risks compromising the implementation of the decision it can be deferred until a "
    "specific date. Deferral periods should be kept to the shortest length strictly necessary.",
    "Is the publication of Part 1 of this approval to be deferred? No",
    "Part 2 Confidentiality",
    "Only the facts or advice considered as likely to be exempt from disclosure under the FOIA should be in the "
    "separate Part 2 form, together with the legal rationale for non-publication.",
    "Is there a Part 2 form? Yes",
    "Originating officer declaration",
    "The Strategic Finance and Resource Management Team has been consulted on this proposal.",
    "The MPS legal team has been consulted on the proposal.",
    "Equality and diversity issues are covered in the body of the report.",
    "Commercial issues are covered in the body of the report.",
    "GDPR compliance issues are covered in the body of the report.",
    "Ines Calloway has drafted this report in accordance with MOPAC procedures.",
    "The MOPAC Chief Finance Officer and Director of Corporate Services has reviewed the request and is satisfied it "
    "is correct and consistent with the MOPAC's plans and priorities.",
    "Chief Executive Officer",
    "I have been consulted about the proposal and confirm that financial, legal and equalities advice has been taken "
    "into account in the preparation of this report. I am satisfied that this is an appropriate request to be "
    "submitted to the Deputy Mayor for Policing and Crime.",
]
GROUNDS = {
    "order-2-2-a": (
        "The order lets the body withhold what the Act exempts.",
        "See the two sections of the Act.",
    ),
    **(PAPER.part2.grounds if PAPER.part2 else {}),
}
FACTS = (
    "The heliotrope gateway is replaced in both data halls. Reseller prices for each rack were fixed at £41,730 after "
    "negotiation, against a first quotation of £58,115.\n\nThe public total of £1.63m holds a reserve of £94,005."
)
SEALED = ["heliotrope", "data halls", "41,730", "58,115", "94,005", "first quotation"]
SEALED += [words for reasons in GROUNDS.values() for words in reasons]
SECRETS = ["Larkspur upgrade 2024", "Please look at the money", "Name the power", "The totals are public"]


class Journey(Traveller):
    """The traveller, who notes what was typed for the public to read."""

    def __init__(self, site: LiveSite, page: Page) -> None:
        super().__init__(site, page)
        self.public: list[str] = []

    def write(self, **typed: Any) -> None:
        """Type what will be published."""
        self.fill(**typed)
        self.public += [
            value for name, value in typed.items() if isinstance(value, str) and name not in CHOICES
        ]


#: Fields that take a key, or a number that is said otherwise; what they print is asserted in words.
CHOICES = (
    "kind", "certainty", "vat", "recurrence", "action", "route_to_market", "treatment", "dpia", "part2_exists",
    "deferred", "direction", "marking", "descriptor", "ceases", "cites", "longest_months", "value", "amount",
    "approved_before",
)  # fmt: skip


def test_a_decision_goes_from_the_empty_form_to_the_public_with_nothing_lost(
    live_site: LiveSite, page: Page
) -> None:
    make_people(PASSWORD)
    journey = Journey(live_site, page)
    begin(journey)
    about_the_decision(journey)
    recommendations(journey)
    elsewhere(journey)
    sections(journey)
    part_2_and_the_rest(journey)
    advice(journey)
    signatures(journey)
    publication(journey)
    the_public_reads_it(journey)
    assert journey.complaints == []


def begin(journey: Journey) -> None:
    journey.go("/")
    journey.look("sign in")
    journey.sign_in("officer")
    journey.look("my work, nothing yet")
    journey.press("Start a new decision")
    journey.press("Begin the paper")
    journey.look("a new paper without a title")
    journey.fill(working_title=PAPER.working_title)
    journey.press("Begin the paper")
    journey.look("a new paper")
    journey.follow("Check your answers")
    journey.look("everything is missing")
    journey.press("Return to the task list")


def about_the_decision(journey: Journey) -> None:
    journey.follow("Title and kind of decision")
    journey.write(title=PAPER.title, kinds=[*PAPER.kinds, "grant_received"])
    journey.look("titles")
    save(journey)
    office = journey.page.get_by_label("MOPAC Chief Finance Officer and Director of Corporate Services")
    office.check()
    journey.write(business_unit=PAPER.unit, business_organisation=PAPER.organisation)
    journey.look("owner")
    save(journey)
    journey.look("timing")
    save(journey)
    journey.write(summary=PAPER.summary)
    journey.look("summary")
    save(journey)


def recommendations(journey: Journey) -> None:
    journey.look("no recommendation yet")
    for number, row in enumerate(PAPER.recommendations):
        journey.press("Add another recommendation" if number else "Add a recommendation")
        journey.write(text=row.text)
        journey.look("a recommendation")
        for line in row.lines:
            journey.press("Save and add money")
            journey.write(
                kind=line["kind"],
                amount=f"£{line['amount']:,}",
                certainty="exact",
                recurrence=line.get("recurrence", "one_off"),
                year_from=f"{line['year_from']}/{line['year_from'] % 100 + 1}",
                funding_source=line["funding_source"],
                **({"approved_before": "£1.98m"} if "approved_before" in line else {}),
            )
            journey.look("money")
            journey.press("Save")
        for award in row.awards:
            journey.press("Save and add a contract")
            contract(journey, award)
        if row.awards:
            journey.follow(f"Add a grant to recommendation {number + 1}")
            journey.write(
                direction="received",
                counterparty="Harbour Trust",
                amount="£60,000",
                certainty="exact",
                purpose="A share of the cost of testing.",
                conditions="None.",
                reasons="It lowers the cost.",
            )
            journey.fill(profile="2024/25 £45,000\n2025/26 £15,000")
            journey.look("grant")
            journey.press("Save")
    journey.look("recommendations")
    journey.press("Continue")


def elsewhere(journey: Journey) -> None:
    """What the decision changes, and who decides with it."""
    assert journey.heading == "Related and joint decisions"
    journey.look("no related decision yet")
    journey.press("Add a related decision")
    journey.write(kind="follows", reference="DMPCD 2013/96", note="The first business case")
    journey.look("related decision")
    journey.press("Save")
    journey.press("Add a joint decision maker")
    journey.write(
        body="Fenmoor Police, Fire and Crime Commissioner", office="The Commissioner", reference="2024/31"
    )
    journey.fill(decided_on=date(2024, 3, 8))
    journey.look("joint decision maker")
    journey.press("Save")
    journey.look("related and joint decisions")
    journey.press("Continue")
    assert journey.heading == "Who decides"
    assert (
        "paragraph 4.17 says that spending and bids of £500,000 or more are decided by the Deputy Mayor"
        in journey.text
    )
    journey.fill(decider="decision_maker")
    journey.look("who decides")
    save(journey)


def contract(journey: Journey, award: dict[str, Any]) -> None:
    (first, _), (second, _) = award["suppliers"]
    journey.write(action=award["action"], subject=award["subject"], supplier_0_name=first)
    journey.press("Add another supplier")
    assert journey.field("supplier_0_name").input_value() == first
    journey.write(
        supplier_1_name=second,
        supplier_1_number="01637999",
        notices="https://notices.example.org/1637",
        value="£1.63m",
        certainty=award["certainty"],
        vat=award["vat"],
        route_to_market=award["route_to_market"],
        framework=award["framework"],
        longest_months=str(award["longest_months"]),
        extension_options=award["extension_options"],
    )
    journey.fill(supplier_1_value="£630,000")
    journey.look("contract")
    journey.press("Save")


def sections(journey: Journey) -> None:
    for number, kind in enumerate(form.SECTION_KINDS, start=1):
        assert journey.heading.startswith(f"{number}. ")
        journey.write(text=PAPER.sections[kind.key], treatment="text")
        if number == 1:
            journey.look("section")
        if number == 2:
            time_out(journey, PAPER.sections[kind.key])
        else:
            save(journey)
    assert journey.heading == "Attachments"
    journey.press("Continue")
    journey.write(dpia="screened_out", dpia_note="No personal data of members of the public is used.")
    journey.look("data protection")
    save(journey)


def time_out(journey: Journey, text: str) -> None:
    """The session ends while a section is being typed; signing in again saves it."""
    address = journey.page.url
    journey.session_ends()
    save(journey)
    assert journey.heading == "Sign in"
    assert "what you typed is saved" in journey.text
    assert text not in journey.page.content(), "what was typed rides along sealed"
    journey.look("sign in again")
    journey.sign_in("officer")
    assert journey.heading.startswith("3. "), "saved, and gone on to the next section"
    journey.page.goto(address)
    assert journey.field("text").input_value() == text
    save(journey)


def part_2_and_the_rest(journey: Journey) -> None:
    part2 = PAPER.part2
    assert part2
    journey.fill(part2_exists="yes")
    journey.glance("part 2")
    journey.press("Save and add a Part 2 paper")
    journey.write(
        title=part2.title,
        marking="official_sensitive",
        descriptor="commercial",
        ceases="event",
        ceases_event="completion of the contract",
        public_reason=part2.public_reason,
    )
    journey.fill(grounds=list(GROUNDS), ceases_on=date(2031, 3, 31), review_on=date(2027, 9, 1))
    journey.look("part 2 notice")
    journey.press("Save and continue")
    journey.fill(facts=FACTS)
    for key, (rationale, public_interest) in GROUNDS.items():
        journey.fill(**{f"rationale_{key}": rationale, f"public_interest_{key}": public_interest})
    journey.look("part 2 sealed")
    save(journey)
    journey.look("part 2 with its paper")
    save(journey)
    journey.fill(deferred="no")
    journey.look("deferral")
    save(journey)
    for statement in form.CONFIRMED:
        journey.fill(**{statement.key: True})
    journey.look("declarations")
    save(journey)
    assert journey.heading == "Check your answers"
    assert "Nothing is missing." in journey.text
    journey.look("check your answers")
    journey.press("Preview the public page")
    journey.look("preview")
    assert missing(journey.public, journey.text) == []
    journey.follow("Back")


def advice(journey: Journey) -> None:
    journey.look("paper, complete")
    cite(journey)
    journey.press("Submit")
    assert "Ask the finance adviser for advice." in journey.text
    journey.look("what stands in the way")
    journey.follow("Back to the paper")
    for name, part2, message in (("Wilma Ashgrove", "no", SECRETS[1]), ("Dorian Peake", "yes", "")):
        journey.press("Ask for advice")
        journey.page.get_by_label(name).check()
        journey.fill(with_part2=part2, message=message, due_on=date.today() + timedelta(days=7))
        journey.look("ask for advice")
        journey.press("Ask for advice")
    journey.look("paper, in advice")
    journey.become("finance", PAPER.title)
    journey.look("paper, as an adviser sees it")
    journey.press("Give advice")
    journey.glance("give advice")
    journey.fill(outcome="content")
    journey.press("Give advice")
    journey.become("legal", PAPER.title)
    journey.follow("Part 2, and who can see it")
    assert "heliotrope" in journey.text
    journey.look("part 2 as it is read")
    journey.follow("Back")
    journey.press("Give advice")
    journey.fill(outcome="with_conditions", text=SECRETS[2])
    journey.press("Give advice")


def cite(journey: Journey) -> None:
    """Each recommendation refers to the paragraph that it rests on; the cited number is printed."""
    journey.follow("Recommendations, money, contracts and grants")
    for number, label in ((1, "3.1"), (2, "3.2"), (3, "5.1")):
        journey.follow(f"Change recommendation {number}")
        choice = journey.page.locator("[name=cites] option").filter(has_text=re.compile(rf"^\s*{label} "))
        journey.fill(cites=choice.inner_text().strip())
        journey.press("Save")
    journey.follow("Return to the task list")


def signatures(journey: Journey) -> None:
    journey.become("officer", PAPER.title)
    journey.glance("paper, advised")
    journey.press("Submit")
    journey.glance("submit")
    journey.press("Submit")
    assert "PCD 1637" in journey.text
    journey.glance("paper, submitted")

    journey.become("head", PAPER.title)
    journey.glance("paper, as the head of service sees it")
    journey.press("Confirm and send on")
    journey.press("Confirm and send on")
    journey.glance("not confirmed")
    journey.fill(confirmed=True)
    journey.press("Confirm and send on")

    journey.become("chief", PAPER.title)
    journey.press("Endorse and sign")
    journey.look("endorse")
    journey.proof_grows_old()
    journey.press("Endorse and sign")
    assert journey.heading == "Prove it is you"
    journey.look("prove it is you")
    journey.fill(password=PASSWORD)
    journey.press("Continue")
    assert "you endorsed and signed" in journey.text

    journey.become("dmpc", PAPER.title)
    journey.glance("paper, as the decision maker sees it")
    journey.follow("Return for amendment")
    journey.look("return for amendment")
    journey.follow("Back to the paper")
    journey.press("Decide and sign")
    journey.look("decide")
    journey.press("Decide and sign")
    assert "Say whether you approve all recommendations" in journey.text
    journey.look("not decided")
    journey.fill(interests_any="no", all_as_recommended="yes")
    journey.press("Decide and sign")
    assert "you decided and signed" in journey.text


def publication(journey: Journey) -> None:
    journey.become("governance", PAPER.title)
    journey.look("paper, decided")
    journey.press("Publish")
    assert "It has not been cleared for publication." in journey.text
    journey.follow("Back to the paper")
    journey.press("Clear for publication")
    assert "This amount stands in both parts: “£1.63m”" in journey.text
    journey.look("clear for publication")
    journey.fill(answer_0=SECRETS[3])
    journey.press("Clear for publication")
    journey.press("Publish")
    journey.glance("publish")
    journey.press("Publish")
    assert Version.objects.get().state == State.PUBLISHED
    journey.glance("paper, published")
    assert clock.tick()["render"] == 1


def the_public_reads_it(journey: Journey) -> None:
    journey.go_public("/")
    assert PAPER.title in journey.text
    journey.look("latest")
    everything = [journey.text]
    journey.go_public("/register/")
    journey.look("register")
    everything.append(journey.text)
    key = Publication.objects.get().key
    journey.go_public(f"/decisions/{key}/")
    journey.look("the public page")
    everything.append(journey.page.content())
    printed = [*journey.public, *STATEMENTS, *printed_in_words(), *signed_in_words()]
    assert missing(printed, journey.text) == []

    pdf = journey.page.request.get(f"{journey.site.public_url}/decisions/{key}.pdf").body()
    assert pdf_failures(pdf) == []
    text = " ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(pdf)).pages)
    everything.append(text)
    assert missing(printed, text, squeezed) == []

    answer = journey.page.request.get(f"{journey.site.public_url}/decisions/{key}.json").text()
    everything.append(answer)
    holds_all(json.loads(answer)["decision"], journey.public)
    for place in everything:
        assert [words for words in (*SEALED, *SECRETS) if words in place] == []


def printed_in_words() -> list[str]:
    """Return what choices, amounts and terms print."""
    numbers = [f"{head[0]}.{n}" for head, count in PARAGRAPHS.items() for n in range(1, count + 1)]
    return [
        *PARAGRAPHS, *numbers,
        "PCD 1637", "Capital", "Revenue", "Contract award", "£1.98m", "was approved before", "in 2024/25",
        "£225k", "Per annum from FY 2027/28", "Up to £1.63m", "Excluding VAT", "Five years", "Direct award",
        "Quillmoor Computing Ltd (company 01637999), £630,000", "£45,000 in 2024/25 and £15,000 in 2025/26",
        "Grant of £60k from Harbour Trust", "Follows DMPCD 2013/96: The first business case", "8 March 2024",
        "See paragraph 3.1.", "See paragraph 3.2.", "See paragraph 5.1.",
        "Not required: the screening questions have been completed", "Interests recorded: None", "Approved",
    ]  # fmt: skip


def signed_in_words() -> list[str]:
    """Return who signed, and when."""
    today = day(datetime.now(ZoneInfo("Europe/London")))
    return [
        "Edwin Tarrant",
        "Celestine Rowbotham",
        "Rosalind Okoye-Marsh",
        f"Signed {today} at",
        f"Decided {today}",
    ]


def squeezed(text: str) -> str:
    """The text without white space, which lines and pages add to an extracted text, and without page furniture."""
    return re.sub(r"\s+", "", text)


def holds_all(decision: dict[str, Any], typed: list[str]) -> None:
    """The data holds every text as it was typed, and amounts, years and terms as values."""
    assert missing(typed, json.dumps(decision, ensure_ascii=False).replace("\\n", "\n")) == []
    capital, revenue = decision["financial_lines"]
    (award,), (grant,), (link,) = (decision[name] for name in ("contract_awards", "grants", "links"))
    assert [row["value"] for row in award["suppliers"]] == [None, "630000.00"]
    assert grant["profile"] == [{"year": 2024, "amount": "45000.00"}, {"year": 2025, "amount": "15000.00"}]
    assert (link["kind"]["key"], link["key"]) == ("follows", "dmpcd-2013-96")
    assert (capital["amount"], capital["decided"], capital["approved_before"]) == ("1980000.00",) * 3
    assert (capital["year_from"], capital["recurrence"]["key"]) == (2024, "one_off")
    assert (revenue["amount"], revenue["year_from"], revenue["recurrence"]["key"]) == (
        "225000.00",
        2027,
        "per_annum",
    )
    assert (award["value"], award["certainty"]["key"], award["longest_months"]) == ("1630000.00", "up_to", 60)
    assert award["route_to_market"]["key"] == "direct_award"
    assert [row["name"] for row in award["suppliers"]] == [
        "Tamarisk Row Systems Ltd",
        "Quillmoor Computing Ltd",
    ]
    assert [row["cites"] for row in decision["recommendations"]] == ["3.1", "3.2", "5.1"]
    assert {row["outcome"]["key"] for row in decision["recommendations"]} == {"approved"}
    assert [len(row["paragraphs"]) for row in decision["sections"]] == list(PARAGRAPHS.values())
    assert all(row["ticked"] for row in decision["declarations"])
    (notice,) = decision["part2"]
    assert [row["key"] for row in notice["grounds"]] == ["order-2-2-a", "foia-31-1", "foia-43-2"]
    assert [row["office"] for row in decision["signatures"]] == [
        "head_of_service",
        "chief_executive",
        "decision_maker",
    ]


def save(journey: Traveller) -> None:
    """Press the button of every page of the form."""
    journey.press("Save and continue")


def test_the_pages_work_without_scripts_and_by_keyboard_alone(live_site: LiveSite, browser: Browser) -> None:
    people = make_people(PASSWORD)
    version = walk.bring(walk.draft(PCD_1637, people), people, "with_decision_maker")
    context = browser.new_context(java_script_enabled=False)
    try:
        keys = Keyboard(live_site, context.new_page())
        keys.go("/")
        keys.into("login", "officer")
        keys.into("password", PASSWORD)
        keys.enter()
        assert keys.heading == "My work"
        keys.go("/papers/new/")
        keys.into("working_title", "Typed by keyboard")
        keys.enter()
        assert keys.heading == "Typed by keyboard"
        keys.to("Executive summary")
        keys.enter()
        keys.into("summary", "Ten words that nobody would call a summary of anything.")
        keys.to("Save and continue")
        keys.enter()
        assert Version.objects.get(working_title="Typed by keyboard").summary.startswith("Ten words")

        context.clear_cookies()
        keys.go(f"/papers/{version.decision_id}/act/decide/")
        keys.into("login", "dmpc")
        keys.into("password", PASSWORD)
        keys.enter()
        assert keys.heading == "Decide and sign"
        keys.choose("interests_any", "no")
        keys.choose("all_as_recommended", "yes")
        keys.to("Decide and sign")
        keys.enter()
        assert "you decided and signed" in keys.text
        version.refresh_from_db()
        assert version.state == State.DECIDED
    finally:
        context.close()


class Keyboard(Traveller):
    """A traveller with no pointer: only Tab, the arrows, the space bar and Enter."""

    def to(self, words: str) -> None:
        """Tab on to the control that is called so; each one on the way shows that it has the focus."""
        self._tab_until(lambda: str(self.page.evaluate(CALLED)) == words, words)

    def into(self, name: str, typed: str) -> None:
        """Tab on to a field and type."""
        self._tab_until(lambda: self._focused("name") == name, name)
        self.page.keyboard.insert_text(typed)

    def choose(self, name: str, value: str) -> None:
        """Tab on to a group of radios and choose one by the arrows."""
        self._tab_until(lambda: self._focused("name") == name, name)
        self.page.keyboard.press("Space")
        while self._focused("value") != value:
            self.page.keyboard.press("ArrowDown")

    def enter(self) -> None:
        """Press Enter, which follows the link or sends the form."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def _focused(self, attribute: str) -> str:
        return str(self.page.evaluate(f"document.activeElement.getAttribute({attribute!r})"))

    def _tab_until(self, there: Any, wanted: str) -> None:
        for _ in range(150):
            self.page.keyboard.press("Tab")
            assert self.page.evaluate(SHOWS_FOCUS), f"no visible focus on {self.page.evaluate(CALLED)}"
            if there():
                return
        raise AssertionError(f"the keyboard does not reach {wanted}")


CALLED = "document.activeElement.innerText || document.activeElement.name || ''"
#: Focus is seen as an outline, a ring or our yellow behind the words; radios and ticks show it on their drawn box.
SHOWS_FOCUS = """(() => {
  const at = document.activeElement;
  if (!at || at === document.body) return true;
  const drawn = [getComputedStyle(at)];
  if (at.nextElementSibling) drawn.push(getComputedStyle(at.nextElementSibling, '::before'));
  return drawn.some(style => (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0
    && style.outlineColor !== 'rgba(0, 0, 0, 0)') || style.boxShadow !== 'none');
})()"""
