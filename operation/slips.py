"""Slips to cut and draw from a hat: how to reach the form, and one invitation's code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from chalicelib.errors import Translate
from chalicelib.locale import direction, translator
from chalicelib.questionnaire.definition import Questionnaire
from chalicelib.questionnaire.survey import Survey
from chalicelib.responses.receipt import grouped, read_receipt
from chalicelib.services import Services
from chalicelib.templating import environment
from operation.appeal import Appeal, address_of, appeal_of, breakable, link_to, qr_code
from operation.errors import OperatorError
from operation.lifecycle import standing

#: Two slips a sheet then.
MOST_LANGUAGES = 6


@dataclass(frozen=True)
class Said:
    """One thing in one language."""

    language: str
    text: str

    @property
    def direction(self) -> str:
        """As ``dir`` has it."""
        return direction(self.language)


@dataclass(frozen=True)
class Wording:
    """What each slip says. Of each list, what is the same in two languages stands once, in the first of them."""

    appeals: tuple[Appeal, ...]
    asked_by: tuple[str, ...]
    ways: tuple[Said, ...]
    labels: tuple[Said, ...]
    promises: tuple[Said, ...]


def slips(services: Services, survey: Survey, codes: Iterable[str], base: str, language: str | None = None) -> str:
    """A page with a slip for each of ``codes``, in every language of the survey, or in ``language`` alone.

    Each code is on one slip, so all languages stand together on it: two pages of the same codes would hand each of them
    out twice. Nothing on it is a number, or tells one slip from another but its code.

    Raises :class:`OperatorError` where slips make no sense, the survey is not in ``language``, or it has more languages
    than a slip has room for.
    """
    if survey.settings.access != "invitation" or survey.state not in ("draft", "test", "open"):
        raise OperatorError(
            f"“{survey.id}” is {standing(survey)}, with access: {survey.settings.access}. Slips are for a survey with"
            " access: invitation that is not closed."
        )
    questionnaire = services.version(survey.id, survey.version).questionnaire
    spoken = _languages(survey, questionnaire, language)
    address = address_of(survey, base)
    return (
        environment("operation")
        .get_template("slips.html")
        .render(
            wording=_wording([appeal_of(questionnaire, survey.settings, each) for each in spoken]),
            # In several languages, the form lets people choose.
            code=qr_code(link_to(address, {"lang": spoken[0]} if len(spoken) == 1 else {})),
            typed=breakable(address),
            codes=list(codes),
        )
    )


def _wording(appeals: Sequence[Appeal]) -> Wording:
    kept = {(appeal.title, appeal.request, appeal.asked_by): appeal for appeal in reversed(appeals)}
    openings = [appeal for appeal in appeals if appeal in kept.values()]
    languages = [appeal.language for appeal in appeals]
    return Wording(
        tuple(openings),
        tuple(f"{translator(appeal.language)('Asked by')}:" for appeal in openings),
        _said(languages, lambda translate: translate("Scan, or type this address into a browser:")),
        _said(languages, lambda translate: translate("Your code:")),
        _said(
            languages,
            lambda translate: translate("It lets you answer once. Nothing that is stored links it to your answers."),
        ),
    )


def _said(languages: Sequence[str], words: Callable[[Translate], str]) -> tuple[Said, ...]:
    found = {words(translator(language)): language for language in reversed(languages)}
    return tuple(Said(language, text) for text, language in reversed(found.items()))


def _languages(survey: Survey, questionnaire: Questionnaire, language: str | None) -> list[str]:
    languages = list(questionnaire.languages)
    if language is not None and language not in languages:
        raise OperatorError(f"“{survey.id}” is not in that language. Choose from: {', '.join(languages)}.")
    if language is None and len(languages) > MOST_LANGUAGES:
        raise OperatorError(
            f"“{survey.id}” is in {len(languages)} languages, and a slip has room for {MOST_LANGUAGES}. Make a file of"
            " codes for each language, and slips with --language."
        )
    return languages if language is None else [language]


def read_codes(file: Path) -> Iterator[str]:
    """The codes that ``invite`` wrote into ``file``, in groups. What is none is named by its line, never quoted."""
    advice = "this is no code. Give the file that `manage.py invite` wrote."
    try:
        lines = file.read_text("utf-8").splitlines()
    except UnicodeDecodeError:
        # Not chained: it quotes what is in the file.
        raise OperatorError(f"{file}: {advice}") from None
    for number, line in enumerate(lines, 1):
        code = read_receipt(line)
        if code is None:
            raise OperatorError(f"{file}, line {number}: {advice}")
        yield grouped(code)
