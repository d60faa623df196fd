"""Cells are read as the answers that they say, whatever the kind of question."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.errors import InvalidSubmission
from chalicelib.questionnaire.definition import Definition, Questionnaire
from chalicelib.responses.answers import Answers
from chalicelib.services import Version
from chalicelib.spreadsheet import as_text
from operation.importing.cells import CellReader, columns_of
from operation.importing.csv_file import CsvFile
from tests.builders import a_definition, a_document, a_question, text
from tests.strategies import conditional_questionnaires, json_answers

EVERYTHING = Version(1, a_definition().questionnaire)


def read(version: Version, cells: dict[str, str]) -> Answers:
    return version.validator.validate(version.validator.raw_answers(CellReader(version.codebook).fields(cells)))


def codes(cells: dict[str, str], version: Version = EVERYTHING) -> dict[str, tuple[str, ...]]:
    found = dict(read(version, {"agreed": "given", **cells}).codes)
    del found["agreed"]
    return found


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"country": "se"}, {"country": ("se",)}),
        ({"country": "SE"}, {"country": ("se",)}),
        ({"country": ""}, {}),
        ({"challenges": "stigma;law"}, {"challenges": ("law", "stigma")}),
        ({"challenges": "Law; patrol"}, {"challenges": ("law", "police")}),
        ({"challenges.law": "1", "challenges.police": "0", "challenges.stigma": ""}, {"challenges": ("law",)}),
        ({"challenges.law": "0"}, {}),
        ({"mood": "4"}, {"mood": ("4",)}),
        ({"challenges.law": "TRUE", "challenges.police": "usann"}, {"challenges": ("law",)}),
        ({"challenges.law": "1,0", "challenges.police": "0.0"}, {"challenges": ("law",)}),
        ({"mood": "4.0"}, {"mood": ("4",)}),
        ({"clients": "34,0"}, {"clients": ("34",)}),
        ({"moved": "2024-02-29 00:00:00"}, {"moved": ("2024-02-29",)}),
        ({"police_met": "SANT"}, {"police_met": ("yes",)}),
        ({"mood": "1 – bad"}, {"mood": ("1",)}),
        ({"harder.home": "some", "harder.work": "Much"}, {"harder.home": ("some",), "harder.work": ("much",)}),
        ({"wants.rest": "1", "wants.home": "2"}, {"wants.home": ("2",), "wants.rest": ("1",)}),
        ({"clients": "34"}, {"clients": ("34",)}),
        ({"moved": "2024-02-29"}, {"moved": ("2024-02-29",)}),
        ({"moved": "29.02.2024"}, {"moved": ("2024-02-29",)}),
        ({"moved": "1.3.2024"}, {"moved": ("2024-03-01",)}),
        ({"police_met": "yes"}, {"police_met": ("yes",)}),
        ({"police_met": "No"}, {"police_met": ("no",)}),
        ({"source": "poster"}, {"source": ("poster",)}),
    ],
)
def test_codes_and_labels_are_read(cells: dict[str, str], found: dict[str, tuple[str, ...]]) -> None:
    assert codes(cells) == found


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"country": "sweden"}, "unknown_option"),
        ({"challenges": "law;xyz"}, "unknown_option"),
        ({"challenges.law": "yes"}, "unknown_option"),
        ({"challenges": "law;stigma;police"}, "too_many"),
        ({"challenges": "law;none"}, "exclusive"),
        ({"mood": "6"}, "wrong_type"),
        ({"clients": "3.5"}, "not_a_number"),
        ({"clients": "301"}, "out_of_range"),
        ({"moved": "2024-02-30"}, "not_a_date"),
        ({"moved": "02/03/2024"}, "not_a_date"),
        ({"moved": "soon"}, "not_a_date"),
        ({"moved": "2024-02-29 13:30"}, "not_a_date"),
        ({"moved": "1.3.20245"}, "not_a_date"),
        ({"moved": "2019-12-31"}, "date_out_of_range"),
        ({"police_met": "perhaps"}, "wrong_type"),
        ({"wants.rest": "2"}, "rank_missing"),
        ({"wants.rest": "1", "wants.home": "1"}, "rank_repeated"),
        ({"word": "x" * 1_001}, "too_long"),
        ({"country.other.text": "Faroe"}, "specify_unchosen"),
        ({"agreed": ""}, "consent_required"),
    ],
)
def test_what_fits_no_answer_is_told_as_it_is_to_all_others(cells: dict[str, str], problem: str) -> None:
    with pytest.raises(InvalidSubmission) as caught:
        codes(cells)
    assert problem in {each.code for each in caught.value.problems}


def bilingual(**labels: tuple[str, str]) -> Version:
    options = [{"code": code, "label": text(en, sv=sv)} for code, (en, sv) in labels.items()]
    document = a_document(a_question("single_choice", options=options), a_question("yes_no"), a_question("consent"))
    document["questionnaire"]["languages"]["sv"] = {"name": "Svenska"}
    return Version(1, Definition.model_validate(document).questionnaire)


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"country": "Sverige"}, "se"),
        ({"country": " norge "}, "no"),
        ({"country": "other"}, "other"),
    ],
)
def test_labels_of_any_language_are_read(cells: dict[str, str], found: str) -> None:
    version = bilingual(se=("Sweden", "Sverige"), no=("Norway", "Norge"), other=("Another", "Ett annat"))
    assert codes(cells, version) == {"country": (found,)}
    assert codes({"police_met": "Ja"}, version) == {"police_met": ("yes",)}


@pytest.mark.parametrize("cell", ["Nej", "falskt"])
def test_norway_is_no_no(cell: str) -> None:
    version = bilingual(se=("Sweden", "Sverige"), no=("Norway", "Norge"))
    assert codes({"police_met": cell}, version) == {"police_met": ("no",)}
    with pytest.raises(InvalidSubmission):
        codes({"country": cell}, version)


def test_label_that_two_options_have_is_no_answer_and_a_code_comes_first() -> None:
    version = bilingual(a=("Rest", "Rast"), b=("Rast", "Vila"), vila=("Home", "Hem"))
    with pytest.raises(InvalidSubmission):
        codes({"country": "Rast"}, version)
    assert codes({"country": "Vila"}, version) == {"country": ("vila",)}


def test_label_with_the_separator_in_it_is_one_answer() -> None:
    options = [{"code": code, "label": text(label)} for code, label in (("a", "Rest; sleep"), ("b", "Home"))]
    version = Version(1, a_definition(a_question("multiple_choice", options=options)).questionnaire)
    assert read(version, {"challenges": "rest; sleep"}).codes == {"challenges": ("a",)}


@pytest.mark.parametrize("label", ["1-3", "30+", "=SUM(A1)", "01", "$0 - $24,999", "True"])
def test_labels_are_read_as_our_own_files_write_them(label: str) -> None:
    version = bilingual(a=(label, "Några"), b=("Many", "Många"))
    assert as_text(label) != label
    assert codes({"country": as_text(label)}, version) == codes({"country": label}, version) == {"country": ("a",)}


def test_question_called_as_a_column_of_ours_has_an_underscore() -> None:
    questions = (a_question("yes_no", id=name) for name in ("row", "code", "version"))
    version = Version(1, a_definition(*questions).questionnaire)
    assert columns_of(version.codebook) == {"row": ("row_",), "code": ("code_",), "version": ("version_",)}
    assert read(version, {"row": "17", "row_": "yes"}).codes == {"row": ("yes",)}


@pytest.mark.slow
@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_answers_of_any_survey_come_back_as_they_were_written(data: st.DataObject) -> None:
    questionnaire: Questionnaire = data.draw(conditional_questionnaires())
    version = Version(1, questionnaire)
    answers = version.validator.validate(data.draw(json_answers(questionnaire)))
    row: dict[str, Any] = {name: ";".join(found) for name, found in answers.codes.items()} | dict(answers.texts)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["row", *row], ["1", *row.values()]])
        (line,) = CsvFile.read(path).lines
    assert read(version, dict(line.cells)) == answers
