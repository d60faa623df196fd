"""Definitions with too much of something: said so within seconds, with a code, and without a traceback."""

from __future__ import annotations

from typing import Any

import pytest

from operation.authoring.yaml_reader import MAXIMUM_NODES
from tests.builders import a_document, a_question, options, text
from tests.unit.operation.authoring.refusals import codes_in
from tests.unit.operation.authoring.trees import MET, Written, conditioned, equals, every, some

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def with_words(**words: Any) -> dict[str, Any]:
    document = a_document(a_question("yes_no"))
    document["questionnaire"] |= words
    return document


def languages(number: int) -> list[str]:
    return [f"{a}{b}{c}" for a in LETTERS for b in LETTERS for c in LETTERS][:number]


def a_pattern(number: int) -> dict[str, Any]:
    pattern = rf"\w{{{number + 100}}}"
    return a_question("short_text", id=f"q{number}", pattern=pattern, pattern_says=text("words"))


def in_questions(item: str, times: int) -> str:
    return f"questionnaire: {{questions: [{item * times}1]}}"


#: What there is too much of, and the code that says so.
TOO_MUCH: dict[str, tuple[Any, str]] = {
    "10,000 options": (
        a_document(a_question("single_choice", options=options(*(f"o{i}" for i in range(10_000))))),
        "too_large",
    ),
    "21 languages": (with_words(languages={code: {"name": "x"} for code in languages(21)}), "too_long"),
    "100 heavy patterns": (a_document(*map(a_pattern, range(100))), "patterns_too_large"),
    "10,000 keys in each other": ("{a: " * 10_000, "too_deep"),
    "10,000 items in each other": ("- " * 10_000, "too_deep"),
    "10,000 questions in each other": ("? " * 10_000, "too_deep"),
    "labels that are all alike": (
        a_document(a_question("single_choice", options=options(*["a"] * 250))),
        "repeated_label",
    ),
    "10,000 questions": (a_document(*(a_question("yes_no", id=f"q{i}") for i in range(10_000))), "too_large"),
    "10,000 languages": (with_words(languages={code: {"name": "x"} for code in languages(10_000)}), "too_large"),
    "10,000 languages of a text": (with_words(title=dict.fromkeys(languages(10_000), "x")), "undeclared_language"),
    "a text of a million": (with_words(title=text("a" * 990_000)), "string_too_long"),
    "a number of a million digits": ("a: " + "9" * 990_000, "not_yaml"),
    "a million values": ("[" + "1," * 499_990 + "1]", "too_large"),
    "as many problems as values": (in_questions("1,", MAXIMUM_NODES - 100), "model_attributes_type"),
    "tags": (in_questions("!x 1,", 28_000), "tag"),
    "tags in questions": (in_questions("{a: !x 1},", 9_000), "tag"),
    "more tags": (in_questions("!x 1,", 150_000), "too_large"),
    "aliases": ("a: &x 1\nb: [" + "*x ," * 28_000 + "1]", "alias"),
    "more aliases": ("a: &x 1\nb: [" + "*x ," * 200_000 + "1]", "too_large"),
    "keys": ("{" + ",".join(f"k{number}: 1" for number in range(14_000)) + "}", "extra_forbidden"),
    "keys of a question": (
        in_questions("{kind: yes_no," + ",".join(f"k{number}: 1" for number in range(14_000)) + "},", 1),
        "extra_forbidden",
    ),
    "one key over and over": ("{" + "k: 1," * 14_000 + "}", "duplicate_key"),
    "lists in a list": ("[" + "[]," * 300_000 + "]", "too_large"),
    "10,000 lists in each other": ("[" * 10_000, "too_deep"),
    "lines of spaces": ("\n".join(" " * number + "a:" for number in range(1_400)), "too_deep"),
    "escapes": ('a: "' + "\\x41" * 200_000 + '"', "extra_forbidden"),
    "folded lines": ("a: >\n" + " b\n" * 300_000, "extra_forbidden"),
    "words": ("a: " + "a b " * 240_000, "extra_forbidden"),
    "comments": ("# b\n" * 240_000, "not_a_definition"),
    "empty lines": ("\n" * 990_000, "not_a_definition"),
    "an alias with a long name": ("a: *" + "a" * 990_000, "not_yaml"),
    "a key with a long name": ("? " + "a" * 990_000 + "\n: 1", "key"),
    "a long number in sixties": ("a: 1" + ":1" * 200_000 + ".0", "extra_forbidden"),
    "a long number in sixties by its tag": ("a: !!int '1" + ":1" * 200_000 + "'", "tag"),
    "long labels to search": (
        a_document(*(a_question("yes_no", id=f"q{i}", label=text("born b f " * 440)) for i in range(100))),
        "long_text",
    ),
}


