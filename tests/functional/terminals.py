"""A terminal of its own for what asks: what somebody sees who types, and types at each question."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import termios
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

#: Seconds for a program that has asked to stop showing what is typed, however busy the machine.
_PATIENCE = 600


@dataclass(frozen=True)
class Answer:
    """What is typed at a question; ``hidden``: once the terminal no longer shows it, as somebody's fingers would be."""

    text: str
    hidden: bool = False


@dataclass(frozen=True)
class Typed:
    """What stood on the terminal, how it ended, and the answers in the order in which they were typed."""

    shown: str
    code: int
    answers: tuple[str, ...]


def typed(script: str, answers: Mapping[str, Answer], folder: Path, environment: Mapping[str, str]) -> Typed:
    """Run ``script`` in bash; at each question that ends a line, type the answer whose pattern it has."""
    controller, terminal = pty.openpty()
    command = ["bash", "-eo", "pipefail", "-c", script]
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
        preexec_fn=_own_terminal,  # noqa: PLW1509  # nothing else runs in this process then
    )
    os.close(terminal)
    shown, given = b"", list[str]()
    answered = 0
    while piece := _read(controller):
        shown += piece
        question = shown[answered:].decode("utf-8", "replace").rpartition("\n")[2]
        if answer := next((answers[each] for each in answers if re.search(f"{each}.*: $", question)), None):
            if answer.hidden:
                _await_silence(controller)
            os.write(controller, f"{answer.text}\n".encode())
            given.append(answer.text)
            answered = len(shown)
    os.close(controller)
    return Typed(shown.decode("utf-8", "replace").replace("\r\n", "\n"), process.wait(), tuple(given))


def _read(controller: int) -> bytes:
    """What comes next; nothing once the last program has let go of the terminal."""
    try:
        return os.read(controller, 65_536)
    except OSError:
        return b""


def _await_silence(controller: int) -> None:
    """Wait until the terminal echoes nothing: age asks before it has turned that off."""
    end = time.monotonic() + _PATIENCE
    while termios.tcgetattr(controller)[3] & termios.ECHO and time.monotonic() < end:
        time.sleep(0.01)


def _own_terminal() -> None:
    import fcntl

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
