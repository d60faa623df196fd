"""The codebook: what variables a questionnaire has, whatever the kinds of its questions."""

from __future__ import annotations

from chalicelib.questionnaire.codebook import Codebook, Variable, codebook_of
from tests.builders import a_definition, a_question, options, text


def codebook(*questions: dict[str, object]) -> Codebook:
    return codebook_of(a_definition(*questions).questionnaire)


def variable(kind: str, **changes: object) -> Variable:
    """The first variable of a question of ``kind``."""
    return codebook(a_question(kind, **changes)).variables[0]


def test_every_kind_has_its_variables_in_the_order_of_the_questions() -> None:
    found = [(each.id, each.kind, each.form, each.codes) for each in codebook().variables]
    assert found == [
        ("country", "single_choice", "one", ("se", "no", "other")),
        ("country.other.text", "single_choice", "text", ("answered",)),
        ("challenges", "multiple_choice", "many", ("law", "stigma", "police", "none")),
        ("mood", "scale", "one", ("1", "2", "3", "4", "5")),
        ("harder.home", "matrix", "one", ("not", "some", "much")),
        ("harder.work", "matrix", "one", ("not", "some", "much")),
        ("police_met", "yes_no", "one", ("yes", "no")),
        ("agreed", "consent", "one", ("given",)),
        ("word", "short_text", "text", ("answered",)),
        ("wish", "long_text", "text", ("answered",)),
    ]


def test_variable_ids_are_unique_even_where_ids_and_codes_look_alike() -> None:
    alike = options("a", "text", specify=["a", "text"])
    found = codebook(
        a_question("single_choice", id="a", options=alike),
        a_question("multiple_choice", id="a_text", options=alike),
        a_question("matrix", id="text", rows=[{"code": "a", "label": text("A")}]),
        a_question("yes_no", id="text_a"),
    )
    ids = [each.id for each in found.variables]
    assert len(ids) == len(set(ids)) == 8


def test_languages_come_first_language_first() -> None:
    assert codebook().languages == ("en",)


def test_a_choice_keeps_the_wording_of_its_options_and_which_are_exclusive() -> None:
    found = variable("multiple_choice")
    assert found.labels == {code: {"en": code.upper()} for code in ("law", "stigma", "police", "none")}
    assert found.exclusive == {"none"}
    assert (found.part, found.part_label) == (None, None)


def test_a_scale_words_its_ends_beside_the_number() -> None:
    found = variable("scale", least=0, most=2)
    assert found.codes == ("0", "1", "2")
    assert found.labels == {"0": {"en": "0 – bad"}, "1": {"en": "1"}, "2": {"en": "2 – good"}}


def test_a_row_of_a_matrix_is_a_part_with_its_own_label() -> None:
    found = variable("matrix")
    assert (found.question_id, found.part, found.part_label) == ("harder", "home", {"en": "Home"})
    assert found.label == {"en": "About matrix?"}


def test_the_line_beside_an_option_is_a_text_part_of_its_question() -> None:
    found = codebook(a_question("single_choice")).variables[1]
    assert (found.question_id, found.part, found.part_label) == ("country", "other", {"en": "OTHER"})


def test_codes_that_no_author_labels_have_no_wording_here() -> None:
    assert [variable(kind).labels for kind in ("yes_no", "consent", "short_text", "long_text")] == [{}, {}, {}, {}]


def test_a_note_has_no_variable() -> None:
    assert codebook(a_question("note")).variables == ()
