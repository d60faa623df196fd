"""What a person does who has a keyboard and nothing else."""

from __future__ import annotations

from playwright.sync_api import Page, expect

#: What was changed is painted. Where scripts are off Chromium never says so.
PAINTED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def _settle(page: Page) -> None:
    """Wait out Firefox's scrolling to the end of a text, in a frame after Tab reached its field.

    At times it would come after the next Tab, and leave what then has the focus out of sight.
    """
    browser = page.context.browser
    assert browser is not None
    if browser.browser_type.name == "firefox":
        page.evaluate(PAINTED)


def tab_to(page: Page, selector: str, most: int = 60) -> None:
    """Press Tab until ``selector`` has the focus; it must be seen then, not lie beneath the exit's bar."""
    for _ in range(most):
        press(page, "Tab")
        _settle(page)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            expect(page.locator(":focus")).to_be_in_viewport()
            return
    raise AssertionError(f"Tab never reaches {selector}")


def leave_steps_until(page: Page, selector: str) -> None:
    """Go on by the ways that show, until ``selector`` does."""
    while page.locator(selector).first.is_hidden():
        left = page.locator(".step:visible").get_attribute("id")
        tab_to(page, f"[id='{left}'] .onwards a")
        press(page, "Enter")
        expect(page.locator(f"[id='{left}'] .onwards")).to_be_hidden()


def paste(page: Page, text: str) -> None:
    """Put ``text`` at once where one writes, in the place of what stands there.

    Not as if typed: for what is long that takes Chromium minutes.
    """
    page.locator(":focus").evaluate("(field, text) => { field.value = text }", text)


def send_from_check(page: Page) -> None:
    """Go on to the last step and press Send there."""
    leave_steps_until(page, ".end button")
    tab_to(page, ".end button")
    press(page, "Enter")
