"""What the note on how a survey was made says of themes: by whom, and how well, what people wrote was sorted.

Source: AAPOR, "Code of Professional Ethics and Practices" (revised April 2021), section III.A.11, on coding. How far
two coders agreed is told by Krippendorff's limits alone (:class:`chalicelib.tabulation.themes.ThemeCounts`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chalicelib.disclosure.policy import INVITED, OPEN_LINK
from chalicelib.publication.about import HowMade
from chalicelib.publication.release import Release
from chalicelib.publication.words import Phrasing, filled

#: By how many sorted the texts of a question into themes.
_CODERS: Mapping[int, str] = {
    1: "One person sorted the texts of “%(question)s”.",
    2: "Two people sorted the texts of “%(question)s”, each alone, and then settled where they differed.",
}
#: By how far they agreed, if two did.
_AGREED: Mapping[str, str] = {
    "well": "Alone, they agreed well (Krippendorff's alpha: .800 or more).",
    "tentatively": "Alone, they agreed in part (Krippendorff's alpha: .667 or more, below .800).",
    "poorly": "Alone, they agreed little (Krippendorff's alpha: below .667).",
}


def on_coding(release: Release, made: HowMade, words: Phrasing) -> Iterator[str]:
    """The sentences of a ``release`` with themes, which was ``made`` so."""
    translate = words.translate
    yield translate(
        "What people wrote in their own words is not in these results. People read it and sorted it into themes."
    )
    if made.text == "sealed":
        yield translate("It was locked when it was sent, and only those who asked can open it.")
    asked = {question.id: question for question in release.questions}
    for coded in made.coded:
        yield filled(translate(_CODERS[coded.coders]), question=words.of(asked[coded.question].called))
        if coded.agreed:
            yield translate(_AGREED[coded.agreed])
    if release.method == "exact":
        return
    least = (OPEN_LINK if release.noise else INVITED).themes_from
    yield translate("A theme that prints with fewer than %(least)d texts is not named.") % {"least": least}
