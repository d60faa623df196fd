"""The lines of an outline, each told for what it looks like, as word processors paste them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum, auto

from chalicelib.responses.text import clean_text

_TAB = 4
#: Marks of lists: hyphens and dashes, Word's bullets (those of its fonts Symbol and Wingdings too), boxes, circles.
_BOXES = "☐☑☒□■▢\uf0a8\uf06f"
_BULLETS = f"•·▪▫‣⁃●➢➤►✓✔§\uf0b7\uf0a7\uf0d8{_BOXES}○◯◦\uf0a1"
_DASHES = r"\-–—−‑‐"

_HEADING = re.compile(r"#{1,6}\s+(.*)")
_RULE = re.compile(r"([-_=*~])(?: ?\1){2,}")
#: "Question" in the six languages, as people shorten it.
_PREFIX = (
    "(?:q(?:uestion)?|nr|no|№|fråga|spørsmål|spm|kysymys|spurning|(?:ال)?سؤال)"
    r"\.? ?"
)
#: A part of a survey that is numbered as such: a heading.
_PART = re.compile(
    r"((?:part|section|del|avsnitt|osa|hluti|kafli) (?:\d{1,2}|[A-Z]|[IVX]{1,4})(?:[.):] ?| [-–—] |$).*)",
    re.IGNORECASE,
)
#: A blank or a letter follows: 2.5 and 10:30 number nothing.
_NUMBERED = re.compile(
    rf"({_PREFIX})?(\()?(\d{{1,3}}(?:\.\d{{1,3}}){{0,3}}) ?([.):：．）]| [-–—](?= ))(?: |(?=[^\W\d]))(.*)",
    re.IGNORECASE,
)
#: As word processors number several levels: "1.1 Which?"; before a small letter it is a quantity.
_LEVELS = re.compile(r"\d{1,2}(?:\.\d{1,2}){1,3} (?=[^\W\d_])(?![a-zß-öø-ÿ])(.*)")
_CALLED = re.compile(rf"{_PREFIX}\d{{1,3}} (.*)", re.IGNORECASE)
_BULLET = re.compile(rf"([{_BULLETS}]) ?(.*)|([*+{_DASHES}]) (.*)|([{_DASHES}])(?=[^\W\d])(.*)")
#: A box or a circle as people type it.
_TYPED = re.compile(r"(\[[ xX]?\]|\( ?\)) ?(?=\S)(.*)")
_LETTER = re.compile(r"\(?(?:[a-zA-Z]|[ivx]{2,4})[.)] (.*)")
_ESCAPED = re.compile(r"\\([][().#*_+>-])")
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.*\S)\1")


class LineKind(StrEnum):
    """What a line looks like."""

    BLANK = auto()
    RULE = auto()
    HEADING = auto()
    NUMBERED = auto()
    LETTERED = auto()
    BULLET = auto()
    PLAIN = auto()


@dataclass(frozen=True)
class Line:
    """A line without its marks. ``number``: from 1; ``indent``: columns; ``style``: the signs around a number.

    ``is_boxed``: a box stands before it, as where several can be chosen; ``counted``: the number that it bears, None
    where that is of several levels, as 1.2.
    """

    number: int
    looks: LineKind
    text: str = ""
    indent: int = 0
    style: str = ""
    is_boxed: bool = False
    counted: int | None = None


def lines_of(text: str) -> Iterator[Line]:
    """Every line of ``text``; a line under which a rule of = stands is a heading."""
    held: Line | None = None
    for number, raw in enumerate(re.split("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]", text), 1):
        line = _line(number, raw)
        if held and line.looks is LineKind.RULE and line.style == "=" and held.looks is LineKind.PLAIN:
            held = Line(held.number, LineKind.HEADING, held.text)
            continue
        if held:
            yield held
        held = line
    if held:
        yield held


def _line(number: int, raw: str) -> Line:
    wide = raw.expandtabs(_TAB)
    indent = len(wide) - len(wide.lstrip())
    text = _without_bold(_ESCAPED.sub(r"\1", clean_text(raw, lines=False)))
    if not text:
        return Line(number, LineKind.BLANK)
    if found := _RULE.fullmatch(text):
        return Line(number, LineKind.RULE, style=found.group(1))
    if found := _HEADING.fullmatch(text) or _PART.fullmatch(text):
        return Line(number, LineKind.HEADING, _without_bold(found.group(1).rstrip("# ")))
    if found := _NUMBERED.fullmatch(text):
        prefix, opening, digits, closing, rest = found.groups("")
        style = f"{prefix.strip()}{opening}{closing}".lower()
        counted = int(digits) if digits.isdigit() else None
        return Line(number, LineKind.NUMBERED, _without_bold(rest), indent, style, counted=counted)
    if found := _CALLED.fullmatch(text) or _LEVELS.fullmatch(text):
        style = "." if text[0].isdigit() else "q"
        return Line(number, LineKind.NUMBERED, _without_bold(found.group(1)), indent, style)
    return _option(number, text, indent, raw)


def _option(number: int, text: str, indent: int, raw: str) -> Line:
    """An option, or plain words. Word writes the bullets of its second level as "o" and a tab, or several blanks."""
    if re.match("o(?:\t|[ \u00a0]{2})", raw.lstrip()):
        text = f"• {text[1:].lstrip()}"
    is_bullet = is_boxed = False
    if found := _BULLET.fullmatch(text):
        mark, text = (part for part in found.groups() if part is not None)
        is_bullet, is_boxed = True, mark in _BOXES
    if found := _TYPED.fullmatch(text):
        mark, text = found.groups()
        is_bullet, is_boxed = True, mark.startswith("[")
    if is_bullet:
        return Line(number, LineKind.BULLET, _without_bold(text.strip()), indent, is_boxed=is_boxed)
    if found := _LETTER.fullmatch(text):
        return Line(number, LineKind.LETTERED, _without_bold(found.group(1)), indent)
    return Line(number, LineKind.PLAIN, text, indent)


def _without_bold(text: str) -> str:
    found = _BOLD.fullmatch(text)
    return found.group(2) if found and found.group(1) not in found.group(2) else text
