"""From exact tallies to what may be printed. Nothing else makes a :class:`ProtectedTable` (P8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from chalicelib.disclosure.draws import drawn
from chalicelib.disclosure.noise import Frame, geometric, noised
from chalicelib.disclosure.policy import Policy
from chalicelib.disclosure.rounding import Draw, rounded_total
from chalicelib.disclosure.units import Unit, units_of
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
class ProtectedBatch:
    """All tables of one batch: what a release prints, with the printed number of responses, and what it leaves out.

    ``order``: the ids of all of them, as the questionnaire has them.
    """

    policy: Policy
    total: int
    tables: tuple[ProtectedTable, ...]
    unprinted: tuple[Unprinted, ...]
    order: tuple[str, ...]


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
    protector = _Protector(tally, policy, rounding_key, batch, total)
    for unit in units_of(specs):
        protector.add(unit)
    order = tuple(spec.id for spec in specs)
    made = ProtectedBatch(policy, total, tuple(protector.tables.values()), tuple(protector.unprinted), order)
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
    found: list[str] = []
    for unit in units_of(specs):
        if unit.specs[0].id not in printed:
            continue
        asked = _asked(unit, printed, batch.total)
        tables = [printed[spec.id].counts for spec in unit.specs]
        found += [f"{unit.specs[0].id}: {what}" for what in unit.violations(tables, batch.total, asked or 0)]
        found += [
            f"{spec.id}: no multiple of {batch.policy.base}"
            for spec in unit.specs
            if any(count % batch.policy.base for count in printed[spec.id].counts)
        ]
    return found


def _asked(unit: Unit, printed: Mapping[str, ProtectedTable], total: int) -> int | None:
    """The printed number of those asked; None where no printed table tells it."""
    if not unit.is_conditional:
        return total
    table = printed.get(unit.asked.table or "") if unit.asked else None
    if table is None or unit.asked is None:
        return None
    counts = dict(zip(table.spec.codes, table.counts, strict=True))
    return sum(counts[code] for code in unit.asked.codes)


class _Protector:
    """Makes the tables of one batch, question after question: a conditional one after the one that it depends on."""

    def __init__(self, tally: Tally, policy: Policy, rounding_key: bytes, batch: int, total: int) -> None:
        self._tally, self._policy, self._key, self._batch, self._total = tally, policy, rounding_key, batch, total
        self.tables: dict[str, ProtectedTable] = {}
        self.unprinted: list[Unprinted] = []

    def add(self, unit: Unit) -> None:
        """Print the unit's tables, or take note why not."""
        printed = self._printed(unit)
        if isinstance(printed, str):
            self.unprinted += [Unprinted(spec, printed) for spec in unit.specs]
            return
        for spec, counts in zip(unit.specs, printed, strict=True):
            self.tables[spec.id] = ProtectedTable(spec, self._total, tuple(counts))

    def _printed(self, unit: Unit) -> list[list[int]] | Reason:
        exact = [_padded(self._tally, spec) for spec in unit.specs]
        if self._policy.base == 1:
            return exact
        asked = _asked(unit, self.tables, self._total)
        if asked is None:
            return "condition"
        if asked < self._policy.subgroup:
            return "few_asked"
        label = f"{self._batch}:{unit.specs[0].id}"
        if self._policy.noise:
            draw = Draw(self._key, label)
            frame = Frame(self._total, asked, self._policy.base)
            return noised(unit, exact, frame, self._policy.noise, draw)
        for attempt in range(self._policy.attempts):
            tables = drawn(unit, exact, self._policy.base, Draw(self._key, f"{label}:{attempt}"))
            if tables and not any(unit.violations(tables, self._total, asked)):
                return tables
        return "no_fit"


def _padded(tally: Tally, spec: TableSpec) -> list[int]:
    """The exact counts of one table. Who answered a version without the question did not answer it."""
    found = tally.counts.get(spec.id, {})
    counts = [found.get(code, 0) for code in spec.codes]
    counts[-1] += tally.n - sum(counts)
    return counts
