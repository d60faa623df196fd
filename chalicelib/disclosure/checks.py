"""What every batch is checked for before it is stored: limits of answers, and of how few may stand behind a number."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from chalicelib.disclosure.crosstabs import Margins, PooledGroups
from chalicelib.disclosure.implications import Bond, are_possible, bonds_of
from chalicelib.disclosure.linked_tables import Counts, QuestionTables, question_tables
from chalicelib.disclosure.protected import ProtectedBatch, ProtectedTable, Suppression
from chalicelib.tabulation.table_id import TableId
from chalicelib.tabulation.tally import TableSpec

#: A table is printed where printed numbers tell that it is not, or missing where they tell that it is.
OTHERWISE = "printed or missing otherwise than print tells"


def violations(batch: ProtectedBatch, specs: Sequence[TableSpec]) -> list[str]:
    """Every limit of answers that a batch's printed numbers break: the law, that print must be a possible truth.

    Exact numbers are the truth, which may know of limits that no single table tells.
    """
    base = batch.policy.rounding_base
    if base == 1:
        return []
    printed = {table.spec.id: table for table in batch.tables}
    found = ["too few responses"] if batch.total < batch.policy.threshold else []
    found += _unrounded([[batch.total]], base)
    questions = question_tables(specs)
    bonds = bonds_of(questions)
    for question in questions:
        bond = bonds[question.id]
        found += [f"{question.id}: {what}" for what in _violations_of_absence(question, bond, printed, batch)]
        found += [f"{question.id}: {what}" for what in _violations(question, printed, batch)]
        found += [f"{question.id} by group: {what}" for what in _violations_by_group(question, printed, batch)]
        if bond and {bond.table, question.id} <= printed.keys():
            found += [f"{question.id}: {what}" for what in _violations_of_bond(question, bond, printed, batch)]
    return found


def _violations(
    question: QuestionTables, printed: Mapping[TableId, ProtectedTable], batch: ProtectedBatch
) -> Iterator[str]:
    if _is_in_part(question, printed):
        yield "printed in part"
    if not all(name in printed for name in question.ids):
        return
    eligible, tables = question.eligible(printed, batch.total) or 0, [printed[name].counts for name in question.ids]
    yield from question.violations(tables, batch.total, eligible)
    yield from _unrounded(tables, batch.policy.rounding_base)


def _violations_of_absence(
    question: QuestionTables, bond: Bond | None, printed: Mapping[TableId, ProtectedTable], batch: ProtectedBatch
) -> Iterator[str]:
    """Whether a table is printed is told by the others in print; only a ranking may be missing for another reason.

    So may a question that is bound to another, and is where the other is.
    """
    told = question.printable(printed, batch.total, batch.policy.subgroup)
    reasons = {each.reason for each in batch.suppressed if each.spec.id in question.ids}
    expected = {told} if isinstance(told, Suppression) else set()
    if bond and bond.table not in printed:
        expected = {Suppression.NO_FIT}
    may_miss = (question.kind == "ranking" or bond) and not expected
    if reasons != expected and not (may_miss and reasons == {Suppression.NO_FIT}):
        yield OTHERWISE


def _violations_of_bond(
    question: QuestionTables, bond: Bond, printed: Mapping[TableId, ProtectedTable], batch: ProtectedBatch
) -> Iterator[str]:
    """What answers imply holds for everybody, and for each row of the crosstabs."""
    if not bond.beside(printed).is_possible(printed[question.id].counts):
        yield "nobody can have answered so who answered another question as is printed"
    crosstabs = {crosstab.spec.id: crosstab for crosstab in batch.crosstabs}
    if question.id not in crosstabs:
        return
    crosstab = crosstabs[question.id]
    if bond.table in {each.spec.id for each in batch.suppressed_crosstabs}:
        yield OTHERWISE
    group = printed[crosstab.group.id]
    groups = PooledGroups.of(group.counts, group.spec, batch.policy.subgroup)
    if not are_possible([row.counts for row in crosstab.rows], bond.beside_rows(groups, group, crosstabs)):
        yield "nobody in a group can have answered so who answered another question as is printed"


def _violations_by_group(
    question: QuestionTables, printed: Mapping[TableId, ProtectedTable], batch: ProtectedBatch
) -> Iterator[str]:
    found = {crosstab.spec.id: crosstab for crosstab in batch.crosstabs if crosstab.spec.id in question.ids}
    if not found:
        return
    group = next(iter(found.values())).group
    if not batch.policy.crosstabs:
        yield "no crosstab may be printed"
    if question.is_conditional:
        yield "not everybody was asked"
    if _is_in_part(question, found) or not {group.id, *question.ids} <= printed.keys():
        yield "printed in part"
        return
    groups = PooledGroups.of(printed[group.id].counts, group, batch.policy.subgroup)
    codes = groups.codes(group)
    if groups.compared < 2 or any([row.codes for row in crosstab.rows] != codes for crosstab in found.values()):
        yield "too few in a row"
        return
    crosstabs = [[row.counts for row in found[name].rows] for name in question.ids]
    yield from Margins(question, [printed[name].counts for name in question.ids], groups).violations(crosstabs)
    for rows in crosstabs:
        yield from _unrounded(rows, batch.policy.rounding_base)


def _is_in_part(question: QuestionTables, printed: Collection[TableId]) -> bool:
    return 0 < sum(name in printed for name in question.ids) < len(question.ids)


def _unrounded(tables: Sequence[Counts], base: int) -> Iterator[str]:
    yield from (f"no multiple of {base}" for table in tables if any(count % base for count in table))
