"""PxWebApi 2, which Statistics Sweden and Statistics Norway publish their tables by, read only.

Each release is an API of its own, whose address is what stands in :data:`ROOT`, so that their clients can be given it.
Of https://github.com/PxTools/PxApiSpecs (PxAPI-2.yml): config, tables, metadata and data; no folders, no code lists,
no saved queries.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chalicelib.errors import Refusal, Refused
from chalicelib.locale import INTERFACE_LANGUAGES
from chalicelib.responses.decoding import decode_json
from chalicelib.services import current
from chalicelib.web.http import SHARED, Call, api_view, as_kept, current_request, shared
from chalicelib.web.operations import (
    IF_NONE_MATCH,
    LANGUAGE,
    TOKEN,
    AnyObject,
    Files,
    Operation,
    Parameter,
    described,
)
from chalicelib.web.readers import OPENING, Opened, opened

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
#: An expression and the comma before it; "range(a,b)" is one.
_EXPRESSION = re.compile(r"(?:^|,)((?:\([^()]*\)|[^,])*)")


def _whole(name: str, description: str, example: int) -> Parameter:
    schema = {"type": "integer", "minimum": 1, "maximum": LARGEST_NUMBER}
    return Parameter(name, "query", description, schema, example)


SEARCH = (
    Parameter("query", "query", "Words that are in the title or the answers.", {"type": "string"}, ""),
    _whole("pastDays", "Only of a release that is no older.", 30),
    _whole("pageSize", "How many tables a page has at most.", PAGE_SIZE),
    _whole("pageNumber", "Which page, from 1 on.", 1),
)
OUTPUT_FORMAT = Parameter(
    "outputFormat",
    "query",
    "What the numbers come in; `valueCodes[variable]` beside it selects codes of a variable, as PxWebApi 2 says.",
    {"enum": ["json-stat2", "px", "csv"]},
    "json-stat2",
)
_WITH_TABLE = (*OPENING, Refusal.UNKNOWN_TABLE)
#: What the smaller routes have in common.
DESCRIBED = described(
    Operation(
        gives={200: AnyObject},
        parameters=(LANGUAGE, TOKEN, IF_NONE_MATCH),
        headers=("ETag",),
        problems=_WITH_TABLE,
    )
)


class SelectedVariable(BaseModel):
    """What is asked for of one variable; there are no code lists to apply."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True)

    variableCode: str  # noqa: N815
    valueCodes: list[str] = Field(default_factory=lambda: ["*"], min_length=1)  # noqa: N815
    codeList: None = None  # noqa: N815
    codelist: None = None


class Selection(BaseModel):
    """The body of a POST; ``placement`` changes nothing of a dataset."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True)

    selection: list[SelectedVariable] = Field(default_factory=list)
    placement: Any = None


@blueprint.route(f"{ROOT}/config", methods=SHARED, content_types=[])
@shared
@api_view
@DESCRIBED
def show_config(call: Call, survey: str, release: str) -> Response:
    """What the API has and how much it gives at once."""
    from chalicelib.publication.formats import CUBE_FORMATS
    from chalicelib.publication.formats.selection import MAXIMUM_CELLS

    source = opened(call, survey, release)
    found = source.worded.release
    asked_by = found.asked_by or {}
    return _json(
        call,
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


@blueprint.route(f"{ROOT}/tables", methods=SHARED, content_types=[])
@shared
@api_view
@described(
    Operation(
        gives={200: AnyObject},
        parameters=(*SEARCH, LANGUAGE, TOKEN, IF_NONE_MATCH),
        headers=("ETag",),
        problems=(*OPENING, Refusal.BAD_SELECTION),
    )
)
def list_tables(call: Call, survey: str, release: str) -> Response:
    """The tables of the release, those alone in whose title or answers every word of ``query`` is."""
    from chalicelib.publication.formats.cubes import outlines_of

    source, query = opened(call, survey, release), _query(call)
    worded = source.worded
    words = set(query.get("query", "").replace("*", " ").casefold().split())
    days = _number(query, "pastdays", LARGEST_NUMBER)
    is_recent = (current().clock().date() - worded.release.published_on) <= timedelta(days=days)
    found = [cube for cube in outlines_of(worded) if is_recent and _has(cube, words)]
    size, page = _number(query, "pagesize", PAGE_SIZE), _number(query, "pagenumber", 1)
    return _json(
        call,
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


@blueprint.route(f"{ROOT}/tables/{{table}}", methods=SHARED, content_types=[])
@shared
@api_view
@DESCRIBED
def describe_table(call: Call, survey: str, release: str, table: str) -> Response:
    """What the list says of one table."""
    source = opened(call, survey, release)
    found = _table(_outline(source.worded, table), source.worded)
    return _json(call, source, {"language": source.worded.words.language, **found})


@blueprint.route(f"{ROOT}/tables/{{table}}/metadata", methods=SHARED, content_types=[])
@shared
@api_view
@DESCRIBED
def show_metadata(call: Call, survey: str, release: str, table: str) -> Response:
    """A table's variables and codes, as JSON-stat without numbers."""
    from chalicelib.publication.formats.json_stat import dataset

    source = opened(call, survey, release)
    return _json(call, source, dataset(_outline(source.worded, table), source.worded))


