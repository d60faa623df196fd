"""Records written down in a test, as `export` would have them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.questionnaire.codebook import Codebook, codebook_of
from operation.records.rows import Row
from tests.builders import a_definition


@dataclass(frozen=True)
class HandMade:
    """Implements :class:`operation.records.rows.Records`."""

    codebook: Codebook
    answers: Sequence[dict[str, tuple[str, ...]]]
    survey: str = "a-survey"

    @property
    def partly_asked(self) -> frozenset[str]:
        return frozenset(each.id for each in self.codebook.variables if each.conditions)

    def rows(self) -> Iterator[Row]:
        for number, codes in enumerate(self.answers, 1):
            yield Row(f"{number:06}", 1, 1, codes)

    def sealed(self) -> Iterator[tuple[str, Path]]:
        yield from ()


def handmade(*questions: dict[str, Any], people: Sequence[tuple[int, dict[str, str | None]]]) -> HandMade:
    """So many people for each of their answers: codes by variable, several joined by blanks; None is no answer."""
    codebook = codebook_of(a_definition(*questions).questionnaire)
    answers = [
        {variable: tuple(codes.split()) for variable, codes in given.items() if codes}
        for number, given in people
        for _ in range(number)
    ]
    return HandMade(codebook, answers)
