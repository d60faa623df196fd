"""Tables and rankings as Kobo and ODK deploy them come in as one question each, not as notes and choices."""

from __future__ import annotations

from pathlib import Path

import pytest

from operation.xlsform.importing import Imported
from operation.xlsform.told import Fate
from tests.unit.operation.xlsform.test_kobo import questions, refused
from tests.xlsforms import Line, deployed_matrix, deployed_ranking, deployed_rating, imported, line

MEMBER = line("select_one yn", "m", "Member?")


def said(found: Imported, fate: Fate) -> str:
    return "\n".join(map(str, found.ledger.of(fate)))


def test_a_deployed_matrix_is_one_table_for_each_column(tmp_path: Path) -> None:
    liked = line("note", "n", "Good.", relevant="${dm_car_like} = '3'")
    found = imported(tmp_path, MEMBER, *deployed_matrix("dm", "${m} = 'yes'"), liked)
    _, have, like, note = found.document["questionnaire"]["questions"]
    assert [each["kind"] for each in (have, like)] == ["matrix", "matrix"]
    assert (have["id"], have["label"]["en"]) == ("dm_have", "Things: Have it?")
    assert [(row["code"], row["label"]["en"]) for row in have["rows"]] == [("car", "Car"), ("bike", "Bike")]
    assert [option["code"] for option in like["options"]] == ["1", "2", "3"]
    assert have["show_if"] == like["show_if"] == {"question": "m", "equals": "yes"}
    assert note["show_if"] == {"question": "dm_like.car", "equals": "3"}
    assert not found.ledger.refused


@pytest.mark.parametrize("is_deployed", [False, True])
def test_a_column_that_is_no_single_choice_is_refused_by_its_row_and_the_others_come_in(
    is_deployed: bool, tmp_path: Path
) -> None:
    built = [
        line("begin_kobomatrix", "dm", "Things", **{"kobo--matrix_list": "needs"}),
        line("integer", "have", "How many?"),
        line("select_one lik", "like", "Like it?"),
        line("end_kobomatrix"),
    ]
    found = imported(tmp_path, *(deployed_matrix("dm", have="integer") if is_deployed else built))
    assert [*questions(found)] == ["dm_like"]
    row = 9 if is_deployed else 3
    assert [str(told) for told in found.ledger.refused] == [
        f"survey, row {row} (have): a column of a table is a select_one here, not integer. "
        "Ask it as a question for each row."
    ]


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"required": "yes"}, "the rows of this column differ"),
        ({"relevant": "${m} = 'yes'"}, "a condition of its own (row 15)"),
        ({"type": "select_one lik"}, "the rows of this column differ"),
    ],
    ids=["required", "relevant", "list"],
)
def test_a_cell_that_differs_from_its_column_is_refused(cells: dict[str, str], why: str, tmp_path: Path) -> None:
    rows = deployed_matrix("dm")
    at = next(place for place, row in enumerate(rows) if row["name"] == "dm_bike_have")
    rows[at] = {**rows[at], **cells}
    assert why in "\n".join(refused(tmp_path, MEMBER, *rows))


def test_words_of_a_cell_that_are_not_those_of_its_column_are_named(tmp_path: Path) -> None:
    rows = deployed_matrix("dm")
    rows[7] = {**rows[7], "label::English (en)": "Does anybody drive?", "hint::English (en)": "Or did."}
    found = said(imported(tmp_path, *rows), Fate.LEFT_OUT)
    assert "survey, row 9 (dm_car_have): the words above its column are shown" in found
    assert "survey, row 9 (dm_car_have): hint" in found


def test_a_row_with_another_condition_is_not_of_the_matrix(tmp_path: Path) -> None:
    rows = deployed_matrix("dm")
    at = next(place for place, row in enumerate(rows) if row["name"] == "dm_bike")
    rows[at] = {**rows[at], "relevant": "${m} = 'yes'"}
    found = questions(imported(tmp_path, MEMBER, *rows))
    assert [row["code"] for row in found["dm_have"]["rows"]] == ["car"]
    assert found["dm_bike_like"]["show_if"] == {"question": "m", "equals": "yes"}


def test_a_deployed_rating_and_ranking_are_what_they_were(tmp_path: Path) -> None:
    found = imported(tmp_path, *deployed_rating("rate"), *deployed_ranking("order"))
    rate, order = found.document["questionnaire"]["questions"]
    assert (rate["id"], rate["kind"], rate["label"]["en"]) == ("rate", "matrix", "Rate these")
    assert [row["code"] for row in rate["rows"]] == ["office", "staff"]
    assert (order["id"], order["kind"], order["label"]["en"]) == ("order", "ranking", "Rank these")
    assert not found.ledger.refused
    assert "survey, row 9 (order_1): may be skipped" in said(found, Fate.CHANGED)


@pytest.mark.parametrize("cell", ["relevant", "media::image"])
def test_headings_that_say_more_and_list_boxes_in_a_group_with_words_stay_what_they_are(
    cell: str, tmp_path: Path
) -> None:
    matrix, ranking = deployed_matrix("dm"), deployed_ranking("order")
    matrix[2] = {**matrix[2], cell: "${m} = 'yes'"}
    ranking[0] = {**ranking[0], "label::English (en)": "Your needs"}
    found = questions(imported(tmp_path, MEMBER, *matrix, *ranking))
    assert ("dm_have" in found, found["order"]["kind"]) == (False, "section")


