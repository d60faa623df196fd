"""When a survey takes answers, and when its keys count as proven."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, get_args

import pytest

from chalicelib.questionnaire.survey import (
    COUNTING_DELAY,
    LATE_SENDERS,
    RECORD_LIFETIME,
    SETTLING,
    KeyProof,
    State,
    Survey,
    SurveySettings,
)
from tests.builders import NOON

SECOND = timedelta(seconds=1)
KEYS = tuple(f"age1{letter * 58}" for letter in "abc")


def a_survey(state: Any = "closed", closed_at: datetime | None = NOON, **changes: Any) -> Survey:
    settings = SurveySettings(exit_link="https://example.org/", **changes.pop("settings", {}))
    return Survey(id="a-survey", settings=settings, state=state, closed_at=closed_at, **changes)


@pytest.mark.parametrize(("state", "accepts"), [(state, state in ("test", "open")) for state in get_args(State)])
def test_only_an_open_or_tested_survey_takes_answers(state: str, accepts: bool) -> None:
    assert a_survey(state, closed_at=None).accepts(NOON, form_issued_at=None) is accepts
    assert a_survey(state, closed_at=None).accepts(NOON, form_issued_at=NOON - SECOND) is accepts


@pytest.mark.parametrize("late", [timedelta(0), timedelta(minutes=30), LATE_SENDERS - SECOND])
def test_who_loaded_the_form_before_closing_has_an_hour_to_send_it(late: timedelta) -> None:
    assert a_survey().accepts(NOON + late, form_issued_at=NOON - timedelta(days=1))


@pytest.mark.parametrize("late", [LATE_SENDERS, LATE_SENDERS + SECOND, timedelta(days=9)])
def test_after_the_hour_nothing_is_taken(late: timedelta) -> None:
    assert not a_survey().accepts(NOON + late, form_issued_at=NOON - timedelta(days=1))


def test_a_form_loaded_after_closing_is_not_taken() -> None:
    after = NOON + RECORD_LIFETIME + SECOND
    assert not a_survey().accepts(after, form_issued_at=after)


def test_a_form_that_a_process_still_served_from_its_memory_is_taken() -> None:
    served = NOON + RECORD_LIFETIME
    assert a_survey().accepts(served, form_issued_at=served)


def test_the_API_has_no_form_and_ends_at_closing() -> None:
    assert not a_survey().accepts(NOON, form_issued_at=None)


@pytest.mark.parametrize("state", ["being purged", "purged"])
def test_a_purged_survey_takes_nothing_from_late_senders(state: str) -> None:
    assert not a_survey(state).accepts(NOON, form_issued_at=NOON - SECOND)


@pytest.mark.parametrize(
    ("state", "due"),
    [
        ("open", None),
        ("closed", timedelta(days=90)),
        ("being purged", timedelta(0)),
        ("purged", None),
        ("being deleted", None),
    ],
)
def test_records_have_to_go_when_the_retention_ends_or_at_once_where_an_operator_said_so_P11(
    state: str, due: timedelta | None
) -> None:
    closed_at = None if state in ("open", "being deleted") else NOON
    assert a_survey(state, closed_at).purge_due == (due if due is None else NOON + due)


def test_purging_it_ends_the_hour_of_late_senders_and_drops_what_waited() -> None:
    survey = a_survey("open", None, version=1, next_version=2).closed(NOON).being_purged(NOON + SECOND)
    assert (survey.state, survey.closed_at, survey.next_version) == ("being purged", NOON + SECOND, None)
    assert survey.may_reopen_until is None


def test_counting_begins_only_when_no_process_accepts_any_more() -> None:
    assert COUNTING_DELAY >= LATE_SENDERS + RECORD_LIFETIME
    assert not a_survey().accepts(NOON + COUNTING_DELAY, form_issued_at=NOON - SECOND)


@pytest.mark.parametrize(
    ("recipients", "opened", "proven"),
    [
        (KEYS[:2], KEYS[:2], True),
        (KEYS[:2], KEYS, True),
        (KEYS[:2], KEYS[:1], False),
        (KEYS[:2], [KEYS[0], KEYS[2]], False),
        (KEYS[:1], KEYS[:1], False),
        ((), (), False),
    ],
)
def test_text_is_sealed_only_to_two_keys_each_of_which_was_proven_P3(
    recipients: tuple[str, ...], opened: tuple[str, ...], proven: bool
) -> None:
    proofs = tuple(KeyProof(recipient=key, message_hash="", opened=key in opened) for key in KEYS)
    survey = a_survey("draft", settings={"recipients": recipients}, key_proofs=proofs)
    assert survey.keys_proven() is proven


@pytest.mark.parametrize(
    ("state", "expected"),
    [(state, (4,) if state in ("draft", "test", "being deleted") else (2, 4)) for state in get_args(State)],
)
def test_versions_that_were_open_are_published_but_none_that_a_cut_short_publishing_took(
    state: str, expected: tuple[int, ...]
) -> None:
    survey = a_survey(state, version=4, first_version=2, unpublished=(1, 3))
    assert survey.published == expected
    assert [number for number in range(6) if survey.has_published(number)] == list(expected)


def test_in_an_edition_the_versions_that_differ_in_words_alone_are_taken_and_counted_P6() -> None:
    survey = a_survey("open", None, version=5, first_version=2, asked_since=4, counted_since=4, unpublished=(3,))
    assert [number for number in range(7) if survey.takes(number)] == [4, 5]
    assert survey.counted_versions == (4, 5)


def test_at_the_turn_answers_to_the_earlier_questions_are_counted_and_only_those_to_the_new_ones_are_taken_P6() -> None:
    waiting = a_survey("open", None, version=3, first_version=2, asked_since=2, counted_since=2, next_version=5)
    assert (waiting.counted_versions, waiting.takes(5), waiting.has_published(5)) == ((2, 3), False, False)
    turning = waiting.asking(5, NOON)
    assert [number for number in range(7) if turning.takes(number)] == [5]
    assert (turning.published, turning.next_version, turning.counted_versions) == ((2, 3, 5), None, (2, 3))
    assert turning.showing(6).counted_versions == (2, 3), "words that change meanwhile are of the next edition"
    turned = turning.in_next_edition(NOON)
    assert (turned.edition, turned.counted_versions, turned.questions_changed_at) == (2, (5,), None)


def test_turn_waits_for_the_last_answers_to_the_earlier_questions() -> None:
    assert SETTLING > 2 * RECORD_LIFETIME
    survey = a_survey("open", None, edition_ends=NOON)
    assert survey.due_at == NOON
    assert survey.asking(2, NOON + SECOND).due_at == NOON + SECOND + SETTLING
    closed = survey.asking(2, NOON + SECOND).model_copy(update={"closed_at": NOON + 2 * SECOND})
    assert closed.due_at == NOON + 2 * SECOND + COUNTING_DELAY
