"""The access matrix: every address x person x state, and what each may learn there.

A new URL needs a row in STAFF or PUBLIC; one without fails the suite. Canaries are words that stand only in an
unpublished Part 1, or only in Part 2; they are hunted in every answer's body and headers.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from approvals.demo import walk
from decisions import policy
from decisions.models import BankHoliday, Body, PassedStep, Version
from decisions.snapshot import load
from pcd.people import changes
from pcd.people.models import Office, User
from tests.archived import unapproved
from tests.canaries import ARCHIVE_CANARY, PART1_CANARY, PART2_CANARY, bring, paper_with_canaries
from tests.public import PublicClient
from tests.rig import PASSWORD
from tests.signing import sign_in

pytestmark = pytest.mark.django_db

People = Mapping[str, User]
STATES = ("in_advice", "with_chief_executive", "cleared", "published")
MISSING = "00000000-0000-4000-8000-000000000000"

#: Who may read Part 1 of the paper under test, who may write it, who may read its Part 2 (design.md section 5).
ASKED = {"officer", "finance", "legal", "equality"}
GOVERNANCE = {"governance", "governance2"}
READ = {
    "in_advice": ASKED,
    "with_chief_executive": ASKED | {"head", "chief"} | GOVERNANCE,
    "cleared": ASKED | {"head", "chief", "dmpc"} | GOVERNANCE,
    "published": ASKED | {"head", "chief", "dmpc"} | GOVERNANCE,
}
#: Who is asked or whose turn it is or was; the governance team only keeps the register.
COMMENT = {
    "in_advice": ASKED,
    "with_chief_executive": ASKED | {"head", "chief"},
    "cleared": set(),
    "published": set(),
}
WRITE = {"in_advice": {"officer"}, "with_chief_executive": set(), "cleared": set(), "published": set()}
PART2 = {
    "in_advice": {"officer", "finance", "legal"},  # the equality adviser was asked without Part 2
    "with_chief_executive": {"officer", "finance", "legal", "head", "chief"},
    "cleared": {"officer", "finance", "legal", "head", "chief", "dmpc", "governance"},
    "published": {"officer", "head", "chief", "dmpc"},
}
DRAFTERS = {"officer", "officer2"}
#: Those who were not asked stand all alike; a few of them are tried in every state, all in the last.
ALIKE = {"commercial", "data_protection", "deputy", "auditor", "admin"}
#: Pages on which no paper stands; they too are tried in the last state only.
WITHOUT_PAPERS = {
    *("healthz", "readyz", "components", "paper-new", "paper-import", "paper-new-from", "notices", "mails"),
    *("absence", "private-office"),
    *("people", "person", "person-add", "person-change", "person-active", "person-absence"),
    *("people-csv", "offices-csv", "archive-csv"),
    *("offices", "office", "office-appoint", "office-delegate", "holding-end", "change"),
    *("office-add", "office-title"),
    *("reference", "reference-subject", "reference-change", "passed-step-end", "bank-holiday-remove"),
    *("advice-rule-end", "ground-end"),
    *("archive", "archive-batch", "archive-approve", "archive-file", "archive-correct", "archive-leave-out"),
}


@dataclass(frozen=True)
class Row:
    """What one address answers: to whom the page (`opens`), and what everybody else gets."""

    opens: str
    others: int = 404
    shows_part2: bool = False
    act: str = ""


SIGNED_IN, READERS, WRITERS, PART2_READERS, NEW = "signed in", "readers", "writers", "part 2", "drafters"
COMMENTERS, SECTION_WRITERS = "commenters", "section's writers"
ARCHIVISTS, ADMINISTRATORS = "archivists", "administrators"
ARCHIVISTS, OVERSEERS = "archivists", "overseers"
REFERENCE_READERS = "readers of reference data"
ANYBODY, WHOSE_ACT, NOBODY, WROTE = "anybody", "whose act", "nobody", "wrote"
COPY_READERS = "part 2, once others have decided"
WHOSE_TURN = "whose turn"
SIGNATORIES = "holders of offices that sign"
MOVES_WORDS = "wrote, until it is published"


WITH_LINK = "anybody with the link, until the decision"

STAFF: dict[str, Row] = {
    "healthz": Row(ANYBODY),
    "readyz": Row(ANYBODY),
    "account_home": Row(SIGNED_IN),
    "account_login": Row(ANYBODY),
    "account_logout": Row(SIGNED_IN),
    "account_signed_out": Row(ANYBODY),
    "account_reauthenticate": Row(SIGNED_IN),
    "account_change_password": Row(SIGNED_IN),
    "account_reset_password": Row(ANYBODY),
    "account_reset_password_done": Row(ANYBODY),
    "account_reset_password_from_key": Row(ANYBODY),  # what there is says that the link does not work
    "absence": Row(SIGNED_IN),
    "private-office": Row(SIGNATORIES),
    "account_sessions": Row(SIGNED_IN),
    "account_single_sign_on": Row(ANYBODY),
    "account_single_sign_on_back": Row(ANYBODY),
    "mfa_authenticate": Row(ANYBODY),
    "mfa_login_webauthn": Row(ANYBODY),
    "mfa_reauthenticate": Row(SIGNED_IN),
    "mfa_reauthenticate_webauthn": Row(SIGNED_IN),
    "mfa_index": Row(SIGNED_IN),
    "mfa_activate_totp": Row(SIGNED_IN),
    "mfa_deactivate_totp": Row(NOBODY),  # nobody of the demo has set one up
    "mfa_add_webauthn": Row(SIGNED_IN),
    "mfa_remove_webauthn": Row(NOBODY),
    "mfa_view_recovery_codes": Row(NOBODY),
    "mfa_generate_recovery_codes": Row(SIGNED_IN),
    "second-factors": Row(ADMINISTRATORS),
    "second-factor-reset": Row(ADMINISTRATORS),
    "people": Row(REFERENCE_READERS),
    "person": Row(REFERENCE_READERS),
    "person-add": Row(ADMINISTRATORS),
    "person-change": Row(ADMINISTRATORS),
    "person-active": Row(ADMINISTRATORS),
    "person-absence": Row(ADMINISTRATORS),
    "people-csv": Row(REFERENCE_READERS),
    "offices-csv": Row(REFERENCE_READERS),
    "offices": Row(REFERENCE_READERS),
    "office": Row(REFERENCE_READERS),
    "office-add": Row(ADMINISTRATORS),
    "office-title": Row(ADMINISTRATORS),
    "office-appoint": Row(ADMINISTRATORS),
    "office-delegate": Row(ADMINISTRATORS),
    "holding-end": Row(ADMINISTRATORS),
    "change": Row(REFERENCE_READERS),
    "reference": Row(REFERENCE_READERS),
    "reference-subject": Row(REFERENCE_READERS),
    "reference-change": Row(ADMINISTRATORS),
    "passed-step-end": Row(ADMINISTRATORS),
    "bank-holiday-remove": Row(ADMINISTRATORS),
    "advice-rule-end": Row(ADMINISTRATORS),
    "ground-end": Row(ADMINISTRATORS),
    "components": Row(SIGNED_IN),
    "my-work": Row(SIGNED_IN),
    "my-work-csv": Row(SIGNED_IN),
    "calendar": Row(SIGNED_IN),
    "calendar-csv": Row(SIGNED_IN),
    "calendar-ics": Row(SIGNED_IN),
    "search": Row(SIGNED_IN),
    "search-csv": Row(SIGNED_IN),
    "saved-search": Row(NOBODY),  # each person's own; tests/test_staff_search.py
    "workload": Row(OVERSEERS),
    "workload-csv": Row(OVERSEERS),
    "exceptions": Row(OVERSEERS),
    "exceptions-csv": Row(OVERSEERS),
    "papers": Row(SIGNED_IN),
    "paper-new": Row(NEW, others=403),
    "paper-import": Row(NEW, others=403),
    "paper-new-from": Row(NEW, others=403),
    "paper-imported": Row(WRITERS),
    "paper-history": Row(WROTE),
    "paper-moved": Row(MOVES_WORDS),
    "paper-keep": Row(NOBODY, others=405),  # POST only
    "paper": Row(READERS),
    "paper-preview": Row(READERS),
    "paper-read": Row(WHOSE_TURN, shows_part2=True),
    "paper-briefing": Row(WHOSE_TURN),
    "act": Row(WHOSE_ACT, act="request_advice"),
    "paper-part": Row(WRITERS),
    "paper-section": Row(SECTION_WRITERS),
    "section-take-back": Row(WRITERS),
    "paper-recommendations": Row(WRITERS),
    "recommendation-add": Row(WRITERS),
    "recommendation": Row(WRITERS),
    "recommendation-move": Row(NOBODY, others=405),  # POST only
    "recommendation-remove": Row(WRITERS),
    "money-add": Row(WRITERS),
    "money": Row(WRITERS),
    "money-move": Row(NOBODY, others=405),  # POST only
    "money-remove": Row(WRITERS),
    "contract-add": Row(WRITERS),
    "contract": Row(WRITERS),
    "contract-move": Row(NOBODY, others=405),  # POST only
    "contract-remove": Row(WRITERS),
    "paper-attachments": Row(WRITERS),
    "attachment-add": Row(WRITERS),
    "attachment-bring": Row(WRITERS),
    "attachment": Row(WRITERS),
    "attachment-move": Row(NOBODY, others=405),  # POST only
    "attachment-remove": Row(WRITERS),
    "attachment-file": Row(READERS),
    "attachment-check": Row(READERS),
    "paper-part2-files": Row(WRITERS, shows_part2=True),
    "part2-file-add": Row(WRITERS),
    "part2-file": Row(WRITERS, shows_part2=True),
    "part2-file-move": Row(NOBODY, others=405),  # POST only
    "part2-file-remove": Row(WRITERS, shows_part2=True),
    "part2-file-open": Row(PART2_READERS, shows_part2=True),
    "grant-add": Row(WRITERS),
    "grant": Row(WRITERS),
    "grant-move": Row(NOBODY, others=405),  # POST only
    "grant-remove": Row(WRITERS),
    "paper-links": Row(WRITERS),
    "link-add": Row(WRITERS),
    "link": Row(WRITERS),
    "link-move": Row(NOBODY, others=405),  # POST only
    "link-remove": Row(WRITERS),
    "joint-add": Row(WRITERS),
    "joint": Row(WRITERS),
    "joint-move": Row(NOBODY, others=405),  # POST only
    "joint-remove": Row(WRITERS),
    "recorded-copy": Row(NOBODY),  # nothing was recorded of the paper under test
    "joint-copy": Row(COPY_READERS, shows_part2=True),
    "enclosure": Row(NOBODY),  # of a paper without a file; tests/test_advice_files.py opens some
    "outside": Row(WITH_LINK),  # what it shows, and to whom, tests/test_outsider.py tells
    "paper-check": Row(WRITERS),
    "paper-comments": Row(READERS),
    "comment-add": Row(COMMENTERS),
    "comment": Row(READERS),
    "paper-part2": Row(PART2_READERS, shows_part2=True),
    "paper-part2-diary": Row(PART2_READERS),
    "paper-part2-edit": Row(WRITERS),
    "part2-notice-add": Row(WRITERS),
    "part2-notice": Row(WRITERS),
    "part2-notice-move": Row(NOBODY, others=405),  # POST only
    "part2-notice-remove": Row(WRITERS),
    "part2-sealed": Row(WRITERS, shows_part2=True),
    "notices": Row(SIGNED_IN),
    "mails": Row(NOBODY),  # only the demo has it
    "archive": Row(ARCHIVISTS),
    "archive-csv": Row(ARCHIVISTS),
    "archive-batch": Row(ARCHIVISTS),
    "archive-approve": Row(ARCHIVISTS),
    "archive-file": Row(ARCHIVISTS),
    "archive-correct": Row(ARCHIVISTS),
    "archive-leave-out": Row(ARCHIVISTS),
}
#: The public site: what each address answers before and after publication.
PUBLIC: dict[str, tuple[int, int]] = {
    "healthz": (200, 200),
    "readyz": (200, 200),
    "latest": (200, 200),
    "decisions": (200, 200),
    "decision": (404, 200),
    "decision-version": (404, 200),
    "decision-pdf": (404, 503),  # until the clock has made it
    "decision-pdf-version": (404, 503),
    "decision-attachment": (404, 200),
    "decision-attachment-version": (404, 200),
    "decision-json": (404, 200),
    "decision-json-version": (404, 200),
    "register": (200, 200),
    "accessibility": (200, 200),
    "privacy": (200, 200),
    "robots": (200, 200),
}


def patterns(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, str]]:
    """Yield every address of a URLconf with its name."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield entry.name or f"unnamed {before}{entry.pattern}", f"{before}{entry.pattern}"
        else:
            yield from patterns(entry, f"{before}{entry.pattern}")


