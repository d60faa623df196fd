"""What a survey promises, generated from its settings (P13), so that the page cannot say what is not so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import escape

from chalicelib.disclosure.policy import Policy
from chalicelib.errors import Translate
from chalicelib.questionnaire.definition import Questionnaire
from chalicelib.questionnaire.survey import SurveySettings
from chalicelib.templating import marked


def promises(
    settings: SurveySettings,
    questionnaire: Questionnaire,
    translate: Translate,
    language: str,
    page: str = "",
    *,
    policy: Policy,
) -> list[str]:
    """The promises of a survey with ``settings``, whose numbers are those of its ``policy``; a sentence or two each.

    ``page``: the language of the page that they stand on, where the interface has no words in ``language``.
    """
    found = [
        "Nothing is stored before you press Send. You can skip any question, unless it says why we need an answer.",
        "No internet address, device, browser, cookie or time is stored with your answers.",
    ]
    if settings.access == "invitation":
        found.append(
            "Your invitation lets you answer once. Its code is deleted when you send, and nothing stored links it to"
            " your answers. Whoever handed out the codes may remember who got which."
        )
    if questionnaire.has_text:
        found.append(_TEXT[settings.text])
    if settings.coding:
        found.append(_THEMES[settings.policy])
    found += _results(settings, policy)
    withdrawal = (
        "You get a receipt. With it you can withdraw your answers: they are deleted at once. What was already counted"
        " stays counted."
    )
    days = settings.retention_days
    deleted = translate(
        "All answers are deleted from our server one day after the survey closes.",
        "All answers are deleted from our server %(days)d days after the survey closes.",
        days,
    )
    return [
        *(translate(promise) % {"threshold": policy.threshold, "base": policy.rounding_base} for promise in found),
        *_groups(settings, questionnaire, translate, language, page),
        translate(withdrawal),
        " ".join([deleted % {"days": days}, *_put_off(settings, translate)]),
    ]


def short_promises(settings: SurveySettings, translate: Translate) -> list[tuple[str, str]]:
    """What stands open on the first page, a few words and a sentence each; :func:`promises` tells all."""
    found = [
        ("Nothing is stored yet.", "Your answers are stored only when you press Send."),
        ("We do not note who you are.", "No internet address, device or time is kept."),
    ]
    if settings.policy == "protected":
        # Of the numbers: what somebody wrote may be published as it is.
        found.append(("Nobody can be picked out of the numbers.", "They are rounded by chance."))
    found.append(("You can take it back.", "Your receipt deletes it while we have it."))
    return [(translate(begins), translate(goes_on)) for begins, goes_on in found]


def _put_off(settings: SurveySettings, translate: Translate) -> list[str]:
    """What becomes of that if the last day that was told becomes a later one."""
    if settings.closes_on is None:
        return []
    return [translate("If the survey stays open longer than announced, they are kept that much longer.")]


def limits(settings: SurveySettings, questionnaire: Questionnaire, translate: Translate) -> list[str]:
    """What the survey cannot protect from, stated as plainly."""
    found = [
        "Somebody who takes over our server while it runs could see new answers as they arrive, and a court could"
        " order us to show them.",
    ]
    if settings.access == "open":
        found.append(
            "Anyone with the link can answer, even more than once. We cannot tell invented answers from real ones."
        )
    if settings.policy == "protected":
        found.append("If very few people answer, nothing is published at all.")
    if questionnaire.has_text:
        found.append("Rounding does not protect what you write in your own words. Leave out names, places and dates.")
    return [translate(limit) for limit in found]


_TEXT = {
    "sealed": (
        "What you write in your own words is locked before it is stored. Only the people who hold the keys can open"
        " it, on their own computers; our server cannot."
    ),
    "plain": "What you write in your own words is stored as it is, and the people who ask may publish it.",
}


#: Of what is written, where it may be sorted into themes, by the setting ``policy``.
_THEMES = {
    "protected": (
        "The people who ask read what you write and sort it into themes. Results may show how many people wrote about"
        " each theme, rounded like every other number."
    ),
    "exact": (
        "The people who ask read what you write and sort it into themes. Results may show how many people wrote about"
        " each theme."
    ),
}


def _results(settings: SurveySettings, policy: Policy) -> list[str]:
    """When, how and to whom results are published."""
    is_once_more = settings.coding and (settings.policy == "exact" or settings.releases != "at_close")
    once_more = [_ONCE_MORE_AT_THE_END[settings.results]] if is_once_more else []
    return [*_numbers(settings, policy), *once_more, *_READERS[settings.results]]


def _numbers(settings: SurveySettings, policy: Policy) -> list[str]:
    if settings.policy == "exact":
        return [_EXACT[settings.results]]
    rounding = (
        "We publish only if about %(threshold)d people answer. Every number is changed a little by chance, and rounded"
        " to a multiple of %(base)d."
        if policy.noise
        else "We publish only if at least %(threshold)d people answer. Every number is rounded to a multiple of"
        " %(base)d, up or down by chance."
    )
    is_once_more = settings.coding and settings.releases == "at_close"
    when = _ONCE_MORE[settings.results] if is_once_more else _WHEN[settings.results][settings.releases]
    return [when, rounding]


def _groups(
    settings: SurveySettings, questionnaire: Questionnaire, translate: Translate, language: str, page: str
) -> list[str]:
    """By the answers to which question others are published too."""
    if settings.crosstabs is None:
        return []
    told = (
        translate("Some answers are also shown by group, by the answers to “%(question)s”.")
        if settings.policy == "exact"
        else translate(
            "Some answers are also shown by group, by the answers to “%(question)s”. Groups that are too small are"
            " added together."
        )
    )
    labels = [question.label for question in questionnaire.questions if question.id == settings.crosstabs.group]
    first = questionnaire.first_language
    return [escape(told) % {"question": marked(label, language, first, page)} for label in labels]


#: Who sees results, by the setting ``results``. What is held may never be announced: of that nothing says that it is
#: published.
_READERS: Mapping[str, Sequence[str]] = {
    "public": (),
    "held": (
        "The people who ask see the results first, and may show them to others. They decide if and when everybody"
        " sees them.",
    ),
}
_EXACT = {
    "public": (
        "Results are published as exact numbers while answers come in. We note with your answers which publication"
        " counted them first."
    ),
    "held": (
        "Results are exact numbers, made while answers come in. We note with your answers which results counted them"
        " first."
    ),
}
#: Of a protected survey, by the settings ``results`` and ``releases``.
_WHEN = {
    "public": {
        "at_close": "Results are published once, after the survey has closed.",
        "monthly": (
            "Results are published every month. Each time they cover the answers since the last time. If there are too"
            " few, they wait for the next month."
        ),
        "quarterly": (
            "Results are published every three months. Each time they cover the answers since the last time. If there"
            " are too few, they wait for the next time."
        ),
    },
    "held": {
        "at_close": "Results are made once, after the survey has closed.",
        "monthly": (
            "Results are made every month. Each time they cover the answers since the last time. If there are too few,"
            " they wait for the next month."
        ),
        "quarterly": (
            "Results are made every three months. Each time they cover the answers since the last time. If there are"
            " too few, they wait for the next time."
        ),
    },
}
#: The same of one release, where what is written may be sorted into themes, by the setting ``results``.
_ONCE_MORE = {
    "public": (
        "Results are published after the survey has closed. They may be published once more, with themes of what people"
        " wrote."
    ),
    "held": (
        "Results are made after the survey has closed. They may be made once more, with themes of what people wrote."
    ),
}
#: Where there were results before it closed.
_ONCE_MORE_AT_THE_END = {
    "public": "Once the survey has closed, results may be published once more, with themes of what people wrote.",
    "held": "Once the survey has closed, results may be made once more, with themes of what people wrote.",
}
