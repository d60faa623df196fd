"""PxWebApi 2, which Statistics Sweden and Statistics Norway publish their tables by, read only.

Each release is an API of its own, whose address is what stands in :data:`ROOT`, so that their clients can be given it.
Of https://github.com/PxTools/PxApiSpecs (PxAPI-2.yml): config, tables, metadata and data; no folders, no code lists,
no saved queries.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chalicelib.errors import Refusal, Refused
from chalicelib.locale import INTERFACE_LANGUAGES
from chalicelib.responses.decoding import decode_json
from chalicelib.services import current
from chalicelib.web.http import GET, Call, api_view, as_json, current_request
from chalicelib.web.tables import Opened, opened

if TYPE_CHECKING:
    from chalicelib.publication.formats.cube import Cube
    from chalicelib.publication.worded import WordedRelease

blueprint = Blueprint(__name__)

#: What a client is given as the API's address; ``latest`` is a release too.
ROOT = "/api/surveys/{survey}/releases/{release}/pxweb/v2"
#: What clients keep to by themselves: so many calls in so many seconds.
CALLS, SECONDS = 100, 10
#: Tables on a page of the list, and more than any survey has.
PAGE_SIZE, LARGEST_NUMBER = 100, 999_999

#: "valueCodes[answer]", in any case.
_VALUE_CODES = re.compile(r"valuecodes\[([^\[\]]*)\]")
#: Between expressions; "range(a,b)" is one.
_COMMA = re.compile(r",(?![^()]*\))")


class _Variable(BaseModel):
    """What is asked for of one variable; there are no code lists to apply."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)

    variableCode: str  # noqa: N815
    valueCodes: list[str] = Field(default_factory=lambda: ["*"])  # noqa: N815
    codeList: None = None  # noqa: N815
    codelist: None = None


class _Selection(BaseModel):
    """The body of a POST; ``placement`` changes nothing of a dataset."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)

    selection: list[_Variable] = Field(default_factory=list)
    placement: Any = None


@blueprint.route(f"{ROOT}/config", methods=GET, content_types=[])
@api_view
def show_config(call: Call, survey: str, release: str) -> Response:
    """What the API has and how much it gives at once."""
    from chalicelib.publication.formats import CUBE_FORMATS
    from chalicelib.publication.formats.selection import MAXIMUM_CELLS

    source = opened(call, survey, release)
    found = source.worded.release
    asked_by = found.asked_by or {}
    return _json(
        source,
        {
            "apiVersion": "2.0.0",
            "appVersion": "2.0.0",
            "languages": [{"id": code, "label": INTERFACE_LANGUAGES.get(code, code)} for code in found.languages],
            "defaultLanguage": found.languages[0],
            "maxDataCells": MAXIMUM_CELLS,
            "maxCallsPerTimeWindow": CALLS,
            "timeWindow": SECONDS,
            "license": "",
            "sourceReferences": [{"language": code, "text": text} for code, text in asked_by.items()],
            "defaultDataFormat": next(iter(CUBE_FORMATS)),
            "dataFormats": list(CUBE_FORMATS),
            "features": [],
        },
    )


@blueprint.route(f"{ROOT}/tables", methods=GET, content_types=[])
@api_view
def list_tables(call: Call, survey: str, release: str) -> Response:
    """The tables of the release, those alone in whose title or answers every word of ``query`` is."""
    from chalicelib.publication.formats.cubes import cubes_of

    source, query = opened(call, survey, release), _query(call)
    worded = source.worded
    words = query.get("query", "").replace("*", " ").casefold().split()
    days = _number(query, "pastdays", LARGEST_NUMBER)
    is_recent = (current().clock().date() - worded.release.published_on) <= timedelta(days=days)
    found = [cube for cube in cubes_of(worded) if is_recent and all(word in _searched(cube) for word in words)]
    size, page = _number(query, "pagesize", PAGE_SIZE), _number(query, "pagenumber", 1)
    return _json(
        source,
        {
            "language": worded.words.language,
            "tables": [_table(cube, worded) for cube in found[(page - 1) * size : page * size]],
            "page": {
                "pageNumber": page,
                "pageSize": size,
                "totalElements": len(found),
                "totalPages": max(1, ceil(len(found) / size)),
                "links": [],
            },
            "links": [],
        },
    )


@blueprint.route(f"{ROOT}/tables/{{table}}", methods=GET, content_types=[])
@api_view
def describe_table(call: Call, survey: str, release: str, table: str) -> Response:
    """What the list says of one table."""
    source = opened(call, survey, release)
    found = _table(_cube(source.worded, table), source.worded)
    return _json(source, {"language": source.worded.words.language, **found})


@blueprint.route(f"{ROOT}/tables/{{table}}/metadata", methods=GET, content_types=[])
@api_view
def show_metadata(call: Call, survey: str, release: str, table: str) -> Response:
    """A table's variables and codes, as JSON-stat without numbers."""
    from chalicelib.publication.formats.json_stat import metadata

    source = opened(call, survey, release)
    return _json(source, metadata(_cube(source.worded, table), source.worded))


