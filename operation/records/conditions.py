"""Which records a table is of: conditions as an operator writes them, `country=se,no` or `age!=over_50`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from chalicelib.questionnaire.codebook import ANSWERED, NO_ANSWER, Codebook, Variable
from operation.errors import OperatorError
from operation.records.naming import meant, one_named
from operation.records.patterns import Codes

_WRITTEN = re.compile(r"\s*([\w.-]+)\s*(!?=)\s*(.*?)\s*")


@dataclass(frozen=True)
class Condition:
    """Whether somebody gave one of ``codes`` to ``variable``; with ``is_not`` whether they answered something else.

    Codes may be ``answered``, alone, and ``no_answer``, for whoever was not asked as well.
    """

    variable: Variable
    codes: frozenset[str]
    is_not: bool = False

    @classmethod
    def read(cls, written: str, codebook: Codebook) -> Condition:
        """Raises :class:`OperatorError` where ``written`` names what ``codebook`` has not."""
        found = _WRITTEN.fullmatch(written)
        codes = frozenset(code for code in map(str.strip, found[3].split(",")) if code) if found else frozenset()
        if not found or not codes:
            raise OperatorError(f"“{written}” is no condition. Write QUESTION=CODE, or QUESTION!=CODE,CODE.")
        variable = one_named(codebook, found[1])
        known = (*variable.codes, ANSWERED, NO_ANSWER)
        if unknown := sorted(codes.difference(known)):
            raise OperatorError(f"“{variable.id}” has no code “{unknown[0]}”.{meant(unknown[0], known)}")
        if ANSWERED in codes - {*variable.codes} and len(codes) > 1:
            raise OperatorError(f"“{written}”: “{ANSWERED}” stands alone, since it is every code.")
        return cls(variable, codes, found[2] == "!=")

    def holds(self, codes: Codes) -> bool:
        """Whether a response with ``codes`` is let through."""
        given = codes.get(self.variable.id, ())
        if self._is_of_answering:
            return bool(given) == ((ANSWERED in self.codes) != self.is_not)
        is_one = not self.codes.isdisjoint(given or (NO_ANSWER,))
        return bool(given) and not is_one if self.is_not else is_one

    @property
    def _is_of_answering(self) -> bool:
        """Whether it asks only if there is an answer."""
        is_option = ANSWERED in self.variable.codes and len(self.variable.codes) > 1
        return self.codes == {NO_ANSWER} or (self.codes == {ANSWERED} and not is_option)

    def __str__(self) -> str:
        codes = [code for code in (*self.variable.codes, ANSWERED, NO_ANSWER) if code in self.codes]
        words = " or ".join(dict.fromkeys(codes))
        if self.is_not and not self._is_of_answering:
            return f"{self.variable.id} answered, and not {words}"
        return f"{self.variable.id} {'is not' if self.is_not else 'is'} {words}"
