"""Equal responses counted once: tables and weights depend on a few answers, and many people gave the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chalicelib.questionnaire.codebook import Variable
from operation.records.rows import Records, Row

#: The codes that a response counts under, by variable id: of a number, or a date, its band.
Codes = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Pattern:
    """``people`` gave the same ``codes`` to the variables that are looked at; each has the weight ``weight``."""

    codes: Codes
    people: int
    weight: float = 1.0


def patterns_of(records: Records, variables: Iterable[Variable]) -> list[Pattern]:
    """Every record, by its answers to ``variables`` alone; read once."""
    looked_at = list({variable.id: variable for variable in variables}.values())
    found = Counter(tuple(counted(variable, row) for variable in looked_at) for row in records.rows())
    names = [variable.id for variable in looked_at]
    return [Pattern(dict(zip(names, codes, strict=True)), people) for codes, people in found.items()]


def counted(variable: Variable, row: Row) -> tuple[str, ...]:
    """The codes of ``variable`` that ``row`` counts under; none where there is no answer."""
    given = row.codes.get(variable.id, ())
    numbers = variable.numbers
    return tuple(variable.codes[numbers.band(numbers.read(each))] for each in given) if numbers else given
