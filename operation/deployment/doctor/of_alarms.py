"""Rules about what has to go on, and who hears when it does not."""

from __future__ import annotations

from collections.abc import Iterator

from operation.deployment.alarms import SCHEDULED
from operation.deployment.doctor.facts import Facts
from operation.deployment.template import NAMES
from operation.lifecycle import CLOCK_TOLERANCE

_SCHEDULED = tuple(NAMES[name] for name in SCHEDULED)
#: Metrics and functions of which somebody has to be told.
WATCHED = (
    *((metric, function) for function in _SCHEDULED for metric in ("Errors", "Invocations")),
    *((metric, "") for metric in ("Alarms", "5XXError", "Throttles")),
)


def schedules(facts: Facts) -> Iterator[str]:
    """Functions that nothing starts."""
    started = {schedule.function for schedule in facts.schedules() if schedule.is_enabled}
    yield from (f"nothing starts {function}" for function in _SCHEDULED if function not in started)


def missing_alarms(facts: Facts) -> Iterator[str]:
    """What is not watched, or watched in silence."""
    watched = {(alarm.metric, alarm.function) for alarm in facts.alarms() if alarm.is_enabled and alarm.tells}
    for metric, function in WATCHED:
        if (metric, function) not in watched:
            yield f"nobody is told of {metric}{f' of {function}' if function else ''}"


def missing_filters(facts: Facts) -> Iterator[str]:
    """Scheduled functions whose lines nobody counts."""
    groups = [group for group in facts.log_groups() if any("ALARM" in pattern for pattern in group.patterns)]
    counted = {group.name.rpartition("-")[2] for group in groups}
    yield from (f"lines of {function}" for function in _SCHEDULED if function not in counted)


def unheard(facts: Facts) -> Iterator[str]:
    """Topics of alarms that nobody hears."""
    heard = {each.topic for each in facts.subscriptions() if each.is_confirmed}
    told = {topic for alarm in facts.alarms() for topic in alarm.tells}
    yield from (f"nobody has confirmed to hear {topic.rpartition(':')[2]}" for topic in sorted(told - heard))


def wrong_clock(facts: Facts) -> Iterator[str]:
    """This machine's clock, where it is wrong."""
    clocks = facts.clocks()
    if abs(clocks.here - clocks.there) > CLOCK_TOLERANCE:
        yield f"it says {clocks.here:%H:%M:%S} UTC here, and {clocks.there:%H:%M:%S} at AWS"
