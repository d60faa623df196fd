"""The operators' branch of the error tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.errors import ParaplyError


@dataclass(frozen=True)
class DefinitionProblem:
    """One thing wrong in a definition: the path of keys to it, its file and line where known, and what to do."""

    place: str
    code: str
    message: str
    line: int | None = None
    severity: str = "error"
    file: str | None = None

    def __str__(self) -> str:
        file = f"{self.file}:" if self.file else ""
        line = (f"{self.line}:" if file else f"line {self.line}:") if self.line else ""
        where = f"{file}{line} " if file or line else ""
        return f"{where}{self.place or 'file'}: {self.message} [{self.code}]"


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
