"""Lines and grids: what a page shows of printed numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from chalicelib.publication.cells import Cell
from chalicelib.publication.crosstabs import Row
from chalicelib.publication.release import Omitted, Release, Table, percentage
from chalicelib.publication.wording import OMISSIONS, Words


@dataclass(frozen=True)
class Line:
    """One line of a table with its bar; ``share`` is the bar's length in per cent of the base.

    ``since``: the version of the form that brought it, where it is newer than its question.
    """

    label: str
    count: int
    percent: float | None
    share: float
    since: int | None = None


@dataclass(frozen=True)
class GridRow:
    """A row of a grid, and the version that brought it; ``base``: of how many, where rows differ in that."""

    label: str
    lines: tuple[Line, ...]
    since: int | None = None
    base: int | None = None


@dataclass(frozen=True)
class Grid:
    """A matrix, a ranking or a crosstab: a line for each of its columns, in each of its rows."""

    columns: tuple[str, ...]
    rows: tuple[GridRow, ...]
    title: str = ""


def line_of(cell: Cell, of: Table | Row, label: str, release: Release, since: int | None = None) -> Line:
    """``cell`` of a table, or of a group in it."""
    share = 100 * cell.count / of.base if of.base else 0
    return Line(label, cell.count, percentage(cell, of, release), round(share, 1), since)


def left_out(
    omitted: Iterable[Omitted], totals: Collection[str], printed: Iterable[Cell], words: Words
) -> tuple[str, ...]:
    """Why tables are not printed in this edition, each reason once.

    Parts are named where others of the same question are ``printed``. ``totals``: ids of tables that earlier editions
    printed, so that there is something to see.
    """
    is_partial = any(cell.edition_count is not None for cell in printed)
    notes: dict[str, None] = {}
    for left in omitted:
        part = f"{words.of(left.part_label)}: " if is_partial and left.part_label else ""
        earlier = " " + words.translate("The numbers are those of earlier releases.") if left.id in totals else ""
        notes[f"{part}{words.translate(OMISSIONS[left.reason])}{earlier}"] = None
    return tuple(notes)
