"""When a condition holds: by operator, by kind of question, on what was skipped; and how it is written down."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from chalicelib.questionnaire.conditions import CONDITIONS, Condition, comparisons, holds
from tests.unit.operation.authoring.trees import (
    Written,
    answered,
    at_least,
    at_most,
    chosen_at_least,
    chosen_at_most,
    each,
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
    *each("country equals se | police_met equals no | source equals mail | mood equals 4 | clients equals 34"),
    *each("moved equals 2024-02-29 | harder.home equals much | wants.rest equals 1"),
    *each("challenges includes law | challenges includes stigma"),
    *each("challenges chosen_at_least 1 | challenges chosen_at_least 2"),
    *each("challenges chosen_at_most 2 | challenges chosen_at_most 3"),
    *each("mood at_least 4 | clients at_least 4 | clients at_least 34 | wants.home at_least 2"),
    *each("mood at_most 4 | clients at_most 34 | clients at_most 100 | wants.home at_most 2"),
    *each("moved at_least 2024-02-29 | moved at_least 2023-12-31"),
    *each("moved at_most 2024-02-29 | moved at_most 2024-03-01"),
    *(answered(name) for name in (*GIVEN, "harder", "wants")),
]

#: Conditions that do not hold for what was given, although all of it is answered.
FAIL = [
    *each("country equals s | country equals no | mood equals 3 | clients equals 3 | moved equals 2024-03-01"),
    *each("harder.home equals some | wants.rest equals 2 | challenges includes police"),
    *each("challenges chosen_at_least 3 | challenges chosen_at_most 1 | challenges chosen_at_most 0"),
    *each("mood at_least 5 | clients at_least 35 | clients at_least 100 | wants.home at_least 3"),
    *each("mood at_most 3 | clients at_most 33 | clients at_most 4 | wants.home at_most 1"),
    *each("moved at_least 2024-03-01 | moved at_most 2024-02-28"),
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
@settings(deadline=None)
def test_dates_compare_as_days(answer: Any, limit: Any) -> None:
    given = {"moved": (answer.isoformat(),)}
    assert holds(read(at_least("moved", limit.isoformat())), given) is (answer >= limit)
    assert holds(read(at_most("moved", limit.isoformat())), given) is (answer <= limit)


# --- trees -----------------------------------------------------------------------------------------------------------

TRUE, FALSE = equals("country", "se"), equals("country", "no")


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


@settings(max_examples=60, deadline=None)
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


@settings(max_examples=60, deadline=None)
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


def test_the_key_tells_what_a_condition_is() -> None:
    written = {operator: {"question": "a", operator: 1} for operator in CONDITIONS}
    written |= {"all": every(TRUE), "any": some(TRUE), "not": no(TRUE), "answered": answered("a")}
    assert {operator: type(read(each)) for operator, each in written.items()} == CONDITIONS
