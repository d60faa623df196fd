"""A form is drawn with everything that stands on it."""

from __future__ import annotations

import pytest

from chalicelib.locale import INTERFACE_LANGUAGES
from chalicelib.questionnaire.definition import KINDS, options_of
from operation.form_picture import picture
from operation.gallery import Exhibit, gallery
from tests.builders import a_definition, a_question, options, text

WIDTH = 80


def drawn(*questions: dict[str, object], language: str = "en", width: int = WIDTH) -> list[str]:
    """The lines of a form below its head."""
    lines = list(picture(a_definition(*questions).questionnaire, language, width))
    return lines[-lines[::-1].index("") :]


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"hidden"}))
def test_every_question_and_every_option_stands_in_the_picture(kind: str) -> None:
    question = a_question(kind)
    questionnaire = a_definition(question, a_question("yes_no", id="anchor")).questionnaire
    said = " ".join(" ".join(picture(questionnaire, "en", 1000)).split())
    shown = questionnaire.questions[0]
    assert all(part.label["en"] in said for part in (shown, *options_of(shown), *getattr(shown, "rows", ())))


def test_what_is_chosen_alone_has_circles_and_what_is_not_has_boxes() -> None:
    assert drawn(a_question("single_choice", label=text("Which?"), options=options("a", "b"))) == [
        "1. Which?",
        "   ( ) A",
        "   ( ) B",
    ]
    several = options("a", "b", specify=("b",))
    assert drawn(a_question("multiple_choice", label=text("Which?"), options=several, most=None))[1:] == [
        "   [ ] A",
        "   [ ] B [______________]",
    ]


def test_questions_whose_words_number_them_are_not_numbered_twice() -> None:
    numbered = (a_question("yes_no", id="one", label=text("1. Is it?")), a_question("scale", label=text("Say more.")))
    said = list(picture(a_definition(*numbered).questionnaire, "en", WIDTH))
    assert "1. Is it?" in said
    assert "Say more." in said


def test_a_matrix_has_a_circle_for_each_of_its_options_in_each_row() -> None:
    matrix = a_question("matrix", label=text("How?"), rows=options("x", "y"), options=options("a", "b"))
    assert drawn(matrix)[1:] == ["   A | B", "   ( ) ( ) X", "   ( ) ( ) Y"]


def test_what_is_asked_of_some_and_what_has_to_be_answered_says_so() -> None:
    first = a_question("yes_no", id="first", label=text("Is it?"))
    asked = a_question("yes_no", label=text("Why?"), show_if={"question": "first", "equals": "yes"})
    assert drawn(first, asked)[0] == "2. Why? (asked of some)"
    assert drawn(a_question("consent", label=text("I agree")))[0] == "I agree (has to be answered)"


def test_yes_and_no_are_in_the_language_of_the_picture() -> None:
    questionnaire = a_definition(a_question("yes_no")).questionnaire
    spoken = {**questionnaire.languages, "sv": questionnaire.languages["en"]}
    lines = list(picture(questionnaire.model_copy(update={"languages": spoken}), "sv", WIDTH))
    assert lines[-2:] == ["   ( ) Ja", "   ( ) Nej"]


@pytest.mark.parametrize("language", INTERFACE_LANGUAGES)
@pytest.mark.parametrize("exhibit", gallery(), ids=lambda exhibit: exhibit.name)
def test_the_gallery_is_drawn_within_the_width_of_a_terminal(exhibit: Exhibit, language: str) -> None:
    lines = list(picture(exhibit.questionnaire, language, WIDTH))
    assert max(map(len, lines)) <= WIDTH
