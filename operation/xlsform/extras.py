"""What our questionnaires have and XLSForm has not: a sheet of ours in the workbook, which other programs pass over.

A row has a place in the definition, what the other sheets say there, and what stands there instead, both as JSON. Where
somebody has changed the other sheets since, the row is refused rather than taken for theirs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from operation.xlsform.told import EXTRAS, Fate, Json, Ledger

HEADINGS = ("where", "instead of", "says")
#: What a cell holds (Excel specifications and limits), with room to spare.
_MOST_IN_CELL = 30_000
#: Keys that the other sheets have no say in, whatever is read from them.
_OURS = frozenset({"bands", "least_label", "most_label", "minutes"})
#: Never in what we write: who sends a workbook does not choose who can read answers, or who is said to have read it.
_NOT_OURS = frozenset({"recipients", "reviewed_by"})
#: Lists in lists; conditions have fewer.
_DEEPEST = 100
_NOTHING = "nothing"


@dataclass(frozen=True)
class Difference:
    """At ``place`` ``wanted`` stands instead of ``native``; None where nothing does."""

    place: tuple[str, ...]
    native: Any
    wanted: Any


def differences(native: Any, wanted: Any, place: tuple[str, ...] = ()) -> Iterator[Difference]:
    """Where ``wanted`` is not what was read from the sheets of XLSForm."""
    if isinstance(native, dict) and isinstance(wanted, dict) and place[-1:] != ("show_if",):
        for key in dict.fromkeys([*native, *wanted]):
            yield from differences(native.get(key), wanted.get(key), (*place, key))
    elif native and wanted and _names(native) == _names(wanted) != []:
        for name, one, other in zip(_names(native), native, wanted, strict=True):
            yield from differences(one, other, (*place, name))
    elif native != wanted:
        yield Difference(place, native, wanted)


def _names(value: Any) -> list[str]:
    """The ids or codes of a list whose members have them."""
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        return []
    names = [each.get("id") or each.get("code") for each in value]
    return [str(name) for name in names] if all(names) else []


def rows_of(found: Sequence[Difference]) -> list[list[str]]:
    """The rows of the sheet, its headings first; a value that is too long for a cell goes on in the next."""
    return [list(HEADINGS), *([".".join(each.place), *_cells(each)] for each in found)]


def _cells(found: Difference) -> list[str]:
    says = _json(found.wanted)
    cut = [says[start : start + _MOST_IN_CELL] for start in range(0, len(says), _MOST_IN_CELL)]
    native = _json(found.native)
    # What is too long to be told apart by sight is told apart by being there.
    return [native if len(native) <= _MOST_IN_CELL else "", *cut]


def _json(value: Any) -> str:
    return _NOTHING if value is None else json.dumps(value)


def apply(rows: Sequence[tuple[int, tuple[str, ...]]], document: Json, ledger: Ledger) -> set[str]:
    """Put what the ``rows`` of the sheet say into ``document``, and return the places; what does not fit is told."""
    said: set[str] = set()
    for number, cells in rows:
        place, instead, says = cells[0], cells[1] if len(cells) > 1 else "", "".join(cells[2:])
        try:
            native, wanted = (_value(text) for text in (instead or _NOTHING, says))
            _put(document, place.split("."), native, wanted, is_checked=bool(instead))
        except (KeyError, StopIteration, TypeError, AttributeError, ValueError, RecursionError):
            message = "this speaks of what does not stand in the other sheets. Delete the row."
            ledger.add(Fate.REFUSED, EXTRAS, number, message, place)
        except _ChangedSince:
            message = "the other sheets say something else by now. Delete this row, or take that change back."
            ledger.add(Fate.REFUSED, EXTRAS, number, message, place)
        else:
            said.add(place)
            ledger.add(Fate.TAKEN, EXTRAS, number, "as our sheet has it.", place)
    return said


class _ChangedSince(Exception):
    """The other sheets do not say what they said when the row was written."""


def _value(text: str) -> Any:
    found = None if text == _NOTHING else json.loads(text)
    _require_ours(found, 0)
    return found


def _require_ours(value: Any, depth: int) -> None:
    if depth > _DEEPEST or (isinstance(value, dict) and _NOT_OURS & value.keys()):
        raise ValueError("this never stands in our sheet")
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _require_ours(each, depth + 1)


def _put(document: Json, keys: list[str], native: Any, wanted: Any, *, is_checked: bool) -> None:
    holder: Any = document
    for key in keys[:-1]:
        holder = _member(holder, key) if isinstance(holder, list) else holder[key]
    last = keys[-1]
    if not isinstance(holder, dict) or keys[0] not in ("settings", "questionnaire") or _NOT_OURS & {*keys}:
        raise KeyError(last)
    if is_checked and last not in _OURS and holder.get(last) != native:
        raise _ChangedSince
    if wanted is None:
        holder.pop(last, None)
    else:
        holder[last] = wanted


def _member(members: list[Any], name: str) -> Any:
    return next(each for each in members if name in (each.get("id"), each.get("code")))
