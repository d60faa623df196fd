"""When two printed shares differ, and when they may not."""

from __future__ import annotations

from chalicelib.publication.shares import Share


def differ(first: Share, second: Share) -> bool:
    """Whether the shares of two groups, or of two editions, are sure to differ as far as rounding goes.

    They are if no number is in both ranges, since rounding never leaves a range; if the ranges overlap, the shares may
    be the same. With noise, where about nine in ten are in a range, it is likely rather than sure. It says nothing of
    chance in who answered. (To judge two estimates by whether their intervals overlap errs towards seeing no
    difference: Schenker and Gentleman 2001, Am. Stat. 55:182-186.)
    """
    return first.most < second.least or second.most < first.least
