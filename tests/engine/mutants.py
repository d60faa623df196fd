"""Mutants of the stores: each a copy of the project in which one thing that keeps data whole is taken out."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[2]
STORAGE = PROJECT / "chalicelib" / "storage"
#: All that the killing tests need.
COPIED = ("app.py", "manage.py", "pyproject.toml", ".chalice", "chalicelib", "operation", "tests")
_CACHES = shutil.ignore_patterns("__pycache__", ".hypothesis")

_IS_CONDITION = re.compile(r"attribute_(not_)?exists\(|[=<>] :")
#: Expressions that say what to read or to change, not when.
_OTHERS = ("UpdateExpression", "KeyConditionExpression", "FilterExpression", "ProjectionExpression")
#: In pytest's summary: a test that missed what it asserts, not one that met an error.
_FAILED = re.compile(r"^FAILED (\S+) - (?:AssertionError|assert|Failed: DID NOT RAISE)", re.MULTILINE)
_CONDITIONS = ("ConditionExpression", "condition")


@dataclass(frozen=True)
class Mutant:
    """One change of one file; ``place`` is unique in it."""

    name: str
    module: str
    place: str
    old: str
    new: str

    @contextmanager
    def applied_to(self, project: Path) -> Iterator[None]:
        path = project / "chalicelib" / "storage" / self.module
        source = path.read_text("utf-8")
        assert source.count(self.place) == self.place.count(self.old) == 1, f"{self.name}: no such place, or several"
        path.write_text(source.replace(self.place, self.place.replace(self.old, self.new)), "utf-8")
        try:
            yield
        finally:
            path.write_text(source, "utf-8")


def conditions_removed() -> list[Mutant]:
    """A mutant for each clause of each condition of the stores: the clause always holds."""
    return [mutant for path in sorted(STORAGE.glob("*.py")) for mutant in _mutants_of(path)]


def _mutants_of(path: Path) -> Iterator[Mutant]:
    source = path.read_text("utf-8")
    for owner, node in _conditions(ast.parse(source)):
        written = ast.get_source_segment(source, node) or ""
        place = f"{owner} = {written}" if owner.isupper() else written
        for clause in written.lstrip("f").strip('"').split(" AND "):
            # The clause itself stays, or the engine would complain of values that are not used.
            always = f"({clause} OR attribute_exists(part) OR attribute_not_exists(part))"
            yield Mutant(f"{path.name} {owner} without {clause}", path.name, place, clause, always)


def _conditions(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Each string that is a condition, or part of one, and the constant or the function it stands in."""
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            yield from ((statement.targets[0].id, node) for node in _strings(statement.value))
            continue
        functions = [node for node in ast.walk(statement) if isinstance(node, ast.FunctionDef)]
        for function in functions:
            yield from ((function.name, node) for line in function.body for node in _strings(line))


def _strings(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return  # a docstring
    if isinstance(node, ast.keyword) and node.arg in _OTHERS:
        return
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        if _IS_CONDITION.search(ast.unparse(node)):
            yield node
        return
    for child in _values(node) if isinstance(node, ast.Dict) else ast.iter_child_nodes(node):
        yield from _strings(child)


def _values(node: ast.Dict) -> list[ast.expr]:
    pairs = zip(node.keys, node.values, strict=True)
    return [value for key, value in pairs if not (isinstance(key, ast.Constant) and key.value in _OTHERS)]


def unnamed_conditions() -> list[str]:
    """Conditions that are written out where they are used, instead of being called by a name."""
    return [
        f"{path.name}:{value.lineno}"
        for path in sorted(STORAGE.glob("*.py"))
        for name, value in _passed(ast.parse(path.read_text("utf-8")))
        if name in _CONDITIONS and isinstance(value, ast.Constant | ast.JoinedStr)
    ]


def _passed(tree: ast.Module) -> Iterator[tuple[object, ast.expr]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword):
            yield node.arg, node.value
        elif isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            yield from ((key.value, value) for key, value in pairs if isinstance(key, ast.Constant))


def a_copy(folder: Path) -> Path:
    """A copy of the project in ``folder``."""
    folder.mkdir()
    for name in COPIED:
        if (PROJECT / name).is_dir():
            shutil.copytree(PROJECT / name, folder / name, ignore=_CACHES)
        else:
            shutil.copy(PROJECT / name, folder / name)
    return folder


def failures(tests: Sequence[str], project: Path) -> set[str]:
    """Which of ``tests`` fail in a copy of the project. What is compiled is kept for the next time."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--tb=line", *tests]
    # Wide, so that the summary has room for the reasons.
    given = os.environ | {"COLUMNS": "500", "PYTHONDONTWRITEBYTECODE": ""}
    done = subprocess.run(command, cwd=project, env=given, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    assert "StoreMisconfigured" not in done.stdout, f"the engine does not understand the mutant: {done.stdout}"
    return set(_FAILED.findall(done.stdout))
