"""Private keys out of a file: as `key new` or age-keygen wrote it, locked with a passphrase or not. Kept in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from operation.errors import OperatorError

#: More bytes than any file of keys has.
_MOST = 100_000
_PRIVATE = "AGE-SECRET-KEY-"
#: How an age file begins, and one that is armoured, as `age -p -a` writes it.
AGE, ARMOURED = b"age-encryption.org/v1\n", b"-----BEGIN AGE ENCRYPTED FILE-----"


@dataclass(frozen=True)
class PrivateKeys:
    """What opens sealed text. ``file`` is where they came from."""

    file: Path
    identities: tuple[Any, ...] = field(repr=False)


def read_private_keys(file: Path, passphrase: Callable[[], str]) -> PrivateKeys:
    """The private keys in ``file``; ``passphrase`` is asked for where it is locked, once.

    Raises :class:`OperatorError` where it is no such file, or the passphrase is another, and OSError where it cannot be
    read. Nothing of the file is quoted.
    """
    with file.open("rb") as stream:
        content = stream.read(_MOST)
    if content.startswith((AGE, ARMOURED)):
        content = _unlocked(file, content, passphrase())
    return PrivateKeys(file, tuple(_identities(file, content)))


def _unlocked(file: Path, content: bytes, passphrase: str) -> bytes:
    from operation.reading.locks import unlocked

    return unlocked(file, content, passphrase)


def _identities(file: Path, content: bytes) -> list[Any]:
    import pyrage

    lines = [line.strip() for line in content.decode("ascii", "replace").splitlines()]
    keys = [line for line in lines if line and not line.startswith("#")]
    if not keys or not all(line.startswith(_PRIVATE) for line in keys):
        raise OperatorError(f"{file} is no private key. Give the file that `manage.py key new` wrote, as working.key.")
    try:
        return [pyrage.x25519.Identity.from_str(line) for line in keys]
    except pyrage.IdentityError:
        # Not chained: what is wrong with a key is said with the key.
        raise OperatorError(f"{file} has a private key that is cut, or of a kind that opens nothing here.") from None
