"""How far printed shares are from the true ones: percentage points of all answers, a cell; and those of a leader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from chalicelib.disclosure.policy import INVITED, OPEN_LINK, Policy
from chalicelib.disclosure.protect import protect
from chalicelib.disclosure.protected import ProtectedBatch
from chalicelib.questionnaire.codebook import codebook_of
from chalicelib.responses.answers import Answers
from chalicelib.responses.packing import Layout
from chalicelib.tabulation.tally import Tally, tables_of, tally_of
from tests.builders import a_definition, a_question, options


@dataclass(frozen=True)
class Mark:
    """The mean error of a cell, and that which one cell in 20 exceeds."""

    mean: float
    large: float

    def __str__(self) -> str:
        return f"{self.mean:.1f}, one cell in 20 over {self.large:.1f}"


@dataclass(frozen=True)
class Error(Mark):
    """Those measured, and the largest of all."""

    largest: float

    def is_within(self, mark: Mark) -> bool:
        """Whether neither exceeds ``mark``, in the one decimal that it has."""
        return round(self.mean, 1) <= mark.mean and round(self.large, 1) <= mark.large

    def __str__(self) -> str:
        return f"{super().__str__()}, the largest {self.largest:.1f}"


#: Numbers of answers go in fives, since what is rounded away hangs on what is left of them by five: 20 to 24 and so on.
SPREAD = INVITED.rounding_base
#: By the first of five numbers of answers: little above what was measured. On an open link nothing is printed of 20.
MARKS: Mapping[str, tuple[Policy, Mapping[int, Mark]]] = {
    "by invitation": (
        INVITED,
        {20: Mark(7.2, 20), 50: Mark(3.5, 8), 100: Mark(1.7, 4), 200: Mark(0.8, 2), 1000: Mark(0.2, 0.4)},
    ),
    "open link": (
        OPEN_LINK,
        {50: Mark(4.4, 10.6), 100: Mark(2.4, 6), 200: Mark(1.2, 3.1), 1000: Mark(0.3, 0.7)},
    ),
}
#: For each first number: as many of each number.
SURVEYS = 60

#: What most of a table's people say, in per cent, and by number of answers how far from it an open link may print on
#: average. Noise that can only add to the empty cells of a table takes from its leader.
SHARES = (20, 50, 80, 100)
LEADER_MARKS: Mapping[int, float] = {50: 6.0, 60: 3.0, 100: 2.0, 200: 1.5, 1000: 0.5}
#: Surveys of one question that a leader's printed share is averaged over.
DRAWS = 1000


def _listed(number: int) -> dict[str, object]:
    return {"options": options(*(f"o{place}" for place in range(number)))}


#: Twelve questions whose tables have five cells or eleven, as those of the simulations had.
QUESTIONS = [a_question("single_choice", id=f"q{number}", **_listed((4, 10)[number % 2])) for number in range(12)]
CODEBOOK = codebook_of(a_definition(*QUESTIONS).questionnaire)
LAYOUT, SPECS = Layout.of(CODEBOOK), tables_of(CODEBOOK)


def error(policy: Policy, first: int) -> Error:
    """Of ``SURVEYS`` surveys of ``first`` invented persons each, or up to four more."""
    errors: list[float] = []
    for number in range(SURVEYS):
        random = Random(f"{number}:{first}")  # noqa: S311
        people = [LAYOUT.pack(_answers(random)) for _ in range(first + number % SPREAD)]
        tally = tally_of(LAYOUT, people)
        batch = protect(tally, SPECS, policy, number.to_bytes(32, "big"), 1)
        errors += _errors(batch, tally) if batch else []
    errors.sort()
    return Error(sum(errors) / len(errors), errors[len(errors) * 95 // 100], errors[-1])


def leader_prints(share: int, n: int) -> float:
    """The mean printed share, in per cent, of an answer that ``share`` of ``n`` gave, among eleven cells.

    Of surveys with enough answers to be printed. The others share what is left as those of a list do.
    """
    spec = SPECS[1]
    tally = Tally(n, {spec.id: dict(zip(spec.codes, _led(share, n, len(spec.codes)), strict=True))})
    batches = (protect(tally, [spec], OPEN_LINK, number.to_bytes(32, "big"), 1) for number in range(DRAWS))
    shares = [_leaders_share(batch) for batch in batches if batch]
    return sum(shares) / len(shares)


def _leaders_share(batch: ProtectedBatch) -> float:
    (table,) = batch.tables
    leader, *_ = table.counts
    return 100 * leader / batch.total


def _led(share: int, n: int, cells: int) -> list[int]:
    """Counts of a table, the leader's first."""
    leader = round(share * n / 100)
    left = n - leader
    weights = [1 / place for place in range(1, cells)]
    others = [int(left * weight / sum(weights)) for weight in weights]
    return [leader, others[0] + left - sum(others), *others[1:]]


def _errors(batch: ProtectedBatch, tally: Tally) -> Iterator[float]:
    for table in batch.tables:
        for printed, true in zip(table.counts, tally.table(table.spec), strict=True):
            yield 100 * abs(printed / batch.total - true / tally.n)


def _answers(random: Random) -> Answers:
    """One in 20 questions is skipped; the second of a list is chosen half as often as the first, and so on."""
    answered = [variable for variable in CODEBOOK.variables if random.random() > 0.05]
    return Answers({each.id: tuple(random.choices(each.codes, _weights(each.codes))) for each in answered}, {})


def _weights(codes: Sequence[str]) -> list[float]:
    return [1 / place for place in range(1, len(codes) + 1)]
