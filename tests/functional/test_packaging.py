"""What is deployed: the whole web application, and nothing that opens text or reads records."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.served import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package that ``make package`` builds, from a copy: Chalice writes into the project it packages."""
    folder = tmp_path_factory.mktemp("package")
    project = folder / "project"
    for name in ("app.py", "chalicelib", ".chalice", "requirements.txt"):
        subprocess.run(["cp", "-r", str(ROOT / name), str(_made(project))], check=True)
    chalice = [
        str(Path(sys.executable).with_name("chalice")),
        "package",
        "--merge-template",
        ".chalice/resources.json",
        str(folder / "out"),
    ]
    environment = {**os.environ, "AWS_DEFAULT_REGION": "eu-north-1"}
    done = subprocess.run(chalice, cwd=project, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    unpacked = folder / "unpacked"
    with zipfile.ZipFile(folder / "out" / "deployment.zip") as archive:
        archive.extractall(unpacked)
    return unpacked


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


def test_package_answers_without_what_only_operators_need(package: Path) -> None:
    script = "import app; from chalicelib.web import pages; pages.message('./', 'sv', 'x', heading='y')"
    done = subprocess.run([sys.executable, "-c", script], cwd=package, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_no_deployed_code_of_ours_decrypts_P3(package: Path) -> None:
    sources = [*(package / "chalicelib").rglob("*.py"), package / "app.py"]
    assert sources
    assert [
        path.name for path in sources if "decrypt" in path.read_text("utf-8") or "Identity" in path.read_text("utf-8")
    ] == []


def test_records_cannot_be_exported_on_the_server(package: Path) -> None:
    assert not (package / "chalicelib" / "microdata").exists()
    assert not (package / "chalicelib" / "operation").exists()


def test_package_is_small(package: Path) -> None:
    megabytes = sum(path.stat().st_size for path in package.rglob("*") if path.is_file()) / 1e6
    assert megabytes < 15
