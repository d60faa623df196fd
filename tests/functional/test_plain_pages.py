"""Pages that belong to no survey say what to do, and nothing of what anybody asks; the last page of a visit."""

from __future__ import annotations

import pytest

from chalicelib.locale import INTERFACE_LANGUAGES
from chalicelib.services import Services
from tests.builders import Browser, a_question, an_open_survey
from tests.functional.shapes import assert_page, receipt_in


def test_home_welcomes_lists_nothing_and_offers_every_language(browser: Browser, services: Services) -> None:
    an_open_survey(services, a_question("scale"))
    page = assert_page(browser.get("/"), 200)
    assert page.text_of("h1") == page.text_of("title") == "Welcome"
    assert "To answer questions here, use the link you were given." in page.html
    assert "a-survey" not in page.html
    named = {tag["lang"] for kind in ("a", "strong") for tag in page.all(kind) if "lang" in tag}
    assert named == set(INTERFACE_LANGUAGES)


@pytest.mark.parametrize("path", ["/nothing", "/s/nothing-here"])
def test_page_that_is_not_there_says_what_to_do(browser: Browser, path: str) -> None:
    page = assert_page(browser.get(path), 404)
    assert page.text_of("h1") == "There is nothing here"
    assert "compare it with the one you were given" in page.html


def test_thanks_begin_with_the_receipt_and_withdrawing_comes_last_P11(browser: Browser, services: Services) -> None:
    an_open_survey(services, a_question("scale"))
    reply = browser.send_form({"mood": ["4"]})
    html = assert_page(reply, 200).html
    order = ["Your answers are stored", receipt_in(reply), "Good of you.", ">Results<", "Withdraw my answers"]
    # The title is neutral, and not said twice on the page.
    places = [html.find(words, html.index("<main")) for words in order]
    assert places[0] > -1
    assert places == sorted(places)
    assert html.count("Thank you") == 1


def test_form_that_was_sent_twice_says_that_it_counts_once_P5(browser: Browser, services: Services) -> None:
    an_open_survey(services, a_question("scale"))
    browser.send_form({"mood": ["4"]})
    said = assert_page(browser.send_form({"mood": ["3"]}), 200).html
    assert "You sent this form before. We kept what you sent now. It counts once." in said
