"""What members get to see of a survey before they open it: links, QR codes, posters, short invitations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import segno

from chalicelib.errors import Translate
from chalicelib.locale import direction, translator
from chalicelib.questionnaire.definition import Hidden, Questionnaire, in_language
from chalicelib.questionnaire.survey import Survey
from chalicelib.services import Services
from chalicelib.templating import environment
from operation.errors import OperatorError


@dataclass(frozen=True)
class Shared:
    """One language's files: its link, and where its poster and its text were written."""

    language: str
    link: str
    poster: Path
    text: Path


def share(services: Services, survey: Survey, base: str, folder: Path, given: Mapping[str, str]) -> list[Shared]:
    """Write a poster and a text in each language of an open survey, and one QR code, into ``folder``.

    ``base``: where the application answers, as https://example.org/api; ``given``: values of hidden questions that
    the links carry.
    """
    if survey.state != "open":
        raise OperatorError(f"“{survey.id}” is {survey.state}. Share it once it is open: `manage.py open {survey.id}`.")
    questionnaire = services.version(survey.id, survey.version).questionnaire
    _require_declared(questionnaire, given)
    folder.mkdir(parents=True, exist_ok=True)
    address = f"{base.rstrip('/')}/s/{survey.id}"
    segno.make(_link(address, given), error="m").save(str(folder / "qr.svg"), scale=8, border=4)
    needs_code = survey.settings.access == "invitation"
    return [
        _write(folder, questionnaire, needs_code, language, _link(address, {"lang": language, **given}))
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


def _link(address: str, given: Mapping[str, str]) -> str:
    return f"{address}?{urlencode(given)}" if given else address


def _write(folder: Path, questionnaire: Questionnaire, needs_code: bool, language: str, link: str) -> Shared:
    title = in_language(questionnaire.title, language, questionnaire.first_language)
    asked_by = in_language(questionnaire.asked_by, language, questionnaire.first_language)
    sentences = _sentences(questionnaire.minutes, needs_code, translator(language))
    shown = {"language": language, "direction": direction(language), "title": title, "sentences": sentences}
    code = segno.make(link, error="m").svg_inline(scale=8, border=4)
    poster, text = folder / f"poster-{language}.html", folder / f"invitation-{language}.txt"
    page = environment("operation").get_template("poster.html").render(shown, link=link, code=code)
    poster.write_text(page, "utf-8")
    text.write_text("\n\n".join([f"{title} ({asked_by})", *sentences, link, ""]), "utf-8")
    return Shared(language, link, poster, text)


def _sentences(minutes: int, needs_code: bool, translate: Translate) -> list[str]:
    """The words that invite, which say nothing of the subject."""
    code = [translate("You need the code you were given. It lets you answer once.")] if needs_code else []
    return [
        translate("Takes about a minute.", "Takes about %(minutes)d minutes.", minutes) % {"minutes": minutes},
        translate("You need no account, and nobody asks your name. Open the link where nobody can see your screen."),
        *code,
        translate("If you have answered already, ignore this."),
    ]
