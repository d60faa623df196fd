"""The texts of a folder of records, each file opened, or with what is wrong with it."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from chalicelib.spreadsheet import harmless
from operation.errors import OperatorError
from operation.files import stored_file
from operation.reading.private_keys import AGE, ARMOURED, PrivateKeys
from operation.records.folder import TEXT, RecordFolder

#: Where an export has text that was stored plainly: a file a response, or one table.
PLAIN, PLAIN_TABLE = ".json", "texts.csv"
#: More bytes than the file of one response has, whatever it says.
_MOST = 1_000_000


class Fault(Enum):
    """Why nothing could be read of a file, in words that stand after its name."""

    OTHER_KEY = "sealed to another key, or changed in its first lines"
    DAMAGED = "cut short, or changed"
    NO_AGE_FILE = "no age file"
    NOT_OURS = "opens, but does not hold what a response to this survey wrote"
    TOO_LARGE = "has more than one response can hold"
    NO_FILE = "no file any more, but a link, a folder, a pipe or a device"
    UNREADABLE = "cannot be read"


@dataclass(frozen=True)
class Text:
    """What one response has on one question. ``record``: its number; ``question``: the variable's id."""

    record: str
    question: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class Opened:
    """A file, and its texts or what is wrong with it."""

    path: Path
    texts: tuple[Text, ...] = ()
    fault: Fault | None = None


class _Faulty(Exception):
    """Says only what :class:`Fault` says: what a file holds is in no error."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.name)
        self.fault = fault


def files_with_text(records: RecordFolder) -> list[Path]:
    """Every file that has texts, sealed or plain. Raises :class:`OperatorError` where nobody wrote anything."""
    numbered = [path for path in sorted((records.path / TEXT).glob("*")) if path.suffix in (".age", PLAIN)]
    table = records.path / PLAIN_TABLE
    found = [*numbered, *([table] if os.path.lexists(table) else [])]
    if not found:
        raise OperatorError(f"{records.path} has no text: nobody wrote anything in “{records.survey}”.")
    return found


def is_sealed(path: Path) -> bool:
    """Whether a private key is needed to read the file."""
    return path.suffix == ".age"


def opened(records: RecordFolder, files: Sequence[Path], keys: PrivateKeys | None) -> Iterator[Opened]:
    """Each of ``files``, opened with ``keys`` where it is sealed; nothing is written anywhere, and no error raised."""
    questions = {variable.id for variable in records.codebook.variables if variable.form == "text"}
    for path in files:
        try:
            yield Opened(path, tuple(_texts(path, questions, keys)))
        except _Faulty as error:
            yield Opened(path, fault=error.fault)


def _texts(path: Path, questions: Collection[str], keys: PrivateKeys | None) -> list[Text]:
    content = _content(path)
    if path.name == PLAIN_TABLE:
        found = _table(content)
    else:
        found = [Text(path.stem, *pair) for pair in _json(_unsealed(content, keys) if is_sealed(path) else content)]
    if not {text.question for text in found} <= set(questions):
        raise _Faulty(Fault.NOT_OURS)
    return found


def _content(path: Path) -> bytes:
    try:
        with stored_file(path) as file:
            content = file.read(_MOST + 1) if path.name != PLAIN_TABLE else file.read()
    except OperatorError:
        raise _Faulty(Fault.NO_FILE) from None
    except OSError:
        raise _Faulty(Fault.UNREADABLE) from None
    if len(content) > _MOST and path.name != PLAIN_TABLE:
        raise _Faulty(Fault.TOO_LARGE)
    return content


def _unsealed(content: bytes, keys: PrivateKeys | None) -> bytes:
    import pyrage

    if not content.startswith((AGE, ARMOURED)):
        raise _Faulty(Fault.NO_AGE_FILE)
    try:
        unsealed: bytes = pyrage.decrypt(content, list(keys.identities if keys else ()))
    except pyrage.DecryptError as error:
        raise _Faulty(Fault.OTHER_KEY if str(error) == "No matching keys found" else Fault.DAMAGED) from None
    return unsealed


def _json(content: bytes) -> list[tuple[str, str]]:
    """The texts by question of padded JSON; blanks after it are no part of it."""
    try:
        found = json.loads(content)
        pairs = list(found.items())
        for pair in pairs:
            "".join(pair).encode()  # both are text, and no half of a character
    except (ValueError, AttributeError, TypeError, RecursionError):
        raise _Faulty(Fault.NOT_OURS) from None
    return pairs


def _table(content: bytes) -> list[Text]:
    """Of the columns record, question and text; an apostrophe before what looks like a formula is none of the text."""
    try:
        lines = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        return [Text(line["record"], line["question"], _unharmed(line["text"])) for line in lines]
    except (ValueError, KeyError, TypeError, AttributeError, csv.Error):
        raise _Faulty(Fault.NOT_OURS) from None


def _unharmed(text: str) -> str:
    return text[1:] if text.startswith("'") and harmless(text[1:]) == text else text
