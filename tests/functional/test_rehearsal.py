"""A survey under test: only by its own link, never counted, wiped when it opens; what is not open is like nothing."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from chalice.test import HTTPResponse

from chalicelib.jobs import publish_releases
from chalicelib.services import Services
from chalicelib.storage.tables import ACCESS, RESPONSES
from chalicelib.web.http import NOT_KEPT
from operation.ending import close_survey
from operation.lifecycle import open_survey, publish_definition, start_test
from tests.builders import (
    FIELDS,
    JSON_TYPE,
    Browser,
    FakeClock,
    a_definition,
    a_question,
    close_and_wait,
    identities,
    prove_keys,
    stored_items,
)
from tests.functional.shapes import assert_page, assert_problem, receipt_in

BANNER = "This is a test. What you send is not counted, and is deleted when the survey opens."
KEY = {"Idempotency-Key": "00112233445566778899aabbccddeeff"}


@pytest.fixture
def link(services: Services) -> str:
    """Path and query of a survey under test."""
    publish_definition(services, a_definition(policy="exact"), [public for public, _ in identities()])
    return f"/{start_test(services, 'a-survey')}"


def open_proven(services: Services) -> None:
    prove_keys(services, "a-survey")
    open_survey(services, "a-survey")


def send(browser: Browser, link: str, token: str | None = None) -> HTTPResponse:
    """Load the form at ``link``, fill it in and send it back there."""
    browser.services.clock.advance(minutes=1)  # type: ignore[attr-defined]
    body = urlencode({"_token": [browser.token() if token is None else token], **FIELDS}, doseq=True)
    return browser.post(link, body)


def test_survey_under_test_looks_like_the_real_form_with_a_banner(browser: Browser, link: str) -> None:
    page = assert_page(browser.get(link), NOT_KEPT)
    assert BANNER in page.text_of("p")
    assert page.text_of("button").count("Send") == 2


def test_survey_under_test_stores_and_shows_the_banner_again(browser: Browser, services: Services, link: str) -> None:
    reply = send(browser, link)
    assert BANNER in assert_page(reply, 200).text_of("p")
    assert receipt_in(reply)
    assert stored_items(services) == []
    assert len(stored_items(services, rehearsal=True)) == 1


def test_links_of_a_survey_under_test_keep_its_token(browser: Browser, link: str) -> None:
    token = link.partition("?token=")[2]
    page = assert_page(send(browser, link), 200)
    found = [tag["href"] for tag in page.all("a") if "/s/" in tag["href"]]
    found += [tag["action"] for tag in page.all("form")]
    assert len(found) == 2
    assert [parse_qs(urlsplit(href).query)["token"] for href in found] == [[token]] * len(found)
    for href in found:
        assert_page(browser.get(f"/s/{href.partition('s/')[2]}"), NOT_KEPT if "withdraw" in href else 200)


@pytest.mark.parametrize("query", ["", "?token=", "?token=00000000000000000000000000", "?token=%C3%A5", "?lang=sv"])
def test_survey_under_test_is_not_there_without_its_token(browser: Browser, services: Services, query: str) -> None:
    publish_definition(services, a_definition(), [public for public, _ in identities()])
    start_test(services, "a-survey")
    nothing = assert_page(browser.get(f"/s/nothing-here{query}"), 404, "sv" if "sv" in query else "en").html
    for path in ("/s/a-survey", "/s/a-survey/withdraw", "/s/a-survey/results"):
        page = browser.get(f"{path}{query}").body.decode()
        assert page.replace("../../", "../") == nothing
    assert browser.send_form(token="").body.decode() == assert_page(browser.get("/s/nothing-here"), 404).html
    assert stored_items(services, rehearsal=True) == []


def test_survey_under_test_is_tried_through_the_api(browser: Browser, services: Services, link: str) -> None:
    path, _, query = link.partition("?")
    api = f"/api/surveys/{path.removeprefix('/s/')}"
    body = json.dumps({"answers": {"agreed": True, "mood": 4}})
    assert browser.get(f"{api}?{query}").json_body["state"] == "test"
    assert browser.post(f"{api}/responses?{query}", body, JSON_TYPE, **KEY).status_code == 201
    assert_problem(browser.post(f"{api}/responses", body, JSON_TYPE, **KEY), 404, "unknown_survey")
    assert_problem(browser.get(api), 404, "unknown_survey")
    assert len(stored_items(services, rehearsal=True)) == 1


def test_receipt_of_a_test_withdraws_it(browser: Browser, services: Services, link: str) -> None:
    receipt = receipt_in(send(browser, link))
    path, _, query = link.partition("?")
    assert_page(browser.post(f"{path}/withdraw?{query}", f"receipt={receipt}"), 200)
    (item,) = stored_items(services, rehearsal=True)
    assert item.keys() == {"part", "rid", "gone"}


def test_what_was_sent_as_a_test_is_never_counted_and_wiped_at_opening(
    browser: Browser, services: Services, clock: FakeClock, link: str
) -> None:
    receipt = receipt_in(send(browser, link))
    assert publish_releases(services)[0].released is None
    open_proven(services)
    assert stored_items(services, rehearsal=True) == []
    assert_page(browser.post("/s/a-survey/withdraw", f"receipt={receipt}"), 404)
    browser.send_form()
    close_and_wait(services, clock)
    publish_releases(services)
    release = services.surveys.latest_release("a-survey")
    assert release is not None
    assert release.responses == 1


def test_key_of_a_test_goes_at_opening(browser: Browser, services: Services, link: str) -> None:
    database = services.responses._database
    tested = [item["key"]["S"] for item in database.call("scan", ACCESS)["Items"]]
    open_proven(services)
    assert tested == ["TEST_KEY#a-survey"]
    assert [item["key"]["S"] for item in database.call("scan", ACCESS)["Items"]] == ["RECEIPT_KEY#a-survey"]


def test_form_loaded_as_a_test_has_to_be_sent_once_more_after_opening(
    browser: Browser, services: Services, link: str
) -> None:
    token = browser.token()
    open_proven(services)
    page = assert_page(send(browser, link, token), 422)
    assert "had to be renewed" in page.text_of("li")
    assert BANNER not in page.html
    assert stored_items(services) == []


def test_draft_cannot_be_told_from_nothing(browser: Browser, services: Services) -> None:
    publish_definition(services, a_definition(a_question("scale")), [])
    for path in ("/s/{}", "/s/{}/withdraw", "/s/{}/results"):
        draft, nothing = browser.get(path.format("a-survey")), browser.get(path.format("nothing-here"))
        assert_page(draft, 404)
        assert draft.body == nothing.body
    for path in ("/api/surveys/{}", "/api/surveys/{}/releases", "/api/surveys/{}/releases/latest"):
        draft, nothing = browser.get(path.format("a-survey")), browser.get(path.format("nothing-here"))
        assert_problem(draft, 404, "unknown_survey")
        assert draft.body == nothing.body


def test_tested_survey_that_was_closed_has_no_banner(browser: Browser, services: Services, link: str) -> None:
    open_proven(services)
    close_survey(services, "a-survey")
    assert BANNER not in browser.get(link).body.decode()


def test_test_response_that_came_too_late_for_the_wiping_is_gone_after_closing(
    browser: Browser, services: Services, link: str
) -> None:
    send(browser, link)
    (late,) = stored_items(services, rehearsal=True)
    open_proven(services)
    services.responses._database.call("put_item", RESPONSES, Item=late)
    close_survey(services, "a-survey")
    assert stored_items(services, rehearsal=True) == []
