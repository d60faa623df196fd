"""Which columns the files of an export have, and what they are called."""

from __future__ import annotations

import pytest

from chalicelib.questionnaire.codebook import codebook_of
from operation.records.columns import Column, Holds, columns_of, merged
from operation.records.reserved import RESERVED
from operation.records.spss_names import spss_names
from tests.builders import a_definition, a_question, options


def columns(*questions: dict[str, object]) -> list[Column]:
    codebook = codebook_of(a_definition(*questions).questionnaire)
    return [column for of_variable in columns_of(codebook).values() for column in of_variable]


def test_each_option_of_a_multiple_choice_has_a_column_of_its_own_after_that_of_all() -> None:
    marked = options("law", "other", specify=["other"])
    found = [
        (column.name, column.holds, column.option) for column in columns(a_question("multiple_choice", options=marked))
    ]
    assert found == [
        ("challenges", Holds.CODES, None),
        ("challenges.law", Holds.FLAG, "law"),
        ("challenges.other", Holds.FLAG, "other"),
        ("challenges.other.text", Holds.FLAG, None),
    ]


@pytest.mark.parametrize(
    ("kind", "holds"),
    [
        ("single_choice", Holds.CODE),
        ("dropdown", Holds.CODE),
        ("matrix", Holds.CODE),
        ("yes_no", Holds.CODE),
        ("consent", Holds.CODE),
        ("hidden", Holds.CODE),
        ("scale", Holds.STEP),
        ("ranking", Holds.STEP),
        ("number", Holds.NUMBER),
        ("date", Holds.DATE),
        ("short_text", Holds.FLAG),
        ("long_text", Holds.FLAG),
    ],
)
def test_every_kind_has_columns_of_what_it_holds(kind: str, holds: Holds) -> None:
    assert {column.holds for column in columns(a_question(kind)) if not column.name.endswith(".text")} == {holds}


@pytest.mark.parametrize(
    ("codes", "numbers"),
    [
        (("se", "no"), [1, 2]),
        (("0", "7", "10"), [0, 7, 10]),
        (("1", "01"), [1, 2]),
        (("1", "1e1"), [1, 2]),
        (("1", "123456789"), [1, 2]),
        (("2", "x"), [1, 2]),
    ],
)
def test_codes_that_are_whole_numbers_are_these_and_others_are_counted(
    codes: tuple[str, ...], numbers: list[int]
) -> None:
    (column,) = columns(a_question("single_choice", options=options(*codes)))
    assert list(column.numbers.items()) == list(zip(codes, numbers, strict=True))


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_no_question_takes_a_column_of_the_files(name: str) -> None:
    asked = [a_question("multiple_choice", id=name), a_question("yes_no", id=f"{name}_"), a_question("yes_no", id="x")]
    names = [column.name for column in columns(*asked)]
    assert names[0] == f"{name}__"
    assert names[1] == f"{name}__.law"
    assert names[-2:] == [f"{name}_", "x"]
    assert not RESERVED & set(names)


def test_what_only_earlier_versions_had_comes_after_what_the_latest_has() -> None:
    old, new = (
        codebook_of(a_definition(*asked).questionnaire)
        for asked in (
            (a_question("single_choice", options=options("a", "b")), a_question("yes_no")),
            (a_question("scale"), a_question("single_choice", options=options("c", "b"))),
        )
    )
    both = merged([old, new])
    assert [(variable.id, variable.codes) for variable in both.variables] == [
        ("mood", ("1", "2", "3", "4", "5")),
        ("country", ("c", "b", "a")),
        ("police_met", ("yes", "no")),
    ]


# --- names in SPSS ---------------------------------------------------------------------------------------------------


def test_name_that_spss_takes_stays() -> None:
    names = ["mood", "harder.home", "q1", "wants.1", "x" * 64]
    assert spss_names(names) == {name: name for name in names}


@pytest.mark.parametrize("name", ["all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"])
def test_word_of_spss_is_no_name(name: str) -> None:
    assert spss_names([name, f"{name}_1", f"{name}.x"]) == {
        name: f"{name}_2",
        f"{name}_1": f"{name}_1",
        f"{name}.x": f"{name}.x",
    }


def test_names_that_are_too_long_are_cut_and_told_apart() -> None:
    long = "q" * 40 + "." + "x" * 40
    found = list(spss_names([long, f"{long}.text", "record_", "record_1"]).values())
    assert found == ["q" * 40 + "." + "x" * 21 + "_1", "q" * 40 + "." + "x" * 21 + "_2", "record_2", "record_1"]
    assert all(len(name) <= 64 for name in found)
