"""The codebook of exported records as a table: a row a column, and one for each of its codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.spreadsheet import as_text
from operation.records.codebook import Entry, Life, RecordCodebook, Value
from operation.records.explained import START_SAYS, explained, missing_explained
from operation.records.wording import Wording, separator

#: Before the wordings, a column a language. ``number``: what the code is where a format knows numbers only, SPSS above
#: all; ``since_version`` and ``until_version``: empty where the first, or the latest, version had it.
HEADER = (
    "column",
    "spss_name",
    "question",
    "kind",
    "asked_of",
    "holds",
    "missing",
    "order",
    "since_version",
    "until_version",
    "code",
    "number",
)

_Row = Mapping[str, Any]


def codebook_rows(codebook: RecordCodebook) -> Iterator[list[str]]:
    """The header, and the rows."""
    names = [*HEADER, *codebook.languages]
    yield names
    wordings = [Wording(language, None) for language in codebook.languages]
    between = separator(codebook.merged)
    for name, says in START_SAYS.items():
        yield _row(names, {"column": name, "spss_name": name, "holds": says})
    for entry in codebook.entries:
        for row in _rows(entry, wordings, between):
            yield _row(names, row)


def _row(names: list[str], facts: _Row) -> list[str]:
    cells = (facts.get(name) for name in names)
    return ["" if cell is None else as_text(cell) if isinstance(cell, str) else str(cell) for cell in cells]


def _rows(entry: Entry, wordings: list[Wording], between: str) -> Iterator[_Row]:
    variable = entry.column.variable
    yield {
        "column": entry.column.name,
        "spss_name": entry.spss,
        "question": variable.question_id,
        "kind": entry.kind,
        "asked_of": entry.asked_of,
        "holds": explained(entry, between),
        "missing": missing_explained(entry),
        "order": entry.order,
        **_life(entry.life),
        **{wording.language: wording.column(entry.column) for wording in wordings},
    }
    for value in entry.values:
        yield {"column": entry.column.name, **_value(entry, value, wordings)}


def _value(entry: Entry, value: Value, wordings: list[Wording]) -> _Row:
    words = {wording.language: wording.code(entry.column.variable, value.code) for wording in wordings}
    return {"code": value.code, "number": value.number, **_life(value.life), **words}


def _life(life: Life) -> _Row:
    return {"since_version": life.since, "until_version": life.until}
