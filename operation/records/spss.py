"""Records as an SPSS file: variable and value labels, missing values, measure, days as days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from operation.errors import OperatorError
from operation.records.codebook import Entry, RecordCodebook
from operation.records.columns import Holds
from operation.records.explained import INTERNAL
from operation.records.missing import Missing
from operation.records.new_files import new_file
from operation.records.numbers import Numbers
from operation.records.wording import BETWEEN, Wording

if TYPE_CHECKING:
    import numpy
    from pandas import DataFrame

#: Bytes of UTF-8 that a label may have (IBM SPSS Statistics, "VARIABLE LABELS" and "VALUE LABELS").
LONGEST_LABEL, LONGEST_VALUE_LABEL = 256, 120
#: Seconds are counted from the day that the Gregorian calendar began on.
_EPOCH, _SECONDS = date(1582, 10, 14).toordinal(), 86_400
#: Every reason that a record can have nothing for.
_MISSING: list[Any] = [{"lo": min(Missing).value, "hi": max(Missing).value}]
_MEASURES: Mapping[Holds, str] = {
    Holds.CODE: "nominal",
    Holds.FLAG: "nominal",
    Holds.STEP: "ordinal",
    Holds.NUMBER: "scale",
    Holds.DATE: "scale",
}
#: Where the end of a label is missing.
_CUT = "…"
#: What a file is called in SPSS, in 64 bytes at most; the whole sentence is among its documents.
_MARK = "INTERNAL: records of persons, for operators alone"
#: Bytes of a line of a document.
_LINE = 80
_NOT_WRITTEN = "The SPSS file could not be written. Look whether the disk is full."
_OWN_LABELS: Mapping[str, str | None] = {"record": "Record", "batch": "Release", "version": "Version"}


def write_sav(codebook: RecordCodebook, numbers: Numbers, path: Path) -> None:
    """Write ``numbers`` as ``path``; labels that are too long are cut, and whole in the codebook.

    Raises OSError or :class:`OperatorError` where it cannot be written.
    """
    import pyreadstat

    entries = [entry for entry in codebook.entries if entry.column.holds is not Holds.CODES]
    wording = codebook.wording
    labels: dict[str, str | None] = {entry.spss: label(wording.parts(entry.column)) for entry in entries}
    values = {entry.spss: _values(entry, wording) for entry in entries}
    not_counted: dict[int | float, str] = {Missing.NOT_COUNTED.value: wording.missing(Missing.NOT_COUNTED)}
    new_file(path).close()
    try:
        pyreadstat.write_sav(
            _frame(entries, numbers),
            str(path),
            column_labels={**_OWN_LABELS, **labels},
            row_compress=True,
            file_label=_MARK,
            note=wrap(INTERNAL, _LINE),
            variable_value_labels={"batch": not_counted} | values,
            missing_ranges={"batch": _MISSING} | {entry.spss: _MISSING for entry in entries},
            variable_measure={"record": "nominal", "batch": "ordinal", "version": "ordinal"}
            | {entry.spss: _MEASURES[entry.column.holds] for entry in entries},
            variable_format={"batch": "F8.0", "version": "F8.0"} | {entry.spss: _format(entry) for entry in entries},
        )
        is_whole = _last_record(path, len(numbers.records)) == numbers.records[-1:]
    except (pyreadstat.PyreadstatError, pyreadstat.ReadstatError) as error:
        raise OperatorError(_NOT_WRITTEN) from error
    if not is_whole:
        raise OperatorError(_NOT_WRITTEN)


def _last_record(path: Path, records: int) -> list[str]:
    """Read up to the last one: the library takes a disk that is full for one that has written (its ``write_bytes``)."""
    import pyreadstat

    if not records:
        return []
    found, _ = pyreadstat.read_sav(path, usecols=["record"], row_offset=records - 1, row_limit=1)
    return [str(each) for each in found["record"]]


def cut(text: str, most: int) -> str:
    """The beginning of ``text`` that is ``most`` bytes long at most, in whole characters, on one line."""
    text = " ".join(text.split())
    if len(text.encode()) <= most:
        return text
    return text.encode()[: most - len(_CUT.encode())].decode(errors="ignore").rstrip() + _CUT


def label(parts: Sequence[str]) -> str:
    """A question with what of it a column tells, which stays where both are too long: other columns have the rest."""
    question, *own = [" ".join(part.split()) for part in parts] or [""]
    rest = "".join(f"{BETWEEN}{part}" for part in own)
    # Half of it is for the question, less where that is short.
    rest = cut(rest, max(LONGEST_LABEL // 2, LONGEST_LABEL - len(question.encode())))
    return cut(question, LONGEST_LABEL - len(rest.encode())) + rest


def _values(entry: Entry, wording: Wording) -> dict[int | float, str]:
    """By number, what it is called, and why nothing was answered; no two alike."""
    missing = {reason.value: wording.missing(reason) for reason in entry.missing}
    codes = {number: code for code, number in entry.column.numbers.items()}
    return unlike_values({**missing, **wording.values(entry.column)}, codes)


def unlike_values(labels: Mapping[int, str], codes: Mapping[int, str]) -> dict[int | float, str]:
    """``labels`` by number, none too long; those that are cut alike, or were alike, with their codes.

    R's haven, and whoever else goes by labels, would count answers with one label as one answer.
    """
    short = {number: cut(label, LONGEST_VALUE_LABEL) for number, label in labels.items()}
    times = Counter(short.values())
    return {
        number: _with_code(labels[number], codes[number]) if times[found] > 1 and number in codes else found
        for number, found in short.items()
    }


def _with_code(label: str, code: str) -> str:
    end = f" ({code})"
    return cut(label, LONGEST_VALUE_LABEL - len(end)) + end


def _format(entry: Entry) -> str:
    return {Holds.DATE: "SDATE10", Holds.NUMBER: "F10.0"}.get(entry.column.holds, "F8.0")


def _frame(entries: list[Entry], numbers: Numbers) -> DataFrame:
    import pandas

    found = numbers.array()
    # Of no records too they are words.
    names = pandas.Series(numbers.records, dtype="object")
    columns: dict[str, Any] = {"record": names, "batch": found["batch"], "version": found["version"]}
    for entry in entries:
        column = found[entry.column.name]
        columns[entry.spss] = _seconds(column) if entry.column.holds is Holds.DATE else column
    return pandas.DataFrame(columns, copy=False)


def _seconds(days: numpy.ndarray) -> numpy.ndarray:
    """Days since the year 1 as SPSS counts; what is missing stays as it is."""
    import numpy

    return numpy.where(days < 0, days, (days.astype("i8") - _EPOCH) * _SECONDS)
