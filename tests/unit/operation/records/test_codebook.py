"""The codebook says of every column what it is, whom it is of, and what each code means; as a table and as a page."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from chalicelib.questionnaire.definition import Definition, Questionnaire
from chalicelib.services import Version
from operation.records.export import export_records
from tests.builders import a_definition, a_document, a_question, options, text

EVERYTHING = a_definition().questionnaire
START = ["record", "batch", "version"]


def rows(folder: Path, *questionnaires: Questionnaire, **options: Any) -> list[dict[str, str]]:
    """The codebook of what was asked, version after version, but for the first columns."""
    versions = {number: Version(number, each) for number, each in enumerate(questionnaires, 1)}
    export_records("a-survey", [], versions, folder, formats=(), **options)
    with (folder / "codebook.csv").open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file))
    assert [row["column"] for row in found[:3]] == START
    return found[3:]


def told(row: Mapping[str, str], *names: str) -> str:
    return ",".join(row[name] for name in names)


def test_codebook_describes_every_column_and_code(tmp_path: Path) -> None:
    found = rows(tmp_path, EVERYTHING)
    facts = ("column", "spss_name", "question", "kind", "asked_of", "code", "number", "en")
    assert [told(row, *facts) for row in found[:5]] == [
        "country,country,country,One answer,everybody,,,About single_choice?",
        "country,,,,,se,1,SE",
        "country,,,,,no,2,NO",
        "country,,,,,other,3,OTHER",
        "country.other.text,country.other.text,country,One answer,"
        "those who chose “OTHER” at “About single_choice?”,,,About single_choice?: OTHER",
    ]
    with (tmp_path / "codes.csv").open(encoding="utf-8-sig", newline="") as file:
        assert START + [row["column"] for row in found if not row["code"]] == next(csv.reader(file))
    codes = [told(row, "column", "code", "number", "en") for row in found]
    assert "clients,few,,Few" in codes, "a band, which published tables count in"
    assert "wants.home,2,2,2" in codes, "a rank"
    assert "police_met,yes,1,Yes" in codes, "no author words it"
    assert "challenges,stigma,,STIGMA" in codes
    assert "challenges.stigma,,,About multiple_choice?: STIGMA" in codes


def test_codebook_says_why_a_cell_can_be_empty(tmp_path: Path) -> None:
    condition = {"question": "police_met", "equals": "yes"}
    asked = [
        a_question("yes_no", required_because=text("We must know.")),
        a_question("scale", show_if=condition),
        a_question("ranking"),
        a_question("long_text"),
    ]
    later = a_question("multiple_choice")
    found = rows(tmp_path, a_definition(*asked).questionnaire, a_definition(*asked, later).questionnaire)
    missing = {row["column"]: row["missing"] for row in found if not row["code"]}
    skipped, not_asked = "asked, and skipped (SPSS: -9)", "not asked, because of earlier answers (SPSS: -8)"
    lacked = "the respondent's version did not have it (SPSS: -7)"
    unranked = "others of the list were ranked, and this was not (SPSS: -6)"
    assert missing["police_met"] == ""
    assert missing["mood"] == f"{skipped}; {not_asked}"
    assert missing["wants.home"] == f"{skipped}; {unranked}"
    assert missing["wish"] == ""
    assert missing["challenges.law"] == missing["challenges"] == f"{skipped}; {lacked}"


def test_codebook_says_how_several_answers_are_joined(tmp_path: Path) -> None:
    law = {"code": "law", "label": text("Law; order")}
    question = a_question("multiple_choice", options=[law, *options("police")])
    (joined, *_) = rows(tmp_path, a_definition(question).questionnaire)
    assert joined["holds"] == (
        "All codes that were chosen, “;” between them; between labels “ | ”. Only in CSV and XLSX."
    )


def test_codebook_says_which_versions_had_what_and_leaves_missing_wordings_empty(tmp_path: Path) -> None:
    old = a_definition(a_question("single_choice", options=options("se", "no")), a_question("yes_no")).questionnaire
    document = a_document(
        a_question("single_choice", label={"en": "Where?", "sv": "Var?"}, options=options("se", "no", "dk")),
        a_question("matrix", label={"en": "Harder?", "sv": "Svårare?"}, options=options("not", "much")),
    )
    document["questionnaire"]["languages"]["sv"] = {"name": "Svenska"}
    new = Definition.model_validate(document).questionnaire
    facts = ("column", "code", "since_version", "until_version", "en", "sv")
    assert [told(row, *facts) for row in rows(tmp_path, old, new)] == [
        "country,,,,Where?,Var?",
        "country,se,,,SE,",
        "country,no,,,NO,",
        "country,dk,2,,DK,",
        "harder.home,,2,,Harder?: Home,",
        "harder.home,not,2,,NOT,",
        "harder.home,much,2,,MUCH,",
        "harder.work,,2,,Harder?: Work,",
        "harder.work,not,2,,NOT,",
        "harder.work,much,2,,MUCH,",
        "police_met,,,1,About yes_no?,",
        "police_met,yes,,1,Yes,Ja",
        "police_met,no,,1,No,Nej",
    ]


def test_option_that_came_later_has_a_column_since_then(tmp_path: Path) -> None:
    old, new = (
        a_definition(a_question("multiple_choice", options=options(*codes))).questionnaire
        for codes in (("law", "police"), ("law", "stigma"))
    )
    found = {row["column"]: told(row, "since_version", "until_version") for row in rows(tmp_path, old, new)[3:]}
    assert found == {"challenges": ",1", "challenges.law": ",", "challenges.stigma": "2,", "challenges.police": ",1"}


def test_codebook_says_of_which_questions_the_order_was_random(tmp_path: Path) -> None:
    mixed = a_question("single_choice", options=options("se", "other", specify=["other"]), order="random")
    asked = a_definition(mixed, a_question("ranking", order="random"), a_question("multiple_choice")).questionnaire
    random = [(row["column"], row["code"]) for row in rows(tmp_path, asked) if row["order"] == "random"]
    assert random == [(name, "") for name in ("country", "wants.home", "wants.rest", "wants.pay")]


def test_codebook_says_in_which_versions_the_order_was_random(tmp_path: Path) -> None:
    versions = [
        a_definition(a_question("single_choice", order=order), a_question("yes_no")).questionnaire
        for order in ("fixed", "random", "random")
    ]
    found = {row["column"]: row["order"] for row in rows(tmp_path, *versions) if not row["code"]}
    assert found["country"] == "random in 2, 3"
    assert found["police_met"] == ""


def test_whom_a_question_was_asked_of_is_told_in_the_language_of_choice(tmp_path: Path) -> None:
    document = a_document(
        a_question("yes_no", label={"en": "Met?", "sv": "Träffat?"}),
        a_question("scale", show_if={"question": "police_met", "equals": "yes"}),
    )
    document["questionnaire"]["languages"]["sv"] = {"name": "Svenska"}
    asked = Definition.model_validate(document).questionnaire
    of = {
        row["column"]: told(row, "kind", "asked_of") for row in rows(tmp_path, asked, language="sv") if not row["code"]
    }
    assert of == {"police_met": "Ja eller nej,alla", "mood": "Skala,de som svarade ”Ja” på ”Träffat?”"}


@pytest.mark.parametrize("label", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "1/2"])
def test_codebook_is_safe_for_spreadsheets(tmp_path: Path, label: str) -> None:
    question = a_question(
        "ranking", label=text(label), options=[{"code": "home", "label": text(label)}, *options("pay")]
    )
    codes = a_question("single_choice", options=[{"code": "se", "label": text(label)}, *options("no")])
    found = rows(tmp_path, a_definition(question, codes).questionnaire)
    cells = [cell for row in found for cell in row.values()]
    assert cells.count(f"'{label}") == 1
    assert not any(cell.startswith(("=", "+", "-", "@", "＝")) for cell in cells)


# --- the page --------------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def page(folder: Path, questionnaire: Questionnaire) -> Page:
    rows(folder, questionnaire)
    return Page((folder / "codebook.html").read_text("utf-8"))


def test_page_has_every_column_wording_and_code_in_every_language(tmp_path: Path) -> None:
    document = a_document(survey="a-survey")
    document["questionnaire"]["languages"]["ar"] = {"name": "العربية"}
    document["questionnaire"]["questions"][0]["label"]["ar"] = "أين؟"
    read = page(tmp_path, Definition.model_validate(document).questionnaire)
    with (tmp_path / "codebook.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            assert all(
                row[name].removeprefix("'") in read.text for name in ("column", "asked_of", "missing", "code", "en")
            )
    assert "أين؟" in read.text
    assert ("span", {"lang": "ar", "dir": "rtl"}) in read.tags


def test_page_is_one_file_without_script(tmp_path: Path) -> None:
    read = page(tmp_path, EVERYTHING)
    assert not {"script", "link", "img", "iframe", "form"} & {tag for tag, _ in read.tags}
    assert not any(
        "http" in (value or "") or name.startswith("on") for _, found in read.tags for name, value in found.items()
    )


def test_what_authors_write_is_no_markup_on_the_page(tmp_path: Path) -> None:
    question = a_question(
        "single_choice", label=text("<b>bold</b>"), options=[{"code": "x", "label": text("<i>")}, *options("y")]
    )
    read = page(tmp_path, a_definition(question).questionnaire)
    assert not {"b", "i"} & {tag for tag, _ in read.tags}
    assert "<b>bold</b>" in read.text
