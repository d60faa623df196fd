"""Rules that span questions: all problems at once, lines beside "other", texts together, and what errors tell."""

from __future__ import annotations

import traceback
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import InvalidSubmission, Problem
from chalicelib.responses.answers import Answers
from chalicelib.responses.validation import MAXIMUM_SPECIFY, MAXIMUM_TEXT_TOGETHER, Validator
from tests.builders import ANSWERS, QUESTIONS, a_definition, a_question, options, text

CANARY = "canary-8c1f"
EVERYTHING = Validator(a_definition().questionnaire)


def refusal_of(validator: Validator, raw: dict[str, Any]) -> InvalidSubmission:
    with pytest.raises(InvalidSubmission) as refusal:
        validator.validate(raw)
    return refusal.value


def problems_of(validator: Validator, raw: dict[str, Any]) -> set[tuple[str | None, str]]:
    found = refusal_of(validator, raw).problems
    assert len({(problem.question_id, problem.code) for problem in found}) == len(found)
    return {(problem.question_id, problem.code) for problem in found}


def texts(number: int) -> Validator:
    return Validator(a_definition(*[a_question("long_text", id=f"t{index}") for index in range(number)]).questionnaire)


def test_every_problem_is_reported_at_once_P12() -> None:
    validator = Validator(
        a_definition(
            *[a_question(kind) for kind in QUESTIONS],
            *[a_question("long_text", id=f"t{index}") for index in range(3)],
            a_question("yes_no", id="needed", required_because=text("We must know.")),
        ).questionnaire
    )
    wrong = {
        "country": "no",
        "country.other.text": "Faroe",
        "challenges": ["none", "law"],
        "mood": 9,
        "harder": {"home": "x"},
        "wants": ["home", "home"],
        "clients": "many",
        "moved": "yesterday",
        "source": "flyer",
        "police_met": "x",
        "word": "x" * 201,
        "wish": 5,
        **{f"t{index}": "x" * 4000 for index in range(3)},
        "nobody_asked": 1,
    }
    assert problems_of(validator, wrong) == {
        ("country", "specify_unchosen"),
        ("challenges", "exclusive"),
        ("mood", "out_of_range"),
        ("harder", "unknown_option"),
        ("wants", "repeated_option"),
        ("clients", "not_a_number"),
        ("moved", "not_a_date"),
        ("source", "unknown_option"),
        ("police_met", "wrong_type"),
        ("agreed", "consent_required"),
        ("word", "too_long"),
        ("wish", "wrong_type"),
        ("needed", "required"),
        ("nobody_asked", "unknown_question"),
        (None, "too_long_together"),
    }


def test_unknown_questions_are_told_by_name_twenty_at_most() -> None:
    unknown = {f"unknown{number:02}": "some" for number in range(30)}
    expected = {(f"unknown{number:02}", "unknown_question") for number in range(20)}
    assert problems_of(EVERYTHING, ANSWERS | unknown) == expected


def test_unknown_rows_are_told_by_name_twenty_at_most() -> None:
    """Each would be a problem of its own, all of them compared with each other."""
    unknown = {f"unknown{number:02}": "some" for number in range(30)}
    expected = {(f"harder.unknown{number:02}", "unknown_question") for number in range(20)}
    assert problems_of(EVERYTHING, ANSWERS | {"harder": unknown}) == expected


@pytest.mark.parametrize(
    "name", ["", "__class__", "Mood", "my answer", "a" * 82, "mood\n", "_x", "1st", "<b>", "ålder", "tel:+47"]
)
def test_unknown_key_that_is_no_name_is_told_without_it_P12(name: str) -> None:
    assert problems_of(EVERYTHING, ANSWERS | {name: "se", f"{name}!": 1}) == {(None, "unknown_question")}


@pytest.mark.parametrize(
    "name",
    [
        *("q_country", "specify_0", "question_0", "line_0_0", "country.se.text", "heading", "part", "harder.home"),
        *("wants.home", "moved.year", "a" * 81),
    ],
)
def test_name_that_is_no_question_is_refused(name: str) -> None:
    assert problems_of(EVERYTHING, ANSWERS | {name: "se"}) == {(name, "unknown_question")}


