"""The libraries of requirements.txt for a target: fetched by pip, which holds each to its hash, and unpacked."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from operation.deployment.target import Target
from operation.errors import OperatorError
from operation.fetched import fetched

#: What no process of ours reads: types, sources of native libraries, pydantic's first version beside it, tests, tools.
_UNUSED_ENDINGS = (".pyi", ".c", "py.typed", "pydantic/mypy.py", "annotated_types/test_cases.py")
_UNUSED_FOLDERS = "pydantic/v1/"


def fetch(requirements: Path, target: Target, cache: Path) -> Path:
    """The folder with the wheels of ``requirements`` for ``target``: in ``cache``, where they are from an earlier time.

    Chalice resolves requirements too, but fetches wheels of another platform than its own by name, without a look at
    hashes. Raises :class:`OperatorError` where a wheel cannot be had or is not the one that was pinned.
    """
    known = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
    folder = cache / f"{target.tag}-{target.architecture.value}-{known}"
    return fetched(folder, lambda place: _download(requirements, target, place))


def _download(requirements: Path, target: Target, folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
    command += ["--only-binary=:all:", "--implementation=cp", f"--python-version={target.version}"]
    command += [f"--abi={abi}" for abi in (target.tag, "abi3", "none")]
    command += [f"--platform={platform}" for platform in target.platforms]
    command += [f"--dest={folder}", f"--requirement={requirements}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # no input is in it
    if done.returncode:
        told = "\n".join(done.stderr.strip().splitlines()[-5:])
        raise OperatorError(f"The libraries for {target} cannot be had as {requirements.name} pins them:\n{told}")


def unpack(wheels: Path, site: Path) -> None:
    """Put the code of ``wheels`` into ``site``, and the licence of each into its folder ``licenses``."""
    for path in sorted(wheels.glob("*.whl")):
        with zipfile.ZipFile(path) as wheel:
            for name, place in _placed(wheel.namelist()):
                (site / place).parent.mkdir(parents=True, exist_ok=True)
                (site / place).write_bytes(wheel.read(name))


def _placed(names: list[str]) -> Iterator[tuple[str, str]]:
    """Name in a wheel, and where in the package it goes. Of what describes a wheel only its licence is kept.

    So nothing in the package is a distribution to Python, whose every start would read what such a one declares.
    """
    for name in names:
        described, mark, inner = name.partition(".dist-info/licenses/")
        is_described = ".dist-info/" in name or ".data/" in name
        if name.endswith(("/", *_UNUSED_ENDINGS)) or name.startswith(_UNUSED_FOLDERS):
            continue
        if mark:
            yield name, f"licenses/{described}/{inner}"
        elif not is_described:
            yield name, name
