"""What a file is refused for, and that it is refused well."""

from __future__ import annotations

import json
import re
import time
from typing import Any

from operation.authoring.loader import parse_definition
from operation.authoring.problems import DefinitionProblem
from operation.errors import DefinitionError

#: Of the processor, since the machine may be busy with other work. What takes longest took 1.3 s on a machine of
#: two shared cores; what explodes takes minutes.
MOST_SECONDS = 5
#: Words of pydantic's own messages.
JARGON = re.compile("Input should|valid string|Tuple|Dictionary|String should|validation|Value error|Extra inputs")


def problems_of(content: bytes | str | dict[str, Any]) -> list[DefinitionProblem]:
    """Every problem and warning of a file, which is read in time, and told in words that a terminal can show."""
    raw = json.dumps(content) if isinstance(content, dict) else content
    begun = time.process_time()
    try:
        problems = parse_definition(raw.encode() if isinstance(raw, str) else raw)[1]
    except DefinitionError as error:
        problems = list(error.problems)
    assert time.process_time() - begun < MOST_SECONDS
    for problem in problems:
        assert str(problem).isprintable()
        assert len(str(problem)) < 1000
        assert problem.message.endswith((".", ")"))
        assert not JARGON.search(problem.message), problem
    return problems


def codes_in(content: bytes | str | dict[str, Any]) -> set[str]:
    return {problem.code for problem in problems_of(content)}
