"""What was typed, in words, for somebody to copy out of a survey that closed meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chalicelib.errors import Translate, in_english
from chalicelib.forms.typed_answers import TypedAnswer, typed_answers
from tests.builders import a_definition
from tests.unit.forms.rendering import HOSTILE, a_state


def typed(fields: Mapping[str, Sequence[str]], translate: Translate = in_english) -> list[TypedAnswer]:
    return typed_answers(a_definition().questionnaire, a_state(fields, translate=translate))


def test_typed_answers_leave_out_what_was_skipped_and_what_was_not_asked() -> None:
    assert typed({"word": [""], "wish": ["Time."], "unasked": ["x"], "_token": ["x"]}) == [
        ("About long_text?", "Time.")
    ]
    assert typed({}) == []


def test_typed_answers_leave_out_what_was_taken_back() -> None:
    taken_back = {"country": [""], "mood": [""], "police_met": [""], "harder.home": [""], "wants.rest": [""]}
    assert typed(taken_back) == []
    assert typed(taken_back | {"harder.work": ["much"]}) == [("About matrix?: Work", "MUCH")]


def test_typed_answers_keep_what_is_no_option_too() -> None:
    assert typed({"country": [HOSTILE], "mood": ["99"]}) == [("About single_choice?", HOSTILE), ("About scale?", "99")]


def test_a_typed_yes_is_translated_but_a_written_one_is_not() -> None:
    found = typed({"police_met": ["yes"], "word": ["yes"]}, translate={"Yes": "Ja"}.__getitem__)
    assert found == [("About yes_no?", "Ja"), ("About short_text?", "yes")]
