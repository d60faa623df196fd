"""The API in OpenAPI 3.1: made of the route table, of what stands beside the views, and of the models of bodies."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from chalice.app import RouteEntry
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from chalicelib.errors import (
    ParaplyError,
    Refusal,
    Refused,
    StorageError,
    StoreUnavailable,
    TokenRefused,
    UnreadableRecord,
    in_english,
)
from chalicelib.publication.figure_file import MEDIA_TYPE, SUFFIX
from chalicelib.publication.formats import CUBE_FORMATS, FORMATS, TABLE_FORMATS
from chalicelib.publication.formats.json_file import PublicRelease
from chalicelib.publication.worded import WordedRelease
from chalicelib.web.bodies import INTERNAL, ProblemDocument
from chalicelib.web.examples import examples, release
from chalicelib.web.http import JSON, PROBLEM_JSON, is_of_api
from chalicelib.web.operations import IF_NONE_MATCH, OPERATIONS, Files, Operation, Parameter

Json = dict[str, Any]

#: Beside what :data:`OPERATIONS` name, at every route: on our side.
ALWAYS = (ParaplyError, StorageError, StoreUnavailable, UnreadableRecord)
HEADERS: Mapping[str, str] = {
    "ETag": "A weak tag of the reply, for If-None-Match.",
    "Link": 'The page of earlier releases, rel="next", where there is one (RFC 8288).',
    "Content-Disposition": "What the file is to be called; not of the JSON.",
}
#: Of results that are held until they are announced.
ANALYST = "analyst"
SCHEME: Mapping[str, str] = {
    "type": "http",
    "scheme": "bearer",
    "description": "A token of the survey's operators. It opens results that are not announced yet, and is needed for"
    " no others.",
}
DESCRIPTION = """Surveys, submissions to them, and their published results.

Errors are problem documents (RFC 9457): tell them apart by `code`, which stays. HEAD is answered wherever GET is; a \
method that is not listed gets 405 with Allow. What may be kept has an ETag, and 304 answers who has it. Releases, \
their files and this document may be read by pages of every site; questionnaires and submissions may not. What the \
numbers can mean: docs/analysts.md."""


def document(routes: Mapping[str, Sequence[RouteEntry]]) -> str:
    """The document, as JSON. ``routes``: the app's, by path; those of pages are passed over."""
    paths = {path: _path(path, entries) for path, entries in routes.items() if is_of_api(path)}
    told = {
        "openapi": "3.1.0",
        "info": {
            "title": "Paraply",
            "version": "1",
            "description": DESCRIPTION,
            "license": {"name": "Apache 2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": ".", "description": "Where this document was found."}],
        "paths": paths,
        "components": {"schemas": _schemas(), "securitySchemes": {ANALYST: SCHEME}},
    }
    # Docstrings mark code as reStructuredText does, descriptions as Markdown does.
    return json.dumps(told, ensure_ascii=False).replace("``", "`")


# --- paths ----------------------------------------------------------------------------------------------------------


def _path(path: str, entries: Sequence[RouteEntry]) -> Json:
    in_path = [_parameter_in_path(name, path) for name in re.findall(r"{(\w+)}", path)]
    return {entry.method.lower(): _operation(entry, in_path) for entry in entries}


def _parameter_in_path(name: str, path: str) -> Json:
    suffixes = "|".join(re.escape(suffix) for suffix in FORMATS if suffix) if path.endswith("{release}") else ""
    of_file = f"; then, for a file, one of {', '.join(filter(None, FORMATS))}" if suffixes else ""
    tables = f"Its name, then one of {', '.join(TABLE_FORMATS)}." if path.endswith("{table}") else "Its name."
    patterns: Mapping[str, tuple[Json, str, str]] = {
        "survey": (
            {"type": "string", "pattern": "^[a-z][a-z0-9-]*$", "minLength": 3, "maxLength": 60},
            "The survey's id, as in its link.",
            "housing",
        ),
        "release": (
            {"type": "string", "pattern": f"^(latest|[1-9][0-9]{{0,5}})({suffixes})?$"},
            f"Its number, or `latest`{of_file}.",
            "latest",
        ),
        "table": ({"type": "string"}, tables, "moved.csv" if path.endswith("/tables/{table}") else "moved"),
        "question": ({"type": "string"}, f"The id of a question, then {SUFFIX}.", f"moved{SUFFIX}"),
    }
    schema, description, example = patterns[name]
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": schema,
        "example": example,
    }


def _operation(entry: RouteEntry, in_path: list[Json]) -> Json:
    view, method = entry.view_function, entry.method
    name = view.__name__ if method == "GET" else f"{view.__name__}_{method.lower()}"
    operation: Json = {"operationId": name, "summary": str(view.__doc__).partition("\n")[0]}
    if method == "OPTIONS":
        # Answered for any path: nothing is looked up.
        operation["parameters"] = [{**each, "schema": {"type": "string"}} for each in in_path]
        return operation | {"responses": {"204": {"description": "Scripts of every site may ask by GET and HEAD."}}}
    told = OPERATIONS[view.__name__]
    if method == "POST":
        # What is made of a body is kept by nobody.
        parameters = tuple(each for each in told.parameters if each is not IF_NONE_MATCH)
        told = replace(told, parameters=parameters, headers=())
    operation["parameters"] = in_path + [_parameter(parameter) for parameter in told.parameters]
    if TokenRefused in told.problems:
        operation["security"] = [{}, {ANALYST: []}]
    if told.takes and method == "POST":
        content = {JSON: {"schema": _reference(told.takes), "example": examples()[told.takes]}}
        is_needed = any(field.is_required() for field in told.takes.model_fields.values())
        operation["requestBody"] = {"required": is_needed, "content": content}
    return operation | {"responses": dict(_responses(told, with_content=method != "HEAD"))}


