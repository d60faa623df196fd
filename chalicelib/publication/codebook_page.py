"""The codebook of a release as a page, made from the release and from nothing else (P8)."""

from __future__ import annotations

from markupsafe import Markup

from chalicelib.publication.notes import meaning_of
from chalicelib.publication.published_codebook import codebook_of_release
from chalicelib.publication.worded import WordedRelease
from chalicelib.templating import environment


def render_codebook(worded: WordedRelease, results: str, file: str) -> Markup:
    """The codebook as a fragment of a page, from which ``results`` and the codebook's ``file`` are linked."""
    release, words = worded.release, worded.words
    body = (
        environment("chalicelib.publication")
        .get_template("codebook.html")
        .render(
            codebook=codebook_of_release(worded),
            title=words.of(release.title),
            meaning=meaning_of(release, words),
            results=results,
            file=file,
            _=words.translate,
        )
    )
    return Markup(body)  # noqa: S704  # the template escapes
