"""What pages and documents tell of the rules, and of the formats of a release, is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chalicelib.disclosure.policy import INVITED, OPEN_LINK, nine_in_ten
from chalicelib.errors import in_english
from chalicelib.jobs import publish_releases
from chalicelib.publication.formats import FORMATS
from chalicelib.publication.sampling import caution, standard_error
from chalicelib.publication.words import MEANINGS, SUPPRESSIONS
from chalicelib.services import Services
from tests.builders import Browser, FakeClock, a_question, an_open_survey, close_and_wait
from tests.unit.publication.a_release import a_release, page_of

DOCS = Path(__file__).parents[2] / "docs"
BASE, SUBGROUP = INVITED.rounding_base, INVITED.subgroup
HUNDRED = a_release(a_question("yes_no"), policy="protected", n=100)
TOLD = {
    "analysts.md": [
        f"| 0 to {BASE - 1} | up to {BASE - 1} too high or too low; a {BASE} is 1 to {2 * BASE - 1} |",
        f"options are up to {2 * BASE - 1} too high or too low: a 0 is then 0 to {2 * BASE - 1}.",
        f"about nine in ten within {nine_in_ten(OPEN_LINK.rounding_base, 1)}",
        f"a difference of {BASE} between two numbers may be none",
        f"From a base of {INVITED.shares_from} a share is a number",
        f"from {INVITED.percentages_from} to {INVITED.shares_from - 1} it is a range alone",
        f"of 100 answers by about {standard_error(HUNDRED):.0f} percentage points (one standard error), about 3 times",
        f"groups of fewer than about {SUBGROUP} are added together",
        f"fewer than about {SUBGROUP} were asked",
    ],
    "authors.md": [f"groups of fewer than {SUBGROUP} are added together"],
    "disclosure.md": [
        f"Under {INVITED.threshold} responses nothing is printed",
        f"Each cell goes to an adjacent multiple of {BASE}",
        f"a printed 0 is 0 to {BASE - 1} people, a {BASE} is 1 to {2 * BASE - 1}.",
        f"percentages come from a base of {INVITED.percentages_from}, below {INVITED.shares_from} as ranges",
        f"the noisy n rounded down, is at least {OPEN_LINK.threshold}",
        f"if fewer than {SUBGROUP} print as asked",
    ],
}


@pytest.mark.parametrize("document", TOLD)
def test_documents_tell_the_numbers_of_the_policy_P7(document: str) -> None:
    text = " ".join((DOCS / document).read_text("utf-8").split())
    assert [said for said in TOLD[document] if said not in text] == []


def test_what_chance_and_rounding_do_to_a_hundred_answers_is_told_as_it_is_worked_out() -> None:
    said = caution(HUNDRED, in_english)
    assert f"about {standard_error(HUNDRED):.0f} percentage points off" in said
    assert "about 3 times what rounding does" in said


@pytest.mark.parametrize("access", ["invitation", "open"])
def test_the_results_page_tells_the_numbers_of_the_policy_that_a_release_was_made_by_P7(access: str) -> None:
    release = a_release(a_question("yes_no"), policy="protected", access=access)
    other = release.model_copy(update={"rounding_base": 7, "subgroup": 31})
    page = page_of(other)
    assert MEANINGS[release.method] % {"base": 7, "below": 6, "most": 13} in page
    assert SUPPRESSIONS["few_asked"] % other.rules == "Not shown: fewer than about 31 were asked."
    assert access == "invitation" or f"within {nine_in_ten(7, 1)} of the true one" in page


def test_what_is_told_of_noise_grows_with_the_base_and_with_editions() -> None:
    assert nine_in_ten(5, 1) < nine_in_ten(20, 1) < nine_in_ten(20, 4)


# --- formats ----------------------------------------------------------------------------------------------------------


def test_every_format_is_served_linked_and_documented(browser: Browser, services: Services, clock: FakeClock) -> None:
    an_open_survey(services, a_question("yes_no"), policy="exact")
    browser.send_json({"police_met": True})
    close_and_wait(services, clock)
    publish_releases(services)
    page = browser.get("/s/a-survey/results").body.decode()
    documented = re.findall(
        r"([\w-]+) \(`/api/surveys/SURVEY/releases/1([.\w-]*)`\)",
        " ".join((DOCS / "analysts.md").read_text("utf-8").split()),
    )
    assert documented == [(each.name, suffix) for suffix, each in FORMATS.items()]
    tags = []
    for suffix, each in FORMATS.items():
        assert (f'releases/1{suffix}?lang=en">{each.name}</a>' in page) is each.is_for_people
        reply = browser.get(f"/api/surveys/a-survey/releases/1{suffix}?lang=en")
        assert (reply.status_code, reply.headers["Content-Type"]) == (200, each.media_type)
        tags.append(reply.headers["ETag"].rpartition("-")[0])
    assert tags == [f'W/"a-survey-1-{each.name.lower()}-en' for each in FORMATS.values()]
    unknown = browser.get("/api/surveys/a-survey/releases/1.pdf")
    assert unknown.status_code == 404
    assert all(f"1{suffix}" in unknown.json_body["detail"] for suffix in FORMATS)
