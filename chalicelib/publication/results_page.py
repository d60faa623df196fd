"""A release as a page: tables with bars, made from the release and from nothing else (P8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby

from markupsafe import Markup

from chalicelib.errors import Translate
from chalicelib.publication.crosstabs import Crosstab, GroupRow
from chalicelib.publication.formats import FORMATS
from chalicelib.publication.notes import (
    beside_crosstabs,
    beside_tables,
    have_different_totals,
    is_choice,
    meaning_of,
)
from chalicelib.publication.release import FrequencyTable, Release, cells_of, denominator
from chalicelib.publication.sampling import caution
from chalicelib.publication.shares import TENTHS, WHOLE, Share, in_percent, shares_of
from chalicelib.publication.words import RANGES, SUPPRESSIONS, Phrasing, joined
from chalicelib.templating import environment, marked


@dataclass(frozen=True)
class Line:
    """One line of a table: ``share`` in words, empty where only counts are shown, and ``bar``, its length in per cent.

    ``base``: of how many, where lines differ in that.
    """

    label: str
    count: int
    share: str
    bar: float
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
        caution=caution(release, translate),
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
    """By how much their number is; on an open link it may be too high as well, and is only about right."""
    if release.method == "exact" or release.responses_at_most is None:
        return ""
    more = release.responses_at_most - release.responses
    return words.translate("(rounded down: up to %(more)d more)") % {"more": more}


def _meaning(release: Release, words: Phrasing) -> str:
    return joined(" ", [meaning_of(release, words), *_ranges(release, words)])


def _ranges(release: Release, words: Phrasing) -> Iterator[str]:
    """What the range of a share means, where the page tells some as ranges alone: a grid of a question has counts."""
    rows = (row for crosstab in release.crosstabs for row in crosstab.rows)
    parts: list[FrequencyTable | GroupRow] = [*(table for table in release.tables if not _is_grid(table)), *rows]
    if any(share and not share.is_number for part in parts for share in shares_of(part, release)):
        yield words.translate(RANGES[release.method]) % {"shares": release.shares_from}


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
    is_grid = _is_grid(first)
    return Block(
        first.question,
        words.code(first.question, first.label),
        first.base,
        beside_tables(tables, release, words),
        lines=() if is_grid else tuple(_lines(tables, release, words)),
        grid=_grid(tables, release, words) if is_grid else None,
        crossed=_crossed(first.question, release, words),
    )


def _is_grid(table: FrequencyTable) -> bool:
    """Whether it is a row of a matrix or of a ranking."""
    return table.part is not None and not is_choice(table.cells)


def _lines_in(of: FrequencyTable | GroupRow, release: Release, words: Phrasing) -> list[Line]:
    """A line for each cell of a table, or of a group in it."""
    base = max(1, denominator(of))
    return [
        Line(
            words.code(cell.code, cell.label),
            cell.count,
            _told(share, words) if share else "",
            in_percent(Fraction(cell.count, base), TENTHS),
        )
        for cell, share in zip(cells_of(of), shares_of(of, release), strict=True)
    ]


def _told(share: Share, words: Phrasing) -> str:
    """In whole per cent: the number, or the range where it is of too few for that."""
    percent = share.percent(WHOLE)
    if percent is not None:
        return words.translate("%(percent)d%%") % {"percent": percent}
    limits = {"least": share.percent_at_least(WHOLE), "most": share.percent_at_most(WHOLE)}
    return words.translate("%(least)d to %(most)d%%") % limits


def _lines(tables: Sequence[FrequencyTable], release: Release, words: Phrasing) -> Iterator[Line]:
    head, options = (tables[0], tables[1:]) if tables[0].part is None else (None, tables)
    differ = have_different_totals(tables)
    for table in options:
        chosen = replace(_lines_in(table, release, words)[0], label=words.of(table.part_label or {}))
        yield replace(chosen, base=denominator(table) if differ else None)
    if head:
        # Where options are listed one by one, "chose something" only repeats them.
        for line in _lines_in(head, release, words)[1 if options else 0 :]:
            yield replace(line, base=denominator(head) if differ else None)


def _grid(tables: Sequence[FrequencyTable], release: Release, words: Phrasing) -> Grid:
    columns = [words.code(cell.code, cell.label) for cell in tables[0].cells]
    differ = have_different_totals(tables)
    rows = [
        GridRow(
            words.of(table.part_label or {}),
            tuple(_lines_in(table, release, words)),
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
    rows = tuple(_grid_row(row, _lines_in(row, release, words), words) for row in crosstab.rows)
    title = words.of(crosstab.part_label) if crosstab.part_label else ""
    return Grid(tuple(line.label for line in rows[0].lines), rows, title)


def _grid_of_choices(crosstabs: Sequence[Crosstab], release: Release, words: Phrasing) -> Grid:
    """Each option with those who chose it, then who chose none: the first table's "chose something" repeats those."""
    rows = []
    for place, row in enumerate(crosstabs[0].rows):
        lines = [(each.part_label, _lines_in(each.rows[place], release, words)) for each in crosstabs]
        options = [replace(chosen[0], label=words.of(option)) for option, chosen in lines if option]
        others = [line for option, head in lines if not option for line in head[1:]]
        rows.append(_grid_row(row, [*options, *others], words))
    return Grid(tuple(line.label for line in rows[0].lines), tuple(rows))


def _grid_row(row: GroupRow, lines: Iterable[Line], words: Phrasing) -> GridRow:
    labels = [words.code(code, label) for code, label in zip(row.codes, row.labels, strict=True)]
    return GridRow(joined(" + ", labels), tuple(lines), base=row.base)
