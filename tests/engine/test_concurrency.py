"""Many at once on AWS's own engine: whoever wins, nobody's answers are lost and nobody's are counted twice."""

from __future__ import annotations

import contextlib
import random
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

import pytest

from chalicelib.collection import Accepted
from chalicelib.errors import Conflict, InvalidSubmission, StoreUnavailable
from chalicelib.jobs.audit import audit_survey
from chalicelib.jobs.count import count_pending
from chalicelib.jobs.publish import publish_survey
from chalicelib.responses.receipt import SHARDS
from chalicelib.services import Services
from chalicelib.storage.database import Database
from operation.invitations import invite
from operation.lifecycle import require_survey
from tests.builders import FakeClock, a_question, an_open_survey, releases_of, stored_survey
from tests.engine.faults import FAULTS, Wire, a_client, slow_reply
from tests.engine.history import ID, THREADS, History, assert_whole, at_once, finish, nonce_of, published
from tests.fakes import Crashed, DisturbedClient, LaggingIndex, crash

pytestmark = pytest.mark.engine

#: A run of the publish job makes about as many calls; it may be killed before any of them.
CALLS_OF_A_RUN = 40
SUBMISSIONS = 1000
T = TypeVar("T")


@pytest.fixture
def services(real_database: Database, clock: FakeClock) -> Services:
    """A warm process with a connection for each thread."""
    real_database.replace_client(a_client(real_database.client, brief=False))
    services = Services.on(real_database, clock)
    an_open_survey(services, a_question("scale"), policy="exact")
    services.version(ID, 1)
    services.receipt_key(services.survey(ID) or require_survey(services, ID))
    return services


@pytest.fixture
def history() -> History:
    return History()


def through(services: Services, client: object) -> Services:
    """Another process, with a ``client`` of its own."""
    database = services.responses._database
    other = database.with_prefix(database._prefix)
    other.replace_client(client)
    return Services.on(other, services.clock)


def disturbed(services: Services, at: int, disturb: Callable[[], None]) -> Services:
    """Another process, disturbed before its call numbered ``at``."""
    return through(services, DisturbedClient(services.responses._database.client, at, disturb))


@contextlib.contextmanager
def publishing(services: Services, jobs: int = 1) -> Iterator[None]:
    """So many publish jobs, one run after the other, for as long as the block lasts."""
    stop = threading.Event()
    failures: list[BaseException] = []

    def run() -> None:
        try:
            while not stop.is_set():
                with contextlib.suppress(StoreUnavailable):  # the next run goes on
                    published(services)
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=run) for _ in range(jobs)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not failures


def test_one_form_sent_by_many_at_once_is_one_response_P5(services: Services, history: History) -> None:
    replies = at_once(lambda number: history.send(services, nonce_of(1), 4))
    assert sum(not reply.replaced for reply in replies if reply) == 1
    assert len(set(history.shown)) == 1
    assert len(assert_whole(services, history)) == 1


def test_different_forms_sent_at_once_are_all_stored_P6(services: Services, history: History, clock: FakeClock) -> None:
    at_once(lambda number: [history.send(services, nonce_of(number * 10 + of), 1 + of % 5) for of in range(10)])
    assert len(set(history.shown)) == THREADS * 10
    assert len(assert_whole(services, history)) == THREADS * 10
    finish(services, clock)
    assert_whole(services, history)


@pytest.mark.parametrize("jobs", [1, 2])
def test_changes_and_withdrawals_that_race_the_count_are_whole_P6(
    jobs: int, services: Services, history: History, clock: FakeClock
) -> None:
    def respond(number: int) -> None:
        # One generator a thread: the order differs in each run, what is done does not.
        chance = random.Random(number)  # noqa: S311  # no secret
        for form in range(4):
            nonce = nonce_of(number * 10 + form)
            accepted = repeated(partial(history.send, services, nonce, chance.randint(1, 5)))
            assert accepted
            for _ in range(chance.randrange(3)):
                repeated(partial(history.send, services, nonce, chance.randint(1, 5)))
            if chance.random() < 0.3:
                assert repeated(partial(history.withdraw, services, accepted.receipt))

    with publishing(services, jobs):
        at_once(respond)
    finish(services, clock)
    assert len(assert_whole(services, history)) == THREADS * 4


def test_submissions_over_a_wire_that_fails_one_request_in_ten_are_each_counted_once_P6(
    services: Services, history: History, clock: FakeClock
) -> None:
    wire = Wire(a_client(services.responses._database.client))
    disturbed_services, chance = through(services, wire.client), random.Random(1)  # noqa: S311  # no secret
    faults = [fault for fault in FAULTS if fault is not slow_reply]
    wire.choose = lambda operation: chance.choice(faults) if chance.random() < 0.1 else None

    def respond(number: int) -> None:
        for form in range(number, SUBMISSIONS, THREADS):
            for mood in (1 + form % 5, 1 + form % 4)[: 1 + (form % 10 == 0)]:
                assert repeated(partial(history.send, disturbed_services, nonce_of(form), mood))

    with publishing(disturbed_services):
        at_once(respond)
    assert wire.injected.total() > SUBMISSIONS / 20
    finish(services, clock)
    assert len(assert_whole(services, history)) == len(set(history.shown)) == SUBMISSIONS
    release = services.surveys.latest_release(ID)
    assert release
    assert release.responses == SUBMISSIONS


