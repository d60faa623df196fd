"""A question and those that depend on it: every truth that people can make, and whatever can be printed of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations_with_replacement, product

from chalicelib.disclosure.linked_tables import Frame, QuestionTables, question_tables, universes_in
from chalicelib.disclosure.policy import INVITED
from chalicelib.disclosure.rounded_tables import Sets, _options, _table
from chalicelib.tabulation.tally import TableSpec
from tests.attacker.chances import Choices, every_result

Numbers = tuple[int, ...]
#: Of one question: its table, then a pair for each option of a multiple choice.
Tables = tuple[Numbers, ...]

BASE, SUBGROUP = INVITED.rounding_base, INVITED.subgroup


@dataclass(frozen=True)
class Member:
    """A question of a family; whom it is asked of is told by cells of one of its parent's tables."""

    question: QuestionTables
    place: int
    parent: int | None = None
    table: int = 0
    cells: Numbers = ()

    def asked(self, tables: Tables) -> int:
        """How many are asked it, by its parent's tables, true or printed."""
        return sum(tables[self.table][cell] for cell in self.cells)

    def can_follow(self, answered: int, asked: int) -> bool:
        """Whether so many of those asked can have answered."""
        return answered == asked if self.question.is_compulsory else answered <= asked


#: What can come of a draw, by whatever it depends on: questions of many families are alike.
_HEADS: dict[object, Mapping[Numbers, Choices]] = {}
_PAIRS: dict[object, Mapping[Tables, Choices]] = {}


@dataclass
class Family:
    """Its questions in their order, the first of which everybody is asked."""

    specs: Sequence[TableSpec]

    @cached_property
    def members(self) -> list[Member]:
        """Every question with its place, and what tells whom it is asked of."""
        return [self._member(question, place) for place, question in enumerate(self._questions)]

    @cached_property
    def _questions(self) -> list[QuestionTables]:
        return question_tables(self.specs)

    def _member(self, question: QuestionTables, place: int) -> Member:
        universe = question.universe
        if universe is None or universe.table is None:
            return Member(question, place)
        parent = next(number for number, each in enumerate(self._questions) if universe.table in each.ids)
        of_parent = self._questions[parent]
        table = of_parent.ids.index(universe.table)
        codes = of_parent.specs[table].codes
        return Member(question, place, parent, table, tuple(map(codes.index, universe.codes)))

    def children(self, member: Member) -> list[Member]:
        """Who depends on its answers."""
        return [each for each in self.members if each.parent == member.place]

    @cached_property
    def _sets(self) -> Sets:
        return universes_in(self.specs)

    def truths(self, member: Member, n: int) -> Iterator[Tables]:
        """All true counts of ``n`` people; of options that are alike in order only."""
        alike = all(child.table == 0 for child in self.children(member))
        variable, options = member.question.specs[0].variable, len(member.question.specs) - 1
        for head in compositions(n, len(member.question.specs[0].codes)):
            if member.parent is None and member.question.is_compulsory and head[-1]:
                continue
            chosen = range(head[0] + 1)
            several = combinations_with_replacement(chosen, options) if alike else product(chosen, repeat=options)
            for counts in several:
                if not options or variable.least * head[0] <= sum(counts) <= variable.most * head[0]:
                    yield (head, *((count, n - count) for count in counts))

    def results(self, member: Member, exact: Tables, total: int, eligible: int) -> dict[Tables, Choices]:
        """Whatever can be printed of a question of which so many print as asked, and choices that lead to it."""
        return {
            (head, *pairs): (*choices, *more)
            for head, choices in self._of_head(member, exact[0], total, eligible).items()
            for pairs, more in self._of_options(member, exact, total, head[0]).items()
        }

    def can_print(self, member: Member, exact: Tables, printed: Tables, eligible: int) -> bool:
        """Whether a question can be printed so; its options, which are alike in this, are looked up in order."""
        pairs = sorted(zip(exact[1:], printed[1:], strict=True))
        true, shown = (exact[0], *(pair for pair, _ in pairs)), tuple(pair for _, pair in pairs)
        total = sum(printed[0])
        return printed[0] in self._of_head(member, true[0], total, eligible) and shown in self._of_options(
            member, true, total, printed[0][0]
        )

    def _of_head(self, member: Member, head: Numbers, total: int, eligible: int) -> Mapping[Numbers, Choices]:
        question = member.question
        together = frozenset(self._sets.get(question.id, ()))
        key = (len(head), question.is_compulsory, question.is_conditional, together, head, total, eligible)
        if key not in _HEADS:
            frame = Frame(total, eligible, sum(head), BASE)
            _HEADS[key] = every_result(lambda draw: tuple(_table(question, head, self._sets, frame, draw)))
        return _HEADS[key]

    def _of_options(self, member: Member, exact: Tables, total: int, chosen: int) -> Mapping[Tables, Choices]:
        """How many chose something in truth is in weights alone, which are never 0."""
        question = member.question
        variable, counts = question.specs[0].variable, tuple(pair[0] for pair in exact[1:])
        key = (variable.least, variable.most, counts, total, chosen)
        if key not in _PAIRS:
            frame = Frame(total, total, total, BASE)
            _PAIRS[key] = every_result(
                lambda draw: tuple((pair[0], pair[1]) for pair in _options(question, exact, chosen, frame, draw))
            )
        return _PAIRS[key]


def compositions(total: int, parts: int) -> Iterator[Numbers]:
    """All ways to divide ``total`` among so many."""
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        yield from ((first, *others) for others in compositions(total - first, parts - 1))


def answered(tables: Tables) -> int:
    """How many gave an answer."""
    return sum(tables[0][:-1])


def total_of(n: int) -> int:
    """How many print as having responded."""
    return n - n % BASE


#: The least and the greatest that a number was seen as, by its name.
Ranges = dict[tuple[object, ...], tuple[int, int]]


def widened(ranges: Ranges, others: Iterable[tuple[tuple[object, ...], tuple[int, int]]]) -> None:
    """Take note of ``others``."""
    for name, (least, most) in others:
        low, high = ranges.get(name, (least, most))
        ranges[name] = (min(low, least), max(high, most))
