"""`make run ENGINE=dynamodb-local`: what it acknowledged outlives any end of it, and one engine works on its file."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from chalicelib.errors import StoreMisconfigured, StoreUnavailable
from chalicelib.settings import Settings
from chalicelib.storage.database import Database
from chalicelib.storage.tables import RESPONSES
from operation.local.data_folder import _locked
from operation.local.dynamodb_local import running
from tests.rebinding import FROM_PAGES, FROM_PROGRAMS, REFUSAL, changed
from tests.served import Site, end, free_port, started, starting

pytestmark = pytest.mark.engine
SURVEY = "organisation-profile"
ENGINE = ("--engine", "dynamodb-local", "--every", "0.5")


@dataclass
class Machine:
    """One data folder, and every run on it so far; all are ended when the test is."""

    home: Path
    ends: ExitStack = field(default_factory=ExitStack)

    @property
    def folder(self) -> Path:
        return self.home / "paraply"

    def start(self, port: int | None = None) -> Site:
        """What `make run` does, until it serves."""
        site = started(*ENGINE, port=port, XDG_DATA_HOME=str(self.home))
        self.ends.callback(kill, site.process)
        return site

    def begin(self, port: int) -> subprocess.Popen[str]:
        """The same, until it is called."""
        process = starting(*ENGINE, port=port, XDG_DATA_HOME=str(self.home))
        self.ends.callback(kill, process)
        return process

    def engine(self) -> int:
        """The process of the engine."""
        return int((self.folder / "engine.lock").read_text())

    def await_end_of_engine(self) -> None:
        """Until the engine that has lost its run has noticed, which a busy machine may take longer for than a start."""
        with (self.folder / "engine.lock").open() as lock:
            assert _locked(lock.fileno(), 600), "had as soon as the engine is gone"


def kill(process: subprocess.Popen[str]) -> None:
    """As no process can prevent."""
    process.kill()
    process.communicate(timeout=600)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path)
    with machine.ends:
        yield machine


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demo, as a first start leaves it that ended well."""
    machine = Machine(tmp_path_factory.mktemp("filled"))
    with machine.ends:
        end(machine.start())
    return machine.folder


@pytest.fixture
def used(machine: Machine, filled: Path) -> Machine:
    """A machine on which there was a first start."""
    shutil.copytree(filled, machine.folder)
    return machine


