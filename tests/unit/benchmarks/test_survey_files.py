"""A file of raw responses as a survey."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.survey_files import NONE, TOGETHER, read_survey


def test_columns_become_questions_and_those_of_yes_and_no_one_multiple_choice_too(tmp_path: Path) -> None:
    people = [f"{number},{'often' if number % 2 else 'never'},No," for number in range(40)]
    path = tmp_path / "answers.csv"
    path.write_text("\n".join(["id,How often?,Rude?,Loud?", 'a,often,"Yes, very",Yes', "b,,,No", "c,,,", *people]))
    survey = read_survey(path)
    assert [question.id for question in survey.definition.questionnaire.questions] == ["q1", "q2", "q3", TOGETHER]
    assert [dict(each.codes) for each in survey.people[:4]] == [
        {"q1": ("o0",), "q2": ("o0",), "q3": ("o0",), TOGETHER: ("q2", "q3")},
        {"q3": ("o1",), TOGETHER: (NONE,)},
        {},
        {"q1": ("o1",), "q2": ("o1",), TOGETHER: (NONE,)},
    ]
