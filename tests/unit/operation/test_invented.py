"""Invented persons answer whatever definition `check` accepts, as its real validation takes it."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.questionnaire.codebook import codebook_of
from chalicelib.questionnaire.definition import Definition, Questionnaire, ShortText
from chalicelib.questionnaire.routing import applies, conditions_of
from chalicelib.responses.validation import MAXIMUM_TEXT_TOGETHER, Validator
from operation.errors import OperatorError
from operation.invented import Inventor
from tests.builders import a_definition, a_question, implied, options, text
from tests.definitions import GROUPS, definitions

NEEDED = {"required_because": text("We must know.")}
SEEDS = range(30)


def invented(questionnaire: Questionnaire, persons: Sequence[int] = SEEDS) -> list[dict[str, Any]]:
    inventor = Inventor(questionnaire)
    return [inventor.answers(random.Random(person)) for person in persons]  # noqa: S311  # no secret


def in_any_words(questionnaire: Questionnaire) -> Questionnaire:
    """As it is, but that no pattern has to be fitted.

    Of what is written only that it was is published, and ever compared; a text that fits some pattern is hard to make.
    """
    questions = (
        question.model_copy(update={"pattern": None}) if isinstance(question, ShortText) else question
        for question in questionnaire.questions
    )
    return questionnaire.model_copy(update={"questions": tuple(questions)})


def assert_taken(definition: Definition) -> None:
    """Every person's answers are taken by the real validation, or the question that nobody can answer is named."""
    questionnaire = definition.questionnaire
    validator = Validator(in_any_words(questionnaire))
    try:
        inventor = Inventor(questionnaire)
        for answers in invented(questionnaire):
            assert inventor.read(answers) == validator.validate_submission(answers)
    except OperatorError as error:
        if not names_a_question(error, questionnaire):
            raise


def names_a_question(error: OperatorError, questionnaire: Questionnaire) -> bool:
    return any(f"“{question.id}”" in str(error) for question in questionnaire.questions)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(definitions(most_questions=5))
def test_answers_are_taken_whatever_is_asked(definition: Definition) -> None:
    assert_taken(definition)


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(definitions())
def test_answers_are_taken_whatever_is_asked_at_length(definition: Definition) -> None:
    assert_taken(definition)


@pytest.mark.slow
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(definitions(kinds=GROUPS, most_questions=8))
def test_answers_are_taken_whatever_is_implied(definition: Definition) -> None:
    assert_taken(definition)


@pytest.mark.slow
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(definitions(kinds=("single_choice", "yes_no"), most_questions=4, policies=("exact",)), st.integers(0, 9))
def test_nobody_is_said_to_have_no_answer_who_has_one(definition: Definition, seed: int) -> None:
    """Every combination of answers is tried: the search finds one if, and only if, there is one."""
    questionnaire = definition.questionnaire
    possible = list(combinations(questionnaire))
    try:
        inventor = Inventor(questionnaire)
        inventor.answers(random.Random(seed))  # noqa: S311
    except OperatorError:
        assert possible == []
        return
    assert possible
    answerable = {name for given in possible for name in given}
    assert answerable.isdisjoint(inventor.unanswerable)


def combinations(questionnaire: Questionnaire) -> list[Mapping[str, tuple[str, ...]]]:
    """What people can answer who answer all that they have to, of those asked of everybody."""
    conditions = conditions_of(questionnaire)
    variables = [each for each in codebook_of(questionnaire).variables if each.form == "one"]
    everybody = [variable for variable in variables if not conditions[variable.question_id]]
    choices = [[*variable.codes, *([] if variable.is_required else [None])] for variable in everybody]
    found = [
        {variable.id: (code,) for variable, code in zip(everybody, codes, strict=True) if code}
        for codes in product(*choices)
    ]
    implications = [each for question in questionnaire.questions for each in question.implies]
    return [given for given in found if not any(each.contradicts(given) for each in implications)]


# --- one rule at a time ----------------------------------------------------------------------------------------------


def test_what_has_to_be_answered_is_and_what_can_be_skipped_is_by_some() -> None:
    questions = [a_question("yes_no"), a_question("matrix", **NEEDED), a_question("long_text", **NEEDED)]
    found = invented(a_definition(*questions).questionnaire, range(200))
    assert all({"harder", "wish"} <= answers.keys() for answers in found)
    assert 5 < sum("police_met" not in answers for answers in found) < 40


def test_only_who_is_asked_answers() -> None:
    only = {"question": "police_met", "equals": "yes"}
    definition = a_definition(a_question("yes_no"), a_question("scale", show_if=only, **NEEDED))
    for answers in invented(definition.questionnaire):
        assert ("mood" in answers) is (answers.get("police_met") is True)


