"""One draw of a question's tables by controlled rounding (rules 4 and 5)."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.disclosure.linked_tables import Counts, QuestionTables
from chalicelib.disclosure.ranking_draws import drawn_ranking
from chalicelib.disclosure.rounding import (
    Adjacent,
    KeyedRandom,
    controlled_rounding,
    rounded_total,
)


def rounded(question: QuestionTables, exact: Sequence[Counts], base: int, random: KeyedRandom) -> list[list[int]]:
    """The tables, each summing to the total rounded down; the draw may break a limit all the same."""
    if question.kind == "ranking":
        return _ranking(question, exact, base, random)
    tables = [
        controlled_rounding(table, base, random.of(spec.id)) for spec, table in zip(question.specs, exact, strict=True)
    ]
    return _within_limits(question, exact, tables, base, random) if question.kind == "choices" else tables


def _within_limits(
    question: QuestionTables, exact: Sequence[Counts], tables: list[list[int]], base: int, random: KeyedRandom
) -> list[list[int]]:
    """Pairs of which more or fewer options go up, where together they would break the limits of a multiple choice."""
    head, total, variable = tables[0], sum(tables[0]), question.specs[0].variable
    pairs = [adjacent for pair in exact[1:] if (adjacent := Adjacent.of_pair(pair, total, head, base))]
    if len(pairs) < len(exact) - 1:
        return tables
    lower = sum(pair.lower for pair in pairs)
    raised = {place for place, table in enumerate(tables[1:]) if pairs[place].weight and table[0] > pairs[place].lower}
    least, most = -(-(variable.least * head[0] - lower) // base), (variable.most * head[0] - lower) // base
    if pairs and not least <= len(raised) <= most:
        number = min(max(len(raised), least), most)
        raised = set(random.weighted([pair.weight for pair in pairs], "options")[: max(0, number)])
    chosen = [pair.lower + base * (place in raised) for place, pair in enumerate(pairs)]
    return [head, *([count, total - count] for count in chosen)]


def _ranking(question: QuestionTables, exact: Sequence[Counts], base: int, random: KeyedRandom) -> list[list[int]]:
    """A row an option; where none is found, rows that are rounded each alone and so break a limit."""
    total = rounded_total(sum(exact[0]), base)
    is_known = question.is_compulsory and not question.is_conditional
    matrix = drawn_ranking(exact, total, total, is_known, (), base, random)
    return matrix or [controlled_rounding(row, base, random.of(f"row:{place}")) for place, row in enumerate(exact)]
