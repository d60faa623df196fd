"""A survey's way from definition to closing; each step says what has to come before it."""

from __future__ import annotations

import hashlib
import random
import secrets
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta

from pydantic import TypeAdapter, ValidationError

from chalicelib.disclosure.policy import EXACT
from chalicelib.disclosure.protect import protect
from chalicelib.errors import Conflict, StoreMisconfigured
from chalicelib.publication.cells import kept_editions
from chalicelib.publication.release import Release, make_release
from chalicelib.questionnaire.base import SurveyId
from chalicelib.questionnaire.codebook import codebook_of
from chalicelib.questionnaire.definition import Definition, Questionnaire, SurveySettings
from chalicelib.questionnaire.survey import KeyProof, Survey
from chalicelib.responses.receipt import grouped, invitation_hash, new_invitation, new_key, rehearsal_token
from chalicelib.responses.sealing import seal_message
from chalicelib.services import Services
from chalicelib.storage.surveys import MAXIMUM_BODY, packed
from chalicelib.tabulation.tally import TableSpec, Tally, tables_of
from operation.authoring.comparability import incomparable, newly_required, noteworthy, unknown_names
from operation.authoring.places import SETTINGS
from operation.authoring.problems import DefinitionProblem, ProblemCode
from operation.errors import DefinitionError, OperatorError

#: How far an operator's clock may be off when a survey is closed.
CLOCK_TOLERANCE = timedelta(minutes=1)

#: Bytes that a number of an edition takes, up to a million: as it is stored, compressed, and as it is sent.
STORED_NUMBER, SENT_NUMBER = 4, 7

#: Bytes of one reply. Lambda sends 6 MB, and a page says more than its data.
MAXIMUM_REPLY = 2_000_000


def require_survey(services: Services, survey_id: str) -> Survey:
    """The survey called ``survey_id``; raise :class:`OperatorError` if there is none."""
    survey = services.surveys.get(survey_id)
    if survey is None:
        raise OperatorError(f"There is no survey “{survey_id}”. Publish it first; `manage.py` lists those there are.")
    return survey


def require_name(name: str) -> None:
    """Raise :class:`OperatorError` unless a survey can be called ``name``."""
    try:
        TypeAdapter(SurveyId).validate_python(name)
    except ValidationError:
        raise OperatorError(
            f"“{name}” cannot be a survey's name, which stands in its link."
            " Take 3 to 60 small letters, digits and hyphens, a letter first."
        ) from None


def publish_definition(
    services: Services,
    definition: Definition,
    recipients: Sequence[str],
    same_meaning: Collection[str] = (),
    accepted_drafts: Collection[str] = (),
) -> Survey:
    """Store a new version of a survey; of an open one, only what leaves answers comparable. Nothing new: no version.

    Text is sealed to ``recipients`` and those of the file; where neither names any, to the keys given before.
    ``same_meaning``: ids and codes whose new wording means the same, by the operator's word.
    Raises :class:`DefinitionError` with every reason why the versions could not be counted together, and every name
    in ``same_meaning`` that nothing has.
    """
    survey = services.surveys.get(definition.survey)
    given = [*definition.settings.recipients, *recipients]
    settings = _settings_with(definition.settings, given or (survey.settings.recipients if survey else ()))
    problems = unknown_names(definition.questionnaire, same_meaning)
    if survey is not None and survey.state not in ("draft", "test"):
        problems += _incomparable(services, survey, settings, definition.questionnaire, same_meaning)
    if problems:
        raise DefinitionError(problems)
    if survey is not None and survey.state == "open":
        _require_answerable(services, survey, definition.questionnaire, accepted_drafts)
    _require_releasable(definition)
    return _save_version(services, definition, settings, survey)


def _incomparable(
    services: Services,
    survey: Survey,
    settings: SurveySettings,
    questionnaire: Questionnaire,
    same_meaning: Collection[str],
) -> list[DefinitionProblem]:
    """Why ``questionnaire`` cannot be answered beside the versions of an open survey (P13)."""
    if survey.state != "open":
        raise OperatorError(
            f"“{survey.id}” is {survey.state}: nobody answers it any more. Publish it under another id."
        )
    published = [services.version(survey.id, number).questionnaire for number in survey.published]
    problems = [
        DefinitionProblem(SETTINGS / name, ProblemCode.CHANGED_SETTING, "Respondents rely on this. Leave it as it was.")
        for name in SurveySettings.model_fields
        if getattr(settings, name) != getattr(survey.settings, name)
    ]
    if settings.policy == "protected":
        problems += newly_required(published, questionnaire)
    return [*problems, *incomparable(published, questionnaire, same_meaning)]


