"""Receipts, response ids, marks and tokens: what follows from what, and what cannot be learned."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.responses.receipt import (
    SHARDS,
    grouped,
    issue_token,
    mark_of,
    new_key,
    read_receipt,
    read_token,
    receipt_of,
    rehearsal_token,
    rid_of,
    shard_of,
)
from tests.builders import NOON

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
CROCKFORD = re.compile(r"[0-9A-HJKMNP-TV-Z]{16}")
NONCES = st.binary(min_size=16, max_size=16)


# --- receipts --------------------------------------------------------------------------------------------------------


@given(NONCES)
@settings(max_examples=100, deadline=None)
def test_receipt_is_16_crockford_characters_and_read_back_however_typed(nonce: bytes) -> None:
    receipt = receipt_of(KEY, nonce)
    assert CROCKFORD.fullmatch(receipt)
    misread = receipt.replace("0", "o").replace("1", "l").lower()
    for typed in (
        receipt,
        grouped(receipt),
        receipt.lower(),
        misread,
        misread.replace("l", "I"),
        f" {grouped(receipt)}\t",
    ):
        assert read_receipt(typed) == receipt


def test_receipt_is_shown_in_four_groups() -> None:
    assert grouped("0123456789ABCDEF") == "0123 4567 89AB CDEF"
    assert read_receipt("0123-4567-89ab-cdef") == read_receipt("O I 2 3\u00a04567 89AB CDEF") == "0123456789ABCDEF"


@pytest.mark.parametrize(
    "typed",
    [
        "0123–4567—89AB.CDEF.",
        "\u200f0123\u200b4567\u20118 9AB\u202fCDEF\n",
        "٠١٢٣ ٤٥٦٧ ٨٩ab cdef",
        "０１２３ ４５６７ ８９ＡＢ ＣＤＥＦ",
    ],
)
def test_what_keyboards_and_copying_add_to_a_receipt_is_forgiven(typed: str) -> None:
    assert read_receipt(typed) == "0123456789ABCDEF"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "0123456789ABCDE",
        "0123456789ABCDEF0",
        "U123456789ABCDEF",
        "0123456789ABCDE!!",
        "0123456789ABCDEß",
        "0123456789ABCDE\n\n",
        "\0" * 16,
        "x" * 100_000,
        "\ufdfa" * 80_000,
        "0123456789ABCDEF" + " " * 200,
    ],
)
def test_what_cannot_be_a_receipt_is_none(typed: str) -> None:
    assert read_receipt(typed) is None


@given(st.text(max_size=40))
@settings(max_examples=100, deadline=None)
def test_any_text_is_a_receipt_or_none_P12(typed: str) -> None:
    found = read_receipt(typed)
    assert found is None or CROCKFORD.fullmatch(found)


@given(NONCES, NONCES)
@settings(max_examples=100, deadline=None)
def test_receipt_follows_from_nonce_and_key_alone_P5(one: bytes, other: bytes) -> None:
    assert receipt_of(KEY, one) == receipt_of(KEY, bytes(one))
    assert (receipt_of(KEY, one) == receipt_of(KEY, other)) == (one == other)
    assert receipt_of(KEY, one) != receipt_of(OTHER_KEY, one)


@given(NONCES)
@settings(max_examples=100, deadline=None)
def test_response_id_does_not_show_the_receipt_nor_the_nonce(nonce: bytes) -> None:
    receipt = receipt_of(KEY, nonce)
    rid = rid_of(KEY, receipt)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", rid)
    assert not {receipt[start : start + 6] for start in range(11)} & {rid[start : start + 6] for start in range(21)}
    assert rid != rid_of(OTHER_KEY, receipt)
    assert nonce.hex() not in rid.lower()


def test_responses_spread_over_all_shards() -> None:
    shards = [shard_of(rid_of(KEY, receipt_of(KEY, b"%d" % number))) for number in range(800)]
    assert set(shards) == set(range(SHARDS))
    assert max(shards.count(shard) for shard in range(SHARDS)) < 150


def test_keys_are_random_and_long() -> None:
    assert len(new_key()) == 32
    assert new_key() != new_key()


# --- marks -----------------------------------------------------------------------------------------------------------


def test_mark_changes_with_answers_version_and_key() -> None:
    marks = {mark_of(KEY, 1, b"\1"), mark_of(KEY, 1, b"\2"), mark_of(KEY, 2, b"\1"), mark_of(OTHER_KEY, 1, b"\1")}
    assert len(marks) == 4
    assert mark_of(KEY, 1, b"1:") != mark_of(KEY, 11, b":")


# --- form tokens -----------------------------------------------------------------------------------------------------


@given(NONCES, st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))
@settings(max_examples=100, deadline=None)
def test_token_gives_back_its_nonce_and_time(nonce: bytes, now: datetime) -> None:
    token = read_token(KEY, "a-survey", issue_token(KEY, "a-survey", now, nonce))
    assert token is not None
    assert (token.nonce, token.issued_at) == (nonce, now.replace(microsecond=0))


def test_token_without_a_nonce_gets_a_new_one() -> None:
    one, other = (read_token(KEY, "s", issue_token(KEY, "s", NOON)) for _ in range(2))
    assert one is not None
    assert other is not None
    assert len(one.nonce) == 16
    assert one.nonce != other.nonce


def test_token_of_another_survey_or_key_is_none() -> None:
    token = issue_token(KEY, "a-survey", NOON)
    assert read_token(KEY, "b-survey", token) is None
    assert read_token(OTHER_KEY, "a-survey", token) is None


def test_token_with_any_byte_changed_is_none() -> None:
    raw = base64.urlsafe_b64decode(issue_token(KEY, "a-survey", NOON))
    for position in range(len(raw)):
        changed = raw[:position] + bytes([raw[position] ^ 1]) + raw[position + 1 :]
        assert read_token(KEY, "a-survey", base64.urlsafe_b64encode(changed).decode()) is None


@pytest.mark.parametrize("token", ["", "x", "é" * 52, "A" * 51, "A" * 52, "=" * 52, "A" * 100_000, "\0", "\ud800"])
def test_garbage_is_no_token_P12(token: str) -> None:
    assert read_token(KEY, "a-survey", token) is None


def test_shortened_or_lengthened_token_is_none() -> None:
    raw = base64.urlsafe_b64decode(issue_token(KEY, "a-survey", NOON))
    for changed in (raw[:22], raw[:-1], raw + b"\0", b""):
        assert read_token(KEY, "a-survey", base64.urlsafe_b64encode(changed).decode()) is None


def test_link_of_a_test_is_of_one_survey_and_key() -> None:
    tokens = {rehearsal_token(key, survey) for key in (KEY, OTHER_KEY) for survey in ("a-survey", "b-survey")}
    assert len(tokens) == 4
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", token) for token in tokens)
