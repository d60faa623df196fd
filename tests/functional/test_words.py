"""`manage.py words`: a round of translation, in which nothing but words can change, and every slip is told at once."""

from __future__ import annotations

import copy
import errno
import json
import os
import re
import stat
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from operation.authoring.loader import load_definition
from operation.gallery import LIBRARY
from operation.words.workbook import HOW, LAST_ROUND, WORDS
from tests.builders import a_document, a_question
from tests.functional.commands import Operate, done, refused
from tests.words import column_of, filled_in, place, translated

LINK = "Read [our page](https://example.org/en) first."
FILE = "ours.yaml"
LABEL, OPTION = "questionnaire.questions.country.label", "questionnaire.questions.country.options.se.label"
HINT = "questionnaire.questions.country.hint"


@pytest.fixture
def file(operate: Operate) -> Path:
    """A small definition in two languages."""
    document = copy.deepcopy(a_document(a_question("single_choice", id="country"), a_question("section", id="end")))
    questionnaire = document["questionnaire"]
    questionnaire["languages"]["ar"] = {"name": "العربية"}
    questionnaire["questions"][0]["hint"] = {"en": LINK, "ar": "اقرأ [صفحتنا](https://example.org/ar)."}
    questionnaire["questions"][0]["options"][0] = {"code": "se", "label": {"en": "Sweden"}}
    for holder in (questionnaire, *questionnaire["questions"], *questionnaire["questions"][0]["options"]):
        for name in ("title", "asked_by", "introduction", "thanks", "label", "hint"):
            if name in holder:
                holder[name].setdefault("ar", f"نص {holder[name]['en']}")
    Path(FILE).write_text(json.dumps(document, indent=2, ensure_ascii=False), "utf-8")
    return Path(FILE)


def sent(operate: Operate, *options: str, to: str = "w.xlsx") -> Path:
    done(operate("words", FILE, "--to", to, *options))
    return Path(to)


def told(operate: Operate, workbook: Path, *options: str) -> list[str]:
    """What is wrong with the workbook; the file stays."""
    before = Path(FILE).read_bytes()
    result = operate("words", FILE, "--from", str(workbook), *options)
    assert (result.exit_code, result.stdout) == (1, "")
    assert Path(FILE).read_bytes() == before
    return [str(line) for line in result.stderr.splitlines()]


def words_of(file: Path) -> Any:
    return load_definition(file).definition


# --- out --------------------------------------------------------------------------------------------------------------


def test_each_row_says_in_words_where_its_text_stands(operate: Operate, file: Path) -> None:
    sheet = openpyxl.load_workbook(sent(operate))[WORDS]
    where = {row[1].value: row[0].value for row in sheet.iter_rows(min_row=3)}
    assert where[LABEL] == "Question 1 “country”"
    assert where[OPTION] == "Question 1 “country”, option 1 “se”"
    assert where[HINT] == "Question 1 “country”, hint"
    assert where["questionnaire.questions.end.label"] == "Section “end”"
    assert where["questionnaire.title"] == "Title"


def test_only_words_marks_reviewers_and_spare_columns_can_be_written(operate: Operate, file: Path) -> None:
    sheet = openpyxl.load_workbook(sent(operate, "--add", "fi"))[WORDS]
    assert sheet.protection.sheet
    assert not sheet.protection.password
    headers = [cell.value for cell in sheet[1][:9]]
    assert headers == [
        "where",
        "place",
        LAST_ROUND,
        *("English (en)", "en: mark", "العربية (ar)", "ar: mark", "Suomi (fi)", "fi: mark"),
    ]
    assert [cell.protection.locked for cell in sheet[5][:12]] == [True, True, True, *[False] * 9]
    assert [cell.protection.locked for cell in sheet[1][:12]] == [True] * 9 + [False] * 3
    hidden = [(each.min, each.max) for each in sheet.column_dimensions.values() if each.hidden]
    assert hidden == [(2, 3)]


def test_right_to_left_is_known_of_the_language_and_long_texts_are_wrapped(operate: Operate, file: Path) -> None:
    sheet = openpyxl.load_workbook(sent(operate, "--add", "he", "--add", "et"))[WORDS]
    orders = {code: sheet.cell(4, column_of(sheet, code)).alignment for code in ("en", "ar", "he", "et")}
    assert {code: each.readingOrder for code, each in orders.items()} == {"en": 1, "ar": 2, "he": 2, "et": 1}
    assert all(each.wrap_text for each in orders.values())