def _parameter(parameter: Parameter) -> Json:
    return {
        "name": parameter.name,
        "in": parameter.where,
        "required": parameter.required,
        "description": parameter.description,
        "schema": dict(parameter.schema),
        "example": parameter.example,
    }


# --- responses ------------------------------------------------------------------------------------------------------


def _responses(told: Operation, with_content: bool) -> Iterator[tuple[str, Json]]:
    headers = {name: {"description": HEADERS[name], "schema": {"type": "string"}} for name in told.headers}
    for status, model in told.gives.items():
        reply: Json = {"description": "Done." if told.takes else "Found.", "headers": headers}
        yield str(status), reply | ({"content": _content(model)} if with_content else {})
    if "ETag" in headers:
        tag = {"ETag": headers["ETag"]}
        yield "304", {"description": "It is as it was when the client got its ETag.", "headers": tag}
    for status, group in groupby(sorted(_problems(told), key=_status_and_code), key=lambda error: error.status):
        yield str(status), _problem_response(list(group), with_content)


def _content(model: type[BaseModel] | Files) -> Json:
    if not isinstance(model, Files):
        example = {"example": examples()[model]} if model in examples() else {}
        return {JSON: {"schema": _reference(model), **example}}
    if model is Files.RELEASE:
        return dict(_formats())
    types: Mapping[Files, Iterable[str]] = {
        Files.TABLE: (form.media_type for form in TABLE_FORMATS.values()),
        Files.CUBE: (form.media_type for form in CUBE_FORMATS.values()),
        Files.FIGURE: (MEDIA_TYPE,),
    }
    return {media_type.partition(";")[0]: {"schema": {}} for media_type in types[model]}


def _formats() -> Iterator[tuple[str, Json]]:
    """Each media type that a release can be had in; those of text by example."""
    types = sorted(FORMATS.values(), key=lambda form: form.media_type)
    for media_type, forms in groupby(types, key=lambda form: form.media_type.partition(";")[0]):
        schemas, shown = [], {}
        for form in forms:
            schemas.append({} if form.suffix else _reference(PublicRelease))
            written = form.write(WordedRelease.of(release(), "en", in_english))
            if isinstance(written, str):
                shown[form.name] = {"value": json.loads(written) if form.media_type == JSON else written}
        schema = {"anyOf": schemas} if len(schemas) > 1 else schemas[0]
        yield media_type, {"schema": schema} | ({"examples": shown} if shown else {})


def _problems(told: Operation) -> Iterator[ParaplyError]:
    for each in (*told.problems, *ALWAYS):
        yield Refused(each) if isinstance(each, Refusal) else _made(each)


def _made(error: type[ParaplyError]) -> ParaplyError:
    """One of that class, whatever it is made of: its code, status and title are the class's."""
    made = error.__new__(error)
    ParaplyError.__init__(made)
    return made


def _status_and_code(error: ParaplyError) -> tuple[int, str]:
    return error.status, error.code


def _problem_response(errors: Sequence[ParaplyError], with_content: bool) -> Json:
    reply: Json = {"description": "\n".join(f"`{error.code}`: {error.title}" for error in errors)}
    if with_content:
        codes = {"properties": {"code": {"enum": [error.code for error in errors]}}}
        shown = {error.code: {"value": _problem(error)} for error in errors}
        schema = {"allOf": [_reference(ProblemDocument), codes]}
        reply["content"] = {PROBLEM_JSON: {"schema": schema, "examples": shown}}
    return reply


def _problem(error: ParaplyError) -> Json:
    kind = {"type": f"urn:paraply:problem:{error.code}", "status": error.status, "code": error.code}
    return {"title": error.title, **kind}


# --- schemas --------------------------------------------------------------------------------------------------------


def _reference(model: type[BaseModel]) -> Json:
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def _schemas() -> Json:
    bodies = (body for told in OPERATIONS.values() for body in (*told.gives.values(), told.takes))
    models = [body for body in bodies if isinstance(body, type)]
    # What is left out where it is not given has the schema of what is taken.
    taken: dict[type[BaseModel], JsonSchemaMode] = dict.fromkeys([*models, ProblemDocument], "validation")
    taken[PublicRelease] = "serialization"
    _, found = models_json_schema(list(taken.items()), ref_template="#/components/schemas/{model}")
    schemas: Json = found["$defs"]
    schemas[ProblemDocument.__name__]["oneOf"] = [_type_of(error) for error in problem_types()]
    for name in INTERNAL["languages"]["__all__"]:
        del schemas["Translation"]["properties"][name]
    return schemas


def problem_types() -> Iterable[ParaplyError]:
    """One error of every type there is, in the order of status and code."""
    found = [Refused(refusal) for refusal in Refusal] + [_made(kind) for kind in _kinds(ParaplyError)]
    return sorted({error.code: error for error in found}.values(), key=_status_and_code)


def _kinds(kind: type[ParaplyError]) -> Iterator[type[ParaplyError]]:
    """``kind`` and what comes of it, the errors of operators left out, which stand elsewhere."""
    if kind.__module__ == ParaplyError.__module__ and kind is not Refused:
        yield kind
    for below in kind.__subclasses__():
        yield from _kinds(below)


def _type_of(error: ParaplyError) -> Json:
    facts = {name: {"const": value} for name, value in _problem(error).items() if name != "title"}
    return {"title": error.code, "description": error.title, "properties": facts}
