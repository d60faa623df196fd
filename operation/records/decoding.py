"""From the packed answers of a response to what stands in its columns.

A survey's answers are few and come over and over: each is decoded and worded once, and found again by its bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain

from chalicelib.questionnaire.codebook import Variable
from chalicelib.questionnaire.conditions import Answered, Includes, Tree, comparisons
from chalicelib.questionnaire.routing import applies
from chalicelib.responses import packing
from chalicelib.responses.packing import Layout
from chalicelib.services import Version
from chalicelib.spreadsheet import as_text
from operation.records.columns import Column, Holds
from operation.records.missing import Missing
from operation.records.rows import SEPARATOR
from operation.records.wording import Wording

#: So many answers to a question are remembered; of numbers and days there can be more.
_REMEMBERED = 4096


@dataclass(frozen=True)
class Cells:
    """One answer in the columns of its variable.

    ``numbers``: of those columns that have numbers, below 0 where there is no answer; ``codes`` and ``labels``: in
    words, empty where there is none; ``safe``: labels as no spreadsheet takes them for anything else.
    """

    numbers: tuple[int, ...]
    codes: tuple[str, ...]
    labels: tuple[str, ...]
    safe: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """A record. ``number``: as in the files, "000001"; ``cells``: the answers, in the order of the variables."""

    number: str
    batch: int | None
    version: int
    cells: Sequence[Cells]

    @property
    def start(self) -> tuple[str, str, str]:
        """What files of text have before the answers."""
        return self.number, "" if self.batch is None else str(self.batch), str(self.version)


@dataclass(frozen=True)
class Spelling:
    """How answers are written: ``separator`` stands between labels of one answer."""

    wording: Wording
    separator: str

    def chosen(self, columns: Sequence[Column], codes: Sequence[str], known: Variable) -> Cells:
        """An answer; ``known``: the variable as the respondent's version had it."""
        numbers = {column.name: _number(column, codes, known) for column in columns if column.holds is not Holds.CODES}
        words = [self._words(column, codes, numbers.get(column.name, 0)) for column in columns]
        return Cells(
            tuple(numbers.values()),
            tuple(_code(column, codes, numbers.get(column.name, 0)) for column in columns),
            tuple(map(self.separator.join, words)),
            # A day stays one in a spreadsheet.
            tuple(
                self.separator.join(each if column.variable.numbers else map(as_text, each))
                for column, each in zip(columns, words, strict=True)
            ),
        )

    def missing(self, columns: Sequence[Column], missing: Missing, known: Variable | None) -> Cells:
        """No answer, where the respondent's version had the variable so, or not at all."""
        if known and known.form == "text" and missing is Missing.NO_ANSWER:
            return self.chosen(columns, (), known)
        counted = (column for column in columns if column.holds is not Holds.CODES)
        numbers = tuple(missing if _has(known, column) else Missing.NOT_IN_VERSION for column in counted)
        nothing = ("",) * len(columns)
        return Cells(numbers, nothing, nothing, nothing)

    def _words(self, column: Column, codes: Sequence[str], number: int) -> list[str]:
        if number < 0:
            return []
        if column.holds is Holds.FLAG:
            return [str(number)]
        if column.variable.numbers:
            # A number is written as it is: its codes are bands, which records are finer than.
            return list(codes)
        return [self.wording.code(column.variable, code) for code in codes]


def _has(known: Variable | None, column: Column) -> bool:
    return known is not None and (column.option is None or column.option in known.codes)


def _number(column: Column, codes: Sequence[str], known: Variable) -> int:
    if not _has(known, column):
        return Missing.NOT_IN_VERSION
    if column.holds is Holds.FLAG:
        return int(column.option in codes if column.option else bool(codes))
    numbers = column.variable.numbers
    return numbers.read(codes[0]) if numbers else column.numbers[codes[0]]


def _code(column: Column, codes: Sequence[str], number: int) -> str:
    if column.holds is Holds.FLAG:
        return "" if number < 0 else str(number)
    return SEPARATOR.join(codes)


class Decoder:
    """Decodes the responses to one version into the columns of all."""

    def __init__(self, version: Version, columns: Mapping[str, Sequence[Column]], spelling: Spelling) -> None:
        own = {column.variable.id: column for column in version.layout.columns}
        self._width = version.layout.width
        self._readers = [
            _Reader(own[name], of_variable, version.layout, spelling)
            if name in own
            else _Absent(spelling.missing(of_variable, Missing.NOT_IN_VERSION, None))
            for name, of_variable in columns.items()
        ]

    def read(self, blob: bytes) -> list[Cells]:
        """What stands in the columns of each variable.

        Raises ValueError or LookupError where ``blob`` is none of this version's.
        """
        if len(blob) != self._width:
            raise ValueError("answers are not as long as those to this version")
        whole = int.from_bytes(blob, "little")
        return [reader.read(blob, whole) for reader in self._readers]


@dataclass(frozen=True)
class _Absent:
    """A variable that the version does not have."""

    cells: Cells

    def read(self, blob: bytes, whole: int) -> Cells:
        return self.cells


class _Reader:
    """Reads the answers to one variable of a version.

    Why there is none depends on a few other answers: ``_mask`` has the bits of these.
    """

    def __init__(self, column: packing.Column, columns: Sequence[Column], layout: Layout, spelling: Spelling) -> None:
        self._column, self._columns, self._layout, self._spelling = column, columns, layout, spelling
        self._start, self._end = column.offset, column.offset + column.width
        self._skipped = bytes(column.width)
        self._conditions, self._ranked = asked_if(column.variable), _ranked(column.variable)
        self._mask = _mask(chain(self._conditions, self._ranked), layout)
        self._answer = lru_cache(_REMEMBERED)(self._answer_of)
        self._none = lru_cache(_REMEMBERED)(self._none_of)

    def read(self, blob: bytes, whole: int) -> Cells:
        part = blob[self._start : self._end]
        return self._none(whole & self._mask) if part == self._skipped else self._answer(part)

    def _answer_of(self, part: bytes) -> Cells:
        variable = self._column.variable
        alone = Layout((replace(self._column, offset=0),), self._column.width)
        return self._spelling.chosen(self._columns, alone.unpack(part)[variable.id], variable)

    def _none_of(self, others: int) -> Cells:
        given = self._layout.unpack(others.to_bytes(self._layout.width, "little"))
        missing = Missing.NO_ANSWER
        if not applies(self._conditions, given):
            missing = Missing.NOT_ASKED
        elif self._ranked and applies(self._ranked, given):
            missing = Missing.NOT_RANKED
        return self._spelling.missing(self._columns, missing, self._column.variable)


def asked_if(variable: Variable) -> tuple[Tree, ...]:
    """What held of whom ``variable`` was asked of: words beside an option are asked of those who chose it."""
    if variable.form != "text" or variable.part is None:
        return variable.conditions
    return (*variable.conditions, Includes(question=variable.question_id, includes=variable.part))


def _ranked(variable: Variable) -> tuple[Tree, ...]:
    """What holds where any of a list was ranked; nothing of what is no ranking."""
    return (Answered(question=variable.question_id, answered=True),) if variable.is_ranked else ()


def _mask(trees: Iterable[Tree], layout: Layout) -> int:
    """The bits of the answers that ``trees`` speak of."""
    names = {comparison.question for tree in trees for comparison in comparisons(tree)}
    mask = 0
    for column in layout.columns:
        if column.variable.id in names or column.variable.question_id in names:
            mask |= (1 << 8 * column.width) - 1 << 8 * column.offset
    return mask
