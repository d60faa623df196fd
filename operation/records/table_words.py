"""What is said with a table of records: what it is of, how it was weighted, and that it goes no further."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from operation.records.breakdowns import Breakdown
from operation.records.margins import Margin
from operation.records.tables import SMALL, Table
from operation.records.weighting import COSTLY, FEWEST_EFFECTIVE, HIGH, Weighting

#: Categories that are told where weights miss them.
_WORST = 3
#: AAPOR (2016), Guidance on Reporting Precision for Nonprobability Samples: a margin of sampling error is of samples
#: that were drawn, and no weights make one of those who came by themselves (Baker et al. 2013, Report of the AAPOR Task
#: Force on Non-Probability Sampling).
_CANNOT = (
    "What weights cannot mend: people chose to answer, and may differ from those who did not in what no margin tells."
    " So there is no margin of error, and a small group weighted up is still a small group."
)


def before(table: Table) -> Iterator[str]:
    """The lines above a table; the first is the mark."""
    yield mark(table)
    yield f"Rows: {titled(table.wanted.rows)}"
    if columns := table.wanted.columns:
        yield f"Columns: {titled([columns])}"
    of = f"{table.people} of {table.records} ({table.wanted.filter})" if table.wanted.conditions else f"{table.people}"
    yield f"Records: {of}. Shares are of those in a column who answered."
    if table.weighting:
        yield from _weighted(table.weighting)


def after(table: Table) -> Iterator[str]:
    """The lines below; the last is the mark."""
    if any(not block.rows.is_exclusive for block in table.blocks):
        yield "Several answers each: these shares may add up to more than 100 %."
    if table.partly_asked:
        asked = ", ".join(table.partly_asked)
        yield f"Not everybody was asked ({asked}): “No answer” has those who were not, too."
    yield from _few_effective(table)
    if table.small:
        cells = "1 number is" if table.small == 1 else f"{table.small} numbers are"
        yield (
            f"Small counts: {cells} of fewer than {SMALL} people (marked !). Never pass them on, nor what they can be"
            " worked out from; a 0 or 100 % tells of everybody in its column, too."
        )
    yield mark(table)


def _few_effective(table: Table) -> Iterator[str]:
    """Which columns have too few people, once they are weighted, for any share of them."""
    if table.weighting is None:
        return
    few = [
        column.label
        for place, column in enumerate(table.columns)
        if any(0 < round(block.bases[place].number) < FEWEST_EFFECTIVE for block in table.blocks)
    ]
    if few:
        yield (
            f"Effective n below {FEWEST_EFFECTIVE}: {', '.join(few)}. Chance alone moves such shares by many points;"
            " the US National Center for Health Statistics prints none (Parker and others 2017)."
        )


def titled(breakdowns: Sequence[Breakdown]) -> str:
    """A question in words, with the names that it has on the command line; its part, where it is only one."""
    first = breakdowns[0]
    if len(breakdowns) > 1:
        return f"{first.label} ({first.question})"
    return f"{first.label}{f' {first.part}' if first.part else ''} ({first.name})"


def mark(table: Table) -> str:
    """What says that a table is none to pass on, and what is instead."""
    counts = "weighted shares and exact counts" if table.weighting else "exact counts"
    return f"INTERNAL: {counts} of “{table.survey}”, for its operators alone. To pass numbers on, take a release."


def _weighted(weighting: Weighting) -> Iterator[str]:
    margins, effective = weighting.margins, weighting.effective
    names = ", ".join(margin.variable.id for margin in margins.margins)
    yield f"Weighted to {names}. Source: {margins.source.strip()}"
    for margin in margins.margins:
        yield _margin(weighting, margin)
    yield (
        f"{effective.people} records are worth as much as {effective.number:.0f} of equal weight (design effect"
        f" {effective.design_effect:.2f}). Weights go from {weighting.least:.2f} to {weighting.most:.2f}."
        f" {_trimmed(weighting)}"
    )
    yield from _costly(weighting)
    yield from _missed(weighting)
    yield _CANNOT


#: What does little for the answers costs as much as what does a lot: R. Little and S. Vartivarian (2005), Does
#: Weighting for Nonresponse Increase the Variance of Survey Means?, Survey Methodology 31(2). Joining small categories,
#: and bounds, are what Battaglia, Hoaglin and Frankel (2009) advise.
def _costly(weighting: Weighting) -> Iterator[str]:
    effective, bounds = weighting.effective, weighting.margins.bounds
    if round(effective.design_effect, 2) < COSTLY:
        return
    lost = round(100 * (1 - effective.number / effective.people))
    # Where bounds keep margins from being reached, closer ones would lose more of them.
    trim = "" if weighting.missed else " trim closer," if bounds else " trim,"
    yield (
        f"That is a large design effect: weighting loses {lost} % of what the records tell (Kish 1992; rule of thumb:"
        f" stay below {COSTLY:g}, where it loses half). Join the categories that are weighted up most, leave out a"
        f" margin that answers hardly depend on,{trim} or show the unweighted table."
    )


def _missed(weighting: Weighting) -> Iterator[str]:
    for each in weighting.missed[:_WORST]:
        is_not = f"is {100 * each.after:.1f} %, not {100 * each.category.share:.1f} %"
        yield f"Not reached: {each.margin.variable.id}: {each.category.name} {is_not}. Trim less, or join categories."
    if others := len(weighting.missed[_WORST:]):
        yield f"Not reached: {others} more by less."


def _margin(weighting: Weighting, margin: Margin) -> str:
    moved = [
        f"{each.category.name} {100 * each.before:.1f} → {100 * each.after:.1f} % ({each.people})"
        for each in weighting.reached
        if each.margin is margin
    ]
    outside = weighting.outside(margin)
    kept = f"; {outside} are in none of these, and count as {outside} still" if outside else ""
    return f"{margin.variable.id}: {', '.join(moved)}{kept}"


def _trimmed(weighting: Weighting) -> str:
    bounds = weighting.margins.bounds
    if bounds:
        return f"{weighting.trimmed} of them are trimmed to {bounds.least:g} or {bounds.most:g}."
    if weighting.most > HIGH:
        return f"None is trimmed: in {weighting.margins.path.name}, “trim: 0.2 to {HIGH:g}” would bound them."
    return "None is trimmed."
