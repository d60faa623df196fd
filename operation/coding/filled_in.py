"""Reads a workbook that was filled in: marks and themes, nothing else; every problem at once, by sheet and cell.

No problem quotes a cell: whatever stands in the wrong place may be what somebody wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from chalicelib.questionnaire.base import CODE as CODE_PATTERN
from chalicelib.questionnaire.base import LANGUAGE
from chalicelib.questionnaire.themes import MAXIMUM_THEMES, Theme
from operation.coding.themes import NO_THEME, RESERVED
from operation.coding.workbook import (
    ALPHA,
    CHECK,
    CODE,
    CODERS,
    HOW,
    ID,
    LABEL,
    LANGUAGES,
    MARKS,
    NOTE,
    QUESTION,
    SURVEY,
    TEXT,
    TEXTS,
    THEMES,
    WHEN,
    WORDING,
    Task,
    TextRow,
)
from operation.workbooks import CellKind, Limits, Problems, Sheet, place_of, read_sheets

#: A hundred thousand long texts, and their themes, have less.
_LIMITS = Limits(rows=200_000, columns=100, packed=200_000_000, unpacked=500_000_000)
#: Letters of a code, as of every other code.
_LONGEST_CODE = 40


@dataclass(frozen=True)
class Filled:
    """What a coder's workbook holds. ``places``: by the id of a text, the number of its row."""

    path: Path
    task: Task
    rows: tuple[TextRow, ...]
    places: Mapping[str, int] = field(default_factory=dict)

    def require_finished(self) -> None:
        """Raise :class:`WorkbookProblems` where texts have no mark yet."""
        problems = Problems(self.path)
        open_rows = [f"{self.places[row.id]}" for row in self.rows if not row.codes]
        if open_rows:
            some = f"{', '.join(open_rows[:10])}{' …' if len(open_rows) > 10 else ''}"
            advice = f"Where no theme fits, write “{NO_THEME}”."
            problems.add(
                TEXTS, "", f"{len(open_rows)} of {len(self.rows)} texts have no theme, in rows {some}. {advice}"
            )
        problems.raise_any()


def read_workbook(path: Path) -> Filled:
    """The workbook at ``path``. Raises :class:`WorkbookProblems` with all of them; OSError where it cannot be read."""
    sheets, problems = _sheets(path), Problems(path)
    told = _told(sheets[HOW], problems)
    languages = tuple(language for language in told.get(LANGUAGES, "").split() if re.fullmatch(LANGUAGE, language))
    themes, advice = _themes(sheets[THEMES], languages, problems)
    rows, places = _rows(sheets[TEXTS], {theme.code for theme in themes}, problems)
    problems.raise_any()
    task = Task(
        told[SURVEY],
        told[QUESTION],
        told.get(WORDING, ""),
        languages,
        tuple(themes),
        tuple(advice.items()),
        coders=2 if told.get(CODERS) == "2" else 1,
        alpha=_number(told.get(ALPHA, "")),
    )
    return Filled(path, task, tuple(rows), places)


@dataclass(frozen=True)
class _Sheet:
    """The cells of a sheet as text, empty ones as ""; ``columns``: by header, the place of each column."""

    name: str
    rows: tuple[tuple[str, ...], ...]
    formulas: tuple[str, ...]

    @property
    def columns(self) -> dict[str, int]:
        return {header: place for place, header in enumerate(self.rows[0])} if self.rows else {}

    def cells(self, header: str) -> Iterator[tuple[str, str]]:
        """By place, as "B7", what stands under ``header``."""
        column = self.columns[header]
        return ((_place(column, number), row[column]) for number, row in enumerate(self.rows[1:], 2))


def _sheets(path: Path) -> dict[str, _Sheet]:
    """Raises :class:`OperatorError` where the file is no workbook of ours."""
    advice = "Name a workbook that `manage.py coding start` wrote, saved as .xlsx."
    sheets = read_sheets(path, (TEXTS, THEMES, HOW), _LIMITS, advice)
    return {name: _with_all_cells(sheet) for name, sheet in sheets.items()}


def _with_all_cells(sheet: Sheet) -> _Sheet:
    width = max((column for _, column in sheet.cells), default=0)
    places = range(1, sheet.last_row + 1), range(1, width + 1)
    rows = tuple(tuple(sheet.cell(row, column).text for column in places[1]) for row in places[0])
    formulas = [cell.place for cell in sheet.cells.values() if cell.kind is CellKind.FORMULA]
    return _Sheet(sheet.name, rows, tuple(formulas))


def _place(column: int, row: int) -> str:
    return place_of(row, column + 1)


def _told(sheet: _Sheet, problems: Problems) -> dict[str, str]:
    told = {row[0].strip(): row[1].strip() for row in sheet.rows if len(row) > 1 and row[0].strip()}
    for name in (SURVEY, QUESTION, LANGUAGES):
        if not told.get(name):
            problems.add(HOW, "", f"the line “{name}” is gone. Start anew from the workbook as it was written.")
    return told


