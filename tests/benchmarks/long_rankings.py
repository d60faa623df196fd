"""How many rankings of many options print, and what CPU each takes: ``python -m tests.benchmarks.long_rankings 30``.

The number is the seconds of CPU after which a row is broken off.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import product
from random import Random
from types import FrameType

from tests.benchmarks.withheld import Asked, Case, as_far_as_each_likes, why_not

#: Options and numbers of people.
SIZES = ((10, 1_000), (10, 3_000), (10, 10_000), (20, 3_000))
#: What share of the people rank all options, in per cent; the others do as far as each likes.
COMPLETE = (0, 50, 80)
RELEASES, SECONDS = 15, 5.0
#: Nearly even preferences: no cell is empty, so that all of the search for people is needed.
SKEW = 0.4
#: Different people that those of a release are drawn from.
PEOPLE = 5_000


class OutOfTime(Exception):
    """More CPU was taken than was granted."""


@dataclass
class Printed:
    """How many of the releases made print the ranking, and the seconds of CPU of each one made."""

    number: int = 0
    seconds: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        made = len(self.seconds)
        cost = f", {sum(self.seconds) / made:.2f} s CPU each, at most {max(self.seconds):.2f}" if made else ""
        return f"{self.number} of {made} print{cost}" + (", then broken off" if made < RELEASES else "")


@contextmanager
def cpu_limit(seconds: float) -> Iterator[None]:
    """Raise :class:`OutOfTime` inside once this process has taken so much CPU. For Unix, in the main thread."""

    def stop(_: int, __: FrameType | None) -> None:
        raise OutOfTime

    former = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, former)


def printed_of(complete: int, number: int, n: int, seconds: float = SECONDS) -> Printed:
    """Of ``RELEASES`` in which ``n`` rank ``number`` options, ``complete`` per cent of them all."""

    def picks(random: Random, number: int) -> int:
        return number if 100 * random.random() < complete else as_far_as_each_likes(random, number)

    asked = Asked(Case("long ranking", picks, "ranking", skew=SKEW), number)
    random = Random(f"{complete}:{number}:{n}")  # noqa: S311
    people = asked.people(random, PEOPLE)
    found = Printed()
    with suppress(OutOfTime), cpu_limit(seconds):
        for release in range(RELEASES):
            tally = asked.tally(random.choices(people, k=n))
            start = time.process_time()
            found.number += not why_not(asked, tally, release)
            found.seconds.append(time.process_time() - start)
    return found


def long_ranking_lines(seconds: float = SECONDS) -> Iterator[str]:
    """A line for each of ``COMPLETE`` and ``SIZES``."""
    for complete, (number, n) in product(COMPLETE, SIZES):
        name = f"{number} options ranked by {n:,}, {complete} % rank all"
        yield f"{name:44} {printed_of(complete, number, n, seconds)}"


if __name__ == "__main__":
    for line in long_ranking_lines(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS):
        print(line, flush=True)
