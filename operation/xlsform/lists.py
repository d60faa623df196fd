"""Lists of choices: the sheet's, and those of files that a row names (select_one_from_file)."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from chalicelib.questionnaire.definition import MAXIMUM_OPTIONS
from operation.xlsform.names import codes_of
from operation.xlsform.sheets import Form, Row
from operation.xlsform.told import CHOICES, CannotSay, Fate, Json, Ledger

#: Bytes of a file of choices.
MAXIMUM_FILE = 1_000_000
_SAID = frozenset({"list_name", "name", "autoname"})
#: Columns of choices that change what is asked.
_REFUSED = ("media::image", "media::audio", "media::video", "image", "audio", "video", "big-image")
#: What or_other adds, in the languages of the interface; the others fall back.
OTHER_CODE = "other"
_OTHER: Mapping[str, str] = {
    "en": "Other",
    "sv": "Annat",
    "nb": "Annet",
    "fi": "Muu",
    "is": "Annað",
    "ar": "أخرى",
}


@dataclass(frozen=True)
class Choices:
    """Options as a definition has them, and by their names in the workbook their codes."""

    options: list[Json]
    codes: Mapping[str, str]


@dataclass
class Lists:
    """Every list of a workbook by its name. ``folder``: where the files lie that rows name."""

    form: Form
    folder: Path
    ledger: Ledger
    _found: dict[str, Choices] = field(default_factory=dict)

    @cached_property
    def _rows(self) -> Mapping[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self.form.choices:
            found.setdefault(row.get("list_name"), []).append(row)
        return found

    def named(self, name: str) -> Choices:
        """The list of that name; raises :class:`CannotSay` where there is none."""
        if not name:
            raise CannotSay("its list of choices is not named. It stands behind the type: select_one needs")
        if name not in self._found:
            rows = self._rows.get(name, [])
            if not rows:
                raise CannotSay(f"the sheet “{CHOICES}” has no list “{name[:40]}”.")
            if len(rows) > MAXIMUM_OPTIONS:
                raise CannotSay(
                    f"the list “{name[:40]}” has more than the {MAXIMUM_OPTIONS} choices that one can have."
                )
            for row in rows:
                if said := [column for column in row.cells if column in _REFUSED or column.startswith("media::")]:
                    message = "a choice with a picture or a sound cannot be shown. Say it in words."
                    self.ledger.add(Fate.REFUSED, CHOICES, row.number, message, said[0])
            self._found[name] = self.of_rows(rows)
        return self._found[name]

    def tell_columns(self) -> None:
        """Name each column of choices that nothing is done with, and each choice and list of no question."""
        for name in self._rows:
            if name and name not in self._found:
                self.ledger.add(Fate.LEFT_OUT, CHOICES, 0, "no question that was taken has this list.", name)
        for row in self._rows.get("", []):
            self.ledger.add(Fate.REFUSED, CHOICES, row.number, "the name of its list is missing.", row.name)
        known = {*_SAID, *_REFUSED}
        others = {column for row in self.form.choices for column in row.cells} - known
        for column in sorted(others):
            if not column.startswith(("$", "media::")):
                self.ledger.add(Fate.LEFT_OUT, CHOICES, 0, "nothing is done with a column of this name.", column)

    def of_file(self, name: str) -> Choices:
        """The choices of a file beside the workbook: CSV with the columns name and label, or label::English (en)."""
        path = self.folder / name
        if Path(name).name != name or not name.endswith(".csv"):
            raise CannotSay("choices of a file are read from a .csv beside the workbook only.")
        if not path.is_file():
            raise CannotSay(f"the file {name[:60]} does not lie beside the workbook. Put it there.")
        try:
            with path.open("rb") as stream:
                content = stream.read(MAXIMUM_FILE + 1)
            lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), strict=True))
        except (UnicodeDecodeError, csv.Error) as error:
            raise CannotSay(f"{name[:60]} cannot be read as CSV in UTF-8.") from error
        if len(content) > MAXIMUM_FILE or len(lines) > MAXIMUM_OPTIONS + 1:
            raise CannotSay(f"{name[:60]} has more than the {MAXIMUM_OPTIONS} choices that a list can have.")
        return self.of_rows(self._rows_of(name, lines))

    def _rows_of(self, name: str, lines: list[list[str]]) -> list[Row]:
        heads = [head.strip() for head in lines[0]] if lines else []
        if "name" not in heads or not any(head.partition("::")[0] == "label" for head in heads):
            raise CannotSay(f"{name[:60]} needs the columns name and label.")
        by_name = {called: code for code, called in self.form.languages.items()}
        first, rows = next(iter(self.form.languages)), []
        for number, line in enumerate(lines[1:], 2):
            cells = {head: cell.strip() for head, cell in zip(heads, line, strict=False) if cell.strip()}
            labels = {}
            for head, cell in cells.items():
                column, _, language = head.partition("::")
                called = language.partition("(")[0].strip()
                if column == "label" and (code := by_name.get(called, "") if language else first):
                    labels[code] = cell
            if cells:
                rows.append(Row(name, number, {"name": cells.get("name", "")}, {"label": labels}))
        return rows

    def of_rows(self, rows: Sequence[Row]) -> Choices:
        """The choices that ``rows`` name and word, one each."""
        names = [row.name for row in rows]
        codes, options, seen = codes_of(filter(None, names)), [], set[str]()
        for row in rows:
            if not (code := codes.get(row.name)):
                self.ledger.add(
                    Fate.REFUSED, row.sheet, row.number, "this choice has no name. Give it one, of the letters a to z."
                )
                continue
            if row.name in seen:
                self.ledger.add(Fate.REFUSED, row.sheet, row.number, "this list has a choice of that name.", row.name)
                continue
            seen.add(row.name)
            if code != row.name:
                self.ledger.add(Fate.CHANGED, row.sheet, row.number, f"the code is {code}.", row.name)
            label = row.text("label")
            if not label:
                self.ledger.add(Fate.REFUSED, row.sheet, row.number, "this choice has no label.", row.name)
            options.append({"code": code, "label": label or {next(iter(self.form.languages)): row.name}})
        return Choices(options, codes)


def with_other(found: Choices, languages: Mapping[str, str]) -> Choices:
    """``found``, and “Other”, which asks which."""
    code = OTHER_CODE
    if code in found.codes.values():
        options = [option | {"specify": True} if option["code"] == code else option for option in found.options]
        return Choices(options, found.codes)
    first = next(iter(languages))
    label = {first: _OTHER.get(first.partition("-")[0], _OTHER["en"])}
    label |= {each: _OTHER[each.partition("-")[0]] for each in languages if each.partition("-")[0] in _OTHER}
    return Choices([*found.options, {"code": code, "label": label, "specify": True}], {**found.codes, code: code})
