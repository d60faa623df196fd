"""Controlled random rounding: every cell to an adjacent multiple of the base, the table to a given sum.

Drawn from a keyed hash, so a retry gives the same table and its noise cannot be averaged away. Method: systematic
sampling with chances in proportion to the distance above the lower multiple (Cox 1987, J. Am. Stat. Assoc. 82:520).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence


def rounded_total(n: int, base: int) -> int:
    """``n`` to the multiple of ``base`` below it; never up, for that would leave a printed 0 less room."""
    return n - n % base


def controlled_rounding(counts: Sequence[int], base: int, key: bytes, label: str) -> list[int]:
    """Round ``counts`` so that they sum to ``rounded_total(sum(counts))``; ``label`` names the draw.

    Each result is an adjacent multiple of ``base`` (a multiple itself stays).
    """
    residues = [count % base for count in counts]
    lower = [count - residue for count, residue in zip(counts, residues, strict=True)]
    to_raise = (rounded_total(sum(counts), base) - sum(lower)) // base
    if to_raise == 0:
        return lower
    raised = _systematic_sample(residues, to_raise, key, label)
    return [count + base * (index in raised) for index, count in enumerate(lower)]


def _systematic_sample(weights: Sequence[int], size: int, key: bytes, label: str) -> set[int]:
    """``size`` distinct positions, each with a chance in proportion to its weight.

    Positions are laid end to end in random order on a line as long as the sum of weights; every sum/size-th point
    from a random start picks one. No weight exceeds the step: it is below the base, the step is not.
    """
    total = sum(weights)
    order = sorted(range(len(weights)), key=lambda position: _draw(key, f"{label}:order:{position}"))
    # In units of 1/size, so that the whole sampling is done in integers.
    point = _draw(key, f"{label}:start") * total >> 64
    chosen: set[int] = set()
    end = 0
    for position in order:
        end += weights[position] * size
        if point < end:
            chosen.add(position)
            point += total
    return chosen


def _draw(key: bytes, label: str) -> int:
    """A uniform number below 2**64."""
    return int.from_bytes(hmac.digest(key, label.encode("utf-8"), hashlib.sha256)[:8], "big")
