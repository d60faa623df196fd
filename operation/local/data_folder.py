"""Where DynamoDB Local keeps its data: a folder of one run at a time, for its owner alone, and filled whole or anew.

Two engines on one file would each write over what the other stores. So the folder has two locks, which the system
releases however a process ends: ``server.lock`` is the run's; the engine inherits ``engine.lock``, so that one which
outlived its run is noticed.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from operation.errors import OperatorError
from operation.resumable import sync_folder

#: As the engine calls its file; SQLite puts others beside it for a while.
DATABASE = "shared-local-instance.db"
KEYS = "keys"
#: Stands in the folder from before its first byte of data until the demo is whole.
UNFINISHED = "unfinished"
_SERVER_LOCK, _ENGINE_LOCK = "server.lock", "engine.lock"
#: Seconds that an engine is given to notice that its run has ended, and to be gone after it was killed.
_NOTICING, _DYING = 5.0, 30.0


def default_path() -> Path:
    """In the user's data folder, out of the project, whose files Chalice watches."""
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "paraply"


@dataclass(frozen=True)
class DataFolder:
    """A folder that this process holds until it ends; ``ended`` is the engine that it found there and ended, if any."""

    path: Path
    engine_lock: int
    ended: int | None

    @property
    def keys(self) -> Path:
        """Where the demo's keys lie."""
        return self.path / KEYS

    def note_engine(self, process: int) -> None:
        """Keep the number of the engine's process, for whoever has to end it."""
        _write(self.engine_lock, str(process))

    @contextmanager
    def filling(self) -> Iterator[None]:
        """What is stored within is thrown away by the next start, unless the end of the block is reached."""
        _require_no_keys(self.path)
        _mark_unfinished(self.path)
        yield
        (self.path / UNFINISHED).unlink()
        # A mark that came back after a power cut would cost the data.
        sync_folder(self.path)


@contextmanager
def held(path: Path, port: int, patience: float = _NOTICING) -> Iterator[DataFolder]:
    """Hold ``path`` for the run whose web server is on ``port``, until the end of the block.

    An engine without its run is ended after ``patience`` seconds, and a first start that was cut short is cleared away.
    Raises :class:`OperatorError` where another run holds the folder, or something in it is not ours.
    """
    path = path.resolve()
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    _require_nothing_strange(path)
    path.chmod(0o700)
    with _opened(path / _SERVER_LOCK) as server_lock, _opened(path / _ENGINE_LOCK) as engine_lock:
        if not _locked(server_lock):
            raise OperatorError(_told_of_run(path, server_lock))
        _write(server_lock, f"{os.getpid()} {port}")
        ended = _end_orphan(path, engine_lock, patience)
        _prepare(path)
        yield DataFolder(path, engine_lock, ended)


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield file
    finally:
        os.close(file)


def _locked(file: int, seconds: float = 0.0) -> bool:
    """Whether the lock could be had, within ``seconds``."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.05)
        else:
            return True


def _write(file: int, text: str) -> None:
    os.ftruncate(file, 0)
    os.pwrite(file, text.encode("ascii"), 0)


def _numbers(file: int) -> list[int]:
    """What was noted in a lock; nothing where its holder has not come that far."""
    return [int(word) for word in os.pread(file, 100, 0).split() if word.isdigit()]


def _told_of_run(path: Path, server_lock: int) -> str:
    match _numbers(server_lock):
        case [process, port]:
            return (
                f"`make run` is already at work on the data in {path}: http://127.0.0.1:{port}, process {process}."
                f" Use that one, or end it first: kill {process}"
            )
        case _:
            return f"`make run` is being started on the data in {path} already. Use that one, or end it with Ctrl-C."


def _end_orphan(path: Path, engine_lock: int, patience: float) -> int | None:
    """Make sure that no engine is at work; the number of the process that had to be ended for it."""
    if _locked(engine_lock, patience):
        _write(engine_lock, "")
        return None
    process, *_ = [*_numbers(engine_lock), 0]
    # The number may have become that of another process, where the lock is held from another container.
    if not process or str(path) not in _command(process):
        if _locked(engine_lock):  # it has ended this very moment
            return None
        advice = f"Find it with: fuser {path / _ENGINE_LOCK}"
        raise OperatorError(f"An engine of an earlier run still has the data in {path}. End it first. {advice}")
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
    if not _locked(engine_lock, _DYING):
        raise OperatorError(f"The engine of an earlier run, process {process}, cannot be ended. Restart the machine.")
    _write(engine_lock, "")
    return process


def _command(process: int) -> str:
    """The command line of a process, empty where there is none."""
    if Path("/proc/self").exists():
        with suppress(OSError):
            return Path(f"/proc/{process}/cmdline").read_text("utf-8", "replace")
        return ""
    command = ["ps", "-ww", "-o", "args=", "-p", str(process)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603  # a number


def _prepare(path: Path) -> None:
    """Leave in the folder what was stored whole, or nothing."""
    if (path / UNFINISHED).exists():
        shutil.rmtree(path / KEYS, ignore_errors=True)
        for file in path.glob(f"{DATABASE}*"):
            file.unlink()
    if not (path / DATABASE).exists():
        _require_no_keys(path)
        _mark_unfinished(path)


def _require_nothing_strange(path: Path) -> None:
    """Raise, with nothing changed, where somebody else's files lie in what is to become a folder of data."""
    if (path / DATABASE).exists():
        return
    ours = {KEYS, UNFINISHED, _SERVER_LOCK, _ENGINE_LOCK}
    strange = sorted({file.name for file in path.iterdir() if not file.name.startswith(DATABASE)} - ours)
    if strange:
        advice = "Move it away, or name another place for data: XDG_DATA_HOME."
        raise OperatorError(f"{path} has no data yet, but something that is not of `make run`: {strange[0]}. {advice}")


def _require_no_keys(path: Path) -> None:
    """Raise where there are keys although there is nothing that was sealed to them: it may have been exported."""
    if (path / KEYS).exists():
        advice = "They may still open what was exported: move them to a safe place, and start again."
        raise OperatorError(f"{path / KEYS} has keys, but the data that they belong to is gone. {advice}")


def _mark_unfinished(path: Path) -> None:
    (path / UNFINISHED).touch(mode=0o600)
