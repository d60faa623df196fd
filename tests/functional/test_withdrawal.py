"""Withdrawing says what it does, and says that it is done however often the store had to be asked (P11)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from botocore.exceptions import ClientError

from chalicelib.jobs import publish_releases, purge_expired
from chalicelib.services import Services
from chalicelib.storage.database import Database
from chalicelib.web.http import NOT_KEPT
from tests.builders import Browser, FakeClock, a_question, an_open_survey, close_and_wait, stored_items
from tests.fakes import RepeatingClient, StandIn
from tests.functional.shapes import assert_page

DONE = "Your answers are withdrawn and deleted."
COUNTED = "They had been counted already. What is published of that count, now or later, still includes them"
UNCOUNTED = "They had not been counted. They are in no table, and never will be."
UNKNOWN = "If they had been counted already, what is published of that count stays as it is."
UNPUBLISHED = "They are in no table, and never will be."
PROMISE = (
    "You get a receipt. With it you can withdraw your answers: they are deleted at once. What was already counted stays"
    " counted."
)
BEFORE = "Your answers were already withdrawn and deleted."
NONE = "There are no answers to withdraw with this receipt."


@pytest.fixture
def receipt(browser: Browser, services: Services) -> str:
    an_open_survey(services, a_question("scale"), policy="exact")
    found: str = browser.send_json({"mood": 3}).json_body["receipt"]
    return found


def withdrawn(browser: Browser, receipt: str, status: int = 200) -> str:
    """What the page says."""
    page = assert_page(browser.post("/s/a-survey/withdraw", f"receipt={receipt}"), status)
    return " ".join(page.html.split())


@dataclass
class LostReplies(RepeatingClient):
    """The first withdrawal is done or not, its reply is lost, and a second one is sent."""

    is_done: bool = True

    def call(self, operation: str, /, **parameters: Any) -> Any:
        if self.is_done and is_withdrawal(operation, parameters):
            StandIn.call(self, operation, **parameters)
        return super().call(operation, **parameters)


@dataclass
class Unsaid(StandIn):
    """The store fails as soon as it is only asked something."""

    def call(self, operation: str, /, **parameters: Any) -> Any:
        if operation == "update_item" and not is_withdrawal(operation, parameters):
            raise ClientError({"Error": {"Code": "InternalServerError"}}, operation)
        return super().call(operation, **parameters)


def is_withdrawal(operation: str, parameters: dict[str, Any]) -> bool:
    return operation == "update_item" and "REMOVE" in parameters["UpdateExpression"]


def test_page_and_promise_say_that_what_was_counted_stays_P13(
    browser: Browser, services: Services, receipt: str
) -> None:
    form = " ".join(assert_page(browser.get("/s/a-survey"), NOT_KEPT).html.split())
    assert PROMISE in form
    publish_releases(services)
    said = withdrawn(browser, receipt)
    assert DONE in said
    assert COUNTED in said
    browser.send_json({"mood": 4})
    publish_releases(services)
    latest = services.surveys.latest_release("a-survey")
    assert latest is not None
    assert (latest.number, latest.responses) == (2, 2), "as the page said, the withdrawn one is in later totals"


def test_withdrawal_before_the_count_says_that_no_table_holds_it_P11(browser: Browser, receipt: str) -> None:
    # As somebody may have written it down.
    said = withdrawn(browser, receipt.lower().replace("0", "o").replace("1", "l").replace(" ", "%C2%A0"))
    assert DONE in said
    assert UNCOUNTED in said
    assert COUNTED not in said


def test_withdrawal_from_a_survey_that_is_never_published_speaks_of_no_table_that_counts_it_P13(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    an_open_survey(services, a_question("scale"))
    receipt = browser.send_json({"mood": 3}).json_body["receipt"]
    close_and_wait(services, clock)
    publish_releases(services)
    (item,) = stored_items(services)
    assert "batch" in item
    said = withdrawn(browser, receipt)
    assert DONE in said
    assert UNPUBLISHED in said
    assert "counted" not in said


def test_withdrawal_that_is_counted_and_not_yet_published_says_that_it_counts_in_what_may_be_P13(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    """Of a protected survey, where it is not known yet whether they are enough."""
    an_open_survey(services, a_question("scale"))
    receipt = browser.send_json({"mood": 3}).json_body["receipt"]
    close_and_wait(services, clock)
    time_left = iter([True, True, False])
    publish_releases(services, lambda: next(time_left))
    (item,) = stored_items(services)
    assert "batch" in item
    assert COUNTED in withdrawn(browser, receipt)


def test_withdrawal_stands_where_nobody_can_say_whether_it_was_counted_P11(
    browser: Browser, services: Services, database: Database, receipt: str
) -> None:
    database.replace_client(Unsaid(database.client))
    said = withdrawn(browser, receipt)
    assert DONE in said
    assert UNKNOWN in said
    (item,) = stored_items(services)
    assert item.keys() == {"part", "rid", "gone"}


@pytest.mark.parametrize("is_done", [True, False])
def test_withdrawal_whose_first_reply_was_lost_says_that_it_is_done_P11(
    browser: Browser, services: Services, database: Database, receipt: str, is_done: bool
) -> None:
    database.replace_client(LostReplies(database.client, is_done=is_done))
    assert DONE in withdrawn(browser, receipt)
    (item,) = stored_items(services)
    assert item.keys() == {"part", "rid", "gone"}


@pytest.mark.parametrize("retries", [None, 0])
def test_withdrawal_that_was_done_before_says_so_however_often_it_is_sent_P11(
    browser: Browser, services: Services, database: Database, receipt: str, retries: int | None
) -> None:
    withdrawn(browser, receipt)
    database.replace_client(LostReplies(database.client, is_done=False, retries=retries))
    for _ in range(2):
        said = withdrawn(browser, receipt)
        assert BEFORE in said
        assert UNCOUNTED in said
        assert DONE not in said
    (item,) = stored_items(services)
    assert item.keys() == {"part", "rid", "gone"}


def test_withdrawal_that_was_done_before_says_what_is_still_counted_P13(
    browser: Browser, services: Services, receipt: str
) -> None:
    publish_releases(services)
    withdrawn(browser, receipt)
    said = withdrawn(browser, receipt)
    assert BEFORE in said
    assert COUNTED in said


def test_once_the_records_are_purged_any_receipt_gets_the_answer_that_all_are_deleted_P11(
    browser: Browser, services: Services, clock: FakeClock
) -> None:
    an_open_survey(services, a_question("scale"), retention_days=1)
    receipts = [browser.send_json({"mood": 3}).json_body["receipt"] for _ in range(2)]
    withdrawn(browser, receipts[0])
    close_and_wait(services, clock)
    publish_releases(services)
    clock.advance(days=2)
    assert purge_expired(services) == ["a-survey"]
    said = {withdrawn(browser, typed) for typed in (*receipts, "0000 0000 0000 0000", "no receipt", "")}
    assert len(said) == 1
    assert "All answers to this survey are deleted" in said.pop()
    assert_page(browser.get("/s/a-survey/withdraw"), 200)


def test_wrong_receipt_is_not_called_done_because_the_store_was_asked_twice(
    browser: Browser, services: Services, database: Database, receipt: str
) -> None:
    database.replace_client(LostReplies(database.client, is_done=False))
    assert NONE in withdrawn(browser, "0000 0000 0000 0000", 404)
    (item,) = stored_items(services)
    assert "answers" in item


def test_thank_you_page_brings_the_receipt_along_and_it_withdraws_only_when_confirmed_P11(
    browser: Browser, services: Services
) -> None:
    an_open_survey(services, a_question("scale"))
    thanks = assert_page(browser.send_form({"mood": ["3"]}), 200)
    (form,) = thanks.all("form")
    assert "?" not in form["action"] or "receipt" not in form["action"]
    asked = browser.post("/s/a-survey/withdraw", urlencode(thanks.fields | {"_ask": ["1"]}, doseq=True))
    page = assert_page(asked, 200)
    assert len(stored_items(services)) == 1
    assert page.fields["receipt"] == thanks.fields["receipt"]
    done = browser.post("/s/a-survey/withdraw", urlencode(page.fields, doseq=True))
    assert assert_page(done, 200).text_of("title") == DONE
