"""Where a survey stands, for the operator only, and which command comes next."""

from __future__ import annotations

from datetime import datetime, timedelta

from chalicelib.disclosure.policy import policy_of
from chalicelib.jobs import PUBLISHING_MINUTES
from chalicelib.questionnaire.survey import Survey
from chalicelib.services import Services
from chalicelib.tabulation.tally import merged

#: Two runs may find no time for a survey, or meet a passing failure. What has to wait longer needs somebody's eyes.
PATIENCE = timedelta(minutes=2 * PUBLISHING_MINUTES)


def next_step(services: Services, survey: Survey) -> str:
    """The command that comes next for ``survey``, or what is being waited for. Reads no record."""
    if survey.state in ("draft", "test"):
        return _before_opening(services, survey)
    if since := _overdue_since(services, survey):
        return f"overdue since {since:%Y-%m-%d %H:%M} UTC: manage.py release tries again, and names what stops it"
    if survey.state == "open":
        release = f"the next release is due {counting_time(survey)}; " if survey.edition_ends else ""
        return f"collecting; {release}manage.py close {survey.id} ends it"
    if survey.state == "purged":
        return "nothing: its records are deleted"
    if not survey.finished:
        return f"wait: it is counted {counting_time(survey)}"
    return f"{_too_few(services, survey)}manage.py export {survey.id} --to DIR"


def _overdue_since(services: Services, survey: Survey) -> datetime | None:
    now = services.clock()
    is_over = survey.finished or survey.state == "purged" or survey.is_expired(now)
    due = None if is_over else survey.due_at
    return due if due and now > due + PATIENCE else None


def _too_few(services: Services, survey: Survey) -> str:
    """What was counted last and is in no release, if anything: the edition moves on with each."""
    left = merged([part.tally for part in services.tallies.parts(survey.id, survey.edition)]).n
    if survey.releases and not left:
        return ""
    policy = policy_of(survey.settings.policy, survey.settings.access)
    last = "another" if survey.releases else "a"
    return f"finished: too few answers for {last} release ({left}, it takes {policy.needed}); "


def counting_time(survey: Survey) -> str:
    """When a survey is counted next: after the hour for late senders, or at the end of its edition."""
    due = survey.due_at
    return f"by the first run after {due:%Y-%m-%d %H:%M} UTC" if due else "after closing"


def published(services: Services, before: Survey | None, survey: Survey) -> str:
    """What became of a definition that was published: the record ``before``, if there was one, became ``survey``."""
    waiting = waiting_version(services, survey)
    if survey == before:
        return waiting or f"version {survey.version} stays: nothing changed"
    if before and survey.state in ("open", "closed") and _differ_in_settings_alone(before, survey):
        return f"version {survey.version} stays; within a minute respondents see whom the file says to turn to"
    taken_back = "; what waited is taken back" if before and before.next_version and not waiting else ""
    if before and taken_back and survey.version == before.version:
        return f"version {survey.version} stays{taken_back}"
    keys = len(survey.settings.recipients)
    sealed = f", sealed to {keys} key{'s' * (keys != 1)}" if keys else ""
    if waiting:
        return f"stored{sealed}; {waiting}"
    at_once = " and takes effect at once" * (survey.state == "open")
    again = ": publish its file again to let it wait" * bool(taken_back)
    return f"version {survey.version} is stored{sealed}{at_once}{taken_back}{again}"


def _differ_in_settings_alone(before: Survey, after: Survey) -> bool:
    return after.model_copy(update={"settings": before.settings, "revision": before.revision}) == before


def waiting_version(services: Services, survey: Survey) -> str:
    """What waits for the next edition, since when it will be asked, and how it is taken back; empty where nothing does.

    An edition of too few goes on, and then it waits longer.
    """
    is_over = survey.is_sealing or survey.questions_changed_at
    begins = survey.next_edition_end(services.clock()) if is_over else survey.edition_ends
    if not survey.next_version or not begins:
        return ""
    day = f"{begins.day} {begins:%B %Y}"
    return (
        f"version {survey.next_version} waits for the edition that begins on {day} at the earliest; to take it back,"
        f" publish what version {survey.version} asks"
    )


def _before_opening(services: Services, survey: Survey) -> str:
    questionnaire = services.version(survey.id, survey.version).questionnaire
    if questionnaire.has_text and survey.settings.text == "sealed":
        if len(survey.settings.recipients) < 2:
            return "manage.py key new FILE, twice; then manage.py publish FILE --recipient KEY --recipient KEY"
        if not survey.keys_proven():
            return f"manage.py key test {survey.id} --to DIR"
    try_out = f"manage.py test {survey.id}, then " if survey.state == "draft" else ""
    drafts = "".join(f" --accept-draft {language}" for language in questionnaire.drafts)
    return f"{try_out}manage.py open {survey.id}{drafts}"
