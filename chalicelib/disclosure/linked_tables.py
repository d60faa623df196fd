"""Tables that depend on each other within a question, and the limits that their printed numbers obey.

The law: what is printed must itself be a possible truth (design, section 8). Whoever knows the rules could otherwise
narrow a small count by the contradiction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import gcd
from typing import Literal

from chalicelib.disclosure.rankings import can_be_ranked
from chalicelib.tabulation.tally import TableSpec
from chalicelib.tabulation.universe import Universe

#: Cells of one table, in the order of its codes.
Counts = Sequence[int]


@dataclass(frozen=True)
class Unit:
    """Tables that are drawn together.

    "single": one table. "choices": "chose something / none of these / no answer", then a pair an option. "ranking": one
    table an option, by ranks.
    """

    kind: Literal["single", "choices", "ranking"]
    specs: tuple[TableSpec, ...]

    @property
    def name(self) -> str:
        """The id of its first table."""
        return self.specs[0].id

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of its tables."""
        return tuple(spec.id for spec in self.specs)

    @property
    def group(self) -> str | None:
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

    def violations(self, tables: Sequence[Counts], total: int, asked: int) -> Iterator[str]:
        """Each limit of answers that the printed ``tables`` break; at most ``asked``, in print, can have answered."""
        if any(sum(table) != total or min(table) < 0 for table in tables):
            yield "does not add up"
        answered = sum(table[0] for table in tables) if self.kind == "ranking" else total - tables[0][-1]
        if answered > asked:
            yield "more answered than were asked"
        if self.is_compulsory and answered != asked:
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


def units_of(specs: Sequence[TableSpec]) -> list[Unit]:
    """The tables of a survey by what is drawn together, in their order."""
    units: list[Unit] = []
    for _, tables in groupby(specs, key=lambda spec: spec.variable.question_id):
        of_question = tuple(tables)
        first = of_question[0].variable
        if first.form == "many":
            units.append(Unit("choices", of_question))
        elif first.kind == "ranking":
            units.append(Unit("ranking", of_question))
        else:
            units += [Unit("single", (spec,)) for spec in of_question]
    return units


def clusters_of(units: Sequence[Unit]) -> list[list[Unit]]:
    """Units that are drawn together: families, and as one those crossed with one group, after the group itself."""
    crossed_with = {unit.group for unit in units}
    families = families_of(units)
    star = [family for family in families if any(unit.group or unit.name in crossed_with for unit in family)]
    others = [family for family in families if family not in star]
    joined = sorted((unit for family in star for unit in family), key=lambda unit: unit.name not in crossed_with)
    return [*([joined] if joined else []), *others]


def families_of(units: Sequence[Unit]) -> list[list[Unit]]:
    """A question with those asked of some who gave an answer to it, and so on.

    Drawn apart, a table that finds no fit would tell which way the one before it was rounded: where everybody who said
    yes has to answer, only some true numbers of them leave no draw.
    """
    clusters: list[list[Unit]] = []
    home: dict[str, list[Unit]] = {}
    for unit in units:
        cluster = home.get(unit.universe.table or "") if unit.universe else None
        if cluster is None:
            cluster = []
            clusters.append(cluster)
        cluster.append(unit)
        home |= dict.fromkeys(unit.ids, cluster)
    return clusters


def _in_steps(rows: Sequence[Counts]) -> list[list[int]]:
    """The same numbers by their greatest common step, so that there are fewer people to look for."""
    step = gcd(*(count for row in rows for count in row)) or 1
    return [[count // step for count in row] for row in rows]
