"""What a command that was killed between any two steps has left is whole, or is not there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.services import Services
from operation.local.moto_engine import served_on
from tests.builders import a_question, an_open_survey, identities
from tests.functional.commands import RECIPIENTS, Operate, a_file, done
from tests.functional.killing import Kill, killing
from tests.functional.test_invited_once import surroundings
from tests.records import a_records_folder
from tests.served import free_port

pytestmark = pytest.mark.slow  # a process for each step

MOST_STEPS = 60
AT = ("--url", "https://example.org/")


@pytest.fixture
def kill(operate: Operate, services: Services) -> Iterator[Kill]:
    """Kills commands that work on the tables of this test."""
    port = free_port()
    with served_on(port), killing(Path(), **surroundings(services, port)) as kill:
        yield kill


def whole(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_posters_are_all_there_or_none(kill: Kill, services: Services) -> None:
    an_open_survey(services, a_question("yes_no"))
    for steps in range(MOST_STEPS):
        folder = Path(f"posters-{steps}")
        was_killed = kill(steps, "share", "a-survey", "--to", str(folder), *AT)
        if not was_killed:
            break
        assert not folder.exists() or len(whole(folder)) == 3
    assert steps > 5
    made = whole(folder)
    assert len(made) == 3
    old = dict.fromkeys(made, b"old")
    for steps in range(MOST_STEPS):
        for name, content in old.items():
            (folder / name).write_bytes(content)
        if not kill(steps, "share", "a-survey", "--to", str(folder), "--confirm", str(folder), *AT):
            break
        assert all(content in (old[name], made[name]) for name, content in whole(folder).items())
    assert whole(folder) == made
    assert [path for path in Path().iterdir() if path.name == f".{folder}.unfinished"] == []


def test_no_public_key_is_there_without_its_private_one(kill: Kill) -> None:
    Path("passphrase").write_text("six words that nobody guesses")
    for steps in range(MOST_STEPS):
        key = Path(f"key-{steps}.key")
        if not kill(steps, "key", "new", str(key), "--passphrase-file", "passphrase"):
            break
        assert key.exists() or not key.with_suffix(".pub").exists()
        assert not key.exists() or key.read_bytes().startswith(b"age-encryption.org/v1\n-> scrypt")
    assert steps > 4
    assert key.with_suffix(".pub").read_text().startswith("age1")


def test_no_code_of_a_test_message_is_known_whose_message_is_not_there(kill: Kill, operate: Operate) -> None:
    done(operate("publish", a_file(), *RECIPIENTS))
    for steps in range(MOST_STEPS):
        folder = Path(f"messages-{steps}")
        was_killed = kill(steps, "key", "test", "a-survey", "--to", str(folder))
        assert not folder.exists() or len(whole(folder)) == 2
        if not was_killed:
            break
    assert steps > 5
    assert len(whole(folder)) == 2


def test_words_are_all_there_or_none(kill: Kill, services: Services) -> None:
    a_records_folder(services, Path("records"), a_question("short_text"), answers=[{"word": "Zarzuela"}])
    Path("plain.key").write_text(identities()[0][1])
    for steps in range(MOST_STEPS):
        folder = Path(f"words-{steps}")
        was_killed = kill(steps, "read", "records", "--key", "plain.key", "--to", str(folder))
        assert not folder.exists() or sorted(whole(folder)) == ["texts.csv", "texts.xlsx"]
        if not was_killed:
            break
    assert steps > 5
