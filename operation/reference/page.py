"""The page, docs/reference.md: what it lists is taken from the models and from click, so that it cannot grow old."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click
from pydantic_core import PydanticUndefined

from chalicelib.questionnaire.base import Frozen
from chalicelib.questionnaire.conditions import CONDITIONS, Implication
from chalicelib.questionnaire.definition import KINDS, Definition, Question, Questionnaire, Translation
from chalicelib.questionnaire.options import DateBand, NumberBand, Option, Row
from chalicelib.questionnaire.support import Contact, SupportLine
from chalicelib.questionnaire.survey import Crosstabs, SurveySettings
from operation.reference.commands import command_lines
from operation.reference.limits import LIMITS
from operation.reference.lines import LEGEND, LINES, Line
from operation.reference.schemas import schemas
from operation.reference.shapes import shape_of

_HEAD = """# Reference

Every key of a definition, every limit, every command: to look something up. How to ask stands in
[authors.md](authors.md), how to run a survey in [operators.md](operators.md). This page is made of the models and
commands themselves, by `.venv/bin/python manage.py reference > docs/reference.md`; a test keeps it true.
"""
#: Heading, model and where it stands in the file.
_PARTS: tuple[tuple[str, type[Frozen], str], ...] = (
    ("The file", Definition, ""),
    ("settings", SurveySettings, ""),
    ("crosstabs", Crosstabs, "Under `settings`."),
    ("support", SupportLine, "Under `settings`: each line."),
    ("contact", Contact, "Under `settings`."),
    ("questionnaire", Questionnaire, ""),
    ("languages", Translation, "Under `questionnaire`: each language, by its code."),
)
_OF_QUESTIONS: tuple[tuple[str, type[Frozen], str], ...] = (
    ("options", Option, "Each option; which marks it may have is told with the kinds."),
    ("rows", Row, "Each row of a `matrix`."),
    ("bands of numbers", NumberBand, "Each band of a `number`."),
    ("bands of days", DateBand, "Each band of a `date`."),
    ("implies", Implication, "Each implication."),
)
_CROSSTABS: Mapping[str, str] = {"group": "group or crossed with one", "crossed": "crossed with a group", "none": "no"}


def reference(commands: click.Group) -> str:
    """The whole page."""
    lines = [*_HEAD.splitlines(), "", *_legend()]
    for heading, model, where in _PARTS:
        lines += _part(heading, where, _rows(model, LINES[model.__name__]))
    lines += ["", "## Questions", "", "Every kind has these keys.", *_table(_shared())]
    for kind, of_kind in KINDS.items():
        lines += _kind(kind, of_kind)
    for heading, model, where in _OF_QUESTIONS:
        lines += _part(heading, where, _rows(model, LINES[model.__name__]))
    lines += _conditions()
    lines += ["", "## Limits", "", "| what | at most |", "|---|---|"]
    lines += [f"| {what} | {most} |" for what, most in LIMITS]
    return "\n".join([*lines, *command_lines(commands), ""])


def _legend() -> Iterator[str]:
    yield "What becomes of a key once a survey is open, in the last column:"
    yield ""
    yield from (f"- *{word}*: {means}." for word, means in LEGEND.items())


def _part(heading: str, where: str, rows: Iterable[tuple[str, ...]]) -> list[str]:
    return ["", f"## {heading}", *(["", where] if where else []), *_table(rows)]


def _table(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield ""
    yield "| key | may be | if left out | means | once open |"
    yield "|---|---|---|---|---|"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def _rows(model: type[Frozen], lines: Mapping[str, Line], without: Iterable[str] = ()) -> Iterator[tuple[str, ...]]:
    for name, field in model.model_fields.items():
        schema = schemas()[model.__name__]["properties"].get(name)
        if schema is not None and name not in without:
            yield (f"`{name}`", shape_of(schema), _default(field.default), *lines[name])


def _default(value: Any) -> str:
    if value is PydanticUndefined:
        return "is needed"
    if value is None or value == ():
        return "none"
    return f"`{str(value).lower()}`"


def _shared() -> Iterator[tuple[str, ...]]:
    """The keys that every kind has; of ``kind`` itself, what there is."""
    own = [name for name in KINDS["note"].model_fields if name not in Question.model_fields]
    for row in _rows(KINDS["note"], LINES["Question"], without=own):
        yield (row[0], "one of those below", *row[2:]) if row[0] == "`kind`" else row


def _kind(name: str, model: type[Question]) -> Iterator[str]:
    yield from ("", f"### {name}", "", (model.__doc__ or "").splitlines()[0].replace("``", "`"))
    if model.asks == "codes":
        compared = ", ".join(f"`{each}`" for each in (*model.compared_by, "answered"))
        marks = ", ".join(f"`{mark}`" for mark in sorted(model.marks)) or "none"
        crossed = _CROSSTABS[model.crosstab]
        yield f"Conditions compare it by {compared}. In crosstabs: {crossed}. Marks of options: {marks}."
    rows = list(_rows(model, LINES["Kinds"], without=Question.model_fields))
    yield from _table(rows) if rows else ()


def _conditions() -> Iterator[str]:
    yield from ("", "## Conditions", "")
    yield "A condition has one of these keys; those that compare have `question` beside."
    yield from ("", "| key | may be | holds when |", "|---|---|---|")
    names = {name: schemas()[model.__name__]["properties"] for name, model in CONDITIONS.items()}
    shapes = {name: properties[name] for name, properties in names.items()}
    shapes = {"question": names["equals"]["question"], **shapes}
    for name, line in LINES["Conditions"].items():
        yield f"| `{name}` | {shape_of(shapes[name])} | {line.means} |"
