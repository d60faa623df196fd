"""Where a workbook of words that came back has its header and its columns, wherever they were moved to."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from operation.errors import OperatorError
from operation.words.texts import as_stored, unescaped
from operation.words.workbook import KEY, LAST_ROUND, WHERE, Language
from operation.workbooks import Cell, Problems, Sheet, place_of

ADVICE = "Name a workbook that `manage.py words FILE --to words.xlsx` wrote, saved as .xlsx."
_CODE = r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})?"
#: "Suomi (fi)", as people write it, or the code alone.
_LANGUAGE = re.compile(rf"(?P<name>.*\S)?\s*[(\[（]\s*(?P<code>{_CODE})\s*[)\]）]|(?P<bare>{_CODE})")
#: As :data:`operation.words.workbook.MARK` is written.
_MARK = re.compile(rf"({_CODE})\s*:\s*mark", re.IGNORECASE)


@dataclass(frozen=True)
class Columns:
    """``header`` is the row of headers; the others are columns, of words and of marks by language.

    ``languages``: what stands above each column, with no name where there is only a code.
    """

    header: int
    where: int
    key: int
    last_round: int
    languages: dict[str, Language] = field(default_factory=dict)
    words: dict[str, int] = field(default_factory=dict)
    marks: dict[str, int] = field(default_factory=dict)


def sheet_of_words(path: Path, sheets: Mapping[str, Sheet]) -> Sheet:
    """The one of ``sheets`` that has our columns: programs and people call it what they like.

    Raises :class:`OperatorError` where none has, or several.
    """
    found = [sheet for sheet in sheets.values() if _header_row(sheet)]
    if not found:
        raise OperatorError(f"{path} has no sheet with the hidden columns “{KEY}” and “{LAST_ROUND}”. {ADVICE}")
    if len(found) > 1:
        named = ", ".join(f"“{sheet.name}”" for sheet in found)
        raise OperatorError(f"{path} has several sheets of words: {named}. Delete all but the one to be read.")
    return found[0]


def columns_of(sheet: Sheet, known: Collection[str], problems: Problems) -> Columns:
    """The columns of a sheet of words. ``known``: the codes of the file's languages, which are told in any case."""
    row = _header_row(sheet)
    headers = {column: _said(cell) for column, cell in sheet.row(row).items()}
    by_name = {said.casefold(): column for column, said in headers.items()}
    found = Columns(row, by_name.get(WHERE, 1), by_name[KEY], by_name[LAST_ROUND])
    for column, said in headers.items():
        if column in (found.where, found.key, found.last_round):
            continue
        if wrong := _added(column, said, found, known):
            problems.add(sheet.name, place_of(row, column), wrong)
    for column, cell in _without_header(sheet, {*headers, found.where}):
        named = place_of(row, column)
        problems.add(sheet.name, cell.place, f"words in a column without a language. Name it in {named}.")
    return found


def _added(column: int, said: str, found: Columns, known: Collection[str]) -> str:
    """Add a language's column, or that of its marks; what is wrong where it is neither, or there is one already."""
    header = _LANGUAGE.fullmatch(said)
    if mark := _MARK.fullmatch(said):
        code, columns, what = spelled(mark[1], known), found.marks, "the marks of {} stand"
    elif header and _is_one(header, code := spelled(header["code"] or header["bare"], known), known):
        columns, what = found.words, "{} stands"
        found.languages.setdefault(code, Language(code, header["name"] or ""))
    else:
        return "this column has no language. Write its name and code, as in “Suomi (fi)”, or delete the column."
    if columns.setdefault(code, column) == column:
        return ""
    return f"{what.format(code)} in {place_of(found.header, columns[code])} too. Keep one, or name another language."


def _is_one(header: re.Match[str], code: str, known: Collection[str]) -> bool:
    """Of short words alone only those are codes that somebody knows as one."""
    return bool(header["code"]) or code in known or name_of(code) != code


def spelled(code: str, known: Collection[str]) -> str:
    """``code`` as one of ``known`` is spelled that is the same; else as RFC 5646 (2.1.1) has it: "pt-BR", "zh-Hans"."""
    primary, dash, rest = code.replace("_", "-").lower().partition("-")
    rest = {2: rest.upper(), 4: rest.title()}.get(len(rest), rest)
    same = [each for each in known if each.lower() == f"{primary}{dash}{rest}".lower()]
    return same[0] if same else f"{primary}{dash}{rest}"


def name_of(code: str) -> str:
    """What a language calls itself, as far as Unicode's tables know it; else its code."""
    from babel import Locale, UnknownLocaleError

    try:
        name = Locale.parse(code, sep="-").get_display_name() or code
    except (UnknownLocaleError, ValueError):
        return code
    return name[:1].upper() + name[1:]


def _header_row(sheet: Sheet) -> int:
    """The row of headers, 0 where there is none: people sort it in among the others, or write above it."""
    rows = [
        {row for (row, _), cell in sheet.cells.items() if _said(cell).casefold() == name} for name in (KEY, LAST_ROUND)
    ]
    return min(set.intersection(*rows), default=0)


def _said(cell: Cell) -> str:
    return " ".join(as_stored(unescaped(cell.text)).split())


def _without_header(sheet: Sheet, headed: Collection[int]) -> Iterator[tuple[int, Cell]]:
    """Of each column that has words and no header, the first cell."""
    first: dict[int, Cell] = {}
    for (_, column), cell in sorted(sheet.cells.items()):
        if column not in headed:
            first.setdefault(column, cell)
    return iter(first.items())
