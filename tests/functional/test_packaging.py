"""What is deployed: the whole web application, its pinned requirements, and nothing else (P3)."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import app
from chalicelib.locale import INTERFACE_LANGUAGES, SOURCE
from tests.contracts.test_imports import modules, reachable
from tests.contracts.test_requirements import PINNED
from tests.served import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package that ``make package`` builds, from a copy: Chalice writes into the project it packages."""
    folder = tmp_path_factory.mktemp("package")
    project = folder / "project"
    project.mkdir()
    for name in ("app.py", "chalicelib", ".chalice", "requirements.txt"):
        subprocess.run(["cp", "-r", str(ROOT / name), str(project)], check=True)
    chalice = str(Path(sys.executable).with_name("chalice"))
    command = [chalice, "package", "--merge-template", ".chalice/resources.json", str(folder / "out")]
    environment = {**os.environ, "AWS_DEFAULT_REGION": "eu-north-1"}
    done = subprocess.run(command, cwd=project, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    unpacked = folder / "unpacked"
    with zipfile.ZipFile(folder / "out" / "deployment.zip") as archive:
        archive.extractall(unpacked)
    return unpacked


def files(package: Path) -> set[str]:
    return {path.relative_to(package).as_posix() for path in package.rglob("*") if path.is_file()}


def of_requirements(package: Path) -> Iterator[str]:
    """Every file of a distribution that requirements.txt pins, as its own record lists them."""
    for name, version in PINNED.items():
        record = package / f"{name.replace('-', '_')}-{version}.dist-info" / "RECORD"
        yield from (row[0] for row in csv.reader(record.read_text("utf-8").splitlines()))


def test_package_holds_the_app_its_pinned_requirements_and_chalice_s_own_part(package: Path) -> None:
    foreign = files(package) - set(of_requirements(package)) - ours(package)
    assert foreign == {"chalice/__init__.py", "chalice/app.py"}


def ours(package: Path) -> set[str]:
    return {name for name in files(package) if name == "app.py" or name.startswith("chalicelib/")}


def test_every_file_of_ours_is_reached_from_the_app_P3(package: Path) -> None:
    code = {modules()[name].relative_to(ROOT).as_posix() for name in reachable("app")} | {"chalicelib/__init__.py"}
    languages = {language for language in INTERFACE_LANGUAGES if language != SOURCE}
    catalogues = {f"chalicelib/locale/{language}/LC_MESSAGES/paraply.mo" for language in languages}
    others = ours(package) - code - catalogues
    assert code | catalogues <= ours(package)
    assert {Path(name).parent.name for name in others} == {"templates", "static"}
    text = "".join((package / name).read_text("utf-8") for name in ours(package) - catalogues)
    assert [name for name in others if not re.search(rf"[\"'/]{re.escape(Path(name).name)}[\"']", text)] == []


def test_package_answers_without_what_only_operators_need(package: Path) -> None:
    script = "import app; from chalicelib.web import pages; pages.message('./', 'sv', 'x', heading='y')"
    done = subprocess.run([sys.executable, "-c", script], cwd=package, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_no_deployed_code_of_ours_decrypts_P3(package: Path) -> None:
    sources = {name: (package / name).read_text("utf-8") for name in ours(package) if name.endswith(".py")}
    assert sources
    assert [name for name, source in sources.items() if "decrypt" in source or "Identity" in source] == []


def test_template_has_every_route_and_lists_every_media_type_as_binary(package: Path) -> None:
    resources = json.loads((package.parent / "out" / "sam.json").read_text("utf-8"))["Resources"]
    body = resources["RestAPI"]["Properties"]["DefinitionBody"]
    assert body["x-amazon-apigateway-binary-media-types"] == ["*/*"]
    assert body["paths"].keys() == app.routes.keys()


def test_package_is_small(package: Path) -> None:
    assert sum((package / name).stat().st_size for name in files(package)) < 15e6
