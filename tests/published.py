"""A made-up decision as a snapshot and the acts on it, for tests of what the public reads."""

import copy
import hashlib
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from decisions import part1
from decisions.models.publication import NumberEvent, Publication
from decisions.publishing import publish
from decisions.snapshot import SCHEMA
from pcd.database.roles import connected, role_names
from tests import rig
from tests.databases import FreshDatabase

FIXTURE = Path(__file__).parent.parent / "decisions" / "fixtures" / "mopac.json"
EDITION = next(
    row["fields"] for row in json.loads(FIXTURE.read_text()) if row["model"] == "decisions.formedition"
)
PUBLISHED_AT = datetime(2024, 3, 18, 9, 30, tzinfo=UTC)
DIGEST = hashlib.sha256(b"the text").hexdigest()
ACTS_DIGEST = hashlib.sha256(b"the acts").hexdigest()

SECTIONS = {
    "introduction": [
        "This paper is about the renewal of the **Heron** platform, which officers use every day."
    ],
    "issues": [
        "The platform must be kept up to date.",
        "The options are:\n\n- do nothing\n- renew it\n\n| Option | Cost |\n|---|---|\n| Renew | £1.98m |",
    ],
    "financial": [
        "Capital of £1.98m comes from the approved budget.",
        "Revenue rises by £225k a year from 2027/28.",
    ],
    "legal": ["There are no legal issues beyond the route to market."],
    "commercial": ["The contracts are let through an existing framework."],
    "privacy": ["The screening questions have been completed."],
    "equality": ["No negative effect on people with protected characteristics was found."],
    "supporting": ["None."],
}


