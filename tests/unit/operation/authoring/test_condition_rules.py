"""What is wrong with conditions: what they speak of, what they compare it with, and questions that nobody comes to."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.questionnaire.definition import KINDS, Definition
from operation.authoring import condition_rules as condition_checks
from operation.authoring.condition_rules import MAXIMUM_COMPARISONS
from operation.authoring.rules import check_definition, rule_problems
from operation.errors import DefinitionProblem
from tests.builders import a_document, a_question, options
from tests.unit.operation.authoring.found import Found, codes_of, found_with
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
    "unknown_question": [equals("contry", "se"), answered("contry"), equals("contry.home", "se")],
    "later_question": [equals("z", 3), answered("z")],
    "nothing_to_compare": [answered("heading"), equals("part", "x"), answered("heading.x")],
    "unknown_part": [
        equals("harder.play", "much"),
        answered("harder.play"),
        equals("wants.x", 1),
        answered("country.other"),
        answered("challenges.law"),
        equals("mood.3", 3),
    ],
    "unfit_operator": [
        includes("country", "se"),
        at_least("country", 1),
        equals("challenges", "law"),
        includes("mood", "3"),
        chosen_at_least("mood", 3),
        at_least("harder.home", 2),
        chosen_at_least("wants", 1),
        includes("clients", "few"),
        at_least("police_met", 1),
        equals("agreed", "given"),
        equals("word", "rest"),
        chosen_at_most("wish", 1),
        at_most("source", 1),
    ],
    "part_missing": [equals("harder", "much"), equals("wants", 1), at_least("wants", 1)],
    "unknown_option": [
        equals("country", "dk"),
        equals("country", 1),
        includes("challenges", "wages"),
        equals("harder.home", "home"),
        equals("police_met", "true"),
        equals("source", "web"),
        equals("mood", 6),
        at_least("mood", 0),
        equals("wants.home", 3),
    ],
    "unfit_value": [
        equals("mood", "4"),
        at_least("mood", "4"),
        at_most("wants.home", "1"),
        equals("clients", "few"),
        at_least("clients", "10"),
        at_least("clients", "2026-03-01"),
        equals("moved", 2024),
        at_least("moved", 20240101),
        at_least("moved", "20240101"),
        at_least("moved", "2024-w01-1"),
        at_least("moved", "2024-02-30"),
        at_least("moved", "since"),
    ],
    "out_of_range": [
        equals("clients", 301),
        at_least("clients", 999999999),
        equals("moved", "2019-12-31"),
        at_most("moved", "2027-01-01"),
    ],
    "unreachable": [
        every(equals("country", "se"), equals("country", "no")),
        chosen_at_least("challenges", 3),
        every(equals("wants.home", 1), equals("wants.rest", 1)),
        every(answered("clients"), no(at_least("clients", 0))),
        no(answered("agreed")),
        every(chosen_at_most("challenges", 0), answered("challenges")),
    ],
}


@pytest.mark.parametrize(
    ("code", "show_if"), [(code, each) for code, tried in WRONG.items() for each in tried], ids=str
)
def test_condition_that_cannot_be_meant_is_an_error(code: str, show_if: Written) -> None:
    assert found_of(show_if) == [(code, "error")]


SOUND: list[Written] = [
    equals("country", "se"),
    includes("challenges", "law"),
    chosen_at_least("challenges", 2),
    chosen_at_most("challenges", 1),
    equals("mood", 4),
    at_least("mood", 2),
    at_most("mood", 4),
    equals("harder.home", "much"),
    answered("harder"),
    answered("harder.home"),
    equals("wants.home", 2),
    at_most("wants.home", 1),
    answered("wants"),
    equals("clients", 300),
    at_least("clients", 10),
    at_most("clients", 0),
    equals("moved", "2020-01-01"),
    at_least("moved", "2026-12-31"),
    answered("moved"),
    equals("police_met", "no"),
    answered("word"),
    answered("wish"),
    equals("source", "poster"),
    every(equals("country", "se"), no(answered("word"))),
    some(includes("challenges", "law"), includes("challenges", "none")),
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


def test_question_that_only_nobody_comes_to_decides_on_is_found_as_well() -> None:
    found = found_with(MET, asked(NEVER, "a"), asked(answered("a"), "b"))
    assert found == [
        ("questionnaire.questions.1.show_if", "unreachable", "error"),
        ("questionnaire.questions.2.show_if", "unreachable", "error"),
    ]


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
    assert [code for _, code, _ in found] == ["conditions_too_complex", "unknown_question"]


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
    assert [(problem.place[-9:], problem.code) for problem in problems] == [("2.show_if", "unreachable")]


def message_of(show_if: Written) -> str:
    [problem] = problems_of(show_if)
    return problem.message


def problems_of(show_if: Written) -> list[DefinitionProblem]:
    return check_definition(Definition.model_validate(a_document(*EVERYTHING, asked(show_if))))


@pytest.mark.parametrize(
    ("show_if", "message"),
    [
        (equals("contry", "se"), "There is no question “contry”. Check how it is written."),
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
