"""How ``manage.py`` speaks: commands worded so that they can be pasted as they are, links that can be opened."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from chalicelib.errors import ParaplyError
from chalicelib.questionnaire.base import UNPRINTABLE
from operation.authoring.problems import DefinitionProblem
from operation.authoring.suggestions import advice_on
from operation.authoring.taps import Told
from operation.errors import DefinitionError, OperatorError
from operation.preview import SIZES, SPREAD, SURVEYS, Error, Expected, Preview

#: What takes more than a line: tables, and how far something has come.
console = Console()
DEFAULT_PORT = 8000
#: The database answers on the one after it.
_LAST_PORT = 65_534
#: Of a poster's link, where the application answers: no question mark, no name or password, nothing that hides another.
_ADDRESS = re.compile(
    r"(?:https://[A-Za-z0-9][A-Za-z0-9.-]*|http://(?:127\.0\.0\.1|localhost))(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~-]+)*/?"
)
_LONGEST_ADDRESS = 300
_LOCAL_ENDPOINT = "PARAPLY_LOCAL"
#: Characters of help that stand beside a command, at most, and names in a folder among which one is looked for.
_LONGEST_HELP, _MOST_NAMES = 200, 1_000
#: Columns of the narrowest terminal that is thought of.
WIDTH = 80
#: By the setting ``releases``.
WHEN = {
    "at_close": "once, an hour after closing",
    "monthly": "by the month, of the answers since the last time; too few wait for the next",
    "quarterly": "by the quarter, of the answers since the last time; too few wait for the next",
}


@dataclass(frozen=True)
class Place:
    """A stage that is worked on: how a command line names it, and where its pages are, with a slash at the end."""

    options: str
    address: str | None = None


class Grouped(click.Group):
    """Lists its commands in the order of the work, each with the first words of its help."""

    def __init__(self, *args: Any, sections: Mapping[str, Sequence[str]] | None = None, **kwargs: Any) -> None:
        """``sections``: commands by what they are for; those of none come last."""
        super().__init__(*args, **kwargs)
        self._sections = sections or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Those of each section, then the others, as they were added."""
        return list(dict.fromkeys(chain(*self._sections.values(), self.commands)))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write a list for each section."""
        placed = {*chain(*self._sections.values())}
        others = [name for name in self.commands if name not in placed]
        for title, names in {**self._sections, "Commands": others}.items():
            if names:
                with formatter.section(title):
                    formatter.write_dl([(name, _first_words(self.commands[name])) for name in names])


def _first_words(command: click.Command) -> str:
    return re.split(r"[;:] ", command.get_short_help_str(_LONGEST_HELP), maxsplit=1)[0].rstrip(".")


class Operator(Grouped):
    """Shows errors of ours, and of files, as one line that says what to do, never as a traceback."""

    def invoke(self, context: click.Context) -> Any:
        """Run the command; exit with 1 on such an error."""
        try:
            return super().invoke(context)
        except click.NoSuchOption as error:
            if not any(error.option_name in option.opts for option in self.params):
                raise
            message = f"{error.option_name} stands before the command, right after manage.py."
            raise click.NoSuchOption(error.option_name, message, ctx=error.ctx) from error
        except DefinitionError as error:
            show_problems(error.problems)
        except ParaplyError as error:
            say(f"{error}", error=True)
        except BrokenPipeError:
            raise  # click ends quietly when `head` has read enough
        except OSError as error:
            say(_of_file(error), error=True)
        sys.exit(1)


def _of_file(error: OSError) -> str:
    """What is wrong with a file that a command was given, and what to do about it."""
    if not isinstance(error, FileNotFoundError) or not isinstance(error.filename, str):
        return f"{error.filename or 'A file'}: {error.strerror}. Name another place."
    path = Path(error.filename)
    if not path.parent.is_dir():
        return f"{path}: there is no folder {path.parent}. Make it, or name another place."
    there = [each.name for each in islice(path.parent.iterdir(), _MOST_NAMES) if not each.name.startswith(".")]
    return f"{path} is not there.{advice_on(path.name, there)}"


def work_locally() -> int:
    """Work on the data of ``make run``: DynamoDB's protocol on the port after the web server's, which is returned."""
    port = _port() + 1
    os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = f"http://127.0.0.1:{port}"
    os.environ[_LOCAL_ENDPOINT] = "1"
    os.environ.setdefault("AWS_ACCESS_KEY_ID", "local")
    os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "local")
    return port


def say(text: str, error: bool = False) -> None:
    """Print ``text``, in which a command begins with "manage.py", or is no more than that.

    What it quotes others wrote, in a workbook above all: terminals obey some signs, and others turn a line around.
    """
    readable = UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)
    click.echo(re.sub(r"\bmanage\.py\b", lambda _: program(), readable), err=error)


def work_on(place: Place) -> None:
    """Name ``place`` in every command that is told from now on, and lead links to it."""
    click.get_current_context().find_root().obj = place


def link(path: str) -> str:
    """Where ``path`` is served, as far as this machine knows."""
    return f"{_known_address() or ''}/{path}"


def base_url(given: str | None) -> str:
    """Where the application answers: as ``given``, or as the stage that is worked on, or on this machine."""
    if not given and (known := _known_address()):
        return known
    if not given:
        raise OperatorError("Say where the application answers: --stage NAME before the command, or --url https://…")
    # What posters may carry: https, or this machine to try them out.
    if len(given) > _LONGEST_ADDRESS or not _ADDRESS.fullmatch(given):
        advice = "Give --url https://…."
        raise OperatorError(f"A link that people can trust begins with https://, and has no ? in it. {advice}")
    if "/s/" in given:
        raise OperatorError("That is a form's link. Give the address of the application: what stands before /s/.")
    return given


def counted(number: int, noun: str) -> str:
    """``number`` with its noun: 1 key, 2 keys."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def show_problems(problems: Iterable[DefinitionProblem]) -> None:
    """A line for each problem of a definition."""
    for problem in problems:
        say(f"{problem.severity}: {problem}", error=True)


