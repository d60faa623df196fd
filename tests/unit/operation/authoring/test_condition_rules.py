"""What is wrong with conditions: what they speak of, what they compare it with, and questions that nobody comes to."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.questionnaire.definition import KINDS, Definition
from operation.authoring import condition_rules as condition_checks
from operation.authoring.condition_rules import MAXIMUM_COMPARISONS
from operation.authoring.problems import DefinitionProblem
from operation.authoring.rules import check_definition, rule_problems
from tests.builders import a_document, a_question, options
from tests.unit.operation.authoring.found import Found, codes_of, found_with
from tests.unit.operation.authoring.trees import (
    Written,
    answered,
    at_least,
    at_most,
    chosen_at_least,
    each,
    equals,
    every,
    no,
    some,
)

#: One question of every kind, by the id that the builders give it, without warnings; the condition follows them.
EVERYTHING = [a_question(kind, hint={"en": "Name nobody."}) for kind in KINDS]
LAST = f"questionnaire.questions.{len(EVERYTHING)}"
MET = a_question("yes_no", id="met")
CLIENTS = a_question("number")
NEVER = every(equals("met", "yes"), equals("met", "no"))


def asked(show_if: Written, id_: str = "z", kind: str = "scale") -> dict[str, Any]:
    return a_question(kind, id=id_, show_if=show_if)


def found_of(show_if: Written) -> list[tuple[str, str]]:
    """Codes and severities of what is wrong with a condition after every kind of question."""
    found = found_with(*EVERYTHING, asked(show_if))
    assert {place for place, _, _ in found} <= {f"{LAST}.show_if"}
    return [(code, severity) for _, code, severity in found]


#: Code, and conditions that have it for their only problem.
WRONG: dict[str, list[Written]] = {
    "unknown_question": each("contry equals se | contry answered | contry.home equals se"),
    "later_question": each("z equals 3 | z answered"),
    "nothing_to_compare": each("heading answered | part equals x | heading.x answered"),
    "unknown_part": [
        *each("harder.play equals much | harder.play answered | wants.x equals 1"),
        *each("country.other answered | challenges.law answered | mood.3 equals 3"),
    ],
    "unfit_operator": [
        *each("country includes se | country at_least 1 | challenges equals law | mood includes '3'"),
        *each("mood chosen_at_least 3 | harder.home at_least 2 | wants chosen_at_least 1 | clients includes few"),
        *each("police_met at_least 1 | agreed equals given | word equals rest | wish chosen_at_most 1"),
        *each("source at_most 1"),
    ],
    "part_missing": each("harder equals much | wants equals 1 | wants at_least 1"),
    "unknown_option": [
        *each("country equals dk | country equals 1 | challenges includes wages | harder.home equals home"),
        *each("police_met equals true | source equals web | mood equals 6 | mood at_least 0 | wants.home equals 3"),
    ],
    "unfit_value": [
        *each("mood equals '4' | mood at_least '4' | wants.home at_most '1' | clients equals few"),
        *each("clients at_least '10' | clients at_least 2026-03-01 | moved equals 2024 | moved at_least 20240101"),
        *each("moved at_least '20240101' | moved at_least 2024-w01-1 | moved at_least 2024-02-30"),
        *each("moved at_least since"),
    ],
    "out_of_range": each(
        "clients equals 301 | clients at_least 999999999 | moved equals 2019-12-31 | moved at_most 2027-01-01"
    ),
    "unreachable": [
        every(*each("country equals se | country equals no")),
        chosen_at_least("challenges", 3),
        every(*each("wants.home equals 1 | wants.rest equals 1")),
        every(answered("clients"), no(at_least("clients", 0))),
        no(answered("agreed")),
        every(*each("challenges chosen_at_most 0 | challenges answered")),
    ],
}


@pytest.mark.parametrize(
    ("code", "show_if"), [(code, show_if) for code, tried in WRONG.items() for show_if in tried], ids=str
)
def test_condition_that_cannot_be_meant_is_an_error(code: str, show_if: Written) -> None:
    assert found_of(show_if) == [(code, "error")]


SOUND: list[Written] = [
    *each("country equals se | challenges includes law | challenges chosen_at_least 2 | challenges chosen_at_most 1"),
    *each("mood equals 4 | mood at_least 2 | mood at_most 4 | harder.home equals much | harder answered"),
    *each("harder.home answered | wants.home equals 2 | wants.home at_most 1 | wants answered | clients equals 300"),
    *each("clients at_least 10 | clients at_most 0 | moved equals 2020-01-01 | moved at_least 2026-12-31"),
    *each("moved answered | police_met equals no | word answered | wish answered | source equals poster"),
    every(equals("country", "se"), no(answered("word"))),
    some(*each("challenges includes law | challenges includes none")),
]


@pytest.mark.parametrize("show_if", SOUND, ids=str)
def test_condition_that_tells_people_apart_passes(show_if: Written) -> None:
    assert found_of(show_if) == []


@pytest.mark.parametrize(
    "show_if",
    [
        answered("agreed"),
        some(answered("word"), no(answered("word"))),
        some(*(equals("mood", step) for step in (1, 2, 3, 4, 5)), no(answered("mood"))),
    ],
)
def test_condition_that_always_holds_is_warned_of(show_if: Written) -> None:
    assert found_of(show_if) == [("needless_condition", "warning")]


def test_what_stands_in_a_section_that_nobody_comes_to_is_found() -> None:
    found = found_with(MET, asked(NEVER, "part", "section"), a_question("scale"))
    assert [(place[-9:], code) for place, code, _ in found] == [
        ("1.show_if", "unreachable"),
        ("2.show_if", "unreachable"),
    ]


# --- a page without scripts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "conditions",
    [
        [at_least("clients", 10), at_least("clients", 20)],
        [at_least("clients", 10), at_most("clients", 10)],
        [at_least("clients", 10), equals("clients", 10)],
        [every(at_least("clients", 10), at_most("clients", 19)), answered("clients")],
    ],
)
def test_a_number_is_told_apart_at_one_limit_only(conditions: list[Written]) -> None:
    questions = [asked(condition, f"z{number}") for number, condition in enumerate(conditions)]
    codes = {code for _, code, _ in found_with(CLIENTS, *questions)}
    assert codes == {"several_limits"}


@pytest.mark.parametrize(
    "conditions",
    [
        [at_least("clients", 10), at_most("clients", 9)],
        [at_least("clients", 10), at_least("clients", 10), answered("clients")],
        [equals("clients", 10), no(equals("clients", 10))],
    ],
)
def test_one_limit_may_be_asked_from_both_sides(conditions: list[Written]) -> None:
    questions = [asked(condition, f"z{number}") for number, condition in enumerate(conditions)]
    assert found_with(CLIENTS, *questions) == []


@pytest.mark.parametrize("kind", ["consent", "hidden"])
def test_what_everybody_sends_has_no_condition(kind: str) -> None:
    expected: list[Found] = [("questionnaire.questions.1.show_if", "always_asked", "error")]
    assert found_with(MET, asked(equals("met", "yes"), kind=kind)) == expected
    in_section = found_with(MET, asked(equals("met", "yes"), "part", "section"), a_question(kind))
    assert in_section == [("questionnaire.questions.2.show_if", "always_asked", "error")]


# --- how much --------------------------------------------------------------------------------------------------------


def wide(number: int) -> Written:
    """So many comparisons."""
    groups = [[equals("met", "yes")] * min(50, number - begun) for begun in range(0, number, 50)]
    return every(*(some(*group) for group in groups))


def test_conditions_take_as_much_of_the_page_as_there_is_room_for() -> None:
    assert found_with(MET, asked(wide(MAXIMUM_COMPARISONS))) == []
    found = found_with(MET, asked(wide(MAXIMUM_COMPARISONS + 1)))
    assert found == [("questionnaire.questions", "conditions_too_complex", "error")]


def test_comparisons_count_with_those_that_they_build_on() -> None:
    chain = [MET, *(asked(some(answered(_last(number)), answered(_last(number))), f"z{number}") for number in range(9))]
    assert found_with(*chain) == [("questionnaire.questions", "conditions_too_complex", "error")]
    assert found_with(*chain[:7]) == []


def _last(number: int) -> str:
    return f"z{number - 1}" if number else "met"


def test_conditions_too_complex_are_told_beside_what_else_is_wrong_with_them() -> None:
    found = found_with(MET, asked(every(wide(MAXIMUM_COMPARISONS), answered("nowhere"))))
    assert [code for _, code, _ in found] == ["unknown_question", "conditions_too_complex"]


def test_too_many_combinations_to_try_are_a_warning() -> None:
    rows = [{"code": f"r{number}", "label": {"en": f"Row {number}"}} for number in range(30)]
    condition = every(*(equals(f"harder.r{number}", "not") for number in range(30)))
    found = found_with(a_question("matrix", rows=rows), asked(condition))
    assert found == [("questionnaire.questions.1.show_if", "undecided", "warning")]


# --- all at once -----------------------------------------------------------------------------------------------------


def test_every_problem_of_a_condition_is_told_and_reachability_waits_for_them() -> None:
    found = found_of(every(equals("contry", "se"), equals("country", "dk"), at_least("word", 1), NEVER_SE))
    assert found == [("unknown_question", "error"), ("unknown_option", "error"), ("unfit_operator", "error")]


NEVER_SE = every(equals("country", "se"), equals("country", "no"))


def test_what_builds_on_a_broken_condition_is_not_called_unreachable() -> None:
    found = found_with(MET, asked(equals("met", "maybe"), "a"), asked(every(answered("a"), NEVER), "b"))
    assert [(place, code) for place, code, _ in found] == [("questionnaire.questions.1.show_if", "unknown_option")]


def test_a_repeated_id_is_told_and_nothing_that_follows_from_it() -> None:
    found = found_with(MET, MET, asked(NEVER))
    assert [code for _, code, _ in found] == ["repeated_code"]


def test_a_condition_on_a_question_that_did_not_fit_is_not_called_unknown() -> None:
    definition = Definition.model_validate(a_document(MET, asked(every(equals("lost", "x"), NEVER)), asked(NEVER, "a")))
    problems = rule_problems(definition, frozenset({"lost"}))
    assert [(str(problem.place)[-9:], problem.code) for problem in problems] == [("2.show_if", "unreachable")]


def message_of(show_if: Written) -> str:
    [problem] = problems_of(show_if)
    return problem.message


def problems_of(show_if: Written) -> list[DefinitionProblem]:
    return check_definition(Definition.model_validate(a_document(*EVERYTHING, asked(show_if))))


@pytest.mark.parametrize(
    ("show_if", "message"),
    [
        (equals("contry", "se"), "There is no question “contry”. Did you mean “country”?"),
        (equals("zebra", "se"), "There is no question “zebra”. Check how it is written."),
        (equals("country", "othr"), "“country” has no “othr”. There are: se, no, other. Did you mean “other”?"),
        (equals("country", "dk"), "“country” has no “dk”. There are: se, no, other."),
        (equals("harder", "much"), "Say which part of “harder” is meant, as in harder.home."),
        (at_least("country", 1), "“at_least” does not fit a single_choice. Use one of: equals, answered."),
        (equals("word", "rest"), "“equals” does not fit a short_text. Use one of: answered."),
        (equals("moved", 2024), "“moved” is compared with a date, as 2026-03-31."),
        (at_least("clients", "10"), "“clients” is compared with a whole number, written without quotes."),
        (equals("clients", 301), "“clients” never takes the value 301."),
    ],
)
def test_message_says_what_to_write_instead(show_if: Written, message: str) -> None:
    assert message_of(show_if) == message


def test_message_lists_no_more_options_than_anybody_reads() -> None:
    many = a_question("single_choice", options=options(*(f"o{number}" for number in range(250))))
    definition = Definition.model_validate(a_document(many, asked(equals("country", "x"))))
    [problem] = check_definition(definition)
    assert problem.message.endswith("There are: o0, o1, o2, o3, o4, o5, o6, o7, o8, o9, o10, o11 ….")


def test_every_code_of_the_condition_checks_is_tested_here() -> None:
    others = {"needless_condition", "several_limits", "always_asked", "conditions_too_complex", "undecided"}
    assert codes_of(condition_checks) == WRONG.keys() | others
