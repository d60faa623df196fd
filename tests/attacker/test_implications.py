"""Questions that say something of each other: small counts come out where it is not stated, and never where it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random

import pytest

from chalicelib.disclosure.policy import INVITED, OPEN_LINK
from chalicelib.disclosure.protect import protect
from chalicelib.disclosure.protected import ProtectedBatch, Suppression
from chalicelib.tabulation.tally import Tally
from tests.attacker.attack import RELEASES, WIDTH, Attack, is_possible
from tests.attacker.bound_surveys import a_bound_survey, children, country
from tests.attacker.surveys import ASurvey, Respondents

pytestmark = pytest.mark.slow

SURVEYS = 100
PIECE = 100


def a_release(survey: ASurvey, random: Random, number: int, most: int) -> tuple[Tally, ProtectedBatch]:
    tally = Respondents(random, survey).tally(random.randint(20, most))
    batch = protect(tally, survey.specs, INVITED, number.to_bytes(32, "big"), 1)
    assert batch is not None
    return tally, batch


@pytest.mark.parametrize(("survey", "narrow"), [(children, 13), (country, 3)])
def test_what_is_not_stated_lets_the_attacker_through_and_what_is_stated_does_not_P7(
    survey: Callable[[bool], ASurvey], narrow: int, capsys: pytest.CaptureFixture[str]
) -> None:
    found = dict[bool, Counter[float]]()
    for is_stated in (False, True):
        asked, found[is_stated] = survey(is_stated), Counter()
        for number in range(SURVEYS):
            tally, batch = a_release(asked, Random(number), number, 60)  # noqa: S311
            widths = [most - least for least, most in (breach.found for breach in Attack().on(batch, tally, asked))]
            found[is_stated][min(widths, default=WIDTH)] += 1
            assert not is_stated or is_possible(batch, asked)
    with capsys.disabled():
        print(f"\n{survey.__name__}: least widths in {SURVEYS} releases, stated or not: {found}")
    assert found[False].total() - found[False][WIDTH] >= narrow
    assert found[True] == {WIDTH: SURVEYS}


@pytest.mark.parametrize("first", range(0, RELEASES // 5, PIECE))
def test_no_small_count_of_bound_questions_can_be_worked_out_and_print_is_a_possible_truth_P7(
    first: int, capsys: pytest.CaptureFixture[str]
) -> None:
    attack, missing = Attack(), Counter[str]()
    for number in range(first, min(first + PIECE, RELEASES // 5)):
        random = Random(number)  # noqa: S311
        survey = a_bound_survey(random)
        tally, batch = a_release(survey, random, number, 200)
        assert attack.on(batch, tally, survey) == [], f"release {number}"
        assert is_possible(batch, survey), f"release {number}"
        missing.update(each.reason for each in batch.suppressed)
        missing.update(f"{each.reason} by group" for each in batch.suppressed_crosstabs)
    with capsys.disabled():
        seen = f"{attack.releases} releases, {attack.cells} cells, {attack.crosstabs} crosstabs"
        print(f"\n{seen}; suppressed: {dict(missing)}")
    assert attack.least_width >= WIDTH
    assert missing[Suppression.NO_FIT] <= attack.releases / 20


@pytest.mark.parametrize("number", range(50))
def test_on_an_open_link_bound_questions_print_a_possible_truth(number: int) -> None:
    random = Random(number)  # noqa: S311
    survey = a_bound_survey(random)
    tally = Respondents(random, survey).tally(random.randint(80, 200))
    batch = protect(tally, survey.specs, OPEN_LINK, number.to_bytes(32, "big"), 1)
    assert batch is not None
    assert is_possible(batch, survey)
    assert not [each for each in batch.suppressed if each.reason is Suppression.NO_FIT]
