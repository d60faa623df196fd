"""One printed number, and sums of printed numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from chalicelib.disclosure.policy import Policy
from chalicelib.disclosure.protected import (
    ProtectedCrosstab,
    ProtectedTable,
    SuppressedCrosstab,
    SuppressedTable,
    further_of_rest,
    has_rest,
)

#: So many editions stand side by side in a release: five years of months; fewer where that would be more numbers than
#: these, which an item of the store has room for. Totals are of earlier editions as well.
KEPT_EDITIONS, KEPT_NUMBERS = 60, 30_000

#: What a cell keeps of each edition.
SIDE_BY_SIDE = ("by_edition", "least_by_edition", "most_by_edition")

#: The same text in each language, by language code.
Text = dict[str, str]
#: What is printed of a table.
Printed = ProtectedTable | ProtectedCrosstab
#: The same, or suppressed.
Protected = ProtectedTable | ProtectedCrosstab | SuppressedTable | SuppressedCrosstab


class Public(BaseModel):
    """A part of a release: immutable."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)


class Cell(Public):
    """One printed number: ``count`` over all editions so far, ``edition_count`` in this one (None: not printed in it).

    The true number is ``at_least`` and ``at_most`` so large; None on an open link, where chance knows no limit.
    ``label`` is the author's wording by language; None where the interface has the words ("no answer").
    ``by_edition``: the number in each of the editions that its table keeps side by side; empty in crosstabs.
    ``least_by_edition`` and ``most_by_edition``: what each of these can be in truth; empty where that is the number
    itself, and on an open link.
    """

    code: str
    label: Text | None
    count: int
    edition_count: int | None
    at_least: int | None = None
    at_most: int | None = None
    by_edition: tuple[int, ...] = ()
    least_by_edition: tuple[int, ...] = ()
    most_by_edition: tuple[int, ...] = ()


@dataclass(frozen=True)
class Limits:
    """Between which a true number lies; so do sums and rests of such numbers."""

    least: int
    most: int

    def rest_of(self, total: Limits) -> Limits:
        """What this leaves of a total."""
        return Limits(max(0, total.least - self.most), total.most - self.least)


def limits_of(count: int, policy: Policy, further: int = 0) -> Limits:
    """What a number by invitation can be: an adjacent multiple of the base was printed, or one ``further`` steps on.

    What is not rounded at all takes no steps.
    """
    reach = policy.rounding_base * (1 + further) - 1 if policy.rounding_base > 1 else 0
    return Limits(max(0, count - reach), count + reach)


def limits_together(codes: Collection[str], printed: ProtectedTable, policy: Policy) -> Limits:
    """What some cells of a table can be together: no farther off than each, nor than what the others leave of all."""
    limits = {code: limits_of(count, policy) for code, count in zip(printed.spec.codes, printed.counts, strict=True)}
    inside = sum_of_limits(limits[code] for code in codes)
    left = sum_of_limits(of for code, of in limits.items() if code not in codes).rest_of(
        limits_of_total(printed.total, policy)
    )
    return Limits(max(inside.least, left.least), min(inside.most, left.most))


def sum_of_limits(limits: Iterable[Limits]) -> Limits:
    """Between which a sum lies."""
    several = list(limits)
    return Limits(sum(each.least for each in several), sum(each.most for each in several))


def limits_of_total(total: int, policy: Policy) -> Limits:
    """How many responses there can be: their number is rounded down."""
    return Limits(total, total + policy.rounding_base - 1)


def printed_cells(printed: Printed, counts: tuple[int, ...], total: Limits, policy: Policy) -> tuple[Cell, ...]:
    """The cells of one edition's table or row, which is of ``total`` people."""
    limits = [limits_of(count, policy, printed.further) for count in counts]
    if has_rest(printed.spec):
        others = limits_of(sum(counts[:-1]), policy, further_of_rest(printed.spec, printed.further))
        limits[-1] = others.rest_of(total)
    labels = printed.spec.variable.labels
    return tuple(
        _cell(code, count, limit, policy, label_of(labels, code))
        for code, count, limit in zip(printed.spec.codes, counts, limits, strict=True)
    )


def _cell(code: str, count: int, limits: Limits, policy: Policy, label: Text | None = None) -> Cell:
    at_least, at_most = (None, None) if policy.noise else (limits.least, limits.most)
    return Cell(code=code, label=label, count=count, edition_count=count, at_least=at_least, at_most=at_most)


def asked_of(asked: ProtectedTable, tables: Iterable[ProtectedTable], policy: Policy) -> Cell | None:
    """Those who were asked a question in one edition, as the one of its tables tells whose cells count them."""
    universe = asked.spec.universe
    if universe is None or policy.rounding_base == 1:
        return None
    printed = next(table for table in tables if table.spec.id == universe.table)
    variable = printed.spec.variable
    told_by = printed.people(universe.told_by(printed.spec.codes, variable))
    limits = limits_of(told_by, policy, printed.further)
    if universe.is_rest(variable):
        limits = limits.rest_of(limits_of_total(printed.total, policy))
    return _cell("asked", printed.people(universe.codes), limits, policy)


def summed(later: Cell, earlier: Cell) -> Cell:
    """The two numbers as one, labelled as the later; what was not printed in this edition adds nothing to it."""
    in_edition = [cell.edition_count for cell in (later, earlier) if cell.edition_count is not None]
    changes = {
        "count": later.count + earlier.count,
        "edition_count": sum(in_edition) if in_edition else None,
        "at_least": sum_of(later.at_least, earlier.at_least),
        "at_most": sum_of(later.at_most, earlier.at_most),
        **{name: (*getattr(earlier, name), *getattr(later, name)) for name in SIDE_BY_SIDE},
    }
    return later.model_copy(update=changes)


def side_by_side(cell: Cell, policy: Policy) -> Cell:
    """``cell`` of one edition as the first of those that its table keeps."""
    has_limits = policy.rounding_base > 1 and cell.at_least is not None
    limits = {"least_by_edition": (cell.at_least,), "most_by_edition": (cell.at_most,)} if has_limits else {}
    return cell.model_copy(update={"by_edition": (cell.count,), **limits})


def last_editions(cell: Cell, kept: int) -> Cell:
    """``cell`` with the last ``kept`` of the editions that it has side by side."""
    return cell.model_copy(update={name: getattr(cell, name)[-kept:] for name in SIDE_BY_SIDE})


def kept_editions(cells: int) -> int:
    """How many editions stand side by side in a release of so many cells, besides those of crosstabs.

    Each cell has a number of each, and its two limits.
    """
    return max(1, min(KEPT_EDITIONS, KEPT_NUMBERS // (len(SIDE_BY_SIDE) * max(1, cells))))


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
