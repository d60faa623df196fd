"""A random order of options: it comes of the form's token, so that it is the same whenever that form comes back (P12).

Nothing of it is stored (P1). A page that is kept for many tokens has a cut before each option that moves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from random import Random
from typing import TypeVar

Member = TypeVar("Member")


def in_random_order(members: Sequence[Member], token: str, question_id: str) -> list[Member]:
    """``members`` as they stand on the form that has this ``token``."""
    found = list(members)
    Random(f"{token} {question_id}").shuffle(found)  # noqa: S311  # an order is no secret
    return found


def cut_before(cut: str, question_id: str) -> str:
    """What stands before an option that moves, and with no question behind the last."""
    return f"{cut}{question_id}|" if cut else ""


def ordered_parts(text: str, cut: str) -> Iterator[str | Callable[[str], str]]:
    """``text`` in parts: what stands, and of each question whose options move what makes its words of a token."""
    first, *others = text.split(cut)
    yield first
    pieces = (re.split(r"\|", each, maxsplit=1) for each in others)
    for question_id, group in groupby(pieces, key=lambda piece: piece[0]):
        options = [words for _, words in group]
        yield _moving(options, question_id) if question_id else "".join(options)


def _moving(options: Sequence[str], question_id: str) -> Callable[[str], str]:
    return lambda token: "".join(in_random_order(options, token, question_id))
