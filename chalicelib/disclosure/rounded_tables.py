"""Draws of one unit's tables by controlled rounding; those that break a limit are drawn again (design, section 8)."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.disclosure.linked_tables import Counts, Unit
from chalicelib.disclosure.rounding import Choice, Draw, controlled_matrix, controlled_rounding, rounded_total


def drawn(unit: Unit, exact: Sequence[Counts], base: int, draw: Draw) -> list[list[int]]:
    """One draw of the unit's tables, each summing to the total rounded down."""
    if unit.kind == "ranking":
        return _ranking(exact, base, draw)
    tables = [
        controlled_rounding(table, base, draw.key, f"{draw.label}:{spec.id}")
        for spec, table in zip(unit.specs, exact, strict=True)
    ]
    return _within_limits(unit, exact, tables, base, draw) if unit.kind == "choices" else tables


def _within_limits(
    unit: Unit, exact: Sequence[Counts], tables: list[list[int]], base: int, draw: Draw
) -> list[list[int]]:
    """Pairs of which more or fewer options go up, where together they would break the limits of a multiple choice."""
    head, total, variable = tables[0], sum(tables[0]), unit.specs[0].variable
    choices = [choice for pair in exact[1:] if (choice := Choice.of_pair(pair, total, head, base))]
    if len(choices) < len(exact) - 1:
        return tables
    lower = sum(choice.lower for choice in choices)
    raised = {
        place for place, pair in enumerate(tables[1:]) if choices[place].weight and pair[0] > choices[place].lower
    }
    least, most = -(-(variable.least * head[0] - lower) // base), (variable.most * head[0] - lower) // base
    if choices and not least <= len(raised) <= most:
        number = min(max(len(raised), least), most)
        raised = set(draw.weighted([choice.weight for choice in choices], "options")[: max(0, number)])
    chosen = [choice.lower + base * (place in raised) for place, choice in enumerate(choices)]
    return [head, *([count, total - count] for count in chosen)]


def _ranking(exact: Sequence[Counts], base: int, draw: Draw) -> list[list[int]]:
    """Rank by option: each option's row sums to the total, each rank to its share of it, or else as the rows have it.

    Rows alone would seldom agree on how many gave each rank; with margins there is sometimes no matrix at all.
    """
    n = sum(exact[0])
    total = rounded_total(n, base)
    ranked: list[int] = []
    for rank, count in enumerate([sum(column) for column in zip(*exact, strict=True)][:-1]):
        printed = _share(count * total, n, base, draw.number(f"rank:{rank}"))
        ranked.append(min(printed, *ranked[-1:]) if ranked else printed)
    unranked = len(exact) * total - sum(ranked)
    matrix = controlled_matrix(exact, [total] * len(exact), [*ranked, unranked], base, draw)
    return matrix or [
        controlled_rounding(row, base, draw.key, f"{draw.label}:row:{place}") for place, row in enumerate(exact)
    ]


def _share(numerator: int, denominator: int, base: int, number: int) -> int:
    """A fraction to the multiple of ``base`` below or above, above with a chance in proportion to the distance."""
    lower, distance = divmod(numerator, denominator * base)
    return base * (lower + (number * denominator * base < distance << 64))
