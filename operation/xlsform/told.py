"""What became of each row of a workbook: every row is taken, changed, left out with the reason, or refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

#: Data of a definition file, as its YAML has it.
Json = dict[str, Any]
SURVEY, CHOICES, SETTINGS, EXTRAS = "survey", "choices", "settings", "paraply"
_ORDER = {SURVEY: 0, CHOICES: 1, SETTINGS: 2, EXTRAS: 3}


class Fate(StrEnum):
    """What became of a row, or of something in it."""

    TAKEN = "taken"
    CHANGED = "changed"
    LEFT_OUT = "left out"
    REFUSED = "to settle"


@dataclass(frozen=True)
class Told:
    """``row`` as the spreadsheet numbers it, 0 for a sheet as a whole; ``name``: that of the row, if any."""

    fate: Fate
    sheet: str
    row: int
    name: str
    message: str

    @property
    def where(self) -> str:
        """As “survey, row 7 (age)”."""
        row = f", row {self.row}" if self.row else ""
        return f"{self.sheet}{row}{f' ({self.name})' if self.name else ''}"

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


@dataclass
class Ledger:
    """Collects what becomes of each row."""

    entries: list[Told] = field(default_factory=list)

    def add(self, fate: Fate, sheet: str, row: int, message: str, name: str = "") -> None:
        """One entry; ``name`` is cut, and shown only where it can be read."""
        shown = name if name.isprintable() else ""
        entry = Told(fate, sheet, row, shown[:40], message)
        if entry not in self.entries[-50:]:
            self.entries.append(entry)

    def of(self, fate: Fate) -> Iterator[Told]:
        """The entries of one kind, in order."""
        return (entry for entry in self.in_order if entry.fate is fate)

    @property
    def in_order(self) -> Sequence[Told]:
        """The entries in the order of the sheets' rows, what is said of a whole sheet before them."""
        return sorted(self.entries, key=lambda entry: (_ORDER.get(entry.sheet, len(_ORDER)), entry.row))

    @property
    def refused(self) -> tuple[Told, ...]:
        """What has to be settled before there can be a survey."""
        return tuple(self.of(Fate.REFUSED))


class CannotSay(Exception):
    """Something of one row that our questions cannot say; always caught, and told with its row."""
