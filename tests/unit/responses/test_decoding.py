"""What is refused before anything is looked at, and what passes at the very limit."""

from __future__ import annotations

import json
import traceback
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import Refusal, Refused
from chalicelib.responses.decoding import (
    MAXIMUM_BODY,
    MAXIMUM_DEPTH,
    MAXIMUM_FIELDS,
    MAXIMUM_FORM,
    decode_form,
    decode_json,
    idempotency_nonce,
    language_of,
)
from tests.builders import FORM_TYPE, JSON_TYPE

CANARY = "canary-8c1f"


@contextmanager
def refused(*reasons: Refusal) -> Iterator[None]:
    with pytest.raises(Refused) as caught:
        yield
    assert caught.value.refusal in reasons


def object_of_depth(depth: int) -> bytes:
    """An object, and in it lists down to ``depth``, a number inside the innermost."""
    return b'{"a":' + b"[" * (depth - 1) + b"1" + b"]" * (depth - 1) + b"}"


# --- both ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decode", "kind", "most"), [(decode_form, FORM_TYPE, MAXIMUM_FORM), (decode_json, JSON_TYPE, MAXIMUM_BODY)]
)
def test_body_over_the_cap_is_refused(decode: Any, kind: str, most: int) -> None:
    with refused(Refusal.BODY_TOO_LARGE):
        decode(b"a" * (most + 1), kind)


def test_body_at_the_cap_is_read() -> None:
    assert decode_form(b"a=".ljust(MAXIMUM_FORM, b"x"), FORM_TYPE)["a"] == ["x" * (MAXIMUM_FORM - 2)]
    assert decode_json(b'{"a": 1}'.ljust(MAXIMUM_BODY), JSON_TYPE) == {"a": 1}


@pytest.mark.parametrize("given_type", ["", "text/plain", "multipart/form-data; boundary=x", "application/jsonx", ";"])
def test_missing_or_other_media_type_is_refused(given_type: str) -> None:
    for decode in (decode_form, decode_json):
        with refused(Refusal.UNSUPPORTED_MEDIA_TYPE):
            decode(b"{}", given_type)


def test_form_and_json_are_not_taken_for_each_other() -> None:
    with refused(Refusal.UNSUPPORTED_MEDIA_TYPE):
        decode_form(b"a=1", JSON_TYPE)
    with refused(Refusal.UNSUPPORTED_MEDIA_TYPE):
        decode_json(b"{}", FORM_TYPE)


@pytest.mark.parametrize("suffix", ["; charset=utf-8", " ;charset=UTF-8", ";"])
def test_media_type_may_have_parameters_and_capitals(suffix: str) -> None:
    assert decode_form(b"a=1", FORM_TYPE.title() + suffix) == {"a": ["1"]}
    assert decode_json(b"{}", JSON_TYPE.upper() + suffix) == {}


@pytest.mark.parametrize(
    ("body", "language"),
    [
        (b"_language=ar", "ar"),
        (b"wish=\xff&_language=sv&x=1", "sv"),
        (b"wish=" + b"%D9" * 500_000 + b"&_language=pt-BR", "pt-BR"),
        (b"wish=1", None),
        (b"my_language=sv", None),
        (b"_language=", None),
        (b"_language=%3Cb%3E", None),
        (b"_language=" + b"a" * 13, None),
    ],
)
def test_language_of_a_form_is_found_whether_or_not_it_can_be_read(body: bytes, language: str | None) -> None:
    assert language_of(body) == language


# --- forms -----------------------------------------------------------------------------------------------------------


def test_form_keeps_empty_fields_and_repeated_ones() -> None:
    assert decode_form(b"a=&b=1&b=2&c=%C3%A5+%2B", FORM_TYPE) == {"a": [""], "b": ["1", "2"], "c": ["å +"]}


def test_form_of_500_fields_is_read_and_of_501_refused() -> None:
    assert len(decode_form(b"&".join(b"f%d=1" % number for number in range(MAXIMUM_FIELDS)), FORM_TYPE)) == 500
    with refused(Refusal.TOO_MANY_FIELDS):
        decode_form(b"&".join([b"a=1"] * (MAXIMUM_FIELDS + 1)), FORM_TYPE)


@pytest.mark.parametrize("body", [b"a=%FF", b"a=%C3", b"%E5=1", b"a=%ED%A0%80", b"a=\xff", b"a=%C0%80"])
def test_form_that_is_not_utf8_is_refused(body: bytes) -> None:
    with refused(Refusal.NOT_UTF8):
        decode_form(body, FORM_TYPE)


