"""Ids and codes made of words: short, of plain letters, and none that means something elsewhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from chalicelib.questionnaire.codebook import RESERVED_CODES
from operation.authoring.name_rules import KEYWORDS
from operation.records.reserved import RESERVED

_LONGEST, _WORDS, _LONGEST_SURVEY = 30, 4, 60
#: Words that tell nothing of what a question is about.
_FILLERS = frozenset(
    (
        *("a", "an", "the", "of", "to", "in", "on", "at", "for", "is", "are", "was", "were", "do", "does", "did"),
        *("you", "your", "what", "which", "who", "how", "have", "has", "had", "been", "be", "would", "i", "it", "we"),
        "us",
    )
)
#: Codes that programs read as a missing or a logical value.
_READ_OTHERWISE = frozenset({"na", "nan", "null", "true", "false", "inf"})


def as_id(words: str, number: int, taken: Iterable[str]) -> str:
    """An id for the question ``words``, the ``number``-th, that is none of those ``taken``."""
    parts = [part for part in _parts(words) if part not in _FILLERS] or _parts(words)
    name = "_".join(parts[:_WORDS])[:_LONGEST].strip("_") or f"question_{number}"
    if not name[0].isalpha() or name in KEYWORDS or name in RESERVED:
        name = f"q_{name}"
    return _free(name, {*taken})


def as_code(words: str, number: int, taken: Iterable[str]) -> str:
    """As :func:`as_id`, for an option."""
    name = "_".join(_parts(words)[:_WORDS])[:_LONGEST].strip("_") or f"option_{number}"
    if name[0].isdigit():
        name = f"c{name}"
    if name in RESERVED_CODES or name in _READ_OTHERWISE:
        name = f"{name}_"
    return _free(name, {*taken})


def as_survey(words: str) -> str | None:
    """A survey's name of ``words``, which stands in its link; None where nothing of them can stand there."""
    name = "-".join(_parts(words))[:_LONGEST_SURVEY].strip("-")
    return name if len(name) >= 3 and name[0].isalpha() else None


def _parts(words: str) -> list[str]:
    """Its words in plain letters; none where the script is another. A dash parts words, an apostrophe does not."""
    straight = re.sub("['’]", "", words[:1_000])
    apart = re.sub(r"[^\w\u0300-\u036f]|_", " ", unicodedata.normalize("NFKD", straight))
    return re.findall(r"[a-z0-9]+", apart.encode("ascii", "ignore").decode().lower())


def _free(name: str, taken: set[str]) -> str:
    number, free = 2, name
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free
