"""The numbered, immutable, public aggregate: all that pages and exports for analysts are made from (P8)."""

from __future__ import annotations

from datetime import date

from chalicelib.disclosure.protect import ProtectedBatch, ProtectedTable, Uncrossed, Unprinted
from chalicelib.publication.cells import (
    Cell,
    Public,
    Wording,
    all_under,
    of_earlier_editions,
    part_label_of,
    printed_cells,
    summed,
)
from chalicelib.publication.crosstabs import Crosstab, Row, crosstabs_of
from chalicelib.tabulation.tally import TableSpec


class Table(Public):
    """One printed table; its cells sum to ``base``: the printed responses of the editions that printed it.

    ``since``: the questionnaire version that brought it, None where the first had it. ``conditional``: not everybody
    was asked, and who was not counts as no answer.
    """

    id: str
    question: str
    part: str | None
    kind: str
    label: Wording
    part_label: Wording | None
    base: int
    cells: tuple[Cell, ...]
    since: int | None = None
    conditional: bool = False


class Omitted(Public):
    """A table that is not printed in this edition, and why; a crosstab where it names a ``group`` question.

    ``condition``: it is asked under a condition that no printed table tells the number of; ``few_asked``: fewer than 20
    were asked; ``no_fit``: no rounding of it agrees with the other tables. Of a crosstab also ``few_groups``: fewer
    than 20 are in all groups but one; ``unprinted``: one of the two tables that it crosses is not printed.
    """

    id: str
    question: str
    label: Wording
    part_label: Wording | None
    reason: str
    group: str | None = None
    group_label: Wording | None = None


class Release(Public):
    """One release. ``responses`` is the printed number of responses so far, ``edition_responses`` of this edition."""

    survey: str
    number: int
    published_on: date
    policy: str
    rounding_base: int
    percentages_from: int
    #: Whether chance changed every number before it was rounded: so on an open link.
    noise: bool = False
    synthetic: bool
    languages: tuple[str, ...]
    title: Wording
    responses: int
    edition_responses: int
    tables: tuple[Table, ...]
    crosstabs: tuple[Crosstab, ...] = ()
    omitted: tuple[Omitted, ...] = ()

    @property
    def method(self) -> str:
        """What was done to every number: "exact", "rounded", or "noise", which is rounded too."""
        if self.policy == "exact":
            return "exact"
        return "noise" if self.noise else "rounded"


def make_release(
    batch: ProtectedBatch,
    previous: Release | None,
    *,
    survey: str,
    number: int,
    published_on: date,
    languages: tuple[str, ...],
    title: Wording,
    synthetic: bool,
) -> Release:
    """The release of ``batch``. Totals are sums of printed numbers, so they tell nothing that was not printed."""
    tables = {table.spec.id: _table(table, batch, previous) for table in batch.tables}
    for table in previous.tables if previous else ():
        tables.setdefault(table.id, _kept(table))
    uncrossed = {left.id for left in previous.omitted if left.group} if previous else set()
    return Release(
        survey=survey,
        number=number,
        published_on=published_on,
        policy=batch.policy.name,
        rounding_base=batch.policy.base,
        percentages_from=batch.policy.percentages_from,
        noise=batch.policy.noise > 0,
        synthetic=synthetic,
        languages=languages,
        title=title,
        responses=batch.total + (previous.responses if previous else 0),
        edition_responses=batch.total,
        tables=tuple(tables[name] for name in batch.order if name in tables),
        crosstabs=crosstabs_of(batch, previous.crosstabs if previous else (), uncrossed),
        omitted=(*map(_omitted, batch.unprinted), *map(_omitted, batch.uncrossed)),
    )


def _table(protected: ProtectedTable, batch: ProtectedBatch, previous: Release | None) -> Table:
    spec, variable = protected.spec, protected.spec.variable
    printed = printed_cells(protected, protected.counts, batch.policy)
    base, earlier = _earlier(spec, printed[-1], previous)
    return Table(
        id=spec.id,
        question=variable.question_id,
        part=spec.part,
        kind=variable.kind,
        label=dict(variable.label),
        part_label=part_label_of(protected),
        base=protected.total + base,
        cells=tuple(summed(cell, earlier[cell.code]) if cell.code in earlier else cell for cell in printed),
        since=spec.since,
        conditional=variable.is_conditional,
    )


def _earlier(spec: TableSpec, last: Cell, previous: Release | None) -> tuple[int, dict[str, Cell]]:
    """The base and the cells of a table in the editions before; ``last``: the one that counts who gave no answer."""
    if previous is None:
        return 0, {}
    for table in previous.tables:
        if table.id == spec.id:
            return table.base, {cell.code: of_earlier_editions(cell) for cell in table.cells}
    omitted = [left for left in previous.omitted if not left.group]
    was_left_out = spec.id in {left.id for left in omitted}
    sibling = next((table for table in previous.tables if table.question == spec.variable.question_id), None)
    # The tables of a multiple choice are printed together or not at all, so a newer one has the base of the others.
    if sibling and (spec.variable.form == "many" or not was_left_out):
        return sibling.base, {last.code: all_under(last, sibling.cells)}
    if was_left_out or spec.variable.question_id in {left.question for left in omitted}:
        return 0, {}
    # The question is newer than the editions before: who answered then did not answer it.
    return previous.responses, {last.code: _all_of(previous, last.code)}


def _all_of(previous: Release, code: str) -> Cell:
    """Everybody of the editions before in one cell. Their printed number is rounded down."""
    n, uncertain = previous.responses, previous.number * (previous.rounding_base - 1)
    return Cell(
        code=code,
        label=None,
        count=n,
        edition_count=None,
        at_least=None if previous.noise else n,
        at_most=None if previous.noise else n + uncertain,
    )


def _kept(table: Table) -> Table:
    """The totals of a table that this edition does not print."""
    return table.model_copy(update={"cells": tuple(of_earlier_editions(cell) for cell in table.cells)})


def _omitted(left_out: Unprinted | Uncrossed) -> Omitted:
    spec = left_out.spec
    group = left_out.group.variable if isinstance(left_out, Uncrossed) else None
    return Omitted(
        id=spec.id,
        question=spec.variable.question_id,
        label=dict(spec.variable.label),
        part_label=part_label_of(left_out),
        reason=left_out.reason,
        group=group.question_id if group else None,
        group_label=dict(group.label) if group else None,
    )


def percentage(cell: Cell, of: Table | Row, release: Release) -> float | None:
    """``cell`` in per cent of its base, to one decimal, from printed numbers only; None below the base for that."""
    if not of.base or of.base < release.percentages_from:
        return None
    return round(100 * cell.count / of.base, 1)
