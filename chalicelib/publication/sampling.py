"""What no rounding tells: whom the numbers are of, and how far off chance puts the shares of a sample."""

from __future__ import annotations

from math import floor, sqrt

from chalicelib.errors import Translate
from chalicelib.publication.release import Release


def standard_error(release: Release) -> float | None:
    """Of a share of one half, in percentage points, had the responses been drawn at random from many.

    The square root of p (1 - p) / n (Cochran 1977, Sampling Techniques, section 3.2), of the printed n. None on an open
    link, where nobody is drawn.
    """
    return None if release.noise else 50 / sqrt(release.responses)


def caution(release: Release, translate: Translate) -> str:
    """What to know of all shares besides how they were rounded: a paragraph."""
    text = translate(
        "The people who answered chose to. They are not a random sample of any group. On their own, these numbers say"
        " nothing about people who did not answer."
    )
    points = floor((standard_error(release) or 0) + 0.5)
    if not points:
        return text
    drawn = translate(
        "Had they been drawn at random from many, chance alone would still put a share of one half about one percentage"
        " point off (one standard error).",
        "Had they been drawn at random from many, chance alone would still put a share of one half about %(points)d"
        " percentage points off (one standard error).",
        points,
    )
    return " ".join([text, drawn % {"points": points}, *_beside_rounding(release, translate)])


def _beside_rounding(release: Release, translate: Translate) -> list[str]:
    """How many times what rounding does that is.

    A number between two multiples of b is rounded by a standard deviation of the square root of (b² - 1) / 6 if any
    remainder is as likely, and editions add up as independent.
    """
    if release.method != "rounded":
        return []
    rounding = sqrt((release.rounding_base**2 - 1) / 6 * release.rounds)
    times = max(1, floor(sqrt(release.responses) / (2 * rounding) + 0.5))
    text = translate(
        "That is about as much as rounding does.", "That is about %(times)d times what rounding does.", times
    )
    return [text % {"times": times}]
