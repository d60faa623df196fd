"""Finds the exported records that an operator means who names a survey in place of a folder."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from operation import suggested
from operation.authoring.suggestions import did_you_mean
from operation.errors import OperatorError
from operation.records.contents import CONTENTS, Contents


@dataclass(frozen=True)
class Found:
    """The folder that is meant. ``told``: what the operator is told who may have meant another, or named a survey."""

    folder: Path
    told: str = ""


def records_named(named: Path) -> Found:
    """The folder of records ``named``; where that is none, the only folder here with the records of a survey so called.

    Asks nothing of the server. Raises :class:`OperatorError` where nothing is called so, or several folders have
    records of the survey: which of them is meant, and how old each is, the operator knows.
    """
    survey = str(named)
    if survey != named.name:
        return Found(named)
    here = list(_here())
    of_survey = [folder for folder, of in here if of == survey]
    if (named / CONTENTS).exists():
        return Found(named, _others(survey, [folder for folder in of_survey if folder != named]))
    if len(of_survey) > 1:
        raise OperatorError(f"Several folders here have records of “{survey}”. Name one of: {_listed(of_survey)}.")
    if of_survey:
        return Found(of_survey[0], f"These are the records in {of_survey[0]}, as they were exported.")
    if named.exists():
        return Found(named)
    known = dict.fromkeys([*(of for _, of in here), *(str(folder) for folder, _ in here)])
    raise OperatorError(
        f"No records of “{survey}” are here.{did_you_mean(survey, known)} To export them:"
        f" manage.py export {shlex.quote(survey)} --to {shlex.quote(suggested.records_of(survey))}"
    )


def _others(survey: str, folders: list[Path]) -> str:
    """That a folder comes before a survey, where both are called ``survey``."""
    if not folders:
        return ""
    return f"These are the records in the folder {survey}. Others of the survey “{survey}” are in {_listed(folders)}."


def _listed(folders: list[Path]) -> str:
    return ", ".join(map(str, folders))


def _here() -> Iterator[tuple[Path, str]]:
    """The folders of records where the operator stands, and the survey of each; what is damaged, or unfinished, not."""
    for path in sorted(Path().glob(f"*/{CONTENTS}")):
        with suppress(OperatorError, OSError):
            if not path.parent.name.startswith("."):
                yield path.parent, Contents.read(path.parent).survey
