"""Random questionnaires with conditions, random answers: what is accepted, what is kept of it, and what it fits."""

from __future__ import annotations

import json
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
from chalicelib.responses.schema import NOTHING_GIVEN
from chalicelib.responses.validation import Validator
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


@pytest.mark.parametrize("examples", [20, pytest.param(100, marks=pytest.mark.slow)])
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


#: What the schema cannot say, and says that it cannot: rules between answers, patterns, limits of dates.
UNSAID = {"contradicts", "pattern", "too_long_together"}
#: Of answers to questions that do not apply: they need not be given, and tell nothing.
UNSAID_OF_CONDITIONS = {"required", "consent_required", "row_missing", "rows_missing", "nothing_answered"}


def refusal_of(questionnaire: Questionnaire, raw: Mapping[str, Any]) -> list[Problem]:
    """What the API has against a whole submission."""
    try:
        Validator(questionnaire).validate_submission(raw)
    except InvalidSubmission as refusal:
        return list(refusal.problems)
    return []


def fits(questionnaire: Questionnaire, raw: Mapping[str, Any]) -> bool:
    schema = Validator(questionnaire).json_schema()
    return bool(Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).is_valid(raw))


def is_unsaid(questionnaire: Questionnaire, problem: Problem) -> bool:
    """Whether the schema's description names the rule that ``problem`` is of."""
    kinds = {question.id: question.kind for question in questionnaire.questions}
    if problem.code == "out_of_range":
        return kinds[str(problem.question_id)] == "date"
    has_conditions = any(question.show_if for question in questionnaire.questions)
    return problem.code in UNSAID or (has_conditions and problem.code in UNSAID_OF_CONDITIONS)


def without_conditions(questionnaire: Questionnaire) -> Questionnaire:
    document = questionnaire.model_dump(mode="json")
    for question in document["questions"]:
        question["show_if"] = None
    return Questionnaire.model_validate_json(json.dumps(document))


def assert_schema_and_server_agree(data: st.DataObject) -> None:
    """On every submission, but for the rules that the schema says it cannot say; texts are sent as they are stored."""
    questionnaire = data.draw(conditional_questionnaires())
    if data.draw(st.booleans()):
        questionnaire = without_conditions(questionnaire)
    raw = data.draw(json_with_garbage(questionnaire))
    problems = refusal_of(questionnaire, raw)
    assert all(problem.message for problem in problems)
    if not problems:
        assert fits(questionnaire, raw)
    elif fits(questionnaire, raw):
        assert all(is_unsaid(questionnaire, problem) for problem in problems), problems


@pytest.mark.parametrize("examples", [60, pytest.param(120, marks=pytest.mark.slow)])
def test_the_server_accepts_what_the_published_schema_accepts_and_nothing_else(examples: int) -> None:
    settings(max_examples=examples, deadline=None)(given(st.data())(assert_schema_and_server_agree))()


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("scale", 3.0),
        ("scale", 3.5),
        ("scale", True),
        ("number", 2e2),
        ("number", -0.0),
        ("number", 301.0),
        ("multiple_choice", ["none"]),
        ("multiple_choice", ["none", "law"]),
        ("multiple_choice", ["law", "stigma", "police"]),
        ("multiple_choice", ["law", "law"]),
        ("ranking", ["home", "rest", "pay"]),
        ("ranking", ["rest", "home"]),
        ("matrix", {"home": None}),
        ("matrix", {"home": "some", "garden": None}),
        ("matrix", {"home": ""}),
        ("consent", 1),
        ("yes_no", 0),
        ("date", "2024-02-30"),
        ("short_text", "x" * 200),
        ("short_text", "x" * 201),
        ("hidden", "flyer"),
    ],
)
@pytest.mark.parametrize("required", [True, False])
def test_schema_and_server_agree_on_what_is_at_the_edge(kind: str, answer: Any, required: bool) -> None:
    reason = {"required_because": text("We must know.")} if required and kind not in ("consent", "hidden") else {}
    questionnaire = a_definition(a_question(kind, **reason), a_question("yes_no", id="anchor")).questionnaire
    raw = {QUESTIONS[kind]["id"]: answer, "anchor": True}
    assert (refusal_of(questionnaire, raw) == []) is fits(questionnaire, raw)


@pytest.mark.parametrize(
    ("raw", "is_taken"),
    [
        ({}, False),
        ({"agreed": True}, False),
        ({"agreed": True, "harder": {}}, False),
        ({"agreed": True, "harder": {"home": None}}, False),
        ({"agreed": True, "word": " \n"}, False),
        ({"agreed": True, "source": "poster"}, False),
        ({"agreed": True, "challenges": []}, False),
        ({"agreed": True, "police_met": False}, True),
        ({"agreed": True, "clients": 0}, True),
        ({"agreed": True, "harder": {"home": "not"}}, True),
        ({"agreed": True, "word": "x"}, True),
        ({"agreed": True, "country": "se", "country.other.text": "x"}, False),
        ({"agreed": True, "country.other.text": "x"}, False),
        ({"agreed": True, "country": "other", "country.other.text": "x"}, True),
        ({"agreed": True, "country": "se", "country.other.text": " "}, True),
    ],
)
def test_schema_and_server_agree_on_what_a_response_has_to_answer(raw: dict[str, Any], is_taken: bool) -> None:
    questionnaire = a_definition().questionnaire
    assert (refusal_of(questionnaire, raw) == []) is is_taken
    assert fits(questionnaire, raw) is is_taken


def test_the_schema_itself_says_what_it_cannot_say() -> None:
    description = Validator(a_definition().questionnaire).json_schema()["description"]
    for unsaid in ("show_if", "implies", "pattern", "a date lies between", "NFC"):
        assert unsaid in description


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"consent", "note", "section"}))
@pytest.mark.parametrize("nothing", NOTHING_GIVEN)
def test_whatever_skips_a_question_fits_the_schema(kind: str, nothing: Any) -> None:
    questionnaire = a_definition(a_question(kind), a_question("yes_no", id="anchor")).questionnaire
    raw = {QUESTIONS[kind]["id"]: nothing, "anchor": True}
    assert outcome_of(questionnaire, raw) == Answers({"anchor": ("yes",)}, {})
    assert_fits(questionnaire, raw)


@pytest.mark.parametrize("nothing", NOTHING_GIVEN)
@pytest.mark.parametrize("name", ["unasked", QUESTIONS["note"]["id"], QUESTIONS["section"]["id"]])
def test_what_nobody_asked_is_refused_even_where_nothing_is_said(name: str, nothing: Any) -> None:
    questionnaire = a_definition(a_question("note"), a_question("section"), a_question("scale")).questionnaire
    assert outcome_of(questionnaire, {name: nothing}) == [Problem(name, "unknown_question")]


def test_text_that_fits_its_pattern_once_it_is_cleaned_fits_the_schema_too() -> None:
    pattern = {"pattern": r"\p{Lu}+\z", "pattern_says": text("capitals")}
    questionnaire = a_definition(a_question("short_text", **pattern)).questionnaire
    raw = {"word": " ÅÄÖ\t"}
    assert outcome_of(questionnaire, raw) == Answers({}, {"word": "ÅÄÖ"})
    assert_fits(questionnaire, raw)
