"""A translator's round with the workbook alone: a language is added, saved by LibreOffice, and read back."""

from __future__ import annotations

import difflib
import re
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

from operation.authoring.loader import load_definition
from operation.gallery import LIBRARY
from operation.words.texts import placed_texts
from operation.words.workbook import WORDS
from tests.functional.commands import Operate, done
from tests.words import filled_in, translated

pytestmark = pytest.mark.slow

FILE = "member-challenges.yaml"
#: By language, what its words begin with here. One runs from right to left, and goes into a spare column.
NEW = {"et": "Õ ", "he": "שלום "}


def saved_by_libreoffice(workbook: Path, folder: Path) -> Path:
    """The workbook as LibreOffice writes it that has opened it."""
    assert shutil.which("soffice"), "install LibreOffice (apt-get install libreoffice-calc-nogui)"
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", "saved"]
    done = subprocess.run(
        [*command, str(workbook)], cwd=folder, check=False, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    return folder / "saved" / workbook.name


def test_languages_are_added_by_the_workbook_alone(operate: Operate, tmp_path: Path) -> None:
    original = (LIBRARY / FILE).read_text("utf-8")
    Path(FILE).write_text(original, "utf-8")
    done(operate("words", FILE, "--to", "words.xlsx", "--add", "et"))
    untouched = saved_by_libreoffice(Path("words.xlsx"), tmp_path)
    assert "Nothing to change" in done(operate("words", FILE, "--from", str(untouched)))
    assert Path(FILE).read_text("utf-8") == original

    filled_in(Path("words.xlsx"), {"R1": "עברית (he)", "R2": "A reader"})
    counts = {code: translated(Path("words.xlsx"), code, beginning) for code, beginning in NEW.items()}
    saved = saved_by_libreoffice(Path("words.xlsx"), tmp_path)
    sheet = openpyxl.load_workbook(saved)[WORDS]
    assert sheet.protection.sheet
    said = done(operate("words", FILE, "--from", str(saved)))
    assert f"texts in et {counts['et']}, he {counts['he']}; new: et, he; reviewers of he." in said
    done(operate("check", FILE))

    before, after = (load_definition(path).definition for path in (LIBRARY / FILE, Path(FILE)))
    assert after.questionnaire.languages["he"].model_dump() == {"name": "עברית", "reviewed_by": "A reader"}
    assert after.questionnaire.drafts == ("en", "sv", "nb", "fi", "is", "ar", "et")
    for was, text in zip(placed_texts(before), placed_texts(after), strict=True):
        added = {code: f"{beginning}{was.wordings['en']}" for code, beginning in NEW.items()}
        assert text.wordings == {**was.wordings, **added}
    # All lines of the author's stand as they were, but for those that hold a text in all languages.
    lines = difflib.ndiff(original.splitlines(), Path(FILE).read_text("utf-8").splitlines())
    assert [line for line in lines if line.startswith("- ") and not re.search(r'ar: "[^"]*"\}+$', line)] == []
