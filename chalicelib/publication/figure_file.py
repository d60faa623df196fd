"""The figures of a release as files: which there are, and each as an SVG that stands alone (P8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from chalicelib.publication.drawing import Imprint, drawn
from chalicelib.publication.figures import Figure, figure_of
from chalicelib.publication.measures import Form, Printed
from chalicelib.publication.notes import beside_tables, have_different_totals
from chalicelib.publication.release import denominator
from chalicelib.publication.results_page import Results
from chalicelib.publication.trends import Trend, trends_of
from chalicelib.publication.worded import WordedRelease

SUFFIX, MEDIA_TYPE = ".svg", "image/svg+xml"


def figures_of(worded: WordedRelease) -> dict[str, Printed]:
    """The questions of which a figure is drawn, by id."""
    printed = Results(worded.release, worded.words).printed
    return {each.asked.id: each for each in printed if each.shape.form is not Form.NONE}


def figure_svg(printed: Printed, worded: WordedRelease) -> str:
    """The figure of one of :func:`figures_of`, of the same release, as the text of an SVG file."""
    figure, trends = figure_of(printed), trends_of(printed)
    return drawn(_with_totals(figure, printed), trends, _imprint(printed, figure, trends, worded))


def _with_totals(figure: Figure, printed: Printed) -> Figure:
    """``figure`` with the total of each row beside its name, where they differ: then no line tells them all."""
    if not have_different_totals(printed.tables):
        return figure
    totals = {measure.code: denominator(measure.table) for measure in printed.measures}
    return replace(
        figure,
        bars=tuple(replace(bar, label=f"{bar.label} ({totals[bar.code]})") for bar in figure.bars),
        stacks=tuple(replace(row, label=f"{row.label} ({totals[row.code]})") for row in figure.stacks),
    )


def _imprint(printed: Printed, figure: Figure, trends: tuple[Trend, ...], worded: WordedRelease) -> Imprint:
    release, words = worded.release, worded.words
    results = Results(release, words)
    base, *notes = beside_tables(printed.tables, release, words)
    lead = words.translate("At the end of each bar: %(what)s.") % {"what": figure.lead}
    warning = words.translate("These answers are invented, to show what results look like.")
    return Imprint(
        language=words.language,
        base=base,
        lines=(*([lead] if figure.lead else []), *notes),
        warning=warning if release.synthetic else "",
        rounding=" ".join([f"{results.protection}.", *_reaches(figure, trends, results)]),
        source=words.translate("Source: %(source)s") % {"source": words.listed(_source(results))},
    )


def _reaches(figure: Figure, trends: tuple[Trend, ...], results: Results) -> Iterator[str]:
    """What dark and pale mean, where both are drawn."""
    if results.reaches and figure.bars:
        yield results.reaches
    if trends:
        yield results.words.translate("Beside each release: the mark is what was printed, pale is what that can be.")


def _source(results: Results) -> Iterator[str]:
    release, words = results.release, results.words
    if release.asked_by:
        yield words.of(release.asked_by)
    yield words.of(release.title)
    yield f"{words.translate('Release')} {release.number}"
    if results.collected:
        yield results.collected
