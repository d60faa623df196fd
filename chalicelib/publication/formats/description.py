"""What describes the CSV to programs: CSV on the Web (W3C 2015) and a data package (Data Package v1, Frictionless)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.publication.formats.columns import COLUMNS, TOGETHER, Column, Holds
from chalicelib.publication.notes import meaning_of, meaning_of_ranges
from chalicelib.publication.sampling import caution
from chalicelib.publication.worded import WordedRelease
from chalicelib.publication.words import joined

#: What the columns are described in, whatever language the file is in.
_OF_COLUMNS = "en"
_CSVW_TYPES: Mapping[Holds, str] = {"text": "string", "number": "integer", "numbers": "integer", "date": "date"}
_PACKAGE_TYPES: Mapping[Holds, str] = {"text": "string", "number": "integer", "numbers": "string", "date": "date"}


def release_csvw(worded: WordedRelease) -> str:
    """Metadata of the CSV by the W3C's "Metadata Vocabulary for Tabular Data", where readers look: beside the file.

    It has no licence, which is the publisher's to give.
    """
    language = worded.words.language
    metadata = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": language}],
        "url": _csv_beside(worded),
        "dc:title": worded.words.of(worded.release.title),
        "dc:description": _description(worded),
        **({"dc:publisher": worded.words.of(worded.release.asked_by)} if worded.release.asked_by else {}),
        "dc:issued": {"@value": str(worded.release.published_on), "@type": "xsd:date"},
        "dc:language": language,
        "dialect": {"encoding": "utf-8", "delimiter": ",", "header": True, "lineTerminators": ["\r\n"]},
        "tableSchema": {"columns": [_csvw_column(column) for column in COLUMNS]},
    }
    return _written(metadata)


def _csvw_column(column: Column) -> Mapping[str, Any]:
    return {
        "name": column.name,
        "titles": column.name,
        "dc:description": {"@value": column.says, "@language": _OF_COLUMNS},
        "datatype": _CSVW_TYPES[column.holds],
        "null": [""],
        **({"required": True} if column.is_always_told else {}),
        **({"separator": TOGETHER} if column.holds == "numbers" else {}),
    }


def release_package(worded: WordedRelease) -> str:
    """The CSV described as a data package of one resource. It has no licence, which is the publisher's to give."""
    release = worded.release
    package = {
        "profile": "tabular-data-package",
        "name": release.survey,
        "title": worded.words.of(release.title),
        "description": _description(worded),
        "version": str(release.number),
        "created": f"{release.published_on}T00:00:00Z",
        **({"contributors": [_publisher(worded)]} if release.asked_by else {}),
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": f"{release.survey}-{release.number}",
                "path": _csv_beside(worded),
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "header": True},
                "schema": {"fields": [_field(column) for column in COLUMNS], "missingValues": [""]},
            }
        ],
    }
    return _written(package)


def _publisher(worded: WordedRelease) -> Mapping[str, str]:
    return {"title": worded.words.of(worded.release.asked_by or {}), "role": "publisher"}


def _field(column: Column) -> Mapping[str, Any]:
    required = {"constraints": {"required": True}} if column.is_always_told else {}
    return {
        "name": column.name,
        "type": _PACKAGE_TYPES[column.holds],
        "description": column.says,
        **required,
    }


def _csv_beside(worded: WordedRelease) -> str:
    """Where the CSV in the same language is, from here; without a language it is in the first."""
    language = worded.words.language
    return f"{worded.release.number}.csv" + ("" if language == worded.release.languages[0] else f"?lang={language}")


def _description(worded: WordedRelease) -> str:
    release, words = worded.release, worded.words
    texts = (meaning_of(release, words), meaning_of_ranges(release, words), caution(release, words.translate))
    return joined(" ", filter(None, texts))


def _written(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1)
