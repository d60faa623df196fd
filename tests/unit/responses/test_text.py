"""What becomes of a written answer before it is stored."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.responses.text import clean_text

#: Plain letters, and all that cleaning looks at.
AWKWARD = st.text(
    st.sampled_from("aé\u0301\u0958 \t\r\n\0\x0b\x1f\x7f\x85\u2028\u2029\u202e\u2066\u200f\ufffe\ud800")
    | st.characters()
)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("e\u0301", "é"),
        ("e\x00\u0301", "é"),
        ("one\r\ntwo\rthree\nfour", "one\ntwo\nthree\nfour"),
        ("one\u2028two\u2029three\x85four", "one\ntwo\nthree\nfour"),
        ("a\x00b\x07c\x1bd\x7fe\x9ff", "abcdef"),
        ("\u202eabc\u202c \u2066def\u2069", "abc def"),
        ("\ufffa\ufffe\uffffa\ud800", "a"),
        ("  \n around \n ", "around"),
        ("kept:\ttab\n\n  and  blanks", "kept:\ttab\n\n  and  blanks"),
        ("שלום\u200f \u200eabc", "שלום\u200f \u200eabc"),
        ("\u200d👩\u200d💻", "\u200d👩\u200d💻"),
        ("\0\r\n\u202e", ""),
    ],
)
def test_text_is_cleaned_and_keeps_its_lines(typed: str, stored: str) -> None:
    assert clean_text(typed, lines=True) == stored


@pytest.mark.parametrize(("typed", "stored"), [("a\r\nb", "a b"), ("a \t b\u2028c", "a b c"), (" \n ", "")])
def test_short_text_is_put_on_one_line(typed: str, stored: str) -> None:
    assert clean_text(typed, lines=False) == stored


@given(AWKWARD, st.booleans())
@settings(max_examples=100, deadline=None)
def test_cleaned_text_is_clean(typed: str, lines: bool) -> None:
    text = clean_text(typed, lines)
    assert clean_text(text, lines) == text
    assert unicodedata.is_normalized("NFC", text)
    assert not {"\0", "\r", "\x85", "\u202e", "\u2066", "\u2028"} & set(text)
    assert text == text.strip()
    assert lines or "\n" not in text
    text.encode("utf-8")
