"""What somebody meant who wrote a name that nothing has."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

#: Below this likeness (difflib's ratio) a name is another one, and to ask would mislead.
_LIKENESS = 0.6
#: Longer than any id of ours: comparing takes time that grows with the square.
_LONGEST = 100


def meant(name: str, known: Iterable[str]) -> str | None:
    """The one of ``known`` that ``name`` is most like, if it is like one at all."""
    return None if len(name) > _LONGEST else _closest(name.casefold(), tuple(known))


@lru_cache
def _closest(name: str, known: tuple[str, ...]) -> str | None:
    found = get_close_matches(name, known, n=1, cutoff=_LIKENESS)
    return found[0] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A question to end a message with, after a blank; empty where nothing is like ``name``."""
    return asked(meant(name, known))


def advice_on(name: str, known: Iterable[str]) -> str:
    """As :func:`did_you_mean`; where nothing is like ``name``, what to do about it."""
    return did_you_mean(name, known) or " Check how it is written."


def asked(found: str | None) -> str:
    """Whether ``found`` was meant, as a question that ends a message, after a blank; else empty."""
    return f" Did you mean “{found}”?" if found else ""
