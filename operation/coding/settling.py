"""The workbook in which two coders settle where they disagree."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from operation.coding.agreement import Compared
from operation.coding.texts import NEW_WORKBOOK
from operation.coding.workbook import TextRow, write_workbook
from operation.files import private_file


def write_settling(compared: Compared, to: Path) -> int:
    """Write a workbook with what both agree on filled in, and on top the rest without marks, what each said as a note.

    Returns how many texts are to be settled. Read back, it counts as coded by two, who agreed as far as they did.
    """
    second = {row.id: row.codes for row in compared.second.rows}
    settled, disputed = [], []
    for row in compared.first.rows:
        others = second[row.id]
        if row.codes and set(row.codes) == set(others):
            settled.append(replace(row, note=""))
        else:
            disputed.append(_disputed(row, others))
    task = replace(compared.first.task, coders=2, alpha=compared.overall.alpha)
    with private_file(to, NEW_WORKBOOK) as stream:
        write_workbook(stream, task, [*disputed, *settled])
    return len(disputed)


def _disputed(row: TextRow, others: tuple[str, ...]) -> TextRow:
    first, second = (", ".join(codes) or "not marked" for codes in (row.codes, others))
    return replace(row, codes=(), note=f"first coder: {first}\nsecond coder: {second}")
