"""Weights of records: made from known margins, and told with what they cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from operation.authoring.problems import DefinitionProblem, ProblemCode
from operation.errors import OperatorError
from operation.records.margins import Category, Margin, Margins
from operation.records.patterns import Codes, Pattern
from operation.records.raking import Combination, rake

#: Fewer people cannot stand for a part of the population: their weight would be chance, and their answers seen.
FEWEST = 5
#: By how many points a margin may be missed and still be told as reached.
REACHED = 0.1
#: Weights above this are worth bounding: the limit that DeBell and Krosnick (2009), Computing Weights for American
#: National Election Study Survey Data, trim at.
HIGH = 5.0
#: From this design effect on weights cost half of the records, by the formula of Kish (1992), Weighting for Unequal Pi,
#: Journal of Official Statistics 8(2): what a margin mends has to be worth that. It is where we begin to say so; no
#: standard names a limit.
COSTLY = 2.0
#: Of fewer people, as weighted, the National Center for Health Statistics of the United States prints no share: Parker
#: and others (2017), Data Presentation Standards for Proportions, Vital and Health Statistics 2(175).
FEWEST_EFFECTIVE = 30


@dataclass(frozen=True)
class Reached:
    """One category: how many people are in it, and its parts (0 to 1) of those who are in one of its margin."""

    margin: Margin
    category: Category
    people: int
    before: float
    after: float

    @property
    def missed(self) -> float:
        """By how many points of 100."""
        return 100 * abs(self.after - self.category.share)


@dataclass(frozen=True)
class Effective:
    """What weights leave of a number of people (Kish 1965, Survey Sampling): their sum, and that of their squares."""

    people: int
    sum: float
    squares: float

    @classmethod
    def of(cls, patterns: Iterable[Pattern]) -> Effective:
        """Of everybody in ``patterns``."""
        found = list(patterns)
        return cls(
            sum(each.people for each in found),
            sum(each.people * each.weight for each in found),
            sum(each.people * each.weight**2 for each in found),
        )

    @property
    def number(self) -> float:
        """Of how many people equally weighted shares would vary as much, were they drawn by chance."""
        return self.sum**2 / self.squares if self.squares else 0.0

    @property
    def design_effect(self) -> float:
        """1 + the squared coefficient of variation of the weights."""
        return self.people / self.number if self.number else 1.0


@dataclass(frozen=True)
class Weighting:
    """The weights of all records, by the categories that they are in."""

    margins: Margins
    weights: dict[Combination, float]
    patterns: Sequence[Pattern]

    def weight_of(self, codes: Codes) -> float:
        """Of a response with ``codes``."""
        return self.weights[_combination(self.margins.margins, codes)]

    @cached_property
    def reached(self) -> tuple[Reached, ...]:
        """Every category of every margin, in the file's order."""
        return tuple(_reached(self.patterns, self.margins.margins))

    @property
    def missed(self) -> tuple[Reached, ...]:
        """The categories that the weights do not bring to their share, the worst first."""
        missed = (each for each in self.reached if each.missed > REACHED)
        return tuple(sorted(missed, key=lambda each: -each.missed))

    @property
    def effective(self) -> Effective:
        """Of all records."""
        return Effective.of(self.patterns)

    @property
    def least(self) -> float:
        """The lowest weight."""
        return min(self.weights.values())

    @property
    def most(self) -> float:
        """The highest."""
        return max(self.weights.values())

    @property
    def trimmed(self) -> int:
        """How many people have a weight that is cut to a bound."""
        bounds = self.margins.bounds
        limits = (bounds.least, bounds.most) if bounds else ()
        return sum(each.people for each in self.patterns if each.weight in limits)

    def outside(self, margin: Margin) -> int:
        """How many people are in no category of ``margin``."""
        return sum(each.people for each in self.patterns if _category(margin, each.codes) == len(margin.categories))


def weighted(margins: Margins, patterns: Sequence[Pattern]) -> Weighting:
    """Weights of everybody in ``patterns``, with the mean 1.

    Who is in no category of a margin is kept as a group of the size that it has among the records, and the others are
    brought to their shares beside it: nothing is known of these people, and to leave them out would leave out what they
    answered to everything else. (So does R's package autumn, by ``add_na_proportion``, for the method of DeBell and
    Krosnick 2009. Battaglia, Hoaglin and Frankel 2009, Practical Considerations in Raking Survey Data, Survey Practice
    2(5), fill such gaps in by a model instead, which wants more answers than these surveys have.)

    Raises :class:`DefinitionError` where a category has too few people, and :class:`OperatorError` where the margins
    contradict each other. Bounds may keep them from being reached: that is told, not raised.
    """
    if problems := list(_too_few(margins, patterns)):
        raise margins.refused(problems)
    people: Counter[Combination] = Counter()
    for each in patterns:
        people[_combination(margins.margins, each.codes)] += each.people
    weights = rake(people, [_targets(margin, patterns) for margin in margins.margins], margins.bounds)
    given = [replace(each, weight=weights[_combination(margins.margins, each.codes)]) for each in patterns]
    found = Weighting(margins, weights, given)
    if found.missed and margins.bounds is None:
        worst = found.missed[0]
        raise OperatorError(
            f"No weights bring the records to these margins: {worst.margin.variable.id}: {worst.category.name} stays"
            f" {worst.missed:.1f} points off, since some combinations of categories have nobody. Join categories."
        )
    return found


def _category(margin: Margin, codes: Codes) -> int:
    """The position of the category that a response is in; after the last where it is in none."""
    given = codes.get(margin.variable.id, ())
    inside = (place for place, category in enumerate(margin.categories) if not category.codes.isdisjoint(given))
    return next(inside, len(margin.categories))


def _combination(margins: Sequence[Margin], codes: Codes) -> Combination:
    return tuple(_category(margin, codes) for margin in margins)


def _sizes(margin: Margin, patterns: Iterable[Pattern]) -> tuple[list[int], list[float]]:
    """The people in each category, and in none; and the same as weighted."""
    people, sums = [0] * (len(margin.categories) + 1), [0.0] * (len(margin.categories) + 1)
    for each in patterns:
        place = _category(margin, each.codes)
        people[place] += each.people
        sums[place] += each.people * each.weight
    return people, sums


def _targets(margin: Margin, patterns: Sequence[Pattern]) -> list[float]:
    """How many people each category should have, and, as many as there are, who is in none."""
    *inside, outside = _sizes(margin, patterns)[0]
    return [*(category.share * sum(inside) for category in margin.categories), outside]


def _too_few(margins: Margins, patterns: Sequence[Pattern]) -> Iterator[DefinitionProblem]:
    for margin in margins.margins:
        for category, people in zip(margin.categories, _sizes(margin, patterns)[0], strict=False):
            if people < FEWEST:
                who = f"Only {people} of the records are" if people else "Nobody is"
                message = f"{who} in this category, and {FEWEST} are needed. Join it to another, as in “a + b: 30”."
                yield DefinitionProblem(category.place, ProblemCode.TOO_FEW, message)


def _reached(patterns: Sequence[Pattern], margins: Sequence[Margin]) -> Iterator[Reached]:
    for margin in margins:
        (*people, _), (*sums, _) = _sizes(margin, patterns)
        for place, category in enumerate(margin.categories):
            yield Reached(margin, category, people[place], people[place] / sum(people), sums[place] / sum(sums))