@given(st.text(st.sampled_from("abF9%+=&;å "), max_size=40))
@settings(max_examples=300, deadline=None)
def test_form_is_read_as_the_standard_library_reads_it(body: str) -> None:
    try:
        expected = parse_qs(body, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        with refused(Refusal.NOT_UTF8):
            decode_form(body.encode(), FORM_TYPE)
    else:
        assert decode_form(body.encode(), FORM_TYPE) == expected


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_a_form_or_a_clear_error_P12(body: bytes) -> None:
    with suppress(Refused):
        json.dumps(decode_form(body, FORM_TYPE), ensure_ascii=False).encode("utf-8")


# --- JSON ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "1" * 5000])
def test_number_that_is_none_or_has_no_end_is_refused(number: str) -> None:
    for body in (f'{{"a": {number}}}', f'{{"a": [{{"b": {number}}}]}}'):
        with refused(Refusal.MALFORMED_JSON):
            decode_json(body.encode(), JSON_TYPE)


@pytest.mark.parametrize("body", ["", "{", '{"a"}', "{'a': 1}", '{"a": 1,}', '{"a": 1} x', "\ufeff{}", '{"a": "\x00"}'])
def test_what_is_not_json_is_refused(body: str) -> None:
    with refused(Refusal.MALFORMED_JSON):
        decode_json(body.encode(), JSON_TYPE)


@pytest.mark.parametrize("body", ["[]", "null", "1", '"text"', "true", '[{"a": 1}]'])
def test_json_that_is_not_an_object_is_refused(body: str) -> None:
    with refused(Refusal.MALFORMED_JSON):
        decode_json(body.encode(), JSON_TYPE)


@pytest.mark.parametrize("body", ['{"a": 1, "a": 1}', '{"a": {"b": 1, "b": 2}}', '[{"a": 1, "\\u0061": 2}]'])
def test_key_that_is_named_twice_is_refused(body: str) -> None:
    with refused(Refusal.DUPLICATE_KEYS):
        decode_json(body.encode(), JSON_TYPE)


@pytest.mark.parametrize(
    "body", [b'{"a": "\\ud800"}', b'{"\\udfff": 1}', b'{"a": ["\\udc00\\ud800"]}', b'{"a": "\xe5"}']
)
def test_json_with_a_lone_surrogate_or_not_utf8_is_refused(body: bytes) -> None:
    with refused(Refusal.NOT_UTF8):
        decode_json(body, JSON_TYPE)


def test_escaped_pair_of_surrogates_is_the_character() -> None:
    assert decode_json(b'{"a": "\\ud83d\\ude00"}', JSON_TYPE) == {"a": "😀"}


def test_json_20_levels_deep_is_read_and_21_refused() -> None:
    assert decode_json(object_of_depth(MAXIMUM_DEPTH), JSON_TYPE)
    with refused(Refusal.TOO_DEEP):
        decode_json(object_of_depth(MAXIMUM_DEPTH + 1), JSON_TYPE)


@pytest.mark.parametrize("levels", [500, 900, 2_000, 100_000])
@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_brackets_without_end_are_refused_and_not_a_crash(levels: int, opening: bytes) -> None:
    with refused(Refusal.TOO_DEEP, Refusal.MALFORMED_JSON, Refusal.BODY_TOO_LARGE):
        decode_json(opening * levels, JSON_TYPE)
    with refused(Refusal.TOO_DEEP, Refusal.BODY_TOO_LARGE):
        decode_json(opening * levels + b"1" + (b"]" if opening == b"[" else b"}") * levels, JSON_TYPE)


def test_json_object_of_more_than_500_keys_is_refused() -> None:
    keys = {f"k{number}": 1 for number in range(MAXIMUM_FIELDS)}
    assert len(decode_json(json.dumps(keys).encode(), JSON_TYPE)) == 500
    with refused(Refusal.TOO_MANY_FIELDS):
        decode_json(json.dumps({"answers": keys | {"more": 1}}).encode(), JSON_TYPE)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.text(max_size=5), JSON_VALUES, max_size=4), st.booleans())
@settings(max_examples=40, deadline=None)
def test_json_is_read_as_what_was_written(value: dict[str, Any], escaped: bool) -> None:
    assert decode_json(json.dumps(value, ensure_ascii=escaped).encode(), JSON_TYPE) == value


