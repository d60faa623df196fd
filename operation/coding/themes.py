"""Themes, and which of them the texts of one question have: what is kept of a coding. It has no word of any text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from chalicelib.questionnaire.base import Code, Frozen
from chalicelib.questionnaire.codebook import RESERVED_CODES, Codebook, Variable
from chalicelib.questionnaire.themes import MAXIMUM_OF_A_TEXT, MAXIMUM_THEMES, Theme, themes_id, themes_variable
from operation.errors import OperatorError
from operation.files import private_file, stored_file
from operation.records.rows import Records, Row

#: Marks a text that none of the themes fits, so that it is told from one that nobody has looked at.
NO_THEME = "none"
RESERVED = RESERVED_CODES | {NO_THEME}
#: Where codings are kept within a folder of records.
FOLDER = "themes"
#: More bytes than a coding has; what is cut there is no JSON.
_MOST = 100_000_000


class Coding(Frozen):
    """The themes of the texts that answer one question, by the numbers of their records; none where none fits.

    ``alpha``: how far two coders agreed before they settled, over whole sets of themes; None where one person coded, or
    it is undefined.
    """

    survey: str
    question: str
    themes: Annotated[tuple[Theme, ...], Field(strict=False, min_length=1, max_length=MAXIMUM_THEMES)]
    records: dict[str, Annotated[tuple[Code, ...], Field(strict=False, max_length=MAXIMUM_OF_A_TEXT)]]
    coders: Annotated[int, Field(ge=1, le=2)] = 1
    alpha: Annotated[float, Field(ge=-1, le=1)] | None = None

    @property
    def variable(self) -> str:
        """The id of the multiple choice that it makes."""
        return themes_id(self.question)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of its themes, in their order."""
        return tuple(theme.code for theme in self.themes)


def require_text(codebook: Codebook, question: str) -> Variable:
    """The variable of a ``question`` that people wrote to. Raises :class:`OperatorError` where there is none."""
    written = {variable.id: variable for variable in codebook.variables if variable.form == "text"}
    if question not in written:
        known = ", ".join(written) or "none of this survey"
        raise OperatorError(f"People do not write to “{question}”. They do to: {known}")
    if themes_id(question) in {variable.question_id for variable in codebook.variables}:
        raise OperatorError(f"“{themes_id(question)}” is a question already, so themes cannot be called so.")
    return written[question]


def path_of(folder: Path, question: str) -> Path:
    """Where the coding of a ``question`` is kept within a ``folder`` of records."""
    return folder / FOLDER / f"{question}.json"


def keep(coding: Coding, folder: Path, again: bool = False) -> Path:
    """Keep ``coding`` within a ``folder`` of records; in the place of an earlier one only if ``again`` says so."""
    path = path_of(folder, coding.question)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    fresh = path.with_name(f"{path.name}.new") if again else path
    if again:
        fresh.unlink(missing_ok=True)
    with private_file(fresh, "To read a workbook anew, in its place: --again") as stream:
        stream.write(coding.model_dump_json(indent=1).encode("utf-8"))
    return fresh.replace(path) if again else path


def kept_in(folder: Path) -> list[Coding]:
    """The codings within a ``folder`` of records. Raises :class:`OperatorError` for one that is damaged."""
    return [read(path) for path in sorted((folder / FOLDER).glob("*.json"))]


def read(path: Path) -> Coding:
    """One coding. Raises :class:`OperatorError` where it is none, and OSError where it cannot be read."""
    try:
        with stored_file(path) as file:
            return Coding.model_validate_json(file.read(_MOST))
    except ValidationError as error:
        raise OperatorError(f"{path} is damaged. Read the workbook again: manage.py coding read … --again") from error


@dataclass(frozen=True)
class RecordsWithThemes:
    """Records with what was coded as multiple choices after their own variables; implements :class:`Records`."""

    records: Records
    codings: Sequence[Coding]

    @property
    def survey(self) -> str:
        """The survey's id."""
        return self.records.survey

    @property
    def codebook(self) -> Codebook:
        """Every variable of the records, then one for each coding."""
        codebook = self.records.codebook
        added = (_variable_of(require_text(codebook, coding.question), coding) for coding in self.codings)
        return replace(codebook, variables=(*codebook.variables, *added))

    @property
    def partly_asked(self) -> frozenset[str]:
        """As of the records; themes are of who was asked to write."""
        asked = self.records.partly_asked
        return asked | {coding.variable for coding in self.codings if coding.question in asked}

    def rows(self) -> Iterator[Row]:
        """The responses, each with the themes of what it wrote."""
        for row in self.records.rows():
            found = {
                coding.variable: coding.records[row.number] or (NO_THEME,)
                for coding in self.codings
                if row.number in coding.records
            }
            yield replace(row, codes={**row.codes, **found}) if found else row

    def sealed(self) -> Iterator[tuple[str, Path]]:
        """As of the records."""
        return self.records.sealed()


def _variable_of(text: Variable, coding: Coding) -> Variable:
    """Who wrote what no theme fits has answered too: shares are of all texts that were coded."""
    variable = themes_variable(text, coding.themes)
    labels = {**variable.labels, NO_THEME: dict.fromkeys(text.label, "None of the themes")}
    return replace(variable, codes=(*variable.codes, NO_THEME), labels=labels, exclusive=frozenset({NO_THEME}))
