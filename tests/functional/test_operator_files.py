"""Files that the operator's commands read and write: definitions, however hostile, and keys."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pyrage
import pytest

from chalicelib.questionnaire.definition import KINDS
from chalicelib.responses.sealing import seal
from tests.builders import a_document, a_question, text
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
    assert "Take 3 to 60 small letters, digits and hyphens, a letter first." in result.stderr
    assert list(Path().iterdir()) == []


def test_new_definition_overwrites_nothing(operate: Operate) -> None:
    Path("our-needs.yaml").write_text("mine")
    assert refused(operate("new", "our-needs")) == "our-needs.yaml exists. Choose another name."
    assert Path("our-needs.yaml").read_text() == "mine"


@pytest.mark.parametrize("command", ["check", "publish"])
@pytest.mark.parametrize("path", ["missing.yaml", ".", "file/inside.yaml", "x" * 300])
def test_file_that_cannot_be_read_is_said_to_be_so(operate: Operate, command: str, path: str) -> None:
    Path("file").write_text("")
    assert "cannot be read" in refused(operate(command, path))


HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "not UTF-8": b"survey: \xff\xfe",
    "UTF-16": "survey: a".encode("utf-16"),
    "zero bytes": b"\0\0\0",
    "a number": b"1",
    "a list": b"[1, 2]",
    "a string": b"hello",
    "not YAML": b"a: [",
    "tabs": b"a:\n\t- b",
    "duplicate keys": b"survey: a\nsurvey: b",
    "alias": b"a: &a [1]\nb: *a",
    "bomb": b"a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]",
    "itself inside itself": b"a: &a\n  b: *a",
    "merge": b"a: &a {b: 1}\nc:\n  <<: *a",
    "python object": b"!!python/object/apply:os.system ['true']",
    "own tag": b"survey: !mine x",
    "number that is none": b"survey: !!int abc",
    "empty number": b"survey: !!int ''",
    "empty float": b"survey: !!float ''",
    "boolean that is none": b"survey: !!bool maybe",
    "time that is none": b"survey: !!timestamp maybe",
    "binary that is none": "survey: !!binary å".encode(),
    "binary": b"survey: !!binary aGVq",
    "set": b"survey: !!set {a, b}",
    "ordered": b"survey: !!omap [a: 1]",
    "huge number": b"survey: " + b"9" * 99,
    "infinity": b"survey: .inf",
    "list for a key": b"? [a, b]\n: 1",
    "mapping for a key": b"? {a: b}\n: 1",
    "two documents": b"a: 1\n---\nb: 2",
    "deep list": b"[" * 500 + b"]" * 500,
    "deep mapping": b"{a: " * 500 + b"}" * 500,
    "over a megabyte": b"# " + b"a" * 1_000_000,
    "wrong everywhere": b"survey: [1]\nsettings: 5\nquestionnaire: {questions: [1, {kind: x}, {kind: [1]}], a: 1}",
    "lone surrogate": b'survey: "\\ud800"',
    "number in sixties": b"survey: 1" + b":1" * 300 + b".0",
    "key like a place": b"questionnaire: {questions: []}\nquestionnaire.questions.9.id: x",
    "more values than anybody writes": b"survey: [" + b"1," * 30_000 + b"]",
    "pattern that explodes": json.dumps(
        a_document(a_question("short_text", pattern="(a{1000}){1000}", pattern_says=text("a"), hint=text("h")))
    ).encode(),
    "conditions in conditions": b"questionnaire: {questions: [{show_if: " + b"{not: " * 5_000 + b"}" * 5_000 + b"}]}",
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
    asked = sum(model.asks != "nothing" for model in KINDS.values())
    assert f"a-survey: {asked} questions, no errors." in done(result)
    warnings = result.stderr.splitlines()
    assert warnings
    places = ("warning: a-survey.yaml:1: questionnaire.", "warning: a-survey.yaml:1: settings")
    assert all(line.startswith(places) for line in warnings)


@pytest.mark.slow  # locking and opening it takes seconds, as it should
def test_key_file_is_locked_in_age_s_own_format_and_its_key_opens_what_is_sealed_to_it_P3(operate: Operate) -> None:
    words = done(operate("key", "new", "working.key", "--passphrase", "six words that nobody guesses"))
    public = words.split("Public key: ")[1].strip()
    content = Path("working.key").read_bytes()
    assert content.startswith(b"age-encryption.org/v1\n-> scrypt ")
    assert b"AGE-SECRET-KEY" not in content
    assert stat.S_IMODE(Path("working.key").stat().st_mode) == 0o600
    assert "AGE-SECRET-KEY" not in words
    opened = pyrage.passphrase.decrypt(content, "six words that nobody guesses").decode().splitlines()
    assert opened[0] == f"# public key: {public}"
    sealed = seal({"wish": "Time."}, [public])
    assert pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(opened[1])]).strip() == b'{"wish": "Time."}'
    assert "never overwritten" in refused(operate("key", "new", "working.key", "--passphrase", "x" * 20))
    assert Path("working.key").read_bytes() == content


def test_key_file_with_a_short_passphrase_is_refused(operate: Operate) -> None:
    assert "passphrase" in refused(operate("key", "new", "working.key", "--passphrase", "x" * 19))
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("key", "new", "missing/working.key", "--passphrase", "x" * 20),
        ("key", "test", "a-survey", "--to", "file/inside"),
        ("export", "a-survey", "--to", "file/inside"),
        ("demo", "--keys", "file/inside"),
    ],
)
def test_place_that_cannot_be_written_is_said_to_be_so(operate: Operate, arguments: tuple[str, ...]) -> None:
    Path("file").write_text("")
    done(operate("publish", a_file(), *RECIPIENTS))
    words = operate(*arguments).stderr
    assert "missing/working.key" in words or "file/inside" in words
    assert "No such file" in words or "Not a directory" in words


@pytest.mark.parametrize("port", ["abc", "0", "65535", "9" * 99, "²"])
def test_port_that_is_none_is_refused_in_one_line(operate: Operate, monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("PORT", port)
    assert refused(operate("--local")) == "PORT has to be a number from 1 to 65534."
