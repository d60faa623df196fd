"""Which passphrases a key may be locked with."""

from __future__ import annotations

import re
import unicodedata

from operation.errors import OperatorError

#: Characters. Seven short words have more.
MINIMUM_PASSPHRASE = 20
#: Of them, those that do not come by themselves.
MINIMUM_CHOSEN = 15
#: Much more would be costly to read, and is no passphrase.
MAXIMUM_PASSPHRASE = 1000
#: One or two that come a third time at once, or more that come again.
_REPEATED = re.compile(r"(.)\1{2,}|(..)\2{2,}|(.{3,}?)\3+")
#: What fingers find by themselves: the rows of keyboards, the alphabet, the digits.
_ROWS = (
    *("1234567890", "qwertyuiopå", "asdfghjklöä", "asdfghjkløæ", "asdfghjklæø", "asdfghjklæð", "zxcvbnm"),
    *("azertyuiop", "qwertzuiop", "abcdefghijklmnopqrstuvwxyzåäö", "01234567890", "!@#$%^&*()", '!"#¤%&/()='),
)
_RUNS = "\n".join((*_ROWS, *(row[::-1] for row in _ROWS)))
#: How many neighbours in one direction are no accident: "were" and "property" have fewer.
_RUN = 4


def require_strong(passphrase: str) -> None:
    """Raise :class:`OperatorError` for one that is short, or is long by repetition or by rows of keys alone.

    It cannot tell a quotation, or a name with a year, from what nobody guesses.
    """
    if len(passphrase) > MAXIMUM_PASSPHRASE:
        raise OperatorError(f"A passphrase has at most {MAXIMUM_PASSPHRASE} characters. Take seven words.")
    if len(passphrase) < MINIMUM_PASSPHRASE:
        raise OperatorError(
            f"Whoever guesses the passphrase reads everything, and this has less than {MINIMUM_PASSPHRASE} characters."
            " Take seven words that nobody guesses."
        )
    if chosen(passphrase) < MINIMUM_CHOSEN:
        raise OperatorError(
            "Whoever guesses the passphrase reads everything, and letters or words over and over, or keys in a row, are"
            " guessed first. Take seven words that nobody guesses."
        )


def chosen(passphrase: str) -> int:
    """How many characters of ``passphrase`` were chosen one by one: no space, word twice, repetition or run."""
    words = dict.fromkeys(unicodedata.normalize("NFC", passphrase).casefold().split())
    letters = _REPEATED.sub(lambda found: found[1] or found[2] or found[3], "".join(words))
    return sum(not _ends_run(letters[max(0, end - _RUN) : end]) for end in range(1, len(letters) + 1))


def _ends_run(letters: str) -> bool:
    return len(letters) == _RUN and letters in _RUNS
