"""Questions that are bound to each other: by what their answers imply, and by crosstabs (rules 5 and 6).

Bonds form no ring, so that tables which are possible two by two are possible together: people who are found for two
questions are told apart further by the next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.disclosure.crosstabs import PooledGroups
from chalicelib.disclosure.linked_tables import Counts, QuestionTables
from chalicelib.disclosure.protected import ProtectedCrosstab, ProtectedTable
from chalicelib.disclosure.seats import Beside
from chalicelib.tabulation.table_id import TableId
from chalicelib.tabulation.tally import TableSpec


@dataclass(frozen=True)
class Bond:
    """Of a question: that its answers have to go together with those in ``table``, which is drawn before it.

    ``goes_with``: by cell, the places of those of ``table`` that somebody in it can be in.
    """

    table: TableId
    goes_with: tuple[frozenset[int], ...]

    @classmethod
    def between(cls, own: TableSpec, other: TableSpec) -> Bond:
        """What goes together of two tables, whichever of them states it."""
        excluded = {
            (code, beside)
            for each in own.exclusions
            if each.table == other.id
            for code in each.codes
            for beside in each.others
        } | {
            (code, beside)
            for each in other.exclusions
            if each.table == own.id
            for beside in each.codes
            for code in each.others
        }
        fitting = (
            frozenset(place for place, beside in enumerate(other.codes) if (code, beside) not in excluded)
            for code in own.codes
        )
        return cls(other.id, tuple(fitting))

    def beside(self, printed: Mapping[TableId, ProtectedTable]) -> Beside:
        """The other table as it is printed."""
        return Beside(self.goes_with, printed[self.table].counts)

    def beside_rows(
        self, groups: PooledGroups, group: ProtectedTable, crosstabs: Mapping[TableId, ProtectedCrosstab]
    ) -> list[Beside]:
        """The other table as it is printed for each row of the crosstabs; none where it is not."""
        if self.table == group.spec.id:
            rows = [
                [count if place in places else 0 for place, count in enumerate(group.counts)]
                for places in groups.places
            ]
        else:
            rows = [list(row.counts) for row in crosstabs[self.table].rows] if self.table in crosstabs else []
        return [Beside(self.goes_with, row) for row in rows]


def are_possible(rows: Sequence[Counts], beside: Sequence[Beside]) -> bool:
    """Whether each of ``rows`` is possible ``beside`` the other table's."""
    return all(other.is_possible(row) for row, other in zip(rows, beside, strict=False))


def bonds_of(questions: Sequence[QuestionTables]) -> Mapping[TableId, Bond | None]:
    """By question, in the order in which they are drawn, how each is bound to one before it; None for most.

    First comes the group of crosstabs with what is bound to it, then what is crossed, so that what is crossed is bound
    to what is crossed as well. Else a table of few cells comes first: those of a long list fit it nearly always, but
    not the other way around.
    """
    groups = {question.group for question in questions}
    specs = {question.id: question.specs[0] for question in questions}
    bound = _bound(specs)
    cells = {name: len(spec.codes) if name in bound else 0 for name, spec in specs.items()}
    first = sorted(questions, key=lambda question: (question.id not in groups, not question.group, cells[question.id]))
    found: dict[TableId, Bond | None] = {}
    for question in first:
        if question.id in found:
            continue
        found[question.id] = None
        queue = [question.id]
        for name in queue:
            new = [other for other in bound.get(name, ()) if other not in found]
            found |= {other: Bond.between(specs[other], specs[name]) for other in new}
            queue += new
    return found


def _bound(specs: Mapping[TableId, TableSpec]) -> Mapping[TableId, Sequence[TableId]]:
    """By question, those in ``specs`` that it implies something of, or that imply something of it, in their order."""
    pairs = [(name, each.table) for name, spec in specs.items() for each in spec.exclusions if each.table in specs]
    found: dict[TableId, set[TableId]] = {}
    for own, other in pairs:
        found.setdefault(own, set()).add(other)
        found.setdefault(other, set()).add(own)
    place = {name: place for place, name in enumerate(specs)} if pairs else {}
    return {name: sorted(others, key=place.__getitem__) for name, others in found.items()}


def drawn_together(questions: Sequence[QuestionTables]) -> list[list[QuestionTables]]:
    """Questions that are bound to each other or crossed, each list in the order in which they are drawn."""
    by_id = {question.id: question for question in questions}
    families: list[list[QuestionTables]] = []
    for name, bond in bonds_of(questions).items():
        question = by_id[name]
        if bond or (question.group and families):
            families[-1].append(question)
        else:
            families.append([question])
    return [family for family in families if len(family) > 1]
