"""What describes the CSV to programs: each by its own validator, which reads the CSV through it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from csvw import CSVW
from frictionless import Package, validate

from chalicelib.locale import translator
from chalicelib.publication.formats.columns import COLUMNS
from chalicelib.publication.formats.csv_file import release_csv
from chalicelib.publication.formats.description import release_csvw, release_package
from chalicelib.publication.release import Release
from chalicelib.publication.worded import WordedRelease
from tests.builders import a_question, text
from tests.unit.publication.a_crossed_release import CHALLENGES, POLICE, POLICE_LATER, a_crossed_release
from tests.unit.publication.a_release import a_release

YES_NO = a_question("yes_no")


def saved(folder: Path, release: Release) -> Path:
    """The CSV and what describes it, as they are called beside each other on the web."""
    worded = WordedRelease.of(release, "en", translator("en"))
    # newline="": the file's own line ends are to stay.
    for suffix, written in {
        ".csv": release_csv(worded),
        ".csv-metadata.json": release_csvw(worded),
        ".datapackage.json": release_package(worded),
    }.items():
        (folder / f"{release.number}{suffix}").write_text(written, "utf-8", newline="")
    return folder


def by_invitation() -> Release:
    """Two editions, with crosstabs and what is left out."""
    first = a_crossed_release({**CHALLENGES, "police_met": POLICE}, {"harder.home": "no_fit"})
    return a_crossed_release({"police_met": POLICE_LATER}, n=95, previous=first)


def on_an_open_link() -> Release:
    return a_release(YES_NO, policy="protected", access="open")


def exact() -> Release:
    """Of texts that a CSV has to quote, or to make harmless."""
    asked = a_question("single_choice", label=text('"Where", exactly?\nSay, please'), short=text("1-3"))
    return a_release(asked, asked_by=None)


RELEASES = pytest.mark.parametrize("made", [by_invitation, on_an_open_link, exact])


@RELEASES
def test_csv_is_valid_by_its_metadata(tmp_path: Path, made: Callable[[], Release]) -> None:
    release = made()
    read = CSVW(str(saved(tmp_path, release) / f"{release.number}.csv-metadata.json"), validate=True)
    assert read.is_valid, read.warnings
    rows = list(read.tables[0].iterdicts())
    assert [row["release"] for row in rows] == [release.number] * len(rows)
    assert rows[0]["editions"] == list(release.tables[0].editions)
    assert rows[0]["published_on"] == datetime(2026, 3, 1)
    assert {row["count"] for row in rows if row["not_printed"]} <= {None}


@RELEASES
def test_csv_is_valid_by_its_data_package(tmp_path: Path, made: Callable[[], Release]) -> None:
    release = made()
    descriptor = str(saved(tmp_path, release) / f"{release.number}.datapackage.json")
    report = validate(descriptor)
    assert report.valid, report.flatten(["type", "message"])
    rows = Package(descriptor).get_table_resource(f"a-survey-{release.number}").read_rows()
    assert [row["release"] for row in rows] == [release.number] * len(rows)
    assert rows[0]["published_on"] == date(2026, 3, 1)
    assert rows[0]["count"] == release.tables[0].cells[0].count


@pytest.mark.parametrize(
    "damage",
    [("35,58", "many,58"), ("2026-03-01", "1 March"), ("published_on", "published_on,more"), ("no,a-survey", "no,")],
)
def test_damaged_csv_is_valid_by_neither(tmp_path: Path, damage: tuple[str, str]) -> None:
    """So that the tests above show something."""
    path = saved(tmp_path, a_release(YES_NO)) / "1.csv"
    whole = path.read_text("utf-8")
    path.write_text(whole.replace(*damage, 1), "utf-8", newline="")
    assert path.read_text("utf-8") != whole
    assert not CSVW(f"{path}-metadata.json", validate=True).is_valid
    assert not validate(str(path.with_suffix(".datapackage.json"))).valid


def described(release: Release, language: str = "en") -> tuple[Any, Any]:
    worded = WordedRelease.of(release, language, translator(language))
    return json.loads(release_csvw(worded)), json.loads(release_package(worded))


def test_both_say_what_every_column_holds() -> None:
    csvw, package = described(a_release(YES_NO))
    columns, fields = csvw["tableSchema"]["columns"], package["resources"][0]["schema"]["fields"]
    assert [each["name"] for each in columns] == [each["name"] for each in fields] == [each.name for each in COLUMNS]
    assert [each["dc:description"]["@value"] for each in columns] == [each["description"] for each in fields]
    assert all(column.says.endswith(".") for column in COLUMNS)


def test_both_tell_whose_it_is_when_it_came_what_ranges_mean_and_who_answered_and_no_licence() -> None:
    csvw, package = described(a_release(YES_NO, policy="protected"))
    assert (csvw["dc:title"], csvw["dc:publisher"]) == ("A few questions", "The network")
    assert (csvw["dc:issued"]["@value"], package["created"]) == ("2026-03-01", "2026-03-01T00:00:00Z")
    assert package["contributors"] == [{"title": "The network", "role": "publisher"}]
    for description in (csvw["dc:description"], package["description"]):
        assert "Every number is rounded to a multiple of 5" in description
        assert "The true share is in its range." in description
        assert "They are not a random sample of any group." in description
    assert not {"license", "licenses", "dc:license", "dc:rights"} & {*csvw, *package}


def test_both_lead_to_the_csv_in_their_own_language() -> None:
    for language, file in (("en", "1.csv"), ("sv", "1.csv?lang=sv")):
        csvw, package = described(a_release(YES_NO), language)
        assert csvw["url"] == package["resources"][0]["path"] == file
        assert csvw["@context"][1] == {"@language": language}


def test_what_nobody_asks_for_is_said_of_none() -> None:
    csvw, package = described(a_release(YES_NO, asked_by=None))
    assert "dc:publisher" not in csvw
    assert "contributors" not in package


def test_exact_numbers_are_said_to_be() -> None:
    _, package = described(a_release(YES_NO))
    assert package["description"].startswith("Every number is an exact count. The people who answered chose to.")
