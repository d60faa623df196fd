"""Invented answers that are skewed as real ones are: the second option about half as often as the first, and so on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random


def zipf(codes: Sequence[str], exponent: float = 1) -> dict[str, float]:
    """Weights of ``codes``, in falling order: the place of each to the power of -``exponent``."""
    return {code: place**-exponent for place, code in enumerate(codes, 1)}


def picked(random: Random, weights: Mapping[str, float], number: int) -> tuple[str, ...]:
    """``number`` of the codes, the likeliest first more often (Efraimidis and Spirakis 2006)."""
    keys = {code: random.random() ** (1 / weight) for code, weight in weights.items()}
    return tuple(sorted(keys, key=keys.__getitem__, reverse=True)[:number])


def chosen(random: Random, weights: Mapping[str, float], number: int) -> tuple[str, ...]:
    """As :func:`picked`, in the order of the codes."""
    among = picked(random, weights, number)
    return tuple(code for code in weights if code in among)
