"""Receipts, response ids, marks and form tokens: everything that is derived from a survey's receipt key.

The receipt is a function of the form's nonce, so a retry gives the same one, and the response id is a function of
the receipt, so nothing else is needed to withdraw (design, section 5). No nonce and no receipt is ever stored.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime

#: Crockford's base 32: no I, L, O or U, so a receipt survives being read aloud.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_FORGIVEN = str.maketrans("OIL", "011")
RECEIPT_LENGTH = 16
#: Of what can be a receipt with all that stands between. Much more would be costly to read: one sign can stand for 18.
_MAXIMUM_TYPED = 200
SHARDS = 8


@dataclass(frozen=True)
class FormToken:
    """What a form carries from its loading to its sending: a nonce, and when it was loaded. Never stored."""

    nonce: bytes
    issued_at: datetime


def new_key() -> bytes:
    """A receipt key: 32 random bytes."""
    return secrets.token_bytes(32)


def receipt_of(key: bytes, nonce: bytes) -> str:
    """The receipt of the submission that carries ``nonce``: 16 characters, 80 bits."""
    return _base32(_hmac(key, b"receipt:" + nonce))[:RECEIPT_LENGTH]


def rid_of(key: bytes, receipt: str) -> str:
    """The response id of ``receipt``: 26 characters, 130 bits; a stored id does not give the receipt away."""
    return _base32(_hmac(key, b"rid:" + receipt.encode("ascii")))[:26]


def shard_of(rid: str) -> int:
    """Which of the ``SHARDS`` partitions a response lies in."""
    return _ALPHABET.index(rid[0]) % SHARDS


def mark_of(key: bytes, version: int, answers: bytes) -> bytes:
    """A keyed hash of what is counted, so that a response replaced during the count is noticed.

    The text is left out: nothing of it is counted, and its hash would let whoever holds the key confirm a guess (P3).
    """
    return _hmac(key, b"mark:%d:" % version + answers)[:12]


def new_invitation() -> str:
    """The code of an invitation: 16 random characters, 80 bits, written like a receipt."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(RECEIPT_LENGTH))


def invitation_hash(key: bytes, code: str) -> str:
    """What is stored of an invitation. Nothing links it to the response that it let in (P10)."""
    return _base32(_hmac(key, b"invitation:" + code.encode("ascii")))[:26]


def grouped(receipt: str) -> str:
    """A receipt or code as it is shown: four groups of four."""
    return " ".join(receipt[start : start + 4] for start in range(0, RECEIPT_LENGTH, 4))


def read_receipt(typed: str) -> str | None:
    """The receipt or code that somebody typed; None if it cannot be one.

    Forgiven: O for 0 and I for 1, digits of another script, and whatever stands between, seen or not.
    """
    if len(typed) > _MAXIMUM_TYPED:
        return None
    letters = (letter for letter in unicodedata.normalize("NFKC", typed).upper() if letter.isalnum())
    receipt = "".join(str(unicodedata.decimal(letter, letter)) for letter in letters).translate(_FORGIVEN)
    valid = len(receipt) == RECEIPT_LENGTH and not set(receipt) - set(_ALPHABET)
    return receipt if valid else None


def issue_token(key: bytes, survey: str, now: datetime, nonce: bytes | None = None) -> str:
    """A signed token for a form that is loaded now, or again with the ``nonce`` it already had."""
    payload = int(now.timestamp()).to_bytes(6, "big") + (nonce or secrets.token_bytes(16))
    return base64.urlsafe_b64encode(payload + _token_signature(key, survey, payload)).decode("ascii")


def read_token(key: bytes, survey: str, token: str) -> FormToken | None:
    """The content of ``token``, or None if it was not issued for this survey."""
    try:
        raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except ValueError:
        return None
    payload, signature = raw[:22], raw[22:]
    if not hmac.compare_digest(signature, _token_signature(key, survey, payload)):
        return None
    return FormToken(nonce=payload[6:], issued_at=datetime.fromtimestamp(int.from_bytes(payload[:6], "big"), UTC))


def rehearsal_token(key: bytes, survey: str) -> str:
    """The token in the link of a survey under test."""
    return _base32(_hmac(key, b"test:" + survey.encode("ascii")))[:26]


def _token_signature(key: bytes, survey: str, payload: bytes) -> bytes:
    return _hmac(key, b"token:" + survey.encode("ascii") + b":" + payload)[:16]


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, hashlib.sha256)


def _base32(digest: bytes) -> str:
    number = int.from_bytes(digest, "big")
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(0, len(digest) * 8 - 5, 5))
