"""Fixtures: three roles, one template, a clone for each worker and for whoever needs commits."""

import os
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from django.db import connections, transaction
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django import DjangoDbBlocker

from approvals.demo.people import make_people
from decisions.models import Version
from pcd.people.models import User
from tests import rig
from tests.databases import FreshDatabase
from tests.drafting import again, begun, signed_in
from tests.public import AsPublic, PublicClient, as_the_public
from tests.sites import CHROMIUM_FLAGS, LiveSite, Sites, chromium, free_port, watched

RUN_OWNER = os.environ.get("PYTEST_XDIST_WORKER") is None


def pytest_configure(config: pytest.Config) -> None:
    """A run that is told to stop cleans up like one that is interrupted."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_unconfigure(config: pytest.Config) -> None:
    """The process that began the run ends its cluster."""
    if RUN_OWNER and "PCD_TEST_FOLDER" in os.environ:
        rig.cluster().remove()


@pytest.fixture(scope="session")
def worker() -> str:
    """The name of this worker, as part of its databases' names."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def cluster() -> rig.Cluster:
    """The tests' cluster, started and its template filled."""
    cluster = rig.cluster()
    cluster.start()
    return cluster


@pytest.fixture(scope="session")
def django_db_setup(cluster: rig.Cluster, worker: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """This worker's clone with the demo people, in place of one that Django would make and flush as its owner."""
    name = f"{cluster.prefix}_{worker}"
    cluster.clone(name)
    connections.settings["default"]["NAME"] = name
    with django_db_blocker.unblock():
        make_people(rig.PASSWORD)
    yield
    with django_db_blocker.unblock():
        connections.close_all()
    cluster.drop(name)


@pytest.fixture
def people(db: None) -> Mapping[str, User]:
    """The demo people, by user name; what a test does to them is undone with it."""
    return make_people(rig.PASSWORD)


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Mapping[str, User]]:
    """The demo people, for what a module's tests share: done once, around their own transactions, then undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_people(rig.PASSWORD)
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def begun_once(stage: Mapping[str, User]) -> Version:
    """A paper that the officer has just begun."""
    return begun(signed_in(stage["officer"]))


@pytest.fixture
def paper(db: None, begun_once: Version) -> Version:
    """A paper that the officer has just begun; what a test writes into it is undone with it."""
    return again(begun_once)


@pytest.fixture
def officer(people: Mapping[str, User]) -> Client:
    """The drafting officer, signed in."""
    return signed_in(people["officer"])


@pytest.fixture
def as_public(db: None) -> AsPublic:
    """Inside `with as_public():` the test's own transaction reads as the public role, and what it did is undone."""
    return as_the_public


@pytest.fixture
def public_client(db: None) -> PublicClient:
    """A client of the public site: its addresses, its middleware and its role, inside the test's transaction."""
    return PublicClient()


@pytest.fixture
def fresh_database(
    cluster: rig.Cluster, worker: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[FreshDatabase]:
    """A clone with real logins, where commits last; Django's default connection points to it during the test."""
    with (
        FreshDatabase.cloned(cluster, f"{cluster.prefix}_{worker}_fresh") as database,
        django_db_blocker.unblock(),
    ):
        yield database


@pytest.fixture(scope="session")
def sites(cluster: rig.Cluster, worker: str) -> Iterator[Sites]:
    """Both web processes with real logins, started once a worker; their database is made again for each test."""
    name = f"{cluster.prefix}_{worker}_live"
    cluster.clone(name)
    sites = Sites(cluster, name, staff_port=free_port(), public_port=free_port())
    try:
        sites.start()
        yield sites
    finally:
        sites.stop()
        cluster.drop(name)


@pytest.fixture
def live_site(sites: Sites, django_db_blocker: DjangoDbBlocker) -> Iterator[LiveSite]:
    """The staff site and the public site on a fresh database, which Django's default connection is pointed at."""
    with FreshDatabase.cloned(sites.cluster, sites.database) as database, django_db_blocker.unblock():
        yield LiveSite(database, staff_url=sites.staff_url, public_url=sites.public_url)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    program = chromium()
    if program is None and not os.environ.get("CI"):
        pytest.skip("There is no Chromium: `apt-get install chromium`, or name one in PCD_CHROMIUM.")
    # Playwright's loop runs in this thread; Django would take its presence for an asynchronous caller.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """A page of its own session, 1280 by 900; the test fails if a page's script fails or breaks its policy."""
    with watched(browser, tmp_path) as page:
        yield page