def warnings_of(services: Services, definition: Definition) -> list[DefinitionProblem]:
    """What respondents of an open survey may understand otherwise than before, once ``definition`` is published."""
    survey = services.surveys.get(definition.survey)
    if survey is None or survey.state != "open":
        return []
    return noteworthy(services.version(survey.id, survey.version).questionnaire, definition.questionnaire)


def _require_answerable(
    services: Services, survey: Survey, questionnaire: Questionnaire, accepted_drafts: Collection[str]
) -> None:
    """Raise unless its languages may be shown, and its texts can be sealed."""
    published = services.version(survey.id, survey.version).questionnaire
    known = {*accepted_drafts, *published.drafts}
    _require_reviewed([language for language in questionnaire.drafts if language not in known])
    if questionnaire.has_text and survey.settings.text == "sealed" and len(survey.settings.recipients) < 2:
        raise OperatorError(
            f"“{survey.id}” was opened without keys to seal text to, and its settings stand. Ask for text in another"
            " survey."
        )
    _require_keys(survey, questionnaire)


def _require_releasable(definition: Definition) -> None:
    """Raise :class:`OperatorError` if questionnaire, counts or release would be too large to be stored."""
    specs = tables_of(codebook_of(definition.questionnaire), definition.settings.crosstabs)
    documents = (definition.questionnaire, _largest_release(definition, specs))
    texts = [document.model_dump_json() for document in documents]
    numbers = _side_by_side(definition, sum(len(spec.codes) for spec in specs))
    document, release = (len(packed(text)) for text in texts)
    stored = max(document, release + STORED_NUMBER * numbers, len(_irregular(specs, 1).to_json()))
    document, release = (len(text.encode("utf-8")) for text in texts)
    sent = max(document, release + SENT_NUMBER * numbers)
    for size, most, what in ((stored, MAXIMUM_BODY, "stored"), (sent, MAXIMUM_REPLY, "sent")):
        if size > most:
            raise OperatorError(
                f"The survey is too large: {what} it takes {size:,} bytes, {most:,} are the most."
                " Ask less, offer fewer options, or split it."
            )


def _side_by_side(definition: Definition, cells: int) -> int:
    """How many numbers of earlier editions a release keeps."""
    has_one = definition.settings.policy == "protected" and definition.settings.releases == "at_close"
    return 0 if has_one else cells * kept_editions(cells)


def _largest_release(definition: Definition, specs: Sequence[TableSpec]) -> Release:
    """A release as large as they get: with numbers that do not compress, and totals that differ from them."""
    return _release(definition, specs, 2, previous=_release(definition, specs, 1, previous=None))


def _release(definition: Definition, specs: Sequence[TableSpec], number: int, previous: Release | None) -> Release:
    questionnaire = definition.questionnaire
    # Exact, so that no table is left out.
    batch = protect(_irregular(specs, number), specs, EXACT, b"any key", number)
    if batch is None:
        raise AssertionError("so many are enough under every policy")
    return make_release(
        batch,
        previous,
        survey=definition.survey,
        number=number,
        published_on=date.min,
        languages=tuple(questionnaire.languages),
        title=questionnaire.title,
        synthetic=False,
    )


def _irregular(specs: Sequence[TableSpec], seed: int) -> Tally:
    """Counts up to a million in every cell."""
    draw = random.Random(seed).randrange  # noqa: S311  # no secret
    codes = {spec.id: spec.codes for spec in specs}
    tables = codes | {spec.id.in_group(code): spec.codes for spec in specs if spec.group for code in codes[spec.group]}
    return Tally(10**9, {table: {code: draw(10**6) for code in codes} for table, codes in tables.items()})


