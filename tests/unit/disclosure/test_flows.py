"""The greatest flow, against the least cut."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.disclosure.flows import Network

NODES = 5
SOURCE, SINK = 0, 1
Edges = list[tuple[int, int, int]]


def least_cut(edges: Edges) -> int:
    """The least room between a set of nodes with the source and the others."""
    others = range(2, NODES)
    sets = [{SOURCE, *some} for size in range(NODES - 1) for some in combinations(others, size)]
    return min(sum(room for tail, head, room in edges if tail in set_ and head not in set_) for set_ in sets)


@given(st.lists(st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1), st.integers(0, 10**6)), max_size=15))
def test_as_much_is_sent_as_the_least_cut_lets_through(edges: Edges) -> None:
    network = Network(NODES)
    for tail, head, room in edges:
        network.join(tail, head, room)
    assert network.send(SOURCE, SINK) == least_cut(edges)
    assert network.send(SOURCE, SINK) == 0
