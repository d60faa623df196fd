"""Random surveys by invitation, printed as they are and attacked with all that can be known."""

from __future__ import annotations

import os
import time
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
from chalicelib.disclosure.protected import ProtectedBatch
from chalicelib.questionnaire.definition import Question
from chalicelib.responses.answers import Answers
from chalicelib.responses.validation import Validator
from chalicelib.tabulation.tally import Tally
from tests.attacker.attack import WIDTH, Attack, is_possible
from tests.attacker.program import Infeasible, Name, Program, Range, ranges
from tests.attacker.surveys import ASurvey, Respondents, a_random_survey

pytestmark = pytest.mark.slow

#: How many releases are attacked, and in how many each cell's range is worked out to its ends.
RELEASES = int(os.environ.get("PARAPLY_RELEASES", "2000"))
CLOSELY = 40
#: How many are looked at for whether they can be true.
POSSIBLE = 400


def a_release(number: int) -> tuple[ASurvey, Tally, ProtectedBatch]:
    random = Random(number)  # noqa: S311
    survey = a_random_survey(random)
    n = random.choice([random.randint(20, 60), random.randint(20, 200), random.randint(60, 300)])
    tally = Respondents(random, survey).tally(n)
    batch = protect(tally, survey.specs, INVITED, number.to_bytes(32, "big"), 1)
    assert batch is not None
    return survey, tally, batch


def test_no_small_count_can_be_worked_out_P7(capsys: pytest.CaptureFixture[str]) -> None:
    attack, suppressed, pooled, start = Attack(), Counter[str](), 0, time.process_time()
    for number in range(RELEASES):
        survey, tally, batch = a_release(number)
        suppressed.update(each.reason for each in batch.suppressed)
        suppressed.update(each.reason for each in batch.suppressed_crosstabs)
        pooled += sum(len(row.codes) > 1 for crosstab in batch.crosstabs for row in crosstab.rows)
        assert attack.on(batch, tally, survey) == [], f"release {number}"
    with capsys.disabled():
        print(
            f"\n{attack.releases} releases attacked, {attack.cells} cells of {attack.tables} tables and"
            f" {attack.crosstabs} crosstabs with {pooled} pooled rows: each leaves open a width of {WIDTH} or more;"
            f" suppressed: {dict(suppressed)}; {time.process_time() - start:.0f} s of CPU"
        )
    assert attack.least_width >= WIDTH
    assert attack.tables > 5 * RELEASES
    assert attack.crosstabs > RELEASES
    assert pooled > RELEASES / 2


def test_printed_numbers_are_a_possible_truth_P7() -> None:
    for number in range(POSSIBLE):
        survey, _, batch = a_release(number)
        assert is_possible(batch, survey), f"release {number}"


def test_least_and_greatest_values_lie_four_apart_or_more_P7(capsys: pytest.CaptureFixture[str]) -> None:
    attack = Attack(closely=True)
    for number in range(CLOSELY):
        survey, tally, batch = a_release(number)
        attack.on(batch, tally, survey)
    with capsys.disabled():
        print(f"\n{attack.releases} releases, {attack.cells} cells to the ends: least width {attack.least_width}")
    assert attack.least_width == WIDTH


def test_conditional_table_of_one_answer_a_person_always_finds_a_fit_P7() -> None:
    """If it did not, its absence would say something of the numbers that are printed."""
    reasons: Counter[str] = Counter()
    for number in range(400):
        _, _, batch = a_release(number)
        singles = [left for left in batch.suppressed if left.spec.variable.kind not in ("multiple_choice", "ranking")]
        reasons.update(left.reason for left in singles if left.spec.variable.is_conditional)
    assert reasons.keys() == {"few_asked", "condition"}


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
    """Up to four numbers between -4 and 4 that sum to one, and limits on some of them."""
    names = [f"x{number}" for number in range(draw(st.integers(2, 4)))]
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
