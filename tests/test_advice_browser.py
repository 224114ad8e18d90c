"""Advice with evidence in a real browser: rules, a late objection, an urgent paper, somebody outside."""

from datetime import timedelta
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import Page

from approvals import advice
from approvals.demo import walk
from approvals.demo.papers import made_up
from approvals.demo.people import make_people
from approvals.models import OutsideRequest
from approvals.workflow import perform
from decisions.models import Version
from decisions.snapshot import load
from pcd.people.models import Holding, Office, User
from tests.journey import Traveller
from tests.rig import PASSWORD
from tests.sites import LiveSite


def test_an_urgent_paper_with_an_objection_and_an_outsider(
    live_site: LiveSite, page: Page, tmp_path: Path
) -> None:
    people = make_people(PASSWORD)
    other = User.objects.create_user("legal2", full_name="Anselm Greaves")
    Holding.objects.create(office=Office.objects.get(key="legal"), person=other)
    version = walk.draft(made_up(18, "Shared helicopter"), people)
    Version.objects.filter(pk=version.pk).update(urgency_reason="The offer ends tomorrow.")
    walk.advise(version, people, "legal")
    for area in ("finance", "equality"):
        perform(version.pk, "request_advice", by=people["officer"], adviser=people[area], area=area,
                with_part2=False)  # fmt: skip
    at = f"/papers/{version.decision_id}/"

    officer = Traveller(live_site, page)
    officer.go(at)
    officer.sign_in("officer")
    officer.look("advice that a paper needs")
    officer.press("Ask somebody outside")
    officer.look("ask somebody outside")
    officer.press("Ask somebody outside")
    officer.look("ask outside with nothing")
    officer.fill(
        name="Hester Vane", organisation="Vane Chambers", email="hester@chambers.example",
        question="Is it lawful?", until=timezone.localdate() + timedelta(days=7),
    )  # fmt: skip
    page.locator("[name=area][value=legal]").check()
    page.locator("[name=chosen][value=summary]").check()
    officer.press("Ask somebody outside")
    officer.look("tell them the code")
    code = page.locator(".govuk-panel__body").inner_text().strip()
    for act in ("renew_outside_code", "end_outside"):
        officer.go(f"{at}act/{act}/")
        officer.look(act)
    officer.go(f"{at}act/submit/")
    officer.look("submit without an advice")
    page.locator("[name=unobtained_finance]").fill("the offer ends tomorrow")
    officer.press("Submit")
    officer.look("submitted without an advice")
    assert "Not obtained, because the offer ends tomorrow" in officer.text

    read = advice.shown(load(version.pk), people["equality"])
    perform(version.pk, "give_advice", by=people["equality"], outcome="not_content", text="Nobody asked.",
            digest=read)  # fmt: skip
    officer.go(at)
    officer.press("Answer advice")
    officer.look("answer an objection")
    page.locator("[name=advice]").check()
    page.locator("[name=text]").fill("We asked them in May.")
    officer.press("Answer advice")
    officer.look("an objection answered")

    page.context.clear_cookies()
    officer.go(f"/outside/{OutsideRequest.objects.get().pk}/")
    officer.look("outside: the code")
    page.locator("[name=code]").fill(code)
    officer.press("Continue")
    officer.look("outside: what was shared")
    page.locator("[name=outcome][value=content]").check()
    page.locator("[name=text]").fill("It is.")
    officer.press("Send your advice")
    officer.look("outside: sent")
    assert "Your advice has been sent" in officer.text
