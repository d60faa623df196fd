"""What stands in brackets behind a question of an outline: "(several)", "(1-5: Not at all – Very)", "(required: …)"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from chalicelib.questionnaire.definition import KINDS

_DASH = r"\s*(?:-|–|—|−|‑|to|\.\.\.?|…)\s*"
_NUMBERS = {
    word: number
    for number, word in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], 1)
}
_MANY = rf"(\d{{1,3}}|{'|'.join(_NUMBERS)})"
_CHOOSE = r"(?:please )?(?:choose|select|tick|check|mark|pick)"
#: The last brackets of a text, and the sign that may follow them.
_SPECIFY = "(?:please )?(?:specify|say which|state which|which|describe|explain)"
#: What asks for words without brackets: "Other, please specify".
ASKS_TO_SPECIFY = re.compile(rf"[,;:–—-] *{_SPECIFY}[ .:…?]*$", re.IGNORECASE)
_BRACKETS = re.compile(r" ?[(\[（]([^()\[\]（）]{1,400})[)\]）]([?.:!？؟]?)$")
_MOST_BRACKETS = 6
_EQUALS = re.compile(r"\d+ ?(?:=|:) ?")
_BETWEEN = re.compile(r" (?:-|–|—|−|→|to) | ?[,;/] ?")


@dataclass(frozen=True)
class Marks:
    """What the brackets of a question say. ``required``: the reason; "" where none is given, None if it is not said.

    ``low`` and ``high``: of a scale or a number, or the years of a date; ``ends``: the words of a scale's ends.
    ``unknown``: brackets that say nothing known, which stay in the text.
    """

    kind: str | None = None
    most: int | None = None
    low: int | None = None
    high: int | None = None
    ends: tuple[str, str] | None = None
    required: str | None = None
    specify: bool = False
    unknown: tuple[str, ...] = ()


def marked(text: str) -> tuple[str, Marks]:
    """``text`` without the brackets at its end that say something, and what they say."""
    marks, kept = Marks(), ""
    for _ in range(_MOST_BRACKETS):
        found = _BRACKETS.search(text)
        if not found:
            break
        inner, sign = found.group(1).strip(), found.group(2)
        read = _read(inner, marks)
        if read is None:
            marks, kept = replace(marks, unknown=(inner, *marks.unknown)), f" {found.group().strip()}{kept}"
        else:
            marks, kept = read, f"{sign}{kept}"
        text = text[: found.start()]
    return f"{text}{kept}".strip(), marks


def spoken(text: str, marks: Marks) -> Marks:
    """``marks`` with what a sentence says where no brackets do: "Choose up to two.", "On a scale from 1 to 5, …"."""
    for sentence in re.split(r"(?<=[.?!:]) ", text):
        if found := _ON_A_SCALE.match(sentence):
            return _scale(found, marks)
        for name, pattern in _SENTENCES.items():
            if found := pattern.fullmatch(sentence.strip(" .!:")):
                return _KINDS[name](found, marks)
    return marks


def _read(inner: str, marks: Marks) -> Marks | None:
    """``marks`` with what ``inner`` says: as a whole, or each of its parts; None if any of it says nothing known."""
    for separator in (None, ";", ","):
        read: Marks | None = marks
        for part in [inner] if separator is None else inner.split(separator):
            read = _one(part.strip(), read) if read else None
        if read:
            return read
    return None


def _one(said: str, marks: Marks) -> Marks | None:
    for name, pattern in _SAID.items():
        if found := pattern.fullmatch(said):
            return _KINDS[name](found, marks)
    return None


_SAID: Mapping[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in {
        "several": "several(?: answers)?|flera(?: svar)?|flere(?: svar)?|useita|fleiri(?: svör)?|عدة إجابات"
        r"|multiple(?: choice| answers)?|many|checkbox(?:es)?|all that apply"
        rf"|more than one(?: answer)?(?: is)?(?: possible)?|{_CHOOSE} (?:all|any|several)(?: that apply| of them)?",
        "up to": rf"(?:several:? )?(?:{_CHOOSE} )?(?:up to|at most|max(?:imum)?\.?|no more than) {_MANY}(?: \w+)?",
        "one": rf"one(?: answer)?|single(?: choice| answer)?|{_CHOOSE} (?:only |just )?one(?: \w+)?",
        "dropdown": "drop-?down|list|list box|menu",
        "rank": "rank(?:ing|ed)?|in order|order|put (?:these |them )?in order|rank (?:these|them)",
        "yes/no": "yes ?/ ?no|yes or no|yes-no|y/n|ja ?/ ?ne[ij]|kyllä ?/ ?ei|já ?/ ?nei|نعم ?/ ?لا",
        "date": rf"(?:date|day)(?:[:,]? (\d{{4}}){_DASH}(\d{{4}}))?",
        "number": rf"(?:a )?(?:whole )?(?:number|integer)(?:[:,]? (?:from )?(\d{{1,9}}){_DASH}(\d{{1,9}}))?",
        "short": "short(?: text| answer)?|one line|line",
        "long": "(?:long |free |open )?text|open(?: question|-ended)?|long(?: answer)?|paragraph|comment|own words",
        "note": "note|information|info",
        "scale": rf"(?:scale:? ?)?(?:from )?(\d{{1,9}}){_DASH}(\d{{1,9}})(?: ?[:,;.]? (.+))?",
        "ends": rf"([01]) ?[=:] ?([^=]+?),? ?(?:and|to|{_DASH})? ?([2-9]|10) ?[=:] ?([^=]+)",
        "required": "(?:required|mandatory|must be answered)(?: ?[:–—-] ?(.+)|,? (because .+))?",
        "optional": "optional|voluntary",
        "specify": f"{_SPECIFY}[ .:…?]*",
    }.items()
}
#: How a sentence begins; the brackets that hold nothing are the ends of the scale, which it does not say.
_ON_A_SCALE = re.compile(
    rf"(?:on a scale (?:of|from)|på en skala (?:från|fra)|asteikolla|á skalanum)"
    rf" (\d{{1,2}})(?:{_DASH}| till? )(\d{{1,2}})\b()",
    re.IGNORECASE,
)
_SENTENCES = {name: _SAID[name] for name in ("several", "up to", "one", "rank", "yes/no")}


def _of(kind: str) -> Callable[[re.Match[str], Marks], Marks]:
    return lambda found, marks: replace(marks, kind=kind)


def _up_to(found: re.Match[str], marks: Marks) -> Marks:
    many = found.group(1).lower()
    fields = KINDS[marks.kind].model_fields if marks.kind else {}
    kind = marks.kind if {"options", "most"} <= fields.keys() else "multiple_choice"
    return replace(marks, kind=kind, most=_NUMBERS.get(many) or int(many))


def _limited(kind: str) -> Callable[[re.Match[str], Marks], Marks]:
    def read(found: re.Match[str], marks: Marks) -> Marks:
        low, high = found.groups()
        return replace(marks, kind=kind, low=_whole(low), high=_whole(high))

    return read


def _whole(digits: str | None) -> int | None:
    return int(digits) if digits else None


def _scale(found: re.Match[str], marks: Marks) -> Marks:
    """Steps that a scale can have; anything else between two numbers is a number."""
    low, high = int(found.group(1)), int(found.group(2))
    kind = "scale" if low in (0, 1) and 2 <= high <= 10 else "number"
    return replace(marks, kind=kind, low=low, high=high, ends=_ends(found.group(3) or ""))


def _ends(said: str) -> tuple[str, str] | None:
    """Of "Not at all – Very" and "1 = Not at all, 5 = Very" both; None where these are not two."""
    parts = [part for part in (_EQUALS.sub("", each).strip() for each in _BETWEEN.split(said)) if part]
    return (parts[0], parts[1]) if len(parts) == 2 else None


def _ends_of_scale(found: re.Match[str], marks: Marks) -> Marks:
    """Of "1 = not at all, 5 = very" the steps and both ends."""
    low, least, high, most = found.groups()
    return replace(marks, kind="scale", low=int(low), high=int(high), ends=(_capital(least), _capital(most)))


def _capital(words: str) -> str:
    words = words.strip(" ,;/–-")
    return f"{words[:1].upper()}{words[1:]}"


def _required(found: re.Match[str], marks: Marks) -> Marks:
    return replace(marks, required=(found.group(1) or found.group(2) or "").strip())


_KINDS: Mapping[str, Callable[[re.Match[str], Marks], Marks]] = {
    "several": _of("multiple_choice"),
    "up to": _up_to,
    "one": _of("single_choice"),
    "dropdown": _of("dropdown"),
    "rank": _of("ranking"),
    "yes/no": _of("yes_no"),
    "date": _limited("date"),
    "number": _limited("number"),
    "short": _of("short_text"),
    "long": _of("long_text"),
    "note": _of("note"),
    "scale": _scale,
    "ends": _ends_of_scale,
    "required": _required,
    "optional": lambda found, marks: marks,
    "specify": lambda found, marks: replace(marks, specify=True),
}
