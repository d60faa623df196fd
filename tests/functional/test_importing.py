"""Answers on paper: stored once and by the rules of all others, or not at all, and nowhere told."""

from __future__ import annotations

import csv
import json
import stat
from collections.abc import Sequence
from pathlib import Path

import pytest

from chalicelib.collection import withdraw
from chalicelib.jobs import publish_releases
from chalicelib.responses.receipt import receipt_of
from chalicelib.services import Services
from chalicelib.storage.database import Database
from operation.importing.plan import Plan, plan_import
from operation.invitations import invite
from operation.lifecycle import publish_definition
from tests.builders import (
    ANSWERS,
    Browser,
    FakeClock,
    a_definition,
    a_question,
    an_open_survey,
    close_and_wait,
    releases_of,
    stored_items,
    unseal,
)
from tests.functional.commands import Operate, done, refused

COUNTRY, WORD, MET = a_question("single_choice"), a_question("short_text"), a_question("yes_no")
CANARY = "canary-word"
IMPORT = ("import-responses", "a-survey", "paper.csv")


def paper(*rows: Sequence[str], name: str = "paper.csv") -> None:
    with Path(name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def test_every_kind_of_answer_is_stored_as_the_api_stores_it(
    services: Services, browser: Browser, operate: Operate
) -> None:
    an_open_survey(services)
    assert browser.send_json(ANSWERS).status_code == 201
    row = {
        "country": "OTHER",
        "country.other.text": "Faroe",
        "region": "south",
        "challenges": "stigma; law",
        "mood": "4",
        "harder.home": "some",
        "wants.rest": "1",
        "wants.home": "2",
        "clients": "34",
        "moved": "29.2.2024",
        "police_met": "no",
        "agreed": "given",
        "word": "rest",
        "wish": "Time.\nAnd a home.",
        "source": "poster",
    }
    paper(["row", *row], ["1", *row.values()])
    assert "1 row stored." in done(operate(*IMPORT))
    by_api, by_paper = stored_items(services)
    assert [by_api[name] for name in ("answers", "v", "mark")] == [by_paper[name] for name in ("answers", "v", "mark")]
    sealed = [unseal(item["sealed"]["B"]) for item in (by_api, by_paper)]
    assert json.loads(sealed[0].strip()) == json.loads(sealed[1].strip())
    assert by_api.keys() == by_paper.keys()


def test_file_that_is_imported_again_stores_nothing_twice_P5(services: Services, operate: Operate) -> None:
    an_open_survey(services, COUNTRY, MET)
    paper(["row", "country"], ["1", "se"], ["2", "no"])
    done(operate(*IMPORT))
    paper(["country", "row"], ["no", "3"], ["no", "2"], ["se", "1"])
    assert "1 row stored, 2 of an earlier import replaced." in done(operate(*IMPORT))
    assert len(stored_items(services)) == 3


def test_import_that_was_cut_short_goes_on(services: Services, database: Database, operate: Operate) -> None:
    an_open_survey(services, COUNTRY)
    paper(["row", "country"], *([str(number), "se"] for number in range(20)))
    puts = iter(range(7))

    def cut(**_: object) -> None:
        if next(puts, None) is None:
            raise KeyboardInterrupt

    database.client.meta.events.register("before-call.dynamodb.PutItem", cut)
    try:
        assert "Interrupted after 7 of 20 rows. Run the same" in operate(*IMPORT, "--receipts", "receipts.csv").stderr
    finally:
        database.client.meta.events.unregister("before-call.dynamodb.PutItem", cut)
    assert len(stored_items(services)) == 7
    assert not Path("receipts.csv").exists()
    assert "13 rows stored, 7 of an earlier import replaced" in done(operate(*IMPORT, "--receipts", "receipts.csv"))
    assert len(stored_items(services)) == 20
    assert len(receipts()) == 20


def test_changed_row_replaces_only_with_a_yes(services: Services, operate: Operate) -> None:
    an_open_survey(services, COUNTRY)
    paper(["row", "country"], ["1", "se"])
    done(operate(*IMPORT))
    before = stored_items(services)
    paper(["row", "country"], ["1", "no"])
    assert "1 row answered something else" in operate(*IMPORT).stderr
    assert stored_items(services) == before
    assert "0 rows stored, 1 of an earlier" in done(operate(*IMPORT, "--confirm", "a-survey"))
    assert stored_items(services) != before
    assert len(stored_items(services)) == 1


def test_what_was_counted_stands_and_paper_is_counted_like_the_rest(
    services: Services, browser: Browser, operate: Operate, clock: FakeClock
) -> None:
    an_open_survey(services, COUNTRY, policy="exact")
    assert browser.send_json({"country": "se"}).status_code == 201
    paper(["row", "country"], ["1", "se"], ["2", "no"])
    done(operate(*IMPORT))
    publish_releases(services)
    (release,) = releases_of(services)
    assert release.responses == 3
    assert "2 rows left as they are: counted before." in done(operate(*IMPORT))
    paper(["row", "country"], ["1", "no"], ["3", "se"])
    assert "line 2, row: Other answers were counted under this name, and they stand." in operate(*IMPORT).stderr
    assert "1 row stored" in done(operate(*IMPORT, "--skip"))
    close_and_wait(services, clock)
    assert "“a-survey” is closed." in refused(operate(*IMPORT))
    assert "“a-survey” is closed." in refused(operate(*IMPORT[:2], "--template", "new.csv"))


def test_what_was_counted_before_other_questions_were_asked_stands_and_stops_no_import(
    services: Services, operate: Operate, clock: FakeClock
) -> None:
    an_open_survey(services, COUNTRY, policy="exact")
    paper(["row", "country"], ["1", "se"])
    done(operate(*IMPORT))
    publish_releases(services)
    publish_definition(services, a_definition(COUNTRY, a_question("scale"), policy="exact"), [])
    clock.advance(minutes=1)
    paper(["row", "country", "mood"], ["1", "se", ""], ["2", "se", "4"])
    said = done(operate(*IMPORT))
    assert "1 row stored" in said
    assert "1 row left as they are: counted before." in said


def test_all_problems_are_told_by_line_and_column_and_nothing_is_stored(services: Services, operate: Operate) -> None:
    an_open_survey(services, COUNTRY, WORD, MET)
    paper(
        ["row", "country", "word", "police_met"],
        ["1", "se", "rest", "yes"],
        ["2", CANARY, CANARY * 100, CANARY],
        ["", "se", "", ""],
        ["1", "no", "", ""],
        ["5", "", "", ""],
    )
    result = operate(*IMPORT)
    assert (result.exit_code, result.stdout) == (1, "")
    *problems, last = result.stderr.splitlines()
    assert [line.partition(": ")[0] for line in problems] == [
        "paper.csv, line 2, row",
        "paper.csv, line 3, country",
        "paper.csv, line 3, word",
        "paper.csv, line 3, police_met",
        "paper.csv, line 4, row",
        "paper.csv, line 5, row",
        "paper.csv, line 6, all",
    ]
    assert last == "5 rows of paper.csv cannot be stored, so nothing was. Mend the file."
    assert problems[1].endswith("country: Choose one of the options listed. Codes: se, no, other.")
    assert stored_items(services) == []
    assert CANARY not in result.output


def test_advice_says_what_a_cell_may_hold(services: Services, operate: Operate) -> None:
    an_open_survey(services, a_question("multiple_choice"), a_question("date"))
    paper(["row", "challenges.law", "moved"], ["1", CANARY, CANARY])
    law, moved, _ = operate(*IMPORT).stderr.splitlines()
    assert law.endswith("Codes: law, stigma, police, none. In a column of one of them: 1 or 0.")
    assert moved.endswith("Write it as 2026-12-31.")


def test_rows_that_fit_are_stored_where_the_operator_says_so(services: Services, operate: Operate) -> None:
    an_open_survey(services, COUNTRY)
    paper(["row", "country"], ["1", "se"], ["2", CANARY], ["3", "no"])
    result = operate(*IMPORT, "--skip")
    assert result.exit_code == 0
    assert "2 rows stored" in result.stdout
    assert CANARY not in result.output
    assert len(stored_items(services)) == 2


def receipts() -> dict[str, str]:
    with Path("receipts.csv").open(encoding="utf-8-sig", newline="") as file:
        return {line["row"]: line["receipt"] for line in csv.DictReader(file)}


def test_who_answered_on_paper_withdraws_with_a_receipt_P11(services: Services, operate: Operate) -> None:
    survey = an_open_survey(services, COUNTRY)
    paper(["row", "country"], ["a", "se"], ["=b", "no"])
    done(operate(*IMPORT, "--receipts", "receipts.csv"))
    assert stat.S_IMODE(Path("receipts.csv").stat().st_mode) == 0o600
    first = receipts()
    assert first.keys() == {"a", "'=b"}
    withdraw(services, survey, first["a"])
    assert len([item for item in stored_items(services) if "answers" in item]) == 1
    assert "receipts.csv exists." in refused(operate(*IMPORT, "--receipts", "receipts.csv"))
    Path("receipts.csv").unlink()
    done(operate(*IMPORT, "--receipts", "receipts.csv"))
    # A receipt is told only for what is stored (P6).
    assert receipts() == {"'=b": first["'=b"]}


def test_receipts_that_find_no_place_are_told_before_a_row_is_stored(services: Services, operate: Operate) -> None:
    an_open_survey(services, COUNTRY)
    paper(["row", "country"], ["1", "se"])
    assert "there is no folder nowhere" in refused(operate(*IMPORT, "--receipts", "nowhere/receipts.csv"))
    assert stored_items(services) == []


def test_row_is_the_same_however_a_spreadsheet_writes_its_number_P5(services: Services, operate: Operate) -> None:
    an_open_survey(services, COUNTRY)
    paper(["row", "country"], ["001", "se"], ["2", "no"], ["é", "no"])
    done(operate(*IMPORT))
    paper(["row", "country"], ["1", "se"], ["2.0", "no"], ["e\u0301", "no"])
    assert "0 rows stored, 3 of an earlier import replaced." in done(operate(*IMPORT))
    paper(["row", "country"], ["3", "se"], ["03", "no"])
    assert "line 2, row: Another row of this file has the same name." in operate(*IMPORT).stderr
    assert len(stored_items(services)) == 3


def test_columns_that_a_spreadsheet_emptied_are_passed_over_and_nothing_in_them(
    services: Services, operate: Operate
) -> None:
    an_open_survey(services, COUNTRY)
    paper(["", "", ""], ["row", "", "country", "", ""], ["1", "", "se", "", ""], ["", "", "", "", ""])
    assert "1 row stored" in done(operate(*IMPORT))
    paper(["row", "country", "", ""], ["2", "se", "", CANARY])
    result = operate(*IMPORT)
    assert "line 2, end: Something stands beside the columns that have a name." in result.stderr
    assert CANARY not in result.output


def test_withdrawn_row_stays_withdrawn_P11(services: Services, operate: Operate) -> None:
    survey = an_open_survey(services, COUNTRY)
    paper(["row", "country"], ["1", "se"])
    done(operate(*IMPORT))
    withdraw(services, survey, receipt_of(services.receipt_key(survey), b"import:1"))
    assert "1 row left as they are: withdrawn before." in done(operate(*IMPORT))
    assert [item for item in stored_items(services) if "answers" in item] == []


def test_each_response_needs_its_invitation_P10(services: Services, operate: Operate) -> None:
    an_open_survey(services, COUNTRY, access="invitation")
    done(operate(*IMPORT[:2], "--template", "new.csv"))
    assert Path("new.csv").read_text("utf-8-sig").startswith("row,code,country")
    first, second = invite(services, "a-survey", 2)
    paper(
        ["row", "code", "country"],
        ["1", first, "se"],
        ["2", first.lower(), "se"],
        ["3", "", "se"],
        ["4", "A" * 16, "se"],
    )
    result = operate(*IMPORT)
    assert [line.split(": ")[0] for line in result.stderr.splitlines()[:-1]] == [
        f"paper.csv, line {line}, code" for line in (2, 3, 4, 5)
    ]
    assert first not in result.output
    paper(["row", "code", "country"], ["1", first, "se"], ["2", second.lower(), "no"])
    assert "2 rows stored" in done(operate(*IMPORT))
    assert "0 rows stored, 2 of an earlier import replaced." in done(operate(*IMPORT))
    paper(["row", "code", "country"], ["3", first, "se"])
    assert "line 2, code: This code is not known, or was used." in operate(*IMPORT).stderr
    assert len(stored_items(services)) == 2


def test_row_whose_code_is_used_meanwhile_is_told_and_has_no_receipt_P6_P10(
    services: Services, browser: Browser, operate: Operate, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_open_survey(services, COUNTRY, access="invitation")
    first, second = invite(services, "a-survey", 2)
    paper(["row", "code", "country"], ["1", first, "se"], ["2", second, "se"])

    def overtaken(services: Services, survey: str, path: Path) -> Plan:
        plan = plan_import(services, survey, path)
        assert browser.send_json({"country": "se"}, invitation=second).status_code == 201
        return plan

    monkeypatch.setattr("operation.importing.plan.plan_import", overtaken)
    result = operate(*IMPORT, "--receipts", "receipts.csv")
    assert (result.exit_code, len(stored_items(services)), [*receipts()]) == (1, 2, ["1"])
    assert "paper.csv, line 3, code: This code is not known, or was used." in result.stderr
    assert "Some codes were used meanwhile. The other rows are stored." in result.stderr


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["country"], ["se"]], "paper.csv has no column “row”"),
        ([["row", "contry"], ["1", "se"]], "column 2 is none of this survey's. Did you mean “country”?"),
        ([["row", CANARY, CANARY], ["1", "se", "no"]], "column 2 is none of this survey's. Name columns by questions"),
        ([["row", "country", "country"], ["1", "se", "se"]], "two columns “country”"),
        ([["row", "challenges", "challenges.law"], ["1", "", "1"]], "“challenges” in one column and in several"),
        ([["row", "country"]], "has no rows"),
        ([["row", "country"], ["# a note", "se"]], "has no rows"),
        ([], "is empty"),
    ],
)
def test_file_with_other_columns_is_refused_in_one_line(
    services: Services, operate: Operate, rows: list[list[str]], said: str
) -> None:
    an_open_survey(services, COUNTRY, a_question("multiple_choice"))
    paper(*rows)
    told = refused(operate(*IMPORT))
    assert said in told
    assert CANARY not in told


