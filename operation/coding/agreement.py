"""How far two coders agree beyond chance: Krippendorff's alpha.

K. Krippendorff (2004), *Content Analysis*, 2nd ed., chapter 11: alpha = 1 - observed / expected disagreement, over the
values that the coders gave. His advice (p. 241): rely on .800 and above, draw tentative conclusions from .667 on.
Of whole sets of themes the distance is MASI: R. Passonneau (2006), *Measuring agreement on set-valued items (MASI) for
semantic and pragmatic annotation*, LREC.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from operation.coding.filled_in import Filled
from operation.coding.themes import NO_THEME
from operation.errors import OperatorError

#: Krippendorff's limits.
RELIABLE, TENTATIVE = 0.8, 0.667

Value = TypeVar("Value", bound=Hashable)
Themes = frozenset[str]


@dataclass(frozen=True)
class Agreement:
    """Of one theme, or of whole sets: ``alpha`` of ``texts`` that both coded; None where all of them got the same.

    ``given``: how often each coder gave the theme.
    """

    texts: int
    alpha: float | None
    given: tuple[int, int] = (0, 0)

    @property
    def meaning(self) -> str:
        """What the value means, in words."""
        if self.alpha is None:
            return "undefined: without any difference between texts, nobody can tell agreement from chance"
        if self.alpha >= RELIABLE:
            return "reliable"
        return "for tentative conclusions only" if self.alpha >= TENTATIVE else "not reliable: talk over the themes"


@dataclass(frozen=True)
class Compared:
    """Two workbooks beside each other: ``pairs`` of the sets of themes that both gave, by the id of the text."""

    first: Filled
    second: Filled
    pairs: dict[str, tuple[Themes, Themes]]

    @property
    def overall(self) -> Agreement:
        """Over whole sets of themes."""
        pairs = list(self.pairs.values())
        return Agreement(len(pairs), alpha(pairs, masi))

    @property
    def by_theme(self) -> dict[str, Agreement]:
        """Of each theme by its code: given or not."""
        return {theme.code: self._of(theme.code) for theme in self.first.task.themes}

    @property
    def disagreements(self) -> list[str]:
        """The ids of texts that got other themes from one than from the other."""
        return [name for name, (one, other) in self.pairs.items() if one != other]

    def _of(self, code: str) -> Agreement:
        given = [(code in one, code in other) for one, other in self.pairs.values()]
        counts = (sum(one for one, _ in given), sum(other for _, other in given))
        return Agreement(len(given), alpha(given, nominal), counts)


def compare(first: Filled, second: Filled) -> Compared:
    """The workbooks of two coders. Raises :class:`OperatorError` where they are not of the same texts and themes.

    Texts that one of them has not marked yet are left out.
    """
    if (first.task.survey, first.task.question) != (second.task.survey, second.task.question):
        raise OperatorError("The workbooks are of two surveys, or of two questions.")
    codes = [{theme.code for theme in each.task.themes} for each in (first, second)]
    if differing := sorted(codes[0] ^ codes[1]):
        raise OperatorError(f"Both need the same themes. Only one has: {', '.join(differing)}")
    texts = [{row.id: row.check for row in each.rows} for each in (first, second)]
    if texts[0] != texts[1]:
        raise OperatorError(
            "The workbooks have not the same texts. Let both code what one `coding start` RECORDS wrote."
        )
    marks = [{row.id: row.codes for row in each.rows if row.codes} for each in (first, second)]
    pairs = {name: (_set(codes), _set(marks[1][name])) for name, codes in marks[0].items() if name in marks[1]}
    if not pairs:
        raise OperatorError("No text has marks in both workbooks yet.")
    return Compared(first, second, pairs)


def _set(codes: Sequence[str]) -> Themes:
    return frozenset(codes) - {NO_THEME}


def alpha(pairs: Sequence[tuple[Value, Value]], distance: Callable[[Value, Value], Fraction]) -> float | None:
    """Krippendorff's alpha of two coders who gave one value each to the same units; None where all values are one.

    ``distance``: from 0, of equal values, to 1.
    """
    values = Counter(value for pair in pairs for value in pair)
    expected = sum(
        count * others * distance(one, other) for one, count in values.items() for other, others in values.items()
    )
    if not expected:
        return None
    n = 2 * len(pairs)
    observed = Fraction(sum(distance(one, other) for one, other in pairs), len(pairs))
    return float(1 - observed * n * (n - 1) / expected)


def nominal(one: Hashable, other: Hashable) -> Fraction:
    """1 between any two that differ."""
    return Fraction(one != other)


def masi(one: Themes, other: Themes) -> Fraction:
    """1 less Jaccard's share times how alike the sets are: the same 1, one within the other 2/3, some in common 1/3."""
    if one == other:
        return Fraction(0)
    common, all_of_them = len(one & other), len(one | other)
    if not common:
        return Fraction(1)
    alike = Fraction(2, 3) if one <= other or other <= one else Fraction(1, 3)
    return 1 - Fraction(common, all_of_them) * alike
