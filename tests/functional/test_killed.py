"""Functions that are killed in the middle, on the stage of a rehearsal: the ledger is whole, and the next run goes on.

Each is killed on a condition, as a process: what a function is doing when Lambda ends it, nobody knows.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.collection import Submission, accept
from chalicelib.jobs.audit import Audit, audit_survey
from chalicelib.jobs.purge import PROOF, WAIT
from chalicelib.questionnaire.survey import Survey
from chalicelib.services import Services
from chalicelib.storage.tables import RESPONSES
from operation.deployment.package import build
from operation.deployment.steps import finished
from operation.deployment.target import Target
from operation.ending import close_survey
from operation.errors import RehearsalFailed
from operation.invitations import invite
from operation.lifecycle import require_survey
from operation.rehearsal import deployment
from operation.rehearsal.loopback import loopback
from operation.rehearsal.scene import STAGE, Scene
from tests.builders import a_question, an_open_survey

# One stage for all of them, so one worker.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("killed")]

MOOD = a_question("scale")
#: How many send at once.
CLIENTS = 2
#: With the same form: a process that was killed is another by the next.
MOST_TRIES = 10
#: So many that a run takes seconds; and how often a run may have ended before it could be killed.
MANY, ATTEMPTS = 500, 5


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """The very package, deployed."""
    folder = tmp_path_factory.mktemp("stage")
    package = build(folder / "package", Target.here())
    with loopback(folder) as aws:
        made = Scene(aws, folder)
        finished(deployment.first(made, package))
        yield made


def processes(scene: Scene, function: str) -> list[int]:
    """The ids of the processes that run ``function``."""
    mark = f"{scene.folder}/ministack-lambda-paraply-{STAGE}-{function}-".encode()
    found = []
    for process in Path("/proc").iterdir():
        with suppress(OSError):
            if process.name.isdigit() and mark in (process / "cmdline").read_bytes():
                found.append(int(process.name))
    return found


def signalled(ids: Sequence[int], number: signal.Signals) -> None:
    for each in ids:
        with suppress(ProcessLookupError):
            os.kill(each, number)


def audited(services: Services, survey: str) -> Audit:
    found = audit_survey(services, require_survey(services, survey))
    assert found.adds_up, found.faults()
    return found


@dataclass
class Senders:
    """People whose browser or program sends the same again until it gets a receipt."""

    scene: Scene
    survey: str
    codes: list[str]
    #: By key of the call: its receipt.
    receipts: dict[str, str] = field(default_factory=dict)
    #: Receipts of calls that were cut short: before anything was stored, and after.
    lost: list[str] = field(default_factory=list)
    unheard: list[str] = field(default_factory=list)
    under_way: set[str] = field(default_factory=set)
    enough: threading.Event = field(default_factory=threading.Event)

    def send(self) -> None:
        while not self.enough.is_set():
            key = secrets.token_hex(16)
            self.receipts[key] = self._sent(key, self.codes.pop())

    def is_amid_what_is_wanted(self) -> bool:
        """Whether a call is under way of which nothing is stored, or one is stored whose receipt nobody was shown."""
        is_unheard = stored(self.scene, self.survey) > len(self.receipts)
        return not self.unheard if is_unheard else bool(self.under_way) and not self.lost

    def _sent(self, key: str, code: str) -> str:
        is_cut = False
        for _ in range(MOST_TRIES):
            self.under_way.add(key)
            reply = self.scene.visitor.submit(self.survey, {"mood": 3}, key, invitation=code)
            self.under_way.discard(key)
            if reply.status in (200, 201):
                if is_cut:
                    (self.lost if reply.status == 201 else self.unheard).append(reply.receipt)
                return reply.receipt
            assert reply.status >= 500, reply.text
            is_cut = True
        pytest.fail("the web function has not come back")


def test_answers_outlive_the_web_function_killed_in_the_middle_P5_P6_P10(scene: Scene) -> None:
    services = scene.services
    an_open_survey(services, MOOD, survey="sent", access="invitation")
    senders = Senders(scene, "sent", list(invite(services, "sent", 1_000)))
    with ThreadPoolExecutor(CLIENTS) as pool:
        done = [pool.submit(senders.send) for _ in range(CLIENTS)]
        try:
            kill_amid(senders, done)
        finally:
            senders.enough.set()
        for each in done:
            each.result()
    assert senders.lost, "no call was cut short before it was stored"
    assert senders.unheard, "no call was cut short after it was stored"
    assert audited(services, "sent").pending == len(senders.receipts)
    assert len(set(senders.receipts.values())) == len(senders.receipts)
    assert len(list(services.access.invitations("sent"))) == len(senders.codes)
    for receipt in (cut := [*senders.lost, *senders.unheard]):
        scene.visitor.withdraw("sent", receipt).of(200)
    assert audited(services, "sent").withdrawn == len(cut)


def kill_amid(senders: Senders, done: Sequence[Future[None]]) -> None:
    """Freeze the web function until it is amid what is wanted, and kill it then; until every way was seen."""
    told = 0
    # They end when their codes do.
    while not any(each.done() for each in done) and not (senders.lost and senders.unheard):
        # Not while it starts.
        if len(senders.receipts) == told:
            threading.Event().wait(0.01)
            continue
        frozen = processes(senders.scene, "api_handler")
        signalled(frozen, signal.SIGSTOP)
        if senders.is_amid_what_is_wanted():
            told = len(senders.receipts)
            signalled(frozen, signal.SIGKILL)
        signalled(frozen, signal.SIGCONT)


def answered(services: Services, survey: Survey, number: int) -> None:
    """Store so many answers, without the way through the gateway."""
    version = services.version(survey.id, survey.version)
    for mood in range(number):
        accept(services, survey, version, Submission({"mood": 1 + mood % 5}, secrets.token_bytes(16)))


def killed_while(scene: Scene, function: str, is_amid: Callable[[], bool]) -> None:
    """Start ``function`` as its rule does, and kill it once it ``is_amid``, if it is not done before.

    It stands still while it is looked at.
    """
    run = threading.Thread(target=lambda: suppressed(scene, function))
    run.start()
    is_killed = False
    while run.is_alive() and not is_killed:
        frozen = processes(scene, function)
        signalled(frozen, signal.SIGSTOP)
        if frozen and is_amid():
            signalled(frozen, signal.SIGKILL)
            is_killed = True
        signalled(frozen, signal.SIGCONT)
        threading.Event().wait(0.01)
    run.join()


def suppressed(scene: Scene, function: str) -> None:
    with suppress(RehearsalFailed):
        scene.fire(function)


def test_a_count_goes_on_where_it_was_killed_P6(scene: Scene) -> None:
    services = scene.services
    survey = an_open_survey(services, MOOD, survey="counted", policy="exact")
    total = 0
    for _ in range(ATTEMPTS):
        answered(services, survey, MANY)
        total += MANY
        killed_while(scene, "publish_releases", lambda: any(services.tallies.parts("counted", batch(services))))
        found = audited(services, "counted")
        assert found.pending + found.counted == total
        if found.pending and found.counted:
            break
    else:
        pytest.fail("no count was killed in the middle")
    scene.fire("publish_releases")
    assert audited(services, "counted").counted == total
    release = services.surveys.latest_release("counted")
    assert release is not None
    assert release.responses == total


def batch(services: Services) -> int:
    return require_survey(services, "counted").edition


def test_a_purge_goes_on_where_it_was_killed_and_leaves_its_proof_P11(scene: Scene) -> None:
    services = scene.services
    for survey in (f"purged-{attempt}" for attempt in range(ATTEMPTS)):
        to_be_purged(scene, survey)
        killed_while(scene, "purge_expired", lambda: 0 < stored(scene, survey) < MANY)  # noqa: B023  # called at once
        if stored(scene, survey):
            break
    else:
        pytest.fail("no purge was killed in the middle")
    assert stored(scene, survey) < MANY
    assert services.tallies.record(survey, PROOF) is None
    scene.fire("purge_expired")
    assert stored(scene, survey) == 0
    expected = {"batches": 1, "counted": MANY, "records_left": 0, "invitations_left": 0}
    assert json.loads(services.tallies.record(survey, PROOF) or "") == expected
    assert services.access.receipt_key(survey) is None
    scene.visitor.get(f"/api/surveys/{survey}/releases/1.csv").of(200)


def to_be_purged(scene: Scene, survey: str) -> None:
    """A survey whose retention is over: published, with ``MANY`` records."""
    services = scene.services
    answered(services, an_open_survey(services, MOOD, survey=survey, policy="exact", retention_days=1), MANY)
    close_survey(services, survey)
    scene.move_back(survey, timedelta(hours=2))
    scene.fire("publish_releases")
    scene.move_back(survey, timedelta(days=1) + WAIT)


def stored(scene: Scene, survey: str) -> int:
    """How many records there are."""
    found = scene.database.call(
        "scan",
        RESPONSES,
        Select="COUNT",
        FilterExpression="begins_with(part, :survey)",
        ExpressionAttributeValues={":survey": {"S": f"{survey}#"}},
    )
    return int(found["Count"])
