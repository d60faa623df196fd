"""Commands for practice and for developers: invented persons, what is generated, an engine on this machine."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click
from rich.progress import track

from chalicelib import services
from operation.console import console


@click.command()
@click.option("--keys", type=click.Path(path_type=Path), help="Where to put key files; a new folder if left out.")
def demo(keys: Path | None) -> None:
    """Fill an empty database with three surveys, one of them closed and full of invented persons."""
    run_demo(keys or Path(tempfile.mkdtemp(prefix="paraply-demo-")))


def run_demo(keys: Path) -> None:
    """Make the demo, and show how far it has come."""
    from operation.demo import PERSONS, make_demo

    for _ in track(make_demo(services.current(), keys), "Inventing persons", total=PERSONS, console=console):
        pass
    click.echo(f"The demo's text is sealed to the keys in {keys}")


@click.command()
def schema() -> None:
    """Print the JSON Schema of definitions, for editors that complete and check them."""
    from operation.authoring.schema import definition_schema

    click.echo(definition_schema())


@click.command()
@click.pass_context
def reference(context: click.Context) -> None:
    """Print the reference of every key, limit and command: docs/reference.md."""
    from operation.reference.page import reference as page

    root = context.find_root().command
    click.echo(page(root) if isinstance(root, click.Group) else "", nl=False)


@click.command()
def engine() -> None:
    """Fetch DynamoDB Local, AWS's own engine, start it on a free port of loopback, and stop it."""
    from operation.local.dynamodb_local import fetch, running

    with console.status("Fetching DynamoDB Local"):
        libraries = fetch()
    with running() as settings:
        click.echo(f"DynamoDB Local answers on {settings.endpoint}; its libraries are in {libraries}")


COMMANDS = (demo, schema, reference, engine)
