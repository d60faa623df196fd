"""AWS on loopback: ministack, with the endpoints and credentials that lead to it and nowhere else."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from operation.errors import OperatorError

HOST, REGION = "127.0.0.1", "eu-north-1"
#: A start takes a second or two; on a machine that is busy, many.
PATIENCE_SECONDS = 300


@dataclass(frozen=True)
class Loopback:
    """Where it answers, and the file that has what it says."""

    port: int
    log: Path

    @property
    def url(self) -> str:
        """The endpoint of every service."""
        return f"http://{HOST}:{self.port}"

    @property
    def environment(self) -> Mapping[str, str]:
        """What leads boto3, and AWS's command line, there, whatever account this machine knows."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "rehearsal",
            "AWS_SECRET_ACCESS_KEY": "rehearsal",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }


@contextmanager
def loopback(folder: Path) -> Iterator[Loopback]:
    """An empty AWS, gone at the end. ``folder`` keeps what it writes.

    Raises :class:`OperatorError` where it is not installed or does not start.
    """
    program = Path(sys.prefix) / "aws" / "bin" / "ministack"
    if not program.exists():
        raise OperatorError("The stand-in for AWS is not installed. Run: make aws")
    running = Loopback(_free_port(), folder / "aws.log")
    environment = {
        **os.environ,
        **running.environment,
        # Everywhere by default, for a whole network to use.
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(running.port),
        "MINISTACK_REGION": REGION,
        "LOG_LEVEL": "WARNING",
        "TMPDIR": str(folder),
        # Python writes bytecode beside functions otherwise, which Lambda cannot.
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    # It must not call itself.
    del environment["AWS_ENDPOINT_URL"]
    with running.log.open("wb") as log:
        process = subprocess.Popen([program], cwd=folder, env=environment, stdout=log, stderr=log)  # noqa: S603
    try:
        _wait_until_it_answers(running, process)
        yield running
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_it_answers(running: Loopback, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < until:
        connection = HTTPConnection(HOST, running.port, timeout=5)
        try:
            connection.request("GET", "/_ministack/health")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.05)
        else:
            return
        finally:
            connection.close()
    raise OperatorError(f"The stand-in for AWS did not start. What it said is in {running.log}")
