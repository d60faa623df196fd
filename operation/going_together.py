"""Answers that go together, by what authors say that one implies of another: found by search, not by luck.

Answers that no implication tells apart are one class: a code, or the numbers or days between two limits. Which classes
of two questions go together is a table of bits. Classes that nothing fits are taken out first; in a protected survey,
whose implications make no rings, whatever is chosen then can always be gone on with.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from chalicelib.questionnaire.codebook import Variable, codebook_of
from chalicelib.questionnaire.conditions import Implication, Tree, comparisons, holds, value_of
from chalicelib.questionnaire.definition import Questionnaire
from operation.errors import OperatorError

#: How often an answer is drawn as likely as usual, before any that fits is taken.
DRAWS = 20
#: Answers that are tried until the search gives up: only rings of implications ever need more than one a question.
MAXIMUM_TRIED = 10_000
#: Draws the code of an answer to the question with this id; None where it is skipped.
Draw = Callable[[str], str | None]


@dataclass(frozen=True)
class _Bound:
    """A question that implies something of another, or is implied by one. ``codes``: the first of each class."""

    variable: Variable
    codes: tuple[str, ...]

    @classmethod
    def of(cls, variable: Variable, trees: Iterable[Tree]) -> _Bound:
        """The classes that ``trees``, which speak of this variable alone, tell apart."""
        numbers = variable.numbers
        if numbers is None:
            return cls(variable, variable.codes)
        values = [value_of(leaf) for tree in trees for leaf in comparisons(tree)]
        limits = [numbers.read(str(value)) for value in values if value is not None]
        firsts = {numbers.least, *limits, *(limit + 1 for limit in limits)}
        within = sorted(first for first in firsts if numbers.least <= first <= numbers.most)
        return cls(variable, tuple(numbers.written(first) for first in within))

    def holding(self, tree: Tree) -> list[bool]:
        """By class, whether ``tree`` holds for its answers."""
        return [holds(tree, {self.variable.id: (code,)}) for code in self.codes]

    def class_of(self, code: str) -> int:
        """Which class ``code`` is in."""
        numbers = self.variable.numbers
        return self.codes.index(code) if numbers is None else bisect_right(self._firsts, numbers.read(code)) - 1

    def any_of(self, number: int, randomness: random.Random) -> str:
        """A code of the class ``number``."""
        numbers = self.variable.numbers
        if numbers is None:
            return self.codes[number]
        ends = [*self._firsts, numbers.most + 1]
        return numbers.written(randomness.randrange(ends[number], ends[number + 1]))

    @cached_property
    def _firsts(self) -> list[int]:
        return [self.variable.numbers.read(code) for code in self.codes] if self.variable.numbers else []


@dataclass
class _Search:
    """What was chosen so far, by question: a code, None where it is skipped; ``left``: what may still be tried."""

    chosen: dict[str, str | None] = field(default_factory=dict)
    left: int = MAXIMUM_TRIED
    #: The questions that one was chosen for, at most.
    furthest: int = 0


class Ties:
    """What the implications of one questionnaire leave of the answers to the questions that they bind.

    ``unanswerable``: ids of questions that can be skipped, and have to be, since no answer to them goes together with
    any to those that are required. Raises :class:`OperatorError`, which names the question, where one that is required
    has no such answer.
    """

    def __init__(self, questionnaire: Questionnaire) -> None:
        variables = {variable.id: variable for variable in codebook_of(questionnaire).variables}
        stated = [
            (question.id, implication) for question in questionnaire.questions for implication in question.implies
        ]
        self._bound = _bound_by(stated, variables)
        #: By question, by another one, by class of the first: the classes of the other that go together with it.
        self._fits: dict[str, dict[str, list[int]]] = {name: {} for name in self._bound}
        for later, implication in stated:
            self._bind(later, implication)
        self._open = {name: (1 << len(bound.codes)) - 1 for name, bound in self._bound.items()}
        self._take_out_what_fits_nothing()
        self._order = self._outwards()
        self.unanswerable = tuple(name for name, classes in self._open.items() if not classes)

    def __contains__(self, name: str) -> bool:
        return name in self._bound

    def chosen(self, draw: Draw, randomness: random.Random) -> Mapping[str, str | None]:
        """Codes that go together, by question, None where it is skipped; as they are drawn, as far as these fit.

        Raises :class:`OperatorError`, which names a question, where none are found.
        """
        search = _Search()
        if not self._choose(search, 0, draw, randomness):
            raise _no_answer_to(self._order[min(search.furthest, len(self._order) - 1)])
        return search.chosen

    def _choose(self, search: _Search, place: int, draw: Draw, randomness: random.Random) -> bool:
        search.furthest = max(search.furthest, place)
        if place == len(self._order):
            return True
        name = self._order[place]
        for code in self._candidates(name, search.chosen, draw, randomness):
            search.left -= 1
            if search.left < 0:
                return False
            search.chosen[name] = code
            if self._choose(search, place + 1, draw, randomness):
                return True
        search.chosen.pop(name, None)
        return False

    def _candidates(
        self, name: str, chosen: Mapping[str, str | None], draw: Draw, randomness: random.Random
    ) -> Iterator[str | None]:
        """What may be chosen: first as it is drawn, then one of each class that fits, at last nothing."""
        bound, fitting = self._bound[name], self._fitting(name, chosen)
        drawn = draw(name)
        if drawn is None:
            yield None
        tried = next((code for code in self._drawn(name, drawn, draw) if fitting >> bound.class_of(code) & 1), None)
        if tried is not None:
            yield tried
            fitting &= ~(1 << bound.class_of(tried))
        others = [number for number in range(len(bound.codes)) if fitting >> number & 1]
        randomness.shuffle(others)
        yield from (bound.any_of(number, randomness) for number in others)
        if drawn is not None and not bound.variable.is_required:
            yield None

    def _drawn(self, name: str, first: str | None, draw: Draw) -> Iterator[str]:
        for _ in range(DRAWS):
            if first is not None:
                yield first
            first = draw(name)

    def _fitting(self, name: str, chosen: Mapping[str, str | None]) -> int:
        fitting = self._open[name]
        for other in self._fits[name]:
            code = chosen.get(other)
            if code is not None:
                fitting &= self._fits[other][name][self._bound[other].class_of(code)]
        return fitting

    def _bind(self, later: str, implication: Implication) -> None:
        earlier = implication.earlier
        mine, theirs = self._bound[later], self._bound[earlier]
        if earlier not in self._fits[later]:
            self._fits[later][earlier] = [(1 << len(theirs.codes)) - 1 for _ in mine.codes]
            self._fits[earlier][later] = [(1 << len(mine.codes)) - 1 for _ in theirs.codes]
        says, allows = _bits(mine.holding(implication.when)), _bits(theirs.holding(implication.then))
        for number in range(len(mine.codes)):
            if says >> number & 1:
                self._fits[later][earlier][number] &= allows
        for number in range(len(theirs.codes)):
            if not allows >> number & 1:
                self._fits[earlier][later][number] &= ~says

    def _take_out_what_fits_nothing(self) -> None:
        """Until every class that is left goes together with one of each question that has to be answered."""
        before = None
        while before != self._open:
            before = dict(self._open)
            # Later ones first: it is these that state what is implied, and that are named.
            for name, others in reversed(self._fits.items()):
                needed = [other for other in others if self._bound[other].variable.is_required]
                for number in range(len(self._bound[name].codes)):
                    if any(not others[other][number] & self._open[other] for other in needed):
                        self._open[name] &= ~(1 << number)
                if self._bound[name].variable.is_required and not self._open[name]:
                    raise _no_answer_to(name)

    def _outwards(self) -> Sequence[str]:
        """Each question after one that it is bound to, so that without rings it has to fit that one alone."""
        found: dict[str, None] = {}
        for first in self._bound:
            waiting = [first]
            while waiting:
                name = waiting.pop(0)
                if name not in found:
                    found[name] = None
                    waiting += self._fits[name]
        return tuple(found)


def _bound_by(stated: Sequence[tuple[str, Implication]], variables: Mapping[str, Variable]) -> Mapping[str, _Bound]:
    trees: dict[str, list[Tree]] = {}
    for later, implication in stated:
        trees.setdefault(implication.earlier, []).append(implication.then)
        trees.setdefault(later, []).append(implication.when)
    return {name: _Bound.of(variable, trees[name]) for name, variable in variables.items() if name in trees}


def _bits(does_hold: Iterable[bool]) -> int:
    return sum(1 << number for number, each in enumerate(does_hold) if each)


def _no_answer_to(name: str) -> OperatorError:
    return OperatorError(
        f"No answer to “{name}” was found that goes together with those to other questions that have to be answered, so"
        " nobody could send the form. Look over its `implies`, and those that speak of it."
    )
