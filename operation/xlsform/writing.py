"""Writes what was imported as a definition file: YAML in the order and the looks that people write it in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from operation.authoring.loader import DefinitionFile, definition_of
from operation.authoring.places import QUESTIONS
from operation.authoring.problems import DefinitionProblem, Severity
from operation.authoring.unsettled import KEY
from operation.errors import DefinitionError, UnsettledWorkbook
from operation.files import new_file
from operation.xlsform.importing import Imported, import_form
from operation.xlsform.sheets import Row
from operation.xlsform.told import SURVEY, Fate, Json, Told

_REFUSAL = "Choose another name."


@dataclass(frozen=True)
class Checked:
    """What was made of a workbook: its data, what became of each row, and the definition where nothing is to settle."""

    imported: Imported
    content: bytes
    read: DefinitionFile | None

    @property
    def told(self) -> Sequence[Told]:
        """What became of each row."""
        return self.imported.ledger.in_order

    @property
    def warnings(self) -> Sequence[DefinitionProblem]:
        """What `check` warns of, by rows of the workbook: the lines are those of a file that is not there yet."""
        return [_by_row(problem, self.imported) for problem in self.read.warnings] if self.read else []


def check_form(path: Path, *, is_draft: bool = False) -> Checked:
    """The XLSForm at ``path``, checked as `check` does a definition file; nothing is written.

    Raises :class:`UnsettledWorkbook` with all that has to be settled, by sheet and row, but for a draft; and
    :class:`OperatorError` where it is no workbook that can be read.
    """
    imported = import_form(path)
    content = as_yaml(imported.document)
    read = None
    try:
        read = definition_of(path, content)
    except DefinitionError as error:
        _tell_broken_rules(error.problems, imported)
    unsettled = imported.ledger.refused
    if unsettled and not is_draft:
        raise UnsettledWorkbook(unsettled)
    return Checked(imported, _as_draft(content, unsettled) if unsettled else content, read)


def import_to(source: Path, to: Path, *, is_draft: bool) -> Checked:
    """Write what :func:`check_form` makes of ``source`` to the new file ``to``; raises as it does, and OSError."""
    checked = check_form(source, is_draft=is_draft)
    with new_file(to, _REFUSAL) as stream:
        stream.write(checked.content)
    return checked


def _tell_broken_rules(problems: Sequence[DefinitionProblem], imported: Imported) -> None:
    """Tell each broken rule by the row that it came from."""
    for problem in problems:
        if problem.severity is not Severity.ERROR:
            continue
        row = _row_of(problem, imported)
        # Below its row a place is told as definitions call it.
        where = f"{problem.where}: " if problem.where else ""
        message = f"{where}{problem.message} [{problem.code}]"
        if problem.place == QUESTIONS and not imported.document["questionnaire"]["questions"]:
            message = "none of its rows is a question that can be asked here."
        sheet, number = (row.sheet, row.number) if row else (SURVEY, 0)
        imported.ledger.add(Fate.REFUSED, sheet, number, message, row.name if row else "")


def _row_of(problem: DefinitionProblem, imported: Imported) -> Row | None:
    questions, at = imported.document["questionnaire"]["questions"], problem.place.question
    return imported.rows.get(questions[at]["id"]) if isinstance(at, int) and at < len(questions) else None


def _by_row(problem: DefinitionProblem, imported: Imported) -> DefinitionProblem:
    row = _row_of(problem, imported)
    where = Told(Fate.TAKEN, row.sheet, row.number, row.name, "").where if row else problem.file
    return replace(problem, file=where, line=None)


class _Dumper(yaml.SafeDumper):
    """Quotes what other programs take for something else; longer texts stand line by line."""

    def ignore_aliases(self, data: Any) -> bool:
        """Nothing is written as a reference to what stands elsewhere."""
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    is_block = "\n" in text and not text.endswith((" ", "\n"))
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if is_block else None)


_Dumper.add_representer(str, _text)


def as_yaml(document: Json) -> bytes:
    """``document`` as `check` reads it back, to the letter."""
    text = yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)
    return text.encode("utf-8", "surrogatepass")


def _as_draft(content: bytes, unsettled: Sequence[Told]) -> bytes:
    return as_yaml({KEY: [str(told) for told in unsettled]}) + content
