"""Stand-ins for the vendor's client: they record calls, and hold an operation up or fail it on request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


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


class Crashed(Exception):
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
                self.disturb()
            return getattr(self.client, operation)(**parameters)

        return call


def crash() -> None:
    """A disturbance that ends the run."""
    raise Crashed
