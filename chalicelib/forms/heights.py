"""How tall questions stand on a phone, so that a form can be cut into steps that are not long to scroll.

An estimate, for the language in which a question stands tallest: steps are the same in all of them, so that a change of
language stays in its step. ``tests/browser/test_newcomer.py`` holds it to what browsers draw.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import ceil
from typing import Any

from chalicelib.questionnaire.definition import (
    Matrix,
    MultipleChoice,
    OneOfList,
    Question,
    Ranking,
    Scale,
    is_required,
)

#: Pixels of a phone of 390 by 664, and how many characters of each size it has room for in a line.
SCREEN = 664
_HEADING_LINE, _HEADING_CHARACTERS = 26, 30
_LINE, _CHARACTERS = 24, 40
_ROW, _ROW_CHARACTERS = 52, 33
_FIELD, _MARGIN = 46, 40
#: Cells beside each other, and how tall they are: words with the circle above, or a number.
_CELLS, _CELL, _SMALL_CELL = 4, 78, 70


def height_of(question: Question) -> int:
    """The height in pixels of ``question``, as long as nothing is wrong and no line to specify is open."""
    height = _MARGIN + _of_text(question.label, _HEADING_CHARACTERS, _HEADING_LINE)
    height += sum(_of_text(text) for text in (question.hint, question.required_because) if text)
    if is_required(question) and not question.required_because:
        height += _LINE
    return height + HEIGHTS[question.kind](question)


def _of_list(question: OneOfList | MultipleChoice) -> int:
    apart = any(option.stands_apart for option in question.options)
    return sum(_of_row(option.label) for option in question.options) + apart * _LINE


def _of_row(label: Mapping[str, str]) -> int:
    return _ROW - _LINE + _of_text(label, _ROW_CHARACTERS)


def _of_matrix(question: Matrix) -> int:
    together = [option for option in question.options if not option.stands_apart]
    apart = len(question.options) - len(together)
    cells = ceil(len(together) / _CELLS) * _CELL + apart * _ROW
    return sum(_of_text(row.label, _ROW_CHARACTERS * 2 // 3) + cells + _LINE for row in question.rows)


def _of_ranking(question: Ranking) -> int:
    rows = (_of_text(option.label, _ROW_CHARACTERS * 2 // 3) for option in question.options)
    return 2 * _LINE + sum(rows) + len(question.options) * (_SMALL_CELL + _LINE)


def _of_scale(question: Scale) -> int:
    return _LINE + ceil(len(question.steps) / (2 * _CELLS)) * _SMALL_CELL


def _always(height: int) -> Callable[[Any], int]:
    return lambda question: height


#: Question kind to the height of its inputs; one entry for each of ``definition.KINDS``.
HEIGHTS: Mapping[str, Callable[[Any], int]] = {
    "single_choice": _of_list,
    "dropdown": _always(_FIELD),
    "multiple_choice": _of_list,
    "scale": _of_scale,
    "matrix": _of_matrix,
    "ranking": _of_ranking,
    "number": _always(_FIELD + _LINE),
    "date": _always(2 * _FIELD + _LINE),
    "yes_no": _always(_CELL),
    "consent": _always(_ROW),
    "short_text": _always(_FIELD + _LINE),
    "long_text": _always(_FIELD + 5 * _LINE),
    "hidden": _always(_ROW),
    "note": _always(0),
    "section": _always(0),
}


def _of_text(text: Mapping[str, str], characters: int = _CHARACTERS, line: int = _LINE) -> int:
    return max(_lines(wording.split("\n"), characters) for wording in text.values()) * line


def _lines(paragraphs: Sequence[str], characters: int) -> int:
    return sum(max(1, ceil(len(paragraph) / characters)) for paragraph in paragraphs)
