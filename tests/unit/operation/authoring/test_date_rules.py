"""The days of a definition: in order, not over, and no slip of the year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from operation.authoring.date_rules import untimely
from operation.authoring.rules import check_definition
from tests.builders import NOON, a_definition, a_question

SCALE = a_question("scale")
END = datetime(2026, 4, 1, tzinfo=UTC)


def test_survey_that_would_close_before_it_opens_is_refused() -> None:
    found = check_definition(a_definition(SCALE, opens_on="2026-04-02", closes_on="2026-04-01"))
    assert [(str(problem.place), problem.code) for problem in found] == [("settings.closes_on", "impossible_limit")]
    assert check_definition(a_definition(SCALE, opens_on="2026-04-01", closes_on="2026-04-01")) == []


def test_last_day_is_an_error_once_it_is_over_and_not_before() -> None:
    definition = a_definition(SCALE, opens_on="2026-01-01", closes_on="2026-03-31")
    assert untimely(definition, END - timedelta(seconds=1)) == []
    [problem] = untimely(definition, END)
    assert (str(problem.place), problem.code, problem.severity) == ("settings.closes_on", "day_over", "error")


@pytest.mark.parametrize("name", ["opens_on", "closes_on"])
def test_day_more_than_two_years_away_is_a_warning(name: str) -> None:
    [problem] = untimely(a_definition(SCALE, **{name: "2028-03-03"}), NOON)
    assert (str(problem.place), problem.code, problem.severity) == (f"settings.{name}", "far_off", "warning")
    assert untimely(a_definition(SCALE, **{name: "2028-02-28"}), NOON) == []


def test_survey_without_days_is_never_untimely() -> None:
    assert untimely(a_definition(SCALE), NOON) == []
