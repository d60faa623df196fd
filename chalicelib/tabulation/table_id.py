"""What names a table."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class TableId:
    """The table of a ``question`` or of a ``part`` of it; ``group_code``: of those in this group of a crosstab alone.

    Written "harder", "harder.work" and "harder.work@se". No id and no code has a dot or an at sign.
    """

    question: str
    part: str | None = None
    group_code: str | None = None

    def __str__(self) -> str:
        of_part = f".{self.part}" if self.part is not None else ""
        of_group = f"@{self.group_code}" if self.group_code is not None else ""
        return f"{self.question}{of_part}{of_group}"

    @classmethod
    def read(cls, written: str) -> TableId:
        """The inverse of ``str``."""
        table, _, group_code = written.partition("@")
        question, _, part = table.partition(".")
        return cls(question, part or None, group_code or None)

    def in_group(self, code: str) -> TableId:
        """The same table of those in one group alone."""
        return replace(self, group_code=code)
