"""Commands that say how many answers there are, and whether all of them are accounted for."""

from __future__ import annotations

from collections.abc import Iterator

import click
from rich.table import Table

from chalicelib import services
from chalicelib.disclosure.policy import policy_of
from chalicelib.questionnaire.survey import Survey
from operation import guidance, lifecycle, progress
from operation.console import console, link, say
from operation.errors import OperatorError


@click.command()
@click.argument("survey")
def status(survey: str) -> None:
    """Exact numbers of one survey, for the operator only. Reads every record."""
    from chalicelib.jobs.audit import audit_survey

    running = services.current()
    record = lifecycle.require_survey(running, survey)
    with console.status("Counting records"):
        found = audit_survey(running, record)
    table = Table("pending", "counted", "withdrawn", "releases", "ledger", title=_title(record))
    numbers = (found.pending, found.counted, found.withdrawn, record.releases)
    table.add_row(*map(str, numbers), ", ".join(found.faults()) or "adds up")
    console.print(table)
    for line in _lines(running, record):
        say(line)
    say(f"Next: {guidance.next_step(running, record)}")


def _title(survey: Survey) -> str:
    policy = policy_of(survey.settings.policy, survey.settings.access)
    return f"{survey.id} ({survey.state}; a release takes {policy.needed})"


def _lines(running: services.Services, survey: Survey) -> Iterator[str]:
    """What there is to tell besides numbers and the next step."""
    if told := guidance.practice(running):
        yield told
    if near := progress.towards_release(running, survey):
        yield f"Answers: {near}"
    if survey.invited and not survey.is_purged:
        unused = sum(1 for _ in running.access.invitations(survey.id))
        yield f"Invitation codes: {unused} of {survey.invited} are unused"
    if waiting := guidance.waiting_version(running, survey):
        yield f"{waiting[0].upper()}{waiting[1:]}."
    if seen := guidance.seen_by_analysts(survey):
        yield f"Held: {seen}, from {link(f's/{survey.id}/results/sign-in')}"
    for name, path in (*guidance.addresses(survey).items(), *guidance.file_addresses(survey).items()):
        yield f"{name.capitalize() if name.islower() else name}: {link(path)}"


@click.command()
@click.argument("survey")
def audit(survey: str) -> None:
    """Recount every record of a survey against its ledger; exit with 1 where it does not add up.

    Of a purged survey the proof of the purge is shown.
    """
    from chalicelib.jobs.audit import audit_survey
    from chalicelib.jobs.purge import PROOF, is_being_purged

    running = services.current()
    record = lifecycle.require_survey(running, survey)
    if is_being_purged(running, record):
        again = f"manage.py purge {survey} --now"
        raise OperatorError(f"“{survey}” is being purged, so nothing is proven yet. If that was cut short: {again}")
    if proof := running.tallies.record(survey, PROOF):
        click.echo(f"{survey} is purged: {proof}")
        return
    with console.status("Recounting"):
        found = audit_survey(running, record)
    click.echo(f"{found.pending} pending, {found.counted} counted, {found.withdrawn} withdrawn")
    for batch in found.busy_batches:
        click.echo(f"batch {batch} was being counted; audit again")
    if not found.adds_up:
        raise OperatorError(f"{survey}: {', '.join(found.faults())}. Keep the tables as they are, and find out why.")
    click.echo("The ledger adds up.")


COMMANDS = (status, audit)
