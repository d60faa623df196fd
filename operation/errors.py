"""The operators' branch of the error tree."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.errors import ParaplyError
from operation.authoring.problems import DefinitionProblem


class OperatorError(ParaplyError):
    """A command that cannot be done in the survey's state; the message says which command comes first."""

    code, status = "operator", 400


class DefinitionError(OperatorError):
    """A definition with problems; carries all of them."""

    code = "invalid_definition"
    title = "The definition has problems."

    def __init__(self, problems: Sequence[DefinitionProblem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
