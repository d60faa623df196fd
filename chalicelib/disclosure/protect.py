"""From exact tallies to what may be printed. Nothing else makes a :class:`ProtectedTable` (P8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from chalicelib.disclosure.checks import fewest_in_a_row, printed_numbers, violations
from chalicelib.disclosure.crosstabs import Crossing, Matrix, Rows
from chalicelib.disclosure.linked_tables import Counts, Unit, clusters_of, units_of
from chalicelib.disclosure.noisy_tables import Frame, geometric, noised
from chalicelib.disclosure.policy import Policy
from chalicelib.disclosure.printed import Base, Printed, base_of
from chalicelib.disclosure.rounded_tables import drawn
from chalicelib.disclosure.rounding import Draw, rounded_total
from chalicelib.disclosure.suppression import crosstabs_of, left_out
from chalicelib.errors import ImpossibleTables
from chalicelib.tabulation.tally import TableSpec, Tally

#: Why a table is not printed: no printed table tells who was asked; too few were, or may have been; no draw obeyed
#: every limit.
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


#: Why a crosstab is not printed: one row was left after pooling; too few of a row met the version that brought it; no
#: draw obeyed every limit; a table it needs is not printed.
CrosstabReason = Literal["few_groups", "few_asked", "no_fit", "unprinted"]


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


@dataclass(frozen=True)
class _Task:
    """A unit to be drawn after others of its cluster; in print at most ``asked`` can have answered."""

    unit: Unit
    total: int
    asked: int
    rows: Rows | None

    def is_fit(self, tables: Sequence[Counts]) -> bool:
        """Whether draws obey every limit, those that what was drawn before sets them included."""
        return not any(self.unit.violations(tables, self.total, self.asked))


class _Protector:
    """Makes the tables of one batch, cluster after cluster."""

    def __init__(self, tally: Tally, specs: Sequence[TableSpec], policy: Policy, draw: Draw, total: int) -> None:
        # Rounded and noisy tables are of everybody, so that they all sum to the printed total.
        self._tally = tally if policy.base == 1 else tally.of_everybody(specs)
        self._policy, self._draw, self._total = policy, draw, total
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
            unfit |= left_out(cluster, stopped)

    def _attempt(self, cluster: Sequence[Unit], unfit: Collection[str], attempt: int) -> _Found | str:
        """One draw of all tables of a cluster, or the name of what did not fit."""
        found = _Found()
        for unit in cluster:
            printed = self._printed(found)
            base = base_of(unit, printed) if self._policy.base > 1 else Base(self._total, self._total)
            reason = self._reason(unit, base, unfit)
            if reason or base is None:
                found.leave_out(unit, reason or "condition")
                continue
            rows = self._rows(unit, base, found, unfit)
            drawn_ = self._drawn(_Task(unit, self._total, base.most, rows), attempt)
            if isinstance(drawn_, str):
                return drawn_
            self._print(unit, drawn_, rows, found)
        return found

    def _printed(self, found: _Found) -> Printed:
        tables, crosstabs = found.tables.values(), found.crosstabs.values()
        return printed_numbers(self._total, self._policy.base, self._specs, tables, crosstabs)

    def _reason(self, unit: Unit, base: Base | None, unfit: Collection[str]) -> Reason | None:
        if base is None:
            return "condition"
        if base.least < self._policy.subgroup:
            return "few_asked"
        return "no_fit" if unit.name in unfit else None

    def _rows(self, unit: Unit, base: Base, found: _Found, unfit: Collection[str]) -> Rows | None:
        """The rows of the unit's crosstabs; None where it has none, or none may be printed."""
        if not unit.group:
            return None
        group = found.tables.get(unit.group)
        rows = Rows.of(group.counts, self._policy.subgroup) if group else None
        reason = self._reason_uncrossed(unit, base, rows, unfit)
        if reason:
            found.uncrossed |= dict.fromkeys(unit.ids, reason)
        return None if reason else rows

    def _reason_uncrossed(
        self, unit: Unit, base: Base, rows: Rows | None, unfit: Collection[str]
    ) -> CrosstabReason | None:
        if rows is None:
            return "unprinted"
        if len(rows.places) < 2:
            return "few_groups"
        if fewest_in_a_row(rows, base, self._total) < self._policy.subgroup:
            return "few_asked"
        return "no_fit" if crosstabs_of(unit) in unfit else None

    def _print(self, unit: Unit, drawn_: _Drawn, rows: Rows | None, found: _Found) -> None:
        for spec, counts in zip(unit.specs, drawn_.tables, strict=True):
            found.tables[spec.id] = ProtectedTable(spec, sum(counts), tuple(counts))
        if rows and unit.group:
            group = self._specs[unit.group]
            for spec, matrix in zip(unit.specs, drawn_.crosstabs, strict=True):
                printed = zip(rows.codes(group), matrix, strict=True)
                of_group = tuple(ProtectedRow(codes, tuple(counts)) for codes, counts in printed)
                found.crosstabs[spec.id] = ProtectedCrosstab(spec, group, of_group)

    def _drawn(self, task: _Task, attempt: int) -> _Drawn | str:
        """A unit's tables and crosstabs, or the name of what did not fit."""
        unit, policy = task.unit, self._policy
        exact, by_group = [self._tally.table(spec) for spec in unit.specs], self._by_group(unit, task.rows)
        label = f"{self._draw.label}:{unit.name}"
        if policy.base == 1:
            return _Drawn(exact, by_group)
        if policy.noise:
            frame = Frame(self._total, task.asked, policy.base)
            tables = noised(unit, exact, frame, policy.noise, Draw(self._draw.key, label))
            return _Drawn(tables) if task.is_fit(tables) else unit.name
        misfit = unit.name
        for turn in range(policy.turns):
            draw = Draw(self._draw.key, f"{label}:{attempt}:{turn}")
            tables = drawn(unit, exact, policy.base, draw)
            if not task.is_fit(tables):
                continue
            if task.rows is None:
                return _Drawn(tables)
            crosstabs = self._crosstabs(Crossing(unit, tables, task.rows), by_group, draw)
            if crosstabs is not None:
                return _Drawn(tables, crosstabs)
            misfit = crosstabs_of(unit)
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
