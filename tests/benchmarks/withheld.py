"""What is withheld although enough were asked: no draw obeyed every limit. By number of options and remainder of n.

``python -m tests.benchmarks.withheld 400`` takes so many releases a cell, instead of a few.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from random import Random

from chalicelib.disclosure.policy import INVITED
from chalicelib.disclosure.protect import protect
from chalicelib.questionnaire.codebook import codebook_of
from chalicelib.questionnaire.definition import Questionnaire
from chalicelib.questionnaire.survey import Crosstabs
from chalicelib.responses.answers import Answers
from chalicelib.responses.packing import Layout
from chalicelib.tabulation.tally import TableSpec, Tally, tables_of, tally_of
from tests.benchmarks.invented import chosen, picked, zipf
from tests.builders import a_definition, a_question, options

OPTIONS = (3, 5, 8)
REMAINDERS = range(INVITED.rounding_base)
RELEASES = 40
#: What share of the people say yes, and are asked the conditional question.
ASKED = 0.7
GROUPS = ("north", "south", "west")
#: Reasons that lie in numbers of people; any other is counted here.
TOO_FEW = ("few_asked", "few_groups")

#: How many options one person picks, of so many.
Picks = Callable[[Random, int], int]


def mostly_one(random: Random, _: int) -> int:
    return 1 if random.random() < 0.9 else 2


def _two(_: Random, __: int) -> int:
    return 2


def _all(_: Random, number: int) -> int:
    return number


def as_far_as_each_likes(random: Random, number: int) -> int:
    return random.randint(1, number)


@dataclass(frozen=True)
class Case:
    """A survey with a question whose printing is watched, and how many of its options people pick.

    ``sizes``: numbers of people. ``skew``: how much they prefer the first options, 0 not at all. ``is_conditional``:
    asked of those who say yes. ``by_group``: its crosstabs are watched instead of its tables.
    """

    name: str
    picks: Picks
    kind: str = "multiple_choice"
    limits: Mapping[str, int] = field(default_factory=dict)
    sizes: range = range(20, 121)
    skew: float = 1
    is_conditional: bool = False
    by_group: bool = False


CASES = (
    Case("multiple choice, most tick one", mostly_one),
    Case("multiple choice, exactly two", _two, limits={"least": 2, "most": 2}),
    Case("multiple choice, at most two", mostly_one, limits={"most": 2}),
    Case("ranking, complete", _all, "ranking"),
    Case("ranking, as far as each likes", as_far_as_each_likes, "ranking"),
    Case("conditional multiple choice", mostly_one, is_conditional=True),
    Case("multiple choice by three groups", mostly_one, sizes=range(60, 161), by_group=True),
)


@dataclass(frozen=True)
class Asked:
    """The survey of a case with a number of options."""

    case: Case
    number: int

    @cached_property
    def codes(self) -> tuple[str, ...]:
        return tuple(f"o{place}" for place in range(self.number))

    @cached_property
    def crosstabs(self) -> Crosstabs | None:
        return Crosstabs(group="group", by=("watched",)) if self.case.by_group else None

    @cached_property
    def layout(self) -> Layout:
        return Layout.of(codebook_of(self._questionnaire))

    @cached_property
    def specs(self) -> list[TableSpec]:
        return tables_of(codebook_of(self._questionnaire), self.crosstabs)

    @cached_property
    def _questionnaire(self) -> Questionnaire:
        limits = {"most": None, **self.case.limits}
        watched = a_question(self.case.kind, id="watched", options=options(*self.codes), **limits)
        questions = [watched]
        if self.case.is_conditional:
            watched["show_if"] = {"question": "asked", "equals": "yes"}
            questions.insert(0, a_question("yes_no", id="asked"))
        if self.case.by_group:
            questions.insert(0, a_question("single_choice", id="group", options=options(*GROUPS)))
        return a_definition(*questions, access="invitation", crosstabs=self.crosstabs).questionnaire

    def people(self, random: Random, n: int) -> list[bytes]:
        """The packed answers of ``n``."""
        return [self.layout.pack(Answers(self._answers(random), {})) for _ in range(n)]

    def tally(self, blobs: Sequence[bytes]) -> Tally:
        return tally_of(self.layout, blobs, self.crosstabs)

    def _answers(self, random: Random) -> dict[str, tuple[str, ...]]:
        group = {"group": (random.choice(GROUPS),)} if self.case.by_group else {}
        if self.case.is_conditional and random.random() > ASKED:
            return {"asked": ("no",)}
        asked = {"asked": ("yes",)} if self.case.is_conditional else {}
        return {**group, **asked, **self._picks(random)}

    def _picks(self, random: Random) -> dict[str, tuple[str, ...]]:
        number = self.case.picks(random, self.number)
        if self.case.kind == "ranking":
            order = picked(random, zipf(self.codes, self.case.skew), number)
            return {f"watched.{code}": (str(rank),) for rank, code in enumerate(order, 1)}
        return {"watched": chosen(random, zipf(self.codes, self.case.skew), number)}


@dataclass(frozen=True)
class Withheld:
    """How many releases lack what they might print, of how many in which enough people were asked."""

    number: int
    of: int

    def __add__(self, other: Withheld) -> Withheld:
        return Withheld(self.number + other.number, self.of + other.of)

    def __str__(self) -> str:
        return f"{100 * self.number / self.of:.1f}" if self.of else "-"


def withheld(asked: Asked, remainder: int, releases: int) -> Withheld:
    """Of so many releases, whose n are even random numbers with this ``remainder`` by five."""
    found = Withheld(0, 0)
    sizes = [n for n in asked.case.sizes if n % len(REMAINDERS) == remainder]
    for number in range(releases):
        random = Random(f"{asked.case.name}:{asked.number}:{remainder}:{number}")  # noqa: S311
        tally = asked.tally(asked.people(random, random.choice(sizes)))
        reasons = why_not(asked, tally, number)
        if reasons.isdisjoint(TOO_FEW):
            found += Withheld(bool(reasons), 1)
    return found


def why_not(asked: Asked, tally: Tally, number: int) -> set[str]:
    """The reasons why release ``number`` lacks what is watched; none where it is printed."""
    batch = protect(tally, asked.specs, INVITED, number.to_bytes(32, "big"), 1)
    if batch is None:
        return {"few_asked"}
    left = batch.suppressed_crosstabs if asked.case.by_group else batch.suppressed
    return {str(each.reason) for each in left if each.spec.id.question == "watched"}


def withheld_lines(releases: int = RELEASES) -> Iterator[str]:
    """The table: a row for each case and number of options, a column for each remainder, and all together."""
    yield _row(f"withheld, % of {releases} releases each", (*(f"5k+{left}" for left in REMAINDERS), "all"))
    for case in CASES:
        for number in OPTIONS:
            asked = Asked(case, number)
            cells = [withheld(asked, remainder, releases) for remainder in REMAINDERS]
            yield _row(f"{case.name}, {number} options", (*cells, sum(cells, Withheld(0, 0))))


def _row(name: str, cells: Iterable[object]) -> str:
    return f"{name:44}" + "".join(f"{cell!s:>7}" for cell in cells)


if __name__ == "__main__":
    for line in withheld_lines(int(sys.argv[1]) if len(sys.argv) > 1 else RELEASES):
        print(line, flush=True)
