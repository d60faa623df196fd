"""Texts in lines that no font of a usual machine makes longer than they are taken to be."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.publication.text_width import width_of, wrapped


@given(st.text(st.sampled_from("aiWm. \t-é\u0301漢م😀\u2066"), max_size=80), st.integers(40, 300))
def test_no_line_is_wider_than_the_place_and_nothing_is_lost(text: str, width: int) -> None:
    lines = wrapped(text, width, 15)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width_of(line, 15) <= width for line in lines)


def test_line_is_broken_at_a_blank_and_a_word_only_where_it_is_too_wide() -> None:
    assert wrapped("a home to live in", 60, 15) == ["a home", "to live", "in"]
    assert wrapped("an unbelievablylongword", 60, 15) == ["an", "unbelie", "vablylo", "ngword"]
    assert wrapped("", 60, 15) == [""]


def test_mark_stays_with_its_letter() -> None:
    decomposed = unicodedata.normalize("NFD", "é" * 20)
    lines = wrapped(decomposed, 40, 15)
    assert len(lines) > 1
    assert all(line[0] == "e" for line in lines)


@pytest.mark.parametrize("text", ["漢字", "한국어", "مرحبا بك", "Привет", "हिन्दी", "😀😀"])
def test_wide_scripts_are_taken_to_be_wide(text: str) -> None:
    assert width_of(text, 10) > 0.6 * 10 * sum(not unicodedata.combining(letter) for letter in text) - 10


def test_bold_is_wider() -> None:
    assert width_of("Home", 10, is_bold=True) > width_of("Home", 10)
