"""A release as a page: tables with bars, made from the release and from nothing else (P8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from chalicelib.errors import Translate
from chalicelib.publication.crossed import Crossed, crossed, how_far_off
from chalicelib.publication.grids import Grid, GridRow, Line, left_out, line_of
from chalicelib.publication.release import Release, Table
from chalicelib.publication.wording import EXACTNESS, MEANINGS, OMISSIONS, Words
from chalicelib.templating import environment


@dataclass(frozen=True)
class Block:
    """All that is printed of one question.

    ``exactness`` says of how many answers, and how far off numbers can be; ``left_out`` what this edition does not
    print of it, and why.
    """

    id: str
    label: str
    base: int
    exactness: str
    since: int | None = None
    conditional: bool = False
    lines: tuple[Line, ...] = ()
    grid: Grid | None = None
    left_out: tuple[str, ...] = ()
    crossed: Crossed | None = None


def render_results(release: Release, language: str, translate: Translate, releases_url: str) -> Markup:
    """The release in ``language`` as a fragment of a page; ``releases_url`` is where its files are."""
    template = environment("chalicelib.publication").get_template("results.html")
    words = Words(language, release.languages[0], translate)
    body = template.render(
        release=release,
        title=words.of(release.title),
        blocks=blocks_of(release, language, translate),
        omitted=_unseen(release, words),
        meaning=_meaning(release, words),
        releases_url=releases_url,
        language=language,
        _=translate,
    )
    return Markup(body)  # noqa: S704  # the template escapes


def blocks_of(release: Release, language: str, translate: Translate) -> list[Block]:
    """The tables of ``release`` gathered by question."""
    words = Words(language, release.languages[0], translate)
    by_question = groupby(release.tables, key=lambda table: table.question)
    return [_block(list(tables), release, words) for _, tables in by_question]


def _meaning(release: Release, words: Words) -> str:
    is_sum = release.number > 1 and release.method != "exact"
    return words.translate(MEANINGS[f"sums of {release.method}" if is_sum else release.method])


def _unseen(release: Release, words: Words) -> list[tuple[str, str]]:
    """Each question of which no table is printed, once, with the reason."""
    seen = {table.question for table in release.tables}
    left = [omitted for omitted in release.omitted if omitted.question not in seen and not omitted.group]
    found = {
        omitted.question: (words.code(omitted.question, omitted.label), words.translate(OMISSIONS[omitted.reason]))
        for omitted in left
    }
    return list(found.values())


def _block(tables: Sequence[Table], release: Release, words: Words) -> Block:
    first = tables[0]
    is_grid = first.kind in ("matrix", "ranking")
    # Rows may be newer than the question; the question is as new as its oldest row.
    oldest = None if any(table.since is None for table in tables) else min(table.since or 0 for table in tables)
    omitted = [left for left in release.omitted if left.question == first.question and not left.group]
    cells = [cell for table in tables for cell in table.cells]
    return Block(
        first.question,
        words.code(first.question, first.label),
        first.base,
        _exactness(tables, release, words),
        oldest if is_grid else first.since,
        first.conditional,
        lines=() if is_grid else tuple(_lines(tables, release, words)),
        grid=_grid(tables, release, words) if is_grid else None,
        left_out=left_out(omitted, {table.id for table in tables}, cells, words),
        crossed=crossed(first.question, release, words),
    )


def _exactness(tables: Sequence[Table], release: Release, words: Words) -> str:
    base, off = tables[0].base, how_far_off(cell for table in tables for cell in table.cells)
    of_so_many = words.translate("Of one answer.", "Of %(base)d answers.", base) % {"base": base}
    return f"{of_so_many} {words.translate(EXACTNESS[release.method]) % {'off': off}}"


def _lines(tables: Sequence[Table], release: Release, words: Words) -> Iterator[Line]:
    head, options = (tables[0], tables[1:]) if tables[0].part is None else (None, tables)
    for table in options:
        yield line_of(table.cells[0], table, words.of(table.part_label or {}), release, table.since)
    if head:
        # Where options are listed one by one, "chose something" only repeats them.
        for cell in head.cells[1:] if options else head.cells:
            yield line_of(cell, head, words.code(cell.code, cell.label), release, cell.since)


def _grid(tables: Sequence[Table], release: Release, words: Words) -> Grid:
    columns = tuple(words.code(cell.code, cell.label) for cell in tables[0].cells)
    rows = [
        GridRow(
            words.of(table.part_label or {}),
            tuple(line_of(cell, table, label, release) for cell, label in zip(table.cells, columns, strict=True)),
            table.since,
        )
        for table in tables
    ]
    return Grid(columns, tuple(rows))
