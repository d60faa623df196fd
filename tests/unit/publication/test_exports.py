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
        "question,code,label,count,percent",
        "country,se,Sweden,21,35.0",
        "country,no,Norway,30,50.0",
        'country,other,"Other, ""say"" which\nplease",4,6.7',
        "country,no_answer,No answer,5,8.3",
        "challenges,chosen,Chosen,45,75.0",
        "challenges,none,NONE,10,16.7",
        "challenges,no_answer,No answer,5,8.3",
        "challenges.law,chosen,LAW: Chosen,40,66.7",
        "challenges.law,not_chosen,LAW: Not chosen,20,33.3",
        "challenges.stigma,chosen,STIGMA: Chosen,15,25.0",
        "challenges.stigma,not_chosen,STIGMA: Not chosen,45,75.0",
        "challenges.police,chosen,POLICE: Chosen,0,0.0",
        "challenges.police,not_chosen,POLICE: Not chosen,60,100.0",
        "harder.home,not,Home: NOT,10,16.7",
        "harder.home,some,Home: SOME,20,33.3",
        "harder.home,much,Home: MUCH,30,50.0",
        "harder.home,no_answer,Home: No answer,0,0.0",
        "police_met,yes,Yes,35,58.3",
        "police_met,no,No,20,33.3",
        "police_met,no_answer,No answer,5,8.3",
        "wish,answered,Answered,25,41.7",
        "wish,no_answer,No answer,35,58.3",
        "",
    ]


def test_csv_in_another_language_falls_back_where_a_label_is_missing() -> None:
    assert release_csv(a_release(QUESTIONS[0], QUESTIONS[2]), "sv", swedish).split("\r\n") == [
        "question,code,label,count,percent",
        "country,se,Sverige,21,35.0",
        "country,no,Norway,30,50.0",
        'country,other,"Other, ""say"" which\nplease",4,6.7',
        "country,no_answer,Inget svar,5,8.3",
        "harder.home,not,Hemma: NOT,10,16.7",
        "harder.home,some,Hemma: SOME,20,33.3",
        "harder.home,much,Hemma: MUCH,30,50.0",
        "harder.home,no_answer,Hemma: Inget svar,0,0.0",
        "",
    ]


def test_csv_below_a_base_of_50_has_counts_only_under_protected() -> None:
    counts = {"police_met": {"yes": 20, "no": 20, "no_answer": 5}}
    release = a_release(QUESTIONS[3], policy="protected", n=45, counts=counts)
    assert release_csv(release, "en", in_english).split("\r\n") == [
        "question,code,label,count,percent",
        "police_met,yes,Yes,20,",
        "police_met,no,No,20,",
        "police_met,no_answer,No answer,5,",
        "",
    ]


def test_csv_has_the_totals_over_all_editions() -> None:
    first = a_release(QUESTIONS[3])
    second = a_release(QUESTIONS[3], previous=first)
    assert "police_met,yes,Yes,70,58.3" in release_csv(second, "en", in_english)


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
