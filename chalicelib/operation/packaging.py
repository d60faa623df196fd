"""Takes out of the deployment package what must not be on the server (P3): operators' code, and local engines."""

from __future__ import annotations

import zipfile
from pathlib import Path

#: What never runs on the server. Among it is all code that handles private keys or reads records.
LEFT_OUT = (
    "chalicelib/operation/",
    "chalicelib/microdata/",
    "chalicelib/storage/local.py",
    "chalicelib/web/local.py",
    "chalicelib/questionnaire/loader.py",
    "chalicelib/questionnaire/library/",
)
_NEEDLESS = ("__pycache__/", ".po")


def is_deployed(name: str) -> bool:
    """Whether the file called ``name`` belongs on the server."""
    is_ours = name.startswith("chalicelib/")
    return not name.startswith(LEFT_OUT) and not (is_ours and any(part in name for part in _NEEDLESS))


def strip_package(package: Path) -> list[str]:
    """Rewrite the zip file ``package`` without what does not belong; return what is left, by name."""
    stripped = package.with_suffix(".stripped")
    with zipfile.ZipFile(package) as whole, zipfile.ZipFile(stripped, "w", zipfile.ZIP_DEFLATED) as kept:
        for entry in whole.infolist():
            if is_deployed(entry.filename):
                kept.writestr(entry, whole.read(entry), zipfile.ZIP_DEFLATED)
        names = kept.namelist()
    stripped.replace(package)
    return names
