"""Tables crossed with one group question: which groups are pooled, and what may be printed of each (rules 2, 5, 7).

Crosstabs form a star. In a ring of them printed numbers need not be jointly possible, and tell small counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chalicelib.disclosure.linked_tables import Counts, QuestionTables
from chalicelib.disclosure.rounding import Adjacent, KeyedRandom, controlled_matrix, matrix_within
from chalicelib.disclosure.seats import Beside, matrix_beside
from chalicelib.questionnaire.codebook import NO_ANSWER
from chalicelib.tabulation.tally import TableSpec

#: A table by group: a row for each group, or for several pooled ones; a column for each code of the table.
GroupRows = Sequence[Counts]


@dataclass(frozen=True)
class PooledGroups:
    """The rows of every crosstab of a batch: places of the group's codes, and the printed number of people in each."""

    places: tuple[tuple[int, ...], ...]
    totals: tuple[int, ...]

    @classmethod
    def of(cls, printed: Counts, group: TableSpec, least: int) -> PooledGroups:
        """Groups that print below ``least`` are added together, and while that is not enough others, unless it is 0.

        First who gave no answer, then the next smallest. Else who gave none stand alone, since nobody knows who they
        are. Decided by printed numbers alone, so that it tells nothing more.
        """
        answered = range(len(printed) - (group.codes[-1] == NO_ANSWER))
        silent = range(len(answered), len(printed) - group.variable.is_required)
        order = sorted(answered, key=lambda place: (printed[place], place))
        together = [place for place in order if printed[place] < least]
        more = [*silent, *(place for place in order if printed[place] >= least)]
        while 0 < sum(printed[place] for place in together) < least and more:
            together.append(more.pop(0))
        alone = [(place,) for place in (*answered, *silent) if place not in together]
        places = tuple(sorted([tuple(sorted(together)), *alone] if together else alone))
        return cls(places, tuple(sum(printed[place] for place in row) for row in places))

    @property
    def compared(self) -> int:
        """How many rows hold anybody in print."""
        return sum(total > 0 for total in self.totals)

    def codes(self, group: TableSpec) -> list[tuple[str, ...]]:
        """The codes of ``group`` that stand in each row."""
        return [tuple(group.codes[place] for place in row) for row in self.places]

    def summed(self, exact: GroupRows) -> list[list[int]]:
        """The exact counts of each row, from those of each group."""
        return [[sum(cells) for cells in zip(*(exact[place] for place in row), strict=True)] for row in self.places]


@dataclass(frozen=True)
class Margins:
    """What the crosstabs of a question add up to: its printed ``tables`` by column, the ``groups`` by row."""

    question: QuestionTables
    tables: Sequence[Counts]
    groups: PooledGroups

    def drawn(
        self, exact: Sequence[GroupRows], base: int, random: KeyedRandom, beside: Sequence[Beside] = ()
    ) -> list[GroupRows] | None:
        """One draw of the crosstabs; None where there is none. ``exact``: by table, the counts of each row.

        ``beside``: of each row, the table that its answers have to go together with, if any.
        """
        if beside:
            head = matrix_beside(exact[0], self.tables[0], beside, base, random)
        else:
            head = controlled_matrix(exact[0], self.groups.totals, self.tables[0], base, random)
        options = head and self._options(exact[1:], head, base, random.of("options"))
        if head is None or options is None:
            return None
        crosstabs = [head, *options]
        return crosstabs if self._are_near(crosstabs, exact, base) else None

    def _are_near(self, crosstabs: Sequence[GroupRows], exact: Sequence[GroupRows], base: int) -> bool:
        """Whether no option is farther off than print tells."""
        reach = base * (1 + self.further(crosstabs)[-1])
        return all(
            abs(row[0] - true[0]) < reach
            for crosstab, rows in zip(crosstabs[1:], exact[1:], strict=True)
            for row, true in zip(crosstab, rows, strict=True)
        )

    def violations(self, crosstabs: Sequence[GroupRows]) -> Iterator[str]:
        """Each limit of answers that the printed ``crosstabs`` break."""
        for crosstab, table in zip(crosstabs, self.tables, strict=True):
            if [sum(column) for column in zip(*crosstab, strict=True)] != list(table):
                yield "groups do not add up to the table"
        for place, total in enumerate(self.groups.totals):
            yield from self.question.violations([crosstab[place] for crosstab in crosstabs], total, total)

    def further(self, crosstabs: Sequence[GroupRows]) -> list[int]:
        """Of each crosstab, how many steps beyond the adjacent multiples true counts can be (rule 5)."""
        rows = ([crosstab[place] for crosstab in crosstabs] for place in range(len(self.groups.totals)))
        is_exhausted = any(self.question.is_exhausted(row) for row in rows)
        return [0, *(int(is_exhausted) for _ in crosstabs[1:])]

    def _options(
        self, exact: Sequence[GroupRows], head: GroupRows, base: int, random: KeyedRandom
    ) -> list[GroupRows] | None:
        """Every option: in each row as many are chosen as those who chose something can choose.

        Where that cannot be with adjacent multiples, some are a step farther off.
        """
        if not exact:
            return []
        variable, totals = self.question.specs[0].variable, self.groups.totals
        cells = [
            [Adjacent.of(row[0], base).within(chosen[0], base) for row, chosen in zip(rows, head, strict=True)]
            for rows in exact
        ]
        farther = [
            [cell.with_steps(chosen[0], base) for cell, chosen in zip(option, head, strict=True)] for option in cells
        ]
        limits = [(variable.least * row[0], variable.most * row[0]) for row in head]
        chosen = [table[0] for table in self.tables[1:]]
        printed = matrix_within(cells, chosen, limits, base, random) or matrix_within(
            farther, chosen, limits, base, random.of("farther")
        )
        if printed is None:
            return None
        return [[[count, total - count] for count, total in zip(option, totals, strict=True)] for option in printed]
