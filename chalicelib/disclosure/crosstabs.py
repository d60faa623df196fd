"""Tables crossed with one group question: which groups stand together, and what may be printed of each (rules 5, 7).

Crosstabs form a star. In a ring of them printed numbers need not be jointly possible, and tell small counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chalicelib.disclosure.linked_tables import Counts, Unit
from chalicelib.disclosure.rounding import Choice, Draw, choose, controlled_matrix
from chalicelib.tabulation.tally import TableSpec

#: A row for each group, or for several together; a column for each code of a table.
Matrix = Sequence[Counts]


@dataclass(frozen=True)
class Rows:
    """The rows of every crosstab of a batch: places of the group's codes, and the printed number of people in each."""

    places: tuple[tuple[int, ...], ...]
    totals: tuple[int, ...]

    @classmethod
    def of(cls, printed: Counts, least: int) -> Rows:
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

    def summed(self, matrix: Matrix) -> list[list[int]]:
        """The exact counts of each row, from those of each group."""
        return [[sum(cells) for cells in zip(*(matrix[place] for place in row), strict=True)] for row in self.places]


@dataclass(frozen=True)
class Crossing:
    """A unit's printed ``tables``, which are the sums of its crosstabs' columns, and the ``rows`` of these."""

    unit: Unit
    tables: Sequence[Counts]
    rows: Rows

    def drawn(self, exact: Sequence[Matrix], base: int, draw: Draw) -> list[Matrix] | None:
        """One draw of the crosstabs; None where there is none. ``exact``: by table, the counts of each row."""
        head = controlled_matrix(exact[0], self.rows.totals, self.tables[0], base, draw)
        if head is None or len(exact) == 1:
            return None if head is None else [head]
        options = self._options(exact[1:], head, base, Draw(draw.key, f"{draw.label}:options"))
        return None if options is None else [head, *options]

    def violations(self, crosstabs: Sequence[Matrix]) -> Iterator[str]:
        """Each limit of answers that the printed ``crosstabs`` break."""
        for matrix, table in zip(crosstabs, self.tables, strict=True):
            if [sum(column) for column in zip(*matrix, strict=True)] != list(table):
                yield "groups do not add up to the table"
        for place, total in enumerate(self.rows.totals):
            yield from self.unit.violations([matrix[place] for matrix in crosstabs], total, total)

    def _options(self, exact: Sequence[Matrix], head: Matrix, base: int, draw: Draw) -> list[Matrix] | None:
        """A pair for every option: in each row as many are chosen as those who chose something can choose."""
        variable, totals = self.unit.specs[0].variable, self.rows.totals
        cells: list[list[Choice]] = []
        for matrix in exact:
            choices = [Choice.of_pair(*row, base) for row in zip(matrix, totals, head, strict=True)]
            if None in choices:
                return None
            cells.append([choice for choice in choices if choice])
        limits = [(variable.least * row[0], variable.most * row[0]) for row in head]
        chosen = choose(cells, [table[0] for table in self.tables[1:]], limits, base, draw)
        if chosen is None:
            return None
        return [[[count, total - count] for count, total in zip(option, totals, strict=True)] for option in chosen]
