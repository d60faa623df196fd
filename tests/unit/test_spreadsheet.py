"""Cells that a spreadsheet would run are made text."""

from __future__ import annotations

import pytest

from chalicelib.spreadsheet import as_text, harmless


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠"])
def test_formula_is_made_text(start: str) -> None:
    assert harmless(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("label", ["", "1 – bad", "a=b", "Norway", "'quoted'"])
def test_other_text_stays(label: str) -> None:
    assert harmless(label) == label


@pytest.mark.parametrize(
    "label",
    [
        *("=1+1", "1-3", "10-12", "1/2", "1 1/2", "8.3", "1,5", "30+", "(5)", "5,-", "5 %", "£ 5", "100 kr", "٣"),
        *("01", "1e1", "2E5", "10:30", "5 pm", "2026-03-01", "3.5.", "1. mai 2026", "Jan 1", "dec2", "mars-2026"),
        *("3. toukokuuta", "20. nóvember", "5 مايو", "Sann", "FALSE"),
    ],
)
def test_what_a_spreadsheet_takes_for_a_day_a_time_or_another_number_is_made_text(label: str) -> None:
    assert as_text(label) == f"'{label}"


@pytest.mark.parametrize(
    "label",
    [
        *("", "0", "1", "2026", "18–29", "1 – bad", "5 or more", "18 years", "o1", "e0", "no_answer", "harder.work"),
        *("a-survey", "country=no+other", "Mars", "May I?", "30 or over", "True love", "'1-3"),
    ],
)
def test_text_that_it_takes_for_text_stays_and_so_does_a_whole_number(label: str) -> None:
    assert as_text(label) == label
