"""When a condition holds: by operator, by kind of question, on what was skipped; and how it is written down."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from chalicelib.questionnaire.conditions import OPERATORS, Condition, comparisons, holds, value_of
from tests.unit.operation.authoring.trees import (
    Written,
    answered,
    at_least,
    at_most,
    chosen_at_least,
    chosen_at_most,
    equals,
    every,
    includes,
    no,
    read,
    some,
    trees,
)

NOTHING: dict[str, tuple[str, ...]] = {}
#: What somebody answered to one question of every kind, as a form names it.
GIVEN = {
    "country": ("se",),
    "challenges": ("law", "stigma"),
    "mood": ("4",),
    "harder.home": ("much",),
    "wants.rest": ("1",),
    "wants.home": ("2",),
    "clients": ("34",),
    "moved": ("2024-02-29",),
    "police_met": ("no",),
    "agreed": ("given",),
    "word": ("rest",),
    "source": ("mail",),
}

#: Conditions that hold for what was given.
HOLD = [
    equals("country", "se"),
    equals("police_met", "no"),
    equals("source", "mail"),
    equals("mood", 4),
    equals("clients", 34),
    equals("moved", "2024-02-29"),
    equals("harder.home", "much"),
    equals("wants.rest", 1),
    includes("challenges", "law"),
    includes("challenges", "stigma"),
    chosen_at_least("challenges", 1),
    chosen_at_least("challenges", 2),
    chosen_at_most("challenges", 2),
    chosen_at_most("challenges", 3),
    at_least("mood", 4),
    at_most("mood", 4),
    at_least("clients", 4),
    at_least("clients", 34),
    at_most("clients", 34),
    at_most("clients", 100),
    at_least("moved", "2024-02-29"),
    at_least("moved", "2023-12-31"),
    at_most("moved", "2024-02-29"),
    at_most("moved", "2024-03-01"),
    at_least("wants.home", 2),
    at_most("wants.home", 2),
    *(answered(name) for name in ("country", "challenges", "mood", "harder", "harder.home", "wants", "wants.rest")),
    *(answered(name) for name in ("clients", "moved", "police_met", "agreed", "word", "source")),
]

#: Conditions that do not hold for what was given, although all of it is answered.
FAIL = [
    equals("country", "s"),
    equals("country", "no"),
    equals("mood", 3),
    equals("clients", 3),
    equals("moved", "2024-03-01"),
    equals("harder.home", "some"),
    equals("wants.rest", 2),
    includes("challenges", "police"),
    chosen_at_least("challenges", 3),
    chosen_at_most("challenges", 1),
    chosen_at_most("challenges", 0),
    at_least("mood", 5),
    at_most("mood", 3),
    at_least("clients", 35),
    at_least("clients", 100),
    at_most("clients", 33),
    at_most("clients", 4),
    at_least("moved", "2024-03-01"),
    at_most("moved", "2024-02-28"),
    at_least("wants.home", 3),
    at_most("wants.home", 1),
]


@pytest.mark.parametrize("written", HOLD, ids=str)
def test_condition_holds_for_an_answer_that_fits(written: Written) -> None:
    assert holds(read(written), GIVEN)
    assert not holds(read(no(written)), GIVEN)


@pytest.mark.parametrize("written", FAIL, ids=str)
def test_condition_fails_for_another_answer(written: Written) -> None:
    assert not holds(read(written), GIVEN)
    assert holds(read(no(written)), GIVEN)


@pytest.mark.parametrize("written", [*HOLD, *FAIL], ids=str)
def test_condition_on_a_skipped_question_fails_but_for_choosing_few(written: Written) -> None:
    assert holds(read(written), NOTHING) is ("chosen_at_most" in written)


@pytest.mark.parametrize("written", [equals("harder.work", "much"), answered("harder.work"), answered("wants.pay")])
def test_a_part_that_was_skipped_is_not_answered_where_others_are(written: Written) -> None:
    assert not holds(read(written), GIVEN)


def test_a_question_is_not_answered_by_another_whose_name_begins_alike() -> None:
    given = {"moods": ("1",), "mood_2": ("1",), "a.mood": ("1",)}
    assert not holds(read(answered("mood")), given)


@pytest.mark.parametrize(("value", "is_more"), [("9", False), ("10", True), ("11", True), ("100", True)])
def test_numbers_compare_as_numbers_and_not_as_text(value: str, is_more: bool) -> None:
    assert holds(read(at_least("clients", 10)), {"clients": (value,)}) is is_more
    assert holds(read(at_most("clients", 9)), {"clients": (value,)}) is not is_more


@given(st.dates(), st.dates())
def test_dates_compare_as_days(answer: Any, limit: Any) -> None:
    given = {"moved": (answer.isoformat(),)}
    assert holds(read(at_least("moved", limit.isoformat())), given) is (answer >= limit)
    assert holds(read(at_most("moved", limit.isoformat())), given) is (answer <= limit)


# --- trees -----------------------------------------------------------------------------------------------------------

TRUE, FALSE = equals("country", "se"), equals("country", "no")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (every(TRUE, TRUE), True),
        (every(TRUE, FALSE), False),
        (every(FALSE, FALSE), False),
        (every(TRUE), True),
        (some(FALSE, TRUE), True),
        (some(FALSE, FALSE), False),
        (some(FALSE), False),
        (no(every(TRUE, FALSE)), True),
        (no(no(TRUE)), True),
        (every(some(FALSE, TRUE), no(FALSE)), True),
        (some(every(TRUE, FALSE), no(some(TRUE, FALSE))), False),
    ],
    ids=str,
)
def test_all_any_and_not_combine(written: Written, expected: bool) -> None:
    assert holds(read(written), GIVEN) is expected


NAMES = st.sampled_from(["country", "challenges", "mood_2", "harder.home", "wants.2"])
VALUES = st.integers(0, 10**9) | st.sampled_from(["se", "0", "2026-03-01", "a_b"])
LEAVES = st.one_of(
    st.builds(equals, NAMES, VALUES),
    st.builds(includes, NAMES, VALUES),
    st.builds(at_least, NAMES, VALUES),
    st.builds(at_most, NAMES, VALUES),
    st.builds(chosen_at_least, NAMES, st.integers(1, 250)),
    st.builds(chosen_at_most, NAMES, st.integers(0, 250)),
    st.builds(answered, NAMES),
)


@settings(max_examples=60)
@given(trees(LEAVES))
def test_what_is_stored_of_a_condition_is_what_was_written(written: Written) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(Condition)
    condition = read(written)
    assert adapter.dump_python(condition) == _with_tuples(written)
    assert adapter.validate_json(adapter.dump_json(condition)) == condition


def _with_tuples(written: Any) -> Any:
    if isinstance(written, dict):
        return {key: _with_tuples(value) for key, value in written.items()}
    return tuple(map(_with_tuples, written)) if isinstance(written, list) else written


@settings(max_examples=60)
@given(trees(st.sampled_from([TRUE, FALSE]), most=12))
def test_a_tree_holds_as_logic_says(written: Written) -> None:
    assert holds(read(written), GIVEN) is _logic(written)


def _logic(written: Written) -> bool:
    if "not" in written:
        return not _logic(written["not"])
    if "all" in written:
        return min(map(_logic, written["all"]))
    return max(map(_logic, written["any"])) if "any" in written else written == TRUE


@given(trees(LEAVES))
def test_comparisons_are_the_leaves_in_the_order_they_stand_in(written: Written) -> None:
    assert [leaf.model_dump() for leaf in comparisons(read(written))] == _leaves(written)


def _leaves(written: Written) -> list[Written]:
    inner = written.get("all") or written.get("any") or ([written["not"]] if "not" in written else [])
    return [leaf for part in inner for leaf in _leaves(part)] if inner else [written]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (equals("country", "se"), "se"),
        (includes("challenges", "law"), "law"),
        (at_least("mood", 2), 2),
        (at_most("moved", "2026-03-01"), "2026-03-01"),
        (chosen_at_least("challenges", 2), None),
        (chosen_at_most("challenges", 2), None),
        (answered("mood"), None),
    ],
)
def test_the_value_of_a_comparison_is_what_an_answer_is_compared_with(written: Written, value: object) -> None:
    [leaf] = comparisons(read(written))
    assert value_of(leaf) == value


# --- what is no condition --------------------------------------------------------------------------------------------

WRONG: dict[str, Any] = {
    "nothing": {},
    "a word": "country",
    "a list": [TRUE],
    "true": True,
    "an unknown operator": {"question": "country", "is": "se"},
    "no operator": {"question": "country"},
    "no question": {"equals": "se"},
    "no part": equals("harder.", "se"),
    "parts of parts": equals("harder.home.x", "se"),
    "an id that is none": equals("Country", "se"),
    "all of nothing": every(),
    "any of nothing": some(),
    "all of one that is no list": {"all": TRUE},
    "not of a list": {"not": [TRUE]},
    "not of nothing": {"not": None},
    "51 at once": every(*[TRUE] * 51),
    "two operators": {"question": "mood", "at_least": 2, "at_most": 4},
    "an operator beside a group": {"all": [TRUE], "question": "country", "equals": "se"},
    "a comparison with nothing": equals("country", None),  # type: ignore[arg-type]
    "a comparison with true": equals("country", True),
    "a comparison with a fraction": equals("country", 1.5),  # type: ignore[arg-type]
    "a comparison with a list": equals("country", ["se"]),  # type: ignore[arg-type]
    "a comparison with a paragraph": equals("country", "a" * 41),
    "a comparison with control characters": equals("country", "\x1b[31m"),
    "a comparison with a mark that turns text around": equals("country", "se\u202e"),
    "a comparison with a number below all": equals("clients", -1),
    "a comparison with a number beyond all": equals("clients", 10**9 + 1),
    "a count of none": chosen_at_least("challenges", 0),
    "a negative count": chosen_at_most("challenges", -1),
    "a count as text": chosen_at_least("challenges", "2"),  # type: ignore[arg-type]
    "not answered": {"question": "country", "answered": False},
    "answered as text": {"question": "country", "answered": "true"},
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_no_condition_is_refused(what: str) -> None:
    with pytest.raises(ValidationError):
        read(WRONG[what])


def test_the_key_tells_what_a_condition_is() -> None:
    written = {operator: {"question": "a", operator: 1} for operator in OPERATORS}
    written |= {"all": every(TRUE), "any": some(TRUE), "not": no(TRUE), "answered": answered("a")}
    assert {operator: type(read(each)) for operator, each in written.items()} == OPERATORS
