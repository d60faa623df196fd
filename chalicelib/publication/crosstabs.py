"""Printed tables by group, and their totals over editions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import reduce

from chalicelib.disclosure.policy import Policy
from chalicelib.disclosure.protected import ProtectedBatch, ProtectedCrosstab, ProtectedRow, ProtectedTable
from chalicelib.publication.cells import (
    Cell,
    Public,
    Wording,
    and_then,
    everybody,
    label_of,
    of_earlier_editions,
    part_label_of,
    printed_cells,
    sum_of,
    summed,
    together,
)


class Row(Public):
    """Those in one group, or in several that were too small alone: ``codes`` and ``labels`` name them.

    ``base`` is what its cells sum to; in truth they are ``base_at_least`` to ``base_at_most``, None where no limit is
    known, so also in sums with releases that were stored before these were told. A label is None where the interface
    has the words.
    """

    codes: tuple[str, ...]
    labels: tuple[Wording | None, ...]
    base: int
    base_at_least: int | None = None
    base_at_most: int | None = None
    cells: tuple[Cell, ...]


class Crosstab(Public):
    """The printed table called ``table`` by the answers to the question ``group``.

    In each edition its rows sum to that table; every code of the group is in one row. ``editions``: as of a table.
    """

    table: str
    question: str
    part: str | None
    kind: str
    label: Wording
    part_label: Wording | None
    group: str
    group_label: Wording
    rows: tuple[Row, ...]
    editions: tuple[int, ...] = ()

    @property
    def base(self) -> int:
        """What its rows sum to."""
        return sum(row.base for row in self.rows)


def crosstabs_of(
    batch: ProtectedBatch, number: int, previous: Sequence[Crosstab], left_out: Collection[str]
) -> tuple[Crosstab, ...]:
    """The crosstabs of ``batch``, edition ``number``, with those of the editions before, in the questionnaire's order.

    Totals are sums of printed numbers. Where editions pooled groups differently, rows that share a group are joined.
    ``left_out``: ids of tables that the last edition left uncrossed.
    """
    found = {crosstab.table: _kept(crosstab) for crosstab in previous}
    tables = {table.spec.id: table for table in batch.tables}
    for printed in batch.crosstabs:
        this = _crosstab(printed, tables[printed.group.id], number, batch.policy)
        earlier = found.get(this.table) or _without_it(printed, this, previous, left_out)
        found[this.table] = _with_earlier(this, earlier) if earlier else this
    return tuple(found[name] for name in batch.order if name in found)


def _crosstab(printed: ProtectedCrosstab, by: ProtectedTable, number: int, policy: Policy) -> Crosstab:
    spec, group = printed.spec, printed.group.variable
    return Crosstab(
        table=spec.id,
        question=spec.variable.question_id,
        part=spec.part,
        kind=spec.variable.kind,
        label=dict(spec.variable.label),
        part_label=part_label_of(printed),
        group=group.question_id,
        group_label=dict(group.label),
        rows=tuple(_row(row, printed, by, policy) for row in printed.rows),
        editions=(number,),
    )


def _row(row: ProtectedRow, printed: ProtectedCrosstab, by: ProtectedTable, policy: Policy) -> Row:
    base = together(row.codes, by, policy)
    return Row(
        codes=row.codes,
        labels=tuple(label_of(printed.group.variable.labels, code) for code in row.codes),
        base=base.count,
        base_at_least=base.at_least,
        base_at_most=base.at_most,
        cells=printed_cells(printed, row.counts, policy),
    )


def _kept(crosstab: Crosstab) -> Crosstab:
    rows = (
        row.model_copy(update={"cells": tuple(of_earlier_editions(cell) for cell in row.cells)})
        for row in crosstab.rows
    )
    return crosstab.model_copy(update={"rows": tuple(rows)})


def _without_it(
    printed: ProtectedCrosstab, this: Crosstab, previous: Sequence[Crosstab], left_out: Collection[str]
) -> Crosstab | None:
    """What earlier editions know of an option or a row that is newer than they: who answered then did not give it.

    The crosstabs of a multiple choice are printed together or not at all.
    """
    sibling = next((each for each in previous if each.question == this.question), None)
    if sibling is None or (printed.spec.variable.form != "many" and this.table in left_out):
        return None
    last = this.rows[0].cells[-1]
    rows = (
        row.model_copy(update={"cells": (everybody(last, row.base, row.base_at_least, row.base_at_most),)})
        for row in sibling.rows
    )
    return sibling.model_copy(update={"rows": tuple(rows)})


def _with_earlier(this: Crosstab, earlier: Crosstab) -> Crosstab:
    rows = _joined([*this.rows, *earlier.rows])
    return this.model_copy(update={"rows": rows, "editions": and_then(earlier.editions, this.editions)})


def _joined(rows: Iterable[Row]) -> tuple[Row, ...]:
    """``rows`` with those that share a group made one, each where its first stood."""
    joined: list[Row] = []
    for row in rows:
        sharing = [other for other in joined if set(other.codes) & set(row.codes)]
        if not sharing:
            joined.append(row)
            continue
        joined[joined.index(sharing[0])] = _sum([*sharing, row])
        joined = [other for other in joined if other not in sharing[1:]]
    return tuple(joined)


def _sum(rows: Sequence[Row]) -> Row:
    """``rows`` as one, worded as the first of them that has the word: the newest."""
    labels: dict[str, Wording | None] = {}
    for code, label in (named for row in rows for named in zip(row.codes, row.labels, strict=True)):
        labels.setdefault(code, label)
    cells: dict[str, Cell] = {}
    for cell in (cell for row in rows for cell in row.cells):
        cells[cell.code] = summed(cells[cell.code], cell) if cell.code in cells else cell
    return Row(
        codes=tuple(labels),
        labels=tuple(labels.values()),
        base=sum(row.base for row in rows),
        base_at_least=reduce(sum_of, [row.base_at_least for row in rows]),
        base_at_most=reduce(sum_of, [row.base_at_most for row in rows]),
        cells=tuple(cells.values()),
    )
