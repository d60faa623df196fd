"""`manage.py export`: what an operator is told, and what is there afterwards, whatever goes wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.services import Services
from operation.records import export as export_module
from tests.builders import (
    Browser,
    FakeClock,
    a_bilingual_survey,
    a_question,
    an_open_survey,
    identities,
    unseal,
)
from tests.functional.commands import Operate, done, refused
from tests.records import answer

ROOT = Path(__file__).parents[2]


def test_export_writes_codes_labels_and_sealed_text(
    operate: Operate, browser: Browser, services: Services, clock: FakeClock
) -> None:
    a_bilingual_survey(services, *map(a_question, ("single_choice", "number", "short_text")), policy="exact")
    answers = {"country": "other", "country.other.text": "Faroe", "clients": 34, "word": "rest"}
    browser.send_json(answers)
    browser.post("/s/a-survey/withdraw", f"receipt={browser.send_json(answers).json_body['receipt']}")
    done(operate("release"))
    words = done(operate("export", "a-survey", "--to", "out"))
    assert "1 record in out. Begin with out/codebook.html\n1 record with sealed text, 0 plain texts\n" in words
    assert "manage.py read out --key working.key --to out-texts\n" in words
    assert Path("out/codes.csv").read_text("utf-8-sig") == (
        "record,batch,version,country,country.other.text,clients,word\n000001,1,1,other,1,34,1\n"
    )
    assert Path("out/labels.csv").read_text("utf-8-sig") == (
        "record,batch,version,About single_choice?,About single_choice?: OTHER,About number?,About short_text?\n"
        "000001,1,1,OTHER,1,34,1\n"
    )
    assert [path.name for path in Path("out/text").iterdir()] == ["000001.age"]
    assert [path.name for path in Path("out").glob("records.*")] != []
    texts = {"country.other.text": "Faroe", "word": "rest"}
    for public, _ in identities():
        assert json.loads(unseal(Path("out/text/000001.age").read_bytes(), public)) == texts


def test_what_reads_an_export_names_the_key_that_lies_here_and_a_folder_that_is_free(
    operate: Operate, browser: Browser, services: Services
) -> None:
    a_bilingual_survey(services, a_question("short_text"), policy="exact")
    browser.send_json({"word": "rest"})
    Path("ours.key").write_text("locked")
    Path("ours.pub").write_text(identities()[0][0])
    Path("the records-texts").mkdir()
    words = done(operate("export", "a-survey", "--to", "the records"))
    assert "manage.py read 'the records' --key ours.key --to 'the records-texts-2'\n" in words


def test_plain_text_is_counted(operate: Operate, services: Services) -> None:
    an_open_survey(services, a_question("short_text"), a_question("long_text"), text="plain")
    answer(services, {"word": "rest", "wish": "Time."})
    words = done(operate("export", "a-survey", "--to", "out", "--format", "csv"))
    assert "0 records with sealed text, 2 plain texts" in words
    assert "manage.py read" not in words
    assert Path("out/texts.csv").read_text("utf-8-sig").splitlines()[1:] == ["000001,word,rest", "000001,wish,Time."]
    assert not list(Path("out").glob("records.*"))


def test_labels_are_in_the_language_that_is_asked_for(operate: Operate, services: Services) -> None:
    a_bilingual_survey(services, a_question("yes_no", label={"en": "Met?", "sv": "Träffat?"}))
    answer(services, {"police_met": True})
    done(operate("export", "a-survey", "--to", "out", "--language", "sv", "--format", "csv"))
    assert Path("out/labels.csv").read_text("utf-8-sig").splitlines() == [
        "record,batch,version,Träffat?",
        "000001,,1,Ja",
    ]
    assert "Choose from: en, sv" in refused(operate("export", "a-survey", "--to", "other", "--language", "xx"))
    assert not Path("other").exists()


def test_export_into_a_folder_with_something_in_it_is_refused(operate: Operate, services: Services) -> None:
    an_open_survey(services)
    done(operate("export", "a-survey", "--to", "out"))
    before = sorted(Path("out").rglob("*"))
    assert "Name a new folder" in refused(operate("export", "a-survey", "--to", "out"))
    Path("file").write_text("mine")
    assert "Name a new folder" in refused(operate("export", "a-survey", "--to", "file"))
    Path("link").symlink_to("nowhere")
    assert "Name a new folder" in refused(operate("export", "a-survey", "--to", "link"))
    assert "Name a new folder" in refused(operate("export", "a-survey", "--to", "."))
    assert sorted(Path("out").rglob("*")) == before
    assert Path("file").read_text() == "mine"


def test_export_that_is_interrupted_leaves_nothing_and_can_be_run_again(
    operate: Operate, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_open_survey(services)
    answer(services, {"agreed": True, "mood": 1})

    def interrupted(*_: object) -> Iterator[object]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(export_module, "write_sav", interrupted)
        result = operate("export", "a-survey", "--to", "out")
    assert result.exit_code == 1
    assert result.stderr.split() == ["Aborted!"]
    assert list(Path().iterdir()) == []
    assert "1 record in out" in done(operate("export", "a-survey", "--to", "out"))


#: Exports more than a file may hold, by the real functions, in a process of its own.
FULL = """
import resource, sys
from pathlib import Path
from click import group
from chalicelib.services import Version
from operation.console import Operator
from operation.files import private_folder
from operation.records.export import Format, export_records, lines_of, record_codebook
from operation.records.numbers import Numbers
from operation.records.parquet import ParquetFile
from operation.records.spss import write_sav
from tests.builders import ANSWERS, a_definition
from tests.unit.operation.records.test_export import a_record

asked = a_definition().questionnaire
versions = {1: Version(1, asked)}
records = [a_record(asked, ANSWERS)] * 3000

def whole(*formats):
    export_records("a-survey", records, versions, Path("out"), formats=formats)

def parquet():
    codebook = record_codebook(versions)
    with private_folder(Path("out"), "") as place, ParquetFile(codebook, place / "records.file") as file:
        for line, _ in lines_of("a-survey", records, codebook):
            file.write(line)

def sav():
    codebook = record_codebook(versions)
    numbers = Numbers(codebook.columns_with_numbers)
    for line, _ in lines_of("a-survey", records, codebook):
        numbers.write(line)
    with private_folder(Path("out"), "") as place:
        write_sav(codebook, numbers, place / "records.file")

CASES = {
    "csv": whole,
    "xlsx": lambda: whole(Format.XLSX),
    "sav": sav,
    "parquet": parquet,
}

@group(cls=Operator)
def commands(): pass

@commands.command()
def export():
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
    CASES[sys.argv[1]]()

commands(["export"])
"""


@pytest.mark.slow  # a process each
@pytest.mark.parametrize(
    ("case", "most"),
    [
        ("csv", 1_000),
        ("csv", 100_000),
        ("xlsx", 600_000),
        ("sav", 1_000),
        ("sav", 5_000),
        ("sav", 20_000),
        ("parquet", 1_000),
    ],
)
def test_full_disk_is_told_in_one_line_and_leaves_nothing(tmp_path: Path, case: str, most: int) -> None:
    command = [sys.executable, "-c", FULL, case, str(most)]
    result = subprocess.run(
        command, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1, result.stderr
    assert result.stderr in (
        "out: File too large. Name another place.\n",
        # Its library does not say why.
        "The SPSS file could not be written. Look whether the disk is full.\n",
    )
    assert list(tmp_path.iterdir()) == []
