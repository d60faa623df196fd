"""The tidy CSV, compared whole, and what it is made from."""

from __future__ import annotations

import csv
import io
from typing import get_type_hints

import pytest

from chalicelib.errors import Translate, in_english
from chalicelib.publication import exports, release, results_page
from chalicelib.publication.exports import release_csv
from chalicelib.publication.release import Release
from tests.builders import a_question, options, text
from tests.unit.publication.a_crossed_release import a_crossed_release
from tests.unit.publication.a_release import a_release, swedish

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
    a_question("matrix", rows=[{"code": "home", "label": text("Home", sv="Hemma")}]),
    a_question("yes_no"),
    a_question("long_text"),
    a_question("consent"),
]


def test_csv_whole() -> None:
    assert release_csv(a_release(*QUESTIONS), "en", in_english).split("\r\n") == [
        "question,group,code,label,count,percent,base,at_least,at_most,method,not_printed",
        "country,,se,Sweden,21,35.0,60,21,21,exact,",
        "country,,no,Norway,30,50.0,60,30,30,exact,",
        'country,,other,"Other, ""say"" which\nplease",4,6.7,60,4,4,exact,',
        "country,,no_answer,No answer,5,8.3,60,5,5,exact,",
        "challenges,,chosen,Chosen,45,75.0,60,45,45,exact,",
        "challenges,,none,NONE,10,16.7,60,10,10,exact,",
        "challenges,,no_answer,No answer,5,8.3,60,5,5,exact,",
        "challenges.law,,chosen,LAW: Chosen,40,66.7,60,40,40,exact,",
        "challenges.law,,not_chosen,LAW: Not chosen,20,33.3,60,20,20,exact,",
        "challenges.stigma,,chosen,STIGMA: Chosen,15,25.0,60,15,15,exact,",
        "challenges.stigma,,not_chosen,STIGMA: Not chosen,45,75.0,60,45,45,exact,",
        "challenges.police,,chosen,POLICE: Chosen,0,0.0,60,0,0,exact,",
        "challenges.police,,not_chosen,POLICE: Not chosen,60,100.0,60,60,60,exact,",
        "harder.home,,not,Home: NOT,10,16.7,60,10,10,exact,",
        "harder.home,,some,Home: SOME,20,33.3,60,20,20,exact,",
        "harder.home,,much,Home: MUCH,30,50.0,60,30,30,exact,",
        "harder.home,,no_answer,Home: No answer,0,0.0,60,0,0,exact,",
        "police_met,,yes,Yes,35,58.3,60,35,35,exact,",
        "police_met,,no,No,20,33.3,60,20,20,exact,",
        "police_met,,no_answer,No answer,5,8.3,60,5,5,exact,",
        "wish,,answered,Answered,25,41.7,60,25,25,exact,",
        "wish,,no_answer,No answer,35,58.3,60,35,35,exact,",
        "",
    ]


def test_csv_in_another_language_falls_back_where_a_label_is_missing() -> None:
    assert release_csv(a_release(QUESTIONS[0], QUESTIONS[2]), "sv", swedish).split("\r\n") == [
        "question,group,code,label,count,percent,base,at_least,at_most,method,not_printed",
        "country,,se,Sverige,21,35.0,60,21,21,exact,",
        "country,,no,Norway,30,50.0,60,30,30,exact,",
        'country,,other,"Other, ""say"" which\nplease",4,6.7,60,4,4,exact,',
        "country,,no_answer,Inget svar,5,8.3,60,5,5,exact,",
        "harder.home,,not,Hemma: NOT,10,16.7,60,10,10,exact,",
        "harder.home,,some,Hemma: SOME,20,33.3,60,20,20,exact,",
        "harder.home,,much,Hemma: MUCH,30,50.0,60,30,30,exact,",
        "harder.home,,no_answer,Hemma: Inget svar,0,0.0,60,0,0,exact,",
        "",
    ]


def test_csv_below_a_base_of_50_has_counts_only_under_protected() -> None:
    counts = {"police_met": {"yes": 20, "no": 20, "no_answer": 5}}
    release = a_release(QUESTIONS[3], policy="protected", n=45, counts=counts)
    assert release_csv(release, "en", in_english).split("\r\n") == [
        "question,group,code,label,count,percent,base,at_least,at_most,method,not_printed",
        "police_met,,yes,Yes,20,,45,16,24,rounded,",
        "police_met,,no,No,20,,45,16,24,rounded,",
        "police_met,,no_answer,No answer,5,,45,1,9,rounded,",
        "",
    ]


