"""From the bytes of a request to raw answers: the outermost check, which trusts nothing.

Errors of the decoders are not chained: they quote the input (P12).
"""

from __future__ import annotations

import json
import re
from binascii import unhexlify
from collections.abc import Mapping
from typing import Any

from chalicelib.errors import Refusal, Refused

#: Of JSON. A form may be larger, so that it comes back with what is too long: browsers send a letter in six bytes.
MAXIMUM_BODY = 256 * 1024
MAXIMUM_FORM = 1024 * 1024
MAXIMUM_FIELDS = 500
MAXIMUM_DEPTH = 20
FORM, JSON = "application/x-www-form-urlencoded", "application/json"

_HEXADECIMAL = re.compile(r"[0-9a-fA-F]{32,200}")
_BASE64URL = re.compile(r"[A-Za-z0-9_-]{22,200}")
#: RFC 9562, version 4: 122 random bits. Those of other versions are made of the time, or of names.
_RANDOM_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE)
#: Of random keys with 32 digits, one in 5 billion has fewer different ones; with 8 it would be one in 27 million.
_FEWEST_DIFFERENT = 7
_CONTAINERS = (dict, list)
_ESCAPES = re.compile(rb"(?:%[0-9a-fA-F]{2})+")
#: The form's own field; a language's tag, as definitions have it.
_LANGUAGE = re.compile(rb"(?:^|&)_language=([A-Za-z0-9-]{2,12})(?:&|$)")


def decode_form(body: bytes, content_type: str) -> dict[str, list[str]]:
    """The fields of a posted form by name, empty ones included."""
    _check(body, content_type, FORM, MAXIMUM_FORM)
    if body.count(b"&") >= MAXIMUM_FIELDS:
        raise Refused(Refusal.TOO_MANY_FIELDS)
    fields: dict[str, list[str]] = {}
    try:
        for pair in filter(None, body.split(b"&")):
            name, _, value = pair.partition(b"=")
            fields.setdefault(_unescaped(name), []).append(_unescaped(value))
    except UnicodeDecodeError:
        raise Refused(Refusal.NOT_UTF8) from None
    return fields


def _unescaped(text: bytes) -> str:
    """What a form wrote as ``text``. A percent sign that begins no escape is one.

    :func:`urllib.parse.parse_qs` does the same, in up to 700 ms a MiB where such signs stand between letters.
    """
    spaced = text.replace(b"+", b" ")
    return _ESCAPES.sub(lambda found: unhexlify(found.group().replace(b"%", b"")), spaced).decode("utf-8")


def language_of(body: bytes) -> str | None:
    """The language that a posted form says it is in, whether or not the form can be read."""
    found = _LANGUAGE.search(body)
    return found.group(1).decode("ascii") if found else None


def decode_json(body: bytes, content_type: str) -> Mapping[str, Any]:
    """The object that a JSON body holds; stricter than :mod:`json`, which takes NaN, repeated keys and surrogates."""
    _check(body, content_type, JSON, MAXIMUM_BODY)
    try:
        value = json.loads(body.decode("utf-8"), object_pairs_hook=_object, parse_constant=_refuse_constant)
        if _depth(value) > MAXIMUM_DEPTH:
            raise Refused(Refusal.TOO_DEEP)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except (UnicodeDecodeError, UnicodeEncodeError):
        raise Refused(Refusal.NOT_UTF8) from None
    except RecursionError as error:
        raise Refused(Refusal.TOO_DEEP) from error
    except ValueError:
        raise Refused(Refusal.MALFORMED_JSON) from None
    if not isinstance(value, dict):
        raise Refused(Refusal.MALFORMED_JSON)
    return value


def idempotency_nonce(key: str | None) -> bytes:
    """The nonce of an API submission: the client's Idempotency-Key, if it can hold 122 random bits or more."""
    key = key or ""
    strong = _HEXADECIMAL.fullmatch(key) or _RANDOM_UUID.fullmatch(key)
    # Hexadecimal digits with dashes are otherwise a UUID that is not random, or part of one.
    if not strong and not _looks_hexadecimal(key):
        strong = _BASE64URL.fullmatch(key)
    if not strong or len(set(key.lower())) < _FEWEST_DIFFERENT:
        raise Refused(Refusal.WEAK_IDEMPOTENCY_KEY)
    return b"api:" + key.encode("ascii")


def _looks_hexadecimal(key: str) -> bool:
    return not set(key.lower().replace("-", "")) - set("0123456789abcdef")


def _check(body: bytes, content_type: str, expected: str, most: int) -> None:
    if len(body) > most:
        raise Refused(Refusal.BODY_TOO_LARGE)
    if content_type.partition(";")[0].strip().lower() != expected:
        raise Refused(Refusal.UNSUPPORTED_MEDIA_TYPE)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Refused(Refusal.DUPLICATE_KEYS)
    if len(found) > MAXIMUM_FIELDS:
        raise Refused(Refusal.TOO_MANY_FIELDS)
    return found


def _refuse_constant(name: str) -> None:
    raise Refused(Refusal.MALFORMED_JSON)


def _depth(value: object) -> int:
    """How many objects and lists lie inside each other; level by level, since there may be 100,000 of them."""
    depth, inside = 0, [value]
    while outer := [each for each in inside if isinstance(each, _CONTAINERS)]:
        depth += 1
        inside = [each for one in outer for each in (one.values() if isinstance(one, dict) else one)]
    return depth
