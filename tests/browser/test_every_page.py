"""What holds on every page and in every state, with script, in English: seen on one walk in each browser."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page

from chalicelib import services as services_module
from tests.browser.surveys import Surveys
from tests.browser.test_accessibility import violations
from tests.browser.visits import Visitor
from tests.browser.walk import walk

#: What a page can keep in a browser.
KEPT = """async () => ({
  local: localStorage.length,
  session: sessionStorage.length,
  databases: (await indexedDB.databases()).length,
  caches: (await caches.keys()).length,
  workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""
NOTHING = {"local": 0, "session": 0, "databases": 0, "caches": 0, "workers": 0}


@dataclass
class Walk:
    """By state: what axe found, whether the exit's script ran, what the browser kept. And what it stored, and asked."""

    violations: dict[str, list[str]] = field(default_factory=dict)
    is_scripted: dict[str, bool] = field(default_factory=dict)
    kept: dict[str, object] = field(default_factory=dict)
    stored: list[object] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def see(self, page: Page, surveys: Surveys) -> None:
        """Go from state to state."""
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("websocket", lambda socket: self.asked.append(socket.url))
        for state in walk(page, surveys, "en"):
            self.is_scripted[state] = not page.locator(".exit .keys").evaluate("keys => keys.hidden")
            self.kept[state] = page.evaluate(KEPT)
            self.violations[state] = violations(page)
        self.stored += [*page.context.cookies(), *page.context.storage_state()["origins"]]


@pytest.fixture(scope="module")
def walked(browser: Browser, _served: Surveys) -> Walk:
    services_module.use(_served.services)
    found = Walk()
    with Visitor(browser, _served.url) as visit:
        found.see(visit("about:blank", script=True, alone=True), _served)
    assert len(found.violations) > 20
    return found


def test_no_page_or_state_violates_wcag_in_english_and_light_P9(walked: Walk) -> None:
    assert {state: found for state, found in walked.violations.items() if found} == {}


def test_script_runs_on_every_page(walked: Walk) -> None:
    assert [state for state, is_scripted in walked.is_scripted.items() if not is_scripted] == []


def test_no_other_host_is_asked_P1(walked: Walk, surveys: Surveys) -> None:
    assert len(walked.asked) > 20
    assert [url for url in walked.asked if not url.startswith(f"{surveys.url}/")] == []


def test_nothing_is_kept_in_the_browser_P1(walked: Walk) -> None:
    assert walked.stored == []
    assert {state: kept for state, kept in walked.kept.items() if kept != NOTHING} == {}
