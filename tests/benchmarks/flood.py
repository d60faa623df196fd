"""What one sender does to others: ``python -m tests.benchmarks.flood``.

The gateway's limits, as the template has them, on a clock that is moved by hand: one sender of posts, and people who
load a form and send it, three visits a second, each trying again a minute later as the page tells them.
API Gateway has a bucket of tokens for each method of a stage, which all senders share; it calls its limits targets, so
these figures are what they mean, and no measurement of AWS.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from operation.deployment import gateway

FLOODS, VISITS = (50.0, 200.0), 3.0
SECONDS = 3_600
#: Dollars of one request that reaches the application: gateway, function and, where it stores, two write units.
DOLLARS_A_REQUEST = 3.5e-6 + 0.3e-6
DOLLARS_A_POST = DOLLARS_A_REQUEST + 2 * 0.625e-6


@dataclass
class Bucket:
    """Tokens that come back with time."""

    rate: float
    burst: float

    def __post_init__(self) -> None:
        """Full at first."""
        self._tokens, self._at = self.burst, 0.0

    def takes(self, now: float) -> bool:
        """Whether a request at ``now``, in seconds, passes."""
        self._tokens = min(self.burst, self._tokens + (now - self._at) * self.rate)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


@dataclass(frozen=True)
class Suffered:
    """Shares of visits: a form that loaded at once, one that was sent at once, one that was sent at the third try."""

    loaded: float
    sent: float
    sent_at_last: float
    passed: int


def flood(posts: float, loading: Bucket, sending: Bucket) -> Suffered:
    """An hour of so many ``posts`` a second, and of ``VISITS``."""
    draw = random.Random(1)  # noqa: S311  # the same hour each time
    arrivals = sorted([*_poisson(posts, "flood", draw), *_poisson(VISITS, "visit", draw)])
    passed = visits = loaded = sent = 0
    for at, who in arrivals:
        if who == "flood":
            passed += sending.takes(at)
            continue
        visits += 1
        loaded += loading.takes(at)
        sent += sending.takes(at)
    once = sent / visits
    # A minute apart tries are as good as independent: the bucket refills in two seconds.
    return Suffered(loaded / visits, once, 1 - (1 - once) ** 3, passed)


def _poisson(rate: float, who: str, draw: random.Random) -> Iterator[tuple[float, str]]:
    at = draw.expovariate(rate)
    while at < SECONDS:
        yield at, who
        at += draw.expovariate(rate)


def main() -> None:
    """Print the table of docs/deployment.md."""
    for posts in FLOODS:
        shared = Bucket(50, 100)
        reading, writing = Bucket(gateway.RATE, gateway.BURST), Bucket(gateway.WRITING_RATE, gateway.WRITING_BURST)
        rows = {
            "one bucket of 50 for all": flood(posts, shared, shared),
            "as deployed": flood(posts, reading, writing),
        }
        for name, row in rows.items():
            a_day = row.passed * 24 * DOLLARS_A_POST
            print(
                f"{posts:.0f} posts a second, {name}: forms load {row.loaded:.0%}, sent at once {row.sent:.0%},"
                f" within three tries {row.sent_at_last:.0%}; ${a_day:.0f} a day"
            )


if __name__ == "__main__":
    main()
