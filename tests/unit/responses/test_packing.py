"""Closed answers as a few bytes: nothing is lost, and the length says nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.questionnaire.codebook import codebook_of
from chalicelib.questionnaire.definition import MAXIMUM_OPTIONS
from chalicelib.responses.answers import Answers
from chalicelib.responses.packing import Layout
from chalicelib.responses.validation import Validator
from tests.builders import ANSWERS, a_definition, a_question, options
from tests.strategies import answers_to, questionnaires


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_packed_answers_come_back_and_all_have_one_length(data: st.DataObject) -> None:
    questionnaire = data.draw(questionnaires())
    layout = Layout.of(codebook_of(questionnaire))
    answers = data.draw(answers_to(questionnaire))
    blob = layout.pack(answers)
    assert layout.unpack(blob) == {**answers.codes, **dict.fromkeys(answers.texts, ("answered",))}
    assert len(blob) == layout.width == len(layout.pack(Answers({}, {})))


def test_every_kind_is_packed_in_the_order_of_the_codebook() -> None:
    questionnaire = a_definition().questionnaire
    layout = Layout.of(codebook_of(questionnaire))
    blob = layout.pack(Validator(questionnaire).validate(ANSWERS))
    # country, its text, challenges (bits), mood, harder.home, harder.work, police_met, agreed, word, wish
    assert blob == bytes([3, 1, 0b0011, 4, 2, 0, 2, 1, 1, 1])
    assert layout.unpack(blob)["challenges"] == ("law", "stigma")


def test_of_a_text_only_its_being_there_is_packed_P3() -> None:
    layout = Layout.of(codebook_of(a_definition().questionnaire))
    one, other = (layout.pack(Answers({}, {"wish": wish})) for wish in ("short", "much longer " * 99))
    assert one == other != layout.pack(Answers({}, {}))


@pytest.mark.parametrize("kind", ["single_choice", "multiple_choice"])
def test_as_many_options_as_are_allowed_can_be_packed(kind: str) -> None:
    codes = [f"o{number}" for number in range(MAXIMUM_OPTIONS)]
    layout = Layout.of(codebook_of(a_definition(a_question(kind, id="q", options=options(*codes))).questionnaire))
    for code in (codes[0], codes[-1]):
        assert layout.unpack(layout.pack(Answers({"q": (code,)}, {}))) == {"q": (code,)}


def test_response_to_a_version_is_read_with_the_layout_of_that_version() -> None:
    old = Layout.of(codebook_of(a_definition(a_question("yes_no")).questionnaire))
    new = Layout.of(codebook_of(a_definition(a_question("scale"), a_question("yes_no")).questionnaire))
    blob = old.pack(Answers({"police_met": ("no",)}, {}))
    assert old.unpack(blob) == {"police_met": ("no",)}
    assert new.width != old.width
