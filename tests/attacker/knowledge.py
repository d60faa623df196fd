"""What an attacker knows: the rules, the questionnaire, every printed number, and the exact number of responses.

Unknown are the distances of the true counts from the printed ones, so that tables of whatever size look alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import inf

from chalicelib.disclosure.linked_tables import QuestionTables, question_tables
from chalicelib.disclosure.protected import ProtectedBatch, ProtectedCrosstab, ProtectedRow, ProtectedTable
from chalicelib.questionnaire.codebook import CHOSEN, NO_ANSWER, NOT_CHOSEN
from chalicelib.questionnaire.definition import is_required
from chalicelib.tabulation.table_id import TableId
from chalicelib.tabulation.tally import TableSpec, Tally
from chalicelib.tabulation.universe import Universe
from tests.attacker.program import Name, Program
from tests.attacker.surveys import ASurvey, Settled

#: A printed number is the multiple of 5 below or above the true one.
NEAR = 4
#: The codes of an option of a multiple choice, of which only the first is a number of its own.
PAIR = (CHOSEN, NOT_CHOSEN)


@dataclass(frozen=True)
class Sight:
    """What an attacker makes of print: nothing, that numbers are adjacent to true ones, and ``sums`` of them as well.

    Where a limit of answers is exhausted numbers may be ``farther`` off. That leaves him more, so it is granted only
    where the truth is looked for. ``themes``: questions whose options were named by people who had read the texts: he
    knows that somebody has each, and not which are not named. ``elsewhere``: cells of those that another edition names:
    he knows only that somebody has them there.
    """

    numbers: bool = True
    sums: bool = True
    farther: bool = False
    themes: frozenset[str] = frozenset()
    elsewhere: frozenset[Name] = frozenset()


EVERYTHING = Sight()


class Attacker:
    """All that is known of a batch's true counts, as a program.

    Whom a question is asked of, and who has to answer it, is known from the questionnaire, not from the code under
    attack.
    """

    def __init__(self, batch: ProtectedBatch, n: int, survey: ASurvey, sight: Sight = EVERYTHING) -> None:
        self.n, self._asked, self._sight = n, survey.asked, sight
        self._needed = {question.id for question in survey.questionnaire.questions if is_required(question)}
        self.program = Program()
        self.tables = {table.spec.id: table for table in batch.tables}
        self.printed: dict[Name, int] = {
            name: count for table in batch.tables for name, count in zip(cells_of(table), table.counts, strict=True)
        }
        self._crosstabs = batch.crosstabs
        for crosstab in batch.crosstabs:
            for row in crosstab.rows:
                self.printed |= zip(cells_of_row(crosstab, row), row.counts, strict=True)
        for question in question_tables([table.spec for table in batch.tables]):
            self._learn(question)
        for crosstab in batch.crosstabs:
            self._learn_crosstab(crosstab)
        for question in question_tables([crosstab.spec for crosstab in batch.crosstabs]):
            self._learn_choices_by_group(question)
        for settled in survey.settled:
            self._learn_settled(settled)

    def truth(self, tally: Tally) -> dict[Name, int]:
        """The true counts, as distances from the printed ones."""
        found: dict[Name, int] = {}
        for table in self.tables.values():
            counts = true_counts(tally, table.spec)
            names = cells_of(table)
            found |= {name: count - self.printed[name] for name, count in zip(names, counts, strict=True)}
        for crosstab in self._crosstabs:
            for row in crosstab.rows:
                counts = true_counts_of_row(tally, crosstab, row)
                names = cells_of_row(crosstab, row)
                found |= {name: count - self.printed[name] for name, count in zip(names, counts, strict=True)}
        return found

    def _learn(self, question: QuestionTables) -> None:
        tables = [self.tables[spec.id] for spec in question.specs]
        for table in tables:
            self._learn_cells(cells_of(table))
            self._limit(dict.fromkeys(cells_of(table), 1), self.n, self.n)
            self._learn_near(own_cells_of(question, table.spec, cells_of(table)), table.further)
        if question.kind == "ranking":
            self._learn_answered(question, [cells_of(table)[0] for table in tables], 0)
            self._learn_ranking(question, tables)
        else:
            self._learn_answered(question, cells_of(tables[0])[:-1], tables[0].further)
        if question.kind == "choices":
            self._learn_choices(question, [(spec.id, CHOSEN) for spec in question.specs])

    def _learn_cells(self, names: Sequence[Name]) -> None:
        """Unknown numbers between nobody and everybody."""
        self.program.bounds |= {name: (-self.printed[name], self.n - self.printed[name]) for name in names}

    def _learn_near(self, names: Iterable[Name], further: int) -> None:
        """Each of these is the multiple of the base below or above the true number."""
        for name in names:
            least, most = self.program.bounds[name]
            near = self._near(further)
            self.program.bounds[name] = (max(-near, least), min(near, most))

    def _learn_sum(self, names: Iterable[Name], further: int) -> None:
        """The sum of these is."""
        if not self._sight.sums:
            return
        near = self._near(further)
        self.program.limit(dict.fromkeys(names, 1), -near, near)

    def _near(self, further: int) -> int:
        if not self._sight.numbers:
            return self.n
        return NEAR + (NEAR + 1) * further * self._sight.farther

    def _limit(self, terms: Mapping[Name, int], least: float, most: float) -> None:
        """A limit on true counts, as one on distances."""
        printed = sum(factor * self.printed.get(name, 0) for name, factor in terms.items())
        self.program.limit(terms, least - printed, most - printed)

    def _learn_answered(self, question: QuestionTables, answered: Sequence[Name], further: int) -> None:
        """Who answered was asked; where an answer is needed, who was asked answered."""
        asked, is_needed = self._asked.get(question.specs[0].variable.question_id), self._is_needed(question)
        if question.is_conditional:
            self._learn_sum(answered, further)
        if asked:
            among: dict[Name, int] = {(asked.table, code): -1 for code in asked.codes}
            self._limit({**dict.fromkeys(answered, 1), **among}, 0 if is_needed else -inf, 0)
            self._learn_asked(asked)
        elif is_needed:
            self._limit(dict.fromkeys(answered, 1), self.n, self.n)

    def _learn_asked(self, asked: Universe) -> None:
        """The sum of the cells that tell who was asked is adjacent, or that of the others' where these are the rest."""
        table = self.tables[asked.table] if asked.table else None
        if table is None or NOT_CHOSEN in asked.codes:
            return
        is_rest = NO_ANSWER in asked.codes and table.spec.variable.leaves_no_answer
        codes = [code for code in table.spec.codes if (code in asked.codes) != is_rest]
        self._learn_sum([(table.spec.id, code) for code in codes], table.further)

    def _is_needed(self, question: QuestionTables) -> bool:
        """Whether nobody who is asked can leave it out."""
        return question.specs[0].variable.question_id in self._needed

    def _learn_crosstab(self, crosstab: ProtectedCrosstab) -> None:
        """Whoever is in one of the groups of a row is in one cell of it; so is whoever is in a cell of the table."""
        for row in crosstab.rows:
            names = cells_of_row(crosstab, row)
            self._learn_cells(names)
            self._learn_near(names[:1] if crosstab.spec.codes == PAIR else names, crosstab.further)
            groups: dict[Name, int] = {(crosstab.group.id, code): -1 for code in row.codes}
            self._limit({**dict.fromkeys(names, 1), **groups}, 0, 0)
        columns = zip(*(cells_of_row(crosstab, row) for row in crosstab.rows), strict=True)
        for code, column in zip(crosstab.spec.codes, columns, strict=True):
            self._limit({**dict.fromkeys(column, 1), (crosstab.spec.id, code): -1}, 0, 0)

    def _learn_choices_by_group(self, question: QuestionTables) -> None:
        rows = next(crosstab.rows for crosstab in self._crosstabs if crosstab.spec.id == question.id)
        if question.kind == "choices":
            for row in rows:
                self._learn_choices(question, [(spec.id, row.codes, CHOSEN) for spec in question.specs])

    def _learn_choices(self, question: QuestionTables, cells: Sequence[Name]) -> None:
        """Each option was chosen by some of those who chose something, who chose so many and no more."""
        variable, (chosen, *options) = question.specs[0].variable, cells
        is_coded = variable.question_id in self._sight.themes
        for option in options:
            self._limit({option: 1, chosen: -1}, -inf, 0)
            if is_coded and option not in self._sight.elsewhere:
                self._limit({option: 1}, 1, inf)
        if options:
            self._limit({**dict.fromkeys(options, 1), chosen: -variable.most}, -inf, 0)
            least = 0 if is_coded else variable.least
            self._limit({**dict.fromkeys(options, 1), chosen: -least}, 0, inf)

    def _learn_ranked(self, table: ProtectedTable) -> None:
        """How many ranked an option at all may print as the multiple below the adjacent ones."""
        if self._sight.sums:
            self.program.limit(dict.fromkeys(cells_of(table)[:-1], 1), -self._near(0), self._near(0) + NEAR + 1)

    def _learn_settled(self, settled: Settled) -> None:
        """People by their answers to two questions of which one says something of the other, in all and in each row."""
        first, second = TableId(settled.first), TableId(settled.second)
        if not {first, second} <= self.tables.keys():
            return
        self._learn_pairs(settled, "all", _by_code(self.tables[first]), _by_code(self.tables[second]))
        of_first, of_second = self._by_row(first), self._by_row(second)
        for row in of_first.keys() & of_second.keys():
            self._learn_pairs(settled, row, of_first[row], of_second[row])

    def _learn_pairs(self, settled: Settled, row: Name, first: Mapping[str, Name], second: Mapping[str, Name]) -> None:
        pairs: dict[tuple[str, str], Name] = {
            (one, other): (settled.first, settled.second, row, one, other)
            for one, other in product(first, second)
            if settled.go_together(one, other)
        }
        self.program.bounds |= dict.fromkeys(pairs.values(), (0, self.n))
        for place, cells in enumerate((first, second)):
            for code, cell in cells.items():
                self._limit({cell: 1, **{name: -1 for pair, name in pairs.items() if pair[place] == code}}, 0, 0)

    def _by_row(self, table: TableId) -> Mapping[tuple[str, ...], Mapping[str, Name]]:
        """The cells of each row of a crosstab by their codes; of the group itself, those that the row is made of."""
        found: dict[tuple[str, ...], Mapping[str, Name]] = {}
        for crosstab in self._crosstabs:
            for row in crosstab.rows:
                if crosstab.spec.id == table:
                    found[row.codes] = dict(zip(crosstab.spec.codes, cells_of_row(crosstab, row), strict=True))
                elif crosstab.group.id == table:
                    found[row.codes] = {code: (table, code) for code in row.codes}
        return found

    def _learn_ranking(self, question: QuestionTables, tables: Sequence[ProtectedTable]) -> None:
        """Respondents by how many ranks they gave: all up to that one, each to another option."""
        ranks = question.specs[0].codes[:-1]
        for table in tables:
            self._learn_ranked(table)
        for rank in ranks:
            self._learn_sum([(table.spec.id, rank) for table in tables], 0)
        for depth, deepest in enumerate(ranks, 1):
            people = (question.id, "people", deepest)
            self.program.bounds[people] = (0, self.n)
            for table in tables:
                given: dict[Name, int] = {(table.spec.id, rank, deepest): 1 for rank in ranks[:depth]}
                self.program.bounds |= dict.fromkeys(given, (0, self.n))
                self.program.limit({**given, people: -1}, -inf, 0)
            for rank in ranks[:depth]:
                at_rank: dict[Name, int] = {(table.spec.id, rank, deepest): 1 for table in tables}
                self.program.limit({**at_rank, people: -1}, 0, 0)
        for table in tables:
            for place, rank in enumerate(ranks):
                parts: dict[Name, int] = {(table.spec.id, rank, deepest): -1 for deepest in ranks[place:]}
                self._limit({(table.spec.id, rank): 1, **parts}, 0, 0)


