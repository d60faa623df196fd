"""Stand-ins for the vendor's client: they record calls, and hold an operation up or fail it on request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.policies import elsewhere


@dataclass
class CountingClient:
    """Passes calls on to ``client``, or answers writes with nothing where there is none, and counts them."""

    client: Any = None
    calls: Counter[str] = field(default_factory=Counter)

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**parameters: Any) -> Any:
            self.calls[operation] += 1
            return {} if self.client is None else getattr(self.client, operation)(**parameters)

        return call


class Crashed(BaseException):
    """The process was killed."""


@dataclass
class DisturbedClient:
    """Passes calls on to ``client``; before the call numbered ``at`` (from 0), runs ``disturb``, once."""

    client: Any
    at: int
    disturb: Callable[[], None]
    made: int = 0

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**parameters: Any) -> Any:
            self.made += 1
            if self.made - 1 == self.at:
                elsewhere(self.disturb)
            return getattr(self.client, operation)(**parameters)

        return call


def crash() -> None:
    """A disturbance that ends the run."""
    raise Crashed


@dataclass
class LaggingIndex:
    """Passes calls on to ``client``; a query of an index gets what it would have got ``behind`` queries earlier."""

    client: Any
    behind: int = 1
    _replies: dict[str, list[Any]] = field(default_factory=dict)

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**parameters: Any) -> Any:
            reply = getattr(self.client, operation)(**parameters)
            if "IndexName" not in parameters:
                return reply
            replies = self._replies.setdefault(repr(parameters), [{"Items": []}] * self.behind)
            replies.append(reply)
            return replies.pop(0)

        return call
