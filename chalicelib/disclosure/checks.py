"""What every batch is checked for before it is stored: limits of answers, and of how few may stand behind a number."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from chalicelib.disclosure.crosstabs import Crossing, Rows
from chalicelib.disclosure.linked_tables import Counts, Unit, units_of
from chalicelib.disclosure.policy import Policy
from chalicelib.disclosure.printed import Base, Printed, base_of
from chalicelib.tabulation.tally import TableSpec

if TYPE_CHECKING:
    from chalicelib.disclosure.protect import ProtectedBatch, ProtectedCrosstab, ProtectedTable


def violations(batch: ProtectedBatch, specs: Sequence[TableSpec]) -> list[str]:
    """Every limit of answers that a batch's printed numbers break: the law, that print must be a possible truth.

    Exact numbers are the truth, which may know of limits that no single table tells.
    """
    policy, units = batch.policy, units_of(specs)
    if policy.base == 1:
        return []
    printed = printed_numbers(
        batch.total, policy.base, {spec.id: spec for spec in specs}, batch.tables, batch.crosstabs
    )
    found = ["too few responses"] if batch.total < policy.threshold else []
    found += _unrounded([[batch.total]], policy.base)
    for unit in units:
        found += [f"{unit.name}: {what}" for what in _violations(unit, printed, policy)]
        found += [f"{unit.name} by group: {what}" for what in _violations_by_group(unit, printed, batch)]
    return found


def _violations(unit: Unit, printed: Printed, policy: Policy) -> Iterator[str]:
    if _is_part(unit, printed.tables):
        yield "printed in part"
    if not _is_whole(unit, printed.tables):
        return
    base, tables = base_of(unit, printed) or Base(0, 0), [printed.tables[name] for name in unit.ids]
    if base.least < policy.subgroup:
        yield "too few were asked"
    yield from unit.violations(tables, printed.total, base.most)
    yield from _unrounded(tables, policy.base)


def _is_whole(unit: Unit, printed: Collection[str]) -> bool:
    return all(name in printed for name in unit.ids)


def _is_part(unit: Unit, printed: Collection[str]) -> bool:
    return not _is_whole(unit, printed) and any(name in printed for name in unit.ids)


def _violations_by_group(unit: Unit, printed: Printed, batch: ProtectedBatch) -> Iterator[str]:
    found = [crosstab for crosstab in batch.crosstabs if crosstab.spec.id in unit.ids]
    if not found:
        return
    group = found[0].group
    if not batch.policy.crosstabs:
        yield "no crosstab may be printed"
    if unit.is_conditional:
        yield "not everybody was asked"
    if _is_part(unit, printed.crosstabs) or not {group.id, *unit.ids} <= printed.tables.keys():
        yield "printed in part"
        return
    rows = Rows.of(printed.tables[group.id], batch.policy.subgroup)
    codes = rows.codes(group)
    if len(codes) < 2 or any([row.codes for row in crosstab.rows] != codes for crosstab in found):
        yield "too few in a row"
        return
    if fewest_in_a_row(rows, base_of(unit, printed), printed.total) < batch.policy.subgroup:
        yield "too few of a row were asked"
    matrices = [printed.crosstabs[name] for name in unit.ids]
    yield from Crossing(unit, [printed.tables[name] for name in unit.ids], rows).violations(matrices)
    for matrix in matrices:
        yield from _unrounded(matrix, batch.policy.base)


def fewest_in_a_row(rows: Rows, base: Base | None, total: int) -> int:
    """How many of the smallest row were asked, at least."""
    return min(rows.totals) + (base.least if base else 0) - total


def _unrounded(tables: Sequence[Counts], base: int) -> Iterator[str]:
    yield from (f"no multiple of {base}" for table in tables if any(count % base for count in table))


def printed_numbers(
    total: int,
    base: int,
    specs: Mapping[str, TableSpec],
    tables: Iterable[ProtectedTable],
    crosstabs: Iterable[ProtectedCrosstab],
) -> Printed:
    """The numbers alone."""
    matrices = {crosstab.spec.id: [row.counts for row in crosstab.rows] for crosstab in crosstabs}
    rows = next(([row.codes for row in crosstab.rows] for crosstab in crosstabs), [])
    return Printed(total, base, specs, {table.spec.id: table.counts for table in tables}, matrices, rows)
