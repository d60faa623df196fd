"""From exact tallies to what may be printed. Nothing else makes a :class:`ProtectedTable` (P8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from chalicelib.disclosure.crosstabs import Crossing, Matrix, Rows
from chalicelib.disclosure.draws import drawn
from chalicelib.disclosure.noise import Frame, geometric, noised
from chalicelib.disclosure.policy import Policy
from chalicelib.disclosure.rounding import Draw, rounded_total
from chalicelib.disclosure.units import Counts, Unit, clusters_of, families_of, units_of
from chalicelib.errors import ImpossibleTables
from chalicelib.tabulation.tally import TableSpec, Tally

#: Why a table is not printed: no printed table tells who was asked; too few were; no draw obeyed every limit.
Reason = Literal["condition", "few_asked", "no_fit"]


@dataclass(frozen=True)
class ProtectedTable:
    """One printed table; ``counts`` by code, in the order of ``spec.codes``, sum to ``total``."""

    spec: TableSpec
    total: int
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Unprinted:
    """A table that is left out, and why."""

    spec: TableSpec
    reason: Reason


@dataclass(frozen=True)
class ProtectedRow:
    """One row of a crosstab: those in a group, or in several that were too small alone.

    ``codes`` are the groups'; ``counts`` stand in the order of the crossed table's codes.
    """

    codes: tuple[str, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True)
class ProtectedCrosstab:
    """A printed table ``spec`` by ``group``: one row a group, the table's codes as columns."""

    spec: TableSpec
    group: TableSpec
    rows: tuple[ProtectedRow, ...]


#: Why a crosstab is not printed: one row was left after pooling; no draw obeyed every limit; a table it needs is not.
CrosstabReason = Literal["few_groups", "no_fit", "unprinted"]


@dataclass(frozen=True)
class Uncrossed:
    """A crosstab that is left out, and why."""

    spec: TableSpec
    group: TableSpec
    reason: CrosstabReason


@dataclass(frozen=True)
class ProtectedBatch:
    """All tables of one batch: what a release prints, with the printed number of responses, and what it leaves out.

    ``order``: the ids of all tables, as the questionnaire has them. The rows of a crosstab add up to its table.
    """

    policy: Policy
    total: int
    tables: tuple[ProtectedTable, ...]
    unprinted: tuple[Unprinted, ...]
    order: tuple[str, ...]
    crosstabs: tuple[ProtectedCrosstab, ...] = ()
    uncrossed: tuple[Uncrossed, ...] = ()


def printed_total(n: int, policy: Policy, rounding_key: bytes, batch: int) -> int:
    """The number of responses as it is printed: never rounded up; on an open link with noise."""
    noise = geometric(Draw(rounding_key, f"{batch}"), "n", policy.noise) if policy.noise else 0
    return rounded_total(max(0, n + noise), policy.base)


def protect(
    tally: Tally, specs: Sequence[TableSpec], policy: Policy, rounding_key: bytes, batch: int
) -> ProtectedBatch | None:
    """The tables of ``tally`` as ``policy`` lets them be printed, or None where too few answered for any.

    The same arguments give the same tables. Raises :class:`ImpossibleTables` rather than print what cannot be true.
    """
    total = printed_total(tally.n, policy, rounding_key, batch)
    if total < policy.threshold:
        return None
    if not policy.crosstabs:
        specs = [replace(spec, group=None) for spec in specs]
    protector = _Protector(tally, specs, policy, Draw(rounding_key, f"{batch}"), total)
    for cluster in clusters_of(units_of(specs)):
        protector.add(cluster)
    made = protector.batch()
    if impossible := violations(made, specs):
        raise ImpossibleTables(f"Not printed, since it cannot be true: {'; '.join(impossible)}.")
    return made


def violations(batch: ProtectedBatch, specs: Sequence[TableSpec]) -> list[str]:
    """Every limit of answers that a batch's printed numbers break: the law, that print must be a possible truth.

    Exact numbers are the truth, which may know of limits that no single table tells.
    """
    if batch.policy.base == 1:
        return []
    printed = {table.spec.id: table for table in batch.tables}
    crosstabs = {crosstab.spec.id: crosstab for crosstab in batch.crosstabs}
    found: list[str] = []
    for unit in units_of(specs):
        if unit.name in printed:
            found += [f"{unit.name}: {what}" for what in _violations(unit, printed, batch)]
        if unit.name in crosstabs:
            of_unit = [crosstabs[spec.id] for spec in unit.specs]
            found += [f"{unit.name} by group: {what}" for what in _violations_by_group(unit, of_unit, printed, batch)]
    return found


def _violations(unit: Unit, printed: Mapping[str, ProtectedTable], batch: ProtectedBatch) -> Iterator[str]:
    tables = [printed[spec.id].counts for spec in unit.specs]
    yield from unit.violations(tables, batch.total, _asked(unit, printed, batch.total) or 0)
    yield from _unrounded(tables, batch.policy.base)


