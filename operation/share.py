"""What an operator passes on of an open survey: links, QR codes, posters, and messages that ask people to answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import segno

from chalicelib.locale import translator
from chalicelib.questionnaire.definition import Hidden, Questionnaire
from chalicelib.questionnaire.survey import Survey
from chalicelib.services import Services
from chalicelib.templating import environment
from operation.appeal import Appeal, address_of, appeal_of, breakable, link_to, qr_code
from operation.errors import OperatorError


@dataclass(frozen=True)
class Shared:
    """One language's files: its link, and where its poster and its message were written."""

    language: str
    link: str
    poster: Path
    text: Path


def share(services: Services, survey: Survey, base: str, folder: Path, given: Mapping[str, str]) -> list[Shared]:
    """Write a poster and a message in each language of an open survey, and one QR code, into ``folder``.

    ``base``: where the application answers, as https://example.org/api; ``given``: values of hidden questions that
    the links carry.
    """
    if survey.state != "open":
        raise OperatorError(f"“{survey.id}” is {survey.state}. Share it once it is open: `manage.py open {survey.id}`.")
    questionnaire = services.version(survey.id, survey.version).questionnaire
    _require_declared(questionnaire, given)
    folder.mkdir(parents=True, exist_ok=True)
    address, is_open = address_of(survey, base), survey.settings.access == "open"
    segno.make(link_to(address, given), error="m").save(str(folder / "qr.svg"), scale=8, border=4)
    return [
        _write(folder, appeal_of(questionnaire, survey.settings, language), address, given, is_open=is_open)
        for language in questionnaire.languages
    ]


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


def _write(folder: Path, appeal: Appeal, address: str, given: Mapping[str, str], *, is_open: bool) -> Shared:
    link = link_to(address, {"lang": appeal.language, **given})
    poster, text = folder / f"poster-{appeal.language}.html", folder / f"invitation-{appeal.language}.txt"
    poster.write_text(_poster(appeal, link, link_to(address, given)), "utf-8")
    text.write_text(_message(appeal, link, is_open=is_open), "utf-8")
    return Shared(appeal.language, link, poster, text)


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
