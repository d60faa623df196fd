"""Tables that depend on each other within a question, and the limits that their printed numbers obey.

The law: what is printed must itself be a possible truth (design, section 8). Whoever knows the rules could otherwise
narrow a small count by the contradiction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import gcd
from typing import Literal

from chalicelib.disclosure.rankings import can_be_ranked
from chalicelib.questionnaire.codebook import VERSION, Asked
from chalicelib.tabulation.tally import TableSpec

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
    def asked(self) -> Asked | None:
        """Whom it is asked of; None where it is everybody."""
        return self.specs[0].asked

    @property
    def is_conditional(self) -> bool:
        """Whether not everybody is asked."""
        return self.specs[0].variable.is_conditional

    @property
    def since(self) -> int:
        """The version that people must have met to be asked; 0 where the first asks it."""
        return self.specs[0].since or 0

    @property
    def hangs_on_versions(self) -> bool:
        """Whether how many met which version limits its numbers, or whether they are just that."""
        return self.name == VERSION or any(spec.since or spec.codes_since for spec in self.specs)

    @property
    def is_compulsory(self) -> bool:
        """Whether everybody who was asked has answered, whatever version they met."""
        return self.specs[0].variable.is_required and not self.since

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
    """Units that are drawn together: families, those that hang on versions, those crossed with one group.

    Every table after those that its limits come from: first that of versions, then the group.
    """
    crossed_with = {unit.group for unit in units}
    ties: tuple[Callable[[Unit], bool], ...] = (
        lambda unit: unit.hangs_on_versions,
        lambda unit: bool(unit.group) or unit.name in crossed_with,
    )
    clusters = families_of(units)
    for is_tied in ties:
        tied = [cluster for cluster in clusters if any(map(is_tied, cluster))]
        others = [cluster for cluster in clusters if cluster not in tied]
        clusters = [*([[unit for cluster in tied for unit in cluster]] if tied else []), *others]
    return [
        sorted(cluster, key=lambda unit: (unit.name != VERSION, unit.name not in crossed_with)) for cluster in clusters
    ]


def families_of(units: Sequence[Unit]) -> list[list[Unit]]:
    """A question with those asked of some who gave an answer to it, and so on.

    Drawn apart, a table that finds no fit would tell which way the one before it was rounded: where everybody who said
    yes has to answer, only some true numbers of them leave no draw.
    """
    clusters: list[list[Unit]] = []
    home: dict[str, list[Unit]] = {}
    for unit in units:
        cluster = home.get(unit.asked.table or "") if unit.asked else None
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
