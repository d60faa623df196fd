"""The package that Lambda runs: our code, the pinned libraries of its platform, and what spares a cold start work."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chalicelib.locale import INTERFACE_LANGUAGES, SOURCE
from chalicelib.storage.database import SERVICE_DATA
from chalicelib.templating import COMPILED, environment
from operation.deployment import service_data, wheels
from operation.deployment.target import Target
from operation.errors import OperatorError
from operation.files import made_again

ROOT = Path(__file__).parents[2]
#: What Chalice packages of this project, beside ``app.py``.
_FOLDERS = ("chalicelib", ".chalice")
_NOT_COPIED = shutil.ignore_patterns("__pycache__", "deployments", "deployed")
#: Where Lambda unpacks the package, so that a traceback finds its lines.
_TASK = "/var/task"
#: The earliest that a zip can say. Packages of the same code are the same to the byte.
_DATE = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o100644 << 16


@dataclass(frozen=True)
class Package:
    """What was built."""

    #: The zip that Lambda unpacks.
    path: Path
    target: Target
    #: Whether the modules in it are compiled; without, a cold start compiles them each time.
    has_bytecode: bool
    #: The SAM template as Chalice wrote it.
    template: dict[str, Any] = field(repr=False)

    @property
    def size(self) -> int:
        """Of the zip, in bytes."""
        return self.path.stat().st_size


def build(folder: Path, target: Target | None = None) -> Package:
    """Build the package for ``target``, Lambda's own if left out, into ``folder`` as ``deployment.zip``.

    Raises :class:`OperatorError` where catalogues are not compiled, Chalice refuses, or a library is not to be had for
    the target.
    """
    target = target or Target()
    _require_catalogues()
    with tempfile.TemporaryDirectory(prefix="paraply-package-") as name:
        work = Path(name)
        site, libraries = work / "site", work / "libraries"
        written = _chalice(work, site)
        _compile_templates(site)
        service_data.write(site / "chalicelib" / "storage", site / "chalicelib" / "storage" / SERVICE_DATA)
        wheels.unpack(wheels.fetch(ROOT / "requirements.txt", target, ROOT / "build" / "wheels"), libraries)
        target.require_own(libraries.rglob("*.so*"))
        has_bytecode = _add_bytecode(site, libraries, target)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "deployment.zip"
        _zip((site, libraries), path)
    return Package(path, target, has_bytecode, written)


def template() -> dict[str, Any]:
    """The SAM template as Chalice writes it, without a package. Raises :class:`OperatorError` where Chalice refuses."""
    with tempfile.TemporaryDirectory(prefix="paraply-template-") as name:
        return _chalice(Path(name), Path(name) / "site")


def _require_catalogues() -> None:
    for language in INTERFACE_LANGUAGES:
        path = ROOT / "chalicelib" / "locale" / language / "LC_MESSAGES" / "paraply.mo"
        if language != SOURCE and not path.exists():
            raise OperatorError(f"The words in {language} are not compiled. Run `make venv`, then package again.")


def _chalice(work: Path, site: Path) -> dict[str, Any]:
    """Chalice's template of the project; its part of the code goes into ``site``.

    It runs in a copy, since it writes into the project that it packages, and is shown no requirement.
    """
    project, out = work / "project", work / "chalice"
    for name in _FOLDERS:
        shutil.copytree(ROOT / name, project / name, ignore=_NOT_COPIED)
    shutil.copy(ROOT / "app.py", project)
    (project / "requirements.txt").touch()
    _run_chalice(project, out)
    with zipfile.ZipFile(out / "deployment.zip") as archive:
        archive.extractall(site)
    read: dict[str, Any] = json.loads((out / "sam.json").read_text("utf-8"))
    return read


def _run_chalice(project: Path, out: Path) -> None:
    program = str(Path(sys.executable).with_name("chalice"))
    command = [program, "package", str(out)]
    # It wants some region; the template names none.
    surroundings = {"AWS_DEFAULT_REGION": "eu-north-1", **os.environ}
    done = subprocess.run(  # noqa: S603  # no input is in it
        command, cwd=project, env=surroundings, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise OperatorError(f"Chalice could not package the project:\n{(done.stdout + done.stderr)[-2000:]}")


def _compile_templates(site: Path) -> None:
    """Put modules in the place of templates, so that no process compiles those."""
    for folder in sorted((site / "chalicelib").glob("*/templates")):
        package = folder.parent
        made = environment(f"chalicelib.{package.name}")
        made.compile_templates(package / COMPILED, zip=None, ignore_errors=False)
        shutil.rmtree(folder)


def _add_bytecode(site: Path, libraries: Path, target: Target) -> bool:
    """Whether the modules could be compiled: that takes the target's own Python.

    Of libraries, whose source is public under the version that requirements.txt names, bytecode alone is kept: it is
    an eighth of the package less to unpack.
    """
    interpreter = target.interpreter()
    if interpreter is None:
        return False
    _compile(site, [*interpreter, "-m", "compileall"], target)
    _compile(libraries, [*interpreter, "-m", "compileall", "-b"], target)
    for source in libraries.rglob("*.py"):
        source.unlink()
    return True


def _compile(folder: Path, command: list[str], target: Target) -> None:
    """Compile what is in ``folder``.

    The bytecode is marked as never to be held against its source: by date it always seems old, since Lambda unpacks
    with dates of its own, and what is deployed does not change (PEP 552).
    """
    command = [*command, "-q", "-f", "-j", "0", "--invalidation-mode", "unchecked-hash"]
    command += ["-s", str(folder), "-p", _TASK, str(folder)]
    # Sets are written in the order of hashes.
    surroundings = {**target.environment(), "PYTHONHASHSEED": "0"}
    done = subprocess.run(  # noqa: S603  # no input is in it
        command, env=surroundings, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise OperatorError(f"Python {target.version} cannot compile the package:\n{done.stdout[-2000:]}")


def _zip(folders: Iterable[Path], path: Path) -> None:
    files = {file.relative_to(folder).as_posix(): file for folder in folders for file in folder.rglob("*")}
    with made_again(path) as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, file in sorted(files.items()):
            if file.is_file():
                entry = zipfile.ZipInfo(name, _DATE)
                entry.external_attr = _READABLE
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, file.read_bytes())
