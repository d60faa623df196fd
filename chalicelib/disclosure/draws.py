"""Draws of one unit's tables by controlled rounding; those that break a limit are drawn again (design, section 8)."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.disclosure.rounding import Draw, controlled_matrix, controlled_rounding, rounded_total
from chalicelib.disclosure.units import Counts, Unit


def drawn(unit: Unit, exact: Sequence[Counts], base: int, draw: Draw) -> list[list[int]] | None:
    """One draw of the unit's tables, each summing to the total rounded down; None where this draw has no fit."""
    if unit.kind == "ranking":
        return _ranking(exact, base, draw)
    return [
        controlled_rounding(table, base, draw.key, f"{draw.label}:{spec.id}")
        for spec, table in zip(unit.specs, exact, strict=True)
    ]


def _ranking(exact: Sequence[Counts], base: int, draw: Draw) -> list[list[int]] | None:
    """Rank by option with all margins: every option's row sums to the total, every rank to the number who gave it."""
    n = sum(exact[0])
    total = rounded_total(n, base)
    given = [sum(column) for column in zip(*exact, strict=True)][:-1]
    ranked: list[int] = []
    for rank, count in enumerate(given):
        printed, _ = controlled_rounding([count, n - count], base, draw.key, f"{draw.label}:rank:{rank}")
        ranked.append(min(printed, *ranked[-1:]) if ranked else printed)
    unranked = len(exact) * total - sum(ranked)
    return controlled_matrix(exact, [total] * len(exact), [*ranked, unranked], base, draw)