@pytest.mark.parametrize(("site", "rows"), [("staff", STAFF), ("public", PUBLIC)])
def test_every_address_has_its_row_and_no_row_is_stale(site: str, rows: Mapping[str, Any]) -> None:
    names = {name for name, _ in patterns(get_resolver(f"pcd.urls.{site}"))}
    assert names - set(rows) == set(), "a new URL needs its row in tests/test_access_matrix.py"
    assert set(rows) - names == set()


def old_decision(people: People) -> dict[str, UUID]:
    """Bring an old decision full of its own canary; returns what its addresses name."""
    file = unapproved(people, ARCHIVE_CANARY)
    return {"batch": file.batch_id, "archived": file.pk}


def register_rows(people: People) -> dict[str, UUID]:
    """Return what the addresses of people, offices and reference data name."""
    office, body = Office.objects.get(key="chief-executive"), Body.objects.get()
    since = timezone.localdate() + timedelta(days=1)
    held = office.holdings.get(person=people["chief"])
    person = people["officer"]
    BankHoliday.objects.create(day="2099-01-01", name="New Year's Day")
    return {
        "person": person.pk,
        "office": office.pk,
        "holding": held.pk,
        "change": changes.propose("small_office", body.pk, by=people["admin"], small_office=True).pk,
        "rule": body.advice_rules.all()[0].pk,
        "step": PassedStep.objects.create(body=body, step="head_of_service", words="None.", since=since).pk,
    }


