"""Signs that a word processor or a keyboard puts where YAML wants another that looks the same, and what to type."""

from __future__ import annotations

import re
import unicodedata

#: White space that YAML does not take for a blank, and characters that nobody sees.
_UNSEEN = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff"
_BLANKS = f"\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000{_UNSEEN}"
_KEY = r"(?:^|[{,]|^ *-) *[\w-]+"
#: Either may open and either may close: ”so”, „so“, »so«.
_DOUBLE, _SINGLE = "“”„‟«»", "‘’‚"

#: Where on a line something else than YAML's own sign stands, and the sign that is meant.
_MEANT: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(f"^ *(?:- *)?([{_BLANKS}])"), "blank"),
    (re.compile(f"{_KEY} ?:([{_BLANKS}])|^ *-([{_BLANKS}])|^[\\w-]*([{_BLANKS}])[\\w-]*(?::|$)"), "blank"),
    (re.compile(r"^ *([–—−‐‑－•·▪◦●])\s"), "hyphen and a blank: -"),
    (re.compile(rf"{_KEY} ?([：﹕∶])"), "colon and a blank: “:”"),
    (re.compile(r": *([｛｝［］])|([｛｝［］])[ ,]*$"), "plain bracket"),
    (re.compile(r"[\"'”}] *([，、])"), "plain comma"),
    (re.compile(rf"(?:{_KEY}:|^ *-|[\[,]) *([{_DOUBLE}{_SINGLE}])"), 'straight quote: "'),
)
#: A text without quotes, and the comment that ends it.
_CUT_SHORT = re.compile(r"(?:^|[\s{,])[\w-]+: +[^\s\"'|>{\[#&*!][^\"']*?\s#")
#: A whole text between two, the only ones in it but for an apostrophe; and one that is cut off from where they close.
_BETWEEN = re.compile(f"[{_DOUBLE}][^{_DOUBLE}]*[{_DOUBLE}]|[{_SINGLE}][^‘‚]*[{_SINGLE}]")
_CUT_OFF = re.compile(f"[{_DOUBLE}][^{_DOUBLE}]*|[‘‚][^{_SINGLE}]*")
#: A language with what looks like a colon and a blank, or with a colon alone.
_LANGUAGE = re.compile(f"[a-z]{{2,3}}(-[A-Za-z0-9]{{2,8}})? ?(?:：|:(?=[{_BLANKS}]|\\S))")

COMMENT = (
    "What stands behind “#” on this line is a comment, and no part of the text. Put the text in quotes, or the comment"
    " on a line of its own."
)
COLON = 'A language is followed by a colon and a blank, as in {en: "Yes"}. Add the blank.'
COMMA = (
    "Between braces a comma ends a text without quotes, and a language is followed by a colon. Put the text in quotes,"
    ' as in {en: "Yes, always"}.'
)
CURLY = (
    "Curly quotes are no quotes in YAML: they would be shown, and hold nothing together. Put straight quotes around the"
    ' text: "...".'
)
CURLY_IN_CODE = "Curly quotes are no quotes in YAML. Delete them, or type straight ones."


def slip_in(line: str) -> str | None:
    """What to do about the first sign of ``line`` that only looks like one of YAML's; None if there is none."""
    for pattern, wanted in _MEANT:
        if found := pattern.search(line):
            sign = next(group for group in found.groups() if group)
            if wanted == "blank" and sign in _UNSEEN:
                return f"{_told(sign)} stands here, and cannot be seen. Delete it."
            return f"{_told(sign)} stands here, which only looks right. Type a {wanted}."
    return None


def is_cut_short(line: str) -> bool:
    """Whether a text without quotes ends on ``line`` at a comment."""
    return _CUT_SHORT.search(line) is not None


def has_curly_quotes(text: str) -> bool:
    """Whether curly quotes stand around ``text``, or open before it and are cut off from where they close."""
    return (_BETWEEN.fullmatch(text) or _CUT_OFF.fullmatch(text)) is not None


def is_curly(text: str) -> bool:
    """Whether a curly double quote stands in ``text``."""
    return re.search(f"[{_DOUBLE}]", text) is not None


def is_language_without_colon(text: str) -> bool:
    """Whether ``text`` was to be a language and its wording: "en:Country"."""
    return _LANGUAGE.match(text) is not None


def without_unseen(word: str) -> str:
    """``word`` without what nobody sees, and without what looks like a blank."""
    return re.sub(f"[{_BLANKS}]", "", word).strip()


def unseen_in(word: str) -> str | None:
    """What to do about a character of ``word`` that nobody sees, or that looks like a blank."""
    found = re.search(f"[{_BLANKS}]", word)
    return f"{_told(found.group())} stands in this word, and cannot be seen. Delete it." if found else None


def _told(sign: str) -> str:
    """``sign`` by its name, as in "A no-break space (U+00A0)", and itself where it can be seen."""
    name = unicodedata.name(sign, "character").lower()
    shown = sign if sign.isprintable() and not sign.isspace() else f"U+{ord(sign):04X}"
    return f"{'An' if name[0] in 'aeio' else 'A'} {name} ({shown})"
