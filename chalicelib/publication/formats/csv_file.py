"""A release as a tidy CSV of one row a cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from chalicelib.publication.formats.columns import COLUMNS, TOGETHER
from chalicelib.publication.shares import Share
from chalicelib.publication.worded import WordedCell, WordedOmission, WordedRelease, WordedRow, WordedTable
from chalicelib.spreadsheet import as_text

#: By column; what is not there is empty.
Row = Mapping[str, object]


def release_csv(worded: WordedRelease) -> str:
    """The release as one row a cell, with what a reader looks for first: question, part, group, answer, number, share.

    In words are ``question_short`` and ``question_text``, ``part`` (the row of a matrix, the option of a ranking or of
    a multiple choice), ``grouped_by`` ("Country") and ``group_text`` ("Norway + Finland") in crosstabs, ``label`` (the
    answer) and ``kind``. For programs the same is told by ids and codes: ``question`` is the table's id
    ("harder.work"); ``group`` is "country=se", or "country=no+other" for groups that were added together; ``code``.

    ``count`` is the total over the releases that printed the table, the last 60 of which ``editions`` numbers
    ("1+2+4"); ``edition_count`` is the number of this one. In truth the total is ``at_least`` to ``at_most``, and
    ``base`` is ``base_at_least`` to ``base_at_most``; empty with "noise", where chance knows no limit.

    The cells of a table, or of a group in it, sum to ``asked``, which ``percent`` is of: those of the ``base`` who were
    asked, as printed numbers tell it. In truth the share is ``percent_at_least`` to ``percent_at_most``; with "noise"
    about nine in ten are. Of too few for a number, or where it is wide, there is that range alone; of fewer still
    neither. Shares are whole per cent, as on the page: see :data:`.columns.COLUMNS`.

    A table that this edition does not print has a row with the reason under ``not_printed``.

    Every row has the ``survey``, the ``release`` (its number), ``published_on`` (a date), ``synthetic`` ("yes" where
    the answers are invented) and ``method`` ("exact", "rounded" or "noise").
    """
    release, stream = worded.release, io.StringIO()
    writer = csv.DictWriter(stream, [column.name for column in COLUMNS], restval="", lineterminator="\r\n")
    writer.writeheader()
    facts = {
        "survey": release.survey,
        "release": release.number,
        "published_on": release.published_on,
        "synthetic": "yes" if release.synthetic else "no",
        "method": release.method,
    }
    texts = {column.name for column in COLUMNS if column.holds == "text"}
    for row in _rows(worded):
        told = {**facts, **row}
        writer.writerow({name: as_text(str(told[name])) if name in texts else told[name] for name in told})
    return stream.getvalue()


def _rows(worded: WordedRelease) -> Iterator[Row]:
    for table in worded.tables:
        facts = _named(table) | {"editions": TOGETHER.join(map(str, table.editions))}
        for row in table.rows:
            of_row = {**facts, **_group(table, row), **_bases(row)}
            yield from ({**of_row, **_cell(cell)} for cell in row.cells)
    for omitted in worded.omitted:
        by = {"group": omitted.by.code} if omitted.by else {}
        yield {**_named(omitted), **by, "not_printed": omitted.reason}


def _named(of: WordedTable | WordedOmission) -> dict[str, object]:
    part = of.part if isinstance(of, WordedOmission) else of.part and of.part.label
    return {
        "question": of.id,
        "question_text": of.question.label,
        "question_short": of.short,
        "kind": of.kind.label if of.kind else "",
        "part": part or "",
        "grouped_by": of.by.label if of.by else "",
    }


def _group(table: WordedTable, row: WordedRow) -> Row:
    if table.by is None or row.group is None:
        return {}
    return {"group": f"{table.by.code}={row.group.code}", "group_text": row.group.label}


def _bases(row: WordedRow) -> Row:
    return {
        "asked": row.asked,
        "base": row.base,
        "base_at_least": row.base_at_least,
        "base_at_most": row.base_at_most,
    }


def _cell(cell: WordedCell) -> Row:
    return {
        "code": cell.answer.code,
        "label": cell.answer.label,
        "count": cell.count,
        "edition_count": cell.edition_count,
        "at_least": cell.at_least,
        "at_most": cell.at_most,
        **_percentages(cell.share),
    }


def _percentages(share: Share | None) -> Row:
    """A share and its range in whole per cent; nothing of too few."""
    if share is None:
        return {}
    return {
        "percent": share.percent,
        "percent_at_least": share.percent_at_least,
        "percent_at_most": share.percent_at_most,
    }
