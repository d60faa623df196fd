"""Rules as they once were, of a question and one chain of those that depend on it: what found no draw was missing.

A joint draw rounded all tables of everybody, cell by cell; it counted if every table obeyed the limits or few printed
as asked. If none did, the table that failed was missing, and if an answer to it was compulsory all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from tests.attacker.families import BASE, SUBGROUP, Family, Member, Ranges, Tables, answered, total_of, widened
from tests.attacker.statements import Outcome

#: True tables of the chain so far, of questions that no later one depends on just one of many that are alike.
Truths = tuple[Tables, ...]


def near(count: int) -> set[int]:
    """The multiples of the base adjacent to ``count``."""
    return {count - count % BASE, count + -count % BASE}


def draws(member: Member, exact: Tables, total: int, eligible: int) -> Iterator[Tables]:
    """Every draw of a question that obeys the limits: cells and pairs adjacent, and summing to the total."""
    pairs = [[(up, total - up) for up in near(pair[0]) if total - up in near(pair[1])] for pair in exact[1:]]
    for head in product(*map(near, exact[0])):
        if sum(head) == total:
            for ways in product(*pairs):
                if not any(member.question.violations((head, *ways), total, eligible)):
                    yield (head, *ways)


class Missing:
    """By what is printed of the tables before: all truths of which a table is missing since nothing fitted."""

    def __init__(self, family: Family, n: int) -> None:
        self._family, self._n = family, n
        self.found: dict[tuple[Outcome, int], Ranges] = {}
        self._drawn: dict[tuple[int, Tables, int], list[Tables]] = {}
        self._alike: dict[int, dict[object, list[Tables]]] = {}
        for truths in self._chains(()):
            self._note(truths)

    def _draws(self, place: int, exact: Tables, eligible: int) -> list[Tables]:
        key = (place, exact, eligible)
        if key not in self._drawn:
            self._drawn[key] = list(draws(self._family.members[place], exact, total_of(self._n), eligible))
        return self._drawn[key]

    def _chains(self, before: Truths) -> Iterator[Truths]:
        """Truths that differ in what matters to the draws of others, and to whether there are any."""
        if len(before) == len(self._family.members):
            yield before
            return
        member = self._family.members[len(before)]
        asked = member.asked(before[-1]) if before else self._n
        for kind in self._kinds(member):
            if member.can_follow(answered(kind[0]), asked):
                yield from self._chains((*before, kind[0]))

    def _kinds(self, member: Member) -> list[list[Tables]]:
        if member.place not in self._alike:
            kinds = self._alike.setdefault(member.place, {})
            for truth in self._family.truths(member, self._n):
                kinds.setdefault(self._kind(member, truth), []).append(truth)
        return list(self._alike[member.place].values())

    def _kind(self, member: Member, truth: Tables) -> object:
        """Of the last question only how many answered, and whether anything fits; of others everything."""
        if self._family.children(member):
            return truth
        return answered(truth), tuple(
            any(self._draws(member.place, truth, eligible)) for eligible in range(SUBGROUP, self._n + 1, BASE)
        )

    def _note(self, truths: Truths) -> None:
        reached = self._reached(truths, ())
        deepest = max(depth for depth, _ in reached)
        if deepest == len(truths):
            return
        member = self._family.members[deepest]
        if member.parent is not None and member.question.is_compulsory:
            self._add(truths, (None,) * len(truths), 0)
            return
        for depth, outcome in reached:
            if depth == deepest:
                self._add(truths, (*outcome, *(None,) * (len(truths) - depth)), deepest)

    def _reached(self, truths: Truths, before: Outcome) -> list[tuple[int, Outcome]]:
        """How far joint draws come before nothing fits, or to the end, and what they print before."""
        place = len(before)
        if place == len(truths):
            return [(place, before)]
        member = self._family.members[place]
        parent = before[-1] if before else None
        eligible = member.asked(parent) if parent else 0 if before else total_of(self._n)
        if eligible < SUBGROUP:
            return [(len(truths), before)]
        found = [
            each
            for tables in self._draws(place, truths[place], eligible)
            for each in self._reached(truths, (*before, tables))
        ]
        return found or [(place, before)]

    def _add(self, truths: Truths, outcome: Outcome, missing: int) -> None:
        ranges = self.found.setdefault((outcome, missing), {})
        for member, truth in zip(self._family.members, truths, strict=True):
            of_kind: Sequence[Tables] = self._alike[member.place][self._kind(member, truth)]
            for tables in of_kind:
                widened(ranges, (((member.place, "cell", cell), (n, n)) for cell, n in enumerate(tables[0])))
