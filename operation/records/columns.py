"""The columns that a survey's exported records have, the same in every format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from chalicelib.questionnaire.codebook import Codebook, Variable
from operation.records.reserved import RESERVED

#: What is told of each response beside its answers.
START = ("record", "batch", "version")
#: Codes that are numbers of so many digits at most are those numbers in SPSS; longer ones are numbered.
_DIGITS = 8


class Holds(Enum):
    """What stands in a column. Numbers begin at 0: what is below is :class:`operation.records.missing.Missing`."""

    #: One of the variable's codes; as a number, what ``Column.numbers`` says.
    CODE = "one code"
    #: The codes of all options that were chosen; such a column is in files of text alone.
    CODES = "codes of all that were chosen"
    #: 1 of what was chosen or written, 0 of what was not.
    FLAG = "1 or 0"
    #: The step of a scale, or a rank.
    STEP = "step"
    NUMBER = "number"
    #: As a number, its days since the year 1.
    DATE = "date"


#: Question kind to what stands in the column of each of its variables; one entry for each of ``definition.KINDS``.
HOLDS: Mapping[str, Holds] = {
    "single_choice": Holds.CODE,
    "dropdown": Holds.CODE,
    "multiple_choice": Holds.CODES,
    "scale": Holds.STEP,
    "matrix": Holds.CODE,
    "ranking": Holds.STEP,
    "number": Holds.NUMBER,
    "date": Holds.DATE,
    "yes_no": Holds.CODE,
    "consent": Holds.CODE,
    "short_text": Holds.FLAG,
    "long_text": Holds.FLAG,
    "hidden": Holds.CODE,
    # These ask nothing.
    "note": Holds.CODE,
    "section": Holds.CODE,
}


@dataclass(frozen=True)
class Column:
    """``option``: of a multiple choice, the one that the column tells. ``numbers``: of each code, in order."""

    name: str
    variable: Variable
    holds: Holds
    option: str | None = None

    @property
    def numbers(self) -> Mapping[str, int]:
        """Which number each code is where a format knows numbers only; none of what is a number already."""
        return _numbers_of(self.variable.codes) if self.holds in (Holds.CODE, Holds.STEP) else {}


def merged(codebooks: Sequence[Codebook]) -> Codebook:
    """The ``codebooks`` of all versions, the earliest first, as one: that of the latest, then what only earlier had."""
    variables: dict[str, Variable] = {}
    for variable in (variable for codebook in reversed(codebooks) for variable in codebook.variables):
        later = variables.setdefault(variable.id, variable)
        codes = tuple(dict.fromkeys((*later.codes, *variable.codes)))
        variables[variable.id] = replace(later, codes=codes, labels={**variable.labels, **later.labels})
    return replace(codebooks[-1], variables=tuple(variables.values()))


def column_names(codebook: Codebook) -> Mapping[str, str]:
    """By variable id, what its column is called: the id, or with underscores where files have a column of that name."""
    taken = {variable.id for variable in codebook.variables}
    names: dict[str, str] = {}
    for variable in codebook.variables:
        name = variable.id
        if name in RESERVED:
            while name in RESERVED or name in taken:
                name += "_"
            taken.add(name)
        names[variable.id] = name
    return names


def columns_of(codebook: Codebook) -> Mapping[str, tuple[Column, ...]]:
    """By variable id, its columns, in the order of the ``codebook``; after a multiple choice one for each option."""
    names = column_names(codebook)
    return {variable.id: tuple(_columns_of(variable, names[variable.id])) for variable in codebook.variables}


def _columns_of(variable: Variable, name: str) -> Iterator[Column]:
    yield Column(name, variable, _holds(variable))
    if variable.form == "many":
        yield from (Column(f"{name}.{code}", variable, Holds.FLAG, code) for code in variable.codes)


def _holds(variable: Variable) -> Holds:
    # Words beside an option are of the kind of their question.
    return Holds.FLAG if variable.form == "text" else HOLDS[variable.kind]


def _numbers_of(codes: Sequence[str]) -> Mapping[str, int]:
    """Codes that are all whole numbers, plainly written, are these numbers; others are counted from 1."""
    if all(code.isdigit() and str(int(code)) == code and len(code) <= _DIGITS for code in codes):
        return {code: int(code) for code in codes}
    return {code: number for number, code in enumerate(codes, 1)}
