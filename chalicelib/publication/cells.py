"""One printed number, and sums of printed numbers."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from pydantic import BaseModel, ConfigDict

from chalicelib.disclosure.policy import Policy
from chalicelib.disclosure.protected import ProtectedCrosstab, ProtectedTable, SuppressedCrosstab, SuppressedTable

Wording = dict[str, str]
#: What is printed of a table, or left out.
Protected = ProtectedTable | ProtectedCrosstab | SuppressedTable | SuppressedCrosstab


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
            at_least=None if policy.noise else _limits(count, policy)[0],
            at_most=None if policy.noise else _limits(count, policy)[1],
            since=spec.codes_since.get(code),
        )
        for code, count in zip(spec.codes, counts, strict=True)
    )


def _limits(count: int, policy: Policy) -> tuple[int, int]:
    """What a number by invitation can be: it was set to an adjacent multiple of the base."""
    return max(0, count - policy.rounding_base + 1), count + policy.rounding_base - 1


def together(codes: Collection[str], printed: ProtectedTable, policy: Policy) -> Cell:
    """Those whom the cells ``codes`` of one edition's table count, as one number with the limits that the table sets.

    It is not farther off than the cells in it together, nor than the others and the total, which is rounded down.
    """
    counts = dict(zip(printed.spec.codes, printed.counts, strict=True))
    count = sum(counts[code] for code in codes)
    inside = [_limits(counts[code], policy) for code in codes]
    outside = [_limits(number, policy) for code, number in counts.items() if code not in codes]
    least = max(sum(low for low, _ in inside), printed.total - sum(high for _, high in outside))
    most = min(
        sum(high for _, high in inside), printed.total + policy.rounding_base - 1 - sum(low for low, _ in outside)
    )
    return Cell(
        code="+".join(codes),
        label=None,
        count=count,
        edition_count=count,
        at_least=None if policy.noise else least,
        at_most=None if policy.noise else most,
    )


def summed(first: Cell, second: Cell) -> Cell:
    """The two numbers as one, labelled as the first; what was not printed in this edition adds nothing to it."""
    in_edition = [cell.edition_count for cell in (first, second) if cell.edition_count is not None]
    changes = {
        "count": first.count + second.count,
        "edition_count": sum(in_edition) if in_edition else None,
        "at_least": sum_of(first.at_least, second.at_least),
        "at_most": sum_of(first.at_most, second.at_most),
    }
    return first.model_copy(update=changes)


def sum_of(first: int | None, second: int | None) -> int | None:
    """The sum of two limits; no limit where one of them is none."""
    return None if first is None or second is None else first + second


def and_then(earlier: tuple[int, ...], this: tuple[int, ...]) -> tuple[int, ...]:
    """The editions that totals are of; where those of the ``earlier`` numbers are not known (none), it stays so."""
    return (*earlier, *this) if earlier else ()


def of_earlier_editions(cell: Cell) -> Cell:
    """``cell`` as the next edition finds it, which does not print it."""
    return cell.model_copy(update={"edition_count": None})


def everybody(cell: Cell, base: int, at_least: int | None, at_most: int | None) -> Cell:
    """All who are printed as ``base`` in earlier editions, as the one number of ``cell``, which is newer than they."""
    changes = {"count": base, "edition_count": None, "at_least": at_least, "at_most": at_most}
    return cell.model_copy(update=changes)


def label_of(labels: Mapping[str, Mapping[str, str]], code: str) -> Wording | None:
    """The author's wording of ``code``, if there is one."""
    return dict(labels[code]) if code in labels else None


def part_label_of(printed: Protected) -> Wording | None:
    """The author's wording of a table's part, if it is of one."""
    variable, part = printed.spec.variable, printed.spec.part
    if part is None:
        return None
    return dict(variable.part_label) if variable.part_label else label_of(variable.labels, part)
