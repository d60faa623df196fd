"""A choice that was taken back is sent as "", which is no answer wherever the server looks."""

from __future__ import annotations

import pytest

from chalicelib.errors import InvalidSubmission
from chalicelib.responses.answers import Answers
from chalicelib.responses.validation import Validator
from tests.builders import a_question, text
from tests.unit.responses.test_what_does_not_apply import validator_of

#: Kinds that are answered on buttons, to the fields that each sends.
FIELDS_OF = {
    "single_choice": ["country"],
    "scale": ["mood"],
    "yes_no": ["police_met"],
    "matrix": ["harder.home", "harder.work"],
    "ranking": ["wants.home", "wants.rest", "wants.pay"],
}
KINDS = sorted(FIELDS_OF)
ANCHOR = a_question("number", id="anchor")


def emptied(kind: str) -> dict[str, list[str]]:
    return {name: [""] for name in FIELDS_OF[kind]}


def id_of(kind: str) -> str:
    return FIELDS_OF[kind][0].partition(".")[0]


def problems_of(validator: Validator, fields: dict[str, list[str]]) -> list[tuple[str | None, str]]:
    with pytest.raises(InvalidSubmission) as refused:
        validator.validate_form(fields)
    return [(problem.question_id, problem.code) for problem in refused.value.problems]


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_taken_back_is_not_answered(kind: str) -> None:
    validator = validator_of(a_question(kind), ANCHOR)
    assert validator.validate_form({**emptied(kind), "anchor": ["1"]}) == Answers({"anchor": ("1",)}, {})


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_of_which_all_was_taken_back_answers_nothing(kind: str) -> None:
    assert problems_of(validator_of(a_question(kind)), emptied(kind)) == [(None, "nothing_answered")]


@pytest.mark.parametrize("kind", KINDS)
def test_beside_other_problems_what_was_taken_back_is_nothing_answered_too(kind: str) -> None:
    validator = validator_of(a_question("consent"), a_question(kind))
    assert problems_of(validator, emptied(kind)) == [("agreed", "consent_required"), (None, "nothing_answered")]


@pytest.mark.parametrize("kind", KINDS)
def test_what_has_to_be_answered_cannot_be_left_by_taking_it_back(kind: str) -> None:
    validator = validator_of(a_question(kind, required_because=text("We must know.")), ANCHOR)
    assert problems_of(validator, {**emptied(kind), "anchor": ["1"]}) == [(id_of(kind), "required")]


@pytest.mark.parametrize("kind", KINDS)
def test_conditions_take_what_was_taken_back_for_no_answer(kind: str) -> None:
    condition = {"question": id_of(kind), "answered": True}
    asked = [a_question("yes_no", id="if_so", show_if=condition)]
    asked += [a_question("yes_no", id="else", show_if={"not": condition})]
    answers = validator_of(a_question(kind), *asked).validate_form({**emptied(kind), "if_so": ["yes"], "else": ["yes"]})
    assert answers.codes == {"else": ("yes",)}


def test_of_a_matrix_the_rows_that_were_not_taken_back_count() -> None:
    more = a_question("yes_no", show_if={"question": "harder.home", "answered": True})
    fields = {"harder.home": [""], "harder.work": ["much"], "police_met": ["yes"]}
    assert validator_of(a_question("matrix"), more).validate_form(fields).codes == {"harder.work": ("much",)}


def test_of_a_ranking_the_ranks_that_were_not_taken_back_count() -> None:
    fields = {"wants.home": [""], "wants.rest": ["1"], "wants.pay": [""]}
    assert validator_of(a_question("ranking")).validate_form(fields).codes == {"wants.rest": ("1",)}