def test_condition_on_a_line_beside_an_option_is_decided_as_validation_does() -> None:
    """The line alone is an answer, though the option is what is compared."""
    country = a_question("single_choice")
    definition = a_definition(country, a_question("yes_no", show_if={"question": "country", "answered": True}))
    conditions = conditions_of(definition.questionnaire)["police_met"]
    found = invented(definition.questionnaire, range(300))
    assert {name for answers in found for name in answers} == {"country", "country.other.text", "police_met"}
    for answers in found:
        is_asked = applies(conditions, dict.fromkeys(answers, ("x",)))
        assert is_asked or "police_met" not in answers


def test_nobody_sends_nothing_as_validation_refuses_that() -> None:
    definition = a_definition(a_question("consent"), a_question("hidden"), a_question("short_text"))
    assert all("word" in answers for answers in invented(definition.questionnaire))


def test_all_that_is_written_stays_below_what_a_response_may_hold() -> None:
    codes = [f"o{number}" for number in range(230)]
    lines = [
        a_question("multiple_choice", id=f"q{n}", options=options(*codes, specify=codes), least=230, most=230)
        for n in range(2)
    ]
    texts = [a_question("long_text", id=f"t{number}", **NEEDED) for number in range(20)]
    (answers,) = invented(a_definition(*lines, *texts).questionnaire, [1])
    written = [value for value in answers.values() if isinstance(value, str)]
    assert len(written) > 200
    assert sum(map(len, written)) < MAXIMUM_TEXT_TOGETHER


def test_needle_in_a_haystack_is_found() -> None:
    """Of a billion numbers, one goes together with the answer before."""
    number = a_question("number", most=10**9, bands=[], **NEEDED)
    exactly = [{"when": {"question": "clients", "answered": True}, "then": {"question": "police_met", "equals": "yes"}}]
    one = [
        *exactly,
        {"when": {"not": {"question": "clients", "equals": 7}}, "then": {"question": "police_met", "equals": "no"}},
    ]
    definition = a_definition(a_question("yes_no"), number | {"implies": one}, policy="exact")
    for answers in invented(definition.questionnaire):
        assert answers["clients"] == 7 or "police_met" not in answers


def test_ring_of_implications_is_gone_round_until_it_fits() -> None:
    """Two answers that go together with a third each, and not with each other."""
    first = a_question("single_choice", id="a", options=options("x", "y", "z"), **NEEDED)
    same = [implied("b", code, {"question": "a", "equals": code}) for code in "xyz"]
    second = a_question("single_choice", id="b", options=options("x", "y", "z"), implies=same, **NEEDED)
    other = [implied("c", "x", {"question": "a", "equals": "z"}), implied("c", "y", {"question": "b", "equals": "z"})]
    third = a_question("single_choice", id="c", options=options("x", "y"), implies=other, **NEEDED)
    definition = a_definition(first, second, third, policy="exact")
    assert {answers["a"] for answers in invented(definition.questionnaire)} == {"z"}


def test_questions_that_nobody_comes_to_since_what_is_implied_forbids_it_are_told() -> None:
    """`check` looks at conditions, and at implications, never at both together."""
    source = a_question("hidden", id="source", options=options("mail", "poster"))
    medium = a_question("hidden", id="medium", options=options("web", "paper"))
    never = [implied("medium", "web", {"question": "source", "equals": "mail"})]
    both = [{"question": "medium", "equals": "web"}, {"question": "source", "equals": "poster"}]
    asked = a_question("yes_no", show_if={"all": both})
    with pytest.raises(OperatorError, match="“police_met”"):
        invented(a_definition(source, medium | {"implies": never}, asked, policy="exact").questionnaire, [1])


def test_ring_that_nothing_fits_is_told_by_a_question_of_it() -> None:
    """Each two of the three go together, and all three do not."""
    first = a_question("yes_no", id="a", **NEEDED)
    same = [implied("b", code, {"question": "a", "equals": code}) for code in ("yes", "no")]
    second = a_question("yes_no", id="b", implies=same, **NEEDED)
    other = [
        implied("c", "yes", {"question": "a", "equals": "yes"}),
        implied("c", "no", {"question": "a", "equals": "no"}),
    ]
    other += [
        implied("c", "yes", {"question": "b", "equals": "no"}),
        implied("c", "no", {"question": "b", "equals": "yes"}),
    ]
    third = a_question("yes_no", id="c", implies=other, **NEEDED)
    with pytest.raises(OperatorError, match=r"“[abc]”"):
        invented(a_definition(first, second, third, policy="exact").questionnaire, [1])
