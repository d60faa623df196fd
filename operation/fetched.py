"""Folders that are fetched once, and kept for later runs."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path


def fetched(folder: Path, fetch: Callable[[Path], None]) -> Path:
    """``folder``, whole: as an earlier run left it, or as ``fetch`` makes it, which is given another place.

    Several processes may be at it at once; the first to end is kept, and what was cut short leaves nothing under that
    name.
    """
    if folder.exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".fetching-") as name:
        made = Path(name) / "made"
        fetch(made)
        try:
            made.rename(folder)
        except OSError:
            if not folder.exists():
                raise
    return folder
