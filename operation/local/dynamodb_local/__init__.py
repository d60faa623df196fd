"""DynamoDB Local, AWS's own engine: fetched with Maven into a cache, run by Java on loopback, for programs only.

moto takes no locks, ignores request tokens and loses concurrent updates; what the project promises about data is
proven on this engine instead.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from chalicelib.errors import StoreUnavailable
from chalicelib.settings import Settings
from chalicelib.storage.database import Database
from operation.errors import OperatorError
from operation.fetched import fetched
from operation.local.data_folder import DataFolder

_FOLDER = Path(__file__).parent
_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
_START_SECONDS = 180
_STARTS = 3


def fetch() -> Path:
    """The folder with the engine's libraries, fetched if it is not in the cache yet.

    Raises :class:`OperatorError` where Maven or Java are missing, or the engine cannot be had.
    """
    for program, package in (("java", "default-jdk-headless"), ("mvn", "maven")):
        if shutil.which(program) is None:
            raise OperatorError(f"DynamoDB Local needs {program}. Install it: apt-get install {package}")
    pom = _FOLDER / "pom.xml"
    version = hashlib.sha256(pom.read_bytes()).hexdigest()[:12]
    return fetched(_cache() / f"dynamodb-local-{version}", lambda place: _maven(pom, place))


def _cache() -> Path:
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "paraply"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _maven(pom: Path, folder: Path) -> None:
    command = ["mvn", "-q", "-B", "-ntp", "-f", str(pom), _PLUGIN, "-DincludeScope=runtime"]
    command.append(f"-DoutputDirectory={folder}")
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # no input is in it
    if done.returncode:
        raise OperatorError(f"Maven could not fetch DynamoDB Local:\n{done.stdout[-2000:]}")


@contextmanager
def running(port: int | None = None, data: DataFolder | None = None) -> Iterator[Settings]:
    """The engine on loopback until the end of the block, or of this process; in memory unless ``data`` keeps it.

    Yields the settings that reach it. A free port is taken where none is given. Raises :class:`OperatorError`, with
    what Java said last, where it does not start.
    """
    libraries = fetch()
    with tempfile.TemporaryFile() as said:
        process, settings = _start(libraries, port, data, said)
        try:
            yield settings
        finally:
            process.terminate()
            process.wait(timeout=120)


def _start(
    libraries: Path, port: int | None, data: DataFolder | None, said: IO[bytes]
) -> tuple[subprocess.Popen[bytes], Settings]:
    """Start the engine; again where it ends by itself: a port that was free may be another program's a moment later."""
    for _ in range(_STARTS):
        at = port or _free_port()
        process = _launch(libraries, at, data, said)
        settings = Settings(endpoint=f"http://127.0.0.1:{at}")
        if _answers(settings, process):
            return process, settings
        process.kill()
        process.wait()
    said.seek(0)
    last = said.read().decode("utf-8", "replace").strip().rpartition("\n")[2]
    raise OperatorError(f"DynamoDB Local did not start: {last or 'it said nothing'}")


def _launch(libraries: Path, port: int, data: DataFolder | None, said: IO[bytes]) -> subprocess.Popen[bytes]:
    where = ["-dbPath", str(data.path)] if data else ["-inMemory"]
    java = ["java", f"-Djava.library.path={libraries}", "-cp", f"{libraries}/*", str(_FOLDER / "Loopback.java")]
    process = subprocess.Popen(  # noqa: S603  # no input is in it
        [*java, "-sharedDb", "-disableTelemetry", "-port", str(port), *where],
        # Loopback.java ends when this is closed.
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=said,
        pass_fds=[data.engine_lock] if data else [],
        # Ctrl-C is for us: the engine ends after what writes to it.
        start_new_session=True,
        umask=0o077,
    )
    if data:
        data.note_engine(process.pid)
    return process


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(settings: Settings, process: subprocess.Popen[bytes]) -> bool:
    """Wait until the engine answers; whether it does."""
    # The engine takes any credentials, but boto3 signs with some.
    os.environ.setdefault("AWS_ACCESS_KEY_ID", "local")
    os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "local")
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            Database.from_settings(settings).call("list_tables")
        except StoreUnavailable:
            time.sleep(0.2)
        else:
            return process.poll() is None
    return False