# --- the line beside "other" -----------------------------------------------------------------------------------------


def test_line_without_its_option_names_the_option_by_its_label() -> None:
    refusal = refusal_of(EVERYTHING, ANSWERS | {"country": "se"})
    assert refusal.problems == (Problem("country", "specify_unchosen", {"option": {"en": "OTHER"}}),)


@pytest.mark.parametrize("country", [None, "dk"])
def test_line_is_complained_of_only_where_the_choice_is_valid(country: str | None) -> None:
    expected = {("country", "unknown_option" if country else "specify_unchosen")}
    assert problems_of(EVERYTHING, ANSWERS | {"country": country}) == expected


def test_line_of_a_code_inside_another_code_is_not_taken_for_chosen() -> None:
    question = a_question("single_choice", options=options("a", "bac", specify=["a"]))
    validator = Validator(a_definition(question).questionnaire)
    assert problems_of(validator, {"country": "bac", "country.a.text": "x"}) == {("country", "specify_unchosen")}


def test_line_of_a_multiple_choice_goes_with_its_option() -> None:
    question = a_question("multiple_choice", options=options("law", "other", specify=["other"]))
    validator = Validator(a_definition(question).questionnaire)
    answers = validator.validate({"challenges": ["other", "law"], "challenges.other.text": "x"})
    assert answers.texts == {"challenges.other.text": "x"}
    wrong = {"challenges": ["law"], "challenges.other.text": "x"}
    assert problems_of(validator, wrong) == {("challenges", "specify_unchosen")}


def test_lines_whose_names_joined_are_alike_are_kept_apart() -> None:
    first = a_question("single_choice", id="a_b", options=options("c", "d", specify=["c"]))
    second = a_question("single_choice", id="a", options=options("b_c", "d", specify=["b_c"]))
    validator = Validator(a_definition(first, second).questionnaire)
    raw = {"a_b": "c", "a": "b_c", "a_b.c.text": "one", "a.b_c.text": "two"}
    assert validator.validate(raw).texts == {"a_b.c.text": "one", "a.b_c.text": "two"}


def test_line_has_a_limit_of_its_own() -> None:
    assert EVERYTHING.validate(ANSWERS | {"country.other.text": "x" * MAXIMUM_SPECIFY})
    refusal = refusal_of(EVERYTHING, ANSWERS | {"country.other.text": "x" * (MAXIMUM_SPECIFY + 1)})
    values: dict[str, Any] = {"most": MAXIMUM_SPECIFY, "found": MAXIMUM_SPECIFY + 1, "part": {"en": "OTHER"}}
    assert refusal.problems == (Problem("country", "too_long", values),)


def test_texts_come_in_the_order_of_the_questionnaire() -> None:
    shuffled = dict(reversed(ANSWERS.items()))
    assert list(EVERYTHING.validate(shuffled).texts) == ["country.other.text", "word", "wish"]


# --- limits ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("character", ["å", "e\u0301", "😀", "a\0\u202e"])
def test_limit_counts_code_points_after_cleaning(character: str) -> None:
    assert len(EVERYTHING.validate(ANSWERS | {"wish": f"  {character * 4000}\r\n"}).texts["wish"]) == 4000
    refusal = refusal_of(EVERYTHING, ANSWERS | {"wish": character * 4001})
    assert refusal.problems == (Problem("wish", "too_long", {"most": 4000, "found": 4001}),)


def test_texts_together_have_a_limit() -> None:
    validator = texts(3)
    at_limit = {"t0": "x" * 4000, "t1": "  " + "x" * 4000, "t2": "x" * 1998 + "\r\nx"}
    assert sum(map(len, validator.validate(at_limit).texts.values())) == MAXIMUM_TEXT_TOGETHER
    refusal = refusal_of(validator, {"t0": "x" * 4000, "t1": "x" * 4000, "t2": "x" * 2001})
    values = {"most": MAXIMUM_TEXT_TOGETHER, "found": MAXIMUM_TEXT_TOGETHER + 1}
    assert refusal.problems == (Problem(None, "too_long_together", values),)


