"""Seals written answers to the survey's public keys (P3). There is no code here that opens them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from chalicelib.errors import StoreMisconfigured

#: Bytes that an envelope is padded to, so that its length says little (design, section 9); above,
#: multiples of the last.
SIZES = (400, 1024, 4 * 1024, 16 * 1024, 64 * 1024)


def texts_as_json(texts: Mapping[str, str]) -> str:
    """The texts by variable id as JSON, in the order of the questionnaire."""
    return json.dumps(texts, ensure_ascii=False)


def seal(texts: Mapping[str, str], recipients: Sequence[str]) -> bytes:
    """An age file (age-encryption.org/v1) with ``texts`` as padded JSON, for each of ``recipients`` to open.

    Raises :class:`StoreMisconfigured` if a recipient is not an age public key: nothing may then be stored.
    """
    import pyrage

    padded = _padded(texts_as_json(texts).encode("utf-8"))
    sealed: bytes = pyrage.encrypt(padded, [_recipient(recipient) for recipient in recipients])
    return sealed


def seal_message(message: str, recipient: str) -> bytes:
    """An age file with one line for one recipient: the test message that proves a key."""
    import pyrage

    sealed: bytes = pyrage.encrypt(message.encode("utf-8"), [_recipient(recipient)])
    return sealed


def _padded(content: bytes) -> bytes:
    """``content`` with trailing spaces, which JSON ignores."""
    largest = SIZES[-1]
    size = next((size for size in SIZES if size >= len(content)), -(-len(content) // largest) * largest)
    return content.ljust(size)


@lru_cache(maxsize=64)
def _recipient(public_key: str) -> Any:
    import pyrage

    try:
        return pyrage.x25519.Recipient.from_str(public_key)
    except pyrage.RecipientError as error:
        raise StoreMisconfigured("A recipient is not an age public key. Publish the survey with valid keys.") from error
