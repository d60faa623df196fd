"""Whether people can be found for two tables at once: as trying all of them would tell."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.disclosure.seats import Beside

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
