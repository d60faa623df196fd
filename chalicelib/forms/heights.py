"""How tall questions stand on a phone, so that a form can be cut into steps that are not long to scroll.

An estimate, for the language in which a question stands tallest: steps are the same in all of them, so that a change of
language stays in its step. ``tests/browser/test_steps.py`` holds it to what browsers draw.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
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
    specify_options,
)

#: Pixels of a phone of 390 by 664, and how many characters of each size it has room for in a line.
SCREEN = 664
_HEADING_LINE, _HEADING_CHARACTERS = 28, 30
_LINE, _CHARACTERS = 28, 36
_ROW, _ROW_CHARACTERS = 54, 30
_FIELD, _MARGIN = 52, 40
#: Cells beside each other, and the lines that their words take at most.
_CELLS, _CELL = 4, 84


def height_of(question: Question) -> int:
    """The height in pixels of ``question`` with everything that it may show, but errors."""
    height = _MARGIN + _of_text(question.label, _HEADING_CHARACTERS, _HEADING_LINE)
    height += sum(_of_text(text) for text in (question.hint, question.required_because) if text)
    if is_required(question) and not question.required_because:
        height += _LINE
    return height + HEIGHTS[question.kind](question)


def _of_list(question: OneOfList | MultipleChoice) -> int:
    apart = any(option.stands_apart for option in question.options)
    lines = len(specify_options(question)) * (_FIELD + 2 * _LINE)
    return _of_rows([option.label for option in question.options]) + lines + apart * _MARGIN


def _of_matrix(question: Matrix) -> int:
    return len(question.rows) * (2 * _LINE + ceil(len(question.options) / _CELLS) * _CELL)


def _of_ranking(question: Ranking) -> int:
    return _LINE + len(question.options) * (_LINE + _ROW + _LINE // 2)


def _of_scale(question: Scale) -> int:
    return _LINE + ceil(len(question.steps) / (2 * _CELLS)) * _CELL


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
    "yes_no": _always(_ROW),
    "consent": _always(_ROW),
    "short_text": _always(_FIELD + _LINE),
    "long_text": _always(_FIELD + 5 * _LINE),
    "hidden": _always(_ROW),
    "note": _always(0),
    "section": _always(0),
}


def _of_rows(labels: Iterable[Mapping[str, str]]) -> int:
    return sum(_ROW - _LINE + _of_text(label, _ROW_CHARACTERS) for label in labels)


def _of_text(text: Mapping[str, str], characters: int = _CHARACTERS, line: int = _LINE) -> int:
    return max(_lines(wording.split("\n"), characters) for wording in text.values()) * line


def _lines(paragraphs: Sequence[str], characters: int) -> int:
    return sum(max(1, ceil(len(paragraph) / characters)) for paragraph in paragraphs)
