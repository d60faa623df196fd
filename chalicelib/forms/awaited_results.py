"""What a page of results says while there are none: what is awaited, and from when; or that too few answered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from chalicelib.days import worded_day
from chalicelib.disclosure.policy import Policy, policy_of
from chalicelib.errors import Translate
from chalicelib.forms.days import open_until
from chalicelib.questionnaire.survey import Survey


def awaited_results(survey: Survey, now: datetime, translate: Translate) -> tuple[str, ...]:
    """Paragraphs. Of held results always the same, so that nothing tells whether there are some."""
    if survey.settings.results == "held":
        return (
            translate(
                "No results are announced here. If enough people answer for the numbers to give nobody away, the people"
                " who ask see them first, and decide when everybody does."
            ),
        )
    return tuple(_public(survey, now, translate))


def _public(survey: Survey, now: datetime, translate: Translate) -> Iterator[str]:
    policy, is_over = policy_of(survey.settings.policy, survey.settings.access), survey.state not in ("open", "test")
    if survey.state == "being purged" and not survey.finished:
        yield translate("This survey has ended, and all answers to it are being deleted now. Nothing was published.")
    elif survey.is_purged and not survey.finished:
        yield translate("This survey has ended, and all answers to it are deleted. Nothing was published.")
    elif survey.is_never_published:
        yield from _too_few(policy, translate)
    elif is_over:
        yield translate("This survey is closed. Its answers are counted about an hour later, and shown here then.")
        yield _condition(policy, translate)
    else:
        yield translate("There are no results yet.")
        if survey.is_awaited(now) and survey.settings.opens_on:
            day = worded_day(survey.settings.opens_on, translate)
            yield translate("This survey opens on %(day)s.") % {"day": day}
        yield from filter(None, [open_until(survey.settings, translate)])
        yield translate(_WHEN["exact" if not policy.at_close else survey.settings.releases])
        yield _condition(policy, translate)


#: When results come, by the setting ``releases``.
_WHEN = {
    "exact": "They come here while answers come in.",
    "at_close": "They come here when the survey has closed.",
    "monthly": "They come here after each month in which enough people answered.",
    "quarterly": "They come here after each quarter of a year in which enough people answered.",
}


def _condition(policy: Policy, translate: Translate) -> str:
    if policy.threshold == 1:
        return translate("As soon as anybody has answered, there are some.")
    if policy.noise:
        text = translate("Nothing is shown unless about %(threshold)d people answer: fewer could be told apart.")
    else:
        text = translate("Nothing is shown unless at least %(threshold)d people answer: fewer could be told apart.")
    return text % {"threshold": policy.threshold}


def _too_few(policy: Policy, translate: Translate) -> Iterator[str]:
    yield translate("This survey has ended, and too few people answered for results that give nobody away.")
    if policy.noise:
        yield translate("About %(threshold)d answers would have been needed.") % {"threshold": policy.threshold}
    elif policy.threshold > 1:
        yield translate("%(threshold)d answers would have been needed.") % {"threshold": policy.threshold}
    yield translate("So nothing is published, and nothing will be. Everybody who answered stays unknown.")
