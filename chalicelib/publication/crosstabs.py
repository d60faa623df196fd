"""Printed tables by group, and their totals over editions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce

from chalicelib.disclosure.policy import Policy
from chalicelib.disclosure.protected import ProtectedBatch, ProtectedCrosstab, ProtectedRow, ProtectedTable
from chalicelib.publication.cells import (
    Cell,
    Limits,
    Public,
    Text,
    label_of,
    limits_together,
    of_earlier_editions,
    part_label_of,
    printed_cells,
    sum_of,
    summed,
)


class GroupRow(Public):
    """Those in one group, or in several that were too small alone: ``codes`` and ``labels`` name them.

    ``base`` is what its cells sum to; in truth they are ``base_at_least`` to ``base_at_most``. A label is None where
    the interface has the words.
    """

    codes: tuple[str, ...]
    labels: tuple[Text | None, ...]
    base: int
    base_at_least: int | None = None
    base_at_most: int | None = None
    cells: tuple[Cell, ...]


class Crosstab(Public):
    """The printed table called ``table`` by the answers to the question ``group``.

    In each edition its rows sum to that table; every code of the group is in one row. Under ``exact`` they sum to those
    who were asked both. ``releases`` and ``editions``: as of a table.
    """

    table: str
    question: str
    part: str | None
    kind: str
    label: Text
    part_label: Text | None
    group: str
    group_label: Text
    rows: tuple[GroupRow, ...]
    releases: int
    editions: tuple[int, ...]


def crosstabs_of(batch: ProtectedBatch, number: int, earlier: Sequence[Crosstab], kept: int) -> tuple[Crosstab, ...]:
    """The crosstabs of ``batch``, edition ``number``, with the ``earlier`` ones, in the questionnaire's order.

    Totals are sums of printed numbers. Where editions pooled groups differently, rows that share a group are joined.
    ``kept``: how many editions are named.
    """
    found = {crosstab.table: _kept(crosstab) for crosstab in earlier}
    tables = {table.spec.id: table for table in batch.tables}
    for printed in batch.crosstabs:
        this = _crosstab(printed, tables[printed.group.id], number, batch.policy)
        found[this.table] = _with_earlier(this, found[this.table], kept) if this.table in found else this
    return tuple(found[name] for name in map(str, batch.order) if name in found)


def _crosstab(printed: ProtectedCrosstab, by: ProtectedTable, number: int, policy: Policy) -> Crosstab:
    spec, group = printed.spec, printed.group.variable
    return Crosstab(
        table=str(spec.id),
        question=spec.variable.question_id,
        part=spec.id.part,
        kind=spec.variable.kind,
        label=dict(spec.variable.label),
        part_label=part_label_of(printed),
        group=group.question_id,
        group_label=dict(group.label),
        rows=tuple(_row(row, printed, by, policy) for row in printed.rows),
        releases=1,
        editions=(number,),
    )


def _row(row: ProtectedRow, printed: ProtectedCrosstab, by: ProtectedTable, policy: Policy) -> GroupRow:
    base = sum(row.counts)
    # Exact groups are of those who were asked both questions, who may be fewer than the group.
    limits = Limits(base, base) if policy.rounding_base == 1 else limits_together(row.codes, by, policy)
    return GroupRow(
        codes=row.codes,
        labels=tuple(label_of(printed.group.variable.labels, code) for code in row.codes),
        base=base,
        base_at_least=limits.least,
        base_at_most=limits.most,
        cells=printed_cells(printed, row.counts, limits, policy),
    )


def _kept(crosstab: Crosstab) -> Crosstab:
    rows = (
        row.model_copy(update={"cells": tuple(of_earlier_editions(cell) for cell in row.cells)})
        for row in crosstab.rows
    )
    return crosstab.model_copy(update={"rows": tuple(rows)})


def _with_earlier(this: Crosstab, earlier: Crosstab, kept: int) -> Crosstab:
    changes = {
        "rows": _joined([*this.rows, *earlier.rows]),
        "releases": earlier.releases + 1,
        "editions": (*earlier.editions, *this.editions)[-kept:],
    }
    return this.model_copy(update=changes)


def _joined(rows: Iterable[GroupRow]) -> tuple[GroupRow, ...]:
    """``rows`` with those that share a group made one, each where its first stood."""
    joined: list[GroupRow] = []
    for row in rows:
        sharing = [other for other in joined if set(other.codes) & set(row.codes)]
        if not sharing:
            joined.append(row)
            continue
        joined[joined.index(sharing[0])] = _sum([*sharing, row])
        joined = [other for other in joined if other not in sharing[1:]]
    return tuple(joined)


def _sum(rows: Sequence[GroupRow]) -> GroupRow:
    """``rows`` as one, worded as the first of them that has the word: the newest."""
    labels: dict[str, Text | None] = {}
    for code, label in (named for row in rows for named in zip(row.codes, row.labels, strict=True)):
        labels.setdefault(code, label)
    cells: dict[str, Cell] = {}
    for cell in (cell for row in rows for cell in row.cells):
        cells[cell.code] = summed(cells[cell.code], cell) if cell.code in cells else cell
    return GroupRow(
        codes=tuple(labels),
        labels=tuple(labels.values()),
        base=sum(row.base for row in rows),
        base_at_least=reduce(sum_of, [row.base_at_least for row in rows]),
        base_at_most=reduce(sum_of, [row.base_at_most for row in rows]),
        cells=tuple(cells.values()),
    )
