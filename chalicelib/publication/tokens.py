"""Analysts' tokens, which open results that are held, and the sessions of who signed in to a page with one.

A token is shown once, to the operator who makes it. It has nothing to do with the rehearsal token in the link of a
survey under test.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

#: Programs that look for secrets in what people publish know a token by it.
PREFIX = "paraply_"
#: Bytes: 160 random bits.
_SECRET_SIZE = 20
#: How long who signed in need not do so again.
SESSION = timedelta(hours=12)
_SESSION = re.compile(r"([0-9a-f]{64})\.([0-9]{10})\.([0-9a-f]{64})")


@dataclass(frozen=True)
class AnalystToken:
    """What is stored of a token.

    ``digest``: :func:`digest_of` it; ``last_day``: the last on which it is accepted, whole (UTC); ``label``: whom the
    operator gave it to, in the operator's words. ``session_key`` signs the sessions that begin with it: 32 random
    bytes of its own, so that no key has two purposes, that they end when it is revoked, and that the digest, which
    tells tokens apart and travels in the cookie, opens nothing.
    """

    digest: str
    label: str
    made_on: date
    last_day: date
    session_key: bytes

    @property
    def id(self) -> str:
        """What operators call it by."""
        return self.digest[:8]

    @property
    def ends_at(self) -> datetime:
        """When its last day is over."""
        return datetime.combine(self.last_day, time(), UTC) + timedelta(days=1)


def new_token() -> str:
    """A token that nobody guesses, in letters and digits that no address, header or shell reads otherwise."""
    return PREFIX + secrets.token_hex(_SECRET_SIZE)


def digest_of(token: str) -> str:
    """What is stored in place of ``token``, and found by it: 64 hexadecimal digits.

    A fast hash is right here. Slow ones protect what people make up, of which there is little to try; of 160 random
    bits nobody finds any by trying, and at each guess a slow one would cost us more than who guesses.
    """
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def stored(token: str, label: str, today: date, last_day: date) -> AnalystToken:
    """What is to be stored of a new ``token``."""
    return AnalystToken(digest_of(token), label, today, last_day, secrets.token_bytes(32))


def new_session(token: AnalystToken, survey: str, now: datetime) -> str:
    """What the cookie of who signed in holds: which token it is of, and until when, signed."""
    ends = str(int(min(now + SESSION, token.ends_at).timestamp()))
    return f"{token.digest}.{ends}.{_signature(token, survey, ends)}"


def digest_in(session: str) -> str | None:
    """Which token a session says that it is of; None where it cannot be one."""
    found = _SESSION.fullmatch(session)
    return found[1] if found else None


def is_session_of(token: AnalystToken, session: str, survey: str, now: datetime) -> bool:
    """Whether ``session`` was signed for ``token`` and ``survey``, and has not ended."""
    found = _SESSION.fullmatch(session)
    if found is None:
        return False
    is_signed = hmac.compare_digest(found[3], _signature(token, survey, found[2]))
    return is_signed and now.timestamp() < int(found[2])


def _signature(token: AnalystToken, survey: str, ends: str) -> str:
    message = f"session:{survey}:{token.digest}:{ends}".encode()
    return hmac.digest(token.session_key, message, hashlib.sha256).hex()
