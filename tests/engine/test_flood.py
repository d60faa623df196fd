"""Ten thousand submissions over a wire that fails one request in ten: none lost, none counted twice."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from chalicelib.errors import StorageError, StoreUnavailable
from chalicelib.services import Services
from chalicelib.storage.database import Database
from operation.lifecycle import require_survey
from tests.builders import FakeClock, a_question, an_open_survey
from tests.engine.faults import FAULTS, Fault, Wire, a_client, slow_engine
from tests.engine.history import ID, THREADS, History, assert_whole, at_once, finish, nonce_of, published

pytestmark = [pytest.mark.engine, pytest.mark.slow]

SUBMISSIONS = 10_000
FAILING = 0.1
#: Seconds: how long the client waits for a reply, how late a slow one is, and how often the publish job runs.
PATIENCE, DELAY, PAUSE = 1.0, 1.2, 0.5
#: How often a person presses Send before the test gives up on them.
PATIENT = 30


@pytest.fixture
def wire(dynamodb_local: Database) -> Iterator[Wire]:
    """A client as in production, waits included, but less patient, so that slow replies take no minutes."""
    engine = dynamodb_local.client
    with slow_engine(engine.meta.endpoint_url, DELAY) as slow:
        yield Wire(a_client(engine, connections=2 * THREADS, read_timeout=PATIENCE, brief=False), slow)


def failing_at_random(share: float) -> Callable[[str], Fault | None]:
    chance = random.Random(1)  # noqa: S311  # no secret

    def choose(operation: str) -> Fault | None:
        return chance.choice(FAULTS) if chance.random() < share else None

    return choose


def test_ten_thousand_submissions_with_faults_are_each_counted_once_P6(
    real_database: Database, wire: Wire, clock: FakeClock, capsys: pytest.CaptureFixture[str]
) -> None:
    calm = Services.on(real_database, clock)
    an_open_survey(calm, a_question("scale"), policy="exact")
    database = real_database.with_prefix(real_database._prefix)
    database.replace_client(wire.client)
    services, history, retries = Services.on(database, clock), History(), Counter[str]()
    services.version(ID, require_survey(services, ID).version)
    services.receipt_key(services.survey(ID) or require_survey(calm, ID))

    def respond(number: int) -> None:
        for form in range(number, SUBMISSIONS, THREADS):
            press_send(services, history, form, retries)

    wire.choose = failing_at_random(FAILING)
    began, done = time.monotonic(), threading.Event()
    job = threading.Thread(target=publish_until, args=(done, services, retries))
    job.start()
    at_once(respond)
    took = time.monotonic() - began
    done.set()
    job.join()
    wire.mend()
    finish(calm, clock)
    records = assert_whole(calm, history)
    assert len(records) == len(set(history.shown)) == SUBMISSIONS
    release = calm.surveys.latest_release(ID)
    assert release
    assert release.responses == SUBMISSIONS
    faults = ", ".join(f"{kind} {count}" for kind, count in sorted(wire.injected.items()))
    with capsys.disabled():
        print(
            f"\nflood: {SUBMISSIONS} submissions from {THREADS} threads in {took:.0f} s ({SUBMISSIONS / took:.0f}/s);"
            f" {wire.requests} requests, {wire.injected.total()} faults ({faults});"
            f" {retries['send']} sent again, {retries['publish']} of {retries['runs']} runs failed and were taken up;"
            f" {release.responses} counted in {release.number} releases, 0 lost, 0 twice"
        )


def press_send(services: Services, history: History, form: int, retries: Counter[str]) -> None:
    """As a person does: again until there is a receipt, and one in ten changes an answer and sends once more."""
    moods = [1 + form % 5] + [1 + form % 4] * (form % 10 == 0)
    for mood in moods:
        for _ in range(PATIENT):
            try:
                assert history.send(services, nonce_of(form), mood)
                break
            except StoreUnavailable:
                retries["send"] += 1
        else:
            raise AssertionError("no receipt after pressing Send thirty times")


def publish_until(done: threading.Event, services: Services, retries: Counter[str]) -> None:
    while not done.wait(PAUSE):
        try:
            outcomes = published(services)
        except StorageError:
            outcomes = []
        retries["runs"] += 1
        retries["publish"] += not outcomes or any(outcome.failed for outcome in outcomes)
