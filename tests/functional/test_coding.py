"""Sorting texts into themes, as operators do it: from sealed records to a multiple choice (P3)."""

from __future__ import annotations

import os
import shlex
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyrage
import pytest
from openpyxl import load_workbook

from chalicelib.services import Services
from operation.coding.themes import kept_in
from operation.reading.locks import locked
from tests.builders import Browser, a_question, an_open_survey, identities
from tests.functional.commands import Operate, done, refused
from tests.unit.operation.coding.coders import Sheets

PASSPHRASE = "seven words that nobody will ever guess"
TEXTS = ("A canary wants time.", "=A canary wants money", "")
START = ("coding", "start", "records", "--question", "wish", "--key", "working.key")


@pytest.fixture
def exported(services: Services, browser: Browser, operate: Operate) -> Operate:
    """A folder with records, and a file with the working key."""
    Path("working.key").write_text(identities()[0][1], "ascii")  # unlocked: a passphrase takes seconds
    an_open_survey(services, a_question("yes_no"), a_question("long_text"))
    for text in TEXTS:
        answers: dict[str, Any] = {"police_met": True, **({"wish": text} if text else {})}
        assert browser.send_json(answers).status_code == 201
    done(operate("export", "a-survey", "--to", "records"))
    return operate


def code(path: str, *codes: str) -> None:
    """Give each text of a workbook a theme, in the order of the texts."""
    sheets = Sheets(Path(path))
    sheets.name_themes()
    for text, theme in zip(TEXTS, codes, strict=False):
        sheets.mark(sheets.row_of(text), theme)
    sheets.save()


def files_with(text: str) -> list[str]:
    return sorted(str(path) for path in Path().rglob("*") if path.is_file() and text.encode() in path.read_bytes())


def test_texts_become_a_multiple_choice(exported: Operate) -> None:
    said = done(exported(*START, "--to", "coding.xlsx"))
    assert "2 texts in coding.xlsx." in said
    code("coding.xlsx", "time", "money")
    assert "as the multiple choice “wish_themes”" in done(exported("coding", "read", "records", "coding.xlsx"))
    (coding,) = kept_in(Path("records"))
    assert sorted(coding.records.values()) == [("money",), ("time",)]
    said = done(exported("table", "records", "--rows", "wish_themes", "--columns", "police_met"))
    assert "More money" in said
    assert files_with("canary") == []  # workbooks are packed, and nothing else has any text


def test_survey_stands_for_its_records_in_all_commands(exported: Operate) -> None:
    told = "These are the records in records, as they were exported.\n"
    start = ("coding", "start", "a-survey", *START[3:])
    for arguments in (
        (*start, "--to", "coding.xlsx"),
        ("coding", "read", "a-survey", "coding.xlsx"),
        ("read", "a-survey", "--key", "working.key", "--to", "words"),
        ("table", "a-survey", "--rows", "wish_themes"),
    ):
        result = exported(*arguments)
        assert (done(result) != "", result.stderr) == (True, told), arguments
        if Path("coding.xlsx").exists():
            code("coding.xlsx", "time", "money")
    assert len(kept_in(Path("records"))) == 1


def test_second_coder_is_told_a_command_that_can_be_pasted(exported: Operate) -> None:
    said = done(exported(*START, "--to", "our coding.xlsx"))
    (line,) = (line for line in said.splitlines() if line.startswith("For a second coder, once"))
    pasted = shlex.split(line.partition("manage.py ")[2])
    code("our coding.xlsx")
    said = done(exported(*pasted))
    assert "2 texts in our coding-second.xlsx." in said
    assert "second coder" not in said


