"""The invented members answer what a form lets them, so that what is withheld tells of the rules and not of them."""

from __future__ import annotations

from chalicelib.questionnaire.codebook import codebook_of
from tests.benchmarks.needs import MEMBERS, members, needs_definition


def test_members_keep_to_the_limits_of_the_questions_and_answer_only_what_they_are_asked() -> None:
    people, variables = members(), codebook_of(needs_definition().questionnaire).variables
    assert len(people) == MEMBERS
    for variable in variables:
        chosen = [each.codes[variable.id] for each in people if variable.id in each.codes]
        assert all(set(codes) <= set(variable.codes) for codes in chosen)
        assert all(variable.least <= len(codes) <= variable.most for codes in chosen)
    assert {each.codes["police_met"] for each in people if "police_matters" in each.codes} == {("yes",)}
