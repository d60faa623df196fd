"""The JSON Schema of definitions, for editors; ``docs/definition.schema.json`` is this, kept the same by a test."""

from __future__ import annotations

import json
from typing import Any

from chalicelib.questionnaire.definition import Definition

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def definition_schema() -> str:
    """The schema as JSON text. Rules that span values are not in it: `check` knows them."""
    schema = _without_titles(Definition.model_json_schema(by_alias=True))
    return json.dumps({"$schema": _DIALECT, "title": "Definition of a survey", **schema}, indent=1, ensure_ascii=False)


def _without_titles(value: Any) -> Any:
    """Titles that pydantic makes of the names of keys say nothing; a key that is called "title" stays."""
    if isinstance(value, list):
        return [_without_titles(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: _without_titles(item) for key, item in value.items() if key != "title" or not isinstance(item, str)}
