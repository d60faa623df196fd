"""Records as numbers, in as few bytes as they need, for the formats that want columns: whole, or of many records."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING

from operation.records.columns import Column, Holds
from operation.records.decoding import Line
from operation.records.missing import Missing

if TYPE_CHECKING:
    import numpy

#: By the largest number in a column, how struct and numpy call the smallest type that has it, and all that is missing.
_TYPES = ((2**7 - 1, "b", "i1"), (2**15 - 1, "h", "<i2"), (2**31 - 1, "i", "<i4"))
#: Batches and versions.
_COUNTED = _TYPES[2]


class Numbers:
    """A record is a line of numbers: its batch, its version, and one for each of the ``columns``.

    Of 100 columns 100,000 records are some 10 MB.
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = tuple(columns)
        self._types = [_COUNTED, _COUNTED, *map(_type_of, columns)]
        self._line = struct.Struct("<" + "".join(code for _, code, _ in self._types))
        self._lines, self._before = bytearray(), 0

    def __len__(self) -> int:
        return len(self._lines) // self._line.size

    def write(self, line: Line) -> None:
        """Keep a record."""
        batch = Missing.NOT_COUNTED if line.batch is None else line.batch
        numbers = chain.from_iterable([each.numbers for each in line.cells])
        self._lines += self._line.pack(batch, line.version, *numbers)

    @property
    def records(self) -> list[str]:
        """What each record is called in the other files."""
        return [f"{number:06}" for number in range(self._before + 1, self._before + len(self) + 1)]

    def array(self) -> numpy.ndarray:
        """All records; its fields are "batch", "version", and the names of the columns. Nothing is copied."""
        import numpy

        names = ["batch", "version", *(column.name for column in self.columns)]
        fields = [(name, kind) for name, (_, _, kind) in zip(names, self._types, strict=True)]
        return numpy.frombuffer(self._lines, dtype=fields)

    def let_go(self) -> None:
        """Forget the records that were kept so far; those to come are numbered on."""
        # An array may stand on these lines still.
        self._before, self._lines = self._before + len(self), bytearray()


def _type_of(column: Column) -> tuple[int, str, str]:
    most = _most(column)
    return next(found for found in _TYPES if most <= found[0])


def _most(column: Column) -> int:
    """The largest number that can stand in it."""
    if column.holds is Holds.FLAG:
        return 1
    numbers = column.variable.numbers
    # Another version may have had other limits, so a number has room for any.
    return _TYPES[2][0] if numbers else max(column.numbers.values())
