"""The tables of a question, which of them are linked, and the limits that their printed numbers obey (rules 5 and 6).

The law: what is printed must itself be a possible truth. Whoever knows the rules could otherwise narrow a small count
by the contradiction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import gcd
from typing import Literal

from chalicelib.disclosure.protected import ProtectedTable
from chalicelib.disclosure.rankings import can_be_ranked
from chalicelib.tabulation.table_id import TableId
from chalicelib.tabulation.tally import TableSpec
from chalicelib.tabulation.universe import Universe

#: Counts of one table, in the order of its codes.
Counts = Sequence[int]


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

    def eligible(self, printed: Mapping[TableId, ProtectedTable], total: int) -> int | None:
        """How many were asked, by what is printed; None where no printed table tells."""
        if not self.is_conditional:
            return total
        table = printed.get(self.universe.table) if self.universe and self.universe.table else None
        return table.people(self.universe.codes) if table and self.universe else None

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
        if self.kind == "ranking" and not can_be_ranked(_in_steps([table[:-1] for table in tables])):
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
        elif first.kind == "ranking":
            questions.append(QuestionTables("ranking", of_question))
        else:
            questions += [QuestionTables("single", (spec,)) for spec in of_question]
    return questions


def linked_tables(questions: Sequence[QuestionTables]) -> list[list[QuestionTables]]:
    """Which tables are drawn together: each branch, and all branches that the star of crosstabs joins, group first."""
    groups = {question.group for question in questions}
    branches = branches_of(questions)
    star = [branch for branch in branches if any(question.group or question.id in groups for question in branch)]
    joined = sorted((question for branch in star for question in branch), key=lambda each: each.id not in groups)
    return [*([joined] if star else []), *(branch for branch in branches if branch not in star)]


def branches_of(questions: Sequence[QuestionTables]) -> list[list[QuestionTables]]:
    """A question with those asked of some who gave an answer to it, and so on.

    Drawn apart, a table that finds no fit would tell which way the one before it was rounded: where everybody who said
    yes has to answer, only some true numbers of them leave no draw.
    """
    branches: list[list[QuestionTables]] = []
    branch_of: dict[TableId, list[QuestionTables]] = {}
    for question in questions:
        branch = branch_of.get(question.universe.table) if question.universe and question.universe.table else None
        if branch is None:
            branch = []
            branches.append(branch)
        branch.append(question)
        branch_of |= dict.fromkeys(question.ids, branch)
    return branches


def _in_steps(rows: Sequence[Counts]) -> list[list[int]]:
    """The same numbers by their greatest common step, so that there are fewer people to look for."""
    step = gcd(*(count for row in rows for count in row)) or 1
    return [[count // step for count in row] for row in rows]
