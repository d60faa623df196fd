"""What the checks find in a definition, and which codes a module can find at all."""

from __future__ import annotations

import re
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
    return [(str(problem.place), problem.code, problem.severity) for problem in problems]


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


def codes_of(*modules: ModuleType) -> set[str]:
    """Every code of a problem that stands in the source of ``modules``."""
    sources = (Path(str(module.__file__)).read_text("utf-8") for module in modules)
    return {name.lower() for source in sources for name in re.findall(r"\bProblemCode\.([A-Z0-9_]+)", source)}
