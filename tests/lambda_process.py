"""A process of Lambda's on this machine: its own runtime client, an unpacked package, and the runtime's interface.

The interface is what AWS documents for custom runtimes (2018-06-01), served here in a few lines: AWS's emulator serves
the same, and does not tell when a process was ready for its first request.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.served import ROOT

#: What Lambda's runtime brings, from where the tests have it.
_LIBRARIES = {
    ROOT / ".venv/aws/lib": ("awslambdaric", "runtime_client*.so", "simplejson", "snapshot_restore_py.py"),
    ROOT / ".venv/lib": ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six.py"),
}
#: The interpreter itself, not the virtual environment's: Lambda has nobody else's libraries.
BARE_PYTHON: str = sys._base_executable  # type: ignore[attr-defined]
_SECONDS = 600
#: Lambda's clock that counts what a process has used, by the process's number (clock_getcpuclockid in Linux).
_USED = 2


@dataclass(frozen=True)
class Moment:
    """Seconds since the process was started: of time, and of CPU."""

    wall: float
    cpu: float


@dataclass
class Running:
    """A process that waits for requests."""

    process: subprocess.Popen[bytes]
    started: float
    requests: queue.Queue[Mapping[str, Any]] = field(default_factory=queue.Queue)
    replies: queue.Queue[tuple[Moment, Any]] = field(default_factory=queue.Queue)
    #: When it asked for its first request: then its start is over.
    ready: Moment | None = None

    def now(self) -> Moment:
        """How long it has run."""
        return Moment(time.perf_counter() - self.started, time.clock_gettime((~self.process.pid << 3) | _USED))

    def invoke(self, event: Mapping[str, Any]) -> tuple[Moment, Any]:
        """When the process answered ``event``, and what."""
        self.requests.put(event)
        return self.replies.get(timeout=_SECONDS)


def provided(folder: Path) -> Path:
    """Fill ``folder`` with what Lambda's runtime brings: each library with its bytecode, as there."""
    for libraries, names in _LIBRARIES.items():
        for name in names:
            (found,) = libraries.glob(f"python*/site-packages/{name}")
            (folder / found.name).symlink_to(found)
    return folder


@contextmanager
def running(
    site: Path, runtime: Path, environment: Mapping[str, str], log: Path = Path(os.devnull)
) -> Iterator[Running]:
    """A process with the package in ``site``, beside what is in ``runtime``; what it writes goes into ``log``."""
    holder: list[Running] = []
    is_started = threading.Event()

    class Interface(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            is_started.wait()
            process = holder[0]
            process.ready = process.ready or process.now()
            body = json.dumps(process.requests.get()).encode()
            self.send_response(200)
            self.send_header("Lambda-Runtime-Aws-Request-Id", "request")
            self.send_header("Lambda-Runtime-Deadline-Ms", str(int(time.time() + _SECONDS) * 1000))
            self.send_header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-north-1:1:function:one")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            answered = holder[0].now()
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()
            holder[0].replies.put((answered, json.loads(body)))

    server = ThreadingHTTPServer(("127.0.0.1", 0), Interface)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # the process is ended while it waits
    threading.Thread(target=server.serve_forever, daemon=True).start()
    interface = {"AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_port}"}
    variables = {**variables_of(site, runtime), **interface, **environment}
    command = [BARE_PYTHON, "-m", "awslambdaric", "app.app"]
    started = time.perf_counter()
    with log.open("wb") as lines:
        process = subprocess.Popen(command, cwd=site, env=variables, stdout=lines, stderr=lines)
    holder.append(Running(process, started))
    is_started.set()
    try:
        yield holder[0]
    finally:
        process.kill()
        process.wait()
        holder[0].requests.put({})
        server.shutdown()
        server.server_close()


def variables_of(site: Path, runtime: Path) -> dict[str, str]:
    """What Lambda sets, and no more; its task folder cannot be written to."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{site}:{runtime}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_LAMBDA_FUNCTION_NAME": "one",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "LAMBDA_TASK_ROOT": str(site),
        "AWS_REGION": "eu-north-1",
        "AWS_DEFAULT_REGION": "eu-north-1",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
    }
