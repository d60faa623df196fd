"""What stands in brackets behind a question."""

from __future__ import annotations

import pytest

from operation.outlines.marks import Marks, marked, spoken


@pytest.mark.parametrize(
    ("brackets", "marks"),
    [
        ("(several)", Marks("multiple_choice")),
        ("(Choose all that apply)", Marks("multiple_choice")),
        ("[several]", Marks("multiple_choice")),
        ("(up to 2)", Marks("multiple_choice", most=2)),
        ("(choose up to three)", Marks("multiple_choice", most=3)),
        ("(one)", Marks("single_choice")),
        ("(dropdown)", Marks("dropdown")),
        ("(ranking, up to 3)", Marks("ranking", most=3)),
        ("(yes/no)", Marks("yes_no")),
        ("(text)", Marks("long_text")),
        ("(short text)", Marks("short_text")),
        ("(number)", Marks("number")),
        ("(number 0–168)", Marks("number", low=0, high=168)),
        ("(15-99)", Marks("number", low=15, high=99)),
        ("(date)", Marks("date")),
        ("(date 2020 to 2026)", Marks("date", low=2020, high=2026)),
        ("(1-5)", Marks("scale", low=1, high=5)),
        ("(scale 0 to 10)", Marks("scale", low=0, high=10)),
        ("(1–5: Not at all – Very)", Marks("scale", low=1, high=5, ends=("Not at all", "Very"))),
        ("(1-5, 1 = Bad, 5 = Good)", Marks("scale", low=1, high=5, ends=("Bad", "Good"))),
        ("(1 = not at all, 5 = very)", Marks("scale", low=1, high=5, ends=("Not at all", "Very"))),
        ("(0: never – 10: always)", Marks("scale", low=0, high=10, ends=("Never", "Always"))),
        *((f"({word})", Marks("yes_no")) for word in ("ja/nej", "Ja / nei", "kyllä/ei", "já/nei", "نعم / لا")),
        *((f"({word})", Marks("multiple_choice")) for word in ("flera svar", "flere svar", "useita", "fleiri svör")),
        ("(required)", Marks(required="")),
        ("(required: because we plan, by it)", Marks(required="because we plan, by it")),
        ("(required; several)", Marks("multiple_choice", required="")),
        ("(several) (required: so it is)", Marks("multiple_choice", required="so it is")),
        ("(optional)", Marks()),
    ],
)
def test_brackets_say_what_a_question_is_and_go(brackets: str, marks: Marks) -> None:
    assert marked(f"What? {brackets}") == ("What?", marks)


def test_brackets_that_say_nothing_known_stay_and_are_told() -> None:
    assert marked("In a town (or near one)?") == ("In a town (or near one)?", Marks(unknown=("or near one",)))
    assert marked("How many? (1 = few, 20 = many)")[1] == Marks(unknown=("1 = few, 20 = many",))
    assert marked("Who (you)? (several)") == ("Who (you)?", Marks("multiple_choice", unknown=("you",)))


def test_sentence_says_it_too_and_brackets_come_first() -> None:
    assert spoken("Do you have children? Yes/No", Marks()) == Marks("yes_no")
    assert spoken("What do you need? Choose up to two.", Marks()) == Marks("multiple_choice", most=2)
    assert spoken("Please select all that apply.", Marks()) == Marks("multiple_choice")
    assert spoken("What do you choose?", Marks()) == Marks()


@pytest.mark.parametrize(
    "opening",
    [
        "On a scale from 1 to 5",
        "On a scale of 1–5",
        "På en skala från 1 till 5",
        "På en skala fra 1 til 5",
        "Asteikolla 1–5",
        "Á skalanum 1 til 5",
    ],
)
def test_a_question_that_begins_with_its_scale_is_one(opening: str) -> None:
    assert spoken(f"{opening}, how is it?", Marks()) == Marks("scale", low=1, high=5)
