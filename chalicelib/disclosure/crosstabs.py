"""Tables crossed with one group question: which groups are pooled, and what may be printed of each (rules 2, 5, 7).

Crosstabs form a star. In a ring of them printed numbers need not be jointly possible, and tell small counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chalicelib.disclosure.linked_tables import Counts, QuestionTables
from chalicelib.disclosure.rounding import Adjacent, KeyedRandom, controlled_matrix, matrix_within
from chalicelib.tabulation.tally import TableSpec

#: A table by group: a row for each group, or for several pooled ones; a column for each code of the table.
GroupRows = Sequence[Counts]


@dataclass(frozen=True)
class PooledGroups:
    """The rows of every crosstab of a batch: places of the group's codes, and the printed number of people in each."""

    places: tuple[tuple[int, ...], ...]
    totals: tuple[int, ...]

    @classmethod
    def of(cls, printed: Counts, least: int) -> PooledGroups:
        """Groups printed below ``least`` are added together, and the next smallest while their sum is below it.

        Decided by printed numbers alone, so that it tells nothing more.
        """
        order = sorted(range(len(printed)), key=lambda place: (printed[place], place))
        together = [place for place in order if printed[place] < least]
        while together and sum(printed[place] for place in together) < least and len(together) < len(order):
            together.append(order[len(together)])
        rows = sorted([tuple(sorted(together)), *((place,) for place in order if place not in together)])
        places = tuple(row for row in rows if row)
        return cls(places, tuple(sum(printed[place] for place in row) for row in places))

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

    def drawn(self, exact: Sequence[GroupRows], base: int, random: KeyedRandom) -> list[GroupRows] | None:
        """One draw of the crosstabs; None where there is none. ``exact``: by table, the counts of each row."""
        head = controlled_matrix(exact[0], self.groups.totals, self.tables[0], base, random)
        if head is None or len(exact) == 1:
            return None if head is None else [head]
        options = self._options(exact[1:], head, base, random.of("options"))
        return None if options is None else [head, *options]

    def violations(self, crosstabs: Sequence[GroupRows]) -> Iterator[str]:
        """Each limit of answers that the printed ``crosstabs`` break."""
        for crosstab, table in zip(crosstabs, self.tables, strict=True):
            if [sum(column) for column in zip(*crosstab, strict=True)] != list(table):
                yield "groups do not add up to the table"
        for place, total in enumerate(self.groups.totals):
            yield from self.question.violations([crosstab[place] for crosstab in crosstabs], total, total)

    def _options(
        self, exact: Sequence[GroupRows], head: GroupRows, base: int, random: KeyedRandom
    ) -> list[GroupRows] | None:
        """A pair for every option: in each row as many are chosen as those who chose something can choose."""
        variable, totals = self.question.specs[0].variable, self.groups.totals
        cells: list[list[Adjacent]] = []
        for rows in exact:
            adjacent = [Adjacent.of_pair(*row, base) for row in zip(rows, totals, head, strict=True)]
            if None in adjacent:
                return None
            cells.append([cell for cell in adjacent if cell])
        limits = [(variable.least * row[0], variable.most * row[0]) for row in head]
        chosen = matrix_within(cells, [table[0] for table in self.tables[1:]], limits, base, random)
        if chosen is None:
            return None
        return [[[count, total - count] for count, total in zip(option, totals, strict=True)] for option in chosen]
