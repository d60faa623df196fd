"""Commands that take a survey's records out, for operators alone."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import click
from rich.progress import track

from chalicelib import services
from chalicelib.responses.answers import StoredRecord
from chalicelib.services import Services
from operation import lifecycle, suggested
from operation.console import console, counted, say
from operation.errors import OperatorError


@click.command()
@click.argument("survey")
@click.option("--to", "folder", type=click.Path(path_type=Path), help="A new folder; by default SURVEY-records.")
@click.option("--language", help="Of the labels; by default the survey's first.")
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(["csv", "sav", "parquet", "xlsx"]),
    help="Only this beside CSV; repeat it. By default all of them.",
)
def export(survey: str, folder: Path | None, language: str | None, formats: tuple[str, ...]) -> None:
    """Write a survey's records as CSV, SPSS file, Parquet and workbook, with a codebook; sealed text as .age files."""
    from operation.records.export import Format, export_records

    running = services.current()
    record = lifecycle.require_survey(running, survey)
    if record.is_purged:
        raise OperatorError(f"“{survey}” is {record.state}: there is nothing to export. See: manage.py audit {survey}")
    folder = folder or Path(suggested.records_of(survey))
    versions = {number: running.version(survey, number) for number in record.published}
    chosen = [each for each in Format if not formats or each.value in formats]
    done = export_records(survey, _records(running, survey), versions, folder, language=language, formats=chosen)
    click.echo(f"{counted(done.records, 'record')} in {folder}. Begin with {folder}/codebook.html")
    click.echo(f"{counted(done.sealed_texts, 'record')} with sealed text, {counted(done.plain_texts, 'plain text')}")
    if done.has_no_room:
        say("No workbook was made: a sheet has room for 1,048,575 records and 16,384 columns.")
    if done.sealed_texts:
        key = suggested.working_key(record.settings.recipients)
        texts = suggested.texts_of(folder)
        say(f"Read what people wrote: manage.py read {shlex.quote(str(folder))} --key {key} --to {texts}")


def _records(running: Services, survey: str) -> Iterator[StoredRecord]:
    """All that are stored, while it is shown how far they have come; counted only when the first is asked for."""
    total = running.responses.count(survey)
    yield from track(running.responses.records(survey), "Exporting", console=console, total=total)


COMMANDS = (export,)
