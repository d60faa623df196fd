"""Rules of a definition that span several values: each by its code, its place and how grave it is."""

from __future__ import annotations

from typing import Any

import pytest

from operation.authoring import rules as checks
from operation.authoring.rules import check_definition
from tests.builders import a_definition, a_document, a_question, options, text
from tests.unit.operation.authoring.found import (
    FIRST,
    SECOND,
    Found,
    alike,
    codes_of,
    found_in,
    found_with,
    messages_with,
)

Questions = list[dict[str, Any]]

MANY = options(*(f"c{number}" for number in range(250)))


def rows(*codes: str) -> list[dict[str, Any]]:
    return alike(*codes)


def bands(*limits: Any, key: str = "below") -> list[dict[str, Any]]:
    return [
        {"code": f"b{index}", "label": text(f"Band {chr(65 + index)}"), **({key: limit} if limit else {})}
        for index, limit in enumerate(limits)
    ]


def a_number(*limits: int | None, **changes: Any) -> dict[str, Any]:
    return a_question("number", **{"least": 0, "most": 100, "bands": bands(*limits), **changes})


def a_date(*limits: str | None, **changes: Any) -> dict[str, Any]:
    return a_question("date", **{"bands": bands(*limits, key="before"), **changes})


def a_word(pattern: str, **changes: Any) -> dict[str, Any]:
    says = {"pattern_says": text("small letters"), "hint": text("Name nobody.")}
    return a_question("short_text", pattern=pattern, **says) | changes


#: Code, questions, and the place where it is found; every one is an error.
ERRORS: list[tuple[str, Questions, str]] = [
    ("repeated_code", [a_question("yes_no"), a_question("yes_no")], f"{SECOND}.id"),
    ("repeated_code", [a_question("single_choice", options=alike("a", "b", "a"))], f"{FIRST}.options.2.code"),
    ("repeated_code", [a_question("matrix", rows=rows("home", "home"))], f"{FIRST}.rows.1.code"),
    ("repeated_code", [a_number(10, None) | {"bands": alike("a", "a")}], f"{FIRST}.bands.1.code"),
    ("reserved_code", [a_question("single_choice", options=options("a", "no_answer"))], f"{FIRST}.options.1.code"),
    ("reserved_code", [a_question("multiple_choice", options=options("chosen", "a", "b"))], f"{FIRST}.options.0.code"),
    ("reserved_code", [a_question("matrix", rows=rows("not_chosen"))], f"{FIRST}.rows.0.code"),
    ("reserved_code", [a_question("hidden", id="lang"), a_question("yes_no")], f"{FIRST}.id"),
    ("reserved_code", [a_question("hidden", id="token"), a_question("yes_no")], f"{FIRST}.id"),
    ("impossible_limit", [a_question("multiple_choice", most=3, options=options("a", "b"))], f"{FIRST}.most"),
    ("impossible_limit", [a_question("multiple_choice", least=4, most=None)], f"{FIRST}.least"),
    ("impossible_limit", [a_question("multiple_choice", least=3, most=2)], f"{FIRST}.least"),
    ("impossible_limit", [a_question("ranking", most=4)], f"{FIRST}.most"),
    (
        "needless_mark",
        [a_question("multiple_choice", most=None, options=options("a", "b", exclusive=["a", "b"]))],
        f"{FIRST}.options",
    ),
    ("impossible_limit", [a_number(bands=[], least=9, most=8)], f"{FIRST}.least"),
    ("impossible_limit", [a_date(bands=[], least="2026-03-01", most="2026-02-28")], f"{FIRST}.least"),
    ("bands_missing", [a_number(bands=[])], FIRST),
    ("bands_missing", [a_date(bands=[])], FIRST),
    ("bands_out_of_order", [a_number(10, 20)], f"{FIRST}.bands"),
    ("bands_out_of_order", [a_number(None, None)], f"{FIRST}.bands"),
    ("bands_out_of_order", [a_number(20, 10, None)], f"{FIRST}.bands"),
    ("bands_out_of_order", [a_number(10, 10, None)], f"{FIRST}.bands"),
    ("bands_out_of_order", [a_number(10, None, least=10)], f"{FIRST}.bands"),
    ("bands_out_of_order", [a_number(101, None)], f"{FIRST}.bands"),
    ("bands_out_of_order", [a_date("2024-01-01", "2023-12-31", None)], f"{FIRST}.bands"),
    ("bands_out_of_order", [a_date("2027-01-01", None)], f"{FIRST}.bands"),
    ("too_many_years", [a_date(None, least="1896-01-01", most="2026-01-01")], f"{FIRST}.least"),
    ("pattern_without_words", [a_word("[a-z]+", pattern_says=None)], FIRST),
    ("pattern", [a_word("[a-z")], f"{FIRST}.pattern"),
    ("patterns_too_large", [a_word("a{2001}")], f"{FIRST}.pattern"),
    ("patterns_too_large", [a_word("a{1500}"), a_word("b{1500}", id="other")], f"{SECOND}.pattern"),
    ("needless_mark", [a_question("single_choice", options=options("a", "b", exclusive=["b"]))], FIRST),
    ("needless_mark", [a_question("matrix", options=options("a", "b", exclusive=["b"]))], FIRST),
    ("needless_mark", [a_question("ranking", options=options("a", "b", "c", exclusive=["b"]))], FIRST),
    ("needless_mark", [a_question("matrix", options=options("a", "b", specify=["b"]))], FIRST),
    ("needless_mark", [a_question("ranking", options=options("a", "b", specify=["b"]))], FIRST),
    ("needless_mark", [a_question("ranking", options=options("a", "b", apart=["b"]))], FIRST),
    ("needless_mark", [a_question("hidden", options=options("a", "b", apart=["b"])), a_question("yes_no")], FIRST),
    ("needless_mark", [a_question("note", required_because=text("so")), a_question("yes_no")], FIRST),
    ("needless_mark", [a_question("hidden", required_because=text("so")), a_question("yes_no")], FIRST),
    (
        "too_many_fields",
        [a_question("multiple_choice", id=name, options=MANY) for name in "ab"],
        "questionnaire.questions",
    ),
    ("asks_nothing", [a_question(kind) for kind in ("note", "consent", "hidden")], "questionnaire.questions"),
]


