"""From exact tallies to what may be printed. Nothing else makes a :class:`ProtectedTable` (P8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from chalicelib.disclosure.draws import drawn
from chalicelib.disclosure.noise import Frame, geometric, noised
from chalicelib.disclosure.policy import Policy
from chalicelib.disclosure.rounding import Draw, rounded_total
from chalicelib.disclosure.units import Unit, clusters_of, units_of
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
    for cluster in clusters_of(units_of(specs)):
        protector.add(cluster)
    order = tuple(spec.id for spec in specs)
    found = protector.found
    tables = tuple(found.tables[name] for name in order if name in found.tables)
    unprinted = tuple(Unprinted(spec, found.reasons[spec.id]) for spec in specs if spec.id in found.reasons)
    made = ProtectedBatch(policy, total, tables, unprinted, order)
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


@dataclass
class _Found:
    """By table id: what is printed, and why the others are not."""

    tables: dict[str, ProtectedTable] = field(default_factory=dict)
    reasons: dict[str, Reason] = field(default_factory=dict)


class _Protector:
    """Makes the tables of one batch, cluster after cluster."""

    def __init__(self, tally: Tally, policy: Policy, rounding_key: bytes, batch: int, total: int) -> None:
        self._tally, self._policy, self._key, self._batch, self._total = tally, policy, rounding_key, batch, total
        self.found = _Found()

    def add(self, cluster: Sequence[Unit]) -> None:
        """Print a cluster's tables; leave out what keeps the others from being drawn, until the rest fits.

        Of a question that must be answered everybody knows how many answered it: those whom it is asked of. What keeps
        it from fitting would tell of them, so its whole cluster is left out.
        """
        unfit: set[str] = set()
        while True:
            stopped: Counter[str] = Counter()
            for attempt in range(self._policy.attempts):
                found = self._attempt(cluster, unfit, attempt)
                if isinstance(found, _Found):
                    self.found.tables |= found.tables
                    self.found.reasons |= found.reasons
                    return
                stopped[found] += 1
            name = max(stopped, key=stopped.__getitem__)
            gives_away = any(unit.is_conditional and unit.is_compulsory for unit in cluster if unit.name == name)
            unfit |= {unit.name for unit in cluster} if gives_away else {name}

    def _attempt(self, cluster: Sequence[Unit], unfit: Collection[str], attempt: int) -> _Found | str:
        """One draw of all tables of a cluster, or the name of the unit that did not fit."""
        found = _Found()
        for unit in cluster:
            asked = _asked(unit, found.tables, self._total) if self._policy.base > 1 else self._total
            reason = self._reason(unit, asked, unfit)
            if reason or asked is None:
                found.reasons |= dict.fromkeys((spec.id for spec in unit.specs), reason or "condition")
                continue
            printed = self._drawn(unit, asked, attempt)
            if printed is None:
                return unit.name
            for spec, counts in zip(unit.specs, printed, strict=True):
                found.tables[spec.id] = ProtectedTable(spec, self._total, tuple(counts))
        return found

    def _reason(self, unit: Unit, asked: int | None, unfit: Collection[str]) -> Reason | None:
        if asked is None:
            return "condition"
        if asked < self._policy.subgroup:
            return "few_asked"
        return "no_fit" if unit.name in unfit else None

    def _drawn(self, unit: Unit, asked: int, attempt: int) -> list[list[int]] | None:
        exact = [_padded(self._tally, spec) for spec in unit.specs]
        if self._policy.base == 1:
            return exact
        label = f"{self._batch}:{unit.name}"
        if self._policy.noise:
            frame = Frame(self._total, asked, self._policy.base)
            return noised(unit, exact, frame, self._policy.noise, Draw(self._key, label))
        for turn in range(self._policy.turns):
            tables = drawn(unit, exact, self._policy.base, Draw(self._key, f"{label}:{attempt}:{turn}"))
            if not any(unit.violations(tables, self._total, asked)):
                return tables
        return None


def _padded(tally: Tally, spec: TableSpec) -> list[int]:
    """The exact counts of one table. Who answered a version without the question did not answer it."""
    found = tally.counts.get(spec.id, {})
    counts = [found.get(code, 0) for code in spec.codes]
    counts[-1] += tally.n - sum(counts)
    return counts
