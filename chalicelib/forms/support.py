"""Whom a respondent can turn to, as fragments of pages: lines of support, and who answers for the survey."""

from __future__ import annotations

from collections.abc import Collection

from markupsafe import Markup

from chalicelib.formatting import Formatter
from chalicelib.questionnaire.survey import SurveySettings
from chalicelib.templating import environment


def render_support(
    settings: SurveySettings, words: Formatter, names: Collection[str] | None = None, section: str = ""
) -> Markup:
    """The lines called ``names``, or all, as a region; nothing where there is none.

    ``section``: the id of the one that it closes, under whose heading it stands. What a section names and the settings
    no longer have is passed over.
    """
    lines = [line for line in settings.support if names is None or line.id in names]
    if not lines:
        return Markup("")
    template = environment("chalicelib.forms").get_template("support.html")
    shown = template.render(lines=lines, words=words, _=words.translate, section=section)
    return Markup(shown)  # noqa: S704  # the template escapes


def render_contact(settings: SurveySettings, words: Formatter) -> Markup:
    """Whom to ask about the survey and about one's rights, as paragraphs; nothing where nobody is named."""
    if settings.contact is None:
        return Markup("")
    template = environment("chalicelib.forms").get_template("contact.html")
    return Markup(template.render(contact=settings.contact, words=words, _=words.translate))  # noqa: S704  # the same
