"""The turn of an edition: other questions begin with the next one, and no batch has answers to both (P6, P7)."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.errors import Conflict
from chalicelib.jobs import purge_expired
from chalicelib.jobs.audit import audit_survey
from chalicelib.questionnaire.survey import COUNTING_DELAY, SETTLING
from operation.lifecycle import publish_definition
from tests.builders import a_definition, a_question, options, text
from tests.fakes import crash
from tests.unit.jobs.collecting import (
    COUNTRY,
    Collection,
    assert_meet,
    counts,
    disturbed,
    every_call,
    every_place,
    latest,
    places_of,
)

#: A run at the end of an edition makes fewer calls, and one that ends the turn.
LENGTH, ENDING = 42, 50
CALLS = every_place(LENGTH, fast=29)
CALLS_OF_ENDING = every_place(ENDING, fast=29, repeated=(*range(3, 8), *range(14, 29), *range(34, 40)))

SHORTER = a_question("single_choice", options=options("se", "no"))
MET = a_question("consent")
REWORDED = a_question("single_choice", label=text("About single choice?"))


def publish(collection: Collection, *questions: dict[str, Any]) -> None:
    definition = a_definition(*questions, access="invitation", releases="monthly")
    publish_definition(collection.services, definition, collection.record.settings.recipients)


def ask_else(collection: Collection) -> None:
    """An option is gone from now on, and a question is new."""
    publish(collection, SHORTER, a_question("yes_no"))


def settle(collection: Collection) -> None:
    collection.clock.now += SETTLING


def versions_by_batch(collection: Collection) -> dict[int | None, set[int | None]]:
    """The versions that the responses of each batch answer; under None, those that wait."""
    found: dict[int | None, set[int | None]] = defaultdict(set)
    for record in collection.services.responses.ledger("a-survey"):
        found[record.batch].add(record.version)
    return dict(found)


def turned(collection: Collection) -> None:
    """Twenty answered, the month is over, and other questions are asked from now on."""
    collection.answer(20)
    ask_else(collection)
    collection.let_the_month_end()
    assert collection.run() is None


def test_other_questions_wait_for_the_next_edition_and_what_came_before_is_printed_with_its_own_tables_P6_P7(
    monthly: Collection,
) -> None:
    monthly.answer(18)
    ask_else(monthly)
    assert (monthly.record.version, monthly.record.next_version) == (1, 2)
    assert not monthly.record.has_published(2), "nobody meets what waits"
    monthly.answer(2)
    assert monthly.run() is None
    monthly.let_the_month_end()

    assert monthly.run() is None
    record = monthly.record
    assert (record.version, record.edition, record.takes(1), record.takes(2)) == (2, 1, False, True)
    monthly.answer(5, "no", version=1)  # by a process that has not heard of it yet
    monthly.answer(20, "no")
    assert monthly.run() is None, "others may still be on their way"
    settle(monthly)
    assert monthly.run() == 1
    assert counts(latest(monthly.services)) == {"se": 20, "no": 5, "other": 0, "no_answer": 0}
    assert [table.id for table in latest(monthly.services).tables] == ["country"]
    monthly.assert_ledger(pending=20, counted=25)

    assert monthly.run() is None
    assert monthly.record.edition_ends == datetime(2026, 5, 1, tzinfo=UTC)
    monthly.let_the_month_end()
    assert monthly.run() == 2
    assert {table.id for table in latest(monthly.services).tables} >= {"country", "police_met"}
    assert latest(monthly.services).edition_responses == 20
    assert versions_by_batch(monthly) == {1: {1}, 2: {2}}
    monthly.assert_ledger(pending=0, counted=45)


def test_edition_of_too_few_goes_on_and_so_the_version_goes_on_waiting_P7(monthly: Collection) -> None:
    monthly.answer(19)
    ask_else(monthly)
    monthly.let_the_month_end()
    assert monthly.run() is None
    assert (monthly.record.version, monthly.record.next_version, monthly.counted) == (1, 2, {})
    monthly.answer(1)
    monthly.let_the_month_end()
    assert monthly.run() is None
    assert monthly.record.version == 2
    settle(monthly)
    assert monthly.run() == 1


def test_words_change_within_an_edition_and_are_counted_together_P6(monthly: Collection) -> None:
    monthly.answer(10)
    publish(monthly, REWORDED)
    assert (monthly.record.version, monthly.record.next_version) == (2, None)
    monthly.answer(10)
    monthly.let_the_month_end()
    assert monthly.run() == 1
    assert versions_by_batch(monthly) == {1: {1, 2}}


def test_words_that_change_during_the_turn_count_for_the_next_edition_P6(monthly: Collection) -> None:
    turned(monthly)
    publish(monthly, SHORTER, a_question("yes_no", hint=text("In the last year.")))
    monthly.answer(20, "no")
    settle(monthly)
    assert monthly.run() == 1
    monthly.let_the_month_end()
    assert monthly.run() == 2
    assert versions_by_batch(monthly) == {1: {1}, 2: {3}}


def test_what_is_published_during_the_turn_waits_for_the_edition_after_the_next_P6(monthly: Collection) -> None:
    turned(monthly)
    publish(monthly, SHORTER, MET)
    assert (monthly.record.version, monthly.record.next_version) == (2, 3)
    settle(monthly)
    assert monthly.run() == 1
    assert (monthly.record.version, monthly.record.next_version) == (2, 3)


def test_second_turn_does_not_count_what_the_first_left_behind(monthly: Collection) -> None:
    turned(monthly)
    settle(monthly)
    assert monthly.run() == 1
    monthly.answer(1, version=1)  # by a process that was frozen for minutes
    assert audit_survey(monthly.services, monthly.record).strays == 1
    monthly.answer(20, "no")
    publish(monthly, COUNTRY)
    monthly.let_the_month_end()
    assert monthly.run() is None
    settle(monthly)
    assert monthly.run() == 2
    assert versions_by_batch(monthly) == {1: {1}, 2: {2}, None: {1}}


def test_closing_takes_back_what_waits(monthly: Collection) -> None:
    monthly.answer(20)
    ask_else(monthly)
    monthly.close()
    monthly.clock.now += COUNTING_DELAY
    assert monthly.run() == 1
    record = monthly.record
    assert (record.finished, record.version, record.next_version, record.published) == (True, 1, None, (1,))
    monthly.clock.advance(days=record.settings.retention_days)
    assert purge_expired(monthly.services) == ["a-survey"]


@pytest.mark.parametrize("later", [0, 19, 20])
def test_survey_closed_during_the_turn_counts_both_apart_and_prints_what_is_enough_P6_P7(
    monthly: Collection, later: int
) -> None:
    turned(monthly)
    monthly.answer(3, version=1)
    monthly.answer(later, "no")
    monthly.close()
    assert monthly.run() is None
    monthly.clock.now += COUNTING_DELAY
    assert monthly.run() == 1
    assert counts(latest(monthly.services))["se"] >= 20
    assert monthly.run() == (2 if later == 20 else None)
    assert monthly.record.finished
    assert versions_by_batch(monthly) == ({1: {1}, 2: {2}} if later else {1: {1}})
    monthly.assert_ledger(pending=0, counted=23 + later)


def test_who_withdraws_during_the_turn_is_left_out_or_stays_counted_P11(monthly: Collection) -> None:
    (counted, *_) = monthly.answer(20)
    ask_else(monthly)
    monthly.let_the_month_end()
    monthly.run()
    waiting = monthly.answer(2, version=1)
    monthly.withdraw([counted, waiting[0]])
    settle(monthly)
    assert monthly.run() == 1
    assert monthly.counted == {1: 21}
    monthly.assert_ledger(pending=0, counted=20)


# --- whatever comes between ------------------------------------------------------------------------------------------


def finish(monthly: Collection) -> None:
    """Runs follow each other until what was asked first is printed."""
    for _ in range(4):
        if monthly.run():
            return
        monthly.clock.advance(hours=1)


def assert_each_batch_is_of_one_version(monthly: Collection, responses: int) -> None:
    assert all(len(versions) == 1 for versions in versions_by_batch(monthly).values())
    audit = audit_survey(monthly.services, monthly.record)
    assert (audit.adds_up, audit.pending + audit.counted) == (True, responses)


def month_of(monthly: Collection) -> None:
    monthly.answer(20)
    ask_else(monthly)
    monthly.let_the_month_end()


def about_to_end(monthly: Collection) -> None:
    """The turn began, and some answered the earlier questions after that, others the new ones."""
    turned(monthly)
    monthly.answer(5, version=1)
    monthly.answer(2, "no")
    settle(monthly)


def test_calls_that_are_disturbed_meet_every_place_of_a_run(monthly: Collection) -> None:
    month_of(monthly)
    assert_meet(CALLS, places_of(monthly.database, monthly.run))


def test_calls_that_are_disturbed_meet_every_place_of_a_run_that_ends_the_turn(monthly: Collection) -> None:
    about_to_end(monthly)
    assert_meet(CALLS_OF_ENDING, places_of(monthly.database, monthly.run))


@pytest.mark.parametrize("at", CALLS)
def test_run_killed_as_the_turn_begins_is_finished_by_the_next_ones_P6(monthly: Collection, at: int) -> None:
    month_of(monthly)
    monthly.run_disturbed(at, crash)
    monthly.run()
    monthly.answer(2, "no")
    assert monthly.record.version == 2
    finish(monthly)
    monthly.assert_printed(number=1, responses=20)
    assert_each_batch_is_of_one_version(monthly, 22)


@pytest.mark.parametrize("at", CALLS_OF_ENDING)
def test_run_killed_as_the_turn_ends_is_finished_by_the_next_one_P6(monthly: Collection, at: int) -> None:
    about_to_end(monthly)
    monthly.run_disturbed(at, crash)
    monthly.run()
    monthly.assert_printed(number=1, responses=25)
    assert (monthly.record.edition, monthly.record.takes(1)) == (2, False)
    assert_each_batch_is_of_one_version(monthly, 27)


@pytest.mark.parametrize("at", CALLS)
def test_run_that_others_overtake_at_the_turn_counts_nothing_twice_nor_together_P6(
    monthly: Collection, at: int
) -> None:
    month_of(monthly)

    def overtake() -> None:
        monthly.run()
        monthly.answer(1, version=1)
        monthly.answer(2, "no", version=2)
        settle(monthly)
        monthly.run()

    monthly.run_disturbed(at, overtake)
    finish(monthly)
    assert monthly.release
    assert versions_by_batch(monthly).get(1) == {1}
    assert_each_batch_is_of_one_version(monthly, 23)


@pytest.mark.parametrize("at", CALLS)
def test_version_published_between_any_two_calls_of_a_run_begins_with_an_edition_P6(
    monthly: Collection, at: int
) -> None:
    monthly.answer(20)
    monthly.let_the_month_end()

    def publish_meanwhile() -> None:
        ask_else(monthly)
        monthly.run()
        monthly.answer(1, version=1)

    monthly.run_disturbed(at, publish_meanwhile)
    finish(monthly)
    assert monthly.release
    assert_each_batch_is_of_one_version(monthly, 21)


@pytest.mark.parametrize("at", every_call(LENGTH, fast=29)[::4])
@pytest.mark.parametrize("is_turned", [False, True])
def test_survey_closed_at_the_turn_loses_nobody_P6(monthly: Collection, at: int, is_turned: bool) -> None:
    month_of(monthly)
    if is_turned:
        monthly.run()
        monthly.answer(2, "no")
        settle(monthly)
    monthly.run_disturbed(at, monthly.close)
    monthly.clock.now += COUNTING_DELAY
    for _ in range(3):
        monthly.run()
    monthly.assert_printed(number=1, responses=20)
    assert monthly.record.finished
    assert_each_batch_is_of_one_version(monthly, 22 if is_turned else 20)


@pytest.mark.parametrize("at", range(5))
def test_of_two_who_publish_at_once_one_is_told_and_may_repeat_it_P6(monthly: Collection, at: int) -> None:
    services, database = monthly.services, monthly.database
    try:
        disturbed(database, at, lambda: publish(monthly, REWORDED), lambda: ask_else(monthly))
    except Conflict:
        ask_else(monthly)
    record = monthly.record
    assert record.takes(record.version)
    shown = services.version("a-survey", record.version).questionnaire
    assert shown == a_definition(REWORDED).questionnaire
    # Published after it, what is asked now takes back what waits.
    waits = services.version("a-survey", record.next_version).questionnaire if record.next_version else None
    assert waits in (None, a_definition(SHORTER, a_question("yes_no")).questionnaire)