def show_told(beginning: str, told: Iterable[Told]) -> None:
    """A line for each, for the operator to look over."""
    for each in told:
        say(f"{beginning} {each}")


def show_preview(preview: Preview) -> None:
    """What a survey will publish, at most 80 columns wide."""
    for line in _preview_lines(preview):
        click.echo(textwrap.fill(line, WIDTH, subsequent_indent="    ", break_on_hyphens=False))


def _preview_lines(preview: Preview) -> Iterator[str]:
    policy = preview.policy
    if preview.unanswerable:
        yield f"Nobody can answer, since no answer fits what is implied: {', '.join(preview.unanswerable)}"
    if policy.name == "exact":
        yield "Policy exact: every number is published as it is, whenever answers came."
        yield f"Published: {', '.join(preview.printed) or 'nothing'}"
        if preview.crosstabs:
            yield f"By {preview.crosstabs.group}: {', '.join(preview.crosstabs.by)}"
        yield from _of_words(preview)
        return
    access = "on an open link" if policy.noise else "by invitation"
    yield f"Policy protected, {access}: below {policy.needed} answers nothing is published."
    yield f"Results come {WHEN[preview.releases]}."
    yield from _needs("Published", {question: preview.needed(question) for question in preview.printed})
    if preview.never:
        yield f"Never published, since no number tells how many were asked: {', '.join(preview.never)}"
    yield from _of_words(preview)
    if preview.crosstabs:
        needed = {question: preview.needed(question, by_group=True) for question in preview.crosstabs.by}
        yield from _needs(f"By {preview.crosstabs.group}", needed)
    yield "Only counts are published, never one person's answers, and changed a little so that they give nobody away."
    yield f"Of 100 answers, so many may be counted wrongly ({SURVEYS} invented surveys each):"
    for expected in preview.expected:
        yield _expected_line(expected, by_group=preview.crosstabs is not None)


def _of_words(preview: Preview) -> Iterator[str]:
    if words := [question for question in preview.printed if question in preview.written]:
        yield f"Of these only how many wrote something, never what: {', '.join(words)}"


def _needs(what: str, needed: Mapping[str, int | None]) -> Iterator[str]:
    """A line for each number of answers that some questions need."""
    for size in (*SIZES, None):
        questions = [question for question, found in needed.items() if found == size]
        if questions:
            from_on = f"from about {size} answers on" if size else f"only with more than {SIZES[-1]} answers, if at all"
            yield f"{what} {from_on}: {', '.join(questions)}"


def _expected_line(expected: Expected, by_group: bool) -> str:
    groups = f"; by group {_off(expected.crossed_error)}" if by_group else ""
    is_open = 0 < expected.unreleased < 100 and expected.error is not None
    chance = f" (in {expected.unreleased} of 100 cases nothing is published)" if is_open else ""
    numbers = f"{expected.size} to {expected.size + SPREAD - 1}"
    return f"{numbers:>12} answers: {_off(expected.error)}{groups}{chance}"


def _off(error: Error | None) -> str:
    return "nothing published" if error is None else f"{error.mean:.1f} on average, {error.worst:.0f} at worst"


def show_links(port: int) -> None:
    """What ``make run`` serves, and a command to try."""
    base = f"http://127.0.0.1:{port}"
    click.echo(
        f"""
  Form      {base}/s/member-challenges
            {base}/s/organisation-profile
  Results   {base}/s/member-challenges-2025/results
  API       {base}/api/surveys/organisation-profile
  DynamoDB  http://127.0.0.1:{port + 1} (for aws --endpoint-url)
  Surveys   {program(port)}
  Time      {program(port)} jump   (to what is due next)

  Try it:
  curl -X POST {base}/api/surveys/organisation-profile/responses \\
    -H 'Content-Type: application/json' -H "Idempotency-Key: $(openssl rand -hex 16)" \\
    -d '{{"answers": {{"countries": ["se"]}}}}'

  Ctrl-C ends it. Data is in memory, or with ENGINE=dynamodb-local kept for the next time.
"""
    )


def program(local_port: int | None = None) -> str:
    """How this program is called, on the data that is worked on or on that of ``make run`` on ``local_port``."""
    if Path(sys.argv[0]).name != "manage.py":
        return "manage.py"
    python = os.path.relpath(sys.executable)
    if python.startswith(".."):
        python = "python" if shutil.which("python") == sys.executable else sys.executable
    place, port = _place(), local_port or (_port() if _is_local() else None)
    named = [f"PORT={port}"] if port not in (None, DEFAULT_PORT) else []
    options = ["--local"] if port else [place.options] if place else []
    return " ".join([*named, *map(shlex.quote, (python, sys.argv[0])), *options])


def _place() -> Place | None:
    context = click.get_current_context(silent=True)
    found = context.find_root().obj if context else None
    return found if isinstance(found, Place) else None


def _known_address() -> str | None:
    """Where the pages are of what is worked on, without a slash at the end."""
    if _is_local():
        return f"http://127.0.0.1:{_port()}"
    place = _place()
    return place.address.rstrip("/") if place and place.address else None


def _is_local() -> bool:
    return _LOCAL_ENDPOINT in os.environ


def _port() -> int:
    given = os.environ.get("PORT") or str(DEFAULT_PORT)
    if not given.isascii() or not given.isdigit() or not 0 < int(given[:6]) <= _LAST_PORT:
        raise OperatorError(f"PORT has to be a number from 1 to {_LAST_PORT}.")
    return int(given)
