"""Every result that chance can have: the code is run once for each way in which its random choices can fall."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, permutations
from typing import Any, TypeVar

from chalicelib.disclosure.rounding import KeyedRandom

Result = TypeVar("Result", bound=Hashable)
#: Which way each choice of a run fell, in their order.
Choices = tuple[int, ...]


@dataclass
class Script:
    """The choices of one run: those that are ``fixed`` first, then always the first way; and how many ways each had."""

    fixed: Sequence[int] = ()
    taken: list[int] = field(default_factory=list)
    ways: list[int] = field(default_factory=list)

    def choose(self, ways: int) -> int:
        """One of so many."""
        if ways < 2:
            return 0
        place = len(self.taken)
        self.taken.append(self.fixed[place] if place < len(self.fixed) else 0)
        self.ways.append(ways)
        return self.taken[-1]

    def following(self) -> list[int] | None:
        """What to fix for the next run; None after the last."""
        taken, ways = list(self.taken), list(self.ways)
        while taken and taken[-1] + 1 == ways[-1]:
            taken.pop()
            ways.pop()
        return [*taken[:-1], taken[-1] + 1] if taken else None


class Undrawn(int):
    """A uniform number below 2**64 that is not drawn before it is compared: then both ways that it can fall."""

    script: Script
    factor: int

    @classmethod
    def of(cls, script: Script, factor: int = 1) -> Undrawn:
        """So many times a number yet to be drawn."""
        made = cls()
        made.script, made.factor = script, factor
        return made

    def __mul__(self, factor: int) -> Undrawn:
        return self.of(self.script, self.factor * factor)

    def __lt__(self, limit: int) -> bool:
        falls = [limit > 0] if (limit > 0) == (((1 << 64) - 1) * self.factor < limit) else [True, False]
        return falls[self.script.choose(len(falls))]


class Order(list[int]):
    """Places whose order is not drawn before it is looked at; of a slice only which are in it matters."""

    script: Script

    @classmethod
    def of(cls, places: Sequence[int], script: Script) -> Order:
        """These places in an order yet to be drawn."""
        made = cls(places)
        made.script = script
        return made

    def __getitem__(self, some: Any) -> Any:
        ways = list(combinations(list.__iter__(self), min(len(self), some.stop)))
        return ways[self.script.choose(len(ways))]

    def __iter__(self) -> Iterator[int]:
        ways = list(permutations(list.__iter__(self)))
        return iter(ways[self.script.choose(len(ways))])


@dataclass(frozen=True)
class EveryChance(KeyedRandom):
    """Falls as its script says.

    Of the two methods of sampling only the second is looked at: it has all that the first has (tests/unit).
    """

    script: Script = field(default_factory=Script)

    def of(self, name: object) -> KeyedRandom:
        return self

    def number(self, name: str) -> int:
        return 0 if name == "method" else Undrawn.of(self.script)

    def weighted(self, weights: Sequence[int], name: str) -> list[int]:
        return Order.of([place for place, weight in enumerate(weights) if weight], self.script)

    def place(self, weights: Sequence[int], name: str) -> int:
        places = [place for place, weight in enumerate(weights) if weight]
        return places[self.script.choose(len(places))]

    def shuffled(self, items: Sequence[int], name: str) -> list[int]:
        ways = sorted(set(permutations(items)))
        return list(ways[self.script.choose(len(ways))])


def runs(run: Callable[[KeyedRandom], Result]) -> Iterator[tuple[Result, Choices]]:
    """What comes of ``run`` for each way in which its choices can fall."""
    fixed: list[int] | None = []
    while fixed is not None:
        script = Script(fixed)
        result = run(EveryChance(b"", "", script))
        yield result, tuple(script.taken)
        fixed = script.following()


def every_result(run: Callable[[KeyedRandom], Result]) -> dict[Result, Choices]:
    """Whatever can come of ``run``, and choices that lead to it."""
    return dict(runs(run))


def choices_to(wanted: Hashable, run: Callable[[KeyedRandom], Hashable]) -> Choices | None:
    """Choices by which ``wanted`` comes of ``run``; None where it cannot."""
    return next((choices for result, choices in runs(run) if result == wanted), None)


def fallen(choices: Sequence[int]) -> KeyedRandom:
    """Chance that falls so."""
    return EveryChance(b"", "", Script(choices))
