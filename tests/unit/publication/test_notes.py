"""What stands beside every table: of what its numbers are, how far off they can be, what is not printed and why."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from chalicelib.disclosure.policy import OPEN_LINK, nine_in_ten
from chalicelib.disclosure.protect import protect
from chalicelib.errors import in_english
from chalicelib.publication.release import Release
from chalicelib.publication.results_page import Block, results_of
from chalicelib.questionnaire.codebook import codebook_of
from chalicelib.tabulation.tally import tables_of
from tests.builders import a_definition, a_question, a_tally, options
from tests.unit.publication.a_crossed_release import CHALLENGES, POLICE, POLICE_LATER, a_crossed_release
from tests.unit.publication.a_release import a_release, page_of

ALONE = "rounding alone could explain every difference."
KINDS = ("single_choice", "multiple_choice", "matrix", "yes_no", "long_text")
WISH = a_question("long_text", show_if={"question": "police_met", "equals": "yes"})
#: Everybody was asked, then 40 of 60, then 10.
ALL = {"police_met": {"yes": 60}, "wish": {"answered": 30, "no_answer": 30}}
SOME = {"police_met": {"yes": 40, "no": 20}, "wish": {"answered": 25, "no_answer": 35}}
FEW = {"police_met": {"yes": 10, "no": 50}}


def editions(*counts: Mapping[str, Mapping[str, int]], **settings: Any) -> Release:
    """The last release of a survey whose editions had these counts of 60 responses each."""
    release: Release | None = None
    for each in counts:
        release = a_release(
            a_question("yes_no"), WISH, counts=each, previous=release, **{"policy": "protected", **settings}
        )
    assert release is not None
    return release


def blocks(release: Release) -> list[Block]:
    return [each for section in results_of(release, "en", in_english).sections for each in section.blocks]


def block(release: Release, question: str) -> Block:
    return next(each for each in blocks(release) if each.figure.id == question)


def beside_groups(release: Release, question: str) -> tuple[str, ...]:
    """The notes on the crosstabs of ``question``, but for what stands for something else in them."""
    found = block(release, question).by_group
    assert found is not None
    return tuple(note for note in found.notes if not note.startswith(("Others: ", "A dot ")))


def off(most: int) -> str:
    return f"Every number can be up to {most} too high or too low."


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"policy": "exact"}, "Of 60 answers. Every number is exact."),
        ({"policy": "exact", "n": 1, "counts": {}}, "Of one answer. Every number is exact."),
        (
            {"policy": "protected"},
            f"Of 60 answers. They are rounded down. There can be up to 4 more. {off(4)}",
        ),
    ],
)
def test_beside_every_table_stands_its_base_and_how_far_off_it_can_be(settings: dict[str, Any], said: str) -> None:
    release = a_release(*map(a_question, KINDS), **settings)
    html = page_of(release).split('<div class="figure"')[1:]
    assert len(html) == len(KINDS)
    assert all(f'<p class="hint">{said}</p>' in each for each in html)


def test_beside_every_table_of_an_open_link_stands_how_much_chance_changed_it() -> None:
    release = a_release(*map(a_question, KINDS), policy="protected", access="open")
    assert {each.notes[0] for each in blocks(release)} == {
        f"Of about {release.responses} answers. Every number was changed by chance: about nine in ten are within 6 of"
        " the true one."
    }


def test_sums_of_editions_can_be_further_off_and_so_can_their_base() -> None:
    base = "They are rounded down. There can be up to 12 more."
    assert block(editions(FEW, FEW, FEW), "police_met").notes == (f"Of 180 answers. {base} {off(12)}",)
    html = page_of(editions(FEW, FEW, FEW))
    assert "<b>180</b> answers <small>(rounded down: up to 12 more)</small>" in html


@pytest.mark.parametrize("number", [1, 12])
def test_nine_in_ten_numbers_of_an_open_link_are_within_what_is_said(number: int) -> None:
    chance = random.Random(1)  # noqa: S311
    question = a_question("single_choice", options=options("a", "b", "c", "d"))
    specs = tables_of(codebook_of(a_definition(question).questionnaire))
    errors: list[int] = []
    for _ in range(1200 // number):
        shares = [chance.random() for _ in range(5)]
        errors += map(abs, _errors(specs, [_answers(shares, chance) for _ in range(number)], chance))
    within = [
        sum(error <= most for error in errors) / len(errors)
        for most in (nine_in_ten(OPEN_LINK.rounding_base, number), number)
    ]
    assert within[0] >= 0.9
    assert within[1] < 0.9, "it would be too much to say"


def _answers(shares: Sequence[float], chance: random.Random) -> dict[str, int]:
    drawn = chance.choices(["a", "b", "c", "d", "no_answer"], shares, k=300)
    return {code: drawn.count(code) for code in set(drawn)}


def _errors(specs: Sequence[Any], counted: Sequence[Mapping[str, int]], chance: random.Random) -> list[int]:
    """By code, printed less true, summed over editions."""
    sums = [0] * len(specs[0].codes)
    for counts in counted:
        batch = protect(a_tally(300, {"country": counts}), specs, OPEN_LINK, chance.randbytes(32), 1)
        assert batch is not None
        for place, (code, count) in enumerate(zip(specs[0].codes, batch.tables[0].counts, strict=True)):
            sums[place] += count - counts.get(code, 0)
    return sums


def test_several_answers_are_said_to_add_up_to_more_than_the_total() -> None:
    several = "Several answers could be chosen, so these numbers can add up to more than the total."
    release = a_release(*map(a_question, KINDS), policy="protected")
    assert [each.figure.id for each in blocks(release) if several in each.notes] == ["challenges"]
    assert "adds up" not in page_of(release)


# --- editions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["ranking", "matrix", "single_choice"])
def test_only_a_ranking_says_that_its_no_answer_holds_those_who_ranked_other_options(kind: str) -> None:
    """Where three of six are ranked, most rows have more under it than gave no answer at all."""
    assert ("also those who ranked others" in page_of(a_release(a_question(kind)))) == (kind == "ranking")


def test_totals_that_an_edition_is_missing_from_say_of_which_they_are() -> None:
    release = editions(SOME, FEW, SOME)
    assert "These numbers are of 2 of 3 releases. The others did not show this." in block(release, "wish").notes[0]
    assert "releases" not in block(release, "police_met").notes[0]


def test_table_that_only_earlier_editions_printed_says_so_in_its_place() -> None:
    html = page_of(editions(ALL, FEW))
    reason = "Not shown: fewer than about 20 were asked. The numbers are those of earlier releases."
    assert f'<p class="hint">{reason}</p>' in html.split('<div class="figure"')[2]
    assert "These numbers are of 1 of 2 releases." in html.split('<div class="figure"')[2]
    assert "What we cannot show" not in html


def test_rows_of_different_editions_have_a_total_each_and_are_named() -> None:
    rows = {"se": (10, 10, 20, 0), "no+other+no_answer": (10, 10, 10, 10)}
    first = a_crossed_release({"harder.home": rows}, n=80)
    only_home = [table for table in first.tables if table.id != "harder.work"]
    first = first.model_copy(update={"tables": tuple(only_home), "omitted": (_left_out(first, "harder.work"),)})
    found = block(a_crossed_release({"harder.home": rows}, n=80, previous=first), "harder")
    assert [row.cells[0] for row in found.table.rows] == ["160", "80"]
    assert found.notes[0].startswith(
        "The rows are not all of the same number of answers. Each shows its own total. Work: These numbers are of 1 of"
        " 2 releases. The others did not show this."
    )


def _left_out(release: Release, name: str) -> Any:
    crossed_release = a_crossed_release({}, {name: "no_fit"})
    return crossed_release.omitted[0].model_copy(update={"group": None, "group_label": None})


# --- who was asked --------------------------------------------------------------------------------------------------


def test_conditional_table_is_of_those_asked_who_are_said_beside_it() -> None:
    found = block(editions(SOME), "wish")
    assert [(row.label, row.cells[0]) for row in found.table.rows] == [("Answered", "25"), ("No answer", "15")]
    assert found.notes == (
        "40 of 60 were asked this. Shares and “No answer” are of those asked. Every number can be up to 4 too high or"
        " too low, but “No answer”, which is worked out from several, up to 8.",
    )


def test_rows_of_different_editions_are_still_said_to_be_of_those_asked() -> None:
    harder = a_question("matrix", show_if={"question": "police_met", "equals": "yes"})
    counts = {"police_met": {"yes": 40, "no": 20}, "harder.home": {"not": 30}, "harder.work": {"not": 30}}
    first = a_release(a_question("yes_no"), harder, policy="protected", counts=counts)
    without = [table for table in first.tables if table.id != "harder.work"]
    first = first.model_copy(update={"tables": tuple(without), "omitted": (_left_out(first, "harder.work"),)})
    second = a_release(a_question("yes_no"), harder, policy="protected", counts=counts, previous=first)
    found = block(second, "harder")
    assert [(row.cells[0], row.cells[-1].partition(" ")[0]) for row in found.table.rows] == [("80", "20"), ("40", "10")]
    assert "Each shows its own total. Shares and “No answer” are of those asked." in found.notes[0]


@pytest.mark.parametrize(
    ("number", "shares"), [(1, []), (2, ["47 to 81%", "19 to 53%"]), (3, ["47 to 81%", "19 to 53%"])]
)
def test_share_of_those_asked_needs_50_of_them(number: int, shares: list[str]) -> None:
    rows = block(editions(*[SOME] * number), "wish").table.rows
    assert [row.cells[-1] for row in rows if len(row.cells) > 2] == shares


def test_page_explains_ranges_that_are_shown_because_they_are_wide_as_well() -> None:
    """Of 120 who were asked in three editions: from a base of 100 on a share is a number where it is sure enough."""
    release = editions(SOME, SOME, SOME)
    assert min(table.asked.count if table.asked else table.base for table in release.tables) >= release.shares_from
    assert "are shown as ranges" in page_of(release)


def test_conditional_table_of_an_open_link_says_that_no_answer_and_who_was_asked_are_farther_off() -> None:
    release = editions(SOME, access="open")
    said = "“No answer” and the number of those asked are worked out from several, and farther off."
    assert said in block(release, "wish").notes[0]
    assert re.match(r"About \d+ of about \d+ were asked this\. ", block(release, "wish").notes[0])


def test_exact_table_of_which_not_everybody_was_asked_says_how_many_were() -> None:
    """A question that came with a later version."""
    first = a_release(a_question("yes_no"), counts=SOME)
    second = a_release(a_question("yes_no"), a_question("long_text"), counts=SOME, previous=first)
    assert block(second, "wish").notes == (
        "60 of 120 were asked this. Shares and “No answer” are of those asked. These numbers are of 1 of 2 releases."
        " The others did not show this. Every number is exact.",
    )


# --- crosstabs ------------------------------------------------------------------------------------------------------


def test_total_of_groups_that_were_added_together_is_said_to_be_farther_off() -> None:
    release = a_crossed_release({"police_met": POLICE})
    said = "Every number can be up to 4 too high or too low, the total of a group up to 8."
    assert beside_groups(release, "police_met")[0] == said


def test_crosstab_without_such_groups_is_as_far_off_as_a_table() -> None:
    rows = {"se": (20, 10, 0), "no": (10, 15, 5), "other": (10, 10, 0), "no_answer": (10, 10, 0)}
    assert beside_groups(a_crossed_release({"police_met": rows}, n=100), "police_met") == (off(4),)


def test_crosstab_with_shares_says_of_what_they_are() -> None:
    rows = {"se": (30, 20, 0), "no+other+no_answer": (15, 10, 5)}
    assert beside_groups(a_crossed_release({"police_met": rows}), "police_met")[1:] == (
        "Percentages are of each group's total.",
    )


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (((50, 45, 5), (50, 45, 5), (45, 50, 5)), [f"Of groups with percentages, no two are sure to differ: {ALONE}"]),
        (
            ((80, 15, 5), (50, 45, 5), (45, 50, 5)),
            ["Groups whose ranges overlap may not differ. All ranges are in the CSV file."],
        ),
        (((80, 10, 10), (20, 40, 40), (50, 25, 25)), []),
    ],
)
def test_crosstab_says_whether_its_groups_are_sure_to_differ(
    rows: tuple[tuple[int, ...], ...], said: Sequence[str]
) -> None:
    release = a_crossed_release({"police_met": dict(zip(("se", "no", "other+no_answer"), rows, strict=True))}, n=300)
    of_whom = "Percentages are of each group's total."
    assert beside_groups(release, "police_met")[1:] == (" ".join([of_whom, *said]),)


def test_groups_of_too_few_for_percentages_are_not_said_to_be_alike() -> None:
    """Of the last group at least 12 of 20 said no, of the others hardly anybody."""
    rows = {"se": (60, 40, 0), "no": (60, 40, 0), "other+no_answer": (0, 20, 0)}
    release = a_crossed_release({"police_met": rows}, n=220)
    said = f"Of groups with percentages, no two are sure to differ: {ALONE}"
    assert beside_groups(release, "police_met")[1] == f"Percentages are of each group's total. {said}"


def test_exact_crosstab_is_not_said_to_be_unsure() -> None:
    rows = {"se": (20, 10, 0), "no": (20, 10, 0), "other+no_answer": (10, 10, 0)}
    release = a_crossed_release({"police_met": rows}, policy="exact")
    assert beside_groups(release, "police_met")[1:] == ("Percentages are of each group's total.",)


def test_groups_joined_over_editions_can_be_farther_off() -> None:
    first = a_crossed_release({"police_met": POLICE})
    notes = beside_groups(a_crossed_release({"police_met": POLICE_LATER}, n=95, previous=first), "police_met")
    assert notes[0] == "Every number can be up to 16 too high or too low, the total of a group up to 24."


def test_crosstab_that_an_edition_is_missing_from_says_of_which_it_is() -> None:
    first = a_crossed_release({"police_met": POLICE})
    notes = beside_groups(a_crossed_release({}, {"police_met": "few_groups"}, previous=first), "police_met")
    assert notes[0].startswith("These numbers are of 1 of 2 releases. The others did not show this.")
    assert notes[-1] == (
        "Not shown: only one group would have about 20 or more. The numbers are those of earlier releases."
    )


def test_multiple_choice_that_is_not_crossed_says_so_once() -> None:
    left = dict.fromkeys(CHALLENGES, "no_fit")
    assert beside_groups(a_crossed_release({}, left), "challenges") == (
        "Not shown: no rounding of it agrees with the other tables, or it was left out by lot.",
    )


def test_row_of_a_matrix_that_is_not_crossed_is_named() -> None:
    rows = {"se": (10, 10, 20, 0), "no+other+no_answer": (10, 10, 10, 10)}
    notes = beside_groups(a_crossed_release({"harder.home": rows}, {"harder.work": "no_fit"}), "harder")
    assert notes[-1] == "Work: Not shown: no rounding of it agrees with the other tables, or it was left out by lot."
