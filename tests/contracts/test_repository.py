"""What lies in the repository: nothing of anybody's machine, nothing put off, nothing too long to read."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOP_LEVEL = {
    *("app.py", "manage.py", "chalicelib", "operation", "tests", "docs", ".chalice", ".ci", ".gitignore"),
    *("requirements.txt", "requirements-dev.txt", "pyproject.toml", "Makefile"),
    *("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE"),
}
LONGEST_MODULE = 400
#: Options that name what a command writes.
WRITTEN = re.compile(r"--(?:to|template|receipts) ([a-z][\w.-]*)")
#: Folders of a machine, where a path begins; and words that put work off, written so that this file has none.
MACHINE = re.compile(r"(?<![\w.~${}-])/(?:root|work|home/\w+|Users/\w+|tmp/bash_jobs[.\w]*)(?![\w-])")
PUT_OFF = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b")


@cache
def tracked() -> tuple[str, ...]:
    """Every file under version control that is there, by its path from the root."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a clone")
    run = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return tuple(name for name in run.stdout.split("\0") if name and (ROOT / name).is_file())


def text_of(name: str) -> str:
    """A file's text; of a picture, nothing."""
    try:
        return (ROOT / name).read_text("utf-8")
    except UnicodeDecodeError:
        return ""


def found(pattern: re.Pattern[str], text: str) -> list[str]:
    return [f"{number}: {line}" for number, line in enumerate(text.splitlines(), 1) if pattern.search(line)]


def test_no_file_names_a_path_of_a_machine() -> None:
    assert {name: lines for name in tracked() if (lines := found(MACHINE, text_of(name)))} == {}


def test_no_file_puts_work_off() -> None:
    assert {name: lines for name in tracked() if (lines := found(PUT_OFF, text_of(name)))} == {}


def test_no_python_file_is_longer_than_a_sitting() -> None:
    lengths = {name: len(text_of(name).splitlines()) for name in tracked() if name.endswith(".py")}
    assert lengths
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_the_top_level_holds_only_what_belongs_there() -> None:
    assert {name.partition("/")[0] for name in tracked()} <= TOP_LEVEL


def test_what_guides_have_operators_write_is_never_put_under_version_control() -> None:
    """Codes, answers and what people wrote: a commit made in a hurry would keep them for good."""
    texts = [text_of(name) for name in tracked() if name == "README.md" or name.startswith("docs/operators")]
    written = {name for text in texts for name in WRITTEN.findall(text)} | {"our-survey-records", "our-survey.yaml"}
    assert {"codes.txt", "slips.html", "paper.csv", "receipts.csv", "records", "words", "coding.xlsx"} <= written
    # Of a folder, what is in it.
    names = sorted(name if "." in name else f"{name}/codes.csv" for name in written)
    run = subprocess.run(["git", "check-ignore", *names], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.stdout.split() == names


@pytest.mark.parametrize("folder", ["root", "work/main", "home/kim", "Users/kim/src", "tmp/bash_" + "jobs.0/1"])
def test_a_path_of_a_machine_is_found(folder: str) -> None:
    assert found(MACHINE, f'cd "/{folder}"\n') == [f'1: cd "/{folder}"']


@pytest.mark.parametrize(
    "line", ["/s/work", "https://example.org/home/x", "{root}/work", "network/root", "/working", "/roots"]
)
def test_an_address_is_no_path_of_a_machine(line: str) -> None:
    assert found(MACHINE, line) == []


def test_a_word_that_puts_work_off_is_found() -> None:
    assert found(PUT_OFF, "ok\n# TO" + "DO: later\n") == ["2: # TO" + "DO: later"]
    assert found(PUT_OFF, "METODOS, todo el mundo, Fixme") == []
