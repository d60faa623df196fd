"""Commands that put a stage into an AWS account, and take it out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from chalicelib import services
from operation.asking import answered
from operation.commands.deployment import FOLDER, build_told
from operation.commands.where import stage_options
from operation.console import Place, counted, say, work_on
from operation.errors import OperatorError

if TYPE_CHECKING:
    from operation.deployment.clients import Cloud
    from operation.deployment.deploy import Plan
    from operation.deployment.destroy import AtStake, Destruction
    from operation.deployment.package import Package
    from operation.deployment.stage import Stage
    from operation.deployment.steps import Step

_UNCHANGED = "Nothing was changed."
_stage = click.option("--stage", "name", default="", metavar="NAME", help="Which one: small letters and digits.")
_region = click.option("--region", metavar="NAME", help="The AWS region, if it is not your usual one.")


@click.command()
@_stage
@_region
@click.option("--mail", help="Who is told when something needs eyes; kept from then on.")
@click.option("--domain", help="A host name of your own; an empty one takes it off.")
@click.option("--certificate", metavar="ARN", help="Its certificate, in the same region.")
@click.option("--onion", metavar="ADDRESS", help="The onion service in front: http://….onion")
@click.option("--boundary", metavar="ARN", help="A policy that no role may exceed, if yours asks for one.")
@click.option("--web-concurrency", type=click.IntRange(0), help="How many requests run at once; 0 for no limit.")
@click.option(
    "--survey-alarms/--no-survey-alarms", "names_surveys", default=None, help="Whether mails of alarms name the survey."
)
@click.option(
    "--budget",
    "budget_dollars",
    type=click.IntRange(1),
    metavar="DOLLARS",
    help="A month, above which you are told; 10.",
)
def deploy(name: str, region: str | None, **wanted: Any) -> None:
    """Put a stage into your AWS account, or this version in its place: what `make deploy STAGE=prod` does.

    What would change is shown and asked about first. Options are kept from one time to the next.
    """
    from operation.deployment import deploy as deployment
    from operation.deployment.proof import reach
    from operation.deployment.steps import finished

    cloud, stage = _named(name, region)
    steps = deployment.plan(cloud, stage, _build, deployment.Wanted(**wanted))
    planned = finished(steps, _tell)
    try:
        _ask_to_deploy(planned)
    except OperatorError:
        deployment.withdraw(cloud, planned)
        raise
    with watching():
        done = finished(deployment.carry_out(cloud, planned, services.utc_now(), reach()), _tell)
    say(f"{stage.name} answers at {done.address}")
    if done.domain_target:
        say(f"Let the name server lead that name to {done.domain_target} (CNAME).")
    # Also where a first attempt was cut short, and the same command finished it; or another is told from now on.
    if planned.is_first or wanted["mail"]:
        say(f"AWS sends one mail to {done.mail}: open its link, if you have not yet, or no alarm ever reaches you.")
    say("Look whether it keeps its promises: manage.py doctor")
    say("Next: manage.py")


@click.command()
@_stage
@_region
@click.option("--with-data", is_flag=True, help="Delete the surveys and answers too, for good.")
def destroy(name: str, region: str | None, with_data: bool) -> None:
    """Take a stage out of your AWS account; what it stored stays in its tables, unless you delete that too."""
    from operation.deployment import destroy as destruction
    from operation.deployment.running import services_on
    from operation.deployment.stage import deploy_command
    from operation.deployment.steps import finished

    cloud, stage = _named(name, region)
    stores = services_on(stage.region, stage.table_prefix)
    planned = finished(destruction.examine(cloud, stage, stores, with_data), _tell)
    _ask_to_destroy(planned, stores)
    with watching():
        finished(destruction.carry_out(cloud, planned), _tell)
    say(f"{stage.name} is gone from {stage.region}.")
    if planned.kept:
        again = deploy_command(stage.name, stage.region, planned.stack.parameters.get("AlarmMail", ""))
        say(f"Its {counted(len(planned.kept), 'table')} are kept. To take them over again: {again}")


def _named(name: str, region: str | None) -> tuple[Cloud, Stage]:
    """The stage that is meant, whether it is there or not; commands that are told from now on name it."""
    from operation.deployment.clients import Cloud, region_named
    from operation.deployment.stage import require_name, stage_of

    require_name(name)
    cloud = Cloud(region_named(region))
    work_on(Place(stage_options(name, region)))
    return cloud, stage_of(cloud, name)


def _build() -> Package:
    from operation.deployment.target import Target

    # What stands in for AWS runs functions on this machine.
    target = Target.here() if "AWS_ENDPOINT_URL" in os.environ else None
    return build_told(FOLDER, target)


def _tell(step: Step) -> None:
    say(f"… {step.text}")


def _ask_to_deploy(planned: Plan) -> None:
    """Show what would change, and ask. Raises :class:`OperatorError` for a no."""
    if not planned.proposed:
        say("It is this version already.")
        return
    stage = planned.stage
    where = f"{stage.name} in {stage.region}, account {stage.account}"
    if planned.adopted:
        names = ", ".join(table.name for table in planned.adopted)
        say(f"{where}: takes over the tables that an earlier deployment left ({names}), then makes what is missing.")
    elif planned.is_first:
        say(f"{where}: makes {counted(len(planned.changes), 'resource')}.")
    else:
        say(f"{where}:")
        for change in planned.changes:
            say(f"  {change}")
        if not planned.endangered:
            say("None of these holds surveys or answers.")
    if planned.endangered:
        _ask_for_name(stage, f"{counted(len(planned.endangered), 'resource')} above that would go hold data")
    elif not answered(lambda: click.confirm("Deploy?")):
        raise OperatorError(f"Nothing was deployed. The package lies in {stage.bucket}, for the next time.")


def _ask_to_destroy(planned: Destruction, stores: services.Services) -> None:
    """Show what would be lost, and ask; twice where data goes. Raises :class:`OperatorError` for a no."""
    stage = planned.stage
    from operation.deployment.stack import State

    stops = (
        "is not deployed; packages and logs that it left go"
        if planned.stack.state is State.ABSENT
        else "every link to it stops working, for good"
    )
    say(f"{stage.name} in {stage.region}, account {stage.account}: {stops}.")
    for survey in planned.surveys:
        say(f"  {_worded(survey)}")
    if planned.kept:
        _warn_of_what_stays(planned, stores)
    _ask_for_name(stage, "This takes it down")
    if planned.tables:
        _ask_for_name(stage, "This deletes all of its surveys, releases and answers, and nobody can bring them back")


def _worded(survey: AtStake) -> str:
    releases = counted(survey.releases, "release") + (f" ({survey.held} held)" if survey.held else "")
    answers = f"{survey.counted} counted, {survey.waiting} waiting to be counted"
    return f"{survey.survey}: {survey.state}, {releases}, answers: {answers}"


def _warn_of_what_stays(planned: Destruction, stores: services.Services) -> None:
    say("The tables stay, and what they hold; --with-data deletes them too.")
    for survey in planned.surveys:
        if survey.delete_by:
            when = "are due now" if survey.delete_by <= stores.clock() else f"are due on {survey.delete_by:%Y-%m-%d}"
            say(f"  {survey.survey}: respondents were told that answers are deleted; they {when}, and nothing does it.")


def _ask_for_name(stage: Stage, what: str) -> None:
    question = f"{what}. Type {stage.name} to go on"
    if answered(lambda: click.prompt(question, default="", show_default=False)) != stage.name:
        raise OperatorError(_UNCHANGED)


@contextmanager
def watching() -> Iterator[None]:
    """Raise :class:`OperatorError` for a Ctrl-C, which ends nothing that AWS has begun."""
    try:
        yield
    except KeyboardInterrupt as stopped:
        raise OperatorError(
            "You have left; AWS goes on with what it began. The same command again goes on here."
        ) from stopped


COMMANDS = (deploy, destroy)
