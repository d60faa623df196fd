"""The codebook: what variables a questionnaire has, whatever the kinds of its questions."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.questionnaire.codebook import Codebook, Variable, codebook_of
from tests.builders import a_definition, a_question, options, text


def codebook(*questions: dict[str, object]) -> Codebook:
    return codebook_of(a_definition(*questions).questionnaire)


def variable(kind: str, **changes: object) -> Variable:
    """The first variable of a question of ``kind``."""
    return codebook(a_question(kind, **changes)).variables[0]


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
    labels = {"law": "LAW", "stigma": "STIGMA", "police": "PATROL", "none": "NONE"}
    assert found.labels == {code: {"en": label} for code, label in labels.items()}
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


@pytest.mark.parametrize("kind", ["note", "section"])
def test_what_asks_nothing_has_no_variable(kind: str) -> None:
    assert codebook(a_question(kind)).variables == ()


def test_an_option_that_is_ranked_is_a_part_with_the_ranks_for_codes() -> None:
    found = variable("ranking", most=3)
    assert (found.question_id, found.part, found.part_label) == ("wants", "home", {"en": "HOME"})
    assert found.codes == ("1", "2", "3")
    assert found.labels == {rank: {"en": rank} for rank in found.codes}
    assert variable("ranking", most=None).codes == ("1", "2", "3")


@pytest.mark.parametrize(
    ("kind", "value", "band"),
    [
        ("number", "0", "few"),
        ("number", "9", "few"),
        ("number", "10", "some"),
        ("number", "99", "some"),
        ("number", "100", "many"),
        ("number", "300", "many"),
        ("date", "2020-01-01", "before"),
        ("date", "2023-12-31", "before"),
        ("date", "2024-01-01", "since"),
        ("date", "2026-12-31", "since"),
    ],
)
def test_a_value_falls_into_the_band_whose_limit_it_stays_below(kind: str, value: str, band: str) -> None:
    found = variable(kind)
    assert found.numbers is not None
    assert found.codes[found.numbers.band(found.numbers.read(value))] == band


@given(st.integers(0, 300) | st.dates(date(2020, 1, 1), date(2026, 12, 31)))
def test_a_number_or_date_is_read_as_it_is_written(value: int | date) -> None:
    numbers = variable("number" if isinstance(value, int) else "date").numbers
    assert numbers is not None
    number = value if isinstance(value, int) else value.toordinal()
    assert numbers.read(str(value)) == number
    assert numbers.written(number) == str(value)
    assert numbers.least <= number <= numbers.most


@pytest.mark.parametrize("kind", ["number", "date"])
def test_a_value_without_bands_has_one_code_for_any_answer(kind: str) -> None:
    assert variable(kind, bands=[]).codes == ("answered",)
