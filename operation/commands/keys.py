"""Commands that make keys on the operator's own computer, and prove them."""

from __future__ import annotations

import os
import shlex
from functools import partial
from pathlib import Path

import click

from chalicelib import services
from operation import guidance, lifecycle, suggested
from operation.commands.passphrases import passphrase_file, passphrase_from
from operation.commands.replacing import replacing, require_replaceable
from operation.console import Grouped, console, counted, say
from operation.files import folder_made_again, private_files
from operation.keys import (
    confirm_key,
    new_key_test,
    prove_keys,
    public_file,
    require_new_pair,
    require_own_computer,
    write_identity,
)
from operation.reading.private_keys import read_private_keys


@click.group(cls=Grouped)
def key() -> None:
    """Keys that open what is written; made and kept on your own computer."""


@key.command(name="new")
@click.argument("file", type=click.Path(path_type=Path))
@passphrase_file
def key_new(file: Path, passphrase_file: Path | None) -> None:
    """Make a key pair: the private key goes to FILE, the public key beside it, with .pub for .key, and is printed."""
    require_own_computer(os.environ)
    require_new_pair(file)
    passphrase = passphrase_from(passphrase_file, f"A passphrase of seven words that locks {file}", is_new=True)
    with console.status("Locking the key file"):
        public = write_identity(file, passphrase)
    click.echo(
        f"Private key in {file}: keep it offline, and keep a copy elsewhere.\n"
        f"Public key, also in {public_file(file)}: {public}"
    )


@key.command(name="prove")
@click.argument("survey")
@click.option(
    "--key", "files", required=True, multiple=True, type=click.Path(path_type=Path), help="A private key; repeat it."
)
@passphrase_file
def key_prove(survey: str, files: tuple[Path, ...], passphrase_file: Path | None) -> None:
    """Prove on this computer that private keys open what is written in SURVEY. Of a key elsewhere, see `key test`."""
    require_own_computer(os.environ)
    lifecycle.require_survey(services.current(), survey)
    keys = [
        read_private_keys(file, partial(passphrase_from, passphrase_file, f"The passphrase of {file}"))
        for file in files
    ]
    left = prove_keys(services.current(), survey, keys)
    say(_still_to_prove(survey, left))


def _still_to_prove(survey: str, left: int) -> str:
    proven = f"{counted(left, 'key')} still to be proven." if left else "All keys work."
    return f"{proven} Next: {_next_step(survey)}"


def _next_step(survey: str) -> str:
    return guidance.next_step(services.current(), lifecycle.require_survey(services.current(), survey))


@key.command(name="test")
@click.argument("survey")
@click.option("--to", "folder", required=True, type=click.Path(path_type=Path, file_okay=False), help="A folder.")
@replacing
def key_test(survey: str, folder: Path, confirm: str | None) -> None:
    """Write a test message for each key of SURVEY; its holder opens it and reads out the code."""
    test = new_key_test(services.current(), survey)
    if not test.messages:
        say(f"All keys are proven. Next: {_next_step(survey)}")
        return
    files = {f"test-{number}.age": message for number, message in enumerate(test.messages.values(), 1)}
    require_replaceable(folder, files, confirm)
    with folder_made_again(folder) as place:
        private_files(place, files)
    # Only now: a code is known once its message is on the disk.
    test.store(services.current())
    for recipient, name in zip(test.messages, files, strict=True):
        message = shlex.quote(str(folder / name))
        click.echo(f"The holder of {recipient} runs: age -d -i {suggested.key_file(recipient)} {message}")
    say(f"and tells you the code in it. With each code: manage.py key confirm {survey} CODE")


@key.command(name="confirm")
@click.argument("survey")
@click.argument("code")
def key_confirm(survey: str, code: str) -> None:
    """Take note of the CODE that a key's holder read in the test message."""
    left = confirm_key(services.current(), survey, code)
    say(_still_to_prove(survey, left))


COMMANDS = (key,)