# --- what errors tell ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"country": CANARY},
        {"country": [CANARY]},
        {"country": "se", "country.other.text": CANARY},
        {"challenges": [CANARY]},
        {"challenges": ["law", "none", "stigma"], "wish": CANARY},
        {"mood": CANARY},
        {"harder": {"home": CANARY}},
        {"harder": {CANARY: "some"}},
        {"harder": CANARY},
        {"wants": [CANARY]},
        {"wants": {CANARY: "1"}},
        {"clients": CANARY},
        {"clients": [CANARY]},
        {"moved": CANARY},
        {"source": CANARY},
        {"police_met": CANARY},
        {"agreed": CANARY},
        {"word": {CANARY: 1}},
        {"wish": CANARY * 400},
        {CANARY: 1},
        {f"country.{CANARY}.text": "x"},
        {f"country.{CANARY}": CANARY},
    ],
)
def test_error_says_nothing_of_what_was_typed_P12(wrong: dict[str, Any]) -> None:
    refusal = refusal_of(EVERYTHING, ANSWERS | wrong)
    told = [str(refusal), repr(refusal), repr(refusal.problems), "".join(traceback.format_exception(refusal))]
    told += [problem.message for problem in refusal.problems]
    assert CANARY not in "".join(told)


RAW = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["home", "x"]), inner, max_size=2),
    max_leaves=4,
)


def outcome_of(raw: dict[str, Any]) -> tuple[Answers, tuple[Problem, ...]]:
    try:
        return EVERYTHING.validate(raw), ()
    except InvalidSubmission as refusal:
        return Answers({}, {}), refusal.problems


@given(st.dictionaries(st.sampled_from([*ANSWERS, "unknown"]), RAW, max_size=4), st.booleans())
@settings(max_examples=100, deadline=None)
def test_any_json_is_answers_or_problems_with_messages_P12(raw: dict[str, Any], filled: bool) -> None:
    answers, problems = outcome_of(ANSWERS | raw if filled else raw)
    assert all(problem.message for problem in problems)
    assert problems or (all(answers.texts.values()) and all(answers.codes.values()))


# --- the published schema --------------------------------------------------------------------------------------------


def test_schema_names_every_answer_and_what_is_needed() -> None:
    schema = EVERYTHING.json_schema()
    assert list(schema["properties"]) == list(ANSWERS)
    assert (schema["required"], schema["additionalProperties"]) == (["agreed"], False)
    together, alone = schema["properties"]["challenges"]["anyOf"][0]["anyOf"]
    assert (together["items"]["enum"], together["maxItems"], together["uniqueItems"]) == (
        ["law", "stigma", "police"],
        2,
        True,
    )
    assert (alone["items"]["enum"], alone["maxItems"]) == (["none"], 1)
    scale = schema["properties"]["mood"]["anyOf"][0]
    assert (scale["type"], scale["minimum"], scale["maximum"]) == ("integer", 1, 5)
    assert schema["properties"]["wish"]["anyOf"][0] == {"maxLength": 4000, "type": "string"}
    row = schema["properties"]["harder"]["anyOf"][0]["properties"]["home"]
    assert row["enum"] == ["not", "some", "much", None]


def test_schema_needs_an_answer_only_to_what_everybody_is_asked() -> None:
    because = {"required_because": text("We must know.")}
    condition = {"question": "police_met", "equals": "yes"}
    questionnaire = a_definition(
        a_question("yes_no", **because),
        a_question("scale", show_if=condition, **because),
        a_question("section", show_if=condition),
        a_question("short_text", **because),
    ).questionnaire
    schema = Validator(questionnaire).json_schema()
    assert (list(schema["properties"]), schema["required"]) == (["police_met", "mood", "word"], ["police_met"])
