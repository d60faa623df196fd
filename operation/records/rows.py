"""What whoever works on exported records sees of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from chalicelib.questionnaire.codebook import Codebook

#: Between the codes of one answer, none of which has it.
SEPARATOR = ";"


@dataclass(frozen=True)
class Row:
    """One response. ``number``: as in the files, "000001"; ``codes``: by variable id, skipped ones left out."""

    number: str
    batch: int | None
    version: int
    codes: Mapping[str, tuple[str, ...]]


class Records(Protocol):
    """The records of a survey, as a folder that `manage.py export` wrote has them."""

    @property
    def survey(self) -> str:
        """The survey's id."""

    @property
    def codebook(self) -> Codebook:
        """Every variable that any version had, the latest first."""

    @property
    def partly_asked(self) -> frozenset[str]:
        """The ids of variables that not everybody was asked: by a condition, or in a version that did not have them."""

    def rows(self) -> Iterator[Row]:
        """The responses, in the order of their numbers; read anew at each call, never held whole."""

    def sealed(self) -> Iterator[tuple[str, Path]]:
        """The numbers of responses that wrote something, and the sealed file of each."""
