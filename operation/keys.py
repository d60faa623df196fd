"""Age key pairs, made on the operator's own machine, and the proof that they open. No private key is sent (P3)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalicelib.questionnaire.survey import KeyProof, Survey
from chalicelib.responses.sealing import seal_message
from chalicelib.services import Services
from operation import suggested
from operation.errors import OperatorError
from operation.files import private_file, require_new
from operation.lifecycle import require_survey
from operation.passphrases import require_strong
from operation.reading.private_keys import PrivateKeys

_NEVER = "A key file is never overwritten; choose another name."

#: How a public key begins, and more bytes than any file of one has.
_PUBLIC, _MOST_PUBLIC = "age1", 10_000


def new_identity() -> tuple[str, str]:
    """A fresh (public key, private key)."""
    import pyrage

    identity = pyrage.x25519.Identity.generate()
    return str(identity.to_public()), str(identity)


def require_own_computer(environment: Mapping[str, str]) -> None:
    """Raise :class:`OperatorError` in CloudShell, whose files lie in the account that must not have the keys (P3).

    AWS sets its name there, as for all that runs its SDKs (AWS SDKs and Tools reference, AWS_EXECUTION_ENV).
    """
    if environment.get("AWS_EXECUTION_ENV") == "CloudShell":
        raise OperatorError(
            "CloudShell is in your AWS account, which must never hold a private key. On your own computer, with this"
            " project or with age alone (age-encryption.org): age-keygen | age -p > working.key"
        )


def public_file(file: Path) -> Path:
    """Where the public key of the private one in ``file`` is written: working.pub of working.key."""
    return file.with_suffix(".pub")


def require_new_pair(file: Path) -> None:
    """Raise :class:`OperatorError` where a key pair cannot be written to ``file``; nobody has typed anything yet."""
    if file.suffix == ".pub":
        raise OperatorError(f"{file} is what the public key is called. Call the private key {file.with_suffix('.key')}")
    require_new(file, _NEVER)
    require_new(public_file(file), _NEVER)
    if not file.parent.is_dir():
        raise OperatorError(f"{file.parent} is no folder. Name another place.")


def write_identity(file: Path, passphrase: str) -> str:
    """Write a new private key to ``file``, locked with ``passphrase`` in age's own format; return the public key.

    That stands beside it, in :func:`public_file`. ``age -d -i FILE`` asks for the passphrase and opens what is sealed
    to the key. Both or neither, unless the computer stops between two names.
    """
    from operation.reading.locks import locked

    require_strong(passphrase)
    public, private = new_identity()
    with private_file(public_file(file), _NEVER) as beside, private_file(file, _NEVER) as stream:
        beside.write(f"{public}\n".encode())
        stream.write(locked(f"# public key: {public}\n{private}\n".encode(), passphrase))
    return public


def recipient_of(given: str) -> str:
    """``given`` where it is a public key, and the one in it where it is a file that `key new` wrote.

    Raises :class:`OperatorError` where it is neither; whatever is in the file is not quoted.
    """
    if given.startswith(_PUBLIC):
        return given
    file = Path(given)
    try:
        content = file.open("rb").read(_MOST_PUBLIC).decode("ascii", "replace")
    except OSError as error:
        raise OperatorError(f"{given} is no public key (age1…), and no file that can be read.") from error
    lines = [line.strip() for line in content.splitlines() if line.strip() and not line.startswith("#")]
    if len(lines) != 1 or not lines[0].startswith(_PUBLIC):
        raise OperatorError(f"{given} has no public key. Give the file that `manage.py key new` wrote, as working.pub.")
    return lines[0]


@dataclass(frozen=True)
class KeyTest:
    """A sealed test message for each public key that is not proven yet, and the record that knows their codes."""

    survey: Survey
    messages: Mapping[str, bytes]

    def store(self, services: Services) -> None:
        """Have the codes known. Raises :class:`Conflict` where somebody else wrote the survey's record meanwhile."""
        services.surveys.save(self.survey)


