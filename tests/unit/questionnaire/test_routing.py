"""Which questions apply to whom: sections, their conditions, and a question's own."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.questionnaire.definition import Questionnaire
from chalicelib.questionnaire.routing import applies, conditions_of, groups_of
from tests.builders import a_definition, a_question
from tests.unit.operation.authoring.trees import Written, equals, read

MET, MOOD = equals("met", "yes"), equals("mood", 3)


def asked(id_: str, show_if: Written | None = None, kind: str = "yes_no") -> dict[str, Any]:
    return a_question(kind, id=id_, **({"show_if": show_if} if show_if else {}))


def section(id_: str, show_if: Written | None = None) -> dict[str, Any]:
    return asked(id_, show_if, "section")


def questionnaire(*questions: dict[str, Any]) -> Questionnaire:
    return a_definition(*questions).questionnaire


def grouped(*questions: dict[str, Any]) -> list[tuple[str | None, list[str]]]:
    return [
        (group.heading.id if group.heading else None, [question.id for question in group.questions])
        for group in groups_of(questionnaire(*questions))
    ]


def conditions(*questions: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    return dict(conditions_of(questionnaire(*questions)))


def test_a_heading_takes_what_follows_up_to_the_next() -> None:
    questions = [asked("a"), section("one"), asked("b"), asked("c", kind="note"), section("two"), asked("d")]
    assert grouped(*questions) == [(None, ["a"]), ("one", ["b", "c"]), ("two", ["d"])]


def test_a_section_s_condition_comes_before_a_question_s_own() -> None:
    found = conditions(asked("a", MOOD), section("one", MET), asked("b"), asked("c", MOOD), section("two"), asked("d"))
    assert found == {
        "a": (read(MOOD),),
        "one": (read(MET),),
        "b": (read(MET),),
        "c": (read(MET), read(MOOD)),
        "two": (),
        "d": (),
    }


def test_every_question_has_its_conditions_in_the_order_of_the_questionnaire() -> None:
    questions = [asked("b"), section("one", MET), asked("a"), asked("note", kind="note")]
    assert list(conditions(*questions)) == ["b", "one", "a", "note"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, False),
        ({"met": ("yes",)}, False),
        ({"mood": ("3",)}, False),
        ({"met": ("yes",), "mood": ("3",)}, True),
    ],
)
def test_a_question_applies_where_all_its_conditions_hold(given: dict[str, tuple[str, ...]], expected: bool) -> None:
    assert applies([read(MET), read(MOOD)], given) is expected


SHAPES = st.lists(st.tuples(st.booleans(), st.sampled_from([None, MET, MOOD])), min_size=1, max_size=12)


@given(SHAPES)
def test_groups_hold_every_question_once_and_share_their_heading_s_condition(shape: list[Any]) -> None:
    questions = [
        (section if is_section else asked)(f"q{index}", show_if) for index, (is_section, show_if) in enumerate(shape)
    ]
    whole = questionnaire(*questions)
    groups, found = groups_of(whole), conditions_of(whole)
    assert [
        each.id for group in groups for each in ([group.heading] if group.heading else []) + list(group.questions)
    ] == [question["id"] for question in questions]
    for group in groups:
        for question in group.questions:
            inherited = group.heading.show_if if group.heading else None
            assert found[question.id] == tuple(each for each in (inherited, question.show_if) if each)
