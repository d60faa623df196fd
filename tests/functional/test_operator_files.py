"""Files that the operator's commands read and write: definitions, however hostile, and keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from chalicelib.questionnaire.definition import KINDS
from tests.functional.commands import RECIPIENTS, Operate, a_file, done, refused


@pytest.mark.parametrize("name", ["our-needs", "abc", "a" * 60])
def test_new_definition_passes_check(operate: Operate, name: str) -> None:
    done(operate("new", name))
    assert f"{name}: " in done(operate("check", f"{name}.yaml"))


@pytest.mark.parametrize(
    "name", ["ab", "a" * 61, "Needs", "1st", "our needs", "../needs", "a/b", "nöd", "abc\n", "a.b"]
)
def test_new_definition_needs_a_name_that_can_stand_in_a_link(operate: Operate, name: str) -> None:
    result = operate("new", name)
    assert result.exit_code == 1
    assert "Take 3 to 60 small letters from a to z, digits and hyphens, a letter first." in result.stderr
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize("command", ["check", "publish"])
@pytest.mark.parametrize("path", ["missing.yaml", "file/inside.yaml", "x" * 300])
def test_file_that_cannot_be_read_is_said_to_be_so(operate: Operate, command: str, path: str) -> None:
    Path("file").write_text("")
    assert "cannot be read" in refused(operate(command, path))


@pytest.mark.parametrize("command", ["check", "publish"])
def test_a_folder_is_told_with_the_definitions_in_it(operate: Operate, command: str) -> None:
    Path("surveys").mkdir()
    assert "surveys is a folder. Name a definition file." in refused(operate(command, "surveys"))
    Path("surveys", "notes.txt").touch()
    Path("surveys", "ours.yaml").touch()
    assert "surveys is a folder. Name a file in it: surveys/ours.yaml." in refused(operate(command, "surveys"))


#: Of each kind of refusal one; what else is refused: tests/unit/operation/authoring, test_loader and test_too_much.
HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "UTF-16": "survey: a".encode("utf-16"),
    "not YAML": b"a: [",
    "bomb": b"a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]",
    "python object": b"!!python/object/apply:os.system ['true']",
    "deep list": b"[" * 500 + b"]" * 500,
    "over a megabyte": b"# " + b"a" * 1_000_000,
    "wrong everywhere": b"survey: [1]\nsettings: 5\nquestionnaire: {questions: [1, {kind: x}, {kind: [1]}], a: 1}",
    "lone surrogate": b'survey: "\\ud800"',
    "control characters": b'survey: "\\0\\a\\e[31m"',
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_definition_is_refused_in_words(operate: Operate, case: str) -> None:
    Path("hostile.yaml").write_bytes(HOSTILE[case])
    result = operate("publish", "hostile.yaml")
    assert (result.exit_code, result.stdout) == (1, "")
    lines = result.stderr.splitlines()
    assert lines
    assert all(line.startswith("error: ") and line.endswith("]") for line in lines), lines
    assert "No surveys yet" in done(operate())


def test_every_problem_is_reported_at_once_with_its_line(operate: Operate) -> None:
    Path("bad.yaml").write_text(
        "survey: B\nsettings:\n  exit_link: ftp://x\n  policy: open\nquestionnaire:\n  minutes: 0\n", "utf-8"
    )
    lines = operate("check", "bad.yaml").stderr.splitlines()
    assert lines[:3] == [
        "error: bad.yaml:1: survey: Take 3 characters or more. [string_too_short]",
        "error: bad.yaml:3: settings.exit_link: Write a link here that begins with https://. [string_pattern_mismatch]",
        "error: bad.yaml:4: settings.policy: Write one of these: 'protected' or 'exact'. [literal_error]",
    ]
    assert len(lines) > 8
    assert [line.split(":")[2] for line in lines] == sorted(line.split(":")[2] for line in lines)


def test_warnings_do_not_stop_a_definition(operate: Operate) -> None:
    result = operate("check", a_file())
    asked = sum(model.is_substantive for model in KINDS.values())
    assert f"a-survey: {asked} questions, no errors." in done(result)
    warnings = result.stderr.splitlines()
    assert warnings
    places = ("warning: a-survey.yaml:1: question", "warning: a-survey.yaml:1: settings")
    assert all(line.startswith(places) for line in warnings)


@pytest.mark.parametrize(
    "arguments",
    [
        ("key", "new", "missing/working.key"),
        ("key", "test", "a-survey", "--to", "file/inside"),
        ("export", "a-survey", "--to", "file/inside"),
        ("demo", "--keys", "file/inside"),
    ],
)
def test_place_that_cannot_be_written_is_said_to_be_so(operate: Operate, arguments: tuple[str, ...]) -> None:
    Path("file").write_text("")
    done(operate("publish", a_file(), *RECIPIENTS))
    words = operate(*arguments).stderr
    assert "missing is no folder" in words or "file/inside" in words
    assert "no folder" in words or "is not there" in words or "Not a directory" in words


@pytest.mark.parametrize("port", ["abc", "0", "65535", "9" * 99, "²"])
def test_port_that_is_none_is_refused_in_one_line(operate: Operate, monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("PORT", port)
    assert refused(operate("--local")) == "PORT has to be a number from 1 to 65534."
