"""The whole thing as ``make run`` serves it, in a process of its own on free ports."""

from __future__ import annotations

import os
import random
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
#: Processes of pytest that have ports of their own, and how many each has.
_WORKERS, _PORTS = 32, 680


@dataclass(frozen=True)
class Site:
    """A running server: its process, address and what it printed at the start."""

    process: subprocess.Popen[str]
    port: int
    greeting: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def keys(self) -> Path:
        """Where the demo put its keys."""
        found = re.search(r"keys in (\S+)", self.greeting)
        assert found, self.greeting
        return Path(found.group(1))

    def get(self, path: str) -> str:
        with urllib.request.urlopen(self.url + path, timeout=600) as reply:  # noqa: S310  # the url is http:
            return str(reply.read().decode("utf-8"))

    def manage(self, *arguments: str, cwd: Path | None = None) -> str:
        """Run ``manage.py --local`` against this server."""
        command = [sys.executable, str(ROOT / "manage.py"), "--local", *arguments]
        environment = {**os.environ, "PORT": str(self.port), "COLUMNS": "200"}
        done = subprocess.run(command, cwd=cwd or ROOT, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def free_port() -> int:
    """A port that is free, and whose next one is free too.

    Below those that systems give to connections (Linux from 32768 on), and of those of this process of pytest alone:
    another one might be gone before it is used.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % _WORKERS
    first_port = 10_240 + worker * _PORTS
    while True:
        port = first_port + 2 * random.SystemRandom().randrange(_PORTS // 2)
        with socket.socket() as first, socket.socket() as second:
            try:
                first.bind(("127.0.0.1", port))
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


@contextmanager
def served(every: float = 1.0) -> Iterator[Site]:
    """``manage.py serve`` until the end of the block, then SIGTERM, which must end it clean."""
    site = started("--every", str(every))
    try:
        yield site
    finally:
        end(site)


def started(*options: str, port: int | None = None, **environment: str) -> Site:
    """``manage.py serve`` with ``options``, from when it serves; whoever calls ends it."""
    port = port or free_port()
    process = starting(*options, port=port, **environment)
    return Site(process, port, _greeting(process))


def starting(*options: str, port: int, **environment: str) -> subprocess.Popen[str]:
    """``manage.py serve`` with ``options``, as soon as it has been called."""
    command = [sys.executable, str(ROOT / "manage.py"), "serve", *options]
    given = {**os.environ, "PORT": str(port), "PYTHONUNBUFFERED": "1", **environment}
    return subprocess.Popen(command, cwd=ROOT, env=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def end(site: Site) -> None:
    """End it as a system does, which must go clean."""
    site.process.send_signal(signal.SIGTERM)
    assert site.process.wait(timeout=600) == 0


def _greeting(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if "Ctrl-C" in line:
            return "".join(lines)
    raise AssertionError("the server ended:\n" + "".join(lines))
