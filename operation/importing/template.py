"""A file to fill in: the columns of a survey, and what may stand in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from chalicelib.collection import needs_invitation
from chalicelib.questionnaire.codebook import Variable
from chalicelib.questionnaire.survey import Survey
from chalicelib.services import Version
from operation.files import private_file
from operation.importing.cells import CODE, ROW, SEPARATOR, columns_of
from operation.importing.plan import NOTE
from operation.records.new_files import as_csv


def write_template(survey: Survey, version: Version, path: Path) -> None:
    """A CSV file with a row of columns, and two of notes, which are passed over when it is read again.

    Raises :class:`OperatorError` where there is such a file, OSError where it cannot be written.
    """
    with private_file(path, "Name another file.") as stream:
        stream.write(as_csv(_rows(survey, version)))


def _rows(survey: Survey, version: Version) -> Iterator[list[str]]:
    variables, language = version.codebook.variables, version.codebook.languages[0]
    own = [ROW, CODE] if needs_invitation(survey) else [ROW]
    columns = columns_of(version.codebook)
    yield [*own, *(columns[variable.id][0] for variable in variables)]
    notes = [f"{NOTE} a name for each row", "the invitation's code"][: len(own)]
    yield [*notes, *map(_taken, variables)]
    blank = [NOTE, ""][: len(own)]
    yield [*blank, *(_words(variable, language) for variable in variables)]


def _taken(variable: Variable) -> str:
    """What a cell may hold."""
    numbers = variable.numbers
    if numbers:
        limits = f"{numbers.written(numbers.least)} to {numbers.written(numbers.most)}"
        return f"a date as {numbers.written(numbers.most)}, {limits}" if numbers.are_dates else f"a number, {limits}"
    if variable.form == "text":
        return "words"
    codes = " / ".join(variable.codes)
    return f"one or more, as a{SEPARATOR}b: {codes}" if variable.form == "many" else codes


def _words(variable: Variable, language: str) -> str:
    labels = [variable.label, variable.part_label] if variable.part_label else [variable.label]
    return ": ".join(label.get(language, "") for label in labels)
