"""Tables of exported records on the operator's screen and in files, and what is said where there can be none."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from chalicelib.services import Services
from operation.lifecycle import publish_definition
from tests.builders import FakeClock, a_definition, a_question, an_open_survey, options
from tests.functional.commands import Operate, done, refused
from tests.records import a_records_folder, answer, export

COUNTRY, MET = a_question("single_choice", options=options("se", "no", "other")), a_question("yes_no")
MARGINS = "source: A census\nshares: {country: {se: 30, no + other: 70}}\n"


WEIGHTED = ("records", "--rows", "country", "--weights", "margins.yaml")


@pytest.fixture
def records(services: Services, operate: Operate) -> str:
    """Six of Sweden, five of Norway who met the police; run in the folder that commands are run in."""
    sweden, norway = {"country": "se", "police_met": False}, {"country": "no", "police_met": True}
    a_records_folder(services, Path("records"), COUNTRY, MET, answers=[*[sweden] * 6, *[norway] * 5], text="plain")
    Path("margins.yaml").write_text(MARGINS, "utf-8")
    return "records"


def test_table_is_marked_first_and_last_and_asks_nothing_of_the_server(
    records: str, operate: Operate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:9")
    lines = done(operate("table", records, "--rows", "police_met", "--columns", "country")).splitlines()
    assert lines[0] == lines[-1]
    assert lines[0].startswith("INTERNAL: exact counts of “a-survey”")
    (row,) = (line for line in lines if line.startswith("Yes"))
    assert " ".join(row.split()) == "Yes 5 45 % 0 0 % 5 100 % 0 – %"


def test_survey_is_tabulated_by_its_name_from_where_export_writes_by_itself(
    services: Services, operate: Operate, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_open_survey(services, COUNTRY, policy="exact", text="plain")
    answer(services, {"country": "se"})
    assert "1 record in a-survey-records." in done(operate("export", "a-survey"))
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:9")
    by_name, by_folder = (operate("table", each, "--rows", "country") for each in ("a-survey", "a-survey-records"))
    assert done(by_name) == done(by_folder)
    assert by_name.stderr == "These are the records in a-survey-records, as they were exported.\n"
    assert by_folder.stderr == ""


def test_table_of_a_survey_that_was_exported_twice_names_both_folders(services: Services, operate: Operate) -> None:
    an_open_survey(services, COUNTRY, policy="exact", text="plain")
    for _ in range(2):
        done(operate("export", "a-survey", "--format", "sav"))
    said = refused(operate("table", "a-survey", "--rows", "country"))
    assert said.endswith("Name one of: a-survey-records, a-survey-records-2.")


def test_file_says_that_it_is_internal_and_is_its_owners_alone(records: str, operate: Operate) -> None:
    said = done(operate("table", records, "--rows", "police_met", "--where", "country=se", "--to", "out.csv"))
    path = Path("INTERNAL-out.csv")
    assert "Wrote INTERNAL-out.csv." in said
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text("utf-8-sig").splitlines() == [
        "INTERNAL: exact counts of “a-survey”, for its operators alone. To pass numbers on, take a release.".join('""'),
        "Rows: About yes_no? (police_met)",
        "Records: 6 of 11 (country is se). Shares are of those in a column who answered.",
        "table,row,row_label,column,column_label,people,base,percent,small",
        "police_met,yes,Yes,all,All,0,6,0,",
        "police_met,no,No,all,All,6,6,100,",
        "INTERNAL: exact counts of “a-survey”, for its operators alone. To pass numbers on, take a release.".join('""'),
    ]


def test_cell_of_few_who_answered_is_small_in_the_file_though_nobody_is_in_it(
    services: Services, operate: Operate
) -> None:
    a_records_folder(services, Path("records"), COUNTRY, MET, answers=[{"police_met": True}] * 3, text="plain")
    done(operate("table", "records", "--rows", "police_met", "--to", "out.csv"))
    lines = Path("INTERNAL-out.csv").read_text("utf-8-sig").splitlines()
    assert "police_met,no,No,all,All,0,3,0,yes" in lines


def test_weighted_table_and_weights_are_written(records: str, operate: Operate) -> None:
    arguments = ("--weights", "margins.yaml", "--to", "internal-1.csv", "--weights-to", "weights.csv")
    said = done(operate("table", records, "--rows", "police_met", *arguments))
    assert "Weighted to country. Source: A census" in said
    assert "Wrote 11 weights to INTERNAL-weights.csv" in said
    lines = Path("internal-1.csv").read_text("utf-8-sig").splitlines()
    header = next(place for place, line in enumerate(lines) if line.startswith("table,"))
    assert lines[header].endswith(
        "people_unweighted,base_unweighted,percent_unweighted,small,percent_weighted,base_effective"
    )
    assert lines[header + 1 : header + 3] == [
        "police_met,yes,Yes,all,All,5,11,45,,70,9",
        "police_met,no,No,all,All,6,11,55,,30,9",
    ]
    weights = Path("INTERNAL-weights.csv").read_text("ascii").splitlines()
    assert sorted(line.split(",")[1] for line in weights) == ["0.550000"] * 6 + ["1.540000"] * 5 + ["weight"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("missing", "--rows", "country"), "No records of “missing” are here. To export them: manage.py export"),
        (("a-survy", "--rows", "country"), "No records of “a-survy” are here. Did you mean “a-survey”?"),
        (("elsewhere/a-survey", "--rows", "country"), "elsewhere/a-survey is no folder of records"),
        (("margins.yaml", "--rows", "country"), "margins.yaml is no folder of records"),
        (("records", "--rows", "contry"), "There is no question “contry”. Did you mean “country”?"),
        (("records", "--rows", "country", "--columns", "met"), "There is no question “met”."),
        (("records", "--rows", "country", "--where", "country=sw"), "“country” has no code “sw”."),
        (("records", "--rows", "country", "--where", "country"), "“country” is no condition."),
        (("records", "--rows", "country", "--where", "country=other"), "None of the records has: country is other."),
        (("records", "--rows", "country", "--weights", "none.yaml"), "none.yaml is not there."),
        (("records", "--rows", "country", "--weights", "records"), "records: Is a directory."),
        (("records", "--rows", "country", "--weights", "bad.yaml"), "error: bad.yaml:1: This is not valid YAML"),
        (("records", "--rows", "country", "--weights", "few.yaml"), "few.yaml:1: shares.country.other: Nobody is"),
        (("records", "--rows", "country", "--weights-to", "weights.csv"), "Give --weights FILE too."),
        (("records", "--rows", "country", "--to", "taken.csv"), "INTERNAL-taken.csv exists. Name another file."),
        (
            (*WEIGHTED, "--to", "new.csv", "--weights-to", "taken.csv"),
            "INTERNAL-taken.csv exists. Name another file.",
        ),
        (("records", "--rows", "country", "--to", "margins.yaml/new.csv"), "Not a directory. Name another place."),
    ],
)
def test_bad_input_is_told_in_one_line_and_nothing_is_written(
    records: str, operate: Operate, arguments: tuple[str, ...], said: str
) -> None:
    Path("bad.yaml").write_text("shares: {", "utf-8")
    Path("few.yaml").write_text("{source: s, shares: {country: {se: 30, no: 60, other: 10}}}", "utf-8")
    Path("INTERNAL-taken.csv").write_text("mine", "utf-8")
    before = sorted(Path().iterdir())
    result = operate("table", *arguments)
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert said in line
    assert sorted(Path().iterdir()) == before


def test_full_disk_leaves_no_file(records: str, operate: Operate, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    result = operate("table", records, "--rows", "country", "--to", "out.csv")
    assert (result.exit_code, result.stderr) == (1, "INTERNAL-out.csv: No space left on device. Name another place.\n")
    assert sorted(path.name for path in Path().iterdir()) == ["margins.yaml", "records"]


def test_records_of_several_versions_are_one_table(services: Services, operate: Operate, clock: FakeClock) -> None:
    an_open_survey(services, COUNTRY, policy="exact", text="plain")
    for _ in range(3):
        answer(services, {"country": "se"})
    more = a_question("single_choice", options=options("se", "no", "other", "dk"))
    publish_definition(services, a_definition(more, MET, policy="exact", text="plain"), [])
    clock.advance(minutes=1)
    answer(services, {"country": "dk", "police_met": True})
    export(services, Path("records"))
    lines = done(operate("table", "records", "--rows", "police_met", "--columns", "country")).splitlines()
    assert ["All", "SE", "NO", "OTHER", "DK"] in [line.split() for line in lines]
    assert ["No", "answer", "3!", "3!", "0", "0", "0"] in [line.split() for line in lines]
