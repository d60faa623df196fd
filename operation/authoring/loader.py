"""Reads a definition file and reports everything that is wrong with it at once."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from chalicelib.questionnaire.definition import Definition
from operation.authoring.method_rules import method_problems
from operation.authoring.name_rules import taken_names
from operation.authoring.other_files import told_by_bytes
from operation.authoring.places import FILE
from operation.authoring.problems import DefinitionProblem, ProblemCode, Severity
from operation.authoring.rules import rule_problems, word_problems
from operation.authoring.stand_ins import Mended, mended
from operation.authoring.suggestions import did_you_mean
from operation.authoring.unsettled import without_unsettled
from operation.authoring.yaml_reader import MAXIMUM_BYTES, Document, read_document
from operation.errors import DefinitionError

#: Files of a folder that one message names.
MOST_NAMED = 5
#: By the id of a survey, the ids of the questions that people have met in it: these stand for good.
Met = Callable[[str], Collection[str]]


def nobody_met(_: str) -> Collection[str]:
    """Of a survey that nobody has been asked yet."""
    return ()


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


def load_definition(path: Path, met: Met = nobody_met) -> DefinitionFile:
    """Read ``path``; raises :class:`DefinitionError` with every problem, each with its file, line and place.

    What only new questions are refused for, those that people have ``met`` are not.
    The warnings tell of what readers of the results will miss, too.
    """
    return definition_of(path, content_of(path), met)


def content_of(path: Path) -> bytes:
    """The bytes of a definition file, one more than the most that is read where there are more.

    Raises :class:`DefinitionError` where it cannot be read, or is no file: a pipe that nobody writes to would keep us
    waiting, and a device need not end.
    """
    try:
        if path.is_dir():
            raise _unreadable(f"{path} is a folder. {_found_in(path)}")
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY), "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise _unreadable(f"{path} is a pipe or a device. Save the definition to a file, and name that.")
            return stream.read(MAXIMUM_BYTES + 1)
    except FileNotFoundError as error:
        advice = did_you_mean(path.name, _definitions_in(path.parent)) or " Name a definition file."
        raise _unreadable(f"{path} cannot be read: there is no such file.{advice}") from error
    except OSError as error:
        raise _unreadable(f"{path} cannot be read: {error.strerror}. Name a definition file.") from error


def _unreadable(message: str) -> DefinitionError:
    return DefinitionError([DefinitionProblem(FILE, ProblemCode.UNREADABLE, message)])


def definition_of(path: Path, content: bytes, met: Met = nobody_met) -> DefinitionFile:
    """As :func:`load_definition`, for the ``content`` of ``path``, where that was read already."""
    try:
        document = _read(content)
        definition, warnings = _checked(document, met)
    except DefinitionError as error:
        raise DefinitionError(_in_file(path, error.problems)) from error
    warnings = document.located([*warnings, *method_problems(definition)])
    return DefinitionFile(path, definition, _in_file(path, warnings), document)


def _found_in(folder: Path) -> str:
    """Which file of ``folder`` may have been meant."""
    found = [str(folder / name) for name in _definitions_in(folder)]
    return f"Name a file in it: {', '.join(found[:MOST_NAMED])}." if found else "Name a definition file."


def _definitions_in(folder: Path) -> list[str]:
    """The names of what may be definitions in ``folder``; none if it is no folder, or cannot be looked into."""
    try:
        return sorted(each.name for each in folder.iterdir() if each.suffix in (".yaml", ".yml", ".json"))
    except OSError:
        return []


def parse_definition(content: bytes) -> tuple[Definition, list[DefinitionProblem]]:
    """As :func:`load_definition`, for the bytes of a file; returns the definition and its warnings."""
    return _checked(_read(content), nobody_met)


def _read(content: bytes) -> Document:
    """A file of another format is told by its bytes, however large: what it is, and what to do instead."""
    if other := told_by_bytes(content):
        raise DefinitionError([DefinitionProblem(FILE, *other)])
    return without_unsettled(read_document(content))


def _in_file(path: Path, problems: Iterable[DefinitionProblem]) -> list[DefinitionProblem]:
    return [replace(problem, file=str(path)) for problem in problems]


def _checked(document: Document, met: Met) -> tuple[Definition, list[DefinitionProblem]]:
    found = mended(document.data)
    tricks = {problem.place for problem in document.problems}
    problems = [*document.problems, *(each for each in found.problems if not each.place.lies_in(tricks))]
    problems = document.located([*problems, *_beside(found, problems, met)])
    if found.definition is None or any(problem.severity is Severity.ERROR for problem in problems):
        raise DefinitionError(problems)
    return found.definition, problems


def _beside(found: Mended, told: Iterable[DefinitionProblem], met: Met) -> Iterator[DefinitionProblem]:
    """What breaks rules besides what was ``told`` already."""
    if found.definition is None or found.worded is None:
        return
    wrong = {problem.place for problem in told} | found.placeholders
    taken = taken_names(found.definition, met(found.definition.survey))
    rules = [*rule_problems(found.definition, found.left_out), *taken]
    yield from (problem for problem in rules if not problem.place.lies_in(wrong | found.stand_ins))
    # Of a question that does not fit the words are checked all the same.
    wrong -= found.stand_ins
    yield from (problem for problem in word_problems(found.worded) if not problem.place.lies_in(wrong))