def test_list_boxes_with_another_constraint_are_no_ranking(tmp_path: Path) -> None:
    rows = deployed_ranking("order")
    rows[3] = {**rows[3], "constraint": "${order_2} != 'none'"}
    assert any("order_2): constraint: " in told for told in refused(tmp_path, *rows))


def _table(*looks: str, **heading: str) -> list[Line]:
    """A table without a group: a row that shows the choices, and rows of these appearances."""
    rows = [
        line("select_one lik", f"row_{number}", f"Row {number}", appearance=look) for number, look in enumerate(looks)
    ]
    return [line("select_one lik", "all", "Rate all", **{"appearance": "label", **heading}), *rows]


def test_a_table_among_other_questions_of_a_group_is_a_table(tmp_path: Path) -> None:
    group = [line("begin_group", "g", "Services"), line("text", "why", "Why?")]
    found = questions(imported(tmp_path, *group, *_table("list-nolabel", "w2 list-nolabel"), line("end_group")))
    assert {name: each["kind"] for name, each in found.items()} == {
        "g": "section",
        "why": "short_text",
        "all": "matrix",
    }
    assert [row["code"] for row in found["all"]["rows"]] == ["row_0", "row_1"]


def test_words_of_a_group_and_of_the_table_in_it_both_stay(tmp_path: Path) -> None:
    found = questions(
        imported(tmp_path, line("begin_group", "g", "Services"), *_table("list-nolabel"), line("end_group"))
    )
    assert [each["label"]["en"] for each in found.values()] == ["Services", "Rate all"]


def test_a_table_whose_rows_have_one_condition_has_it(tmp_path: Path) -> None:
    rows = [{**row, "relevant": "${m} = 'yes'"} for row in _table("list-nolabel")]
    assert questions(imported(tmp_path, MEMBER, *rows))["all"]["show_if"] == {"question": "m", "equals": "yes"}
    (told,) = refused(tmp_path, MEMBER, rows[0], {**rows[1], "relevant": "${m} = 'no'"})
    assert "a condition of its own" in told


def test_that_the_row_which_shows_the_choices_is_required_asks_nothing_of_the_others(tmp_path: Path) -> None:
    rows = _table("list-nolabel", required="yes", required_message="Because.")
    assert "required_because" not in questions(imported(tmp_path, *rows))["all"]


@pytest.mark.parametrize(
    ("cells", "fate", "why"),
    [
        ({"parameters": "randomize=true"}, Fate.LEFT_OUT, "parameters: a row of a table has none"),
        ({"hint": "Think."}, Fate.LEFT_OUT, "hint: a row of a table has none"),
        ({"type": "select_one lik or_other"}, Fate.REFUSED, "“or_other” cannot be said of a table"),
    ],
    ids=["parameters", "hint", "or_other"],
)
def test_what_a_row_of_a_table_cannot_have_is_told(cells: dict[str, str], fate: Fate, why: str, tmp_path: Path) -> None:
    heading, row = _table("list-nolabel")
    kind = cells.get("type", heading["type"])
    told = said(
        imported(tmp_path, {**heading, "type": kind}, {**row, **line("", **cells), "type": kind, "name": "a"}), fate
    )
    assert why in told


@pytest.mark.parametrize("kind", ["score", "rank", "kobomatrix"])
def test_a_picture_of_a_table_or_a_ranking_is_refused(kind: str, tmp_path: Path) -> None:
    lists = dict.fromkeys(("kobo--score-choices", "kobo--rank-items", "kobo--matrix_list"), "needs")
    inside = {"score": "score__row", "rank": "rank__level", "kobomatrix": "select_one yn"}[kind]
    begin = line(f"begin_{kind}", "t", "Things", **{**lists, "media::image": "t.png"})
    (told,) = refused(tmp_path, MEMBER, begin, line(inside, "a", "A"), line(f"end_{kind}"))
    assert told == "survey, row 3 (t): the column media::image cannot be said here."


def test_a_column_that_asks_which_other_or_in_random_order_is_told(tmp_path: Path) -> None:
    rows = [
        line("begin_kobomatrix", "mx", "Things", **{"kobo--matrix_list": "needs"}),
        line("select_one yn or_other", "have", "Have"),
        line("select_one lik", "like", "Like", parameters="randomize=true"),
        line("end_kobomatrix"),
    ]
    found = imported(tmp_path, *rows)
    assert "survey, row 3 (have): “or_other” cannot be said" in said(found, Fate.REFUSED)
    assert "survey, row 4 (like): parameters" in said(found, Fate.LEFT_OUT)


def test_odks_table_list_is_a_table(tmp_path: Path) -> None:
    group = line("begin_group", "g", "Services", appearance="table-list", hint="One each.")
    found = questions(imported(tmp_path, group, *_table("")[1:], line("end_group")))
    assert (found["g"]["kind"], found["g"]["hint"]["en"]) == ("matrix", "One each.")


def test_a_row_that_shows_the_choices_of_what_is_no_table_here_is_not_asked(tmp_path: Path) -> None:
    rows = [
        line("select_multiple needs", "all", "Which?", appearance="label"),
        line("select_multiple needs", "a", "At home?", appearance="list-nolabel"),
    ]
    found = imported(tmp_path, *rows, {**rows[0], "name": "bare", "label::English (en)": "", "label::Svenska (sv)": ""})
    assert {name: each["kind"] for name, each in questions(found).items()} == {"all": "note", "a": "multiple_choice"}
    assert all(f"({name}): it shows the choices" in said(found, Fate.CHANGED) for name in ("all", "bare"))
