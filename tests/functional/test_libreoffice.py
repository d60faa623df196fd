"""LibreOffice opens a workbook in the locales of its readers, and finds the same numbers."""

from __future__ import annotations

import csv
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from chalicelib.locale import translator
from chalicelib.publication.formats.workbook import HEADER_ROW, release_workbook
from chalicelib.publication.worded import WordedRelease
from chalicelib.questionnaire.codebook import codebook_of
from operation.reading.tables import by_record, written
from operation.reading.texts import Text
from tests.builders import a_definition, a_question
from tests.unit.publication.a_crossed_release import CHALLENGES, POLICE, a_crossed_release
from tests.unit.publication.a_release import a_release
from tests.unit.publication.formats.printed_cells import PrintedCell, cells_of_rows, printed_cells

# Of one process, which makes once what they all look at.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("libreoffice")]

#: By language. Norwegian and Finnish have a decimal comma, and days with points.
LOCALES = {"en": "en-GB", "nb": "nb-NO", "sv": "sv-SE", "fi": "fi-FI"}
RELEASES = {
    "crossed": a_crossed_release({"police_met": POLICE, **CHALLENGES}),
    "exact": a_release(*map(a_question, ("single_choice", "multiple_choice", "matrix", "long_text"))),
}
CODEBOOK = codebook_of(a_definition(a_question("long_text")).questionnaire)
SETTINGS = """<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>{}</value></prop>
</item>
</oor:items>"""
#: Comma, quotes, UTF-8, from the first line on; numbers as the locale writes them; each worksheet as a file.
CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"


def opened(folder: Path, language: str) -> None:
    """Write the releases in ``language`` and have LibreOffice make CSV files of their worksheets, in its locale."""
    for name, release in RELEASES.items():
        words = WordedRelease.of(release, language, translator(language))
        (folder / f"{name}.xlsx").write_bytes(release_workbook(words))
    converted(folder, language, [f"{name}.xlsx" for name in RELEASES])


def converted(folder: Path, language: str, files: list[str]) -> None:
    (folder / "profile" / "user").mkdir(parents=True)
    (folder / "profile" / "user" / "registrymodifications.xcu").write_text(SETTINGS.format(LOCALES[language]))
    command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", CSV]
    done = subprocess.run([*command, *files], cwd=folder, check=False, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """By language, where the worksheets are; the programs wait more than they work, so they run side by side."""
    assert shutil.which("soffice"), "install LibreOffice (apt-get install libreoffice-calc-nogui)"
    made = {language: tmp_path_factory.mktemp(language) for language in LOCALES}
    with ThreadPoolExecutor() as pool:
        list(pool.map(opened, made.values(), made))
    return made


def cells_in(file: Path, words: WordedRelease) -> list[PrintedCell]:
    """The numbers of a worksheet that LibreOffice wrote."""
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    table = rows[HEADER_ROW:]
    length = next((number for number, row in enumerate(table) if not any(row)), len(table))
    read = [[int(text) if text.isdigit() else text for text in row] for row in table[1:length]]
    found = cells_of_rows(rows[0][0], [table[0], *read], words.words)
    return list(found)


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("name", RELEASES)
def test_numbers_are_those_of_the_release_in_every_locale_P8(
    folders: dict[str, Path], name: str, language: str
) -> None:
    words = WordedRelease.of(RELEASES[name], language, translator(language))
    files = sorted(folders[language].glob(f"{name}-[0-9]*.csv"))
    found = [cell for file in files for cell in cells_in(file, words)]
    assert len(found) == len(set(found))
    assert set(found) == printed_cells(words)


def test_what_people_wrote_is_the_same_to_the_letter(tmp_path: Path) -> None:
    texts = [
        "=1+1",
        "1/2",
        "01",
        "1e1",
        'A line.\nAnother; with “quotes”, "such" and, commas',
        "البيت",
        "😀 home",
        "@a",
    ]
    table = by_record((Text(f"{number:06}", "wish", text) for number, text in enumerate(texts, 1)), CODEBOOK)
    (tmp_path / "texts.xlsx").write_bytes(written(table).files["texts.xlsx"])
    converted(tmp_path, "nb", ["texts.xlsx"])
    with (tmp_path / "texts-texts.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.reader(file))
    assert found == [["record", "question", "asked", "text"], *map(list, table.rows)]
