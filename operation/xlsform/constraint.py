"""From ``constraint`` to limits: of numbers, days, how many are chosen, what a line looks like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import StringConstraints, TypeAdapter
from pydantic_core import SchemaError

from operation.xlsform import xpath
from operation.xlsform.relevant import _MIRRORED as MIRRORED
from operation.xlsform.relevant import bounds, day_bounds
from operation.xlsform.told import CannotSay


@dataclass
class Limits:
    """What a constraint says of the row's own answer."""

    least: int | str | None = None
    most: int | str | None = None
    fewest: int | None = None
    highest_count: int | None = None
    exclusive: tuple[str, ...] = ()
    pattern: str | None = None
    longest: int | None = None


def limits(text: str) -> Limits:
    """The limits of ``text``, which may be ""; raises :class:`CannotSay` with what is beyond them."""
    found = Limits()
    try:
        for part in _parts(xpath.read(text)) if text else ():
            _note(part, found)
    except CannotSay as error:
        raise CannotSay(f"constraint: {error}") from error
    return found


def _parts(found: xpath.Expression) -> list[xpath.Expression]:
    if isinstance(found, xpath.Joined) and found.word == "and":
        return [each for part in found.parts for each in _parts(part)]
    return [found]


def _note(part: xpath.Expression, found: Limits) -> None:
    own, many = xpath.Reference("."), xpath.Call("count-selected", (xpath.Reference("."),))
    alone = (xpath.Compared(">", many, xpath.Literal("1", True)), xpath.Compared(">=", many, xpath.Literal("2", True)))
    match part:
        case xpath.Call(
            "not", (xpath.Joined("and", (xpath.Call("selected", (target, xpath.Literal(code))), second)),)
        ) if target == own and second in alone:
            found.exclusive = (*found.exclusive, code)
        case xpath.Call("regex", (target, xpath.Literal(pattern))) if target == own and found.pattern is None:
            found.pattern = without_anchors(pattern)
        case xpath.Compared(sign, left, right):
            if left not in (own, many) and not isinstance(left, xpath.Call):
                left, right, sign = right, left, MIRRORED[sign]
            _note_compared(sign, left, right, found)
        case _:
            raise CannotSay("not understood. Limits are written as . >= 18 and . <= 120.")


def _note_compared(sign: str, left: xpath.Expression, right: xpath.Expression, found: Limits) -> None:
    match left, right:
        case xpath.Reference("."), xpath.Literal(value, True):
            least, most = bounds(sign, value)
            found.least, found.most = _later(found.least, least), _earlier(found.most, most)
        case xpath.Reference("."), (xpath.Call("date", (xpath.Literal(value),)) | xpath.Literal(value, False)):
            first, last = day_bounds(sign, value)
            found.least, found.most = _later(found.least, first), _earlier(found.most, last)
        case xpath.Call("count-selected", (xpath.Reference("."),)), xpath.Literal(value, True):
            fewest, highest = bounds(sign, value)
            found.fewest = max((each for each in (fewest, found.fewest) if each is not None), default=None)
            found.highest_count = _smaller(highest, found.highest_count)
        case xpath.Call("string-length", (xpath.Reference("."),)), xpath.Literal(value, True):
            shortest, longest = bounds(sign, value)
            if shortest is not None and shortest > 1:
                raise CannotSay("a shortest length cannot be asked for. Say it in a regex.")
            found.longest = _smaller(longest, found.longest)
        case _:
            raise CannotSay("not understood. Limits are numbers or days: . <= date('2026-12-31').")


def _smaller(one: int | None, other: int | None) -> int | None:
    return min((each for each in (one, other) if each is not None), default=None)


def _later(one: int | str | None, other: int | str | None) -> int | str | None:
    return _chosen(one, other, is_later=True)


def _earlier(one: int | str | None, other: int | str | None) -> int | str | None:
    return _chosen(one, other, is_later=False)


def _chosen(one: int | str | None, other: int | str | None, *, is_later: bool) -> int | str | None:
    if one is None or other is None:
        return other if one is None else one
    if isinstance(one, str) != isinstance(other, str):
        raise CannotSay("it compares with a number and with a day.")
    pair = sorted([one, other], key=lambda value: (value, "") if isinstance(value, int) else (0, value))
    return pair[1] if is_later else pair[0]


def without_anchors(pattern: str) -> str:
    """The pattern of a whole line: our patterns have no need of ^ and $, and "^(a|b)$" is "a|b"."""
    inner = pattern.removeprefix("^")
    inner = inner.removesuffix("$") if not inner.endswith("\\$") else inner
    if pattern.startswith("^(") and pattern.endswith(")$") and _compiles(inner[1:-1]):
        return inner[1:-1]
    return inner


def _compiles(pattern: str) -> bool:
    try:
        TypeAdapter(Annotated[str, StringConstraints(pattern=pattern)])
    except SchemaError:
        return False
    return True
