"""Records as a Parquet file: codes as categories, numbers as numbers, days as days, nothing where no answer is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from operation.records.codebook import Entry, RecordCodebook
from operation.records.columns import Column, Holds
from operation.records.decoding import Line
from operation.records.explained import INTERNAL
from operation.records.new_files import new_file
from operation.records.numbers import Numbers

if TYPE_CHECKING:
    import numpy
    from pandas import Categorical, DataFrame
    from pandas.api.extensions import ExtensionArray

#: So many records are held at once, here and by who reads the file.
_ROW_GROUP = 20_000
#: In the file's own metadata: JSON that says of each column what it is called, and what its values are called.
METADATA = "columns"
#: The same of the whole file: that it is none to pass on.
NOTICE = "notice"
_FIRST_DAY = "0001-01-01"


class ParquetFile:
    """A file that is whole when its block has ended; it holds a row group, the others are written.

    Categories and kinds are those of the codebook, so each group has the same, whatever was answered in it. Raises
    OSError where it cannot be written.
    """

    def __init__(self, codebook: RecordCodebook, path: Path) -> None:
        self._codebook, self._path = codebook, path
        self._numbers, self._is_begun = Numbers(codebook.columns_with_numbers), False

    def __enter__(self) -> Self:
        new_file(self._path).close()
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        if error is None and (len(self._numbers) or not self._is_begun):
            self._write_group()

    def write(self, line: Line) -> None:
        """Write a record."""
        self._numbers.write(line)
        if len(self._numbers) == _ROW_GROUP:
            self._write_group()

    def _write_group(self) -> None:
        import fastparquet

        described = json.dumps(_described(self._codebook), ensure_ascii=False)
        fastparquet.write(
            str(self._path),
            _frame(self._numbers),
            compression="SNAPPY",
            write_index=False,
            append=self._is_begun,
            custom_metadata={NOTICE: INTERNAL, METADATA: described},
        )
        self._numbers.let_go()
        self._is_begun = True


def _frame(numbers: Numbers) -> DataFrame:
    import pandas

    found = numbers.array()
    columns: dict[str, Any] = {
        "record": pandas.Series(numbers.records, dtype="object"),
        "batch": _whole(found["batch"]),
        "version": found["version"],
    }
    for column in numbers.columns:
        columns[column.name] = _values(column, found[column.name])
    return pandas.DataFrame(columns, copy=False)


def _values(column: Column, found: numpy.ndarray) -> Any:
    if column.holds is Holds.CODE:
        return _categories(column.numbers, found)
    return _days(found) if column.holds is Holds.DATE else _whole(found)


def _whole(found: numpy.ndarray) -> ExtensionArray:
    """Whole numbers, none where there is none."""
    import pandas

    return pandas.arrays.IntegerArray(found.copy(), found < 0)


def _categories(numbers: Mapping[str, int], found: numpy.ndarray) -> Categorical:
    import numpy
    import pandas

    ascending = sorted(numbers, key=numbers.__getitem__)
    places = numpy.searchsorted([numbers[code] for code in ascending], found)
    return pandas.Categorical.from_codes(numpy.where(found < 0, -1, places), ascending)


def _days(found: numpy.ndarray) -> numpy.ndarray:
    """Days since the year 1 as days, in milliseconds: of seconds fastparquet makes other days."""
    import numpy

    days = numpy.datetime64(_FIRST_DAY, "D") + (found.astype("i8") - 1).astype("m8[D]")
    return numpy.where(found < 0, numpy.datetime64("NaT", "ms"), days.astype("M8[ms]"))


def _described(codebook: RecordCodebook) -> Sequence[Mapping[str, Any]]:
    return [_column(entry, codebook) for entry in codebook.entries if entry.column.holds is not Holds.CODES]


def _column(entry: Entry, codebook: RecordCodebook) -> Mapping[str, Any]:
    column = entry.column
    labels = {value.code: codebook.wording.code(column.variable, value.code) for value in entry.values}
    if column.holds is Holds.FLAG:
        labels = {str(number): label for number, label in codebook.wording.values(column).items()}
    return {"name": column.name, "label": codebook.wording.column(column), "labels": labels}