def _save_version(
    services: Services, definition: Definition, settings: SurveySettings, survey: Survey | None
) -> Survey:
    """Store what is new: the questionnaire, the settings, or neither."""
    base = survey or Survey(id=definition.survey, settings=settings)
    first_free = survey.version + 1 if survey else 1
    is_new = survey is None or _is_new(services, survey, definition.questionnaire)
    version = _store_version(services, definition, first_free) if is_new else base.version
    proofs = tuple(proof for proof in base.key_proofs if proof.recipient in settings.recipients)
    unpublished = (*base.unpublished, *range(first_free, version))
    changes = {"settings": settings, "version": version, "key_proofs": proofs, "unpublished": unpublished}
    saved = base.model_copy(update=changes)
    return services.surveys.save(saved) if saved != survey else saved


def _is_new(services: Services, survey: Survey, questionnaire: Questionnaire) -> bool:
    """Whether a word differs from the latest version, or the order of the languages, which no ``==`` sees."""
    latest = services.version(survey.id, survey.version).questionnaire
    return latest.model_dump_json() != questionnaire.model_dump_json()


def _store_version(services: Services, definition: Definition, number: int) -> int:
    """Store the questionnaire under the first free number: a run that was cut short may have taken ``number``."""
    try:
        services.surveys.add_questionnaire(definition.survey, number, definition.questionnaire)
    except Conflict:
        return _store_version(services, definition, number + 1)
    return number


def _settings_with(settings: SurveySettings, recipients: Sequence[str]) -> SurveySettings:
    """``settings`` with ``recipients`` as its public keys, each of which can be sealed to."""
    keys = tuple(dict.fromkeys(recipients))
    for key in keys:
        try:
            seal_message("", key)
        except StoreMisconfigured:
            raise OperatorError(
                f"“{key}” is not an age public key (age1…). `manage.py key new FILE` makes one."
            ) from None
    try:
        return SurveySettings.model_validate(settings.model_dump() | {"recipients": keys})
    except ValidationError:
        raise OperatorError(f"{len(keys)} keys are too many. Ten are the most.") from None


def start_test(services: Services, survey_id: str) -> str:
    """Put a draft under test; return the path and query of its link."""
    survey = require_survey(services, survey_id)
    if survey.state not in ("draft", "test"):
        raise OperatorError(f"“{survey.id}” is {survey.state}. Only a draft can be put under test.")
    _require_recipients(services, survey)
    services.access.add_receipt_key(survey.id, new_key(), rehearsal=True)
    saved = services.surveys.save(survey.model_copy(update={"state": "test"}))
    return f"s/{survey.id}?token={rehearsal_token(services.receipt_key(saved), survey.id)}"


def start_key_test(services: Services, survey_id: str) -> dict[str, bytes]:
    """A sealed test message for each key that is not proven yet; whoever opens it reads a code to hand back."""
    survey = require_survey(services, survey_id)
    if not survey.settings.recipients:
        raise OperatorError(f"“{survey.id}” has no public keys. Run `manage.py publish FILE --recipient KEY`.")
    proven = [proof for proof in survey.key_proofs if proof.opened]
    unproven = set(survey.settings.recipients) - {proof.recipient for proof in proven}
    codes = {recipient: secrets.token_hex(5) for recipient in survey.settings.recipients if recipient in unproven}
    proofs = (*proven, *(KeyProof(recipient=key, message_hash=_hash(code)) for key, code in codes.items()))
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
        raise OperatorError(
            f"This is not the code of a test message. `manage.py key test {survey.id} --to DIR` makes new ones."
        )
    proofs = tuple(
        proof.model_copy(update={"opened": True}) if proof in matching else proof for proof in survey.key_proofs
    )
    services.surveys.save(survey.model_copy(update={"key_proofs": proofs}))
    return sum(not proof.opened for proof in proofs)


