"""Which themes are named in print (rule 11): names are found in the texts, so that there is one tells something."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from chalicelib.disclosure.protected import ProtectedBatch
from chalicelib.tabulation.table_id import TableId


def without_small_themes(batches: Sequence[ProtectedBatch], questions: Collection[str]) -> list[ProtectedBatch]:
    """``batches``, one an edition, without the themes of ``questions`` that print below what a theme takes.

    Named in all editions are those that print with so many texts in any: decided by printed numbers alone. The first
    table, of who has any theme, stays.
    """
    named = {theme for question in questions for theme in _named(batches, question)}
    return [
        _without(batch, {table for table in batch.order if _is_theme(table, questions)} - named) for batch in batches
    ]


def _named(batches: Sequence[ProtectedBatch], question: str) -> Iterator[TableId]:
    """Of one question; editions before one that did not ask it are in no total, so they name nothing."""
    for batch in reversed(batches):
        if question not in {table.question for table in batch.order}:
            return
        for table in batch.tables:
            if _is_theme(table.spec.id, [question]) and table.counts[0] >= batch.policy.themes_from:
                yield table.spec.id


def _without(batch: ProtectedBatch, hidden: Collection[TableId]) -> ProtectedBatch:
    return replace(
        batch,
        tables=tuple(table for table in batch.tables if table.spec.id not in hidden),
        suppressed=tuple(each for each in batch.suppressed if each.spec.id not in hidden),
        order=tuple(table for table in batch.order if table not in hidden),
    )


def _is_theme(table: TableId, questions: Collection[str]) -> bool:
    return table.question in questions and table.part is not None
