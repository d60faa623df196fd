"""What can be seen of a text, and what reads the same."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.questionnaire.visible_text import as_drawn, as_looked_at, as_read, can_be_seen

FAMILY, PERSIAN, SCOTLAND = "👩\u200d👩\u200d👧", "می\u200cخواهم", "🏴\U000e0067\U000e0062\U000e0073\U000e007f"
UNSEEN = "\u200b\u2800\u3164\u115f\u1160\uffa0\u00ad\u034f\u061c\u180e\ufe0f\ufeff\u2062\U000e0041\U000e0100 \t\n\u3000"
#: Signs that enclose the number that follows, of the category of format characters, and drawn.
DRAWN_FORMAT = set("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
DRAWN_AS_NOTHING = set("\u115f\u1160\u17b4\u17b5\u2065\u2800\u3164\uffa0\U0001d159\U00016fe4\U00013441\U00013442")
#: Letters, marks and widths that compose, fold and fall apart, among what nobody sees.
AWKWARD = st.text(st.sampled_from("aAﬁßİıeéÅÅⅣ²½１ǆΣς\u0301\u0323\u0345\u0958ｶﾞ¨\u3099" + UNSEEN) | st.characters())


@pytest.mark.parametrize("character", UNSEEN)
def test_text_of_what_is_not_drawn_cannot_be_seen(character: str) -> None:
    assert not can_be_seen(character)
    assert not can_be_seen(character * 3)
    assert not can_be_seen(UNSEEN)


@pytest.mark.parametrize("text", ["a", ".", "👍", FAMILY, PERSIAN, SCOTLAND, "\u06dd", "é", "\u0301", "\U0001faff"])
def test_letter_sign_or_emoji_can_be_seen_among_what_cannot(text: str) -> None:
    assert can_be_seen(text)
    assert can_be_seen(UNSEEN + text + UNSEEN)


def test_characters_are_seen_that_unicode_draws_or_that_are_too_new_for_its_tables() -> None:
    """Against the categories: controls, formats, surrogates and separators are not drawn; ignorable marks neither."""
    for number in range(sys.maxunicode + 1):
        character = chr(number)
        category = unicodedata.category(character)
        is_undrawn = category in {"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"} and character not in DRAWN_FORMAT
        is_selector = number in {0x34F, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10)}
        is_reserved = number in range(0xE0000, 0xE1000) or number in range(0xFFF0, 0xFFFC)
        is_hieroglyph_control = number in range(0x13430, 0x13440)
        expected = is_undrawn or is_selector or is_reserved or is_hieroglyph_control or character in DRAWN_AS_NOTHING
        assert can_be_seen(character) is not expected, hex(number)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("é", "e\u0301"),
        ("None of these", "none  of\tthese "),
        ("cooperation", "co\u00adop\u200bera\u2060tion"),
        ("a b", "a\u00a0b"),
        ("a b", "a\u3164b"),
        ("a b", "\ufeffa\u2800b"),
        ("１２", "12"),
        ("Straße", "STRASSE"),
        ("❤", "❤\ufe0f"),
        ("e\u200d\u0301", "é"),
        (PERSIAN, PERSIAN.replace("\u200c", "")),
    ],
)
def test_texts_read_the_same_that_differ_in_what_nobody_sees(one: str, other: str) -> None:
    assert as_read(one) == as_read(other)


@pytest.mark.parametrize(("one", "other"), [("a b", "ab"), ("Oslo", "Olso"), ("u", "ü"), ("1", "2"), ("yes", "yes?")])
def test_texts_read_differently_that_differ_in_what_is_seen(one: str, other: str) -> None:
    assert as_read(one) != as_read(other)


@given(AWKWARD)
def test_what_was_read_reads_as_itself(text: str) -> None:
    assert as_read(as_read(text)) == as_read(text)
    assert unicodedata.is_normalized("NFKC", as_read(text))


@given(AWKWARD, st.sampled_from(["\u200b", "\u00ad", "\u2060", "\ufeff", "\U000e0041"]), st.integers(0, 20))
def test_nothing_is_read_of_what_stands_unseen_anywhere(text: str, unseen: str, place: int) -> None:
    assert as_read(text[:place] + unseen + text[place:]) == as_read(text)


@given(AWKWARD)
def test_text_reads_as_nothing_only_where_nothing_can_be_seen(text: str) -> None:
    assert can_be_seen(text) is bool(as_read(text))


@given(AWKWARD)
def test_form_of_a_text_does_not_change_how_it_reads(text: str) -> None:
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert as_read(unicodedata.normalize(form, text)) == as_read(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [("é", "e\u0301"), ("a b", " a \u00a0b "), ("cooperation", "co\u00adop\u200beration"), ("a\nb", "a \n\tb\n")],
)
def test_texts_are_drawn_the_same_that_differ_in_form_blanks_and_where_lines_may_break(one: str, other: str) -> None:
    assert as_drawn(one) == as_drawn(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("us", "US"),
        ("m²", "m2"),
        ("a b", "ab"),
        ("a\nb", "a b"),
        ("a\n\nb", "a\nb"),
        (FAMILY, "👩👩👧"),
        ("❤", "❤\ufe0f"),
        (PERSIAN, PERSIAN.replace("\u200c", "")),
    ],
)
def test_texts_are_drawn_otherwise_that_differ_in_case_width_lines_or_joiners(one: str, other: str) -> None:
    assert as_drawn(one) != as_drawn(other)


@given(AWKWARD)
def test_what_is_drawn_the_same_reads_the_same_and_drawing_it_again_changes_nothing(text: str) -> None:
    assert as_drawn(as_drawn(text)) == as_drawn(text)
    assert as_read(as_drawn(text)) == as_read(text)
    assert can_be_seen(as_drawn(text)) == can_be_seen(text)


@pytest.mark.parametrize(
    ("one", "other"), [("Same", "S\u0430me"), ("CO", "\u0421\u041e"), ("Ë", "\u0401"), ("OK", "\u039fK")]
)
def test_letters_of_other_scripts_that_nobody_tells_apart_look_the_same_and_do_not_read_so(
    one: str, other: str
) -> None:
    assert as_looked_at(one) == as_looked_at(other)
    assert as_read(one) != as_read(other)


@pytest.mark.parametrize(("one", "other"), [("b", "в"), ("Да", "Da"), ("HET", "нет"), ("Нет", "Да"), ("n", "п")])
def test_letters_that_can_be_told_apart_do_not_look_the_same(one: str, other: str) -> None:
    assert as_looked_at(one) != as_looked_at(other)
