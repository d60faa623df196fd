"""A survey's name stands for the only folder of its records that is here, and for nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from operation.errors import OperatorError
from operation.records.contents import CONTENTS, Contents
from operation.records.found import Found, records_named
from tests.builders import a_definition, a_question

QUESTIONNAIRE = a_definition(a_question("yes_no")).questionnaire


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def a_folder(name: str, survey: str = "a-survey") -> Path:
    path = Path(name)
    path.mkdir(parents=True)
    Contents(survey=survey, records=0, versions={1: QUESTIONNAIRE}).write(path)
    return path


@pytest.mark.parametrize("name", ["a-survey-records", "records", "a-survey-records-2", "Ours of May"])
def test_survey_is_the_folder_that_has_its_records_whatever_that_is_called(name: str) -> None:
    a_folder("others", "b-survey")
    folder = a_folder(name)
    told = f"These are the records in {name}, as they were exported."
    assert records_named(Path("a-survey")) == Found(folder, told)


def test_folder_of_records_is_itself_though_it_is_called_as_another_survey() -> None:
    a_folder("records")
    told = "These are the records in the folder a-survey. Others of the survey “a-survey” are in records."
    assert records_named(a_folder("a-survey", "b-survey")) == Found(Path("a-survey"), told)


def test_of_a_folder_that_nothing_else_is_called_nothing_is_told() -> None:
    a_folder("others", "b-survey")
    assert records_named(a_folder("a-survey")) == Found(Path("a-survey"))
    assert records_named(a_folder("ours")) == Found(Path("ours"))


def test_folder_that_is_no_folder_of_records_does_not_hide_those_of_the_survey() -> None:
    Path("a-survey").mkdir()
    folder = a_folder("records")
    assert records_named(Path("a-survey")).folder == folder


@pytest.mark.parametrize("name", ["a-survey", "deep/a-survey", "a-survey.yaml"])
def test_what_is_there_and_has_no_records_is_left_to_be_told(name: str) -> None:
    Path(name).mkdir(parents=True)
    assert records_named(Path(name)) == Found(Path(name))


def test_several_folders_of_a_survey_are_named_and_none_is_taken() -> None:
    for name in ("b", "a"):
        a_folder(name)
    with pytest.raises(OperatorError, match=r"Several folders here have records of “a-survey”\. Name one of: a, b\."):
        records_named(Path("a-survey"))


def test_folders_that_are_damaged_or_unfinished_or_elsewhere_are_no_records_of_it() -> None:
    a_folder(".a-survey-records.unfinished")
    a_folder("deep/records")
    (a_folder("damaged") / CONTENTS).write_text("{")
    found = a_folder("found")
    assert records_named(Path("a-survey")).folder == found


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("a-surveys", " Did you mean “a-survey”? To export them: manage.py export a-surveys --to a-surveys-records"),
        ("ours-recrds", " Did you mean “ours-records”? To"),
        ("another", " To export them: manage.py export another --to another-records"),
        ("x y", " To export them: manage.py export 'x y' --to 'x y-records'"),
    ],
)
def test_where_there_are_none_it_is_told_what_may_be_meant_and_how_to_export_them(named: str, said: str) -> None:
    a_folder("ours-records")
    with pytest.raises(OperatorError) as error:
        records_named(Path(named))
    assert str(error.value).startswith(f"No records of “{named}” are here.{said}")
