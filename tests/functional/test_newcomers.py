"""What people meet who see this for the first time: help in the order of the work, slips told as what they are."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest

from manage import SECTIONS, manage
from operation.errors import OperatorError
from operation.files import private_file, private_folder
from tests.functional.commands import RECIPIENTS, Operate, a_file, done, refused, run
from tests.served import ROOT


def test_help_lists_every_command_in_one_section_and_cuts_no_word() -> None:
    assert Counter(chain(*SECTIONS.values())) == Counter([*manage.commands])
    said = done(run("--help"))
    assert "..." not in said.partition("Write a survey:")[2]
    assert said.index("  new ") < said.index("  open ") < said.index("  close ") < said.index("  export ")


def test_python_without_what_is_needed_says_which_one_to_type() -> None:
    without = [sys.executable, "-S", str(ROOT / "manage.py")]
    done = subprocess.run(without, capture_output=True, text=True, check=False)  # our own
    assert done.returncode == 1
    assert done.stderr.startswith("This Python lacks “click”. Type .venv/bin/python manage.py")


def test_open_without_keys_tells_the_command_that_gives_them(operate: Operate) -> None:
    done(operate("publish", a_file()))
    drafts = ("--accept-draft", "en", "--accept-draft", "sv")
    assert "`manage.py publish a-survey.yaml --recipient" in refused(operate("open", "a-survey", *drafts))


def test_template_for_a_path_with_blanks_is_told_as_a_shell_takes_it(operate: Operate) -> None:
    done(operate("publish", a_file(), *RECIPIENTS))
    said = done(operate("import-responses", "a-survey", "--template", "paper år.csv"))
    assert said.endswith("manage.py import-responses a-survey 'paper år.csv'\n")


def test_misspelt_file_is_told_with_what_was_meant(operate: Operate) -> None:
    Path("words.xlsx").write_text("")
    said = refused(operate("words", a_file(), "--from", "wrods.xlsx"))
    assert said == "wrods.xlsx is not there. Did you mean “words.xlsx”?"


def test_two_runs_at_once_leave_what_one_of_them_writes(tmp_path: Path) -> None:
    with private_folder(tmp_path / "records", "No."), private_file(tmp_path / "codes.txt", "No.") as codes:
        codes.write(b"whole")
        for other in (private_folder(tmp_path / "records", "No."), private_file(tmp_path / "codes.txt", "No.")):
            with pytest.raises(OperatorError, match="Another run is writing"), other:
                pass
    assert (tmp_path / "codes.txt").read_bytes() == b"whole"
    assert (tmp_path / "records").is_dir()
