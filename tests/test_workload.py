"""Workload: medians and longest by step and month, from the record of acts; charts that everybody can read."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from approvals import workload
from approvals.demo import walk
from approvals.demo.papers import made_up
from approvals.workload import Wait
from decisions.attaching.tables import rows_of
from pcd import charts
from pcd.charts import Mark
from pcd.people.models import User
from tests.drafting import signed_in, text_of
from tests.pages import assert_valid_html

pytestmark = pytest.mark.django_db

People = Mapping[str, User]
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
WAITS = [
    Wait("with_chief_executive", MARCH, 1.0),
    Wait("with_chief_executive", MARCH, 3.0),
    Wait("with_chief_executive", APRIL, 20.0),
    Wait("draft", APRIL, 0.5),
]


def test_medians_and_longest_stand_by_step_and_month_in_the_order_of_the_route() -> None:
    steps = [(row.label, row.papers, row.median, row.longest) for row in workload.by_step(WAITS)]
    assert steps == [("Draft", 1, 0.5, 0.5), ("With the chief executive", 3, 3.0, 20.0)]
    months = [(row.label, row.month, row.median) for row in workload.by_month(WAITS)]
    assert months == [
        ("Draft", APRIL, 0.5),
        ("With the chief executive", MARCH, 2.0),
        ("With the chief executive", APRIL, 20.0),
    ]


def test_the_months_counted_end_with_this_one() -> None:
    months = workload._months(date(2026, 2, 28))
    assert (months[0], months[-1], len(months)) == (date(2025, 3, 1), date(2026, 2, 1), 12)


def test_each_step_that_a_paper_left_is_counted_once(people: People) -> None:
    walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "published")
    walk.bring(walk.draft(made_up(2, "Lockers"), people), people, "with_chief_executive")
    rows = workload.waits(timezone.localdate())
    assert {row.label: row.papers for row in workload.by_step(rows)} == {
        "Draft": 2,
        "In advice": 2,
        "With the head of service": 2,
        "With the chief executive": 1,
        "With the decision maker": 1,
        "Decided": 1,
    }
    assert all(0 <= row.days < 1 for row in rows)
    steps, offices = workload.open_now(timezone.now())
    assert [(row.label, row.papers) for row in steps] == [("With the chief executive", 1)]
    assert [(row.label, row.papers) for row in offices] == [("Chief executive", 1)]


def test_the_page_and_its_table_say_the_same_and_name_no_paper(people: People) -> None:
    walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "decided")
    for who in ("governance", "auditor", "chief"):
        client = signed_in(people[who])
        page: Any = client.get(reverse("workload"))
        html = page.content.decode()
        assert_valid_html(html)
        assert "style=" not in html
        assert "<script" not in html.split("<main")[1].split("</main>")[0]
        assert html.count('role="img"') == html.count("<desc ") > 3
        assert "Signal" not in html
        table = list(rows_of(client.get(reverse("workload-csv")).content))
        assert ["Waited", "Draft", "all", "1"] in [row[:4] for row in table]
        assert ["Open by step", "Decided", "", "1"] in [row[:4] for row in table]
    assert "No paper has moved on" not in text_of(page)


def test_a_register_without_papers_has_a_calm_page(people: People) -> None:
    page: Any = signed_in(people["auditor"]).get(reverse("workload"))
    assert_valid_html(page.content.decode())
    assert "No paper has moved on in the last 12 months." in text_of(page)
    assert "No paper is open." in text_of(page)


def test_workload_takes_the_same_queries_for_many_papers_as_for_one(people: People) -> None:
    taken = []
    for _ in range(3):
        walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "with_chief_executive")
        with CaptureQueriesContext(connection) as queries:
            workload.waits(timezone.localdate())
            workload.open_now(timezone.now())
        taken.append(len(queries))
    assert taken[0] == taken[2]


def test_a_chart_is_in_proportion_and_takes_no_markup_from_its_words() -> None:
    chart = charts.bars("c", "<b>", "&", [Mark("<i>", 5, "5 days", 10), Mark("b", 0, "none")])
    assert '<title id="c-title">&lt;b&gt;</title>' in chart
    assert "<i>" not in chart
    assert 'class="pcd-chart__bar" x="0" y="22" width="50.0%"' in chart
    assert 'class="pcd-chart__longest" x="0" y="22" width="100.0%"' in chart
    assert charts.bars("c", "", "", []) != ""
    tall = charts.columns("c", "t", "d", [Mark("J", 5, "5"), Mark("F", 0, "")], most=10)
    assert f'height="{charts.TALL // 2}"' in tall
