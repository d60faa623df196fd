"""A survey's way from definition to opening; each step says what has to come before it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from pydantic import TypeAdapter, ValidationError

from chalicelib.errors import Conflict, StoreMisconfigured
from chalicelib.questionnaire.base import SurveyId
from chalicelib.questionnaire.definition import Definition, Questionnaire
from chalicelib.questionnaire.survey import MENDABLE, Survey, SurveySettings
from chalicelib.responses.receipt import new_key, rehearsal_token
from chalicelib.responses.sealing import seal_message
from chalicelib.services import Clock, Services
from operation import suggested
from operation.authoring.comparability import asked_late, asks_the_same, incomparable, noteworthy, unknown_names
from operation.authoring.date_rules import untimely
from operation.authoring.made_names import as_survey
from operation.authoring.markdown import with_formatting
from operation.authoring.meanings import is_drawn_the_same
from operation.authoring.places import SETTINGS
from operation.authoring.problems import DefinitionProblem, ProblemCode, Severity
from operation.authoring.suggestions import asked, did_you_mean
from operation.authoring.support_rules import changed_support
from operation.capacity import require_releasable
from operation.errors import DefinitionError, OperatorError

#: How far an operator's clock may be off when a survey is closed.
CLOCK_TOLERANCE = timedelta(minutes=1)
#: What an operator may not know who meant to mend a telephone number.
MENDED_WHEN_CLOSED = " To mend `support` or `contact`, change nothing else in the file."


def require_survey(services: Services, survey_id: str) -> Survey:
    """The survey called ``survey_id``; raise :class:`OperatorError` if there is none."""
    survey = services.record(survey_id)
    if survey is None:
        advice = did_you_mean(survey_id, services.surveys.ids())
        otherwise = " Publish it first; `manage.py` lists what there is."
        raise OperatorError(f"There is no survey “{survey_id}”.{advice or otherwise}")
    return survey


def standing(survey: Survey) -> str:
    """What a survey is, to follow “is”."""
    return {"draft": "a draft", "test": "under test"}.get(survey.state, survey.state)


def require_timely(definition: Definition, now: datetime) -> list[DefinitionProblem]:
    """Warnings of days that look like slips; raises :class:`DefinitionError` where the last one is over."""
    problems = untimely(definition, now)
    if errors := [problem for problem in problems if problem.severity is Severity.ERROR]:
        raise DefinitionError(errors)
    return problems


def require_name(name: str) -> None:
    """Raise :class:`OperatorError` unless a survey can be called ``name``."""
    try:
        TypeAdapter(SurveyId).validate_python(name)
    except ValidationError:
        raise OperatorError(
            f"“{name}” cannot be a survey's name, which stands in its link."
            " Take 3 to 60 small letters from a to z, digits and hyphens, a letter first."
            f"{asked(as_survey(name.removesuffix('.yaml')))}"
        ) from None


def publish_definition(
    services: Services,
    definition: Definition,
    recipients: Sequence[str],
    same_meaning: Collection[str] = (),
    accepted_drafts: Collection[str] = (),
) -> Survey:
    """Store a new version of a survey; of an open one, only what leaves answers comparable. Nothing new: no version.

    Lines of support and the contact take effect at once, whatever waits: a number has to be mended when it changes.
    It takes effect at once, unless an open survey's editions go on and it asks something else: then it waits for the
    next edition, in place of what waited. A file that asks what is asked now takes back what waits.

    Text is sealed to ``recipients`` and those of the file; where neither names any, to the keys given before.
    ``same_meaning``: ids and codes whose new wording means the same, by the operator's word.
    Raises :class:`DefinitionError` with every reason why the versions could not be counted together, and every name
    in ``same_meaning`` that nothing has.
    """
    survey = services.record(definition.survey)
    given = [*definition.settings.recipients, *recipients]
    settings = _settings_with(definition.settings, given or (survey.settings.recipients if survey else ()))
    problems = unknown_names(definition.questionnaire, same_meaning)
    problems += [problem for problem in untimely(definition, services.clock()) if problem.severity is Severity.ERROR]
    if survey is not None and survey.state not in ("draft", "test"):
        problems += _incomparable(services, survey, settings, definition.questionnaire, same_meaning)
    if problems:
        raise DefinitionError(problems)
    if survey is not None and survey.state == "open":
        _require_answerable(services, survey, definition.questionnaire, accepted_drafts)
    require_releasable(definition)
    formatted = definition.model_copy(update={"questionnaire": with_formatting(definition.questionnaire)})
    return _save_version(services, formatted, settings, survey)


def _incomparable(
    services: Services,
    survey: Survey,
    settings: SurveySettings,
    questionnaire: Questionnaire,
    same_meaning: Collection[str],
) -> list[DefinitionProblem]:
    """Why ``questionnaire`` cannot be a version of a survey that was opened (P13)."""
    if survey.state != "open" and not _mends_closed_page(services, survey, settings, questionnaire):
        raise OperatorError(
            f"“{survey.id}” is {standing(survey)}: nobody answers it any more. Publish it under another id."
            f"{MENDED_WHEN_CLOSED * (survey.state == 'closed')}"
        )
    published = [services.version(survey.id, number).questionnaire for number in survey.published]
    problems = _changed_settings(survey.settings, settings)
    if survey.settings.policy == "exact":
        return [*problems, *incomparable(published, questionnaire, same_meaning)]
    late = [] if survey.under(settings, services.clock()).edition_ends else asked_late(published[-1], questionnaire)
    told = {problem.place.question for problem in late if problem.place.question}
    others = incomparable(published, questionnaire, same_meaning, may_remove=True)
    return [*problems, *late, *(problem for problem in others if problem.place.question not in told)]


def _changed_settings(before: SurveySettings, after: SurveySettings) -> list[DefinitionProblem]:
    """What respondents rely on and is not as it was, but for what may change (:class:`SurveySettings`).

    A last day may be put off, or named where there was none; held results may become public.
    """
    fixed = [name for name in SurveySettings.model_fields if name not in MENDABLE]
    changed = [name for name in fixed if getattr(before, name) != getattr(after, name)]
    is_put_off = after.closes_on is not None and (before.closes_on is None or after.closes_on > before.closes_on)
    is_shared = after.results == "public"
    advice = {
        "closes_on": f"Respondents were told {before.closes_on}. Write that day, or a later one.",
        "results": "Respondents were told that everybody sees the results. Leave them public.",
    }
    return [
        DefinitionProblem(
            SETTINGS / name,
            ProblemCode.CHANGED_SETTING,
            advice.get(name, "Respondents rely on this. Leave it as it was."),
        )
        for name in changed
        if not (name == "closes_on" and is_put_off) and not (name == "results" and is_shared)
    ]


def _mends_closed_page(
    services: Services, survey: Survey, settings: SurveySettings, questionnaire: Questionnaire
) -> bool:
    """Whether lines of support are new and nothing else is: who comes to a closed survey is still shown them."""
    changed = {
        name for name in SurveySettings.model_fields if getattr(survey.settings, name) != getattr(settings, name)
    }
    if survey.state != "closed" or not changed or not changed <= set(MENDABLE):
        return False
    stored = services.version(survey.id, survey.version).questionnaire
    return is_drawn_the_same(stored.model_copy(update={"formatted": None}), questionnaire)


def warnings_of(services: Services, definition: Definition) -> list[DefinitionProblem]:
    """Days that look like slips, and what respondents of an open survey may understand otherwise than before."""
    days = [problem for problem in untimely(definition, services.clock()) if problem.severity is Severity.WARNING]
    survey = services.record(definition.survey)
    if survey is None or survey.state != "open":
        return days
    before = services.version(survey.id, survey.version).questionnaire
    told = [*changed_support(survey.settings, definition.settings), *noteworthy(before, definition.questionnaire)]
    return [*days, *told]


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


def _save_version(
    services: Services, definition: Definition, settings: SurveySettings, survey: Survey | None
) -> Survey:
    """Store what is new: the questionnaire, the settings, or neither."""
    questionnaire = definition.questionnaire
    if survey is None:
        number = _store_version(services, definition.survey, 1, questionnaire)
        return services.surveys.save(Survey(id=definition.survey, settings=settings, version=number))
    proofs = tuple(proof for proof in survey.key_proofs if proof.recipient in settings.recipients)
    changed = survey.under(settings, services.clock()).model_copy(update={"key_proofs": proofs})
    saved = changed if survey.state == "closed" else _with_version(services, changed, questionnaire)
    return services.surveys.save(saved) if saved != survey else saved


def _with_version(services: Services, survey: Survey, questionnaire: Questionnaire) -> Survey:
    """The record with ``questionnaire`` as what respondents meet now, or from the next edition on."""
    if _is_stored(services, survey, survey.version, questionnaire):
        return survey.showing(survey.version)
    if survey.next_version and _is_stored(services, survey, survey.next_version, questionnaire):
        return survey
    number = _store_version(services, survey.id, survey.version + 1, questionnaire)
    current = services.version(survey.id, survey.version).questionnaire
    if survey.edition_ends and not asks_the_same(current, questionnaire):
        return survey.model_copy(update={"next_version": number})
    return survey.showing(number)


def _is_stored(services: Services, survey: Survey, number: int, questionnaire: Questionnaire) -> bool:
    """Whether version ``number`` is the same to the eye, so that nobody need be told of another."""
    return is_drawn_the_same(services.version(survey.id, number).questionnaire, questionnaire)


def _store_version(services: Services, survey_id: str, number: int, questionnaire: Questionnaire) -> int:
    """Store the questionnaire under the first free number from ``number`` on, or find it there.

    What nobody met may have taken some: a run that was cut short, or a version that waited in vain.
    """
    try:
        services.surveys.add_questionnaire(survey_id, number, questionnaire)
    except Conflict:
        return _store_version(services, survey_id, number + 1, questionnaire)
    return number


def _settings_with(settings: SurveySettings, recipients: Sequence[str]) -> SurveySettings:
    """``settings`` with ``recipients`` as its public keys, each of which can be sealed to."""
    keys = tuple(dict.fromkeys(recipients))
    for key in keys:
        try:
            seal_message("", key)
        except StoreMisconfigured:
            raise OperatorError(
                f"“{key}” is not an age public key (age1…). `manage.py key new working.key` makes one."
            ) from None
    try:
        return SurveySettings.model_validate(settings.model_dump() | {"recipients": keys})
    except ValidationError:
        raise OperatorError(f"{len(keys)} keys are too many. Ten are the most.") from None


def start_test(services: Services, survey_id: str) -> str:
    """Put a draft under test; return the path and query of its link."""
    survey = require_survey(services, survey_id)
    if survey.state not in ("draft", "test"):
        raise OperatorError(f"“{survey.id}” is {standing(survey)}. Only a draft can be put under test.")
    _require_recipients(services, survey)
    services.access.add_receipt_key(survey.id, new_key(), rehearsal=True)
    saved = services.surveys.save(survey.model_copy(update={"state": "test"}))
    return f"s/{survey.id}?token={rehearsal_token(services.receipt_key(saved), survey.id)}"


def open_survey(services: Services, survey_id: str, accepted_drafts: Collection[str] = ()) -> Survey:
    """Open a survey for answers, from its first day on. From now on its settings stand (P13), and tests are gone."""
    survey = require_survey(services, survey_id)
    if survey.state not in ("draft", "test"):
        raise OperatorError(f"“{survey.id}” is {standing(survey)}. A survey is opened once.")
    if survey.settings.closes_at and survey.settings.closes_at <= services.clock():
        raise OperatorError(
            f"{survey.settings.closes_on} is over. Publish “{survey.id}” with a later `closes_on` first."
        )
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
        "counted_since": survey.version,
        "edition_began": services.clock(),
        "edition_ends": edition_ends,
    }
    opened = services.surveys.save(survey.model_copy(update=changes))
    wipe_rehearsals(services, survey.id)
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
            f"Each key has to open a test message before text is sealed to it. Next: {suggested.proving_keys(survey)}"
        )


def _require_recipients(services: Services, survey: Survey) -> None:
    questionnaire = services.version(survey.id, survey.version).questionnaire
    needed = questionnaire.has_text and survey.settings.text == "sealed"
    if needed and len(survey.settings.recipients) < 2:
        raise OperatorError(
            "Text is sealed to two keys at least, a working key and a recovery key."
            f" Next: {suggested.giving_keys(suggested.publishing(survey.id))}"
        )


def require_true_clock(services: Services, clock: Clock) -> None:
    """Raise :class:`OperatorError` unless this computer's ``clock`` is that of the database, however slow that answers.

    The time of closing decides until when answers are accepted, when they are counted, and when they are deleted. By a
    slow clock a last day that is over could be put off, or a closing taken back that is final (P13).
    """
    before = clock()
    true, now = services.surveys.server_time(), clock()
    if true is not None and not before - CLOCK_TOLERANCE <= true <= now + CLOCK_TOLERANCE:
        raise OperatorError(
            f"This computer's clock says {now:%H:%M:%S} UTC, the database's {true:%H:%M:%S}. Set it right."
        )


def wipe_rehearsals(services: Services, survey_id: str) -> None:
    """Delete what was sent while the survey was under test, and the key of its receipts."""
    services.responses.delete_all(survey_id, rehearsal=True)
    services.access.delete_receipt_key(survey_id, rehearsal=True)
