"""Tables of records, and weights, as files for an operator's own programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from chalicelib.spreadsheet import as_text
from operation.files import private_file, require_new
from operation.records.margins import Margins
from operation.records.patterns import counted
from operation.records.rows import Records
from operation.records.table_words import after, before
from operation.records.tables import Table, is_small
from operation.records.weighting import Weighting

_MARK = "INTERNAL"
_REFUSAL = "Name another file."
_HEAD = ("table", "row", "row_label", "column", "column_label", "people", "base", "percent", "small")
_WEIGHTED = (*_HEAD[:5], "people_unweighted", "base_unweighted", "percent_unweighted", "small")
_WEIGHTED_TOO = ("percent_weighted", "base_effective")


def marked(path: Path) -> Path:
    """``path`` with a name that says that the file is none to pass on."""
    return path if path.name.upper().startswith(_MARK) else path.with_name(f"{_MARK}-{path.name}")


def require_places(paths: Iterable[Path]) -> None:
    """Raise :class:`OperatorError` where one of ``paths`` is taken, before anything is counted."""
    for path in paths:
        require_new(path, _REFUSAL)


def write_table(table: Table, path: Path) -> None:
    """A CSV file (UTF-8 with BOM) with one line a cell, between the lines that stand above and below on the screen.

    Raises :class:`OperatorError` where ``path`` is taken, OSError where it cannot be written.
    """
    with private_file(path, _REFUSAL) as stream:
        file = io.TextIOWrapper(stream, "utf-8-sig", newline="")
        writer = csv.writer(file)
        writer.writerows([as_text(line)] for line in before(table))
        writer.writerow((*_WEIGHTED, *_WEIGHTED_TOO) if table.weighting else _HEAD)
        writer.writerows(_cells(table))
        writer.writerows([as_text(line)] for line in after(table))
        file.flush()
        file.detach()


def _cells(table: Table) -> Iterator[list[str | int | None]]:
    for block in table.blocks:
        for line in block.lines:
            for column, cell, base in zip(table.columns, line.cells, block.bases, strict=True):
                names = (block.rows.name, line.category.code, as_text(line.category.label))
                small = "yes" if is_small(cell.people) or is_small(cell.base) else ""
                numbers = (cell.people, cell.base, cell.percent, small)
                weighted = (cell.weighted_percent, round(base.number)) if table.weighting else ()
                yield [*names, column.code, as_text(column.label), *numbers, *weighted]


def write_weights(records: Records, weighting: Weighting, path: Path) -> int:
    """A CSV file of ``record`` and ``weight``, to be joined to the records in other programs; returns how many.

    Raises as :func:`write_table` does.
    """
    written = 0
    with private_file(path, _REFUSAL) as stream:
        stream.write(b"record,weight\r\n")
        for number, weight in _weights(records, weighting.margins, weighting):
            stream.write(f"{number},{weight:.6f}\r\n".encode("ascii"))
            written += 1
    return written


def _weights(records: Records, margins: Margins, weighting: Weighting) -> Iterator[tuple[str, float]]:
    variables = [margin.variable for margin in margins.margins]
    for row in records.rows():
        yield row.number, weighting.weight_of({variable.id: counted(variable, row) for variable in variables})
