"""Figures as data: in which order, how long, how dark."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.publication.figures import APART, SHADES, SILENT, Figure, figure_of, shade_of, shades_of
from tests.builders import QUESTIONS, a_question, options, text
from tests.unit.publication.a_release import a_release
from tests.unit.publication.an_answered_release import an_answered_release, printed_of

CHOICE = a_question("single_choice", options=options("secret", "se", "no", "fi", apart=["secret"]))
CODES = ("secret", "se", "no", "fi", "no_answer")


def figure(*counts: int, policy: str = "protected") -> Figure:
    exact = dict(zip(CODES, counts, strict=True))
    return figure_of(printed_of(a_release(CHOICE, policy=policy, n=sum(counts), counts={"country": exact})))


@given(st.lists(st.integers(0, 120), min_size=5, max_size=5).filter(lambda counts: sum(counts) >= 20))
@settings(max_examples=60, deadline=None)
def test_bars_are_sorted_by_printed_share_with_what_is_apart_last_and_hold_the_truth_P7_P14(counts: list[int]) -> None:
    """Dark no longer than the truth can be short, pale as long as it can be; what is 0 stands in one line."""
    drawn = figure(*counts)
    lengths = [bar.count for bar in drawn.bars if not bar.is_apart]
    assert lengths == sorted(lengths, reverse=True)
    assert [bar.is_apart for bar in drawn.bars] == sorted(bar.is_apart for bar in drawn.bars)
    for bar in drawn.bars:
        true = 100 * counts[CODES.index(bar.code)] / sum(counts)
        assert bar.least - 0.05 <= true <= bar.most + 0.05
        assert 0 <= bar.least_drawn <= bar.most_drawn <= 100
        assert bar.count
    shown = {bar.label for bar in drawn.bars}
    few = set(drawn.few.rstrip(".").rpartition(": ")[2].split(", ")) - {""}
    assert (shown | few, shown & few) == ({"SECRET", "SE", "NO", "FI", "No answer"}, set())


def test_all_bars_end_at_one_axis_at_the_next_ten_per_cent() -> None:
    drawn = figure(5, 10, 25, 5, 55, policy="exact")
    assert [(bar.code, bar.least, bar.axis) for bar in drawn.bars] == [
        ("no", 25.0, 60),
        ("se", 10.0, 60),
        ("fi", 5.0, 60),
        ("secret", 5.0, 60),
        ("no_answer", 55.0, 60),
    ]
    assert [bar.least_drawn for bar in drawn.bars] == [41.5, 16.5, 8.5, 8.5, 91.5]


@pytest.mark.parametrize(
    ("policy", "access", "said"),
    [
        ("exact", "invitation", "Nobody: FI, SECRET."),
        ("protected", "invitation", "0 to 4 each: FI, SECRET."),
        ("protected", "open", "A few, or nobody: FI, SECRET."),
    ],
)
def test_what_nobody_is_printed_to_have_answered_stands_in_one_line_with_what_that_can_be_P14(
    policy: str, access: str, said: str
) -> None:
    counts = {"country": {"se": 60, "no": 90, "no_answer": 50}}
    assert figure_of(printed_of(a_release(CHOICE, policy=policy, access=access, n=200, counts=counts))).few == said


def test_columns_are_the_steps_of_a_scale_in_order_also_those_that_nobody_chose() -> None:
    release = a_release(a_question("scale"), counts={"mood": {"2": 30, "5": 20, "no_answer": 10}})
    drawn = figure_of(printed_of(release))
    assert [(bar.code, bar.count) for bar in drawn.bars] == [("1", 0), ("2", 30), ("3", 0), ("4", 0), ("5", 20)]
    assert drawn.few == ""
    assert "No answer: 17%" in drawn.lines


def test_scale_is_titled_by_its_mean_told_once_else_by_its_name_and_never_by_a_step() -> None:
    scale, counts = a_question("scale", short=text("Mood")), {"mood": {"2": 10, "5": 140}}
    exact, noisy = (
        figure_of(printed_of(a_release(scale, n=150, counts=counts, policy=policy, access="open")))
        for policy in ("exact", "protected")
    )
    assert (exact.title, noisy.title) == ("Mean: 4.8", "Mood")
    assert [line for line in (*exact.lines, *noisy.lines) if "Mean" in line] == []


def test_bands_keep_their_order() -> None:
    release = a_release(a_question("number"), counts={"clients": {"few": 10, "some": 20, "many": 30}})
    assert [bar.code for bar in figure_of(printed_of(release)).bars] == ["few", "some", "many"]


@pytest.mark.parametrize("kind", ["matrix", "ranking"])
def test_parts_of_a_row_follow_each_other_and_make_the_whole(kind: str) -> None:
    chance = Random(kind)  # noqa: S311
    people: list[dict[str, Any]] = [
        {
            "harder": {"home": chance.choice(["not", "some", "much"]), "work": "some"},
            "wants": chance.sample(["home", "rest", "pay"], 2),
        }
        for _ in range(120)
    ]
    questions = [a_question("matrix"), a_question("ranking")]
    release = an_answered_release(questions, people)
    drawn = figure_of(printed_of(release, QUESTIONS[kind]["id"]))
    assert drawn.stacks
    for row in drawn.stacks:
        ends = [round(part.start + part.width, 1) for part in row.parts]
        assert [part.start for part in row.parts] == pytest.approx([0, *ends[:-1]], abs=0.11)
        assert ends[-1] == pytest.approx(100, abs=0.11)
        assert {part.told for part in row.parts if part.width < 7} <= {""}
    assert [part.label for part in drawn.legend] == [part.label for part in drawn.stacks[0].parts]


@pytest.mark.parametrize(("people", "told"), [(60, {""}), (120, {"25", "50"})])
def test_share_that_is_told_as_a_range_alone_is_no_number_inside_its_bar_P14(people: int, told: set[str]) -> None:
    cells = {"not": people // 4, "some": people // 4, "much": people // 2}
    release = a_release(a_question("matrix"), counts={"harder.home": cells}, n=people, policy="protected")
    home = next(row for row in figure_of(printed_of(release)).stacks if row.code == "home")
    assert {part.told for part in home.parts if part.count} == told


def test_rows_stand_in_the_order_of_what_is_followed_of_them() -> None:
    counts = {"harder.home": {"much": 10, "some": 50}, "harder.work": {"much": 40, "not": 20}}
    drawn = figure_of(printed_of(a_release(a_question("matrix"), counts=counts)))
    assert [(row.code, row.lead) for row in drawn.stacks] == [("work", "67%"), ("home", "17%")]
    assert drawn.lead == "MUCH"


@pytest.mark.parametrize("number", range(2, SHADES + 1))
def test_steps_next_to_each_other_have_different_shades_the_last_one_the_darkest(number: int) -> None:
    steps = [f"s{place}" for place in range(number)]
    scale = printed_of(a_release(a_question("matrix", options=options(*steps)), counts={}))
    shades = list(shades_of(steps, scale).values())
    assert shades == sorted(set(shades))
    assert shades[-1] == SHADES


def test_few_shades_are_far_apart_and_of_ranks_the_first_is_the_darkest() -> None:
    ranking = printed_of(a_release(a_question("ranking"), counts={}))
    assert shades_of(["1", "2"], ranking) == {"2": 3, "1": 6}


def test_what_is_no_answer_like_the_others_has_no_shade_of_a_step() -> None:
    question = a_question("matrix", options=options("not", "much", "na", apart=["na"]))
    drawn = figure_of(printed_of(a_release(question, counts={"harder.home": {"not": 30, "much": 20, "na": 10}})))
    assert [part.shade for part in drawn.legend] == [3, SHADES, APART, SILENT]


def test_cells_of_a_heat_table_are_darker_by_every_15_points() -> None:
    assert [shade_of(percent, 100) for percent in (0, 4, 5, 19, 20, 50, 80, 100)] == [0, 0, 1, 1, 2, 4, 6, 6]
    assert shade_of(0, 0) == 0


def test_of_what_was_written_only_how_many_wrote_is_told_P3() -> None:
    drawn = figure_of(printed_of(a_release(a_question("long_text"))))
    assert drawn.lines == ("25 of 60 wrote an answer. What they wrote is not published.",)
    assert (drawn.title, drawn.stacks) == ("About long_text?", ())


def test_figure_is_called_by_the_short_name_where_nothing_leads() -> None:
    question = a_question("yes_no", short={"en": "Police"})
    counts = {"police_met": {"yes": 30, "no": 30}}
    drawn = figure_of(printed_of(a_release(question, policy="protected", counts={"police_met": {"no_answer": 60}})))
    assert (drawn.title, drawn.short, drawn.question) == ("Police", "Police", "About yes_no?")
    assert "Yes" in figure_of(printed_of(a_release(question, counts=counts))).title
