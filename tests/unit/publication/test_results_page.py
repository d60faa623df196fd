"""The results page: what stands where, everything escaped, every printed number in its table."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.errors import in_english
from chalicelib.publication.formats import FORMATS
from chalicelib.publication.release import Release
from chalicelib.publication.results_page import render_results
from chalicelib.publication.words import MEANINGS, STANDARD_LABELS
from chalicelib.questionnaire.codebook import ANSWERED, CHOSEN, NO, NO_ANSWER, NOT_CHOSEN, YES
from tests.builders import a_question, options, text
from tests.unit.publication.a_crossed_release import CHALLENGES, POLICE, a_crossed_release
from tests.unit.publication.a_release import ADDRESSES, a_release, page_of, swedish

KINDS = ("single_choice", "multiple_choice", "matrix", "yes_no", "long_text")


def page(*kinds: str, language: str = "en", **changes: Any) -> str:
    release = a_release(*[a_question(kind) for kind in kinds], **changes)
    return str(render_results(release, language, swedish if language == "sv" else in_english, ADDRESSES))


def figure(html: str, question: str) -> str:
    """The part of a page that is of one question."""
    (found,) = re.findall(rf'<div class="figure" id="{question}">.*?(?=<div class="figure"|<h2 id)', html, re.DOTALL)
    return str(found)


# --- what stands where ------------------------------------------------------------------------------------------------


def test_page_goes_from_what_was_found_to_how_and_to_files() -> None:
    questions = [
        a_question("section"),
        *map(a_question, ("multiple_choice", "yes_no")),
        a_question("section", id="more"),
        a_question("long_text", show_if={"question": "police_met", "equals": "no"}),
        a_question("single_choice"),
    ]
    counts = {"challenges": {"chosen": 55}, "challenges.law": {"chosen": 55}, "police_met": {"yes": 55, "no": 5}}
    html = page_of(a_release(*questions, counts=counts, policy="protected"))
    places = [
        '<p class="kicker">Results</p>',
        "<h1>A few questions</h1>",
        '<p class="facts"><b>60</b> answers',
        '<details class="meaning"><summary>Every number is rounded',
        '<ul class="findings">',
        '<nav class="contents"',
        '<h2 id="part">',
        '<div class="figure" id="challenges">',
        '<div class="figure" id="police_met">',
        '<h2 id="more">',
        '<div class="figure" id="country">',
        '<h2 id="_omitted">What we cannot show</h2>',
        '<h2 id="_files">Download</h2>',
    ]
    found = [html.find(place) for place in places]
    assert found == sorted(found)
    assert found[0] >= 0


def test_figure_has_its_finding_what_was_asked_the_drawing_and_the_table_closed_beneath() -> None:
    html = figure(page("single_choice"), "country")
    places = [
        "<h2>NO: 50%</h2>",
        '<p class="asked">About single_choice?</p>',
        '<ol class="bars',
        "<details>",
        "<table>",
    ]
    found = [html.find(place) for place in places]
    assert found == sorted(found)
    assert found[0] >= 0


def test_what_was_asked_is_said_once_where_nothing_is_found() -> None:
    html = figure(page("long_text"), "wish")
    assert "<h2>About long_text?</h2>" in html
    assert 'class="asked"' not in html


def test_headings_skip_no_level_whether_a_survey_has_sections_or_not_P9() -> None:
    sections = [a_question("section"), a_question("yes_no"), a_question("section", id="more"), a_question("scale")]
    for questions, levels in ((sections, ["1", "2", "3", "2", "3", "2"]), (sections[1:2], ["1", "2", "2"])):
        assert re.findall(r"<h(\d)", page_of(a_release(*questions))) == levels


def test_who_hears_a_figure_hears_what_a_number_is_of_before_the_number_P9() -> None:
    scale = figure(page("scale", policy="protected", access="open", n=60), "mood")
    heard = re.findall(r"<li><span>(\d)</span>.*?<b>(\d+ to \d+%)</b>", scale)
    assert [code for code, _ in heard] == ["1", "2", "3", "4", "5"]
    matrix = figure(page("matrix"), "harder")
    assert 0 < matrix.find("At the end of each bar: MUCH.") < matrix.find("<li>")


def test_finding_leads_to_its_figure() -> None:
    html = page("multiple_choice")
    (link,) = re.findall(r'<ul class="findings">.*?href="#(\w+)"', html, re.DOTALL)
    assert f'id="{link}"' in html


def test_bars_are_as_long_as_their_shares_dark_to_the_least_and_pale_to_the_most() -> None:
    exact = figure(page("single_choice"), "country")
    assert re.findall(r'class="solid" width="([^"]+)%"', exact) == ["100.0", "70.0", "13.5", "16.5"]
    rounded = figure(page("single_choice", policy="protected"), "country")
    dark, pale = (
        list(map(float, re.findall(rf'class="{part}" width="([^"]+)%"', rounded))) for part in ("solid", "pale")
    )
    assert dark
    assert all(least < most for least, most in zip(dark, pale, strict=True))


def test_page_has_no_style_of_an_element_and_no_script_P9() -> None:
    assert not re.search(r"style=|<style|<script|\son\w+=", page(*KINDS, "scale", "ranking"))


def test_every_id_is_there_once_and_every_link_within_the_page_leads_somewhere() -> None:
    html = page(*KINDS, "section")
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)


def test_every_printed_number_is_in_the_text_of_the_table_P9() -> None:
    lines = re.findall(r'<th scope="row">(.*?)</th><td>(\d+)</td><td>(\d+)%</td>', page("yes_no"))
    assert lines == [("Yes", "35", "58"), ("No", "20", "33"), ("No answer", "5", "8")]


def test_every_table_has_a_caption_and_its_columns_are_headed() -> None:
    html = page_of(a_crossed_release({"police_met": POLICE}))
    assert html.count("<table") == html.count("<caption>")
    assert html.count('<th scope="col">') >= 6


def test_shares_are_left_out_below_a_base_of_50_and_the_page_says_why_P7() -> None:
    counts = {"police_met": {"yes": 20, "no": 20, "no_answer": 5}}
    html = page("yes_no", policy="protected", n=45, counts=counts)
    assert not re.search(r"\d%<", html)
    assert "below 50 answers there are only numbers." in html
    assert "there are only numbers" not in page("yes_no", policy="protected")


def test_page_links_the_files_of_this_release_and_of_each_figure_in_its_language() -> None:
    html = page("yes_no", language="sv")
    links = [link for link in re.findall(r'href="([^"#]+)"', html) if link.startswith("../releases")]
    for suffix, form in FORMATS.items():
        assert (f"../releases/1{suffix}?lang=sv" in links) is form.is_for_people
    for name in ("tables/police_met.csv", "figures/police_met.svg"):
        assert f"../releases/1/{name}?lang=sv" in links
    assert "<h1>Några frågor</h1>" in html


def test_every_release_is_one_tap_away() -> None:
    first = a_release(a_question("yes_no"))
    html = page_of(a_release(a_question("yes_no"), previous=first))
    assert 'href="results/1?lang=en"' in html
    assert 'href="results/2?' not in html
    assert "All releases" not in page("yes_no")


# --- what is said of the numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "access", "method", "bars"),
    [
        ("exact", "invitation", "exact", None),
        ("protected", "invitation", "rounded", "The strong part of a bar is certain"),
        ("protected", "open", "noise", "About nine in ten true numbers reach into the pale part"),
    ],
)
def test_page_says_what_numbers_and_bars_mean_and_of_which_release_P14(
    policy: str, access: str, method: str, bars: str | None
) -> None:
    html = page("yes_no", policy=policy, access=access)
    assert MEANINGS[method] % a_release(a_question("yes_no"), policy=policy, access=access).rules in html
    assert "Release 1, published 1 March 2026" in html
    assert ("(rounded down: up to 4 more)" in html) == (method == "rounded")
    assert (bars or "</h1>") in html
    assert ("pale part" in html) == (bars is not None)


@pytest.mark.parametrize(
    ("n", "settings", "said"),
    [
        (50, {"policy": "protected"}, "The true share is in its range."),
        (70, {"policy": "protected", "access": "open"}, "About nine in ten true shares are in theirs."),
        (45, {"policy": "protected"}, ""),
        (100, {"policy": "protected"}, "The true share is in its range."),
        (250, {"policy": "protected", "access": "open"}, "About nine in ten true shares are in theirs."),
        (60, {"policy": "exact"}, ""),
    ],
)
def test_page_says_what_the_range_of_a_share_holds_where_it_shows_one(
    n: int, settings: dict[str, Any], said: str
) -> None:
    html = page("yes_no", n=n, counts={"police_met": {"yes": n}}, **settings)
    assert (" to 100%" in html) == bool(said)
    assert re.findall(
        "Shares of fewer than 100, and others that are uncertain, are shown as ranges. (.*?)</p>", html
    ) == ([said] if said else [])


@pytest.mark.parametrize(("access", "method"), [("invitation", "rounded"), ("open", "noise")])
def test_page_says_that_numbers_of_several_editions_are_sums(access: str, method: str) -> None:
    first = a_release(a_question("yes_no"), policy="protected", access=access)
    html = page("yes_no", policy="protected", access=access, previous=first)
    assert MEANINGS[f"sums of {method}"] % first.rules in html
    assert "0 means" not in html


def test_invented_answers_are_labelled_as_such() -> None:
    assert "invented" in page("yes_no", synthetic=True)
    assert "invented" not in page("yes_no")


def test_notes_stand_beside_the_table_of_their_question() -> None:
    several = "Several answers could be chosen, so these numbers can add up to more than the total."
    html = page("multiple_choice", "yes_no")
    assert several in figure(html, "challenges")
    assert several not in figure(html, "police_met")


def test_question_of_which_nothing_is_printed_is_named_with_the_reason() -> None:
    wish = a_question("long_text", show_if={"question": "police_met", "equals": "yes"})
    counts = {"police_met": {"yes": 10, "no": 50}}
    html = page_of(a_release(a_question("yes_no"), wish, policy="protected", counts=counts))
    assert "<dt>About long_text?</dt><dd>Not shown: fewer than about 20 were asked.</dd>" in html
    assert 'id="wish"' not in html


@pytest.mark.parametrize("code", [NO_ANSWER, CHOSEN, NOT_CHOSEN, ANSWERED, YES, NO])
def test_every_code_without_an_authors_label_has_a_word(code: str) -> None:
    assert STANDARD_LABELS[code]


# --- by group -------------------------------------------------------------------------------------------------------


def test_groups_stand_closed_beneath_their_figure_and_nothing_where_there_are_none() -> None:
    html = page_of(a_crossed_release({"police_met": POLICE}))
    below = figure(html, "police_met").split("<summary>By about single_choice?</summary>")[1]
    assert re.findall(r'<th scope="col">(.*?) <small>(\d+)</small></th>', below) == [
        ("SE", "30"),
        ("NO", "30"),
        ("Others", "20"),
    ]
    assert re.findall(r'<td class="s-?\d">(.*?)</td>', below) == ["20", "10", "10", "10", "15", "·"]
    assert html.count("<summary>By ") == 1


def test_crosstab_that_is_not_printed_says_why_beneath_its_figure() -> None:
    html = page_of(a_crossed_release({}, {"police_met": "few_groups"}))
    below = figure(html, "police_met").split("<summary>By about single_choice?</summary>")[1]
    assert '<p class="hint">Not shown: only one group would have about 20 or more.</p>' in below
    assert "What we cannot show" not in html


# --- what authors wrote -----------------------------------------------------------------------------------------------


def test_labels_and_titles_are_escaped() -> None:
    evil = '<script>alert("x")</script>&\'"'
    questions = [
        a_question("single_choice", label=text(evil), options=[*options("se"), {"code": "no", "label": text(evil)}]),
        a_question("matrix", label=text(evil), rows=[{"code": "home", "label": text(evil)}]),
        a_question("multiple_choice", label=text(evil), options=[*options("law"), {"code": "x", "label": text(evil)}]),
        a_question("scale", label=text(evil), least_label=text(evil)),
        a_question("ranking", label=text(evil), short=text(evil)),
        a_question("section", label=text(evil)),
    ]
    first = a_release(*questions, counts={}, title={"en": evil, "sv": evil})
    release = a_release(*questions, counts={}, title={"en": evil, "sv": evil}, asked_by=text(evil), previous=first)
    html = page_of(release)
    assert "<script" not in html
    assert 'alert("x")' not in html
    assert html.count("&lt;script&gt;") >= 12
    assert "&amp;lt;" not in html, "escaped once"
    assert "&amp;amp;" not in html


def partial() -> Release:
    """Of rows that different editions printed: notes name them."""
    rows = {"se": (10, 10, 20, 0), "no+other+no_answer": (10, 10, 10, 10)}
    first = a_crossed_release({"harder.home": rows}, {"harder.work": "no_fit"}, n=80)
    omitted = [left.model_copy(update={"group": None, "group_label": None}) for left in first.omitted]
    tables = [table for table in first.tables if table.id != "harder.work"]
    first = first.model_copy(update={"tables": tuple(tables), "omitted": tuple(omitted)})
    second = a_crossed_release({"harder.home": rows}, {"harder.work": "no_fit"}, n=80, previous=first)
    return second.model_copy(update={"omitted": tuple(omitted)})


HOSTILE = [{"code": code, "label": text(f'<i>{code} & "y"')} for code in "ab"]
RELEASES: dict[str, Callable[[], Release]] = {
    "every kind": lambda: a_release(*map(a_question, (*KINDS, "scale", "ranking"))),
    "groups": lambda: a_crossed_release({**CHALLENGES, "police_met": POLICE}),
    "left out": lambda: a_crossed_release({}, {"police_met": "few_groups"}),
    "rows of different editions": partial,
    "hostile": lambda: a_release(a_question("matrix", label=text("<b>&amp; 'x'"), options=HOSTILE)),
    "several editions": lambda: a_release(a_question("matrix"), previous=a_release(a_question("matrix"))),
}


@pytest.mark.parametrize("what", RELEASES)
def test_marks_of_an_author_s_language_change_nothing_else_on_the_page(what: str) -> None:
    release = RELEASES[what]()
    plain, marked = (str(render_results(release, "en", in_english, ADDRESSES, page)) for page in ("", "xx"))
    mark = re.compile(r'<span lang="en" dir="auto">(.*?)</span>')
    assert len(mark.findall(marked)) > 2
    assert mark.sub(r"\1", marked) == plain
