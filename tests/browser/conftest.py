"""A served site, and the machine's own browsers with scripts off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests.served import Site, served

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    with served() as site:
        yield site


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session", params=["chromium", "firefox"])
def browser(request: pytest.FixtureRequest, playwright: Playwright) -> Iterator[Browser]:
    """Both browsers. A missing one fails the test: skipping would hide it."""
    if request.param == "chromium":
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
    else:
        browser = playwright.firefox.launch(channel="moz-firefox", executable_path=FIREFOX)
    yield browser
    browser.close()


@pytest.fixture(params=[1280, 320])
def page(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[Page]:
    """A page without script. Firefox ignores the option in silence, so scripts are refused on their way as well."""
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": request.param, "height": 800}, base_url=site.url
    )
    page = context.new_page()
    page.route("**/*.js", lambda route: route.abort())
    page.goto("/s/member-challenges?lang=en")
    yield page
    context.close()
