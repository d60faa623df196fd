"""The style of one form as a whole: what it holds, and that nothing of the author's words comes into it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from chalicelib.forms.rules import stylesheet
from chalicelib.forms.visibility import FALLBACK
from chalicelib.questionnaire.definition import Questionnaire
from tests.builders import a_definition, a_question, options, text
from tests.unit.forms.rendering import HOSTILE

MET = {"question": "police_met", "equals": "yes"}
#: Two sections, so that the form comes in steps.
SECTIONS = [a_question("section"), a_question("section", id="last")]
REASON = {"required_because": text("The law asks for it.")}


def a_questionnaire(*questions: dict[str, Any]) -> Questionnaire:
    return a_definition(*questions).questionnaire


def in_steps(*questions: dict[str, Any]) -> str:
    return stylesheet(a_questionnaire(*questions, *SECTIONS))


def test_a_form_that_always_shows_all_and_takes_no_mistake_has_no_rules() -> None:
    assert stylesheet(a_questionnaire(a_question("single_choice"), a_question("number"), a_question("matrix"))) == ""


def test_rules_hold_only_where_a_browser_knows_has_and_take_the_line_for_others_away() -> None:
    conditional = a_question("scale", show_if={"question": "police_met", "equals": "no"})
    assert stylesheet(a_questionnaire(a_question("yes_no"), conditional)) == (
        "@media screen { @supports selector(:has(*)) {\n"
        f".{FALLBACK} {{ display: none }}\n"
        'form:not(:has(input[name="police_met"]:is([value="no"]):checked)) [id="mood"] { display: none }\n'
        "} }\n"
    )


def test_the_line_for_other_browsers_stays_where_nothing_depends_on_an_answer() -> None:
    assert FALLBACK not in stylesheet(a_questionnaire(a_question("ranking")))


def worded(label: dict[str, str], steps: bool) -> Questionnaire:
    """A question of each kind that has rules of its own, all that can be worded being ``label``."""
    choices = [option | {"label": label} for option in options("law", "police", "none", exclusive=["none"])]
    chosen = a_question("multiple_choice", label=label, hint=label, required_because=label, options=choices)
    ranked = a_question("ranking", label=label, options=[option | {"label": label} for option in options(*"abc")])
    listed = a_question("dropdown", label=label, options=[option | {"label": label} for option in options(*"abc")])
    later = a_question("scale", label=label, show_if={"question": "challenges", "includes": "law"})
    more = [ranked, listed, *(section | {"label": label} for section in SECTIONS)] if steps else []
    return a_questionnaire(chosen, *more, later)


@pytest.mark.parametrize("steps", [False, True])
def test_nothing_that_an_author_words_comes_into_the_rules(steps: bool) -> None:
    rules = stylesheet(worded(text(HOSTILE), steps))
    assert rules == stylesheet(worded(text("x" * len(HOSTILE)), steps))
    assert rules.isascii()
    assert rules


# --- words of lists, to be read on the last step ----------------------------------------------------------------------


def longest_list(rules: str) -> int:
    """For how many of the choices of a list a word is shown."""
    return max(map(int, re.findall(r"> b:nth-of-type\((\d+)\)", rules)), default=0)


@pytest.mark.parametrize(
    ("question", "length"),
    [
        (a_question("single_choice", options=options(*(f"o{number}" for number in range(40)))), 0),
        (a_question("dropdown"), 3),
        (a_question("dropdown", options=options(*(f"o{number}" for number in range(40)))), 40),
        (a_question("ranking"), 0),
        (a_question("ranking", options=options(*"abcdefgh"), most=7), 7),
        (a_question("date"), 31),
        (a_question("date", least="1926-01-01", bands=[]), 101),
    ],
)
def test_words_stand_for_the_choices_of_lists_up_to_the_longest(question: dict[str, Any], length: int) -> None:
    rules = in_steps(question, a_question("yes_no", id="other"))
    assert longest_list(rules) == length
    assert all(
        f"option:nth-child({place + 1}):checked) > b:nth-of-type({place})" in rules for place in range(1, length)
    )


def test_the_longest_of_several_lists_counts() -> None:
    assert longest_list(in_steps(a_question("dropdown"), a_question("date"), a_question("scale"))) == 31


def test_a_form_on_one_page_is_not_read_through_and_says_at_once_what_is_missing() -> None:
    rules = stylesheet(a_questionnaire(a_question("dropdown", **REASON)))
    assert longest_list(rules) == 0
    assert ".missing-" not in rules


# --- what is missing, beside Send -------------------------------------------------------------------------------------


def missing(rules: str) -> dict[str, str]:
    """What the form matches while an answer is missing, by question."""
    found = re.findall(r"^form(.*) \.missing-(\w+) \{ display: block \}$", rules, re.MULTILINE)
    return {name: selector for selector, name in found}


def test_only_what_has_to_be_answered_is_missing() -> None:
    asked = [a_question("consent"), a_question("yes_no", **REASON), a_question("scale"), a_question("short_text")]
    assert missing(in_steps(*asked)) == {
        "agreed": ':not(:has([id="agreed"] input:checked:not([value=""])))',
        "police_met": ':not(:has([id="police_met"] input:checked:not([value=""])))',
    }


def test_of_a_matrix_every_row_has_to_be_answered() -> None:
    rows = "".join(f':has(input[name="harder.{row}"]:checked:not([value=""]))' for row in ("home", "work"))
    assert missing(in_steps(a_question("matrix", **REASON))) == {"harder": f":not({rows})"}


def test_nothing_is_missing_where_the_question_does_not_apply() -> None:
    rules = in_steps(a_question("yes_no"), a_question("number", **REASON, show_if=MET))
    applies = ':has(input[name="police_met"]:is([value="yes"]):checked)'
    assert missing(rules) == {"clients": f'{applies}:not(:has([name="clients"]:not(:placeholder-shown)))'}


def test_a_condition_of_the_section_counts_too() -> None:
    inside = [a_question("section", id="met", show_if=MET), a_question("scale", **REASON)]
    rules = stylesheet(a_questionnaire(a_question("yes_no"), *inside, a_question("section")))
    assert missing(rules)["mood"].startswith(':has(input[name="police_met"]:is([value="yes"]):checked):not(')
