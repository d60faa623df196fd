"""What describes the tables of an export to programs: a data package (Data Package v1, Frictionless)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from operation.records.codebook import Entry, RecordCodebook
from operation.records.codebook_file import HEADER
from operation.records.columns import START, Holds
from operation.records.explained import INTERNAL, START_SAYS, explained
from operation.records.folder import CODES
from operation.records.new_files import new_file
from operation.records.text_tables import LABELS, TEXTS, TEXTS_HEADER, label_header
from operation.records.wording import separator

PACKAGE, CODEBOOK = "datapackage.json", "codebook.csv"
_TYPES: Mapping[Holds, str] = {
    Holds.CODE: "string",
    Holds.CODES: "string",
    Holds.FLAG: "integer",
    Holds.STEP: "integer",
    Holds.NUMBER: "integer",
    Holds.DATE: "date",
}
#: What has words in labels.csv.
_WORDED = (Holds.CODE, Holds.CODES, Holds.STEP)
_Field = Mapping[str, Any]


def write_package(survey: str, title: str, codebook: RecordCodebook, folder: Path, has_texts: bool) -> None:
    """Describe the tables that are in ``folder``, so that each cell can be checked."""
    resources = [
        _resource(CODES, [*_start(), *(_code_field(entry, codebook) for entry in codebook.entries)]),
        _resource(LABELS, [*_start(), *_label_fields(codebook)]),
        _resource(CODEBOOK, [_text(name) for name in (*HEADER, *codebook.languages)]),
        *([_resource(TEXTS, [_text(name) for name in TEXTS_HEADER])] if has_texts else []),
    ]
    package = {
        "profile": "tabular-data-package",
        "name": survey,
        "title": title,
        "description": INTERNAL,
        "resources": resources,
    }
    with new_file(folder / PACKAGE) as file:
        file.write(json.dumps(package, ensure_ascii=False, indent=1).encode())


def _resource(name: str, fields: Sequence[_Field]) -> Mapping[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": name.removesuffix(".csv"),
        "path": name,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8-sig",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "header": True},
        "schema": {"fields": fields, "missingValues": [""]},
    }


def _text(name: str) -> _Field:
    return {"name": name, "type": "string"}


def _start() -> list[_Field]:
    types = dict(zip(START, ("string", "integer", "integer"), strict=True))
    return [{"name": name, "type": types[name], "description": START_SAYS[name]} for name in START]


def _code_field(entry: Entry, codebook: RecordCodebook) -> _Field:
    column = entry.column
    allowed: list[Any] = []
    if column.holds is Holds.CODE:
        allowed = list(column.variable.codes)
    if column.holds in (Holds.FLAG, Holds.STEP):
        allowed = list(codebook.wording.values(column))
    return {
        "name": column.name,
        "type": _TYPES[column.holds],
        "title": codebook.wording.column(column),
        "description": explained(entry, separator(codebook.merged)),
        **({"constraints": {"enum": allowed}} if allowed else {}),
    }


def _label_fields(codebook: RecordCodebook) -> list[_Field]:
    titles = label_header(codebook)[len(START) :]
    return [
        {"name": title, "type": "string" if entry.column.holds in _WORDED else _TYPES[entry.column.holds]}
        for title, entry in zip(titles, codebook.entries, strict=True)
    ]
