"""The lock of a passphrase by the letter of the age specification, apart from our own: to open ours, and to forge.

C2SP, age.md: "The scrypt recipient type", "Header MAC" and "Payload".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, replace

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

ONE_CHUNK = bytes(11) + b"\x01"


@dataclass(frozen=True)
class Lock:
    """All that a file with one chunk is made of. ``work`` and ``more`` lines of the header are written as they are."""

    passphrase: bytes
    content: bytes
    salt: bytes = b"s" * 16
    work: bytes = b"1"
    file_key: bytes = b"k" * 16
    nonce: bytes = b"n" * 16
    more: bytes = b""
    counter: bytes = ONE_CHUNK
    mac: bytes | None = None

    @property
    def header(self) -> bytes:
        """All that the MAC is of."""
        wrapped = ChaCha20Poly1305(_wrapping(self)).encrypt(bytes(12), self.file_key, None)
        stanza = b"-> scrypt " + text_of(self.salt) + b" " + self.work + b"\n" + text_of(wrapped) + b"\n"
        return b"age-encryption.org/v1\n" + stanza + self.more + b"---"

    @property
    def right_mac(self) -> bytes:
        """Of :attr:`header`."""
        return _mac(self.file_key, self.header)

    def __bytes__(self) -> bytes:
        chunk = ChaCha20Poly1305(_hkdf(self.file_key, self.nonce, b"payload")).encrypt(self.counter, self.content, None)
        return self.header + b" " + text_of(self.mac or self.right_mac) + b"\n" + self.nonce + chunk


def opened(file: bytes, passphrase: bytes) -> Lock:
    """What ``file`` is made of. Its MAC is held against the header, and its chunk opened."""
    header, _, rest = file.partition(b"\n--- ")
    version, stanza, body = header.split(b"\n")
    assert version == b"age-encryption.org/v1"
    arrow, kind, salt, work = stanza.split(b" ")
    assert (arrow, kind) == (b"->", b"scrypt")
    mac, _, payload = rest.partition(b"\n")
    lock = Lock(passphrase, b"", salt=bytes_of(salt), work=work, nonce=payload[:16])
    file_key = ChaCha20Poly1305(_wrapping(lock)).decrypt(bytes(12), bytes_of(body), None)
    assert bytes_of(mac) == _mac(file_key, header + b"\n---")
    content = ChaCha20Poly1305(_hkdf(file_key, lock.nonce, b"payload")).decrypt(ONE_CHUNK, payload[16:], None)
    return replace(lock, file_key=file_key, content=content)


def text_of(value: bytes) -> bytes:
    """Base 64 as headers have it."""
    return base64.b64encode(value).rstrip(b"=")


def bytes_of(text: bytes) -> bytes:
    """The value of base 64 without its padding."""
    return base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)


def _wrapping(lock: Lock) -> bytes:
    salt = b"age-encryption.org/v1/scrypt" + lock.salt
    work = 2 ** int(lock.work)
    return hashlib.scrypt(lock.passphrase, salt=salt, n=work, r=8, p=1, maxmem=2**30, dklen=32)


def _mac(file_key: bytes, header: bytes) -> bytes:
    return hmac.digest(_hkdf(file_key, b"", b"header"), header, "sha256")


def _hkdf(key: bytes, salt: bytes, purpose: bytes) -> bytes:
    """RFC 5869 with SHA-256, for one block."""
    return hmac.digest(hmac.digest(salt or bytes(32), key, "sha256"), purpose + b"\x01", "sha256")
