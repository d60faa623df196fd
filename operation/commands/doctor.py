"""The command that looks whether a deployment keeps the promises that its settings could break."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click

from chalicelib import services
from operation.console import counted, say
from operation.deployment.doctor.rules import OF_TEMPLATE, RULES, State, Verdict, judge
from operation.errors import OperatorError

#: Of one rule, so that its line can be read.
_MOST_NAMED = 5


@click.command()
@click.option("--stage", help="Look at this stage in your AWS account.")
@click.option("--region", help="Where the stage is; that of your settings if left out.")
@click.option("--template", type=click.Path(path_type=Path, dir_okay=False), help="Look at this template instead.")
def doctor(stage: str | None, region: str | None, template: Path | None) -> None:
    """Look whether a deployment keeps its promises: logs, copies, rights, alarms, this machine's clock.

    Without --stage it looks at the template that this version deploys. Ends with 1 where it finds something.
    """
    chosen = click.get_current_context().find_root().params
    stage, region = stage or chosen.get("stage"), region or chosen.get("region")
    if stage and template:
        raise OperatorError("Give --stage or --template: each is looked at by itself.")
    verdicts = _of_stage(stage, region) if stage else _of_template(template)
    states = Counter[State]()
    for verdict in verdicts:
        states[verdict.state] += 1
        say(_line(verdict))
    say(_sum(states, is_stage=bool(stage)))
    sys.exit(1 if states[State.FINDING] else 0)


def _of_template(path: Path | None) -> Iterator[Verdict]:
    from operation.deployment import sam
    from operation.deployment.doctor.template import TemplateFacts

    source = _read(path) if path else sam.written()
    expanded = sam.expanded(source) if "Transform" in source else source
    try:
        return iter(tuple(judge(TemplateFacts(expanded), OF_TEMPLATE)))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        if path is None:
            raise
        raise OperatorError(
            f"{path} is no template of this project. Name the one that `make package` wrote."
        ) from error


def _read(path: Path) -> dict[str, object]:
    try:
        source = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise OperatorError(f"{path} is no JSON. Name the template that `make package` wrote.") from error
    if not isinstance(source, dict) or "Resources" not in source:
        raise OperatorError(f"{path} is no template. Name the one that `make package` wrote.")
    return source


def _of_stage(name: str, region: str | None) -> Iterator[Verdict]:
    from operation.deployment.clients import Cloud, region_named
    from operation.deployment.doctor.live import LiveFacts
    from operation.deployment.running import running
    from operation.deployment.stage import stage_of

    cloud = Cloud(region_named(region))
    running(cloud, name)
    return judge(LiveFacts(cloud, stage_of(cloud, name), services.utc_now), RULES)


def _line(verdict: Verdict) -> str:
    rule = verdict.rule
    begun = f"{verdict.state:<14}  {rule.code}: "
    if verdict.state is State.OK:
        return begun + rule.protects
    named = "; ".join(verdict.found[:_MOST_NAMED])
    further = len(verdict.found) - _MOST_NAMED
    told = f"{named}; and {further} more" if further > 0 else named
    return f"{begun}{told}. {rule.protects} {rule.remedy}" if verdict.state is State.FINDING else begun + told


def _sum(states: Counter[State], *, is_stage: bool) -> str:
    unseen = f", {states[State.COULD_NOT_LOOK]} could not be looked at" if states[State.COULD_NOT_LOOK] else ""
    more = "" if is_stage else f" {len(RULES) - len(OF_TEMPLATE)} more need a stage: manage.py doctor --stage prod"
    return f"{counted(states.total(), 'rule')}: {counted(states[State.FINDING], 'finding')}{unseen}.{more}"


COMMANDS = (doctor,)
