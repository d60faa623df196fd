"""What people type, or choose from lists, in a form: their own digits, half an order, half a date, patterns."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import InvalidSubmission, Problem
from chalicelib.responses.answers import Answers
from chalicelib.responses.validation import Validator
from tests.builders import text
from tests.unit.responses.test_parsing import validator_of

NUMBER, DATE, RANKING = validator_of("number"), validator_of("date"), validator_of("ranking")
POSTCODE = validator_of("short_text", pattern=r"[0-9]{3} ?[0-9]{2}|abroad", pattern_says=text("five digits"))


def answered(validator: Validator, **fields: str) -> Answers:
    """What a form means, its fields named with "__" for a dot."""
    given_fields = {name.replace("__", "."): [value] for name, value in fields.items()}
    return validator.validate(validator.raw_answers(given_fields), from_form=True)


def problems_of(validator: Validator, **fields: str) -> list[Problem]:
    with pytest.raises(InvalidSubmission) as refusal:
        answered(validator, **fields)
    return list(refusal.value.problems)


def problem_of(validator: Validator, **fields: str) -> Problem:
    (problem,) = problems_of(validator, **fields)
    return problem


# --- numbers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("٣٤", "34"),
        ("۳۴", "34"),
        ("３４", "34"),
        ("3٤", "34"),
        (" 34 ", "34"),
        ("3 4", "34"),
        ("\u20073\u00a04\u202f", "34"),
        ("\u200f٣٤\u200e", "34"),
        ("\u061c34", "34"),
        ("034", "34"),
        ("000000000034", "34"),
        ("٠٠٣٤", "34"),
        ("00", "0"),
    ],
)
def test_number_is_read_in_any_digits_with_spaces_and_leading_zeros(typed: str, number: str) -> None:
    assert answered(NUMBER, clients=typed).codes == {"clients": (number,)}


@pytest.mark.parametrize("typed", ["301", "٣٠١", "999999999999"])
def test_number_beyond_the_limits_is_told_what_they_are(typed: str) -> None:
    problem = problem_of(NUMBER, clients=typed)
    assert problem == Problem("clients", "out_of_range", {"least": 0, "most": 300})
    assert problem.message == "Enter a number from 0 to 300."


NO_NUMBERS = [
    *("-1", "+1", "1.5", "1,5", "٣٫٥", "1e2", "0x1f", "12 a", "a few", "²", "½", "Ⅳ", "一", " ", "\u200f"),
    *("9" * 13, "9" * 5000, "1_0", "1-2", "1\0", "∞", "nan"),
]


@pytest.mark.parametrize("typed", NO_NUMBERS)
def test_what_is_no_whole_number_is_not_taken_for_one(typed: str) -> None:
    assert problem_of(NUMBER, clients=typed) == Problem("clients", "not_a_number")


# --- rankings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rank", ["4", "01", "x", "1 ", "9" * 5000])
def test_rank_that_the_page_does_not_offer_is_none(rank: str) -> None:
    assert problem_of(RANKING, wants__home="1", wants__rest=rank) == Problem("wants", "ranks")


@given(st.permutations(["home", "rest", "pay"]), st.integers(0, 3))
@settings(max_examples=30, deadline=None)
def test_any_order_from_the_first_on_is_taken_whole_or_in_part(order: list[str], given_ranks: int) -> None:
    validator = validator_of("ranking", most=None)
    ranks = {code: str(rank) for rank, code in enumerate(order[:given_ranks], 1)}
    codes = answered(validator, **{f"wants__{code}": rank for code, rank in ranks.items()}).codes
    assert codes == {f"wants.{code}": (rank,) for code, rank in ranks.items()}
    assert validator.validate({"wants": order[:given_ranks]}).codes == codes


# --- dates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "parts",
    [
        {"year": "2024", "month": "2", "day": "31"},
        {"year": "2024", "month": "2", "day": "30"},
        {"year": "2023", "month": "2", "day": "29"},
        {"year": "2024", "month": "4", "day": "31"},
    ],
    ids=lambda parts: "-".join(parts.values()),
)
def test_day_that_never_was_is_no_date(parts: dict[str, str]) -> None:
    problem = problem_of(DATE, **{f"moved__{part}": value for part, value in parts.items()})
    assert problem == Problem("moved", "not_a_date")


@pytest.mark.parametrize(
    ("parts", "missing"),
    [
        ({"year": "2024"}, ["day", "month"]),
        ({"month": "2"}, ["day", "year"]),
        ({"day": "29"}, ["month", "year"]),
        ({"year": "2024", "month": "2"}, ["day"]),
        ({"month": "2", "day": "29"}, ["year"]),
        ({"year": "2024", "day": "29"}, ["month"]),
    ],
)
def test_half_a_date_is_told_what_is_missing_P12(parts: dict[str, str], missing: list[str]) -> None:
    told = problems_of(DATE, **{f"moved__{part}": value for part, value in parts.items()})
    assert told == [Problem("moved", f"{part}_missing") for part in missing]
    assert [problem.message.partition(".")[0] for problem in told] == [f"The {part} is missing" for part in missing]


@given(st.dates(date(2020, 1, 1), date(2026, 12, 31)))
@settings(max_examples=40, deadline=None)
def test_any_day_within_the_limits_is_the_same_from_lists_and_as_json(day: date) -> None:
    fields = {"moved__year": str(day.year), "moved__month": str(day.month), "moved__day": str(day.day)}
    assert answered(DATE, **fields) == DATE.validate({"moved": day.isoformat()}) == Answers({"moved": (str(day),)}, {})


def test_date_beyond_the_limits_is_told_what_they_are() -> None:
    problem = problem_of(DATE, moved__year="2027", moved__month="1", moved__day="1")
    assert problem.message == "Choose a date from 2020-01-01 to 2026-12-31."


#: What is drawn as nothing: zero-width, Braille and Hangul blanks, tags, variation selectors.
UNSEEN = ["\u200b", "\u2800", " \u3164\u2800 ", "\u115f\u1160", "\U000e0041\U000e007f", "\ufe0f", "\u2060\ufeff\u00ad"]


# --- texts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["12345", "123 45", "  123\t45\r\n", "abroad", "\u202e12345"])
def test_pattern_has_to_fit_the_text_as_it_is_stored(typed: str) -> None:
    stored = " ".join(typed.replace("\u202e", "").split())
    assert answered(POSTCODE, word=typed).texts == POSTCODE.validate({"word": typed}).texts == {"word": stored}


@pytest.mark.parametrize("typed", ["1234", "123456", "12345 ab", "x12345", "abroad 12345", "12345|abroad"])
def test_pattern_has_to_fit_the_whole_text_and_says_what_is_wanted_P12(typed: str) -> None:
    problem = problem_of(POSTCODE, word=typed)
    assert problem == Problem("word", "pattern", {"says": {"en": "five digits"}})
    assert problem.message == "Enter five digits"


@pytest.mark.parametrize("kind", ["short_text", "long_text"])
@pytest.mark.parametrize("typed", ["", " ", "\t\r\n", "\u2028\u2029", "\0\x1f", "\u202e\u2066", "\u00a0", *UNSEEN])
def test_blank_text_is_no_answer(kind: str, typed: str) -> None:
    changes = {"pattern": "x", "pattern_says": text("an x")} if kind == "short_text" else {}
    validator = validator_of(kind, id="q", **changes)
    assert answered(validator, q=typed) == validator.validate({"q": typed}) == Answers({}, {})


def test_pattern_that_would_never_end_elsewhere_is_fitted() -> None:
    validator = validator_of("short_text", pattern="(a+)+b", pattern_says=text("a, then b"))
    assert problem_of(validator, word="a" * 200).code == "pattern"


def test_schema_of_the_answers_tells_programs_of_limits() -> None:
    shown = {
        name: next(iter(validator.json_schema()["properties"].values()))["anyOf"][0]
        for name, validator in {"number": NUMBER, "date": DATE, "ranking": RANKING, "text": POSTCODE}.items()
    }
    assert shown == {
        "number": {"type": "integer", "minimum": 0, "maximum": 300},
        "date": {"type": "string", "format": "date"},
        "ranking": {
            "type": "array",
            "items": {"type": "string", "enum": ["home", "rest", "pay"]},
            "uniqueItems": True,
            "minItems": 1,
            "maxItems": 2,
        },
        "text": {"type": "string", "maxLength": 200},
    }
