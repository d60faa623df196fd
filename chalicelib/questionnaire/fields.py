"""The fields of a form, which its pages draw and its answers are read from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

#: What was typed and chosen, by the name of the field, as the browser sent it.
Fields = Mapping[str, Sequence[str]]


def first_field(fields: Fields, name: str) -> str | None:
    """The one value of a field, or None where it is missing or empty."""
    values = fields.get(name) or [""]
    return values[0] or None
