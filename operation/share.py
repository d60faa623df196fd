"""What an operator passes on of an open survey: links, QR codes, posters, and messages that ask people to answer."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass

import segno

from chalicelib.locale import translator
from chalicelib.questionnaire.definition import Hidden, Questionnaire
from chalicelib.questionnaire.survey import Survey
from chalicelib.services import Services
from chalicelib.templating import environment
from operation.appeal import Appeal, address_of, appeal_of, breakable, link_to, qr_code
from operation.errors import OperatorError
from operation.lifecycle import standing

QR = "qr.svg"


@dataclass(frozen=True)
class Shared:
    """One language's link, poster (HTML) and message."""

    language: str
    link: str
    poster: str
    message: str

    @property
    def poster_name(self) -> str:
        """What the poster's file is called."""
        return f"poster-{self.language}.html"

    @property
    def message_name(self) -> str:
        """What the message's file is called."""
        return f"invitation-{self.language}.txt"


@dataclass(frozen=True)
class Appeals:
    """What is passed on of a survey. ``qr_code``: an SVG of the link that is in no language."""

    shared: tuple[Shared, ...]
    qr_code: bytes

    @property
    def files(self) -> Mapping[str, bytes]:
        """All of it by name."""
        posters = {each.poster_name: each.poster.encode() for each in self.shared}
        return {QR: self.qr_code, **posters, **{each.message_name: each.message.encode() for each in self.shared}}


def share(services: Services, survey: Survey, base: str, given: Mapping[str, str]) -> Appeals:
    """A poster and a message in each language of an open survey, and one QR code.

    ``base``: where the application answers, as https://example.org/api; ``given``: values of hidden questions that
    the links carry.
    """
    if survey.state != "open":
        raise OperatorError(
            f"“{survey.id}” is {standing(survey)}. Share it once it is open: `manage.py open {survey.id}`."
        )
    questionnaire = services.version(survey.id, survey.version).questionnaire
    _require_declared(questionnaire, given)
    address = address_of(survey, base)
    shared = [_shared(survey, questionnaire, language, address, given) for language in questionnaire.languages]
    return Appeals(tuple(shared), _qr_file(link_to(address, given)))


def _shared(
    survey: Survey, questionnaire: Questionnaire, language: str, address: str, given: Mapping[str, str]
) -> Shared:
    appeal = appeal_of(questionnaire, survey.settings, language)
    link = link_to(address, {"lang": language, **given})
    message = _message(appeal, link, is_open=survey.settings.access == "open")
    return Shared(language, link, _poster(appeal, link, link_to(address, given)), message)


def _qr_file(link: str) -> bytes:
    stream = io.BytesIO()
    segno.make(link, error="m").save(stream, kind="svg", scale=8, border=4)
    return stream.getvalue()


def _require_declared(questionnaire: Questionnaire, given: Mapping[str, str]) -> None:
    """Raise unless every value that links carry is one that its hidden question declares."""
    declared = {
        question.id: [option.code for option in question.options]
        for question in questionnaire.questions
        if isinstance(question, Hidden)
    }
    for name, value in given.items():
        if value not in declared.get(name, []):
            known = "; ".join(f"{name}={', '.join(codes)}" for name, codes in declared.items()) or "none"
            raise OperatorError(f"No hidden question declares “{name}={value}”. Declared: {known}.")


def _poster(appeal: Appeal, link: str, typed: str) -> str:
    """A page to print. ``typed``: the link without its language, which the form offers too, since it is shorter."""
    page = environment("operation").get_template("poster.html")
    return page.render(appeal=appeal, code=qr_code(link), typed=breakable(typed), _=translator(appeal.language))


def _message(appeal: Appeal, link: str, *, is_open: bool) -> str:
    """For a chat, an e-mail or a letter. On an open link people may be asked twice; a code is handed out once."""
    translate = translator(appeal.language)
    repeated = [translate("If you have answered already, ignore this.")] if is_open else []
    sender = f"{translate('Asked by')}: {appeal.asked_by}"
    parts = [appeal.title, appeal.request, appeal.purpose, link, *appeal.facts, *repeated, sender]
    return "\n\n".join(parts) + "\n"
