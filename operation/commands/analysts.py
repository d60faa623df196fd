"""Commands for who reads results: announcing releases that are held, tokens for analysts, reports to hand over."""

from __future__ import annotations

from pathlib import Path

import click
from rich.table import Table

from chalicelib import services
from operation import analysts, lifecycle
from operation.console import Grouped, console, link, say
from operation.files import private_file


@click.command()
@click.argument("survey")
@click.argument("number", type=int)
def announce(survey: str, number: int) -> None:
    """Show releases that are held, up to NUMBER, to everybody. That cannot be taken back."""
    announced = analysts.announce(services.current(), survey, number)
    say(
        f"Within a minute everybody sees the releases of {announced.id} up to {announced.announced}, at"
        f" {link(f's/{announced.id}/results')}"
    )


@click.group(cls=Grouped)
def token() -> None:
    """Tokens of analysts, who see results that are held before everybody else."""


@token.command(name="create")
@click.argument("survey")
@click.option("--days", required=True, type=click.IntRange(1, 365), help="How many days after today it is good.")
@click.option("--label", default="", help="Whom it is for: shown in the list, and nowhere else.")
def token_create(survey: str, days: int, label: str) -> None:
    """Make a token, and show it once. The server keeps a hash of it."""
    lifecycle.require_true_clock(services.current(), services.utc_now)
    made = analysts.create_token(services.current(), survey, days, label)
    click.echo(made.token)
    say(
        f"It is not shown again. Until the end of {made.stored.last_day} (UTC) it opens the results of {survey} at"
        f" {link(f's/{survey}/results/sign-in')}\nTo end it before: manage.py token revoke {survey} {made.stored.id}"
    )


@token.command(name="list")
@click.argument("survey")
def token_list(survey: str) -> None:
    """The tokens of a survey: what each is called by, and how long it is good."""
    table = Table("id", "label", "made on", "last day", title=survey)
    for kept in analysts.tokens_of(services.current(), survey):
        is_over = services.current().clock() >= kept.ends_at
        table.add_row(kept.id, kept.label, str(kept.made_on), f"{kept.last_day}{' (over)' * is_over}")
    console.print(table, markup=False)


@token.command(name="revoke")
@click.argument("survey")
@click.argument("id_", metavar="ID")
def token_revoke(survey: str, id_: str) -> None:
    """End a token at once, by its ID or itself, and the sessions of who signed in with it."""
    revoked = analysts.revoke_token(services.current(), survey, id_)
    say(f"Token {revoked.id} of {survey} opens nothing any more.")


@click.command()
@click.argument("survey")
@click.option("--to", "file", required=True, type=click.Path(path_type=Path, dir_okay=False), help="A new file.")
@click.option("--release", "number", type=click.IntRange(min=1), help="Its number; the latest if left out.")
@click.option("--language", help="What it is written in; the survey's first language if left out.")
def report(survey: str, file: Path, number: int | None, language: str | None) -> None:
    """Write a release as a PDF to print and hand over: every question, answer, share and range, and how it was made."""
    from operation.report import report as made

    record = lifecycle.require_survey(services.current(), survey)
    printed = made(services.current(), survey, number, language)
    with private_file(file, "Reports are never overwritten; choose another name.") as stream:
        stream.write(printed)
    shown = number or record.releases
    if shown in record.held:
        say(f"{file} is of a release that is not announced: `manage.py announce {survey} {shown}` shows everybody.")
    else:
        say(f"{file} has every number that the page of results has.")


COMMANDS = (announce, token, report)
