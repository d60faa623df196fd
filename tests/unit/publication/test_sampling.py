"""What stands beside all shares that is not about rounding: who answered, and what chance would do to a sample."""

from __future__ import annotations

import json

import pytest

from chalicelib.errors import in_english
from chalicelib.publication.formats.json_file import release_json
from chalicelib.publication.release import Release
from chalicelib.publication.sampling import caution, standard_error
from chalicelib.publication.worded import WordedRelease
from tests.builders import a_question
from tests.unit.publication.a_release import a_release, page_of

NOBODY = "The people who answered chose to. They are not a random sample of any group."


def of(n: int, policy: str = "protected", access: str = "invitation", previous: Release | None = None) -> Release:
    counts = {"police_met": {"yes": n}}
    return a_release(a_question("yes_no"), n=n, policy=policy, access=access, counts=counts, previous=previous)


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (100, "about 5 percentage points off (one standard error). That is about 3 times what rounding does."),
        (20, "about 11 percentage points off (one standard error). That is about as much as rounding does."),
        (2000, "about one percentage point off (one standard error). That is about 11 times what rounding does."),
    ],
)
def test_standard_error_of_a_sample_is_worked_out_from_the_printed_number_of_answers(n: int, said: str) -> None:
    assert caution(of(n), in_english).startswith(NOBODY)
    assert caution(of(n), in_english).endswith(said)


def test_rounding_counts_for_more_where_several_releases_were_rounded() -> None:
    assert caution(of(50, previous=of(50)), in_english).endswith("That is about 2 times what rounding does.")


def test_exact_numbers_are_compared_with_no_rounding() -> None:
    said = caution(of(100, policy="exact"), in_english)
    assert "about 5 percentage points off" in said
    assert "rounding" not in said


def test_open_link_is_never_called_a_sample() -> None:
    said = caution(of(100, access="open"), in_english)
    assert said.startswith(NOBODY)
    assert "standard error" not in said
    assert standard_error(of(100, access="open")) is None


def test_standard_error_of_less_than_half_a_point_is_not_told_as_one() -> None:
    assert "standard error" not in caution(of(10_010), in_english)


def test_page_and_json_have_the_caution_once() -> None:
    release = of(100)
    said = caution(release, in_english)
    assert page_of(release).count(f"<p>{said}</p>") == 1
    made = json.loads(release_json(WordedRelease.of(release, "en", in_english)))
    assert (made["caution"], made["standard_error"]) == (said, 5.0)
