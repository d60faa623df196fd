"""From exact tallies to what may be printed. Nothing else makes a :class:`ProtectedTable` (P8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.disclosure.policy import Policy
from chalicelib.disclosure.rounding import controlled_rounding, rounded_total
from chalicelib.tabulation.tally import TableSpec, Tally


@dataclass(frozen=True)
class ProtectedTable:
    """One printed table; ``counts`` by code, in the order of ``spec.codes``, sum to ``total``."""

    spec: TableSpec
    total: int
    counts: tuple[int, ...]


@dataclass(frozen=True)
class ProtectedBatch:
    """All tables of one batch: what a release prints, with the printed number of responses."""

    policy: Policy
    total: int
    tables: tuple[ProtectedTable, ...]


def protect(
    tally: Tally, specs: Sequence[TableSpec], policy: Policy, rounding_key: bytes, batch: int
) -> ProtectedBatch | None:
    """The tables of ``tally`` as ``policy`` lets them be printed, or None where too few answered for any.

    The same arguments give the same tables.
    """
    if tally.n < policy.threshold:
        return None
    tables = tuple(_protected(tally, spec, policy, rounding_key, batch) for spec in specs)
    return ProtectedBatch(policy, rounded_total(tally.n, policy.base), tables)


def _protected(tally: Tally, spec: TableSpec, policy: Policy, rounding_key: bytes, batch: int) -> ProtectedTable:
    counts = _padded(tally, spec)
    printed = controlled_rounding(counts, policy.base, rounding_key, f"{batch}:{spec.id}")
    return ProtectedTable(spec, rounded_total(tally.n, policy.base), tuple(printed))


def _padded(tally: Tally, spec: TableSpec) -> list[int]:
    """The exact counts of one table. Who answered a version without the question did not answer it."""
    found = tally.counts.get(spec.id, {})
    counts = [found.get(code, 0) for code in spec.codes]
    counts[-1] += tally.n - sum(counts)
    return counts
