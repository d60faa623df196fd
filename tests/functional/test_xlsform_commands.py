"""XLSForm by commands: in, out, and every kind of bad workbook, each named and nothing half done."""

from __future__ import annotations

import errno
import os
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from operation.authoring.loader import load_definition
from tests.functional.commands import Operate, a_file, done, refused
from tests.xlsforms import kobo_survey, line, save


def test_a_definition_goes_out_and_comes_back_the_same(operate: Operate) -> None:
    file = a_file()
    done(operate("export-xlsform", file, "--to", "out.xlsx"))
    assert "no errors" in done(operate("check", "out.xlsx"))
    done(operate("import-xlsform", "out.xlsx", "--to", "back.yaml"))
    done(operate("check", "back.yaml"))
    before, after = (load_definition(Path(name)).definition.questionnaire for name in (file, "back.yaml"))
    assert after.questions == before.questions
    assert Path("out.xlsx").stat().st_mode & 0o777 == 0o600


def test_what_kobo_wrote_is_told_row_by_row(operate: Operate) -> None:
    save(Path("kobo.xlsx"), kobo_survey())
    told = done(operate("import-xlsform", "kobo.xlsx", "--to", "k.yaml"))
    assert "left out: survey, row 4 (username)" in told
    assert "changed: survey, row 6 (Member): its id is member." in told


def test_what_is_to_settle_stops_an_import_and_a_draft_cannot_be_published(operate: Operate) -> None:
    save(Path("f.xlsx"), [line("image", "photo", "A picture?"), line("select_one yn", "m", "Member?")])
    assert "survey, row 2 (photo)" in refused(operate("import-xlsform", "f.xlsx", "--to", "f.yaml"))
    assert not Path("f.yaml").exists()
    assert "a draft: settle 1 matter" in done(operate("import-xlsform", "f.xlsx", "--to", "f.yaml", "--keep-going"))
    for command in ("check", "publish"):
        assert "survey, row 2 (photo)" in operate(command, "f.yaml").stderr
        assert operate(command, "f.yaml").exit_code == 1


def test_warnings_of_a_workbook_name_its_rows(operate: Operate) -> None:
    save(Path("f.xlsx"), [line("note", "n", "Hello"), line("text", "why", "Why?")])
    for arguments in (["check", "f.xlsx"], ["import-xlsform", "f.xlsx", "--to", "f.yaml"]):
        told = operate(*arguments).stderr
        assert "warning: survey, row 3 (why): question “why”: Add a hint" in told
        assert "f.xlsx:" not in told.replace("f.xlsx: ", "")


def test_nothing_that_a_workbook_says_is_obeyed_by_a_terminal_or_turns_a_line_around(operate: Operate) -> None:
    """XML has no escape, but the one sign that says the same (U+009B), and all that reorder text (UAX #9)."""
    unsaid = "\x7f\x85\x9b\u202e\u2066"
    survey = [line(f"im{unsaid}age", "photo", "A picture?"), line(f"select_one {unsaid}yn", "m", "Member?")]
    save(Path("f.xlsx"), survey)
    result = operate("import-xlsform", "f.xlsx", "--to", "f.yaml")
    assert "the type “im\ufffd" in result.stderr
    assert set(unsaid).isdisjoint(result.output)


def _with_part(source: str, to: str, name: str, content: bytes) -> None:
    with zipfile.ZipFile(source) as packed, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as out:
        for entry in packed.infolist():
            out.writestr(entry, packed.read(entry))
        out.writestr(name, content)


def _bad_workbooks() -> None:
    """A file for each of ``BAD``."""
    survey = [line("select_one yn", "m", "Member?"), line("note", "n", "Hello")]
    save(Path("good.xlsx"), survey)
    Path("text.xlsx").write_text("type,name,label\n")
    Path("empty.xlsx").write_bytes(b"")
    Path("locked.xlsx").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    Path("folder.xlsx").mkdir()
    _with_part("good.xlsx", "macros.xlsx", "xl/vbaProject.bin", b"x")
    _with_part("good.xlsx", "bomb.xlsx", "xl/media/a.xml", bytes(100_000_000))
    with zipfile.ZipFile("zip.xlsx", "w") as out:
        out.writestr("a.txt", "nothing")
    for name, place, value in (("formula", "C2", "=1+1"), ("error", "C2", "#N/A")):
        book = load_workbook("good.xlsx")
        book["survey"][place] = value
        book.save(f"{name}.xlsx")
    book = load_workbook("good.xlsx")
    book["survey"].merge_cells("A2:A3")
    book.save("merged.xlsx")
    book = Workbook(write_only=True)
    sheet = book.create_sheet("survey")
    sheet.append(["type", "name", "label"])
    for number in range(100_000):
        sheet.append(["note", f"n{number}", "Hello"])
    book.save("long.xlsx")
    book = Workbook()
    book.save("bare.xlsx")


#: By the name of a workbook, a part of what is said of it.
BAD = {
    "text": "no workbook",
    "empty": "no workbook",
    "locked": "password",
    "folder": "is a folder",
    "macros": "has macros",
    "bomb": "unpacks to more",
    "zip": "no workbook",
    "formula": "cell C2 is a formula",
    "error": "cell C2 holds an error",
    "merged": "cells A2",
    "long": "is the last cell",
    "bare": "no sheet of this name",
    "missing": "is not there",
}


@pytest.mark.slow
def test_bad_workbooks_are_named_and_nothing_is_written(operate: Operate) -> None:
    _bad_workbooks()
    for name, said in BAD.items():
        for arguments in (["check"], ["import-xlsform", "--to", "new.yaml"]):
            result = operate(*arguments, f"{name}.xlsx")
            assert (result.exit_code, said in result.stderr) == (1, True), (name, result.output)
            assert not Path("new.yaml").exists()


def test_no_file_is_overwritten(operate: Operate) -> None:
    file = a_file()
    Path("out.xlsx").write_text("mine")
    assert "exists" in refused(operate("export-xlsform", file, "--to", "out.xlsx"))
    assert Path("out.xlsx").read_text() == "mine"


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()], ids=["full", "stopped"]
)
@pytest.mark.parametrize("command", ["import-xlsform", "export-xlsform", "from-text", "words"])
def test_a_full_disk_and_an_interrupt_leave_nothing(
    command: str, error: BaseException, operate: Operate, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"words": a_file(), "export-xlsform": a_file(), "import-xlsform": "k.xlsx", "from-text": "t.md"}
    save(Path("k.xlsx"), kobo_survey())
    Path("t.md").write_text("1. Do you feel safe? (yes/no)\n")
    before = {path: path.read_bytes() for path in Path().iterdir()}

    def fails(_: int) -> None:
        raise error

    monkeypatch.setattr(os, "fsync", fails)
    result = operate(command, files[command], "--to", "new")
    assert (result.exit_code, "Traceback" in result.output) == (1, False)
    assert {path: path.read_bytes() for path in Path().iterdir()} == before