def test_workbook_is_for_its_owner_and_replaces_none(operate: Operate, file: Path) -> None:
    workbook = sent(operate)
    assert stat.S_IMODE(workbook.stat().st_mode) == 0o600
    assert "It may hold somebody's work" in refused(operate("words", FILE, "--to", "w.xlsx"))


# --- and back ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["member-challenges", "organisation-profile", "starter"])
def test_round_without_changes_leaves_the_file_to_the_byte(operate: Operate, name: str) -> None:
    content = (LIBRARY / f"{name}.yaml").read_bytes()
    Path(FILE).write_bytes(content)
    workbook = sent(operate, "--add", "et")
    said = done(operate("words", FILE, "--from", str(workbook)))
    assert said == f"Nothing to change: {FILE} has these words already.\n"
    assert Path(FILE).read_bytes() == content


def test_what_changes_is_told_and_nothing_else_changes(operate: Operate, file: Path) -> None:
    file.chmod(0o640)
    before = json.loads(file.read_text("utf-8"))
    workbook = sent(operate)
    cells = {place(workbook, LABEL, "en"): "Where?\r\nSay it. ", place(workbook, OPTION, "ar"): "السويد"}
    filled_in(workbook, {**cells, "D2": "Kim, who reads a lot"})
    said = done(operate("words", FILE, "--from", str(workbook)))
    assert said.splitlines()[0] == f"Changed in {FILE}: texts in en 1, ar 1; reviewers of en."
    before["questionnaire"]["questions"][0]["label"]["en"] = "Where?\nSay it."
    before["questionnaire"]["questions"][0]["options"][0]["label"]["ar"] = "السويد"
    before["questionnaire"]["languages"]["en"]["reviewed_by"] = "Kim, who reads a lot"
    assert json.loads(file.read_text("utf-8")) == before
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_new_language_is_a_new_column_by_its_header(operate: Operate, file: Path) -> None:
    workbook = sent(operate)
    filled_in(workbook, {"H1": "Suomi (fi)", "H2": "A.", place(workbook, LABEL, "ar").replace("F", "H"): "Mikä maa?"})
    [said] = told(operate, workbook)
    assert re.search(r"words, H3, H4, .*: empty, where “en” has words\. .*--unfinished", said)
    said = done(operate("words", FILE, "--from", str(workbook), "--unfinished"))
    assert f"Changed in {FILE}: texts in fi 1; new: fi; reviewers of fi." in said
    assert "Still without words, and shown in the first language: fi " in said
    questionnaire = words_of(file).questionnaire
    assert questionnaire.languages["fi"].model_dump() == {"name": "Suomi", "reviewed_by": "A."}
    assert questionnaire.questions[0].label["fi"] == "Mikä maa?"
    assert questionnaire.first_language == "en"


def test_what_changed_in_the_file_meanwhile_stays_and_both_is_told(operate: Operate, file: Path) -> None:
    workbook = sent(operate)
    filled_in(workbook, {place(workbook, LABEL, "ar"): "أين؟"})
    text = file.read_text("utf-8")
    file.write_text(text.replace('"Sweden"', '"Sverige"'), "utf-8")
    done(operate("words", FILE, "--from", str(workbook)))
    questions = words_of(file).questionnaire.questions
    assert (questions[0].options[0].label["en"], questions[0].label["ar"]) == ("Sverige", "أين؟")
    file.write_text(text.replace('"نص About', '"نعم About'), "utf-8")
    [said] = told(operate, workbook)
    assert said == f"w.xlsx, words, {place(workbook, LABEL, 'ar')}: the file's words have changed too. " + (
        "Write into both what is to stand here."
    )


