"""Makes age key pairs on the operator's own machine. A private key is never sent anywhere (P3)."""

from __future__ import annotations

import os
from pathlib import Path

from operation.errors import OperatorError

#: Characters. Seven short words have more.
MINIMUM_PASSPHRASE = 20


def new_identity() -> tuple[str, str]:
    """A fresh (public key, private key)."""
    import pyrage

    identity = pyrage.x25519.Identity.generate()
    return str(identity.to_public()), str(identity)


def write_identity(path: Path, passphrase: str) -> str:
    """Write a new private key to ``path``, locked with ``passphrase`` in age's own format; return the public key.

    ``age -d -i FILE`` asks for the passphrase and opens what is sealed to the key.
    """
    import pyrage

    if len(passphrase) < MINIMUM_PASSPHRASE:
        raise OperatorError("Whoever guesses the passphrase reads everything. Take seven words that nobody guesses.")
    public, private = new_identity()
    content = f"# public key: {public}\n{private}\n".encode()
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise OperatorError(f"{path} exists. A key file is never overwritten; choose another name.") from error
    except OSError as error:
        raise OperatorError(f"{path} cannot be written: {error.strerror}.") from error
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(pyrage.passphrase.encrypt(content, passphrase))
    return public
