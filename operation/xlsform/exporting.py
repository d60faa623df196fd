"""From a definition to a workbook that Kobo and ODK read, and from which the same questionnaire comes back."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chalicelib.locale import translator
from chalicelib.questionnaire.codebook import NO, YES
from chalicelib.questionnaire.definition import (
    Definition,
    Matrix,
    Question,
    Questionnaire,
    Scale,
    Section,
    has_random_order,
    is_required,
    options_of,
    specify_options,
)
from chalicelib.spreadsheet import IN_MEMORY
from operation.errors import OperatorError
from operation.xlsform.cells import Sheet, SheetRow
from operation.xlsform.extras import Difference, differences, rows_of
from operation.xlsform.importing import SPECIFY, form_of
from operation.xlsform.sheets import TRANSLATED
from operation.xlsform.told import CHOICES, EXTRAS, SETTINGS, SURVEY, Json
from operation.xlsform.written_conditions import own_constraint, relevant

_TYPES: Mapping[str, str] = {
    "number": "integer",
    "date": "date",
    "short_text": "text",
    "long_text": "text",
    "note": "note",
    "consent": "acknowledge",
    "hidden": "hidden",
    "scale": "range",
    "yes_no": "select_one yes_no",
}
_LISTED: Mapping[str, str] = {
    "single_choice": "select_one",
    "dropdown": "select_one",
    "multiple_choice": "select_multiple",
    "ranking": "rank",
    "matrix": "select_one",
}
#: Every kind, by what XLSForm calls it.
TYPES: Mapping[str, str] = {**_TYPES, **_LISTED, "section": "begin_group"}
#: A list of ours that no question is called, since a hyphen stands in no id.
YES_NO = "yes_no"
#: What stands in several languages, in the order of its columns.
_TEXTS = ("label", "hint", "required_message", "constraint_message")
_PLAIN = ("type", "name", "required", "relevant", "constraint", "appearance", "parameters")
#: Longer ones go into our own sheet.
_LONGEST_CONDITION = 8_000

Line = dict[str, Any]


@dataclass(frozen=True)
class Exported:
    """The bytes of a workbook, and what in it is for us alone, as places in the definition."""

    content: bytes
    ours: tuple[str, ...]


@dataclass
class _Writer:
    """Writes the lines of the survey sheet and of the choices, texts by language."""

    questionnaire: Questionnaire
    survey: list[Line] = field(default_factory=list)
    choices: list[Line] = field(default_factory=list)

    def write(self) -> None:
        """Every question, those under a heading in its group."""
        is_open = False
        for question in self.questionnaire.questions:
            if isinstance(question, Section):
                self.survey += [{"type": "end_group"}] * is_open
                is_open = True
                self.survey.append(self._common(question) | {"type": "begin_group"})
            elif isinstance(question, Matrix):
                self._matrix(question)
            else:
                self._question(question)
        self.survey += [{"type": "end_group"}] * is_open

    def _common(self, question: Question) -> Line:
        line: Line = {"name": question.id, "label": question.label, "hint": question.hint}
        if question.show_if:
            written = relevant(question.show_if, {each.id: each for each in self.questionnaire.questions})
            line["relevant"] = written if len(written) <= _LONGEST_CONDITION else None
        return line | self._required(question)

    def _required(self, question: Question) -> Line:
        return {"required": "yes", "required_message": question.required_because} if is_required(question) else {}

    def _question(self, question: Question) -> None:
        line = self._common(question) | {"type": self._type(question), "constraint": own_constraint(question)}
        if question.kind in ("long_text", "dropdown"):
            line["appearance"] = "multiline" if question.kind == "long_text" else "minimal"
        if has_random_order(question):
            line["parameters"] = "randomize=true"
        if isinstance(question, Scale):
            line |= self._scale(question)
        if says := getattr(question, "pattern_says", None):
            line["constraint_message"] = says
        self.survey.append(line)
        self.survey += [self._specify(question, option.code) for option in specify_options(question)]

    def _type(self, question: Question) -> str:
        if question.kind in _LISTED:
            self._list(question.id, [(option.code, option.label) for option in options_of(question)])
            return f"{_LISTED[question.kind]} {question.id}"
        if question.kind == "yes_no":
            self._list(YES_NO, [(YES, self._ours("Yes")), (NO, self._ours("No"))])
        return _TYPES[question.kind]

    def _ours(self, message: str) -> dict[str, str]:
        """Words of the interface in each language."""
        return {language: translator(language)(message) for language in self.questionnaire.languages}

    def _list(self, name: str, options: Sequence[tuple[str, Mapping[str, str]]]) -> None:
        if not any(line["list_name"] == name for line in self.choices):
            self.choices += [{"list_name": name, "name": code, "label": label} for code, label in options]

    def _scale(self, question: Scale) -> Line:
        low, high, hint = question.least_label, question.most_label, question.hint or {}
        ends = {
            language: f"{question.least} = {low[language]}; {question.most} = {high[language]}"
            for language in low
            if language in high
        }
        told = {language: f"{hint[language]}\n{end}" if language in hint else end for language, end in ends.items()}
        parameters = f"start={question.least} end={question.most} step=1"
        return {"parameters": parameters, "hint": {**hint, **told}}

    def _specify(self, question: Question, code: str) -> Line:
        answer = f"${{{question.id}}}"
        chosen = f"selected({answer}, '{code}')"
        label, hint = self._ours("What? (optional)"), self._ours("Do not name people or places.")
        name = f"{question.id}.{code}{SPECIFY}"
        return {"type": "text", "name": name, "label": label, "hint": hint, "relevant": chosen}

    def _matrix(self, question: Matrix) -> None:
        kind = self._type(question)
        group = self._common(question) | {"type": "begin_group", "appearance": "field-list"}
        hint, required = group.pop("hint"), self._required(question)
        for key in required:
            del group[key]
        heading = {"type": kind, "name": f"{question.id}.label-row", "label": question.label, "hint": hint}
        self.survey += [group, heading | {"appearance": "label"}]
        for row in question.rows:
            line = {"type": kind, "name": f"{question.id}.{row.code}", "label": row.label, "appearance": "list-nolabel"}
            self.survey.append(line | required)
        self.survey.append({"type": "end_group"})


def export(definition: Definition) -> Exported:
    """The workbook of ``definition``, without who reviewed its languages and without its keys.

    Raises :class:`OperatorError` where something else would come back: nothing is written that we cannot read.
    """
    wanted = _shared(definition)
    sheets = _sheets(definition)
    found = list(differences(_read_back(sheets, definition.survey), wanted))
    if found:
        sheets[EXTRAS] = rows_of(found)
    if _read_back(sheets, definition.survey) != wanted:
        raise OperatorError("This questionnaire cannot be said in a workbook so that the same comes back.")
    return Exported(_written(sheets), _ours(found))


def _shared(definition: Definition) -> Json:
    """What goes out: not who reviewed a language, which is a person's name, nor whose keys they are."""
    data = definition.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    data["questionnaire"].pop("formatted", None)
    data["settings"].pop("recipients", None)
    for language in data["questionnaire"]["languages"].values():
        language.pop("reviewed_by", None)
    return data


