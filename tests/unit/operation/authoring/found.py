"""What the checks find in a definition, and which codes a module can find at all."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from chalicelib.questionnaire.definition import Definition
from operation.authoring.rules import check_definition
from tests.builders import a_document, a_question, text

Found = tuple[str, str, str]
FIRST, SECOND = "questionnaire.questions.0", "questionnaire.questions.1"


def found_in(document: dict[str, Any]) -> list[Found]:
    """Place, code and severity of every problem."""
    problems = check_definition(Definition.model_validate(document))
    return [(problem.place, problem.code, problem.severity) for problem in problems]


def found_with(*questions: dict[str, Any], **settings: Any) -> list[Found]:
    return found_in(a_document(*questions, **settings))


def messages_with(*questions: dict[str, Any]) -> list[str]:
    return [problem.message for problem in check_definition(Definition.model_validate(a_document(*questions)))]


def bilingual(*questions: dict[str, Any]) -> dict[str, Any]:
    document = a_document(*questions)
    document["questionnaire"]["languages"] |= {"sv": {"name": "Svenska"}}
    return document


def written(wording: str, **more: Any) -> dict[str, Any]:
    return a_question("short_text", label=text(wording), hint=text("Name nobody.")) | more


def alike(*codes: str) -> list[dict[str, Any]]:
    """Options of any codes, that all read differently."""
    return [{"code": code, "label": text(f"{index}: {code}")} for index, code in enumerate(codes)]


def codes_of(module: ModuleType) -> set[str]:
    """Every code of a problem that stands in the source of ``module``: beside a place, or before a message."""
    tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"))
    return {code for node in ast.walk(tree) for code in _codes(node) if code}


def _codes(node: ast.AST) -> Iterator[str | None]:
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "DefinitionProblem":
        yield _word(node.args[1])
    if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "tricks":
        yield from (_word(key) for key in getattr(node.value, "keys", ()))
    if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
        yield _word(node.value.elts[0])


def _word(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
