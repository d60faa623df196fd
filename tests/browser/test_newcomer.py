"""How much tapping and scrolling the library's long form asks of somebody new with a phone, without script (P9)."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from chalicelib.locale import INTERFACE_LANGUAGES
from tests.browser.visits import Visitor, step_names

FORM = "/s/member-challenges?lang={}"
WIDTH, SCREEN = 390, 664
MOST_QUESTIONS, MOST_TAPS, MOST_SCROLLED = 12, 25, 8_000
#: The words that lead on, the nearest to the end first.
WAYS = ("Send", "Check your answers", "Continue", "Start")
#: Chooses the first of all that can be chosen, so that whatever depends on it shows as well.
CHOOSE_FIRST = """form => {
  const seen = new Set();
  for (const box of form.querySelectorAll("[type=radio], [type=checkbox]"))
    if (!seen.has(box.name)) { seen.add(box.name); box.checked = true; }
}"""
#: The height of the step that shows, with the bar of the exit; and how many questions are in it.
HEIGHT = """() => {
  const step = [...document.querySelectorAll(".step")].find(each => each.checkVisibility());
  const asked = [...step.querySelectorAll(".question")].filter(each => each.checkVisibility());
  const bar = document.querySelector(".exit").getBoundingClientRect().height;
  return [step.getBoundingClientRect().height + bar, asked.length];
}"""


@dataclass
class Visit:
    """What it took until now."""

    answered: int = 0
    taps: int = 0
    scrolled: int = 0

    def see(self, page: Page) -> None:
        """Scroll to the end of what shows."""
        height = page.evaluate("document.documentElement.scrollHeight")
        self.scrolled += max(0, height - SCREEN)

    def answer(self, page: Page) -> None:
        """Take the first that is offered of each question that shows, and write a word where there is room for it."""
        for choice in first_choices(page):
            if self.answered < MOST_QUESTIONS:
                self.tap(choice)
                self.answered += 1
        for field in page.get_by_role("textbox").locator("visible=true").all():
            if self.answered < MOST_QUESTIONS:
                field.fill("Rest.")
                self.answered += 1

    def tap(self, target: Locator) -> None:
        target.click()
        self.taps += 1


def first_choices(page: Page) -> list[Locator]:
    """The first box or button of each group that shows, or the one that stands alone."""
    groups = page.locator("fieldset:visible:not(fieldset fieldset)").all() or [page.locator("form")]
    boxes = [group.get_by_role("radio").or_(group.get_by_role("checkbox")).first for group in groups]
    return [box for box in boxes if box.count()]


def way_on(page: Page) -> Locator:
    for word in WAYS:
        role = page.get_by_role("button" if word == "Send" else "link", name=word, exact=True)
        if word == "Check your answers" and page.get_by_role("link", name="Continue", exact=True).count():
            continue
        if role.count():
            return role.last
    raise AssertionError("There is no way on")


def test_twelve_questions_take_at_most_twenty_five_taps_and_eight_thousand_pixels_P9(
    visit: Visitor, capsys: pytest.CaptureFixture[str]
) -> None:
    page, found = visit(FORM.format("en"), width=WIDTH), Visit()
    page.set_viewport_size({"width": WIDTH, "height": SCREEN})
    while page.get_by_role("heading", name="Check your answers").is_hidden():
        left = page.locator(".step:visible").get_attribute("id")
        found.answer(page)
        found.see(page)
        found.tap(way_on(page))
        expect(page.locator(f"[id='{left}'] .onwards")).to_be_hidden()
    found.see(page)
    found.tap(way_on(page))
    expect(page.get_by_role("heading", name="Your answers are stored")).to_be_visible()
    with capsys.disabled():
        print(f"\n{visit.browser.browser_type.name}: {found}")
    assert found.answered == MOST_QUESTIONS
    assert found.taps <= MOST_TAPS
    assert found.scrolled <= MOST_SCROLLED


@pytest.mark.parametrize("language", ["en", "fi", "ar"])
def test_no_step_of_the_library_is_higher_than_one_and_a_half_screens_but_of_one_question_P9(
    chromium_visit: Visitor, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    page = chromium_visit(FORM.format(language), width=WIDTH)
    page.set_viewport_size({"width": WIDTH, "height": SCREEN})
    page.locator("form").evaluate(CHOOSE_FIRST)
    heights = {}
    for step in step_names(page)[1:]:
        page.goto(f"{FORM.format(language)}#{step}")
        expect(page.locator(f"#{step}")).to_be_visible()
        heights[step] = page.evaluate(HEIGHT)
    with capsys.disabled():
        print(f"\n{language}:", {step: round(height) for step, (height, _) in heights.items()})
    assert {step: found for step, found in heights.items() if found[0] > SCREEN * 1.5 and found[1] != 1} == {}


def test_consent_and_the_way_on_stand_above_nine_hundred_pixels_in_every_language(visit: Visitor) -> None:
    page = visit("about:blank", width=WIDTH)
    page.set_viewport_size({"width": WIDTH, "height": SCREEN})
    found = {}
    for language in INTERFACE_LANGUAGES:
        page.goto(FORM.format(language))
        box = page.locator("#_start .onwards a").bounding_box()
        assert box is not None
        found[language] = round(box["y"] + box["height"])
    assert {language: bottom for language, bottom in found.items() if bottom > 900} == {}
