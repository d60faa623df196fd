"""How ``manage.py`` speaks: commands worded so that they can be pasted as they are, links that can be opened."""

from __future__ import annotations

import os
import re
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from chalicelib.errors import ParaplyError
from operation.authoring.problems import DefinitionProblem
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


class Operator(click.Group):
    """Shows errors of ours, and of files, as one line that says what to do, never as a traceback."""

    def invoke(self, context: click.Context) -> Any:
        """Run the command; exit with 1 on such an error."""
        try:
            return super().invoke(context)
        except DefinitionError as error:
            show_problems(error.problems)
        except ParaplyError as error:
            say(f"{error}", error=True)
        except BrokenPipeError:
            raise  # click ends quietly when `head` has read enough
        except OSError as error:
            click.echo(f"{error.filename or 'A file'}: {error.strerror}. Name another place.", err=True)
        sys.exit(1)


def work_locally() -> None:
    """Work on the data of ``make run``: DynamoDB's protocol on the port after the web server's."""
    os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = f"http://127.0.0.1:{_port() + 1}"
    os.environ[_LOCAL_ENDPOINT] = "1"
    os.environ.setdefault("AWS_ACCESS_KEY_ID", "local")
    os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "local")


def say(text: str, error: bool = False) -> None:
    """Print ``text``, in which a command begins with "manage.py", or is no more than that."""
    click.echo(re.sub(r"\bmanage\.py\b", lambda _: _program(), text), err=error)


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
        click.echo(f"{problem.severity}: {problem}", err=True)


def show_told(beginning: str, told: Iterable[Told]) -> None:
    """A line for each, for the operator to look over."""
    for each in told:
        click.echo(f"{beginning} {each}")


def show_preview(preview: Preview) -> None:
    """What a survey will publish, at most 80 columns wide."""
    for line in _preview_lines(preview):
        click.echo(textwrap.fill(line, WIDTH, subsequent_indent="    ", break_on_hyphens=False))


def _preview_lines(preview: Preview) -> Iterator[str]:
    policy = preview.policy
    if policy.name == "exact":
        yield "Policy exact: every number is published as it is, whenever answers came."
        yield f"Published: {', '.join(preview.printed) or 'nothing'}"
        if preview.crosstabs:
            yield f"By {preview.crosstabs.group}: {', '.join(preview.crosstabs.by)}"
        return
    access = "on an open link" if policy.noise else "by invitation"
    yield f"Policy protected, {access}: below {policy.needed} answers nothing is published."
    yield f"Results come {WHEN[preview.releases]}."
    yield from _needs("Published", {question: preview.needed(question) for question in preview.printed})
    if preview.never:
        yield f"Never, since no table tells whom it asks: {', '.join(preview.never)}"
    if preview.crosstabs:
        needed = {question: preview.needed(question, by_group=True) for question in preview.crosstabs.by}
        yield from _needs(f"By {preview.crosstabs.group}", needed)
    yield f"Numbers are off by about so many points of all answers ({SURVEYS} invented surveys each):"
    for expected in preview.expected:
        yield _expected_line(expected, by_group=preview.crosstabs is not None)


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
    return "nothing published" if error is None else f"{error.mean:.1f}, at worst {error.worst:.0f}"


def show_links(port: int) -> None:
    """What ``make run`` serves, and a command to try."""
    base = f"http://127.0.0.1:{port}"
    click.echo(
        f"""
  Form      {base}/s/member-challenges
            {base}/s/organisation-profile
  Results   {base}/s/member-challenges-2025/results
  API       {base}/api/surveys/organisation-profile
  DynamoDB  http://127.0.0.1:{port + 1} (manage.py --local, or aws --endpoint-url)

  Try it:
  curl -X POST {base}/api/surveys/organisation-profile/responses \\
    -H 'Content-Type: application/json' -H "Idempotency-Key: $(openssl rand -hex 16)" \\
    -d '{{"answers": {{"countries": ["se"]}}}}'

  Ctrl-C ends it. Data is in memory, or with ENGINE=dynamodb-local kept for the next time.
"""
    )


def _program() -> str:
    if Path(sys.argv[0]).name != "manage.py":
        return "manage.py"
    python = os.path.relpath(sys.executable)
    place = _place()
    port = [f"PORT={_port()}"] if _is_local() and _port() != DEFAULT_PORT else []
    words = [*port, "python" if python.startswith("..") else python, sys.argv[0]]
    if place:
        words.append(place.options)
    return " ".join([*words, "--local"] if _is_local() else words)


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