def _ours(found: Sequence[Difference]) -> tuple[str, ...]:
    """Places as the commands name them: of a question by its id, as “needs.order”; of others as “title.sv”."""
    passed_over = {("questionnaire", "questions"): 2, ("questionnaire",): 1}
    begun = ((each.place, passed_over.get(each.place[:2]) or passed_over.get(each.place[:1], 0)) for each in found)
    return tuple(dict.fromkeys(".".join(place[begin:]) for place, begin in begun))


def _sheets(definition: Definition) -> dict[str, list[list[str]]]:
    questionnaire = definition.questionnaire
    writer = _Writer(questionnaire)
    writer.write()
    languages = {code: f"{each.name} ({code})" for code, each in questionnaire.languages.items()}
    settings: Line = {
        "form_title": questionnaire.title[questionnaire.first_language],
        "form_id": definition.survey,
        "default_language": languages[questionnaire.first_language],
        "minutes": str(questionnaire.minutes),
        "exit_link": definition.settings.exit_link,
    }
    texts = ("asked_by", "introduction", "thanks")
    settings |= {name: getattr(questionnaire, name) for name in texts}
    return {
        SURVEY: _table(writer.survey, _PLAIN, _TEXTS, languages),
        CHOICES: _table(writer.choices, ("list_name", "name"), ("label",), languages),
        SETTINGS: _table([settings], [name for name in settings if name not in texts], texts, languages),
    }


def _table(lines: Sequence[Line], plain: Sequence[str], texts: Sequence[str], languages: Mapping[str, str]) -> Any:
    """Headings and rows; a text that no line has, has no columns."""
    used = [name for name in texts if any(line.get(name) for line in lines)]
    headings = [*plain, *(f"{name}::{languages[code]}" for name in used for code in languages)]
    rows = [
        [
            *(line.get(name) or "" for name in plain),
            *((line.get(name) or {}).get(code, "") for name in used for code in languages),
        ]
        for line in lines
    ]
    return [headings, *rows]


def _read_back(sheets: Mapping[str, list[list[str]]], survey: str) -> Json:
    """What import makes of ``sheets``, as a workbook would hold them."""
    held = {
        name: Sheet(name, tuple(SheetRow(number, tuple(map(str.strip, row))) for number, row in enumerate(rows, 1)))
        for name, rows in sheets.items()
    }
    return form_of(held, Path(f"{survey}.xlsx")).document


def _written(sheets: Mapping[str, list[list[str]]]) -> bytes:
    # Serves what is deployed as well; heavy for a command line.
    from xlsxwriter import Workbook

    stream = io.BytesIO()
    with Workbook(stream, IN_MEMORY) as book:
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for column, heading in enumerate(rows[0]):
                is_text = heading.partition("::")[0] in TRANSLATED
                sheet.set_column(column, column, 40 if is_text else 18, wrapped)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if cell:
                        sheet.write_string(number, column, cell)
    return stream.getvalue()


def require_accepted(content: bytes) -> None:
    """Raise :class:`OperatorError` where pyxform, which Kobo and ODK read workbooks with, warns or refuses."""
    for message in complaints(content):
        raise OperatorError(f"Kobo and ODK would not take this workbook as it is: {message}")


def complaints(content: bytes) -> Iterator[str]:
    """What pyxform says against the workbook."""
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert

    try:
        found = convert(content, file_type=".xlsx").warnings
        # Of a language with a region, as pt-BR, which is as good a code.
        yield from (warning for warning in found if "machine-readable codes" not in warning)
    except PyXFormError as error:
        yield " ".join(str(error).split())
