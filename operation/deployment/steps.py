"""How far something has come: what takes minutes yields its steps, and asks and prints nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TypeVar

from operation.errors import OperatorError

#: Seconds: of the first and the longest pause between two looks, and until nothing is waited for any more. A stack of
#: ours takes two minutes; one that has a domain, forty at worst.
FIRST_PAUSE, LONGEST_PAUSE, PATIENCE = 0.1, 5.0, 3_600.0


@dataclass(frozen=True)
class Step:
    """What is being done, or was found, as a clause that begins small: "the package is stored"."""

    text: str


_Result = TypeVar("_Result")
Steps = Generator[Step, None, _Result]


def finished(steps: Steps[_Result], tell: Callable[[Step], object] = lambda _: None) -> _Result:
    """The result of ``steps``, each told as it comes."""
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            result: _Result = end.value
            return result
        tell(step)


def wait_until(look: Callable[[], _Result], is_over: Callable[[_Result], bool], what: str) -> _Result:
    """What ``look`` finds once that ``is_over``; looked for ever more seldom.

    Raises :class:`OperatorError` where ``what`` is not over after an hour.
    """
    until, pause = time.monotonic() + PATIENCE, FIRST_PAUSE
    while not is_over(found := look()):
        if time.monotonic() > until:
            raise OperatorError(f"{what} is not over after an hour. Give the same command again to wait on.")
        time.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE)
    return found
