"""What stands beside every printed table: its base, how far off its numbers can be, what is left out of it and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from chalicelib.disclosure.policy import nine_in_ten
from chalicelib.publication.cells import Cell
from chalicelib.publication.crosstabs import Crosstab, Row
from chalicelib.publication.release import Omitted, Release, Table, cells_of, editions_of, whole
from chalicelib.publication.words import ASKED_EXACTNESS, EXACTNESS, OMISSIONS, ROWS_EXACTNESS, Words, joined
from chalicelib.questionnaire.codebook import CHOSEN


def beside_tables(tables: Sequence[Table], since: int | None, release: Release, words: Words) -> tuple[str, ...]:
    """The notes on the tables of one question, which is there ``since`` a version of the form; a paragraph each."""
    first = tables[0]
    omitted = [left for left in release.omitted if left.question == first.question and not left.group]
    cells = [cell for table in tables for cell in table.cells]
    notes = [
        joined(" ", [*_base(tables, words), *_coverage(tables, release, words), _exactness(tables, release, words)])
    ]
    if is_choice(first.cells):
        text = "Several answers could be chosen, so these numbers can add up to more than the total."
        notes.append(words.translate(text))
    if since:
        notes.append(_asked_since(since, tables, release, words))
    return (
        *notes,
        *_not_asked(tables, words),
        *_left_out(omitted, {table.id for table in tables}, cells, release, words),
    )


def beside_crosstabs(
    crosstabs: Sequence[Crosstab], omitted: Sequence[Omitted], release: Release, words: Words
) -> tuple[str, ...]:
    """The notes on the crosstabs of one question, and on those of it that are left out; a paragraph each."""
    rows = [row for crosstab in crosstabs for row in crosstab.rows]
    cells = [cell for row in rows for cell in row.cells]
    notes: list[str] = []
    if rows:
        notes.append(joined(" ", [*_coverage(crosstabs, release, words), _exactness_of_rows(rows, release, words)]))
    if any(row.base >= release.percentages_from for row in rows):
        notes.append(words.translate("Percentages are of the total of their group."))
    return (*notes, *_left_out(omitted, {crosstab.table for crosstab in crosstabs}, cells, release, words))


def is_choice(cells: Sequence[Cell]) -> bool:
    """Whether ``cells`` are of a question with several answers: no option may be called as their first cell."""
    return cells[0].code == CHOSEN


def have_different_totals(tables: Iterable[Table]) -> bool:
    """Whether each of the tables of one question has to show its own total: not all are of as many."""
    return len({whole(table) for table in tables}) > 1


def _base(tables: Sequence[Table], words: Words) -> Iterator[str]:
    first, translate = tables[0], words.translate
    if have_different_totals(tables):
        yield translate("The rows are not of the same number of answers; each has its total.")
    elif first.asked and all(table.asked for table in tables):
        yield translate("Asked: %(asked)d of %(base)d.") % {"asked": first.asked.count, "base": first.base}
    else:
        yield translate("Of one answer.", "Of %(base)d answers.", first.base) % {"base": first.base}
        if first.base_at_most is not None and first.base_at_most > first.base:
            text = translate("They are rounded down; there can be up to %(more)d more.")
            yield text % {"more": first.base_at_most - first.base}
    if any(table.asked for table in tables) and not any(map(_is_of_all, tables)):
        yield translate("Shares and “No answer” are of those asked.")


def _is_of_all(table: Table) -> bool:
    """Whether those who were not asked are in it, since no printed number tells how many were."""
    return not table.asked and bool(table.conditional or table.since)


def _asked_since(since: int, tables: Sequence[Table], release: Release, words: Words) -> str:
    # Totals with editions from before the question begin at the first; a question left out at first begins later.
    has_earlier = any(1 in editions_of(table, release) for table in tables) and not any(table.asked for table in tables)
    text = words.translate(
        "Asked since version %(version)d of the form. Who answered before stands under “No answer”."
        if has_earlier
        else "Asked since version %(version)d of the form."
    )
    return text % {"version": since}


def _not_asked(tables: Sequence[Table], words: Words) -> Iterator[str]:
    """Where those who were not asked stand; rows are named where of others it is told how many were asked."""
    text = words.translate("Not everybody was asked this. Who was not asked stands under “No answer”.")
    of_all = [table for table in tables if table.conditional and not table.asked]
    if len(of_all) == len(tables):
        yield text
        return
    yield from (f"{words.of(table.part_label or {})}: {text}" for table in of_all)


def _coverage(parts: Sequence[Table | Crosstab], release: Release, words: Words) -> Iterator[str]:
    """Of which releases the numbers are, where it is not of all; parts are named where they differ in that."""
    texts = [_covered(editions_of(part, release), release, words) for part in parts]
    if len(set(texts)) == 1:
        yield from filter(None, texts[:1])
        return
    for part, text in zip(parts, texts, strict=True):
        if text:
            yield words.of(part.part_label) + f": {text}" if part.part_label else text


def _covered(editions: Sequence[int], release: Release, words: Words) -> str:
    if not editions:
        return words.translate("These numbers are not of all releases: some did not print this.")
    if len(editions) == release.number:
        return ""
    text = words.translate("These numbers are of %(some)d of %(all)d releases. The others did not print this.")
    return text % {"some": len(editions), "all": release.number}


def _exactness(tables: Sequence[Table], release: Release, words: Words) -> str:
    """Of those asked, who gave no answer is worked out from several numbers, so it is said apart."""
    asked = [table.asked for table in tables if table.asked]
    printed = [cell for table in tables for cell in (table.cells[:-1] if table.asked else table.cells)]
    worked_out = [cells_of(table)[-1] for table in tables if table.asked]
    within = nine_in_ten(
        release.rounding_base, max(len(editions_of(table, release)) or release.number for table in tables)
    )
    off, of_worked_out = _how_far_off([*printed, *asked]), _how_far_off(worked_out)
    if release.method == "rounded" and None in (off, of_worked_out):
        return words.translate(EXACTNESS["unknown"])
    numbers = {"off": off, "worked_out": of_worked_out, "within": within}
    text = ASKED_EXACTNESS[release.method] if asked else EXACTNESS[release.method]
    return words.translate(text) % numbers


def _exactness_of_rows(rows: Sequence[Row], release: Release, words: Words) -> str:
    """The total of groups that were added together is farther off than a number."""
    if release.method == "exact":
        return words.translate(EXACTNESS["exact"])
    off = _how_far_off(cell for row in rows for cell in row.cells)
    of_totals = _farthest(_farther(row.base, row.base_at_least, row.base_at_most) for row in rows)
    if off is None or of_totals is None:
        return words.translate(EXACTNESS["unknown"])
    text = ROWS_EXACTNESS[release.method] if of_totals > off else EXACTNESS[release.method]
    return words.translate(text) % {"off": off, "totals": of_totals}


def _how_far_off(cells: Iterable[Cell]) -> int | None:
    """By how much any of the numbers can be too low or too high; None where a limit of one is not known."""
    return _farthest(_farther(cell.count, cell.at_least, cell.at_most) for cell in cells)


def _farthest(numbers: Iterable[int | None]) -> int | None:
    found = list(numbers)
    return None if None in found else max((number for number in found if number is not None), default=0)


def _farther(count: int, at_least: int | None, at_most: int | None) -> int | None:
    return None if at_least is None or at_most is None else max(count - at_least, at_most - count)


def _left_out(
    omitted: Iterable[Omitted], totals: set[str], printed: Iterable[Cell], release: Release, words: Words
) -> tuple[str, ...]:
    """Why tables are not printed in this edition, each reason once.

    Parts are named where others of the same question are ``printed``. ``totals``: ids of tables that earlier editions
    printed, so that there is something to see.
    """
    is_partial = any(cell.edition_count is not None for cell in printed)
    notes: dict[str, None] = {}
    for left in omitted:
        part = words.of(left.part_label) + ": " if is_partial and left.part_label else ""
        earlier = " " + words.translate("The numbers are those of earlier releases.") if left.id in totals else ""
        notes[part + words.translate(OMISSIONS[left.reason]) % release.rules + earlier] = None
    return tuple(notes)
