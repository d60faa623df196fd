"""An attack on a release: the truth has to be possible, and of no cell may more be worked out than five values."""

from __future__ import annotations

import os
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, field, replace

from chalicelib.disclosure.protected import ProtectedBatch
from chalicelib.tabulation.tally import Tally
from tests.attacker.knowledge import EVERYTHING, Attacker, Sight
from tests.attacker.program import Infeasible, Name, Program, Range, Solver, ranges
from tests.attacker.surveys import ASurvey

#: How many releases of random surveys are attacked. Where tables are rounded one by one, 13 of 150 of them let the
#: attacker through. What does so in one of 100 is found by 300 in 95 of 100 cases.
RELEASES = int(os.environ.get("PARAPLY_RELEASES", "300"))
#: What is left open of a true count, at least: its greatest possible value minus its least.
WIDTH = 4
#: How many people stand behind a release, at least.
FEWEST = 20


@dataclass(frozen=True)
class Breach:
    """A cell of which the attacker knows more than it may, as distances from what is printed."""

    cell: Name
    found: Range


@dataclass
class Attack:
    """Goes on from release to release; programs that differ in nothing but names are solved once.

    ``sight``: what the attacker makes of print; ``closely``: whether every cell's least and greatest value is worked
    out, or only that they lie far enough apart.
    """

    sight: Sight = EVERYTHING
    closely: bool = False
    releases: int = 0
    tables: int = 0
    crosstabs: int = 0
    cells: int = 0
    least_width: float = float("inf")
    _solved: dict[Hashable, list[Range]] = field(default_factory=dict)

    def on(self, batch: ProtectedBatch, tally: Tally, survey: ASurvey) -> list[Breach]:
        """Every breach; fails if the truth itself contradicts what is printed."""
        attacker = Attacker(batch, tally.n, survey, self.sight)
        truth = attacker.truth(tally)
        self.releases += 1
        self.tables += len(batch.tables)
        self.crosstabs += len(batch.crosstabs)
        for part in Attacker(batch, tally.n, survey, replace(self.sight, farther=True)).program.parts():
            _check_truth(part, {name: truth[name] for name in part.bounds if name in truth})
        reaches: dict[Name, Range] = {}
        for part in attacker.program.parts():
            reaches |= self._ranges(part, {name: truth[name] for name in part.bounds if name in truth})
        narrow = [name for name, (least, most) in reaches.items() if most - least < WIDTH]
        for name in (
            _known_anyway(narrow, Attacker(batch, tally.n, survey, Sight(numbers=False)).program) if narrow else ()
        ):
            del reaches[name]
        self.cells += len(reaches)
        self.least_width = min([self.least_width, *(most - least for least, most in reaches.values())])
        found = [Breach("people", (tally.n, tally.n))] if tally.n < FEWEST else []
        return found + [Breach(name, reaches[name]) for name in narrow if name in reaches]

    def _ranges(self, part: Program, truth: Mapping[Name, int]) -> Mapping[Name, Range]:
        if len(part.bounds) > len(truth) or not part.is_solved_by(truth):
            return ranges(part, truth, self._enough)
        shape, names = part.shape()
        if shape not in self._solved:
            found = ranges(part, names, self._enough, truth)
            self._solved[shape] = [found[name] for name in names]
        return dict(zip(names, self._solved[shape], strict=True))

    @property
    def _enough(self) -> float:
        return float("inf") if self.closely else WIDTH


def is_possible(batch: ProtectedBatch, survey: ASurvey) -> bool:
    """The law: whether the printed numbers themselves can be the truth."""
    attacker = Attacker(batch, batch.total, survey)
    try:
        for part in attacker.program.parts():
            _check_truth(part, {name: 0 for name in part.bounds if name in attacker.printed})
    except (Infeasible, AssertionError):
        return False
    return True


def _check_truth(part: Program, truth: Mapping[Name, int]) -> None:
    assert all(least <= truth[name] <= most for name, (least, most) in part.bounds.items() if name in truth)
    if len(truth) == len(part.bounds):
        assert part.is_solved_by(truth)
        return
    fixed = {name: (truth[name], truth[name]) if name in truth else bounds for name, bounds in part.bounds.items()}
    Solver(Program(fixed, part.limits)).extreme({})


def _known_anyway(cells: Collection[Name], blind: Program) -> list[Name]:
    """Which cells the questionnaire alone tells: nobody skips what must be answered."""
    found: dict[Name, Range] = {}
    for part in blind.parts():
        found |= ranges(part, wanted, enough=1) if (wanted := [name for name in part.bounds if name in cells]) else {}
    return [name for name, (least, most) in found.items() if least == most]
