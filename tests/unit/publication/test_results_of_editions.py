"""The results page where editions differ: what earlier ones left, and what is said of sums."""

from __future__ import annotations

import re
from typing import Any

import pytest

from chalicelib.publication.release import cells_of
from tests.builders import a_question
from tests.unit.publication.a_release import a_release, page_of

IF_YES = {"question": "police_met", "equals": "yes"}


@pytest.mark.parametrize("language", ["en", "sv"])
def test_label_that_an_earlier_edition_left_is_shown_though_the_first_language_is_another_now(language: str) -> None:
    wish = a_question("long_text", show_if=IF_YES)
    some = {"police_met": {"yes": 40, "no": 20}, "wish": {"answered": 30}}
    first = a_release(a_question("yes_no"), wish, policy="protected", counts=some, languages=("en",))
    few = {"police_met": {"yes": 5, "no": 55}}
    changes: dict[str, Any] = {"policy": "protected", "counts": few, "languages": ("sv", "en"), "previous": first}
    html = page_of(a_release(a_question("yes_no"), wish, **changes), language)
    assert re.search("About long_text[?](</span>)?</h2>", html)


def test_page_says_of_sums_only_what_is_true_of_tables_that_one_release_printed() -> None:
    wish = a_question("long_text", show_if=IF_YES)
    some = {"police_met": {"yes": 40, "no": 20}, "wish": {"answered": 30}}
    few = {"police_met": {"yes": 10, "no": 50}}
    for access in ("invitation", "open"):
        changes: dict[str, Any] = {"policy": "protected", "access": access}
        first = a_release(a_question("yes_no"), wish, counts=some, **changes)
        html = page_of(a_release(a_question("yes_no"), wish, counts=few, previous=first, **changes))
        assert "Numbers are sums over the releases that showed them." in html
        assert "is too low" not in html


def test_page_leaves_it_to_a_table_whose_numbers_are_worked_out_what_a_0_and_a_5_mean() -> None:
    wish = a_question("long_text", show_if=IF_YES)
    counts = {"police_met": {"yes": 37, "no": 23}, "wish": {"answered": 34, "no_answer": 26}}
    release = a_release(a_question("yes_no"), wish, policy="protected", counts=counts)
    none = cells_of(release.tables[1])[-1]
    assert (none.count, none.at_most) == (5, 13)
    assert "Unless a table says otherwise, 0 means 0 to 4 and 5 means 1 to 9." in page_of(release)


@pytest.mark.parametrize(
    ("access", "policy", "said"),
    [
        ("invitation", "protected", "(rounded down: up to 4 more)"),
        ("open", "protected", ""),
        ("open", "exact", ""),
    ],
)
def test_number_of_answers_says_by_how_much_it_is_rounded_down(access: str, policy: str, said: str) -> None:
    html = page_of(a_release(a_question("yes_no"), policy=policy, access=access))
    assert re.findall(r"<small>([(]rounded down.*?)</small>", html) == ([said] if said else [])


def test_number_of_answers_to_an_open_link_is_about_right_since_noise_can_put_it_too_high() -> None:
    above = 0
    for key in range(100):
        release = a_release(a_question("yes_no"), n=99, policy="protected", access="open", key=bytes([key]) * 32)
        above += release.responses > 99
        assert f'<p class="facts"><b>about {release.responses}</b> answers' in page_of(release)
    assert above
