"""A scheduled function stops in time, and the next goes on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from chalice.app import CloudWatchEvent

from chalicelib.jobs import time_left


@dataclass
class FakeContext:
    """Lambda's context: so many milliseconds are left at each look."""

    milliseconds: list[int] = field(default_factory=list)

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds.pop(0)


def an_event(context: Any) -> CloudWatchEvent:
    document = dict.fromkeys(("version", "account", "region", "detail", "detail-type", "source", "time", "id"))
    return CloudWatchEvent(document | {"resources": []}, context)


def test_function_goes_on_while_a_step_fits_into_what_is_left() -> None:
    go_on = time_left(an_event(FakeContext([300_000, 20_001, 20_000, 1])))
    assert [go_on() for _ in range(4)] == [True, True, False, False]


@pytest.mark.parametrize("event", [None, object(), an_event(None), an_event(object())])
def test_function_without_a_limit_goes_on(event: Any) -> None:
    assert time_left(event)()
