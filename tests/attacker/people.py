"""People of whom a family's printed numbers are the truth, and those who take their places."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from random import Random

from chalicelib.responses.answers import Answers
from chalicelib.tabulation.tally import Tally
from tests.attacker.families import BASE, SUBGROUP, Family, Member, Tables, answered
from tests.attacker.statements import Outcome

#: Places of what somebody chose, of a single choice just one; nothing where it was not asked or not answered.
Answer = frozenset[int]
SILENT: Answer = frozenset()
#: What somebody answered to each question of a family.
Person = tuple[Answer, ...]
#: Whether somebody is one of those who are counted.
Property = Callable[[Person], bool]


@dataclass
class Crowd:
    """Who can be among those who answer a family's questions."""

    family: Family
    _lawful: dict[tuple[int, int, int], list[Tables]] = field(default_factory=dict)
    _answers_to: dict[int, list[Answer]] = field(default_factory=dict)

    def outcomes(self, total: int, before: Outcome = ()) -> Iterator[Outcome]:
        """Everything that can be printed, of options that are alike in order only."""
        if len(before) == len(self.family.members):
            yield before
            return
        member = self.family.members[len(before)]
        eligible = self.eligible(member, before, total)
        for tables in self.lawful(member, total, eligible) if eligible >= SUBGROUP else [None]:
            yield from self.outcomes(total, (*before, tables))

    def one_outcome(self, total: int, random: Random) -> Outcome:
        """One of them."""
        outcome: Outcome = ()
        for member in self.family.members:
            eligible = self.eligible(member, outcome, total)
            lawful = self.lawful(member, total, eligible) if eligible >= SUBGROUP else []
            outcome = (*outcome, random.choice(lawful) if lawful else None)
        return outcome

    @staticmethod
    def eligible(member: Member, before: Outcome, total: int) -> int:
        """How many print as asked; 0 where no printed table tells."""
        if member.parent is None:
            return total
        parent = before[member.parent]
        return member.asked(parent) if parent else 0

    def lawful(self, member: Member, total: int, eligible: int) -> list[Tables]:
        """All printed tables of a question that obey the limits of answers."""
        key = (member.place, total, eligible)
        if key not in self._lawful:
            # Numbers of people in steps of the base are told apart by the same rules.
            steps = self.family.truths(member, total // BASE)
            found = [tuple(tuple(count * BASE for count in table) for table in tables) for tables in steps]
            self._lawful[key] = [
                tables for tables in found if not any(member.question.violations(tables, total, eligible))
            ]
        return self._lawful[key]

    def people(self, outcome: Outcome, total: int, random: Random) -> list[Person]:
        """Those of whom what is printed is the truth; of what is missing they answer what they must."""
        people: list[Person] = [()] * total
        for member, tables in zip(self.family.members, outcome, strict=True):
            asked = [place for place, person in enumerate(people) if self.is_asked(member, person)]
            random.shuffle(asked)
            given = self._answers(member, tables, len(asked), random)
            assert tables is None or member.can_follow(len(given), len(asked))
            by_place = dict(zip(asked, given, strict=False))
            people = [(*person, by_place.get(place, SILENT)) for place, person in enumerate(people)]
        return people

    def _answers(self, member: Member, tables: Tables | None, asked: int, random: Random) -> list[Answer]:
        """Those of whoever answered."""
        if tables is None:
            return [random.choice(self.possible(member)) for _ in range(asked)]
        if len(tables) == 1:
            return [frozenset({place}) for place, count in enumerate(tables[0][:-1]) for _ in range(count)]
        chosen: list[set[int]] = [set() for _ in range(answered(tables))]
        dealt = [option for option, pair in enumerate(tables[1:]) for _ in range(pair[0])]
        for number, option in enumerate(dealt):
            chosen[number % len(chosen)].add(option)
        return list(map(frozenset, chosen))

    def possible(self, member: Member) -> list[Answer]:
        """Whatever somebody who is asked can answer."""
        if member.place not in self._answers_to:
            variable, options = member.question.specs[0].variable, len(member.question.specs) - 1
            several = range(variable.least, variable.most + 1) if options else [1]
            places = range(options or len(member.question.specs[0].codes) - 1)
            silent = [] if member.question.is_compulsory else [SILENT]
            found = [*silent, *(frozenset(some) for size in several for some in combinations(places, size))]
            self._answers_to[member.place] = found
        return self._answers_to[member.place]

    def is_asked(self, member: Member, person: Person) -> bool:
        """Whether somebody who answered the questions before so is asked this one."""
        if member.parent is None:
            return True
        parent = self.family.members[member.parent]
        return self.cell(parent, member.table, person[member.parent]) in member.cells

    @staticmethod
    def cell(member: Member, table: int, answer: Answer) -> int:
        """The cell of a question's table in which somebody is."""
        if table:
            return int(table - 1 not in answer)
        if not answer:
            return len(member.question.specs[0].codes) - 1
        return 0 if len(member.question.specs) > 1 else min(answer)

    def anybody(self, random: Random) -> Person:
        """Somebody who answers at random."""
        person: Person = ()
        for member in self.family.members:
            possible = self.possible(member) if self.is_asked(member, person) else [SILENT]
            person = (*person, random.choice(possible))
        return person

    def tables(self, member: Member, people: list[Person]) -> Tables:
        """The true tables of a question."""
        found = []
        for table, spec in enumerate(member.question.specs):
            counts = [0] * len(spec.codes)
            for person in people:
                counts[self.cell(member, table, person[member.place])] += 1
            found.append(tuple(counts))
        return tuple(found)

    def answers(self, person: Person) -> Answers:
        """What somebody answered, as it is stored."""
        variables = [member.question.specs[0].variable for member in self.family.members]
        given = zip(variables, person, strict=True)
        return Answers(
            {of.question_id: tuple(of.codes[place] for place in sorted(some)) for of, some in given if some}, {}
        )

    def tally(self, people: list[Person]) -> Tally:
        """The same of every question, as the code has them."""
        return Tally(
            len(people),
            {
                spec.id: dict(zip(spec.codes, counts, strict=True))
                for member in self.family.members
                for spec, counts in zip(member.question.specs, self.tables(member, people), strict=True)
            },
        )

    def properties(self) -> dict[object, Property]:
        """By name: to be in some cell of a table; and to be in the first cell of each."""
        found: dict[object, Property] = {
            (spec.id, cell): self._is_in(member, table, cell)
            for member in self.family.members
            for table, spec in enumerate(member.question.specs)
            for cell in range(len(spec.codes))
        }
        firsts = [self._is_in(member, 0, 0) for member in self.family.members]
        return {**found, "the first answer to each": lambda person: all(first(person) for first in firsts)}

    def _is_in(self, member: Member, table: int, cell: int) -> Property:
        return lambda person: self.cell(member, table, person[member.place]) == cell
