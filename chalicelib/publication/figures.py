"""A figure as data: what is drawn of the answers to one question, on the page and in a file that stands alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from chalicelib.publication.findings import title_of, told, told_range
from chalicelib.publication.measures import Form, Measure, Printed
from chalicelib.publication.notes import base_told
from chalicelib.publication.release import FrequencyTable, cells_of, denominator
from chalicelib.publication.scales import lines_of, mean_as_title
from chalicelib.publication.shares import drawn, half_up, next_ten, shares_of
from chalicelib.publication.words import FEW_ANSWERS, filled, joined
from chalicelib.questionnaire.codebook import NO_ANSWER

#: Shades of the steps of a scale, light to dark.
SHADES = 6
#: Of what is no answer like the others, and of no answer at all.
APART, SILENT = 0, -1
_IN_BARS = (Form.SORTED, Form.ORDERED, Form.COLUMNS)
#: Letters of "100%" with the two marks of direction that Arabic puts around it; a range has more.
LONGEST_SHARE = 6
#: A part of a bar needs so many per cent of it for its number to be read inside.
WIDE_ENOUGH = 7


@dataclass(frozen=True)
class Bar:
    """One answer: in per cent of those asked ``least`` and ``most`` it can be; ``told`` in words, ``count`` as printed.

    ``is_apart``: no answer like the others; ``axis``: the per cent at the end of each bar, the same for all.
    """

    code: str
    label: str
    count: int
    told: str
    least: float
    most: float
    is_apart: bool
    axis: int = 100

    @property
    def least_drawn(self) -> float:
        """How long its dark part is, in per cent of the axis, to half of one: a phone shows no less."""
        return _to_half(self.least * 100 / self.axis)

    @property
    def most_drawn(self) -> float:
        """How long it is with its pale part."""
        return _to_half(self.most * 100 / self.axis)


def _to_half(share: float) -> float:
    """A share in per cent, rounded to 0.5."""
    return round(share * 2) / 2


@dataclass(frozen=True)
class Part:
    """A part of a stacked bar: where it starts and how wide it is, in per cent of the bar.

    ``shade``: from 1, the lightest, to ``SHADES``; ``APART`` and ``SILENT`` for what is no answer like the others.
    ``told``: its share, empty where there is no room for it, and where it may only be told as a range.
    """

    code: str
    label: str
    count: int
    start: float
    width: float
    shade: int
    told: str


@dataclass(frozen=True)
class Stack:
    """One row: its parts sum to the whole; ``lead``: the share that rows are sorted by, ``range``: what it can be."""

    code: str
    label: str
    lead: str
    range: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Figure:
    """What is drawn of a question. ``title``: what it finds, else what it is called; ``question``: as it was asked.

    ``base_told``: of how many, where that is not everybody. ``few``: answers that may be nobody's, in one line.
    ``lead``: what the number at the end of each stacked bar is. ``lines``: what is said beneath it.
    """

    id: str
    form: Form
    title: str
    question: str
    short: str
    base: int
    base_told: str
    bars: tuple[Bar, ...] = ()
    few: str = ""
    stacks: tuple[Stack, ...] = ()
    legend: tuple[Part, ...] = ()
    lead: str = ""
    lines: tuple[str, ...] = ()

    @property
    def has_ranges(self) -> bool:
        """Whether what stands at the end of bars needs room."""
        ends = [*(bar.told for bar in self.bars), *(stack.lead for stack in self.stacks)]
        return any(len(end) > LONGEST_SHARE for end in ends)


def figure_of(printed: Printed) -> Figure:
    """The figure of one question."""
    words, first = printed.words, printed.tables[0]
    short = words.of(printed.asked.called)
    bars = _bars(printed) if printed.shape.form in _IN_BARS else []
    stacks = _stacks(printed) if printed.shape.form is Form.STACKED else ()
    title = _found(printed) or short
    lines = (*_beneath_columns(bars, printed), *lines_of(printed), *_written(printed))
    return Figure(
        id=printed.asked.id,
        form=printed.shape.form,
        title=title,
        question=words.of(printed.asked.label),
        short=short,
        base=denominator(first),
        base_told=base_told(printed.tables, printed.release, words),
        bars=_on_one_axis([bar for bar in bars if _is_drawn(bar, printed)]),
        few="" if printed.shape.form is Form.COLUMNS else _few(printed),
        stacks=stacks,
        legend=stacks[0].parts if stacks else (),
        lead=printed.measures[0].what if stacks else "",
        lines=tuple(line for line in lines if line != title),
    )


def _is_drawn(bar: Bar, printed: Printed) -> bool:
    """Columns are the steps of a scale, also those that nobody chose; what is printed as 0 has no bar."""
    return not bar.is_apart if printed.shape.form is Form.COLUMNS else bar.count > 0


def _beneath_columns(bars: Sequence[Bar], printed: Printed) -> Iterator[str]:
    """What the ends of a scale are called, and who chose none of its steps: there is no room for it in a column."""
    if printed.shape.form is not Form.COLUMNS:
        return
    steps = [bar for bar in bars if not bar.is_apart]
    yield joined(" · ", [steps[0].label, steps[-1].label])
    for bar in bars:
        if bar.is_apart:
            yield filled(printed.words.translate("%(answer)s: %(share)s"), answer=bar.label, share=bar.told)


def _found(printed: Printed) -> str:
    """The finding as a title; empty where there is none. Of a scale it is the mean: "8: 20%" would be a riddle."""
    is_scale = printed.shape.form is Form.COLUMNS
    return mean_as_title(printed.tables[0], printed) if is_scale else title_of(printed)


def _written(printed: Printed) -> Iterator[str]:
    """How many wrote something, in words."""
    if printed.shape.form is Form.WRITTEN:
        answered = printed.measures[0]
        text = printed.words.translate("%(number)d of %(base)d wrote an answer. What they wrote is not published.")
        yield text % {"number": answered.count, "base": denominator(answered.table)}


def _bars(printed: Printed) -> list[Bar]:
    return [_bar(measure, printed) for measure in printed.as_drawn]


def _bar(measure: Measure, printed: Printed) -> Bar:
    part = measure.part
    return Bar(
        measure.code,
        measure.label,
        measure.count,
        told(measure, printed),
        drawn(part.least),
        drawn(part.most),
        measure.is_apart,
    )


def _on_one_axis(bars: Sequence[Bar]) -> tuple[Bar, ...]:
    """``bars`` on an axis that ends at the next ten per cent above the longest."""
    axis = next_ten([bar.most for bar in bars])
    return tuple(replace(bar, axis=axis) for bar in bars)


def _few(printed: Printed) -> str:
    """The answers that are printed as 0, in one line: what that can be in truth."""
    few = [measure for measure in printed.measures if not measure.count]
    if not few or printed.shape.form is Form.STACKED:
        return ""
    cells = [cell for each in few for cell in cells_of(each.table) if cell.code in each.codes]
    answers = printed.words.listed(measure.label for measure in few)
    text = printed.words.translate(FEW_ANSWERS[printed.release.method])
    return filled(text, answers=answers, most=max(cell.at_most or 0 for cell in cells))


def _stacks(printed: Printed) -> tuple[Stack, ...]:
    """A bar a row, the largest lead first."""
    return tuple(
        Stack(
            measure.code,
            measure.label,
            told(measure, printed),
            _range(measure, printed),
            _parts(measure.table, printed),
        )
        for measure in printed.leading
    )


def _range(measure: Measure, printed: Printed) -> str:
    """What a share can be, where it is told as a number that is not exact."""
    share = measure.told
    return told_range(share, printed.words) if share and share.is_number and not share.is_exact else ""


def _parts(table: FrequencyTable, printed: Printed) -> tuple[Part, ...]:
    shades, base = shades_of(printed.steps(), printed), max(1, denominator(table))
    before, parts = 0, list[Part]()
    for cell, share in zip(cells_of(table), shares_of(table, printed.release), strict=True):
        width = _percent(cell.count, base)
        parts.append(
            Part(
                cell.code,
                printed.words.code(cell.code, cell.label),
                cell.count,
                _percent(before, base),
                width,
                shades.get(cell.code, SILENT if cell.code == NO_ANSWER else APART),
                str(share.percent) if share and share.is_number and width >= WIDE_ENOUGH else "",
            )
        )
        before += cell.count
    return tuple(parts)


def _percent(number: int, of: int) -> float:
    return half_up(1000 * number, of) / 10


def shades_of(codes: Sequence[str], printed: Printed) -> dict[str, int]:
    """The shade of each step: the last of a scale is the darkest, of ranks the first; few are as far apart as many."""
    ordered = list(reversed(codes)) if printed.shape.begins_with_most else list(codes)
    steps = max(1, len(ordered) - 1)
    darkest = SHADES
    lightest = max(1, 5 - len(ordered))
    return {code: lightest + (darkest - lightest) * place // steps for place, code in enumerate(ordered)}


def shade_of(number: int, of: int) -> int:
    """The shade of a share in a table by group: darker by every 15 points; 0 under 5."""
    return min(SHADES, (100 * number // of + 10) // 15) if 20 * number >= of > 0 else 0
