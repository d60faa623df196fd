"""A closing is taken back within the hour for late senders, whatever runs meanwhile: the ledger stays whole (P6)."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.errors import Conflict
from chalicelib.jobs import purge_expired
from chalicelib.jobs.publish import publish_survey
from chalicelib.questionnaire.survey import COUNTING_DELAY, LATE_SENDERS
from chalicelib.services import Services
from chalicelib.storage.database import Database
from operation.ending import close_survey, reopen_survey
from operation.errors import OperatorError
from operation.lifecycle import publish_definition, start_test
from tests.builders import NOON, FakeClock, a_definition, an_open_survey, identities
from tests.unit.jobs.collecting import COUNTRY, Collection, disturbed, every_call

SECOND = timedelta(seconds=1)
DATED = {"access": "invitation", "closes_on": "2026-03-31"}
CLOSING = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
def invited(collection: Collection) -> Collection:
    an_open_survey(collection.services, COUNTRY, access="invitation")
    return collection


def reopen(collection: Collection) -> None:
    reopen_survey(collection.services, "a-survey")


def test_reopened_survey_goes_on_as_if_it_had_not_closed(invited: Collection, clock: FakeClock) -> None:
    before = invited.record
    invited.close()
    clock.now = NOON + LATE_SENDERS - SECOND
    reopen(invited)
    assert invited.record == before.model_copy(update={"revision": before.revision + 2})


def test_answers_from_before_in_between_and_after_are_one_batch_P6(invited: Collection, clock: FakeClock) -> None:
    invited.answer(12)
    invited.close()
    invited.answer(3)  # late senders
    clock.advance(minutes=59)
    reopen(invited)
    invited.answer(5)
    clock.now = NOON + COUNTING_DELAY
    assert invited.run() is None, "the first closing is forgotten"
    invited.assert_ledger(pending=20, counted=0)
    invited.close()
    clock.now += COUNTING_DELAY
    assert invited.run() == 1
    invited.assert_printed(1, 20)
    invited.assert_ledger(pending=0, counted=20)


def test_once_the_hour_is_over_the_closing_stands(invited: Collection, clock: FakeClock) -> None:
    invited.close()
    clock.now = NOON + LATE_SENDERS
    with pytest.raises(OperatorError, match="stays closed: that could be taken back for an hour"):
        reopen(invited)
    assert invited.record.closed_at == NOON


@pytest.mark.parametrize("is_written", [True, False])
def test_survey_that_closed_as_respondents_were_told_stays_closed_P13(
    collection: Collection, clock: FakeClock, is_written: bool
) -> None:
    an_open_survey(collection.services, COUNTRY, **DATED)
    clock.now = CLOSING + 10 * SECOND
    if is_written:
        collection.run()
    with pytest.raises(OperatorError, match="2026-03-31 is over, and respondents were told that day"):
        reopen(collection)
    assert collection.record.may_reopen_until is None
    assert collection.record.closed_at == CLOSING


def test_survey_closed_before_its_day_reopens_until_that_day_is_over_P13(
    collection: Collection, clock: FakeClock
) -> None:
    services = collection.services
    an_open_survey(services, COUNTRY, **DATED)
    clock.now = CLOSING - timedelta(minutes=30)
    assert close_survey(services, "a-survey", before_its_day=True).may_reopen_until == CLOSING
    clock.now = CLOSING - SECOND
    reopen(collection)
    close_survey(services, "a-survey", before_its_day=True)
    clock.now = CLOSING
    with pytest.raises(OperatorError, match="2026-03-31 is over"):
        reopen(collection)


@pytest.mark.parametrize(
    ("state", "standing"), [("draft", "a draft"), ("test", "under test"), ("open", "open"), ("purged", "purged")]
)
def test_only_a_survey_that_was_closed_is_reopened(
    collection: Collection, clock: FakeClock, state: str, standing: str
) -> None:
    services = collection.services
    definition = a_definition(COUNTRY, access="invitation", retention_days=1)
    if state in ("draft", "test"):
        publish_definition(services, definition, [public for public, _ in identities()])
        if state == "test":
            start_test(services, "a-survey")
    else:
        an_open_survey(services, COUNTRY, access="invitation", retention_days=1)
    if state == "purged":
        collection.close()
        clock.advance(days=2)
        purge_expired(services)
    with pytest.raises(OperatorError, match=f"is {standing}. Only a survey that was just closed"):
        reopen(collection)


def test_edition_that_would_have_ended_meanwhile_has_ended(monthly: Collection, clock: FakeClock) -> None:
    monthly.answer(20)
    clock.now = CLOSING - timedelta(minutes=10)
    monthly.close()
    clock.now = CLOSING + timedelta(minutes=20)
    assert monthly.run() is None
    reopen(monthly)
    assert monthly.run() == 1
    monthly.assert_printed(1, 20)
    assert (monthly.record.state, monthly.record.edition) == ("open", 2)
    assert monthly.record.edition_ends == datetime(2026, 5, 1, tzinfo=UTC)


def test_retention_begins_with_the_later_closing_P11(invited: Collection, clock: FakeClock) -> None:
    invited.close()
    clock.advance(minutes=50)
    reopen(invited)
    clock.advance(days=400)
    assert purge_expired(invited.services) == []
    invited.close()
    clock.advance(days=90, minutes=59)
    assert purge_expired(invited.services) == []
    clock.advance(minutes=1)
    assert purge_expired(invited.services) == ["a-survey"]


def test_closing_and_reopening_releases_nothing_of_too_few_P7(invited: Collection, clock: FakeClock) -> None:
    invited.answer(19)
    for _ in range(10):
        invited.close()
        clock.now += LATE_SENDERS - SECOND
        assert invited.run() is None
        reopen(invited)
        assert invited.run() is None
    invited.assert_ledger(pending=19, counted=0)
    invited.close()
    clock.now += COUNTING_DELAY
    assert invited.run() is None
    assert (invited.release, invited.record.finished) == (None, True)


def test_of_two_operators_who_close_at_once_one_is_told_that_the_record_changed(
    invited: Collection, database: Database
) -> None:
    operators = Services.on(database, FakeClock(NOON + SECOND))
    with pytest.raises(Conflict):
        disturbed(database, 1, invited.close, lambda: close_survey(operators, "a-survey"))
    assert invited.record.closed_at == NOON


def test_two_operators_who_reopen_at_once_come_to_the_same(invited: Collection, database: Database) -> None:
    invited.close()
    disturbed(database, 1, lambda: reopen(invited), lambda: reopen(invited))
    assert invited.record.state == "open"
    with pytest.raises(OperatorError, match="is open"):
        reopen(invited)


def test_who_reopens_while_another_closes_anew_is_told_that_the_record_changed(
    invited: Collection, database: Database, clock: FakeClock
) -> None:
    invited.close()

    def the_other() -> None:
        reopen(invited)
        clock.advance(minutes=1)
        invited.close()

    with pytest.raises(Conflict):
        disturbed(database, 1, the_other, lambda: reopen(invited))
    assert invited.record.closed_at == NOON + timedelta(minutes=1)


@pytest.mark.parametrize("answers", [20, 7])
@pytest.mark.parametrize("at", every_call(60, fast=7))
def test_computer_that_slept_between_looking_and_reopening_leaves_the_ledger_whole_P6(
    invited: Collection, clock: FakeClock, at: int, answers: int
) -> None:
    """Its reopening is written while a run counts: either comes first, and no answer is left out of both batches."""
    invited.answer(answers)
    invited.close()
    looked_at = invited.record
    clock.now = NOON + COUNTING_DELAY

    def reopen_late() -> None:
        with contextlib.suppress(Conflict):
            invited.services.surveys.save(looked_at.reopened())

    invited.run_disturbed(at, reopen_late)
    if invited.record.state == "open":
        assert not any(part.sealed for part in invited.services.tallies.parts("a-survey", 1))
        invited.answer(20)
        invited.close()
        answers += 20
    clock.now += COUNTING_DELAY
    while publish_survey(invited.services, "a-survey").released:
        continue
    invited.assert_ledger(pending=0, counted=answers)
    assert invited.record.finished
    assert invited.record.releases == (answers >= 20)
