"""The tidy CSV, compared whole, and what it is made from."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from chalicelib.errors import in_english
from chalicelib.publication.formats.csv_file import CSV_HEADER, release_csv
from chalicelib.publication.release import Release
from chalicelib.publication.worded import WordedRelease
from chalicelib.publication.words import SUPPRESSIONS
from tests.builders import a_question, options, text
from tests.unit.publication.a_crossed_release import POLICE, a_crossed_release
from tests.unit.publication.a_release import a_release, swedish

HEADER = (
    "survey,release,published_on,synthetic,method,editions,question,group,code,label,count,edition_count,at_least,"
    "at_most,percent,percent_at_least,percent_at_most,asked,base,base_at_least,base_at_most,not_printed"
)
#: What every row of a table of the first release begins with.
EXACT, ROUNDED = (f"a-survey,1,2026-03-01,no,{method},1," for method in ("exact", "rounded"))
HOME = [{"code": "home", "label": text("Home", sv="Hemma")}]
QUESTIONS = [
    a_question(
        "single_choice",
        options=[
            {"code": "se", "label": text("Sweden", sv="Sverige")},
            {"code": "no", "label": text("Norway")},
            {"code": "other", "label": text('Other, "say" which\nplease'), "specify": True},
        ],
    ),
    a_question("multiple_choice"),
    a_question("matrix", rows=HOME),
    a_question("yes_no"),
    a_question("long_text"),
    a_question("consent"),
]


def rows(release: Release) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(release_csv(WordedRelease.of(release, "en", in_english)))))


def test_csv_whole() -> None:
    assert release_csv(WordedRelease.of(a_release(*QUESTIONS), "en", in_english)).split("\r\n") == [
        HEADER,
        f"{EXACT}country,,se,Sweden,21,21,21,21,35.0,35.0,35.0,60,60,60,60,",
        f"{EXACT}country,,no,Norway,30,30,30,30,50.0,50.0,50.0,60,60,60,60,",
        f'{EXACT}country,,other,"Other, ""say"" which\nplease",4,4,4,4,6.7,6.7,6.7,60,60,60,60,',
        f"{EXACT}country,,no_answer,No answer,5,5,5,5,8.3,8.3,8.3,60,60,60,60,",
        f"{EXACT}challenges,,chosen,Chosen,45,45,45,45,75.0,75.0,75.0,60,60,60,60,",
        f"{EXACT}challenges,,none,NONE,10,10,10,10,16.7,16.7,16.7,60,60,60,60,",
        f"{EXACT}challenges,,no_answer,No answer,5,5,5,5,8.3,8.3,8.3,60,60,60,60,",
        f"{EXACT}challenges.law,,chosen,LAW: Chosen,40,40,40,40,66.7,66.7,66.7,60,60,60,60,",
        f"{EXACT}challenges.law,,not_chosen,LAW: Not chosen,20,20,20,20,33.3,33.3,33.3,60,60,60,60,",
        f"{EXACT}challenges.stigma,,chosen,STIGMA: Chosen,15,15,15,15,25.0,25.0,25.0,60,60,60,60,",
        f"{EXACT}challenges.stigma,,not_chosen,STIGMA: Not chosen,45,45,45,45,75.0,75.0,75.0,60,60,60,60,",
        f"{EXACT}challenges.police,,chosen,PATROL: Chosen,0,0,0,0,0.0,0.0,0.0,60,60,60,60,",
        f"{EXACT}challenges.police,,not_chosen,PATROL: Not chosen,60,60,60,60,100.0,100.0,100.0,60,60,60,60,",
        f"{EXACT}harder.home,,not,Home: NOT,10,10,10,10,16.7,16.7,16.7,60,60,60,60,",
        f"{EXACT}harder.home,,some,Home: SOME,20,20,20,20,33.3,33.3,33.3,60,60,60,60,",
        f"{EXACT}harder.home,,much,Home: MUCH,30,30,30,30,50.0,50.0,50.0,60,60,60,60,",
        f"{EXACT}harder.home,,no_answer,Home: No answer,0,0,0,0,0.0,0.0,0.0,60,60,60,60,",
        f"{EXACT}police_met,,yes,Yes,35,35,35,35,58.3,58.3,58.3,60,60,60,60,",
        f"{EXACT}police_met,,no,No,20,20,20,20,33.3,33.3,33.3,60,60,60,60,",
        f"{EXACT}police_met,,no_answer,No answer,5,5,5,5,8.3,8.3,8.3,60,60,60,60,",
        f"{EXACT}wish,,answered,Answered,25,25,25,25,41.7,41.7,41.7,60,60,60,60,",
        f"{EXACT}wish,,no_answer,No answer,35,35,35,35,58.3,58.3,58.3,60,60,60,60,",
        "",
    ]


def test_csv_in_another_language_falls_back_where_a_label_is_missing() -> None:
    assert release_csv(WordedRelease.of(a_release(QUESTIONS[0], QUESTIONS[2]), "sv", swedish)).split("\r\n") == [
        HEADER,
        f"{EXACT}country,,se,Sverige,21,21,21,21,35.0,35.0,35.0,60,60,60,60,",
        f"{EXACT}country,,no,Norway,30,30,30,30,50.0,50.0,50.0,60,60,60,60,",
        f'{EXACT}country,,other,"Other, ""say"" which\nplease",4,4,4,4,6.7,6.7,6.7,60,60,60,60,',
        f"{EXACT}country,,no_answer,Inget svar,5,5,5,5,8.3,8.3,8.3,60,60,60,60,",
        f"{EXACT}harder.home,,not,Hemma: NOT,10,10,10,10,16.7,16.7,16.7,60,60,60,60,",
        f"{EXACT}harder.home,,some,Hemma: SOME,20,20,20,20,33.3,33.3,33.3,60,60,60,60,",
        f"{EXACT}harder.home,,much,Hemma: MUCH,30,30,30,30,50.0,50.0,50.0,60,60,60,60,",
        f"{EXACT}harder.home,,no_answer,Hemma: Inget svar,0,0,0,0,0.0,0.0,0.0,60,60,60,60,",
        "",
    ]


def test_csv_below_a_base_of_50_has_counts_only_under_protected() -> None:
    counts = {"police_met": {"yes": 20, "no": 20, "no_answer": 5}}
    release = a_release(QUESTIONS[3], policy="protected", n=45, counts=counts)
    assert release_csv(WordedRelease.of(release, "en", in_english)).split("\r\n") == [
        HEADER,
        f"{ROUNDED}police_met,,yes,Yes,20,20,16,24,,,,45,45,45,49,",
        f"{ROUNDED}police_met,,no,No,20,20,16,24,,,,45,45,45,49,",
        f"{ROUNDED}police_met,,no_answer,No answer,5,5,1,9,,,,45,45,45,49,",
        "",
    ]


def test_csv_has_the_totals_over_all_editions() -> None:
    first = a_release(QUESTIONS[3])
    second = a_release(QUESTIONS[3], previous=first)
    row = "a-survey,2,2026-03-01,no,exact,1 2,police_met,,yes,Yes,70,35,70,70,58.3,58.3,58.3,120,120,120,120,"
    assert row in release_csv(WordedRelease.of(second, "en", in_english)).split("\r\n")


def test_csv_of_several_editions_says_how_far_off_their_sums_can_be() -> None:
    counts = {"police_met": {"yes": 20, "no": 20, "no_answer": 5}}
    first = a_release(QUESTIONS[3], policy="protected", n=45, counts=counts)
    second = a_release(QUESTIONS[3], policy="protected", n=45, counts=counts, previous=first)
    assert [(row["count"], row["at_least"], row["at_most"], row["base_at_most"]) for row in rows(second)] == [
        ("40", "32", "48", "98"),
        ("40", "32", "48", "98"),
        ("10", "2", "18", "98"),
    ]


def test_csv_of_an_open_link_names_no_limits_since_chance_knows_none() -> None:
    release = a_release(QUESTIONS[3], policy="protected", access="open")
    limits = ("at_least", "at_most", "base_at_least", "base_at_most")
    assert {row[limit] for row in rows(release) for limit in limits} == {""}
    assert {row["method"] for row in rows(release)} == {"noise"}


def test_csv_has_each_group_after_its_table() -> None:
    release = a_crossed_release({"police_met": {"se": (30, 25, 5), "no+other+no_answer": (20, 0, 0)}})
    lines = release_csv(WordedRelease.of(release, "en", in_english)).split("\r\n")
    first = lines.index(f"{ROUNDED}police_met,,yes,Yes,50,50,46,54,,54.7,67.5,80,80,80,84,")
    assert lines[first + 1 : first + 10] == [
        f"{ROUNDED}police_met,,no,No,25,25,21,29,,25.0,36.3,80,80,80,84,",
        f"{ROUNDED}police_met,,no_answer,No answer,5,5,1,9,,1.1,11.3,80,80,80,84,",
        f"{ROUNDED}police_met,country=se,yes,Yes,30,30,26,34,,40.6,60.8,60,60,56,64,",
        f"{ROUNDED}police_met,country=se,no,No,25,25,21,29,,32.8,51.8,60,60,56,64,",
        f"{ROUNDED}police_met,country=se,no_answer,No answer,5,5,1,9,,1.5,16.1,60,60,56,64,",
        f"{ROUNDED}police_met,country=no+other+no_answer,yes,Yes,20,20,16,24,,,,20,20,16,28,",
        f"{ROUNDED}police_met,country=no+other+no_answer,no,No,0,0,0,4,,,,20,20,16,28,",
        f"{ROUNDED}police_met,country=no+other+no_answer,no_answer,No answer,0,0,0,4,,,,20,20,16,28,",
        f"{ROUNDED}challenges,,chosen,Chosen,0,0,0,4,,0.0,5.0,80,80,80,84,",
    ]


def test_csv_says_of_a_crosstab_which_editions_printed_it() -> None:
    first = a_crossed_release({"police_met": POLICE})
    second = a_crossed_release({}, {"police_met": "few_groups"}, previous=first)
    found = {
        (bool(row["group"]), row["editions"]) for row in rows(second) if row["question"] == "police_met" and row["code"]
    }
    assert found == {(False, "1 2"), (True, "1")}


def test_guide_for_analysts_names_every_column_and_every_reason() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "analysts.md").read_text("utf-8")
    assert {name for name in (*CSV_HEADER, *SUPPRESSIONS) if f"`{name}`" not in guide} == set()


def test_csv_names_what_is_not_printed_and_why() -> None:
    release = a_crossed_release({}, {"police_met": "few_groups", "challenges.law": "no_fit"})
    assert release_csv(WordedRelease.of(release, "en", in_english)).split("\r\n")[-3:] == [
        "a-survey,1,2026-03-01,no,rounded,,police_met,country,,,,,,,,,,,,,,few_groups",
        "a-survey,1,2026-03-01,no,rounded,,challenges.law,country,,LAW,,,,,,,,,,,,no_fit",
        "",
    ]


def test_csv_has_a_label_that_an_earlier_edition_left_though_the_first_language_is_another_now() -> None:
    by_group = a_crossed_release({"police_met": POLICE})
    later = by_group.model_copy(update={"languages": ("sv", "en")})
    made = csv.DictReader(io.StringIO(release_csv(WordedRelease.of(later, "sv", in_english))))
    assert [row["label"] for row in made if row["question"] == "country"] == ["SE", "NO", "OTHER", "No answer"]


def test_csv_says_that_answers_are_invented() -> None:
    assert {row["synthetic"] for row in rows(a_release(QUESTIONS[3], synthetic=True))} == {"yes"}


def test_csv_of_a_conditional_question_is_of_those_asked_in_the_editions_that_printed_it() -> None:
    wish = a_question("long_text", show_if={"question": "police_met", "equals": "yes"})
    some = {"police_met": {"yes": 40, "no": 20}, "wish": {"answered": 25, "no_answer": 35}}
    release = None
    for counts in (some, {"police_met": {"yes": 10, "no": 50}}, some):
        release = a_release(QUESTIONS[3], wish, policy="protected", counts=counts, previous=release)
    assert release is not None
    facts = ("editions", "code", "count", "edition_count", "at_least", "at_most", "asked", "base", "percent_at_most")
    assert [tuple(row[fact] for fact in facts) for row in rows(release) if row["question"] == "wish"] == [
        ("1 3", "answered", "50", "25", "42", "58", "80", "120", "80.6"),
        ("1 3", "no_answer", "30", "15", "14", "46", "80", "120", "52.3"),
    ]


@pytest.mark.parametrize("label", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "－1", '=HYPERLINK("https://x")'])
@pytest.mark.parametrize("kind", ["single_choice", "multiple_choice", "matrix"])
def test_label_that_looks_like_a_formula_is_made_harmless(kind: str, label: str) -> None:
    marked = options("law", "stigma", "none")
    marked[0]["label"] = text(label)
    changes = {"rows": [{"code": "home", "label": text(label)}]} if kind == "matrix" else {}
    release = a_release(a_question(kind, options=marked, **changes), counts={})
    cells = [row["label"] for row in rows(release)]
    assert any(cell.startswith(f"'{label}") for cell in cells)
    assert not any(cell.startswith(("=", "+", "-", "@", "＝", "－")) for cell in cells)
