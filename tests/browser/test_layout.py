"""Small screens, large letters, long words and paper."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from chalicelib.locale import INTERFACE_LANGUAGES
from chalicelib.questionnaire.definition import Definition
from tests.browser.surveys import STEPS, Surveys
from tests.browser.visits import DESK, FILLED, PHONE, Visitor, at_check, fill_at_once, step_names
from tests.browser.walk import FORM, press_send, walk
from tests.builders import QUESTIONS, a_document, a_question, opened, text

#: What 1280 px have room for at 200 %.
ZOOMED = 640
LEAST_TARGET = 44
#: The height of each thing to press or to type into; of a box, that of the label that is pressed with it.
TARGETS = """() => {
  const boxes = "[type=radio], [type=checkbox]";
  const all = [...document.querySelectorAll("a, button, input, select, textarea, summary")]
    .filter(each => each.checkVisibility() && !each.closest(".unseen, .skip"))
    .filter(each => getComputedStyle(each).pointerEvents !== "none");
  const pressed = each => each.matches(boxes) ? each.labels[0] : each;
  return all.map(each => [pressed(each).getBoundingClientRect().height, each.outerHTML.slice(0, 100)]);
}"""
#: Makes the rules for paper hold on the screen.
TURN = """() => {
  const turned = {print: "all", screen: "not all"};
  const turn = rule => {
    if (rule.media) rule.media.mediaText = turned[rule.media.mediaText] ?? rule.media.mediaText;
    [...rule.cssRules ?? []].forEach(turn);
  };
  [...document.styleSheets].forEach(sheet => [...sheet.cssRules].forEach(turn));
}"""
#: What reaches out of the column that the page is set in, and is there to be seen.
SPILLS = """() => {
  const column = document.querySelector("main").getBoundingClientRect();
  const reaches = ({left, right}) => left < column.left - 1 || right > column.right + 1;
  const all = [...document.querySelectorAll("main *")]
    .filter(each => each.checkVisibility() && !each.closest(".unseen"));
  return all.filter(each => reaches(each.getBoundingClientRect())).map(each => each.outerHTML.slice(0, 100));
}"""


#: The language of the interface that has the longest words, and the one from right to left: what fits in these in
#: every state fits in the others, whose words are measured on the library's pages.
WALKED = ("fi", "ar")
#: Swedish has one of 49 letters in use.
WORD = "spårvagnsaktiebolagsskensmutsskjutarefackföreninga"[:49]
LONG_WORDS_TYPED = FILLED | {
    "word": [WORD],
    "wish": [WORD * 3],
    "country.other.text": [WORD],
    "challenges": ["law", "stigma", "none"],
    "wants.home": ["1"],
    "clients": ["4000"],
}
TWICE_AS_LARGE = """() => {
  const large = new CSSStyleSheet();
  large.replaceSync("html { font-size: 200% }");
  document.adoptedStyleSheets = [large];
}"""


def small_targets(page: Page) -> list[str]:
    return [html for height, html in page.evaluate(TARGETS) if height < LEAST_TARGET]


def scrolls_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def library(page: Page, language: str) -> Iterator[str]:
    """The pages whose words were written for people: those of the library's survey."""
    page.goto(f"/s/member-challenges?lang={language}")
    for part in (*step_names(page), "_check"):
        page.goto(f"/s/member-challenges?lang={language}#{part}")
        yield f"members {part}"
    page.goto(f"/s/organisation-profile?lang={language}")
    yield "organisations"


def assert_fits(page: Page, state: str) -> None:
    for width in (ZOOMED, PHONE):
        page.set_viewport_size({"width": width, "height": 800})
        assert not scrolls_sideways(page), f"{state} at {width}"
    assert small_targets(page) == [], state
    page.set_viewport_size({"width": DESK, "height": 800})
    assert page.evaluate(SPILLS) == [], state


@pytest.mark.parametrize("language", INTERFACE_LANGUAGES)
def test_no_page_scrolls_sideways_and_no_target_is_small_in_any_language(
    chromium_visit: Visitor, surveys: Surveys, language: str
) -> None:
    page = chromium_visit("about:blank", device_scale_factor=2)
    states = walk(page, surveys, language) if language in WALKED else ()
    for state in chain(library(page, language), states):
        assert_fits(page, state)


def test_no_page_of_the_library_scrolls_sideways_and_no_target_is_small_in_firefox(firefox_visit: Visitor) -> None:
    page = firefox_visit("about:blank")
    for state in library(page, "fi"):
        assert_fits(page, state)


def in_long_words() -> dict[str, Any]:
    """The data of a survey whose every text is a single long word."""

    def lengthened(part: Any) -> Any:
        if isinstance(part, list):
            return [lengthened(each) for each in part]
        if not isinstance(part, dict):
            return part
        return {"en": WORD} if part.keys() == {"en"} else {name: lengthened(each) for name, each in part.items()}

    questions = [a_question(kind, hint=text(WORD)) for kind in QUESTIONS if kind != "section"]
    document = a_document(*questions, a_question("section"), a_question("yes_no", id="last"), survey="long-words")
    languages = document["questionnaire"]["languages"]
    return {**document, "questionnaire": lengthened(document["questionnaire"]) | {"languages": languages}}