def _violations_by_group(
    unit: Unit, found: Sequence[ProtectedCrosstab], printed: Mapping[str, ProtectedTable], batch: ProtectedBatch
) -> Iterator[str]:
    group = found[0].group
    rows = Rows.of(printed[group.id].counts, batch.policy.subgroup)
    codes = rows.codes(group)
    if len(codes) < 2 or any([row.codes for row in crosstab.rows] != codes for crosstab in found):
        yield "too few in a row"
        return
    matrices = [[row.counts for row in crosstab.rows] for crosstab in found]
    yield from Crossing(unit, [printed[spec.id].counts for spec in unit.specs], rows).violations(matrices)
    for matrix in matrices:
        yield from _unrounded(matrix, batch.policy.base)


def _unrounded(tables: Sequence[Counts], base: int) -> Iterator[str]:
    yield from (f"no multiple of {base}" for table in tables if any(count % base for count in table))


def _asked(unit: Unit, printed: Mapping[str, ProtectedTable], total: int) -> int | None:
    """The printed number of those asked; None where no printed table tells it."""
    if not unit.is_conditional:
        return total
    table = printed.get(unit.asked.table or "") if unit.asked else None
    if table is None or unit.asked is None:
        return None
    counts = dict(zip(table.spec.codes, table.counts, strict=True))
    return sum(counts[code] for code in unit.asked.codes)


@dataclass
class _Found:
    """By table id: what is printed, and why the others are not."""

    tables: dict[str, ProtectedTable] = field(default_factory=dict)
    reasons: dict[str, Reason] = field(default_factory=dict)
    crosstabs: dict[str, ProtectedCrosstab] = field(default_factory=dict)
    uncrossed: dict[str, CrosstabReason] = field(default_factory=dict)

    def add(self, other: _Found) -> None:
        self.tables |= other.tables
        self.reasons |= other.reasons
        self.crosstabs |= other.crosstabs
        self.uncrossed |= other.uncrossed

    def leave_out(self, unit: Unit, reason: Reason) -> None:
        self.reasons |= dict.fromkeys(unit.ids, reason)
        if unit.group:
            self.uncrossed |= dict.fromkeys(unit.ids, "unprinted")


@dataclass(frozen=True)
class _Drawn:
    """A unit's printed tables, and its crosstabs if it has any."""

    tables: Sequence[Counts]
    crosstabs: Sequence[Matrix] = ()


