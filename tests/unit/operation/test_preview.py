"""What an operator is told before opening: how far off numbers will be, and when there will be none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.disclosure.policy import OPEN_LINK
from operation.preview import SIZES, SPREAD, SURVEYS, Error, Expected, Preview, preview
from tests.builders import a_definition, a_question, implied, options

COUNTRY = a_question("single_choice", options=options("se", "no"))
CROSSED: Mapping[str, Any] = {"access": "invitation", "crosstabs": {"group": "country", "by": ["police_met", "mood"]}}


def previewed(**settings: Any) -> Preview:
    return preview(a_definition(COUNTRY, a_question("yes_no"), a_question("scale"), **settings))


def by_size(found: Preview) -> Mapping[int, Expected]:
    return {expected.size: expected for expected in found.expected}


def test_errors_shrink_as_more_answer_and_are_larger_in_crosstabs() -> None:
    found = by_size(previewed(**CROSSED))
    errors = [found[size].error for size in SIZES]
    means, worst = ([getattr(error, name) for error in errors] for name in ("mean", "worst"))
    for figures in (means, worst):
        assert figures == sorted(figures, reverse=True)
        assert figures[0] > 4 * figures[-1] > 0
    crossed = found[100].crossed_error
    assert crossed is not None
    assert means[2] < crossed.mean


def test_worst_error_is_that_of_numbers_of_answers_that_five_does_not_divide() -> None:
    """A cell of 50 is off by 4 at most, thus by 8 points; of 54 the number of answers is rounded too."""
    error = by_size(previewed(**CROSSED))[50].error
    assert error is not None
    assert 8 < error.worst < 100 * 4 / 50 + 100 * 4 / 54


def test_crosstabs_of_too_few_are_told_as_left_out() -> None:
    found = by_size(previewed(**CROSSED))
    assert found[20].crossed_error is None
    assert found[20].omitted_crosstabs == {"police_met": SURVEYS, "mood": SURVEYS}
    assert found[200].omitted_crosstabs == {}


@pytest.mark.parametrize(
    "question",
    [
        a_question("multiple_choice", options=options("a", "b", "c", "d", "e"), least=2, most=2),
        a_question("multiple_choice", least=3, most=3),
        a_question("short_text", pattern="[0-9]{3}", pattern_says={"en": "three digits"}),
        a_question("short_text", most_characters=3, required_because={"en": "We have to know."}),
        a_question("long_text", required_because={"en": "We have to know."}),
    ],
    ids=["exactly two of five", "all three", "pattern", "short and required", "required"],
)
def test_questions_that_take_no_odd_answer_are_previewed(question: dict[str, Any]) -> None:
    found = preview(a_definition(question, a_question("yes_no"), access="invitation"))
    assert by_size(found)[20].error is not None


def test_exact_survey_is_off_by_nothing() -> None:
    found = by_size(previewed(**CROSSED, policy="exact"))
    assert {(each.error, each.crossed_error) for each in found.values()} == {(Error(0, 0), Error(0, 0))}


def test_survey_without_a_release_counts_as_one_that_prints_no_question() -> None:
    found = by_size(preview(a_definition(COUNTRY, a_question("yes_no"))))
    assert found[20].omitted == {"country": SURVEYS, "police_met": SURVEYS}
    assert found[50].omitted == dict.fromkeys(("country", "police_met"), found[50].omitted["country"])
    assert 0 < found[50].omitted["country"] < SURVEYS
    assert found[100].omitted == {}


def test_chance_that_about_fifty_are_too_few_on_an_open_link_is_that_of_noise_below_fifty() -> None:
    found = by_size(preview(a_definition(COUNTRY)))
    below_zero = OPEN_LINK.noise / (1 + OPEN_LINK.noise)
    below_fifty = [below_zero * OPEN_LINK.noise**more for more in range(SPREAD)]
    assert found[50].unreleased == pytest.approx(100 * sum(below_fifty) / SPREAD, abs=4)
    assert (found[20].unreleased, found[100].unreleased) == (100, 0)
    assert {expected.unreleased for expected in previewed(**CROSSED).expected} == {0}


def test_question_that_fewer_than_half_of_the_surveys_print_needs_more_answers() -> None:
    """Be it that there was no release, or that it was left out of one."""
    expected = Expected(50, 4, Error(3, 9), {"country": 4, "police_met": 6}, None, {})
    found = replace(preview(a_definition(COUNTRY)), expected=(expected, Expected(100, 0, Error(2, 6), {}, None, {})))
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
