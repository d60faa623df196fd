"""A round of translation: words go out in a workbook, and come back into the file, where nothing else changes."""

from __future__ import annotations

import copy
import os
import re
import stat
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from chalicelib.questionnaire.base import LANGUAGE
from chalicelib.questionnaire.definition import Definition
from operation.authoring.loader import DefinitionFile, content_of, definition_of, load_definition
from operation.authoring.places import Place
from operation.authoring.problems import DefinitionProblem, Severity
from operation.errors import DefinitionError, OperatorError
from operation.files import made_again, private_file
from operation.words.changes import Changes, changes_of
from operation.words.columns import name_of, spelled
from operation.words.filled_in import Filled, read_filled
from operation.words.texts import PlacedText, hash_of, placed_texts
from operation.words.workbook import Language, Mark, Sheetful, write_workbook
from operation.words.yaml_edits import edited
from operation.workbooks import Problems, listed


@dataclass(frozen=True)
class Sent:
    """What was written for translators: how many texts, and of each language how many wait for it."""

    texts: int
    to_do: dict[str, int]
    again: dict[str, int]


def send(path: Path, to: Path, since: Path | None = None, new: Sequence[str] = ()) -> Sent:
    """Write the words of the definition at ``path`` to a workbook at ``to``, with empty columns for ``new`` languages.

    ``since``: the workbook of the last round; what it lets tell is marked. Raises :class:`DefinitionError`,
    :class:`OperatorError` and :class:`WorkbookProblems`.
    """
    definition = load_definition(path).definition
    questionnaire = definition.questionnaire
    languages = [
        Language(code, each.name, each.reviewed_by or "") for code, each in questionnaire.languages.items()
    ] + list(dict.fromkeys(_new_language(code, definition) for code in new))
    texts = placed_texts(definition)
    marks = dict(_marks(texts, _last_round(since, questionnaire.languages), definition)) if since else {}
    with private_file(to, "It may hold somebody's work, so it stays. Choose another name.") as stream:
        write_workbook(stream, Sheetful(languages, texts, marks))
    to_do = {each.code: sum(each.code not in text.wordings for text in texts) for each in languages}
    looked = [code for (_, code), mark in marks.items() if mark is Mark.LOOK_AGAIN]
    again = {code: looked.count(code) for code in dict.fromkeys(looked)}
    return Sent(len(texts), {code: count for code, count in to_do.items() if count}, again)


def take_back(path: Path, workbook: Path, takes_unfinished: bool = False) -> Changes:
    """Put the words of ``workbook`` into the definition file at ``path``; where nothing changes it is not touched.

    Raises :class:`WorkbookProblems` with every problem, and :class:`DefinitionError` where the file has problems
    before. Nothing is written then.
    """
    content = content_of(path)
    file = definition_of(path, content)
    filled, problems = read_filled(workbook, file.definition.questionnaire.languages)
    changes = changes_of(filled, problems, file.definition, takes_unfinished)
    if changes:
        _replace(path, content, _checked(file, filled, changes, edited(content, changes)))
    return changes


def _checked(file: DefinitionFile, filled: Filled, changes: Changes, content: bytes) -> bytes:
    """``content``, which says what it has to and nothing else, and may be published."""
    try:
        written = definition_of(file.path, content).definition
    except DefinitionError as error:
        problems = Problems(filled.path)
        for problem in error.problems:
            if problem.severity is Severity.ERROR:
                _tell(problem, placed_texts(file.definition), filled, changes, problems)
        problems.raise_any()
        raise
    wanted = _with_changes(file, changes)
    if written != wanted or written.questionnaire.first_language != wanted.questionnaire.first_language:
        raise OperatorError(
            f"{file.path} is written in a way that words cannot be put into. Nothing was changed. Write its texts as"
            " `manage.py new` does, a line for each language, and try again."
        )
    return content