def rows_of(version: Version) -> dict[str, UUID]:
    """Return what a paper's addresses name: the paper itself, and one row of each kind."""
    recommendation = version.recommendations.filter(financial_lines__isnull=False).first()
    contract = version.recommendations.filter(contract_awards__isnull=False).first()
    assert recommendation
    assert contract
    return {
        "decision": version.decision_id,
        "within": recommendation.pk,
        "row": recommendation.pk,
        "money": recommendation.financial_lines.get().pk,
        "contract": contract.contract_awards.get().pk,
        "grant": recommendation.grants.get().pk,
        "link": version.links.get().pk,
        "joint": version.joint_deciders.get().pk,
        "joint-copy": getattr(version.joint_decisions.first(), "pk", UUID(MISSING)),
        "recorded-copy": UUID(MISSING),
        "part-2": version.part2_papers.get().pk,
        "part2-notice": version.part2_papers.get().pk,
        "paper": version.part2_papers.get().pk,
        "attachment": version.attachments.get(as_it_is=True).pk,
        "part2-file": version.part2_papers.get().files.get().pk,
        "thread": version.comments.get().pk,
        "outside": version.outside_requests.get().pk,
    }


def address(pattern: str, rows: Mapping[str, UUID], action: str) -> str:
    """Fill a pattern in with a paper's own rows."""
    kind = re.search(r"([\w-]+)/<uuid:row>", pattern)
    if kind and kind[1] in rows:
        rows = {**rows, "row": rows[kind[1]]}
    values = {
        "part": "summary",
        "kind": "equality",
        "subject": "scheme",
        "day": "2099-01-01",
        "ground": "foia-22",
        "page": "summary",
        "action": action,
        "version": 1,
        "pk": 1,
        "spelling": "pcd-1637",
        "file": f"1-{PART1_CANARY.lower()}-title.csv",
        **rows,
    }
    return "/" + re.sub(r"<[^>]*?(\w+)>", lambda found: str(values.get(found[1], MISSING)), pattern)


