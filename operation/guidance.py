"""Where a survey stands, for the operator only, and which command comes next.

A command that is told can be pasted as it stands: it ends with the line, or stands in backticks. What cannot be known,
such as a code that somebody has to read, is told in words instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from chalicelib.days import worded_day
from chalicelib.disclosure.policy import policy_of
from chalicelib.errors import in_english
from chalicelib.jobs import PUBLISHING_MINUTES
from chalicelib.jobs.purge import WAIT, is_being_purged
from chalicelib.jobs.themes import last_release, takes_themes, themes_of
from chalicelib.questionnaire.definition import Definition
from chalicelib.questionnaire.survey import Survey
from chalicelib.services import Services
from chalicelib.tabulation.tally import merged
from operation import suggested

#: Two runs may find no time for a survey, or meet a passing failure. What has to wait longer needs somebody's eyes.
PATIENCE = timedelta(minutes=2 * PUBLISHING_MINUTES)


def next_step(services: Services, survey: Survey, file: Path | None = None) -> str:
    """The command that comes next for ``survey``, whose definition is in ``file``, or what is being waited for.

    Reads no record.
    """
    if survey.state == "being deleted":
        return f"wait: it is being deleted; if that was cut short, `manage.py delete {survey.id}` goes on"
    if not survey.was_opened:
        return _before_opening(services, survey, file)
    if since := _overdue_since(services, survey):
        return f"overdue since {since:%Y-%m-%d %H:%M} UTC: `manage.py release` tries again, and names what stops it"
    return f"{_held(survey)}{_after_opening(services, survey)}"


def _after_opening(services: Services, survey: Survey) -> str:
    if survey.state == "open":
        return _while_open(services, survey)
    if survey.is_purged:
        return _after_purge(services, survey)
    if not survey.finished:
        return f"wait: it is counted {counting_time(survey)}{_reopening(services, survey)}"
    here = suggested.exported(survey.id)
    records = here or suggested.records_of(survey.id)
    export = f"its records are in {here}" if here else f"`manage.py export {survey.id} --to {records}`"
    deleted = f"; the server deletes its records on {survey.purge_due:%Y-%m-%d}" if survey.purge_due else ""
    return f"{_too_few(services, survey)}{export}{deleted}{_coding(services, survey, records)}"


def _coding(services: Services, survey: Survey, records: str) -> str:
    """How themes of what people wrote come into a release, where that was promised and is still to be done."""
    last = last_release(services, survey) if takes_themes(services, survey) else None
    if last is None or last.adds_themes:
        return ""
    if themes_of(services, survey.id):
        return "; its themes are published by the next run, or now: `manage.py release`"
    variables = services.version(survey.id, survey.version).codebook.variables
    text = next((each.id for each in variables if each.form == "text" and each.part is None), None)
    if text is None:
        return ""
    key = f" --key {suggested.working_key(survey.settings.recipients)}" if survey.settings.text == "sealed" else ""
    start = f"manage.py coding start {records} --question {text}{key} --to {suggested.coding_of(text)}"
    return f"; `{start}` and what follows publish themes of what people wrote"


def _after_purge(services: Services, survey: Survey) -> str:
    """That it is over, or under way, or how what was cut short goes on."""
    if is_being_purged(services, survey):
        again, began = f"`manage.py purge {survey.id} --now` goes on", survey.purge_due
        if began and services.clock() < began + WAIT:
            return f"wait: its purge began at {began:%H:%M} UTC; if that was cut short, {again}"
        return f"its purge was cut short: {again}"
    return f"{'' if survey.held else 'nothing: '}its records are deleted"


def _reopening(services: Services, survey: Survey) -> str:
    """Until when its closing can be taken back, if it can."""
    until = survey.may_reopen_until
    if until is None or until <= services.clock():
        return ""
    return f"; until {until:%H:%M} UTC `manage.py reopen {survey.id}` takes its closing back"


def _held(survey: Survey) -> str:
    """That releases wait to be announced, and who sees them meanwhile."""
    if not survey.held:
        return ""
    first, last = survey.held[0], survey.held[-1]
    waiting = f"release {last} is" if first == last else f"releases {first} to {last} are"
    look = "" if survey.is_purged else f"`manage.py token create {survey.id} --days 14` lets an analyst see; "
    return f"{waiting} held: {look}`manage.py announce {survey.id} {last}` shows everybody; "


def _while_open(services: Services, survey: Survey) -> str:
    opens_on, closes_on, inviting = survey.settings.opens_on, survey.settings.closes_on, _inviting(survey)
    until = f"it closes by itself after {worded_day(closes_on, in_english)} (UTC)" if closes_on else _endless(survey)
    if opens_on and survey.is_awaited(services.clock()):
        return f"{inviting}wait: it opens by itself on {worded_day(opens_on, in_english)} (UTC); {until}"
    release = f"the next release is due {counting_time(survey)}; " if survey.edition_ends else ""
    return f"{inviting or 'collecting; '}{release}{until}"


def _inviting(survey: Survey) -> str:
    """How people come in, where each needs a code and none was ever made."""
    if survey.settings.access != "invitation" or survey.invited:
        return ""
    codes = suggested.codes_of(survey.id)
    return f"nobody can answer yet: `manage.py invite {survey.id} --count 100 --to {codes}` makes 100 codes; "


def _endless(survey: Survey) -> str:
    """That without a last day nothing ends by itself, and no answer is ever deleted."""
    return f"no closes_on is set: it stays open, and no answer is deleted, until `manage.py close {survey.id}`"


def opened(services: Services, survey: Survey) -> str:
    """What opening means for a survey that was just opened, where that needs telling."""
    if survey.settings.access == "open":
        link = f"`manage.py share {survey.id} --to {suggested.posters_of(survey.id)}` makes a poster and a message; "
    else:
        link = ""
    return f"Next: {link}{_while_open(services, survey)}"


def _overdue_since(services: Services, survey: Survey) -> datetime | None:
    now = services.clock()
    is_over = survey.finished or survey.is_purged or survey.is_expired(now)
    due = None if is_over else survey.due_at
    return due if due and now > due + PATIENCE else None


def _too_few(services: Services, survey: Survey) -> str:
    """What was counted last and is in no release, if anything: the edition moves on with each."""
    left = merged([part.tally for part in services.tallies.parts(survey.id, survey.edition)]).n
    if survey.releases and not left:
        return ""
    policy = policy_of(survey.settings.policy, survey.settings.access)
    last = "another" if survey.releases else "a"
    # On an open link an exact number would tell more than a printed one.
    exact = "" if policy.noise else f"{left}, "
    return f"finished: too few answers for {last} release ({exact}it takes {policy.needed}); "


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
    day = worded_day(f"{begins:%Y-%m-%d}", in_english)
    return (
        f"version {survey.next_version} waits for the edition that begins on {day} at the earliest; to take it back,"
        f" publish what version {survey.version} asks"
    )


def before_publishing(definition: Definition, keys: int, publish: str) -> str:
    """The command that comes next for a definition without errors: ``publish``, but for keys that text is sealed to.

    ``keys``: how many the survey has already, where the file names none.
    """
    is_sealed = definition.questionnaire.has_text and definition.settings.text == "sealed"
    named = len({*definition.settings.recipients}) or keys
    if not is_sealed or named >= 2:
        return publish
    return suggested.giving_second_key(publish) if named else suggested.giving_keys(publish)


def practice(services: Services) -> str:
    """That the clock is that of a practice server, and was moved; empty where it was not."""
    from operation.local.practice import PracticeClock

    return services.clock.notice if isinstance(services.clock, PracticeClock) else ""


def addresses(survey: Survey) -> Mapping[str, str]:
    """Where the form and the results of ``survey`` are, below the application's root, by what they are called."""
    form = {"form": f"s/{survey.id}"} if survey.state == "open" else {}
    has_results = survey.was_opened and not survey.is_never_published
    return form | ({"results": f"s/{survey.id}/results"} if has_results else {})


