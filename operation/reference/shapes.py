"""What a value may be, in words, by the JSON Schema of its model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.questionnaire import base, support

Schema = Mapping[str, Any]

#: By the pattern of a text, what it is.
_TEXTS: Mapping[str, str] = {
    base.IDENTIFIER: "small letters, digits and `_`, a letter first",
    base.CODE: "small letters, digits and `_`",
    base.CODE_OR_DATE: "a code or a day",
    base.REFERENCE: "an id, or `id.part`",
    base.WEB_LINK: "a link, https://…",
    base.EMAIL: "an address, as office@example.org",
    support.TELEPHONE: "digits in groups, as +46 8 000 00 00",
    r"^[a-z][a-z0-9-]*$": "small letters, digits and hyphens, a letter first",
    r"^age1[a-z0-9]{58}$": "age1…",
    r"^20": "a day as 2027-03-31",
}
#: The same of several in a list.
_IDS: Mapping[str, str] = {base.IDENTIFIER: "ids", r"^age1[a-z0-9]{58}$": "keys, age1…"}
#: By the name of a definition in the schema, what it is.
_NAMED: Mapping[str, str] = {
    "Text": "text by language, as {en: …}",
    "Condition": "a condition",
    "SurveySettings": "keys: settings",
    "Questionnaire": "keys: questionnaire",
    "Crosstabs": "keys: crosstabs",
    "Contact": "keys: contact",
    "SupportLine": "lines of support",
    "Translation": "keys: languages",
    "Option": "options",
    "Row": "rows",
    "NumberBand": "bands",
    "DateBand": "bands",
    "Implication": "implications",
}
_DAY = 10


def shape_of(schema: Schema) -> str:
    """What a value that fits ``schema`` may be."""
    match schema:
        case {"$ref": name}:
            said = _NAMED[name.rsplit("/")[-1]]
        case {"anyOf": choices}:
            said = " or ".join(shape_of(each) for each in choices if each.get("type") != "null")
        case {"enum": values}:
            *others, last = (f"`{value}`" for value in values)
            said = f"{', '.join(others)} or {last}"
        case {"const": value}:
            said = f"`{str(value).lower()}`"
        case {"type": "array", "items": items}:
            said = f"{_range(schema, 'minItems', 'maxItems')} {_items(items)}"
        case {"type": "integer"}:
            said = f"a whole number, {_range(schema, 'minimum', 'maximum')}"
        case {"type": "boolean"}:
            said = "`true` or `false`"
        case {"type": "object"}:
            said = f"{_range(schema, 'minProperties', 'maxProperties')}, each by its code, as {{en: …}}"
        case _:
            said = _text(schema)
    return said


def _items(schema: Schema) -> str:
    """What each of a list is."""
    if "$ref" in schema:
        name = _NAMED[schema["$ref"].rsplit("/")[-1]]
        return f"{name.removeprefix('a ')}s" if name.startswith("a ") else name
    return "questions" if "oneOf" in schema else _IDS[schema["pattern"]]


def _text(schema: Schema) -> str:
    most = schema.get("maxLength")
    if "pattern" in schema:
        kind = _TEXTS[schema["pattern"]]
        return f"{kind}; {_range(schema, 'minLength', 'maxLength')} characters" if most and most > _DAY else kind
    return "a day as 2026-03-31" if most == _DAY else f"text, up to {most:,} characters"


def _range(schema: Schema, least: str, most: str) -> str:
    if most not in schema:
        return f"{schema.get(least, 0)} or more"
    return f"{schema[least]} to {schema[most]:,}" if least in schema else f"up to {schema[most]:,}"
