"""PX (AXIS-VERSION 2013, https://www.pxtools.net/px-file-format/px-2013): one cube a file, in one language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from math import prod

from chalicelib.publication.formats.cube import (
    MISSING_IN_WORDS,
    Axis,
    Category,
    Cube,
    Dimension,
    Missing,
    Value,
)
from chalicelib.publication.formats.json_stat import HEADING
from chalicelib.publication.worded import WordedRelease

#: Letters on a line of a long text, and in a name: 256 with the quotation marks.
LONGEST_LINE = 254
#: Letters that a matrix may be called with.
LONGEST_MATRIX = 20
#: A missing number is so many dots; what stands in its place when the table is shown is a keyword.
DOTS: Mapping[Missing, int] = {Missing.IMPOSSIBLE: 1, Missing.NOT_TOLD: 2, Missing.NOT_PRINTED: 3}

_ONE_MONTH = re.compile(r"^\d{4}-\d{2}$")


def cube_px(cube: Cube, worded: WordedRelease) -> str:
    """One cube, to be encoded in UTF-8. Keywords stand in the order that the specification recommends (3.4)."""
    return "".join(f"{line};\r\n" for line in (*_keywords(cube, worded), _data(cube)))


def _keywords(cube: Cube, worded: WordedRelease) -> Iterator[str]:
    release, words = worded.release, worded.words
    measure = next(each for each in cube.dimensions if each.axis is Axis.MEASURE)
    published = _text(f"{release.published_on:%Y%m%d} 00:00")
    yield from ('CHARSET="ANSI"', 'AXIS-VERSION="2013"', 'CODEPAGE="utf-8"', f"LANGUAGE={_text(words.language)}")
    yield from (f"CREATION-DATE={published}", f"TABLEID={_text(cube.id)}", "DECIMALS=0")
    # Rounded numbers and shares do not add up, so no program should add them.
    yield from (f"MATRIX={_text(matrix_name(cube.id))}", "AGGREGALLOWED=NO")
    yield from (f"SUBJECT-CODE={_text(matrix_name(release.survey))}", f"SUBJECT-AREA={_text(words.of(release.title))}")
    yield from (f"TITLE={_text(cube.title)}", f"CONTENTS={_text(cube.title)}")
    yield f"UNITS={_text(_unit(measure.categories[0]))}"
    yield from _dimensions(cube)
    yield f"CONTVARIABLE={_name(measure.label)}"
    for dimension in cube.dimensions:
        yield f"VALUES({_name(dimension.label)})={_list(_distinct(dimension))}"
    yield from _months(cube)
    for dimension in cube.dimensions:
        yield f"CODES({_name(dimension.label)})={_list(dimension.codes)}"
    yield from _of_measures(measure, published)
    if release.asked_by:
        yield f"SOURCE={_text(words.of(release.asked_by))}"
    symbols = (f"{symbol} {words.translate(MISSING_IN_WORDS[symbol])}" for symbol in Missing)
    yield f"NOTEX={_text('##'.join(map(_one_line, [*cube.notes, *symbols])))}"
    yield from (f"DATASYMBOL{DOTS[symbol]}={_text(symbol)}" for symbol in Missing)


def matrix_name(name: str) -> str:
    """``name`` itself where it is short enough; else its beginning and what tells it from others."""
    return name if len(name) <= LONGEST_MATRIX else f"{name[:13]}-{sha256(name.encode()).hexdigest()[:6]}"


def _dimensions(cube: Cube) -> Iterator[str]:
    stub = [each for each in cube.dimensions if each.axis not in HEADING]
    yield f"STUB={_list(each.label for each in stub)}"
    yield f"HEADING={_list(each.label for each in cube.dimensions if each not in stub)}"


def _months(cube: Cube) -> Iterator[str]:
    """The editions as time, where each is a month."""
    edition = next(each for each in cube.dimensions if each.axis is Axis.EDITION)
    months = [category.label for category in edition.categories]
    if all(_ONE_MONTH.match(month) for month in months):
        yield f"TIMEVAL({_name(edition.label)})=TLIST(M1),{_list(month.replace('-', '') for month in months)}"


def _of_measures(measure: Dimension, published: str) -> Iterator[str]:
    for each in measure.categories:
        yield f"LAST-UPDATED({_name(each.label)})={published}"
        yield f"UNITS({_name(each.label)})={_text(_unit(each))}"


def _unit(category: Category) -> str:
    return category.unit.label if category.unit else ""


def _data(cube: Cube) -> str:
    """A line for each row of the table, its cells apart by a space, which ends the line too."""
    width = prod(len(each.categories) for each in cube.dimensions if each.axis in HEADING)
    lines = (cube.values[start : start + width] for start in range(0, len(cube.values), width))
    return "DATA=\r\n" + "\r\n".join("".join(f"{_cell(value)} " for value in line) for line in lines)


def _cell(value: Value) -> str:
    return f'"{"." * DOTS[value]}"' if isinstance(value, Missing) else str(value)


def _one_line(text: str) -> str:
    """No text can have a quotation mark, nor a line of its own."""
    return " ".join(text.replace('"', "'").split())


def _text(text: str) -> str:
    """A text, over several lines where it is long."""
    line = _one_line(text)
    return "\r\n".join(f'"{line[start : start + LONGEST_LINE]}"' for start in range(0, max(1, len(line)), LONGEST_LINE))


def _name(name: str) -> str:
    """What may not go over lines: the name of a variable or a value."""
    return f'"{_cut(_one_line(name))}"'


def _cut(line: str, longest: int = LONGEST_LINE) -> str:
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _distinct(dimension: Dimension) -> Iterator[str]:
    """The names of its categories; those that only what is lost here told apart have their code behind them."""
    names = [_cut(_one_line(category.label)) for category in dimension.categories]
    often = Counter(names)
    for name, code in zip(names, dimension.codes, strict=True):
        yield name if often[name] == 1 else f"{_cut(name, LONGEST_LINE - len(code) - 3)} ({code})"


def _list(names: Iterable[str]) -> str:
    """Names apart by commas, each on its own line where they would be long together."""
    quoted = [_name(name) for name in names]
    return (",\r\n" if sum(map(len, quoted)) > LONGEST_LINE else ",").join(quoted)
