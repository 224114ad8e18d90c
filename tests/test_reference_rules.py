"""Rules on mandatory advice and grounds of exemption: two people add one, replace one, and give one a last day."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals.demo import walk
from approvals.demo.papers import PCD_1637
from approvals.workflow import Refused
from decisions import advising, part2, wording
from decisions.drafting.forms_part2 import NoticeForm
from decisions.importing import grounds
from decisions.importing.reading import Reading
from decisions.models import AdviceRule, ExemptionGround
from decisions.models.reference import holding_on
from decisions.snapshot import component_digests, load
from pcd.people import changes
from pcd.people.models import Change, User
from tests.drafting import again, save, signed_in, text_of
from tests.pages import assert_valid_html
from tests.test_people_pages import decided, page, second, soon, typed
from tests.test_reference_pages import post

pytestmark = pytest.mark.django_db

People = Mapping[str, User]
LEGAL = {
    "area": "legal",
    "kinds": ["property", "settlement"],
    "amount_from": "£100k",
    "personal_data": "no",
    "because": "land or a claim is at stake.",
    "clause": "Scheme, paragraph 5.1",
    "adopted": "yes",
}
GROUND = {
    "instrument": "foia",
    "provision": "section 27",
    "title": "International relations",
    "qualified": "yes",
    "adopted": "no",
}


@pytest.fixture
def admin(people: People) -> Client:
    """The administrator, signed in."""
    return signed_in(people["admin"])


def always(area: str) -> AdviceRule:
    """The shipped rule by which every paper needs an advice."""
    return AdviceRule.objects.get(area=area, because="every paper needs it")


def agreed(people: People) -> Change:
    """The second person agrees to what was proposed last; the database is asked at once."""
    change = Change.objects.latest("proposed_at")
    assert decided(second(people), change).status_code == 303
    connection.check_constraints()
    return change


def ends(client: Client, row: AdviceRule | ExemptionGround, last: date | None, status: int = 303) -> str:
    """Propose a last day on the page of a rule or ground."""
    name = "advice-rule-end" if isinstance(row, AdviceRule) else "ground-end"
    said = typed("last_day", last) if last else {"last_day_day": ""}
    answer = client.post(reverse(name, args=[row.pk]), said)
    assert answer.status_code == status, text_of(answer)
    if status == 200:
        assert_valid_html(answer.content.decode())
    return text_of(answer) if status == 200 else ""


def areas(version: Any, day: date) -> set[str]:
    """The areas of which a paper needs advice, submitted on a day."""
    return {row.area for row in advising.needed(load(version.pk), day)}


def test_a_rule_takes_anothers_place_so_that_no_day_is_without(admin: Client, people: People) -> None:
    old, paper = always("legal"), walk.draft(PCD_1637, people)
    page(admin, "reference-change", "advice-rules")
    said = {**LEGAL, "kinds": ["capital", "property"], "replaces": str(old.pk), **typed("since", soon(9))}
    assert post(admin, "advice-rules", **said).status_code == 303
    assert AdviceRule.objects.count() == 4  # until a second person agrees
    change = Change.objects.get()
    assert "A rule on legal advice" in page(second(people), "my-work")
    facts = page(second(people), "change", change.pk)
    for words in (
        "Papers of the kind “Capital” or “Property”, and on an amount of £100,000 or more, or of a withheld amount",
        "Legal advice is needed: land or a claim is at stake.",
        f"Every paper: “every paper needs it” The form, Legal Advice (example) It ends on {wording.day(soon(8))}.",
        "Papers that are submitted already keep what was mandatory",
    ):
        assert words in facts
    agreed(people)
    new = AdviceRule.objects.get(valid_from=soon(9))
    assert (new.amount_from, new.valid_until, new.example) == (Decimal(100_000), None, False)
    assert new.because == "land or a claim is at stake"
    assert "legal" in areas(paper, soon(8))
    paper.kinds = ["bid"]
    paper.save()
    assert ("legal" in areas(paper, soon(8)), "legal" in areas(paper, soon(9))) == (True, False)
    shown = page(admin, "reference-subject", "advice-rules")
    assert f"to come, from {wording.day(soon(9))}" in shown
    assert f"until {wording.day(soon(8))}" in shown
    assert "Agreed: a rule on legal advice" in page(admin, "reference")
    call_command("reference")  # as an upgrade does
    assert AdviceRule.objects.get(pk=old.pk).valid_until == soon(8)
    # One with a last day of its own: what it replaces does not come back.
    short = {**LEGAL, "replaces": str(new.pk), **typed("since", soon(20)), **typed("last_day", soon(30))}
    assert post(admin, "advice-rules", **short).status_code == 303
    facts = page(second(people), "change", Change.objects.latest("proposed_at").pk)
    assert (
        f"submitted from {wording.day(soon(31))} on need no legal advice by this rule. No other rule asks"
        in facts
    )


def test_a_rule_that_cannot_be_is_refused_and_nothing_typed_is_lost(admin: Client, people: People) -> None:
    today = timezone.localdate()
    wrong = {**LEGAL, "because": "", "replaces": str(always("finance").pk)}
    days = typed("since", soon(3)) | typed("last_day", soon(2))
    answer = post(admin, "advice-rules", **wrong, **days)
    said, html = text_of(answer), answer.content.decode()
    for words in (
        "Enter why it is needed",
        "Select a rule on the same advice",
        f"Last day must be the same as or after {wording.day(soon(3))}",
    ):
        assert words in said
    assert 'value="£100k"' in html
    assert_valid_html(html)
    stops = post(admin, "advice-rules", **LEGAL | {"because": "..."} | typed("since", soon(3)))
    assert "Enter why it is needed" in text_of(stops)
    assert "must be the same as or after" in text_of(
        post(admin, "advice-rules", **LEGAL, **typed("since", today))
    )
    every = {**LEGAL, "kinds": [], "amount_from": "", **typed("since", soon(3))}
    assert "There is one like it in this period already" in text_of(post(admin, "advice-rules", **every))
    old = always("legal")
    same = every | {"because": old.because, "clause": old.clause, "adopted": "no", "replaces": str(old.pk)}
    assert "says the same as what it replaces" in text_of(post(admin, "advice-rules", **same))
    assert not Change.objects.exists()
    # What it replaces is given a last day before it is agreed to.
    confirmed = same | {"adopted": "yes"}
    assert post(admin, "advice-rules", **confirmed).status_code == 303
    first = Change.objects.get()
    ends(admin, old, soon(1))
    agreed(people)
    assert "has changed since it was proposed" in text_of(decided(second(people), first))
    gap = text_of(post(admin, "advice-rules", **confirmed))
    assert f"ends on {wording.day(soon(1))}, and nothing would hold from then on" in gap
    assert post(admin, "advice-rules", **confirmed | typed("since", soon(2))).status_code == 303
    agreed(people)
    assert [row.example for row in AdviceRule.objects.filter(holding_on(soon(2)), area="legal")] == [False]
    assert "proposed already" not in page(admin, "reference")


def test_a_rule_ends_on_a_day_that_two_people_say(
    admin: Client, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule, today = always("finance"), timezone.localdate()
    assert "Let this rule end" in page(admin, "reference-subject", "advice-rules")
    assert "Every paper" in page(admin, "advice-rule-end", rule.pk)
    assert "Enter the last day" in ends(admin, rule, None, 200)
    assert "must be the same as or after" in ends(admin, rule, today - timedelta(days=1), 200)
    assert "must be the same as or before" in ends(admin, rule, date(9999, 12, 31), 200)
    ends(admin, rule, soon(5))
    assert "The same change is proposed already" in ends(admin, rule, soon(5), 200)
    facts = page(second(people), "change", Change.objects.get().pk)
    assert f"submitted from {wording.day(soon(6))} on need no finance advice by this rule" in facts
    assert "No other rule asks for finance advice then" in facts
    agreed(people)
    # Until it is over it may be another day, or none.
    assert always("finance").valid_until == soon(5)
    rule.refresh_from_db()
    assert "This is its last day already" in ends(admin, rule, soon(5), 200)
    ends(admin, rule, None)
    assert "The rule goes on with no end" in page(second(people), "change", agreed(people).pk)
    rule = always("finance")
    assert rule.valid_until is None
    # One to come is taken back before it begins.
    assert post(admin, "advice-rules", **LEGAL, **typed("since", soon(9))).status_code == 303
    agreed(people)
    coming = AdviceRule.objects.get(valid_from=soon(9))
    ends(admin, coming, today)
    assert "The rule never begins" in page(second(people), "change", agreed(people).pk)
    assert f"taken back before it began on {wording.day(soon(9))}" in page(
        admin, "reference-subject", "advice-rules"
    )
    url = reverse("advice-rule-end", args=[coming.pk])
    assert admin.get(url).status_code == 404
    # What was proposed for a day that is over is turned down.
    ends(admin, rule, today)
    change = Change.objects.latest("proposed_at")
    client = second(people)
    tomorrow = soon(1)
    monkeypatch.setattr(timezone, "localdate", lambda *given: tomorrow)
    assert "The last day is over" in text_of(decided(client, change))


def test_a_ground_is_added_after_its_kin_and_reworded_in_its_place(
    admin: Client, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = ExemptionGround.objects.get(key="foia-44")
    assert all(row.pk == row.provision_key for row in ExemptionGround.objects.all())
    page(admin, "reference-change", "grounds")
    for wrong in ("sections 27 and 28", "section ٤٣", "section 43(é)", "section 43(_)"):
        answer = post(admin, "grounds", **{**GROUND, "provision": wrong}, **typed("since", soon(1)))
        assert "Enter one provision with its number" in text_of(answer), wrong
    assert post(admin, "grounds", **GROUND, **typed("since", soon(1))).status_code == 303
    facts = page(second(people), "change", Change.objects.get().pk)
    assert "Officers may claim it in what is submitted from its first day on" in facts
    agreed(people)
    new = ExemptionGround.objects.get(key="foia-27")
    assert (new.absolute, new.example) == (False, True)
    foia = list(ExemptionGround.objects.filter(instrument="foia"))
    assert foia[-2:] == [last, new]
    assert list(ExemptionGround.objects.all())[-1].instrument == "eir"
    # The same provision in other words, from the day after tomorrow on.
    old = ExemptionGround.objects.get(key="foia-43-2")
    reworded = {
        **GROUND,
        "provision": "Section 43(2)",
        "title": "Commercial interests",
        **typed("since", soon(2)),
    }
    assert "There is one like it in this period already" in text_of(post(admin, "grounds", **reworded))
    other = text_of(post(admin, "grounds", **reworded | {"replaces": "eir-12"}))
    assert "Select a ground of the same instrument" in other
    assert post(admin, "grounds", **reworded | {"replaces": old.pk}).status_code == 303
    agreed(people)
    again_43 = ExemptionGround.objects.get(key="foia-43-2-v2")
    assert (again_43.position, again_43.provision_key) == (old.position, old.provision_key)
    assert again_43.provision == "section 43(2)"
    # Taken back before it begins; what it was to replace ends all the same, and a file is read with its words.
    ends(admin, again_43, timezone.localdate())
    facts = page(second(people), "change", Change.objects.latest("proposed_at").pk)
    never = "The ground never begins. No ground for section 43(2) can be claimed from"
    assert f"{never} {wording.day(soon(2))} on." in facts
    agreed(people)
    later = soon(3)
    monkeypatch.setattr(timezone, "localdate", lambda *given: later)
    assert grounds.claimed(["FOIA section 43(2)"], Reading()) == [old.pk]


def test_a_draft_is_told_of_a_ground_that_has_ended_and_what_is_submitted_keeps_it(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, tomorrow, later = ExemptionGround.objects.get(key="foia-43-2"), soon(1), soon(2)
    reworded: dict[str, Any] = {
        **{
            "instrument": "foia",
            "provision": "section 43(2)",
            "title": "Commercial interests",
            "example": False,
        },
        **{"absolute": False, "since": later.isoformat(), "last_day": "", "replaces": old.pk, "was": ""},
    }
    change = changes.propose("ground_of_exemption", "mopac", by=people["admin"], **reworded)
    changes.decide(change, by=people["governance"], agrees=True)
    again_43 = ExemptionGround.objects.get(key="foia-43-2-v2")
    paper = walk.draft(PCD_1637, people)
    gone = walk.bring(walk.draft(PCD_1637, people), people, "with_head_of_service")
    offered = NoticeForm(version=paper, row=paper.part2_papers.get(), by=people["officer"]).fields["grounds"]
    assert again_43 not in offered.queryset  # type: ignore[attr-defined]
    client = signed_in(people["officer"])
    monkeypatch.setattr(timezone, "localdate", lambda *given: later)
    told = (
        f"section 43(2) (Prejudice to commercial interests) ended on {wording.day(tomorrow)} as a ground of exemption. "
        "Take it off and select one that is in force."
    )
    assert told in page(client, "paper-check", paper.decision_id)
    assert grounds.claimed(["FOIA section 43(2)"], Reading()) == [again_43.pk]  # as a file says it
    with pytest.raises(Refused, match="Take it off"):
        walk.submit(again(paper), people)
    notice = reverse("part2-notice", args=[paper.decision_id, paper.part2_papers.get().pk])
    said = text_of(client.get(notice))
    assert "Not in force today" in said
    assert "Commercial interests" in said
    row = paper.part2_papers.get()
    claimed = [key for key in row.claims.values_list("ground", flat=True) if key != old.pk]
    reasons = part2.read(row).grounds
    sealed = reverse("part2-sealed", args=[paper.decision_id, row.pk])
    opened, covered = client.get(sealed), component_digests(again(paper))
    same = ("title", "marking", "descriptor", "ceases", "ceases_event", "public_reason")
    shown = {name: getattr(row, name) for name in same} | {"grounds": [*claimed, again_43.pk]}
    days = typed("ceases_on", row.ceases_on or later) | typed("review_on", row.review_on or later)
    for beside in ([old.pk], []):  # in two saves
        assert (
            save(client, notice, **days, **shown | {"grounds": [*claimed, again_43.pk, *beside]}).status_code
            == 303
        )
    assert "as a ground of exemption" not in page(client, "paper-check", paper.decision_id)
    assert component_digests(again(paper)) == covered  # so no advice falls
    # A page of the sealed text that was opened before is saved; nothing that was sealed is lost by it.
    form = opened.context["form"]
    old_page = {name: form[name].value() or "" for name in form.fields} | {"seen": opened.context["seen"]}
    answer = client.post(sealed, old_page | {"facts": "Typed for an hour."})
    assert answer.status_code == 303, text_of(answer)
    content = part2.read(row)
    assert (content.facts, content.grounds) == ("Typed for an hour.", reasons)
    assert "give the public interest reason" not in page(client, "paper-check", paper.decision_id)
    walk.bring(again(gone), people, "published")
    assert gone.part2_papers.get().claims.filter(ground=old).exists()


def test_a_ground_ends_and_one_always_stays(admin: Client, people: People) -> None:
    today = timezone.localdate()
    ground, kept = ExemptionGround.objects.get(key="foia-30"), "order-2-2-a"
    assert "Let this ground end" in page(admin, "reference-subject", "grounds")
    assert "nobody can claim it" in page(admin, "ground-end", ground.pk)
    ends(admin, ground, today)
    assert "A last day for the ground of exemption section 30" in page(second(people), "my-work")
    facts = page(second(people), "change", Change.objects.get().pk)
    assert f"cannot be submitted from {wording.day(soon(1))} on" in facts
    assert f"No ground for section 30 can be claimed from {wording.day(soon(1))} on." in facts
    agreed(people)
    assert f"until {wording.day(today)}" in page(admin, "reference-subject", "grounds")
    call_command("reference")
    assert ExemptionGround.objects.get(key="foia-30").valid_until == today
    for row in ExemptionGround.objects.exclude(pk=kept).filter(valid_until=None):
        ends(admin, row, soon(3))
        agreed(people)
    refused = ends(admin, ExemptionGround.objects.get(pk=kept), soon(7), 200)
    assert f"No ground of exemption would be in force on {wording.day(soon(8))}" in refused
    assert signed_in(people["governance"]).get(reverse("ground-end", args=[kept])).status_code == 404
