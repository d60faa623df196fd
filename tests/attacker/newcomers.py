"""What an attacker knows of those who met each version: they are a survey of their own, and sum to what is printed."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import TYPE_CHECKING

from chalicelib.disclosure.linked_tables import Unit, units_of
from chalicelib.disclosure.protect import ProtectedBatch
from chalicelib.questionnaire.codebook import CHOSEN, VERSION, codebook_of
from chalicelib.tabulation.tally import TableSpec
from tests.attacker.program import Name
from tests.attacker.surveys import ASurvey

if TYPE_CHECKING:
    from tests.attacker.knowledge import Attacker


class ByVersion:
    """Teaches ``attacker`` every limit of every version's people."""

    def __init__(self, attacker: Attacker, survey: ASurvey, batch: ProtectedBatch) -> None:
        self._attacker, self._survey = attacker, survey
        self._units = [unit for unit in units_of([table.spec for table in batch.tables]) if unit.name != VERSION]
        self._offered = {
            str(number): {
                (variable.id, code)
                for variable in codebook_of(questionnaire).variables
                for code in ("", *variable.codes)
            }
            for number, questionnaire in survey.versions.items()
        }
        self._crosstabs = {crosstab.spec.id: crosstab for crosstab in batch.crosstabs}
        for unit in self._units:
            self._learn(unit)
        for unit in self._units:
            for version in self._offered:
                self._learn_answered(unit, version)

    def _learn(self, unit: Unit) -> None:
        for spec in unit.specs:
            cells = [(spec.id, code) for code in spec.codes]
            self._split(spec, cells)
            for version in self._offered:
                parts = {part_of(cell, version): 1 for cell in cells}
                self._attacker.limit({**parts, (VERSION, version): -1}, 0, 0)
        rows = [row.codes for row in self._crosstabs[unit.name].rows] if unit.name in self._crosstabs else []
        for row in rows:
            self._learn_row(unit, row)
        if unit.kind == "choices":
            for version in self._offered:
                self._learn_choices(unit, [part_of((spec.id, CHOSEN), version) for spec in unit.specs])
                for row in rows:
                    self._learn_choices(unit, [part_of((spec.id, row, CHOSEN), version) for spec in unit.specs])
        for version in self._offered if rows else ():
            for spec in unit.specs:
                for code in spec.codes:
                    parts = {part_of((spec.id, row, code), version): 1 for row in rows}
                    self._attacker.limit({**parts, part_of((spec.id, code), version): -1}, 0, 0)

    def _learn_row(self, unit: Unit, row: tuple[str, ...]) -> None:
        group = self._crosstabs[unit.name].group.id
        for spec in unit.specs:
            cells = [(spec.id, row, code) for code in spec.codes]
            self._split(spec, cells)
            for version in self._offered:
                parts = {part_of(cell, version): 1 for cell in cells}
                groups = {part_of((group, code), version): -1 for code in row}
                self._attacker.limit({**parts, **groups}, 0, 0)

    def _split(self, spec: TableSpec, cells: Sequence[Name]) -> None:
        """Each cell holds people of every version that has it."""
        for code, cell in zip(spec.codes, cells, strict=True):
            for version in self._offered:
                self._attacker.program.bounds[part_of(cell, version)] = (
                    0,
                    self._attacker.n if self._has(spec, code, version) else 0,
                )
            self._attacker.limit({cell: 1, **{part_of(cell, version): -1 for version in self._offered}}, 0, 0)

    def _has(self, spec: TableSpec, code: str, version: str) -> bool:
        """Whether people of a version can be in a cell; in the last of a table anybody can."""
        if code == spec.codes[-1]:
            return True
        named = spec.part if spec.variable.form == "many" and spec.part else code
        return (spec.variable.id, "" if named == CHOSEN else named) in self._offered[version]

    def _learn_answered(self, unit: Unit, version: str) -> None:
        first = unit.specs[0]
        answered = (
            [(spec.id, spec.codes[0]) for spec in unit.specs]
            if unit.kind == "ranking"
            else [(first.id, code) for code in first.codes[:-1]]
        )
        asked = self._survey.asked.get(first.variable.question_id)
        parts = {part_of(cell, version): 1 for cell in answered}
        is_needed = self._attacker.is_needed(unit)
        if asked:
            among = {part_of((asked.table, code), version): -1 for code in asked.codes}
            self._attacker.limit({**parts, **among}, 0 if is_needed else -inf, 0)
        elif is_needed:
            self._attacker.limit({**parts, (VERSION, version): -1}, 0, 0)

    def _learn_choices(self, unit: Unit, cells: Sequence[Name]) -> None:
        self._attacker.learn_choices(unit, cells)


def part_of(cell: Name, version: str) -> Name:
    """Those in ``cell`` who met ``version``."""
    return (cell, "met", version)
