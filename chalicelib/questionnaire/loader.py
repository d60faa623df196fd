"""Reads a definition file (YAML or JSON) and reports everything that is wrong with it at once.

A definition from an operator is hostile input too: aliases, tags and deep nesting are refused, and YAML's habit of
reading Norway's ``no`` as a boolean is switched off.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from chalicelib.errors import DefinitionError, DefinitionProblem
from chalicelib.questionnaire.checks import check_definition
from chalicelib.questionnaire.definition import Definition

MAXIMUM_BYTES = 1_000_000
MAXIMUM_DEPTH = 20
#: Path of keys ("questionnaire.questions.3.id") to the line it stands on, counted from 1.
Lines = Mapping[str, int]


class _Loader(yaml.SafeLoader):
    """YAML with the booleans of JSON only, and without dates."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in {"tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:merge"}
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), list("tf"))


def load_definition(path: Path) -> tuple[Definition, list[DefinitionProblem]]:
    """Read ``path``; return the definition and its warnings.

    Raises :class:`DefinitionError` with every problem, each with its place and line.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DefinitionError(
            [DefinitionProblem("", "unreadable", f"The file cannot be read: {error.strerror}.")]
        ) from error
    return parse_definition(content)


def parse_definition(content: bytes) -> tuple[Definition, list[DefinitionProblem]]:
    """As :func:`load_definition`, for the bytes of a file."""
    document, lines = _parse(content)
    try:
        definition = Definition.model_validate(document)
    except ValidationError as error:
        raise DefinitionError(_schema_problems(error, lines)) from None
    problems = [_with_line(problem, lines) for problem in check_definition(definition)]
    if any(problem.severity == "error" for problem in problems):
        raise DefinitionError(problems)
    return definition, problems


def _parse(content: bytes) -> tuple[Any, Lines]:
    if len(content) > MAXIMUM_BYTES:
        raise DefinitionError([DefinitionProblem("", "too_large", "The file is over 1 MB. Split the survey.")])
    try:
        return _Reader(content.decode("utf-8-sig")).read()
    except UnicodeDecodeError as error:
        raise DefinitionError(
            [DefinitionProblem("", "not_utf8", "The file is not UTF-8. Save it as UTF-8.")]
        ) from error
    except RecursionError as error:
        raise DefinitionError([DefinitionProblem("", "too_deep", "The file is nested too deeply.")]) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        message = f"This is not valid YAML or JSON: {error.problem}."
        raise DefinitionError([DefinitionProblem("", "not_yaml", message, line)]) from error
    except (yaml.YAMLError, ValueError) as error:
        message = "The file has characters or numbers that YAML does not allow. Look for control characters."
        raise DefinitionError([DefinitionProblem("", "not_yaml", message)]) from error


class _Reader:
    """Makes plain data of YAML, and notes where each value stands. A node met twice is an alias (YAML bombs)."""

    def __init__(self, text: str) -> None:
        self._loader = _Loader(text)
        self._lines: dict[str, int] = {}
        self._seen: set[int] = set()

    def read(self) -> tuple[Any, Lines]:
        """The document's data, and the line of each value."""
        node = self._loader.get_single_node()
        return (self._data(node, "", 0) if node else None), self._lines

    def _data(self, node: yaml.Node, place: str, depth: int) -> Any:
        self._refuse_tricks(node, place, depth)
        self._seen.add(id(node))
        self._lines[place] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return {str(key.value): self._data(value, _join(place, key.value), depth + 1) for key, value in node.value}
        if isinstance(node, yaml.SequenceNode):
            return [self._data(item, _join(place, index), depth + 1) for index, item in enumerate(node.value)]
        return self._loader.construct_object(node)

    def _refuse_tricks(self, node: yaml.Node, place: str, depth: int) -> None:
        tricks = {
            "duplicate_key": (place in self._lines, "This key stands here twice. Keep one."),
            "too_deep": (depth > MAXIMUM_DEPTH, "This is nested too deeply."),
            "alias": (id(node) in self._seen, "YAML aliases are not allowed. Write it out."),
            "tag": (not node.tag.startswith("tag:yaml.org,2002:"), "YAML tags are not allowed. Remove it."),
        }
        for code, (is_met, message) in tricks.items():
            if is_met:
                raise DefinitionError([DefinitionProblem(place, code, message, node.start_mark.line + 1)])


def _join(place: str, key: object) -> str:
    return f"{place}.{key}" if place else str(key)


def _schema_problems(error: ValidationError, lines: Lines) -> list[DefinitionProblem]:
    details = error.errors(include_url=False, include_input=False, include_context=False)
    found = [_schema_problem(tuple(detail["loc"]), detail["type"], detail["msg"]) for detail in details]
    return [_with_line(problem, lines) for problem in found]


def _schema_problem(location: tuple[int | str, ...], code: str, message: str) -> DefinitionProblem:
    # pydantic names the kind of a question inside the location; a reader of the file looks for the key instead.
    is_kind_name = [index == 3 and location[:2] == ("questionnaire", "questions") for index in range(len(location))]
    place = ".".join(str(key) for key, skip in zip(location, is_kind_name, strict=True) if not skip)
    return DefinitionProblem(place, code, f"{message}.")


def _with_line(problem: DefinitionProblem, lines: Lines) -> DefinitionProblem:
    place = problem.place
    while place and place not in lines:
        place = place.rpartition(".")[0]
    return DefinitionProblem(problem.place, problem.code, problem.message, lines.get(place), problem.severity)
