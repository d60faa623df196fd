"""Commands of a deployment: what is put into an AWS account."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from operation.console import console
from operation.files import made_again

if TYPE_CHECKING:
    from operation.deployment.package import Package
    from operation.deployment.target import Target

FOLDER = Path("build")


@click.command()
@click.option("--to", "folder", default=FOLDER, type=click.Path(path_type=Path, file_okay=False))
def package(folder: Path) -> None:
    """Build what Lambda runs, and the template that puts it there: what `make package` does."""
    from operation.deployment.template import corrected

    built = build_told(folder)
    with made_again(folder / "template.json") as stream:
        stream.write(json.dumps(corrected(built.template), indent=2).encode())


def build_told(folder: Path, target: Target | None = None) -> Package:
    """The package, built into ``folder``, with what there is to know of it."""
    from operation.deployment.package import build

    with console.status("Building the package"):
        built = build(folder, target)
    click.echo(f"{built.path}: {built.size / 1e6:.1f} MB for {built.target}")
    if not built.has_bytecode:
        version = built.target.version
        click.echo(
            f"Python {version} is not installed here, so nothing is compiled and a cold start takes twice as long."
        )
    return built


COMMANDS = (package,)
