"""What the API's routes take and give, said beside their views: ``/openapi.json`` is made of it and of the routes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, unique
from typing import Any, Literal, TypeVar

from pydantic import BaseModel

from chalicelib.errors import ParaplyError, Refusal, Refused
from chalicelib.questionnaire.survey import MOST_RELEASES
from chalicelib.web.http import Call

_View = TypeVar("_View", bound=Callable[..., Any])


class AnyObject(BaseModel, defer_build=True):
    """An object whose keys stand in another standard."""


@unique
class Files(Enum):
    """What can be had in several formats, which their registries tell."""

    RELEASE = "release"
    TABLE = "table"
    CUBE = "cube"
    FIGURE = "figure"


@dataclass(frozen=True)
class Parameter:
    """One of a query or a header; ``schema`` is its JSON Schema, and ``example`` a value that fits it."""

    name: str
    where: Literal["query", "header"]
    description: str
    schema: Mapping[str, Any]
    example: str | int
    required: bool = False


@dataclass(frozen=True)
class Operation:
    """What a view takes and gives.

    ``gives``: status to the model of its reply, or to the files that it is one of. ``headers`` are of these replies.
    ``takes``: the body of a POST. ``problems``: what can be wrong, besides what can be with every request.
    """

    gives: Mapping[int, type[BaseModel] | Files]
    takes: type[BaseModel] | None = None
    parameters: tuple[Parameter, ...] = ()
    headers: tuple[str, ...] = ()
    problems: tuple[Refusal | type[ParaplyError], ...] = ()


#: By the name of the view.
OPERATIONS: dict[str, Operation] = {}


def described(operation: Operation) -> Callable[[_View], _View]:
    """Says what a view of the API takes and gives; its docstring says what it does."""

    def told(view: _View) -> _View:
        OPERATIONS[view.__name__] = operation
        return view

    return told


TOKEN = Parameter(
    "token",
    "query",
    "Of the link to a survey under test, which is not found without it. Replies to it are kept by nobody.",
    {"type": "string"},
    "",
)
LANGUAGE = Parameter(
    "lang",
    "query",
    "The language of words; without it, the best of Accept-Language. One that there is not is a problem.",
    {"type": "string", "pattern": "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}$"},
    "en",
)
IDEMPOTENCY_KEY = Parameter(
    "Idempotency-Key",
    "header",
    "Decides the receipt, so it must not be guessable: a random UUID (version 4), 32 random hexadecimal digits or more,"
    " or 22 random letters and digits of base64url. Sent again with the same key, a submission is stored once.",
    {"type": "string", "pattern": "^[A-Za-z0-9_-]{22,200}$"},
    "6f1c2d3e-4b5a-4978-8c6d-5e4f3a2b1c0d",
    required=True,
)
IF_NONE_MATCH = Parameter(
    "If-None-Match",
    "header",
    "The ETag of what the client has: where that still holds, the reply is 304, without a body.",
    {"type": "string"},
    'W/"0123456789abcdef"',
)
BEFORE = Parameter(
    "before",
    "query",
    "Only releases with a lower number.",
    {"type": "integer", "minimum": 1, "maximum": MOST_RELEASES},
    61,
)
LIMIT = Parameter(
    "limit",
    "query",
    "How many releases a page has at most; in very large surveys it has fewer, and `next` tells of more.",
    {"type": "integer", "minimum": 1, "maximum": 60, "default": 60},
    12,
)


def whole_number(parameter: Parameter, call: Call, default: int) -> int:
    """The value of ``parameter``, whose schema has limits. Raises :class:`Refused` for any other."""
    given = call.query.get(parameter.name)
    if given is None:
        return default
    least, most = parameter.schema["minimum"], parameter.schema["maximum"]
    is_number = given.isascii() and given.isdigit() and len(given) <= len(str(most)) and not given.startswith("0")
    if not is_number or not least <= int(given) <= most:
        raise Refused(Refusal.UNFIT_PARAMETER, f"{parameter.name} is a whole number from {least} to {most}.")
    return int(given)