def test_no_page_scrolls_sideways_for_long_words_on_a_small_phone_with_large_letters_P9(
    visit: Visitor, surveys: Surveys
) -> None:
    if surveys.services.surveys.get("long-words") is None:
        opened(surveys.services, Definition.model_validate(in_long_words()))
    form = "/s/long-words?lang=en&source=mail"
    page = visit(form, width=PHONE)
    fill_at_once(page, LONG_WORDS_TYPED)
    found = [step for step in [*step_names(page), "_check"] if is_wide(page, f"{form}#{step}")]
    press_send(page)
    found += [step for step in [*step_names(page), "_check"] if is_wide(page, f"{page.url.partition('#')[0]}#{step}")]
    assert found == []


def is_wide(page: Page, path: str) -> bool:
    """Whether a step scrolls sideways, as it is or with letters of twice the size."""
    page.goto(path)
    page.evaluate("document.adoptedStyleSheets = []")
    is_so = scrolls_sideways(page)
    page.evaluate(TWICE_AS_LARGE)
    return is_so or scrolls_sideways(page)


@pytest.mark.parametrize("question", ["mood", "police_met"])
def test_choice_leaves_every_cell_where_it_is(visit: Visitor, question: str) -> None:
    page = visit(f"{FORM.format('en')}#{question}")
    cells = page.locator(f"#{question} .cells > span")
    # Not from the left of the window: where the page grows a bar to scroll with comes beside it.
    places = "cells => cells.map(cell => [cell.offsetLeft, cell.offsetTop, cell.offsetWidth])"
    before = cells.evaluate_all(places)
    cells.first.locator("label").click()
    expect(page.locator(f"#{question} .clear:visible").first).to_be_visible()
    assert cells.evaluate_all(places) == before


def test_nothing_stands_beside_a_question_in_large_letters_on_a_small_phone_P9(visit: Visitor) -> None:
    page = visit(f"{FORM.format('en')}#harder", width=PHONE)
    fill_at_once(page, FILLED)
    page.evaluate(TWICE_AS_LARGE)
    assert takes_the_line(page, "#harder .row legend")
    page.evaluate("location.hash = '_check'")
    at_check(page)
    assert takes_the_line(page, "#harder > legend")
    assert not scrolls_sideways(page)


def takes_the_line(page: Page, selector: str) -> bool:
    """Whether something is as wide as the text of the page, but for the marks at the side of a question."""
    widths = "each => [each.getBoundingClientRect().width, document.querySelector('h1').clientWidth]"
    width, whole = page.locator(selector).first.evaluate(widths)
    return bool(width > whole * 0.9)


def print_out(visit: Visitor, page: Page) -> None:
    """Show ``page`` as on paper. Firefox ignores a context's medium in silence, so there the rules themselves turn."""
    if not visit.is_firefox:
        page.emulate_media(media="print")
        return
    page.evaluate(TURN)


def test_print_shows_every_step_and_conditional_question_and_nothing_to_press(visit: Visitor) -> None:
    page = visit(f"{FORM.format('en')}#two")
    print_out(visit, page)
    expect(page.locator(".step:visible")).to_have_count(len(STEPS) + 1)
    for question in page.locator(".question").all():
        expect(question).to_be_visible()
    expect(page.get_by_text("Answer this only if it fits what you answered above.").first).to_be_visible()
    expect(page.locator(".progress:visible, .mistake:visible, .missing:visible")).to_have_count(0)
    expect(page.locator(".paper")).to_be_visible()
    expect(page.locator("details").last.locator("li").first).to_be_visible()
    pressed = page.locator(":is(a, button, .exit, .languages):visible:not(.support *, .contact *)")
    assert pressed.all_inner_texts() == []


def test_print_of_a_filled_form_shows_what_was_not_chosen_as_well(visit: Visitor) -> None:
    page = visit(f"{FORM.format('en')}#_check")
    fill_at_once(page, FILLED)
    print_out(visit, page)
    expect(page.locator("[name=country][value=se]")).to_be_visible()
    expect(page.locator(".unanswered:visible, .check:visible")).to_have_count(0)


def test_print_of_the_receipt_says_nothing_of_the_survey(visit: Visitor) -> None:
    page = visit(f"{FORM.format('en')}#_check")
    fill_at_once(page, FILLED)
    press_send(page)
    receipt = page.locator(".receipt").inner_text()
    print_out(visit, page)
    lines = [line for line in page.locator("body").inner_text().splitlines() if line]
    assert lines[:2] == ["Your receipt", receipt]
    assert len(lines) == 3
    assert lines[2].startswith("With it, and only with it, you can withdraw your answers.")
