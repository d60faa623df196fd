"""The sheets of an XLSForm as rows whose cells go by the names of their columns, and whose texts by language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.locale import INTERFACE_LANGUAGES
from chalicelib.questionnaire.base import LANGUAGE
from operation.workbooks import place_of
from operation.xlsform.cells import Sheet
from operation.xlsform.told import CHOICES, EXTRAS, SETTINGS, SURVEY, Fate, Ledger

#: What stands in several languages, in columns such as “label::English (en)”.
TRANSLATED = frozenset(
    {"label", "hint", "guidance_hint", "constraint_message", "required_message"}
    | {"asked_by", "introduction", "thanks", "form_title"}
)
#: Other names of the same columns (xlsform.org, and what Kobo's builder writes).
_SAME: Mapping[str, str] = {
    "relevance": "relevant",
    "requiredmsg": "required_message",
    "constraintmsg": "constraint_message",
    "constraining_message": "constraint_message",
    "listname": "list_name",
    "value": "name",
    "title": "form_title",
    "set_form_title": "form_title",
    "id_string": "form_id",
    "set_form_id": "form_id",
    "$autoname": "autoname",
    "$autovalue": "autoname",
    "readonly": "read_only",
    "caption": "label",
    "calculate": "calculation",
}
#: By sheet, the column without which nothing in it can be read.
_NEEDED: Mapping[str, str] = {SURVEY: "type", CHOICES: "list_name"}
_NAMED = re.compile(r"(?P<name>.*?)\s*\((?P<code>[A-Za-z0-9_-]+)\)")
#: The language of a column that names none, until the languages are known.
UNNAMED = ""


@dataclass(frozen=True)
class Row:
    """One row: cells by column, texts by column and language code. Empty ones are not there."""

    sheet: str
    number: int
    cells: Mapping[str, str]
    texts: Mapping[str, Mapping[str, str]]

    def get(self, column: str) -> str:
        """What stands there, or ""."""
        return self.cells.get(column, "")

    def text(self, column: str) -> dict[str, str]:
        """What stands there, by language."""
        return dict(self.texts.get(column, {}))

    @property
    def name(self) -> str:
        """The name of the question, group or choice; Kobo's builder may not have given it one yet."""
        return self.get("name") or self.get("autoname")


@dataclass(frozen=True)
class Form:
    """A workbook, read. ``languages``: names by code, the first the one that others fall back to."""

    languages: Mapping[str, str]
    survey: Sequence[Row]
    choices: Sequence[Row]
    settings: Row
    extras: Sequence[tuple[int, tuple[str, ...]]]


@dataclass
class _Languages:
    """The languages of the columns; a code stands for one name only."""

    ledger: Ledger
    names: dict[str, str] = field(default_factory=dict)

    def code(self, sheet: str, heading: str) -> str | None:
        """The code of a language as a column calls it; None where it cannot be told, or is another's."""
        found = _NAMED.fullmatch(heading)
        name, code = (found["name"], _tag(found["code"])) if found else (heading, _code_of(heading))
        if not code or not re.fullmatch(LANGUAGE, code):
            self._refuse(sheet, heading, "this language has no code. Write it as English (en).")
            return None
        # “fr” alone is the language that another column calls “Français (fr)”.
        called, known = code if _tag(name) in (code, "") else name, self.names.get(code, code)
        self.names[code] = called if known == code else known
        if called not in (code, self.names[code]):
            self._refuse(sheet, heading, f"two languages have the code “{code}”. Give each its own.")
            return None
        return code

    def _refuse(self, sheet: str, heading: str, message: str) -> None:
        self.ledger.add(Fate.REFUSED, sheet, 1, message, heading)


def _tag(code: str) -> str:
    primary, *rest = code.replace("_", "-").split("-")
    return "-".join([primary.lower(), *rest])


def _code_of(name: str) -> str:
    """The code of a language by its name, in English or in itself, or by its code."""
    from babel import Locale

    own = {native.casefold(): code for code, native in INTERFACE_LANGUAGES.items()}
    named = {str(english).casefold(): code for code, english in Locale("en").languages.items()}
    known = {**named, **own}
    tag, code = _tag(name), str(known.get(name.casefold(), "")).replace("_", "-")
    return tag if tag.partition("-")[0] in named.values() and re.fullmatch(LANGUAGE, tag) else code