def test_csv_has_the_totals_over_all_editions() -> None:
    first = a_release(QUESTIONS[3])
    second = a_release(QUESTIONS[3], previous=first)
    assert "police_met,,yes,Yes,70,58.3,120,70,70,exact," in release_csv(second, "en", in_english)


def test_csv_of_several_editions_says_how_far_off_their_sums_can_be() -> None:
    counts = {"police_met": {"yes": 20, "no": 20, "no_answer": 5}}
    first = a_release(QUESTIONS[3], policy="protected", n=45, counts=counts)
    second = a_release(QUESTIONS[3], policy="protected", n=45, counts=counts, previous=first)
    lines = release_csv(second, "en", in_english).split("\r\n")
    assert "police_met,,yes,Yes,40,44.4,90,32,48,rounded," in lines
    assert "police_met,,no_answer,No answer,10,11.1,90,2,18,rounded," in lines


def test_csv_of_an_open_link_names_no_limits_since_chance_knows_none() -> None:
    release = a_release(QUESTIONS[3], policy="protected", access="open")
    rows = list(csv.DictReader(io.StringIO(release_csv(release, "en", in_english))))
    assert {(row["at_least"], row["at_most"], row["method"]) for row in rows} == {("", "", "noise")}


def test_csv_has_each_group_after_its_table() -> None:
    release = a_crossed_release({"police_met": {"se": (30, 25, 5), "no+other+no_answer": (20, 0, 0)}})
    lines = release_csv(release, "en", in_english).split("\r\n")
    first = lines.index("police_met,,yes,Yes,50,62.5,80,46,54,rounded,")
    assert lines[first + 1 : first + 10] == [
        "police_met,,no,No,25,31.2,80,21,29,rounded,",
        "police_met,,no_answer,No answer,5,6.2,80,1,9,rounded,",
        "police_met,country=se,yes,Yes,30,50.0,60,26,34,rounded,",
        "police_met,country=se,no,No,25,41.7,60,21,29,rounded,",
        "police_met,country=se,no_answer,No answer,5,8.3,60,1,9,rounded,",
        "police_met,country=no+other+no_answer,yes,Yes,20,,20,16,24,rounded,",
        "police_met,country=no+other+no_answer,no,No,0,,20,0,4,rounded,",
        "police_met,country=no+other+no_answer,no_answer,No answer,0,,20,0,4,rounded,",
        "challenges,,chosen,Chosen,0,0.0,80,0,4,rounded,",
    ]


def test_csv_names_what_is_not_printed_and_why() -> None:
    release = a_crossed_release({}, {"police_met": "few_groups", "challenges.law": "no_fit"})
    assert release_csv(release, "en", in_english).split("\r\n")[-3:] == [
        "police_met,country,,,,,,,,rounded,few_groups",
        "challenges.law,country,,LAW,,,,,,rounded,no_fit",
        "",
    ]


@pytest.mark.parametrize("label", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "－1", '=HYPERLINK("https://x")'])
@pytest.mark.parametrize("kind", ["single_choice", "multiple_choice", "matrix"])
def test_label_that_looks_like_a_formula_is_made_harmless(kind: str, label: str) -> None:
    marked = options("law", "stigma", "none")
    marked[0]["label"] = text(label)
    changes = {"rows": [{"code": "home", "label": text(label)}]} if kind == "matrix" else {}
    release = a_release(a_question(kind, options=marked, **changes), counts={})
    cells = [row["label"] for row in csv.DictReader(io.StringIO(release_csv(release, "en", in_english)))]
    assert any(cell.startswith(f"'{label}") for cell in cells)
    assert not any(cell.startswith(("=", "+", "-", "@", "＝", "－")) for cell in cells)


def test_pages_and_exports_are_made_from_a_release_and_words_alone_P8() -> None:
    made = [exports.release_json, exports.release_csv, results_page.render_results, results_page.blocks_of]
    for maker in made:
        takes = get_type_hints(maker)
        takes.pop("return")
        assert takes.pop("release") is Release
        assert set(takes.values()) <= {str, Translate}
    assert not any(
        name.startswith(("Tally", "Answers")) for module in (exports, release, results_page) for name in vars(module)
    )
