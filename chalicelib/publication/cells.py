"""One printed number, and sums of printed numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce

from pydantic import BaseModel, ConfigDict

from chalicelib.disclosure.policy import Policy
from chalicelib.disclosure.protect import ProtectedCrosstab, ProtectedTable, Uncrossed, Unprinted

Wording = dict[str, str]
#: What is printed of a table, or left out.
Protected = ProtectedTable | ProtectedCrosstab | Unprinted | Uncrossed


class Public(BaseModel):
    """A part of a release: immutable."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Cell(Public):
    """One printed number: ``count`` over all editions so far, ``edition_count`` in this one (None: not printed in it).

    The true number is ``at_least`` and ``at_most`` so large; None on an open link, where chance knows no limit.
    ``label`` is the author's wording by language; None where the interface has the words ("no answer"). ``since``:
    the questionnaire version that brought the code, None where the table always had it.
    """

    code: str
    label: Wording | None
    count: int
    edition_count: int | None
    at_least: int | None = None
    at_most: int | None = None
    since: int | None = None


def printed_cells(printed: Protected, counts: tuple[int, ...], policy: Policy) -> tuple[Cell, ...]:
    """The cells of one edition's table or row."""
    spec = printed.spec
    return tuple(
        Cell(
            code=code,
            label=label_of(spec.variable.labels, code),
            count=count,
            edition_count=count,
            at_least=None if policy.noise else max(0, count - policy.base + 1),
            at_most=None if policy.noise else count + policy.base - 1,
            since=spec.codes_since.get(code),
        )
        for code, count in zip(spec.codes, counts, strict=True)
    )


def summed(first: Cell, second: Cell) -> Cell:
    """The two numbers as one, labelled as the first; what was not printed in this edition adds nothing to it."""
    in_edition = [cell.edition_count for cell in (first, second) if cell.edition_count is not None]
    changes = {
        "count": first.count + second.count,
        "edition_count": sum(in_edition) if in_edition else None,
        "at_least": _sum(first.at_least, second.at_least),
        "at_most": _sum(first.at_most, second.at_most),
    }
    return first.model_copy(update=changes)


def _sum(first: int | None, second: int | None) -> int | None:
    return None if first is None or second is None else first + second


def of_earlier_editions(cell: Cell) -> Cell:
    """``cell`` as the next edition finds it, which does not print it."""
    return cell.model_copy(update={"edition_count": None})


def all_under(cell: Cell, cells: Iterable[Cell]) -> Cell:
    """Everybody whom ``cells`` of earlier editions count, as the one number of ``cell``."""
    whole = reduce(summed, map(of_earlier_editions, cells))
    return whole.model_copy(update={"code": cell.code, "label": cell.label, "since": cell.since})


def label_of(labels: Mapping[str, Mapping[str, str]], code: str) -> Wording | None:
    """The author's wording of ``code``, if there is one."""
    return dict(labels[code]) if code in labels else None


def part_label_of(printed: Protected) -> Wording | None:
    """The author's wording of a table's part, if it is of one."""
    variable, part = printed.spec.variable, printed.spec.part
    if part is None:
        return None
    return dict(variable.part_label) if variable.part_label else label_of(variable.labels, part)
