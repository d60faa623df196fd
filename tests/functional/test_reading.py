"""`manage.py read`: what people wrote, by one passphrase, in the operator's own folder and nowhere else (P3)."""

from __future__ import annotations

import csv
import errno
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest
from openpyxl import load_workbook

from chalicelib.responses.sealing import seal
from chalicelib.services import Services
from operation.keys import new_identity
from operation.reading.locks import locked
from operation.reading.private_keys import read_private_keys
from tests.builders import a_question, identities
from tests.functional.commands import Operate, done, refused
from tests.records import a_records_folder

CANARY = "Zarzuela"
RECORDS, WORDS, KEY = Path("records"), Path("words"), Path("working.key")
QUESTIONS = [a_question("single_choice"), a_question("short_text"), a_question("long_text")]
ANSWERS = [
    {"country": "other", "country.other.text": "Faroe", "word": f"{CANARY} 0", "wish": "=1+1\nالبيت\n“Home”"},
    *({"word": f"{CANARY} {number}"} for number in range(1, 30)),
    {"country": "se"},
]
READ = ("read", str(RECORDS), "--key", str(KEY), "--to", str(WORDS))


@pytest.fixture
def records(operate: Operate, services: Services, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Sealed records in the working folder, beside a key of them that is not locked; no temporary file can be made."""
    a_records_folder(services, RECORDS, *QUESTIONS, answers=ANSWERS)
    (_, private), _ = identities()
    KEY.write_text(f"# made by hand\n\n{private}\n", "ascii")
    monkeypatch.setattr(tempfile, "tempdir", "nowhere")
    return RECORDS


def in_csv() -> list[dict[str, str]]:
    with (WORDS / "texts.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def in_xlsx() -> list[list[str]]:
    rows = load_workbook(WORDS / "texts.xlsx").active.iter_rows(values_only=True)
    return [list(row) for row in rows]


def leaks() -> set[str]:
    """Where in the working folder a word that somebody wrote can be read."""
    files = [path for path in Path().rglob("*") if path.is_file()]
    return {str(path) for path in files if CANARY.encode() in path.read_bytes()}


def test_texts_are_by_question_in_no_order_and_cut_from_their_records(operate: Operate, records: Path) -> None:
    said = done(operate(*READ))
    assert "32 texts in words/texts.csv and texts.xlsx, in no order, without the records." in said
    rows = in_csv()
    assert list(rows[0]) == ["question", "asked", "text"]
    assert [row["question"] for row in rows] == ["country.other.text", *["word"] * 30, "wish"]
    assert rows[0] == {"question": "country.other.text", "asked": "About single_choice?: OTHER", "text": "Faroe"}
    assert rows[-1] == {"question": "wish", "asked": "About long_text?", "text": "'=1+1\nالبيت\n“Home”"}
    written = [row["text"] for row in rows if row["question"] == "word"]
    assert sorted(written) == sorted(f"{CANARY} {number}" for number in range(30))
    shutil.move(WORDS, "before")
    done(operate(*READ))
    assert [row["text"] for row in in_csv()] != [row["text"] for row in rows], "another order each time"


def test_workbook_has_the_same_to_the_letter(operate: Operate, records: Path) -> None:
    done(operate(*READ))
    header, *rows = in_xlsx()
    assert header == ["question", "asked", "text"]
    assert [row[:2] for row in rows] == [[row["question"], row["asked"]] for row in in_csv()]
    assert rows[-1][2] == "=1+1\nالبيت\n“Home”"


def test_texts_beside_their_records_on_demand(operate: Operate, records: Path) -> None:
    done(operate(*READ, "--with-records"))
    rows = in_csv()
    assert list(rows[0]) == ["record", "question", "asked", "text"]
    assert [row["record"] for row in rows] == sorted(row["record"] for row in rows)
    (faroe,) = [row["record"] for row in rows if row["text"] == "Faroe"]
    assert [row["question"] for row in rows if row["record"] == faroe] == ["country.other.text", "word", "wish"]
    with (records / "codes.csv").open(encoding="utf-8-sig", newline="") as file:
        (other,) = [line["record"] for line in csv.DictReader(file) if line["country"] == "other"]
    assert other == faroe


def test_words_are_in_the_operators_own_folder_and_nowhere_else_P3(operate: Operate, records: Path) -> None:
    result = operate(*READ)
    assert leaks() == {"words/texts.csv"}, "the workbook is packed"
    assert WORDS.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in WORDS.iterdir()} == {0o600}
    assert CANARY not in result.output


def sealed_files() -> list[Path]:
    return sorted((RECORDS / "text").iterdir())


def _cut(content: bytes) -> bytes:
    return content[:-1]


def _flipped(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


def _of_another_key(content: bytes) -> bytes:
    return seal({"word": CANARY}, [new_identity()[0]])


def _ours(text: bytes) -> bytes:
    sealed: bytes = pyrage.encrypt(text, [pyrage.x25519.Recipient.from_str(identities()[0][0])])
    return sealed


FAULTS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "another key": (_of_another_key, "sealed to another key, or changed in its first lines"),
    "cut": (_cut, "cut short, or changed"),
    "cut in the header": (lambda content: content[:30], "cut short, or changed"),
    "a flipped bit": (_flipped, "cut short, or changed"),
    "empty": (lambda content: b"", "no age file"),
    "a picture": (lambda content: b"\x89PNG\r\n", "no age file"),
    "no JSON": (lambda content: _ours(CANARY.encode()), "opens, but does not hold"),
    "no UTF-8": (lambda content: _ours(b'{"word": "\xff"}'), "opens, but does not hold"),
    "a list": (lambda content: _ours(b'["Zarzuela"]'), "opens, but does not hold"),
    "a number for a text": (lambda content: _ours(b'{"word": 1}'), "opens, but does not hold"),
    "a question of no version": (lambda content: _ours(b'{"Zarzuela": "a"}'), "opens, but does not hold"),
    "half a character": (lambda content: _ours(rb'{"word": "\ud800"}'), "opens, but does not hold"),
    "depth": (lambda content: _ours(b"[" * 100_000), "opens, but does not hold"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_file_that_does_not_open_is_named_with_what_is_wrong_and_nothing_is_written(
    operate: Operate, records: Path, case: str
) -> None:
    spoil, fault = FAULTS[case]
    path = sealed_files()[3]
    path.write_bytes(spoil(path.read_bytes()))
    result = operate(*READ)
    assert result.exit_code == 1
    named, total = result.stderr.splitlines()
    assert named.startswith(f"text/{path.name}: {fault}")
    assert total == "1 of 30 files did not open. Nothing was written. --skip leaves them out."
    assert (WORDS.exists(), leaks()) == (False, set())
    assert CANARY not in result.output
    skipping = operate(*READ, "--skip")
    assert "1 of 30 files left out." in skipping.stderr
    assert done(skipping).count("texts in words/texts.csv") == 1
    assert len(in_csv()) in (29, 31), "one file less, which has three texts or one"


NO_FILES: dict[str, Callable[[Path], object]] = {
    "a link": lambda path: path.symlink_to(Path("elsewhere").absolute()),
    "a pipe": os.mkfifo,
    "a folder": Path.mkdir,
}


@pytest.mark.parametrize("case", NO_FILES)
def test_what_is_put_in_the_place_of_a_text_is_no_text(operate: Operate, records: Path, case: str) -> None:
    Path("elsewhere").write_bytes(sealed_files()[4].read_bytes())
    path = sealed_files()[3]
    path.unlink()
    NO_FILES[case](path)
    named, total = operate(*READ).stderr.splitlines()
    assert named == f"text/{path.name}: no file any more, but a link, a folder, a pipe or a device."
    assert total == "1 of 30 files did not open. Nothing was written. --skip leaves them out."


@pytest.mark.parametrize("name", ["questionnaires.json", "codes.csv"])
@pytest.mark.parametrize("case", NO_FILES)
def test_what_is_put_in_the_place_of_the_records_is_refused_in_one_line(
    operate: Operate, records: Path, case: str, name: str
) -> None:
    (records / name).rename("elsewhere")
    NO_FILES[case](records / name)
    assert name in refused(operate(*READ))
    assert not WORDS.exists()


def test_file_that_no_response_can_fill_is_not_read_whole(operate: Operate, records: Path) -> None:
    os.truncate(sealed_files()[3], 50_000_000_000)
    assert "has more than one response can hold." in operate(*READ).stderr


def test_key_of_another_survey_is_told_once_and_not_for_each_file(operate: Operate, records: Path) -> None:
    KEY.write_text(f"{new_identity()[1]}\n", "ascii")
    for arguments in (READ, (*READ, "--skip")):
        said = operate(*arguments).stderr
        assert said == "working.key opens none of 30 files: they are sealed to other keys. Nothing was written.\n"
    assert not WORDS.exists()


def test_text_that_was_stored_plainly_needs_no_key(operate: Operate, services: Services) -> None:
    a_records_folder(services, RECORDS, *QUESTIONS, answers=ANSWERS, text="plain")
    done(operate("read", str(RECORDS), "--to", str(WORDS)))
    assert {row["text"] for row in in_csv()} >= {"Faroe", f"{CANARY} 7", "'=1+1\nالبيت\n“Home”"}
    assert in_xlsx()[-1][2] == "=1+1\nالبيت\n“Home”"


def test_bad_input_is_told_in_one_line_and_before_a_passphrase_is_asked_for(operate: Operate, records: Path) -> None:
    Path("empty").mkdir()
    Path("full").mkdir()
    (Path("full") / "file").write_text("mine")
    key, to = ("--key", str(KEY)), ("--to", str(WORDS))
    assert "--key working.key" in refused(operate("read", "records", *to))
    assert "no.key" in refused(operate("read", "records", "--key", "no.key", *to))
    assert "never mixed" in refused(operate("read", "records", "--key", "no.key", "--to", "full"))
    assert "questionnaires.json" in refused(operate("read", "empty", *key, *to))
    assert "missing" in refused(operate("read", "missing", *key, *to))
    assert "Not a directory" in operate("read", "records", *key, "--to", "working.key/in").stderr
    shutil.rmtree(records / "text")
    assert "nobody wrote anything" in refused(operate("read", "records", *key, *to))
    assert not WORDS.exists()


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left on device")])
def test_run_that_is_cut_short_leaves_nothing_in_clear(
    operate: Operate, records: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    syncs = iter([None, error])

    def failing(descriptor: int) -> None:
        if (raised := next(syncs)) is not None:
            raise raised

    monkeypatch.setattr(os, "fsync", failing)
    result = operate(*READ)
    assert result.exit_code == 1
    assert len(result.stderr.strip().splitlines()) == 1
    assert (leaks(), WORDS.exists()) == (set(), False)
    assert [path.name for path in Path().iterdir() if "unfinished" in path.name] == []


# --- keys -------------------------------------------------------------------------------------------------------------


def test_passphrase_is_asked_for_once_whatever_the_number_of_texts(operate: Operate, records: Path) -> None:
    KEY.write_bytes(locked(KEY.read_bytes(), "seven words"))
    asked = []

    def passphrase() -> str:
        asked.append("asked")
        return "seven words"

    keys = read_private_keys(KEY, passphrase)
    assert (len(keys.identities), asked) == (1, ["asked"])
    assert "AGE-SECRET" not in repr(keys)


def test_locked_key_is_opened_in_memory_alone_P3(operate: Operate, records: Path) -> None:
    (_, private), _ = identities()
    KEY.write_bytes(locked(KEY.read_bytes(), "seven words"))
    Path("passphrase").write_text("seven words\n")
    Path("wrong").write_text("other words\n")
    assert (
        refused(operate(*READ, "--passphrase-file", "wrong")) == "This is not the passphrase of working.key. Try again."
    )
    done(operate(*READ, "--passphrase-file", "passphrase"))
    files = [path for path in Path().rglob("*") if path.is_file()]
    assert not [path for path in files if private.encode() in path.read_bytes()]
    assert len(in_csv()) == 32


def test_file_may_have_several_keys_as_age_keygen_writes_them(operate: Operate, records: Path) -> None:
    other, (_, private) = new_identity(), identities()[1]
    KEY.write_text(f"# created: 2026-03-01T12:00:00Z\n# public key: {other[0]}\n{other[1]}\n{private}\n", "ascii")
    done(operate(*READ))
    assert len(in_csv()) == 32


NO_KEYS: dict[str, str | bytes] = {
    "public key": f"{new_identity()[0]}\n",
    "nothing": "# a comment\n",
    "something else": f"{CANARY}\n",
    "a cut key": new_identity()[1][:-5],
    "UTF-16": new_identity()[1].encode("utf-16"),
    "a picture": b"\x89PNG\r\n\xff\xff",
}


@pytest.mark.parametrize("case", NO_KEYS)
def test_file_that_has_no_private_key_is_told_so_and_never_quoted(operate: Operate, records: Path, case: str) -> None:
    content = NO_KEYS[case]
    KEY.write_bytes(content if isinstance(content, bytes) else content.encode())
    said = refused(operate(*READ))
    assert said.startswith("working.key ")
    assert "private key" in said
    assert CANARY not in said
    assert "AGE-SECRET" not in said
