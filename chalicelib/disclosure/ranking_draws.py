"""Stub until the real one comes."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.disclosure.rankings import can_be_ranked
from chalicelib.disclosure.rounding import Adjacent, KeyedRandom, matrix_within


def drawn_ranking(
    exact: Sequence[Sequence[int]],
    total: int,
    asked: int,
    is_compulsory: bool,
    sets: Sequence[tuple[int, frozenset[int]]],
    base: int,
    random: KeyedRandom,
) -> list[list[int]] | None:
    for number in range(200):
        draw = random.of(number)
        cols = [sum(c) for c in zip(*exact)][:-1]
        C = []
        for r, c in enumerate(cols):
            lo = c - c % base
            up = c % base and draw.number(f"c{r}") < (c % base << 64) // base
            C.append(min(lo + base * bool(up), asked if not C else C[-1]))
        if is_compulsory:
            C[0] = asked
        cells = [[Adjacent.of(x, base) for x in col] for col in list(zip(*exact))[:-1]]
        rows = [sum(row[:-1]) for row in exact]
        limits = [(r - r % base, min(asked, r + -r % base)) for r in rows]
        m = matrix_within(cells, C, limits, base, draw)
        if m is None:
            continue
        out = [list(x) for x in zip(*m)]
        if any(abs(sum(out[o][p] - exact[o][p] for p in s)) >= base for o, s in sets):
            continue
        if not can_be_ranked([[x // base for x in row] for row in out]):
            continue
        return [[*row, total - sum(row)] for row in out]
    return None
