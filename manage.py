"""The operator's command line. Bare, it says where each survey stands and what to do next."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path

import click
from rich.progress import track
from rich.table import Table

from chalicelib import services
from chalicelib.errors import StoreMisconfigured, UnreadableRecord
from operation import guidance, lifecycle
from operation.authoring.loader import load_definition
from operation.authoring.taps import formats_of, taps_of
from operation.commands import analysts, deployment, development, doctor, invitations, keys, rehearsal, stages, where
from operation.console import (
    DEFAULT_PORT,
    Operator,
    console,
    counted,
    link,
    say,
    show_links,
    show_preview,
    show_problems,
    show_told,
)
from operation.errors import OperatorError

ENGINES = ("moto", "dynamodb-local")
LIBRARY = Path(__file__).parent / "operation" / "library"


@click.group(cls=Operator, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--local", is_flag=True, help="Work on the data of `make run` on this machine (PORT+1).")
@click.option("--stage", metavar="NAME", help="Work on what `make deploy STAGE=NAME` deployed.")
@click.option("--region", metavar="NAME", help="The AWS region of the stage, if it is not your usual one.")
@click.pass_context
def manage(context: click.Context, local: bool, stage: str | None, region: str | None) -> None:
    """Make, test, open, share and close surveys; see how many answers came; export records."""
    where.choose(local, stage, region)
    if context.invoked_subcommand is None:
        _show_overview()


groups = (analysts, invitations, keys, development, deployment, stages, doctor, rehearsal)
for command in (command for group in groups for command in group.COMMANDS):
    manage.add_command(command)


def _show_overview() -> None:
    """Where each survey stands, without reading a single record."""
    ids = services.current().surveys.ids()
    if not ids:
        say("No surveys yet. Start with: manage.py new NAME")
    are_shown = [_show_survey(survey) for survey in ids]
    if not all(are_shown):
        sys.exit(1)


def _show_survey(survey_id: str) -> bool:
    """Where a survey stands; False where it cannot be told, and a line that says why."""
    running = services.current()
    try:
        survey = running.surveys.listed(survey_id).at(running.clock())
        say(f"{survey_id}: {survey.state}, {survey.settings.policy}, {counted(survey.releases, 'release')}")
        if waiting := guidance.waiting_version(running, survey):
            say(f"  {waiting}")
        say(f"  next: {guidance.next_step(running, survey)}")
    except (UnreadableRecord, StoreMisconfigured) as error:
        say(f"{survey_id}: {error}", error=True)
        return False
    return True


@manage.command()
@click.argument("name")
def new(name: str) -> None:
    """Write a starter definition, NAME.yaml, that passes `check`."""
    lifecycle.require_name(name)
    path = Path(f"{name}.yaml")
    if path.exists():
        raise OperatorError(f"{path} exists. Choose another name.")
    text = (LIBRARY / "starter.yaml").read_text("utf-8").replace("survey: my-survey", f"survey: {name}")
    path.write_text(text, "utf-8")
    say(f"Wrote {path}. Edit it, then: manage.py check {path}")


@manage.command()
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Report every problem of a definition at once."""
    read = load_definition(file)
    with read.locating():
        days = lifecycle.require_timely(read.definition, services.utc_now())
    show_problems([*read.warnings, *read.located(days)])
    show_told("tap:", taps_of(read.definition))
    show_told("format:", formats_of(read.definition))
    count = sum(question.asks != "nothing" for question in read.definition.questionnaire.questions)
    say(f"{read.definition.survey}: {counted(count, 'question')}, no errors. Next: manage.py publish {file}")


@manage.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--codebook", type=click.Path(path_type=Path), metavar="CSV", help="Write the codebook of it instead.")
def preview(file: Path, codebook: Path | None) -> None:
    """Tell what a definition will publish and what it never will, and how far off numbers will be."""
    from operation.preview import preview as previewed
    from operation.preview import write_codebook

    definition = load_definition(file).definition
    if codebook is None:
        show_preview(previewed(definition))
        return
    write_codebook(definition, codebook)
    say(f"Wrote {codebook}: every table that {definition.survey} will publish, with its codes and whom it is of.")


@manage.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--recipient", "recipients", multiple=True, help="An age public key that text is sealed to; repeat it.")
@click.option("--same-meaning", multiple=True, metavar="NAME", help="A question, or question.code, worded anew.")
@click.option("--accept-draft", "drafts", multiple=True, help="Add this language although nobody reviewed it.")
def publish(file: Path, recipients: tuple[str, ...], same_meaning: tuple[str, ...], drafts: tuple[str, ...]) -> None:
    """Store a definition as a new version of its survey.

    Of an open survey a new version may correct wording and add languages at once. What it asks changes with the edition
    (releases: monthly or quarterly), or at once with policy: exact. What would make answers incomparable is refused
    with the reason.
    """
    read = load_definition(file)
    definition = read.definition
    lifecycle.require_true_clock(services.current(), services.utc_now())
    show_problems([*read.warnings, *read.located(lifecycle.warnings_of(services.current(), definition))])
    before = services.current().record(definition.survey)
    with read.locating():
        survey = lifecycle.publish_definition(services.current(), definition, recipients, same_meaning, drafts)
    next_step = guidance.next_step(services.current(), survey)
    say(f"{survey.id}: {guidance.published(services.current(), before, survey)}. Next: {next_step}")


@manage.command()
@click.argument("survey")
def test(survey: str) -> None:
    """Put a survey under test: a link that looks like the real form, and counts nothing."""
    path = lifecycle.start_test(services.current(), survey)
    say(f"Test it at {link(path)}\nWhat is sent there is wiped when the survey opens: manage.py open {survey}")


