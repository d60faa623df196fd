"""What an operator is told of crosstabs before opening: how far off they will be, and when there will be none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.operation.preview import SURVEYS, Expected, Preview, preview
from tests.builders import a_definition, a_question, options

COUNTRY = a_question("single_choice", options=options("se", "no"))
CROSSED: Mapping[str, Any] = {"access": "invitation", "crosstabs": {"group": "country", "by": ["police_met", "mood"]}}


def previewed(**settings: Any) -> Preview:
    return preview(a_definition(COUNTRY, a_question("yes_no"), a_question("scale"), **settings))


def by_size(found: Preview) -> Mapping[int, Expected]:
    return {expected.size: expected for expected in found.expected}


def test_errors_shrink_as_more_answer_and_are_larger_in_crosstabs() -> None:
    found = by_size(previewed(**CROSSED))
    hundred, two_hundred = found[100], found[200]
    assert hundred.error is not None
    assert two_hundred.error is not None
    assert hundred.crossed_error is not None
    assert two_hundred.error < hundred.error < hundred.crossed_error


def test_crosstabs_of_too_few_are_told_as_left_out() -> None:
    found = by_size(previewed(**CROSSED))
    assert found[20].crossed_error is None
    assert found[20].uncrossed == {"police_met": SURVEYS, "mood": SURVEYS}
    assert found[200].uncrossed == {}


def test_exact_survey_is_off_by_nothing() -> None:
    found = by_size(previewed(**CROSSED, policy="exact"))
    assert {(each.error, each.crossed_error) for each in found.values()} == {(0, 0)}


def test_open_link_prints_nothing_of_twenty_and_no_crosstab() -> None:
    found = previewed()
    assert (by_size(found)[20].error, found.crosstabs) == (None, None)
