"""Conditions as selectors: one for each operator and kind, and nothing that a browser would drop."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings

from chalicelib.forms.digits import number_pattern
from chalicelib.forms.visibility import patterns_of, visibility_rules
from chalicelib.questionnaire.definition import Questionnaire
from chalicelib.questionnaire.routing import conditions_of
from tests.builders import QUESTIONS, a_definition, a_question, options
from tests.strategies import conditional_questionnaires

RULE = re.compile(r'form:not\((.*)\) \[id="([a-z0-9_]+)"\] \{ display: none \}')
COUNTRY_SE = ':has(input[name="country"]:is([value="se"]):checked)'
#: Not the button that takes a choice back.
CHOSEN = 'input:checked:not([value=""])'
#: More ranks than there are buttons for.
MANY = a_question("ranking", id="many", options=options(*"abcdefg"), most=7)


def a_questionnaire(*questions: dict[str, Any]) -> Questionnaire:
    return a_definition(*questions, policy="exact").questionnaire


def rules_of(questionnaire: Questionnaire) -> dict[str, str]:
    """What the form matches when a question shows, by question."""
    return {name: selector for selector, name in RULE.findall("\n".join(visibility_rules(questionnaire, False)))}


def asked_if(condition: dict[str, Any]) -> str:
    """The selector of a question with ``condition``, after one of each kind."""
    asking = [a_question(kind) for kind in QUESTIONS if kind not in ("note", "section")]
    return rules_of(a_questionnaire(*asking, MANY, a_question("yes_no", id="more", show_if=condition)))["more"]


def is_(question: str, **compared: Any) -> dict[str, Any]:
    return {"question": question, **compared}


def chosen(part: str, after: str = "") -> str:
    """That a part of the date is chosen: exactly, or something that stands ``after`` it."""
    value = {"year": "2024", "month": "2", "day": "29"}[part]
    return f':has(select[name="moved.{part}"] option[value="{value}"]{after}:checked)'


PICKED = "".join(
    f':has(select[name="moved.{part}"] option:not([value=""]):checked)' for part in ("year", "month", "day")
)
EXACTLY = chosen("year") + chosen("month") + chosen("day")
LATER = (
    f":is({chosen('year', ' ~ option')}, {chosen('year')}{chosen('month', ' ~ option')},"
    f" {chosen('year')}{chosen('month')}{chosen('day', ' ~ option')})"
)

#: Condition to what the form has to match for it.
SELECTORS: list[tuple[dict[str, Any], str]] = [
    (is_("country", equals="se"), COUNTRY_SE),
    (is_("region", equals="south"), ':has(select[name="region"] option:is([value="south"]):checked)'),
    (is_("region", answered=True), ':has([id="region"] select option:not([value=""]):checked)'),
    (is_("source", equals="mail"), ':has(input[name="source"]:is([value="mail"]):checked)'),
    (is_("police_met", equals="no"), ':has(input[name="police_met"]:is([value="no"]):checked)'),
    (is_("mood", equals=4), ':has(input[name="mood"]:is([value="4"]):checked)'),
    (is_("mood", at_least=4), ':has(input[name="mood"]:is([value="4"], [value="5"]):checked)'),
    (is_("mood", at_most=2), ':has(input[name="mood"]:is([value="1"], [value="2"]):checked)'),
    (is_("harder.home", equals="much"), ':has(input[name="harder.home"]:is([value="much"]):checked)'),
    (is_("challenges", includes="law"), ':has(input[name="challenges"]:is([value="law"]):checked)'),
    (is_("challenges", chosen_at_least=1), ':has([id="challenges"] input:checked)'),
    (is_("challenges", chosen_at_least=2), ':has([id="challenges"] input:checked ~ input:checked)'),
    (is_("challenges", chosen_at_most=0), ':not(:has([id="challenges"] input:checked))'),
    (is_("challenges", chosen_at_most=1), ':not(:has([id="challenges"] input:checked ~ input:checked))'),
    (is_("wants.rest", equals=1), ':has(input[name="wants.rest"]:is([value="1"]):checked)'),
    (is_("wants.rest", at_least=2), ':has(input[name="wants.rest"]:is([value="2"]):checked)'),
    (is_("wants.rest", at_most=2), ':has(input[name="wants.rest"]:is([value="1"], [value="2"]):checked)'),
    (is_("clients", equals=5), ':has(input[name="clients"]:not(:placeholder-shown):valid)'),
    (is_("clients", at_least=5), ':has(input[name="clients"]:not(:placeholder-shown):valid)'),
    (is_("clients", at_most=5), ':has(input[name="clients"]:not(:placeholder-shown):invalid)'),
    (is_("moved", equals="2024-02-29"), EXACTLY),
    (is_("moved", at_least="2024-02-29"), f"{PICKED}:is({LATER}, {EXACTLY})"),
    (is_("moved", at_most="2024-02-29"), f"{PICKED}:not({LATER})"),
    (is_("country", answered=True), f':has([id="country"] {CHOSEN})'),
    (is_("challenges", answered=True), f':has([id="challenges"] {CHOSEN})'),
    (is_("agreed", answered=True), f':has([id="agreed"] {CHOSEN})'),
    (is_("source", answered=True), f':has([id="source"] {CHOSEN})'),
    (is_("harder", answered=True), f':has([id="harder"] {CHOSEN})'),
    (is_("harder.work", answered=True), ':has(input[name="harder.work"]:checked:not([value=""]))'),
    (is_("wants", answered=True), f':has([id="wants"] {CHOSEN})'),
    (is_("wants.pay", answered=True), ':has(input[name="wants.pay"]:checked:not([value=""]))'),
    (is_("many", answered=True), ':has([id="many"] select option:not([value=""]):checked)'),
    (is_("many.a", answered=True), ':has(select[name="many.a"] option:not([value=""]):checked)'),
    (is_("many.a", equals=7), ':has(select[name="many.a"] option:is([value="7"]):checked)'),
    (is_("clients", answered=True), ':has([name="clients"]:not(:placeholder-shown))'),
    (is_("word", answered=True), ':has([name="word"]:not(:placeholder-shown))'),
    (is_("wish", answered=True), ':has([name="wish"]:not(:placeholder-shown))'),
    (is_("moved", answered=True), PICKED),
    ({"not": is_("country", equals="se")}, f":not({COUNTRY_SE})"),
    (
        {"all": [is_("country", equals="se"), is_("word", answered=True)]},
        f'{COUNTRY_SE}:has([name="word"]:not(:placeholder-shown))',
    ),
    (
        {"any": [is_("country", equals="se"), is_("word", answered=True)]},
        f':is({COUNTRY_SE}, :has([name="word"]:not(:placeholder-shown)))',
    ),
]


@pytest.mark.parametrize(("condition", "selector"), SELECTORS, ids=[str(condition) for condition, _ in SELECTORS])
def test_each_condition_has_its_selector(condition: dict[str, Any], selector: str) -> None:
    assert asked_if(condition) == selector


# --- several questions ------------------------------------------------------------------------------------------------


def test_an_answer_out_of_sight_does_not_count() -> None:
    abroad = a_question("yes_no", id="abroad", show_if=is_("country", equals="se"))
    again = a_question("yes_no", id="again", show_if=is_("abroad", equals="yes"))
    never = a_question("yes_no", id="never", show_if={"not": is_("abroad", equals="yes")})
    rules = rules_of(a_questionnaire(a_question("single_choice"), abroad, again, never))
    abroad_yes = ':has(input[name="abroad"]:is([value="yes"]):checked)'
    assert rules == {
        "abroad": COUNTRY_SE,
        "again": f"{abroad_yes}{COUNTRY_SE}",
        "never": f":not({abroad_yes}{COUNTRY_SE})",
    }


def test_a_question_in_a_section_needs_the_section_s_condition_and_its_own() -> None:
    part = a_question("section", show_if=is_("country", equals="se"))
    inside = [a_question("yes_no"), a_question("scale", show_if=is_("police_met", equals="yes"))]
    rules = rules_of(a_questionnaire(a_question("single_choice"), part, *inside))
    met = f':has(input[name="police_met"]:is([value="yes"]):checked){COUNTRY_SE}'
    assert rules == {"part": COUNTRY_SE, "police_met": COUNTRY_SE, "mood": f"{COUNTRY_SE}{met}"}


def test_a_number_has_the_pattern_of_its_one_limit() -> None:
    def pattern(**compared: Any) -> Any:
        more = a_question("yes_no", show_if=is_("clients", **compared))
        return patterns_of(a_questionnaire(a_question("number"), more)).get("clients")

    assert pattern(at_least=6) == pattern(at_most=5) == number_pattern(6, or_more=True)
    assert pattern(equals=6) == number_pattern(6, or_more=False)
    assert pattern(answered=True) is None


@given(conditional_questionnaires())
@settings(max_examples=40, deadline=None)
def test_every_conditional_question_has_a_rule_and_no_has_lies_in_another(questionnaire: Questionnaire) -> None:
    rules = rules_of(questionnaire)
    assert rules.keys() == {name for name, conditions in conditions_of(questionnaire).items() if conditions}
    for selector in rules.values():
        assert deepest_has(selector) == 1
    assert all(rule.isascii() for rule in visibility_rules(questionnaire, False))


def deepest_has(selector: str) -> int:
    """How many :has() lie inside each other, which may be one; that every bracket is closed is checked on the way."""
    inside: list[bool] = []
    deepest = 0
    for token in re.findall(r":has\(|\(|\)", selector):
        if token == ")":
            inside.pop()
        else:
            inside.append(token == ":has(")
            deepest = max(deepest, sum(inside))
    assert not inside, selector
    return deepest
