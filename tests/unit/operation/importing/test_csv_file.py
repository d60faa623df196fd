"""CSV files as spreadsheets and people save them; nothing of their cells is ever told."""

from __future__ import annotations

from pathlib import Path

import pytest

from operation.errors import OperatorError
from operation.importing.csv_file import MAXIMUM_BYTES, MOST_ROWS, CsvFile

WORD = "canary"


def read(tmp_path: Path, content: bytes) -> CsvFile:
    path = tmp_path / "answers.csv"
    path.write_bytes(content)
    return CsvFile.read(path)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("begin", ["", "\ufeff"])
def test_files_of_any_separator_and_newline_are_read(tmp_path: Path, separator: str, newline: str, begin: str) -> None:
    rows = [
        ["row", "word", "x"],
        [" 1", '"a,b;c\td ""e"""', ""],
        ["", "", ""],
        ["2", '"two\nlines"', "å"],
        ["3", "", ""],
    ]
    content = begin + "".join(separator.join(row) + newline for row in rows)
    file = read(tmp_path, content.encode("utf-8"))
    assert file.columns == ("row", "word", "x")
    assert [(line.number, dict(line.cells)) for line in file.lines] == [
        (2, {"row": "1", "word": 'a,b;c\td "e"', "x": ""}),
        (4, {"row": "2", "word": "two\nlines", "x": "å"}),
        (6, {"row": "3", "word": "", "x": ""}),
    ]


def test_line_that_names_the_separator_is_passed_over(tmp_path: Path) -> None:
    file = read(tmp_path, b"sep=;\r\nrow;word\r\n1;a,b\r\n")
    assert (file.columns, [(line.number, line.cells["word"]) for line in file.lines]) == (("row", "word"), [(3, "a,b")])


def test_row_that_is_longer_than_the_columns_is_marked(tmp_path: Path) -> None:
    file = read(tmp_path, b"row,word\n1,a,\n2,a,b\n3\n")
    assert [line.is_too_long for line in file.lines] == [False, True, False]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\xff\xfer\0o\0w\0", "is UTF-16. Save it as CSV in UTF-8."),
        ("row\nå".encode("latin-1"), "is not UTF-8, perhaps Latin-1"),
        (b"PK\x03\x04", "is a workbook."),
        (b'row,word\n1,"' + WORD.encode(), "is no CSV"),
        (b'row,word\n1,"a" ' + WORD.encode(), "is no CSV"),
        (b"row\n" + b"1\n" * (MOST_ROWS + 1), "has over 10,000 rows"),
        (b"x" * (MAXIMUM_BYTES + 1), "is over 20 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_such_file_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(OperatorError) as caught:
        read(tmp_path, content)
    assert said in str(caught.value)
    assert WORD not in str(caught.value)
    # What the vendor raised has the input in it.
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