def uid(text: str) -> str:
    """A key that is the same in every run."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, text))


def snapshot(number: int = 1637, **head: Any) -> dict[str, Any]:
    """The content of a submitted paper (today's schema), with everything that the form holds."""
    sections = {
        f"section:{entry['kind']}": {
            "kind": entry["kind"],
            "number": place,
            "heading": entry["heading"],
            "treatment": "text",
            "reason": "",
            "paragraphs": [
                {"id": uid(text), "label": f"{place}.{position}", "text": text}
                for position, text in enumerate(SECTIONS[entry["kind"]], start=1)
            ],
        }
        for place, entry in enumerate(EDITION["sections"], start=1)
    }
    paper = uid(f"part 2 of {number}")
    return copy.deepcopy(
        {
            "schema": SCHEMA,
            "head": {
                "body": {
                    "key": "mopac",
                    "name": "Mayor's Office for Policing and Crime",
                    "short_name": "MOPAC",
                },
                "series": "pcd",
                "year": None,
                "number": number,
                "version": 1,
                "key": f"pcd-{number}",
                "reference": f"PCD {number}",
                "form_reference": f"PCD{number}",
                "title": "Heron platform renewal",
                "kinds": ["capital", "revenue", "contract_award"],
                "business_unit": "Digital services",
                "business_organisation": "Metropolitan Police Service",
                "drafting_officer": {"name": "Odile Marchetti", "job_title": "Policy officer"},
                "head_of_service": "Director of Corporate Services",
                "effective_on": "2024-04-01",
                "urgency_reason": "",
                "retrospective_reason": "",
                **head,
            },
            "wording": EDITION["wording"],
            "summary": "This project renews the *Heron* platform.\n\nFunding is from the approved capital plan.",
            "recommendations": [
                {
                    "id": uid("r1"),
                    "label": "1",
                    "text": "Approve project capital of £1.98m.",
                    "cites": "3.1",
                    "children": [
                        {
                            "id": uid("r1a"),
                            "label": "1a",
                            "text": "of which £80k for testing, and",
                            "cites": "",
                            "children": [
                                {
                                    "id": uid("r1ai"),
                                    "label": "1a(i)",
                                    "text": "£10k for training.",
                                    "cites": "",
                                    "children": [],
                                }
                            ],
                        }
                    ],
                },
                {
                    "id": uid("r2"),
                    "label": "2",
                    "text": "Approve revenue of £225k per annum from FY 2027/28.",
                    "cites": "",
                    "children": [],
                },
                {
                    "id": uid("r3"),
                    "label": "3",
                    "text": "Approve contracts of up to £1.63m for up to five years.",
                    "cites": "5.1",
                    "children": [],
                },
            ],
            "money": [
                {
                    "id": uid("m1"),
                    "recommendation": "1",
                    "kind": "capital",
                    "certainty": "exact",
                    "amount": "1980000.00",
                    "amount_to": None,
                    "vat": "excluding",
                    "recurrence": "one_off",
                    "year_from": 2024,
                    "year_to": None,
                    "funding_source": "The approved digital capital budget",
                    "approved_before": "50000.00",
                    "note": "Hardware and licences",
                    "profile": [
                        {"year": 2024, "amount": "1500000.00"},
                        {"year": 2025, "amount": "480000.00"},
                    ],
                },
                {
                    "id": uid("m2"),
                    "recommendation": "2",
                    "kind": "revenue",
                    "certainty": "exact",
                    "amount": "225000.00",
                    "amount_to": None,
                    "vat": "not_stated",
                    "recurrence": "per_annum",
                    "year_from": 2027,
                    "year_to": None,
                    "funding_source": "The medium-term financial plan",
                    "approved_before": None,
                    "note": "",
                    "profile": [],
                },
            ],
            "contracts": [
                {
                    "id": uid("c1"),
                    "recommendation": "3",
                    "action": "award",
                    "subject": "hardware and support",
                    "reference": "HER-2024-7",
                    "suppliers": [
                        {
                            "name": "Brightwell Systems Ltd",
                            "company_number": "01234567",
                            "value": "1000000.00",
                        },
                        {"name": "Tarn & Fell plc", "company_number": "", "value": "630000.00"},
                    ],
                    "suppliers_withheld": False,
                    "certainty": "up_to",
                    "value": "1630000.00",
                    "vat": "excluding",
                    "initial_months": 36,
                    "extension_options": "Two options of one year",
                    "longest_months": 60,
                    "break_points": "After year two",
                    "route_to_market": "direct_award",
                    "framework": "the Northern Resellers framework",
                    "notices": ["https://www.example.org/notice/77", "https://www.example.org/notice/78"],
                }
            ],
            "grants": [
                {
                    "id": uid("g1"),
                    "recommendation": "2",
                    "direction": "given",
                    "counterparty": "Harbour Youth Trust",
                    "counterparty_withheld": False,
                    "certainty": "up_to",
                    "amount": "120000.00",
                    "profile": [{"year": 2027, "amount": "120000.00"}],
                    "purpose": "Mentoring.",
                    "conditions": "Quarterly reports.",
                    "reasons": "It helps to reduce crime.",
                }
            ],
            "links": [
                {"id": uid("l1"), "kind": "follows", "reference": "PCD 1200", "note": "recommendation 2 only"}
            ],
            "joint_deciders": [
                {
                    "id": uid("j1"),
                    "body": "Fenmoor Police, Fire and Crime Commissioner",
                    "office": "Commissioner",
                    "reference": "2024/31",
                    "decided_on": "2024-03-10",
                }
            ],
            **sections,
            "data_protection": {"dpia": "screened_out", "note": "No data of members of the public is used"},
            "part2": {"exists": "yes", "notice_only": False, "papers": [paper]},
            f"part2:{paper}": {
                "id": paper,
                "title": "Heron platform: commercial details",
                "marking": "official_sensitive",
                "descriptor": "commercial",
                "grounds": [
                    {
                        "key": "foia-43-2",
                        "instrument": "Freedom of Information Act 2000",
                        "provision": "section 43(2)",
                        "title": "Prejudice to commercial interests",
                    }
                ],
                "ceases": "event",
                "ceases_on": None,
                "ceases_event": "completion of the contract",
                "review_on": "2029-03-31",
                "public_reason": "This is because the information is commercially sensitive.",
                "commitment": "00" * 32,
            },
            "deferral": {"answer": "no", "reason": "", "until": None},
            "declarations": {
                key: {"name": "Odile Marchetti", "at": "2024-03-01T10:00:00+00:00"}
                for key in ("equalities", "commercial", "privacy", "drafting_officer")
            },
        }
    )


def signature(office: str, name: str, title: str, at: str, statement: str, **other: str) -> dict[str, str]:
    """A signature as the acts hold it."""
    return {
        "office": office,
        "statement": statement,
        "name": name,
        "office_title": title,
        "capacity": "in_office",
        "on_behalf_of": "",
        "authority": "",
        "at": at,
        **other,
    }


def acts(**other: Any) -> dict[str, Any]:
    """What was decided: one recommendation changed, one rejected, the rest approved."""
    words = EDITION["wording"]
    return copy.deepcopy(
        {
            "outcomes": {
                uid("r1"): {"outcome": "approved"},
                uid("r1a"): {"outcome": "approved"},
                uid("r1ai"): {"outcome": "rejected", "reason": "Training is paid for already."},
                uid("r2"): {"outcome": "approved"},
                uid("r3"): {
                    "outcome": "approved_with_changes",
                    "decided_text": "Approve contracts of up to £1.5m for up to five years.",
                    "reason": "The extension is cheaper.",
                    "amounts": {uid("c1"): "1500000.00"},
                },
            },
            "interests": "",
            "outcome": "The above request has my approval, except recommendation 1a(i), which is rejected.",
            "decided_on": "2024-03-12",
            "consulted": {
                "finance": {"team": "Strategic Finance and Resource Management Team", "on": "2024-02-20"},
                "legal": {"not_obtained": "the matter is urgent"},
            },
            "signatures": [
                signature(
                    "head_of_service",
                    "Ruben Achterberg",
                    "Director of Corporate Services",
                    "2024-03-05T09:00:00+00:00",
                    words["declarations"]["head_of_service"].format(
                        head_of_service="Director of Corporate Services"
                    ),
                ),
                signature(
                    "chief_executive",
                    "Philippa Nkemelu",
                    "Chief Executive Officer",
                    "2024-03-08T14:05:00+00:00",
                    words["endorsement"],
                    capacity="delegate",
                    on_behalf_of="Sam Oyelaran",
                    authority="scheme of delegation, paragraph 4.2",
                ),
                signature(
                    "decision_maker",
                    "Hanne Vestergaard",
                    "Deputy Mayor for Policing and Crime",
                    "2024-03-12T16:20:00+00:00",
                    words["approval"],
                ),
            ],
            **other,
        }
    )


def decided(number: int = 1637, *, done: dict[str, Any] | None = None, **head: Any) -> part1.Part1:
    """Part 1 of a made-up decision that has been taken."""
    content = snapshot(number, **head)
    return part1.of_snapshot(content, done or acts(), snapshot_digest=DIGEST, acts_digest=ACTS_DIGEST)


def drafted(**head: Any) -> part1.Part1:
    """Part 1 of the same paper before anybody signed."""
    return part1.of_snapshot(snapshot(**head))


def add_publication(value: part1.Part1, *, at: datetime = PUBLISHED_AT) -> Publication:
    """Publish a made-up decision past the route, as only the database's administrator could."""
    publication = publish(
        uuid.uuid4(), value, snapshot_digest=bytes.fromhex(DIGEST), acts_digest=bytes.fromhex(ACTS_DIGEST)
    )
    Publication.objects.filter(pk=publication.pk).update(published_at=at)
    publication.refresh_from_db()
    return publication


def add_event(number: int, became: str) -> None:
    """Say in the register what became of a number."""
    NumberEvent.objects.create(
        body_key="mopac",
        series="pcd",
        number=number,
        key=f"pcd-{number}",
        reference=f"PCD {number}",
        became=became,
    )


# The door: rows past the route, which only the database's administrator could make (the triggers refuse them).

TABLES = ("publication", "publicationbody", "publicationfile", "numberevent")


def unlocked(role: str) -> str:
    """The statements that open the publication tables to rows that nobody signed."""
    tables = [f"site.decisions_{table}" for table in TABLES]
    return "; ".join(
        [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables]
        + [f"GRANT INSERT, UPDATE ON {table} TO {role}" for table in tables]
    )


@pytest.fixture(scope="session")
def door(django_db_setup: None, cluster: rig.Cluster, worker: str) -> None:
    """A function of this worker's database that unlocks the tables inside the caller's transaction."""
    name = str(connections.settings["default"]["NAME"])
    staff = role_names(cluster.prefix)["staff"]
    with connected(cluster.admin_url(name)) as admin, admin.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION staff.test_door() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS "
            f"$$ BEGIN {unlocked(staff)}; END $$; GRANT EXECUTE ON FUNCTION staff.test_door() TO {staff}"
        )


@pytest.fixture
def unlocked_tables(door: None, db: None) -> None:
    """Inside this test anything can be published; its end undoes it all, the unlocking too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT staff.test_door()")


@contextmanager
def unlocked_database(database: FreshDatabase) -> Iterator[None]:
    """Publish anything, for good, in a database of the test's own."""
    staff = role_names(rig.cluster().prefix)["staff"]
    with database.connect("admin") as admin, admin.cursor() as cursor:
        cursor.execute(unlocked(staff))
        yield
        for table in TABLES:
            cursor.execute(f"ALTER TABLE site.decisions_{table} ENABLE TRIGGER USER")
