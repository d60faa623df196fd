"""The mean of a scale and its groups, with what they can be in truth."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor
from random import Random

import pytest

from chalicelib.errors import in_english
from chalicelib.publication.figures import figure_of
from chalicelib.publication.scales import Step, lines_of, mean_of, mean_told
from chalicelib.publication.words import Phrasing
from tests.builders import a_question
from tests.unit.publication.a_release import a_release
from tests.unit.publication.an_answered_release import printed_of

ELEVEN = a_question("scale", least=0, most=10)


def test_range_of_a_mean_is_the_tightest_that_the_limits_allow_P14() -> None:
    """All that the numbers of three steps can be, tried out."""
    draw = Random(1)  # noqa: S311
    for _ in range(200):
        counts = [draw.randrange(1, 9) for _ in range(3)]
        steps = [
            Step(value, count, max(0, count - draw.randrange(5)), count + draw.randrange(5))
            for value, count in zip(draw.sample(range(11), 3), counts, strict=True)
        ]
        possible = itertools.product(*(range(step.least, step.most + 1) for step in steps))
        means = [
            Fraction(sum(step.value * number for step, number in zip(steps, numbers, strict=True)), sum(numbers))
            for numbers in possible
            if any(numbers)
        ]
        mean = mean_of(steps)
        assert mean is not None
        assert (mean.least, mean.most) == (floor(min(means) * 10) / 10, ceil(max(means) * 10) / 10)
        assert mean.least <= mean.printed <= mean.most


def test_mean_is_rounded_once_and_half_up() -> None:
    mean = mean_of([Step(1, 3, 3, 3), Step(2, 1, 1, 1)])
    assert mean is not None
    assert (mean.printed, mean.least, mean.most) == (1.3, 1.2, 1.3)


def test_nobody_has_no_mean() -> None:
    assert mean_of([Step(1, 0, 0, 4)]) is None


@pytest.mark.parametrize(("n", "is_told"), [(49, False), (50, True)])
def test_mean_is_of_those_who_chose_a_step_and_needs_50_of_them(n: int, is_told: bool) -> None:
    release = a_release(a_question("scale"), policy="protected", n=n + 20, counts={"mood": {"2": n, "no_answer": 20}})
    printed = printed_of(release)
    assert (mean_told(printed.tables[0], printed) is not None) == is_told


@pytest.mark.parametrize(
    ("policy", "said"),
    [("exact", "Mean: 5.0"), ("protected", "Mean: 5.0 (in truth 4.6 to 5.4)")],
)
def test_line_tells_the_mean_with_what_it_can_be_where_it_is_rounded_P14(policy: str, said: str) -> None:
    release = a_release(ELEVEN, policy=policy, n=100, counts={"mood": {"4": 50, "6": 50}})
    assert lines_of(printed_of(release))[0].startswith(said.partition(" (")[0])
    assert ("in truth" in lines_of(printed_of(release))[0]) == (policy == "protected")


@pytest.mark.parametrize(
    ("policy", "n", "title"),
    [
        ("protected", 400, "Mean: 5.0"),
        ("protected", 100, "MOOD"),
        ("protected", 60, "MOOD"),
        ("exact", 60, "Mean: 5.0"),
    ],
)
def test_mean_is_a_title_only_where_its_range_is_as_narrow_as_that_of_a_share_told_as_a_number_P14(
    policy: str, n: int, title: str
) -> None:
    """Of 100 answers spread over eleven steps the mean can be two steps off."""
    question = a_question("scale", least=0, most=10, short={"en": "MOOD"})
    counts = {"mood": {str(step): n // 10 for step in range(11) if step != 5}}
    figure = figure_of(printed_of(a_release(question, policy=policy, n=n, counts=counts)))
    assert figure.title.startswith(title)
    assert any(line.startswith("Mean: ") for line in (figure.title, *figure.lines))


def test_mean_has_the_decimal_sign_of_the_language() -> None:
    printed = printed_of(a_release(ELEVEN, n=100, counts={"mood": {"4": 50, "7": 50}}))

    def with_commas(message: str, many: str | None = None, number: int = 1) -> str:
        return {".": ","}.get(message) or in_english(message, many, number)

    assert lines_of(replace(printed, words=Phrasing("nb", "en", with_commas)))[0] == "Mean: 5,5"


def test_scale_from_0_to_10_has_its_three_groups() -> None:
    counts = {"mood": {"0": 10, "6": 10, "7": 25, "8": 5, "9": 20, "10": 20, "no_answer": 10}}
    lines = lines_of(printed_of(a_release(ELEVEN, n=100, counts=counts)))
    assert lines[-1] == "0 to 6: 20% · 7 or 8: 30% · 9 or 10: 40%"


@pytest.mark.parametrize("scale", [{"least": 1, "most": 10}, {"least": 0, "most": 9}, {"least": 1, "most": 5}])
def test_no_other_scale_has_groups(scale: dict[str, int]) -> None:
    lines = lines_of(printed_of(a_release(a_question("scale", **scale), n=100, counts={"mood": {"5": 100}})))
    assert len(lines) == 1


def test_nothing_is_said_beneath_what_is_no_scale() -> None:
    assert lines_of(printed_of(a_release(a_question("yes_no")))) == ()
