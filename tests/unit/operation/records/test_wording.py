"""Records in words: several labels in one cell can be told apart again, and no two columns are called alike."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.questionnaire.codebook import codebook_of
from operation.records.wording import separator, unlike
from tests.builders import a_definition, a_question, text

#: Of signs that separators are made of, above all.
LABELS = st.lists(st.text("a;| \\", min_size=1).map(str.strip).filter(bool), min_size=2, max_size=6, unique=True)


@given(LABELS)
@example(["a |", "| b"])
@example(["a; b", "b", "a"])
@example([";", "|", "||"])
@example(["|", "a || b", "a"])
def test_labels_of_one_answer_can_be_told_apart(labels: list[str]) -> None:
    options = [{"code": f"c{number}", "label": text(label)} for number, label in enumerate(labels)]
    between = separator(codebook_of(a_definition(a_question("multiple_choice", options=options)).questionnaire))
    assert between.join(labels).split(between) == labels


def test_a_semicolon_stands_between_labels_unless_one_of_them_has_it() -> None:
    def between(*labels: str) -> str:
        options = [{"code": f"c{number}", "label": text(label)} for number, label in enumerate(labels)]
        other = a_question(
            "single_choice", options=[{"code": "a", "label": text("A; |")}, {"code": "b", "label": text("B")}]
        )
        asked = a_question("multiple_choice", options=options)
        return separator(codebook_of(a_definition(other, asked).questionnaire))

    assert between("law", "police") == "; "
    assert between("law; order", "police") == " | "
    assert between("law; order", "a | b") == " || "


def test_a_column_that_is_called_as_another_is_told_apart_by_its_name() -> None:
    assert unlike([("a", "Why?"), ("b", "Why?"), ("c", "=1")]) == ["Why?", "Why? (b)", "'=1"]
