"""Commands that make keys on the operator's own computer, and prove them."""

from __future__ import annotations

import os
from pathlib import Path

import click

from chalicelib import services
from operation.console import console, counted, say
from operation.keys import confirm_key, require_own_computer, start_key_test, write_identity


@click.group()
def key() -> None:
    """Keys that open what is written; made and kept on your own computer."""


@key.command(name="new")
@click.argument("file", type=click.Path(path_type=Path))
@click.password_option("--passphrase", envvar="PARAPLY_PASSPHRASE", help="Locks the key file.")
def key_new(file: Path, passphrase: str) -> None:
    """Make a key pair: the private key goes to FILE, the public key is printed."""
    require_own_computer(os.environ)
    with console.status("Locking the key file"):
        public = write_identity(file, passphrase)
    click.echo(f"Private key in {file}: keep it off line, and keep a copy elsewhere.\nPublic key: {public}")


@key.command(name="test")
@click.argument("survey")
@click.option("--to", "folder", required=True, type=click.Path(path_type=Path, file_okay=False))
def key_test(survey: str, folder: Path) -> None:
    """Write a test message for each key of SURVEY; its holder opens it and reads out the code."""
    folder.mkdir(parents=True, exist_ok=True)
    messages = start_key_test(services.current(), survey)
    for number, (recipient, message) in enumerate(messages.items(), 1):
        path = folder / f"test-{number}.age"
        path.write_bytes(message)
        click.echo(f"The holder of {recipient} runs: age -d -i KEYFILE {path}")
    say(f"and tells you the code in it: manage.py key confirm {survey} CODE" if messages else "All keys are proven.")


@key.command(name="confirm")
@click.argument("survey")
@click.argument("code")
def key_confirm(survey: str, code: str) -> None:
    """Take note of the CODE that a key's holder read in the test message."""
    left = confirm_key(services.current(), survey, code)
    say(f"{counted(left, 'key')} still to be proven." if left else f"All keys work. Next: manage.py open {survey}")


COMMANDS = (key,)