def leaks(answer: Any, *words: str) -> list[str]:
    """Return which of these words stand in an answer's body or headers."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = body.decode(errors="replace") + str(dict(answer.headers))
    return [word for word in words if word in text]


def everybody(people: People) -> dict[str, User | None]:
    """Return the demo people and those who must never get in."""
    return {
        **people,
        "superuser": User.objects.create_user("root", PASSWORD, full_name="A Superuser", is_superuser=True),
        "leaver": User.objects.create_user("leaver", full_name="A Leaver", is_active=False),
        "anonymous": None,
    }


def stations(people: People) -> Iterator[tuple[str, Version]]:
    """Walk a paper with canaries from state to state, and yield it in each."""
    version = paper_with_canaries(people)
    walk.advise(version, people, "finance", "legal")
    for state in STATES:
        version = bring(load(version.pk), people, state)
        yield state, version


def test_the_staff_site_shows_each_person_what_is_theirs_and_nothing_else(people: People) -> None:
    persons, old = everybody(people), old_decision(people) | register_rows(people)
    wrong = [
        complaint
        for state, version in stations(people)
        for complaint in staff_complaints(state, {**rows_of(version), **old}, persons)
    ]
    assert not wrong, "\n".join(wrong)


def staff_complaints(
    state: str, rows: Mapping[str, UUID], persons: Mapping[str, User | None]
) -> Iterator[str]:
    """Let everybody open every address of a paper; yield what is answered wrongly, leaks, or may be stored."""
    opened: Mapping[str, Callable[[str], bool]] = {
        ANYBODY: lambda name: True,
        NOBODY: lambda name: False,
        SIGNED_IN: lambda name: name not in ("anonymous", "leaver"),
        NEW: lambda name: name in DRAFTERS,
        ARCHIVISTS: lambda name: name in GOVERNANCE,
        ADMINISTRATORS: lambda name: name == "admin",
        REFERENCE_READERS: lambda name: name in GOVERNANCE | {"admin", "auditor"},
        OVERSEERS: lambda name: name in GOVERNANCE | {"chief", "auditor"},
        READERS: lambda name: name in READ[state],
        WRITERS: lambda name: name in WRITE[state],
        WROTE: lambda name: name in WRITE["in_advice"],
        MOVES_WORDS: lambda name: name in WRITE["in_advice"] and state != "published",
        COMMENTERS: lambda name: name in COMMENT[state],
        # the equality adviser was asked to write their section, which is the one under test
        SECTION_WRITERS: lambda name: name in WRITE[state] | ({"equality"} if WRITE[state] else set()),
        PART2_READERS: lambda name: name in PART2[state],
        COPY_READERS: lambda name: name in PART2[state] and state in ("cleared", "published"),
        WHOSE_ACT: lambda name: name in WRITE[state],
        WHOSE_TURN: lambda name: (state, name) == ("with_chief_executive", "chief"),
        SIGNATORIES: lambda name: name in ("head", "deputy", "chief", "dmpc"),
        WITH_LINK: lambda name: state in ("in_advice", "with_chief_executive"),
    }
    for name, person in persons.items():
        if name in ALIKE and state != "published":
            continue
        client = sign_in(Client(raise_request_exception=True), person) if person else Client()
        for url_name, pattern in patterns(get_resolver("pcd.urls.staff")):
            if (
                url_name in WITHOUT_PAPERS or url_name.startswith(("account_", "mfa_", "second-factor"))
            ) and state != "published":
                continue
            row = STAFF[url_name]
            path = address(pattern, rows, row.act)
            answer = client.get(path)
            opens = opened[row.opens](name)
            turned_away = name in ("anonymous", "leaver") and row.opens not in (ANYBODY, WITH_LINK)
            moved_on = row.opens == WHOSE_ACT and name in READ[state] and state != "in_advice"
            expected = (
                {302} if turned_away else {303} if moved_on else {200, 302, 405} if opens else {row.others}
            )
            if answer.status_code not in expected:
                yield f"{name} GET {url_name} at {state}: {answer.status_code}, not {expected}"
            allowed = set()
            if opens and row.shows_part2:
                allowed = {PART1_CANARY, PART2_CANARY}
            elif name in READ[state]:
                allowed = {PART1_CANARY}
            if name in GOVERNANCE and (row.opens == ARCHIVISTS or url_name == "my-work"):
                allowed = {*allowed, ARCHIVE_CANARY}
            found = set(leaks(answer, PART1_CANARY, PART2_CANARY, ARCHIVE_CANARY)) - allowed
            if found:
                yield f"{name} GET {url_name} at {state} leaks {found}"
            if (
                answer.status_code == 200
                and row.opens != ANYBODY
                and "no-store" not in answer["Cache-Control"]
            ):
                yield f"{name} GET {url_name}: may be stored"


@pytest.mark.parametrize(
    ("state", "action", "who"),
    [
        ("in_advice", "submit", ("officer2", "auditor", "admin", "superuser", "officer")),
        ("cleared", "publish", ("officer2", "superuser")),
    ],
)
def test_what_is_hidden_looks_exactly_like_what_is_missing(
    state: str, action: str, who: tuple[str, ...], people: People
) -> None:
    version = bring(paper_with_canaries(people), people, state)
    rows = {**rows_of(version), **old_decision(people)}
    persons = everybody(people)
    policy.end_grants(version.decision, person=people["officer"], by=None)  # one who could, and can no more
    different = []
    for name in who:
        client = sign_in(Client(), persons[name])  # type: ignore[arg-type]
        for url_name, pattern in patterns(get_resolver("pcd.urls.staff")):
            if not re.search("<uuid:(?:decision|batch|file)>", pattern):
                continue
            hidden, missing = address(pattern, rows, action), address(pattern, {}, action)
            for method in ("get", "head", "post") if name == who[0] else ("get", "post"):
                answers = []
                for path in (hidden, missing):
                    with CaptureQueriesContext(connection) as queries:
                        answer = getattr(client, method)(path)
                    answers.append((answer.status_code, answer.content, len(queries)))
                if answers[0] != answers[1]:
                    told = [(status, count) for status, _, count in answers]
                    different.append(f"{name} {method} {url_name} at {state}: {told}")
                if answers[0][0] not in (404, 405):
                    different.append(f"{name} {method} {url_name} at {state}: {answers[0][0]}")
    assert not different, "\n".join(different)


def test_the_public_site_shows_nothing_before_publication_and_never_part_2(
    people: People, public_client: PublicClient
) -> None:
    old_decision(people)
    wrong = [
        complaint for state, _ in stations(people) for complaint in public_complaints(state, public_client)
    ]
    assert not wrong, "\n".join(wrong)


def public_complaints(state: str, client: PublicClient) -> Iterator[str]:
    """Open every public address in every way; yield what is answered wrongly, or leaks."""
    published = state == "published"
    for url_name, pattern in patterns(get_resolver("pcd.urls.public")):
        if url_name == "readyz":
            continue  # it refuses this rig's login, which only plays the public role; tests/test_sites.py asks it
        path = address(pattern, {}, "")
        for method in ("get", "head", "post", "delete"):
            searches = ("", *(f"?q={canary}" for canary in (PART1_CANARY, PART2_CANARY, ARCHIVE_CANARY)))
            for query in searches if method in ("get", "head") else ("",):
                answer = getattr(client, method)(path + query)
                expected = PUBLIC[url_name][published] if method in ("get", "head") else 405
                if answer.status_code not in (expected, 301):
                    yield f"{method} {path}{query} at {state}: {answer.status_code}, not {expected}"
                found = leaks(answer, *(() if published else (PART1_CANARY,)), PART2_CANARY, ARCHIVE_CANARY)
                if found and not (query.endswith(found[0]) and found == [query.removeprefix("?q=")]):
                    yield f"{method} {path}{query} at {state} leaks {found}"


def test_no_trail_session_mail_or_log_line_holds_a_word_of_a_paper(
    people: People, caplog: pytest.LogCaptureFixture
) -> None:
    bring(paper_with_canaries(people), people, "published")
    with connection.cursor() as cursor:
        for table in (
            "pcd_trailentry",
            "approvals_notice",
            "django_session",
            "decisions_grant",
            "decisions_numberevent",
            "approvals_enclosure",
            "approvals_outsiderequest",
            "approvals_outsideanswer",
        ):
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")
            text = cursor.fetchone()[0]
            assert PART1_CANARY not in text, table
            assert PART2_CANARY not in text, table
    assert PART1_CANARY not in caplog.text
