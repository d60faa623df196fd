"""From a stored response to its replacement, its counting and its withdrawal."""

from __future__ import annotations

import pytest
from markupsafe import escape

from chalicelib.jobs import publish_releases
from chalicelib.questionnaire.survey import RECORD_LIFETIME
from chalicelib.services import Services
from operation.ending import close_survey
from operation.invitations import invite
from tests.builders import (
    ANSWERS,
    FIELDS,
    Browser,
    FakeClock,
    a_question,
    an_open_survey,
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


def withdraw(browser: Browser, receipt: str) -> bytes:
    reply = browser.post("/s/a-survey/withdraw", f"receipt={receipt}")
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


def test_what_was_sent_first_stands_once_it_is_counted_P5(browser: Browser, services: Services) -> None:
    an_exact_survey(services)
    receipt = receipt_in(browser.send_form())
    publish_releases(services)
    before = stored_items(services)
    reply = browser.send_form(OTHER_FIELDS)
    page = assert_page(reply, 409)
    assert receipt_in(reply) == receipt
    assert "What was counted stands" in page.text_of("p")
    assert "Rest." in page.text_of("dd"), "to be copied (P12)"
    assert stored_items(services) == before


def test_what_was_changed_before_the_count_is_not_called_sent_first_P13(browser: Browser, services: Services) -> None:
    an_exact_survey(services)
    browser.send_form()
    browser.send_form(OTHER_FIELDS)
    publish_releases(services)
    page = assert_page(browser.send_form(), 409)
    assert "What was counted stands" in page.text_of("p")
    assert "first" not in page.text_of("p")


def test_json_sent_first_stands_once_it_is_counted_P5(browser: Browser, services: Services) -> None:
    an_exact_survey(services)
    receipt = browser.send_json(ANSWERS, key=KEY).json_body["receipt"]
    publish_releases(services)
    before = stored_items(services)
    problem = assert_problem(browser.send_json(OTHER_ANSWERS, key=KEY), 409, "already_counted")
    assert problem["receipt"] == receipt
    assert stored_items(services) == before


@pytest.mark.parametrize("text", ["sealed", "plain"])
def test_withdrawn_response_leaves_only_that_it_is_gone_P11(browser: Browser, services: Services, text: str) -> None:
    an_open_survey(services, text=text)
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


def test_form_sent_again_after_withdrawal_is_refused_without_a_receipt_P6(browser: Browser, services: Services) -> None:
    an_open_survey(services)
    withdraw(browser, receipt_in(browser.send_form()))
    before = stored_items(services)
    reply = browser.send_form()
    page = assert_page(reply, 410)
    assert (
        page.text_of("p") == "The answers sent with this form were withdrawn. Load the form again to send new answers."
    )
    assert not RECEIPT.search(page.html)
    # Whoever has the device may find the page that sent them in its history.
    assert page.all("dt") == []
    assert stored_items(services) == before


def test_form_sent_again_after_withdrawal_by_invitation_does_not_say_to_load_it_anew_P13(
    browser: Browser, services: Services
) -> None:
    an_open_survey(services, access="invitation")
    sent = {**FIELDS, "_invitation": list(invite(services, "a-survey", 1))}
    withdraw(browser, receipt_in(browser.send_form(sent)))
    said = assert_page(browser.send_form(sent), 410).text_of("p")
    assert said.endswith("were withdrawn. Your invitation was used for them and cannot be used again.")
    assert assert_page(browser.send_form(sent, token=browser.token(nonce=b"a" * 16)), 422)


@pytest.mark.parametrize("access", ["open", "invitation"])
def test_form_sent_again_after_withdrawal_and_closing_does_not_say_to_load_it_anew_P13(
    browser: Browser, services: Services, clock: FakeClock, access: str
) -> None:
    an_open_survey(services, access=access)
    sent = {**FIELDS, "_invitation": list(invite(services, "a-survey", 1))} if access == "invitation" else FIELDS
    withdraw(browser, receipt_in(browser.send_form(sent)))
    close_survey(services, "a-survey")
    clock.now += RECORD_LIFETIME
    said = assert_page(browser.send_form(sent), 410).text_of("p")
    assert said.endswith("were withdrawn. The survey is closed, so no others can be sent.")
    assert_page(browser.get("/s/a-survey"), 410)


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
    elsewhere = receipt_in(browser.send_form({"mood": ["4"]}, survey="b-survey"))
    before = stored_items(services, "b-survey")
    pages = set()
    for typed in (elsewhere, "0000 0000 0000 0000", "garbage", "'\"><b>&amp;", "🙂" * 16, " "):
        reply = browser.post("/s/a-survey/withdraw", "receipt=" + "".join(f"%{byte:02x}" for byte in typed.encode()))
        page = assert_page(reply, 404)
        assert page.fields["receipt"] == [typed]
        pages.add(page.html.replace(f'value="{escape(typed)}"', 'value=""'))
    missing = assert_page(browser.post("/s/a-survey/withdraw", ""), 404).html
    assert pages == {missing}
    assert stored_items(services, "b-survey") == before


def test_withdrawal_from_another_site_is_refused(browser: Browser, services: Services) -> None:
    an_open_survey(services)
    receipt = receipt_in(browser.send_form())
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert_page(browser.post("/s/a-survey/withdraw", f"receipt={receipt}", **headers), 403)
    (item,) = stored_items(services)
    assert "gone" not in item
