"""Age key pairs, made on the operator's own machine, and the proof that they open. No private key is sent (P3)."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from chalicelib.questionnaire.survey import KeyProof
from chalicelib.responses.sealing import seal_message
from chalicelib.services import Services
from operation.errors import OperatorError
from operation.lifecycle import require_survey

#: Characters. Seven short words have more.
MINIMUM_PASSPHRASE = 20


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


def write_identity(path: Path, passphrase: str) -> str:
    """Write a new private key to ``path``, locked with ``passphrase`` in age's own format; return the public key.

    ``age -d -i FILE`` asks for the passphrase and opens what is sealed to the key.
    """
    import pyrage

    if len(passphrase) < MINIMUM_PASSPHRASE:
        raise OperatorError("Whoever guesses the passphrase reads everything. Take seven words that nobody guesses.")
    public, private = new_identity()
    content = f"# public key: {public}\n{private}\n".encode()
    with private_file(path, "A key file is never overwritten; choose another name.") as stream:
        stream.write(pyrage.passphrase.encrypt(content, passphrase))
    return public


def start_key_test(services: Services, survey_id: str) -> dict[str, bytes]:
    """A sealed test message for each key that is not proven yet; whoever opens it reads a code to hand back."""
    survey = require_survey(services, survey_id)
    if not survey.settings.recipients:
        raise OperatorError(f"“{survey.id}” has no public keys. Run `manage.py publish FILE --recipient KEY`.")
    proven = {proof.recipient: proof for proof in survey.key_proofs if proof.opened}
    codes = {key: secrets.token_hex(5) for key in survey.settings.recipients if key not in proven}
    proofs = (*proven.values(), *(KeyProof(recipient=key, message_hash=_hash(code)) for key, code in codes.items()))
    services.surveys.save(survey.model_copy(update={"key_proofs": proofs}))
    return {key: seal_message(_key_test_message(survey.id, code), key) for key, code in codes.items()}


def _key_test_message(survey_id: str, code: str) -> str:
    lines = (code, "", f"This key opens what is written in “{survey_id}”. Confirm it:")
    return "\n".join((*lines, f"  manage.py key confirm {survey_id} {code}", ""))


def confirm_key(services: Services, survey_id: str, code: str) -> int:
    """Take note that a test message was opened; return how many keys are still unproven."""
    survey = require_survey(services, survey_id)
    given = _hash(code.strip())
    matching = [proof for proof in survey.key_proofs if secrets.compare_digest(proof.message_hash, given)]
    if not matching:
        advice = f"`manage.py key test {survey.id} --to DIR` makes new ones."
        raise OperatorError(f"This is not the code of a test message. {advice}")
    others = [proof for proof in survey.key_proofs if proof not in matching]
    proofs = (*others, *(proof.model_copy(update={"opened": True}) for proof in matching))
    services.surveys.save(survey.model_copy(update={"key_proofs": proofs}))
    return sum(not proof.opened for proof in proofs)


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8")).hexdigest()


def private_file(path: Path, refusal: str) -> BinaryIO:
    """A new file that only its owner may read; raises :class:`OperatorError` with ``refusal`` where there is one."""
    try:
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except FileExistsError as error:
        raise OperatorError(f"{path} exists. {refusal}") from error
