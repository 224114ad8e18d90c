"""`manage.py demo`: the demo people and papers, made once; every paper walks the real route to its state."""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from approvals.clock import render
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, PCD_1637, SETTLEMENT, made_up, mentoring
from approvals.demo.people import make_people
from approvals.workflow import perform
from decisions.models import Decider, Decision

#: What each demo paper is about, and how far it has come.
WAITING = (
    ("New radios for the marine unit", "draft"),
    ("Training for forensic investigators", "in_advice"),
    ("Roof repairs at Fernhollow police station", "with_head_of_service"),
    ("Body-worn video storage", "with_chief_executive"),
    ("Bicycles for neighbourhood teams", "with_decision_maker"),
    ("Replacement of custody kitchen equipment", "decided"),
    ("Drone batteries and chargers", "cleared"),
)


class Command(BaseCommand):
    """Fill an empty installation with invented people and papers."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Make everything, unless there is a decision already."""
        password = os.environ.get("PCD_DEMO_PASSWORD", "")
        if not password:
            raise CommandError("Set PCD_DEMO_PASSWORD: the demo people sign in with it.")
        if Decision.objects.exists():
            self.stdout.write("There are decisions already; the demo data was left alone.")
            return
        with transaction.atomic():
            people = make_people(password)
            walk.bring(walk.draft(PCD_1637, people), people, "published")
            for number, (subject, station) in enumerate(WAITING):
                officer = "officer2" if number % 3 == 2 else "officer"
                walk.bring(walk.draft(made_up(number, subject), people, officer=officer), people, station)
            self._special(people)
            self._by_the_chief(people)
            self._chain(people)
        render()
        self.stdout.write(f"Made {Decision.objects.count()} demo decisions.")

    def _special(self, people: walk.People) -> None:
        """One deferred, withdrawn, returned, rejected, approved in part, with a section in Part 2 and a table."""
        custody = made_up(
            8,
            "Site for a new custody suite",
            kinds=("property",),
            part2=CUSTODY,
            in_part2=("commercial",),
            deferred_until_days=60,
            deferral_reason="Negotiations with the owner of the site have not ended.",
        )
        walk.bring(walk.draft(custody, people), people, "cleared")

        walk.bring(walk.draft(SETTLEMENT, people), people, "published")

        section = made_up(
            9,
            "Hangar lease for air support",
            part2=CUSTODY,
            in_part2=("commercial", "legal"),
            tables=(("Rent by year", "Year,Rent\r\n2027/28,410000\r\n2028/29,418200\r\n"),),
        )
        walk.bring(walk.draft(section, people), people, "published")

        withdrawn = walk.bring(
            walk.draft(made_up(10, "Leased vehicles"), people), people, "with_chief_executive"
        )
        perform(
            withdrawn.pk,
            "withdraw",
            by=people["officer"],
            reason="The lease was renewed by the police service.",
        )

        returned = walk.bring(
            walk.draft(made_up(11, "Interview room recording"), people), people, "with_chief_executive"
        )
        perform(
            returned.pk,
            "return_for_amendment",
            by=people["chief"],
            reason="Say what happens to the old recordings.",
        )

        rejected = walk.bring(
            walk.draft(made_up(12, "Second press office"), people), people, "with_decision_maker"
        )
        no = {
            "outcome": "rejected",
            "reason": "The present office can do the work.",
            "decided_text": "",
            "amounts": {},
        }
        walk.decide(rejected, people, r1=no, r1a=no, r2=no)
        walk.clear(rejected, people)
        walk.publish(rejected, people)

        partly = walk.bring(
            walk.draft(made_up(13, "Stab-resistant vests"), people), people, "with_decision_maker"
        )
        part = {**no, "reason": "Savings stay with the unit this year."}
        walk.decide(partly, people, r1a=part)
        walk.clear(partly, people)
        walk.publish(partly, people)

        sold = made_up(18, "Sale of a former police house", kinds=("property",))
        walk.rescind(
            walk.bring(walk.draft(sold, people), people, "published"),
            people,
            "The buyer withdrew from the sale on the day after it was approved.",
        )

    def _by_the_chief(self, people: walk.People) -> None:
        """One decision that the scheme leaves to the chief executive, published under a number of their own."""
        version = walk.draft(made_up(0, "Lockers for the dog section"), people)
        walk.name_decider(version, Decider.DELEGATED_OFFICER)
        walk.bring(version, people, "published")

    def _chain(self, people: walk.People) -> None:
        """A chain of three: a grant, its extension, and what supersedes both."""
        reference = ""
        for year, kind in ((2024, ""), (2026, "extends"), (2028, "supersedes")):
            links = ({"kind": kind, "reference": reference},) if kind else ()
            version = walk.bring(walk.draft(mentoring(year, links=links), people), people, "published")
            reference = version.decision.reference
