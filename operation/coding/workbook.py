"""The workbook that a coder fills in: a sheet of texts, a sheet of themes, and one that says how.

The cells for themes offer the codes of the sheet of themes, new ones as soon as they stand there, and take
nothing else.
A column with a mark for each theme was weighed: of twenty themes most are out of sight beside a text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from chalicelib.locale import direction
from chalicelib.questionnaire.themes import MAXIMUM_OF_A_TEXT, MAXIMUM_THEMES, Theme
from chalicelib.spreadsheet import IN_MEMORY
from operation.coding.themes import NO_THEME

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format as Style
    from xlsxwriter.worksheet import Worksheet

TEXTS, THEMES, HOW = "texts", "themes", "how"
#: Headers of the sheet of texts; the last column is hidden.
ID, TEXT, NOTE, CHECK = "id", "text", "note", "check"
MARKS = tuple(f"theme {number}" for number in range(1, MAXIMUM_OF_A_TEXT + 1))
TEXT_HEADERS = (ID, TEXT, *MARKS, NOTE, CHECK)
CODE, LABEL, WHEN = "code", "label ", "when to use it"
#: Names in the first column of the sheet that says how; their values stand beside them.
SURVEY, QUESTION, WORDING, LANGUAGES, CODERS, ALPHA = "survey", "question", "wording", "languages", "coders", "alpha"
_WIDTHS = (13, 90, *(16 for _ in MARKS), 40, 5)
#: Points of a line, and of the highest row that Excel has.
_LINE, _HIGHEST = 15, 409
_FONT = {"font_name": "Arial", "font_size": 11, "valign": "top", "text_wrap": True}
_INSTRUCTIONS = (
    f"1. In the sheet “{THEMES}” name the themes: a code each (small letters, digits and _), what it is called in each"
    " language, and when to use it. Readers of results see the names: take none from a single text.",
    f"2. In the sheet “{TEXTS}” give each text the codes that fit, one a cell, in any order, from the list that each"
    f" cell has or typed. A text that none fits gets “{NO_THEME}”.",
    "3. Leave ids and texts as they are. Whole rows may be sorted and filtered. Notes are for you alone.",
    "4. Save it as .xlsx. It holds what people wrote: keep it off shared drives, and delete it when you are done.",
)


@dataclass(frozen=True)
class Task:
    """What is coded: the texts to a ``question`` of a ``survey``, into ``themes``. ``wording``: of the question.

    ``coders`` and ``alpha`` are as of a coding.
    """

    survey: str
    question: str
    wording: str
    languages: tuple[str, ...]
    themes: tuple[Theme, ...] = ()
    #: By code, when to use a theme.
    advice: tuple[tuple[str, str], ...] = ()
    coders: int = 1
    alpha: float | None = None


@dataclass(frozen=True)
class TextRow:
    """One row of the sheet of texts. ``check`` tells whether the text is still the one that was written."""

    id: str
    text: str
    check: str
    codes: tuple[str, ...] = ()
    note: str = ""


def write_workbook(stream: BinaryIO, task: Task, rows: Iterable[TextRow]) -> None:
    """Write the workbook for ``task``, with ``rows`` in their order; what people wrote is never a formula."""
    from xlsxwriter import Workbook

    with Workbook(stream, IN_MEMORY) as book:
        sheets = [book.add_worksheet(name) for name in (TEXTS, THEMES, HOW)]
        plain, header = book.add_format(_FONT), book.add_format({**_FONT, "bold": True, "bottom": 1})
        _write_texts(sheets[0], rows, plain, header)
        _write_themes(book, sheets[1], task, plain, header)
        _write_how(sheets[2], task, plain)


def _write_texts(sheet: Worksheet, rows: Iterable[TextRow], plain: Style, header: Style) -> None:
    last = 0
    _write_row(sheet, 0, TEXT_HEADERS, header)
    for last, row in enumerate(rows, 1):
        sheet.set_row(last, _height(row))
        marks = [*row.codes, *("" for _ in MARKS[len(row.codes) :])]
        _write_row(sheet, last, [row.id, row.text, *marks, row.note, row.check], plain)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width, plain, {"hidden": TEXT_HEADERS[column] == CHECK})
    sheet.freeze_panes(1, 2)
    first, final = TEXT_HEADERS.index(MARKS[0]), TEXT_HEADERS.index(MARKS[-1])
    codes = f"{THEMES}!$A$2:$A${MAXIMUM_THEMES + 2}"
    # As many as are filled in: among empty cells Excel takes anything.
    one_of = {
        "validate": "list",
        "source": f"=OFFSET({THEMES}!$A$2,0,0,COUNTA({codes}),1)",
        "error_title": "No such theme",
        "error_message": f"Choose a code of the sheet “{THEMES}”, or name the theme there first.",
    }
    sheet.data_validation(1, first, max(1, last), final, one_of)


def _height(row: TextRow) -> int:
    """Points that a row takes, roughly: not every program finds that out by itself."""
    lines = sum(1 + len(line) // _WIDTHS[1] for line in row.text.split("\n"))
    return min(max(lines, 1 + row.note.count("\n")) * _LINE, _HIGHEST)


def _write_themes(book: Workbook, sheet: Worksheet, task: Task, plain: Style, header: Style) -> None:
    _write_row(sheet, 0, [CODE, *(f"{LABEL}{language}" for language in task.languages), WHEN], header)
    advice = dict(task.advice)
    _write_row(sheet, 1, [NO_THEME, *("" for _ in task.languages), "None of the themes fits."], plain)
    styles = [_style_of(book, language) for language in task.languages]
    for place, theme in enumerate(task.themes, 2):
        sheet.write_string(place, 0, theme.code, plain)
        for column, (language, style) in enumerate(zip(task.languages, styles, strict=True), 1):
            sheet.write_string(place, column, theme.label.get(language, ""), style)
        sheet.write_string(place, len(styles) + 1, advice.get(theme.code, ""), plain)
    sheet.set_column(0, 0, 20, plain)
    for column, style in enumerate(styles, 1):
        sheet.set_column(column, column, 36, style)
    sheet.set_column(len(styles) + 1, len(styles) + 1, 60, plain)
    sheet.freeze_panes(1, 1)


def _write_how(sheet: Worksheet, task: Task, plain: Style) -> None:
    told = {
        SURVEY: task.survey,
        QUESTION: task.question,
        WORDING: task.wording,
        LANGUAGES: " ".join(task.languages),
        CODERS: f"{task.coders}",
        ALPHA: "" if task.alpha is None else f"{task.alpha:.3f}",
    }
    for place, row in enumerate([*told.items(), *(("", line) for line in _INSTRUCTIONS)]):
        _write_row(sheet, place, row, plain)
    sheet.set_column(0, 0, 14, plain)
    sheet.set_column(1, 1, 100, plain)


def _style_of(book: Workbook, language: str) -> Style:
    return book.add_format({**_FONT, "reading_order": 2 if direction(language) == "rtl" else 1})


def _write_row(sheet: Worksheet, place: int, cells: Sequence[str], style: Style) -> None:
    for column, cell in enumerate(cells):
        if cell:
            sheet.write_string(place, column, cell, style)
