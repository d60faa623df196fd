"""Moves what waits into the tally: the shards in turn, a transaction each, and in a large count all shards at once.

A response costs its partition two write units, of the 1,000 a second that AWS gives one: what one shard waits for, the
others use. Each shard has one transaction under way at most. Its list is read once, page by page, and never held whole;
the conditions of each transaction decide what of it still stands (design, section 5).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from chalicelib.errors import StoreUnavailable
from chalicelib.jobs.turns import GoOn, always
from chalicelib.questionnaire.survey import Survey
from chalicelib.responses.answers import PendingResponse
from chalicelib.responses.receipt import SHARDS
from chalicelib.services import Services
from chalicelib.storage.database import pause
from chalicelib.storage.reading import reading_answers
from chalicelib.storage.tallies import MAXIMUM_COUNTED_TOGETHER, NotCounted, TallyPart
from chalicelib.tabulation.tally import Tally, merged, tally_of

#: Transactions of a shard in a row that came to nothing, and readings of its list, after which a run gives up; the next
#: run goes on.
MAXIMUM_CANCELLED = 8
MAXIMUM_READINGS = 8
#: Turns that the shards take one after the other. Most counts end with these, and need no threads.
TURNS_ALONE = 4

#: Waits a while, longer at each attempt.
Wait = Callable[[int], None]


def count_pending(
    services: Services,
    survey: Survey,
    go_on: GoOn = always,
    *,
    at_once: Callable[[Sequence[Shard], Wait], bool] | None = None,
    wait: Wait = pause,
    turns_alone: int = TURNS_ALONE,
) -> bool:
    """Count every response that waits for the current edition; False if time runs short.

    After ``turns_alone``, ``at_once`` goes on to the end with the shards of a large count, by default in a thread for
    each; ``wait`` is called after a transaction that came to nothing. Raises :class:`StoreUnavailable` if others kept
    changing what was to be counted; what was counted stays so.
    """
    shards = [Shard(services, survey, number, go_on) for number in range(SHARDS)]
    for _ in range(turns_alone):
        for shard in shards:
            if not shard.is_done and not shard.take_turn(wait):
                return False
    left = [shard for shard in shards if not shard.is_done]
    return not left or (at_once or _in_threads)(left, wait)


def pending_of(services: Services, survey: Survey, shard: int) -> Iterator[PendingResponse]:
    """What waits in one shard for the current edition, read as it is asked for."""
    versions = survey.counted_versions
    return (found for found in services.responses.pending(survey.id, shard) if found.version in versions)


def _in_threads(shards: Sequence[Shard], wait: Wait) -> bool:
    from concurrent.futures import ThreadPoolExecutor

    def to_the_end(shard: Shard) -> bool:
        try:
            return shard.take_turns(wait)
        except BaseException:
            for each in shards:
                each.is_done = True  # or the run would go on to their end before it fails
            raise

    with ThreadPoolExecutor(len(shards)) as threads:
        return all(list(threads.map(to_the_end, shards)))


@dataclass
class Shard:
    """How far a run has come with one shard: ``listed`` is what its list still holds, ``taken`` what was read of it.

    ``part`` is the tally as this run knows it, None before it is read. ``cancelled`` counts the transactions in a row
    that came to nothing.
    """

    services: Services
    survey: Survey
    number: int
    go_on: GoOn
    part: TallyPart | None = None
    taken: list[PendingResponse] = field(default_factory=list)
    size: int = MAXIMUM_COUNTED_TOGETHER
    cancelled: int = 0
    readings: int = 0
    is_done: bool = False
    _has_changed: bool = False

    def __post_init__(self) -> None:
        self._read_list()

    def take_turns(self, wait: Wait) -> bool:
        """To the end of the list; False if time runs short."""
        while not self.is_done:
            if not self.take_turn(wait):
                return False
        return True

    def take_turn(self, wait: Wait) -> bool:
        """One transaction, or the end of the list; False if there is no time for it."""
        self.taken += islice(self.listed, MAXIMUM_COUNTED_TOGETHER - len(self.taken))
        if not self.taken:
            self._end_list(wait)
            return True
        if not self.go_on():
            return False
        if self.part is None:
            self.part = self.services.tallies.part(self.survey.id, self.survey.edition, self.number)
        if self.part.sealed:
            self.is_done = True  # what waits is of the next batch
        else:
            self._count(self.part, self.taken[: self.size], wait)
        return True

    def _read_list(self) -> None:
        self.listed = pending_of(self.services, self.survey, self.number)
        self.readings += 1

    def _end_list(self, wait: Wait) -> None:
        """Some changed after they were read: they are looked at again at the end, as the index has them then."""
        if not self._has_changed:
            self.is_done = True
            return
        if self.readings == MAXIMUM_READINGS:
            raise _kept_changing()
        wait(self.readings)
        self._has_changed = False
        self._read_list()

    def _count(self, part: TallyPart, chunk: Sequence[PendingResponse], wait: Wait) -> None:
        with reading_answers(self.survey.id, chunk[0].partition):
            counted = _tally(self.services, self.survey, chunk)
        found = self.services.tallies.count(part, counted, chunk)
        if isinstance(found, NotCounted):
            self._learn(found, wait)
            return
        self.part, self.taken = found, self.taken[len(chunk) :]
        self.size, self.cancelled = min(2 * self.size, MAXIMUM_COUNTED_TOGETHER), 0

    def _learn(self, found: NotCounted, wait: Wait) -> None:
        """Leave out what changed, and read again or take fewer, as far as these were the reasons."""
        if found.changed:
            self._has_changed = True
            self.taken = [response for response in self.taken if response not in found.changed]
        if found.is_part_changed:
            self.part = None
        if found.is_held_up:
            self.size = max(1, self.size // 2)
        # What was left out brings the list nearer to its end, however many runs are at work.
        self.cancelled = 0 if found.changed else self.cancelled + 1
        if self.cancelled == MAXIMUM_CANCELLED:
            raise _kept_changing()
        if self.cancelled:
            wait(self.cancelled)


def _kept_changing() -> StoreUnavailable:
    return StoreUnavailable("Responses kept changing while they were counted. The next run goes on.")


def _tally(services: Services, survey: Survey, responses: Sequence[PendingResponse]) -> Tally:
    by_version: dict[int, list[bytes]] = defaultdict(list)
    for response in responses:
        by_version[response.version].append(response.answers)
    return merged(
        [
            tally_of(services.version(survey.id, version).layout, blobs, survey.settings.crosstabs)
            for version, blobs in by_version.items()
        ]
    )
