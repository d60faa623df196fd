"""Whole numbers under linear limits, and how far each can go: what an attacker makes of printed numbers.

HiGHS returns wrong optima, called optimal, for some of these as integer programs with presolve on (scipy 1.17.1). So a
linear program comes first, whose vertex counts where it is whole, and else the integer program with presolve off.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any

#: What an unknown is called: a table's id and a code, or whatever the attacker thinks up.
Name = Hashable
Limit = tuple[dict[Name, int], float, float]
Range = tuple[int, int]

WHOLE, INFEASIBLE, OPTIMAL = 1e-6, 2, 0
#: More than all other cells of a program weigh together.
FIRST_OF_ALL = 10_000


class Infeasible(Exception):
    """No numbers obey all limits."""


@dataclass
class Program:
    """Unknown whole numbers, each between two bounds, and limits on their sums."""

    bounds: dict[Name, tuple[int, float]] = field(default_factory=dict)
    limits: list[Limit] = field(default_factory=list)

    def limit(self, terms: Mapping[Name, int], least: float, most: float) -> None:
        """``least`` <= the sum of ``terms`` <= ``most``."""
        self.limits.append((dict(terms), least, most))

    def parts(self) -> list[Program]:
        """Programs that have nothing to do with each other, without the limits that bind nothing."""
        limits = [limit for limit in map(self._binding, self.limits) if limit]
        group = {name: {name} for name in self.bounds}
        for terms, _, _ in limits:
            joined = set().union(*(group[name] for name in terms))
            group |= dict.fromkeys(joined, joined)
        programs = {id(names): Program() for names in group.values()}
        for name, bounds in self.bounds.items():
            programs[id(group[name])].bounds[name] = bounds
        for limit in limits:
            programs[id(group[next(iter(limit[0]))])].limits.append(limit)
        return list(programs.values())

    def _binding(self, limit: Limit) -> Limit | None:
        terms, least, most = limit
        ends = [sorted(factor * end for end in self.bounds[name]) for name, factor in terms.items()]
        least = least if sum(low for low, _ in ends) < least else -inf
        most = most if sum(high for _, high in ends) > most else inf
        return (terms, least, most) if (least, most) != (-inf, inf) else None

    def is_solved_by(self, numbers: Mapping[Name, int]) -> bool:
        """Whether ``numbers`` obey every bound and limit."""
        return all(least <= numbers[name] <= most for name, (least, most) in self.bounds.items()) and all(
            least <= sum(factor * numbers[name] for name, factor in terms.items()) <= most
            for terms, least, most in self.limits
        )

    def shape(self) -> tuple[Hashable, list[Name]]:
        """What programs have in common that differ in nothing but names, and the names in that order."""
        kept_by = {
            name: sorted((*limit[1:], limit[0][name]) for limit in self.limits if name in limit[0])
            for name in self.bounds
        }
        names = sorted(self.bounds, key=lambda name: (self.bounds[name], kept_by[name]))
        place = {name: index for index, name in enumerate(names)}
        limits = sorted(
            (least, most, tuple(sorted((place[name], factor) for name, factor in terms.items())))
            for terms, least, most in self.limits
        )
        return (tuple(self.bounds[name] for name in names), tuple(limits)), names


class Solver:
    """Finds how far the numbers of one program can go."""

    def __init__(self, program: Program) -> None:
        from scipy.optimize import Bounds, LinearConstraint
        from scipy.sparse import csc_array

        self.names = list(program.bounds)
        place = {name: index for index, name in enumerate(self.names)}
        self._bounds = Bounds(*zip(*program.bounds.values(), strict=True))
        entries = [
            (row, place[name], factor) for row, limit in enumerate(program.limits) for name, factor in limit[0].items()
        ]
        self._limits: list[Any] = []
        if entries:
            rows, columns, factors = zip(*entries, strict=True)
            shape = (len(program.limits), len(self.names))
            matrix = csc_array((tuple(map(float, factors)), (rows, columns)), shape=shape)
            _, least, most = zip(*program.limits, strict=True)
            self._limits = [LinearConstraint(matrix, least, most)]

    def extreme(self, goal: Mapping[Name, int]) -> dict[Name, int]:
        """Numbers that make the sum of ``goal`` as small as it can be."""
        costs = [float(goal.get(name, 0)) for name in self.names]
        found = self._solve(costs, whole=False)
        if any(abs(value - round(value)) > WHOLE for value in found):
            found = self._solve(costs, whole=True)
        return {name: round(value) for name, value in zip(self.names, found, strict=True)}

    def _solve(self, costs: list[float], whole: bool) -> list[float]:
        from scipy.optimize import milp

        kinds = [int(whole)] * len(costs)
        options = {"presolve": not whole}
        result = milp(costs, integrality=kinds, bounds=self._bounds, constraints=self._limits, options=options)
        if result.status == INFEASIBLE:
            raise Infeasible
        assert result.status == OPTIMAL, result.message
        return list(map(float, result.x))


def ranges(
    program: Program, wanted: Iterable[Name], enough: float = inf, known: Mapping[Name, int] | None = None
) -> dict[Name, Range]:
    """The least and the most that each of ``wanted`` can be; no closer look once they are seen ``enough`` apart.

    ``known``: what they are in one solution, if any is known.
    """
    solver, seen = Solver(program), _Seen(list(wanted), enough)
    seen.add(known or solver.extreme(seen.goal()))
    while enough < inf and seen.close:
        # One solution says much of many cells: half of those that are still close go up, the others down.
        before = len(seen.close)
        goal = seen.goal()
        seen.add(solver.extreme(goal))
        seen.add(solver.extreme({name: -sign for name, sign in goal.items()}))
        if len(seen.close) == before:
            break
    for name in list(seen.close):
        for sign in (1, -1):
            if name in seen.close:
                seen.add(solver.extreme(seen.goal(name, sign)))
    return seen.ranges


class _Seen:
    """Between which values each number was seen, and which are still ``close``: not ``enough`` apart."""

    def __init__(self, names: list[Name], enough: float) -> None:
        self._enough = enough
        self.ranges: dict[Name, Range] = {}
        self.close = names

    def add(self, found: Mapping[Name, int]) -> None:
        """Take note of one solution."""
        for name in self.close:
            low, high = self.ranges.get(name, (found[name], found[name]))
            self.ranges[name] = (min(low, found[name]), max(high, found[name]))
        self.close = [name for name in self.close if self.ranges[name][1] - self.ranges[name][0] < self._enough]

    def goal(self, first: Name | None = None, sign: int = 0) -> dict[Name, int]:
        """What pulls every other close number the other way, one of them before all."""
        goal = {name: 1 - 2 * (place % 2) for place, name in enumerate(self.close)} if self._enough < inf else {}
        return goal if first is None else goal | {first: sign * FIRST_OF_ALL}
