"""What is deployed: the whole web application, its pinned requirements, and nothing else (P3)."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import files as installed_files
from pathlib import Path

import pytest
from jinja2 import ModuleLoader

from chalicelib.locale import INTERFACE_LANGUAGES, SOURCE
from chalicelib.storage.database import SERVICE_DATA
from chalicelib.templating import COMPILED
from operation.deployment.package import Package, build
from operation.deployment.target import Architecture, Target
from operation.errors import OperatorError
from tests.contracts.test_imports import modules, reachable
from tests.contracts.test_requirements import PINNED
from tests.served import ROOT

# Of one process, which makes once what they all look at.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("packaging")]

#: Marks of bytecode that is never held against its source (PEP 552).
UNCHECKED = 0b01
MEGABYTES = 1e6


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The package for this machine, so that it can be run."""
    return build(tmp_path_factory.mktemp("built"), Target.here())


@pytest.fixture(scope="module")
def package(built: Package, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, unpacked."""
    unpacked = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(built.path) as archive:
        archive.extractall(unpacked)
    return unpacked


@pytest.fixture(scope="module")
def for_lambda(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The package that ``make package`` builds."""
    return build(tmp_path_factory.mktemp("lambda"))


def files(package: Path) -> set[str]:
    """Every file in it but for bytecode beside its source."""
    found = {path.relative_to(package).as_posix() for path in package.rglob("*") if path.is_file()}
    return {name for name in found if "__pycache__" not in name}


def of_requirements() -> Iterator[str]:
    """What the distributions that requirements.txt pins bring, as those installed here record it; modules compiled."""
    for name in PINNED:
        yield from (re.sub(r"\.py$", ".pyc", path.as_posix()) for path in installed_files(name) or [])


def ours(package: Path) -> set[str]:
    return {name for name in files(package) if name == "app.py" or name.startswith("chalicelib/")}


def run(package: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python in the package's folder, which sees none of the installed libraries but those beside Chalice's own."""
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=package, capture_output=True, text=True, check=False)


def test_package_holds_the_app_its_pinned_requirements_their_licences_and_chalice_s_own_part(package: Path) -> None:
    foreign = files(package) - set(of_requirements()) - ours(package)
    licences = {name for name in foreign if name.startswith("licenses/")}
    assert foreign - licences == {"chalice/__init__.py", "chalice/app.py"}
    assert {name.split("/")[1] for name in licences} == {
        f"{name.replace('-', '_')}-{version}" for name, version in PINNED.items()
    }


def test_every_file_of_ours_is_reached_from_the_app_P3(package: Path) -> None:
    code = {modules()[name].relative_to(ROOT).as_posix() for name in reachable("app")} | {"chalicelib/__init__.py"}
    languages = {language for language in INTERFACE_LANGUAGES if language != SOURCE}
    catalogues = {f"chalicelib/locale/{language}/LC_MESSAGES/paraply.mo" for language in languages}
    others = ours(package) - code - catalogues
    assert code | catalogues <= ours(package)
    compiled = {name for name in others if Path(name).parent.name == COMPILED}
    described = {name for name in others if SERVICE_DATA in Path(name).parts}
    others -= described
    assert described
    assert {Path(name).parent.name for name in others - compiled} == {"static"}
    text = "".join((package / name).read_text("utf-8") for name in code | compiled)
    templates = (ROOT / "chalicelib").glob("*/templates/*")
    names = {path.name for path in templates} | {Path(name).name for name in others - compiled}
    assert [name for name in names if not re.search(rf"[\"'/]{re.escape(name)}[\"']", text)] == []


def test_every_template_is_in_the_package_as_a_module_and_no_more(package: Path) -> None:
    templates = [path.relative_to(ROOT) for path in (ROOT / "chalicelib").glob("*/templates/*")]
    expected = {
        (path.parents[1] / COMPILED / ModuleLoader.get_module_filename(path.name)).as_posix() for path in templates
    }
    assert {name for name in files(package) if COMPILED in name} == expected


def test_package_answers_without_what_only_operators_need(package: Path) -> None:
    done = run(
        package, "-c", "import app; from chalicelib.web import pages; pages.message('./', 'sv', 'x', heading='y')"
    )
    assert done.returncode == 0, done.stderr


def test_no_deployed_code_of_ours_decrypts_P3(package: Path) -> None:
    sources = {name: (package / name).read_text("utf-8") for name in ours(package) if name.endswith(".py")}
    assert sources
    assert [name for name, source in sources.items() if "decrypt" in source or "Identity" in source] == []


def test_every_module_has_bytecode_that_is_never_held_against_its_source(built: Package, package: Path) -> None:
    assert built.has_bytecode
    sources = list(package.rglob("*.py"))
    assert {path.relative_to(package).parts[0] for path in sources} == {"app.py", "chalicelib", "chalice"}
    assert all(Path(importlib.util.cache_from_source(str(source))).exists() for source in sources)
    for compiled in package.rglob("*.pyc"):
        assert int.from_bytes(compiled.read_bytes()[4:8], "little") == UNCHECKED, compiled


def test_a_page_compiles_nothing(package: Path) -> None:
    page = "import app; from chalicelib.web import pages; pages.message('./', 'sv', 'x', heading='y')"
    loaded = re.findall(r"# code object from '?([^'\n]+)", run(package, "-v", "-c", page).stderr)
    own = [name for name in loaded if name.startswith(str(package))]
    assert any(COMPILED in name for name in own)
    assert [name for name in own if not name.endswith(".pyc")] == []


def test_the_same_code_makes_the_same_package(built: Package, tmp_path: Path) -> None:
    assert build(tmp_path, Target.here()).path.read_bytes() == built.path.read_bytes()


def test_the_package_for_lambda_has_libraries_of_its_processor_and_python_alone(for_lambda: Package) -> None:
    with zipfile.ZipFile(for_lambda.path) as archive:
        libraries = {name: archive.read(name) for name in archive.namelist() if ".so" in name}
    assert {name.partition("/")[0] for name in libraries} == {"markupsafe", "pydantic_core", "pyrage"}
    for name, content in libraries.items():
        assert name.endswith((".cpython-313-aarch64-linux-gnu.so", ".abi3.so"))
        # EM_AARCH64
        assert content[:4] == b"\x7fELF"
        assert content[18:20] == b"\xb7\x00"


@pytest.mark.parametrize("target", [Target(Architecture.ARM64, (3, 12)), Target(Architecture.X86_64, (3, 13))])
def test_a_library_of_another_processor_or_python_is_refused(
    target: Target, for_lambda: Package, tmp_path: Path
) -> None:
    with zipfile.ZipFile(for_lambda.path) as archive:
        library = Path(archive.extract("markupsafe/_speedups.cpython-313-aarch64-linux-gnu.so", tmp_path))
    Target().require_own([library])
    with pytest.raises(OperatorError, match="does not run on"):
        target.require_own([library])
    library = library.rename(library.with_name(f"_speedups{target.library_endings[0]}"))
    if target.architecture is not Architecture.ARM64:
        with pytest.raises(OperatorError, match="does not run on"):
            target.require_own([library])


def test_package_is_small(for_lambda: Package) -> None:
    assert for_lambda.size < 6 * MEGABYTES
