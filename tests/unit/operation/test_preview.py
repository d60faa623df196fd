"""What an operator is told before opening: how far off numbers will be, and when there will be none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.disclosure.policy import OPEN_LINK
from operation.preview import SURVEYS, Expected, Preview, preview
from tests.builders import a_definition, a_question, implied, options

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
    assert found[20].omitted_crosstabs == {"police_met": SURVEYS, "mood": SURVEYS}
    assert found[200].omitted_crosstabs == {}


def test_exact_survey_is_off_by_nothing() -> None:
    found = by_size(previewed(**CROSSED, policy="exact"))
    assert {(each.error, each.crossed_error) for each in found.values()} == {(0, 0)}


def test_survey_without_a_release_counts_as_one_that_prints_no_question() -> None:
    found = by_size(preview(a_definition(COUNTRY, a_question("yes_no"))))
    assert found[20].omitted == {"country": SURVEYS, "police_met": SURVEYS}
    assert found[50].omitted == dict.fromkeys(("country", "police_met"), found[50].omitted["country"])
    assert 0 < found[50].omitted["country"] < SURVEYS
    assert found[100].omitted == {}


def test_chance_that_fifty_are_too_few_on_an_open_link_is_that_of_noise_below_zero() -> None:
    found = by_size(preview(a_definition(COUNTRY)))
    below_zero = 100 * OPEN_LINK.noise / (1 + OPEN_LINK.noise)
    assert found[50].unreleased == pytest.approx(below_zero, abs=4)
    assert (found[20].unreleased, found[100].unreleased) == (100, 0)
    assert {expected.unreleased for expected in previewed(**CROSSED).expected} == {0}


def test_question_that_fewer_than_half_of_the_surveys_print_needs_more_answers() -> None:
    """Be it that there was no release, or that it was left out of one."""
    expected = Expected(50, 4, 3.0, {"country": 4, "police_met": 6}, None, {})
    found = replace(preview(a_definition(COUNTRY)), expected=(expected, Expected(100, 0, 2.0, {}, None, {})))
    assert (found.needed("country"), found.needed("police_met")) == (50, 100)


def test_open_link_prints_nothing_of_twenty_and_no_crosstab() -> None:
    found = previewed()
    assert (by_size(found)[20].error, found.crosstabs) == (None, None)


def test_invented_answers_go_together_and_bound_questions_are_told_as_printed() -> None:
    elsewhere = {"question": "country", "equals": "no"}
    implies = [implied("police_met", "yes", elsewhere), implied("police_met", "no", {"not": elsewhere})]
    found = by_size(preview(a_definition(COUNTRY, a_question("yes_no", implies=implies), access="invitation")))
    assert found[100].error is not None
    assert found[100].omitted == {}
