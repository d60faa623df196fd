"""Whether people can be found for two tables at once: as trying all of them would tell."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.disclosure.rounding import KeyedRandom
from chalicelib.disclosure.seats import Beside, matrix_beside

Pairs = list[set[int]]


@st.composite
def two_tables(draw: st.DrawFn) -> tuple[Pairs, list[int], list[int]]:
    """Which cells of two small tables go together, and how many are in each; both sum to the same."""
    own, other = draw(st.integers(2, 3)), draw(st.integers(2, 3))
    goes_with = [draw(st.sets(st.integers(0, other - 1))) for _ in range(own)]
    counts = [draw(st.integers(0, 3)) for _ in range(own)]
    rest = sum(counts)
    others = [draw(st.integers(0, 3)) for _ in range(other - 1)]
    return goes_with, counts, [*others, max(0, rest - sum(others))]


def found_by_trying(goes_with: Pairs, counts: list[int], others: list[int]) -> bool:
    """Hall's theorem: whoever is in some cells of the one is in cells of the other that go with them."""
    for some in product([False, True], repeat=len(counts)):
        inside = [place for place, is_in in enumerate(some) if is_in]
        reached = set().union(*(goes_with[place] for place in inside))
        if sum(counts[place] for place in inside) > sum(others[place] for place in reached):
            return False
    return True


@given(two_tables())
def test_people_are_found_just_where_no_set_of_cells_has_too_many_P7(
    tables: tuple[Pairs, list[int], list[int]],
) -> None:
    goes_with, counts, others = tables
    assert Beside(goes_with, others).is_possible(counts) == found_by_trying(goes_with, counts, others)


@given(two_tables(), st.permutations(range(9)))
def test_as_many_find_seats_in_whatever_order_they_come(
    tables: tuple[Pairs, list[int], list[int]], order: list[int]
) -> None:
    goes_with, counts, others = tables
    people = [cell for cell, count in enumerate(counts) for _ in range(count)]
    seats, again = Beside(goes_with, others).seats(), Beside(goes_with, others).seats()
    seated = sum(seats.take(cell, 1) for cell in people)
    shuffled = [people[place] for place in order if place < len(people)]
    assert sum(again.take(cell, 1) for cell in shuffled) == seated


BASE = 5
Matrix = list[list[int]]


@st.composite
def matrices(draw: st.DrawFn) -> tuple[Matrix, Matrix, Pairs]:
    """A matrix, one of the same people by what they answered to another question, rounded, and what goes together."""
    goes_with = [{0, 2}, draw(st.sampled_from([{1, 2}, {0, 1, 2}])), {0, 1, 2}]
    own, other = [[0] * 3 for _ in range(2)], [[0] * 3 for _ in range(2)]
    for _ in range(draw(st.integers(0, 15))):
        row, cell = draw(st.integers(0, 1)), draw(st.integers(0, 2))
        own[row][cell] += 1
        other[row][draw(st.sampled_from(sorted(goes_with[cell])))] += 1
    rounded = [[BASE * draw(st.integers(count // BASE, -(-count // BASE))) for count in row] for row in other]
    return own, rounded, goes_with


def ways(counts: Matrix, others: Matrix, goes_with: Pairs) -> dict[tuple[int, ...], set[tuple[tuple[int, ...], ...]]]:
    """Every way to round ``counts`` so that each row is possible beside the other, by the sums of the columns."""
    found: dict[tuple[int, ...], set[tuple[tuple[int, ...], ...]]] = {}
    choices = [[{count - count % BASE, count + -count % BASE} for count in row] for row in counts]
    rows = [
        [way for way in product(*row) if sum(way) == sum(other) and Beside(goes_with, other).is_possible(way)]
        for row, other in zip(choices, others, strict=True)
    ]
    for matrix in product(*rows):
        found.setdefault(tuple(map(sum, zip(*matrix, strict=True))), set()).add(matrix)
    return found


@given(matrices())
@settings(max_examples=200, deadline=None)
def test_rows_are_drawn_wherever_there_are_any_that_fit_and_all_that_do_can_come_P7(
    matrix: tuple[Matrix, Matrix, Pairs],
) -> None:
    counts, others, goes_with = matrix
    beside = [Beside(goes_with, row) for row in others]
    for totals, possible in ways(counts, others, goes_with).items():
        seen: set[tuple[tuple[int, ...], ...]] = set()
        for number in range(400):
            drawn = matrix_beside(counts, totals, beside, BASE, KeyedRandom(b"k" * 32, f"{number}"))
            assert drawn is not None
            seen.add(tuple(map(tuple, drawn)))
            if seen == possible:
                break
        assert seen == possible


@given(matrices(), st.lists(st.integers(0, 2), min_size=2, max_size=2))
def test_where_no_rows_fit_none_are_drawn(matrix: tuple[Matrix, Matrix, Pairs], steps: list[int]) -> None:
    counts, others, goes_with = matrix
    first, second = (BASE * step for step in steps)
    totals = (first, second, max(0, sum(map(sum, others)) - first - second))
    drawn = matrix_beside(counts, totals, [Beside(goes_with, row) for row in others], BASE, KeyedRandom(b"k", "1"))
    assert sum(totals) > sum(map(sum, others)) or (drawn is not None) == (totals in ways(counts, others, goes_with))
