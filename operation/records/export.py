"""The operator's export: a folder with the records of a survey in the formats of several programs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol

from chalicelib.responses.answers import StoredRecord
from chalicelib.services import Version
from chalicelib.storage.reading import reading_answers
from operation.errors import OperatorError
from operation.files import private_folder
from operation.records.codebook import RecordCodebook
from operation.records.codebook_file import codebook_rows
from operation.records.codebook_page import codebook_page
from operation.records.columns import merged
from operation.records.contents import Contents
from operation.records.decoding import Decoder, Line, Spelling
from operation.records.new_files import new_file, new_table
from operation.records.numbers import Numbers
from operation.records.package import CODEBOOK, write_package
from operation.records.parquet import ParquetFile
from operation.records.spss import write_sav
from operation.records.text_tables import TextFiles, text_tables
from operation.records.wording import Wording, separator
from operation.records.workbook import RecordWorkbook

PAGE = "codebook.html"


class Format(Enum):
    """What records can be written as, beside CSV, which they always are."""

    SAV = "sav"
    PARQUET = "parquet"
    XLSX = "xlsx"

    @property
    def file(self) -> str:
        """Its name in the folder."""
        return f"records.{self.value}"


@dataclass(frozen=True)
class Exported:
    """How many records, sealed files and plain texts an export wrote.

    ``has_no_room``: there was to be a workbook, and no sheet has room for so many records or columns.
    """

    records: int
    sealed_texts: int
    plain_texts: int
    has_no_room: bool = False


def export_records(
    survey: str,
    records: Iterable[StoredRecord],
    versions: Mapping[int, Version],
    folder: Path,
    *,
    language: str | None = None,
    formats: Collection[Format] = frozenset(Format),
) -> Exported:
    """Write the ``records`` of ``survey`` into a new ``folder``, which is there only when it is whole.

    ``versions``: those that respondents met, by number; columns are what any of them has. Labels are in ``language``,
    else in the first of the latest version. Withdrawn responses are left out (P11). Records are numbered in the order
    of their random ids, which says nothing of when they came (P1).

    Raises :class:`UnreadableRecord` for answers that none of the versions could have, :class:`OperatorError` where the
    folder has something in it or nobody wrote in ``language``, and OSError where it cannot be written.
    """
    codebook = record_codebook(versions, language)
    with private_folder(folder, "Name a new folder, so that old and new records do not mix.") as place:
        return _write(survey, records, codebook, place, formats)


def record_codebook(versions: Mapping[int, Version], language: str | None = None) -> RecordCodebook:
    """Of ``versions``, worded in ``language``, else in the first of the latest version."""
    whole = merged([versions[number].codebook for number in sorted(versions)])
    first = whole.languages[0]
    codebook = RecordCodebook(versions, whole, Wording(language or first, first))
    if codebook.wording.language not in codebook.languages:
        raise OperatorError(f"The survey is not in that language. Choose from: {', '.join(codebook.languages)}.")
    return codebook


class _Sink(Protocol):
    """Where records go, one after the other."""

    def write(self, line: Line) -> None:
        """Take a record."""


def _write(
    survey: str, records: Iterable[StoredRecord], codebook: RecordCodebook, folder: Path, formats: Collection[Format]
) -> Exported:
    workbook = RecordWorkbook(codebook, folder / Format.XLSX.file) if Format.XLSX in formats else None
    parquet = ParquetFile(codebook, folder / Format.PARQUET.file) if Format.PARQUET in formats else None
    # SPSS files want whole columns.
    numbers = Numbers(codebook.columns_with_numbers) if Format.SAV in formats else None
    texts = TextFiles(folder)
    with text_tables(codebook, folder) as tables, texts, workbook or nullcontext(), parquet or nullcontext():
        sinks: list[_Sink] = [sink for sink in (tables, workbook, parquet, numbers) if sink is not None]
        written = 0
        for line, record in lines_of(survey, records, codebook):
            for sink in sinks:
                sink.write(line)
            with reading_answers(survey):
                texts.write(line.number, record)
            written += 1
    if numbers is not None:
        write_sav(codebook, numbers, folder / Format.SAV.file)
    _describe(survey, codebook, folder, written, has_texts=texts.plain > 0)
    return Exported(written, texts.sealed, texts.plain, has_no_room=workbook is not None and workbook.has_no_room)


def lines_of(
    survey: str, records: Iterable[StoredRecord], codebook: RecordCodebook
) -> Iterator[tuple[Line, StoredRecord]]:
    """Each record that was not withdrawn, decoded."""
    spelling = Spelling(codebook.wording, separator(codebook.merged))
    decoders = {number: Decoder(version, codebook.columns, spelling) for number, version in codebook.versions.items()}
    written = 0
    for record in records:
        if record.answers is None or record.version is None:
            continue
        with reading_answers(survey):
            cells = decoders[record.version].read(record.answers)
        written += 1
        yield Line(f"{written:06}", record.batch, record.version, cells), record


def _describe(survey: str, codebook: RecordCodebook, folder: Path, records: int, has_texts: bool) -> None:
    """The codebook, as table and page, the data package, and last what says that the folder is whole."""
    latest = codebook.versions[max(codebook.versions)].questionnaire
    title = codebook.wording.phrasing.of(latest.title)
    with new_table(folder / CODEBOOK) as table:
        table.writerows(codebook_rows(codebook))
    with new_file(folder / PAGE) as file:
        file.write(codebook_page(survey, title, codebook, records).encode())
    write_package(survey, title, codebook, folder, has_texts)
    questionnaires = {number: version.questionnaire for number, version in codebook.versions.items()}
    Contents(survey=survey, records=records, versions=questionnaires).write(folder)
