"""A form of up to 1 MiB comes back filled, in its own language, with what is too long; a larger one says so (P12)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pytest

from chalicelib.responses.decoding import MAXIMUM_BODY, MAXIMUM_FORM
from chalicelib.services import Services
from chalicelib.web.http import MAXIMUM_REPLY
from tests.builders import FIELDS, JSON_TYPE, Browser, a_bilingual_survey, a_question, stored_items
from tests.functional.conftest import in_use
from tests.functional.shapes import Page, assert_page, assert_problem

#: What grows in HTML or in JSON, and letters, as browsers send them.
ESCAPED = ["%26", "%22", "%27", "%3C", "%D9%85", "%F0%9F%98%80", "%0D%0A", "%01"]
#: Of Lambda's whole reply.
LAMBDA = 6 * 1024 * 1024
MANY = [f"t{number}" for number in range(20)]


@pytest.fixture(scope="module")
def surveys(module_services: Services) -> Services:
    questions = [a_question("long_text", id=name) for name in MANY]
    a_bilingual_survey(module_services, *questions, language="ar", title="أسئلة", survey="texts")
    a_bilingual_survey(module_services)
    return module_services


@pytest.fixture
def services(surveys: Services) -> Iterator[Services]:
    with in_use(surveys):
        yield surveys


def messages_of(page: Page) -> str:
    return page.text_of("a") + page.text_of("li")


def test_sixty_thousand_arabic_letters_come_back_in_arabic_with_what_is_too_long_P12(
    browser: Browser, services: Services
) -> None:
    texts = {name: ["م" * 3000] for name in MANY}
    fields = {"_token": [browser.token("texts")], "_language": ["ar"], **texts}
    body = urlencode(fields, doseq=True)
    assert MAXIMUM_BODY < len(body) < MAXIMUM_FORM
    page = assert_page(browser.post("/s/texts?lang=en", body, **{"Accept-Language": "sv"}), 422, "ar")
    assert page.typed == texts
    assert "60000" in messages_of(page)
    assert stored_items(services, "texts") == []


def test_text_that_fills_the_largest_form_comes_back_whole_and_marked_P12(browser: Browser) -> None:
    fields = {"_token": [browser.token()], "_language": ["en"], **FIELDS}
    rest = urlencode({name: values for name, values in fields.items() if name != "wish"}, doseq=True)
    wish = "م" * ((MAXIMUM_FORM - len(rest) - len("&wish=")) // 6)
    page = assert_page(browser.post("/s/a-survey", f"{rest}&wish={quote(wish)}"), 422)
    assert page.typed["wish"] == [wish]
    assert f"It has {len(wish)} characters." in messages_of(page)
    assert "#wish.input" in [link["href"] for link in page.all("a")]


@pytest.mark.parametrize("language", ["en", "sv"])
def test_form_beyond_the_cap_is_told_so_in_its_own_language_P12(browser: Browser, language: str) -> None:
    body = urlencode({"wish": "a" * MAXIMUM_FORM, "_language": language})
    other = {"en": "sv", "sv": "en"}[language]
    page = assert_page(browser.post(f"/s/a-survey?lang={other}", body, **{"Accept-Language": other}), 413, language)
    assert page.text_of("h1")


def test_program_may_send_no_more_than_before(browser: Browser) -> None:
    body = json.dumps({"answers": {"wish": "a" * MAXIMUM_BODY}})
    key = {"Idempotency-Key": "00112233445566778899aabbccddeeff"}
    assert_problem(browser.post("/api/surveys/a-survey/responses", body, JSON_TYPE, **key), 413, "body_too_large")


@pytest.mark.parametrize("unit", [*ESCAPED, "+", "'", '"', "\x01"])
@pytest.mark.parametrize("path", ["/s/texts", "/s/texts/withdraw"])
def test_no_reply_is_larger_than_can_be_sent_and_a_browsers_form_comes_back_P12(
    browser: Browser, path: str, unit: str
) -> None:
    name = "receipt" if path.endswith("withdraw") else "t1"
    head = urlencode({"_token": browser.token("texts"), "_language": "ar"}) + f"&{name}="
    reply = browser.post(path, head + unit * ((MAXIMUM_FORM - len(head)) // len(unit.encode())))
    assert len(json.dumps(reply.body.decode("utf-8"))) <= MAXIMUM_REPLY < LAMBDA
    assert reply.status_code in ({422, 404} if "%" in unit or unit == "+" else {422, 404, 413})
    assert_page(reply, reply.status_code, "ar")


def test_page_that_could_not_be_sent_is_told_of_in_the_forms_language(browser: Browser) -> None:
    head = urlencode({"_token": browser.token("texts"), "_language": "ar"}) + "&t1="
    assert_page(browser.post("/s/texts", head + "\x01" * (MAXIMUM_FORM - len(head))), 413, "ar")
