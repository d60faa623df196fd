"""Static files under names that hold their content's hash, so that they may be cached for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup

_PACKAGE = Path(__file__).parent.parent
_FOLDER = _PACKAGE / "forms" / "static"
#: What pages and files are made with.
_SOURCES = frozenset({".py", ".html", ".css", ".js", ".svg", ".mo"})
#: Styles stand in pages instead.
_TYPES = {".svg": "image/svg+xml", ".js": "text/javascript; charset=utf-8"}


@dataclass(frozen=True)
class Asset:
    """One static file."""

    content: str
    content_type: str


@cache
def assets() -> Mapping[str, Asset]:
    """Every static file that is served, by the name it is served under."""
    return {
        _hashed(path): Asset(path.read_text("utf-8"), _TYPES[path.suffix])
        for path in sorted(_FOLDER.iterdir())
        if path.suffix in _TYPES
    }


@cache
def asset_name(file: str) -> str:
    """The name that ``file`` is served under."""
    return _hashed(_FOLDER / file)


@cache
def icon() -> Markup:
    """The icon as an address that holds it, which saves a request."""
    text = source_of("icon.svg").strip().replace('"', "'")
    return Markup("data:image/svg+xml,{}").format(Markup(quote(text, safe=" '/:=,()")))  # noqa: S704  # it is ours


def source_of(file: str) -> str:
    """The text of ``file``."""
    return (_FOLDER / file).read_text("utf-8")


def _hashed(path: Path) -> str:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    return f"{path.stem}.{digest}{path.suffix}"


@cache
def software() -> str:
    """What runs, templates and words included: a few digits that change with any of it. Takes some milliseconds."""
    digest = hashlib.sha256()
    for path in sorted(path for path in _PACKAGE.rglob("*") if path.suffix in _SOURCES):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]
