"""Fills an empty database with the library's surveys, one of them closed and full of invented persons."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from chalicelib.collection import Submission, accept
from chalicelib.jobs.publish import publish_survey
from chalicelib.questionnaire.definition import (
    Date,
    Definition,
    LongText,
    Matrix,
    MultipleChoice,
    Number,
    OneOfList,
    Question,
    Ranking,
    Scale,
    ShortText,
    is_required,
)
from chalicelib.questionnaire.options import Option
from chalicelib.questionnaire.survey import Crosstabs
from chalicelib.responses.parsing import PARSERS
from chalicelib.services import Services
from operation.authoring.loader import load_definition
from operation.invitations import invite
from operation.keys import confirm_key, new_identity, private_file, start_key_test
from operation.lifecycle import close_survey, open_survey, publish_definition, require_survey

LIBRARY = Path(__file__).parent / "library"
PERSONS = 240
#: Answers that are tried until one goes together with those before it.
TRIES = 1000
CLOSED_EDITION = "member-challenges-2025"


def make_demo(services: Services, keys: Path) -> Iterator[tuple[int, int]]:
    """Publish and open the surveys, and a closed edition of ``PERSONS`` synthetic persons with its release.

    The two key pairs that text is sealed to are written to the folder ``keys``. Yields (done, of how many) as it goes.
    """
    identities = [_demo_identity(keys / f"{name}.key") for name in ("working", "recovery")]
    members = load_definition(LIBRARY / "member-challenges.yaml").definition
    organisations = load_definition(LIBRARY / "organisation-profile.yaml").definition
    past = replace(services, clock=lambda: services.clock() - timedelta(days=1), _records={}, _versions={}, _keys={})
    _open(past, _closed_edition(members), identities)
    survey = require_survey(past, CLOSED_EDITION)
    version = past.version(survey.id, survey.version)
    # A fixed seed: every demo shows the same persons.
    randomness = random.Random(2025)  # noqa: S311
    for number, code in enumerate(invite(past, survey.id, PERSONS)):
        submission = Submission(synthetic_answers(members, randomness), f"person {number}".encode(), code)
        accept(past, survey, version, submission)
        yield number + 1, PERSONS
    close_survey(past, survey.id)
    publish_survey(services, survey.id)
    _open(services, members, identities)
    _open(services, organisations, [])


def _closed_edition(members: Definition) -> Definition:
    """By invitation, so that results by group can be seen too."""
    crosstabs = Crosstabs(group="country", by=("way_of_working", "main_challenges", "harder"))
    changed = {"synthetic": True, "access": "invitation", "crosstabs": crosstabs}
    settings = members.settings.model_copy(update=changed)
    return members.model_copy(update={"survey": CLOSED_EDITION, "settings": settings})


def _demo_identity(path: Path) -> tuple[str, str]:
    """A key pair without a passphrase, since it guards invented text only; (public key, private key)."""
    public, private = new_identity()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with private_file(path, "A key file is never overwritten; choose another folder.") as stream:
        stream.write(f"# public key: {public}\n{private}\n".encode())
    return public, private


def _open(services: Services, definition: Definition, identities: list[tuple[str, str]]) -> None:
    import pyrage

    publish_definition(services, definition, [public for public, _ in identities])
    if identities:
        messages = start_key_test(services, definition.survey)
        for public, private in identities:
            opened = pyrage.decrypt(messages[public], [pyrage.x25519.Identity.from_str(private)])
            confirm_key(services, definition.survey, opened.decode("utf-8").split()[0])
    open_survey(services, definition.survey, accepted_drafts=definition.questionnaire.drafts)


def synthetic_answers(definition: Definition, randomness: random.Random) -> dict[str, Any]:
    """One invented person's answers: earlier options are likelier, one question in twelve is skipped."""
    raw: dict[str, Any] = {}
    given: dict[str, Sequence[str]] = {}
    for question in definition.questionnaire.questions:
        if question.asks != "nothing" and (is_required(question) or randomness.random() > 1 / 12):
            raw[question.id] = _going_together(question, given, randomness)
    return raw


def _going_together(question: Question, given: dict[str, Sequence[str]], randomness: random.Random) -> Any:
    """An answer that goes together with those that were ``given``, and is added to them; None where none is found."""
    for _ in range(TRIES):
        answer = ANSWERERS[question.kind](question, randomness)
        # Only what puts people into one group each can imply, or be implied.
        codes = PARSERS[question.kind].codes(question, answer) if question.crosstab == "group" else {}
        if not any(implication.contradicts(given | codes) for implication in question.implies):
            given.update(codes)
            return answer
    return None


def _likely(options: tuple[Option, ...], randomness: random.Random) -> str:
    weights = [1 / (2 + index) for index in range(len(options))]
    return randomness.choices(options, weights)[0].code


def _one(question: OneOfList, randomness: random.Random) -> str:
    return _likely(question.options, randomness)


def _several(question: MultipleChoice, randomness: random.Random) -> list[str]:
    combinable = tuple(option for option in question.options if not option.exclusive)
    alone = [option.code for option in question.options if option.exclusive]
    if alone and randomness.random() < 0.1:
        return [randomness.choice(alone)]
    most = min(question.most or 3, len(combinable))
    wanted = randomness.randint(question.least or 1, max(question.least or 1, most))
    chosen = list(dict.fromkeys(_likely(combinable, randomness) for _ in range(wanted)))
    while len(chosen) < (question.least or 1):
        left = tuple(option for option in combinable if option.code not in chosen)
        chosen.append(_likely(left, randomness))
    return chosen


def _each_row(question: Matrix, randomness: random.Random) -> dict[str, str]:
    return {row.code: _likely(question.options, randomness) for row in question.rows}


def _step(question: Scale, randomness: random.Random) -> int:
    return randomness.choice(question.steps)


def _words(question: ShortText | LongText, randomness: random.Random) -> str | None:
    """Something, or nothing where that will do; it fits no pattern."""
    words = "Safer housing, and somebody to call.", "A bank account without questions."
    written = randomness.choice([None, None, *words]) or (words[0] if is_required(question) else None)
    return written and written[: question.most_characters].strip()


def _in_order(question: Ranking, randomness: random.Random) -> list[str]:
    """Earlier options tend to come first; some people stop halfway."""
    left = list(question.options)
    order: list[str] = []
    for _ in range(randomness.choice([len(question.ranks), len(question.ranks), randomness.randint(1, len(left))])):
        order.append(_likely(tuple(left), randomness))
        left = [option for option in left if option.code != order[-1]]
    return order[: len(question.ranks)]


def _number(question: Number, randomness: random.Random) -> int:
    return min(question.most, question.least + int((question.most - question.least + 1) * randomness.random() ** 2))


def _day(question: Date, randomness: random.Random) -> str:
    least, most = date.fromisoformat(question.least), date.fromisoformat(question.most)
    return (least + timedelta(days=randomness.randint(0, (most - least).days))).isoformat()


#: Question kind to what an invented person answers; one entry for each of ``definition.KINDS``.
ANSWERERS: dict[str, Callable[[Any, random.Random], Any]] = {
    "single_choice": _one,
    "dropdown": _one,
    "multiple_choice": _several,
    "scale": _step,
    "matrix": _each_row,
    "ranking": _in_order,
    "number": _number,
    "date": _day,
    "yes_no": lambda question, randomness: randomness.random() < 0.4,
    "consent": lambda question, randomness: True,
    "short_text": _words,
    "long_text": _words,
    "hidden": _one,
    "note": lambda question, randomness: None,
    "section": lambda question, randomness: None,
}
