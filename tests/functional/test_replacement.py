"""From a stored response to its replacement, its counting and its withdrawal."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from markupsafe import escape

from chalicelib.jobs import publish_releases
from chalicelib.questionnaire.survey import Survey
from chalicelib.responses.receipt import receipt_of
from chalicelib.services import Services
from tests.builders import (
    ANSWERS,
    FIELDS,
    Browser,
    FakeClock,
    a_question,
    an_open_survey,
    close_and_wait,
    stored_items,
    unseal,
)
from tests.functional.shapes import RECEIPT, assert_page, assert_problem, receipt_in

KEY = "00112233445566778899aabbccddeeff"
OTHER_FIELDS = {**FIELDS, "country": ["se"], "country.other.text": [""], "wish": ["Rest."]}
OTHER_ANSWERS = {"country": "se", "agreed": True, "wish": "Rest."}


def an_exact_survey(services: Services) -> None:
    """One whose responses are counted at once."""
    an_open_survey(services, policy="exact")


def withdraw(browser: Browser, receipt: str, survey: str = "a-survey") -> bytes:
    reply = browser.post(f"/s/{survey}/withdraw", f"receipt={receipt}")
    assert_page(reply, 200)
    return bytes(reply.body)


def test_changed_answers_replace_those_that_are_pending_P5(browser: Browser, services: Services) -> None:
    an_open_survey(services)
    first = browser.send_form()
    (before,) = stored_items(services)
    second = browser.send_form(OTHER_FIELDS)
    (after,) = stored_items(services)
    assert (second.status_code, receipt_in(second)) == (200, receipt_in(first))
    assert after["rid"] == before["rid"]
    assert after["answers"] != before["answers"]
    assert "Rest." in unseal(after["sealed"]["B"])


def test_changed_json_replaces_what_is_pending_P5(browser: Browser, services: Services) -> None:
    an_open_survey(services)
    first = browser.send_json(ANSWERS, key=KEY).json_body
    reply = browser.send_json(OTHER_ANSWERS, key=KEY)
    (item,) = stored_items(services)
    assert (reply.status_code, reply.json_body) == (200, {"receipt": first["receipt"], "status": "replaced"})
    assert "Rest." in unseal(item["sealed"]["B"])


def test_text_that_was_cleared_is_gone_from_the_replacement_P5(browser: Browser, services: Services) -> None:
    an_open_survey(services)
    browser.send_form()
    browser.send_form({"agreed": ["given"], "country": ["se"]})
    (item,) = stored_items(services)
    assert "sealed" not in item


def test_what_was_sent_first_stands_once_it_is_counted_P5(browser: Browser, services: Services) -> None:
    an_exact_survey(services)
    receipt = receipt_in(browser.send_form())
    publish_releases(services)
    before = stored_items(services)
    reply = browser.send_form(OTHER_FIELDS)
    page = assert_page(reply, 409)
    assert receipt_in(reply) == receipt
    assert "What you sent first stands" in page.text_of("p")
    assert stored_items(services) == before


def test_json_sent_first_stands_once_it_is_counted_P5(browser: Browser, services: Services) -> None:
    an_exact_survey(services)
    receipt = browser.send_json(ANSWERS, key=KEY).json_body["receipt"]
    publish_releases(services)
    before = stored_items(services)
    problem = assert_problem(browser.send_json(OTHER_ANSWERS, key=KEY), 409, "already_counted")
    assert problem["receipt"] == receipt
    assert stored_items(services) == before


def test_withdrawn_response_leaves_only_that_it_is_gone_P11(browser: Browser, services: Services) -> None:
    an_open_survey(services)
    receipt = receipt_in(browser.send_form())
    (before,) = stored_items(services)
    assert b"withdrawn and deleted" in withdraw(browser, receipt)
    (after,) = stored_items(services)
    assert after == {"part": before["part"], "rid": before["rid"], "gone": {"BOOL": True}}


def test_withdrawing_what_was_counted_leaves_its_batch_for_the_audit_P11(browser: Browser, services: Services) -> None:
    an_exact_survey(services)
    receipt = receipt_in(browser.send_form())
    publish_releases(services)
    withdraw(browser, receipt)
    (item,) = stored_items(services)
    assert item == {"part": item["part"], "rid": item["rid"], "gone": {"BOOL": True}, "batch": {"N": "1"}}


def test_plain_text_is_withdrawn_too_P11(browser: Browser, services: Services) -> None:
    an_open_survey(services, text="plain")
    receipt = receipt_in(browser.send_form())
    withdraw(browser, receipt)
    (item,) = stored_items(services)
    assert item.keys() == {"part", "rid", "gone"}


@pytest.mark.parametrize(
    "typed",
    [
        lambda receipt: receipt.replace(" ", ""),
        lambda receipt: f"  {receipt.lower()}  ",
        lambda receipt: receipt.replace(" ", "-"),
        lambda receipt: receipt.replace("0", "O").replace("1", "l"),
        lambda receipt: receipt.replace("0", "o").replace("1", "I").replace(" ", "%C2%A0"),
    ],
    ids=["no spaces", "small letters", "hyphens", "O for 0, l for 1", "o for 0, I for 1, no-break spaces"],
)
def test_receipt_is_read_however_it_was_written_down(
    browser: Browser, services: Services, typed: Callable[[str], str]
) -> None:
    an_open_survey(services)
    key = services.receipt_key(a_record(services))
    nonces = (b"%016d" % number for number in range(1000))
    nonce = next(nonce for nonce in nonces if {"0", "1"} <= set(receipt_of(key, nonce)))
    receipt = receipt_in(browser.send_form(token=browser.token(nonce=nonce)))
    withdraw(browser, typed(receipt))
    (item,) = stored_items(services)
    assert "gone" in item


def a_record(services: Services) -> Survey:
    record = services.surveys.get("a-survey")
    assert record is not None
    return record


def test_form_sent_again_after_withdrawal_is_refused_without_a_receipt_P6(browser: Browser, services: Services) -> None:
    an_open_survey(services)
    withdraw(browser, receipt_in(browser.send_form()))
    before = stored_items(services)
    reply = browser.send_form()
    page = assert_page(reply, 410)
    assert "were withdrawn" in page.text_of("p")
    assert not RECEIPT.search(page.html)
    assert stored_items(services) == before


@pytest.mark.parametrize("counted", [False, True])
def test_json_sent_again_after_withdrawal_is_refused_without_a_receipt_P6(
    browser: Browser, services: Services, counted: bool
) -> None:
    an_exact_survey(services)
    receipt = browser.send_json(key=KEY).json_body["receipt"]
    if counted:
        publish_releases(services)
    withdraw(browser, receipt)
    before = stored_items(services)
    problem = assert_problem(browser.send_json(key=KEY), 410, "already_withdrawn")
    assert "receipt" not in problem
    assert stored_items(services) == before


def test_every_wrong_receipt_gets_the_same_page(browser: Browser, services: Services) -> None:
    an_open_survey(services, a_question("scale"))
    an_open_survey(services, a_question("scale"), survey="b-survey")
    withdrawn = receipt_in(browser.send_form({"mood": ["4"]}))
    elsewhere = receipt_in(browser.send_form({"mood": ["4"]}, survey="b-survey"))
    withdraw(browser, withdrawn)
    before = stored_items(services, "b-survey")
    pages = set()
    for typed in (withdrawn, elsewhere, "0000 0000 0000 0000", "garbage", "'\"><b>&amp;", "🙂" * 16, " "):
        reply = browser.post("/s/a-survey/withdraw", "receipt=" + "".join(f"%{byte:02x}" for byte in typed.encode()))
        page = assert_page(reply, 404)
        assert page.fields["receipt"] == [typed]
        pages.add(page.html.replace(f'value="{escape(typed)}"', 'value=""'))
    missing = assert_page(browser.post("/s/a-survey/withdraw", ""), 404).html
    assert pages == {missing}
    assert stored_items(services, "b-survey") == before


def test_receipt_still_withdraws_after_closing_P11(browser: Browser, services: Services, clock: FakeClock) -> None:
    an_open_survey(services)
    receipt = receipt_in(browser.send_form())
    close_and_wait(services, clock)
    publish_releases(services)
    withdraw(browser, receipt)
    (item,) = stored_items(services)
    assert item.keys() == {"part", "rid", "gone", "batch"}


def test_withdrawal_from_another_site_is_refused(browser: Browser, services: Services) -> None:
    an_open_survey(services)
    receipt = receipt_in(browser.send_form())
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert_page(browser.post("/s/a-survey/withdraw", f"receipt={receipt}", **headers), 403)
    (item,) = stored_items(services)
    assert "gone" not in item


def test_form_that_comes_too_late_is_shown_back_to_copy_P12(browser: Browser, services: Services) -> None:
    an_open_survey(services, policy="exact")
    browser.send_form()
    publish_releases(services)
    page = assert_page(browser.send_form(FIELDS | {"wish": ["Something else."]}), 409)
    assert "Something else." in page.text_of("dd")
