"""Crosstabs as a page shows them, below the table of the question that is crossed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from chalicelib.publication.cells import Cell
from chalicelib.publication.crosstabs import Crosstab, Row
from chalicelib.publication.grids import Grid, GridRow, left_out, line_of
from chalicelib.publication.release import Release
from chalicelib.publication.wording import EXACTNESS, Words


@dataclass(frozen=True)
class Crossed:
    """A question's answers by those to ``group``; ``left_out``: what of it is not printed, and why."""

    group: str
    exactness: str
    grids: tuple[Grid, ...]
    left_out: tuple[str, ...]


def crossed(question: str, release: Release, words: Words) -> Crossed | None:
    """The crosstabs of ``question``; None where it is not crossed."""
    crosstabs = [crosstab for crosstab in release.crosstabs if crosstab.question == question]
    omitted = [left for left in release.omitted if left.group and left.question == question]
    labels = [crosstab.group_label for crosstab in crosstabs] + [left.group_label or {} for left in omitted]
    if not labels:
        return None
    cells = [cell for crosstab in crosstabs for row in crosstab.rows for cell in row.cells]
    notes = left_out(omitted, {crosstab.table for crosstab in crosstabs}, cells, words)
    exactness = words.translate(EXACTNESS[release.method]) % {"off": how_far_off(cells)} if cells else ""
    return Crossed(words.of(labels[0]), exactness, tuple(_grids(crosstabs, release, words)), notes)


def how_far_off(cells: Iterable[Cell]) -> int:
    """By how much any of the numbers can be too low; too high, by no more."""
    return max(cell.at_most - cell.count if cell.at_most is not None else 0 for cell in cells)


def _grids(crosstabs: Sequence[Crosstab], release: Release, words: Words) -> Iterator[Grid]:
    """One a crosstab; of a multiple choice one, with its options as columns."""
    for _, alike in groupby(crosstabs, key=lambda crosstab: _is_choice(crosstab) and _groups(crosstab)):
        together = list(alike)
        if _is_choice(together[0]):
            yield _grid_of_choices(together, release, words)
        else:
            yield from (_grid(crosstab, release, words) for crosstab in together)


def _is_choice(crosstab: Crosstab) -> bool:
    return crosstab.kind == "multiple_choice"


def _groups(crosstab: Crosstab) -> tuple[tuple[str, ...], ...]:
    return tuple(row.codes for row in crosstab.rows)


def _grid(crosstab: Crosstab, release: Release, words: Words) -> Grid:
    columns = [words.code(cell.code, cell.label) for cell in crosstab.rows[0].cells]
    rows = [_row(row, list(zip(columns, row.cells, strict=True)), release, words) for row in crosstab.rows]
    return Grid(tuple(columns), tuple(rows), words.of(crosstab.part_label) if crosstab.part_label else "")


def _grid_of_choices(crosstabs: Sequence[Crosstab], release: Release, words: Words) -> Grid:
    """Each option with those who chose it, then who chose none: the first table's "chose something" repeats those."""
    rows = []
    for place, row in enumerate(crosstabs[0].rows):
        options = [(words.of(each.part_label), each.rows[place].cells[0]) for each in crosstabs if each.part_label]
        others = [cell for each in crosstabs if not each.part_label for cell in each.rows[place].cells[1:]]
        labelled = [*options, *((words.code(cell.code, cell.label), cell) for cell in others)]
        rows.append(_row(row, labelled, release, words))
    return Grid(tuple(line.label for line in rows[0].lines), tuple(rows))


def _row(row: Row, labelled: Iterable[tuple[str, Cell]], release: Release, words: Words) -> GridRow:
    label = " + ".join(words.code(code, label) for code, label in zip(row.codes, row.labels, strict=True))
    return GridRow(label, tuple(line_of(cell, row, name, release) for name, cell in labelled), base=row.base)
