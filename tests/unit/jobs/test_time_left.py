"""A scheduled function stops in time, and the next goes on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from chalice.app import CloudWatchEvent

from app import app
from chalicelib.jobs import time_left
from chalicelib.jobs.publish import publish_releases
from chalicelib.responses.answers import Response
from chalicelib.services import Services
from chalicelib.storage.tallies import MAXIMUM_COUNTED_TOGETHER
from tests.builders import Browser, FakeClock, a_question, an_open_survey, close_and_wait, stored_items
from tests.unit.jobs.collecting import COUNTRY, answer, assert_ledger_holds, counts, every_call, latest


@dataclass
class FakeContext:
    """Lambda's context: so many milliseconds are left at each look."""

    milliseconds: list[int] = field(default_factory=list)

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds.pop(0)


def an_event(context: Any) -> CloudWatchEvent:
    document = dict.fromkeys(("version", "account", "region", "detail", "detail-type", "source", "time", "id"))
    return CloudWatchEvent(document | {"resources": []}, context)


def test_function_goes_on_while_a_step_fits_into_what_is_left() -> None:
    go_on = time_left(an_event(FakeContext([300_000, 20_001, 20_000, 1])))
    assert [go_on() for _ in range(4)] == [True, True, False, False]


@pytest.mark.parametrize("event", [None, object(), an_event(None), an_event(object())])
def test_function_without_a_limit_goes_on(event: Any) -> None:
    assert time_left(event)()


@pytest.mark.parametrize("function", ["publish_releases", "audit_ledger", "purge_expired"])
def test_each_scheduled_function_stops_when_its_own_time_is_over(
    browser: Browser, services: Services, clock: FakeClock, function: str, caplog: pytest.LogCaptureFixture
) -> None:
    an_open_survey(services, COUNTRY, policy="exact")
    answer(browser, 1)
    if function == "purge_expired":
        close_and_wait(services, clock)
        clock.advance(days=91)
    context = FakeContext([20_000])
    app.handler_map[function](browser.client.events.generate_cw_event("aws.events", "", {}, []), context)
    assert context.milliseconds == []
    assert services.surveys.latest_release("a-survey") is None
    assert len(stored_items(services)) == 1
    assert ("code=out_of_time" in caplog.text) == (function == "audit_ledger")


@dataclass
class Steps:
    """Time for so many steps."""

    left: int

    def __call__(self) -> bool:
        self.left -= 1
        return self.left >= 0


def counted(services: Services) -> int:
    return sum(part.tally.n for parts in services.tallies.ledger("a-survey").values() for part in parts)


def test_run_that_is_short_of_time_leaves_the_other_surveys_to_the_next(browser: Browser, services: Services) -> None:
    for survey in ("a-survey", "b-survey"):
        an_open_survey(services, COUNTRY, survey=survey, policy="exact")
        answer(browser, 1, survey=survey)
    assert publish_releases(services, Steps(0)) == []
    (first,) = publish_releases(services, Steps(3))
    assert first.released == 1
    assert {outcome.survey: outcome.released for outcome in publish_releases(services)} == {
        survey: None if survey == first.survey else 1 for survey in ("a-survey", "b-survey")
    }


def test_runs_that_are_short_of_time_within_a_survey_count_on_and_print_it_once_whole_P6(
    browser: Browser, services: Services
) -> None:
    an_open_survey(services, COUNTRY, policy="exact")
    answer(browser, 24, "se")
    seen = [0]
    while services.surveys.latest_release("a-survey") is None:
        publish_releases(services, Steps(3))
        assert seen[-1] < counted(services) <= 24 or counted(services) == 24
        seen.append(counted(services))
    assert len(seen) > 3
    assert counts(latest(services)) == {"se": 24, "no": 0, "other": 0, "no_answer": 0}
    assert_ledger_holds(services)


def test_shard_of_several_transactions_is_left_between_two_of_them(services: Services) -> None:
    an_open_survey(services, a_question("yes_no"), policy="exact")
    for number in range(MAXIMUM_COUNTED_TOGETHER + 10):
        services.responses.add(Response("a-survey", f"5{number:025}", 1, b"\1", mark=b"mark"))
    publish_releases(services, Steps(2))
    assert counted(services) == MAXIMUM_COUNTED_TOGETHER
    publish_releases(services)
    assert latest(services).responses == MAXIMUM_COUNTED_TOGETHER + 10


@pytest.mark.slow
@pytest.mark.parametrize("steps", every_call(20, fast=5)[1:])
def test_protected_batch_counted_in_part_is_neither_sealed_nor_printed_P7(
    browser: Browser, services: Services, clock: FakeClock, steps: int
) -> None:
    an_open_survey(services, COUNTRY, access="invitation")
    answer(browser, 24)
    close_and_wait(services, clock)
    publish_releases(services, Steps(steps))
    release = services.surveys.latest_release("a-survey")
    parts = services.tallies.parts("a-survey", 1)
    assert any(part.sealed for part in parts) == bool(release)
    assert release is None or counted(services) == 24
    publish_releases(services)
    assert (latest(services).number, latest(services).responses) == (1, 20)
    assert_ledger_holds(services)
