"""Commands that bring people to a form: codes, slips, posters."""

from __future__ import annotations

from pathlib import Path

import click
from rich.progress import track

from chalicelib import services
from operation import invitations, lifecycle
from operation.console import base_url, console, say
from operation.keys import private_file


@click.command()
@click.argument("survey")
@click.option("--count", required=True, type=click.IntRange(1, 100_000), help="How many codes.")
@click.option("--to", "file", required=True, type=click.Path(path_type=Path, dir_okay=False), help="A new file.")
def invite(survey: str, count: int, file: Path) -> None:
    """Make invitation codes, each good for one response. Only FILE has them: the server keeps hashes."""
    codes = invitations.invite(services.current(), survey, count)
    with private_file(file, "Codes are never overwritten; choose another name.") as stream:
        stream.writelines(f"{code}\n".encode() for code in track(codes, "Inviting", total=count, console=console))
    click.echo(f"{count} codes in {file}. Hand them out so that nobody, not even you, knows who got which.")
    say(f"Slips to print and cut: manage.py slips {survey} {file} --to slips.html")


@click.command()
@click.argument("survey")
@click.argument("codes", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--to", "file", required=True, type=click.Path(path_type=Path, dir_okay=False), help="A new file.")
@click.option("--language", help="What the slips are written in; the survey's first language if left out.")
@click.option("--url", envvar="PARAPLY_URL", help="Where the application answers, as https://example.org/api")
def slips(survey: str, codes: Path, file: Path, language: str | None, url: str | None) -> None:
    """Write a page of slips to print, cut and draw, one for each of CODES, the file that `invite` wrote."""
    from operation import slips as writer

    record = lifecycle.require_survey(services.current(), survey)
    page = writer.slips(services.current(), record, writer.read_codes(codes), base_url(url), language)
    with private_file(file, "Slips are never overwritten; choose another name.") as stream:
        stream.write(page.encode())
    say(f"Print {file} from your browser at 100 %, eight slips a sheet, and delete it and {codes} afterwards.")


@click.command()
@click.argument("survey")
@click.option("--to", "folder", required=True, type=click.Path(path_type=Path, file_okay=False), help="A folder.")
@click.option("--url", envvar="PARAPLY_URL", help="Where the application answers, as https://example.org/api")
@click.option("--given", multiple=True, metavar="QUESTION=CODE", help="What the link tells of itself; repeat it.")
def share(survey: str, folder: Path, url: str | None, given: tuple[str, ...]) -> None:
    """Write a QR code, and a poster and a message in each language, into a folder."""
    from operation.share import share as write

    record = lifecycle.require_survey(services.current(), survey)
    values = {name: code for name, _, code in (pair.partition("=") for pair in given)}
    for shared in write(services.current(), record, base_url(url), folder, values):
        click.echo(f"{shared.language}: {shared.link}\n    {shared.poster}, {shared.text}")
    say(f"Print a poster from your browser. The QR code alone: {folder / 'qr.svg'}")


COMMANDS = (invite, slips, share)
