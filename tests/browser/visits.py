"""What a person does in a browser, and sees there."""

from __future__ import annotations

from contextlib import suppress
from types import TracebackType
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error,
    Locator,
    Page,
    Request,
    ViewportSize,
    expect,
)

DESK, PHONE = 1280, 320
HEIGHT = 800
#: Milliseconds until something that does not come has failed: long, since machines that check are slow at times.
PATIENCE = 180_000
expect.set_options(timeout=PATIENCE)


#: What can be lent to whom: the browser, the site, and whether scripts run.
Kind = tuple[Browser, str, bool]
#: Pages that nobody looks at.
Idle = dict[Kind, Page]


class Visitor:
    """Opens pages. A page is lent by its browser and used again by the next test, which is most of what a page costs.

    Nothing of one visit is there at the next: the page starts from an empty one, and the site keeps nothing (P1). What
    is asked to be ``alone`` has a context of its own, which is closed at the end, and so has what has further options.
    """

    def __init__(self, browser: Browser, url: str, idle: Idle | None = None) -> None:
        self.browser = browser
        self.url = url
        self._idle = {} if idle is None else idle
        self._lent: list[tuple[Kind, Page]] = []
        self._contexts: list[BrowserContext] = []

    def __enter__(self) -> Visitor:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for context in self._contexts:
            _close(context)
        for of, page in self._lent:
            # Of each kind one is enough.
            if of in self._idle or not _emptied(page):
                _close(page.context)
            else:
                self._idle[of] = page

    def __call__(
        self, path: str, *, width: int = DESK, script: bool = False, alone: bool = False, **options: Any
    ) -> Page:
        size = ViewportSize(width=width, height=HEIGHT)
        page = self._alone(script, size, options) if alone or options else self._borrowed(script, size)
        page.set_default_timeout(PATIENCE)
        if not script:
            # Firefox ignores java_script_enabled in silence; the CSP refuses all scripts but files.
            page.route("**/*.js", lambda route: route.abort())
        page.goto(path)
        return page

    def _alone(self, script: bool, size: ViewportSize, options: dict[str, Any]) -> Page:
        context = self.browser.new_context(java_script_enabled=script, viewport=size, base_url=self.url, **options)
        self._contexts.append(context)
        return context.new_page()

    def _borrowed(self, script: bool, size: ViewportSize) -> Page:
        # Firefox has one kind: see above.
        kind = self.browser, self.url, script and not self.is_firefox
        page = self._idle.pop(kind, None)
        if page is None:
            context = self.browser.new_context(
                java_script_enabled=script or self.is_firefox, viewport=size, base_url=self.url
            )
            page = context.new_page()
        else:
            page.bring_to_front()
            page.set_viewport_size(size)
        self._lent.append((kind, page))
        return page

    @property
    def is_firefox(self) -> bool:
        return self.browser.browser_type.name == "firefox"


def _close(context: BrowserContext) -> None:
    context.unroute_all(behavior="ignoreErrors")
    context.close()


def _emptied(page: Page) -> bool:
    """Whether ``page`` could be left as empty as a new one."""
    with suppress(Error):
        page.unroute_all(behavior="ignoreErrors")
        page.emulate_media(media="null")
        page.goto("about:blank")
        return True
    return False


def back(page: Page) -> None:
    """The browser's Back. Where only the fragment changes Playwright's own can wait for ever, and its URL go stale."""
    _travel(page, "back")


def forward(page: Page) -> None:
    _travel(page, "forward")


def _travel(page: Page, direction: str) -> None:
    before = page.evaluate("location.href")
    # The page may go away while it is asked.
    with suppress(Error):
        page.evaluate(f"history.{direction}()")
    until(page, "before => location.href !== before && document.readyState === 'complete'", before)


def whole(page: Page) -> None:
    """Wait until all of a page is there: its title shows, and its first fields have the focus, before the others are.

    It is the document that is asked, since Playwright may not have heard yet that it is another one.
    """
    until(page, "() => document.readyState === 'complete'")


