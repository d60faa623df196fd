"""Flows within limits, against every set of nodes: as much can leave one as has to come in (Hoffman 1960)."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.disclosure.flows import Network

NODES = 5
#: Tail, head, the least and the most that flows, what is wanted.
Edge = tuple[int, int, int, int, int]

NODE = st.integers(0, NODES - 1)
EDGES = st.lists(
    st.builds(
        lambda tail, head, least, more, wanted: (tail, head, least, least + more, wanted),
        *(NODE, NODE, st.integers(0, 9), st.integers(0, 10**6), st.integers(0, 20)),
    ),
    max_size=15,
)


def can_flow(edges: list[Edge]) -> bool:
    sets = [set(some) for size in range(NODES) for some in combinations(range(NODES), size)]
    return all(
        sum(least for tail, head, least, _, _ in edges if tail not in inside and head in inside)
        <= sum(most for tail, head, _, most, _ in edges if tail in inside and head not in inside)
        for inside in sets
    )


@given(EDGES)
@settings(max_examples=300, deadline=None)
def test_what_flows_is_within_limits_and_leaves_every_node_as_it_comes_wherever_that_can_be(edges: list[Edge]) -> None:
    network = Network(NODES)
    numbers = [network.carry(tail, head, (least, most), wanted) for tail, head, least, most, wanted in edges]
    assert network.settle() == can_flow(edges)
    if can_flow(edges):
        flows = [network.flow(number) for number in numbers]
        assert all(least <= flow <= most for (_, _, least, most, _), flow in zip(edges, flows, strict=True))
        for node in range(NODES):
            come = sum(flow for edge, flow in zip(edges, flows, strict=True) if edge[1] == node)
            assert come == sum(flow for edge, flow in zip(edges, flows, strict=True) if edge[0] == node)


def test_what_is_wanted_and_within_limits_flows_unchanged() -> None:
    network = Network(3)
    round_trip = [network.carry(*edge, (0, 9), 4) for edge in ((0, 1), (1, 2), (2, 0))]
    assert network.settle()
    assert [network.flow(edge) for edge in round_trip] == [4, 4, 4]
