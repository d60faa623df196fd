"""Piles of combining marks: cut before they are sorted, which takes quadratic time, and nothing that is writing is."""

from __future__ import annotations

import itertools
import unicodedata
from types import SimpleNamespace
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.responses.text import clean_text

ABOVE, BELOW = "\u0301", "\u0323"
#: One mark that NFC writes as two, a letter that it writes as three, a letter and marks of many classes.
MARKS = "\u0344\ufb2c\u0327\u0323\u0301\u0308\u05b0\u3099\u0334e\u0958 \n"


def longest_pile(text: str) -> int:
    piles = itertools.groupby(text, key=lambda character: unicodedata.combining(character) > 0)
    return max((len(list(pile)) for is_mark, pile in piles if is_mark), default=0)


@pytest.mark.parametrize(
    "typed",
    [
        "a" + ABOVE * 600 + BELOW * 600,
        "a" + (ABOVE + BELOW) * 600,
        ABOVE * 600 + BELOW * 600,
        ("a" + ABOVE * 40 + BELOW * 40) * 15,
    ],
    ids=["one pile", "mixed", "on nothing", "many piles"],
)
@pytest.mark.parametrize("lines", [True, False])
def test_marks_without_end_are_cut_before_they_are_sorted_and_leave_thirty_in_a_row(
    monkeypatch: pytest.MonkeyPatch, typed: str, lines: bool
) -> None:
    sorted_piles: list[int] = []

    def normalize(form: Literal["NFC"], text: str) -> str:
        sorted_piles.append(longest_pile(text))
        return unicodedata.normalize(form, text)

    sorting = SimpleNamespace(normalize=normalize, combining=unicodedata.combining)
    monkeypatch.setattr("chalicelib.questionnaire.visible_text.unicodedata", sorting)
    text = clean_text(typed, lines)
    assert sorted_piles == [30]
    assert unicodedata.is_normalized("NFC", text)
    assert 28 <= longest_pile(text) <= 30


@given(st.text(st.sampled_from(MARKS), max_size=200), st.booleans())
@settings(max_examples=100, deadline=None)
def test_no_more_than_thirty_marks_follow_one_another_and_cleaning_again_changes_nothing(
    typed: str, lines: bool
) -> None:
    text = clean_text(typed, lines)
    assert longest_pile(text) <= 30
    assert unicodedata.is_normalized("NFC", text)
    assert clean_text(text, lines) == text


@pytest.mark.parametrize("mark", ["\u0344", "\u0301"])
def test_mark_that_is_written_as_two_counts_as_two(mark: str) -> None:
    text = clean_text("b" + mark * 40, lines=False)
    assert longest_pile(text) == 30
    assert clean_text(text, lines=False) == text


@pytest.mark.parametrize(
    "typed",
    [
        "السَّلَامُ عَلَيْكُمْ وَرَحْمَةُ ٱللّٰهِ",
        "Tiếng Việt: những quyền của người hành nghề mại dâm",
        "हमें सुरक्षित काम और क्लिनिक चाहिए, ज़्यादा क़ानून नहीं",
        "שָׁלוֹם עֲלֵיכֶם",
        "ภาษาไทย ที่นี่",
        "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢",
    ],
    ids=["Arabic", "Vietnamese", "Hindi", "Hebrew", "Thai", "ornament"],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_ordinary_writing_is_kept_whole_in_NFC(typed: str, form: str) -> None:
    given_text = unicodedata.normalize(form, typed)  # type: ignore[arg-type]
    assert clean_text(given_text, lines=False) == unicodedata.normalize("NFC", typed)
