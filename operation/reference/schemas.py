"""The JSON Schemas of the models, by name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from chalicelib.questionnaire.definition import Definition


@cache
def schemas() -> Mapping[str, Mapping[str, Any]]:
    """That of each model of a definition, by the model's name."""
    whole = Definition.model_json_schema(by_alias=True)
    return {**whole["$defs"], "Definition": whole}


def most_of(model: str, key: str) -> int:
    """How many members a list or a dictionary of ``model`` may have."""
    schema = schemas()[model]["properties"][key]
    return int(schema.get("maxItems") or schema["maxProperties"])
