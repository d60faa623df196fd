"""Reads what is known of the people that a survey is about: the margins that weights bring its records to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from chalicelib.questionnaire.codebook import Codebook, Variable
from operation.authoring.places import FILE, Place
from operation.authoring.problems import DefinitionProblem, ProblemCode
from operation.authoring.yaml_reader import Document, read_document
from operation.errors import DefinitionError, OperatorError
from operation.records.naming import meant, one_named
from operation.records.raking import Bounds

SHARES, COUNTS = "shares", "counts"
_KEYS = ("source", "trim", SHARES, COUNTS)
#: In place of a number: there is none for these people, and they stay as many as they are among the records.
AS_IN_SAMPLE = "sample"
_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?")
#: As most of Europe writes decimals, and part of the world thousands.
_COMMA = re.compile(r"[0-9]+(?:,[0-9]+)+ ?%?")
_POINT = "Write decimals with a point, as 33.3, and thousands without a comma, as 5400000."
_TRIM = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,6})?) to ([0-9]{1,6}(?:\.[0-9]{1,6})?)")
#: How far from 100 the shares of a margin may add up to, since tables round them. They are brought to 100.
_ROUNDED = Fraction(1, 10)


@dataclass(frozen=True)
class Category:
    """People who gave one of ``codes``, and their part of all whom the margin is of (0 to 1)."""

    name: str
    codes: frozenset[str]
    share: float
    place: Place


@dataclass(frozen=True)
class Margin:
    """The categories of one variable. Who gave no answer to it, or none of their codes, is in none of them."""

    variable: Variable
    categories: tuple[Category, ...]


@dataclass(frozen=True)
class Margins:
    """A file of margins. ``source``: where its numbers are from; ``bounds``: of the weights, if they are trimmed."""

    path: Path
    source: str
    bounds: Bounds | None
    margins: tuple[Margin, ...]
    document: Document

    def refused(self, problems: Iterable[DefinitionProblem]) -> DefinitionError:
        """The error that tells of ``problems`` that were found later on, with their lines."""
        return _error(self.path, self.document, problems)


def read_margins(path: Path, codebook: Codebook) -> Margins:
    """Read ``path``; raises :class:`DefinitionError` with every problem, and OSError where it cannot be read."""
    try:
        document = read_document(path.read_bytes())
    except DefinitionError as error:
        raise DefinitionError([replace(problem, file=str(path)) for problem in error.problems]) from error
    data = document.data
    if not isinstance(data, dict):
        message = f"This is no file of margins. Give it source, and {SHARES} or {COUNTS} by question and code."
        raise _error(path, document, [_problem(FILE, ProblemCode.NOT_A_DEFINITION, message)])
    reader = _Reader(codebook)
    margins = reader.read(data)
    if problems := [*document.problems, *reader.problems]:
        raise _error(path, document, problems)
    return Margins(path, data["source"], _bounds(data), margins, document)


def _error(path: Path, document: Document, problems: Iterable[DefinitionProblem]) -> DefinitionError:
    return DefinitionError([replace(problem, file=str(path)) for problem in document.located(problems)])


def _problem(place: Place, code: ProblemCode, message: str) -> DefinitionProblem:
    return DefinitionProblem(place, code, message)


def _bounds(data: Mapping[str, Any]) -> Bounds | None:
    """None where there is no, or no sound, ``trim``."""
    found = _TRIM.fullmatch(str(data.get("trim", "")))
    bounds = Bounds(float(found[1]), float(found[2])) if found else None
    return bounds if bounds and 0 < bounds.least < 1 < bounds.most else None


class _Reader:
    """Reads the data of a file, and notes what is wrong with it."""

    def __init__(self, codebook: Codebook) -> None:
        self._codebook = codebook
        self.problems: list[DefinitionProblem] = []

    def read(self, data: Mapping[str, Any]) -> tuple[Margin, ...]:
        """The margins that are sound."""
        self._check_keys(data)
        found = [margin for kind in (SHARES, COUNTS) for margin in self._margins(kind, data.get(kind))]
        for variable in {margin.variable.id for margin in found}:
            if sum(margin.variable.id == variable for margin in found) > 1:
                self._note(FILE / COUNTS / variable, ProblemCode.DUPLICATE_KEY, "This question stands twice. Keep one.")
        if not found and not self.problems:
            message = f"There are no margins. Give {SHARES} (per cent) or {COUNTS} (people), by question and code."
            self._note(FILE, ProblemCode.MISSING, message)
        return tuple(found)

    def _note(self, place: Place, code: ProblemCode, message: str) -> None:
        self.problems.append(_problem(place, code, message))

    def _check_keys(self, data: Mapping[str, Any]) -> None:
        for key in data.keys() - {*_KEYS}:
            self._note(FILE / key, ProblemCode.EXTRA_FORBIDDEN, f"No file of margins has this.{meant(key, _KEYS)}")
        if not isinstance(data.get("source"), str) or not data["source"].strip():
            message = "Say where the numbers are from, and of when: weights are as good as their source."
            self._note(FILE / "source", ProblemCode.MISSING, message)
        if "trim" in data and _bounds(data) is None:
            message = "Give the least and the greatest weight, around 1, as in: trim: 0.2 to 5"
            self._note(FILE / "trim", ProblemCode.STRING_PATTERN_MISMATCH, message)

    def _margins(self, kind: str, data: Any) -> Iterator[Margin]:
        place = FILE / kind
        if data is not None and not (isinstance(data, dict) and data):
            self._note(place, ProblemCode.DICT_TYPE, "List questions here, and below each its codes and their numbers.")
            return
        for name, numbers in (data or {}).items():
            variable = self._variable(name, place / name)
            if variable and isinstance(numbers, dict):
                yield Margin(variable, tuple(self._categories(kind, variable, numbers, place / name)))
            elif variable:
                self._note(place / name, ProblemCode.DICT_TYPE, f"List the codes of “{name}”, each with its number.")

    def _variable(self, name: str, place: Place) -> Variable | None:
        try:
            variable = one_named(self._codebook, name)
        except OperatorError as error:
            self._note(place, ProblemCode.UNKNOWN_QUESTION, str(error))
            return None
        if variable.form == "many":
            message = "People give several answers to this, so they are no parts of a whole. Take another question."
            self._note(place, ProblemCode.UNFIT_FOR_MARGIN, message)
        elif len(variable.codes) < 2:
            message = "This has nothing to tell people apart by. Take a question with codes, or with bands."
            self._note(place, ProblemCode.UNFIT_FOR_MARGIN, message)
        else:
            return variable
        return None

    def _categories(
        self, kind: str, variable: Variable, numbers: Mapping[str, Any], place: Place
    ) -> Iterator[Category]:
        """Those with a number, all of them brought to a sum of 1."""
        if split := [key for key, value in numbers.items() if value is None and key.isdigit()]:
            # Within braces a comma ends what stands before it: {se: 33,3} is 33, and a code 3 without a number.
            for key in split:
                self._note(place / key, ProblemCode.UNFIT_VALUE, f"There is no number here. {_POINT}")
            return
        named = {key: frozenset(code.strip() for code in key.split("+")) for key in numbers}
        self._check_codes(variable, named, place)
        given = {key: self._number(kind, value, place / key) for key, value in numbers.items() if value != AS_IN_SAMPLE}
        known = {key: number for key, number in given.items() if number is not None}
        total = sum(known.values(), Fraction())
        if len(known) == len(given) and kind == SHARES and abs(total - 100) > _ROUNDED:
            self._note(
                place,
                ProblemCode.MARGIN_SUM,
                f"These add up to {float(total):g}, not to 100. Mend them, or give {COUNTS}.",
            )
        if len(given) < 2:
            self._note(place, ProblemCode.TOO_SHORT, "A margin has two categories at least. Give others a number too.")
        for key, number in known.items():
            yield Category(key, named[key], float(number / total), place / key)

    def _check_codes(self, variable: Variable, named: Mapping[str, frozenset[str]], place: Place) -> None:
        seen: set[str] = set()
        for key, codes in named.items():
            for code in sorted(codes - {*variable.codes}):
                message = f"“{variable.id}” has no code “{code}”.{meant(code, variable.codes)}"
                self._note(place / key, ProblemCode.UNKNOWN_OPTION, message)
            if twice := sorted(codes & seen):
                message = f"“{twice[0]}” stands in two categories. Keep it in one."
                self._note(place / key, ProblemCode.REPEATED_CODE, message)
            seen |= codes
        if left_out := [code for code in variable.codes if code not in seen]:
            first = left_out[0]
            other = next(code for code in variable.codes if code != first)
            message = (
                f"{', '.join(left_out)}: left out. Give each a number, join it to another (as “{other} + {first}”), or"
                f" write “{first}: {AS_IN_SAMPLE}” where nobody knows."
            )
            self._note(place, ProblemCode.CODE_LEFT_OUT, message)

    def _number(self, kind: str, value: Any, place: Place) -> Fraction | None:
        is_number = not isinstance(value, bool) and bool(_NUMBER.fullmatch(str(value)))
        number = Fraction(str(value)) if is_number else Fraction()
        if number > 0 and (kind == SHARES or number.denominator == 1):
            return number
        if _COMMA.fullmatch(str(value)):
            self._note(place, ProblemCode.UNFIT_VALUE, _POINT)
            return None
        what = "a share in per cent, as 33.3" if kind == SHARES else "a whole number of people"
        message = f"Give {what}, above 0. Where nobody knows it: {AS_IN_SAMPLE}"
        self._note(place, ProblemCode.UNFIT_VALUE, message)
        return None
