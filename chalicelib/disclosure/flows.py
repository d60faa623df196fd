"""Flows of whole numbers through a network, however great they are (E. A. Dinic 1970)."""

from __future__ import annotations


class Network:
    """Nodes from 0 on, and edges that let so much through, and may have to let through some."""

    def __init__(self, nodes: int) -> None:
        #: By edge, and at the next number along its way back, what more may flow.
        self._room: list[int] = []
        self._heads: list[int] = []
        self._edges: list[list[int]] = [[] for _ in range(nodes)]
        self._least: dict[int, int] = {}
        self._surplus = [0] * nodes
        self._levels: list[int] = []
        self._tried: list[int] = []

    def _join(self, tail: int, head: int, room: int, back: int = 0) -> int:
        """A new edge with ``room`` for more; ``back`` of what flows may be taken back."""
        edge = len(self._heads)
        self._heads += (head, tail)
        self._room += (room, back)
        self._edges[tail].append(edge)
        self._edges[head].append(edge + 1)
        return edge

    def carry(self, tail: int, head: int, limits: tuple[int, int], wanted: int) -> int:
        """A new edge through which as much flows as wanted, or else as is within ``limits``."""
        least, most = limits
        flow = min(max(wanted, least), most)
        self._surplus[tail] -= flow
        self._surplus[head] += flow
        edge = self._join(tail, head, most - flow, flow - least)
        self._least[edge] = least
        return edge

    def flow(self, edge: int) -> int:
        """How much flows through an edge."""
        return self._least[edge] + self._room[edge + 1]

    def settle(self) -> bool:
        """Change what flows, where needed, so that as much leaves every node as comes; False if that cannot be."""
        source, sink = len(self._edges), len(self._edges) + 1
        self._edges += [[], []]
        for node, surplus in enumerate(self._surplus):
            if surplus > 0:
                self._join(source, node, surplus)
            elif surplus < 0:
                self._join(node, sink, -surplus)
        return self._send(source, sink) == sum(surplus for surplus in self._surplus if surplus > 0)

    def _send(self, source: int, sink: int) -> int:
        """Send as much more as can be sent; how much that is."""
        sent = 0
        while self._is_reached(source, sink):
            self._tried = [0] * len(self._edges)
            sent += self._blocking(source, sink, sum(self._room[edge] for edge in self._edges[source]))
        return sent

    def _is_reached(self, source: int, sink: int) -> bool:
        """Whether there is a way from source to sink; number the nodes by how far they are."""
        levels = self._levels = [-1] * len(self._edges)
        levels[source] = 0
        front = [source]
        while front and levels[sink] < 0:
            further = []
            for node in front:
                for edge in self._edges[node]:
                    head = self._heads[edge]
                    if levels[head] < 0 and self._room[edge]:
                        levels[head] = levels[node] + 1
                        further.append(head)
            front = further
        return levels[sink] >= 0

    def _blocking(self, node: int, sink: int, amount: int) -> int:
        """Send up to ``amount`` from a node by shortest ways; how much went."""
        if node == sink:
            return amount
        left, edges, level = amount, self._edges[node], self._levels[node] + 1
        while self._tried[node] < len(edges):
            edge = edges[self._tried[node]]
            head = self._heads[edge]
            if self._room[edge] and self._levels[head] == level:
                sent = self._blocking(head, sink, min(left, self._room[edge]))
                self._room[edge] -= sent
                self._room[edge ^ 1] += sent
                left -= sent
                if not left:
                    break
            self._tried[node] += 1
        return amount - left
