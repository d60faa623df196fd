"""Of every outcome: people by whom a property is had by as few, and by four more, and who can be printed so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import pytest

from chalicelib.disclosure.policy import INVITED
from chalicelib.disclosure.protect import protect
from chalicelib.disclosure.protected import ProtectedBatch
from chalicelib.disclosure.rounding import KeyedRandom
from tests.attacker.attack import WIDTH
from tests.attacker.chances import Choices
from tests.attacker.families import BASE, Family, total_of
from tests.attacker.people import Crowd, Person, Property
from tests.attacker.statements import Outcome

#: How many are invented before it is taken that nobody can have a property, or lack it.
INVENTED = 60


@dataclass
class Witnesses:
    """Looks for them, and counts what it looked at."""

    outcomes: int = 0
    witnesses: int = 0

    def of(self, crowd: Crowd, n: int, outcomes: Sequence[Outcome], random: Random) -> list[tuple[Outcome, object]]:
        """Each outcome and property of which they cannot be found."""
        invented, narrow = [crowd.anybody(random) for _ in range(INVENTED)], []
        for outcome in outcomes:
            people = crowd.people(outcome, total_of(n), random)
            self.outcomes += 1
            found: list[tuple[object, list[Person]]] = [
                ("anybody", each) for each in neighbours(people, invented, n, random)
            ]
            for name, has in crowd.properties().items():
                found += [(name, each) for each in witnesses(people, [*invented, *people], n, has, random)]
            narrow += [(outcome, name) for name, each in found if not can_print(crowd, each, outcome)]
            self.witnesses += len(found)
        return narrow


def neighbours(people: list[Person], invented: list[Person], n: int, random: Random) -> list[list[Person]]:
    """Truths of ``n`` people that others make, who stand beside these and in the places of some of them."""
    more = n % BASE
    return [
        [*random.sample(people, len(people) - places), *random.choices(invented, k=places + more)]
        for places in range(WIDTH - more + 1)
    ]


def witnesses(
    people: list[Person], possible: list[Person], n: int, has: Property, random: Random
) -> list[list[Person]]:
    """Two truths of ``n`` people, in one of which four more have the property; none where all or none must have it."""
    having, lacking = [each for each in possible if has(each)], [each for each in possible if not has(each)]
    if not having or not lacking:
        return []
    somebody, somebody_else = random.choice(having), random.choice(lacking)
    more, free = n % BASE, WIDTH - n % BASE
    who = [has(person) for person in people]
    can_grow = who.count(False) >= free
    places = random.sample([place for place, has_it in enumerate(who) if has_it != can_grow], free)
    if can_grow:
        found = [_replaced(people, places, somebody, more), [*people, *[somebody_else] * more]]
    else:
        found = [[*people, *[somebody] * more], _replaced(people, places, somebody_else, more)]
    assert sum(map(has, found[0])) - sum(map(has, found[1])) == WIDTH
    return found


def _replaced(people: list[Person], places: Sequence[int], by: Person, more: int) -> list[Person]:
    return [by if place in places else person for place, person in enumerate(people)] + [by] * more


def can_print(crowd: Crowd, people: list[Person], outcome: Outcome) -> bool:
    """Whether this can be printed of so many people, question by question."""
    total = total_of(len(people))
    return all(
        tables is None
        or crowd.family.can_print(member, crowd.tables(member, people), tables, crowd.eligible(member, outcome, total))
        for member, tables in zip(crowd.family.members, outcome, strict=True)
    )


def choices_for(crowd: Crowd, people: list[Person], outcome: Outcome) -> Choices:
    """How chance has to fall, so that ``outcome`` comes of these people."""
    found: Choices = ()
    for member, tables in zip(crowd.family.members, outcome, strict=True):
        if tables is not None:
            total = total_of(len(people))
            exact, eligible = crowd.tables(member, people), crowd.eligible(member, outcome, total)
            found += crowd.family.results(member, exact, total, eligible)[tables]
    return found


def released(crowd: Crowd, people: list[Person], draw: KeyedRandom, patch: pytest.MonkeyPatch) -> Outcome:
    """What the whole release of these people prints with such random numbers."""
    patch.setattr("chalicelib.disclosure.protect.KeyedRandom", lambda _key, _label: draw)
    batch = protect(crowd.tally(people), crowd.family.specs, INVITED, b"", 1)
    assert batch is not None
    return outcome_of(batch, crowd.family)


def outcome_of(batch: ProtectedBatch, family: Family) -> Outcome:
    """What a release prints."""
    printed = {table.spec.id: table.counts for table in batch.tables}
    return tuple(
        tuple(printed[name] for name in member.question.ids) if member.question.id in printed else None
        for member in family.members
    )
