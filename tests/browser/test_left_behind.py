"""What a browser keeps of the pages once the respondent has gone: whoever has the device next may look (P9)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browser.conftest import CHROMIUM, QUIET
from tests.browser.surveys import Surveys
from tests.browser.visits import FILLED, PATIENCE, Visitor, back, fill_at_once, filled, onwards, send
from tests.browser.walk import FORM

SECRET = "zebrasecretword"


@pytest.fixture
def keeping_chromium(playwright: Playwright) -> Iterator[Browser]:
    """Chromium as people have it: it keeps pages for Back, which Playwright forbids it otherwise."""
    browser = playwright.chromium.launch(
        executable_path=CHROMIUM,
        args=QUIET,
        ignore_default_args=["--disable-back-forward-cache"],
        timeout=PATIENCE,
    )
    yield browser
    browser.close()


def files_with(text: str, folder: Path) -> list[str]:
    """The files below ``folder`` that hold ``text``, in any of the ways that Chromium writes it."""
    wanted = (text.encode(), text.encode("utf-16-le"))
    return [path.name for path in _files(folder) if any(each in _content(path) for each in wanted)]


def _files(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder):  # which passes over a folder that is gone, as Chromium's are at times
        yield from (Path(place, name) for name in names)


def _content(path: Path) -> bytes:
    with suppress(OSError):  # gone, or a socket
        return path.read_bytes()
    return b""


def sent_by(page: Page) -> None:
    page.goto(FORM.format("en"))
    fill_at_once(page, FILLED | {"wish": [SECRET]})
    page.goto(f"{FORM.format('en')}#five")
    onwards(page)
    send(page)
    expect(page.locator(".receipt strong")).to_be_visible()


def test_answers_are_not_on_the_disk_once_they_are_sent_P9(
    playwright: Playwright, surveys: Surveys, tmp_path: Path
) -> None:
    context = playwright.chromium.launch_persistent_context(
        tmp_path, executable_path=CHROMIUM, args=QUIET, base_url=surveys.url, timeout=PATIENCE
    )
    page = context.pages[0]
    page.set_default_timeout(PATIENCE)
    sent_by(page)
    # Chromium writes its session to disk seconds after something in it changed; the title of the last page is in it.
    for _ in range(PATIENCE // 100):
        page.wait_for_timeout(100)
        if files_with("Thank you", tmp_path):
            break
    context.close()
    assert files_with("Thank you", tmp_path), "the visit is written"
    assert files_with(SECRET, tmp_path) == []


@pytest.mark.parametrize("path", [FORM.format("en"), "/s/in-steps/withdraw?lang=en"], ids=["form", "withdraw"])
def test_back_after_the_exit_shows_nothing_that_was_typed_without_script_P9(
    keeping_chromium: Browser, surveys: Surveys, path: str
) -> None:
    with Visitor(keeping_chromium, surveys.url) as visit:
        page = visit(path)
        page.route("https://example.org/**", lambda route: route.fulfill(body="Rain", content_type="text/html"))
        typed = {"receipt": ["8JQ2"]} if "withdraw" in path else FILLED
        page.locator("form").wait_for()
        fill_at_once(page, typed)
        assert filled(page).items() >= typed.items()
        page.locator(".exit a").click()
        expect(page.locator("body")).to_have_text("Rain")
        back(page)
        page.locator("form").wait_for()
        assert filled(page) in ({}, {"source": ["mail"]})
