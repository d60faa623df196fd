"""A passphrase that is long by repetition alone is refused; one of words that were chosen is not."""

from __future__ import annotations

import random

import pytest

from operation.errors import OperatorError
from operation.passphrases import MAXIMUM_PASSPHRASE, require_strong


@pytest.mark.parametrize(
    "passphrase",
    [
        "seven words that nobody else would choose",
        "six words that nobody guesses",
        "an ox is in my big hat",
        "sju ord som ingen gissar på",
        "سبع كلمات لا يخمنها أحد أبدا",
        "correct-horse-battery-staple",
        "Kx9!vQ2#mZ7@pL4$wT8%",
        "we were property assessors there",
    ],
)
def test_words_that_were_chosen_are_taken(passphrase: str) -> None:
    require_strong(passphrase)


def test_random_digits_are_always_taken() -> None:
    drawn = random.Random(1)  # noqa: S311
    for _ in range(1000):
        require_strong(drawn.randbytes(12).hex())


@pytest.mark.parametrize(
    ("passphrase", "reason"),
    [
        ("", "less than 20"),
        ("x" * 19, "less than 20"),
        ("x" * 20, "over and over"),
        (" " * 30, "over and over"),
        ("ab" * 15, "over and over"),
        ("abc" * 10, "over and over"),
        ("passwordpasswordpassword", "over and over"),
        ("password Password PASSWORD", "over and over"),
        ("a b c d e f g h i j k l m n o p", "over and over"),
        ("aaaaa bbbbb ccccc ddddd eeeee", "over and over"),
        ("qwertyuiopasdfghjklzxcvbnm", "keys in a row"),
        ("poiuytrewqlkjhgfdsa", "less than 20"),
        ("12345678901234567890", "keys in a row"),
        ("98765432109876543210", "keys in a row"),
        ("!@#$%^&*()!@#$%^&*()", "keys in a row"),
        ("x" * (MAXIMUM_PASSPHRASE + 1), "at most"),
    ],
)
def test_what_is_long_by_repetition_alone_is_refused(passphrase: str, reason: str) -> None:
    with pytest.raises(OperatorError, match=reason) as raised:
        require_strong(passphrase)
    assert len(str(raised.value).splitlines()) == 1
    assert not passphrase.strip() or passphrase not in str(raised.value)
