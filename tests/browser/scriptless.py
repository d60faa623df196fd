"""The whole journey in a Firefox that runs no script at all: ``python -m tests.browser.scriptless URL``.

Playwright cannot drive such a Firefox, Marionette can. It runs in a process of its own, since it leaves threads behind.
Prints what was seen on the way.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from marionette_driver.by import By
from marionette_driver.marionette import Marionette, WebElement

from tests.browser.conftest import FIREFOX
from tests.browser.surveys import STEPS
from tests.browser.visits import PATIENCE
from tests.served import free_port


def journey(browser: Marionette, url: str) -> Iterator[str]:
    """From the form to the receipt, and with it to the withdrawal; yields what shows."""
    browser.navigate(f"{url}/s/in-steps?lang=en")
    # The script takes the attribute away.
    yield f"script ran: {find(browser, '.exit .keys').get_attribute('hidden') is None}"
    find(browser, "[name=agreed]").click()
    onwards(browser)
    find(browser, "[name=country][value=no]").click()
    while not find(browser, "[name=police_met]").is_displayed():
        onwards(browser)
    find(browser, "[name=police_met][value=yes]").click()
    find(browser, "[name=officer]").send_keys("Kind")
    browser.go_back()
    yield steps(browser)
    browser.go_forward()
    yield f"kept: {find(browser, '[name=officer]').get_property('value')}"
    onwards(browser)
    onwards(browser)
    yield f"not asked: {not find(browser, '[name=clients]').is_displayed()}"
    find(browser, ".end button").click()
    # Marionette waits for another page only where it soon sees that one comes.
    find(browser, ".receipt")
    yield find(browser, "h1").text
    find(browser, ".links button").click()
    # The receipt came along.
    find(browser, "#receipt")
    find(browser, "main button").click()
    find(browser, "[role=status]")
    yield find(browser, "h1").text


def find(browser: Marionette, selector: str) -> WebElement:
    return browser.find_element(By.CSS_SELECTOR, selector)


def onwards(browser: Marionette) -> None:
    shown = [link for link in browser.find_elements(By.CSS_SELECTOR, ".onwards a") if link.is_displayed()]
    shown[0].click()


def steps(browser: Marionette) -> str:
    shown = [name for name in STEPS if find(browser, f"#{name}").is_displayed()]
    return f"shown: {', '.join(shown)}"


def main(url: str) -> None:
    with TemporaryDirectory() as folder:
        # It deletes what is there: never a device.
        travel(url, Path(folder) / "gecko.log")


def travel(url: str, log: Path) -> None:
    preferences = {"javascript.enabled": False}
    browser = Marionette(
        bin=str(FIREFOX),
        headless=True,
        port=free_port(),
        prefs=preferences,
        gecko_log=str(log),
        startup_timeout=PATIENCE // 1_000,
    )
    browser.start_session()
    browser.timeout.implicit = PATIENCE // 1_000
    try:
        for line in journey(browser, url):
            print(line, flush=True)
    finally:
        browser.quit()


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except BaseException as error:  # noqa: BLE001  # the threads would wait for ever
        print(repr(error), flush=True)
        os._exit(1)
    os._exit(0)
