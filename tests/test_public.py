"""The public site's pages: what is found, what is shown, and what is refused."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from decisions import pdf
from decisions.models.publication import PublicationFile
from decisions.part1 import from_bytes
from tests.public import PublicClient
from tests.published import (
    PUBLISHED_AT,
    add_event,
    add_publication,
    decided,
    door,
    snapshot,
    unlocked_tables,
)

__all__ = ["door", "unlocked_tables"]  # fixtures

PAGES = (
    "/",
    "/decisions/",
    "/decisions/?q=heron",
    "/decisions/pcd-1637/",
    "/register/",
    "/accessibility/",
    "/privacy/",
)


@pytest.fixture
def published(unlocked_tables: None) -> Any:
    add_event(1637, "issued")
    add_event(1637, "published")
    return add_publication(decided())


def keys(response: Any) -> list[str]:
    return [row.key for row in response.context["page"].object_list]


@pytest.mark.parametrize("address", [*PAGES, "/robots.txt", "/decisions/pcd-1637.json"])
def test_a_page_can_be_read_by_the_public_role_and_kept_for_a_minute(
    public_client: PublicClient, published: Any, address: str
) -> None:
    response = public_client.get(address)
    assert response.status_code == 200
    assert response["Cache-Control"] == "public, max-age=60"
    assert not response.cookies
    head = public_client.head(address)
    assert head.status_code == 200
    assert head.content == b""
    assert head["ETag"] == response["ETag"]
    again = public_client.get(address, headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_nothing_can_be_sent_to_a_public_page(public_client: PublicClient, published: Any) -> None:
    for address in (*PAGES, "/robots.txt", "/decisions/pcd-1637.json", "/decisions/pcd-1637.pdf"):
        for method in ("post", "put", "patch", "delete"):
            assert getattr(public_client, method)(address).status_code == 405, (method, address)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_asks_the_database_the_same_few_things_however_much_there_is(
    public_client: PublicClient, published: Any, address: str
) -> None:
    with CaptureQueriesContext(connection) as before:
        public_client.get(address)
    for number in range(1638, 1650):
        add_event(number, "published")
        add_publication(decided(number))
    with CaptureQueriesContext(connection) as after:
        public_client.get(address)
    asked = [query["sql"] for query in after if query["sql"].startswith("SELECT")]
    assert len(after) == len(before)
    assert len(asked) <= 3


READINGS = (
    "PCD 1637",
    "PCD1637",
    "pcd1637",
    "PCD01637",
    "pcd 01637",
    "pcd-1637",
    "1637",
    "01637",
    "PCD/1637",
)


def test_a_reference_is_found_first_however_it_is_spelled(
    public_client: PublicClient, published: Any
) -> None:
    later = PUBLISHED_AT + timedelta(days=30)
    add_publication(decided(1700, title="What PCD 1637 and PCD1637 led to"), at=later)
    for spelling in READINGS:
        assert keys(public_client.get("/decisions/", {"q": spelling}))[:1] == ["pcd-1637"], spelling


WORDS = (
    "heron",
    "renewing platforms",
    '"heron platform"',
    "Brightwell",
    "Tarn",
    "section 43(2)",
    "Marchetti",
    "training",
    "zeppelin or heron",
)


def test_words_of_the_decision_find_it(public_client: PublicClient, published: Any) -> None:
    for words in WORDS:
        assert keys(public_client.get("/decisions/", {"q": words})) == ["pcd-1637"], words


def test_words_that_stand_nowhere_find_nothing_and_the_page_says_what_to_do(
    public_client: PublicClient, published: Any
) -> None:
    response = public_client.get("/decisions/", {"q": "zeppelin"})
    assert keys(response) == []
    assert "No published decision matches" in response.content.decode()


def test_filters_narrow_the_list(public_client: PublicClient, published: Any) -> None:
    plain = snapshot(1638)["part2"]
    assert plain["exists"] == "yes"
    add_publication(decided(1638, kinds=["policy"], title="A policy"))
    assert keys(public_client.get("/decisions/?kind=policy")) == ["pcd-1638"]
    assert keys(public_client.get("/decisions/?kind=capital")) == ["pcd-1637"]
    assert len(keys(public_client.get("/decisions/?year=2024&part2=yes"))) == 2
    assert keys(public_client.get("/decisions/?year=2023")) == []
    assert keys(public_client.get("/decisions/?part2=no")) == []


NOISE = [
    "page=abc",
    "page=-1",
    "page=0",
    "page=999999999999999999999",
    "page=%00",
    "page=%D9%A1",
    "q=%00",
    "q=a%00b",
    "q=%ff%fe",
    "q=%ED%A0%80",
    "q=" + "x" * 5000,
    "q=" + quote("١٦٣٧"),
    "q=" + quote("²"),
    "q=" + quote("𝟙𝟞𝟛𝟟"),
    "q=" + quote("PCD " + "9" * 60),
    "q=" + "9" * 100,
    "q=" + quote("' OR 1=1 --"),
    "q=" + quote('"unclosed & | ! ( :* <->'),
    "q=" + quote("\u202eevil\u200b"),
    "q=%",
    "q=" + quote("<script>alert(1)</script>"),
    "kind=nonsense",
    "kind=%00",
    "year=abcd",
    "year=0000",
    "year=9999",
    "year=" + quote("２０２４"),
    "year=-100",
    "part2=maybe",
    "state=nonsense",
    "q=a&q=b&page=1&page=2",
]


@pytest.mark.parametrize("address", ["/decisions/", "/register/"])
def test_a_strange_query_gets_a_page_and_no_failure(
    public_client: PublicClient, published: Any, address: str
) -> None:
    for query in NOISE:
        response = public_client.get(f"{address}?{query}")
        assert response.status_code == 200, query
        assert "<script>alert" not in response.content.decode(), query


SPELLINGS = ("PCD1637", "PCD%201637", "pcd01637", "PCD-1637", "Pcd_1637", "pcd-1637.", "%00pcd-1637")


@pytest.mark.parametrize("ending", ["/", ".pdf", ".json", "/v1/", "/v1.pdf", "/v1.json"])
def test_other_spellings_of_an_address_lead_to_the_one_that_stays(
    public_client: PublicClient, db: None, ending: str
) -> None:
    for spelling in (*SPELLINGS, "pcd%2F1637") if ending == "/" else SPELLINGS:
        response = public_client.get(f"/decisions/{spelling}{ending}")
        assert response.status_code == 301, spelling
        assert response["Location"] == f"/decisions/pcd-1637{ending}", spelling


MISSING = (
    "/decisions/pcd-9999/",
    "/decisions/pcd-9999.pdf",
    "/decisions/pcd-9999.json",
    "/decisions/pcd-1637/v2/",
    "/decisions/pcd-1637/v2.pdf",
    "/decisions/pcd-1637/v99999999999999999999/",
    "/decisions/%00/",
    "/decisions/...../",
    "/decisions/" + "a-1" * 200 + "/",
    "/decisions/" + quote("pcd-١٦٣٧") + "/",
    "/nowhere/",
)


def test_what_is_not_there_is_not_found(public_client: PublicClient, published: Any) -> None:
    for address in MISSING:
        assert public_client.get(address, follow=True).status_code == 404, address


@pytest.mark.parametrize("ending", ["/", ".pdf", ".json"])
def test_a_number_that_is_issued_and_not_published_says_so_and_nothing_more(
    public_client: PublicClient, unlocked_tables: None, ending: str
) -> None:
    add_event(1640, "issued")
    add_event(1640, "decided")
    response = public_client.get(f"/decisions/pcd-1640{ending}")
    assert response.status_code == 404
    text = response.content.decode()
    assert "PCD 1640 is not published" in text
    assert "Decided, not yet published" in text


def test_an_address_without_its_last_slash_is_mended(public_client: PublicClient, published: Any) -> None:
    response = public_client.get("/decisions/pcd-1637")
    assert response.status_code == 301
    assert response["Location"] == "/decisions/pcd-1637/"


def test_a_decision_shows_what_was_published(public_client: PublicClient, published: Any) -> None:
    text = public_client.get("/decisions/pcd-1637/").content.decode()
    for words in (
        "Heron platform renewal",
        "PCD 1637",
        "Open Government Licence",
        "Published 6 days after the decision.",
        bytes(published.body.digest).hex(),
        "18 March 2024",
    ):
        assert words in text


def test_the_latest_version_stands_at_the_address_and_the_older_one_at_its_own(
    public_client: PublicClient, published: Any
) -> None:
    add_publication(decided(version=2, title="Heron, corrected"), at=PUBLISHED_AT + timedelta(days=9))
    newest = public_client.get("/decisions/pcd-1637/").content.decode()
    assert "Heron, corrected" in newest
    assert "/decisions/pcd-1637/v1/" in newest
    older = public_client.get("/decisions/pcd-1637/v1/").content.decode()
    assert "Heron platform renewal" in older
    assert "This is version 1 of this decision" in older
    assert keys(public_client.get("/decisions/")) == ["pcd-1637"]
    assert public_client.get("/decisions/").context["page"].object_list[0].version == 2
    assert json.loads(public_client.get("/decisions/pcd-1637/v1.json").content)["decision"]["version"] == 1


def test_the_data_hold_the_very_bytes_that_were_published(
    public_client: PublicClient, published: Any
) -> None:
    response = public_client.get("/decisions/pcd-1637.json")
    assert response["Content-Type"] == "application/json; charset=utf-8"
    data = json.loads(response.content)
    content = bytes(published.body.content)
    assert content in response.content
    assert data["digest"] == hashlib.sha256(content).hexdigest()
    assert data["decision"] == json.loads(content)
    assert data["published_at"] == PUBLISHED_AT.isoformat()
    assert data["url"] == "https://decisions.example.org/decisions/pcd-1637/v1/"
    assert from_bytes(content) == decided()


def test_a_pdf_that_is_not_made_yet_is_worth_coming_back_for(
    public_client: PublicClient, published: Any
) -> None:
    response = public_client.get("/decisions/pcd-1637.pdf")
    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert response["Cache-Control"] == "no-store"
    assert "The PDF is being made" in response.content.decode()


def test_a_pdf_is_served_as_it_is_stored(public_client: PublicClient, published: Any) -> None:
    before = public_client.get("/decisions/pcd-1637/")
    assert list(pdf.unrendered()) == [published]
    pdf.add_pdf(published)
    pdf.add_pdf(published)
    assert not pdf.unrendered().exists()
    stored = PublicationFile.objects.get()
    response = public_client.get("/decisions/pcd-1637.pdf")
    assert response.content == bytes(stored.content)
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="pcd-1637.pdf"'
    assert response["ETag"] == f'"{bytes(stored.digest).hex()}"'
    assert (
        public_client.get("/decisions/pcd-1637.pdf", headers={"If-None-Match": response["ETag"]}).status_code
        == 304
    )
    page = public_client.get("/decisions/pcd-1637/")
    assert f"Download as PDF ({round(stored.size / 1000)} kB)" in page.content.decode()
    assert page["ETag"] != before["ETag"]
    assert page["Last-Modified"] > before["Last-Modified"]


def test_the_register_shows_every_number_with_its_latest_state(
    public_client: PublicClient, published: Any
) -> None:
    add_event(1638, "issued")
    add_event(1638, "withdrawn")
    add_event(1639, "issued")
    response = public_client.get("/register/")
    assert [
        (row["event"].reference, row["event"].became, row["title"]) for row in response.context["rows"]
    ] == [
        ("PCD 1639", "issued", ""),
        ("PCD 1638", "withdrawn", ""),
        ("PCD 1637", "published", "Heron platform renewal"),
    ]
    withdrawn = public_client.get("/register/?state=withdrawn").context["rows"]
    assert [row["event"].number for row in withdrawn] == [1638]
    year = datetime.now(UTC).year
    assert len(public_client.get(f"/register/?year={year}").context["rows"]) == 3
    assert public_client.get(f"/register/?year={year - 1}").context["rows"] == []


def test_an_empty_site_says_so_in_words(public_client: PublicClient, db: None) -> None:
    assert "No decision has been published yet" in public_client.get("/").content.decode()
    assert "No decision has been published yet" in public_client.get("/decisions/").content.decode()
    assert "No number has been issued yet" in public_client.get("/register/").content.decode()


def test_pages_of_results_hold_every_decision_once(
    public_client: PublicClient, unlocked_tables: None
) -> None:
    for number in range(1, 46):
        add_publication(decided(number), at=PUBLISHED_AT + timedelta(minutes=number))
    seen = [
        key
        for page in (1, 2, 3)
        for key in keys(public_client.get("/decisions/", {"page": page, "q": "heron"}))
    ]
    assert seen == [f"pcd-{number}" for number in range(45, 0, -1)]
    text = public_client.get("/decisions/?q=heron&page=2").content.decode()
    assert "?q=heron&amp;page=3" in text
    beyond = keys(public_client.get("/decisions/?page=77&q=heron"))
    assert beyond == [f"pcd-{number}" for number in range(5, 0, -1)]