def new_key_test(services: Services, survey_id: str) -> KeyTest:
    """A message for each key that is not proven: whoever opens it reads a code to hand back. Nothing is stored yet."""
    survey = require_survey(services, survey_id)
    if not survey.settings.recipients:
        raise OperatorError(f"“{survey.id}” has no public keys. Next: {suggested.giving_keys(survey.id)}")
    proven = {proof.recipient: proof for proof in survey.key_proofs if proof.opened}
    codes = {key: secrets.token_hex(5) for key in survey.settings.recipients if key not in proven}
    proofs = (*proven.values(), *(KeyProof(recipient=key, message_hash=_hash(code)) for key, code in codes.items()))
    messages = {key: seal_message(_key_test_message(survey.id, code), key) for key, code in codes.items()}
    return KeyTest(survey.model_copy(update={"key_proofs": proofs}), messages)


def _key_test_message(survey_id: str, code: str) -> str:
    lines = (code, "", f"This key opens what is written in “{survey_id}”. Confirm it:")
    return "\n".join((*lines, f"  manage.py key confirm {survey_id} {code}", ""))


def confirm_key(services: Services, survey_id: str, code: str) -> int:
    """Take note that a test message was opened; return how many keys are still unproven."""
    survey = require_survey(services, survey_id)
    given = _hash(code.strip())
    matching = [proof for proof in survey.key_proofs if secrets.compare_digest(proof.message_hash, given)]
    if not matching:
        advice = f"`manage.py key test {survey.id} --to {suggested.key_test_of(survey.id)}` makes new ones."
        raise OperatorError(f"This is not the code of a test message. {advice}")
    others = [proof for proof in survey.key_proofs if proof not in matching]
    proofs = (*others, *(proof.model_copy(update={"opened": True}) for proof in matching))
    services.surveys.save(survey.model_copy(update={"key_proofs": proofs}))
    return sum(not proof.opened for proof in proofs)


def prove_keys(services: Services, survey_id: str, keys: Sequence[PrivateKeys]) -> int:
    """Prove ``keys`` of a survey on this computer: each opens a message that is sealed to it here.

    Returns how many of the survey's keys are still unproven. Raises :class:`OperatorError` where a file has none of
    the survey's keys.
    """
    survey = require_survey(services, survey_id)
    opening = {recipient: identity for each in keys for recipient, identity in _of_survey(survey, each).items()}
    proofs = [proof for proof in survey.key_proofs if proof.recipient not in opening]
    proofs += [_proof(survey.id, recipient, identity) for recipient, identity in opening.items()]
    saved = services.surveys.save(survey.model_copy(update={"key_proofs": tuple(proofs)}))
    proven = {proof.recipient for proof in saved.key_proofs if proof.opened}
    return len(set(saved.settings.recipients) - proven)


def _of_survey(survey: Survey, keys: PrivateKeys) -> dict[str, Any]:
    """Those of ``keys`` that text is sealed to, by public key."""
    found = {str(identity.to_public()): identity for identity in keys.identities}
    sealing = {recipient: identity for recipient, identity in found.items() if recipient in survey.settings.recipients}
    if not sealing:
        raise OperatorError(
            f"{keys.file} is no key of “{survey.id}”."
            f" Publish its definition with `--recipient {public_file(keys.file)}`."
        )
    return sealing


def _proof(survey_id: str, recipient: str, identity: Any) -> KeyProof:
    """That ``identity`` opens what is sealed to ``recipient``, as the server seals it."""
    import pyrage

    code = secrets.token_hex(5)
    sealed = seal_message(_key_test_message(survey_id, code), recipient)
    opened = pyrage.decrypt(sealed, [identity]).decode("utf-8").split()[0]
    return KeyProof(recipient=recipient, message_hash=_hash(code), opened=secrets.compare_digest(opened, code))


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8")).hexdigest()
