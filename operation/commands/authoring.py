"""Commands for who writes a questionnaire: a start, a check, what will be published, the form as it will be."""

from __future__ import annotations

import shlex
import signal
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import click

from chalicelib import services
from operation import gallery, guidance, lifecycle, starting
from operation.authoring.loader import DefinitionFile, load_definition
from operation.authoring.taps import formats_of, taps_of
from operation.commands import where
from operation.commands.xlsform import SUFFIX, check_workbook
from operation.console import counted, say, show_preview, show_problems, show_told
from operation.dry_run import met_questions, rehearse_publishing
from operation.starting import Begun

#: Beside the two of `make run`.
PREVIEW_PORT = 8002


class _WithLibrary(click.Command):
    """Lists the library below its help."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """A questionnaire a line."""
        with formatter.section("Questionnaires of the gallery"):
            formatter.write_dl(list(gallery.library().items()))


@click.command(cls=_WithLibrary)
@click.argument("name")
@click.option(
    "--from", "source", default=gallery.STARTER, show_default=True, metavar="QUESTIONNAIRE", help="Of the gallery."
)
@click.option(
    "--language", "languages", multiple=True, metavar="CODE", help="Keep this one; if left out, all. Repeat it."
)
def new(name: str, source: str, languages: tuple[str, ...]) -> None:
    """Write a definition to begin with, NAME.yaml; `gallery` shows what there is."""
    begun = starting.begin(name, source, languages)
    edit = "Name somebody to turn to under settings.support, and edit the rest" if begun.awaits_support else "Edit it"
    say(f"Wrote {begun.path}. {edit}, then: manage.py check {begun.path}")
    if source != gallery.STARTER:
        for line in _review(begun):
            say(line)


def _review(begun: Begun) -> Iterator[str]:
    if begun.reviewed:
        yield (
            f"Reviewed in {', '.join(begun.reviewed)}, which stands as long as you change no word of it: have what you"
            " change read again."
        )
    if begun.drafts:
        yield f"Drafts in {', '.join(begun.drafts)}, until the file names who has read them through (reviewed_by)."


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Report every problem of a definition at once.

    With --local or --stage before `check` it is compared with what is published there, too: everything is told that
    `publish` would say, and nothing is stored. An XLSForm (.xlsx) is checked as `import-xlsform` would take it.
    """
    if file.suffix.lower() == SUFFIX:
        check_workbook(file)
        return
    read, outcome = _beside_what_is_live(file) if where.is_chosen() else _alone(file)
    show_told("tap:", taps_of(read.definition))
    show_told("format:", formats_of(read.definition))
    count = sum(question.is_substantive for question in read.definition.questionnaire.questions)
    say(f"{read.definition.survey}: {counted(count, 'question')}, no errors. {outcome}")


def _alone(file: Path) -> tuple[DefinitionFile, str]:
    """The definition, all warnings of which are shown, and what comes next."""
    read = load_definition(file)
    with read.locating():
        days = lifecycle.require_timely(read.definition, services.utc_now())
    show_problems([*read.warnings, *read.located(days)])
    publish = f"manage.py --local publish {shlex.quote(str(file))}"
    return read, f"On this machine, next: {guidance.before_publishing(read.definition, 0, publish)}"


def _beside_what_is_live(file: Path) -> tuple[DefinitionFile, str]:
    """As :func:`_alone`, with what would become of it."""
    running = services.current()
    read = load_definition(file, partial(met_questions, running))
    lifecycle.require_true_clock(running, services.utc_now)
    show_problems([*read.warnings, *read.located(lifecycle.warnings_of(running, read.definition))])
    with read.locating():
        done = rehearse_publishing(running, read.definition)
    publish = f"manage.py publish {shlex.quote(str(file))}"
    keys = len(done.survey.settings.recipients)
    is_next = guidance.before_publishing(read.definition, keys, publish) if done.is_new else done.next_step
    return read, f"Publishing would say: {done.told}. Next: {is_next}"


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--codebook", type=click.Path(path_type=Path), metavar="CSV", help="Write the codebook of it instead.")
@click.option("--serve", is_flag=True, help="Show its form on this machine instead, as you edit the file.")
@click.option("--port", type=click.IntRange(0, 65_535), metavar="N", help=f"Of --serve, {PREVIEW_PORT} if left out.")
@click.option("--open", "opens", is_flag=True, help="Of --serve: open the form in your browser.")
def preview(file: Path, codebook: Path | None, serve: bool, port: int | None, opens: bool) -> None:
    """Tell what a definition will publish and what it never will, and how far off numbers will be; or show its form."""
    if serve:
        _serve(file, PREVIEW_PORT if port is None else port, opens)
        return
    from operation.preview import preview as previewed
    from operation.preview import write_codebook

    definition = load_definition(file).definition
    if codebook is None:
        show_preview(previewed(definition))
        return
    write_codebook(definition, codebook)
    say(f"Wrote {codebook}: every table that {definition.survey} will publish, with its codes and whom it is of.")


def _serve(file: Path, port: int, opens: bool) -> None:
    from operation.preview_server import previewed_on

    stop = threading.Event()
    with previewed_on(file, port) as address:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        say(f"The form of {file}: {address}")
        say("Nothing is stored. Reload the page when you have changed the file. Ctrl-C ends it.")
        if opens:
            click.launch(address)
        stop.wait()
    say("The preview has ended. Nothing was stored.")


COMMANDS = (new, check, preview)
