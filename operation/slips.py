"""Slips to cut and draw from a hat: how to reach the form, and one invitation's code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from chalicelib.locale import translator
from chalicelib.questionnaire.survey import Survey
from chalicelib.responses.receipt import grouped, read_receipt
from chalicelib.services import Services
from chalicelib.templating import environment
from operation.appeal import address_of, appeal_of, breakable, link_to, qr_code
from operation.errors import OperatorError


def slips(services: Services, survey: Survey, codes: Iterable[str], base: str, language: str | None = None) -> str:
    """A page in ``language``, or the survey's first, with a slip for each of ``codes``.

    In one language only: two pages of the same codes would hand each of them out twice.
    """
    if survey.settings.access != "invitation" or survey.state not in ("draft", "test", "open"):
        raise OperatorError(
            f"“{survey.id}” is {survey.state}, with access: {survey.settings.access}. Slips are for a survey with"
            " access: invitation that is not closed."
        )
    questionnaire = services.version(survey.id, survey.version).questionnaire
    spoken = language or questionnaire.first_language
    if spoken not in questionnaire.languages:
        raise OperatorError(
            f"“{survey.id}” is not in that language. Choose from: {', '.join(questionnaire.languages)}."
        )
    address = address_of(survey, base)
    return (
        environment("operation")
        .get_template("slips.html")
        .render(
            appeal=appeal_of(questionnaire, survey.settings, spoken),
            code=qr_code(link_to(address, {"lang": spoken})),
            typed=breakable(address),
            codes=list(codes),
            _=translator(spoken),
        )
    )


def read_codes(file: Path) -> Iterator[str]:
    """The codes that ``invite`` wrote into ``file``, in groups. What is none is named by its line, never quoted."""
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        code = read_receipt(line)
        if code is None:
            raise OperatorError(f"{file}, line {number}: this is no code. Give the file that `manage.py invite` wrote.")
        yield grouped(code)
