"""What a link was before it was sent around."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.web.addresses import tidy

#: What ends a sentence, a bracket or a quotation that a link stood in.
BEHIND = [
    ".",
    ",",
    ")",
    ";",
    ":",
    "!",
    "?",
    '"',
    "'",
    ">",
    "]",
    "}",
    "…",
    "”",
    "»",
    "*",
    "_",
    "。",
    ".)",
    '">',
    "...",
    "/.",
]
UNSEEN = ["\u200b", "\u200e", "\u200f", "\u202a", "\u2066", "\ufeff", "\u00ad", "\u2060", "\ufe0f", " ", "\u00a0", "\n"]


@pytest.mark.parametrize("sign", [*BEHIND, *UNSEEN])
@pytest.mark.parametrize("page", ["s/texts", "s/texts/results", "s/texts/withdraw"])
def test_what_stands_behind_a_link_is_no_part_of_it(page: str, sign: str) -> None:
    assert tidy(page + sign) == page


@pytest.mark.parametrize("sign", UNSEEN)
def test_signs_out_of_sight_within_a_link_are_no_part_of_it(sign: str) -> None:
    assert tidy(f"{sign}s/te{sign}xts/results") == "s/texts/results"


@pytest.mark.parametrize("path", ["s/Texts", "S/TEXTS", "s/Ｔexts", "s/texts"])
def test_capitals_and_wide_letters_are_meant_as_small_ones(path: str) -> None:
    assert tidy(path) == "s/texts"


@pytest.mark.parametrize(
    "path", ["", "s", "s/", "s/a", "s/texts/other", "texts", "api/surveys/texts", "s//texts", "s/texts" + "." * 400]
)
def test_what_can_be_no_page_of_a_survey_is_left_alone(path: str) -> None:
    assert tidy(path) is None


@pytest.mark.parametrize(
    "path", ["s/../texts", "s/\\evil.example", "/evil.example", "https://evil.example", "s/e%2f/x"]
)
def test_no_link_leads_elsewhere(path: str) -> None:
    assert tidy(path) is None


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30) | st.text("s/abC-.\u200b\\:@?#%", max_size=30))
def test_any_path_leads_to_a_survey_s_page_or_nowhere_and_there_it_stays(path: str) -> None:
    meant = tidy(path)
    assert meant is None or (meant.startswith("s/") and tidy(meant) == meant)
