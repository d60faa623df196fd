"""The store does not answer: the respondent is told, and nothing that was typed is lost (P12)."""

from __future__ import annotations

from chalicelib.services import Services
from chalicelib.storage.database import Database
from tests.builders import Browser, an_open_survey, stored_items
from tests.fakes import DisturbedClient, no_answer
from tests.functional.shapes import assert_page


def test_typed_answers_are_shown_to_copy_when_not_even_the_survey_can_be_read_P12(
    browser: Browser, services: Services, database: Database
) -> None:
    an_open_survey(services)
    token = browser.token()
    database.replace_client(DisturbedClient(database.client, 0, no_answer))
    page = assert_page(browser.send_form({"wish": ["A home."]}, token=token), 503)
    assert "A home." in page.text_of("dd")
    assert token not in page.text_of("dd")


def test_form_comes_back_filled_when_the_response_cannot_be_stored_P12(
    browser: Browser, services: Services, database: Database
) -> None:
    an_open_survey(services)
    token = browser.token_from_memory(b"0123456789abcdef")
    services.version("a-survey", 1)
    database.replace_client(DisturbedClient(database.client, 0, no_answer))
    reply = browser.send_form(token=token)
    assert_page(reply, 503)
    assert "And a home." in reply.body.decode()
    assert token in reply.body.decode(), "sent again, it is the same submission (P5)"
    assert browser.send_form(token=token).status_code == 200
    assert len(stored_items(services)) == 1
