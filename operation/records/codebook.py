"""What the codebook of exported records says of each column, whatever it is written as."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from chalicelib.publication.about import AskedQuestion, sections_of
from chalicelib.publication.universes import Universes
from chalicelib.publication.words import KINDS_IN_WORDS
from chalicelib.questionnaire.codebook import ANSWERED, Codebook, Variable
from chalicelib.services import Version
from operation.records.columns import Column, Holds, columns_of
from operation.records.decoding import asked_if
from operation.records.missing import Missing
from operation.records.spss_names import spss_names
from operation.records.wording import Wording


@dataclass(frozen=True)
class Life:
    """The versions that had something, None where that was from the first on, or is until now."""

    since: int | None
    until: int | None

    @classmethod
    def of(cls, having: Iterable[int], all_of_them: Iterable[int]) -> Life:
        """Of what the versions ``having`` had."""
        numbers, known = list(having), list(all_of_them)
        since, until = min(numbers), max(numbers)
        return cls(None if since == min(known) else since, None if until == max(known) else until)

    @property
    def worded(self) -> str:
        """Which versions those are; empty where it is all of them."""
        found = (("since", self.since), ("until", self.until))
        return ", ".join(f"{word} version {number}" for word, number in found if number is not None)


@dataclass(frozen=True)
class Value:
    """A code of a column; ``number``: which it is where a format knows numbers only, None of a band of numbers."""

    code: str
    number: int | None
    life: Life


@dataclass(frozen=True)
class Entry:
    """A column. ``spss``: its name there; ``order``: whether options stood otherwise on each form, in words.

    ``missing``: why a record may have nothing in it.
    """

    column: Column
    spss: str
    kind: str
    asked_of: str
    order: str
    life: Life
    values: tuple[Value, ...]
    missing: tuple[Missing, ...]


@dataclass(frozen=True)
class RecordCodebook:
    """Of all columns. ``versions``: those that respondents met; ``wording``: of what is worded in one language."""

    versions: Mapping[int, Version]
    merged: Codebook
    wording: Wording

    @property
    def languages(self) -> tuple[str, ...]:
        """Of all versions, those of the latest first."""
        latest_first = (self.versions[number].codebook for number in sorted(self.versions, reverse=True))
        return tuple(dict.fromkeys(language for codebook in latest_first for language in codebook.languages))

    @cached_property
    def columns(self) -> Mapping[str, tuple[Column, ...]]:
        """By variable, its columns."""
        return columns_of(self.merged)

    @property
    def columns_with_numbers(self) -> tuple[Column, ...]:
        """Those that formats of numbers have."""
        every = (column for columns in self.columns.values() for column in columns)
        return tuple(column for column in every if column.holds is not Holds.CODES)

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """One a column, in the order of the files."""
        names = spss_names([column.name for columns in self.columns.values() for column in columns])
        asked_of = self._asked_of()
        return tuple(
            self._entry(column, names[column.name], asked_of[column.variable.id])
            for columns in self.columns.values()
            for column in columns
        )

    def _entry(self, column: Column, spss: str, asked_of: str) -> Entry:
        found = self._having(column.variable.id)
        has_option = {number: each for number, each in found.items() if column.option in (None, *each.codes)}
        kind = self.wording.phrasing.translate(KINDS_IN_WORDS[column.variable.kind])
        missing = tuple(self._missing(column, has_option))
        life = Life.of(has_option, self.versions)
        return Entry(column, spss, kind, asked_of, _order(found), life, tuple(self._values(column, found)), missing)

    def _having(self, variable_id: str) -> Mapping[int, Variable]:
        """The variable as each of the versions that had it has it."""
        return {
            number: variable
            for number, version in self.versions.items()
            for variable in version.codebook.variables
            if variable.id == variable_id
        }

    def _values(self, column: Column, found: Mapping[int, Variable]) -> Iterator[Value]:
        if column.option or column.variable.form == "text":
            return
        for code in (code for code in column.variable.codes if code != ANSWERED):
            having = [number for number, variable in found.items() if code in variable.codes]
            yield Value(code, column.numbers.get(code), Life.of(having, self.versions))

    def _missing(self, column: Column, found: Mapping[int, Variable]) -> Iterator[Missing]:
        if column.variable.form != "text" and not all(variable.is_required for variable in found.values()):
            yield Missing.NO_ANSWER
        if any(map(asked_if, found.values())):
            yield Missing.NOT_ASKED
        if len(found) < len(self.versions):
            yield Missing.NOT_IN_VERSION
        if column.variable.is_ranked:
            yield Missing.NOT_RANKED

    def _asked_of(self) -> Mapping[str, str]:
        """By variable, whom it was asked of, in words, as the latest version says that had it."""
        found: dict[str, str] = {}
        for number in sorted(self.versions):
            version = self.versions[number]
            questions = {
                question.id: question
                for section in sections_of(version.questionnaire)
                for question in section.questions
            }
            for variable in version.codebook.variables:
                found[variable.id] = _universe(variable, questions, self.wording)
        return found


def _universe(variable: Variable, questions: Mapping[str, AskedQuestion], wording: Wording) -> str:
    asked = questions[variable.question_id]
    # Of words beside an option, the option has to be told as well.
    labels = {variable.part: dict(variable.part_label)} if variable.part and variable.part_label else {}
    asked = asked.model_copy(update={"asked_if": asked_if(variable), "options": asked.options | labels})
    return Universes({**questions, asked.id: asked}, wording.phrasing).asked_of(asked)


def _order(found: Mapping[int, Variable]) -> str:
    """How the options stood on the forms of the versions that had the variable."""
    random = [str(number) for number, variable in found.items() if variable.has_random_order]
    if len(random) == len(found):
        return "random"
    return f"random in {', '.join(random)}" if random else ""
