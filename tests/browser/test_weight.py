"""What a page costs to load."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, Response

from chalicelib.locale import INTERFACE_LANGUAGES
from tests.browser.visits import Visitor

#: What a server may send before the first word back: ten segments, rounded down (design, section 10). By other
#: keys than the demo's the numbers of results are others: their page needs 300 to spare (of 25 keys the standard
#: deviation was 60).
MOST_BYTES = 14 * 1024
#: Page, script and Send.
MOST_REQUESTS = 3
FORMS = {
    f"member-challenges in {language}": f"/s/member-challenges?lang={language}" for language in INTERFACE_LANGUAGES
}
RESULTS = {
    f"results in {language}": f"/s/member-challenges-2025/results?lang={language}" for language in INTERFACE_LANGUAGES
}
PAGES = (
    FORMS
    | RESULTS
    | {
        "organisation-profile": "/s/organisation-profile?lang=en",
        "withdraw": "/s/member-challenges/withdraw?lang=en",
        "not found": "/nothing",
    }
)


@dataclass(frozen=True)
class Load:
    """One file of a page: its kind, and its bytes as they travelled, head and compressed body."""

    kind: str
    size: int


def loads(visit: Visitor, path: str) -> list[Load]:
    """All that a page asks for."""
    page = visit("about:blank", script=True, alone=True)
    replies: list[Response] = []

    def note(reply: Response) -> None:
        replies.append(reply)

    page.on("response", note)
    # The icon comes last, after the page is loaded.
    page.goto(path, wait_until="networkidle")
    return [_load(reply) for reply in replies]


def _load(reply: Response) -> Load:
    sizes = reply.request.sizes()
    return Load(reply.request.resource_type, sizes["responseHeadersSize"] + sizes["responseBodySize"])


def weight(files: list[Load]) -> int:
    """What has to be there before anything shows: the page with the styles that stand in it, and a style of its own."""
    return sum(file.size for file in files if file.kind in ("document", "stylesheet"))


def test_form_with_its_style_and_conditions_fits_fourteen_kilobytes_in_every_language(
    chromium_visit: Visitor, capsys: pytest.CaptureFixture[str]
) -> None:
    found = {name: loads(chromium_visit, path) for name, path in PAGES.items()}
    with capsys.disabled():
        print("\nrequests, bytes of page and style, bytes in all")
        for name, files in found.items():
            print(f"  {name:27}{len(files):3}{weight(files):8,}{sum(file.size for file in files):8,}")
    assert {name: weight(files) for name, files in found.items() if weight(files) > MOST_BYTES} == {}
    assert {name: len(files) for name, files in found.items() if len(files) > MOST_REQUESTS} == {}


def test_whole_visit_from_the_link_to_what_Send_brings_is_three_requests(visit: Visitor) -> None:
    page = visit("about:blank", script=True, alone=True)
    page.goto(PAGES["organisation-profile"], wait_until="networkidle")
    styles = page.locator("style").evaluate_all("styles => styles.map(style => style.sheet.cssRules.length)")
    assert styles
    assert min(styles) > 0, "the policy lets in every style of the page"
    files = [*fetched(page)]
    with page.expect_navigation(wait_until="networkidle"):
        page.locator("form").evaluate("form => form.submit()")
    files += fetched(page)
    assert len(files) == 1, files
    assert 2 + len(files) == MOST_REQUESTS, "and two pages"


def fetched(page: Page) -> list[str]:
    """The files of ``page`` that were not kept from an earlier one."""
    found: list[str] = page.evaluate(
        "performance.getEntriesByType('resource').filter(file => file.transferSize > 0).map(file => file.name)"
    )
    return found
