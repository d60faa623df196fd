"""The results page: numbers in tables, bars as long as they say, everything escaped."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.errors import in_english
from chalicelib.publication.formats import FORMATS
from chalicelib.publication.release import Release
from chalicelib.publication.results_page import Crossed, blocks_of, render_results
from chalicelib.publication.words import MEANINGS, STANDARD_LABELS
from chalicelib.questionnaire.codebook import ANSWERED, CHOSEN, NO, NO_ANSWER, NOT_CHOSEN, YES
from tests.builders import a_question, options, text
from tests.unit.publication.a_crossed_release import CHALLENGES, POLICE, QUESTIONS, a_crossed_release
from tests.unit.publication.a_release import a_release, page_of, swedish

KINDS = ("single_choice", "multiple_choice", "matrix", "yes_no", "long_text")


def page(*kinds: str, language: str = "en", **changes: Any) -> str:
    release = a_release(*[a_question(kind) for kind in kinds], **changes)
    return str(render_results(release, language, swedish if language == "sv" else in_english, "../releases"))


def test_single_choice_has_a_line_an_option() -> None:
    (block,) = blocks_of(a_release(a_question("single_choice")), "en", in_english)
    assert (block.id, block.label, block.base, block.grid) == ("country", "About single_choice?", 60, None)
    assert [(line.label, line.count, line.share, line.bar) for line in block.lines] == [
        ("SE", 21, "35%", 35.0),
        ("NO", 30, "50%", 50.0),
        ("OTHER", 4, "7%", 6.7),
        ("No answer", 5, "8%", 8.3),
    ]


def test_multiple_choice_has_a_line_an_option_then_those_who_chose_none() -> None:
    (block,) = blocks_of(a_release(a_question("multiple_choice")), "en", in_english)
    assert [(line.label, line.count) for line in block.lines] == [
        ("LAW", 40),
        ("STIGMA", 15),
        ("PATROL", 0),
        ("NONE", 10),
        ("No answer", 5),
    ]


def test_matrix_is_one_grid() -> None:
    (block,) = blocks_of(a_release(a_question("matrix")), "sv", swedish)
    assert block.lines == ()
    assert block.grid is not None
    assert block.grid.columns == ("NOT", "SOME", "MUCH", "Inget svar")
    rows = [(row.label, [line.count for line in row.lines]) for row in block.grid.rows]
    assert rows == [("Home", [10, 20, 30, 0]), ("Work", [15, 15, 15, 15])]
    html = page("matrix")
    cells = re.findall(r'<td data-label="([^"]+)">(\d+)<svg', html)
    assert cells[:4] == [("NOT", "10"), ("SOME", "20"), ("MUCH", "30"), ("No answer", "0")]
    assert re.findall(r'<rect width="([^"]+)" height="6" class="share"/>', html)[:2] == ["16.7%", "33.3%"]
    assert re.findall(r'<th scope="row">(.*?)</th>', html) == ["Home", "Work"]


RANKS = {
    "wants.home": {"1": 30, "2": 10, "no_answer": 20},
    "wants.rest": {"1": 10, "2": 30, "no_answer": 20},
    "wants.pay": {"1": 0, "2": 0, "no_answer": 60},
}


def test_ranking_is_one_grid_of_options_and_ranks() -> None:
    (block,) = blocks_of(a_release(a_question("ranking"), counts=RANKS), "en", in_english)
    assert block.grid is not None
    assert (block.lines, block.grid.columns) == ((), ("1", "2", "No answer"))
    rows = [(row.label, [line.count for line in row.lines]) for row in block.grid.rows]
    assert rows == [("HOME", [30, 10, 20]), ("REST", [10, 30, 20]), ("PAY", [0, 0, 60])]


@pytest.mark.parametrize(
    ("kind", "counts", "lines"),
    [
        ("number", {"clients": {"few": 40, "some": 15}}, [("Few", 40), ("Some", 15), ("Many", 0), ("No answer", 5)]),
        ("date", {"moved": {"before": 50}}, [("Before 2024", 50), ("Since 2024", 0), ("No answer", 10)]),
        ("hidden", {"source": {"mail": 60}}, [("MAIL", 60), ("POSTER", 0), ("No answer", 0)]),
    ],
)
def test_number_date_and_link_have_a_line_a_band_or_option(
    kind: str, counts: dict[str, dict[str, int]], lines: list[tuple[str, int]]
) -> None:
    (block,) = blocks_of(a_release(a_question(kind), counts=counts), "en", in_english)
    assert [(line.label, line.count) for line in block.lines] == lines


def test_bars_are_as_wide_as_the_shares_and_carry_no_style() -> None:
    html = page("single_choice")
    assert re.findall(r'<rect width="([^"]+)" height="14" class="share"/>', html) == ["35.0%", "50.0%", "6.7%", "8.3%"]
    everything = page(*KINDS)
    assert not re.search(r"style=|<style|<script|\son\w+=", everything)


def test_every_printed_number_is_in_the_text_of_the_table() -> None:
    html = page("yes_no")
    lines = re.findall(r'<th scope="row">(.*?)</th>.*?<td>(\d+)</td><td>(\d+)%</td>', html)
    assert lines == [("Yes", "35", "58"), ("No", "20", "33"), ("No answer", "5", "8")]


def test_shares_are_left_out_below_a_base_of_50_under_protected() -> None:
    counts = {"police_met": {"yes": 20, "no": 20, "no_answer": 5}}
    html = page("yes_no", policy="protected", n=45, counts=counts)
    assert "%</td>" not in html
    assert "Share" not in html
    assert re.findall(r"<td>(\d+)</td>", html) == ["20", "20", "5"]
    assert "Share" in page("yes_no", policy="protected")


def test_labels_and_titles_are_escaped() -> None:
    evil = '<script>alert("x")</script>&\'"'
    questions = [
        a_question("single_choice", label=text(evil), options=[*options("se"), {"code": "no", "label": text(evil)}]),
        a_question("matrix", label=text(evil), rows=[{"code": "home", "label": text(evil)}]),
        a_question("multiple_choice", label=text(evil), options=[*options("law"), {"code": "x", "label": text(evil)}]),
    ]
    release = a_release(*questions, counts={}, title={"en": evil, "sv": evil})
    html = str(render_results(release, "en", in_english, "../releases"))
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 6


@pytest.mark.parametrize(
    ("policy", "access", "method"),
    [("exact", "invitation", "exact"), ("protected", "invitation", "rounded"), ("protected", "open", "noise")],
)
def test_page_says_what_the_numbers_mean_and_of_which_release(policy: str, access: str, method: str) -> None:
    html = page("yes_no", policy=policy, access=access)
    assert MEANINGS[method] % a_release(a_question("yes_no"), policy=policy, access=access).rules in html
    assert 'Release 1 · <bdi dir="ltr">2026-03-01</bdi>.' in html
    assert ("(rounded down: up to 4 more)" in html) == (method == "rounded")


@pytest.mark.parametrize(
    ("n", "settings", "said"),
    [
        (50, {"policy": "protected"}, "The true share is in its range."),
        (70, {"policy": "protected", "access": "open"}, "About nine in ten true shares are in theirs."),
        (45, {"policy": "protected"}, ""),
        (100, {"policy": "protected"}, ""),
        (60, {"policy": "exact"}, ""),
    ],
)
def test_page_says_what_the_range_of_a_share_holds_where_it_shows_one(
    n: int, settings: dict[str, Any], said: str
) -> None:
    html = page("yes_no", n=n, counts={"police_met": {"yes": n}}, **settings)
    assert (" to 100%</td>" in html) == bool(said)
    assert re.findall(
        "Shares of fewer than 100, and others that are uncertain, are shown as ranges. (.*?)</p>", html
    ) == ([said] if said else [])


@pytest.mark.parametrize("kind", ["matrix", "ranking"])
def test_page_that_shows_no_range_does_not_speak_of_any(kind: str) -> None:
    assert "shown as ranges" not in page(kind, policy="protected")


@pytest.mark.parametrize(("access", "method"), [("invitation", "rounded"), ("open", "noise")])
def test_page_says_that_numbers_of_several_editions_are_sums(access: str, method: str) -> None:
    first = a_release(a_question("yes_no"), policy="protected", access=access)
    html = page("yes_no", policy="protected", access=access, previous=first)
    assert MEANINGS[f"sums of {method}"] % first.rules in html
    assert "0 means" not in html


def test_invented_answers_are_labelled_as_such() -> None:
    assert "invented" in page("yes_no", synthetic=True)
    assert "invented" not in page("yes_no")


def test_page_links_the_files_of_this_release_in_its_language() -> None:
    html = page("yes_no", language="sv")
    assert re.findall(r'href="([^"]+)"', html) == [f"../releases/1{suffix}?lang=sv" for suffix in FORMATS]
    assert "<h1>Några frågor</h1>" in html


@pytest.mark.parametrize("code", [NO_ANSWER, CHOSEN, NOT_CHOSEN, ANSWERED, YES, NO])
def test_every_code_without_an_authors_label_has_a_word(code: str) -> None:
    assert STANDARD_LABELS[code]


# --- on a page in another language -----------------------------------------------------------------------------------


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
    "every kind": lambda: a_release(*map(a_question, KINDS)),
    "groups": lambda: a_crossed_release({**CHALLENGES, "police_met": POLICE}),
    "left out": lambda: a_crossed_release({}, {"police_met": "few_groups"}),
    "rows of different editions": partial,
    "hostile": lambda: a_release(a_question("matrix", label=text("<b>&amp; 'x'"), options=HOSTILE)),
    "too wide": lambda: a_release(a_question("matrix", options=options(*"abcdefg"))),
}


@pytest.mark.parametrize("what", RELEASES)
def test_marks_of_an_author_s_language_change_nothing_else_on_the_page(what: str) -> None:
    release = RELEASES[what]()
    plain, marked = (str(render_results(release, "en", in_english, "../releases", page)) for page in ("", "xx"))
    mark = re.compile(r'<span lang="en" dir="auto">(.*?)</span>')
    assert len(mark.findall(marked)) > 2
    assert mark.sub(r"\1", marked) == plain


# --- by group -------------------------------------------------------------------------------------------------------


def crossed(release: Release, question: str) -> Crossed:
    (found,) = [block.crossed for block in blocks_of(release, "en", in_english) if block.id == question]
    assert found is not None
    return found


def grids(found: Crossed) -> list[tuple[str, tuple[str, ...], dict[str, list[int]]]]:
    """Title, columns, and by group its base and counts."""
    return [
        (
            grid.title,
            grid.columns,
            {row.label: [row.base or 0, *(line.count for line in row.lines)] for row in grid.rows},
        )
        for grid in found.grids
    ]


def test_groups_stand_under_each_other_with_their_base_and_the_labels_of_all_that_were_added_together() -> None:
    found = crossed(a_crossed_release({"police_met": POLICE}), "police_met")
    assert found.group == "About single_choice?"
    rows = {"SE": [30, 20, 10, 0], "NO": [30, 10, 15, 5], "OTHER + No answer": [20, 10, 5, 5]}
    assert grids(found) == [("", ("Yes", "No", "No answer"), rows)]


def test_multiple_choice_by_group_is_one_grid_with_its_options_as_columns() -> None:
    found = crossed(a_crossed_release(CHALLENGES), "challenges")
    rows = {
        "SE": [30, 20, 10, 0, 5, 5],
        "NO": [30, 5, 15, 0, 10, 5],
        "OTHER + No answer": [20, 0, 10, 0, 5, 5],
    }
    assert grids(found) == [("", ("LAW", "STIGMA", "PATROL", "NONE", "No answer"), rows)]


def test_option_that_came_later_stands_apart_by_group_since_its_groups_are_smaller() -> None:
    options_ = {name: CHALLENGES[name] for name in ("challenges", "challenges.law")}
    later = {"challenges.police": {"se": (5, 5), "no": (0, 8), "other+no_answer": (0, 0)}}
    found = crossed(a_crossed_release({**later, **options_}, policy="exact"), "challenges")
    assert grids(found)[1:] == [
        ("", ("PATROL",), {"SE": [10, 5], "NO": [8, 0], "OTHER + No answer": [0, 0]}),
    ]


def test_matrix_by_group_is_a_grid_a_row() -> None:
    rows = {"se": (10, 10, 20, 0), "no+other+no_answer": (10, 10, 10, 10)}
    found = crossed(a_crossed_release({"harder.home": rows, "harder.work": rows}), "harder")
    columns = ("NOT", "SOME", "MUCH", "No answer")
    counts = {"SE": [40, 10, 10, 20, 0], "NO + OTHER + No answer": [40, 10, 10, 10, 10]}
    assert grids(found) == [("Home", columns, counts), ("Work", columns, counts)]


def test_page_has_each_number_with_its_column_so_that_a_phone_can_show_it_without_scrolling() -> None:
    html = page_of(a_crossed_release({"police_met": POLICE}))
    (below,) = re.findall(r"<h3>.*?</table>", html, re.DOTALL)
    assert "<h3>By the answers to “About single_choice?”</h3>" in below
    assert re.findall(r'<td data-label="([^"]+)">(\d+)', below)[:4] == [
        ("Total", "30"),
        ("Yes", "20"),
        ("No", "10"),
        ("No answer", "0"),
    ]
    assert re.findall(r'<th scope="row">(.*?)</th>', below) == ["SE", "NO", "OTHER + No answer"]


def test_shares_of_a_group_are_shown_from_a_base_of_50() -> None:
    release = a_crossed_release({"police_met": {"se": (30, 20, 0), "no+other+no_answer": (15, 10, 5)}})
    (below,) = re.findall(r"<h3>.*?</table>", page_of(release), re.DOTALL)
    assert re.findall(r"<small>(.*?%)</small>", below) == ["48 to 68%", "29 to 48%", "0 to 9%"]


def test_crosstab_that_is_not_printed_says_why_below_its_table() -> None:
    html = page_of(a_crossed_release({}, {"police_met": "few_groups"}))
    (block,) = [part for part in html.split("<h2") if "About yes_no?" in part]
    assert "<h3>By the answers to “About single_choice?”</h3>" in block
    assert '<p class="hint">Not shown: only one group would have about 20 or more.</p>' in block
    assert "What we cannot show" not in html


def test_question_that_is_not_crossed_has_nothing_below_its_table() -> None:
    html = page_of(a_crossed_release({"police_met": POLICE}))
    assert html.count("<h3>") == 1


def test_grid_that_is_too_wide_for_a_page_is_a_table_a_row() -> None:
    wide = a_question("matrix", options=options(*"abcdefg"))
    html = page_of(a_release(wide, counts={"harder.home": {"a": 35, "g": 25}, "harder.work": {"b": 60}}))
    assert 'class="grid"' not in html
    assert re.findall("<caption>(.*?)</caption>", html) == ["Home", "Work"]
    home = html.split("<caption>")[1]
    assert re.findall(r'<th scope="row">(.*?)</th>.*?<td>(\d+)</td>', home)[::6] == [("A", "35"), ("G", "25")]


def test_group_of_a_crosstab_that_is_too_wide_for_a_page_has_its_total() -> None:
    wide = a_question("single_choice", id="way", options=options(*"abcdefg"))
    rows = {"se": (30, 0, 0, 0, 0, 0, 0, 0), "no+other+no_answer": (10, 20, 0, 0, 0, 0, 20, 0)}
    html = page_of(a_crossed_release({"way": rows}, questions=(QUESTIONS[0], wide)))
    assert re.findall("<caption>(.*?)</caption>", html) == ["SE (Total: 30)", "NO + OTHER + No answer (Total: 50)"]
