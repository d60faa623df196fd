"""LibreOffice opens the CSV, looking for days and numbers everywhere, and finds text and whole numbers and one day.

It is the Norwegian way of writing days, 8.3, that once made dates of shares; Danes take a point for thousands, and to
the British 1-3 is 1 March.
"""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from chalicelib.locale import translator
from chalicelib.publication.formats.columns import COLUMNS, Holds
from chalicelib.publication.formats.csv_file import release_csv
from chalicelib.publication.release import Release
from chalicelib.publication.worded import WordedRelease
from chalicelib.spreadsheet import as_text
from tests.builders import a_question, text
from tests.unit.publication.a_release import a_release

pytestmark = pytest.mark.slow

#: Comma, quotes, UTF-8, from the first line on, in the language of the system, with all that can be recognized.
READ = "CSV:44,34,76,1,,0,false,true"
SETTINGS = """<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>{}</value></prop>
</item>
</oor:items>"""
TABLE, TEXT = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}", "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
KIND = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}value-type"
#: What a cell of each sort of column may be to a spreadsheet: one edition is a number, some are "1+2".
KINDS: dict[Holds, set[str]] = {
    "text": {"string"},
    "number": {"float"},
    "numbers": {"string", "float"},
    "date": {"date"},
}
#: What some spreadsheet takes for something else.
LABELS = (
    *(
        "1-3",
        "10-12",
        "1/2",
        "1 1/2",
        "8.3",
        "1.000",
        "1,5",
        "30+",
        "(5)",
        "5,-",
        "5 %",
        "100 kr",
        "£ 5",
        "10:30",
        "5 pm",
    ),
    *("3.5.", "1. mai 2026", "Jan 1", "mars-2026", "3-2026", "5 april", "1e1", "01", "=1+1", "+1", "-1", "@A1", "Sann"),
    *("FALSE", "2026-03-01", "12.12.12", "18–29", "1 – bad", "5 or more"),
)


def a_release_of_traps() -> Release:
    """Every trap as an answer, and some as what is asked; the totals are of two editions."""
    codes = ("1e1", "01", "mar1", *(f"o{number}" for number in range(len(LABELS))))
    asked = [{"code": code, "label": text(label)} for code, label in zip(codes, ("A", "B", "C", *LABELS), strict=True)]
    rows = [{"code": "home", "label": text("1-3")}]
    questions = (
        a_question("single_choice", options=asked, label=text("1/2"), short=text("Jan 1")),
        a_question("matrix", rows=rows),
    )
    counts = {"country": {code: 3 * place for place, code in enumerate(codes)}}
    n = sum(counts["country"].values())
    return a_release(*questions, counts=counts, n=n, previous=a_release(*questions, counts=counts, n=n))


def cells_of(folder: Path, locale: str) -> Iterator[list[tuple[str, str]]]:
    """The rows of the CSV in ``folder`` as LibreOffice reads it in a ``locale``: each cell's kind and what it shows."""
    assert shutil.which("soffice"), "install LibreOffice (apt-get install libreoffice-calc-nogui)"
    (folder / "profile" / "user").mkdir(parents=True)
    (folder / "profile" / "user" / "registrymodifications.xcu").write_text(SETTINGS.format(locale))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", f"--infilter={READ}", "--convert-to", "fods", "release.csv"]
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    for row in ElementTree.parse(folder / "release.fods").iter(f"{TABLE}table-row"):  # noqa: S314  # LibreOffice's own
        yield [
            (cell.get(KIND, ""), "\n".join("".join(part.itertext()) for part in cell.iter(f"{TEXT}p")))
            for cell in row.iter(f"{TABLE}table-cell")
            for _ in range(int(cell.get(f"{TABLE}number-columns-repeated", 1)))
        ]


@pytest.mark.parametrize("locale", ["nb-NO", "da-DK", "en-GB"])
def test_spreadsheet_finds_nothing_but_text_whole_numbers_and_the_day_of_the_release(
    tmp_path: Path, locale: str
) -> None:
    worded = WordedRelease.of(a_release_of_traps(), "en", translator("en"))
    written = release_csv(worded)
    (tmp_path / "release.csv").write_text(written, "utf-8", newline="")
    header, *rows = [row for row in cells_of(tmp_path, locale) if row[0][0]]
    expected = list(csv.DictReader(io.StringIO(written)))
    assert [shown for _, shown in header[: len(COLUMNS)]] == [column.name for column in COLUMNS]
    assert len(rows) == len(expected) > len(LABELS)
    for row, told in zip(rows, expected, strict=True):
        for (kind, shown), column in zip(row, COLUMNS, strict=False):
            value = told[column.name]
            is_whole = column.holds == "text" and value.isdigit()
            assert kind in ({""} if not value else {"float"} if is_whole else KINDS[column.holds]), (column, value)
            assert shown == value or column.holds == "date"
    labels = {told["label"] for told in expected}
    assert {as_text(label) for label in LABELS} <= labels
    assert {told["editions"] for told in expected} == {"1+2"}
