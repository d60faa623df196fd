"""What of a text can be seen, and which texts read the same: for answers, for checks of wordings, and for versions."""

from __future__ import annotations

import re
import unicodedata

#: Default_Ignorable_Code_Point of Unicode 16 (DerivedCoreProperties.txt; Python's tables lack it), but for the Hangul
#: fillers in _BLANKS: joiners, soft hyphens, variation selectors, tags, marks that reorder text.
_IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
#: What else is of General_Category Cf (UnicodeData.txt), but for the signs that enclose numbers, which are drawn
#: (Prepended_Concatenation_Mark of PropList.txt); controls other than white space; and surrogates.
_FORMAT = "\ufff9-\ufffb\U00013430-\U0001343f\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff"
#: White space, and what is drawn as nothing but takes room: the blank Braille pattern, Hangul fillers, the null
#: notehead, the Khitan filler, the blank hieroglyphs.
_BLANKS = r"\s" + "\u2800\u3164\uffa0\U0001d159\U00016fe4\U00013441\U00013442"

#: What breaks or joins lines and is never drawn: soft hyphens, zero-width spaces, word joiners, byte order marks.
_BREAKS = re.compile("[\u00ad\u200b\u2060-\u2064\ufeff]+")
#: Letters that are drawn as a Latin one is, most of them in most typefaces (UTS #39, confusables.txt): of Cyrillic and
#: Greek, small and capital apart, since "В" looks like B and "в" like no Latin letter.
_LIKE_LATIN = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u051b\u051d\u04bb"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0408\u0405"
    "\u03bf\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7",
    "aeopcyxijsdqwhABEKMHOPCTYXIJSoABEZHIKMNOPTYX",
)
#: More marks on one character are no writing (UAX #15, stream-safe text); sorting them takes quadratic time.
_MOST_MARKS = 30

_SEEN = re.compile(f"[^{_IGNORABLE}{_FORMAT}{_BLANKS}]")
_UNDRAWN = re.compile(f"[{_IGNORABLE}{_FORMAT}]+")
_GAP = re.compile(f"[{_BLANKS}]+")


def can_be_seen(text: str) -> bool:
    """Whether a reader would see anything of ``text``: a letter, a digit, a sign, or a character too new to know."""
    return _SEEN.search(text) is not None


def as_read(text: str) -> str:
    """The same for all texts that read the same: one width and form of each character (NFKC), no case, nothing unseen.

    For comparing only: what is stored keeps its joiners, which emoji and Persian need. The steps are those of
    NFKC_Casefold (The Unicode Standard, section 3.13, D147), and blanks are folded into one space.
    """
    drawn = _GAP.sub(" ", _UNDRAWN.sub("", text))
    folded = unicodedata.normalize("NFD", drawn).casefold()
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", folded).casefold())
    return " ".join(_UNDRAWN.sub("", folded).split())


def as_looked_at(text: str) -> str:
    """As :func:`as_read`, with one letter for those of several scripts that nobody can tell apart: Cyrillic а and a.

    For labels that stand side by side only: to a search, and to who listens, the letters are different.
    """
    return as_read(unicodedata.normalize("NFD", text).translate(_LIKE_LATIN))


def as_drawn(text: str) -> str:
    """The same for all texts that are drawn the same, however their lines break.

    Unlike :func:`as_read` it keeps what can be seen: case, width, line breaks, and the joiners of emoji and Persian.
    """
    lines = (" ".join(_GAP.sub(" ", line).split()) for line in composed(_BREAKS.sub("", text)).strip().split("\n"))
    return re.sub("\n{3,}", "\n\n", "\n".join(lines))


def composed(text: str) -> str:
    """``text`` in NFC. Piles are cut before, so that sorting is fast, and after: one mark may be written as two."""
    if text.isascii():
        return text
    return _without_piles(unicodedata.normalize("NFC", _without_piles(text)))


def _without_piles(text: str) -> str:
    if not any(map(unicodedata.combining, text)):
        return text
    marks = 0
    kept: list[str] = []
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)