def test_texts_are_put_aside_in_no_temporary_file(exported: Operate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")
    done(exported(*START, "--to", "coding.xlsx"))


def test_two_coders_agree_settle_and_are_read_as_two(exported: Operate) -> None:
    done(exported(*START, "--to", "first.xlsx"))
    code("first.xlsx", "time", "money")
    done(exported(*START, "--themes", "first.xlsx", "--to", "second.xlsx"))
    code("second.xlsx", "time", "time")
    said = done(exported("coding", "agreement", "first.xlsx", "second.xlsx", "--to", "settle.xlsx"))
    assert "all themes together: alpha 0.000, of 2 texts that both coded (not reliable: talk over the themes)" in said
    assert "1 text to settle, on top of settle.xlsx" in said
    code("settle.xlsx", "time", "money")
    done(exported("coding", "read", "records", "settle.xlsx"))
    assert kept_in(Path("records"))[0].coders == 2


@pytest.mark.parametrize("again", ["first.xlsx", "./first.xlsx", "link.xlsx"])
def test_a_workbook_is_not_said_to_agree_with_itself(exported: Operate, again: str) -> None:
    done(exported(*START, "--to", "first.xlsx"))
    code("first.xlsx", "time", "money")
    Path("link.xlsx").symlink_to("first.xlsx")
    assert "first.xlsx is named twice" in refused(exported("coding", "agreement", "first.xlsx", again))


def test_texts_that_no_theme_fits_are_in_the_base_of_the_shares(exported: Operate) -> None:
    done(exported(*START, "--to", "coding.xlsx"))
    code("coding.xlsx", "time", "none")
    done(exported("coding", "read", "records", "coding.xlsx"))
    said = done(exported("table", "records", "--rows", "wish_themes"))
    lines = [" ".join(line.split()) for line in said.splitlines()]
    assert {"More time 1! 50 %", "None of the themes 1! 50 %", "No answer 1!"} <= set(lines)


def test_marks_of_an_earlier_export_are_taken_over(exported: Operate) -> None:
    done(exported(*START, "--to", "first.xlsx"))
    code("first.xlsx", "time", "money")
    done(exported("export", "a-survey", "--to", "later"))
    later = (*START[:2], "later", *START[3:], "--with-marks", "--to", "coding.xlsx")
    assert "Name the workbook that has the marks" in refused(exported(*later))
    assert "2 texts, 2 with marks, in coding.xlsx." in done(exported(*later, "--themes", "first.xlsx"))
    done(exported("coding", "read", "later", "coding.xlsx"))


def test_a_workbook_that_is_there_stays(exported: Operate) -> None:
    Path("coding.xlsx").write_text("mine")
    assert "coding.xlsx exists." in refused(exported(*START, "--to", "coding.xlsx"))
    assert Path("coding.xlsx").read_text() == "mine"


def test_another_key_opens_nothing(exported: Operate) -> None:
    Path("other.key").write_text(str(pyrage.x25519.Identity.generate()), "ascii")
    result = exported(*START[:-1], "other.key", "--to", "coding.xlsx")
    assert result.exit_code == 1
    assert "opens none of 2 files" in result.stderr
    assert not Path("coding.xlsx").exists()


def test_a_locked_key_takes_its_passphrase_and_no_other(exported: Operate) -> None:
    Path("locked.key").write_bytes(locked(identities()[0][1].encode(), PASSPHRASE))
    start = (*START[:-1], "locked.key", "--passphrase-file", "passphrase.txt", "--to", "coding.xlsx")
    Path("passphrase.txt").write_text("another passphrase", "utf-8")
    assert "This is not the passphrase of locked.key" in refused(exported(*start))
    Path("passphrase.txt").write_text(PASSPHRASE, "utf-8")
    assert "2 texts in coding.xlsx." in done(exported(*start))


def test_without_a_key_sealed_text_is_said_to_be_sealed(exported: Operate) -> None:
    assert "Name the key that opens it" in refused(exported(*START[:-2], "--to", "coding.xlsx"))


@pytest.mark.parametrize(
    "arguments",
    [
        ("start", "nowhere", "--question", "wish", "--to", "coding.xlsx"),
        ("start", "records", "--question", "wish", "--key", "nowhere.key", "--to", "coding.xlsx"),
        ("start", "records", "--question", "nothing", "--key", "working.key", "--to", "coding.xlsx"),
        ("start", "records", "--question", "wish", "--key", "working.key", "--to", "nowhere/coding.xlsx"),
        ("read", "records", "nowhere.xlsx"),
        ("read", "nowhere", "working.key"),
        ("read", "working.key", "working.key"),
        ("apply", "a-survey", "nowhere"),
        ("agreement", "nowhere.xlsx", "neither.xlsx"),
    ],
)
def test_what_is_not_there_is_told_in_a_line(exported: Operate, arguments: tuple[str, ...]) -> None:
    before = sorted(Path().rglob("*"))
    result = exported("coding", *arguments)
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
    after = [path for path in sorted(Path().rglob("*")) if path not in before]
    assert set(after) <= {Path("records/themes"), Path("records/themes/names.key")}


def test_what_a_workbook_says_of_its_survey_is_not_repeated(exported: Operate) -> None:
    done(exported(*START, "--to", "coding.xlsx"))
    code("coding.xlsx", "time", "money")
    book = load_workbook("coding.xlsx")
    book["how"]["B1"] = "a canary wants time\x9b31m"
    book.save("coding.xlsx")
    said = refused(exported("coding", "read", "records", "coding.xlsx"))
    assert said == "coding.xlsx is of another survey than records, which is of “a-survey”."


@pytest.mark.parametrize("put", [os.mkfifo, lambda path: path.symlink_to("/dev/zero")], ids=["pipe", "link"])
@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("wish.json", ("table", "records", "--rows", "wish_themes")),
        ("names.key", ("coding", "read", "records", "coding.xlsx", "--again")),
    ],
)
def test_what_lies_in_the_place_of_a_file_holds_nobody_up(
    exported: Operate, name: str, command: tuple[str, ...], put: Callable[[Path], None]
) -> None:
    done(exported(*START, "--to", "coding.xlsx"))
    code("coding.xlsx", "time", "money")
    done(exported("coding", "read", "records", "coding.xlsx"))
    place = Path("records/themes", name)
    place.unlink()
    put(place)
    assert refused(exported(*command)).endswith("Have the folder made anew.")


def test_an_unfinished_workbook_is_not_read(exported: Operate) -> None:
    done(exported(*START, "--to", "coding.xlsx"))
    code("coding.xlsx", "time")
    assert "1 of 2 texts have no theme" in refused(exported("coding", "read", "records", "coding.xlsx"))
    assert kept_in(Path("records")) == []
