"""Ends a command as a kill does, between any two of its steps: an opened file, a new name, a request."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: Runs the command in ``folder``, and kills it before the step after so many; False where it ended before.
Kill = Callable[..., bool]
#: Of Python's audit events, what changes or asks something beyond the process; of opened files, those to be written.
STEPS = ("http.client.send", "open", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.link", "os.truncate")
#: Each command is a process of its own, of one that has imported everything.
_PROGRAM = f"""
import json, os, signal, sys
sys.path.insert(0, {str(ROOT)!r})
from manage import manage
import botocore.session, botocore.parsers, botocore.handlers, rich.progress, operation.share, pyrage
for line in sys.stdin:
    left, arguments = json.loads(line)
    def step(event, given):
        global left
        if event not in {STEPS!r} or (event == "open" and not is_written(*given)):
            return
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
    def is_written(path, mode, flags):
        here = isinstance(path, (str, os.PathLike)) and os.path.abspath(path).startswith(os.getcwd())
        return here and flags & (os.O_WRONLY | os.O_RDWR)
    child = os.fork()
    if not child:
        os.dup2(2, 1)
        sys.addaudithook(step)
        manage(arguments)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@contextmanager
def killing(folder: Path, **environment: str) -> Iterator[Kill]:
    """Until the end of the block, a function that takes how many steps a command may do, and its arguments."""
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM],
        cwd=folder,
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    given, told = process.stdin, process.stdout

    def kill(steps: int, *arguments: str) -> bool:
        given.write(json.dumps([steps, arguments]) + "\n")
        given.flush()
        code = int(told.readline())
        assert code in (0, -signal.SIGKILL), f"it ended with {code}"
        return code != 0

    try:
        yield kill
    finally:
        given.close()
        told.close()
        assert process.wait(timeout=600) == 0
