"""Random surveys by invitation, printed as they are and attacked with all that can be known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.disclosure.policy import INVITED
from chalicelib.disclosure.protect import protect
from chalicelib.disclosure.protected import ProtectedBatch, SuppressedTable, Suppression
from chalicelib.questionnaire.definition import Question
from chalicelib.responses.answers import Answers
from chalicelib.responses.validation import Validator
from chalicelib.tabulation.tally import Tally
from tests.attacker.attack import RELEASES, WIDTH, Attack, is_possible
from tests.attacker.program import Infeasible, Name, Program, Range, ranges
from tests.attacker.surveys import ASurvey, Respondents, a_random_survey

pytestmark = pytest.mark.slow

#: How many releases are attacked in one test; of one in ``POSSIBLE`` it is tried whether print can be true.
PIECE, POSSIBLE = 100, 5
#: In how many each cell's range is worked out to its ends.
CLOSELY = 20


def a_release(number: int) -> tuple[ASurvey, Tally, ProtectedBatch]:
    random = Random(number)  # noqa: S311
    survey = a_random_survey(random)
    n = random.choice([random.randint(20, 60), random.randint(20, 200), random.randint(60, 300)])
    tally = Respondents(random, survey).tally(n)
    batch = protect(tally, survey.specs, INVITED, number.to_bytes(32, "big"), 1)
    assert batch is not None
    return survey, tally, batch


@pytest.mark.parametrize("first", range(0, RELEASES, PIECE))
def test_no_small_count_can_be_worked_out_and_print_is_a_possible_truth_P7(
    first: int, capsys: pytest.CaptureFixture[str]
) -> None:
    attack, suppressed, pooled = Attack(), Counter[str](), 0
    for number in range(first, min(first + PIECE, RELEASES)):
        survey, tally, batch = a_release(number)
        assert attack.on(batch, tally, survey) == [], f"release {number}"
        assert number % POSSIBLE or is_possible(batch, survey), f"release {number}"
        assert not any(map(is_of_one_answer_without_a_fit, batch.suppressed)), f"release {number}"
        suppressed.update(each.reason for each in batch.suppressed)
        suppressed.update(each.reason for each in batch.suppressed_crosstabs)
        pooled += sum(len(row.codes) > 1 for crosstab in batch.crosstabs for row in crosstab.rows)
    with capsys.disabled():
        print(
            f"\n{attack.releases} releases, {attack.cells} cells of {attack.tables} tables and {attack.crosstabs}"
            f" crosstabs with {pooled} pooled rows; suppressed: {dict(suppressed)}"
        )
    assert attack.least_width >= WIDTH
    assert attack.tables > 5 * attack.releases
    # Far fewer than there are on average, so that no hundred releases fall below it by chance.
    assert attack.crosstabs > attack.releases / 2
    assert pooled > attack.releases / 4
    assert suppressed.keys() >= {"few_asked", "few_groups"}


def is_of_one_answer_without_a_fit(each: SuppressedTable) -> bool:
    """Its absence would say something of the numbers that are printed, where its question is conditional."""
    variable = each.spec.variable
    is_single = variable.kind not in ("multiple_choice", "ranking")
    return is_single and variable.is_conditional and each.reason is Suppression.NO_FIT


def test_least_and_greatest_values_lie_four_apart_or_more_P7() -> None:
    attack = Attack(closely=True)
    for number in range(CLOSELY):
        survey, tally, batch = a_release(number)
        attack.on(batch, tally, survey)
    assert attack.least_width == WIDTH


@pytest.mark.parametrize("number", range(20))
def test_invented_respondents_answer_as_people_can(number: int) -> None:
    random = Random(number)  # noqa: S311
    survey = a_random_survey(random)
    respondents = Respondents(random, survey)
    validator = Validator(survey.questionnaire)
    for _ in range(20):
        answers = respondents.answers()
        raw = {question.id: as_json(question, answers) for question in survey.questionnaire.questions}
        assert validator.validate(raw) == answers


def as_json(question: Question, answers: Answers) -> Any:
    codes = answers.codes.get(question.id, ())
    parts = {name.partition(".")[2]: of for name, of in answers.codes.items() if name.startswith(f"{question.id}.")}
    match question.kind:
        case "short_text":
            return answers.texts.get(question.id)
        case "multiple_choice":
            return list(codes)
        case "matrix":
            return {row: code for row, (code,) in parts.items()}
        case "ranking":
            return sorted(parts, key=lambda option: parts[option])
    if not codes:
        return None
    return {"yes": True, "no": False}.get(codes[0], int(codes[0]) if question.kind == "scale" else codes[0])


SMALL = st.integers(-2, 2)


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """Two or three numbers between -4 and 4 that sum to one, and limits on some of them."""
    names = [f"x{number}" for number in range(draw(st.integers(2, 3)))]
    program = Program({name: (draw(st.sampled_from([-4, 0])), 4) for name in names})
    program.limit(dict.fromkeys(names, 1), 1, 1)
    for _ in range(draw(st.integers(0, 3))):
        terms: dict[Name, int] = {name: factor for name in names if (factor := draw(SMALL))}
        program.limit(terms or {names[0]: 1}, draw(st.integers(-9, 0)), draw(st.integers(0, 9)))
    return program


@given(programs())
@settings(max_examples=100, deadline=None)
def test_solver_finds_what_trying_everything_finds(program: Program) -> None:
    names = list(program.bounds)
    everything = product(*(range(int(least), int(most) + 1) for least, most in program.bounds.values()))
    possible = [dict(zip(names, numbers, strict=True)) for numbers in everything]
    possible = [numbers for numbers in possible if program.is_solved_by(numbers)]
    if not possible:
        with pytest.raises(Infeasible):
            ranges(program, names)
        return
    expected = {name: (min(of[name] for of in possible), max(of[name] for of in possible)) for name in names}
    assert ranges(program, names) == expected
    apart = ranges(program, names, enough=4)
    for name, (least, most) in expected.items():
        assert min(4, most - least) <= apart[name][1] - apart[name][0]
    found: dict[Hashable, Range] = {}
    for part in program.parts():
        _, ordered = part.shape()
        found |= ranges(part, ordered)
    assert found == expected
