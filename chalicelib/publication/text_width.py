"""How wide a text is, by a table: what is drawn on the server has no font to measure, and must not be cut."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

#: In parts of the size of the letters: those of DejaVu Sans, rounded up. It is the widest that usual machines take for
#: Helvetica or Arial, in which a text is a tenth shorter, so an estimate errs on the long side.
_WIDTHS: dict[str, float] = {
    **dict.fromkeys("ijlI'ìíîïıļł·", 0.31),
    **dict.fromkeys(" .,:;|\u00a0\u202f", 0.34),
    **dict.fromkeys("ft!()[]/\\-‑ťƒ", 0.42),
    **dict.fromkeys('r"`*?°„“”‘’–scz_ŕřśšçćčžźżJ', 0.56),
    **dict.fromkeys("vxykýÿ", 0.6),
    **dict.fromkeys("mM%@Wæ—…Æ©®™шщ", 1.02),
    **dict.fromkeys("ЖЉЊШЮŒœ№", 1.1),
    **dict.fromkeys("w&+=<>~#^±×÷¬", 0.84),
    "Щ": 1.18,
    "‰": 1.35,
}
_LETTER, _CAPITAL, _WIDE, _PICTURE = 0.64, 0.79, 1.04, 1.35
#: Letters of other scripts: the widest of them, as joined ones at the end of a word.
_OTHERS = 0.92
#: Of bold letters, which are wider.
BOLD = 1.13


def width_of(text: str, size: float, is_bold: bool = False) -> float:
    """How wide ``text`` is in letters of ``size``, at most."""
    return sum(map(_part, text)) * size * (BOLD if is_bold else 1)


def _part(character: str) -> float:
    known = _WIDTHS.get(character)
    if known is not None:
        return known
    category = unicodedata.category(character)
    if category in ("Mn", "Me", "Cf"):
        return 0
    if unicodedata.east_asian_width(character) in "WF":
        return _PICTURE if category == "So" else _WIDE
    if category == "Nd" or character < "\u0250":
        return _CAPITAL if category == "Lu" else _LETTER
    return _OTHERS


def wrapped(text: str, width: float, size: float, is_bold: bool = False) -> list[str]:
    """``text`` in lines of at most ``width``; a word that is wider is broken, and white space means a blank."""
    lines = [""]
    for word in text.split():
        for place, piece in enumerate(_pieces(word, width, size, is_bold)):
            longer = f"{lines[-1]} {piece}".strip()
            if lines[-1] and (place or width_of(longer, size, is_bold) > width):
                lines.append(piece)
            else:
                lines[-1] = longer
    return lines


def _pieces(word: str, width: float, size: float, is_bold: bool) -> Iterator[str]:
    """``word``, or where it is too wide parts that are not; a mark stays with its letter."""
    piece = ""
    for character in word:
        if piece and width_of(piece + character, size, is_bold) > width:
            yield piece
            piece = ""
        piece += character
    yield piece
