"""The workbook that translators and reviewers fill in: a row a text, and for each language a column and one of marks.

Cells that are not theirs are locked, without a password: it keeps slips out, not people. What is hidden ties each row
to its text, and tells what stood there when the workbook was written.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, BinaryIO

from chalicelib.locale import direction
from chalicelib.spreadsheet import IN_MEMORY
from operation.words.texts import PlacedText, hash_of

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format as Style
    from xlsxwriter.worksheet import Worksheet

WORDS, HOW = "words", "how"
#: Headers; of a language its name and its code, "Suomi (fi)".
WHERE, KEY, LAST_ROUND = "where", "place", "last round"
MARK = "{}: mark"
#: The key of the row that says who read a language through.
REVIEWED = "reviewed_by"
_REVIEWED_WHERE = "Read through by (a name or a role; it stays with whoever keeps the questionnaire)"
#: The column of the first language, from 0; each has one beside it for marks.
_FIRST = 3
#: Columns for languages that are added by hand.
SPARE = 3
_WIDTH, _WIDTH_WHERE, _LINE, _HIGHEST = 46, 34, 15, 400
#: Where nobody writes.
_LOCKED = "#F2F2F2"
_A4 = 9
_FONT = {"font_name": "Arial", "font_size": 11, "valign": "top", "text_wrap": True}
#: What a locked sheet still lets people do; comments count as objects.
_ALLOWED = {"format_columns": True, "format_rows": True, "autofilter": True, "objects": True}
_INSTRUCTIONS = (
    f"1. In the sheet “{WORDS}” write into the columns of languages. Each row is one text; the first column says where"
    " it stands. Grey cells are locked, and Excel checks no spelling meanwhile: Review, Unprotect Sheet, no password.",
    "2. A cell without words is blue. A yellow one may no longer say what the first language says, which has changed:"
    " look again, mend it, and write “read” beside it.",
    "3. Keep links as they are: [words](https://…), with words in your language. Keep **stars** around what is bold."
    " Alt+Enter begins a new line.",
    "4. A new language goes into an empty column: write its name and its code above it, as in “Suomi (fi)”.",
    "5. Who has read a whole language through writes a name or a role into row 2. It is not shown to anybody who"
    " answers the survey or reads its results.",
    "6. What you want to ask or to say of a text goes into a comment on its cell.",
    "7. Save it as .xlsx, and send it back whole.",
)


class Mark(StrEnum):
    """What a reviewer says of one text in one language."""

    READ = "read"
    LOOK_AGAIN = "look again"


@dataclass(frozen=True)
class Language:
    """A column: a language by its ``code``, what it is called, and who reviewed it ("" where nobody has)."""

    code: str
    name: str
    reviewed_by: str = ""

    @property
    def header(self) -> str:
        """What stands above its column."""
        return f"{self.name} ({self.code})"


@dataclass(frozen=True)
class Sheetful:
    """All that the sheet of words holds. ``marks``: by the key of a text and a language, where there is one."""

    languages: Sequence[Language]
    texts: Sequence[PlacedText]
    marks: Mapping[tuple[str, str], Mark] = field(default_factory=dict)


def write_workbook(stream: BinaryIO, full: Sheetful) -> None:
    """Write the workbook; no word of it is ever taken for a formula, a number or an address."""
    from xlsxwriter import Workbook

    with Workbook(stream, IN_MEMORY) as book:
        sheet, how = book.add_worksheet(WORDS), book.add_worksheet(HOW)
        _write_words(book, sheet, full)
        for row, line in enumerate(_INSTRUCTIONS):
            how.write_string(row, 0, line, book.add_format(_FONT))
        how.set_column(0, 0, 110)
        how.protect("", _ALLOWED)


def hashes(wordings: Mapping[str, str]) -> str:
    """What stands in the column of the last round: of each language what its wording hashes to."""
    return " ".join(f"{language}:{hash_of(wording)}" for language, wording in wordings.items())


def _write_words(book: Workbook, sheet: Worksheet, full: Sheetful) -> None:
    plain = book.add_format({**_FONT, "bg_color": _LOCKED})
    header = book.add_format({**_FONT, "bg_color": _LOCKED, "bold": True, "bottom": 1})
    styles = {each.code: _open_style(book, each.code) for each in full.languages}
    mark = _open_style(book)
    _write_row(sheet, 0, _headers(full.languages), header)
    reviewed = {each.code: each.reviewed_by for each in full.languages}
    named = hashes({code: name for code, name in reviewed.items() if name})
    _write_row(sheet, 1, [_REVIEWED_WHERE, REVIEWED, named], plain)
    sheet.set_row(1, _height(_REVIEWED_WHERE, []))
    for row, text in enumerate(full.texts, 2):
        _write_row(sheet, row, [text.where, text.key, hashes(text.wordings)], plain)
        sheet.set_row(row, _height(text.where, text.wordings.values()))
    for place, (code, style) in enumerate(styles.items()):
        column = _FIRST + 2 * place
        sheet.set_column(column, column, _WIDTH, style)
        sheet.write_string(1, column, reviewed[code], style)
        for row, text in enumerate(full.texts, 2):
            sheet.write_string(row, column, text.wordings.get(code, ""), style)
            sheet.write_string(row, column + 1, full.marks.get((text.key, code), ""), mark)
    _finish(book, sheet, full, plain)


def _headers(languages: Sequence[Language]) -> Iterator[str]:
    yield from (WHERE, KEY, LAST_ROUND)
    for language in languages:
        yield from (language.header, MARK.format(language.code))


def _finish(book: Workbook, sheet: Worksheet, full: Sheetful, plain: Style) -> None:
    """Widths, what is hidden and locked, marks to choose from, colours."""
    from xlsxwriter.utility import xl_col_to_name

    last = len(full.texts) + 1
    sheet.set_column(0, 0, _WIDTH_WHERE, plain)
    sheet.set_column(1, 2, 10, plain, {"hidden": True})
    spare = _FIRST + 2 * len(full.languages)
    open_cell = _open_style(book)
    to_do = book.add_format({"bg_color": "#DDEBF7"})
    again = book.add_format({"bg_color": "#FFE699"})
    for column in range(_FIRST, spare, 2):
        sheet.set_column(column + 1, column + 1, 12, plain)
        sheet.data_validation(2, column + 1, last, column + 1, {"validate": "list", "source": [*Mark]})
        is_marked = f'=${xl_col_to_name(column + 1)}3="{Mark.LOOK_AGAIN}"'
        sheet.conditional_format(2, column, last, column, {"type": "formula", "criteria": is_marked, "format": again})
        sheet.conditional_format(2, column, last, column, {"type": "blanks", "format": to_do})
    sheet.set_column(spare, spare + SPARE - 1, _WIDTH, plain)
    for row in range(last + 1):
        for column in range(spare, spare + SPARE):
            sheet.write_blank(row, column, None, open_cell)
    # What is translated stands beside each translation, however many languages there are.
    sheet.freeze_panes(2, _FIRST + 1)
    sheet.autofilter(0, 0, last, spare - 1)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    # 0: lines on paper, too.
    sheet.hide_gridlines(0)
    sheet.repeat_rows(0)
    sheet.repeat_columns(0, _FIRST)
    sheet.protect("", _ALLOWED)


def _open_style(book: Workbook, language: str = "en") -> Style:
    """Of a cell that may be written into, as text whatever it looks like."""
    runs = 2 if direction(language) == "rtl" else 1
    return book.add_format({**_FONT, "locked": False, "num_format": "@", "reading_order": runs})


def _height(where: str, wordings: Iterable[str]) -> float:
    """Points of a row that shows all of its texts, as programs do not find out by themselves."""
    lines = max(_lines(where, _WIDTH_WHERE), *(_lines(wording, _WIDTH) for wording in wordings), 1)
    return min(_HIGHEST, _LINE * lines)


def _lines(text: str, width: int) -> int:
    return sum(max(1, math.ceil(sum(map(_breadth, line)) / width)) for line in text.split("\n"))


def _breadth(character: str) -> float:
    """In digits, as columns are wide; of letters some more than they take, for what wrapping leaves empty (UAX #11)."""
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 0.85


def _write_row(sheet: Worksheet, place: int, cells: Iterable[str], style: Style) -> None:
    for column, cell in enumerate(cells):
        sheet.write_string(place, column, cell, style)
