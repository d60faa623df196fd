"""The tables of a question, how they are linked, and the limits that their printed numbers obey (rules 5 and 6).

The law: what is printed must itself be a possible truth. Whoever knows the rules could otherwise narrow a small count
by the contradiction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from chalicelib.disclosure.protected import ProtectedTable, Suppression
from chalicelib.disclosure.rankings import can_be_ranked
from chalicelib.disclosure.seats import Beside
from chalicelib.tabulation.table_id import TableId
from chalicelib.tabulation.tally import TableSpec
from chalicelib.tabulation.universe import Universe

#: Counts of one table, in the order of its codes.
Counts = Sequence[int]


@dataclass(frozen=True)
class Frame:
    """What printed tables have to fit: their sum, the printed number of those asked and the true one, the base.

    ``beside``: the table that their answers have to go together with, if any.
    """

    total: int
    eligible: int
    asked: int
    base: int
    beside: Beside | None = None


@dataclass(frozen=True)
class QuestionTables:
    """The tables of one question, or of one row of a matrix.

    "single": one table. "choices": "chose something / none of these / no answer", then a pair an option. "ranking": one
    table an option, by ranks.
    """

    kind: Literal["single", "choices", "ranking"]
    specs: tuple[TableSpec, ...]

    @property
    def id(self) -> TableId:
        """The id of its first table."""
        return self.specs[0].id

    @property
    def ids(self) -> tuple[TableId, ...]:
        """The ids of its tables."""
        return tuple(spec.id for spec in self.specs)

    @property
    def group(self) -> TableId | None:
        """The table that it is crossed with, if any."""
        return self.specs[0].group

    @property
    def universe(self) -> Universe | None:
        """Whom it is asked of; None where it is everybody."""
        return self.specs[0].universe

    @property
    def is_conditional(self) -> bool:
        """Whether not everybody is asked."""
        return self.specs[0].variable.is_conditional

    @property
    def is_compulsory(self) -> bool:
        """Whether everybody who was asked has answered."""
        return self.specs[0].variable.is_required

    @property
    def options(self) -> int:
        """How many options of a multiple choice can be chosen together."""
        return len(self.specs) - 1

    def eligible(self, printed: Mapping[TableId, ProtectedTable], total: int) -> int | None:
        """How many were asked, by what is printed; None where no printed table tells."""
        if not self.is_conditional:
            return total
        table = printed.get(self.universe.table) if self.universe and self.universe.table else None
        return table.people(self.universe.codes) if table and self.universe else None

    def printable(self, printed: Mapping[TableId, ProtectedTable], total: int, subgroup: int) -> int | Suppression:
        """The same, or why the question is not printed: printed numbers alone decide (rule 7)."""
        eligible = self.eligible(printed, total)
        if eligible is None or (self.kind == "ranking" and self.eligible_further(printed)):
            return Suppression.CONDITION
        return Suppression.FEW_ASKED if self.is_conditional and eligible < subgroup else eligible

    def eligible_further(self, printed: Mapping[TableId, ProtectedTable]) -> int:
        """How many steps beyond the adjacent multiples the true number of those asked can be.

        It is near to print where cells tell it; where it is what others leave of everybody, it can be a step farther.
        """
        if not self.universe or not self.universe.table:
            return 0
        table = printed[self.universe.table]
        return table.further + self.universe.is_rest(table.spec.variable)

    def further(self, tables: Sequence[Counts], eligible: int, eligible_further: int) -> list[int]:
        """Of each of the printed ``tables``, how many steps beyond the adjacent multiples true counts can be (rule 5).

        None, unless as many answered as were asked, or options were chosen as often as they could be: then more may
        have in truth. Told by printed numbers alone.
        """
        is_exhausted = sum(tables[0]) - tables[0][-1] == eligible and self.kind != "ranking"
        first = eligible_further if is_exhausted else 0
        return [first, *(first + self.is_exhausted(tables) for _ in tables[1:])]

    def is_exhausted(self, tables: Sequence[Counts]) -> bool:
        """Whether no more options, or no fewer, can have been chosen by those who print as having chosen something."""
        if self.kind != "choices" or not tables[0][0]:
            return False
        chosen, pairs, variable = tables[0][0], sum(table[0] for table in tables[1:]), self.specs[0].variable
        at_most = 1 < variable.most < self.options and pairs == variable.most * chosen
        return at_most or (variable.least > 1 and pairs == variable.least * chosen)

    def violations(self, tables: Sequence[Counts], total: int, eligible: int) -> Iterator[str]:
        """Each limit of answers that the printed ``tables`` break, of so many ``eligible`` respondents in print."""
        if any(sum(table) != total or min(table) < 0 for table in tables):
            yield "does not add up"
        answered = sum(table[0] for table in tables) if self.kind == "ranking" else total - tables[0][-1]
        if answered > eligible:
            yield "more answered than were asked"
        if self.is_compulsory and answered != eligible:
            yield "not everybody answered who had to"
        if self.kind == "choices":
            yield from self._violations_of_choices(tables)
        if self.kind == "ranking" and not can_be_ranked([table[:-1] for table in tables]):
            yield "no people can have ranked so"

    def _violations_of_choices(self, tables: Sequence[Counts]) -> Iterator[str]:
        chosen, pairs = tables[0][0], [table[0] for table in tables[1:]]
        variable = self.specs[0].variable
        if max(pairs, default=0) > chosen:
            yield "an option was chosen by more than chose something"
        if pairs and not variable.least * chosen <= sum(pairs) <= variable.most * chosen:
            yield "more or fewer options were chosen than could be"


def question_tables(specs: Sequence[TableSpec]) -> list[QuestionTables]:
    """The tables of a survey by question, in their order."""
    questions: list[QuestionTables] = []
    for _, tables in groupby(specs, key=lambda spec: spec.variable.question_id):
        of_question = tuple(tables)
        first = of_question[0].variable
        if first.form == "many":
            questions.append(QuestionTables("choices", of_question))
        elif first.is_ranked:
            questions.append(QuestionTables("ranking", of_question))
        else:
            questions += [QuestionTables("single", (spec,)) for spec in of_question]
    return questions


def universes_in(specs: Sequence[TableSpec]) -> Mapping[TableId, Sequence[frozenset[int]]]:
    """By table, the places of each set of its cells whose sum tells whom another question is asked of."""
    tables = {spec.id: spec for spec in specs}
    found: dict[TableId, list[frozenset[int]]] = {}
    for universe in (spec.universe for spec in specs):
        if universe and universe.table:
            table = tables[universe.table]
            told_by = universe.told_by(table.codes, table.variable)
            found.setdefault(table.id, []).append(frozenset(map(table.codes.index, told_by)))
    return found