def read_form(sheets: Mapping[str, Sheet], ledger: Ledger) -> Form:
    """The rows of ``sheets``; what is wrong with the sheets as such is told in ``ledger``."""
    by_name = {name.strip().lower(): sheet for name, sheet in sheets.items()}
    languages = _Languages(ledger)
    if SURVEY not in by_name:
        ledger.add(Fate.REFUSED, SURVEY, 0, "the workbook has no sheet of this name, so it is no XLSForm.")
    for name, sheet in by_name.items():
        if name in ("external_choices", "entities", "osm"):
            ledger.add(Fate.REFUSED, name, 0, "what this sheet does cannot be said here. Delete it.")
        elif name not in (SURVEY, CHOICES, SETTINGS, EXTRAS) and sheet.rows and not name.startswith("_"):
            ledger.add(Fate.LEFT_OUT, name[:40], 0, "no sheet of XLSForm.")
    settings = _rows(SETTINGS, by_name, languages, ledger)
    survey, choices = (_rows(name, by_name, languages, ledger) for name in (SURVEY, CHOICES))
    first = _first_language(settings, languages, (*survey, *choices), ledger)
    named = {first: languages.names[first], **languages.names}
    for row in settings[1:]:
        ledger.add(Fate.LEFT_OUT, SETTINGS, row.number, "only the first row of the settings is read.")
    survey, choices, settings = (
        [_spoken(row, first, named[first], ledger) for row in rows] for rows in (survey, choices, settings)
    )
    extras = by_name.get(EXTRAS)
    return Form(
        named,
        survey,
        choices,
        settings[0] if settings else Row(SETTINGS, 2, {}, {}),
        [(row.number, row.cells) for row in extras.rows[1:]] if extras else [],
    )


def _first_language(settings: Sequence[Row], languages: _Languages, rows: Sequence[Row], ledger: Ledger) -> str:
    """The language that others fall back to: the default, or else the first column's."""
    if declared := settings[0].get("default_language") if settings else "":
        # Kobo writes the name alone where its columns have the code as well.
        same = (code for code, name in languages.names.items() if name.casefold() == declared.casefold())
        code = next(same, None) or languages.code(SETTINGS, declared)
        if code:
            return code
    if languages.names:
        first = next(iter(languages.names))
        if unnamed := sorted({column for row in rows for column in row.texts if UNNAMED in row.texts[column]}):
            message = f"{', '.join(unnamed)}: what names no language is taken for {languages.names[first]}."
            ledger.add(Fate.CHANGED, SETTINGS, 0, message)
        return first
    if rows:
        message = "no language is named; taken for English. Else name it in the settings: default_language."
        ledger.add(Fate.CHANGED, SETTINGS, 0, message)
    languages.names["en"] = "English"
    return "en"


def _spoken(row: Row, first: str, called: str, ledger: Ledger) -> Row:
    """``row`` with what no language is named for in the ``first``; where that has another text, one has to go."""
    texts = {}
    for column, found in row.texts.items():
        named = {code: text for code, text in found.items() if code != UNNAMED}
        if UNNAMED in found and named.get(first, found[UNNAMED]) != found[UNNAMED]:
            message = (
                f"“{column}” names no language and would be {called}, which has words of its own. "
                f"Name its language, as in {column}::English (en), or delete one."
            )
            ledger.add(Fate.REFUSED, row.sheet, row.number, message, row.name)
        texts[column] = {first: found[UNNAMED], **named} if UNNAMED in found else named
    return Row(row.sheet, row.number, row.cells, texts)


def _rows(name: str, sheets: Mapping[str, Sheet], languages: _Languages, ledger: Ledger) -> list[Row]:
    sheet = sheets.get(name)
    if sheet is None or not sheet.rows:
        return []
    for number, message in sheet.unread:
        ledger.add(Fate.REFUSED, name, number, message)
    columns = [_column(name, heading, languages) for heading in sheet.rows[0].cells]
    seen: set[tuple[str, str]] = set()
    for place, column in enumerate(columns):
        if column and column in seen:
            message = f"column {place_of(1, place + 1)[:-1]} stands here twice. Keep one."
            ledger.add(Fate.REFUSED, name, 1, message, sheet.rows[0].cells[place])
        if column:
            seen.add(column)
    if (needed := _NEEDED.get(name)) and (needed, UNNAMED) not in seen:
        message = f"no column is called “{needed}”. Its first row has to name the columns."
        ledger.add(Fate.REFUSED, name, sheet.rows[0].number, message)
    return [_row(name, row.number, row.cells, columns) for row in sheet.rows[1:]]


def _column(sheet: str, heading: str, languages: _Languages) -> tuple[str, str] | None:
    """The name of a column and the code of its language."""
    name, separator, language = heading.partition("::")
    if not separator and name.partition(":")[0].strip().lower() in TRANSLATED:
        name, _, language = heading.partition(":")
    name = re.sub(r"\s+", "_", name.strip().lower())
    name = _SAME.get(name, name)
    if name not in TRANSLATED:
        return (heading.strip().lower() if separator else name), UNNAMED
    if not language.strip():
        return name, UNNAMED
    code = languages.code(sheet, language.strip())
    return (name, code) if code else None


def _row(sheet: str, number: int, values: Sequence[str], columns: Sequence[tuple[str, str] | None]) -> Row:
    cells: dict[str, str] = {}
    texts: dict[str, dict[str, str]] = {}
    for column, value in zip(columns, values, strict=False):
        if column is None or not value:
            continue
        name, language = column
        if name in TRANSLATED:
            texts.setdefault(name, {})[language] = value
        else:
            cells.setdefault(name, value)
    return Row(sheet, number, cells, texts)
