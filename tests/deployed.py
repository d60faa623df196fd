"""The template as it is written, and as AWS expands it."""

from __future__ import annotations

from functools import cache
from typing import Any

from operation.deployment import sam

AWS, PARAMETERS, expanded = sam.AWS, sam.PARAMETERS, sam.expanded


@cache
def template() -> dict[str, Any]:
    """The template that is deployed."""
    return sam.written()
