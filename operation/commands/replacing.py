"""Asks before files that can be made again are."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import click

from operation.asking import require_yes

replacing = click.option("--confirm", metavar="FOLDER", help="Replace what is in this folder, without a question.")


def require_replaceable(folder: Path, names: Collection[str], confirm: str | None) -> None:
    """Go on where ``folder`` has no file called as one of ``names``, or the operator lets them be replaced."""
    if there := [name for name in sorted(names) if (folder / name).exists() or (folder / name).is_symlink()]:
        others = f" and {len(there) - 1} more" if len(there) > 1 else ""
        require_yes(f"{folder} has {there[0]}{others}. Replace them?", str(folder), confirm)