def _tell(
    problem: DefinitionProblem, texts: Sequence[PlacedText], filled: Filled, changes: Changes, problems: Problems
) -> None:
    """A problem of the file as it would be, by the cells that it comes from, or else by the rows that it is about."""
    rows = [text for text in texts if text.key in filled.rows]
    # The file was sound before, so it is what changed. Of two that are alike the second is told, and the first may be
    # what changed: then it lies in the same list.
    nearest = [_about(place, rows) for place in (problem.place, *islice(problem.place.holders, 2))]
    changed = [[(text.key, code) for text in near for code in changes.texts.get(text.place, ())] for near in nearest]
    # A message names the language, if it is about one.
    named = [[(key, code) for key, code in cells if f"“{code}”" in problem.message] for cells in changed]
    cells = [filled.cell(*each).place for each in next(filter(None, (*named, *changed)), ())]
    rows_about = [f"row {filled.rows[text.key]}" for text in nearest[0]]
    problems.add(filled.sheet.name, listed(cells or rows_about), problem.message)


def _about(place: Place, rows: Sequence[PlacedText]) -> list[PlacedText]:
    """The texts at ``place``, in it or around it, which is told by positions or by ids."""
    dotted = f"{'.'.join(map(str, place.keys))}."
    return [
        text
        for text in rows
        if place.lies_in({text.place}) or text.place.lies_in({place}) or f"{text.key}.".startswith(dotted)
    ]


def _with_changes(file: DefinitionFile, changes: Changes) -> Definition:
    data = copy.deepcopy(file.document.data)
    languages = data["questionnaire"]["languages"]
    languages |= {code: {"name": each.name} for code, each in changes.languages.items()}
    for code, name in changes.reviewers.items():
        languages[code]["reviewed_by"] = name
    for place, wordings in changes.texts.items():
        _at(data, place).update(wordings)
    return Definition.model_validate(data)


def _at(data: Any, place: Place) -> Any:
    for key in place.keys:
        data = data[key]
    return data


def _replace(path: Path, before: bytes, content: bytes) -> None:
    """Write ``content`` in the place of the file, for whom the file was; a link to it stays one."""
    if content_of(path) != before:
        raise OperatorError(f"{path} was changed meanwhile. Nothing was done: save it, and try again.")
    real = path.resolve()
    mode = stat.S_IMODE(real.stat().st_mode)
    with made_again(real) as stream:
        os.fchmod(stream.fileno(), mode)
        stream.write(content)


def _new_language(code: str, definition: Definition) -> Language:
    given, code = code, spelled(code, definition.questionnaire.languages)
    if not re.fullmatch(LANGUAGE, code):
        raise OperatorError(f"“{given}” is no code of a language. Give one as in “fi” or “pt-BR”.")
    if code in definition.questionnaire.languages:
        raise OperatorError(f"The file has “{code}” already. Leave --add {code} out.")
    return Language(code, name_of(code))


def _last_round(since: Path, known: Collection[str]) -> Filled:
    filled, problems = read_filled(since, known)
    problems.raise_any()
    return filled


def _marks(texts: Sequence[PlacedText], last: Filled, definition: Definition) -> Iterator[tuple[tuple[str, str], Mark]]:
    """What to look at again: where the first language says something else by now, and the wording is still the same.

    Marks of the last round stand as long as their wordings do.
    """
    first = definition.questionnaire.first_language
    for text in (text for text in texts if text.key in last.rows):
        sources = {last.hashes[text.key].get(first)}
        for code in [code for code in text.wordings if code in last.columns.words]:
            was = hash_of(last.wording(text.key, code))
            is_same = was == hash_of(text.wordings[code])
            # What was written in that round was written beside the words that stood there then.
            beside = {hash_of(last.wording(text.key, first))} if was != last.hashes[text.key].get(code) else sources
            if is_same and code != first and hash_of(text.wordings[first]) not in beside | sources:
                yield (text.key, code), Mark.LOOK_AGAIN
            elif is_same and (mark := last.mark(text.key, code)):
                yield (text.key, code), mark
