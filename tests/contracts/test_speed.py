"""Marks that the design sets: calls per submission, and CPU of our own."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.services import Services
from chalicelib.storage.database import Database
from tests.benchmarks.submission import cpu_times, events, warm_services
from tests.builders import Browser, an_open_survey
from tests.fakes import CountingClient


def test_warm_submission_is_one_write_and_no_read(browser: Browser, services: Services, database: Database) -> None:
    an_open_survey(services)
    services.survey("a-survey")
    token = browser.token_from_memory(b"first-nonce-0001")
    browser.send_form(token=token)
    counting = CountingClient(database.client)
    database.replace_client(counting)
    next_token = browser.token_from_memory(b"other-nonce-0002")
    assert browser.send_form(token=next_token).status_code == 200
    assert counting.calls == Counter(put_item=1)


def test_warm_json_submission_is_one_write_and_no_read(
    browser: Browser, services: Services, database: Database
) -> None:
    an_open_survey(services)
    browser.send_json()
    counting = CountingClient(database.client)
    database.replace_client(counting)
    assert browser.send_json().status_code == 201
    assert counting.calls == Counter(put_item=1)


@pytest.mark.parametrize("kind", ["form, closed questions", "form, with text", "JSON, with text"])
def test_submission_spends_at_most_half_a_millisecond_of_our_own(database: Database, kind: str) -> None:
    makers = events(warm_services(database))
    assert any(_takes_at_most(0.5, makers[kind]) for _ in range(40))


def _takes_at_most(milliseconds: float, make_event: Callable[[], dict[str, Any]]) -> bool:
    """Whether one in ten submissions stays within the mark: what slows the rest is not our code.

    A shared machine counts its neighbours' work as CPU time, for seconds on end; it is given a minute to calm down.
    """
    if cpu_times(make_event, repeats=60)[6] <= milliseconds:
        return True
    time.sleep(1)
    return False