def _number(text: str) -> float | None:
    try:
        return max(-1.0, min(1.0, float(text)))
    except ValueError:
        return None


def _themes(sheet: _Sheet, languages: Sequence[str], problems: Problems) -> tuple[list[Theme], dict[str, str]]:
    """The themes, and by code when to use each."""
    if not _has_columns(sheet, (CODE, *(f"{LABEL}{language}" for language in languages)), problems):
        return [], {}
    _refuse_formulas(sheet, sheet.columns.keys(), problems)
    themes: list[Theme] = []
    advice: dict[str, str] = {}
    columns = sheet.columns
    for number, row in enumerate(sheet.rows[1:], 2):
        code = _code(row[columns[CODE]])
        if code == NO_THEME or not any(cell.strip() for cell in row):
            continue
        place = _place(columns[CODE], number)
        if wrong := _wrong_code(code, themes):
            problems.add(THEMES, place, wrong)
            continue
        places = {language: columns[f"{LABEL}{language}"] for language in languages}
        labels = {language: label for language, column in places.items() if (label := row[column].strip())}
        if languages and languages[0] not in labels:
            problems.add(THEMES, _place(places[languages[0]], number), "say what the theme is called.")
        for language in [language for language, label in labels.items() if not _is_wording(code, language, label)]:
            problems.add(THEMES, _place(places[language], number), "this name is too long, or has signs out of sight.")
            del labels[language]
        themes.append(Theme(code=code, label=labels))
        if WHEN in columns:
            advice[code] = row[columns[WHEN]].strip()
    if not themes:
        problems.add(THEMES, "", "no theme is named.")
    if len(themes) > MAXIMUM_THEMES:
        problems.add(
            THEMES, "", f"{len(themes)} themes are more than anybody can tell apart: {MAXIMUM_THEMES} at most."
        )
    return themes, advice


def _code(cell: str) -> str:
    """A code as it was meant: programs begin words with a capital, and make one of true or false."""
    return cell.strip().lower()


def _is_wording(code: str, language: str, label: str) -> bool:
    try:
        Theme(code=code, label={language: label})
    except ValidationError:
        return False
    return True


def _wrong_code(code: str, before: Sequence[Theme]) -> str | None:
    if not re.fullmatch(CODE_PATTERN, code) or len(code) > _LONGEST_CODE:
        return f"a code has small letters, digits and _, {_LONGEST_CODE} at most, and begins with no _."
    if code in RESERVED:
        return "this code means something else. Take another."
    return "this code is named above." if code in {theme.code for theme in before} else None


def _rows(sheet: _Sheet, codes: set[str], problems: Problems) -> tuple[list[TextRow], dict[str, int]]:
    if not _has_columns(sheet, (ID, TEXT, *MARKS, CHECK), problems):
        return [], {}
    _refuse_formulas(sheet, MARKS, problems)
    columns, rows, places = sheet.columns, [], dict[str, int]()
    for number, row in enumerate(sheet.rows[1:], 2):
        name = row[columns[ID]].strip()
        if not any(cell.strip() for cell in row):
            continue
        if name in places:
            problems.add(TEXTS, _place(columns[ID], number), f"this text stands in row {places[name]} too.")
            continue
        places[name] = number
        marks = {_place(columns[mark], number): _code(row[columns[mark]]) for mark in MARKS}
        given = _given(marks, codes, problems)
        note = row[columns[NOTE]] if NOTE in columns else ""
        rows.append(TextRow(name, row[columns[TEXT]], row[columns[CHECK]], given, note))
    return rows, places


def _given(marks: Mapping[str, str], codes: set[str], problems: Problems) -> tuple[str, ...]:
    """The codes of one text, each once, in their order; ``marks`` are its cells by their places."""
    given = {place: mark for place, mark in marks.items() if mark}
    for place, mark in given.items():
        if mark != NO_THEME and mark not in codes:
            problems.add(TEXTS, place, f"no code of the sheet “{THEMES}”.")
    found = tuple(dict.fromkeys(given.values()))
    if NO_THEME in found and len(found) > 1:
        problems.add(TEXTS, next(iter(given)), f"“{NO_THEME}” and a theme cannot both be.")
    return found


def _has_columns(sheet: _Sheet, headers: Sequence[str], problems: Problems) -> bool:
    missing = [header for header in headers if header not in sheet.columns]
    for header in missing:
        problems.add(sheet.name, "", f"the column “{header}” is gone. Give it its name back, in row 1.")
    return not missing


def _refuse_formulas(sheet: _Sheet, headers: Any, problems: Problems) -> None:
    columns = {sheet.columns[header] for header in headers}
    for coordinate in sheet.formulas:
        letters = coordinate.rstrip("0123456789")
        if letters in {_place(column, 1)[:-1] for column in columns}:
            problems.add(sheet.name, coordinate, "a formula. Write what it should say.")
