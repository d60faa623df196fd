"""Closed answers as a few bytes: nothing is lost, and the length says nothing."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.questionnaire.codebook import codebook_of
from chalicelib.questionnaire.definition import MAXIMUM_OPTIONS
from chalicelib.responses.answers import Answers
from chalicelib.responses.packing import Layout
from chalicelib.responses.validation import Validator
from tests.builders import ANSWERS, a_definition, a_question, options

#: Kind to how the builders' answer is packed: a byte a code, bits of several, 1 + the distance from the least of a
#: number, a 1 for a text.
PACKED = {
    "single_choice": [3, 1],
    "dropdown": [2],
    "multiple_choice": [0b0011],
    "matrix": [2, 0],
    "ranking": [2, 1, 0],
    "number": [35, 0],
    "date": [0xF1, 5],
    "long_text": [1],
}


def test_answers_are_packed_in_the_order_of_the_codebook() -> None:
    questionnaire = a_definition(*map(a_question, PACKED)).questionnaire
    asked = {question.id for question in questionnaire.questions}
    layout = Layout.of(codebook_of(questionnaire))
    answers = {name: answer for name, answer in ANSWERS.items() if name.partition(".")[0] in asked}
    blob = layout.pack(Validator(questionnaire).validate(answers))
    assert blob == bytes(byte for packed in PACKED.values() for byte in packed)
    unpacked = layout.unpack(blob)
    assert unpacked["challenges"] == ("law", "stigma")
    assert (unpacked["wants.rest"], unpacked["wants.home"], "wants.pay" in unpacked) == (("1",), ("2",), False)
    assert (unpacked["clients"], unpacked["moved"]) == (("34",), ("2024-02-29",))


def test_of_a_text_only_its_being_there_is_packed_P3() -> None:
    layout = Layout.of(codebook_of(a_definition().questionnaire))
    one, other = (layout.pack(Answers({}, {"wish": wish})) for wish in ("short", "much longer " * 99))
    assert one == other != layout.pack(Answers({}, {}))


@pytest.mark.parametrize("kind", ["single_choice", "dropdown", "multiple_choice"])
def test_as_many_options_as_are_allowed_can_be_packed(kind: str) -> None:
    codes = [f"o{number}" for number in range(MAXIMUM_OPTIONS)]
    layout = Layout.of(codebook_of(a_definition(a_question(kind, id="q", options=options(*codes))).questionnaire))
    for code in (codes[0], codes[-1]):
        assert layout.unpack(layout.pack(Answers({"q": (code,)}, {}))) == {"q": (code,)}


def the_column(kind: str, **changes: Any) -> Layout:
    question = a_question(kind, id="q", bands=[], **changes)
    return Layout.of(codebook_of(a_definition(question).questionnaire))


WIDTHS = [
    *((0, 1, 1), (0, 254, 1), (0, 255, 2), (1000, 1254, 1), (1000, 1255, 2), (0, 65_534, 2), (0, 65_535, 3)),
    *((0, 1_000_000_000, 4), (999_999_999, 1_000_000_000, 1)),
]


@pytest.mark.parametrize(("least", "most", "width"), WIDTHS)
def test_number_takes_as_few_bytes_as_its_limits_allow(least: int, most: int, width: int) -> None:
    layout = the_column("number", least=least, most=most)
    assert layout.width == width
    for number in (least, least + 1, most):
        assert layout.unpack(layout.pack(Answers({"q": (str(number),)}, {}))) == {"q": (str(number),)}
    assert layout.unpack(layout.pack(Answers({}, {}))) == {}


@pytest.mark.parametrize(
    ("least", "most", "width"),
    [
        ("2024-02-29", "2024-02-29", 1),
        ("2024-01-01", "2024-09-11", 1),
        ("2024-01-01", "2024-09-12", 2),
        ("0001-01-01", "9999-12-31", 3),
    ],
)
def test_date_takes_as_few_bytes_as_its_limits_allow(least: str, most: str, width: int) -> None:
    layout = the_column("date", least=least, most=most)
    assert layout.width == width
    for day in (least, most):
        assert layout.unpack(layout.pack(Answers({"q": (day,)}, {}))) == {"q": (day,)}
