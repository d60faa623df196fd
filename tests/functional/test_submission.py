"""The journey from a submission to a stored response and its receipt."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from chalicelib.services import Services
from chalicelib.storage.database import Database
from tests.builders import ANSWERS, FIELDS, Browser, a_question, an_open_survey, stored_items, unseal
from tests.fakes import CountingClient
from tests.functional.shapes import assert_problem, receipt_in


@pytest.fixture(autouse=True)
def survey(services: Services) -> None:
    an_open_survey(services)


def test_form_is_answered_with_a_receipt_and_stored_once(browser: Browser, services: Services) -> None:
    reply = browser.send_form()
    assert reply.status_code == 200
    assert receipt_in(reply)
    assert len(stored_items(services)) == 1


def test_retry_gets_the_same_receipt_and_one_item_P5(browser: Browser, services: Services) -> None:
    first, second = browser.send_form(), browser.send_form()
    assert receipt_in(first) == receipt_in(second)
    assert len(stored_items(services)) == 1


@pytest.mark.parametrize("fields", [{}, {"agreed": ["given"]}, {"agreed": ["given"], "word": [""]}])
def test_form_without_any_answer_is_not_a_response(
    browser: Browser, services: Services, fields: dict[str, list[str]]
) -> None:
    reply = browser.send_form(fields)
    assert reply.status_code == 422
    assert "Answer at least one question." in reply.body.decode()
    assert stored_items(services) == []


def test_form_that_answers_only_what_does_not_apply_is_not_a_response(browser: Browser, services: Services) -> None:
    asked = {"question": "met", "equals": "yes"}
    questions = [a_question("yes_no", id="met"), a_question("long_text", id="how", show_if=asked)]
    an_open_survey(services, *questions, survey="routed")
    reply = browser.send_form({"how": ["Kindly."]}, "routed")
    assert reply.status_code == 422
    assert "Answer at least one question." in reply.body.decode()
    assert stored_items(services, "routed") == []


def test_form_whose_one_answer_is_wrong_is_told_that_and_not_that_it_is_blank(browser: Browser) -> None:
    page = browser.send_form({"agreed": ["given"], "clients": ["many"]}).body.decode()
    assert "Answer at least one question." not in page
    assert page.count('class="error"') == 1


def test_thank_you_page_says_the_surveys_own_words_and_what_comes_next(browser: Browser) -> None:
    page = browser.send_form().body.decode()
    for part in (
        "<p>Good of you.</p>",
        "With it, and only with it, you can withdraw your answers.",
        "The paper shows your receipt, and nothing about the questions",
        ">Withdraw my answers</button>",
        ">Results</a>",
        ">Leave this page now</a>",
    ):
        assert part in page


def test_json_is_answered_with_a_receipt_P5(browser: Browser, services: Services) -> None:
    key = "00112233445566778899aabbccddeeff"
    first, second = browser.send_json(key=key), browser.send_json(key=key)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json_body["receipt"] == second.json_body["receipt"]
    assert [first.json_body["status"], second.json_body["status"]] == ["stored", "replaced"]
    assert len(stored_items(services)) == 1


@pytest.mark.parametrize(
    "answers", [{}, {"agreed": True}, {"agreed": True, "word": "\u200b"}, {"agreed": True, "wish": None}]
)
def test_json_without_any_answer_is_not_a_response(
    browser: Browser, services: Services, answers: dict[str, Any]
) -> None:
    reply = assert_problem(browser.send_json(answers), 422, "invalid_answers")
    assert "Answer at least one question." in [problem["message"] for problem in reply["problems"]]
    assert stored_items(services) == []


def test_key_that_no_question_has_is_named_if_it_could_be_a_name_P12(browser: Browser) -> None:
    unknown = {"moood": 1, "my secret": 2, "x" * 82: 3}
    reply = assert_problem(browser.send_json({**ANSWERS, **unknown}), 422, "invalid_answers")
    assert [(problem["question"], problem["code"]) for problem in reply["problems"]] == [
        ("moood", "unknown_question"),
        (None, "unknown_question"),
    ]
    assert "secret" not in str(reply)


def test_number_with_a_point_is_whole_as_the_schema_has_it(browser: Browser, services: Services) -> None:
    assert browser.send_json({**ANSWERS, "mood": 4.0, "clients": 34.0}).status_code == 201
    assert browser.send_json({**ANSWERS, "mood": 4, "clients": 34}).status_code == 201
    assert len({item["answers"]["B"] for item in stored_items(services)}) == 1


def test_emoji_and_persian_are_stored_whole(browser: Browser, services: Services) -> None:
    written = "👩\u200d👩\u200d👧 می\u200cخواهم"
    assert browser.send_form({**FIELDS, "wish": [written]}).status_code == 200
    (item,) = stored_items(services)
    assert written in unseal(item["sealed"]["B"])


def test_form_and_json_store_the_same_answers(browser: Browser, services: Services) -> None:
    browser.send_form()
    browser.send_json(ANSWERS)
    one, other = stored_items(services)
    assert one["answers"] == other["answers"]
    assert unseal(one["sealed"]["B"]) == unseal(other["sealed"]["B"])


@pytest.mark.parametrize("way", ["form", "json"])
def test_warm_submission_is_one_write_and_no_read(
    browser: Browser, services: Services, database: Database, way: str
) -> None:
    browser.send_form()
    services.survey("a-survey")
    counting = CountingClient(database.client)
    database.replace_client(counting)
    token = browser.token_from_memory(b"other-nonce-0002")
    reply = browser.send_form(token=token) if way == "form" else browser.send_json()
    assert reply.status_code in (200, 201)
    assert counting.calls == Counter(put_item=1)
