"""Why crosstabs form a star: printed crosstabs in a ring need not be jointly possible, and tell exact counts."""

from __future__ import annotations

from itertools import product

import pytest

from tests.attacker.attack import WIDTH
from tests.attacker.program import Name, Program, Range, ranges

pytestmark = pytest.mark.slow

Matrix = tuple[tuple[int, int], tuple[int, int]]

#: Three questions of yes or no. 24 people: four give each of the six combinations in which not all answers are alike.
N = 24
PEOPLE = dict.fromkeys([answers for answers in product((0, 1), repeat=3) if len(set(answers)) > 1], 4)
#: So four agree in either way on any two questions, and eight differ in either way: adjacent are 0 and 10.
PRINTED: Matrix = ((0, 10), (10, 0))


def attacked(*pairs: tuple[int, int]) -> dict[Name, Range]:
    """What can be worked out of the crosstabs of these pairs of questions, and their margins, as distances."""
    program = Program(dict.fromkeys(product((0, 1), repeat=3), (0, N)))
    people = list(program.bounds)
    program.limit(dict.fromkeys(people, 1), N, N)
    for (first, second), one, other in product(pairs, (0, 1), (0, 1)):
        cell = [answers for answers in people if (answers[first], answers[second]) == (one, other)]  # type: ignore[index]
        learn(program, (first, second, one, other), cell, PRINTED[one][other])
    for question, answer in product(range(3), (0, 1)):
        learn(program, (question, answer), [who for who in people if who[question] == answer], 10)  # type: ignore[index]
    return ranges(program, [name for name in program.bounds if name not in people])


def learn(program: Program, name: Name, people: list[Name], printed: int) -> None:
    program.bounds[name] = (max(-4, -printed), 4)
    program.limit({name: 1, **dict.fromkeys(people, -1)}, -printed, -printed)


def test_every_printed_number_of_the_ring_is_adjacent_to_the_true_one() -> None:
    for first, second in ((0, 1), (0, 2), (1, 2)):
        for one, other in product((0, 1), repeat=2):
            true = sum(n for who, n in PEOPLE.items() if (who[first], who[second]) == (one, other))
            assert abs(true - PRINTED[one][other]) < 5


def test_a_ring_of_three_crosstabs_tells_every_count_P7() -> None:
    assert {high - low for low, high in attacked((0, 1), (0, 2), (1, 2)).values()} == {0}


def test_the_same_crosstabs_in_a_star_tell_no_count_P7() -> None:
    assert min(high - low for low, high in attacked((0, 1), (0, 2)).values()) == WIDTH