@blueprint.route(f"{ROOT}/tables/{{table}}/data", methods=[*GET, "POST"], content_types=[])
@api_view
def show_data(call: Call, survey: str, release: str, table: str) -> Response:
    """A table's numbers: what the query or the body selects, and the whole of each variable that it does not name."""
    from chalicelib.publication.formats import CUBE_FORMATS
    from chalicelib.publication.formats.selection import select

    source, query = opened(call, survey, release), _query(call)
    form = CUBE_FORMATS.get(query.get("outputformat") or next(iter(CUBE_FORMATS)))
    if form is None:
        raise Refused(Refusal.BAD_SELECTION, f"outputFormat is one of {', '.join(CUBE_FORMATS)}.")
    is_post = current_request.get().method == "POST"
    cube = select(_cube(source.worded, table), _selected_by_body(call) if is_post else _selected_by(query))
    return Response(form.write(cube, source.worded), {**source.headers, "Content-Type": form.media_type})


def _selected_by(query: Mapping[str, str]) -> Mapping[str, Sequence[str]]:
    if any(name.startswith("codelist[") for name in query):
        raise Refused(Refusal.BAD_SELECTION, "There are no code lists here. Leave out codelist.")
    found = {name: _VALUE_CODES.fullmatch(name) for name in query}
    return {match[1]: _COMMA.split(query[name]) for name, match in found.items() if match}


def _selected_by_body(call: Call) -> Mapping[str, Sequence[str]]:
    if not call.body:
        return {}
    try:
        body = _Selection.model_validate(decode_json(call.body, call.content_type))
    except ValidationError:
        # Not chained: it would quote what was sent.
        raise Refused(
            Refusal.BAD_SELECTION, 'Send {"selection": [{"variableCode": "answer", "valueCodes": ["*"]}]}.'
        ) from None
    return {each.variableCode: each.valueCodes for each in body.selection}


def _cube(worded: WordedRelease, table: str) -> Cube:
    from chalicelib.publication.formats.cubes import cube_named

    cube = cube_named(worded, table)
    if cube is None:
        raise Refused(Refusal.UNKNOWN_TABLE)
    return cube


def _table(cube: Cube, worded: WordedRelease) -> dict[str, Any]:
    """A table as lists have it; its path is the section of the questionnaire."""
    from chalicelib.publication.formats.cube import TOTAL, Axis

    release, words = worded.release, worded.words
    edition = next(dimension for dimension in cube.dimensions if dimension.axis is Axis.EDITION)
    periods = [category.label for category in edition.categories if category.code != TOTAL]
    return {
        "type": "Table",
        "id": cube.id,
        "label": cube.title,
        "description": " ".join(cube.notes),
        "updated": f"{release.published_on}T00:00:00Z",
        "firstPeriod": periods[0] if periods else None,
        "lastPeriod": periods[-1] if periods else None,
        "category": "public",
        "variableNames": [dimension.label for dimension in cube.dimensions],
        "discontinued": False,
        "source": words.of(release.asked_by or {}),
        "timeUnit": "Other",
        "paths": [
            [{"id": section.id, "label": words.of(section.label or {})}]
            for section in release.sections
            if section.id and cube.question in {question.id for question in section.questions}
        ],
        "links": [],
    }


def _searched(cube: Cube) -> str:
    labels = (category.label for dimension in cube.dimensions for category in dimension.categories)
    return " ".join([cube.id, cube.title, *labels]).casefold()


def _query(call: Call) -> Mapping[str, str]:
    """Names of parameters in any case, as PxWeb takes them."""
    return {name.lower(): value for name, value in call.query.items()}


def _number(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name, "") or str(default)
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and int(text)):
        raise Refused(Refusal.BAD_SELECTION, f"{name} is a whole number from 1 to {LARGEST_NUMBER}.")
    return int(text)


def _json(source: Opened, body: Any) -> Response:
    reply = as_json(body)
    reply.headers.update(source.headers)
    return reply