def open_survey(services: Services, survey_id: str, accepted_drafts: Collection[str] = ()) -> Survey:
    """Open a survey for answers. From now on its settings stand (P13), and what was sent as a test is gone."""
    survey = require_survey(services, survey_id)
    if survey.state not in ("draft", "test"):
        raise OperatorError(f"“{survey.id}” is {survey.state}. A survey is opened once.")
    questionnaire = services.version(survey.id, survey.version).questionnaire
    _require_reviewed([language for language in questionnaire.drafts if language not in accepted_drafts])
    _require_recipients(services, survey)
    _require_keys(survey, questionnaire)
    services.access.add_receipt_key(survey.id, new_key())
    services.tallies.add_rounding_key(survey.id, new_key())
    edition_ends = survey.next_edition_end(services.clock())
    changes = {
        "state": "open",
        "first_version": survey.version,
        "asked_since": survey.version,
        "edition_ends": edition_ends,
    }
    opened = services.surveys.save(survey.model_copy(update=changes))
    _wipe_rehearsals(services, survey.id)
    return opened


def _require_reviewed(drafts: Sequence[str]) -> None:
    if drafts:
        raise OperatorError(
            f"Nobody has reviewed the wording in {', '.join(drafts)}. Name the reviewer (`reviewed_by`) in the"
            f" definition and publish it, or insist: {' '.join(f'--accept-draft {language}' for language in drafts)}."
        )


def _require_keys(survey: Survey, questionnaire: Questionnaire) -> None:
    if questionnaire.has_text and survey.settings.text == "sealed" and not survey.keys_proven():
        raise OperatorError(
            "Each key has to open a test message before text is sealed to it:"
            f" `manage.py key test {survey.id} --to DIR`, then `manage.py key confirm {survey.id} CODE` for each."
        )


def _require_recipients(services: Services, survey: Survey) -> None:
    questionnaire = services.version(survey.id, survey.version).questionnaire
    needed = questionnaire.has_text and survey.settings.text == "sealed"
    if needed and len(survey.settings.recipients) < 2:
        raise OperatorError(
            "Text is sealed to two keys at least, a working key and a recovery key. `manage.py key new FILE` makes"
            " one; then `manage.py publish FILE --recipient KEY --recipient KEY`."
        )


def invite(services: Services, survey_id: str, count: int) -> Iterator[str]:
    """Make ``count`` invitations; yields each code once its hash is stored. The codes themselves are not.

    Raises :class:`OperatorError` at once, before the first code is asked for, where invitations make no sense.
    """
    survey = require_survey(services, survey_id)
    if survey.settings.access != "invitation" or survey.state not in ("draft", "test", "open"):
        raise OperatorError(
            f"“{survey.id}” is {survey.state}, with access: {survey.settings.access}. Invitations are for a survey with"
            " access: invitation that is not closed."
        )
    services.access.add_receipt_key(survey.id, new_key())
    key = services.access.receipt_key(survey.id)
    if key is None:
        raise OperatorError(f"“{survey.id}” was purged meanwhile.")
    return _invitations(services, survey.id, key, count)


def _invitations(services: Services, survey_id: str, key: bytes, count: int) -> Iterator[str]:
    for _ in range(count):
        code = new_invitation()
        services.access.add_invitation(survey_id, invitation_hash(key, code))
        yield grouped(code)


def close_survey(services: Services, survey_id: str) -> Survey:
    """End collection. Who was filling in the form may send it for an hour; then the answers are counted.

    What a test left behind goes for good: a rehearsal that was being sent while the survey opened came too late for
    the wiping then.
    """
    survey = require_survey(services, survey_id)
    if survey.state != "open":
        raise OperatorError(f"“{survey.id}” is {survey.state}. Only an open survey can be closed.")
    closed = services.surveys.save(survey.model_copy(update={"state": "closed", "closed_at": services.clock()}))
    _wipe_rehearsals(services, survey.id)
    return closed


def require_true_clock(services: Services, now: datetime) -> None:
    """Raise :class:`OperatorError` unless this computer's clock is that of the database.

    The time of closing decides until when answers are accepted, when they are counted, and when they are deleted.
    """
    true = services.surveys.server_time()
    if true is not None and abs(now - true) > CLOCK_TOLERANCE:
        raise OperatorError(
            f"This computer's clock says {now:%H:%M:%S} UTC, the database's {true:%H:%M:%S}. Set it right."
        )


def _wipe_rehearsals(services: Services, survey_id: str) -> None:
    services.responses.delete_all(survey_id, rehearsal=True)
    services.access.delete_receipt_key(survey_id, rehearsal=True)


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8")).hexdigest()
