"""What stands beside every printed table: its base, how far off its numbers can be, what is left out of it and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from chalicelib.disclosure.policy import nine_in_ten
from chalicelib.publication.cells import Cell
from chalicelib.publication.crosstabs import Crosstab, GroupRow
from chalicelib.publication.differences import differ
from chalicelib.publication.release import FrequencyTable, Release, Suppressed, cells_of, denominator
from chalicelib.publication.shares import Share, shares_of
from chalicelib.publication.words import (
    ASKED_EXACTNESS,
    EXACTNESS,
    KINDS_EXPLAINED,
    MEANINGS,
    RANGES,
    ROWS_EXACTNESS,
    SUPPRESSIONS,
    THEMES_EXACTNESS,
    Phrasing,
    joined,
)
from chalicelib.questionnaire.codebook import CHOSEN, NOT_CHOSEN


def meaning_of(release: Release, words: Phrasing) -> str:
    """What was done to every number, and what a 0 means."""
    is_sum = release.rounds > 1 and release.method != "exact"
    return words.translate(MEANINGS[f"sums of {release.method}" if is_sum else release.method]) % release.rules


def beside_tables(tables: Sequence[FrequencyTable], release: Release, words: Phrasing) -> tuple[str, ...]:
    """The notes on the tables of one question; a paragraph each."""
    first = tables[0]
    omitted = [each for each in release.omitted if each.question == first.question and not each.group]
    cells = [cell for table in tables for cell in table.cells]
    notes = [
        joined(
            " ",
            [*_base(tables, release, words), *_coverage(tables, release, words), _exactness(tables, release, words)],
        )
    ]
    if first.kind in KINDS_EXPLAINED:
        notes.append(words.translate(KINDS_EXPLAINED[first.kind]))
    if is_choice(first.cells):
        text = "Several answers could be chosen, so these numbers can add up to more than the total."
        notes.append(words.translate(text))
    elif len(tables) == 1:
        notes += filter(None, [rounding_note(shares_of(first, release), words)])
    return (*notes, *_suppressed(omitted, {table.id for table in tables}, cells, release, words))


def beside_crosstabs(
    crosstabs: Sequence[Crosstab], omitted: Sequence[Suppressed], release: Release, words: Phrasing
) -> tuple[str, ...]:
    """The notes on the crosstabs of one question, and on those of it that are left out; a paragraph each."""
    rows = [row for crosstab in crosstabs for row in crosstab.rows]
    cells = [cell for row in rows for cell in row.cells]
    notes: list[str] = []
    if rows:
        notes.append(joined(" ", [*_coverage(crosstabs, release, words), _exactness_of_rows(rows, release, words)]))
    if any(row.base >= release.percentages_from for row in rows):
        text = words.translate("Percentages are of each group's total.")
        notes.append(joined(" ", [text, *_differences(crosstabs, release, words)]))
    return (*notes, *_suppressed(omitted, {crosstab.table for crosstab in crosstabs}, cells, release, words))


def meaning_of_ranges(release: Release, words: Phrasing) -> str:
    """What the range of a share means; empty where shares are exact."""
    is_exact = release.method not in RANGES
    return "" if is_exact else words.translate(RANGES[release.method]) % {"shares": release.shares_from}


def rounding_note(shares: Iterable[Share | None], words: Phrasing) -> str:
    """That shares of one table, in whole per cent, do not add up to 100; empty where they do, or one is not told.

    They are of one answer each: of several answers nobody expects that.
    """
    percent = [share.percent if share else None for share in shares]
    told = [each for each in percent if each is not None]
    if not told or len(told) < len(percent) or sum(told) == 100:
        return ""
    text = words.translate("These shares add up to %(sum)d%%, since each is rounded.")
    return text % {"sum": sum(told)}


def is_choice(cells: Sequence[Cell]) -> bool:
    """Whether ``cells`` are of a question with several answers: no option may be called as their first cell."""
    return cells[0].code == CHOSEN


def have_different_totals(tables: Iterable[FrequencyTable]) -> bool:
    """Whether each of the tables of one question has to show its own total: not all are of as many."""
    return len({denominator(table) for table in tables}) > 1


def _base(tables: Sequence[FrequencyTable], release: Release, words: Phrasing) -> Iterator[str]:
    first, translate = tables[0], words.translate
    everybody = _everybody(first, release)
    if have_different_totals(tables):
        yield translate("The rows are not all of the same number of answers. Each shows its own total.")
    elif denominator(first) < everybody:
        yield _of_some(first, release, words) % {"asked": denominator(first), "base": everybody}
    else:
        yield _of_so_many(first.base, release, words)
        if first.base_at_most is not None and first.base_at_most > first.base:
            text = translate("They are rounded down. There can be up to %(more)d more.")
            yield text % {"more": first.base_at_most - first.base}
    if any(denominator(table) < _everybody(table, release) for table in tables):
        yield translate(
            "Shares and “No theme” are of those who wrote something."
            if first.question in release.themes
            else "Shares and “No answer” are of those asked."
        )


def _of_some(table: FrequencyTable, release: Release, words: Phrasing) -> str:
    """Of how many of all a table is."""
    translate = words.translate
    if table.question in release.themes:
        return translate(
            "About %(asked)d of about %(base)d wrote something."
            if release.noise
            else "%(asked)d of %(base)d wrote something."
        )
    return translate(
        "About %(asked)d of about %(base)d were asked this."
        if release.noise
        else "%(asked)d of %(base)d were asked this."
    )


def _of_so_many(base: int, release: Release, words: Phrasing) -> str:
    """On an open link the number is only about right, since noise was added before it was rounded down."""
    if release.noise:
        return words.translate("Of about one answer.", "Of about %(base)d answers.", base) % {"base": base}
    return words.translate("Of one answer.", "Of %(base)d answers.", base) % {"base": base}


def base_told(tables: Sequence[FrequencyTable], release: Release, words: Phrasing) -> str:
    """Of how many the shares of a question are, where that is not everybody; else nothing."""
    is_of_some = any(denominator(table) < _everybody(table, release) for table in tables)
    told = [*([next(_base(tables, release, words))] if is_of_some else []), *_coverage(tables, release, words)]
    return joined(" ", told) if told else ""


def _everybody(table: FrequencyTable, release: Release) -> int:
    """Those of whom some were asked. An exact table is of those asked alone, so it is all responses that tell."""
    return release.responses if release.method == "exact" else table.base


def _coverage(parts: Sequence[FrequencyTable | Crosstab], release: Release, words: Phrasing) -> Iterator[str]:
    """Of which releases the numbers are, where it is not of all; parts are named where they differ in that."""
    texts = [_covered(part.releases, release, words) for part in parts]
    if len(set(texts)) == 1:
        yield from filter(None, texts[:1])
        return
    for part, text in zip(parts, texts, strict=True):
        if text:
            yield words.of(part.part_label) + f": {text}" if part.part_label else text


def _covered(releases: int, release: Release, words: Phrasing) -> str:
    if releases == release.rounds:
        return ""
    text = words.translate("These numbers are of %(some)d of %(all)d releases. The others did not show this.")
    return text % {"some": releases, "all": release.rounds}


def _exactness(tables: Sequence[FrequencyTable], release: Release, words: Phrasing) -> str:
    """Who gave no answer may be what the others leave of those asked, or of all: then it is said apart."""
    asked = [table.asked for table in tables if table.asked]
    off = _how_far_off([*(cell for table in tables for cell in table.cells[:-1]), *asked])
    worked_out = _how_far_off(cell for table in tables if (cell := cells_of(table)[-1]).code != NOT_CHOSEN)
    is_apart = asked or (release.method == "rounded" and worked_out > off)
    numbers = {
        "off": off if is_apart else max(off, worked_out),
        "worked_out": worked_out,
        "within": nine_in_ten(release.rounding_base, max(table.releases for table in tables)),
    }
    if not is_apart:
        return words.translate(EXACTNESS[release.method]) % numbers
    if tables[0].question in release.themes:
        return words.translate(THEMES_EXACTNESS[release.method]) % numbers
    return words.translate(ASKED_EXACTNESS[release.method]) % numbers


def _exactness_of_rows(rows: Sequence[GroupRow], release: Release, words: Phrasing) -> str:
    """The total of groups that were added together is farther off than a number."""
    off = _how_far_off(cell for row in rows for cell in row.cells if cell.code != NOT_CHOSEN)
    of_totals = max(_farther(row.base, row.base_at_least, row.base_at_most) for row in rows)
    text = ROWS_EXACTNESS[release.method] if of_totals > off else EXACTNESS[release.method]
    return words.translate(text) % {"off": off, "totals": of_totals}


def _how_far_off(cells: Iterable[Cell]) -> int:
    """By how much any of the numbers can be too low or too high, as far as limits are known."""
    return max((_farther(cell.count, cell.at_least, cell.at_most) for cell in cells), default=0)


def _farther(count: int, at_least: int | None, at_most: int | None) -> int:
    return 0 if at_least is None or at_most is None else max(count - at_least, at_most - count)


def _differences(crosstabs: Iterable[Crosstab], release: Release, words: Phrasing) -> Iterator[str]:
    """Whether two groups with shares are sure to differ in one; exact shares differ where they look it."""
    by_answer = (
        filter(None, shares)
        for crosstab in crosstabs
        for shares in zip(*(shares_of(row, release) for row in crosstab.rows), strict=True)
    )
    found = {differ(*pair) for shares in by_answer for pair in combinations(shares, 2)}
    if release.method == "exact" or False not in found:
        return
    yield words.translate(
        "Groups whose ranges overlap may not differ. All ranges are in the CSV file."
        if True in found
        else "Of groups with percentages, no two are sure to differ: rounding alone could explain every difference."
    )


def _suppressed(
    omitted: Iterable[Suppressed], totals: set[str], printed: Iterable[Cell], release: Release, words: Phrasing
) -> tuple[str, ...]:
    """Why tables are not printed in this edition, each reason once.

    Parts are named where others of the same question are ``printed``. ``totals``: ids of tables that earlier editions
    printed, so that there is something to see.
    """
    is_partial = any(cell.edition_count is not None for cell in printed)
    notes: dict[str, None] = {}
    for table in omitted:
        part = words.of(table.part_label) + ": " if is_partial and table.part_label else ""
        earlier = " " + words.translate("The numbers are those of earlier releases.") if table.id in totals else ""
        notes[part + words.translate(SUPPRESSIONS[table.reason]) % release.rules + earlier] = None
    return tuple(notes)
