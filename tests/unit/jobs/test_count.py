"""Large counts: the shards in turn, transactions that grow again, lists read once; and what others do meanwhile."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.errors import StoreUnavailable
from chalicelib.jobs.count import MAXIMUM_CANCELLED, MAXIMUM_READINGS, TURNS_ALONE, count_pending
from chalicelib.questionnaire.survey import Survey
from chalicelib.responses.answers import PendingResponse, Response
from chalicelib.responses.receipt import SHARDS
from chalicelib.services import Services
from chalicelib.storage.database import Database
from chalicelib.storage.responses import PENDING_PAGE
from chalicelib.storage.tallies import MAXIMUM_COUNTED_TOGETHER, NotCounted, TallyPart, TallyStore
from chalicelib.tabulation.tally import Tally
from operation.lifecycle import require_survey
from tests.benchmarks.simulated_table import Function, Network, SimulatedClient
from tests.builders import FakeClock, a_question, an_open_survey
from tests.fakes import DisturbedClient, StandIn

ONE = "5"
#: In the order of the calls: the list of each shard before ``ONE``, then its own, its part, and the transaction.
TRANSACTION = 7


@pytest.fixture
def opened(services: Services) -> Services:
    an_open_survey(services, a_question("yes_no"), policy="exact")
    services.record("a-survey")  # whoever counts has read that it is open, and remembers its version
    services.version("a-survey", 1)
    return services


@pytest.fixture
def survey(opened: Services) -> Survey:
    return require_survey(opened, "a-survey")


@dataclass
class HeldUpAtFirst(SimulatedClient):
    """Throttles the first transactions of each shard, so many of them, and none after."""

    first: int = 0

    def _throttled(self, shard: int, members: int, size: int) -> list[dict[str, str]]:
        made = sum(each == shard for each, _, _ in self.made)
        return [{"Code": "ThrottlingError"}] * (members + 1) if made < self.first else []


def counted(services: Services, survey: Survey, client: SimulatedClient) -> list[int]:
    """Count what ``client`` has; the shard of each transaction, in order."""
    services.responses._database.replace_client(client)
    assert count_pending(services, survey, at_once=client.function.at_once, wait=client.function.wait)
    return [shard for shard, _, _ in client.made]


def simulated(responses: int, **more: Any) -> SimulatedClient:
    return SimulatedClient(responses, [b"\1"], Function(), **more)


def test_transactions_grow_again_after_they_were_held_up(opened: Services, survey: Survey) -> None:
    client = HeldUpAtFirst(SHARDS * 500, [b"\1"], Function(), first=3)
    counted(opened, survey, client)
    sizes = [size for shard, size, _ in client.made if shard == 0]
    assert sizes == [98, 49, 24, 12, 24, 48, 96, 98, 98, 98, 26]
    assert client.pending == 0


def test_shards_take_turns_so_that_no_partition_bounds_the_count(opened: Services, survey: Survey) -> None:
    shards = counted(opened, survey, simulated(SHARDS * 980))
    assert shards[: TURNS_ALONE * SHARDS] == [*range(SHARDS)] * TURNS_ALONE
    for made in range(len(shards)):
        so_far = Counter(shards[:made])
        assert max(so_far.values(), default=0) - min(so_far[shard] for shard in range(SHARDS)) <= 2


def test_lists_are_read_once_even_where_partitions_are_short(opened: Services, survey: Survey) -> None:
    client = simulated(SHARDS * 1500, partitions=2, network=Network(member=0.0001))
    counted(opened, survey, client)
    assert client.throttled
    assert len(client.queries) == len(set(client.queries)) == SHARDS * 2
    assert client.function.now == pytest.approx(SHARDS / 2 * 1500 * 2 / 1000, rel=0.1), "the two partitions never rest"


def test_no_more_than_a_page_of_each_list_is_held(opened: Services, survey: Survey) -> None:
    client, steps = simulated(SHARDS * 5000), iter(range(SHARDS * 10))
    opened.responses._database.replace_client(client)
    go_on: Callable[[], bool] = lambda: next(steps, None) is not None  # noqa: E731
    assert not count_pending(opened, survey, go_on, at_once=client.function.at_once)
    assert client.pending == SHARDS * (5000 - PENDING_PAGE)
    assert len(client.queries) <= SHARDS * 2


def test_large_count_goes_on_in_threads_and_counts_each_response_once_P6(opened: Services, survey: Survey) -> None:
    threads = set()

    @dataclass
    class Noting(HeldUpAtFirst):
        def transact_write_items(self, **parameters: Any) -> None:
            threads.add(threading.current_thread())
            super().transact_write_items(**parameters)

    client = Noting(SHARDS * (TURNS_ALONE + 2) * MAXIMUM_COUNTED_TOGETHER, [b"\1"], Function())
    opened.responses._database.replace_client(client)
    assert count_pending(opened, survey)
    assert client.pending == 0
    assert sum(Tally.from_json(part["counts"]["S"]).n for part in client.parts.values()) == client.responses
    assert len(threads) > 1


def test_failure_in_a_thread_ends_the_run_and_is_told(opened: Services, survey: Survey) -> None:

    @dataclass
    class Failing(HeldUpAtFirst):
        def transact_write_items(self, **parameters: Any) -> None:
            if threading.current_thread() is not threading.main_thread():
                raise ClientError({"Error": {"Code": "ThrottlingException"}}, "TransactWriteItems")
            super().transact_write_items(**parameters)

    client = Failing(SHARDS * (TURNS_ALONE + 2) * MAXIMUM_COUNTED_TOGETHER, [b"\1"], Function())
    opened.responses._database.replace_client(client)
    with pytest.raises(StoreUnavailable):
        count_pending(opened, survey)
    assert client.pending == SHARDS * 2 * MAXIMUM_COUNTED_TOGETHER


# --- what others do meanwhile ----------------------------------------------------------------------------------------


@dataclass
class NotingSizes(StandIn):
    """Keeps how many responses each transaction would have counted."""

    sizes: list[int] = field(default_factory=list)

    def call(self, operation: str, /, **parameters: Any) -> Any:
        if operation == "transact_write_items":
            self.sizes.append(len(parameters["TransactItems"]) - 1)
        return super().call(operation, **parameters)


@dataclass
class ContendedClient(NotingSizes):
    """Cancels every transaction that counts more than ``most`` responses."""

    most: int = 1

    def call(self, operation: str, /, **parameters: Any) -> Any:
        if operation == "transact_write_items" and len(parameters["TransactItems"]) - 1 > self.most:
            self.sizes.append(len(parameters["TransactItems"]) - 1)
            response = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": []}
            raise ClientError(response, "TransactWriteItems")  # type: ignore[arg-type]
        return super().call(operation, **parameters)


@dataclass
class FrozenIndex(StandIn):
    """An index that never hears of anything again."""

    replies: dict[str, Any] = field(default_factory=dict)

    def call(self, operation: str, /, **parameters: Any) -> Any:
        if "IndexName" not in parameters:
            return super().call(operation, **parameters)
        if repr(parameters) not in self.replies:
            self.replies[repr(parameters)] = super().call(operation, **parameters)
        return self.replies[repr(parameters)]


def add(services: Services, *numbers: int, shard: str = ONE) -> None:
    for number in numbers:
        assert services.responses.add(a_response(number, shard))


def a_response(number: int, shard: str = ONE, answers: bytes = b"\1") -> Response:
    return Response("a-survey", f"{shard}{number:025}", 1, answers, mark=b"mark" + answers)


def totals(services: Services) -> list[int]:
    return [part.tally.n for part in services.tallies.parts("a-survey", 1)]


def run_disturbed(services: Services, disturb: Callable[[], object]) -> list[int]:
    """A count before whose first transaction something happens; how many each transaction would have counted."""
    database = services.responses._database
    plain, noting = database.client, NotingSizes(database.client)

    def on_the_way() -> None:
        database.replace_client(plain)
        disturb()
        database.replace_client(client)

    client = DisturbedClient(noting, TRANSACTION, on_the_way)
    survey = require_survey(services, "a-survey")
    database.replace_client(client)
    assert count_pending(services, survey, wait=lambda attempt: None)
    database.replace_client(plain)
    return noting.sizes


def test_only_what_changed_is_left_out_and_looked_at_again_P5_P6(opened: Services) -> None:
    add(opened, *range(10))

    def disturb() -> None:
        assert opened.responses.withdraw("a-survey", a_response(3).rid)
        assert opened.responses.replace(a_response(4, answers=b"\2"))

    assert run_disturbed(opened, disturb) == [10, 8, 1]
    assert totals(opened) == [9]


def test_part_that_another_run_changed_is_read_again_with_all_that_is_still_to_be_counted_P6(opened: Services) -> None:
    add(opened, *range(10))

    def disturb() -> None:
        add(opened, 10)
        part = opened.tallies.part("a-survey", 1, int(ONE))
        (other,) = [one for one in opened.responses.pending("a-survey", int(ONE)) if one.rid == a_response(10).rid]
        assert isinstance(opened.tallies.count(part, Tally(1, {}), [other]), TallyPart)

    assert run_disturbed(opened, disturb) == [10, 10]
    assert totals(opened) == [11]


def test_what_another_run_counted_meanwhile_is_not_counted_again_P6(opened: Services, clock: FakeClock) -> None:
    add(opened, *range(10))

    def disturb() -> None:
        other = Services.on(opened.responses._database, clock)
        assert count_pending(other, require_survey(other, "a-survey"))

    assert run_disturbed(opened, disturb) == [10]
    assert totals(opened) == [10]


def test_batch_that_was_sealed_meanwhile_takes_no_more_P6(opened: Services) -> None:
    add(opened, *range(10))
    assert run_disturbed(opened, lambda: opened.tallies.seal("a-survey", 1)) == [10]
    assert sum(totals(opened)) == 0


def test_fewer_are_counted_together_after_each_transaction_that_was_held_up_P6(
    opened: Services, survey: Survey, database: Database
) -> None:
    add(opened, *range(5))
    contended = ContendedClient(database.client)
    database.replace_client(contended)
    waits: list[int] = []
    assert count_pending(opened, survey, wait=waits.append)
    assert contended.sizes.count(1) == 5
    assert waits[:6] == [1, 2, 3, 4, 5, 6]
    assert totals(opened) == [5]


def test_count_that_is_always_held_up_is_given_up_P6(opened: Services, survey: Survey, database: Database) -> None:
    add(opened, 1)
    contended = ContendedClient(database.client, most=0)
    database.replace_client(contended)
    with pytest.raises(StoreUnavailable, match="The next run goes on"):
        count_pending(opened, survey, wait=lambda attempt: None)
    assert contended.sizes == [1] * MAXIMUM_CANCELLED


def test_index_that_does_not_catch_up_is_given_up_and_nothing_is_counted_twice_P6(
    opened: Services, survey: Survey, database: Database
) -> None:
    add(opened, 1)
    frozen = FrozenIndex(database.client)
    database.replace_client(frozen)
    assert count_pending(opened, survey)
    waits: list[int] = []
    with pytest.raises(StoreUnavailable):
        count_pending(opened, survey, wait=waits.append)
    assert waits == [*range(1, MAXIMUM_READINGS)]
    assert totals(opened) == [1]


REASONS = [
    (("ConditionalCheckFailed", "None"), NotCounted((), is_part_changed=True, is_held_up=False)),
    (("None", "ThrottlingError"), NotCounted((), is_part_changed=False, is_held_up=True)),
    (("None", "ProvisionedThroughputExceeded"), NotCounted((), is_part_changed=False, is_held_up=True)),
    (("TransactionConflict", "None"), NotCounted((), is_part_changed=False, is_held_up=True)),
    (("ConditionalCheckFailed", "TransactionConflict"), NotCounted((), is_part_changed=True, is_held_up=True)),
]


@pytest.mark.parametrize(("reasons", "told"), REASONS)
def test_reasons_of_a_transaction_tell_what_to_do_about_it(reasons: tuple[str, ...], told: NotCounted) -> None:
    class Cancelling:
        def transact_write_items(self, **_: Any) -> None:
            response = {
                "Error": {"Code": "TransactionCanceledException"},
                "CancellationReasons": [{"Code": reason} for reason in reasons],
            }
            raise ClientError(response, "TransactWriteItems")  # type: ignore[arg-type]

    store = TallyStore(Database(Cancelling, "test"))  # type: ignore[arg-type]
    waiting = PendingResponse("a-survey#5", ONE + "0" * 25, 1, b"\1", b"mark")
    assert store.count(TallyPart("a-survey", 1, 5, Tally.empty()), Tally(1, {}), [waiting]) == told
