"""What printed numbers say of people who met later versions of a questionnaire (rules 5 and 7).

A newer question is asked of those who met its version, a newer option offered to them. So the printed table of versions
limits both: it must be possible that no more people had to meet a version than are printed as having met it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.disclosure.crosstabs import Matrix
from chalicelib.disclosure.linked_tables import Counts, Unit
from chalicelib.questionnaire.codebook import VERSION
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

    def met(self, version: int) -> int:
        """How many met ``version`` or a later one; of 0, everybody."""
        if not version:
            return self.total
        return self.cells(VERSION, [each for each in self._versions if int(each) >= version])

    @property
    def later(self) -> list[int]:
        """Versions but the first that not everybody met."""
        return [number for number in map(int, self._versions[:-1]) if self.met(number) < self.total]

    @property
    def _versions(self) -> tuple[str, ...]:
        return self.specs[VERSION].codes if VERSION in self.tables else ()


@dataclass(frozen=True)
class Base:
    """How many were asked, in print: ``least`` so many, and no more than ``most`` can have answered."""

    least: int
    most: int


def base_of(unit: Unit, printed: Printed) -> Base | None:
    """Whom a unit was asked of; None where no printed table tells.

    No table tells how many met the version of a conditional question and its condition, but at least those who are too
    many for either alone.
    """
    met = printed.met(unit.since)
    if not unit.is_conditional:
        return Base(met, met)
    asked = unit.asked
    if asked is None or asked.table is None or asked.table not in printed.tables:
        return None
    spec, number = printed.specs[asked.table], printed.cells(asked.table, asked.codes)
    among = printed.met(min((spec.code_since(code) for code in asked.codes), default=0))
    return Base(number + min(0, met - among), min(number, met))
