"""Over editions: a change is called one only where no rounding can have made it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib.publication.release import Release
from chalicelib.publication.trends import FOLLOWED, Movement, Trend, trends_of
from tests.builders import a_question, options
from tests.unit.publication.a_release import a_release
from tests.unit.publication.an_answered_release import printed_of

POLICE = a_question("yes_no")


def editions(*counted: Mapping[str, Mapping[str, int]], question: dict[str, Any] = POLICE, **settings: Any) -> Release:
    """The last of releases of so many editions, each of all who are counted."""
    release: Release | None = None
    for counts in counted:
        n = max(sum(cells.values()) for cells in counts.values())
        release = a_release(question, counts=counts, n=n, previous=release, **{"policy": "protected", **settings})
    assert release is not None
    return release


def of_yes(*percents: int, people: int = 100, **settings: Any) -> Trend:
    """How yes moved, of so many people in each edition."""
    counted = [{"police_met": {"yes": people * each // 100, "no": people - people * each // 100}} for each in percents]
    trends = trends_of(printed_of(editions(*counted, **settings)))
    return next(trend for trend in trends if trend.label == "Yes")


def test_20_and_then_50_per_cent_are_a_rise_that_is_told_with_its_ranges_P14() -> None:
    trend = of_yes(20, 50)
    assert (trend.movement, trend.since) == (Movement.RISE, 1)
    assert trend.told == "Up since release 1: then 20%, now 50%"
    assert [(point.edition, point.printed) for point in trend.points] == [(1, 20.0), (2, 50.0)]
    first, last = trend.points
    assert first.least < 20 < first.most < last.least < 50 < last.most


def test_30_and_then_33_per_cent_are_not_called_a_change_P14() -> None:
    trend = of_yes(30, 33)
    assert trend.movement is Movement.UNSURE
    assert trend.told.startswith("No sure change since release 1: then 30%, now 3")


def test_50_and_then_20_per_cent_are_a_fall() -> None:
    assert of_yes(50, 20).told == "Down since release 1: then 50%, now 20%"


def test_of_few_people_the_same_rise_is_not_called_one() -> None:
    assert of_yes(20, 40, people=25).movement is Movement.UNSURE


def test_editions_of_too_few_for_a_share_are_compared_as_numbers_of_how_many() -> None:
    """Never a number with a share: "then 20, now 50%" reads as a rise."""
    few, many = {"police_met": {"yes": 20, "no": 20}}, {"police_met": {"yes": 50, "no": 50}}
    (yes, _) = trends_of(printed_of(editions(few, many)))
    assert yes.told == "No sure change since release 1: then 20 of 40, now 50 of 100"


@pytest.mark.parametrize(
    ("percents", "movement", "since"),
    [
        ((20, 20, 50), Movement.RISE, 2),
        ((20, 50, 50), Movement.RISE, 1),
        ((20, 26, 32), Movement.RISE, 1),
        ((50, 20, 50), Movement.RISE, 2),
        ((50, 50, 50), Movement.UNSURE, 2),
    ],
)
def test_last_edition_is_compared_with_the_one_before_and_else_with_the_first(
    percents: tuple[int, ...], movement: Movement, since: int
) -> None:
    trend = of_yes(*percents)
    assert (trend.movement, trend.since) == (movement, since)


@pytest.mark.parametrize("access", ["invitation", "open"])
def test_two_editions_of_the_same_truth_are_hardly_ever_called_a_change_P14(access: str) -> None:
    """By invitation never: ranges hold the truth, so they meet."""
    called = [
        of_yes(43, 43, people=107, access=access, key=bytes([key]) * 32).movement is not Movement.UNSURE
        for key in range(60)
    ]
    assert sum(called) <= (0 if access == "invitation" else 6)


def test_exact_change_is_a_change() -> None:
    assert of_yes(30, 31, policy="exact").told == "Up since release 1: then 30%, now 31%"


def test_exact_editions_of_a_few_organisations_are_no_trend() -> None:
    """They are what came between two runs of the count: the last may be of one."""
    first, last = {"police_met": {"yes": 40, "no": 60}}, {"police_met": {"yes": 1}}
    assert trends_of(printed_of(editions(first, last, policy="exact"))) == ()


def test_one_edition_has_no_trend() -> None:
    assert trends_of(printed_of(a_release(POLICE))) == ()


def test_the_largest_answers_are_followed_on_one_axis_and_what_nobody_gave_is_not() -> None:
    question = a_question("single_choice", id="way", options=options(*"abcde", apart=["a"]))
    counts = {"way": {"a": 100, "b": 20, "c": 40, "d": 60, "e": 30}}
    trends = trends_of(printed_of(editions(counts, counts, question=question, policy="exact")))
    assert [trend.label for trend in trends] == ["D", "C", "E"]
    assert len(trends) == FOLLOWED
    assert {trend.axis for trend in trends} == {30}
    assert trends[0].height(trends[0].points[0].printed) == 80
    few = {"way": {"a": 100, "b": 20}}
    assert [trend.label for trend in trends_of(printed_of(editions(few, few, question=question)))] == ["B"]


def test_rows_say_which_answers_are_followed() -> None:
    counts = {"harder.home": {"much": 60}, "harder.work": {"not": 60}}
    trends = trends_of(printed_of(editions(counts, counts, question=a_question("matrix"))))
    assert [trend.label for trend in trends] == ["Home: MUCH"]