@manage.command(name="open")
@click.argument("survey")
@click.option("--accept-draft", "drafts", multiple=True, help="Open although nobody reviewed this language.")
def open_(survey: str, drafts: tuple[str, ...]) -> None:
    """Open a survey for answers; its settings stand from now on."""
    lifecycle.require_true_clock(services.current(), services.utc_now())
    opened = lifecycle.open_survey(services.current(), survey, drafts)
    say(f"{opened.id} is open at {link(f's/{opened.id}')}")
    if told := guidance.opened(services.current(), opened):
        say(told)


@manage.command()
@click.argument("survey")
@click.option("--before-its-day", is_flag=True, help="Close although respondents were told a later day (closes_on).")
def close(survey: str, before_its_day: bool) -> None:
    """End collection for good; with `closes_on` in its settings a survey closes by itself."""
    lifecycle.require_true_clock(services.current(), services.utc_now())
    closed = lifecycle.close_survey(services.current(), survey, before_its_day)
    say(f"{closed.id} is closed; within half a minute its form says so. Who was filling it in has an hour to send it.")
    say(f"It is counted {guidance.counting_time(closed)}.")


@manage.command()
def release() -> None:
    """Close, count and publish what is due now, as the scheduled function does."""
    from chalicelib.jobs.publish import publish_all

    lifecycle.require_true_clock(services.current(), services.utc_now())
    outcomes = publish_all(services.current())
    for outcome in outcomes:
        result = f"release {outcome.released}" if outcome.released else outcome.failed or _waiting(outcome.survey)
        click.echo(f"{outcome.survey}: {result}")
    if any(outcome.failed for outcome in outcomes):
        raise OperatorError("Not every survey could be published. The next run goes on; the log names the cause.")


def _waiting(survey_id: str) -> str:
    """Why a survey has nothing to release."""
    survey = lifecycle.require_survey(services.current(), survey_id)
    is_waiting = (survey.state == "closed" and not survey.finished) or (survey.state == "open" and survey.edition_ends)
    return f"nothing due; it is counted {guidance.counting_time(survey)}" if is_waiting else "nothing due"


@manage.command()
@click.argument("survey")
def status(survey: str) -> None:
    """Exact numbers of one survey, for the operator only. Reads every record."""
    from chalicelib.jobs.audit import audit_survey

    running = services.current()
    record = lifecycle.require_survey(running, survey)
    with console.status("Counting records"):
        found = audit_survey(running, record)
    table = Table("pending", "counted", "withdrawn", "releases", "ledger", title=f"{survey} ({record.state})")
    numbers = (found.pending, found.counted, found.withdrawn, record.releases)
    table.add_row(*map(str, numbers), ", ".join(found.faults()) or "adds up")
    console.print(table)
    if waiting := guidance.waiting_version(running, record):
        say(f"{waiting[0].upper()}{waiting[1:]}.")
    say(f"Next: {guidance.next_step(running, record)}")


@manage.command()
@click.argument("survey")
def audit(survey: str) -> None:
    """Recount every record of a survey against its ledger; exit with 1 where it does not add up.

    Of a purged survey the proof of the purge is shown.
    """
    from chalicelib.jobs.audit import audit_survey
    from chalicelib.jobs.purge import PROOF

    running = services.current()
    record = lifecycle.require_survey(running, survey)
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


@manage.command()
@click.argument("survey")
@click.option("--to", "folder", required=True, type=click.Path(path_type=Path, file_okay=False), help="A new folder.")
def export(survey: str, folder: Path) -> None:
    """Write a survey's records as CSV of codes and of labels, and sealed text as .age files."""
    from operation.microdata import export_records

    running = services.current()
    record = lifecycle.require_survey(running, survey)
    if folder.exists() and any(folder.iterdir()):
        raise OperatorError(f"{folder} is not empty. Name a new folder, so that old and new records do not mix.")
    versions = {number: running.version(survey, number) for number in record.published}
    records = track(running.responses.records(survey), "Exporting", console=console, total=None)
    done = export_records(survey, records, versions, folder)
    click.echo(
        f"{done.records} records in {folder}/codes.csv and labels.csv, described in codebook.csv,"
        f" {done.sealed_texts} sealed texts in {folder}/text"
    )
    if done.sealed_texts:
        click.echo("Open one with: age -d -i KEYFILE text/000001.age")


@manage.command()
@click.option("--port", envvar="PORT", default=DEFAULT_PORT, show_default=True, help="DynamoDB is served on the next.")
@click.option("--every", default=5.0, show_default=True, help="Seconds between runs of the schedule.")
@click.option(
    "--engine", type=click.Choice(ENGINES), default=ENGINES[0], show_default=True, help="Where the data lies."
)
def serve(port: int, every: float, engine: str) -> None:
    """Serve everything on this machine: what `make run` does. moto forgets, dynamodb-local keeps."""
    from app import app
    from chalicelib import jobs
    from operation.local.engines import local_data
    from operation.local.server import app_served, repeat

    # Until it serves, either ends it at once.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with local_data(engine, port) as data:
        if data.ended:
            say(f"Ended the engine that an earlier run had left at work, process {data.ended}.")
        services.use(services.Services.on(data.database, services.utc_now))
        if not services.current().surveys.ids():
            with data.filling():
                development.run_demo(data.keys)
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        with app_served(app, port):
            repeat(every, lambda: jobs.publish_all(services.current()), stop)
            show_links(port)
            stop.wait()


if __name__ == "__main__":
    manage()
