"""Stand-ins for the vendor's client: they record calls, and hold an operation up or fail it on request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from botocore.exceptions import ClientError, ConnectTimeoutError

from tests.policies import elsewhere


@dataclass
class StandIn:
    """Passes calls on to ``client``; what a kind of it does otherwise, :meth:`call` says."""

    client: Any

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        return partial(self.call, operation)

    def call(self, operation: str, /, **parameters: Any) -> Any:
        return getattr(self.client, operation)(**parameters)


@dataclass
class CountingClient(StandIn):
    """Counts calls; where there is no ``client`` to pass them on to, the answer is nothing."""

    client: Any = None
    calls: Counter[str] = field(default_factory=Counter)

    def call(self, operation: str, /, **parameters: Any) -> Any:
        self.calls[operation] += 1
        return {} if self.client is None else super().call(operation, **parameters)


@dataclass
class NotingClient(StandIn):
    """Notes of each call what it does to which table, and under which key."""

    noted: list[str] = field(default_factory=list)

    def call(self, operation: str, /, **parameters: Any) -> Any:
        self.noted.append(f"{operation} {parameters.get('TableName')} {parameters.get('Key')}")
        return super().call(operation, **parameters)


class Crashed(BaseException):
    """The process was killed."""


@dataclass
class DisturbedClient(StandIn):
    """Before the call numbered ``at`` (from 0), runs ``disturb``, once."""

    at: int
    disturb: Callable[[], None]
    made: int = 0

    def call(self, operation: str, /, **parameters: Any) -> Any:
        self.made += 1
        if self.made - 1 == self.at:
            elsewhere(self.disturb)
        return super().call(operation, **parameters)


def crash() -> None:
    """A disturbance that ends the run."""
    raise Crashed


def no_answer() -> None:
    """A disturbance as of a store that is out of reach."""
    raise ConnectTimeoutError(endpoint_url="https://store.example")


@dataclass
class LaggingIndex(StandIn):
    """A query of an index gets what it would have got ``behind`` queries earlier."""

    behind: int = 1
    _replies: dict[str, list[Any]] = field(default_factory=dict)

    def call(self, operation: str, /, **parameters: Any) -> Any:
        reply = super().call(operation, **parameters)
        if "IndexName" not in parameters:
            return reply
        replies = self._replies.setdefault(repr(parameters), [{"Items": []}] * self.behind)
        replies.append(reply)
        return replies.pop(0)


@dataclass
class FailingClient(StandIn):
    """Every call of ``operation`` raises ``error``."""

    operation: str
    error: Exception

    def call(self, operation: str, /, **parameters: Any) -> Any:
        if operation == self.operation:
            raise self.error
        return super().call(operation, **parameters)


@dataclass
class RepeatingClient(StandIn):
    """As the vendor's client tells it: a write that is refused was sent before, ``retries`` times, unheard."""

    retries: int | None = 1

    def call(self, operation: str, /, **parameters: Any) -> Any:
        try:
            return super().call(operation, **parameters)
        except ClientError as error:
            metadata: Any = error.response["ResponseMetadata"]
            metadata.pop("RetryAttempts", None)
            if self.retries is not None:
                metadata["RetryAttempts"] = self.retries
            raise
