"""Whatever a workbook says is taken, told, or refused: what nobody is told of would change a survey in silence."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from operation.errors import UnsettledWorkbook
from operation.xlsform.importing import Imported, import_form
from operation.xlsform.told import Fate
from operation.xlsform.writing import check_form
from tests.xlsforms import CHOICES, Line, choice, imported, line, save


def said(found: Imported, fate: Fate) -> str:
    return "\n".join(map(str, found.ledger.of(fate)))


MEMBER = line("select_one yn", "m", "Member?")


def test_a_column_that_nobody_knows_is_named(tmp_path: Path) -> None:
    found = imported(tmp_path, MEMBER, line("note", "n", "Hello", relevent="${m} = 'yes'"))
    assert "survey, row 1 (relevent)" in said(found, Fate.LEFT_OUT)


@pytest.mark.parametrize("column", ["image::English (en)", "media:image", "bind:relevant", "body::accuracyThreshold"])
def test_a_column_that_changes_what_is_asked_is_refused(column: str, tmp_path: Path) -> None:
    assert "cannot be said here" in said(imported(tmp_path, line("note", "n", "Hello", **{column: "x"})), Fate.REFUSED)


def test_words_of_no_language_are_not_replaced_by_those_of_another(tmp_path: Path) -> None:
    row = {"type": "note", "name": "n", "label": "Hello", "label::Svenska (sv)": "Hej"}
    path = save(tmp_path / "f.xlsx", [row], [], {"form_title": "T"})
    assert "survey, row 2 (n): “label” names no language" in said(import_form(path), Fate.REFUSED)


def test_words_of_no_language_are_those_of_the_default_one(tmp_path: Path) -> None:
    row = {"type": "note", "name": "n", "label": "Hello", "label::Svenska (sv)": "Hej"}
    path = save(tmp_path / "f.xlsx", [row], [], {"form_title": "T", "default_language": "English (en)"})
    found = import_form(path)
    assert found.document["questionnaire"]["questions"][0]["label"] == {"en": "Hello", "sv": "Hej"}
    assert not found.ledger.refused


def test_which_language_words_of_none_are_taken_for_is_told(tmp_path: Path) -> None:
    row = {"type": "note", "name": "n", "label::Svenska (sv)": "Hej", "hint": "Hello"}
    path = save(tmp_path / "f.xlsx", [row], [], {"form_title": "T"})
    assert "hint: what names no language is taken for Svenska" in said(import_form(path), Fate.CHANGED)


def test_a_choice_of_no_list_is_refused_and_a_list_of_no_question_named(tmp_path: Path) -> None:
    choices = [choice("yn", "yes", "Yes"), choice("", "no", "No"), choice("other", "a", "A")]
    found = imported(tmp_path, MEMBER, choices=choices)
    assert "choices, row 3 (no): the name of its list is missing" in said(found, Fate.REFUSED)
    assert "choices (other)" in said(found, Fate.LEFT_OUT)


def test_a_disabled_row_is_left_out(tmp_path: Path) -> None:
    found = imported(tmp_path, MEMBER, line("note", "n", "Hello", disabled="yes"))
    assert [question["id"] for question in found.document["questionnaire"]["questions"]] == ["m"]
    assert "survey, row 3 (n): it is disabled" in said(found, Fate.LEFT_OUT)


def test_a_choice_that_stands_alone_in_another_question_is_not_taken_for_one_of_this(tmp_path: Path) -> None:
    constraint = "not(selected(${m}, 'none') and count-selected(.) > 1)"
    found = imported(tmp_path, MEMBER, line("select_multiple needs", "n", "Needs?", constraint=constraint))
    assert "not understood" in said(found, Fate.REFUSED)


def test_of_two_limits_the_narrower_holds(tmp_path: Path) -> None:
    needs = line("select_multiple needs", "n", "?", constraint="count-selected(.) >= 2 and count-selected(.) >= 1")
    text = line("text", "t", "?", constraint="string-length(.) <= 50 and string-length(.) <= 90")
    one, other = imported(tmp_path, needs, text).document["questionnaire"]["questions"]
    assert (one["least"], other["most_characters"]) == (2, 50)


def test_other_columns_of_a_file_of_choices_are_refused(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("name,label,id,title\na,A,1,One\nb,B,2,Two\n", "utf-8")
    row = line("select_one_from_file c.csv", "q", "Which?", parameters="value=id label=title")
    assert "called name and label" in said(imported(tmp_path, row), Fate.REFUSED)


def test_a_list_box_loses_its_random_order_aloud(tmp_path: Path) -> None:
    row = line("select_one needs", "q", "Which?", appearance="minimal", parameters="randomize=true")
    assert "not random" in said(imported(tmp_path, row), Fate.CHANGED)


def test_tags_of_html_are_named(tmp_path: Path) -> None:
    row = line("note", "n", '<span style="color:red">Stop</span>')
    assert "tags of HTML" in said(imported(tmp_path, row), Fate.CHANGED)
    assert "tags" not in said(imported(tmp_path, line("note", "n", "Fewer than <5, or R&D?")), Fate.LEFT_OUT)


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"required": "yes", "required_message": "We count on it."}, "must be answered and others need not"),
        ({"relevant": "${m} = 'yes'"}, "a condition of its own"),
        ({"read_only": "yes"}, "read_only"),
    ],
    ids=["required", "relevant", "read_only"],
)
def test_a_row_that_differs_from_its_table_is_refused(cells: dict[str, str], why: str, tmp_path: Path) -> None:
    rows = [
        line("begin_score", "r", "Rate", **{"kobo--score-choices": "lik"}),
        line("score__row", "a", "Office", **cells),
        line("score__row", "b", "Staff"),
        line("end_score"),
    ]
    assert why in said(imported(tmp_path, MEMBER, *rows), Fate.REFUSED)


def test_rows_of_a_rating_that_must_be_answered_still_must(tmp_path: Path) -> None:
    inside = {"required": "true", "required_message": "We count on it."}
    rows = [
        line("begin_score", "r", "Rate", **{"kobo--score-choices": "lik"}),
        line("score__row", "a", "Office", **inside),
        line("score__row", "b", "Staff", hint="All of them", **inside),
        line("end_score"),
    ]
    found = imported(tmp_path, *rows)
    assert found.document["questionnaire"]["questions"][0]["required_because"]["en"] == "We count on it."
    assert "survey, row 4 (b): hint: a row of a table has none" in said(found, Fate.LEFT_OUT)


def test_an_id_a_time_and_a_link_that_were_made_up_are_told(tmp_path: Path) -> None:
    path = save(tmp_path / "f.xlsx", [MEMBER], settings={"form_id": "aXyZ", "form_title": "T"})
    told = said(import_form(path), Fate.CHANGED)
    assert all(f"settings ({name})" in told for name in ("form_id", "minutes", "exit_link"))


def test_what_is_in_a_group_whose_condition_cannot_be_said_is_not_shown_to_everybody(tmp_path: Path) -> None:
    group = [
        line("begin_group", "g", "Part", relevant="${m} = today()"),
        line("note", "n", "Hello"),
        line("end_group"),
        line("select_one yn", "z", "Last?"),
    ]
    found = imported(tmp_path, MEMBER, *group)
    assert "survey, row 4 (n): it is in a group whose condition" in said(found, Fate.REFUSED)


def test_a_section_in_a_section_is_shown_where_both_are(tmp_path: Path) -> None:
    groups = [
        line("integer", "age", "Age?", constraint=". <= 99"),
        line("begin_group", "g", "Part", relevant="${m} = 'yes'"),
        line("note", "n", "Hello"),
        line("begin_group", "h", "Part of it", relevant="${age} != 5"),
        line("note", "o", "Hello"),
        line("end_group"),
        line("end_group"),
    ]
    found = {each["id"]: each for each in imported(tmp_path, MEMBER, *groups).document["questionnaire"]["questions"]}
    assert (found["g"]["kind"], found["h"]["kind"]) == ("section", "section")
    assert found["h"]["show_if"] == {
        "all": [{"question": "m", "equals": "yes"}, {"not": {"question": "age", "equals": 5}}]
    }


def test_a_list_of_too_many_choices_is_named_before_it_is_read(tmp_path: Path) -> None:
    choices = [choice("yn", f"a{'!' * (number % 30)}{'?' * (number // 30)}", "A") for number in range(300)]
    assert "survey, row 2 (m): the list “yn” has more" in said(
        imported(tmp_path, MEMBER, choices=choices), Fate.REFUSED
    )


@pytest.mark.parametrize(
    ("row", "fate", "message"),
    [
        (line("select_one yn", "q", "Which?", default="yes"), Fate.LEFT_OUT, "default: "),
        (line("decimal", "q", "How many?", constraint=". <= 9.5"), Fate.CHANGED, "without fractions"),
        (line("select_one yn or_other", "q", "Which?"), Fate.CHANGED, "or_other: "),
        (line("note", "q", "Hello", guidance_hint="Smile"), Fate.LEFT_OUT, "guidance_hint"),
        (line("select_one yn", "q", "Which?", required="yes"), Fate.CHANGED, "may be skipped"),
    ],
    ids=range(5),
)
def test_what_is_not_as_the_workbook_has_it_is_told(row: Line, fate: Fate, message: str, tmp_path: Path) -> None:
    assert message in said(imported(tmp_path, row), fate)


def test_a_type_is_named_as_it_is_written(tmp_path: Path) -> None:
    found = imported(tmp_path, line("select_one_external cities", "q", "Which?"))
    assert "the type “select_one_external cities”" in said(found, Fate.REFUSED)


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("settings.recipients", '["age1mallory", "age1x"]'),
        ("settings", '{"recipients": {"mallory": "age1x"}}'),
        ("questionnaire.languages.en.reviewed_by", '"Mallory"'),
        ("questionnaire.languages", '{"en": {"name": "English", "reviewed_by": "Mallory"}}'),
        ("questionnaire", "[]"),
        ("questionnaire.questions", "5"),
        ("questionnaire.questions.m.id", "[1]"),
        ("questionnaire.questions.s.least_label", '"x"'),
        ("questionnaire.questions.m.label", "[" * 400 + "]" * 400),
        ("settings", "nothing"),
    ],
    ids=range(10),
)
def test_our_sheet_written_by_somebody_else_gives_no_keys_and_no_traceback(
    place: str, says: str, tmp_path: Path
) -> None:
    mood = line("range", "s", "Mood?", parameters="start=1 end=5 step=1")
    path = save(tmp_path / "f.xlsx", [mood, MEMBER])
    book = load_workbook(path)
    sheet = book.create_sheet("paraply")
    for row in (["where", "instead of", "says"], [place, "", says]):
        sheet.append(row)
    book.save(path)
    checked = check_form(path, is_draft=True)
    assert checked.imported.ledger.refused
    assert b"mallory" not in checked.content.lower().partition(b"\nsettings:")[2]


@pytest.mark.parametrize("kind", ["decimal", "Decimal"])
def test_fractions_that_are_lost_are_told_however_the_type_is_written(kind: str, tmp_path: Path) -> None:
    found = imported(tmp_path, line(kind, "n", "Hours?", constraint=". <= 80"))
    assert "survey, row 2 (n): whole numbers only" in said(found, Fate.CHANGED)


def test_choices_whose_names_are_of_another_script_get_codes_and_conditions_find_them(tmp_path: Path) -> None:
    choices = [choice("c", "لبنان", "Lebanon"), choice("c", "الأردن", "Jordan"), choice("c", "choice", "Another")]
    rows = line("select_one c", "c", "Where?"), line("note", "n", "Hello", relevant="${c} = 'الأردن'")
    found = imported(tmp_path, *rows, choices=choices)
    first, second = found.document["questionnaire"]["questions"]
    assert [option["code"] for option in first["options"]] == ["choice_2", "choice_3", "choice"]
    assert second["show_if"] == {"question": "c", "equals": "choice_3"}
    assert "choices, row 3 (الأردن): the code is choice_3" in said(found, Fate.CHANGED)
    assert not found.ledger.refused


def test_a_choice_without_a_label_is_told_by_its_row(tmp_path: Path) -> None:
    found = imported(tmp_path, MEMBER, choices=[*CHOICES, choice("yn", "maybe", "")])
    assert said(found, Fate.REFUSED) == f"choices, row {len(CHOICES) + 2} (maybe): this choice has no label."


def test_a_name_with_a_blank_is_found_by_a_condition(tmp_path: Path) -> None:
    note = line("note", "n", "Hello", relevant="${Met us} = 'yes'")
    found = imported(tmp_path, line("select_one yn", "Met us", "Have you met us?"), note)
    assert found.document["questionnaire"]["questions"][1]["show_if"] == {"question": "met_us", "equals": "yes"}


def test_a_workbook_that_asks_nothing_is_told_so(tmp_path: Path) -> None:
    path = save(tmp_path / "f.xlsx", [line("start", "start")], [])
    with pytest.raises(UnsettledWorkbook) as caught:
        check_form(path)
    assert "survey: none of its rows is a question that can be asked here." in str(caught.value)
