"""Where an onion service stands in front, pages tell Tor Browser of it, and of the page's own place there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app import app
from chalicelib.services import Services
from chalicelib.settings import Settings
from chalicelib.web.http import NOT_KEPT
from operation.local.gateway import event_of
from tests.builders import Browser, an_open_survey
from tests.functional.conftest import in_use
from tests.functional.gateway import send

ONION = "http://" + "a" * 56 + ".onion"


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("/s/a-survey", "/s/a-survey"),
        ("/s/a-survey?lang=sv&lang=fi", "/s/a-survey?lang=sv&lang=fi"),
        ("/api/s/a-survey", "/s/a-survey"),
        ("/s/gr%C3%A5%0d%0aSet-Cookie:a", "/s/gr%C3%A5%0D%0ASet-Cookie%3Aa"),
    ],
)
def test_a_page_names_its_own_place_at_the_onion_service(services: Services, url: str, found: str) -> None:
    an_open_survey(services)
    with in_use(replace(services, onion=ONION)):
        prefix = "/api" if url.startswith("/api/") else ""
        reply = send(url, prefix)
    assert reply.headers["Onion-Location"] == ONION + found


def test_a_link_that_no_page_could_have_is_answered_and_leaves_no_line_P12(
    services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    """JSON can bring half of a character, and Lambda's event is JSON."""
    an_open_survey(services)
    event = event_of(app.routes, "GET", "/s/a-survey", {}) | {
        "multiValueQueryStringParameters": {"q\ud800": ["\ud800"]}
    }
    with in_use(replace(services, onion=ONION)):
        reply = app(event, None)
    assert (reply["statusCode"], reply["headers"]["Onion-Location"]) == (NOT_KEPT, f"{ONION}/s/a-survey?q%3F=%3F")
    assert caplog.records == []


def test_what_is_no_page_or_was_sent_names_none(browser: Browser) -> None:
    an_open_survey(browser.services)
    with in_use(replace(browser.services, onion=ONION)):
        replies = [browser.get("/healthz"), browser.get("/openapi.json"), browser.post("/s/a-survey", "nonsense=1")]
    assert [reply.headers.get("Onion-Location") for reply in replies] == [None] * 3


def test_without_an_onion_service_no_page_names_one(browser: Browser) -> None:
    an_open_survey(browser.services)
    assert "Onion-Location" not in browser.get("/s/a-survey").headers
    assert Settings.from_environment({}).onion == ""
    assert Settings.from_environment({"PARAPLY_ONION": ONION}).onion == ONION
