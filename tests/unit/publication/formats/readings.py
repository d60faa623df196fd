"""What each format says of every printed number, read back from what it wrote."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from chalicelib.publication.formats.columns import COLUMNS
from chalicelib.publication.formats.csv_file import release_csv
from chalicelib.publication.formats.json_file import release_json
from chalicelib.publication.formats.workbook import release_workbook
from chalicelib.publication.worded import WordedRelease
from chalicelib.spreadsheet import as_text
from tests.unit.publication.formats.printed_cells import PrintedCell, printed_cells_of

#: How a format is read: its cells, from what it writes.
Reading = Callable[[WordedRelease], Iterator[PrintedCell]]


#: What is written as it is, and read as a whole number.
_NUMBERS = [column.name for column in COLUMNS if column.holds == "number" and column.name != "release"]


def in_csv(worded: WordedRelease) -> Iterator[PrintedCell]:
    """The rows of the CSV, but for those of what is not printed."""
    for written in csv.DictReader(io.StringIO(release_csv(worded))):
        row = {name: _plain(value) for name, value in written.items()}
        if row["not_printed"]:
            continue
        by, _, groups = row["group"].partition("=")
        assert bool(by) == bool(row["grouped_by"]) == bool(row["group_text"])
        numbers: dict[str, Any] = {name: int(row[name]) if row[name] else None for name in _NUMBERS}
        yield PrintedCell(
            table=row["question"],
            group_code=groups or None,
            code=row["code"],
            title=row["question_text"],
            item=row["part"] or None,
            group=row["group_text"] or None,
            answer=row["label"],
            **numbers,
        )


def _plain(value: str) -> str:
    """Without the apostrophe that makes it text to a spreadsheet."""
    return value[1:] if value.startswith("'") and as_text(value[1:]) == value else value


def in_json(worded: WordedRelease) -> Iterator[PrintedCell]:
    """The cells of the JSON, in the language of the release in words."""
    made = json.loads(release_json(worded))
    crosstabs = {each["table"]: each for each in made["crosstabs"]}
    for table in made["tables"]:
        asked = table["asked"]["count"] if table["asked"] else table["base"]
        yield from _json_cells(table, table["id"], table, asked, worded)
        for row in crosstabs.get(table["id"], {"rows": ()})["rows"]:
            assert row["pooled"] is (len(row["codes"]) > 1)
            yield from _json_cells(crosstabs[table["id"]], table["id"], row, row["base"], worded)


def _json_cells(
    of: Mapping[str, Any], table: str, row: Mapping[str, Any], asked: int, worded: WordedRelease
) -> Iterator[PrintedCell]:
    of_row = {name: row[name] for name in ("base", "base_at_least", "base_at_most")}
    for cell in row["cells"]:
        names = ("code", "count", "edition_count", "at_least", "at_most")
        numbers = {name: cell[name] for name in (*names, "percent", "percent_at_least", "percent_at_most")}
        yield PrintedCell(
            table=table,
            group_code="+".join(row["codes"]) if "codes" in row else None,
            title=worded.words.of(of["label"]),
            item=worded.words.of(of["part_label"]) if of["part_label"] else None,
            group=" + ".join(map(worded.words.of, row["labels"])) if "labels" in row else None,
            answer=worded.words.of(cell["label"]),
            asked=asked,
            **of_row,
            **numbers,
        )


def in_workbook(worded: WordedRelease) -> Iterator[PrintedCell]:
    """The rows of all tables of the workbook."""
    yield from printed_cells_of(release_workbook(worded), worded.words)


READINGS: Mapping[str, Reading] = {
    "CSV": in_csv,
    "JSON": in_json,
    "XLSX": in_workbook,
}
