"""Stars of crosstabs: what can be printed of the questions crossed with a group question, and of whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations_with_replacement, product
from random import Random

import pytest

from chalicelib.disclosure.crosstabs import GroupRows, Margins, PooledGroups
from chalicelib.disclosure.policy import INVITED
from chalicelib.disclosure.protect import protect
from chalicelib.disclosure.rounding import KeyedRandom
from chalicelib.questionnaire.survey import Crosstabs
from chalicelib.tabulation.tally import Tally
from tests.attacker.chances import Choices, choices_to, fallen
from tests.attacker.families import BASE, SUBGROUP, Family, Member, Numbers, Tables
from tests.attacker.forms import Questions, specs_of
from tests.attacker.people import Crowd, Person, Property

#: Of a question crossed with groups: of each of its tables, a row for each group or for several pooled ones.
Rows = tuple[tuple[Numbers, ...], ...]
#: What the lot of a question says: whether its crosstabs are left out.
LEFT_OUT, DRAWN = 0, 1


@dataclass(frozen=True)
class Print:
    """What is printed of a star: the tables of every question, and by whom the crosstabs are told."""

    tables: tuple[Tables, ...]
    groups: PooledGroups
    rows: tuple[Rows, ...]


@dataclass
class Star:
    """A group question, the first, and those crossed with it; all are asked of everybody."""

    questions: Questions

    @cached_property
    def crowd(self) -> Crowd:
        """Who can answer them."""
        group, *others = (question["id"] for question in self.questions)
        return Crowd(Family(specs_of(self.questions, Crosstabs(group=group, by=tuple(others)))))

    @property
    def group(self) -> Member:
        """The group question."""
        return self.crowd.family.members[0]

    @property
    def crossed(self) -> Sequence[Member]:
        """The others."""
        return self.crowd.family.members[1:]

    def prints(self, sizes: Sequence[int]) -> Iterator[list[Person]]:
        """People by five, so many fives in each group, in all ways: what is printed of them is what they are."""
        answers = list(product(*(self.crowd.possible(member) for member in self.crossed)))
        of_groups = [
            [(frozenset({group}), *each) for each in some]
            for group, size in enumerate(sizes)
            for some in combinations_with_replacement(answers, size)
        ]
        by_group: list[list[list[Person]]] = [
            [people for people in of_groups if people and people[0][0] == frozenset({group})]
            for group, size in enumerate(sizes)
            if size
        ]
        for people in product(*by_group):
            yield [person for some in people for person in some for _ in range(BASE)]

    def one_print(self, sizes: Sequence[int], random: Random) -> list[Person]:
        """One of them."""
        people: list[Person] = []
        for group, size in enumerate(sizes):
            for _ in range(size):
                people += [(frozenset({group}), *self.crowd.anybody(random)[1:])] * BASE
        return people

    def printed(self, people: list[Person]) -> Print:
        """What is printed of people by five, if it is the truth."""
        tables = tuple(self.crowd.tables(member, people) for member in self.crowd.family.members)
        groups = PooledGroups.of(tables[0][0], self.group.question.specs[0], SUBGROUP)
        return Print(tables, groups, tuple(self.rows(member, people, groups) for member in self.crossed))

    def rows(self, member: Member, people: list[Person], groups: PooledGroups) -> Rows:
        """The true rows of a question's crosstabs."""
        by_group = self._by_group(member, people)
        return tuple(frozen(groups.summed([tables[table] for tables in by_group])) for table in range(len(by_group[0])))

    def _by_group(self, member: Member, people: list[Person]) -> list[Tables]:
        in_group: list[list[Person]] = [[] for _ in self.group.question.specs[0].codes]
        for person in people:
            in_group[self.crowd.cell(self.group, 0, person[0])].append(person)
        return [self.crowd.tables(member, some) for some in in_group]

    def can_print(self, people: list[Person], printed: Print) -> bool:
        """Whether it can be printed of these people, question by question."""
        members, total = self.crowd.family.members, sum(printed.tables[0][0])
        exact = [self.crowd.tables(member, people) for member in members]
        return all(map(self.crowd.family.can_print, members, exact, printed.tables, [total] * len(members))) and all(
            self._choices(place, people, printed) is not None for place in range(len(self.crossed))
        )

    def _choices(self, place: int, people: list[Person], printed: Print) -> Choices | None:
        """How chance has to fall so that the crosstabs of a question come."""
        member = self.crossed[place]
        exact = self.rows(member, people, printed.groups)
        margins = Margins(member.question, printed.tables[place + 1], printed.groups)
        return choices_to(printed.rows[place], lambda draw: drawn(margins, exact, draw))

    def released(self, people: list[Person], printed: Print, patch: pytest.MonkeyPatch, left_out: bool = False) -> bool:
        """Whether the whole release of these people prints so where chance falls so; ``left_out``: by lot no rows."""
        total, choices = sum(printed.tables[0][0]), [LEFT_OUT if left_out else DRAWN] * len(self.crossed)
        for place, (member, printed_tables) in enumerate(zip(self.crowd.family.members, printed.tables, strict=True)):
            exact = self.crowd.tables(member, people)
            choices += self.crowd.family.results(member, exact, total, total)[printed_tables]
            choices += () if left_out or not place else self._choices(place - 1, people, printed) or ()
        patch.setattr("chalicelib.disclosure.protect.KeyedRandom", lambda _key, _label: fallen(choices))
        batch = protect(self.tally(people), self.crowd.family.specs, INVITED, b"", 1)
        assert batch is not None
        tables = [table.counts for table in batch.tables]
        rows = [tuple(row.counts for row in crosstab.rows) for crosstab in batch.crosstabs]
        wanted = [] if left_out else [table for each in printed.rows for table in each]
        return tables == [table for each in printed.tables for table in each] and rows == wanted

    def tally(self, people: list[Person]) -> Tally:
        """The true tables, and those of each group."""
        tally, codes = self.crowd.tally(people), self.group.question.specs[0].codes
        by_group = {
            spec.id.in_group(code): dict(zip(spec.codes, counts, strict=True))
            for member in self.crossed
            for code, tables in zip(codes, self._by_group(member, people), strict=True)
            for spec, counts in zip(member.question.specs, tables, strict=True)
        }
        return Tally(tally.n, {**tally.counts, **by_group})

    def properties(self) -> dict[object, Property]:
        """By name: to be in a cell of a table, or in a group and in a cell."""
        cells = self.crowd.properties()
        codes = range(len(self.group.question.specs[0].codes))
        groups = [(self.group.question.id, cell) for cell in codes]
        others = [name for name in cells if name not in groups]
        return cells | {(one, other): both(cells[one], cells[other]) for one in groups for other in others}


def both(one: Property, other: Property) -> Property:
    """To have both properties."""
    return lambda person: one(person) and other(person)


def drawn(margins: Margins, exact: Sequence[GroupRows], draw: KeyedRandom) -> Rows | None:
    """One draw of the crosstabs of a question."""
    found = margins.drawn(exact, BASE, draw)
    return None if found is None else tuple(map(frozen, found))


def frozen(rows: GroupRows) -> tuple[Numbers, ...]:
    """The same rows, that nobody can change."""
    return tuple(map(tuple, rows))
