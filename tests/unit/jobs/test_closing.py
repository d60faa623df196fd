"""The scheduled function closes a survey after its last day, once, whatever comes between."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from chalicelib.errors import Conflict
from chalicelib.jobs import publish_releases, purge_expired
from chalicelib.jobs.publish import publish_survey
from chalicelib.questionnaire.survey import COUNTING_DELAY
from chalicelib.services import Services
from chalicelib.storage.database import Database
from operation.ending import close_survey
from operation.lifecycle import publish_definition
from tests.builders import FakeClock, a_definition, an_open_survey, identities, stored_items, stored_survey
from tests.fakes import Crashed, crash
from tests.unit.jobs.collecting import COUNTRY, Collection, every_call, run_disturbed

CLOSING = datetime(2026, 4, 1, tzinfo=UTC)
DATED = {"access": "invitation", "closes_on": "2026-03-31"}


@pytest.fixture
def dated(collection: Collection) -> Collection:
    """A survey whose last day is 31 March."""
    an_open_survey(collection.services, COUNTRY, **DATED)
    return collection


def put_off(services: Services) -> None:
    publish_definition(
        services, a_definition(COUNTRY, **DATED | {"closes_on": "2026-04-30"}), [public for public, _ in identities()]
    )


def test_survey_is_closed_as_of_the_end_of_its_last_day_not_of_the_run(dated: Collection, clock: FakeClock) -> None:
    clock.now = CLOSING
    clock.advance(seconds=-1)
    dated.run()
    assert stored_survey(dated.services).state == "open"
    clock.advance(minutes=14)
    dated.run()
    assert (stored_survey(dated.services).state, stored_survey(dated.services).closed_at) == ("closed", CLOSING)


def test_survey_that_closed_by_itself_is_published_after_the_hour_for_late_senders(
    dated: Collection, clock: FakeClock
) -> None:
    dated.answer(20)
    clock.now = CLOSING + COUNTING_DELAY / 2
    assert dated.run() is None
    dated.assert_ledger(pending=20, counted=0)
    clock.now = CLOSING + COUNTING_DELAY
    assert dated.run() == 1
    dated.assert_printed(1, 20)
    assert stored_survey(dated.services).finished


def test_survey_whose_runs_failed_for_days_is_closed_and_published_by_the_next(
    dated: Collection, clock: FakeClock
) -> None:
    dated.answer(20)
    clock.now = CLOSING
    clock.advance(days=5)
    assert dated.run() == 1
    assert stored_survey(dated.services).closed_at == CLOSING


def test_last_edition_ends_with_the_survey_and_not_a_run_earlier(collection: Collection, clock: FakeClock) -> None:
    an_open_survey(collection.services, COUNTRY, releases="monthly", **DATED)
    collection.answer(20)
    clock.now = CLOSING
    clock.advance(minutes=1)
    assert collection.run() is None, "late senders belong to the edition that ends with the survey"
    collection.answer(5)
    clock.now = CLOSING + COUNTING_DELAY
    assert collection.run() == 1
    collection.assert_printed(1, 25)
    assert stored_survey(collection.services).finished


@pytest.mark.parametrize("at", every_call(30))
def test_run_that_is_killed_while_it_closes_is_finished_by_the_next_P6(
    dated: Collection, database: Database, clock: FakeClock, at: int
) -> None:
    dated.answer(20)
    clock.now = CLOSING + COUNTING_DELAY
    with contextlib.suppress(Crashed):
        run_disturbed(dated.services, database, at, crash)
    dated.run()
    assert (stored_survey(dated.services).state, stored_survey(dated.services).closed_at) == ("closed", CLOSING)
    dated.assert_printed(1, 20)
    dated.assert_ledger(pending=0, counted=20)


@pytest.mark.parametrize("at", range(4))
@pytest.mark.parametrize("meanwhile", ["run", "put off", "close"])
def test_of_a_run_that_closes_and_whoever_writes_meanwhile_one_comes_first(
    dated: Collection, database: Database, clock: FakeClock, at: int, meanwhile: str
) -> None:
    """The operator's clock is some seconds behind: theirs is still the last day."""
    services, clock.now = dated.services, CLOSING
    operators = Services.on(database, FakeClock(CLOSING.replace(year=2026, month=3, day=31)))
    acts: dict[str, Callable[[], object]] = {
        "run": lambda: publish_survey(services, "a-survey"),
        "put off": lambda: put_off(operators),
        "close": lambda: close_survey(operators, "a-survey", before_its_day=True),
    }
    refused = []

    def act() -> None:
        try:
            acts[meanwhile]()
        except Exception as error:  # noqa: BLE001  # told apart below
            refused.append(type(error).__name__)

    with contextlib.suppress(Conflict):
        run_disturbed(services, database, at, act)
    found = stored_survey(services)
    came_first = not refused
    if meanwhile == "put off" and came_first:
        assert (found.state, found.settings.closes_on) == ("open", "2026-04-30")
    else:
        assert found.state == "closed"
        assert found.closed_at == (operators.clock() if meanwhile == "close" and came_first else CLOSING)
    assert set(refused) <= {"OperatorError", "Conflict"}


def test_retention_begins_by_itself_with_the_last_day_and_ends_with_a_purge_P11(
    dated: Collection, clock: FakeClock
) -> None:
    dated.answer(20)
    clock.now = CLOSING + COUNTING_DELAY
    publish_releases(dated.services)
    clock.now = CLOSING
    clock.advance(days=90, minutes=59)
    assert purge_expired(dated.services) == []
    clock.advance(minutes=1)
    assert purge_expired(dated.services) == ["a-survey"]
    assert stored_items(dated.services) == []
    assert stored_survey(dated.services).state == "purged"


def test_retention_ends_even_where_no_run_ever_closed_the_survey_P11(dated: Collection, clock: FakeClock) -> None:
    dated.answer(20)
    clock.now = CLOSING
    clock.advance(days=90, hours=1)
    assert stored_survey(dated.services).state == "open"
    assert purge_expired(dated.services) == ["a-survey"]
    assert stored_items(dated.services) == []
    assert stored_survey(dated.services).state == "purged"
