"""The page says of every printed number what the files say (P8): tried on random surveys, cell by cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from chalicelib.errors import in_english
from chalicelib.publication.findings import told_alone, told_share
from chalicelib.publication.measures import Form, Printed
from chalicelib.publication.plain_tables import plain_table
from chalicelib.publication.results_page import Results
from chalicelib.publication.worded import WordedCell, WordedRelease, WordedTable
from chalicelib.questionnaire.codebook import CHOSEN, NOT_CHOSEN
from tests.unit.publication.random_releases import random_releases

SURVEYS = 12
#: A question, what a row is of, the column that is read, and what stands there.
Shown = tuple[str, str, str, str]


def on_page(worded: WordedRelease) -> Iterator[Shown]:
    """What the tables beneath figures show of counts and shares."""
    for printed in Results(worded.release, worded.words).printed:
        read = {"Count", "Share"} if printed.shape.form is not Form.STACKED else set(_headings(printed).values())
        table = plain_table(printed)
        for row in table.rows:
            cells = zip(table.columns[1:], row.cells, strict=True)
            yield from ((printed.asked.id, row.label, column, cell) for column, cell in cells if column in read)


def _headings(printed: Printed) -> dict[str, str]:
    """What the answers of stacked bars are called: all rows have the words of the first."""
    return {cell.code: printed.words.code(cell.code, cell.label) for cell in printed.tables[0].cells}


def in_words(worded: WordedRelease) -> Iterator[Shown]:
    """The same from what the files are made of."""
    forms = {printed.asked.id: printed for printed in Results(worded.release, worded.words).printed}
    for table in worded.tables:
        if table.by is None:
            printed = forms[table.question.code]
            says = _stacked if printed.shape.form is Form.STACKED else _listed
            yield from says(table, printed, worded)


def _stacked(table: WordedTable, printed: Printed, worded: WordedRelease) -> Iterator[Shown]:
    for cell in table.rows[0].cells:
        share = f" ({told_alone(cell.share, worded.words)})" if cell.share else ""
        part = table.part.label if table.part else ""
        yield table.question.code, part, _headings(printed)[cell.answer.code], f"{cell.count}{share}"


def _listed(table: WordedTable, printed: Printed, worded: WordedRelease) -> Iterator[Shown]:
    has_shares = any(measure.told for measure in printed.measures)
    for cell in table.rows[0].cells:
        if _repeats_others(cell, table, printed):
            continue
        label = table.part.label if table.part else cell.answer.label
        yield table.question.code, label, "Count", str(cell.count)
        if has_shares:
            yield table.question.code, label, "Share", told_share(cell.share, worded.words) if cell.share else ""


def _repeats_others(cell: WordedCell, table: WordedTable, printed: Printed) -> bool:
    """Who did not choose an option is the rest; that something was chosen is told by the options."""
    if table.part:
        return cell.answer.code == NOT_CHOSEN
    return cell.answer.code == CHOSEN and len(printed.tables) > 1


def test_page_says_the_same_as_the_files_of_every_number_P8() -> None:
    seen: Counter[str] = Counter()
    for number in range(SURVEYS):
        *_, last = random_releases(number)
        worded = WordedRelease.of(last.release, "en", in_english)
        expected = Counter(in_words(worded))
        assert Counter(on_page(worded)) == expected
        seen[last.release.method] += expected.total()
    assert min(seen[method] for method in ("exact", "rounded", "noise")) > SURVEYS
