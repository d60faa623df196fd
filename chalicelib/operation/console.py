"""How ``manage.py`` speaks: commands worded so that they can be pasted as they are, links that can be opened."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

import click

from chalicelib.errors import DefinitionProblem, OperatorError

DEFAULT_PORT = 8000
_LOCAL_ENDPOINT = "PARAPLY_LOCAL"


def work_locally() -> None:
    """Work on the data of ``make run``: DynamoDB's protocol on the port after the web server's."""
    os.environ[_LOCAL_ENDPOINT] = "1"
    os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = f"http://127.0.0.1:{_port() + 1}"
    os.environ.setdefault("AWS_ACCESS_KEY_ID", "local")
    os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "local")


def say(text: str, error: bool = False) -> None:
    """Print ``text``, in which a command begins with "manage.py"."""
    click.echo(text.replace("manage.py ", f"{_program()} "), err=error)


def link(path: str) -> str:
    """Where ``path`` is served, as far as this machine knows."""
    return f"http://127.0.0.1:{_port()}/{path}" if _is_local() else f"/{path}"


def base_url(given: str | None) -> str:
    """Where the application answers: as ``given``, or on this machine."""
    if given:
        return _checked_url(given)
    if not _is_local():
        raise OperatorError("Say where the application answers: --url https://… (`chalice url` prints it).")
    return f"http://127.0.0.1:{_port()}"


def _checked_url(given: str) -> str:
    """``given`` if posters may carry it: https, or this machine to try them out."""
    parsed = urlsplit(given)
    is_here = parsed.scheme == "http" and parsed.hostname in ("127.0.0.1", "localhost")
    if not parsed.hostname or not (is_here or parsed.scheme == "https"):
        raise OperatorError("A link that people can trust begins with https://. Give --url https://….")
    return given


def counted(number: int, noun: str) -> str:
    """``number`` with its noun: 1 key, 2 keys."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def show_problems(problems: Iterable[DefinitionProblem]) -> None:
    """A line for each problem of a definition."""
    for problem in problems:
        click.echo(f"{problem.severity}: {problem}", err=True)


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
    port = [f"PORT={_port()}"] if _is_local() and _port() != DEFAULT_PORT else []
    words = [*port, "python" if python.startswith("..") else python, sys.argv[0]]
    return " ".join([*words, "--local"] if _is_local() else words)


def _is_local() -> bool:
    return _LOCAL_ENDPOINT in os.environ


def _port() -> int:
    return int(os.environ.get("PORT", DEFAULT_PORT))