def test_every_problem_is_told_at_once_by_its_cell(operate: Operate, file: Path) -> None:
    workbook = sent(operate, "--add", "fi")
    rows = openpyxl.load_workbook(workbook)[WORDS].max_row
    label, option, hint = (place(workbook, key, "ar") for key in (LABEL, OPTION, HINT))
    title = place(workbook, "questionnaire.title", "en")
    cells = {
        label: "=1+1",
        option: 7,
        hint: "اقرأ صفحتنا.",
        title: "a" * 4001,
        title.replace("D", "F"): None,
        title.replace("D", "G"): "well",
        title.replace("D", "H"): "Muutama \u202ekysymys",
        "J1": "Finnish",
        "K1": "fi",
        "L4": "alone",
        f"B{rows + 1}": LABEL,
        f"B{rows + 2}": "questionnaire.questions.gone.label",
        f"D{rows + 2}": "written meanwhile",
        f"D{rows + 3}": "words",
    }
    filled_in(workbook, cells)
    said = told(operate, workbook, "--unfinished")
    assert all(line.startswith("w.xlsx, words, ") for line in said)
    assert [line.removeprefix("w.xlsx, words, ") for line in said] == [
        "J1: this column has no language. Write its name and code, as in “Suomi (fi)”, or delete the column.",
        "K1: fi stands in H1 too. Keep one, or name another language.",
        "L4: words in a column without a language. Name it in L1.",
        f"row {rows + 1}: this text stands in row {label[1:]} too. Delete one of them.",
        f"row {rows + 3}: this row belongs to no text. Delete it.",
        f"{title.replace('D', 'G')}: no mark. Write “read”, “look again” or nothing.",
        f"{label}: a formula. Write what it should say.",
        f"{option}: a number. Format the cell as text, and write it again.",
        f"row {rows + 2}: new words, of a text that is not in the file. Move them, or delete the row.",
        f"{title}: too long: 4,001 characters. Shorten it.",
        f"{title.replace('D', 'F')}: empty, and the file has words here. Put them back.",
        f"{title.replace('D', 'H')}: The invisible character U+202E stops files, or turns text around. Delete it.",
        f"{hint}: 1 link in “en”, and none here. Write [words](https://…) as there.",
    ]


def test_what_check_would_refuse_is_told_by_the_cell_it_comes_from(operate: Operate, file: Path) -> None:
    workbook = sent(operate)
    hint = place(workbook, HINT, "ar")
    filled_in(workbook, {hint: "[example.com](https://example.org/)"})
    [said] = told(operate, workbook)
    assert said.startswith(f"w.xlsx, words, {hint}: In “ar” “example.com” leads to")


def test_a_column_that_is_gone_and_merged_cells_are_told(operate: Operate, file: Path) -> None:
    workbook = sent(operate)
    book = openpyxl.load_workbook(workbook)
    book[WORDS].delete_cols(6, 2)
    book[WORDS].merge_cells("D5:D6")
    book.save(workbook)
    assert told(operate, workbook)[:2] == [
        "w.xlsx, words, D5:D6: merged cells. Split them, and write each text into its own cell.",
        "w.xlsx, words: the column of ar is gone. Give it its header back.",
    ]


# --- rounds -----------------------------------------------------------------------------------------------------------


def marks(workbook: Path) -> dict[str, str]:
    sheet = openpyxl.load_workbook(workbook)[WORDS]
    column = column_of(sheet, "ar") + 1
    return {row[1].value: row[column - 1].value for row in sheet.iter_rows(min_row=3) if row[column - 1].value}


def test_where_the_source_changed_since_the_last_round_it_says_look_again(operate: Operate, file: Path) -> None:
    first = sent(operate, to="1.xlsx")
    cells = {
        place(first, LABEL, "en"): "Which land?",
        place(first, HINT, "en"): "See [it](https://example.org/).",
        place(first, HINT, "ar"): "انظر [هنا](https://example.org/).",
    }
    filled_in(first, cells)
    done(operate("words", FILE, "--from", "1.xlsx"))
    said = done(operate("words", FILE, "--to", "2.xlsx", "--since", "1.xlsx"))
    assert "To look at again, since the first language has changed: ar 1." in said
    # The hint was put into Arabic in the same round.
    assert marks(Path("2.xlsx")) == {LABEL: "look again"}
    sent(operate, "--since", "2.xlsx", to="3.xlsx")
    assert marks(Path("3.xlsx")) == {LABEL: "look again"}
    filled_in(Path("3.xlsx"), {place(Path("3.xlsx"), LABEL, "ar").replace("F", "G"): "Read"})
    sent(operate, "--since", "3.xlsx", to="4.xlsx")
    assert marks(Path("4.xlsx")) == {LABEL: "read"}