def repeated(action: Callable[[], T]) -> T:
    """What ``action`` returns once nobody keeps its item busy."""
    for _ in range(20):
        with contextlib.suppress(StoreUnavailable):
            return action()
    raise AssertionError("busy twenty times in a row")


def test_two_publish_jobs_at_once_print_every_response_once_P6(services: Services, history: History) -> None:
    for edition in range(1, 9):
        for of in range(20):
            history.send(services, nonce_of(edition * 100 + of), 1 + of % 5)
        at_once(lambda _: published(services), threads=2)
        published(services)
        assert_whole(services, history)
        latest = services.surveys.latest_release(ID)
        assert latest
        assert latest.responses == edition * 20


def test_two_large_counts_at_once_each_in_threads_count_every_response_once_P6(
    services: Services, history: History, clock: FakeClock
) -> None:
    at_once(lambda number: [history.send(services, nonce_of(number * 10 + of), 1 + of % 5) for of in range(10)])
    survey = require_survey(services, ID)

    def count(_: int) -> None:
        with contextlib.suppress(StoreUnavailable):  # the other one had the better of it
            count_pending(through(services, services.responses._database.client), survey, turns_alone=0)

    at_once(count, threads=2)
    assert sum(part.tally.n for part in services.tallies.parts(ID, 1)) == THREADS * 10
    finish(services, clock)
    assert len(assert_whole(services, history)) == THREADS * 10


def test_publish_job_killed_before_any_call_while_another_runs_loses_nothing_P6(
    services: Services, history: History, clock: FakeClock
) -> None:
    killed = 0
    for at in range(CALLS_OF_A_RUN):
        history.send(services, nonce_of(at), 1 + at % 5)
        killed += any(at_once(partial(dies_beside, services, disturbed(services, at, crash)), 2))
        if at % 10 == 0:
            published(services)
            assert_whole(services, history)
    # Even where the other was done before, a run looks up the survey and what waits in each shard.
    assert killed > SHARDS
    finish(services, clock)
    assert len(assert_whole(services, history)) == CALLS_OF_A_RUN


def test_publish_job_killed_before_any_call_is_taken_up_by_the_next_P6(services: Services, history: History) -> None:
    for at in range(CALLS_OF_A_RUN):
        history.send(services, nonce_of(at), 1 + at % 5)
        client = DisturbedClient(services.responses._database.client, at, crash)
        if dies(through(services, client)):
            published(services)
        latest = services.surveys.latest_release(ID)
        assert latest
        assert latest.responses == at + 1
        if client.made <= at:
            break
    else:
        raise AssertionError("a run makes more calls than were tried")
    assert_whole(services, history)


def test_edition_of_an_open_survey_is_printed_once_whichever_run_is_killed_at_its_end_P6(
    real_database: Database, history: History, clock: FakeClock
) -> None:
    real_database.replace_client(a_client(real_database.client, brief=False))
    services = Services.on(real_database, clock)
    an_open_survey(services, a_question("scale"), releases="monthly")
    for edition, at in enumerate(range(4, 84, 16), start=1):
        for of in range(70):
            history.send(services, nonce_of(edition * 100 + of), 1 + of % 5)
        clock.advance(days=31)
        at_once(partial(dies_beside, services, disturbed(services, at, crash)), 3)
        published(services)
        releases = list(releases_of(services, ID))
        assert [release.number for release in releases] == list(range(edition, 0, -1))
        audit = audit_survey(services, require_survey(services, ID))
        assert (audit.adds_up, audit.pending, audit.counted) == (True, 0, 70 * edition)
        assert require_survey(services, ID).edition == edition + 1


def test_survey_whose_last_day_is_over_is_closed_and_printed_once_whichever_run_is_killed_P6(
    real_database: Database, history: History, clock: FakeClock
) -> None:
    real_database.replace_client(a_client(real_database.client, brief=False))
    services = Services.on(real_database, clock)
    an_open_survey(services, a_question("scale"), closes_on="2026-03-31")
    for of in range(70):
        history.send(services, nonce_of(of), 1 + of % 5)
    clock.now = datetime(2026, 4, 1, 0, 5, tzinfo=UTC)
    at_once(partial(dies_beside, services, disturbed(services, 4, crash)), 3)
    closed = stored_survey(services, ID)
    assert (closed.state, closed.closed_at) == ("closed", datetime(2026, 4, 1, tzinfo=UTC))
    clock.advance(hours=1)
    for at in range(5, CALLS_OF_A_RUN, 9):
        at_once(partial(dies_beside, services, disturbed(services, at, crash)), 3)
    published(services)
    assert [release.number for release in releases_of(services, ID)] == [1]
    audit = audit_survey(services, require_survey(services, ID))
    assert (audit.adds_up, audit.pending, audit.counted) == (True, 0, 70)


