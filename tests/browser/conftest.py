"""Served sites, and the machine's own browsers, with scripts and without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from chalicelib import services as services_module
from chalicelib.storage.database import Database
from tests.browser.surveys import Surveys, served_here
from tests.browser.visits import PATIENCE, Idle, Visitor

CHROMIUM = Path("/usr/bin/chromium")
FIREFOX = Path("/usr/bin/firefox-esr")
#: Chromium's own calls home find nobody here, and would only slow the tests.
QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
#: Firefox asks whether to send a form again that is reloaded; nobody is there who could say so.
SENDS_AGAIN: dict[str, str | float | bool] = {"dom.confirm_repost.testing.always_accept": True}


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests of this folder. Each browser has a process to itself: a second Firefox would not start."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("firefox" if "firefox" in item.name else "chromium"))


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET, timeout=PATIENCE)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def firefox(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.firefox.launch(
        channel="moz-firefox", executable_path=FIREFOX, firefox_user_prefs=SENDS_AGAIN, timeout=PATIENCE
    )
    yield browser
    browser.close()


@pytest.fixture(scope="session", params=["chromium", "firefox"])
def browser(request: pytest.FixtureRequest) -> Browser:
    """Both browsers. A missing one fails the test: skipping would hide it."""
    found: Browser = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="package")
def _served(engine: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Surveys]:
    database = engine.with_prefix("browser")
    database.create_tables()
    with served_here(database, tmp_path_factory.mktemp("keys")) as surveys:
        yield surveys


@pytest.fixture
def surveys(_served: Surveys) -> Surveys:
    """A site in this process, whose clock no test has to wait for."""
    services_module.use(_served.services)
    return _served


@pytest.fixture(scope="session")
def idle() -> Idle:
    """What one test leaves to the next of its browser."""
    return {}


@pytest.fixture
def visit(browser: Browser, surveys: Surveys, idle: Idle) -> Iterator[Visitor]:
    """Opens pages of :func:`surveys` in each browser."""
    with Visitor(browser, surveys.url, idle) as visitor:
        yield visitor


@pytest.fixture
def tab(visit: Visitor) -> Page:
    """An empty page, without script; tests may still set and read what is on it."""
    return visit("about:blank")


@pytest.fixture
def chromium_visit(chromium: Browser, surveys: Surveys, idle: Idle) -> Iterator[Visitor]:
    with Visitor(chromium, surveys.url, idle) as visitor:
        yield visitor


@pytest.fixture
def firefox_visit(firefox: Browser, surveys: Surveys, idle: Idle) -> Iterator[Visitor]:
    with Visitor(firefox, surveys.url, idle) as visitor:
        yield visitor
