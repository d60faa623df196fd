"""Random questionnaires with conditions, random answers: what is accepted, what is kept of it, and what it fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from chalicelib.errors import InvalidSubmission, Problem
from chalicelib.questionnaire.codebook import codebook_of
from chalicelib.questionnaire.definition import KINDS, Questionnaire
from chalicelib.responses.answers import Answers
from chalicelib.responses.packing import Layout
from chalicelib.responses.validation import NOTHING_GIVEN, Validator
from tests.builders import QUESTIONS, a_definition, a_question, text
from tests.strategies import as_fields, conditional_questionnaires, form_fields, json_answers, json_with_garbage

Given = Mapping[str, Sequence[str]]
QUICK = settings(max_examples=25, deadline=None)


def outcome_of(
    questionnaire: Questionnaire, raw: Mapping[str, Any], from_form: bool = False
) -> Answers | list[Problem]:
    try:
        return Validator(questionnaire).validate(raw, from_form)
    except InvalidSubmission as refusal:
        return list(refusal.problems)


def assert_fits(questionnaire: Questionnaire, raw: Mapping[str, Any]) -> None:
    schema = Validator(questionnaire).json_schema()
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(raw)


# --- a second reading of conditions, to compare with the first --------------------------------------------------------


@dataclass
class Reading:
    """Which questions valid answers ``raw`` lead to, and the variables that are answered among them."""

    asked: set[str] = field(default_factory=set)
    answered: dict[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, questionnaire: Questionnaire, raw: Mapping[str, Any]) -> Reading:
        reading = cls()
        section: list[Any] = []
        for question in questionnaire.model_dump()["questions"]:
            own = [question["show_if"]] if question["show_if"] else []
            section = own if question["kind"] == "section" else section
            if all(reads(condition, reading.answered) for condition in [*section, *own]):
                reading.asked.add(question["id"])
                mine = {name: raw[name] for name in raw if name.partition(".")[0] == question["id"]}
                reading.answered |= {name: values for each in mine.items() for name, values in spread(*each)}
        return reading


def spread(name: str, answer: Any) -> list[tuple[str, Sequence[str]]]:
    """The variables of one JSON answer with the values that conditions speak of."""
    if isinstance(answer, dict):
        return [(f"{name}.{row}", [code]) for row, code in answer.items() if code]
    if isinstance(answer, bool):
        return [(name, ["yes" if answer else "no"])]
    return [(name, answer if isinstance(answer, list) else [str(answer)])]


def reads(condition: Mapping[str, Any], found: Given) -> bool:
    for joined, several in (("all", all), ("any", any)):
        if joined in condition:
            return several(reads(part, found) for part in condition[joined])
    if "not" in condition:
        return not reads(condition["not"], found)
    return compares(condition, ranks_of(condition["question"], found))


def ranks_of(name: str, found: Given) -> Given:
    """A ranking is answered by a list; conditions speak of the rank of one option."""
    whole, _, code = name.partition(".")
    ranked = found.get(whole, ())
    return {**found, name: [str(ranked.index(code) + 1)] if code in ranked else []} if code and ranked else found


def compares(condition: Mapping[str, Any], found: Given) -> bool:
    name = condition["question"]
    values = list(found.get(name, ()))
    if "answered" in condition:
        return bool(values) or any(other.startswith(f"{name}.") for other in found)
    if "chosen_at_least" in condition or "chosen_at_most" in condition:
        return len(values) in range(condition.get("chosen_at_least", 0), condition.get("chosen_at_most", 99) + 1)
    if "equals" in condition or "includes" in condition:
        return str(condition.get("equals", condition.get("includes"))) in values
    return any(between(value, condition) for value in values[:1])


def between(value: str, condition: Mapping[str, Any]) -> bool:
    lowest, highest = str(condition.get("at_least", value)), str(condition.get("at_most", value))
    # Dates all have one length, so that ordering by length first orders numbers and leaves dates as they are.
    return (len(lowest), lowest) <= (len(value), value) <= (len(highest), highest)


def variables_of(questionnaire: Questionnaire, answers: Answers) -> set[str]:
    """What was kept, named as in JSON: a ranking by its question."""
    kinds = {question.id: question.kind for question in questionnaire.questions}
    names = {*answers.codes, *answers.texts}
    return {name.partition(".")[0] if kinds[name.partition(".")[0]] == "ranking" else name for name in names}


# --- what is kept -----------------------------------------------------------------------------------------------------


def assert_kept_where_it_applies(data: st.DataObject) -> None:
    questionnaire = data.draw(conditional_questionnaires())
    raw = data.draw(json_answers(questionnaire))
    answers = outcome_of(questionnaire, raw)
    assert isinstance(answers, Answers), answers
    assert variables_of(questionnaire, answers) == Reading.of(questionnaire, raw).answered.keys()


@pytest.mark.parametrize("examples", [20, pytest.param(200, marks=pytest.mark.slow)])
def test_valid_answers_are_accepted_and_kept_where_their_question_applies(examples: int) -> None:
    settings(max_examples=examples, deadline=None)(given(st.data())(assert_kept_where_it_applies))()


@given(st.data())
@QUICK
def test_on_a_form_nothing_that_is_wrong_out_of_sight_matters_P12(data: st.DataObject) -> None:
    questionnaire = data.draw(conditional_questionnaires())
    raw = data.draw(json_answers(questionnaire))
    validator, reading = Validator(questionnaire), Reading.of(questionnaire, raw)
    fields = as_fields(questionnaire, raw)
    hidden = {question.id for question in questionnaire.questions} - reading.asked
    garbage = {f"{name}{part}": ["zz"] for name in hidden for part in ("", ".a", ".a.text", ".year")}
    assert outcome_of(questionnaire, validator.raw_answers(fields | garbage), True) == outcome_of(questionnaire, raw)


@given(st.data())
@QUICK
def test_a_form_says_the_same_as_json(data: st.DataObject) -> None:
    questionnaire = data.draw(conditional_questionnaires())
    raw = data.draw(json_answers(questionnaire))
    fields = Validator(questionnaire).raw_answers(as_fields(questionnaire, raw))
    assert outcome_of(questionnaire, fields, from_form=True) == outcome_of(questionnaire, raw)


@given(st.data())
@QUICK
def test_any_form_is_answers_or_problems_with_messages_P12(data: st.DataObject) -> None:
    questionnaire = data.draw(conditional_questionnaires())
    fields = Validator(questionnaire).raw_answers(data.draw(form_fields(questionnaire)))
    outcome = outcome_of(questionnaire, fields, from_form=True)
    if not isinstance(outcome, Answers):
        assert outcome
        assert all(problem.message for problem in outcome)


@given(st.data())
@QUICK
def test_accepted_answers_come_back_from_their_packing(data: st.DataObject) -> None:
    questionnaire = data.draw(conditional_questionnaires())
    answers = outcome_of(questionnaire, data.draw(json_answers(questionnaire)))
    assert isinstance(answers, Answers)
    layout = Layout.of(codebook_of(questionnaire))
    blob = layout.pack(answers)
    assert layout.unpack(blob) == {**answers.codes, **dict.fromkeys(answers.texts, ("answered",))}
    assert len(blob) == layout.width


# --- the published schema ---------------------------------------------------------------------------------------------


@given(st.data())
@QUICK
def test_whatever_is_accepted_fits_the_published_schema(data: st.DataObject) -> None:
    questionnaire = data.draw(conditional_questionnaires())
    raw = data.draw(json_with_garbage(questionnaire))
    answers = outcome_of(questionnaire, raw)
    if isinstance(answers, Answers):
        assert_fits(questionnaire, raw)
    else:
        assert answers
        assert all(problem.message for problem in answers)


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"consent", "note", "section"}))
@pytest.mark.parametrize("nothing", NOTHING_GIVEN)
def test_whatever_skips_a_question_fits_the_schema(kind: str, nothing: Any) -> None:
    questionnaire = a_definition(a_question(kind)).questionnaire
    raw = {QUESTIONS[kind]["id"]: nothing}
    assert outcome_of(questionnaire, raw) == Answers({}, {})
    assert_fits(questionnaire, raw)


@pytest.mark.parametrize("nothing", NOTHING_GIVEN)
@pytest.mark.parametrize("name", ["unasked", QUESTIONS["note"]["id"], QUESTIONS["section"]["id"]])
def test_what_nobody_asked_is_refused_even_where_nothing_is_said(name: str, nothing: Any) -> None:
    questionnaire = a_definition(a_question("note"), a_question("section"), a_question("scale")).questionnaire
    assert outcome_of(questionnaire, {name: nothing}) == [Problem(None, "unknown_question")]


def test_text_that_fits_its_pattern_once_it_is_cleaned_fits_the_schema_too() -> None:
    pattern = {"pattern": r"\p{Lu}+\z", "pattern_says": text("capitals")}
    questionnaire = a_definition(a_question("short_text", **pattern)).questionnaire
    raw = {"word": " ÅÄÖ\t"}
    assert outcome_of(questionnaire, raw) == Answers({}, {"word": "ÅÄÖ"})
    assert_fits(questionnaire, raw)
