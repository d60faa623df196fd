"""Commands that bring people to a form: codes, slips, posters."""

from __future__ import annotations

from pathlib import Path
from shlex import quote

import click
from rich.progress import track

from chalicelib import services
from operation import invitations, lifecycle, suggested
from operation.commands.replacing import replacing, require_replaceable
from operation.console import base_url, console, counted, say
from operation.errors import OperatorError
from operation.files import folder_made_again, private_file, private_files


@click.command()
@click.argument("survey")
@click.option("--count", required=True, type=click.IntRange(1, 100_000), help="How many codes.")
@click.option("--to", "file", required=True, type=click.Path(path_type=Path, dir_okay=False), help="A new file.")
def invite(survey: str, count: int, file: Path) -> None:
    """Make invitation codes, each good for one response. Only FILE has them: the server keeps hashes.

    If it is cut short, run it again: FILE is there once all of its codes are good.
    """
    made = 0
    try:
        steps = invitations.invite_into(file, services.current(), survey, count)
        for done in track(steps, "Inviting", total=count, console=console):
            made = done
    except KeyboardInterrupt:
        raise OperatorError(f"Interrupted: {file} is not there yet. Run the same command again.") from None
    click.echo(f"{counted(made, 'code')} in {file}. Hand them out so that nobody, not even you, knows who got which.")
    say(f"Slips to print and cut: manage.py slips {survey} {quote(str(file))} --to {suggested.slips_of(file)}")


@click.command()
@click.argument("survey")
@click.argument("codes", type=click.Path(path_type=Path))
@click.option("--to", "file", required=True, type=click.Path(path_type=Path, dir_okay=False), help="A new file.")
@click.option("--language", help="What the slips are in; all of the survey's languages if left out.")
@click.option("--url", envvar="PARAPLY_URL", help="Where the application answers, as https://example.org/api")
def slips(survey: str, codes: Path, file: Path, language: str | None, url: str | None) -> None:
    """Write a page of slips to print, cut and draw, one for each of CODES, the file that `invite` wrote."""
    from operation import slips as writer

    record = lifecycle.require_survey(services.current(), survey)
    page = writer.slips(services.current(), record, writer.read_codes(codes), base_url(url), language)
    with private_file(file, "Slips are never overwritten; choose another name.") as stream:
        stream.write(page.encode())
    say(f"Print {file} from your browser at 100 %, cut along the lines, and delete it and {codes} afterwards.")


@click.command()
@click.argument("survey")
@click.option("--to", "folder", required=True, type=click.Path(path_type=Path, file_okay=False), help="A folder.")
@click.option("--url", envvar="PARAPLY_URL", help="Where the application answers, as https://example.org/api")
@click.option("--given", multiple=True, metavar="QUESTION=CODE", help="What the link tells of itself; repeat it.")
@replacing
def share(survey: str, folder: Path, url: str | None, given: tuple[str, ...], confirm: str | None) -> None:
    """Write a QR code, and a poster and a message in each language, into a folder."""
    from operation.share import QR
    from operation.share import share as appeals

    record = lifecycle.require_survey(services.current(), survey)
    values = {name: code for name, _, code in (pair.partition("=") for pair in given)}
    made = appeals(services.current(), record, base_url(url), values)
    require_replaceable(folder, made.files, confirm)
    with folder_made_again(folder) as place:
        private_files(place, made.files)
    for shared in made.shared:
        click.echo(
            f"{shared.language}: {shared.link}\n    {folder / shared.poster_name}, {folder / shared.message_name}"
        )
    say(f"Print a poster from your browser. The QR code alone: {folder / QR}")


COMMANDS = (invite, slips, share)
