"""Files of keys, locked with a passphrase in the age format, with the same work on every machine (P3).

The rules are age's (age-encryption.org/v1, "The scrypt recipient type" and "Payload"). pyrage, which seals to public
keys, takes for a passphrase the work that its processor seems to do in a second: on a busy machine that is a weaker
lock, and a slow one refuses what a fast one has locked (rage, issue 642).
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from operation.errors import OperatorError
from operation.reading.private_keys import AGE, ARMOURED

#: The work of a lock, as a power of two: age's own, a second of it and 256 MiB, and the most that age opens.
WORK, MOST_WORK = 18, 22
_ARMOUR = re.compile(ARMOURED + rb"\s([A-Za-z0-9+/=\s]*)-----END AGE ENCRYPTED FILE-----\s*")
_LABEL = b"age-encryption.org/v1/scrypt"
#: One recipient alone, whose work has no leading zero, and the code that says that nothing of the header was changed.
_HEADER = re.compile(
    rb"(?P<said>" + re.escape(AGE) + rb"-> scrypt (?P<salt>[A-Za-z0-9+/]{22}) (?P<work>[1-9][0-9]?)\n"
    rb"(?P<key>[A-Za-z0-9+/]{43})\n---) (?P<code>[A-Za-z0-9+/]{43})\n"
)
#: Bytes of the key of a file, of a nonce of its content, and of the most that is one chunk: no file of keys has more.
_KEY, _NONCE, _CHUNK = 16, 16, 64 * 1024
#: Of the key of a file, which locks no other, and of the first chunk, which is the last.
_ONCE, _LAST = bytes(12), bytes(11) + b"\x01"


def locked(content: bytes, passphrase: str) -> bytes:
    """An age file that ``passphrase`` opens: at most 64 KiB of ``content``."""
    if len(content) > _CHUNK:
        raise ValueError("A file of keys is no longer than one chunk.")
    key, salt, nonce = secrets.token_bytes(_KEY), secrets.token_bytes(16), secrets.token_bytes(_NONCE)
    wrapped = ChaCha20Poly1305(_wrapping(passphrase, salt, WORK)).encrypt(_ONCE, key, None)
    said = b"%s-> scrypt %s %d\n%s\n---" % (AGE, _text(salt), WORK, _text(wrapped))
    chunk = ChaCha20Poly1305(_derived(key, nonce, b"payload")).encrypt(_LAST, content, None)
    return b"%s %s\n%s%s" % (said, _text(_code(key, said)), nonce, chunk)


def unlocked(file: Path, content: bytes, passphrase: str) -> bytes:
    """What ``content`` of ``file`` is without its lock, armoured or not.

    Raises :class:`OperatorError` where it is locked otherwise, cut or changed, asks for more work than age does, or is
    opened by another passphrase.
    """
    damaged = OperatorError(
        f"{file} is no private key, or is damaged. Give the file that `manage.py key new` wrote, or its copy."
    )
    try:
        bare = _without_armour(content)
        header = _HEADER.match(bare)
        if header is None:
            raise damaged
        key = _file_key(file, header, passphrase)
        if not hmac.compare_digest(_code(key, header["said"]), _bytes(header["code"])):
            raise damaged
        nonce, chunk = bare[header.end() :][:_NONCE], bare[header.end() + _NONCE :]
        return ChaCha20Poly1305(_derived(key, nonce, b"payload")).decrypt(_LAST, chunk, None)
    except (binascii.Error, InvalidTag) as error:
        raise damaged from error


def _file_key(file: Path, header: re.Match[bytes], passphrase: str) -> bytes:
    work, wrapped = int(header["work"]), _bytes(header["key"])
    if work > MOST_WORK:
        raise OperatorError(f"{file} asks for more work than a lock needs. Give the file that age or `key new` wrote.")
    try:
        return ChaCha20Poly1305(_wrapping(passphrase, _bytes(header["salt"]), work)).decrypt(_ONCE, wrapped, None)
    except InvalidTag as error:
        raise OperatorError(f"This is not the passphrase of {file}. Try again.") from error


def _wrapping(passphrase: str, salt: bytes, work: int) -> bytes:
    """What locks the key of a file. It takes 1 KiB of memory times two to the power of ``work``.

    Raises :class:`OperatorError` where there is not as much.
    """
    try:
        return Scrypt(salt=_LABEL + salt, length=32, n=2**work, r=8, p=1).derive(passphrase.encode("utf-8"))
    except MemoryError as error:
        raise OperatorError(f"A key's lock takes {2**work // 1024} MiB of memory. Close other programs.") from error


def _code(key: bytes, said: bytes) -> bytes:
    return hmac.digest(_derived(key, b"", b"header"), said, "sha256")


def _derived(key: bytes, salt: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=purpose).derive(key)


def _without_armour(content: bytes) -> bytes:
    armoured = _ARMOUR.fullmatch(content)
    return base64.b64decode(b"".join(armoured[1].split()), validate=True) if armoured else content


def _text(value: bytes) -> bytes:
    return base64.b64encode(value).rstrip(b"=")


def _bytes(text: bytes) -> bytes:
    """Raises :class:`binascii.Error` where another text says the same: age takes none whose spare bits are not zero."""
    found = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    if _text(found) != text:
        raise binascii.Error
    return found