@pytest.mark.parametrize(("code", "questions", "place"), ERRORS)
def test_an_error_is_found_where_it_stands(code: str, questions: Questions, place: str) -> None:
    found = found_with(*questions)
    assert (place, code, "error") in found
    # Bands that are missing or in disorder are told beside other mistakes; and hundreds of options take long to read.
    others = [each for each in found if each[1] != "minutes"]
    assert len(others) == 1 or questions[0]["kind"] in ("number", "date")


@pytest.mark.parametrize(
    "question",
    [
        a_question("multiple_choice", least=2, most=2),
        a_question("ranking", most=3),
        a_number(None),
        a_number(1, None),
        a_number(100, None),
        a_number(10, 20, 30, None),
        a_number(6, None, least=5, most=6),
        a_date(None),
        a_date("2026-12-31", None),
        a_date(None, least="2026-01-01", most="2026-01-01"),
        a_date(None, least="1897-01-01", most="2026-01-01"),
        a_word(r"\p{L}{1,60}"),
        a_word(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
        a_word(r"\x{41}+"),
        a_word("a{2000}"),
    ],
)
def test_what_is_just_within_the_rules_passes(question: dict[str, Any]) -> None:
    assert found_with(question) == []


def test_every_question_of_the_builders_passes_but_for_a_line_without_a_hint() -> None:
    found = [(code, severity) for _, code, severity in found_in(a_document())]
    assert found == [("text_without_hint", "warning")]


@pytest.mark.parametrize("question", [a_number(bands=[]), a_date(bands=[])])
def test_exact_values_are_published_only_where_the_policy_says_so_P7(question: dict[str, Any]) -> None:
    assert found_with(question, policy="protected") == [(FIRST, "bands_missing", "error")]
    assert found_with(question, policy="exact") == []


def test_an_exclusive_option_cannot_be_combined_so_no_limit_counts_it() -> None:
    question = a_question("multiple_choice", most=3, options=options("a", "b", "none", exclusive=["none"]))
    assert found_with(question) == [(f"{FIRST}.most", "impossible_limit", "error")]
    assert found_with(question | {"most": 2, "least": 2}) == []


def test_a_hidden_question_takes_a_few_values_more_would_tell_persons_apart() -> None:
    few, many = (options(*(f"c{number}" for number in range(count))) for count in (10, 11))
    assert found_with(a_question("hidden", options=few), a_question("yes_no")) == []
    found = found_with(a_question("hidden", options=many), a_question("yes_no"))
    assert found == [(FIRST, "identifying", "warning")]


@pytest.mark.parametrize(
    ("kind", "marks"),
    [
        ("single_choice", {"apart": ["a"]}),
        ("dropdown", {"apart": ["b"]}),
        ("matrix", {"apart": ["a", "c"]}),
        ("multiple_choice", {"exclusive": ["a"]}),
        ("multiple_choice", {"apart": ["b"], "exclusive": ["a"]}),
    ],
)
def test_what_stands_apart_comes_last_in_the_file_too(kind: str, marks: dict[str, list[str]]) -> None:
    before = a_question(kind, options=options("a", "b", "c", **marks))
    assert found_with(before) == [(f"{FIRST}.options", "not_last", "warning")]
    last = a_question(kind, options=options("a", "b", "c", **{mark: ["c"] for mark in marks}))
    assert found_with(last) == []


@pytest.mark.parametrize(
    ("count", "most", "is_long"), [(6, None, False), (7, None, True), (7, 7, True), (20, 6, False)]
)
def test_more_ranks_than_there_are_buttons_for_are_warned_of(count: int, most: int | None, is_long: bool) -> None:
    question = a_question("ranking", options=options(*(f"c{number}" for number in range(count))), most=most)
    assert found_with(question) == [(FIRST, "long_ranking", "warning")] * is_long
    assert [message for message in messages_with(question) if "(most: 3)" not in message] == []


def test_a_repetition_is_reported_once_a_name_however_often_it_stands() -> None:
    question = a_question("single_choice", options=alike("a", "b", "a", "b", "a"))
    assert messages_with(question) == [
        "The code “a” stands 3 times. Rename all but one.",
        "The code “b” stands 2 times. Rename all but one.",
    ]


def test_a_heavy_pattern_is_to_blame_and_not_those_after_it() -> None:
    found = found_with(a_word("a{3000}"), a_word("b{1500}", id="light"), a_word("[0-9]{3}", id="lighter"))
    assert found == [(f"{FIRST}.pattern", "patterns_too_large", "error")]


def test_of_patterns_that_are_heavy_together_the_one_too_many_is_to_blame() -> None:
    found = found_with(*(a_word(f"a{{{weight}}}", id=f"q{weight}") for weight in (1500, 1501, 499)))
    assert found == [(f"{SECOND}.pattern", "patterns_too_large", "error")]


REFUSED_PATTERNS = [
    *("(a", "a)", "[", "*", "\\", "a)|(b", "(?x)a # b", "(?=a)b", "(?!a)b", "(?<=a)b", "(?<!a)b", r"(a)\1", "(?P<a"),
    *("a{9999999999999}", r"\p{Klingon}", "(?&a)"),
]


@pytest.mark.parametrize("pattern", REFUSED_PATTERNS)
def test_a_pattern_that_the_engine_does_not_take_is_found_before_a_respondent_meets_it(pattern: str) -> None:
    [(place, code, severity)] = found_with(a_word(pattern))
    assert (place, severity) == (f"{FIRST}.pattern", "error")
    assert code in ("pattern", "patterns_too_large")


@pytest.mark.parametrize("pattern", ["a{1001}{2}", "(a{50}){50}", r"\w{1001}", "a{ 1001 , }b{2}", r"(\w{0}){0}\d{999}"])
def test_repetitions_count_as_if_each_were_inside_the_others(pattern: str) -> None:
    assert found_with(a_word(pattern)) == [(f"{FIRST}.pattern", "patterns_too_large", "error")]


def test_all_problems_come_at_once_in_the_order_of_the_questions() -> None:
    found = found_with(
        a_question("multiple_choice", least=9, options=options("a", "a", "chosen")),
        a_question("short_text", id="your_name"),
    )
    expected: list[Found] = [
        (f"{FIRST}.options.1.code", "repeated_code", "error"),
        (f"{FIRST}.options.2.code", "reserved_code", "error"),
        (f"{FIRST}.least", "impossible_limit", "error"),
        (f"{FIRST}.least", "impossible_limit", "error"),
        (f"{FIRST}.options.1.label", "repeated_label", "error"),
        (SECOND, "identifying", "warning"),
        (SECOND, "text_without_hint", "warning"),
    ]
    assert found == expected


def test_every_code_of_the_checks_is_tested_here() -> None:
    assert codes_of(checks) == {code for code, _, _ in ERRORS} | {
        "identifying",
        "not_last",
        "long_ranking",
        "extra_forbidden",
    }


def test_what_texts_look_like_is_worked_out_and_written_by_nobody() -> None:
    document = a_document(a_question("yes_no"))
    document["questionnaire"]["formatted"] = {}
    assert ("questionnaire.formatted", "extra_forbidden", "error") in found_in(document)


def test_releases_of_an_exact_survey_come_with_the_answers_and_cannot_be_set_P13() -> None:
    def problems(**settings: str) -> list[tuple[str, str]]:
        found = check_definition(a_definition(a_question("yes_no"), **settings))
        return [(str(problem.place), problem.code) for problem in found]

    assert problems(policy="exact", releases="monthly") == [("settings.releases", "needless_mark")]
    assert problems(policy="exact") == problems(policy="protected", releases="monthly") == []
