"""Selections as PxWebApi 2 writes them."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping, Sequence

import pytest

from chalicelib.errors import Refusal, Refused
from chalicelib.publication.formats.cube import Axis, Category, Cube, Dimension
from chalicelib.publication.formats.selection import LONGEST_EXPRESSION, MAXIMUM_EXPRESSIONS, select

ANSWERS, EDITIONS = ("home", "work", "other", "no_answer"), ("total", "1", "2", "3")


def a_cube() -> Cube:
    dimensions = (
        Dimension(Axis.ANSWER, "Answer", tuple(Category(code, code.title()) for code in ANSWERS)),
        Dimension(Axis.EDITION, "Edition", tuple(Category(code, code) for code in EDITIONS)),
    )
    return Cube("where", "Where?", dimensions, tuple(range(16)), ())


@pytest.mark.parametrize(
    ("expressions", "codes"),
    [
        (["home"], ["home"]),
        (["other", "HOME"], ["home", "other"]),
        (["*"], ANSWERS),
        (["*o*"], ANSWERS),
        (["?o*"], ["home", "work", "no_answer"]),
        (["?or?"], ["work"]),
        (["top(2)"], ["home", "work"]),
        (["TOP(2,1)"], ["work", "other"]),
        (["top(2, 3)"], ["no_answer"]),
        (["bottom(1)"], ["no_answer"]),
        (["bottom(2,1)"], ["work", "other"]),
        (["from(other)"], ["other", "no_answer"]),
        (["to(work)"], ["home", "work"]),
        (["range(work,other)"], ["work", "other"]),
        (["to(home)", "bottom(1)"], ["home", "no_answer"]),
    ],
)
def test_expressions_mean_codes_in_their_own_order(expressions: list[str], codes: Sequence[str]) -> None:
    (answer, edition) = select(a_cube(), {"answer": expressions}).dimensions
    assert answer.codes == tuple(codes)
    assert edition.codes == EDITIONS


@pytest.mark.parametrize(
    ("expression", "codes"),
    [("top(1)", ["3"]), ("top(2,1)", ["1", "2"]), ("bottom(1)", ["total"]), ("from(2)", ["2", "3"])],
)
def test_the_first_of_editions_is_the_latest(expression: str, codes: list[str]) -> None:
    assert select(a_cube(), {"Edition": [expression]}).dimensions[1].codes == tuple(codes)


def test_numbers_stay_with_their_codes() -> None:
    found = select(a_cube(), {"answer": ["work", "no_answer"], "edition": ["1", "3"]})
    assert found.values == (5, 7, 13, 15)
    assert select(a_cube(), {}) == a_cube()


@pytest.mark.parametrize(
    "asked",
    [
        {"answer": ["nowhere"]},
        {"answer": []},
        {"answer": [""]},
        {"answer": ["z*"]},
        {"answer": ["[hw]o*"]},
        {"answer": ["home", "nowhere"]},
        {"answer": ["top()"]},
        {"answer": ["top(-1)"]},
        {"answer": ["top(two)"]},
        {"answer": ["top(²)"]},
        {"answer": ["top(1,2,3)"]},
        {"answer": [f"top({'9' * 5000})"]},
        {"answer": ["top(9,9)"]},
        {"answer": ["from(nowhere)"]},
        {"answer": ["range(home)"]},
        {"answer": ["range(other,home)"]},
        {"answer": ["first(1)"]},
        {"answer": ["top(1),a"]},
        {"answer": ["*a" * LONGEST_EXPRESSION]},
        {"answer": ["home"] * (MAXIMUM_EXPRESSIONS + 1)},
        {"answer": [f"*{number}*a*b" for number in range(11)] + ["*"]},
        {"region": ["*"]},
    ],
)
def test_selection_that_means_nothing_is_refused(asked: Mapping[str, list[str]]) -> None:
    with pytest.raises(Refused) as refused:
        select(a_cube(), asked)
    assert refused.value.refusal is Refusal.BAD_SELECTION
    assert "nowhere" not in str(refused.value)


def test_patterns_that_strangers_send_are_not_kept() -> None:
    kept = vars(fnmatch)["_compile_pattern"].cache_info
    before = kept().currsize
    for number in range(20):
        assert select(a_cube(), {"answer": [f"h*{'?' * number}*", "*"]}) == a_cube()
    assert kept().currsize == before


def test_more_than_fits_at_once_is_refused() -> None:
    assert len(select(a_cube(), {"edition": ["total"]}, most=4).values) == 4
    with pytest.raises(Refused) as refused:
        select(a_cube(), {"edition": ["total", "1"]}, most=4)
    assert refused.value.status == 403
    assert str(refused.value) == "That is 8 numbers. Ask for 4 at a time."
