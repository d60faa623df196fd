"""What a command leaves behind that is ended from outside: no half-written file, and nothing of its memory."""

from __future__ import annotations

import resource
import signal
from types import FrameType
from typing import NoReturn

#: A terminal that is closed, and a computer that is shut down.
_ENDINGS = (signal.SIGHUP, signal.SIGTERM)


def leave_nothing() -> None:
    """Have what ends this process interrupt it as Ctrl-C does, so that unfinished files go, clear text above all.

    What it was told to ignore (nohup) it goes on ignoring. The system keeps no copy of memory, which has keys in it.
    """
    for ending in _ENDINGS:
        if signal.getsignal(ending) is signal.SIG_DFL:
            signal.signal(ending, _interrupt)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    # A shell and the system may both tell that its terminal is gone: the second must not stop the tidying up.
    for ending in _ENDINGS:
        signal.signal(ending, signal.SIG_IGN)
    raise KeyboardInterrupt
