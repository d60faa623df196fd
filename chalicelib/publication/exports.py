"""A release as JSON, and as a tidy CSV of one row a cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from chalicelib.errors import Translate
from chalicelib.publication.cells import Wording
from chalicelib.publication.crosstabs import Crosstab, Row
from chalicelib.publication.release import Omitted, Release, Table, percentage
from chalicelib.publication.wording import Words
from chalicelib.spreadsheet import harmless

CSV_HEADER = (
    "question",
    "group",
    "code",
    "label",
    "count",
    "percent",
    "base",
    "at_least",
    "at_most",
    "method",
    "not_printed",
)


def release_json(release: Release) -> str:
    """The release as it is stored."""
    return release.model_dump_json()


def release_csv(release: Release, language: str, translate: Translate) -> str:
    """The totals so far, one row a cell.

    ``question`` is the table's id ("harder.work"); ``group`` is empty but in crosstabs: "country=se", or
    "country=no+other" for groups that were added together. ``base`` is what the cells of a table, or of a group in it,
    sum to. The true number is ``at_least`` and ``at_most`` so large; ``method`` says why: "exact", "rounded", or
    "noise", where chance knows no limit and both are empty. A table that is left out has one row, with the reason under
    ``not_printed`` and no numbers.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(CSV_HEADER)
    writer.writerows(_rows(release, Words(language, release.languages[0], translate)))
    return stream.getvalue()


def _rows(release: Release, words: Words) -> Iterator[tuple[str, ...]]:
    crosstabs = {crosstab.table: crosstab for crosstab in release.crosstabs}
    for table in release.tables:
        yield from _cells(release, words, table, "", table)
        if crosstab := crosstabs.get(table.id):
            for row in crosstab.rows:
                yield from _cells(release, words, table, _group(crosstab, row), row)
    for omitted in release.omitted:
        yield _left_out(release, words, omitted)


def _cells(release: Release, words: Words, table: Table, group: str, of: Table | Row) -> Iterator[tuple[str, ...]]:
    """The rows of a table, or of one group in it."""
    for cell in of.cells:
        yield (
            table.id,
            group,
            cell.code,
            harmless(_label(words, table.part_label, words.code(cell.code, cell.label))),
            str(cell.count),
            _number(percentage(cell, of, release)),
            str(of.base),
            _number(cell.at_least),
            _number(cell.at_most),
            release.method,
            "",
        )


def _left_out(release: Release, words: Words, omitted: Omitted) -> tuple[str, ...]:
    label = harmless(words.of(omitted.part_label)) if omitted.part_label else ""
    return (omitted.id, omitted.group or "", "", label, "", "", "", "", "", release.method, omitted.reason)


def _group(crosstab: Crosstab, row: Row) -> str:
    return f"{crosstab.group}={'+'.join(row.codes)}"


def _label(words: Words, part: Wording | None, own: str) -> str:
    return f"{words.of(part)}: {own}" if part else own


def _number(number: float | None) -> str:
    return "" if number is None else str(number)