class _Protector:
    """Makes the tables of one batch, cluster after cluster."""

    def __init__(self, tally: Tally, specs: Sequence[TableSpec], policy: Policy, draw: Draw, total: int) -> None:
        self._tally, self._policy, self._draw, self._total = tally, policy, draw, total
        self._specs = {spec.id: spec for spec in specs}
        self._found = _Found()

    def batch(self) -> ProtectedBatch:
        """All that was added, in the order of the questionnaire."""
        found, specs = self._found, self._specs
        return ProtectedBatch(
            self._policy,
            self._total,
            tuple(found.tables[name] for name in specs if name in found.tables),
            tuple(Unprinted(spec, found.reasons[name]) for name, spec in specs.items() if name in found.reasons),
            tuple(specs),
            tuple(found.crosstabs[name] for name in specs if name in found.crosstabs),
            tuple(
                Uncrossed(spec, specs[spec.group], found.uncrossed[name])
                for name, spec in specs.items()
                if spec.group and name in found.uncrossed
            ),
        )

    def add(self, cluster: Sequence[Unit]) -> None:
        """Print a cluster's tables; leave out what keeps the others from being drawn, until the rest fits."""
        unfit: set[str] = set()
        while True:
            stopped: Counter[str] = Counter()
            for attempt in range(self._policy.attempts):
                found = self._attempt(cluster, unfit, attempt)
                if isinstance(found, _Found):
                    self._found.add(found)
                    return
                stopped[found] += 1
            unfit |= _left_out(cluster, stopped)

    def _attempt(self, cluster: Sequence[Unit], unfit: Collection[str], attempt: int) -> _Found | str:
        """One draw of all tables of a cluster, or the name of what did not fit."""
        found = _Found()
        for unit in cluster:
            asked = _asked(unit, found.tables, self._total) if self._policy.base > 1 else self._total
            reason = self._reason(unit, asked, unfit)
            if reason or asked is None:
                found.leave_out(unit, reason or "condition")
                continue
            rows = self._rows(unit, found, unfit)
            drawn_ = self._drawn(unit, asked, rows, attempt)
            if isinstance(drawn_, str):
                return drawn_
            self._print(unit, drawn_, rows, found)
        return found

    def _reason(self, unit: Unit, asked: int | None, unfit: Collection[str]) -> Reason | None:
        if asked is None:
            return "condition"
        if asked < self._policy.subgroup:
            return "few_asked"
        return "no_fit" if unit.name in unfit else None

    def _rows(self, unit: Unit, found: _Found, unfit: Collection[str]) -> Rows | None:
        """The rows of the unit's crosstabs; None where it has none, or none may be printed."""
        if not unit.group:
            return None
        group = found.tables.get(unit.group)
        rows = Rows.of(group.counts, self._policy.subgroup) if group else None
        reason = _reason_uncrossed(unit, rows, unfit)
        if reason:
            found.uncrossed |= dict.fromkeys(unit.ids, reason)
        return None if reason else rows

    def _print(self, unit: Unit, drawn_: _Drawn, rows: Rows | None, found: _Found) -> None:
        for spec, counts in zip(unit.specs, drawn_.tables, strict=True):
            found.tables[spec.id] = ProtectedTable(spec, self._total, tuple(counts))
        if rows and unit.group:
            group = self._specs[unit.group]
            for spec, matrix in zip(unit.specs, drawn_.crosstabs, strict=True):
                printed = zip(rows.codes(group), matrix, strict=True)
                of_group = tuple(ProtectedRow(codes, tuple(counts)) for codes, counts in printed)
                found.crosstabs[spec.id] = ProtectedCrosstab(spec, group, of_group)

    def _drawn(self, unit: Unit, asked: int, rows: Rows | None, attempt: int) -> _Drawn | str:
        """A unit's tables and crosstabs, or the name of what did not fit."""
        exact, by_group = [self._tally.table(spec) for spec in unit.specs], self._by_group(unit, rows)
        label = f"{self._draw.label}:{unit.name}"
        if self._policy.base == 1:
            return _Drawn(exact, by_group)
        if self._policy.noise:
            frame = Frame(self._total, asked, self._policy.base)
            return _Drawn(noised(unit, exact, frame, self._policy.noise, Draw(self._draw.key, label)))
        misfit = unit.name
        for turn in range(self._policy.turns):
            draw = Draw(self._draw.key, f"{label}:{attempt}:{turn}")
            tables = drawn(unit, exact, self._policy.base, draw)
            if any(unit.violations(tables, self._total, asked)):
                continue
            crosstabs = self._crosstabs(Crossing(unit, tables, rows), by_group, draw) if rows else []
            if crosstabs is not None:
                return _Drawn(tables, crosstabs)
            misfit = _crosstabs_of(unit)
        return misfit

    def _by_group(self, unit: Unit, rows: Rows | None) -> list[Matrix]:
        """The exact counts in each row of each of the unit's crosstabs."""
        if not rows or not unit.group:
            return []
        group = self._specs[unit.group]
        return [rows.summed(self._tally.crosstab(spec, group)) for spec in unit.specs]

    def _crosstabs(self, crossing: Crossing, exact: Sequence[Matrix], draw: Draw) -> list[Matrix] | None:
        """Crosstabs that obey every limit, or None."""
        crosstabs = crossing.drawn(exact, self._policy.base, Draw(draw.key, f"{draw.label}:by group"))
        return None if crosstabs is None or any(crossing.violations(crosstabs)) else crosstabs


def _reason_uncrossed(unit: Unit, rows: Rows | None, unfit: Collection[str]) -> CrosstabReason | None:
    if rows is None:
        return "unprinted"
    if len(rows.places) < 2:
        return "few_groups"
    return "no_fit" if _crosstabs_of(unit) in unfit else None


def _crosstabs_of(unit: Unit) -> str:
    """What a unit's crosstabs are called among what does not fit."""
    return f"{unit.name}@"


def _likeliest(cluster: Sequence[Unit], stopped: Mapping[str, int]) -> str:
    """What stopped the greatest share of the attempts that came to it, as if it had met one more, and stopped half."""
    shares: dict[str, float] = {}
    came = sum(stopped.values())
    for unit in cluster:
        for name in (unit.name, _crosstabs_of(unit)):
            shares[name] = (stopped.get(name, 0) + 0.5) / (came + 1)
        came -= stopped.get(unit.name, 0) + stopped.get(_crosstabs_of(unit), 0)
    return max(stopped, key=shares.__getitem__)


def _left_out(cluster: Sequence[Unit], stopped: Mapping[str, int]) -> set[str]:
    """What is not printed because of what ``stopped`` so many attempts: a unit's crosstabs before its tables.

    Of a question that must be answered everybody knows how many answered it: those whom it is asked of. What keeps it
    from fitting would tell of them, so all that it depends on, or that depends on the same, is left out.
    """
    misfit = _likeliest(cluster, stopped)
    for family in families_of(cluster):
        for unit in (unit for unit in family if unit.name == misfit):
            if _crosstabs_of(unit) in stopped:
                return {_crosstabs_of(unit)}
            if unit.is_conditional and unit.is_compulsory:
                return {each.name for each in family}
    return {misfit}
