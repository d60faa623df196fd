"""Which table is suppressed where linked tables find no draw that obeys every limit (rule 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.disclosure.linked_tables import QuestionTables, branches_of
from chalicelib.tabulation.table_id import TableId


@dataclass(frozen=True)
class NoFit:
    """No draw of a question's tables, named by the first, obeyed every limit; or none of its crosstabs did."""

    table: TableId
    by_group: bool = False


def suppressed(linked: Sequence[QuestionTables], failures: Mapping[NoFit, int]) -> set[NoFit]:
    """What is not printed because it failed so many joint draws: a question's crosstabs before its tables.

    Of a question that must be answered everybody knows how many answered it: those whom it is asked of. What keeps it
    from fitting would tell of them, so its whole branch is suppressed.
    """
    worst = _likeliest(linked, failures)
    if (of_crosstabs := NoFit(worst.table, by_group=True)) in failures:
        return {of_crosstabs}
    for branch in branches_of(linked):
        for question in branch:
            if question.id == worst.table and question.is_conditional and question.is_compulsory:
                return {NoFit(each.id) for each in branch}
    return {worst}


def _likeliest(linked: Sequence[QuestionTables], failures: Mapping[NoFit, int]) -> NoFit:
    """What failed the greatest share of the joint draws that came to it, as if it had met one more, and failed half."""
    shares: dict[NoFit, float] = {}
    came = sum(failures.values())
    for question in linked:
        of_question = [NoFit(question.id), NoFit(question.id, by_group=True)]
        shares |= {each: (failures.get(each, 0) + 0.5) / (came + 1) for each in of_question}
        came -= sum(failures.get(each, 0) for each in of_question)
    return max(failures, key=shares.__getitem__)
