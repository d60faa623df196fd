"""Printed numbers, and what they say of how many were asked a conditional question (rule 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.disclosure.crosstabs import Matrix
from chalicelib.disclosure.linked_tables import Counts, Unit
from chalicelib.tabulation.tally import TableSpec

Tables = Mapping[str, Counts]


@dataclass(frozen=True)
class Printed:
    """Printed numbers: of everybody, of ``tables`` and of their ``crosstabs`` by id; ``rows``: the groups in each row.

    ``specs``: all tables of the survey, by id.
    """

    total: int
    base: int
    specs: Mapping[str, TableSpec]
    tables: Tables
    crosstabs: Mapping[str, Matrix] = field(default_factory=dict)
    rows: Sequence[Sequence[str]] = ()

    def cells(self, table: str, codes: Sequence[str]) -> int:
        """How many are in some cells of a table together."""
        return sum(self.tables[table][self.specs[table].codes.index(code)] for code in codes)


@dataclass(frozen=True)
class Base:
    """How many were asked, in print: ``least`` so many, and no more than ``most`` can have answered."""

    least: int
    most: int


def base_of(unit: Unit, printed: Printed) -> Base | None:
    """Whom a unit was asked of; None where no printed table tells."""
    if not unit.is_conditional:
        return Base(printed.total, printed.total)
    universe = unit.universe
    if universe is None or universe.table is None or universe.table not in printed.tables:
        return None
    number = printed.cells(universe.table, universe.codes)
    return Base(number, number)
