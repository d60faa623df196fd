"""From a definition to an open survey, by the operator's program."""

from __future__ import annotations

import re
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from operation.deployment.steps import Step, Steps
from operation.files import private_file
from operation.keys import new_identity
from operation.reading.private_keys import read_private_keys
from operation.rehearsal.failure import require
from operation.rehearsal.scene import Scene

SURVEY = "a-rehearsal"
DEFINITION = Path(__file__).parent / "survey.yaml"
CODES = 26
#: Options of commands that read what is sealed.
KEY = ("--key", "working.key", "--passphrase-file", "passphrase")


@dataclass(frozen=True)
class Prepared:
    """What an operator has when a survey is open."""

    #: Public keys, and the private ones that open what is sealed.
    keys: dict[str, str]
    codes: tuple[str, ...]


def prepare(scene: Scene) -> Steps[Prepared]:
    """Publish, prove the keys, test, invite, open."""
    file = str(shutil.copy(DEFINITION, scene.folder))
    scene.manage("check", file)
    # One as operators make it; the other without a passphrase, which is made to take its second to try.
    keys = dict((_locked_key(scene), new_identity()))
    scene.manage("publish", file, *(part for key in keys for part in ("--recipient", key)))
    yield Step(f"published {SURVEY}, with two keys made here")
    scene.manage("key", "test", SURVEY, "--to", "key-test")
    for message in sorted((scene.folder / "key-test").iterdir()):
        scene.manage("key", "confirm", SURVEY, _code_in(message.read_bytes(), keys))
    yield Step("each key opened its test message")
    _try_out(scene)
    yield Step("tried it out by the link of the test, which nobody guesses")
    scene.manage("open", SURVEY)
    require(not list(scene.services.responses.records(SURVEY)), "what was tried out is counted")
    scene.manage("invite", SURVEY, "--count", str(CODES), "--to", "codes.txt")
    codes = tuple((scene.folder / "codes.txt").read_text("utf-8").splitlines())
    yield Step(f"opened it; {len(codes)} invitations are made")
    return Prepared(keys, codes)


def _locked_key(scene: Scene) -> tuple[str, str]:
    """A key pair of the operator's: public, private."""
    passphrase = secrets.token_hex(20)
    with private_file(scene.folder / "passphrase", "It is of another rehearsal.") as stream:
        stream.write(passphrase.encode())
    scene.manage("key", "new", *KEY[1:])
    (identity,) = read_private_keys(scene.folder / "working.key", lambda: passphrase).identities
    return str(identity.to_public()), str(identity)


def _code_in(message: bytes, keys: dict[str, str]) -> str:
    return opened(message, keys).split()[0]


def opened(sealed: bytes, keys: dict[str, str]) -> str:
    """What a holder of one of ``keys`` reads."""
    import pyrage

    identities = [pyrage.x25519.Identity.from_str(private) for private in keys.values()]
    return str(pyrage.decrypt(sealed, identities), "utf-8")


def _try_out(scene: Scene) -> None:
    said = scene.manage("test", SURVEY)
    link = re.search(rf"/s/{SURVEY}\?token=\w+", said)
    require(link is not None, f"no link in: {said}")
    path = link.group() if link else ""
    scene.visitor.get(f"/s/{SURVEY}").of(404)
    scene.visitor.load(path)
    scene.visitor.submit(SURVEY, {"mood": 3}, query=path.removeprefix(f"/s/{SURVEY}")).of(201)
