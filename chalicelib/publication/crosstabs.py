"""Printed tables by group, and their totals over editions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from chalicelib.disclosure.policy import Policy
from chalicelib.disclosure.protect import ProtectedBatch, ProtectedCrosstab
from chalicelib.publication.cells import (
    Cell,
    Public,
    Wording,
    all_under,
    label_of,
    of_earlier_editions,
    part_label_of,
    printed_cells,
    summed,
)


class Row(Public):
    """Those in one group, or in several that were too small alone: ``codes`` and ``labels`` name them.

    ``base`` is what its cells sum to; a label is None where the interface has the words.
    """

    codes: tuple[str, ...]
    labels: tuple[Wording | None, ...]
    base: int
    cells: tuple[Cell, ...]


class Crosstab(Public):
    """The printed table called ``table`` by the answers to the question ``group``.

    In each edition its rows sum to that table; every code of the group is in one row.
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


def crosstabs_of(
    batch: ProtectedBatch, previous: Sequence[Crosstab], left_out: Collection[str]
) -> tuple[Crosstab, ...]:
    """The crosstabs of ``batch`` with those of the editions before, in the questionnaire's order.

    Totals are sums of printed numbers. Where editions pooled groups differently, rows that share a group are joined.
    ``left_out``: ids of tables that the last edition left uncrossed.
    """
    found = {crosstab.table: _kept(crosstab) for crosstab in previous}
    for printed in batch.crosstabs:
        this = _crosstab(printed, batch.policy)
        earlier = found[this.table].rows if this.table in found else ()
        if not earlier and this.table not in left_out:
            earlier = _unanswered(this, previous)
        found[this.table] = this.model_copy(update={"rows": _joined([*this.rows, *earlier])})
    return tuple(found[name] for name in batch.order if name in found)


def _crosstab(printed: ProtectedCrosstab, policy: Policy) -> Crosstab:
    spec, group = printed.spec, printed.group.variable
    rows = tuple(
        Row(
            codes=row.codes,
            labels=tuple(label_of(group.labels, code) for code in row.codes),
            base=sum(row.counts),
            cells=printed_cells(printed, row.counts, policy),
        )
        for row in printed.rows
    )
    return Crosstab(
        table=spec.id,
        question=spec.variable.question_id,
        part=spec.part,
        kind=spec.variable.kind,
        label=dict(spec.variable.label),
        part_label=part_label_of(printed),
        group=group.question_id,
        group_label=dict(group.label),
        rows=rows,
    )


def _kept(crosstab: Crosstab) -> Crosstab:
    rows = (
        row.model_copy(update={"cells": tuple(of_earlier_editions(cell) for cell in row.cells)})
        for row in crosstab.rows
    )
    return crosstab.model_copy(update={"rows": tuple(rows)})


def _unanswered(this: Crosstab, previous: Sequence[Crosstab]) -> tuple[Row, ...]:
    """What earlier editions know of an option or a row that is newer than they: who answered then did not give it."""
    sibling = next((each for each in previous if each.question == this.question), None)
    last = this.rows[0].cells[-1]
    rows = sibling.rows if sibling else ()
    return tuple(row.model_copy(update={"cells": (all_under(last, row.cells),)}) for row in rows)


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
    labels = {code: label for row in rows for code, label in zip(row.codes, row.labels, strict=True)}
    cells: dict[str, Cell] = {}
    for cell in (cell for row in rows for cell in row.cells):
        cells[cell.code] = summed(cells[cell.code], cell) if cell.code in cells else cell
    return Row(
        codes=tuple(labels),
        labels=tuple(labels.values()),
        base=sum(row.base for row in rows),
        cells=tuple(cells.values()),
    )
