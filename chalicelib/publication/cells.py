"""One printed number, and sums of printed numbers."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from pydantic import BaseModel, ConfigDict

from chalicelib.disclosure.policy import Policy
from chalicelib.disclosure.protected import ProtectedCrosstab, ProtectedTable, SuppressedCrosstab, SuppressedTable

#: So many editions stand side by side in a release: five years of months; fewer where that would be more numbers than
#: these, which an item of the store has room for. Totals are of earlier editions as well.
KEPT_EDITIONS, KEPT_NUMBERS = 60, 30_000

#: The same text in each language, by language code.
Text = dict[str, str]
#: What is printed of a table, or suppressed.
Protected = ProtectedTable | ProtectedCrosstab | SuppressedTable | SuppressedCrosstab


class Public(BaseModel):
    """A part of a release: immutable."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Cell(Public):
    """One printed number: ``count`` over all editions so far, ``edition_count`` in this one (None: not printed in it).

    The true number is ``at_least`` and ``at_most`` so large; None on an open link, where chance knows no limit.
    ``label`` is the author's wording by language; None where the interface has the words ("no answer").
    ``by_edition``: the number in each of the editions that its table keeps side by side; empty in crosstabs.
    """

    code: str
    label: Text | None
    count: int
    edition_count: int | None
    at_least: int | None = None
    at_most: int | None = None
    by_edition: tuple[int, ...] = ()


def printed_cells(printed: Protected, counts: tuple[int, ...], policy: Policy) -> tuple[Cell, ...]:
    """The cells of one edition's table or row."""
    labels = printed.spec.variable.labels
    return tuple(
        _cell(code, count, _limits(count, policy), policy, label_of(labels, code))
        for code, count in zip(printed.spec.codes, counts, strict=True)
    )


def _cell(code: str, count: int, limits: tuple[int, int], policy: Policy, label: Text | None = None) -> Cell:
    at_least, at_most = (None, None) if policy.noise else limits
    return Cell(code=code, label=label, count=count, edition_count=count, at_least=at_least, at_most=at_most)


def _limits(count: int, policy: Policy) -> tuple[int, int]:
    """What a number by invitation can be: it was set to an adjacent multiple of the base."""
    return max(0, count - policy.rounding_base + 1), count + policy.rounding_base - 1


def together(name: str, codes: Collection[str], printed: ProtectedTable, policy: Policy) -> Cell:
    """Those whom the cells ``codes`` of one edition's table count, as the number ``name`` with the table's limits.

    It is not farther off than the cells in it together, nor than the others and the total, which is rounded down.
    """
    counts = dict(zip(printed.spec.codes, printed.counts, strict=True))
    inside = [_limits(counts[code], policy) for code in codes]
    outside = [_limits(number, policy) for code, number in counts.items() if code not in codes]
    least = max(sum(low for low, _ in inside), printed.total - sum(high for _, high in outside))
    most = min(
        sum(high for _, high in inside), printed.total + policy.rounding_base - 1 - sum(low for low, _ in outside)
    )
    return _cell(name, sum(counts[code] for code in codes), (least, most), policy)


def summed(later: Cell, earlier: Cell) -> Cell:
    """The two numbers as one, labelled as the later; what was not printed in this edition adds nothing to it."""
    in_edition = [cell.edition_count for cell in (later, earlier) if cell.edition_count is not None]
    changes = {
        "count": later.count + earlier.count,
        "edition_count": sum(in_edition) if in_edition else None,
        "at_least": sum_of(later.at_least, earlier.at_least),
        "at_most": sum_of(later.at_most, earlier.at_most),
        "by_edition": (*earlier.by_edition, *later.by_edition),
    }
    return later.model_copy(update=changes)


def last_editions(cell: Cell, kept: int) -> Cell:
    """``cell`` with the last ``kept`` of the editions that it has side by side."""
    return cell.model_copy(update={"by_edition": cell.by_edition[-kept:]})


def kept_editions(cells: int) -> int:
    """How many editions stand side by side in a release of so many cells, besides those of crosstabs."""
    return max(1, min(KEPT_EDITIONS, KEPT_NUMBERS // max(1, cells)))


def sum_of(first: int | None, second: int | None) -> int | None:
    """The sum of two limits; no limit where one of them is none."""
    return None if first is None or second is None else first + second


def of_earlier_editions(cell: Cell) -> Cell:
    """``cell`` as the next edition finds it, which does not print it."""
    return cell.model_copy(update={"edition_count": None})


def label_of(labels: Mapping[str, Mapping[str, str]], code: str) -> Text | None:
    """The author's wording of ``code``, if there is one."""
    return dict(labels[code]) if code in labels else None


def part_label_of(printed: Protected) -> Text | None:
    """The author's wording of a table's part, if it is of one."""
    variable, part = printed.spec.variable, printed.spec.id.part
    if part is None:
        return None
    return dict(variable.part_label) if variable.part_label else label_of(variable.labels, part)
