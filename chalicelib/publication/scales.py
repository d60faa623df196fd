"""The mean of a scale's steps, and its three groups, out of printed numbers and their limits (rule 8)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from chalicelib.publication.findings import told_share
from chalicelib.publication.measures import Form, Printed
from chalicelib.publication.release import FrequencyTable, cells_of, denominator
from chalicelib.publication.shares import WIDEST, down, half_up, share_together, up
from chalicelib.publication.words import Phrasing

#: The groups of a scale from 0 to 10 that asks how likely somebody is to recommend (Reichheld 2003): below 7, 7 and 8,
#: and above.
RECOMMENDING = (range(7), range(7, 9), range(9, 11))


@dataclass(frozen=True)
class Mean:
    """In tenths of a step; in truth ``least`` to ``most``."""

    printed: float
    least: float
    most: float

    def in_words(self, words: Phrasing) -> Mapping[str, str]:
        """What messages of means name, with the decimal sign of the language."""
        numbers = {"mean": self.printed, "least": self.least, "most": self.most}
        return {name: words.decimal(number) for name, number in numbers.items()}


@dataclass(frozen=True)
class Step:
    """One step, the printed number of those who chose it, and what that can be."""

    value: int
    count: int
    least: int
    most: int


def lines_of(printed: Printed) -> tuple[str, ...]:
    """What is said beneath the columns of a scale; nothing beneath other figures."""
    if printed.shape.form is not Form.COLUMNS:
        return ()
    return (*_mean_line(printed), *_group_line(printed))


def _mean_line(printed: Printed) -> Iterator[str]:
    (table,) = printed.tables
    mean = mean_told(table, printed)
    if mean is None:
        return
    if printed.release.method == "rounded":
        text = printed.words.translate("Mean: %(mean)s (in truth %(least)s to %(most)s)")
    else:
        text = printed.words.translate("Mean: %(mean)s")
    yield text % mean.in_words(printed.words)


def _group_line(printed: Printed) -> Iterator[str]:
    (table,) = printed.tables
    if printed.steps() != [str(step) for step in range(11)]:
        return
    shares = [share_together(table, [str(step) for step in group], printed.release) for group in RECOMMENDING]
    told = [told_share(share, printed.words) for share in shares if share]
    if len(told) == len(RECOMMENDING):
        text = printed.words.translate("0 to 6: %(low)s · 7 or 8: %(middle)s · 9 or 10: %(high)s")
        yield text % dict(zip(("low", "middle", "high"), told, strict=True))


def mean_told(table: FrequencyTable, printed: Printed) -> Mean | None:
    """The mean of the steps of ``table``, or of its ranks; None of too few, and on an open link.

    There nobody knows how far off it is: numbers have no limits, and nine in ten of each do not bound a mean (P14).
    """
    if printed.release.noise:
        return None
    steps = _steps(table, printed)
    is_told = sum(step.count for step in steps) >= max(1, printed.release.percentages_from)
    return mean_of(steps) if is_told else None


def mean_as_title(table: FrequencyTable, printed: Printed) -> str:
    """The mean, where it may stand without its range: of as many as a share may, and in truth not much farther off."""
    mean, steps = mean_told(table, printed), [int(step) for step in printed.steps()]
    if mean is None or denominator(table) < printed.release.shares_from:
        return ""
    if mean.most - mean.least > WIDEST * (max(steps) - min(steps)):
        return ""
    return printed.words.translate("Mean: %(mean)s") % mean.in_words(printed.words)


def _steps(table: FrequencyTable, printed: Printed) -> list[Step]:
    return [
        Step(
            int(cell.code),
            cell.count,
            cell.count if cell.at_least is None else cell.at_least,
            cell.count if cell.at_most is None else cell.at_most,
        )
        for cell in cells_of(table)
        if not printed.is_apart(cell.code)
    ]


def mean_of(steps: Sequence[Step]) -> Mean | None:
    """The mean of those who chose a step; None where nobody is printed to have.

    It is the least when as many as can be are on the lower steps and as few as can be on the others, for one of the
    places between them: the optimum of a linear-fractional program over a box is one of its vertices, and these are the
    ones that are in order.
    """
    if not any(step.count for step in steps):
        return None
    ordered = sorted(steps, key=lambda step: step.value)
    lows, highs = _extremes(ordered), _extremes(ordered[::-1])
    printed = Fraction(sum(step.value * step.count for step in steps), sum(step.count for step in steps))
    return Mean(_tenths(printed, half_up), _tenths(min(lows), down), _tenths(max(highs), up))


def _extremes(steps: Sequence[Step]) -> list[Fraction]:
    """The means with as many as can be on the first of ``steps`` and as few as can be on the rest, for every place."""
    found = list[Fraction]()
    for place in range(len(steps) + 1):
        numbers = [step.most if at < place else step.least for at, step in enumerate(steps)]
        if any(numbers):
            found.append(Fraction(sum(s.value * n for s, n in zip(steps, numbers, strict=True)), sum(numbers)))
    return found


def _tenths(number: Fraction, whole: Callable[[int, int], int]) -> float:
    return whole(10 * number.numerator, number.denominator) / 10
