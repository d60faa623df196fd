"""Takes the pictures of the docs: ``make screenshots``.

Those of the README are of a served demo, with two whole pages of a phone; those of the guide for authors of its YAML.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from chalicelib.forms.heights import SCREEN
from tests.browser.conftest import CHROMIUM, QUIET
from tests.browser.pictures import take_kinds
from tests.served import served

WIDTHS = {320: 640, 1280: 800}
PHONE = 390


def take(folder: Path) -> None:
    """Write form, error, thank-you and results, each at both widths, into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    with served() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for width, height in WIDTHS.items():
            _journey(_page(browser, site.url, width, height), folder, width)
        _whole_pages(_page(browser, site.url, PHONE, SCREEN), folder)
        take_kinds(browser, folder / "kinds")
        browser.close()


def _page(browser: Browser, url: str, width: int, height: int) -> Page:
    context = browser.new_context(
        base_url=url, viewport={"width": width, "height": height}, java_script_enabled=False, locale="en"
    )
    return context.new_page()


def _journey(page: Page, folder: Path, width: int) -> None:
    page.goto("/s/member-challenges?lang=en#hardships")
    page.get_by_label("Stigma and prejudice").check()
    page.get_by_label("Housing and eviction").check()
    page.screenshot(path=folder / f"form-{width}.png")
    page.goto("/s/member-challenges?lang=en")
    page.wait_for_timeout(2100)
    page.goto("/s/member-challenges?lang=en#_check")
    page.get_by_role("button", name="Send", exact=True).last.click()
    # A picture taken while it still scrolls to the summary shows the bar of the exit link halfway down.
    page.wait_for_timeout(500)
    page.screenshot(path=folder / f"error-{width}.png")
    page.locator("[name=consent]").check()
    page.get_by_role("link", name="Start").click()
    page.get_by_label("Sweden", exact=True).check()
    page.locator(".step:visible").get_by_role("link", name="Check your answers").click()
    page.get_by_role("button", name="Send", exact=True).last.click()
    page.locator(".receipt").wait_for()
    page.screenshot(path=folder / f"thanks-{width}.png")
    page.goto("/s/member-challenges-2025/results?lang=en")
    page.screenshot(path=folder / f"results-{width}.png")


def _whole_pages(page: Page, folder: Path) -> None:
    """The start and a matrix, which stand beside what they were in ``*-before.png``."""
    page.goto("/s/member-challenges?lang=en")
    page.screenshot(path=folder / f"start-{PHONE}.png", full_page=True)
    matrix = page.locator("#harder")
    page.locator(".step", has=matrix).evaluate("step => location.hash = step.id")
    matrix.wait_for()
    page.screenshot(path=folder / f"matrix-{PHONE}.png", full_page=True)


if __name__ == "__main__":
    take(Path(sys.argv[1]))
