"""A command that is ended from outside leaves no half-written file, and nothing of its memory (P3)."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
#: Writes what is clear text into a new folder, and waits.
_WRITING = """
from pathlib import Path
from operation.files import private_files, private_folder
from operation.leaving import leave_nothing
leave_nothing()
with private_folder(Path(FOLDER, "texts"), "") as place:
    private_files(place, {"texts.csv": b"canary"})
    print("written", flush=True)
    input()
"""


def _ended_by(numbers: Sequence[signal.Signals], folder: Path, *, ignored: bool = False) -> int:
    """How a process ended that was sent ``numbers`` while it wrote, at once."""
    before = f"import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n{_WRITING}" if ignored else _WRITING
    program = f"FOLDER = {str(folder)!r}\n{before}"
    process = subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"written\n"
    process.send_signal(signal.SIGSTOP)
    for number in numbers:
        process.send_signal(number)
    process.send_signal(signal.SIGCONT)
    process.communicate(b"\n")
    return process.returncode


@pytest.mark.parametrize(
    "numbers", [[signal.SIGHUP], [signal.SIGTERM], [signal.SIGHUP, signal.SIGTERM]], ids=["closed", "ended", "both"]
)
def test_ended_from_outside_a_command_leaves_nothing_of_what_it_wrote(
    tmp_path: Path, numbers: list[signal.Signals]
) -> None:
    assert _ended_by(numbers, tmp_path) != 0
    assert list(tmp_path.iterdir()) == []


def test_command_that_was_to_outlive_its_terminal_does(tmp_path: Path) -> None:
    assert _ended_by([signal.SIGHUP], tmp_path, ignored=True) == 0
    assert (tmp_path / "texts" / "texts.csv").read_bytes() == b"canary"


def test_every_command_is_such_and_keeps_nothing_of_its_memory() -> None:
    program = (
        "import resource, runpy, signal, sys\n"
        "sys.argv = ['manage.py', '--help']\n"
        "try: runpy.run_path('manage.py', run_name='__main__')\n"
        "except SystemExit: pass\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE), signal.getsignal(signal.SIGHUP).__name__)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "(0, 0) _interrupt"
