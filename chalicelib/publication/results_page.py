"""A release as a page: tables with bars, made from the release and from nothing else (P8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from chalicelib.errors import Translate
from chalicelib.publication.release import Cell, Release, Table, percentage
from chalicelib.publication.wording import MEANINGS, OMISSIONS, STANDARD_LABELS
from chalicelib.templating import environment


@dataclass(frozen=True)
class Line:
    """One line of a table with its bar; ``share`` is the bar's length in per cent of the base.

    ``since``: the version of the form that brought it, where it is newer than its question.
    """

    label: str
    count: int
    percent: float | None
    share: float
    since: int | None = None


@dataclass(frozen=True)
class Grid:
    """A matrix or a ranking: a line for each of its columns, in each of its rows; a row has its label and version."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, int | None, tuple[Line, ...]], ...]


@dataclass(frozen=True)
class Block:
    """All that is printed of one question."""

    id: str
    label: str
    base: int
    since: int | None = None
    conditional: bool = False
    lines: tuple[Line, ...] = ()
    grid: Grid | None = None


def render_results(release: Release, language: str, translate: Translate, releases_url: str) -> Markup:
    """The release in ``language`` as a fragment of a page; ``releases_url`` is where its files are."""
    template = environment("chalicelib.publication").get_template("results.html")
    body = template.render(
        release=release,
        title=_worded(release.title, language, release),
        blocks=blocks_of(release, language, translate),
        omitted=_omitted(release, language, translate),
        meaning=translate(MEANINGS["noise" if release.noise else release.policy]),
        releases_url=releases_url,
        language=language,
        _=translate,
    )
    return Markup(body)  # noqa: S704  # the template escapes


def _omitted(release: Release, language: str, translate: Translate) -> list[tuple[str, str]]:
    """Each question that is not printed, once, with the reason."""
    found = {
        left.question: (_worded(left.label, language, release), translate(OMISSIONS[left.reason]))
        for left in release.omitted
    }
    return list(found.values())


def blocks_of(release: Release, language: str, translate: Translate) -> list[Block]:
    """The tables of ``release`` gathered by question."""
    return [
        _block(list(tables), release, language, translate)
        for _, tables in groupby(release.tables, key=lambda table: table.question)
    ]


def _block(tables: Sequence[Table], release: Release, language: str, translate: Translate) -> Block:
    first = tables[0]
    label = _worded(first.label, language, release)
    if first.kind in ("matrix", "ranking"):
        grid = _grid(tables, release, language, translate)
        # Rows may be newer than the question; the question is as new as its oldest row.
        since = None if any(table.since is None for table in tables) else min(table.since or 0 for table in tables)
        return Block(first.question, label, first.base, since, first.conditional, grid=grid)
    head, options = (first, tables[1:]) if first.part is None else (None, tables)
    lines = [
        _line(table, table.cells[0], _worded(table.part_label or {}, language, release), release, table.since)
        for table in options
    ]
    if head:
        # Where options are listed one by one, "chose something" only repeats them.
        cells = head.cells[1:] if options else head.cells
        lines += [
            _line(head, cell, _cell_label(cell, language, release, translate), release, cell.since) for cell in cells
        ]
    return Block(first.question, label, first.base, first.since, first.conditional, lines=tuple(lines))


def _grid(tables: Sequence[Table], release: Release, language: str, translate: Translate) -> Grid:
    columns = tuple(_cell_label(cell, language, release, translate) for cell in tables[0].cells)
    rows = [
        (
            _worded(table.part_label or {}, language, release),
            table.since,
            tuple(_line(table, cell, label, release) for cell, label in zip(table.cells, columns, strict=True)),
        )
        for table in tables
    ]
    return Grid(columns, tuple(rows))


def _line(table: Table, cell: Cell, label: str, release: Release, since: int | None = None) -> Line:
    share = 100 * cell.count / table.base if table.base else 0
    return Line(label, cell.count, percentage(cell, table, release), round(share, 1), since)


def _cell_label(cell: Cell, language: str, release: Release, translate: Translate) -> str:
    return _worded(cell.label, language, release) if cell.label else translate(STANDARD_LABELS[cell.code])


def _worded(text: Mapping[str, str], language: str, release: Release) -> str:
    return text.get(language) or text[release.languages[0]]
