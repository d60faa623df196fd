"""The part of XPath that conditions of XLSForm are written in, read into a small tree; all else is refused by name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from operation.xlsform.told import CannotSay

#: Longer ones are written by programs; deeper ones by nobody.
MAXIMUM_LENGTH, MAXIMUM_DEPTH = 8_000, 20
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<reference>\$\{[^{}]{1,255}\})
    # What word processors make of quotes is read as quotes by Kobo and ODK as well.
    |(?P<string>'[^']*'|"[^"]*"|[‘’‚][^‘’]*[‘’]|[“”„][^“”]*[“”])
    |(?P<number>-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))
    |(?P<name>[A-Za-z_][A-Za-z0-9_-]*)
    |(?P<sign><=|>=|!=|=|<|>|\(|\)|,|\.)
    )""",
    re.VERBOSE,
)
#: As programmers write it, and spreadsheets.
_WRITTEN_OTHERWISE = (
    (re.compile("=="), "Write = once."),
    (re.compile("<>"), "Write != for “is not”."),
    (re.compile(r"&&|\|\||\b(?:AND|OR)\b"), "Write and, or, in small letters."),
)
_COMPARED = ("=", "!=", "<", "<=", ">", ">=")


@dataclass(frozen=True)
class Reference:
    """The answer to a question; "." to the one whose row this is."""

    name: str


@dataclass(frozen=True)
class Literal:
    """A text, or a number as it is written."""

    value: str
    is_number: bool = False


@dataclass(frozen=True)
class Call:
    """A function of what stands in its brackets."""

    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True)
class Compared:
    """Two values, and the sign between them."""

    sign: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Joined:
    """Two or more with a word between them, which is "and" or "or"."""

    word: str
    parts: tuple[Expression, ...]


Expression = Reference | Literal | Call | Compared | Joined


def read(text: str) -> Expression:
    """The tree of ``text``. Raises :class:`CannotSay` for whatever is beyond the subset, with what to write."""
    try:
        return _read(text)
    except CannotSay as error:
        advice = [how for what, how in _WRITTEN_OTHERWISE if what.search(text)]
        raise CannotSay(" ".join([str(error), *advice])) from error


def _read(text: str) -> Expression:
    if len(text) > MAXIMUM_LENGTH:
        raise CannotSay("this condition is too long.")
    reader = _Reader(_tokens(text))
    found = reader.joined("or", 0)
    if reader.place < len(reader.tokens):
        raise CannotSay(f"“{reader.tokens[reader.place][1][:40]}” is not understood at its place in this condition.")
    return found


def _tokens(text: str) -> list[tuple[str, str]]:
    found, place, end = [], 0, len(text.rstrip())
    while place < end:
        match = _TOKEN.match(text, place)
        if not match:
            sign = text[place:].lstrip()[:1]
            raise CannotSay(
                f"“{sign}” is not understood in conditions here." if sign.isprintable() else "no condition."
            )
        kind = match.lastgroup or ""
        value = match[kind]
        found.append((kind, value[2:-1].strip() if kind == "reference" else value))
        place = match.end()
    return found


class _Reader:
    """Reads tokens one by one; each method reads what its name says."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens, self.place = tokens, 0

    def _next(self) -> tuple[str, str]:
        return self.tokens[self.place] if self.place < len(self.tokens) else ("end", "")

    def _take(self, value: str) -> bool:
        kind, found = self._next()
        if kind in ("sign", "name") and found == value:
            self.place += 1
            return True
        return False

    def _require(self, value: str) -> None:
        if not self._take(value):
            raise CannotSay(f"“{value}” is missing in this condition.")

    def joined(self, word: str, depth: int) -> Expression:
        """One or more, with ``word`` between them."""
        if depth > MAXIMUM_DEPTH:
            raise CannotSay("this condition is nested too deeply.")
        parts = [self._part(word, depth)]
        while self._take(word):
            parts.append(self._part(word, depth))
        return parts[0] if len(parts) == 1 else Joined(word, tuple(parts))

    def _part(self, word: str, depth: int) -> Expression:
        return self.joined("and", depth) if word == "or" else self._compared(depth)

    def _compared(self, depth: int) -> Expression:
        left = self._value(depth)
        kind, sign = self._next()
        if kind != "sign" or sign not in _COMPARED:
            return left
        self.place += 1
        return Compared(sign, left, self._value(depth))

    def _value(self, depth: int) -> Expression:
        kind, value = self._next()
        self.place += 1
        if kind == "reference":
            return Reference(value)
        if kind in ("string", "number"):
            return Literal(value if kind == "number" else value[1:-1], kind == "number")
        if (kind, value) == ("sign", "."):
            return Reference(".")
        if (kind, value) == ("sign", "("):
            found = self.joined("or", depth + 1)
            self._require(")")
            return found
        if kind == "name" and self._take("("):
            return Call(value, self._arguments(depth + 1))
        if kind == "name":
            raise CannotSay(f"“{value[:40]}” is not understood here. A value stands in quotes: '{value[:40]}'.")
        raise CannotSay(f"“{value}” is not understood in conditions here." if value else "this condition has no end.")

    def _arguments(self, depth: int) -> tuple[Expression, ...]:
        if self._take(")"):
            return ()
        found = [self.joined("or", depth)]
        while self._take(","):
            found.append(self.joined("or", depth))
        self._require(")")
        return tuple(found)
