"""What of a cube is asked for, as PxWebApi 2 writes it: codes, patterns of them, and the first or last so many."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from fnmatch import translate
from math import prod

from chalicelib.errors import Refusal, Refused
from chalicelib.publication.formats.cube import Axis, Cube, Dimension

#: Numbers in one answer; a whole cube has fewer, since a release has room for 30,000 counts.
MAXIMUM_CELLS = 100_000
#: Of one variable, and letters of each; those of them that are patterns: a long one costs a millisecond.
MAXIMUM_EXPRESSIONS, LONGEST_EXPRESSION, MAXIMUM_PATTERNS = 500, 200, 10

#: "top(3)", "range(2,5)": what is done, and with what. Their cases and those of codes do not matter.
_CALL = re.compile(r"^(\w+)\(([^()]*)\)$")
#: What stands for other letters in a pattern.
_WILD = re.compile(r"[*?]")


def select(cube: Cube, asked: Mapping[str, Sequence[str]], most: int = MAXIMUM_CELLS) -> Cube:
    """What ``asked`` names of each dimension, by its id in any case; the whole of a dimension that it does not name.

    Raises :class:`Refused`: ``bad_selection``, or ``too_many_cells`` where it is more than ``most``.
    """
    dimensions = {str(dimension.axis): dimension for dimension in cube.dimensions}
    named = {name.lower(): expressions for name, expressions in asked.items()}
    if not named.keys() <= dimensions.keys():
        raise Refused(Refusal.BAD_SELECTION, f"The table has no such variable. It has: {', '.join(dimensions)}.")
    picks = {Axis(name): _codes(dimensions[name], expressions) for name, expressions in named.items()}
    cells = prod(len(picks.get(dimension.axis, dimension.codes)) for dimension in cube.dimensions)
    if cells > most:
        raise Refused(Refusal.TOO_MANY_CELLS, f"That is {cells} numbers. Ask for {most} at a time.")
    return cube.picked(picks)


def _codes(dimension: Dimension, expressions: Sequence[str]) -> tuple[str, ...]:
    """The codes that any of the expressions means, in their own order."""
    if len(expressions) > MAXIMUM_EXPRESSIONS or any(len(each) > LONGEST_EXPRESSION for each in expressions):
        raise _nothing(dimension)
    if sum(map(_is_pattern, expressions)) > MAXIMUM_PATTERNS:
        raise Refused(Refusal.BAD_SELECTION, f"Of one variable take {MAXIMUM_PATTERNS} patterns with * or ? at most.")
    found = {code for expression in expressions for code in _meant(dimension, expression.strip().lower())}
    if not found:
        raise _nothing(dimension)
    return tuple(code for code in dimension.codes if code in found)


def _meant(dimension: Dimension, expression: str) -> Sequence[str]:
    if call := _CALL.match(expression):
        try:
            return CALLS[call[1]](dimension, *(argument.strip() for argument in call[2].split(",")))
        except (KeyError, TypeError, ValueError):
            # Not chained: it would quote what was asked.
            raise _nothing(dimension) from None
    if _is_pattern(expression):
        # A bracket means itself. Not fnmatchcase, which keeps tens of thousands of patterns, whoever sent them.
        pattern = re.compile(translate(expression.replace("[", "[[]")))
        return [code for code in dimension.codes if pattern.match(code)]
    if expression not in dimension.codes:
        raise _nothing(dimension)
    return [expression]


def _is_pattern(expression: str) -> bool:
    return bool(_WILD.search(expression))


def _top(dimension: Dimension, number: str, offset: str = "0") -> Sequence[str]:
    """The first so many, behind ``offset`` others; of editions the latest, as PxWeb has it of time."""
    codes = dimension.codes
    return _so_many(codes[::-1] if dimension.axis is Axis.EDITION else codes, number, offset)


def _bottom(dimension: Dimension, number: str, offset: str = "0") -> Sequence[str]:
    codes = dimension.codes
    return _so_many(codes if dimension.axis is Axis.EDITION else codes[::-1], number, offset)


def _so_many(codes: Sequence[str], number: str, offset: str) -> Sequence[str]:
    start = _number(offset)
    return codes[start : start + _number(number)]


def _number(text: str) -> int:
    """Of a few ASCII digits; raises ValueError."""
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise ValueError
    return int(text)


def _from(dimension: Dimension, first: str) -> Sequence[str]:
    return dimension.codes[dimension.codes.index(first) :]


def _to(dimension: Dimension, last: str) -> Sequence[str]:
    return dimension.codes[: dimension.codes.index(last) + 1]


def _range(dimension: Dimension, first: str, last: str) -> Sequence[str]:
    return dimension.codes[dimension.codes.index(first) : dimension.codes.index(last) + 1]


CALLS: Mapping[str, Callable[..., Sequence[str]]] = {
    "top": _top,
    "bottom": _bottom,
    "from": _from,
    "to": _to,
    "range": _range,
}


def _nothing(dimension: Dimension) -> Refused:
    return Refused(
        Refusal.BAD_SELECTION,
        f"“{dimension.axis}” has nothing that this means. The table's metadata lists its codes. Besides them take *, ?,"
        " top(n), bottom(n), from(code), to(code) and range(first,last).",
    )
