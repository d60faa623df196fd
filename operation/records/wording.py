"""How records are worded: the author's labels in one language, and the interface's where no author labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from chalicelib.locale import has_words, translator
from chalicelib.publication.words import STANDARD_LABELS, Phrasing
from chalicelib.questionnaire.codebook import GIVEN, Codebook, Variable
from chalicelib.spreadsheet import as_text
from operation.records.columns import Column, Holds
from operation.records.missing import MISSING_LABELS, Missing

#: What codes are called that no author labels. Who agrees says yes.
_LABELS = {**STANDARD_LABELS, GIVEN: STANDARD_LABELS["yes"]}
#: Between a question, a part of it, and an option.
BETWEEN = ": "
#: Of what is 1 or 0: options, and words.
_CHOSEN, _WRITTEN = ("not_chosen", "chosen"), ("no_answer", "answered")


@dataclass(frozen=True)
class Wording:
    """In ``language``, an author's words with ``fallback`` where they are not translated.

    Where that is None, what has no words in ``language`` is empty.
    """

    language: str
    fallback: str | None

    @cached_property
    def phrasing(self) -> Phrasing:
        """The same for what is worded by others."""
        return Phrasing(self.language, self.fallback or self.language, translator(self.language))

    def column(self, column: Column) -> str:
        """The question, where there are several the part that it is of, and which option the column tells."""
        return BETWEEN.join(self.parts(column))

    def parts(self, column: Column) -> list[str]:
        """The same one by one, the question first; none where one of them has no words."""
        option = column.variable.labels[column.option] if column.option else None
        return self._parts(column.variable.label, column.variable.part_label, option)

    def _parts(self, *texts: Mapping[str, str] | None) -> list[str]:
        words = [self._of(text) for text in texts if text]
        return words if all(words) else []

    def _of(self, text: Mapping[str, str]) -> str:
        return self.phrasing.of(text) if self.fallback else text.get(self.language, "")

    def code(self, variable: Variable, code: str) -> str:
        """What an answer is called."""
        label = variable.labels.get(code)
        if label:
            return self._of(label)
        return self.phrasing.translate(_LABELS[code]) if self.fallback or has_words(self.language) else ""

    def flag(self, column: Column, number: int) -> str:
        """What 1 or 0 is called."""
        words = _CHOSEN if column.option else _WRITTEN
        return self.phrasing.translate(_LABELS[words[number]])

    def missing(self, missing: Missing) -> str:
        """Why there is no answer."""
        return self.phrasing.translate(MISSING_LABELS[missing])

    def values(self, column: Column) -> Mapping[int, str]:
        """By number, what it is called; none of numbers and dates."""
        if column.holds is Holds.FLAG:
            return {number: self.flag(column, number) for number in (0, 1)}
        return {number: self.code(column.variable, code) for code, number in column.numbers.items()}


def separator(codebook: Codebook) -> str:
    """What stands between the labels of one answer: a semicolon, else so many bars as none of the labels has in a row.

    None of them contains it, and none adds to it at its ends, since a space parts them; so what it joined can be split.
    """
    several = (variable for variable in codebook.variables if variable.form == "many")
    labels = [label for variable in several for texts in variable.labels.values() for label in texts.values()]
    if not any(";" in label for label in labels):
        return "; "
    bars = "|"
    while any(bars in label for label in labels):
        bars += "|"
    return f" {bars} "


def unlike(labels: Iterable[tuple[str, str]]) -> list[str]:
    """The label of each column, given as (name, label); with the name beside it where an earlier one has the same."""
    found: dict[str, None] = {}
    for name, label in labels:
        spelled = as_text(label)
        found[f"{spelled} ({name})" if spelled in found else spelled] = None
    return list(found)
