"""Cells that a spreadsheet would run are made text."""

from __future__ import annotations

import pytest

from chalicelib.spreadsheet import harmless


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠"])
def test_formula_is_made_text(start: str) -> None:
    assert harmless(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("label", ["", "1 – bad", "a=b", "Norway", "'quoted'"])
def test_other_text_stays(label: str) -> None:
    assert harmless(label) == label
