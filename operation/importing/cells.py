"""What stands in the cells of a row, as the fields of a form: codes, or labels in any of the survey's languages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from chalicelib.locale import translator
from chalicelib.publication.words import STANDARD_LABELS
from chalicelib.questionnaire.codebook import GIVEN, Codebook, Variable
from chalicelib.responses.mistakes import DATE_PARTS
from chalicelib.spreadsheet import as_text
from operation.records.columns import column_names

#: Between the codes of several answers, as in exported records.
SEPARATOR = ";"
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?:[ T]00:00(?::00)?)?")
#: As Nordic spreadsheets save a date. With slashes nobody knows which number is the month.
_NORDIC = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})")
#: A whole number as programs write it in a column that has gaps, or spreadsheets in one of decimals.
_DECIMAL = re.compile(r"(-?\d+)[.,]0")
#: How spreadsheets save true and false, in the languages of the interface, in English and in Danish.
_TRUE = frozenset({"true", "sant", "sann", "tosi", "satt", "sand"})
_FALSE = frozenset({"false", "falskt", "usann", "epätosi", "ósatt", "falsk"})
_TRUTHS = {"yes": _TRUE, "no": _FALSE}
#: What a column of one option of several may hold.
_CHOSEN = {"1": True, "0": False, "": False, **dict.fromkeys(_TRUE, True), **dict.fromkeys(_FALSE, False)}
#: No option is called so.
_NO_CODE = "?"


#: What tells a row from others of its survey, and the code of who answered by invitation.
ROW, CODE = "row", "code"


def columns_of(codebook: Codebook) -> Mapping[str, tuple[str, ...]]:
    """By variable id the columns that it may stand in: one, and of several answers one for each option.

    They are called as in exported records, with one more underscore where a column of ours is called so.
    """
    return {
        variable.id: (name, *(f"{name}.{code}" for code in variable.codes if variable.form == "many"))
        for variable in codebook.variables
        for name in [_name(column_names(codebook)[variable.id], codebook)]
    }


def _name(name: str, codebook: Codebook) -> str:
    taken = {ROW, CODE, *(variable.id for variable in codebook.variables)}
    if name in (ROW, CODE):
        while name in taken:
            name += "_"
    return name


class CellReader:
    """Reads the cells of one questionnaire version's answers."""

    def __init__(self, codebook: Codebook) -> None:
        self._variables = codebook.variables
        self._columns = columns_of(codebook)
        self._codes = {variable.id: _codes_by_label(variable, codebook.languages) for variable in self._variables}

    def fields(self, cells: Mapping[str, str]) -> dict[str, list[str]]:
        """As a form would send them. What fits nothing is left as it is, for the validation to tell."""
        return dict(pair for variable in self._variables for pair in self._fields(variable, cells))

    def _fields(self, variable: Variable, cells: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
        whole, *options = self._columns[variable.id]
        cell = cells.get(whole, "")
        if variable.form == "many":
            marks = [cells.get(option, "") for option in options]
            yield variable.id, [*self._several(variable, cell), *_marked(variable, marks)]
        elif variable.numbers and variable.numbers.are_dates:
            yield from _date_fields(variable, cell)
        elif cell:
            yield variable.id, [self._read(variable, cell)]

    def _read(self, variable: Variable, cell: str) -> str:
        if variable.form == "number":
            return undecimal(cell)
        return self._code(variable, cell) if variable.form == "one" else cell

    def _code(self, variable: Variable, cell: str) -> str:
        return self._codes[variable.id].get(_plain(cell), undecimal(cell))

    def _several(self, variable: Variable, cell: str) -> list[str]:
        """A label may have the separator in it, so the whole is looked up first."""
        if _plain(cell) in self._codes[variable.id]:
            return [self._code(variable, cell)]
        return [self._code(variable, part.strip()) for part in cell.split(SEPARATOR) if part.strip()]


def _marked(variable: Variable, marks: Sequence[str]) -> list[str]:
    """The options whose own columns say so. What is neither 0 nor 1 is no code, and told as that."""
    pairs = zip(variable.codes, (_plain(undecimal(mark)) for mark in marks), strict=True)
    return [code if mark in _CHOSEN else _NO_CODE for code, mark in pairs if _CHOSEN.get(mark, True)]


def undecimal(cell: str) -> str:
    """``cell``; of "3.0" and "3,0" the 3."""
    found = _DECIMAL.fullmatch(cell)
    return found[1] if found else cell


def _date_fields(variable: Variable, cell: str) -> Iterator[tuple[str, list[str]]]:
    found = _ISO.fullmatch(cell) or _NORDIC.fullmatch(cell)
    if cell:
        # Of what is no date at all the year says so.
        parts = found.groupdict() if found else {"year": cell, "month": "0", "day": "0"}
        yield from ((f"{variable.id}.{part}", [parts[part].lstrip("0") or "0"]) for part in DATE_PARTS)


def _codes_by_label(variable: Variable, languages: Sequence[str]) -> Mapping[str, str]:
    """Codes by themselves and by their labels; not by a label that two codes have, in one language or another."""
    found: dict[str, set[str]] = {}
    for code in variable.codes:
        own = variable.labels.get(code)
        for label in own.values() if own else _words(code, languages):
            # The second is how our own files write it, which keep spreadsheets from reading "1-3" as a day.
            for written in (label, as_text(label)):
                found.setdefault(_plain(written), set()).add(code)
    by_label = {label: codes.pop() for label, codes in found.items() if len(codes) == 1}
    return by_label | {_plain(code): code for code in variable.codes}


def _words(code: str, languages: Sequence[str]) -> list[str]:
    """The interface's words for codes that no author labels, and a spreadsheet's."""
    named = "yes" if code == GIVEN else code
    own = [translator(language)(STANDARD_LABELS[named]) for language in languages if named in STANDARD_LABELS]
    return [*own, *_TRUTHS.get(named, ())]


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
