"""Makes a written answer safe to store, to seal and to put into a spreadsheet later."""

from __future__ import annotations

import re

from chalicelib.questionnaire.visible_text import can_be_seen, composed

#: Control characters but tab and newline, characters that XML 1.0 forbids, surrogates, and the marks that reorder text
#: (UAX #9 embeddings, overrides and isolates; the plain left-to-right and right-to-left marks stay, Arabic needs them).
_UNSTORABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufff9-\ufffb\ufffe\uffff]"
)
_LINE_BREAKS = re.compile("\r\n?|[\u2028\u2029\x85]")


def clean_text(text: str, lines: bool) -> str:
    """``text`` in NFC, trimmed, without what cannot be stored; on one line unless ``lines``; empty if nothing is seen.

    What joins emoji and letters stays as it is: it is looked at, never taken out.
    """
    text = _UNSTORABLE.sub("", _LINE_BREAKS.sub("\n", text))
    if not can_be_seen(text):
        return ""
    text = composed(text)
    return text.strip() if lines else " ".join(text.split())


def is_far_too_long(length: int, most: int) -> bool:
    """Whether no cleaning of so many code points is worth its time: NFC makes one of four at most (UAX #15)."""
    return length > 4 * most + 1000


#: White space, and the invisible marks that right-to-left keyboards leave around numbers.
_BETWEEN_DIGITS = re.compile("[\\s\u200e\u200f\u061c]+")
#: Latin, Arabic, Persian, Devanagari, Bengali, Burmese and full-width digits: those that forms.digits tells apart, so
#: that page and server agree on which conditions hold.
_NUMBER = re.compile("[0-9\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u09e6-\u09ef\u1040-\u1049\uff10-\uff19]{1,12}")


def whole_number(text: str) -> int | None:
    """The number that ``text`` writes in digits, spaces among them allowed; None if it is no number."""
    digits = _BETWEEN_DIGITS.sub("", text)
    return int(digits) if _NUMBER.fullmatch(digits) else None
