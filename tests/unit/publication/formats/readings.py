"""What each format says of every printed number, read back from what it wrote."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from chalicelib.publication.formats.csv_file import release_csv
from chalicelib.publication.formats.json_file import release_json
from chalicelib.publication.shares import TENTHS, WHOLE, Share
from chalicelib.publication.worded import WordedCell, WordedRelease, WordedRow, WordedTable


@dataclass(frozen=True, kw_only=True)
class PrintedCell:
    """One printed number, in words and in ids; ``part`` and ``group`` are empty of a whole question or table.

    ``percent`` and its range: in the steps of the format; None of too few.
    """

    question: str
    part: str
    group: str
    answer: str
    table: str
    groups: str
    code: str
    count: int
    edition_count: int | None
    at_least: int | None
    at_most: int | None
    percent: float | None
    percent_at_least: float | None
    percent_at_most: float | None
    asked: int
    base: int


EVERYTHING = frozenset(field.name for field in fields(PrintedCell))


@dataclass(frozen=True)
class Reading:
    """How a format is read: ``cells`` from what it writes, shares in a ``step``, and the fields that it ``tells``."""

    cells: Callable[[WordedRelease], Iterator[PrintedCell]]
    step: int
    tells: frozenset[str] = EVERYTHING


# --- what they have to say ------------------------------------------------------------------------------------------


def printed(worded: WordedRelease, step: int) -> Iterator[PrintedCell]:
    """Every number of the release, its share in a ``step``."""
    for table in worded.tables:
        for row in table.rows:
            yield from (_cell(table, row, cell, step) for cell in row.cells)


def _cell(table: WordedTable, row: WordedRow, cell: WordedCell, step: int) -> PrintedCell:
    return PrintedCell(
        question=table.question.label,
        part=table.part.label if table.part else "",
        group=row.group.label if row.group else "",
        answer=cell.answer.label,
        table=table.id,
        groups=row.group.code if row.group else "",
        code=cell.answer.code,
        count=cell.count,
        edition_count=cell.edition_count,
        at_least=cell.at_least,
        at_most=cell.at_most,
        asked=row.asked,
        base=row.base,
        **shares(cell.share, step),
    )


def shares(share: Share | None, step: int) -> dict[str, Any]:
    """A share and its range in a ``step``."""
    return {
        "percent": share.percent(step) if share else None,
        "percent_at_least": share.percent_at_least(step) if share else None,
        "percent_at_most": share.percent_at_most(step) if share else None,
    }


# --- what they say --------------------------------------------------------------------------------------------------


def in_csv(worded: WordedRelease) -> Iterator[PrintedCell]:
    """The rows of the CSV, but for those of what is not printed."""
    for row in csv.DictReader(io.StringIO(release_csv(worded))):
        if row["not_printed"]:
            continue
        by, _, groups = row["group"].partition("=")
        assert bool(by) == bool(row["grouped_by"])
        yield PrintedCell(
            question=row["question_text"],
            part=row["part"],
            group=row["group_text"],
            answer=row["label"],
            table=row["question"],
            groups=groups,
            code=row["code"],
            count=int(row["count"]),
            asked=int(row["asked"]),
            base=int(row["base"]),
            **{name: int(row[name]) if row[name] else None for name in ("edition_count", "at_least", "at_most")},
            **{name: float(row[name]) if row[name] else None for name in shares(None, WHOLE)},
        )


def in_json(worded: WordedRelease) -> Iterator[PrintedCell]:
    """The cells of the JSON, in the language of the release in words."""
    made = json.loads(release_json(worded))
    language = worded.words.language
    crosstabs = {each["table"]: each for each in made["crosstabs"]}
    for table in made["tables"]:
        base = {"base": table["base"], "asked": table["asked"]["count"] if table["asked"] else table["base"]}
        yield from _json_cells(table, table["id"], table, base, language)
        for row in crosstabs.get(table["id"], {"rows": ()})["rows"]:
            assert row["pooled"] is (len(row["codes"]) > 1)
            base = {"base": row["base"], "asked": row["base"]}
            yield from _json_cells(crosstabs[table["id"]], table["id"], row, base, language)


def _json_cells(
    of: Mapping[str, Any], table: str, row: Mapping[str, Any], base: Mapping[str, int], language: str
) -> Iterator[PrintedCell]:
    def said(text: Mapping[str, str]) -> str:
        return text.get(language) or text["en"]

    for cell in row["cells"]:
        same = ("code", "count", "edition_count", "at_least", "at_most", *shares(None, TENTHS))
        yield PrintedCell(
            question=said(of["label"]),
            part=said(of["part_label"]) if of["part_label"] else "",
            group=" + ".join(map(said, row.get("labels", ()))),
            answer=said(cell["label"]),
            table=table,
            groups="+".join(row.get("codes", ())),
            **base,
            **{name: cell[name] for name in same},
        )


#: By format; one that does not tell everything says what it tells.
READINGS: Mapping[str, Reading] = {"CSV": Reading(in_csv, WHOLE), "JSON": Reading(in_json, TENTHS)}
