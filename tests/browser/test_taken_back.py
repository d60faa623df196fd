"""Every answer can be taken back and given again, by keyboard alone and without script, and the focus is never lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.browser.test_check import READ, answers_told
from tests.browser.visits import FILLED, Visitor, at_check, filled

FORM = "/s/unsectioned?lang=en&source=mail"
#: Tab presses from one field to the next, at most: links, and the fields of the questions between them.
MOST = 30


@dataclass(frozen=True)
class Way:
    """How keys answer one field, and empty it."""

    name: str
    answer: Callable[[Page], None]
    empty: Callable[[Page], None]


def press(page: Page, *keys: str) -> None:
    """Press keys; whatever they change, something on the page has the focus."""
    for key in keys:
        page.keyboard.press(key)
        assert not page.evaluate("document.activeElement === document.body"), f"{key} loses the focus"


def tab_to(page: Page, selector: str) -> None:
    for _ in range(MOST):
        press(page, "Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never reaches {selector}")


def chosen(name: str, code: str) -> Way:
    """Radio buttons: the arrows go from one to the next, and to the one that takes the choice back."""
    return Way(name, lambda page: _arrow_to(page, code), lambda page: _arrow_to(page, ""))


def _arrow_to(page: Page, code: str) -> None:
    press(page, "Space")
    for _ in range(MOST):
        if page.evaluate("document.activeElement.value") == code:
            return
        press(page, "ArrowDown")
    raise AssertionError(f"No arrow reaches “{code}”")


def ticked(name: str) -> Way:
    return Way(name, lambda page: press(page, "Space"), lambda page: press(page, "Space"))


def listed(name: str, keys: str) -> Way:
    """List boxes: one letter again and again goes on to the next that begins with it, however slowly it is pressed.

    Several make a word only within a second, which a busy machine exceeds.
    """
    assert len({*keys}) == 1
    return Way(name, lambda page: page.keyboard.type(keys), lambda page: press(page, "Home"))


def written(name: str, text: str) -> Way:
    return Way(name, lambda page: page.keyboard.type(text), lambda page: press(page, "Control+A", "Delete"))


def _empty_words_and_their_option(page: Page) -> None:
    """What takes the choice back comes after the words, so somebody who wants both empty goes back to the option."""
    press(page, "Control+A", "Delete", "Shift+Tab")
    _arrow_to(page, "")


#: Every kind of question, in the order of the page.
WAYS = [
    Way("country", lambda page: _arrow_to(page, "other"), lambda page: None),
    Way("country.other.text", lambda page: page.keyboard.type("Faroe"), _empty_words_and_their_option),
    listed("region", "S"),
    ticked("challenges"),
    chosen("mood", "4"),
    chosen("harder.home", "some"),
    chosen("wants.home", "1"),
    written("clients", "34"),
    listed("moved.day", "2" * len(("2", *range(20, 30)))),
    listed("moved.month", "F"),
    listed("moved.year", "2" * len(range(2020, 2025))),
    chosen("police_met", "yes"),
    ticked("agreed"),
    written("word", "rest"),
    written("wish", "Time."),
    ticked("source"),
]
SENT = {name: FILLED[name] for name in FILLED if name in {way.name for way in WAYS}} | {
    "challenges": ["law"],
    "wants.home": ["1"],
    "word": ["rest"],
    "wish": ["Time."],
}
SHOWN = {name: READ[name] for name in READ if name != "officer"} | {
    "challenges": ["LAW"],
    "word": ["rest"],
    "wish": ["Time."],
}


def go_through(page: Page, of: Callable[[Way], Callable[[Page], None]]) -> None:
    """From the second step to the last by keys alone, with ``of`` each field its keys."""
    for way in WAYS:
        field = page.locator(f'[name="{way.name}"]').first
        while field.is_hidden():
            _leave(page)
        tab_to(page, f'[name="{way.name}"]')
        of(way)(page)
    while page.get_by_role("heading", name="Check your answers").is_hidden():
        _leave(page)
    at_check(page)


def _leave(page: Page) -> None:
    tab_to(page, ".onwards a")
    press(page, "Enter")
    expect(page.locator(":is(.step, .check):focus")).to_be_visible()


def start_over(page: Page) -> None:
    tab_to(page, '.reading a[href="#country"]')
    press(page, "Enter")
    expect(page.locator("#country")).to_be_visible()


def test_every_kind_is_answered_emptied_and_answered_again_by_keyboard_alone_P9(visit: Visitor) -> None:
    page = visit(FORM)
    # What came with the link is unticked first, so that it can be answered like the others.
    page.locator("[name=source]").evaluate("box => { box.checked = false }")
    for _ in range(2):
        page.goto(f"{FORM}#_start")
        go_through(page, lambda way: way.answer)
        assert filled(page) == SENT
        assert answers_told(page) == SHOWN
        start_over(page)
        page.goto(f"{FORM}#_start")
        go_through(page, lambda way: way.empty)
        assert filled(page) == {}
        assert answers_told(page) == {"agreed": ["About consent?"]}
        start_over(page)


def test_what_takes_a_choice_back_comes_with_it_and_stays_P9(visit: Visitor) -> None:
    page = visit("/s/unsectioned?lang=en#country")
    clear = page.locator("#country").get_by_label("No answer")
    expect(clear).to_be_hidden()
    page.get_by_label("SE", exact=True).check()
    expect(clear).to_be_visible()
    clear.check()
    expect(clear).to_be_visible()
    assert filled(page) == {}


def test_required_question_offers_nothing_that_takes_its_answer_back(visit: Visitor) -> None:
    page = visit("/s/strict?lang=en")
    optional = page.locator(".clear[type=radio]").evaluate_all("boxes => boxes.map(box => box.name)")
    # Of a ranking, as many as somebody likes are ranked.
    assert {name.partition(".")[0] for name in optional} == {"wants"}


def test_emptying_the_words_of_an_option_that_is_not_chosen_keeps_the_focus_P9(visit: Visitor) -> None:
    page = visit("/s/unsectioned?lang=en#country")
    page.get_by_label("OTHER", exact=True).check()
    page.locator("[name='country.other.text']").fill("Faroe")
    page.get_by_label("SE", exact=True).check()
    page.locator("[name='country.other.text']").focus()
    press(page, "Control+A", "Delete")
    expect(page.locator("[name='country.other.text']")).to_be_focused()