def test_nobody_has_read_through_what_is_to_be_looked_at_again(operate: Operate, file: Path) -> None:
    workbook = sent(operate)
    mark = place(workbook, LABEL, "ar").replace("F", "G")
    filled_in(workbook, {mark: "look again", "F2": "A reader"})
    [said] = told(operate, workbook)
    assert said == (
        f"w.xlsx, words, F2: a reader is named, and beside {mark.replace('G', 'F')} stands “look again”."
        " Mark what was read."
    )
    assert "A reader" not in said


def test_reader_is_named_before_the_words_changed_and_can_be_taken_out(operate: Operate, file: Path) -> None:
    workbook = sent(operate)
    filled_in(workbook, {place(workbook, LABEL, "en"): "Where?"})
    said = done(operate("words", FILE, "--from", str(workbook)))
    assert "Read through before these changes: en. Have them read again." in said
    assert "A. Reviewer" not in said
    filled_in(workbook, {"D2": None})
    done(operate("words", FILE, "--from", str(workbook)))
    assert words_of(file).questionnaire.drafts == ("en", "ar")


# --- what goes wrong --------------------------------------------------------------------------------------------------


def test_bad_calls_are_refused_in_a_line(operate: Operate, file: Path) -> None:
    workbook = sent(operate)
    assert "Give either --to" in refused(operate("words", FILE))
    assert "Give either --to" in refused(operate("words", FILE, "--to", "a.xlsx", "--from", "w.xlsx"))
    assert "go with --to" in refused(operate("words", FILE, "--from", "w.xlsx", "--add", "fi"))
    assert "no code of a language" in refused(operate("words", FILE, "--to", "a.xlsx", "--add", "Finnish"))
    assert "has “ar” already" in refused(operate("words", FILE, "--to", "a.xlsx", "--add", "ar"))
    assert "none.xlsx is not there" in refused(operate("words", FILE, "--from", "none.xlsx"))
    assert "no workbook (.xlsx)" in refused(operate("words", FILE, "--from", FILE))
    assert "cannot be read" in refused(operate("words", "none.yaml", "--from", str(workbook)))
    openpyxl.Workbook().save("other.xlsx")
    assert "has no sheet with the hidden columns" in refused(operate("words", FILE, "--from", "other.xlsx"))
    assert not Path("a.xlsx").exists()


def test_a_full_disk_and_an_interrupt_leave_the_file(
    operate: Operate, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbook = sent(operate)
    filled_in(workbook, {place(workbook, LABEL, "en"): "Where?"})
    before = file.read_bytes()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fchmod", full)
    assert refused(operate("words", FILE, "--from", str(workbook))).endswith(
        f"{FILE}: No space left on device. Name another place."
    )
    assert file.read_bytes() == before
    assert sorted(path.name for path in Path().iterdir()) == [FILE, "w.xlsx"]


def test_a_link_to_the_file_stays_one(operate: Operate, file: Path) -> None:
    workbook = sent(operate)
    filled_in(workbook, {place(workbook, LABEL, "en"): "Where?"})
    Path("link.yaml").symlink_to(FILE)
    done(operate("words", "link.yaml", "--from", str(workbook)))
    assert Path("link.yaml").is_symlink()
    assert words_of(file).questionnaire.questions[0].label["en"] == "Where?"


def test_a_file_whose_layout_takes_no_words_is_left_as_it_is(operate: Operate, file: Path) -> None:
    text = (LIBRARY / "starter.yaml").read_text("utf-8")
    file.write_text(
        text.replace('title: {en: "A few questions"}', 'title:\n    ? en\n    : "A few questions"'), "utf-8"
    )
    workbook = sent(operate)
    filled_in(workbook, {"F1": "Suomi (fi)", place(workbook, "questionnaire.title", "en").replace("D", "F"): "Muutama"})
    before = file.read_bytes()
    assert operate("words", FILE, "--from", str(workbook), "--unfinished").exit_code == 1
    assert file.read_bytes() == before


def test_instructions_come_along(operate: Operate, file: Path) -> None:
    said = [row[0].value for row in openpyxl.load_workbook(sent(operate))[HOW].iter_rows()]
    assert "“Suomi (fi)”" in said[3]


def test_whole_language_comes_in_at_once(operate: Operate, file: Path) -> None:
    workbook = sent(operate, "--add", "et")
    count = translated(workbook, "et", "et ")
    assert f"texts in et {count}; new: et." in done(operate("words", FILE, "--from", str(workbook)))
    assert words_of(file).questionnaire.languages.keys() == {"en", "ar", "et"}
