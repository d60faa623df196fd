"""The codebook of what is published: every table and code of a release, in words, and the same before there is one."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from chalicelib.errors import in_english
from chalicelib.publication.formats.codebook_file import CODEBOOK_HEADER, release_codebook_csv
from chalicelib.publication.formats.csv_file import release_csv
from chalicelib.publication.published_codebook import codebook_of_release
from chalicelib.publication.release import Release, cells_of
from chalicelib.publication.worded import WordedRelease
from operation.preview import planned_codebook, write_codebook
from tests.builders import a_definition, a_question, options, text
from tests.unit.publication.a_crossed_release import POLICE, a_crossed_release
from tests.unit.publication.a_release import SIXTY, a_release

MET = {"question": "police_met", "equals": "yes"}
QUESTIONS = [
    a_question("yes_no"),
    a_question("single_choice", show_if=MET, short=text("Country")),
    a_question("matrix"),
    a_question("multiple_choice"),
    a_question("long_text"),
]
#: Of those asked alone.
FEWER = {**SIXTY, "country": {"se": 16, "no": 15, "other": 4}}


def rows_of(release: Release) -> list[dict[str, str]]:
    return rows_in(release_codebook_csv(WordedRelease.of(release, "en", in_english)))


def rows_in(content: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content)))


@pytest.mark.parametrize("policy", ["exact", "protected"])
@pytest.mark.parametrize("questions", [[], QUESTIONS])
def test_codebook_has_every_code_of_every_printed_table_and_no_other_P8(
    questions: list[dict[str, Any]], policy: str
) -> None:
    release = a_release(*questions, policy=policy, counts=FEWER)
    found = {(row["table"], row["code"]): row for row in rows_of(release) if row["code"]}
    printed = {(table.id, cell.code) for table in release.tables for cell in table.cells}
    assert found.keys() == printed
    assert printed >= {(table.id, cell.code) for table in release.tables for cell in cells_of(table)}
    assert all(row["label"] and row["asked_of"] and row["kind_label"] for row in found.values())
    assert {row["rounding_base"] for row in found.values()} == {str(release.rounding_base)}


def test_codebook_says_whom_a_question_was_asked_of_and_what_is_no_answer_like_the_others() -> None:
    rows = rows_of(a_release(*QUESTIONS))
    asked_of = {row["question"]: row["asked_of"] for row in rows}
    assert asked_of["country"] == "those who answered “Yes” to “About yes_no?”"
    assert asked_of["harder"] == "everybody"
    assert {(row["question"], row["code"]) for row in rows if row["apart"] == "yes"} == {("challenges", "none")}
    assert {row["short"] for row in rows if row["question"] == "country"} == {"Country"}


def test_table_that_is_not_printed_says_why_and_has_no_codes() -> None:
    release = a_release(*QUESTIONS, counts={**SIXTY, "police_met": {"yes": 3, "no": 57}}, policy="protected")
    assert "country" in {omitted.id for omitted in release.omitted}
    (row,) = [row for row in rows_of(release) if row["table"] == "country"]
    assert (row["code"], row["since_edition"]) == ("", "")
    assert row["not_printed"].startswith("Not shown: ")


def test_codes_are_told_with_the_edition_that_they_are_published_since() -> None:
    first = a_release(a_question("yes_no"))
    second = a_release(a_question("yes_no"), a_question("scale"), previous=first, counts={**SIXTY, "mood": {"1": 60}})
    assert {row["question"]: row["since_edition"] for row in rows_of(second)} == {"police_met": "1", "mood": "2"}


def test_crossed_question_names_the_groups_that_it_is_shown_by() -> None:
    release = a_crossed_release({"police_met": POLICE})
    crossed = {(crosstab.question, crosstab.group) for crosstab in release.crosstabs}
    assert crossed
    assert {(row["question"], row["crossed_by"]) for row in rows_of(release) if row["crossed_by"]} == crossed


def test_words_that_a_spreadsheet_takes_for_a_formula_are_harmless_in_the_codebook() -> None:
    rows = rows_of(a_release(a_question("yes_no", label=text("=cmd()"), short=text("+1"))))
    assert {(row["question_label"], row["short"]) for row in rows} == {("'=cmd()", "'+1")}


def test_ids_and_codes_are_those_of_the_csv_so_that_both_can_be_joined() -> None:
    options = [{"code": code, "label": {"en": code}} for code in ("1e1", "01", "may5", "home")]
    question = a_question("single_choice", id="mar1", options=options)
    worded = WordedRelease.of(a_release(question, survey="may-2026"), "en", in_english)
    codes, cells = rows_in(release_codebook_csv(worded)), rows_in(release_csv(worded))
    of_codes = [(row["survey"], row["table"], row["code"]) for row in codes]
    assert of_codes == [(row["survey"], row["question"], row["code"]) for row in cells]
    assert of_codes[1] == ("'may-2026", "'mar1", "'01")


def test_release_of_before_questions_were_told_has_a_codebook() -> None:
    release = a_release(*QUESTIONS, policy="exact", sections=(), how_made=None)
    assert {row["table"] for row in rows_of(release)} == {table.id for table in release.tables}


def test_codebook_before_fieldwork_is_that_of_the_release_but_for_what_only_answers_decide(tmp_path: Path) -> None:
    path = tmp_path / "codebook.csv"
    write_codebook(a_definition(*QUESTIONS, policy="exact"), path)
    planned = rows_in(path.read_text("utf-8-sig"))
    assert [*planned[0]] == list(CODEBOOK_HEADER)
    unknown = dict.fromkeys(("release", "since_edition"), "")
    assert planned == [row | unknown for row in rows_of(a_release(*QUESTIONS, policy="exact", languages=("en",)))]


def test_codebook_before_fieldwork_says_what_is_never_printed() -> None:
    many = {"question": "needs", "chosen_at_least": 2}
    needs = a_question("multiple_choice", id="needs", options=options("a", "b", "c"))
    planned = planned_codebook(a_definition(needs, a_question("scale", id="last", show_if=many)))
    assert [table.not_printed != "" for table in planned.questions[-1].tables] == [True]


def test_tables_of_a_question_with_the_same_codes_stand_together_on_the_page() -> None:
    codebook = codebook_of_release(WordedRelease.of(a_release(*QUESTIONS), "en", in_english))
    alike = {question.question.code: [len(tables) for tables in question.alike] for question in codebook.questions}
    assert (alike["harder"], alike["challenges"]) == ([2], [1, 3])
