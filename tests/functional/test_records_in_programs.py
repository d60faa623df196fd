"""Exported records, opened by the programs that analysts have: PSPP, R with haven, LibreOffice."""

from __future__ import annotations

import csv
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from chalicelib.questionnaire.definition import Definition
from chalicelib.services import Version
from operation.records.export import export_records
from operation.records.spss import cut
from tests.builders import a_document, a_question, options
from tests.unit.operation.records.test_export import a_record

pytestmark = pytest.mark.slow

ARABIC, NORDIC, LONG = "لا أعرف", "Blåbær, ø og þ", "ö" * 300


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """Of a survey with words of every alphabet, labels that are too long, a day, and every reason for no answer."""
    country = [{"code": "se", "label": {"en": NORDIC}}, {"code": "no", "label": {"en": ARABIC}}]
    document = a_document(
        a_question("single_choice", label={"en": LONG}, options=[*country, {"code": "dk", "label": {"en": LONG}}]),
        a_question("multiple_choice", label={"en": ARABIC}),
        a_question("scale", show_if={"question": "country", "equals": "se"}),
        a_question("ranking"),
        a_question("date"),
        a_question("number"),
        a_question("yes_no", id="all"),
        a_question("matrix", id="m" * 40, rows=options("x" * 40, "y")),
    )
    questionnaire = Definition.model_validate(document).questionnaire
    answers: list[dict[str, Any]] = [
        {"country": "se", "challenges": ["law"], "mood": 4, "wants": ["pay"], "moved": "2024-02-29", "clients": 7},
        {"country": "no", "all": True, "clients": 34, "m" * 40: {"x" * 40: "much", "y": "some"}},
        {"country": "se", "moved": "2020-01-01"},
    ]
    some = [a_record(questionnaire, each) for each in answers]
    export_records("a-survey", some, {1: Version(1, questionnaire)}, tmp_path / "records")
    return tmp_path / "records"


def run(*command: str | Path) -> str:
    """What a program says that ends well."""
    assert shutil.which(str(command[0])), f"install {command[0]}: .ci/run has its package"
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_pspp_has_labels_missing_values_and_days(records: Path) -> None:
    syntax, output = records.parent / "look.sps", records.parent / "look.csv"
    names = "country challenges.law mood wants.home clients all_1"
    syntax.write_text(
        f"GET FILE='{records / 'records.sav'}'.\n"
        "DISPLAY DICTIONARY.\n"
        f"FREQUENCIES VARIABLES={names} /FORMAT=AVALUE.\n"
        "LIST VARIABLES=record country mood moved.\n"
        "DESCRIPTIVES VARIABLES=clients mood.\n"
        "MRSETS /MDGROUP NAME=$challenges VARIABLES=challenges.law TO challenges.none VALUE=1 /DISPLAY NAME=ALL.\n",
        "utf-8",
    )
    run("pspp", "-O", "format=csv", "-o", output, syntax)
    told = output.read_text("utf-8")
    assert "error" not in told.lower()
    assert "warning" not in told.lower()
    for label in (cut(LONG, 256), f"{ARABIC}: LAW", NORDIC, ARABIC, "4", "About scale?", "Not asked", "Not ranked"):
        assert label in told
    lines = told.splitlines()
    listed = lines[lines.index("record,country,mood,moved") :][1:4]
    assert listed == ["000001,1,4,2024/02/29", "000002,2,-8,.", "000003,1,-9,2020/01/01"]
    assert "Missing,No answer,1,33.3%,," in lines
    assert ",Not asked,1,33.3%,," in lines
    assert "About number?,2,20.50,19.09,7,34" in lines, "no reason for missing is reckoned with"
    assert any(line.startswith("$challenges,") and "Dichotomies" in line for line in lines), "as the guide has it"


R_LOOKS = """
library(haven)
whole <- read_sav("{path}", user_na = TRUE)
usual <- read_sav("{path}")
line <- function(...) cat(..., "", sep = "\\n")
line(attr(whole$country, "label"))
line(names(attr(whole$country, "labels")))
line(as.character(as_factor(usual$country)))
line(attr(whole$challenges.law, "label"))
line(as.numeric(whole$mood))
line(as.numeric(usual$mood))
line(format(usual$moved))
line(as.numeric(usual$clients), class(usual$moved))
line(names(usual)[grepl("^(all|mm)", names(usual))])
"""


def test_haven_has_labels_missing_values_and_days(records: Path) -> None:
    told = run("Rscript", "--vanilla", "-e", R_LOOKS.format(path=records / "records.sav")).splitlines()
    long = "m" * 40 + "." + "x" * 21 + "_1"
    assert [line for line in told if line] == [
        cut(LONG, 256),
        *("No answer", NORDIC, ARABIC, cut(LONG, 120)),
        *(NORDIC, ARABIC, NORDIC),
        f"{ARABIC}: LAW",
        *("4", "-8", "-9"),
        *("4", "NA", "NA"),
        *("2024-02-29", "NA", "2020-01-01"),
        *("7", "34", "NA", "Date"),
        *("all_1", long, "m" * 40 + ".y"),
    ]


@pytest.mark.parametrize("sheet", ["codes", "labels"])
def test_libreoffice_opens_the_workbook(records: Path, sheet: str) -> None:
    """Of each sheet the cells are those of the table of the same name."""
    target = records.parent / "converted"
    profile = f"-env:UserInstallation=file://{records.parent}/profile"
    filters = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    run("soffice", profile, "--headless", "--convert-to", filters, "--outdir", target, records / "records.xlsx")
    with (target / f"records-{sheet}.csv").open(encoding="utf-8", newline="") as opened:
        found = list(csv.reader(opened))
    with (records / f"{sheet}.csv").open(encoding="utf-8-sig", newline="") as file:
        assert found == list(csv.reader(file))
