"""Ties the texts of a workbook to the records of a folder, by names that tell nothing, and tells texts that changed."""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from operation.coding.filled_in import Filled
from operation.coding.themes import FOLDER, Coding, require_text
from operation.coding.workbook import TEXTS, Task, TextRow, write_workbook
from operation.errors import OperatorError
from operation.files import private_file, stored_file
from operation.reading.texts import Text
from operation.records.rows import Records
from operation.workbooks import Problems

#: Said where a workbook is there already.
NEW_WORKBOOK = "It may hold marks, so it stays. Choose another name."
#: The file of the secret that names are made of, and its bytes.
_KEY_FILE, _KEY = "names.key", 32
_ANEW = "Start anew: manage.py coding start"


@dataclass(frozen=True)
class Names:
    """The names of one folder's texts to one question: both of two coders meet the same ones."""

    secret: bytes
    question: str

    @classmethod
    def of(cls, folder: Path, question: str, new: bool = False) -> Names:
        """Those of a ``folder`` of records; made at the first workbook. Raises :class:`OperatorError` before that."""
        path = folder / FOLDER / _KEY_FILE
        if new and not path.exists():
            path.parent.mkdir(mode=0o700, exist_ok=True)
            with private_file(path, "Another run has just made it: start again.") as stream:
                stream.write(secrets.token_bytes(_KEY))
        try:
            with stored_file(path) as file:
                return cls(file.read(_KEY), question)
        except FileNotFoundError as error:
            raise OperatorError(f"Nothing of {folder} is being coded. {_ANEW} {folder} …") from error

    def id(self, record: str) -> str:
        """The name of the text of the record with this number."""
        return self._hashed(f"id\0{record}", 5)

    def check(self, name: str, text: str) -> str:
        """Another for each text that the one of this name could become."""
        return self._hashed(f"check\0{name}\0{_as_stored(text)}", 10)

    def _hashed(self, what: str, size: int) -> str:
        found = hmac.digest(self.secret, f"{self.question}\0{what}".encode(), sha256)[:size]
        return base64.b32encode(found).decode().lower()


#: How workbooks write what XML cannot hold, and what looks so (ECMA-376 part 1, 22.9.2.19, ST_Xstring). Who has opened
#: and saved one may have made one of the other, so no text is told from another by these.
_ESCAPES = re.compile(r"(?:_?x005F)?_x[0-9A-Fa-f]{4}_|_?x005F_")


def _as_stored(text: str) -> str:
    """``text`` without what programs store in one way or another: ends of lines, blanks beside them, escapes."""
    without = _ESCAPES.sub("", text)
    return "\n".join(line.strip() for line in without.splitlines() if line.strip())


@dataclass(frozen=True)
class Started:
    """How many texts a new workbook has, and how many of them have marks of an earlier one."""

    texts: int
    marked: int


def start(
    records: Records,
    folder: Path,
    question: str,
    written: Iterable[Text],
    *,
    to: Path,
    like: Filled | None = None,
    with_marks: bool = False,
) -> Started:
    """Write a workbook of the texts to ``question`` at ``to``, in no order.

    ``like``: a workbook whose themes it gets, and ``with_marks`` the marks of texts that stand there too: of an
    earlier export. Raises :class:`OperatorError` where nobody wrote anything, or something is at ``to``.
    """
    codebook = records.codebook
    variable = require_text(codebook, question)
    if like and (like.task.survey, like.task.question) != (records.survey, question):
        raise OperatorError("The workbook with the themes is of another survey, or of another question.")
    names, rows = Names.of(folder, question, new=True), []
    marked = _marked(like) if like and with_marks else {}
    for each in written:
        if each.question == question and each.text:
            name = names.id(each.record)
            codes = marked.get(_as_stored(each.text), ())
            rows.append(TextRow(name, each.text, names.check(name, each.text), codes))
    if not rows:
        raise OperatorError(f"Nobody wrote anything to “{question}”.")
    secrets.SystemRandom().shuffle(rows)
    wording = variable.label[codebook.languages[0]]
    task = Task(
        records.survey, question, wording, codebook.languages, *((like.task.themes, like.task.advice) if like else ())
    )
    with private_file(to, NEW_WORKBOOK) as stream:
        write_workbook(stream, task, rows)
    return Started(len(rows), sum(1 for row in rows if row.codes))


def _marked(earlier: Filled) -> dict[str, tuple[str, ...]]:
    """By text, the codes that it got; nothing where the same text got others elsewhere."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for row in earlier.rows:
        found.setdefault(_as_stored(row.text), set()).add(row.codes)
    return {text: next(iter(codes)) for text, codes in found.items() if len(codes) == 1}


def coding_of(filled: Filled, records: Records, folder: Path) -> Coding:
    """What a finished workbook says of the ``records`` in ``folder``.

    Raises :class:`WorkbookProblems` for texts that are of other records, missing, changed, or without a mark.
    """
    task = filled.task
    require_text(records.codebook, task.question)
    if task.survey != records.survey:
        raise OperatorError(f"{filled.path} is of another survey than {folder}, which is of “{records.survey}”.")
    names, problems = Names.of(folder, task.question), Problems(filled.path)
    numbers = {names.id(row.number): row.number for row in records.rows() if task.question in row.codes}
    for row in filled.rows:
        _look_over(row, filled.places[row.id], names, numbers, problems)
    if missing := len(numbers.keys() - {row.id for row in filled.rows}):
        problems.add(TEXTS, "", f"{missing} of {len(numbers)} texts are gone. Take them from the workbook as it was.")
    problems.raise_any()
    filled.require_finished()
    return Coding(
        survey=task.survey,
        question=task.question,
        themes=task.themes,
        records={
            numbers[row.id]: tuple(theme.code for theme in task.themes if theme.code in row.codes)
            for row in sorted(filled.rows, key=lambda row: numbers[row.id])
        },
        coders=task.coders,
        alpha=task.alpha,
    )


def _look_over(row: TextRow, place: int, names: Names, numbers: Mapping[str, str], problems: Problems) -> None:
    if row.id not in numbers:
        problems.add(TEXTS, f"A{place}", "no text of these records has this id.")
    elif names.check(row.id, row.text) != row.check:
        problems.add(
            TEXTS, f"B{place}", "this text is not the one that was written. Take it from the workbook as it was."
        )
