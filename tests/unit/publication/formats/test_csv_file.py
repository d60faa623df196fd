"""The tidy CSV, compared whole, and what it is made from."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from chalicelib.errors import in_english
from chalicelib.publication.formats.columns import COLUMNS
from chalicelib.publication.formats.csv_file import release_csv
from chalicelib.publication.release import Release
from chalicelib.publication.worded import WordedRelease
from chalicelib.publication.words import SUPPRESSIONS
from tests.builders import a_question, options, text
from tests.unit.publication.a_crossed_release import POLICE, a_crossed_release
from tests.unit.publication.a_release import a_release, swedish

HEADER = (
    "question_short,part,grouped_by,group_text,label,count,percent,percent_at_least,percent_at_most,at_least,at_most,"
    "edition_count,asked,base,base_at_least,base_at_most,not_printed,kind,question_text,question,group,code,editions,"
    "method,synthetic,survey,release,published_on"
)
#: What every row of a table of the first release ends with.
EXACT, ROUNDED = (f"1,{method},no,a-survey,1,2026-03-01" for method in ("exact", "rounded"))
COUNTRY = "About single_choice?"
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


class Of(NamedTuple):
    """A table: of which question, of which kind in words, called how, of which part."""

    question: str
    kind: str
    id: str
    part: str = ""

    def row(self, code: str, answer: str, count: int, percent: int) -> str:
        """The line of an answer that so many of 60 gave."""
        numbers = f"{count},{percent},{percent},{percent},{count},{count},{count},60,60,60,60"
        ids = f"{self.kind},{self.question},{self.id},,{code},{EXACT}"
        return f"{self.question},{self.part},,,{answer},{numbers},,{ids}"


def test_csv_whole() -> None:
    country = Of("About single_choice?", "One answer", "country")
    several = ("About multiple_choice?", "Several answers")
    home = Of("About matrix?", "One answer a row", "harder.home", "Home")
    police, wish = Of("About yes_no?", "Yes or no", "police_met"), Of("About long_text?", "Words of their own", "wish")
    expected = [
        country.row("se", "Sweden", 21, 35),
        country.row("no", "Norway", 30, 50),
        country.row("other", '"Other, ""say"" which\nplease"', 4, 7),
        country.row("no_answer", "No answer", 5, 8),
        Of(*several, "challenges").row("chosen", "Chosen", 45, 75),
        Of(*several, "challenges").row("none", "NONE", 10, 17),
        Of(*several, "challenges").row("no_answer", "No answer", 5, 8),
        Of(*several, "challenges.law", "LAW").row("chosen", "Chosen", 40, 67),
        Of(*several, "challenges.law", "LAW").row("not_chosen", "Not chosen", 20, 33),
        Of(*several, "challenges.stigma", "STIGMA").row("chosen", "Chosen", 15, 25),
        Of(*several, "challenges.stigma", "STIGMA").row("not_chosen", "Not chosen", 45, 75),
        Of(*several, "challenges.police", "PATROL").row("chosen", "Chosen", 0, 0),
        Of(*several, "challenges.police", "PATROL").row("not_chosen", "Not chosen", 60, 100),
        home.row("not", "NOT", 10, 17),
        home.row("some", "SOME", 20, 33),
        home.row("much", "MUCH", 30, 50),
        home.row("no_answer", "No answer", 0, 0),
        police.row("yes", "Yes", 35, 58),
        police.row("no", "No", 20, 33),
        police.row("no_answer", "No answer", 5, 8),
        wish.row("answered", "Answered", 25, 42),
        wish.row("no_answer", "No answer", 35, 58),
    ]
    made = release_csv(WordedRelease.of(a_release(*QUESTIONS), "en", in_english))
    assert made.split("\r\n") == [HEADER, *expected, ""]


def test_csv_in_another_language_falls_back_where_a_label_is_missing() -> None:
    made = release_csv(WordedRelease.of(a_release(QUESTIONS[0], QUESTIONS[2]), "sv", swedish))
    assert [(row["part"], row["label"]) for row in csv.DictReader(io.StringIO(made))] == [
        ("", "Sverige"),
        ("", "Norway"),
        ("", 'Other, "say" which\nplease'),
        ("", "Inget svar"),
        ("Hemma", "NOT"),
        ("Hemma", "SOME"),
        ("Hemma", "MUCH"),
        ("Hemma", "Inget svar"),
    ]


def test_csv_calls_a_question_by_its_short_name_and_has_its_wording_too() -> None:
    release = a_release(QUESTIONS[3] | {"short": text("Police", sv="Polis")})
    assert {(row["question_short"], row["question_text"]) for row in rows(release)} == {("Police", "About yes_no?")}


def test_csv_below_a_base_of_50_has_counts_only_under_protected() -> None:
    counts = {"police_met": {"yes": 20, "no": 20, "no_answer": 5}}
    release = a_release(QUESTIONS[3], policy="protected", n=45, counts=counts)
    question = "Yes or no,About yes_no?,police_met"
    assert release_csv(WordedRelease.of(release, "en", in_english)).split("\r\n") == [
        HEADER,
        f"About yes_no?,,,,Yes,20,,,,16,24,20,45,45,45,49,,{question},,yes,{ROUNDED}",
        f"About yes_no?,,,,No,20,,,,16,24,20,45,45,45,49,,{question},,no,{ROUNDED}",
        f"About yes_no?,,,,No answer,5,,,,1,9,5,45,45,45,49,,{question},,no_answer,{ROUNDED}",
        "",
    ]


def test_csv_has_the_totals_over_all_editions() -> None:
    first = a_release(QUESTIONS[3])
    second = a_release(QUESTIONS[3], previous=first)
    found = {row["code"]: row for row in rows(second)}["yes"]
    facts = ("release", "editions", "count", "edition_count", "at_least", "percent", "asked")
    assert [found[fact] for fact in facts] == ["2", "1+2", "70", "35", "70", "58", "120"]


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
    question = "Yes or no,About yes_no?,police_met"
    first = lines.index(f"About yes_no?,,,,Yes,50,,54,68,46,54,50,80,80,80,84,,{question},,yes,{ROUNDED}")
    others, pooled = "NO + OTHER + No answer", "country=no+other+no_answer"
    assert lines[first + 1 : first + 9] == [
        f"About yes_no?,,,,No,25,,25,37,21,29,25,80,80,80,84,,{question},,no,{ROUNDED}",
        f"About yes_no?,,,,No answer,5,,1,12,1,9,5,80,80,80,84,,{question},,no_answer,{ROUNDED}",
        f"About yes_no?,,{COUNTRY},SE,Yes,30,,40,61,26,34,30,60,60,56,64,,{question},country=se,yes,{ROUNDED}",
        f"About yes_no?,,{COUNTRY},SE,No,25,,32,52,21,29,25,60,60,56,64,,{question},country=se,no,{ROUNDED}",
        f"About yes_no?,,{COUNTRY},SE,No answer,5,,1,17,1,9,5,60,60,56,64,,{question},country=se,no_answer,{ROUNDED}",
        f"About yes_no?,,{COUNTRY},{others},Yes,20,,,,16,24,20,20,20,16,28,,{question},{pooled},yes,{ROUNDED}",
        f"About yes_no?,,{COUNTRY},{others},No,0,,,,0,4,0,20,20,16,28,,{question},{pooled},no,{ROUNDED}",
        f"About yes_no?,,{COUNTRY},{others},No answer,0,,,,0,4,0,20,20,16,28,,{question},{pooled},no_answer,{ROUNDED}",
    ]
    assert lines[first + 9].startswith("About multiple_choice?,,,,Chosen,")


def test_csv_says_of_a_crosstab_which_editions_printed_it() -> None:
    first = a_crossed_release({"police_met": POLICE})
    second = a_crossed_release({}, {"police_met": "few_groups"}, previous=first)
    found = {
        (bool(row["group"]), row["editions"]) for row in rows(second) if row["question"] == "police_met" and row["code"]
    }
    assert found == {(False, "1+2"), (True, "1")}


def test_guide_for_analysts_names_every_column_and_every_reason() -> None:
    guide = (Path(__file__).parents[4] / "docs" / "analysts.md").read_text("utf-8")
    assert {name for name in (*(column.name for column in COLUMNS), *SUPPRESSIONS) if f"`{name}`" not in guide} == set()


def test_csv_names_what_is_not_printed_and_why() -> None:
    release = a_crossed_release({}, {"police_met": "few_groups", "challenges.law": "no_fit"})
    facts = ("question", "question_short", "part", "grouped_by", "group", "group_text", "kind", "count", "not_printed")
    assert [tuple(row[fact] for fact in facts) for row in rows(release)[-2:]] == [
        ("police_met", "About yes_no?", "", COUNTRY, "country", "", "Yes or no", "", "few_groups"),
        ("challenges.law", "About multiple_choice?", "LAW", COUNTRY, "country", "", "Several answers", "", "no_fit"),
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
        ("1+3", "answered", "50", "25", "42", "58", "80", "120", "81"),
        ("1+3", "no_answer", "30", "15", "14", "46", "80", "120", "53"),
    ]


@pytest.mark.parametrize("label", ["=1+1", "-1", "@SUM(A1)", "＝1", '=HYPERLINK("https://x")', "1-3", "1/2", "30+"])
@pytest.mark.parametrize("kind", ["single_choice", "multiple_choice", "matrix"])
def test_text_that_a_spreadsheet_would_take_for_something_else_is_made_harmless(kind: str, label: str) -> None:
    marked = options("law", "stigma", "none")
    marked[0]["label"] = text(label)
    changes = {"rows": [{"code": "home", "label": text(label)}]} if kind == "matrix" else {}
    release = a_release(a_question(kind, options=marked, **changes) | {"label": text(label), "short": text(label)})
    told = rows(release)
    texts = [column.name for column in COLUMNS if column.holds == "text"]
    for name in ("question_text", "question_short", "label" if kind == "single_choice" else "part"):
        assert f"'{label}" in {row[name] for row in told}
    assert not any(row[name].startswith(("=", "+", "-", "@", "＝")) for row in told for name in texts)


@pytest.mark.parametrize("access", ["invitation", "open"])
def test_every_number_is_whole_since_a_decimal_point_is_a_day_to_a_norwegian_spreadsheet(access: str) -> None:
    numbers = [column.name for column in COLUMNS if column.holds == "number"]
    found = {row[name] for row in rows(a_release(*QUESTIONS, policy="protected", access=access)) for name in numbers}
    assert all(re.fullmatch("0|[1-9][0-9]*|", number) for number in found)
