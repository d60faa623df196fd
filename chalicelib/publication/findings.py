"""What a figure finds, in a line: from printed numbers alone, and only where rounding could not make it.

The rule. Of each question the answer with the largest share is named, if the range of its share is above that of every
other one; where two may be the largest, both are; where more may, none is. On top of the page stand the findings of
questions with several answers, of rows and of rankings, the largest shares first, four at most: how people answered,
and not who they were.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.publication.measures import Form, Measure, Printed
from chalicelib.publication.shares import Share
from chalicelib.publication.words import Phrasing, filled

#: Findings on top of a page.
MOST_FINDINGS = 4
#: So many answers may share the lead in a title.
MOST_LEADING = 2


@dataclass(frozen=True)
class Finding:
    """``share`` of those asked, in words, gave ``label``; ``about``: what was asked, in short; ``question``: its id."""

    question: str
    share: str
    label: str
    about: str


def told_share(share: Share, words: Phrasing) -> str:
    """In whole per cent: the number, or the range where it is of too few for that."""
    percent = share.percent
    if percent is not None:
        return words.translate("%(percent)d%%") % {"percent": percent}
    return told_range(share, words)


def told_alone(share: Share, words: Phrasing) -> str:
    """As :func:`told_share`, for where no range stands beside it: 0% would be read as nobody."""
    return told_share(share, words) if share.percent or share.is_exact else told_range(share, words)


def told_range(share: Share, words: Phrasing) -> str:
    """What a share can be in truth, in whole per cent."""
    limits = {"least": share.percent_at_least, "most": share.percent_at_most}
    return words.translate("%(least)d to %(most)d%%") % limits


def told(measure: Measure, printed: Printed) -> str:
    """A measure's share in words; of too few for one, its number."""
    share = measure.told
    return told_share(share, printed.words) if share else str(measure.count)


def title_of(printed: Printed) -> str:
    """The finding as a figure's title; empty where none of the answers leads for sure."""
    first = printed.first[: MOST_LEADING + 1]
    if printed.shape.form is Form.WRITTEN or not 1 <= len(first) <= MOST_LEADING or not first[0].count:
        return ""
    named = [_named(measure, printed) for measure in first]
    if len(named) == 1:
        return named[0]
    return filled(printed.words.translate("%(one)s; %(other)s"), one=named[0], other=named[1])


def _named(measure: Measure, printed: Printed) -> str:
    facts = {"answer": measure.label, "share": told(measure, printed), "what": measure.what}
    if measure.what:
        return filled(printed.words.translate("%(answer)s: %(share)s %(what)s"), **facts)
    return filled(printed.words.translate("%(answer)s: %(share)s"), **facts)


def findings_of(questions: Iterable[Printed]) -> list[Finding]:
    """The findings on top of the page, the largest shares first."""
    leading = [
        (printed, printed.first[0]) for printed in questions if _is_of_answers(printed) and len(printed.first) == 1
    ]
    told_ones = [(printed, measure) for printed, measure in leading if measure.told]
    told_ones.sort(key=lambda pair: -pair[1].part.printed)
    return [_finding(printed, measure) for printed, measure in told_ones[:MOST_FINDINGS]]


def _is_of_answers(printed: Printed) -> bool:
    """Whether it has several tables: several answers, rows or ranks. One answer often says who somebody is."""
    return len(printed.tables) > 1


def _finding(printed: Printed, measure: Measure) -> Finding:
    label = measure.label
    if measure.what:
        label = filled(printed.words.translate("%(answer)s: %(what)s"), answer=label, what=measure.what)
    about = printed.words.of(printed.asked.called)
    return Finding(printed.asked.id, told(measure, printed), label, about)
