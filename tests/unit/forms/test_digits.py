"""An input's pattern tells numbers apart exactly as the server does that reads them."""

from __future__ import annotations

import re
import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.forms.digits import number_pattern
from chalicelib.responses.text import whole_number

#: Every digit that Unicode has, those that no keyboard of our respondents writes included.
ALL_DIGITS = "".join(filter(str.isdecimal, map(chr, range(sys.maxunicode + 1))))
#: The digits that are read, by their value.
DIGITS = [[digit for digit in ALL_DIGITS if whole_number(digit) == value] for value in range(10)]
GAPS = st.sampled_from(["", "", "", " ", "\u00a0", "\u200f", "\u200e \u061c"])
LIMITS = st.integers(0, 1_000_000) | st.sampled_from([0, 1, 9, 10, 11, 19, 99, 100, 101, 999, 1000, 10**9])


@st.composite
def written(draw: st.DrawFn, number: int) -> str:
    """``number`` as somebody may type it: any script, zeros before, gaps."""
    digits = "0" * draw(st.integers(0, 2)) + str(number)
    return "".join(draw(GAPS) + draw(st.sampled_from(DIGITS[int(digit)])) for digit in digits) + draw(GAPS)


def fits(text: str, limit: int, or_more: bool) -> bool:
    """Whether a browser calls the input valid: a pattern has to fit the whole value."""
    return re.fullmatch(number_pattern(limit, or_more), text) is not None


@given(LIMITS, st.data(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_number_fits_when_it_is_the_limit_or_more_however_it_is_written(
    limit: int, data: st.DataObject, or_more: bool
) -> None:
    near = st.integers(-2, 2).map(lambda step: max(limit + step, 0))
    number = data.draw(near | st.integers(0, 10**9))
    text = data.draw(written(number))
    assert whole_number(text) == number
    assert fits(text, limit, or_more) is (number >= limit if or_more else number == limit)


@given(
    st.integers(0, 150), st.text(st.sampled_from("0159 -+.,eEx\u200f٣۵५") | st.sampled_from(ALL_DIGITS), max_size=12)
)
@settings(max_examples=60, deadline=None)
def test_what_is_no_number_fits_nothing_and_what_is_one_fits_as_it_is_read(limit: int, text: str) -> None:
    number = whole_number(text)
    assert fits(text, limit, or_more=True) is (number is not None and number >= limit)
    assert fits(text, limit, or_more=False) is (number == limit)


@pytest.mark.parametrize("text", ["", " ", "\u200f", "-5", "+5", "5.0", "5,5", "5e0", "½", "²", "V", "five", "0x5"])
def test_nothing_but_digits_fits(text: str) -> None:
    assert not fits(text, 0, or_more=True)


@pytest.mark.parametrize("limit", range(13))
def test_small_numbers_are_told_apart_one_by_one(limit: int) -> None:
    assert [number for number in range(130) if fits(str(number), limit, or_more=True)] == list(range(limit, 130))
    assert [number for number in range(130) if fits(str(number), limit, or_more=False)] == [limit]


def test_all_scripts_that_are_read_have_all_ten_digits() -> None:
    assert len({len(scripts) for scripts in DIGITS}) == 1
    assert {unicodedata.name(zero).removesuffix("DIGIT ZERO").strip() for zero in DIGITS[0]} == {
        *("", "ARABIC-INDIC", "EXTENDED ARABIC-INDIC", "DEVANAGARI", "BENGALI", "MYANMAR", "FULLWIDTH"),
    }


@pytest.mark.parametrize("limit", [0, 1, 10, 987_654_321])
def test_pattern_has_nothing_that_an_attribute_or_another_dialect_reads_differently(limit: int) -> None:
    """ECMAScript's sets, under the flag v, take none of these unescaped."""
    pattern = number_pattern(limit, or_more=True)
    assert not set(pattern) & set("\"'<>&/$^")
    for inside in re.findall(r"\[(.*?)\]", pattern):
        assert not set(inside) & set("()[]{}/|")
        assert "--" not in inside
