"""Rules about what becomes known of a request, and how it comes in."""

from __future__ import annotations

from collections.abc import Iterator

from operation.deployment.alarms import SCHEDULED
from operation.deployment.doctor.facts import Entrance, Facts
from operation.deployment.gateway import RATE
from operation.deployment.template import API_STAGE, NAMES

WEB = NAMES["APIHandler"]
#: Levels at which a function writes no line unless something is wrong.
_QUIET = ("WARN", "ERROR", "FATAL")
#: What may start a function, by its name.
STARTED_BY = {NAMES[name]: "events.amazonaws.com" for name in SCHEDULED} | {WEB: "apigateway.amazonaws.com"}


def access_logs(facts: Facts) -> Iterator[str]:
    """Stages that log requests."""
    yield from (f"stage {stage.name} has an access log" for stage in facts.stages() if stage.access_log)


def logs(facts: Facts) -> Iterator[str]:
    """Methods whose steps or bodies are logged."""
    for stage in facts.stages():
        for method in stage.methods:
            if method.log_level != "OFF":
                yield f"stage {stage.name} logs {method.method} at {method.log_level}"
            if method.traces_bodies:
                yield f"stage {stage.name} logs the bodies of {method.method}"


def traces(facts: Facts) -> Iterator[str]:
    """Stages and functions that X-Ray follows."""
    yield from (f"stage {stage.name}" for stage in facts.stages() if stage.is_traced)
    yield from (f"function {function.name}" for function in facts.functions() if function.is_traced)


def times(facts: Facts) -> Iterator[str]:
    """Functions of which Lambda writes START, END and REPORT with milliseconds, as it does in text and at INFO.

    And a web function that writes lines of INFO: the vendor's client has one for each start of a process.
    """
    for function in facts.functions():
        if function.log_format != "JSON" or function.system_log_level != "WARN":
            said = f"{function.log_format} at {function.system_log_level or 'INFO'}"
            yield f"function {function.name} logs {said}, not JSON at WARN"
        if function.name == WEB and function.application_log_level not in _QUIET:
            yield f"function {function.name} writes lines of {function.application_log_level or 'INFO'}, not of WARN"


def recorders(facts: Facts) -> Iterator[str]:
    """Trails with data events."""
    yield from facts.recorders()


def layers(facts: Facts) -> Iterator[str]:
    """Functions with layers, in which extensions come."""
    yield from (f"{layer} in {function.name}" for function in facts.functions() for layer in function.layers)


def firewalls(facts: Facts) -> Iterator[str]:
    """Stages behind a web ACL."""
    yield from (f"{stage.firewall} before stage {stage.name}" for stage in facts.stages() if stage.firewall)


def caches(facts: Facts) -> Iterator[str]:
    """Stages that cache."""
    for stage in facts.stages():
        if stage.has_cache or any(method.is_cached for method in stage.methods):
            yield f"stage {stage.name} has a cache"


def other_stages(facts: Facts) -> Iterator[str]:
    """Stages beside ours; SAM makes one called "Stage", and the console any."""
    names = [stage.name for stage in facts.stages()]
    if API_STAGE not in names:
        yield f"stage {API_STAGE} is missing"
    else:
        names.remove(API_STAGE)
    yield from (f"stage {name}" for name in names)


def limits(facts: Facts) -> Iterator[str]:
    """Stages that let more through than ours does, and methods whose own limit is above that of all, or none.

    Where nobody set a limit, AWS tells that of the account, which is a hundred times as much.
    """
    for stage in facts.stages():
        rates = {method.method: method.rate for method in stage.methods}
        most = rates.get("*/*", 0)
        if not 0 < most <= RATE:
            yield f"stage {stage.name} lets through {most:.0f} requests a second of each method, not {RATE}"
        yield from (f"{name} of stage {stage.name}" for name, rate in rates.items() if not 0 < rate <= most)


def entrances(facts: Facts) -> Iterator[str]:
    """Who may start a function and should not."""
    gateways = set()
    for entrance in facts.entrances():
        if entrance.principal != STARTED_BY.get(entrance.function) or not entrance.source:
            yield f"{entrance.function} may be started by {entrance.principal} {entrance.source}".rstrip()
        elif entrance.function == WEB:
            gateways.add(_api(entrance))
    if len(gateways) > 1:
        yield f"{WEB} may be started by {len(gateways)} APIs"


def _api(entrance: Entrance) -> str:
    """The id of the API, out of arn:aws:execute-api:REGION:ACCOUNT:ID/PATH."""
    return entrance.source.rpartition(":")[2].partition("/")[0]
