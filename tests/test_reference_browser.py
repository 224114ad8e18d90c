"""Offices, series of numbers and editions of the form in a real browser: as wide as a phone, and without a fault."""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from approvals.demo.people import make_people
from decisions.models import Body
from pcd.people import changes
from pcd.people.models import Office
from tests.pages import PHONE, axe_violations, sideways
from tests.rig import PASSWORD
from tests.sites import LiveSite


@pytest.fixture
def addresses(live_site: LiveSite) -> list[str]:
    """The pages of what is proposed and of what waits for a second person."""
    people = make_people(PASSWORD)
    office, body = Office.objects.get(key="cfo"), Body.objects.get()
    edition = body.form_editions.get()
    series = {
        **{"name": "Decisions of the Deputy Mayor", "made_by": "decision_maker", "letters": "pcf"},
        **{
            "way": "year_first",
            "first_number": 12,
            "year": timezone.localdate().year,
            "before": str(body.series.get(key="pcd").pk),
        },
    }
    words = {
        "declarations__legal": "The legal team of the force has been consulted.",
        "sections__legal": "Legal matters",
    }
    new = {"valid_from": "2099-01-01", "name": "Of 2099", "copied": str(edition.pk), "words": words}
    made = {"role": "head_of_service", "title": "Director of Estates", "key": "head-of-service-x"}
    title = {"title": "Director of Resources", "before": office.title}
    proposed: tuple[tuple[str, object, dict[str, Any]], ...] = (
        ("new_office", body.pk, made),
        ("office_title", office.pk, title),
        ("series", body.pk, series),
        ("form_edition", body.pk, new),
    )
    waiting = [changes.propose(kind, about, by=people["admin"], **values) for kind, about, values in proposed]
    return [
        *("/offices/", "/offices/add/", f"/offices/{office.pk}/", f"/offices/{office.pk}/title/"),
        *("/reference/series/", "/reference/series/change/"),
        *("/reference/form-editions/", "/reference/form-editions/change/"),
        *(f"/reference/changes/{change.pk}/" for change in waiting),
    ]


def test_what_is_proposed_fits_a_phone_and_has_no_fault(
    live_site: LiveSite, page: Page, addresses: list[str]
) -> None:
    page.goto(f"{live_site.staff_url}/accounts/login/")
    page.fill("[name=login]", "admin")
    page.fill("[name=password]", PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in", exact=True).click()
    for address in addresses:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(live_site.staff_url + address)
        if page.get_by_role("button", name="Propose this").count():
            with page.expect_navigation():  # nothing is changed: each form says what is wrong
                page.get_by_role("button", name="Propose this").click()
            assert page.get_by_text("There is a problem").count(), address
        assert axe_violations(page) == [], address
        page.set_viewport_size({"width": PHONE, "height": 640})
        assert sideways(page) == 0, address