@given(st.text(alphabet='{}[]":,\\u0123456789eE+-.truefalsn "', max_size=40))
@settings(max_examples=100, deadline=None)
def test_any_text_is_json_or_a_clear_error_P12(body: str) -> None:
    try:
        assert isinstance(decode_json(body.encode(), JSON_TYPE), dict)
    except Refused:
        return


@pytest.mark.parametrize(
    "body",
    [
        f'{{"a": "{CANARY}"',
        f'{{"{CANARY}": 1, "{CANARY}": 2}}',
        f'{{"a": "{CANARY} \\ud800"}}',
        f'["{CANARY}"]',
        f'{{"a": [NaN, "{CANARY}"]}}',
        '{"a":' + "[" * 30 + f'"{CANARY}"' + "]" * 30 + "}",
    ],
)
def test_refusal_quotes_nothing_of_the_body_P12(body: str) -> None:
    with pytest.raises(Refused) as refusal:
        decode_json(body.encode(), JSON_TYPE)
    told = f"{refusal.value!r} {refusal.value.title} {''.join(traceback.format_exception(refusal.value))}"
    assert CANARY not in told


# --- Idempotency-Key -------------------------------------------------------------------------------------------------

HEXADECIMAL = "00112233445566778899aabbccddeeff"
BASE64URL = "q83vEjRWeJCrze8SNFZ4kG"


RANDOM_UUID = "5f0c9d2e-8b41-4a37-9c6d-02e7f1a4b835"


@pytest.mark.parametrize(
    "key",
    [
        *(HEXADECIMAL, HEXADECIMAL.upper(), HEXADECIMAL * 2, BASE64URL, "-_" + BASE64URL),
        *(RANDOM_UUID, RANDOM_UUID.upper(), RANDOM_UUID.replace("-", "")),
    ],
)
def test_key_of_122_random_bits_is_taken(key: str) -> None:
    assert idempotency_nonce(key) == b"api:" + key.encode()


@pytest.mark.parametrize(
    "key",
    [
        None,
        "",
        "1",
        HEXADECIMAL[:31],
        BASE64URL[:21],
        str(uuid.UUID(HEXADECIMAL)),
        str(uuid.UUID(HEXADECIMAL)).upper(),
        "c232ab00-9414-11ec-b3c8-9f6bdeced846",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
        RANDOM_UUID.replace("-9c6d", "-1c6d"),
        RANDOM_UUID.replace("-", "", 1),
        "aaaaaaaa-aaaa-4aaa-aaaa-aaaaaaaaaaaa",
        "a" * 32,
        "ab" * 16,
        "abcdef" * 4,
        "aAbBcCdDeEfF" * 3,
        HEXADECIMAL + "\n",
        " " + HEXADECIMAL,
        BASE64URL + "é",
        BASE64URL + "+/=",
        HEXADECIMAL * 7,
    ],
)
def test_key_that_could_be_guessed_or_is_malformed_is_refused(key: str | None) -> None:
    with refused(Refusal.WEAK_IDEMPOTENCY_KEY):
        idempotency_nonce(key)


def test_key_with_as_few_different_digits_as_chance_makes_is_taken() -> None:
    assert idempotency_nonce("0123456" * 4 + "0123") == b"api:" + b"0123456" * 4 + b"0123"


@given(st.uuids(version=4))
def test_any_random_uuid_is_taken_dashes_or_not(key: uuid.UUID) -> None:
    if len(set(key.hex)) >= 7:
        assert idempotency_nonce(str(key)) != idempotency_nonce(key.hex)


@given(st.uuids(version=4), st.sampled_from("012356789abcdef"))
def test_uuid_of_another_version_is_refused(key: uuid.UUID, version: str) -> None:
    with refused(Refusal.WEAK_IDEMPOTENCY_KEY):
        idempotency_nonce(f"{str(key)[:14]}{version}{str(key)[15:]}")


@given(st.binary(min_size=16, max_size=16))
@settings(max_examples=100, deadline=None)
def test_two_keys_never_share_a_nonce_with_each_other_or_with_a_form(random: bytes) -> None:
    key = "0123456789abcdef" + random.hex()
    nonce = idempotency_nonce(key)
    assert nonce != random
    assert len(nonce) > 16, "a form's nonce has 16 bytes, so no key can claim it"
    assert nonce != idempotency_nonce(key[::-1]) or key == key[::-1]
