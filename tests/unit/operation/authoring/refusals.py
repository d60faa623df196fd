"""What a file is refused for, and that it is refused well."""

from __future__ import annotations

import json
import re
from typing import Any

from operation.authoring.loader import parse_definition
from operation.authoring.problems import DefinitionProblem
from operation.errors import DefinitionError

#: Words of pydantic's own messages.
JARGON = re.compile("Input should|valid string|Tuple|Dictionary|String should|validation|Value error|Extra inputs")


def problems_of(content: bytes | str | dict[str, Any]) -> list[DefinitionProblem]:
    """Every problem and warning of a file, told in words that a terminal can show. What explodes never comes back."""
    raw = json.dumps(content) if isinstance(content, dict) else content
    try:
        problems = parse_definition(raw.encode() if isinstance(raw, str) else raw)[1]
    except DefinitionError as error:
        problems = list(error.problems)
    for problem in problems:
        assert str(problem).isprintable()
        assert len(str(problem)) < 1000
        assert problem.message.endswith((".", ")", "?"))
        assert not JARGON.search(problem.message), problem
    return problems


def codes_in(content: bytes | str | dict[str, Any]) -> set[str]:
    return {problem.code for problem in problems_of(content)}
