"""Editions of an open survey: one batch and at most one release each, whatever happens at their ends."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from chalicelib.disclosure.policy import OPEN_LINK
from chalicelib.disclosure.protect import printed_total
from chalicelib.questionnaire.survey import COUNTING_DELAY
from tests.builders import an_open_survey
from tests.fakes import crash
from tests.unit.jobs.collecting import (
    COUNTRY,
    Collection,
    assert_ledger_holds,
    assert_meet,
    counts,
    every_call,
    every_place,
    latest,
    places_of,
)

#: A whole run at the end of an edition makes fewer calls.
LENGTH = 56
CALLS = every_place(LENGTH, fast=21)
SOME_CALLS = every_call(LENGTH, fast=21)[::4]


@pytest.mark.parametrize("releases", ["monthly", "quarterly"])
def test_nothing_of_an_edition_is_counted_or_published_before_it_ends_P7(releases: str, collection: Collection) -> None:
    an_open_survey(collection.services, COUNTRY, access="invitation", releases=releases)
    collection.answer(40)
    collection.clock.now = datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC)
    assert collection.run() is None
    assert collection.counted == {}
    collection.clock.advance(seconds=1)
    assert collection.run() == 1
    assert collection.counted == {1: 40}


@pytest.mark.parametrize(
    ("releases", "next_end"),
    [("monthly", datetime(2026, 5, 1, tzinfo=UTC)), ("quarterly", datetime(2026, 7, 1, tzinfo=UTC))],
)
def test_next_edition_begins_at_once_under_the_same_link(
    releases: str, next_end: datetime, collection: Collection
) -> None:
    an_open_survey(collection.services, COUNTRY, access="invitation", releases=releases)
    collection.answer(20, "se")
    collection.let_the_month_end()
    assert collection.run() == 1
    record = collection.record
    assert (record.state, record.edition, record.edition_ends) == ("open", 2, next_end)
    collection.answer(25, "no")
    assert collection.run() is None
    collection.clock.now = next_end
    assert collection.run() == 2
    release = latest(collection.services)
    assert counts(release) == {"se": 20, "no": 25, "other": 0, "no_answer": 0}
    assert (release.responses, release.edition_responses) == (45, 25)
    collection.assert_ledger(pending=0, counted=45)


def test_edition_of_fewer_than_twenty_waits_uncounted_so_that_who_withdraws_is_left_out_P7(monthly: Collection) -> None:
    receipts = monthly.answer(19)
    monthly.let_the_month_end()
    assert monthly.run() is None
    assert (monthly.counted, monthly.record.edition) == ({}, 1)
    monthly.withdraw(receipts[:4])
    monthly.answer(10, "no")
    assert monthly.run() is None, "the second month is not over"
    monthly.let_the_month_end()
    assert monthly.run() == 1
    assert counts(latest(monthly.services)) == {"se": 15, "no": 10, "other": 0, "no_answer": 0}


def test_batch_that_shrank_under_twenty_while_it_was_counted_stays_open_and_grows_P7(monthly: Collection) -> None:
    receipts = monthly.answer(25)
    monthly.let_the_month_end()
    monthly.run_disturbed(12, lambda: monthly.withdraw(receipts[:10]))
    assert monthly.release is None
    assert monthly.counted == {1: 15}
    monthly.answer(5, "no")
    monthly.let_the_month_end()
    assert monthly.run() == 1
    assert counts(latest(monthly.services)) == {"se": 15, "no": 5, "other": 0, "no_answer": 0}
    assert_ledger_holds(monthly.services)


@pytest.mark.parametrize("at", SOME_CALLS)
def test_ten_who_withdraw_between_any_two_calls_leave_no_small_batch_printed_P7(monthly: Collection, at: int) -> None:
    receipts = monthly.answer(25)
    monthly.let_the_month_end()
    monthly.run_disturbed(at, lambda: monthly.withdraw(receipts[:10]))
    batch, release = monthly.counted.get(1, 0), monthly.release
    assert (release.responses if release else 0) == (batch - batch % 5 if batch >= 20 else 0)
    assert_ledger_holds(monthly.services)


def test_survey_closed_in_the_middle_of_an_edition_is_counted_after_the_hour(monthly: Collection) -> None:
    monthly.answer(20)
    monthly.let_the_month_end()
    assert monthly.run() == 1
    monthly.answer(22, "no")
    monthly.clock.advance(days=3)
    monthly.close()
    monthly.clock.now += COUNTING_DELAY / 2
    assert monthly.run() is None
    monthly.clock.now += COUNTING_DELAY / 2
    assert monthly.run() == 2
    assert monthly.record.finished
    monthly.assert_printed(number=2, responses=40)
    monthly.assert_ledger(pending=0, counted=42)


def test_last_edition_of_fewer_than_twenty_is_never_published_P7(monthly: Collection) -> None:
    monthly.answer(20)
    monthly.let_the_month_end()
    assert monthly.run() == 1
    monthly.answer(19)
    monthly.close()
    for _ in range(3):
        monthly.let_the_month_end()
        assert monthly.run() is None
    monthly.assert_printed(number=1, responses=20)
    monthly.assert_ledger(pending=0, counted=39)
    assert monthly.record.finished


def test_survey_closed_between_the_end_of_an_edition_and_its_run_is_one_batch(monthly: Collection) -> None:
    monthly.answer(20)
    monthly.let_the_month_end()
    monthly.close()
    assert monthly.run() is None, "late senders have an hour"
    monthly.clock.now += COUNTING_DELAY
    assert monthly.run() == 1
    assert monthly.record.finished


def test_calls_that_are_disturbed_meet_every_place_of_a_run(monthly: Collection) -> None:
    monthly.answer(20)
    monthly.let_the_month_end()
    assert_meet(CALLS, places_of(monthly.database, monthly.run))


@pytest.mark.parametrize("at", CALLS)
def test_run_killed_at_the_end_of_an_edition_is_finished_by_the_next_one_P6(monthly: Collection, at: int) -> None:
    monthly.answer(20)
    monthly.let_the_month_end()
    monthly.run_disturbed(at, crash)
    monthly.answer(1, "no")
    monthly.clock.advance(days=1)
    monthly.run()
    monthly.assert_printed(number=1, responses=20)
    assert (monthly.record.edition, monthly.record.edition_ends) == (2, datetime(2026, 5, 1, tzinfo=UTC))
    in_first = monthly.counted.get(1, 0)
    assert in_first in (20, 21)
    monthly.assert_ledger(pending=21 - in_first, counted=in_first)


@pytest.mark.slow
@pytest.mark.parametrize("at", CALLS)
def test_second_run_at_the_end_of_an_edition_prints_it_once_P6(monthly: Collection, at: int) -> None:
    monthly.answer(20)
    monthly.let_the_month_end()

    def run_meanwhile() -> None:
        monthly.run()
        monthly.answer(3, "no")

    monthly.run_disturbed(at, run_meanwhile)
    assert monthly.run() is None
    monthly.assert_printed(number=1, responses=20)
    monthly.assert_ledger(pending=3, counted=20)


@pytest.mark.parametrize("at", SOME_CALLS)
def test_survey_closed_between_any_two_calls_loses_nobody_P6(monthly: Collection, at: int) -> None:
    monthly.answer(20)
    monthly.let_the_month_end()
    monthly.run_disturbed(at, monthly.close)
    monthly.clock.now += COUNTING_DELAY
    while monthly.run():
        pass
    monthly.assert_printed(number=1, responses=20)
    monthly.assert_ledger(pending=0, counted=20)
    assert monthly.record.finished


@pytest.mark.parametrize("at", SOME_CALLS)
def test_run_that_another_overtook_by_putting_the_end_of_the_edition_off_seals_nothing_P6(
    monthly: Collection, at: int
) -> None:
    monthly.answer(20)
    monthly.let_the_month_end()

    def put_off() -> None:
        found = monthly.record
        monthly.services.surveys.save(found.model_copy(update={"edition_ends": datetime(2026, 5, 1, tzinfo=UTC)}))

    monthly.run_disturbed(at, put_off)
    parts = monthly.services.tallies.parts("a-survey", 1)
    assert any(part.sealed for part in parts) == bool(monthly.release)


@pytest.mark.parametrize("is_printed", [True, False])
def test_on_an_open_link_noise_decides_whether_49_are_enough_so_that_49_fakes_learn_nothing_P7(
    is_printed: bool, collection: Collection
) -> None:
    keys = (bytes([number]) * 32 for number in range(256))
    key = next(key for key in keys if (printed_total(49, OPEN_LINK, key, 1) >= OPEN_LINK.threshold) == is_printed)
    collection.services.tallies.add_rounding_key("a-survey", key)
    an_open_survey(collection.services, COUNTRY, releases="monthly")
    collection.answer(49)
    collection.let_the_month_end()
    assert collection.run() == (1 if is_printed else None)
    assert collection.counted == ({1: 49} if is_printed else {})
