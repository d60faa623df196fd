"""Commands for practice: serve everything on this machine, and have time go by."""

from __future__ import annotations

import signal
import threading
from datetime import UTC, datetime
from typing import Any

import click

from chalicelib import services
from operation.commands import development
from operation.console import DEFAULT_PORT, counted, say, show_links
from operation.errors import OperatorError

ENGINES = ("moto", "dynamodb-local")


@click.command()
@click.option("--port", envvar="PORT", default=DEFAULT_PORT, show_default=True, help="DynamoDB is served on the next.")
@click.option("--every", default=5.0, show_default=True, help="Seconds between runs of the schedule.")
@click.option(
    "--engine", type=click.Choice(ENGINES), default=ENGINES[0], show_default=True, help="Where the data lies."
)
def serve(port: int, every: float, engine: str) -> None:
    """Serve everything on this machine: what `make run` does. moto forgets, dynamodb-local keeps."""
    from app import app
    from operation.local.engines import local_data
    from operation.local.practice import PracticeClock, Schedule
    from operation.local.server import app_served, repeat

    # Until it serves, either ends it at once.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with local_data(engine, port) as data:
        if data.ended:
            say(f"Ended the engine that an earlier run had left at work, process {data.ended}.")
        clock = PracticeClock(data.database)
        services.use(services.Services.on(data.database, clock))
        if not services.current().surveys.ids():
            with data.filling():
                development.run_demo(data.keys)
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        with app_served(app, port, lambda: clock.notice):
            repeat(every, Schedule(services.current()), stop)
            show_links(port)
            if clock.notice:  # of data that was kept
                click.echo(f"{clock.notice}.")
            stop.wait()


class Day(click.DateTime):
    """A day, or a time of one."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Take it as click does, and say what to write instead in words."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"“{value}” is no day. Write it as 2027-01-31, or '2027-01-31 12:00'.", param, ctx)


@click.command()
@click.option(
    "--to",
    type=Day(["%Y-%m-%d", "%Y-%m-%d %H:%M"]),
    metavar="DAY",
    help="From one to the next until this day begins (UTC), or '2027-01-31 12:00'.",
)
def jump(to: datetime | None) -> None:
    """Move the practice server's clock on to what is due next: a day of a survey, a count, a purge."""
    from operation.local.practice import PracticeClock
    from operation.local.practice import jump as jumped

    running = services.current()
    if not isinstance(running.clock, PracticeClock):
        raise OperatorError("Only the clock of `make run` can be moved: put --local before the command.")
    for due in jumped(running, running.clock, to and to.replace(tzinfo=UTC)):
        survey = running.surveys.listed(due.survey).at(running.clock())
        stands = f"{survey.state}, {counted(survey.releases, 'release')}"
        say(f"{due.at:%Y-%m-%d %H:%M} UTC: {due.survey} {due.what} (now {stands})")
    say(f"{running.clock.notice}, and goes on from there, for pages and commands alike.")


COMMANDS = (serve, jump)
