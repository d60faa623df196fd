"""On a disk that is full, each command says so in one line, and leaves everything as it was: files and server."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.services import Services
from chalicelib.storage.tables import TABLES
from operation.invitations import invite
from operation.local.moto_engine import served_on
from tests.builders import a_question, an_open_survey, identities
from tests.functional.commands import Operate, a_file
from tests.functional.test_invited_once import surroundings
from tests.records import a_records_folder
from tests.served import ROOT, free_port

pytestmark = pytest.mark.slow  # a process each

#: Bytes that a file may have: less than any that is written.
ROOM = 50
AT = ("--url", "https://example.org/")
COMMANDS = {
    "invite": ("invite", "invited", "--count", "5", "--to", "new.txt"),
    "slips": ("slips", "invited", "codes.txt", "--to", "slips.html", *AT),
    "share": ("share", "a-survey", "--to", "posters", *AT),
    "key new": ("key", "new", "new.key", "--passphrase-file", "passphrase"),
    "key test": ("key", "test", "unproven", "--to", "messages"),
    "new": ("new", "our-survey"),
    "preview": ("preview", "a-survey.yaml", "--codebook", "codebook.csv"),
    "read": ("read", "records", "--key", "plain.key", "--to", "words"),
}


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture
def everything(operate: Operate, services: Services, port: int) -> Iterator[Services]:
    """What each of the commands works on, in the working folder and on ``port``."""
    a_records_folder(services, Path("records"), a_question("short_text"), answers=[{"word": "a"}])
    an_open_survey(services, a_question("scale"), survey="invited", access="invitation")
    Path("codes.txt").write_text("\n".join(invite(services, "invited", 3)))
    operate("publish", a_file("unproven.yaml", survey="unproven"), "--recipient", identities()[0][0])
    Path("passphrase").write_text("six words that nobody guesses")
    Path("plain.key").write_text(identities()[0][1])
    a_file()
    with served_on(port):
        yield services


def state(services: Services) -> tuple[dict[Path, bytes], list[str]]:
    """Every file of the working folder, hidden ones too, and every item of every table."""
    files = {path: path.read_bytes() if path.is_file() else b"" for path in Path().rglob("*")}
    database = services.access._database
    return files, sorted(str(item) for table in TABLES for item in database.pages("scan", table))


@pytest.mark.parametrize("name", COMMANDS)
def test_command_says_so_in_one_line_and_leaves_everything_as_it_was(
    everything: Services, port: int, name: str
) -> None:
    before = state(everything)
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *COMMANDS[name]],
        env={**os.environ, **surroundings(everything, port), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, ROOM)),
    )
    assert done.returncode == 1, done.stdout
    (said,) = done.stderr.splitlines()
    assert "File too large" in said
    assert state(everything) == before
