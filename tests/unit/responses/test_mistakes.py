"""What is wrong with one question is told all at once, with what was found, and never in the respondent's words."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.errors import InvalidSubmission
from chalicelib.responses.validation import MAXIMUM_SPECIFY, Validator
from tests.builders import a_definition, a_question, options, text

BECAUSE = {"required_because": text("We must know.")}
CHALLENGES = a_question(
    "multiple_choice",
    options=options("law", "stigma", "police", "other", "none", exclusive=["none"], specify=["other", "law"]),
)


def told(question: dict[str, Any], answers: dict[str, Any]) -> list[str]:
    """The messages about JSON ``answers``."""
    return _messages(Validator(a_definition(question).questionnaire), answers)


def told_by_form(question: dict[str, Any], **fields: str | list[str]) -> list[str]:
    """The messages about the fields of a form, their names with "__" for a dot."""
    validator = Validator(a_definition(question).questionnaire)
    lists = {name.replace("__", "."): [value] if isinstance(value, str) else value for name, value in fields.items()}
    return _messages(validator, validator.raw_answers(lists))


def _messages(validator: Validator, raw: dict[str, Any]) -> list[str]:
    with pytest.raises(InvalidSubmission) as refusal:
        validator.validate(raw, from_form=True)
    return [problem.message for problem in refusal.value.problems]


# --- choices ----------------------------------------------------------------------------------------------------------

ALONE = "“NONE” cannot be combined with other options. Choose it alone, or the others."


def test_three_boxes_and_one_that_goes_with_no_other_are_two_problems_P12() -> None:
    chosen = ["law", "stigma", "police", "none"]
    expected = [ALONE, "Choose at most 2. You chose 3."]
    assert told(CHALLENGES, {"challenges": chosen}) == told_by_form(CHALLENGES, challenges=chosen) == expected


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (["law"], ["Choose at least 2. You chose one."]),
        (["law", "none"], [ALONE, "Choose at least 2. You chose one."]),
        (["law", "law"], ["LAW: Choose this only once.", "Choose at least 2. You chose one."]),
        (["law", "stigma", "police", "other"], ["Choose at most 3. You chose 4."]),
        (["law", "stigma", "xx"], ["Choose one of the options listed."]),
        (
            ["law", "stigma", "police", "other", "none", "xx"],
            ["Choose one of the options listed.", ALONE, "Choose at most 3. You chose 4."],
        ),
    ],
)
def test_every_rule_of_a_choice_is_told_at_once_with_how_many_were_chosen_P12(
    chosen: list[str], expected: list[str]
) -> None:
    assert told({**CHALLENGES, "least": 2, "most": 3}, {"challenges": chosen}) == expected


def test_lines_beside_options_are_told_with_all_else_that_is_wrong_and_named_by_their_option_P12() -> None:
    lines = {"challenges.other.text": "x" * 250, "challenges.law.text": "y" * 201}
    unchosen = "You wrote something here but did not choose “{}”. Choose it, or clear the text."
    assert told(CHALLENGES, {"challenges": ["stigma", "police", "none"], **lines}) == [
        ALONE,
        f"LAW: Shorten this text to {MAXIMUM_SPECIFY} characters. It has 201 characters.",
        f"OTHER: Shorten this text to {MAXIMUM_SPECIFY} characters. It has 250 characters.",
        unchosen.format("LAW"),
        unchosen.format("OTHER"),
    ]


# --- rankings ---------------------------------------------------------------------------------------------------------

ONCE = "Give each number only once."
NONE_OUT = "Give 1 to what matters most, then 2, and so on. Leave no number out."
FIVE = a_question("ranking", options=options("a", "b", "c", "d", "e"), most=None)


@pytest.mark.parametrize(
    ("ranks", "expected"),
    [
        ("11", [f"{ONCE} 1 is given more than once."]),
        ("22", [f"{ONCE} 2 is given more than once.", f"{NONE_OUT} 1 is missing."]),
        ("2", [f"{NONE_OUT} 1 is missing."]),
        ("1 3", [f"{NONE_OUT} 2 is missing."]),
        ("5", [f"{NONE_OUT} 1, 2, 3, 4 are missing."]),
        ("11441", [f"{ONCE} 1, 4 are given more than once.", f"{NONE_OUT} 2, 3 are missing."]),
    ],
)
def test_ranking_says_which_rank_is_given_twice_and_which_is_missing_P12(ranks: str, expected: list[str]) -> None:
    given_ranks = {f"wants__{code}": rank for code, rank in zip("abcde", ranks, strict=False) if rank != " "}
    assert told_by_form(FIVE, **given_ranks) == expected


def test_order_of_a_program_is_told_what_is_in_it_twice_and_that_it_is_too_long_P12() -> None:
    assert told({**FIVE, "most": 2}, {"wants": ["a", "b", "a", "c", "xx"]}) == [
        "Choose one of the options listed.",
        "A: Choose this only once.",
        "Choose at most 2. You chose 3.",
    ]


# --- matrices ---------------------------------------------------------------------------------------------------------


def test_rows_are_named_that_are_wrong_or_missing_P12() -> None:
    rows = [{"code": code, "label": text(code.upper())} for code in ("home", "work", "road")]
    matrix = a_question("matrix", rows=rows, **BECAUSE)
    assert told(matrix, {"harder": {"home": "xx", "work": None}}) == [
        "HOME: Choose one of the options listed.",
        "WORK: This row needs an answer too.",
        "ROAD: This row needs an answer too.",
    ]
    assert told_by_form(matrix, harder__home="some", harder__road="much") == ["WORK: This row needs an answer too."]


def test_many_rows_without_an_answer_are_counted_P12() -> None:
    rows = [{"code": f"r{number}", "label": text(f"R{number}")} for number in range(9)]
    matrix = a_question("matrix", rows=rows, **BECAUSE)
    assert told_by_form(matrix, harder__r3="some") == ["Each row needs an answer. 8 rows have none."]


def test_row_that_is_missing_where_the_question_does_not_apply_is_not_missed() -> None:
    condition = {"question": "asked", "equals": "yes"}
    matrix = a_question("matrix", show_if=condition, **BECAUSE)
    validator = Validator(a_definition(a_question("yes_no", id="asked"), matrix).questionnaire)
    assert validator.validate({"asked": False, "harder": {"home": "some"}}).codes == {"asked": ("no",)}


# --- texts ------------------------------------------------------------------------------------------------------------


def test_long_text_is_told_how_long_it_is_and_may_have_P12() -> None:
    assert told(a_question("long_text"), {"wish": "x" * 4512}) == [
        "Shorten this text to 4000 characters. It has 4512 characters."
    ]


def test_text_that_is_too_long_and_does_not_fit_its_pattern_is_told_both_P12() -> None:
    word = a_question("short_text", most_characters=3, pattern="[0-9]+", pattern_says=text("digits."))
    assert told(word, {"word": "abcd"}) == [
        "Shorten this text to 3 characters. It has 4 characters.",
        "Enter digits.",
    ]


def test_texts_together_are_told_how_long_they_are_P12() -> None:
    questions = [a_question("long_text", id=f"t{number}") for number in range(4)]
    validator = Validator(a_definition(*questions).questionnaire)
    raw = {"t0": "x" * 4000, "t1": "x" * 4000, "t2": "x" * 4000, "t3": "abcd"}
    together = "Your texts are too long together. Shorten them to 10000 characters in all. They have 12004 characters."
    assert _messages(validator, raw) == [together]
    assert _messages(validator, raw | {"t0": "x" * 4001}) == [
        "Shorten this text to 4000 characters. It has 4001 characters.",
        together.replace("12004", "12005"),
    ]


@pytest.mark.parametrize("kind", ["short_text", "long_text"])
@pytest.mark.parametrize("unseen", ["\u200b", "\u2800\u3164", "\u115f", "\U000e0061\U000e007f", "\ufe0f", " \u00ad "])
def test_text_of_what_cannot_be_seen_does_not_pass_for_one_that_is_needed(kind: str, unseen: str) -> None:
    question = a_question(kind, id="q", **BECAUSE)
    needed = ["Please answer this question. It says why we need an answer."]
    assert told(question, {"q": unseen}) == told_by_form(question, q=unseen) == needed


# --- what is far too long ---------------------------------------------------------------------------------------------


class Watch:
    """A cleaning that counts the characters that it is given."""

    def __init__(self) -> None:
        self.seen = 0

    def __call__(self, typed: str, lines: bool) -> str:
        self.seen += len(typed)
        return typed


@pytest.mark.parametrize("text_questions", [1, 30])
@pytest.mark.parametrize("each", [17_002, 100_000])
def test_text_far_beyond_its_limit_is_too_long_without_being_cleaned(text_questions: int, each: int) -> None:
    questions = [a_question("long_text", id=f"t{number}") for number in range(text_questions)]
    watch = Watch()
    validator = Validator(a_definition(*questions).questionnaire, clean=watch)
    messages = _messages(validator, {f"t{number}": "a\u0301" * (each // 2) for number in range(text_questions)})
    assert watch.seen == 0
    assert f"It has {each} characters." in messages[0]


def test_many_texts_are_cleaned_up_to_a_few_times_what_they_may_have_together() -> None:
    questions = [a_question("long_text", id=f"t{number}") for number in range(60)]
    watch = Watch()
    validator = Validator(a_definition(*questions).questionnaire, clean=watch)
    messages = _messages(validator, {f"t{number}": "\u0301" * 4000 for number in range(60)})
    assert messages == [
        "Your texts are too long together. Shorten them to 10000 characters in all. They have 240000 characters."
    ]
    assert 0 < watch.seen <= 4 * 10_000 + 1000
