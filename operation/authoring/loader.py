"""Reads a definition file and reports everything that is wrong with it at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from chalicelib.questionnaire.definition import Definition
from operation.authoring.method_rules import method_problems
from operation.authoring.places import FILE
from operation.authoring.problems import DefinitionProblem, ProblemCode, Severity
from operation.authoring.rules import rule_problems, word_problems
from operation.authoring.stand_ins import Mended, mended
from operation.authoring.yaml_reader import Document, read_document
from operation.errors import DefinitionError


@dataclass(frozen=True)
class DefinitionFile:
    """A definition that may be published, its warnings, and where its values stand."""

    path: Path
    definition: Definition
    warnings: list[DefinitionProblem]
    document: Document

    def located(self, problems: Iterable[DefinitionProblem]) -> list[DefinitionProblem]:
        """``problems`` that were found in the definition later on, with their file and lines."""
        return _in_file(self.path, self.document.located(problems))

    @contextmanager
    def locating(self) -> Iterator[None]:
        """Let a :class:`DefinitionError` of what is done inside tell the file and the lines."""
        try:
            yield
        except DefinitionError as error:
            raise DefinitionError(self.located(error.problems)) from error


def load_definition(path: Path) -> DefinitionFile:
    """Read ``path``; raises :class:`DefinitionError` with every problem, each with its file, line and place.

    The warnings tell of what readers of the results will miss, too.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}. Name a definition file."
        raise DefinitionError([DefinitionProblem(FILE, ProblemCode.UNREADABLE, message)]) from error
    try:
        document = read_document(content)
        definition, warnings = _checked(document)
    except DefinitionError as error:
        raise DefinitionError(_in_file(path, error.problems)) from error
    warnings = document.located([*warnings, *method_problems(definition)])
    return DefinitionFile(path, definition, _in_file(path, warnings), document)


def parse_definition(content: bytes) -> tuple[Definition, list[DefinitionProblem]]:
    """As :func:`load_definition`, for the bytes of a file; returns the definition and its warnings."""
    return _checked(read_document(content))


def _in_file(path: Path, problems: Iterable[DefinitionProblem]) -> list[DefinitionProblem]:
    return [replace(problem, file=str(path)) for problem in problems]


def _checked(document: Document) -> tuple[Definition, list[DefinitionProblem]]:
    found = mended(document.data)
    tricks = {problem.place for problem in document.problems}
    problems = [*document.problems, *(each for each in found.problems if not each.place.lies_in(tricks))]
    problems = document.located([*problems, *_beside(found, problems)])
    if found.definition is None or any(problem.severity is Severity.ERROR for problem in problems):
        raise DefinitionError(problems)
    return found.definition, problems


def _beside(found: Mended, told: Iterable[DefinitionProblem]) -> Iterator[DefinitionProblem]:
    """What breaks rules besides what was ``told`` already."""
    if found.definition is None or found.worded is None:
        return
    wrong = {problem.place for problem in told} | found.placeholders
    rules = rule_problems(found.definition, found.left_out)
    yield from (problem for problem in rules if not problem.place.lies_in(wrong | found.stand_ins))
    # Of a question that does not fit the words are checked all the same.
    wrong -= found.stand_ins
    yield from (problem for problem in word_problems(found.worded) if not problem.place.lies_in(wrong))
