"""The exceptions report: each kind is found, by reference alone, for those who see how the route runs."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from approvals import exceptions
from approvals.clearing import findings
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, made_up
from approvals.exceptions import Period
from approvals.workflow import perform
from decisions.attaching.tables import rows_of
from decisions.models import Attachment, AttachmentCheck, MovedWords, Part2Paper, Version, WarningAnswer
from decisions.snapshot import load
from pcd.people.models import User
from tests.attached import attach, signed_pdf
from tests.canaries import PART1_CANARY, PART2_CANARY, bring, paper_with_canaries
from tests.drafting import signed_in, text_of
from tests.pages import assert_valid_html

pytestmark = pytest.mark.django_db

People = Mapping[str, User]


def period() -> Period:
    """Return the week around today."""
    today = timezone.localdate()
    return Period(today - timedelta(days=3), today + timedelta(days=3))


def found(key: str) -> list[str]:
    """Return what is reported of one kind."""
    rows = {kind.key: rows for kind, rows in exceptions.report(period())}
    return [row.what for row in rows[key]]


def everything(people: People, number: int = 1) -> Version:
    """Walk one paper through as many exceptions as one paper can have."""
    part2 = replace(CUSTODY, public_reason=f"The sale of site {number} is being negotiated.")
    paper = made_up(number, "Site", part2=part2, deferred_until_days=9, deferral_reason="Negotiations go on.")
    version = walk.draft(paper, people)
    signed = attach(version, people["officer"], signed_pdf("Signed"), "pdf", as_it_is=True)
    AttachmentCheck.objects.create(attachment=signed, person=people["finance"])
    Attachment.objects.filter(pk=signed.pk).update(reason="Others signed it so.")
    Version.objects.filter(pk=version.pk).update(
        urgency_reason="The masts fall.", retrospective_reason="They fell."
    )
    WarningAnswer.objects.create(
        version=version, warning="0" * 64, text="It is right.", person=people["officer"]
    )
    version = walk.bring(load(version.pk), people, "with_head_of_service")
    perform(version.pk, "return_for_amendment", by=people["head"], reason="Say until when.")
    Part2Paper.objects.filter(version=version).update(review_on=timezone.localdate() + timedelta(days=99))
    version = walk.bring(load(version.pk), people, "with_head_of_service")
    perform(version.pk, "hand_over", by=people["officer"], to=people["officer2"], reason="Leave.")
    version = walk.bring(load(version.pk), people, "decided")
    until = timezone.localdate() + timedelta(days=30)
    perform(version.pk, "renew_deferral", by=people["governance"], until=until, reason="They go on.")
    MovedWords.objects.create(version=version, person=people["officer2"], places=2)
    perform(
        version.pk,
        "clear_for_publication",
        by=people["governance"],
        answers=["It is public already." for _ in findings(load(version.pk))],
    )
    perform(version.pk, "end_deferral", by=people["governance"], reason="They are over.")
    walk.publish(version, people)
    return load(version.pk)


def test_each_kind_of_exception_is_found(people: People) -> None:
    version = everything(people)
    assert found("urgent") == ["Submitted as urgent"]
    assert found("retrospective") == ["Submitted for a decision in retrospect"]
    assert found("warnings") == ["1 warning answered"]
    assert found("redated") == ["An exemption's review was re-dated"]
    assert found("handed") == ["Handed over to Tomas Birchall"]
    assert found("moved") == ["Words replaced in 2 places"]
    assert len(found("renewed")) == 1
    assert found("files") == ["A file went out as it is"]
    assert found("unadvised") == []
    assert all(row.version == version for _, rows in exceptions.report(period()) for row in rows)


def test_an_ordinary_paper_is_no_exception(people: People) -> None:
    walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "published")
    assert not [row for _, rows in exceptions.report(period()) for row in rows]


def test_advice_that_must_be_had_and_was_not_is_reported(people: People) -> None:
    version = walk.draft(made_up(1, "Signal masts"), people)
    Version.objects.filter(pk=version.pk).update(urgency_reason="The lease ends on Friday.")
    walk.advise(load(version.pk), people, "legal")
    asked = {"adviser": people["finance"], "area": "finance", "with_part2": False}
    perform(version.pk, "request_advice", by=people["officer"], **asked)
    why = {"finance": "The adviser is away until Monday."}
    perform(version.pk, "submit", by=people["officer"], confirmed=True, unobtained=why)
    assert found("unadvised") == ["Finance adviser: submitted without advice"]

    perform(version.pk, "return_for_amendment", by=people["head"], reason="Wait for the advice.")
    walk.advise(load(version.pk), people, "finance")
    walk.submit(version, people)
    assert found("unadvised") == ["Finance adviser: submitted without advice"], "it was, in the first round"


def test_hits_of_the_leak_check_are_counted_and_never_quoted(people: People) -> None:
    part2 = replace(
        CUSTODY, facts="The seller accepted that the heliotrope gateway moves to the second hall."
    )
    said = {"introduction": "We know that the heliotrope gateway moves to the second hall next year."}
    version = walk.draft(made_up(1, "Masts", part2=part2, sections=said), people)
    version = walk.bring(version, people, "decided")
    hits = findings(load(version.pk))
    assert hits
    walk.clear(version, people)
    assert found("hits") == [f"{len(hits)} place{'s' * (len(hits) > 1)} found and answered"]
    assert "heliotrope" not in text_of(signed_in(people["governance"]).get(reverse("exceptions")))


def test_a_period_is_what_is_asked_for_and_nothing_breaks_it(people: People) -> None:
    walk.draft(made_up(1, "Signal masts"), people)
    everything(people)
    client = signed_in(people["auditor"])
    assert "Submitted as urgent" in text_of(client.get(reverse("exceptions")))
    past: Any = client.get(reverse("exceptions"), {"from": "2020-01-01", "to": "2020-12-31"})
    assert "Submitted as urgent" not in text_of(past)
    assert "1 January 2020 to 31 December 2020" in text_of(past)
    for odd in ("0001-01-01", "yesterday", "9999-12-31", ""):
        assert client.get(reverse("exceptions"), {"from": odd, "to": odd}).status_code == 200
    today = timezone.localdate()
    rows = exceptions.report(Period(today, date(2020, 1, 1)))
    assert not [row for _, found in rows for row in found]


def test_the_report_names_papers_by_reference_alone_and_leads_readers_to_them(people: People) -> None:
    version = everything(people)
    address = reverse("paper", args=[version.decision_id])
    for who in ("governance", "chief", "auditor"):
        page: Any = signed_in(people[who]).get(reverse("exceptions"))
        html = page.content.decode()
        assert_valid_html(html)
        assert version.decision.reference in html
        assert (address in html) == (who != "auditor"), who
        for words in ("Site", "The masts fall", "They fell", "It is right", "Say until when", "They go on"):
            assert words not in html
    table = list(rows_of(signed_in(people["auditor"]).get(reverse("exceptions-csv")).content))
    assert ["Urgent decisions", timezone.localdate().isoformat(), version.decision.reference] in [
        row[:3] for row in table
    ]


def test_no_word_of_a_paper_is_in_the_report(people: People) -> None:
    version = paper_with_canaries(people)
    walk.advise(version, people, "finance", "legal")
    bring(load(version.pk), people, "published")
    for name in ("exceptions", "exceptions-csv", "workload", "workload-csv"):
        text = signed_in(people["governance"]).get(reverse(name)).content.decode()
        assert PART1_CANARY not in text, name
        assert PART2_CANARY not in text, name


def test_the_report_takes_the_same_queries_for_many_papers_as_for_one(people: People) -> None:
    taken = []
    for number in (1, 2):
        everything(people, number)
        with CaptureQueriesContext(connection) as queries:
            exceptions.report(period())
        taken.append(len(queries))
    assert taken[0] == taken[1]