def test_bad_calls_are_refused_in_one_line(services: Services, operate: Operate) -> None:
    an_open_survey(services, COUNTRY)
    assert "paper.csv is not there." in refused(operate(*IMPORT))
    assert "Give the file to import, or --template" in refused(operate("import-responses", "a-survey"))
    paper(["row", "country"], ["1", "se"])
    assert "Give the file to import, or --template" in refused(operate(*IMPORT, "--template", "new.csv"))
    assert "no survey" in refused(operate("import-responses", "another", "paper.csv")).lower()
    assert "paper.csv exists." in refused(operate("import-responses", "a-survey", "--template", "paper.csv"))


def test_survey_that_is_not_open_takes_no_paper(services: Services, operate: Operate) -> None:
    an_open_survey(services, COUNTRY, opens_on="2026-03-15")
    paper(["row", "country"], ["1", "se"])
    assert "is not open before 2026-03-15. Answers can be imported while" in refused(operate(*IMPORT))


def test_template_can_be_filled_in_and_imported(services: Services, operate: Operate) -> None:
    an_open_survey(services)
    assert "import-responses a-survey new.csv" in done(operate("import-responses", "a-survey", "--template", "new.csv"))
    path = Path("new.csv")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    columns, taken, words = csv.reader(path.open(encoding="utf-8-sig", newline=""))
    assert dict(zip(columns, taken, strict=True)) == TAKEN
    assert words[1] == "About single_choice?"
    row = {"row": "1", "agreed": "given", "mood": "2"}
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow([row.get(column, "") for column in columns])
    assert "1 row stored" in done(operate("import-responses", "a-survey", "new.csv"))


TAKEN = {
    "row": "# a name for each row",
    "country": "se / no / other",
    "country.other.text": "words",
    "region": "north / south / west",
    "challenges": "one or more, as a;b: law / stigma / police / none",
    "mood": "1 / 2 / 3 / 4 / 5",
    "harder.home": "not / some / much",
    "harder.work": "not / some / much",
    "wants.home": "1 / 2",
    "wants.rest": "1 / 2",
    "wants.pay": "1 / 2",
    "clients": "a number, 0 to 300",
    "moved": "a date as 2026-12-31, 2020-01-01 to 2026-12-31",
    "police_met": "yes / no",
    "agreed": "given",
    "word": "words",
    "wish": "words",
    "source": "mail / poster",
}
