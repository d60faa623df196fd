"""A release as a page: tables with bars, made from the release and from nothing else (P8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from markupsafe import Markup

from chalicelib.errors import Translate
from chalicelib.publication.cells import Cell
from chalicelib.publication.crosstabs import Crosstab, GroupRow
from chalicelib.publication.exports import FORMATS
from chalicelib.publication.notes import beside_crosstabs, beside_tables, have_different_totals, is_choice
from chalicelib.publication.release import FrequencyTable, Release, cells_of, denominator, percentage
from chalicelib.publication.words import MEANINGS, SUPPRESSIONS, Phrasing, joined
from chalicelib.templating import environment, marked


@dataclass(frozen=True)
class Line:
    """One line of a table with its bar; ``share`` is the bar's length in per cent of the base.

    ``base``: of how many, where lines differ in that.
    """

    label: str
    count: int
    percent: float | None
    share: float
    base: int | None = None


@dataclass(frozen=True)
class GridRow:
    """A row of a grid; ``base``: of how many, where rows differ in that."""

    label: str
    lines: tuple[Line, ...]
    base: int | None = None


@dataclass(frozen=True)
class Grid:
    """A matrix, a ranking or a crosstab: a line for each of its columns, in each of its rows."""

    columns: tuple[str, ...]
    rows: tuple[GridRow, ...]
    title: str = ""


@dataclass(frozen=True)
class Crossed:
    """A question's answers by those to the question ``group``; ``notes`` as beside a table."""

    group: str
    notes: tuple[str, ...]
    grids: tuple[Grid, ...]


@dataclass(frozen=True)
class Block:
    """All that is printed of one question; ``notes`` say what its numbers can mean and what is left out of them."""

    id: str
    label: str
    base: int
    notes: tuple[str, ...]
    lines: tuple[Line, ...] = ()
    grid: Grid | None = None
    crossed: Crossed | None = None


@dataclass(frozen=True)
class _MarkedPhrasing(Phrasing):
    """As they stand on a ``page`` in another language: an author's are marked with theirs."""

    page: str

    def of(self, text: Mapping[str, str]) -> Markup:
        return marked(text, self.language, self.fallback, self.page)


def render_results(release: Release, language: str, translate: Translate, releases_url: str, page: str = "") -> Markup:
    """The release in ``language`` as a fragment of a page; ``releases_url`` is where its files are.

    ``page``: the language of the page, where the interface has no words in ``language``.
    """
    template = environment("chalicelib.publication").get_template("results.html")
    words = _MarkedPhrasing(language, release.languages[0], translate, page)
    body = template.render(
        release=release,
        title=words.of(release.title),
        blocks=_blocks(release, words),
        omitted=_unseen(release, words),
        rounded_down=_rounded_down(release, words),
        meaning=_meaning(release, words),
        releases_url=releases_url,
        formats=FORMATS.values(),
        language=language,
        _=translate,
    )
    return Markup(body)  # noqa: S704  # the template escapes


def blocks_of(release: Release, language: str, translate: Translate) -> list[Block]:
    """The tables of ``release`` gathered by question."""
    return _blocks(release, Phrasing(language, release.languages[0], translate))


def _blocks(release: Release, words: Phrasing) -> list[Block]:
    by_question = groupby(release.tables, key=lambda table: table.question)
    return [_block(list(tables), release, words) for _, tables in by_question]


def _rounded_down(release: Release, words: Phrasing) -> str:
    if release.method == "exact":
        return ""
    if release.responses_at_most is None:
        return words.translate("(rounded down)")
    more = release.responses_at_most - release.responses
    return words.translate("(rounded down: up to %(more)d more)") % {"more": more}


def _meaning(release: Release, words: Phrasing) -> str:
    is_sum = release.number > 1 and release.method != "exact"
    return words.translate(MEANINGS[f"sums of {release.method}" if is_sum else release.method]) % release.rules


def _unseen(release: Release, words: Phrasing) -> list[tuple[str, str]]:
    """Each question of which no table is printed, once, with the reason."""
    seen = {table.question for table in release.tables}
    left = [omitted for omitted in release.omitted if omitted.question not in seen and not omitted.group]
    found = {
        omitted.question: (
            words.code(omitted.question, omitted.label),
            words.translate(SUPPRESSIONS[omitted.reason]) % release.rules,
        )
        for omitted in left
    }
    return list(found.values())


def _block(tables: Sequence[FrequencyTable], release: Release, words: Phrasing) -> Block:
    first = tables[0]
    is_grid = first.part is not None and not is_choice(first.cells)
    return Block(
        first.question,
        words.code(first.question, first.label),
        first.base,
        beside_tables(tables, release, words),
        lines=() if is_grid else tuple(_lines(tables, release, words)),
        grid=_grid(tables, release, words) if is_grid else None,
        crossed=_crossed(first.question, release, words),
    )


