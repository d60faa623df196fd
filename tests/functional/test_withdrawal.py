"""Withdrawing says what it does, and says that it is done however often the store had to be asked (P11)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.jobs import publish_releases
from chalicelib.services import Services
from chalicelib.storage.database import Database
from tests.builders import Browser, a_question, an_open_survey, stored_items
from tests.functional.shapes import assert_page

DONE = "Your answers are withdrawn and deleted. What was already counted stays in the tables and in later totals."
PROMISE = (
    "You get a receipt. With it you can withdraw your answers: they are deleted at once. What was already counted stays"
    " in the tables."
)
NONE = "There are no answers to withdraw under this receipt."


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
class LostReplies:
    """As botocore does it: the first ``update_item`` is done or not, its reply is lost, and a second one is sent."""

    client: Any
    is_done: bool = True
    retries: int | None = 1

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**parameters: Any) -> Any:
            real = getattr(self.client, operation)
            if operation != "update_item" or "REMOVE" not in parameters["UpdateExpression"]:
                return real(**parameters)
            if self.is_done:
                real(**parameters)
            try:
                return real(**parameters)
            except ClientError as error:
                metadata = error.response["ResponseMetadata"]
                metadata.pop("RetryAttempts", None)
                if self.retries is not None:
                    metadata["RetryAttempts"] = self.retries
                raise

        return call


def test_page_and_promise_say_that_what_was_counted_stays_P13(
    browser: Browser, services: Services, receipt: str
) -> None:
    form = " ".join(assert_page(browser.get("/s/a-survey"), 200).html.split())
    assert PROMISE in form
    publish_releases(services)
    assert DONE in withdrawn(browser, receipt)
    browser.send_json({"mood": 4})
    publish_releases(services)
    latest = services.surveys.latest_release("a-survey")
    assert latest is not None
    assert (latest.number, latest.responses) == (2, 2), "as the page said, the withdrawn one is in later totals"


@pytest.mark.parametrize("is_done", [True, False])
def test_withdrawal_whose_first_reply_was_lost_says_that_it_is_done_P11(
    browser: Browser, services: Services, database: Database, receipt: str, is_done: bool
) -> None:
    database.replace_client(LostReplies(database.client, is_done))
    assert DONE in withdrawn(browser, receipt)
    (item,) = stored_items(services)
    assert item.keys() == {"part", "rid", "gone"}


@pytest.mark.parametrize("retries", [None, 0])
def test_withdrawal_that_was_done_before_is_not_there_to_withdraw(
    browser: Browser, services: Services, database: Database, receipt: str, retries: int | None
) -> None:
    withdrawn(browser, receipt)
    database.replace_client(LostReplies(database.client, is_done=False, retries=retries))
    assert NONE in withdrawn(browser, receipt, 404)


def test_wrong_receipt_is_not_called_done_because_the_store_was_asked_twice(
    browser: Browser, services: Services, database: Database, receipt: str
) -> None:
    database.replace_client(LostReplies(database.client, is_done=False))
    assert NONE in withdrawn(browser, "0000 0000 0000 0000", 404)
    (item,) = stored_items(services)
    assert "answers" in item
