"""What every batch is checked for before it is stored: limits of answers, and of how few may stand behind a number."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.disclosure.crosstabs import Margins, PooledGroups
from chalicelib.disclosure.implications import Bond, are_possible, bonds_of
from chalicelib.disclosure.linked_tables import Counts, QuestionTables, question_tables
from chalicelib.disclosure.protected import ProtectedBatch, ProtectedCrosstab, ProtectedTable, Suppression
from chalicelib.tabulation.table_id import TableId
from chalicelib.tabulation.tally import TableSpec

#: A table is printed where printed numbers tell that it is not, or missing where they tell that it is.
OTHERWISE = "printed or missing otherwise than print tells"


@dataclass(frozen=True)
class _Print:
    """A batch by table, so that whoever asks for one of a wide survey need not look through them all."""

    batch: ProtectedBatch
    tables: Mapping[TableId, ProtectedTable]
    suppressed: Mapping[TableId, Collection[Suppression]]
    crosstabs: Mapping[TableId, ProtectedCrosstab]
    suppressed_crosstabs: Collection[TableId]

    @classmethod
    def of(cls, batch: ProtectedBatch) -> _Print:
        """The same, sorted by table."""
        suppressed: dict[TableId, set[Suppression]] = {}
        for each in batch.suppressed:
            suppressed.setdefault(each.spec.id, set()).add(each.reason)
        return cls(
            batch,
            {table.spec.id: table for table in batch.tables},
            suppressed,
            {crosstab.spec.id: crosstab for crosstab in batch.crosstabs},
            {each.spec.id for each in batch.suppressed_crosstabs},
        )


def violations(batch: ProtectedBatch, specs: Sequence[TableSpec]) -> list[str]:
    """Every limit of answers that a batch's printed numbers break: the law, that print must be a possible truth.

    Exact numbers are the truth, which may know of limits that no single table tells.
    """
    base = batch.policy.rounding_base
    if base == 1:
        return []
    printed = _Print.of(batch)
    found = ["too few responses"] if batch.total < batch.policy.threshold else []
    found += _unrounded([[batch.total]], base)
    questions = question_tables(specs)
    bonds = bonds_of(questions)
    for question in questions:
        bond = bonds[question.id]
        found += [f"{question.id}: {what}" for what in _violations_of_absence(question, bond, printed)]
        found += [f"{question.id}: {what}" for what in _violations(question, printed)]
        found += [f"{question.id} by group: {what}" for what in _violations_by_group(question, printed)]
        if bond and {bond.table, question.id} <= printed.tables.keys():
            found += [f"{question.id}: {what}" for what in _violations_of_bond(question, bond, printed)]
    return found


def _violations(question: QuestionTables, printed: _Print) -> Iterator[str]:
    batch = printed.batch
    if _is_in_part(question, printed.tables):
        yield "printed in part"
    if not all(name in printed.tables for name in question.ids):
        return
    eligible = question.eligible(printed.tables, batch.total) or 0
    tables = [printed.tables[name].counts for name in question.ids]
    yield from question.violations(tables, batch.total, eligible)
    yield from _unrounded(tables, batch.policy.rounding_base)


def _violations_of_absence(question: QuestionTables, bond: Bond | None, printed: _Print) -> Iterator[str]:
    """Whether a table is printed is told by the others in print; only a ranking may be missing for another reason.

    So may a question that is bound to another, and is where the other is.
    """
    told = question.printable(printed.tables, printed.batch.total, printed.batch.policy.subgroup)
    reasons = {reason for name in question.ids for reason in printed.suppressed.get(name, ())}
    expected = {told} if isinstance(told, Suppression) else set()
    if bond and bond.table not in printed.tables:
        expected = {Suppression.NO_FIT}
    may_miss = (question.kind == "ranking" or bond) and not expected
    if reasons != expected and not (may_miss and reasons == {Suppression.NO_FIT}):
        yield OTHERWISE


def _violations_of_bond(question: QuestionTables, bond: Bond, printed: _Print) -> Iterator[str]:
    """What answers imply holds for everybody, and for each row of the crosstabs."""
    if not bond.beside(printed.tables).is_possible(printed.tables[question.id].counts):
        yield "nobody can have answered so who answered another question as is printed"
    if question.id not in printed.crosstabs:
        return
    crosstab = printed.crosstabs[question.id]
    if bond.table in printed.suppressed_crosstabs:
        yield OTHERWISE
    group = printed.tables[crosstab.group.id]
    groups = PooledGroups.of(group.counts, group.spec, printed.batch.policy.subgroup)
    if not are_possible([row.counts for row in crosstab.rows], bond.beside_rows(groups, group, printed.crosstabs)):
        yield "nobody in a group can have answered so who answered another question as is printed"


def _violations_by_group(question: QuestionTables, printed: _Print) -> Iterator[str]:
    policy = printed.batch.policy
    found = {name: printed.crosstabs[name] for name in question.ids if name in printed.crosstabs}
    if not found:
        return
    group = next(iter(found.values())).group
    if not policy.crosstabs:
        yield "no crosstab may be printed"
    if question.is_conditional:
        yield "not everybody was asked"
    if _is_in_part(question, found) or not {group.id, *question.ids} <= printed.tables.keys():
        yield "printed in part"
        return
    groups = PooledGroups.of(printed.tables[group.id].counts, group, policy.subgroup)
    codes = groups.codes(group)
    if groups.compared < 2 or any([row.codes for row in crosstab.rows] != codes for crosstab in found.values()):
        yield "too few in a row"
        return
    crosstabs = [[row.counts for row in found[name].rows] for name in question.ids]
    tables = [printed.tables[name].counts for name in question.ids]
    yield from Margins(question, tables, groups).violations(crosstabs)
    for rows in crosstabs:
        yield from _unrounded(rows, policy.rounding_base)


def _is_in_part(question: QuestionTables, printed: Collection[TableId]) -> bool:
    return 0 < sum(name in printed for name in question.ids) < len(question.ids)


def _unrounded(tables: Sequence[Counts], base: int) -> Iterator[str]:
    yield from (f"no multiple of {base}" for table in tables if any(count % base for count in table))
