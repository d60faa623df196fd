"""Shares, and what they can be in truth: made of printed numbers and their limits alone (rule 8)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from chalicelib.disclosure.policy import nine_in_ten
from chalicelib.publication.crosstabs import GroupRow
from chalicelib.publication.release import FrequencyTable, Release, cells_of, denominator

#: A range that is wider is told instead of a number. From a base of 100 on none is by invitation, but where answers
#: exhaust a limit (rule 5) and in sums over several releases.
WIDEST = Fraction(16, 100)


@dataclass(frozen=True)
class Share:
    """Of the ``printed`` numbers, from 0 to 1; in truth it is ``least`` to ``most``, with noise about nine in ten are.

    ``is_number``: it is of so many, and its range so narrow, that it may be told as a number, and not only as a range.
    """

    printed: Fraction
    least: Fraction
    most: Fraction
    is_number: bool

    @property
    def percent(self) -> int | None:
        """In whole per cent, rounded once, half up; None where there is only a range."""
        return _percent(self.printed, half_up) if self.is_number else None

    @property
    def percent_at_least(self) -> int:
        """Rounded down, so that the truth is inside; what is exact is rounded as the share is."""
        return _percent(self.least, half_up if self.is_exact else down)

    @property
    def percent_at_most(self) -> int:
        """Rounded up, or as the share is."""
        return _percent(self.most, half_up if self.is_exact else up)

    @property
    def is_exact(self) -> bool:
        """Whether it can be nothing else."""
        return self.least == self.most


def half_up(number: int, of: int) -> int:
    """The whole number nearest to ``number / of``, of two the greater; worked out in whole numbers."""
    return (2 * number + of) // (2 * of)


def down(number: int, of: int) -> int:
    """The whole number below ``number / of``, or itself."""
    return number // of


def up(number: int, of: int) -> int:
    """The whole number above ``number / of``, or itself."""
    return -(-number // of)


def _percent(share: Fraction, whole: Callable[[int, int], int]) -> int:
    return whole(100 * share.numerator, share.denominator)


def drawn(share: Fraction) -> float:
    """A share in tenths of a per cent, as long as it is drawn."""
    return half_up(1000 * share.numerator, share.denominator) / 10


def next_ten(percentages: Sequence[float]) -> int:
    """The end of an axis for all of them: the next ten per cent above the largest."""
    return min(100, max(10, 10 * ceil(max(percentages, default=0) / 10)))


def shares_of(of: FrequencyTable | GroupRow, release: Release) -> tuple[Share | None, ...]:
    """The share of each of :func:`cells_of`; None where they are of too few for any."""
    base, cells = denominator(of), cells_of(of)
    if base < max(1, release.percentages_from):
        return tuple(None for _ in cells)
    ranges = _ranges(_spans(of, release), _span_of_base(of))
    return tuple(
        Share(Fraction(cell.count, base), least, most, _is_number(base, most - least, release))
        for cell, (least, most) in zip(cells, ranges, strict=True)
    )


def share_together(of: FrequencyTable | GroupRow, codes: Collection[str], release: Release) -> Share | None:
    """The share of several of :func:`cells_of` together; None where they are of too few for any."""
    is_told = denominator(of) >= max(1, release.percentages_from)
    return part_of(of, codes, release) if is_told else None


def part_of(of: FrequencyTable | GroupRow, codes: Collection[str], release: Release) -> Share:
    """The same of however few: to be drawn, and to be compared, where no share may be told."""
    base, cells = denominator(of), cells_of(of)
    inside = [cell.code in codes for cell in cells]
    spans = _spans(of, release)
    together, others = (_sum(of, release, spans, are_in) for are_in in (inside, [not is_in for is_in in inside]))
    least, most = next(_ranges([together, others], _span_of_base(of)))
    printed = sum(cell.count for cell in cells if cell.code in codes)
    return Share(Fraction(printed, max(1, base)), least, most, _is_number(base, most - least, release))


def _sum(of: FrequencyTable | GroupRow, release: Release, spans: Sequence[_Span], are_in: Sequence[bool]) -> _Span:
    """The limits of the cells that ``are_in`` together. Chance moves several numbers less than each by as much."""
    several = [span for span, is_in in zip(spans, are_in, strict=True) if is_in]
    if not (release.noise and isinstance(of, FrequencyTable)):
        return _Span(sum(span.least for span in several), sum(span.most for span in several))
    count = sum(cell.count for cell, is_in in zip(cells_of(of), are_in, strict=True) if is_in)
    numbers = len(several) + (1 if of.asked and are_in[-1] else 0)
    off = nine_in_ten(release.rounding_base, numbers * of.releases) if several else 0
    return _Span(max(0, count - off), count + off)


def _is_number(base: int, width: Fraction, release: Release) -> bool:
    """Releases from before there were ranges have numbers of any base."""
    return base >= release.shares_from and (release.shares_from == 1 or width <= WIDEST)


@dataclass(frozen=True)
class _Span:
    """What a number can be in truth."""

    least: int
    most: int


def _spans(of: FrequencyTable | GroupRow, release: Release) -> list[_Span]:
    """The limits of each cell; where chance knows none, what about nine in ten are in.

    Of those asked, who gave no answer is worked out from several numbers, and as far off as two of them together.
    """
    cells = cells_of(of)
    if not (release.noise and isinstance(of, FrequencyTable)):
        return [_span(cell.count, cell.at_least, cell.at_most) for cell in cells]
    numbers = [1 for _ in cells[1:]] + [2 if of.asked else 1]
    offs = [nine_in_ten(release.rounding_base, number * of.releases) for number in numbers]
    return [_Span(max(0, cell.count - off), cell.count + off) for cell, off in zip(cells, offs, strict=True)]


def _span_of_base(of: FrequencyTable | GroupRow) -> _Span:
    """Those whom the cells sum to.

    With noise they are taken as printed. If a cell is e off and its base d, a share p of N is (e - p d) / N off; and
    since the cells were made to sum to the base, d is in e: the larger a cell, the more of it. So what is subtracted
    brings the share nearer on average (measured in tests/unit/publication/test_shares.py).
    """
    if isinstance(of, FrequencyTable) and of.asked:
        return _span(of.asked.count, of.asked.at_least, of.asked.at_most)
    return _span(of.base, of.base_at_least, of.base_at_most)


def _span(printed: int, least: int | None, most: int | None) -> _Span:
    return _Span(printed if least is None else least, printed if most is None else most)


def _ranges(cells: Sequence[_Span], base: _Span) -> Iterator[tuple[Fraction, Fraction]]:
    """The least and the greatest part that each of ``cells`` can be of their sum, which is within ``base``.

    A cell is the least part when it is as few as can be, and the others are as many; the greatest the other way about.
    """
    least, most = sum(cell.least for cell in cells), sum(cell.most for cell in cells)
    for cell in cells:
        others = _Span(least - cell.least, most - cell.most)
        fewest, greatest = max(cell.least, base.least - others.most), min(cell.most, base.most - others.least)
        yield (
            _part(fewest, min(others.most, base.most - fewest)),
            _part(greatest, max(others.least, base.least - greatest)),
        )


def _part(number: int, others: int) -> Fraction:
    return Fraction(number, max(1, number + others))
