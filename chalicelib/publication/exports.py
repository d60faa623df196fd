"""A release as JSON, and as a tidy CSV of one row a cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from chalicelib.errors import Translate
from chalicelib.publication.release import Cell, Release, Table, percentage
from chalicelib.publication.wording import STANDARD_LABELS
from chalicelib.spreadsheet import harmless

CSV_HEADER = ("question", "code", "label", "count", "percent")


def release_json(release: Release) -> str:
    """The release as it is stored."""
    return release.model_dump_json()


def release_csv(release: Release, language: str, translate: Translate) -> str:
    """The totals so far, one row a cell; ``question`` is the table's id ("harder.work")."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(CSV_HEADER)
    writer.writerows(_rows(release, language, translate))
    return stream.getvalue()


def _rows(release: Release, language: str, translate: Translate) -> Iterator[tuple[str, ...]]:
    for table in release.tables:
        for cell in table.cells:
            share = percentage(cell, table, release)
            label = harmless(_label(table, cell, language, release.languages[0], translate))
            yield table.id, cell.code, label, str(cell.count), "" if share is None else f"{share:.1f}"


def _label(table: Table, cell: Cell, language: str, fallback: str, translate: Translate) -> str:
    own = _worded(cell.label, language, fallback) if cell.label else translate(STANDARD_LABELS[cell.code])
    return f"{_worded(table.part_label, language, fallback)}: {own}" if table.part_label else own


def _worded(text: Mapping[str, str], language: str, fallback: str) -> str:
    return text.get(language) or text[fallback]