def _line(cell: Cell, of: FrequencyTable | GroupRow, label: str, release: Release) -> Line:
    share = 100 * cell.count / denominator(of) if denominator(of) else 0
    return Line(label, cell.count, percentage(cell, of, release), round(share, 1))


def _lines(tables: Sequence[FrequencyTable], release: Release, words: Phrasing) -> Iterator[Line]:
    head, options = (tables[0], tables[1:]) if tables[0].part is None else (None, tables)
    differ = have_different_totals(tables)
    for table in options:
        line = _line(table.cells[0], table, words.of(table.part_label or {}), release)
        yield replace(line, base=denominator(table) if differ else None)
    if head:
        # Where options are listed one by one, "chose something" only repeats them.
        for cell in cells_of(head)[1:] if options else cells_of(head):
            line = _line(cell, head, words.code(cell.code, cell.label), release)
            yield replace(line, base=denominator(head) if differ else None)


def _grid(tables: Sequence[FrequencyTable], release: Release, words: Phrasing) -> Grid:
    columns = [words.code(cell.code, cell.label) for cell in tables[0].cells]
    differ = have_different_totals(tables)
    rows = [
        GridRow(
            words.of(table.part_label or {}),
            tuple(_line(cell, table, name, release) for name, cell in zip(columns, cells_of(table), strict=True)),
            denominator(table) if differ else None,
        )
        for table in tables
    ]
    return Grid(tuple(columns), tuple(rows))


def _crossed(question: str, release: Release, words: Phrasing) -> Crossed | None:
    """The crosstabs of ``question``; None where it is not crossed."""
    crosstabs = [crosstab for crosstab in release.crosstabs if crosstab.question == question]
    omitted = [left for left in release.omitted if left.group and left.question == question]
    labels = [crosstab.group_label for crosstab in crosstabs] + [left.group_label or {} for left in omitted]
    if not labels:
        return None
    notes = beside_crosstabs(crosstabs, omitted, release, words)
    return Crossed(words.of(labels[0]), notes, tuple(_crossed_grids(crosstabs, release, words)))


def _crossed_grids(crosstabs: Sequence[Crosstab], release: Release, words: Phrasing) -> Iterator[Grid]:
    """One a crosstab; of a multiple choice one, with its options as columns."""
    for _, alike in groupby(crosstabs, key=lambda crosstab: _is_choice(crosstab) and _groups(crosstab)):
        together = list(alike)
        if _is_choice(together[0]):
            yield _grid_of_choices(together, release, words)
        else:
            yield from (_grid_of_crosstab(crosstab, release, words) for crosstab in together)


def _is_choice(crosstab: Crosstab) -> bool:
    return is_choice(crosstab.rows[0].cells)


def _groups(crosstab: Crosstab) -> tuple[tuple[tuple[str, ...], int], ...]:
    return tuple((row.codes, row.base) for row in crosstab.rows)


def _grid_of_crosstab(crosstab: Crosstab, release: Release, words: Phrasing) -> Grid:
    columns = [words.code(cell.code, cell.label) for cell in crosstab.rows[0].cells]
    rows = [_grid_row(row, list(zip(columns, row.cells, strict=True)), release, words) for row in crosstab.rows]
    return Grid(tuple(columns), tuple(rows), words.of(crosstab.part_label) if crosstab.part_label else "")


def _grid_of_choices(crosstabs: Sequence[Crosstab], release: Release, words: Phrasing) -> Grid:
    """Each option with those who chose it, then who chose none: the first table's "chose something" repeats those."""
    rows = []
    for place, row in enumerate(crosstabs[0].rows):
        options = [(words.of(each.part_label), each.rows[place].cells[0]) for each in crosstabs if each.part_label]
        others = [cell for each in crosstabs if not each.part_label for cell in each.rows[place].cells[1:]]
        labelled = [*options, *((words.code(cell.code, cell.label), cell) for cell in others)]
        rows.append(_grid_row(row, labelled, release, words))
    return Grid(tuple(line.label for line in rows[0].lines), tuple(rows))


def _grid_row(row: GroupRow, labelled: Iterable[tuple[str, Cell]], release: Release, words: Phrasing) -> GridRow:
    labels = [words.code(code, label) for code, label in zip(row.codes, row.labels, strict=True)]
    return GridRow(
        joined(" + ", labels), tuple(_line(cell, row, name, release) for name, cell in labelled), base=row.base
    )
