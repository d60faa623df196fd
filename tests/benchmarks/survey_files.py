"""Surveys from files of raw responses: a line each, a column each question, the first line their wordings."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chalicelib.questionnaire.definition import Definition
from chalicelib.responses.answers import Answers
from tests.builders import a_definition, a_question, options

#: A column with more different values than this is no question: a number of the respondent, a time.
MOST_VALUES = 30
#: The multiple choice that all columns of "Yes…" and "No…" together are made into, beside being questions themselves.
TOGETHER, NONE = "together", "none"


@dataclass(frozen=True)
class ChosenColumn:
    """A column as a single choice ``id``; ``codes`` by what stands in the file, of which a blank is no answer."""

    id: str
    wording: str
    codes: Mapping[str, str]

    @property
    def is_yes_or_no(self) -> bool:
        """Whether every value begins with yes or no, as "Yes, very" does."""
        return all(_first_word(value) in ("Yes", "No") for value in self.codes)

    def code(self, row: Mapping[str, str]) -> str | None:
        """What the person of ``row`` answered, if anything."""
        return self.codes.get(row[self.wording])


@dataclass(frozen=True)
class SurveyFile:
    """A survey by invitation, and what everybody answered."""

    definition: Definition
    people: Sequence[Answers]


def read_survey(path: Path) -> SurveyFile:
    """The survey in a file of comma-separated values, in UTF-8."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    columns = [column for place, wording in enumerate(rows[0]) if (column := _column(f"q{place}", wording, rows))]
    yes_columns = [column for column in columns if column.is_yes_or_no]
    questions = [a_question("single_choice", id=each.id, options=options(*each.codes.values())) for each in columns]
    if len(yes_columns) > 1:
        together = options(*(column.id for column in yes_columns), NONE, exclusive=[NONE])
        questions.append(a_question("multiple_choice", id=TOGETHER, options=together, most=None))
    people = [Answers(_singly(columns, row) | _together(yes_columns, row), {}) for row in rows]
    return SurveyFile(a_definition(*questions, access="invitation"), people)


def _column(name: str, wording: str, rows: Sequence[Mapping[str, str]]) -> ChosenColumn | None:
    values = dict.fromkeys(row[wording] for row in rows if row[wording])
    if not 2 <= len(values) <= MOST_VALUES:
        return None
    return ChosenColumn(name, wording, {value: f"o{place}" for place, value in enumerate(values)})


def _singly(columns: Sequence[ChosenColumn], row: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {column.id: (code,) for column in columns if (code := column.code(row))}


def _together(columns: Sequence[ChosenColumn], row: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """The columns that were answered yes, or that none was; nothing where all are blank or there is but one."""
    if len(columns) < 2 or not any(column.code(row) for column in columns):
        return {}
    said_yes = tuple(column.id for column in columns if _first_word(row[column.wording]) == "Yes")
    return {TOGETHER: said_yes or (NONE,)}


def _first_word(value: str) -> str:
    return value.partition(",")[0]
