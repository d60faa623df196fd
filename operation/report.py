"""A report of a release to print and to hand over: a topline, as survey institutes call it.

For every question its wording, of how many, each answer with its share and what that can be in truth, the editions
before, and how the survey was made: in the form in which Pew Research Center prints toplines. It is made from the
release and from nothing else (P8).
"""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.locale import direction, interface_language, page_translator
from chalicelib.publication.methodology import MethodItem, methodology
from chalicelib.publication.release import Release
from chalicelib.publication.results_page import Results, results_of
from chalicelib.publication.sampling import caution
from chalicelib.publication.worded import WordedRelease
from chalicelib.services import Services
from chalicelib.templating import environment
from operation.errors import OperatorError


@dataclass(frozen=True)
class Report:
    """What is printed, in ``language``; ``page``: the language of the interface's words in it."""

    release: Release
    language: str
    page: str
    results: Results
    caution: str
    method: tuple[MethodItem, ...]

    @property
    def direction(self) -> str:
        """As ``dir`` has it."""
        return direction(self.language)


def report(services: Services, survey: str, number: int | None = None, language: str | None = None) -> bytes:
    """A PDF of the release ``number``, or of the latest, in ``language``, or in the survey's first.

    Raises :class:`OperatorError` where there is no such release, or not in that language.
    """
    release = services.surveys.release(survey, number) if number else services.surveys.latest_release(survey)
    if release is None:
        raise OperatorError(f"“{survey}” has no such release. `manage.py status {survey}` says what there is.")
    spoken = language or release.languages[0]
    if spoken not in release.languages:
        raise OperatorError(f"The release is not in that language. Choose from: {', '.join(release.languages)}.")
    return _printed(html_of(release, spoken))


def html_of(release: Release, language: str) -> str:
    """The report as a document for print."""
    translate = page_translator(language)
    results = results_of(release, language, translate, interface_language(language))
    made = Report(
        release,
        language,
        interface_language(language),
        results,
        caution(release, translate),
        methodology(WordedRelease(release, results.words)),
    )
    return environment("operation").get_template("report.html").render(report=made, _=translate)


def _printed(html: str) -> bytes:
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except (ImportError, OSError) as error:
        raise OperatorError(
            "Reports are set with Pango, which this machine lacks. Install it: `apt install libpangoft2-1.0-0` on"
            " Debian and Ubuntu, `brew install pango` on a Mac; on Windows work in WSL."
        ) from error
    # A report is made of what it holds: nothing is fetched, whatever an author's text looks like.
    fetcher = URLFetcher(allowed_protocols=(), fail_on_errors=True)
    printed: bytes = HTML(string=html, url_fetcher=fetcher).write_pdf(pdf_variant="pdf/ua-1")
    return printed
