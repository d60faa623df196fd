"""Where a survey stands, for the operator only, and which command comes next."""

from __future__ import annotations

from datetime import datetime, timedelta

from chalicelib.days import worded_day
from chalicelib.disclosure.policy import policy_of
from chalicelib.errors import in_english
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
    return f"{_held(survey)}{_after_opening(services, survey)}"


def _after_opening(services: Services, survey: Survey) -> str:
    if survey.state == "open":
        return _while_open(services, survey)
    if survey.state == "purged":
        return f"{'' if survey.held else 'nothing: '}its records are deleted"
    if not survey.finished:
        return f"wait: it is counted {counting_time(survey)}"
    return f"{_too_few(services, survey)}manage.py export {survey.id} --to DIR"


def _held(survey: Survey) -> str:
    """That releases wait to be announced, and who sees them meanwhile."""
    if not survey.held:
        return ""
    first, last = survey.held[0], survey.held[-1]
    waiting = f"release {last} is" if first == last else f"releases {first} to {last} are"
    look = "" if survey.state == "purged" else f"manage.py token create {survey.id} --days 14 lets an analyst see; "
    return f"{waiting} held: {look}manage.py announce {survey.id} {last} shows everybody; "


def _while_open(services: Services, survey: Survey) -> str:
    opens_on, closes_on = survey.settings.opens_on, survey.settings.closes_on
    until = f"it closes by itself after {worded_day(closes_on, in_english)} (UTC)" if closes_on else _endless(survey)
    if opens_on and survey.is_awaited(services.clock()):
        return f"wait: it opens by itself on {worded_day(opens_on, in_english)} (UTC); {until}"
    release = f"the next release is due {counting_time(survey)}; " if survey.edition_ends else ""
    return f"collecting; {release}{until}"


def _endless(survey: Survey) -> str:
    """That without a last day nothing ends by itself, and no answer is ever deleted."""
    return f"manage.py close {survey.id} ends it: no closes_on is set, so its answers are kept until you do"


def opened(services: Services, survey: Survey) -> str:
    """What opening means for a survey that was just opened, where that needs telling."""
    if survey.settings.closes_on and not survey.is_awaited(services.clock()):
        return ""
    return f"Next: {_while_open(services, survey)}"


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
    day = _new_promises(before, survey)
    if before and day and (survey.version, survey.next_version) == (before.version, before.next_version):
        return f"version {survey.version} stays{day}"
    if before and survey.state in ("open", "closed") and _differ_in_settings_alone(before, survey):
        return f"version {survey.version} stays; within a minute respondents see whom the file says to turn to"
    taken_back = "; what waited is taken back" if before and before.next_version and not waiting else ""
    if before and taken_back and survey.version == before.version:
        return f"version {survey.version} stays{taken_back}{day}"
    keys = len(survey.settings.recipients)
    sealed = f", sealed to {keys} key{'s' * (keys != 1)}" if keys else ""
    if waiting:
        return f"stored{sealed}; {waiting}{day}"
    at_once = " and takes effect at once" * (survey.state == "open")
    again = ": publish its file again to let it wait" * bool(taken_back)
    return f"version {survey.version} is stored{sealed}{at_once}{taken_back}{again}{day}"


def _new_promises(before: Survey | None, survey: Survey) -> str:
    """What respondents are told anew: another last day, or one at all; that everybody sees the results."""
    if before is None or before.state != "open":
        return ""
    closes_on, was, now = survey.settings.closes_on, before.settings, survey.settings
    day = (
        f"; its last day is now {worded_day(closes_on, in_english)}" if closes_on and closes_on != was.closes_on else ""
    )
    return f"{day}; everybody sees its results from now on" if was.results != now.results else day


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