def own_cells_of(question: QuestionTables, spec: TableSpec, cells: Sequence[Name]) -> Sequence[Name]:
    """The cells that are numbers of their own; the last may be what the others leave of everybody."""
    has_rest = spec.codes == PAIR or question.kind == "ranking" or question.is_conditional
    return cells[:-1] if has_rest else cells


def cells_of(table: ProtectedTable) -> list[Name]:
    return [(table.spec.id, code) for code in table.spec.codes]


def _by_code(table: ProtectedTable) -> Mapping[str, Name]:
    return dict(zip(table.spec.codes, cells_of(table), strict=True))


def cells_of_row(crosstab: ProtectedCrosstab, row: ProtectedRow) -> list[Name]:
    return [(crosstab.spec.id, row.codes, code) for code in crosstab.spec.codes]


def true_counts_of_row(tally: Tally, crosstab: ProtectedCrosstab, row: ProtectedRow) -> list[int]:
    groups = [tally.counts.get(crosstab.spec.id.in_group(group), {}) for group in row.codes]
    counts = [sum(group.get(code, 0) for group in groups) for code in crosstab.spec.codes]
    in_row = sum(
        count
        for code, count in zip(crosstab.group.codes, true_counts(tally, crosstab.group), strict=True)
        if code in row.codes
    )
    return [*counts[:-1], counts[-1] + in_row - sum(counts)]


def true_counts(tally: Tally, spec: TableSpec) -> list[int]:
    """The exact counts of one table; who did not meet it gave no answer."""
    exact = tally.counts.get(spec.id, {})
    counts = [exact.get(code, 0) for code in spec.codes]
    return [*counts[:-1], counts[-1] + tally.n - sum(counts)]