def file_addresses(survey: Survey) -> Mapping[str, str]:
    """Where the files of its latest release are, by what the page of results calls them; none before the first."""
    from chalicelib.publication.formats import FORMATS

    root = f"api/surveys/{survey.id}/releases/latest"
    return {each.name: f"{root}{each.suffix}" for each in FORMATS.values() if each.is_for_people and survey.releases}


def seen_by_analysts(survey: Survey) -> str:
    """Who sees which releases, where some are held; empty where everybody sees all of them."""
    if not survey.held:
        return ""
    everybody = f"everybody sees those up to {survey.announced}" if survey.announced else "others see none"
    return f"who has a token sees releases up to {survey.held[-1]}, {everybody}"


def _before_opening(services: Services, survey: Survey, file: Path | None) -> str:
    questionnaire = services.version(survey.id, survey.version).questionnaire
    if questionnaire.has_text and survey.settings.text == "sealed":
        if len(survey.settings.recipients) < 2:
            return suggested.giving_keys(suggested.publishing(survey.id, file))
        if not survey.keys_proven():
            return suggested.proving_keys(survey)
    drafts = "".join(f" --accept-draft {language}" for language in questionnaire.drafts)
    opening = f"manage.py open {survey.id}{drafts}"
    return f"`manage.py test {survey.id}` to try it out, then `{opening}`" if survey.state == "draft" else opening
