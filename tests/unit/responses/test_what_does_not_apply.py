"""Answers to questions that do not apply: dropped, and whatever is wrong with them is told to programs only."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.errors import InvalidSubmission
from chalicelib.responses.answers import Answers
from chalicelib.responses.validation import MAXIMUM_SPECIFY, Validator
from tests.builders import ANSWERS, FIELDS, QUESTIONS, a_definition, a_question, of_kind, text
from tests.unit.responses.test_parsing import WRONG

IF_YES = {"question": "asked", "equals": "yes"}
FIRST = a_question("yes_no", id="asked")
#: Kinds that may have a condition and that take an answer.
CONDITIONAL = [kind for kind in QUESTIONS if kind not in ("note", "section", "consent", "hidden")]
BECAUSE = {"required_because": text("We must know.")}


def validator_of(*questions: dict[str, Any]) -> Validator:
    return Validator(a_definition(*questions).questionnaire)


def after_a_yes(kind: str, **changes: Any) -> Validator:
    """A question that is asked only of those who say yes to the first."""
    return validator_of(FIRST, a_question(kind, show_if=IF_YES, **changes))


def problems_of(validator: Validator, raw: dict[str, Any], from_form: bool = False) -> set[tuple[str | None, str]]:
    try:
        validator.validate(raw, from_form)
    except InvalidSubmission as refusal:
        return {(problem.question_id, problem.code) for problem in refusal.problems}
    return set()


# --- dropped ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", CONDITIONAL)
def test_answer_to_what_does_not_apply_is_dropped_from_json_and_from_a_form(kind: str) -> None:
    validator = after_a_yes(kind)
    fields = {"asked": ["no"], **of_kind(kind, FIELDS)}
    no = Answers({"asked": ("no",)}, {})
    assert validator.validate({"asked": False, **of_kind(kind, ANSWERS)}) == no
    assert validator.validate(validator.raw_answers(fields), from_form=True) == no


@pytest.mark.parametrize("kind", CONDITIONAL)
def test_answer_to_what_applies_is_kept(kind: str) -> None:
    validator = after_a_yes(kind)
    answers = validator.validate({"asked": True, **of_kind(kind, ANSWERS)})
    alone = validator_of(a_question(kind)).validate(of_kind(kind, ANSWERS))
    assert (answers.codes, answers.texts) == ({"asked": ("yes",), **alone.codes}, alone.texts)


def test_condition_of_a_section_drops_all_that_is_in_it_and_no_more() -> None:
    validator = validator_of(
        FIRST,
        a_question("section", id="first", show_if=IF_YES),
        a_question("scale"),
        a_question("short_text", show_if={"question": "mood", "at_least": 3}),
        a_question("section", id="second"),
        a_question("long_text"),
    )
    raw = {"asked": False, "mood": 4, "word": "rest", "wish": "Time."}
    assert validator.validate(raw) == Answers({"asked": ("no",)}, {"wish": "Time."})
    kept = Answers({"asked": ("yes",), "mood": ("4",)}, {"word": "rest", "wish": "Time."})
    assert validator.validate(raw | {"asked": True}) == kept
    assert validator.validate(raw | {"asked": True, "mood": 2}).texts == {"wish": "Time."}


def a_chain(last: dict[str, Any]) -> Validator:
    """A question that depends on the first, and one that depends by ``last`` on that."""
    return validator_of(FIRST, a_question("multiple_choice", show_if=IF_YES), a_question("short_text", show_if=last))


LAW = {"question": "challenges", "includes": "law"}


@pytest.mark.parametrize(
    "last",
    [
        LAW,
        {"question": "challenges", "answered": True},
        {"question": "challenges", "chosen_at_least": 1},
        {"all": [LAW, {"question": "challenges", "chosen_at_most": 2}]},
        {"any": [LAW, {"question": "challenges", "includes": "none"}]},
        {"not": {"question": "challenges", "chosen_at_most": 0}},
    ],
)
def test_answer_to_what_does_not_apply_makes_nothing_later_apply(last: dict[str, Any]) -> None:
    raw = {"challenges": ["law"], "word": "rest"}
    for asked in (False, None):
        answers = a_chain(last).validate({"asked": asked, **raw})
        assert (answers.codes, answers.texts) == ({"asked": ("no",)} if asked is False else {}, {})
    assert a_chain(last).validate({"asked": True, **raw}).texts == {"word": "rest"}


@pytest.mark.parametrize("last", [{"not": LAW}, {"question": "challenges", "chosen_at_most": 0}])
def test_what_is_asked_of_those_without_an_answer_is_asked_where_the_answer_is_dropped(last: dict[str, Any]) -> None:
    raw = {"challenges": ["law"], "word": "rest"}
    assert a_chain(last).validate({"asked": False, **raw}) == Answers({"asked": ("no",)}, {"word": "rest"})
    assert a_chain(last).validate({"asked": True, **raw}).texts == {}


def test_answer_that_is_wrong_makes_nothing_later_apply() -> None:
    validator = validator_of(
        a_question("number"), a_question("scale", show_if={"question": "clients", "at_least": 10}, **BECAUSE)
    )
    assert problems_of(validator, {"clients": 999}) == {("clients", "out_of_range")}
    assert problems_of(validator, {"clients": 99}) == {("mood", "required")}


# --- what is wrong with it --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", CONDITIONAL)
def test_required_question_that_does_not_apply_is_not_required(kind: str) -> None:
    validator, name = after_a_yes(kind, **BECAUSE), QUESTIONS[kind]["id"]
    for asked in (False, None):
        assert problems_of(validator, {"asked": asked}) == set()
    assert problems_of(validator, validator.raw_answers({"asked": ["no"]}), from_form=True) == set()
    assert problems_of(validator, {"asked": True}) == {(name, "required")}
    assert problems_of(validator, validator.raw_answers({"asked": ["yes"]}), from_form=True) == {(name, "required")}


@pytest.mark.parametrize(("kind", "nothing"), [("short_text", " "), ("long_text", "\u2800\r\n"), ("matrix", {})])
def test_what_is_missing_in_what_does_not_apply_is_not_missed(kind: str, nothing: Any) -> None:
    validator, name = after_a_yes(kind, **BECAUSE), QUESTIONS[kind]["id"]
    assert problems_of(validator, {"asked": False, name: nothing}) == set()
    assert problems_of(validator, {"asked": True, name: nothing}) == {(name, "required")}


@pytest.mark.parametrize(("kind", "answer", "code"), [case for case in WRONG if case[0] in CONDITIONAL])
def test_garbage_in_what_does_not_apply_is_told_to_programs_and_dropped_from_forms(
    kind: str, answer: Any, code: str
) -> None:
    validator, name = after_a_yes(kind), QUESTIONS[kind]["id"]
    assert problems_of(validator, {"asked": False, name: answer}) == {(name, code)}
    no = {"asked": False, name: answer}
    assert validator.validate(no, from_form=True) == Answers({"asked": ("no",)}, {})
    assert problems_of(validator, {"asked": True, name: answer}, from_form=True) == {(name, code)}


def test_unknown_question_is_unknown_whatever_applies() -> None:
    assert problems_of(after_a_yes("scale"), {"asked": False, "tone": 1}) == {("tone", "unknown_question")}
    row = {"asked": False, "harder": {"garden": "some"}}
    assert problems_of(after_a_yes("matrix"), row) == {("harder.garden", "unknown_question")}


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ("x", {"specify_unchosen"}),
        ("x" * (MAXIMUM_SPECIFY + 1), {"too_long", "specify_unchosen"}),
        (5, {"wrong_type"}),
    ],
)
def test_line_of_what_does_not_apply_is_dropped_with_it(line: Any, codes: set[str]) -> None:
    validator = after_a_yes("single_choice")
    raw = {"asked": False, "country": "se", "country.other.text": line}
    assert problems_of(validator, raw) == {("country", code) for code in codes}
    assert validator.validate(raw, from_form=True) == Answers({"asked": ("no",)}, {})
    whole = {"asked": False, "country": "other", "country.other.text": "Faroe"}
    assert validator.validate(whole) == Answers({"asked": ("no",)}, {})


@pytest.mark.parametrize("from_form", [True, False])
def test_texts_of_what_does_not_apply_do_not_count_together(from_form: bool) -> None:
    long = [a_question("long_text", id=f"t{number}") for number in range(2)]
    validator = validator_of(FIRST, *long, a_question("long_text", show_if=IF_YES))
    texts = dict.fromkeys(("t0", "t1", "wish"), "x" * 4000)
    assert validator.validate({"asked": False, **texts}, from_form).texts.keys() == {"t0", "t1"}
    assert problems_of(validator, {"asked": True, **texts}, from_form) == {(None, "too_long_together")}
