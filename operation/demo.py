"""Fills an empty database with the library's surveys, one of them closed and full of invented persons."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from chalicelib.collection import Submission, accept
from chalicelib.jobs.publish import publish_survey
from chalicelib.questionnaire.definition import Definition
from chalicelib.questionnaire.survey import Crosstabs
from chalicelib.services import Services
from operation.authoring.loader import load_definition
from operation.ending import close_survey
from operation.files import private_file
from operation.gallery import LIBRARY
from operation.invented import Inventor
from operation.invitations import invite
from operation.keys import new_identity, prove_keys
from operation.lifecycle import open_survey, publish_definition, require_survey
from operation.reading.private_keys import PrivateKeys, read_private_keys

PERSONS = 240
CLOSED_EDITION = "member-challenges-2025"
#: So that every demo prints the same of them: by some keys the lot leaves a part of a crosstab out.
_ROUNDING_KEY = b"d" * 32


def make_demo(services: Services, keys: Path) -> Iterator[tuple[int, int]]:
    """Publish and open the surveys, and a closed edition of ``PERSONS`` synthetic persons with its release.

    The two key pairs that text is sealed to are written to the folder ``keys``. Yields (done, of how many) as it goes.
    """
    pairs = dict(_demo_key(keys / f"{name}.key") for name in ("working", "recovery"))
    members = load_definition(LIBRARY / "member-challenges.yaml").definition
    organisations = load_definition(LIBRARY / "organisation-profile.yaml").definition
    past = replace(
        services,
        clock=lambda: services.clock() - timedelta(days=1),
        _records={},
        _versions={},
        _unopened=set(),
        _keys={},
    )
    past.tallies.add_rounding_key(CLOSED_EDITION, _ROUNDING_KEY)
    _open(past, _closed_edition(members), pairs)
    survey = require_survey(past, CLOSED_EDITION)
    version = past.version(survey.id, survey.version)
    # A fixed seed: every demo shows the same persons.
    randomness = random.Random(2025)  # noqa: S311
    inventor = Inventor(members.questionnaire)
    for number, code in enumerate(invite(past, survey.id, PERSONS)):
        submission = Submission(inventor.answers(randomness), f"person {number}".encode(), code)
        accept(past, survey, version, submission)
        yield number + 1, PERSONS
    close_survey(past, survey.id)
    publish_survey(services, survey.id)
    _open(services, members, pairs)
    _open(services, organisations, {})


def _closed_edition(members: Definition) -> Definition:
    """By invitation, so that results by group can be seen too."""
    crosstabs = Crosstabs(group="country", by=("way_of_working", "main_challenges", "harder"))
    changed = {"synthetic": True, "access": "invitation", "crosstabs": crosstabs}
    settings = members.settings.model_copy(update=changed)
    return members.model_copy(update={"survey": CLOSED_EDITION, "settings": settings})


def _demo_key(path: Path) -> tuple[str, PrivateKeys]:
    """A key pair without a passphrase, since it guards invented text only: the public key, and the private one."""
    public, private = new_identity()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with private_file(path, "A key file is never overwritten; choose another folder.") as stream:
        stream.write(f"# public key: {public}\n{private}\n".encode())
    return public, read_private_keys(path, str)


def _open(services: Services, definition: Definition, pairs: Mapping[str, PrivateKeys]) -> None:
    publish_definition(services, definition, [*pairs])
    if pairs:
        prove_keys(services, definition.survey, [*pairs.values()])
    open_survey(services, definition.survey, accepted_drafts=definition.questionnaire.drafts)