def test_a_large_survey_still_fits() -> None:
    """A hundred questions of ten options each in five languages."""
    codes = ["en", "sv", "nb", "fi", "is"]
    label = dict.fromkeys(codes, "x")
    asked = [
        {"kind": "single_choice", "id": f"q{number}", "label": label, "options": _worded(codes)}
        for number in range(100)
    ]
    words = dict.fromkeys(("title", "asked_by", "introduction", "thanks"), label)
    names = {code: {"name": code} for code in codes}
    assert codes_in(with_words(languages=names, questions=asked, minutes=20, **words)) == set()


def _worded(codes: list[str]) -> list[dict[str, Any]]:
    return [{"code": f"o{number}", "label": dict.fromkeys(codes, f"Option {number}")} for number in range(10)]


ROWS = [{"code": f"r{number}", "label": text(f"R{number}")} for number in range(30)]
MATRIX = a_question("matrix", rows=ROWS)
RANKINGS = [a_question("ranking", id=f"k{number}", options=options(*LETTERS[:16]), most=None) for number in range(20)]


def _three_ranks(number: int) -> Written:
    return every(*(equals(f"k{number % 20}.{code}", rank) for code, rank in (("a", 1), ("b", 1), ("c", 2))))


#: Conditions that nobody could follow, and the code that says so.
WIDE: dict[str, tuple[dict[str, Any], str]] = {
    "thousands of questions that are not there": (
        a_document(
            *(
                a_question(
                    "yes_no", id=f"question_{n}", show_if=some(*(equals(f"questio_{n}_{i}", 1) for i in range(50)))
                )
                for n in range(100)
            )
        ),
        "unknown_question",
    ),
    "50 times 50": (conditioned(every(*[some(*[MET] * 50)] * 50)), "conditions_too_complex"),
    "a chain of a hundred": (
        a_document(
            a_question("yes_no", id="q0"),
            *(a_question("yes_no", id=f"q{n}", show_if=equals(f"q{n - 1}", "yes")) for n in range(1, 100)),
        ),
        "conditions_too_complex",
    ),
    "each on the two before": (
        a_document(
            *(a_question("yes_no", id=f"q{n}") for n in range(2)),
            *(
                a_question("yes_no", id=f"q{n}", show_if=some(equals(f"q{n - 1}", "yes"), equals(f"q{n - 2}", "no")))
                for n in range(2, 100)
            ),
        ),
        "conditions_too_complex",
    ),
    "four thousand that are wrong": (
        a_document(
            MATRIX,
            *(
                a_question("yes_no", id=f"q{n}", show_if=every(*[some(*[equals("harder.r1", "x")] * 50)] * 2))
                for n in range(40)
            ),
        ),
        "unknown_option",
    ),
    "three ranks of many rankings": (
        a_document(*RANKINGS, *(a_question("scale", id=f"z{n}", show_if=_three_ranks(n)) for n in range(79))),
        "undecided",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", [*TOO_MUCH, *WIDE])
def test_too_much_of_anything_is_said_within_seconds(what: str) -> None:
    content, code = (TOO_MUCH | WIDE)[what]
    assert code in codes_in(content)