@pytest.mark.parametrize("runs", [0, 1])
def test_run_overtaken_before_any_call_by_answers_and_another_run_counts_each_once_P6(
    runs: int, services: Services, history: History
) -> None:
    def overtake(at: int) -> None:
        for of in range(8):
            history.send(services, nonce_of(of * 1000 + at), 5)
        for _ in range(runs):
            published(services)
        history.send(services, nonce_of(9000 + at), 3)

    # Off the beat of the shards' three calls.
    for at in range(runs, CALLS_OF_A_RUN, 5):
        for of in range(8):
            history.send(services, nonce_of(of * 1000 + at), 1 + of % 4)
        slow = disturbed(services, at, partial(overtake, at))
        with contextlib.suppress(Conflict):
            publish_survey(slow, ID)
        if at % 10 == runs:
            assert_whole(services, history)


def dies_beside(services: Services, doomed: Services, number: int) -> bool:
    """Whether run ``number`` is killed: the first is not of the ``doomed``."""
    if number:
        return dies(doomed)
    published(services)
    return False


def dies(doomed: Services) -> bool:
    """Whether a run of the publish job is killed before it ends by itself, well or not."""
    try:
        publish_survey(doomed, ID)
    except Crashed:
        return True
    except (Conflict, StoreUnavailable):
        return False
    return False


@pytest.fixture
def invited(real_database: Database, clock: FakeClock) -> Services:
    real_database.replace_client(a_client(real_database.client, brief=False))
    services = Services.on(real_database, clock)
    an_open_survey(services, a_question("scale"), policy="exact", access="invitation")
    return services


def test_one_code_used_by_many_at_once_lets_one_in_P10(invited: Services, history: History) -> None:
    codes = list(invite(invited, ID, 4))
    history.codes = len(codes)

    def respond(number: int) -> Accepted | None:
        with contextlib.suppress(InvalidSubmission):
            return repeated(lambda: history.send(invited, nonce_of(number), 4, codes[number % 2]))
        return None

    replies = at_once(respond)
    assert sum(reply is not None for reply in replies) == 2
    assert len(assert_whole(invited, history)) == 2


def test_retries_with_one_code_at_once_are_one_response_P10(invited: Services, history: History) -> None:
    (code,) = invite(invited, ID, 1)
    history.codes = 1
    replies = at_once(lambda number: repeated(lambda: history.send(invited, nonce_of(1), 4, code)))
    assert len({reply.receipt for reply in replies if reply}) == 1
    assert len(assert_whole(invited, history)) == 1


def test_codes_used_while_the_count_runs_are_each_one_response_P10(
    invited: Services, history: History, clock: FakeClock
) -> None:
    codes = list(invite(invited, ID, THREADS))
    history.codes = len(codes)

    def respond(number: int) -> None:
        with contextlib.suppress(InvalidSubmission):
            repeated(lambda: history.send(invited, nonce_of(number), 1 + number % 5, codes[number * 7 % 20]))

    with publishing(invited):
        at_once(respond)
    finish(invited, clock)
    assert len(assert_whole(invited, history)) == 20


@pytest.mark.parametrize("behind", [1, 3])
def test_index_that_lags_makes_nothing_counted_twice_or_lost_P6(
    behind: int, services: Services, history: History, clock: FakeClock
) -> None:
    lagging = through(services, LaggingIndex(services.responses._database.client, behind))
    receipts = []
    for edition in range(4):
        for of in range(10):
            accepted = history.send(services, nonce_of(edition * 100 + of), 1 + of % 5)
            assert accepted
            receipts.append(accepted.receipt)
        published(lagging)
        for of in range(3):
            history.send(services, nonce_of(edition * 100 + of), 5 - of)
        history.withdraw(services, receipts[-1])
        published(lagging)
        assert_whole(services, history)
    finish(services, clock)  # by then, an hour later, the index has caught up
    assert len(assert_whole(services, history)) == 40


def test_respondents_at_once_over_an_index_that_lags_are_whole_P6(
    services: Services, history: History, clock: FakeClock
) -> None:
    lagging = through(services, LaggingIndex(services.responses._database.client, 2))
    with publishing(lagging):
        at_once(lambda n: [repeated(partial(history.send, services, nonce_of(n), 1 + of % 5)) for of in range(3)])
    finish(services, clock)  # by then, an hour later, the index has caught up
    assert len(assert_whole(services, history)) == THREADS
