"""The first and the last day of a survey: what its record says at any moment, and where its editions end."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from chalicelib.questionnaire.survey import LATE_SENDERS, State, Survey, SurveySettings
from tests.builders import NOON

SECOND = timedelta(seconds=1)
FIRST, LAST = "2026-03-10", "2026-03-31"
OPENING, CLOSING = datetime(2026, 3, 10, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
#: Where members of the Nordic networks live.
NORDIC = ("Atlantic/Reykjavik", "Europe/Oslo", "Europe/Stockholm", "Europe/Copenhagen", "Europe/Helsinki")


def a_survey(state: Any = "open", edition_ends: datetime | None = None, **settings: Any) -> Survey:
    made = SurveySettings(exit_link="https://example.org/", **settings)
    return Survey(id="a-survey", settings=made, state=state, edition_ends=edition_ends, next_version=7)


@pytest.mark.parametrize("zone", NORDIC)
@pytest.mark.parametrize("last", [LAST, "2026-12-31"])
def test_nobody_in_the_nordic_countries_is_cut_off_before_the_last_day_is_over_P13(zone: str, last: str) -> None:
    midnight = datetime.fromisoformat(last).replace(tzinfo=ZoneInfo(zone)) + timedelta(days=1)
    closes_at = a_survey(closes_on=last).settings.closes_at
    assert closes_at
    assert timedelta(0) <= closes_at - midnight <= timedelta(hours=3)


@pytest.mark.parametrize("zone", NORDIC)
def test_survey_opens_nowhere_in_the_nordic_countries_before_its_first_day(zone: str) -> None:
    opens_at = a_survey(opens_on=FIRST).settings.opens_at
    assert opens_at
    assert opens_at.astimezone(ZoneInfo(zone)).date().isoformat() == FIRST


def test_open_survey_is_closed_from_the_end_of_its_last_day_on_whoever_reads_it_and_whenever() -> None:
    survey = a_survey(closes_on=LAST)
    assert survey.at(CLOSING - SECOND) is survey
    for later in (timedelta(0), timedelta(minutes=14), timedelta(days=400)):
        closed = survey.at(CLOSING + later)
        assert (closed.state, closed.closed_at, closed.next_version) == ("closed", CLOSING, None)
        assert closed.last_day == LAST


@pytest.mark.parametrize("state", sorted({*get_args(State)} - {"open"}))
def test_last_day_changes_nothing_of_a_survey_that_is_not_open(state: str) -> None:
    survey = a_survey(state, closes_on=LAST)
    assert survey.at(CLOSING) is survey


def test_survey_without_a_last_day_stays_as_it_is() -> None:
    survey = a_survey()
    assert survey.at(NOON + timedelta(days=4000)) is survey
    assert survey.last_day is None


def test_survey_that_somebody_closed_had_its_last_day_then() -> None:
    assert a_survey().closed(NOON).last_day == NOON.date().isoformat()


def test_who_loaded_the_form_on_the_last_day_has_an_hour_from_its_end_whenever_that_was_written_down() -> None:
    closed = a_survey(closes_on=LAST).at(CLOSING + timedelta(minutes=59))
    loaded = CLOSING - SECOND
    assert closed.accepts(CLOSING + LATE_SENDERS - SECOND, loaded)
    assert not closed.accepts(CLOSING + LATE_SENDERS, loaded)
    assert not closed.accepts(CLOSING, form_issued_at=None)


def test_nothing_is_taken_before_the_first_day_but_a_rehearsal() -> None:
    survey = a_survey(opens_on=FIRST)
    before = OPENING - SECOND
    assert survey.is_awaited(before)
    assert not survey.accepts(before, form_issued_at=before)
    assert not survey.is_awaited(OPENING)
    assert survey.accepts(OPENING, form_issued_at=None)
    rehearsed = a_survey("test", opens_on=FIRST)
    assert not rehearsed.is_awaited(before)
    assert rehearsed.accepts(before, form_issued_at=None)


def test_first_edition_is_that_of_the_first_day_and_the_last_ends_with_the_survey() -> None:
    survey = a_survey(releases="monthly", opens_on="2026-04-20", closes_on="2026-06-10")
    assert survey.next_edition_end(NOON) == datetime(2026, 5, 1, tzinfo=UTC)
    assert survey.next_edition_end(datetime(2026, 5, 9, tzinfo=UTC)) == datetime(2026, 6, 1, tzinfo=UTC)
    assert survey.next_edition_end(datetime(2026, 6, 2, tzinfo=UTC)) is None


def test_edition_whose_month_ends_with_the_last_day_is_the_last_one() -> None:
    assert a_survey(releases="monthly", closes_on=LAST).next_edition_end(NOON) is None
    assert a_survey(releases="monthly", closes_on="2026-04-01").next_edition_end(NOON) == CLOSING


def test_last_edition_is_one_among_others_once_the_last_day_is_put_off() -> None:
    survey = a_survey(releases="monthly", closes_on=LAST)
    put_off = survey.settings.model_copy(update={"closes_on": "2026-05-15"})
    assert survey.under(put_off, NOON).edition_ends == CLOSING
    assert survey.under(survey.settings, NOON) == survey


def test_edition_that_is_over_ends_as_it_was_to_whatever_the_last_day_becomes() -> None:
    over = a_survey(releases="monthly", edition_ends=NOON)
    ending = over.settings.model_copy(update={"closes_on": LAST})
    assert over.under(ending, NOON).edition_ends == NOON


@pytest.mark.parametrize(
    ("releases", "now", "end"),
    [
        ("monthly", "2028-02-29T23:59:59", "2028-03-01"),
        ("monthly", "2027-02-28T23:59:59", "2027-03-01"),
        ("monthly", "2027-03-28T01:00:00", "2027-04-01"),
        ("monthly", "2026-12-31T23:59:59", "2027-01-01"),
        ("quarterly", "2026-10-01T00:00:00", "2027-01-01"),
        ("quarterly", "2026-12-31T23:59:59", "2027-01-01"),
        ("quarterly", "2027-01-01T00:00:00", "2027-04-01"),
        ("quarterly", "2027-06-30T23:59:59", "2027-07-01"),
    ],
)
def test_edition_ends_with_its_month_or_quarter_in_every_kind_of_year(releases: str, now: str, end: str) -> None:
    found = a_survey(releases=releases).next_edition_end(datetime.fromisoformat(f"{now}+00:00"))
    assert found == datetime.fromisoformat(f"{end}T00:00:00+00:00")


@pytest.mark.parametrize(
    ("closed", "counted", "months"),
    [
        (None, CLOSING + timedelta(minutes=15), ("2026-03", "2026-03")),
        (None, CLOSING + timedelta(hours=23), ("2026-03", "2026-03")),
        (None, CLOSING + timedelta(days=1), ("2026-03", "2026-04")),
        (None, CLOSING + timedelta(days=40), ("2026-03", "2026-05")),
        (CLOSING + timedelta(minutes=10), CLOSING + timedelta(days=40), ("2026-03", "2026-03")),
        (CLOSING + timedelta(days=2), CLOSING + timedelta(days=40), ("2026-03", "2026-04")),
    ],
)
def test_edition_whose_count_was_held_up_tells_of_the_months_after_its_end_too(
    closed: datetime | None, counted: datetime, months: tuple[str, str]
) -> None:
    """They have answers that are counted in it."""
    edition = a_survey(releases="monthly", edition_ends=CLOSING).model_copy(update={"edition_began": NOON})
    assert (edition.closed(closed) if closed else edition).months_of_edition(counted) == months


def test_record_that_was_stored_before_there_were_such_days_has_none() -> None:
    stored = json.loads(a_survey().model_dump_json())
    del stored["settings"]["opens_on"], stored["settings"]["closes_on"]
    found = Survey.model_validate_json(json.dumps(stored))
    assert found == a_survey()
    assert (found.settings.opens_at, found.settings.closes_at) == (None, None)


@pytest.mark.parametrize("day", ["2207-03-31", "1927-03-31", "9999-12-31", "2027-02-29", "2027-3-31", "soon", ""])
def test_what_is_no_day_of_this_century_is_no_last_day(day: str) -> None:
    with pytest.raises(ValidationError):
        SurveySettings(exit_link="https://example.org/", closes_on=day)


def test_any_day_of_this_century_can_be_the_last() -> None:
    assert a_survey(closes_on="2099-12-31").settings.closes_at == datetime(2100, 1, 1, tzinfo=UTC)
