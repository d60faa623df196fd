import pytest

from chalicelib.locale import translator
from chalicelib.publication.codebook_page import render_codebook
from chalicelib.publication.release import Release
from chalicelib.publication.worded import WordedRelease
from chalicelib.publication.words import MEANINGS
from tests.builders import a_question
from tests.unit.publication.a_release import a_release


def page(release: Release) -> str:
    return str(render_codebook(WordedRelease.of(release, "en", translator("en")), "results", "file.csv"))


@pytest.mark.parametrize(("access", "method"), [("invitation", "rounded"), ("open", "noise")])
def test_codebook_says_what_the_numbers_of_its_release_mean_sums_over_editions_too(access: str, method: str) -> None:
    first = a_release(a_question("yes_no"), policy="protected", access=access)
    second = a_release(a_question("yes_no"), policy="protected", access=access, previous=first)
    assert MEANINGS[method] % first.rules in page(first)
    assert MEANINGS[f"sums of {method}"] % second.rules in page(second)
