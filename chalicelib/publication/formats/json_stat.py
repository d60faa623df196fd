"""JSON-stat 2.0 (https://json-stat.org/full/): a release as a collection of datasets, or one of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.publication.formats.cube import MISSING_IN_WORDS, Axis, Cube, Dimension, Missing, Value
from chalicelib.publication.formats.cubes import cubes_of
from chalicelib.publication.worded import WordedRelease

#: A document, or a part of one, as JSON has it.
Json = dict[str, Any]

#: What PxWeb proposes to show as columns; the other dimensions are rows.
HEADING = (Axis.EDITION, Axis.MEASURE)


def release_json_stat(worded: WordedRelease) -> str:
    """The whole release: a collection that holds a dataset a question, and one for each by group."""
    release = worded.release
    collection = {
        "version": "2.0",
        "class": "collection",
        "label": worded.words.of(release.title),
        "updated": str(release.published_on),
        **_source(worded),
        "link": {"item": [dataset(cube, worded) for cube in cubes_of(worded)]},
        "extension": _facts(worded),
    }
    return json.dumps(collection, ensure_ascii=False)


def cube_json_stat(cube: Cube, worded: WordedRelease) -> str:
    """One cube."""
    return json.dumps(dataset(cube, worded), ensure_ascii=False)


def dataset(cube: Cube, worded: WordedRelease) -> Json:
    """A cube as a dataset; ``status`` says by symbol why a number is null, ``extension.status`` what symbols mean.

    Of an outline, which has no values, it is what PxWebApi 2 tells of what can be asked for.
    """
    words = worded.words
    missing = {str(place): value for place, value in enumerate(cube.values) if isinstance(value, Missing)}
    return {
        "version": "2.0",
        "class": "dataset",
        "label": cube.title,
        "updated": str(worded.release.published_on),
        **_source(worded),
        "id": [dimension.axis for dimension in cube.dimensions],
        "size": list(cube.sizes),
        "role": {"time": [Axis.EDITION], "metric": [Axis.MEASURE]},
        "dimension": {dimension.axis: _dimension(dimension) for dimension in cube.dimensions},
        "value": [_number(value) for value in cube.values],
        "status": missing,
        "note": list(cube.notes),
        "extension": {
            **_facts(worded),
            "status": {"label": {symbol: words.translate(MISSING_IN_WORDS[symbol]) for symbol in Missing}},
            "px": {
                "tableid": cube.id,
                "language": words.language,
                "contents": cube.title,
                "heading": [each.axis for each in cube.dimensions if each.axis in HEADING],
                "stub": [each.axis for each in cube.dimensions if each.axis not in HEADING],
                "aggregallowed": False,
                "official-statistics": False,
            },
        },
    }


def _number(value: Value) -> int | float | None:
    return None if isinstance(value, Missing) else value


def _dimension(dimension: Dimension) -> Json:
    category: Json = {
        "index": {code: place for place, code in enumerate(dimension.codes)},
        "label": {each.code: each.label for each in dimension.categories},
    }
    if units := {each.code: each.unit for each in dimension.categories if each.unit}:
        category["unit"] = {code: {"base": unit.label, "decimals": unit.decimals} for code, unit in units.items()}
    return {"label": dimension.label, "category": category, "extension": {"elimination": False}}


def _source(worded: WordedRelease) -> Mapping[str, str]:
    asked_by = worded.release.asked_by
    return {"source": worded.words.of(asked_by)} if asked_by else {}


def _facts(worded: WordedRelease) -> Json:
    """What JSON-stat has no place for; the names are those of the release as JSON."""
    release = worded.release
    return {
        "survey": release.survey,
        "release": release.number,
        "method": release.method,
        "rounding_base": release.rounding_base,
        "synthetic": release.synthetic,
    }
