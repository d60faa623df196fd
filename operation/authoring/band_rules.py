"""Whether a band's words say what its limits say: the numbers in them, or the years."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from chalicelib.questionnaire.definition import Date, Definition, Number
from chalicelib.questionnaire.options import DateBand, NumberBand
from operation.authoring.places import questions_of
from operation.authoring.problems import DefinitionProblem, ProblemCode, Severity
from operation.authoring.wording_rules import quoted

_NUMBER, _YEAR = re.compile(r"\d+"), re.compile(r"(?<!\d)\d{4}(?!\d)")
#: Between groups of three digits: 1,000 and 10 000 are one number each.
_GROUPING = re.compile(r"(?<=\d)[\s,.'’](?=\d{3}(?!\d))")

#: A band, and the numbers or years that its label may name.
Said = tuple[NumberBand | DateBand, set[int]]


def band_label_problems(definition: Definition) -> Iterator[DefinitionProblem]:
    """A warning for each band whose label names a number or a year that its limits do not."""
    for place, question in questions_of(definition):
        if isinstance(question, Number):
            said, pattern = list(_numbers(question)), _NUMBER
        elif isinstance(question, Date):
            said, pattern = list(_years(question)), _YEAR
        else:
            continue
        for index, (band, fitting) in enumerate(said):
            if wrong := sorted(_named_in(band, pattern) - fitting):
                label, numbers = place / "bands" / index / "label", quoted(", ".join(map(str, wrong)))
                message = f"The label says {numbers}, the band's limits say otherwise. Mend the label, or the limits."
                yield DefinitionProblem(label, ProblemCode.BAND_LABEL, message, Severity.WARNING)


def _named_in(band: NumberBand | DateBand, pattern: re.Pattern[str]) -> set[int]:
    labels = (_GROUPING.sub("", label) for label in band.label.values())
    return {int(number) for label in labels for number in pattern.findall(label)}


def _numbers(question: Number) -> Iterator[Said]:
    """Of 10 to 19 the label may name either, or say "over 9", or "under 20"."""
    first = question.least
    for band in question.bands:
        after = question.most + 1 if band.below is None else band.below
        yield band, {first - 1, first, after - 1, after}
        first = after


def _years(question: Date) -> Iterator[Said]:
    """Of a band from 2024 on the label may say "since 2024", or "after 2023"."""
    first = date.fromisoformat(question.least)
    for band in question.bands:
        after = date.fromisoformat(band.before or question.most)
        is_whole_year = (first.month, first.day) == (1, 1)
        yield band, set(range(first.year - is_whole_year, after.year + 1))
        first = after
