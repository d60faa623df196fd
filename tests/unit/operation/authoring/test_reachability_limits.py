"""The search for who comes to a question gives up before anybody waits."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.questionnaire.definition import Questionnaire
from operation.authoring.reachability import MAXIMUM_ANSWERS, Reachability, Undecided
from tests.builders import a_definition, a_question, options, text
from tests.unit.operation.authoring.trees import Written, equals, every, includes, no, some


def questionnaire(*questions: dict[str, Any]) -> Questionnaire:
    return a_definition(*questions).questionnaire


def outcomes(*questions: dict[str, Any]) -> set[bool]:
    return set(Reachability(questionnaire(*questions)).outcomes("z"))


def asked(show_if: Written, id_: str = "z") -> dict[str, Any]:
    return a_question("yes_no", id=id_, show_if=show_if)


NONE = every(equals("b0", "o1"), equals("b0", "o2"))
BASES = [a_question("single_choice", id=f"b{number}", options=options("o1", "o2", "o3")) for number in range(30)]
THIRTY_ROWS = [{"code": f"r{number}", "label": text("R")} for number in range(30)]
MANY = options(*(f"o{number}" for number in range(20)))
#: Questions, of which the last has too many combinations of answers before it.
ENDLESS: dict[str, list[dict[str, Any]]] = {
    "choices": [*BASES, asked(every(some(*(equals(base["id"], "o1") for base in BASES)), NONE))],
    "a matrix": [
        a_question("matrix", rows=THIRTY_ROWS),
        asked(every(*(equals(f"harder.r{number}", "not") for number in range(30)))),
    ],
    "options": [
        a_question("multiple_choice", id="c", options=MANY, most=None),
        asked(every(*(includes("c", option["code"]) for option in MANY))),
    ],
    "ranks": [
        a_question("ranking", options=MANY, most=None),
        asked(every(*(equals(f"wants.{option['code']}", 1) for option in MANY))),
    ],
}


@pytest.mark.parametrize("case", ENDLESS)
def test_search_gives_up_before_anybody_waits(case: str) -> None:
    with pytest.raises(Undecided):
        outcomes(*ENDLESS[case])


def test_all_searches_of_a_questionnaire_share_what_may_be_tried() -> None:
    endless = [asked(_impossible(number), f"z{number}") for number in range(30)]
    whole = questionnaire(*BASES[:12], *endless, asked(equals("b0", "o1"), "easy"))
    assert not _is_undecided(Reachability(whole), "easy")
    reachability = Reachability(whole)
    assert sum(_is_undecided(reachability, f"z{number}") for number in range(30)) == 30
    assert _is_undecided(reachability, "easy")


def _impossible(number: int) -> Written:
    return every(some(*(equals(f"b{base}", "o1") for base in range(1, 12))), NONE, no(equals(f"b{number % 12}", "o3")))


def _is_undecided(reachability: Reachability, name: str) -> bool:
    try:
        reachability.outcomes(name)
    except Undecided:
        return True
    return False


def test_as_many_answers_as_are_tried_of_one_question_are_enough_for_ten_of_its_options() -> None:
    question = a_question("multiple_choice", id="c", options=MANY, most=None)
    assert outcomes(question, asked(every(*(includes("c", f"o{number}") for number in range(10))))) == {True, False}
    assert MAXIMUM_ANSWERS >= 2**10
