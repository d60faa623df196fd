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
