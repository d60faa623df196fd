"""One request of a respondent to one survey, and the frame of every page that answers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from markupsafe import Markup

from chalicelib.collection import find_survey
from chalicelib.errors import Refusal, Refused, Translate
from chalicelib.formatting import Formatter
from chalicelib.forms.own_fields import OwnField, OwnFields
from chalicelib.forms.support import render_contact, render_support
from chalicelib.locale import interface_language, page_translator
from chalicelib.questionnaire.survey import Survey
from chalicelib.services import Services, Version, current
from chalicelib.templating import marked
from chalicelib.web import pages
from chalicelib.web.http import Call


@dataclass(frozen=True)
class Visit:
    """What all steps of answering or withdrawing need.

    ``own``: what the form that was sent carries beside answers; ``version``: the one that it was loaded with, where
    that was ever published, or else the ``latest``. ``earlier``: the one that it was loaded with before the questions
    changed, as long as the changes are marked.
    """

    call: Call
    services: Services
    survey: Survey
    own: OwnFields
    version: Version
    latest: Version
    earlier: Version | None
    language: str

    @cached_property
    def key(self) -> bytes:
        """The survey's receipt key; raises a storage error."""
        return self.services.receipt_key(self.survey)

    @property
    def is_outdated(self) -> bool:
        """Whether the version asks something else than is asked now."""
        return not self.survey.takes(self.version.number)

    @property
    def is_awaited(self) -> bool:
        """Whether the survey's first day is still to come."""
        return self.survey.is_awaited(self.services.clock())

    @property
    def page_language(self) -> str:
        """The language of the page around the form: one that the interface has words in."""
        return interface_language(self.language)

    @property
    def translate(self) -> Translate:
        """Words the interface's messages."""
        return page_translator(self.language)

    @property
    def title(self) -> Markup:
        """The questionnaire's."""
        return self.worded(self.version.questionnaire.title)

    @property
    def rehearsal_token(self) -> str | None:
        """What links of a survey under test bring along."""
        return self.call.query.get("token") if self.survey.state == "test" else None

    def worded(self, text: Mapping[str, str]) -> Markup:
        """An author's text, marked with its language where it is not the page's."""
        return marked(text, self.language, self.version.questionnaire.first_language, self.page_language)

    @property
    def words(self) -> Formatter:
        """Words an author's texts with paragraphs, lists and links."""
        questionnaire = self.version.questionnaire
        return Formatter(
            self.language, questionnaire.first_language, self.page_language, self.translate, questionnaire.formatted
        )

    @property
    def turn_to(self) -> Markup:
        """Every line of support, and whom to ask about the survey: for a page that nothing follows."""
        settings = self.survey.settings
        return render_support(settings, self.words) + render_contact(settings, self.words)

    def page(self, template: str, title: str, **context: Any) -> pages.Page:
        """A page that belongs to the survey: its exit link, its other pages, the banner of a test."""
        return pages.page(
            template,
            self.call.root,
            self.language,
            title,
            self.survey.settings.exit_link,
            links=pages.links(self.call.root, self.survey.id, self.language, self.rehearsal_token),
            rehearsal=self.survey.state == "test",
            names=OwnField,
            **context,
        )

    def language_links(self) -> list[pages.LanguageLink]:
        """The page in the questionnaire's other languages."""
        names = {code: translation.name for code, translation in self.version.questionnaire.languages.items()}
        return pages.language_links(names, self.language, self.call.query)


def visit_of(call: Call, survey_id: str, own: OwnFields) -> Visit:
    """Find the survey that a request speaks of; raises :class:`Refused`, or a storage error."""
    services = current()
    survey = find_survey(services, survey_id, call.query.get("token"), own.version)
    latest = services.version(survey.id, survey.version)
    version = _version(services, survey, own.version) or latest
    language = call.language(list(version.questionnaire.languages), own.switch or own.language)
    # Once it is sent again, what is wrong is marked instead.
    earlier = _version(services, survey, own.earlier_version) if own.switch else None
    return Visit(call, services, survey, own, version, latest, earlier, language)


def _version(services: Services, survey: Survey, number: int) -> Version | None:
    return services.version(survey.id, number) if number and survey.has_published(number) else None


def refuse_other_sites(call: Call) -> None:
    """Raise :class:`Refused` where a browser says that another site made it send this."""
    if call.headers.get("sec-fetch-site") == "cross-site":
        raise Refused(Refusal.CROSS_SITE)