def until(page: Page, condition: str, given: object = None) -> None:
    """Wait for ``condition``. Playwright's own way asks in each frame, and without scripts Chromium tells of none."""
    for _ in range(PATIENCE // 20):
        # The page may go away while it is asked.
        with suppress(Error):
            if page.evaluate(condition, given):
                return
        page.wait_for_timeout(20)
    raise AssertionError(f"never: {condition}")


def onwards(page: Page) -> None:
    """Follow the one way on that shows to where it leads; its words tell of each step what comes."""
    way = page.locator(".onwards a:visible")
    led_to = str(way.get_attribute("href")).removeprefix("#")
    way.click()
    expect(page.locator(f"[id='{led_to}']")).to_be_visible()


def reach(page: Page, field: str) -> Locator:
    """Go on until ``field`` shows."""
    for _ in range(20):
        if page.locator(field).first.is_visible():
            break
        onwards(page)
    return page.locator(field)


def at_step(page: Page, name: str) -> None:
    """Fail unless ``name`` is the one step that shows."""
    expect(page.locator(f"#{name}")).to_be_visible()
    expect(page.locator(".step:visible")).to_have_count(1)


def at_check(page: Page) -> None:
    """Fail unless the answers show to be read through."""
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()


def requests_of(page: Page) -> list[str]:
    """Grows with what the page asks for from now on, besides the icon: it is cached for ever, but Chromium looks for it
    at every step, and Playwright turns the cache off where it refuses scripts.
    """
    asked: list[str] = []

    def note(request: Request) -> None:
        if not request.url.endswith(".svg"):
            asked.append(f"{request.method} {request.url}")

    page.on("request", note)
    return asked


def step_names(page: Page) -> list[str]:
    """All steps of the form, whether they show or not, but the last."""
    return [str(step.get_attribute("id")) for step in page.locator(".step").all()]


def steps(page: Page) -> list[str | None]:
    """The steps that show."""
    return [step.get_attribute("id") for step in page.locator(".step:visible").all()]


def send(page: Page) -> None:
    page.get_by_role("button", name="Send", exact=True).last.click()


def fill_in_every_kind(page: Page) -> None:
    """Answer every question of the survey ``in-steps``, each in its step, and come to rest on the last."""
    reach(page, "[name=agreed]").check()
    reach(page, "[name=country][value=other]").check()
    page.locator("[name='country.other.text']").fill("Faroe")
    reach(page, "[name=region]").select_option("south")
    reach(page, "[name=challenges][value=stigma]").check()
    reach(page, "[name=mood][value='4']").check()
    reach(page, "[name='harder.home'][value=some]").check()
    reach(page, "[name='wants.rest'][value='1']").check()
    reach(page, "[name=clients]").fill("34")
    for part, value in {"year": "2024", "month": "2", "day": "29"}.items():
        reach(page, f"[name='moved.{part}']").select_option(value)
    reach(page, "[name=police_met][value=yes]").check()
    page.locator("[name=officer]").fill("Kind")
    reach(page, "[name=word]").fill("rest & <peace>")
    reach(page, "[name=wish]").fill("Time.\nAnd a home.")


#: What :func:`fill_in_every_kind` leaves in the form, by field; one link has brought "source".
FILLED = {
    "agreed": ["given"],
    "country": ["other"],
    "country.other.text": ["Faroe"],
    "region": ["south"],
    "challenges": ["stigma"],
    "mood": ["4"],
    "harder.home": ["some"],
    "wants.rest": ["1"],
    "clients": ["34"],
    "moved.year": ["2024"],
    "moved.month": ["2"],
    "moved.day": ["29"],
    "police_met": ["yes"],
    "officer": ["Kind"],
    "word": ["rest & <peace>"],
    "wish": ["Time.\nAnd a home."],
    "source": ["mail"],
}


def fill_at_once(page: Page, fields: dict[str, list[str]]) -> None:
    """Put values into fields without going to them: for tests of what comes after."""
    script = """(form, fields) => {
      for (const [name, values] of Object.entries(fields))
        for (const field of form.querySelectorAll(`[name="${name}"]`))
          if (field.matches("[type=radio], [type=checkbox]")) field.checked = values.includes(field.value);
          else field.value = values[0];
    }"""
    page.locator("form").evaluate(script, fields)


def filled(page: Page) -> dict[str, list[str]]:
    """What the form on the page holds now, by field; what is empty and what travels along is left out."""
    script = """form => [...new FormData(form)].filter(([name, value]) => value && !name.startsWith('_'))
      .map(([name, value]) => [name, value.replaceAll('\\r\\n', '\\n')])"""
    found: dict[str, list[str]] = {}
    for name, value in page.locator("form").evaluate(script):
        found.setdefault(name, []).append(value)
    return found