def submit(port: int, key: str) -> str | None:
    """The receipt for one response, which ``key`` names, counted already or not; None where it is not acknowledged."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    try:
        connection.request("POST", f"/api/surveys/{SURVEY}/responses", b'{"answers":{"countries":["se"]}}', headers)
        reply = connection.getresponse()
        body = json.loads(reply.read())
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    return str(body["receipt"]) if reply.status in (200, 201, 409) else None


def stored(site: Site) -> int:
    """Records of the survey, which must add up with its ledger."""
    pending, counted, _ = (int(part.split()[0]) for part in site.manage("audit", SURVEY).splitlines()[0].split(", "))
    return pending + counted


def keys(number: int) -> list[str]:
    return [secrets.token_hex(16) for _ in range(number)]


def server_alone(site: Site, machine: Machine) -> None:
    kill(site.process)


def engine_first(site: Site, machine: Machine) -> None:
    os.kill(machine.engine(), signal.SIGKILL)
    kill(site.process)


def server_with_an_engine_that_hangs(site: Site, machine: Machine) -> None:
    os.kill(machine.engine(), signal.SIGSTOP)
    kill(site.process)


@pytest.mark.parametrize("ending", [server_alone, engine_first, server_with_an_engine_that_hangs])
def test_what_was_acknowledged_before_a_kill_is_there_at_the_next_start_and_once_P5_P6(
    used: Machine, ending: Callable[[Site, Machine], None]
) -> None:
    site = used.start()
    before = {key: submit(site.port, key) for key in keys(20)}
    assert all(before.values())
    during: dict[str, str | None] = {}
    enough, ended = threading.Event(), threading.Event()

    def submit_until_the_end() -> None:
        while not ended.is_set():
            key = secrets.token_hex(16)
            during[key] = submit(site.port, key)
            if len(during) > 10:
                enough.set()

    with ThreadPoolExecutor(4) as threads:
        loops = [threads.submit(submit_until_the_end) for _ in range(4)]
        assert enough.wait(timeout=600)
        hung = used.engine()
        ending(site, used)
        ended.set()
        for loop in loops:
            loop.result()

    if ending is not server_with_an_engine_that_hangs:
        used.await_end_of_engine()
    again = used.start(site.port)
    was_told = f"Ended the engine that an earlier run had left at work, process {hung}." in again.greeting
    assert was_told == (ending is server_with_an_engine_that_hangs)
    kept = {key: receipt for key, receipt in (before | during).items() if receipt}
    assert len(kept) <= stored(again) <= len(before | during)
    repeated = {key: submit(again.port, key) for key in before | during}
    assert {key: repeated[key] for key in kept} == kept
    assert stored(again) == len(before | during)


def test_engine_ends_by_itself_when_its_run_was_killed(used: Machine) -> None:
    kill(used.start().process)
    used.await_end_of_engine()
    assert "Ended the engine" not in used.start().greeting


def test_second_run_on_the_same_data_is_sent_to_the_first_and_never_to_another_port(used: Machine) -> None:
    site = used.start()
    for port in (site.port, free_port()):
        second = used.begin(port)
        told, _ = second.communicate(timeout=600)
        assert second.returncode == 1
        assert f"{site.url}, process {site.process.pid}" in told
        assert "another" not in told
    assert submit(site.port, *keys(1)), "the first goes on"


@contextmanager
def a_taken_port() -> Iterator[int]:
    """A port whose next one a program of somebody else has."""
    port = free_port()
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", port + 1))
        stranger.listen()
        yield port


def test_program_of_somebody_else_on_the_port_is_told_apart_from_a_run(used: Machine) -> None:
    with a_taken_port() as port:
        run = used.begin(port)
        told, _ = run.communicate(timeout=600)
    assert (run.returncode, told.splitlines()) == (
        1,
        [f"Port {port + 1} is in use. Take another: PORT=9000 make run ENGINE=dynamodb-local"],
    )


def a_file_of_data(machine: Machine, port: int) -> bool:
    return (machine.folder / "shared-local-instance.db").exists()


def a_key(machine: Machine, port: int) -> bool:
    return (machine.folder / "keys" / "working.key").exists()


def somebody_invented(machine: Machine, port: int) -> bool:
    database = Database.from_settings(Settings(endpoint=f"http://127.0.0.1:{port + 1}"))
    try:
        return bool(database.call("scan", RESPONSES, Select="COUNT")["Count"])
    except (StoreUnavailable, StoreMisconfigured):
        return False  # not yet, or without tables


#: What is there of a first start when it is cut short, and how; each next one is begun on what the one before left.
CUT_SHORT = (
    (a_file_of_data, signal.SIGKILL),
    (a_key, signal.SIGKILL),
    (somebody_invented, signal.SIGKILL),
    (somebody_invented, signal.SIGTERM),
)


def test_first_start_that_was_cut_short_again_and_again_is_finished_by_the_next(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "any")
    for has_come, ending in CUT_SHORT:
        cut_short(machine, has_come, ending)
    site = machine.start()
    assert "240 counted" in site.manage("audit", "member-challenges-2025")
    assert all(site.get(f"/s/{survey}") for survey in (SURVEY, "member-challenges"))
    assert sorted(path.name for path in site.keys.iterdir()) == ["recovery.key", "working.key"]
    assert not (machine.folder / "unfinished").exists()


def cut_short(machine: Machine, has_come: Callable[[Machine, int], bool], ending: signal.Signals) -> None:
    """Begin a first start, and end it once it has come so far."""
    port = free_port()
    first = machine.begin(port)
    # It stands still while it is looked at, so that it is not past that by the time it is ended.
    while not looked_at(first, lambda: has_come(machine, port)):
        assert first.poll() is None
        assert not a_key(machine, port) or (machine.folder / "unfinished").exists(), "the demo is made already"
        first.send_signal(signal.SIGCONT)
        time.sleep(0.02)
    first.send_signal(ending)
    first.send_signal(signal.SIGCONT)
    told, _ = first.communicate(timeout=600)
    assert "Traceback" not in told
    assert (machine.folder / "unfinished").exists(), "it was cut short"


def looked_at(process: subprocess.Popen[str], look: Callable[[], bool]) -> bool:
    """What ``look`` sees while ``process`` stands still, which it does until it is told to go on."""
    process.send_signal(signal.SIGSTOP)
    return look()


def test_folder_and_files_are_for_their_owner_alone_while_it_runs_and_after(used: Machine) -> None:
    site = used.start()
    assert submit(site.port, *keys(1))
    assert open_to_others(used.folder) == []
    end(site)
    assert open_to_others(used.folder) == []


def open_to_others(folder: Path) -> list[str]:
    """What somebody else could read or list."""
    found = [folder, *folder.rglob("*")]
    return [str(path) for path in found if stat.S_IMODE(path.stat().st_mode) & 0o077]


@pytest.fixture(scope="module")
def engine_port() -> Iterator[int]:
    """An engine's own port."""
    with running() as settings:
        assert settings.endpoint
        yield int(settings.endpoint.rpartition(":")[2])


def asked(port: int, changes: Mapping[str, str | None]) -> tuple[int, bytes]:
    """The engine's reply to a program's request with ``changes``."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    connection.putrequest("POST", "/", skip_host=True, skip_accept_encoding=True)
    credential = "AWS4-HMAC-SHA256 Credential=any/20250101/eu-north-1/dynamodb/aws4_request"
    signed = {"Authorization": f"{credential}, SignedHeaders=host, Signature=0", "X-Amz-Date": "20250101T000000Z"}
    whole = {"Content-Type": "application/x-amz-json-1.0", "Content-Length": "2", **signed, **changed(changes)}
    for name, value in whole.items():
        connection.putheader(name, value)
    connection.endheaders(b"{}")
    reply = connection.getresponse()
    try:
        return reply.status, reply.read()
    finally:
        connection.close()


@pytest.mark.parametrize("changes", FROM_PROGRAMS, ids=str)
def test_program_on_this_machine_is_answered_by_the_engine(engine_port: int, changes: Mapping[str, str | None]) -> None:
    assert asked(engine_port, changes) == (200, b'{"TableNames":[]}')


@pytest.mark.parametrize("changes", FROM_PAGES, ids=str)
def test_request_that_a_web_page_could_cause_is_refused_by_the_engine(
    engine_port: int, changes: Mapping[str, str | None]
) -> None:
    status, body = asked(engine_port, changes)
    assert status in (400, 403)
    assert body == REFUSAL or (status == 400 and "Host" in changes), "a Host that is none never comes that far"
