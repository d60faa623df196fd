"""How the leading answers to a question moved from edition to edition, and where that is more than rounding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from chalicelib.publication.differences import differ
from chalicelib.publication.findings import told
from chalicelib.publication.measures import Form, Measure, Printed
from chalicelib.publication.release import Release, denominator
from chalicelib.publication.shares import drawn, next_ten
from chalicelib.publication.words import joined

#: Answers of a question that are followed.
FOLLOWED = 3
#: Of so many answers an exact edition has to be to be compared: it is whatever came between two runs of the count, and
#: one organisation would be a rise from 0 to 100%.
FEWEST = 50


class Movement(StrEnum):
    """What may be said of two editions."""

    RISE = "rise"
    FALL = "fall"
    UNSURE = "unsure"


#: What is said of each.
MOVEMENTS: Mapping[Movement, str] = {
    Movement.RISE: "Up since release %(edition)d: then %(first)s, now %(last)s",
    Movement.FALL: "Down since release %(edition)d: then %(first)s, now %(last)s",
    Movement.UNSURE: "No sure change since release %(edition)d: then %(first)s, now %(last)s",
}


@dataclass(frozen=True)
class Point:
    """One edition: the share in per cent of those asked, what it can be, and where it stands along the line."""

    edition: int
    x: float
    printed: float
    least: float
    most: float
    told: str


@dataclass(frozen=True)
class Trend:
    """One answer over the editions; ``movement`` from the edition ``since`` to the last; ``told``: that in words.

    ``axis``: the per cent at the top of the line, the same for all of a figure.
    """

    label: str
    points: tuple[Point, ...]
    movement: Movement
    since: int
    told: str
    axis: int = 100

    @property
    def width(self) -> float:
        """How wide a point is drawn, in per cent of the line."""
        return round(60 / len(self.points), 1)

    def height(self, share: float) -> float:
        """How high a share is drawn, in per cent of the line."""
        return round(100 * share / self.axis, 1)


def trends_of(printed: Printed) -> tuple[Trend, ...]:
    """The leading answers over the editions; nothing where there is one edition."""
    trends = list(_trends(printed))
    axis = next_ten([point.most for trend in trends for point in trend.points])
    return tuple(replace(trend, axis=axis) for trend in trends)


def _trends(printed: Printed) -> Iterator[Trend]:
    for measure in _followed(printed):
        if len(measure.table.editions) < 2 or not measure.count:
            continue
        editions = [measure.in_edition(place) for place in range(len(measure.table.editions))]
        if _are_comparable(editions, printed.release):
            yield _trend(measure, editions, printed)


def _followed(printed: Printed) -> Sequence[Measure]:
    """Of a scale the upper steps together, since single ones say little; of what was written how many did."""
    if printed.shape.form is Form.COLUMNS:
        return [printed.upper]
    return printed.measures[:1] if printed.shape.form is Form.WRITTEN else printed.leading[:FOLLOWED]


def _are_comparable(editions: Sequence[Measure], release: Release) -> bool:
    return release.method != "exact" or all(denominator(each.table) >= FEWEST for each in editions)


def _trend(measure: Measure, editions: Sequence[Measure], printed: Printed) -> Trend:
    release = printed.release
    points = [_point(each, round(100 * (at + 0.2) / len(editions), 1), printed) for at, each in enumerate(editions)]
    movement, place = _movement(editions, release)
    since = measure.table.editions[place]
    first, last = _side_by_side(editions[place], editions[-1], printed)
    facts = {"first": first, "last": last, "edition": since}
    name = joined(": ", filter(None, [measure.label, measure.what]))
    return Trend(name, tuple(points), movement, since, printed.words.translate(MOVEMENTS[movement]) % facts)


def _side_by_side(first: Measure, last: Measure, printed: Printed) -> tuple[str, str]:
    """Both as shares; where one is of too few for that, both as numbers of how many: else nobody could compare them."""
    if first.told and last.told:
        return told(first, printed), told(last, printed)
    text = printed.words.translate("%(number)d of %(base)d")
    numbers = [{"number": each.count, "base": denominator(each.table)} for each in (first, last)]
    return text % numbers[0], text % numbers[1]


def _point(measure: Measure, x: float, printed: Printed) -> Point:
    part = measure.part
    (edition,) = measure.table.editions
    return Point(
        edition,
        x,
        drawn(part.printed),
        drawn(part.least),
        drawn(part.most),
        told(measure, printed),
    )


def _movement(editions: Sequence[Measure], release: Release) -> tuple[Movement, int]:
    """What the last edition is to the one before, or where that says nothing, to the first."""
    last = editions[-1].part
    for place in (len(editions) - 2, 0):
        earlier = editions[place].part
        if differ(earlier, last):
            return (Movement.RISE if last.printed > earlier.printed else Movement.FALL), place
    return Movement.UNSURE, len(editions) - 2