@blueprint.route(f"{ROOT}/tables/{{table}}/data", methods=[*SHARED, "POST"], content_types=[])
@shared
@api_view
@described(
    Operation(
        gives={200: Files.CUBE},
        takes=Selection,
        parameters=(OUTPUT_FORMAT, LANGUAGE, TOKEN, IF_NONE_MATCH),
        headers=("ETag",),
        problems=(
            *(*OPENING, Refusal.UNKNOWN_TABLE, Refusal.BAD_SELECTION, Refusal.TOO_MANY_CELLS, Refusal.MALFORMED_JSON),
            *(Refusal.NOT_UTF8, Refusal.DUPLICATE_KEYS, Refusal.TOO_DEEP, Refusal.BODY_TOO_LARGE),
            Refusal.UNSUPPORTED_MEDIA_TYPE,
        ),
    )
)
def show_data(call: Call, survey: str, release: str, table: str) -> Response:
    """A table's numbers: what the query or the body selects, and the whole of each variable that it does not name."""
    from chalicelib.publication.formats import CUBE_FORMATS
    from chalicelib.publication.formats.selection import select

    source, query = opened(call, survey, release), _query(call)
    form = CUBE_FORMATS.get(query.get("outputformat", next(iter(CUBE_FORMATS))))
    if form is None:
        raise Refused(Refusal.BAD_SELECTION, f"outputFormat is one of {', '.join(CUBE_FORMATS)}.")
    is_post = current_request.get().method == "POST"
    cube = select(_cube(source.worded, table), _selected_by_body(call) if is_post else _selected_by(query))
    written = form.write(cube, source.worded)
    if is_post:
        return Response(written, {"Content-Type": form.media_type})
    return as_kept(written, call, source.headers, form.media_type)


def _selected_by(query: Mapping[str, str]) -> Mapping[str, Sequence[str]]:
    if any(name.startswith("codelist[") for name in query):
        raise Refused(Refusal.BAD_SELECTION, "There are no code lists here. Leave out codelist.")
    found = {name: _VALUE_CODES.fullmatch(name) for name in query}
    return {match[1]: _EXPRESSION.findall(query[name]) for name, match in found.items() if match}


def _selected_by_body(call: Call) -> Mapping[str, Sequence[str]]:
    if not call.body:
        return {}
    try:
        body = Selection.model_validate(decode_json(call.body, call.content_type))
    except ValidationError:
        # Not chained: it would quote what was sent.
        raise Refused(
            Refusal.BAD_SELECTION, 'Send {"selection": [{"variableCode": "answer", "valueCodes": ["*"]}]}.'
        ) from None
    return {each.variableCode: each.valueCodes for each in body.selection}


def _cube(worded: WordedRelease, table: str) -> Cube:
    from chalicelib.publication.formats.cubes import cube_named

    return _known(cube_named(worded, table))


def _outline(worded: WordedRelease, table: str) -> Cube:
    from chalicelib.publication.formats.cubes import outline_named

    return _known(outline_named(worded, table))


def _known(cube: Cube | None) -> Cube:
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


def _has(cube: Cube, words: Collection[str]) -> bool:
    labels = (category.label for dimension in cube.dimensions for category in dimension.categories)
    searched = " ".join([cube.id, cube.title, *labels]).casefold()
    return all(word in searched for word in words)


def _query(call: Call) -> Mapping[str, str]:
    """Names of parameters in any case, as PxWeb takes them."""
    return {name.lower(): value for name, value in call.query.items()}


def _number(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and text[0] != "0"):
        raise Refused(Refusal.BAD_SELECTION, f"{name} is a whole number from 1 to {LARGEST_NUMBER}.")
    return int(text)


def _json(call: Call, source: Opened, body: Any) -> Response:
    return as_kept(json.dumps(body, ensure_ascii=False), call, source.headers)
