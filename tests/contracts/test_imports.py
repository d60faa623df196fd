"""Who may import whom: the table of the stages, read out of the source, imports inside functions included."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _table() -> Mapping[str, frozenset[str]]:
    """Package (or module) of ``chalicelib`` to what it may import of the others: the table of docs/design.md."""
    section = (ROOT / "docs" / "design.md").read_text("utf-8").partition("## 4. Folders")[2].partition("## 5.")[0]
    rows = [line.split("|")[1:3] for line in section.splitlines() if line.startswith("| ")][1:]
    found = {
        name.strip(): frozenset(others.replace(",", " ").split()) for names, others in rows for name in names.split(",")
    }
    return found | {OPERATION: frozenset(found)}


OPERATION = "operation"
ALLOWED = _table()

#: Library to where alone it may be imported.
VENDORS: Mapping[str, frozenset[str]] = {
    # By operators, of AWS's own account.
    "boto3": frozenset({"storage", OPERATION}),
    # What stands in for AWS is spoken to as botocore does.
    "botocore": frozenset({"storage", OPERATION}),
    "moto": frozenset({OPERATION}),
    "werkzeug": frozenset({OPERATION}),
    "mypy_boto3_dynamodb": frozenset({"storage"}),
    "chalice": frozenset({"web", "app", OPERATION}),
    "segno": frozenset({OPERATION}),
    "weasyprint": frozenset({OPERATION}),
    # Formats of records, which are the operators' alone.
    "pyreadstat": frozenset({OPERATION}),
    "fastparquet": frozenset({OPERATION}),
    "pandas": frozenset({OPERATION}),
    "numpy": frozenset({OPERATION}),
    # What authors write is read when it is published, never for a request.
    "markdown_it": frozenset({OPERATION}),
    "yaml": frozenset({OPERATION}),
    # Of workbooks that others filled in.
    "openpyxl": frozenset({OPERATION}),
    "pyxform": frozenset({OPERATION}),
    # Of files of keys, which the server never has.
    "cryptography": frozenset({OPERATION}),
}


def imports_of(source: str) -> Iterator[str]:
    """The dotted name of everything that ``source`` imports, anywhere in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = "." * node.level + (node.module or "")
            yield from (f"{start}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Name) and node.id == "__import__":
            yield "importlib.__import__"


def crossings(package: str, source: str) -> list[str]:
    """The imports in a module of ``package`` that the tables above forbid."""
    return sorted({name for name in imports_of(source) if _crosses(package, name)})


def _crosses(package: str, name: str) -> bool:
    top, _, rest = name.partition(".")
    if top == OPERATION:
        return package != OPERATION
    if top == "chalicelib":
        mine = {package, "errors", *ALLOWED[package]}
        return not any(rest == allowed or rest.startswith(f"{allowed}.") for allowed in mine)
    if top == "app":
        return package != OPERATION
    # A relative or dynamic import hides what it imports.
    return top in ("", "manage", "tests", "importlib") or package not in VENDORS.get(top, {package})


@cache
def modules() -> Mapping[str, Path]:
    """Every module that is deployed or run, by its dotted name; of ``chalicelib``'s, that prefix left out."""
    found = {"app": ROOT / "app.py", "manage": ROOT / "manage.py"}
    for folder in (ROOT / "chalicelib", ROOT / OPERATION):
        for path in folder.rglob("*.py"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts).removeprefix("chalicelib.")
            found[name] = path
    del found["chalicelib"]
    return found


def reachable(start: str) -> frozenset[str]:
    """Every module that importing ``start`` can import, its functions' imports and all packages above included."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name in modules() and name not in found:
            found.add(name)
            waiting += _steps(name)
    return frozenset(found)


def _steps(name: str) -> Iterator[str]:
    for imported in imports_of(modules()[name].read_text("utf-8")):
        if not imported.startswith(("chalicelib.", f"{OPERATION}.")):
            continue
        parts = imported.removeprefix("chalicelib.").split(".")
        yield from (".".join(parts[:length]) for length in range(1, len(parts) + 1))


CHECKED = sorted(modules().keys() - {"manage"})


@pytest.mark.parametrize("name", CHECKED)
def test_a_module_imports_only_what_the_table_allows(name: str) -> None:
    assert crossings(name.partition(".")[0], modules()[name].read_text("utf-8")) == []


def test_every_package_has_a_row_in_the_table() -> None:
    assert {name.partition(".")[0] for name in CHECKED} == ALLOWED.keys()


def test_the_table_has_no_circle_between_packages() -> None:
    order: list[str] = []
    rows = {package: {other.partition(".")[0] for other in others} for package, others in ALLOWED.items()}
    while ready := sorted(package for package, others in rows.items() if others <= set(order)):
        order += [package for package in ready if package not in order]
        rows = {package: others for package, others in rows.items() if package not in order}
    assert not rows


def test_every_module_of_chalicelib_is_reached_from_app_so_nothing_idle_is_deployed_P3() -> None:
    deployed = {name for name in modules() if name.partition(".")[0] not in (OPERATION, "manage")}
    assert reachable("app") == deployed


def test_the_command_line_leaves_chalice_and_the_database_to_their_packages() -> None:
    names = {name.partition(".")[0] for name in imports_of(modules()["manage"].read_text("utf-8"))}
    assert names.isdisjoint(VENDORS)


def test_no_view_takes_the_request_from_the_app_where_threads_would_read_each_others_P1() -> None:
    views = {name: path.read_text("utf-8") for name, path in modules().items() if name.startswith("web.")}
    assert [name for name, source in views.items() if ".current_request" in source] == []


# --- the test itself bites ------------------------------------------------------------------------------------------

#: Package, and the source of a module in it that crosses.
CROSSING = [
    ("questionnaire", "import chalicelib.responses.answers"),
    ("questionnaire", "from chalicelib import responses"),
    ("forms", "from chalicelib.responses.parsing import Fields"),
    ("publication", "from chalicelib.tabulation.tally import Tally"),
    ("publication", "def f():\n    from chalicelib.storage import surveys"),
    ("publication", "from chalicelib.forms.steps import steps_of"),
    ("publication", "if TYPE_CHECKING:\n    from chalicelib.responses.answers import Answers"),
    ("publication", "from chalicelib import *"),
    ("storage", "from chalicelib.services import current"),
    ("web", "from chalicelib.tabulation.tally import Tally"),
    ("web", "from operation.records.export import export_records"),
    ("questionnaire", "import operation"),
    ("web", "async def f():\n    try:\n        import boto3.session\n    except ImportError: pass"),
    ("jobs", "from botocore.config import Config"),
    ("jobs", "if TYPE_CHECKING:\n    from mypy_boto3_dynamodb import DynamoDBClient"),
    ("storage", "from chalice.app import Chalice"),
    ("forms", "from ..responses import answers"),
    ("forms", "from . import page"),
    ("web", "import importlib"),
    ("web", "export = __import__('operation.records.export')"),
    ("web", "from app import app"),
    ("jobs", "from tests.builders import a_definition"),
    ("app", "from chalicelib.storage import database"),
]


@pytest.mark.parametrize(("package", "source"), CROSSING)
def test_a_crossing_is_found(package: str, source: str) -> None:
    assert len(crossings(package, source)) == 1


@pytest.mark.parametrize(
    ("package", "source"),
    [
        ("forms", "from chalicelib.forms import widgets"),
        ("forms", "from chalicelib.questionnaire.definition import Question"),
        ("publication", "from chalicelib.questionnaire.codebook import NO_ANSWER"),
        ("publication", "from chalicelib.questionnaire import codebook"),
        ("tabulation", "from chalicelib.errors import ParaplyError"),
        ("storage", "def f():\n    import boto3"),
        ("web", "from chalice.app import Request"),
        ("web", "import json, chalicelib.locale"),
    ],
)
def test_what_the_table_allows_is_no_crossing(package: str, source: str) -> None:
    assert crossings(package, source) == []
