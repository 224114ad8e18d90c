"""A joint decision in a real browser: one person records it with its signed copy, another compares and confirms."""

from datetime import date
from pathlib import Path

from playwright.sync_api import Page

from approvals.demo import walk
from approvals.demo.papers import made_up
from approvals.demo.people import make_people
from decisions.models import JointDecider, Version
from decisions.snapshot import load
from tests.attached import pdf
from tests.journey import Traveller
from tests.rig import PASSWORD
from tests.sites import LiveSite


def test_two_people_record_and_confirm_what_another_body_decided(
    live_site: LiveSite, page: Page, tmp_path: Path
) -> None:
    people = make_people(PASSWORD)
    version = walk.draft(made_up(18, "Shared helicopter"), people)
    JointDecider.objects.create(
        version=version, position=1, body="Fenmoor Commissioner", office="The Commissioner"
    )
    walk.bring(load(version.pk), people, "decided")
    copy, at = tmp_path / "copy.pdf", f"/papers/{version.decision_id}/"
    copy.write_bytes(pdf("Signed by the Commissioner."))

    records = Traveller(live_site, page)
    records.go(at)
    records.sign_in("governance2")
    records.press("Record a joint decision")
    records.look("record a joint decision")
    records.press("Record a joint decision")
    records.look("record with nothing")
    records.fill(decided_on=date(2026, 11, 3), reference="2026/32")
    page.locator("[name=decider]").check()
    page.locator("[name=outcome][value=agreed]").check()
    page.set_input_files("[name=file]", copy)
    records.press("Record a joint decision")
    assert "recorded a joint decision" in records.text
    records.look("joint decision waits")

    records.become("governance", version.title)
    records.press("Check a joint decision")
    records.look("confirm a joint decision")
    with page.expect_download() as given:
        page.get_by_role("link", name="Download the signed copy").click()
    assert Path(given.value.path()).read_bytes() == copy.read_bytes()
    records.press("Check a joint decision")
    records.look("confirm without an answer")
    records.fill(agrees="yes")
    records.press("Check a joint decision")
    records.look("joint decision confirmed")
    assert "Confirmed against the signed copy." in records.text
    assert Version.objects.get(pk=version.pk).state == "decided"
