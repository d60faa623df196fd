"""Commands of a deployment: what is put into an AWS account."""

from __future__ import annotations

import json
from pathlib import Path

import click

from operation.console import console


@click.command()
@click.option("--to", "folder", default=Path("build"), type=click.Path(path_type=Path, file_okay=False))
def package(folder: Path) -> None:
    """Build what Lambda runs, and the template that puts it there: what `make package` does."""
    from operation.deployment.package import build
    from operation.deployment.template import corrected

    with console.status("Building the package"):
        built = build(folder)
    (folder / "template.json").write_text(json.dumps(corrected(built.template), indent=2), "utf-8")
    click.echo(f"{built.path}: {built.size / 1e6:.1f} MB for {built.target}")
    if not built.has_bytecode:
        version = built.target.version
        click.echo(
            f"Python {version} is not installed here, so nothing is compiled and a cold start takes twice as long."
        )


COMMANDS = (package,)
