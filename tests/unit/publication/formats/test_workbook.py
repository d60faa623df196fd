"""A release as a workbook: the numbers of the release, by the rules of the UK Government Analysis Function."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import openpyxl
import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from chalicelib.errors import in_english
from chalicelib.locale import INTERFACE_LANGUAGES, translator
from chalicelib.publication.formats.workbook import HEADER_ROW, release_workbook
from chalicelib.publication.formats.workbook_tables import HEADERS, NOT_APPLICABLE, NOT_TOLD, Names
from chalicelib.publication.methodology import methodology
from chalicelib.publication.release import Release
from chalicelib.publication.worded import WordedRelease
from tests.builders import a_question, options, text
from tests.unit.publication.a_crossed_release import CHALLENGES, POLICE, a_crossed_release
from tests.unit.publication.a_release import a_release

WISH = a_question("long_text", show_if={"question": "police_met", "equals": "yes"})
QUESTIONS = (*map(a_question, ("single_choice", "multiple_choice", "matrix", "yes_no")), WISH)
CROSSED = a_crossed_release({"police_met": POLICE, **CHALLENGES}, {"harder.home": "few_groups"})
#: What a spreadsheet would take for a formula, a cell, a link or an escape, and what XML cannot hold.
TRAPS = (
    "=1+1",
    "Wow!A1",
    "@SUM(A1)",
    "-2",
    "+3",
    "'q",
    "https://example.org",
    "_x0041_",
    "mailto:a@b.c",
    "1e5",
    "<b>&",
)


def worded(release: Release, language: str = "en") -> WordedRelease:
    return WordedRelease.of(release, language, translator(language))


def opened(release: Release, language: str = "en") -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(release_workbook(worded(release, language))))


def tables_of(book: Workbook) -> list[Worksheet]:
    """The worksheets that have numbers."""
    return [sheet for sheet in book if any(name.startswith("table_") for name in sheet.tables)]


def header_of(sheet: Worksheet) -> list[str]:
    return [str(cell.value) for cell in sheet[HEADER_ROW + 1]]


@pytest.mark.parametrize("release", [CROSSED, a_release(*QUESTIONS)], ids=["crossed", "exact"])
def test_each_worksheet_is_by_the_rules_of_the_analysis_function(release: Release) -> None:
    book = opened(release)
    assert book.sheetnames[:4] == ["Cover", "Contents", "Notes", "How this was made"]
    for sheet in book:
        assert sheet["A1"].value, "a title"
        assert not sheet.merged_cells.ranges
        assert sheet.freeze_panes is None
        assert len(sheet.tables) == (0 if sheet.title == "Cover" else 1)
        for table in sheet.tables.values():
            rows = sheet[table.ref]
            assert table.autoFilter is None
            assert [cell.value for cell in rows[0]] == table.column_names
            assert len({name.casefold() for name in table.column_names}) == len(rows[0])
            assert all(cell.value not in (None, "") for row in rows for cell in row)
    assert all(header_of(sheet)[-1] == HEADERS["code"] for sheet in tables_of(book))


@pytest.mark.parametrize("language", INTERFACE_LANGUAGES)
def test_no_two_headers_are_the_same_in_any_language(language: str) -> None:
    translate = translator(language)
    headers = [translate(header).casefold() for header in HEADERS.values()]
    assert len(set(headers)) == len(headers)


def test_contents_lead_to_every_worksheet_and_each_leads_back() -> None:
    book = opened(CROSSED)
    contents = book["Contents"]
    links = {cell.value: cell.hyperlink.location for row in contents.rows for cell in row if cell.hyperlink}
    assert [*links] == [sheet.title for sheet in book if sheet.title not in ("Cover", "Contents")]
    assert all(location == f"'{name}'!A1" for name, location in links.items())
    for sheet in book:
        back = [cell.hyperlink.location for cell in sheet["A"] if cell.hyperlink]
        assert sheet is contents or back == ["'Contents'!A1"]


def test_each_note_stands_once_and_is_pointed_to() -> None:
    book = opened(CROSSED)
    notes = [str(row[0].value) for row in book["Notes"].iter_rows(min_row=5)]
    assert notes == ["[note 1]", "[note 2]", "[note 3]", "[note 4]", NOT_TOLD, NOT_APPLICABLE]
    for sheet in tables_of(book):
        pointed = {found for row in sheet.rows for cell in row for found in re.findall(r"\[note \d\]", str(cell.value))}
        assert pointed == set(notes[:4])


def test_note_on_shares_of_an_open_link_does_not_say_that_the_truth_is_in_each_range_P14() -> None:
    release = a_release(a_question("yes_no"), policy="protected", access="open", n=250)
    notes = [str(row[1].value) for row in opened(release)["Notes"].iter_rows(min_row=5)]
    (of_shares,) = [note for note in notes if note.startswith("Of those asked")]
    assert "In truth" not in of_shares
    assert "About nine in ten true shares are from “at least” to “at most”." in of_shares


def test_what_is_not_shown_is_listed_with_its_reason() -> None:
    sheet = opened(CROSSED)["Not shown"]
    assert [cell.value for cell in sheet[5]] == [
        "About matrix?",
        "Home",
        "About single_choice?",
        "Not shown: only one group would have about 20 or more.",
        "harder.home",
    ]
    assert "Not shown" not in opened(a_release(a_question("yes_no"))).sheetnames


def test_cover_says_what_the_release_is() -> None:
    told = a_release(a_question("yes_no"), policy="protected", asked_by={"en": "The network"}, synthetic=True)
    assert [cell.value for cell in opened(told)["Cover"]["A"]] == [
        "A few questions",
        "Results",
        "These answers are invented, to show what results look like.",
        "Asked by: The network",
        "Release 1, published 1 March 2026",
        "Answers were collected: February 2026.",
        "Of 60 answers. They are rounded down. There can be up to 4 more.",
        "Where the numbers are:",
        "Contents",
    ]


def test_method_has_every_item_of_the_note() -> None:
    words = worded(CROSSED)
    rows = [(row[0].value, row[1].value) for row in opened(CROSSED)["How this was made"].iter_rows(min_row=5)]
    assert rows == [(item.title, item.text) for item in methodology(words)]


def test_base_has_its_limits_beside_it() -> None:
    sheet = tables_of(opened(CROSSED))[2]
    crosstab = CROSSED.crosstabs[0]
    told = [[cell.value for cell in row[9:13]] for row in sheet.iter_rows(min_row=7, max_row=9)]
    assert [row[1:] for row in told] == [[row.base, row.base_at_least, row.base_at_most] for row in crosstab.rows]


def test_what_has_no_number_is_told_by_shorthand() -> None:
    few = a_release(a_question("yes_no"), policy="protected", access="open")
    (sheet,) = tables_of(opened(few))
    first = dict(zip(header_of(sheet), (cell.value for cell in sheet[HEADER_ROW + 2]), strict=True))
    assert (first["Per cent [note 2]"], first["Count at least"], first["Base at most"]) == ("[x]", "[z]", "[z]")
    assert isinstance(first["Per cent at least"], int | float)


def test_options_of_a_multiple_choice_come_first_and_are_what_its_chart_shows() -> None:
    sheet = tables_of(opened(a_release(a_question("multiple_choice"))))[0]
    pairs = [(row[0].value, row[1].value) for row in sheet.iter_rows(min_row=HEADER_ROW + 2)]
    assert [answer for _, answer in pairs[:3]] == ["Chosen"] * 3
    assert [item for item, _ in pairs[3:6]] == ["The question as a whole"] * 3
    assert [answer for _, answer in pairs[6:]] == ["Not chosen"] * 3
    (chart,) = sheet._charts
    assert chart.series[0].cat.strRef.f == f"'{sheet.title}'!$A$7:$A$9"


def test_what_is_compared_stands_together_so_a_charts_series_is_one_range() -> None:
    (sheet,) = tables_of(opened(a_release(a_question("matrix"))))
    pairs = [(row[1].value, row[0].value) for row in sheet.iter_rows(min_row=HEADER_ROW + 2)]
    answers = ["NOT", "SOME", "MUCH", "No answer"]
    assert pairs == [(answer, item) for answer in answers for item in ("Home", "Work")]
    (chart,) = sheet._charts
    assert [series.val.numRef.f.rpartition("!")[2] for series in chart.series] == [
        f"$F${row}:$F${row + 1}" for row in range(7, 15, 2)
    ]
    groups = [row[0].value for row in tables_of(opened(CROSSED))[2].iter_rows(min_row=HEADER_ROW + 2)]
    assert groups == ["SE", "NO", "OTHER + No answer"] * 3


@pytest.mark.parametrize(
    ("question", "colours"),
    [
        (a_question("matrix"), ["CFE4EA", "5FA3B7", "0B3644", "BFC5C8"]),
        (
            a_question("matrix", options=options("not", "much", "secret", apart=["secret"])),
            ["CFE4EA", "0B3644", "8B969B", "BFC5C8"],
        ),
        (a_question("ranking"), ["0B3644", "CFE4EA", "BFC5C8"]),
    ],
    ids=["scale", "with an answer apart", "ranks"],
)
def test_darkest_is_the_most_of_a_scale_and_the_first_rank_and_what_is_no_answer_is_grey(
    question: dict[str, Any], colours: list[str]
) -> None:
    """As in the figures of the page: otherwise "I would rather not say" looks like the worst of a scale."""
    (sheet,) = tables_of(opened(a_release(question)))
    (chart,) = sheet._charts
    assert [series.spPr.solidFill.srgbClr for series in chart.series] == colours


def test_every_question_has_a_chart_below_its_table_with_words_for_who_does_not_see_it() -> None:
    content = release_workbook(worded(a_release(*QUESTIONS)))
    for sheet in tables_of(openpyxl.load_workbook(io.BytesIO(content))):
        (chart,) = sheet._charts
        (table,) = sheet.tables.values()
        assert chart.anchor._from.row > int(re.findall(r"\d+$", table.ref)[0])
        assert chart.grouping == ("percentStacked" if "harder" in table.name else "clustered")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        drawings = [archive.read(name).decode() for name in archive.namelist() if "drawings/drawing" in name]
    described = [found for drawing in drawings for found in re.findall(r' descr="(\w+ .*?)"', drawing)]
    assert len(described) == len(QUESTIONS)


@pytest.mark.parametrize("trap", TRAPS)
def test_an_authors_wording_is_never_a_formula_or_a_link(trap: str) -> None:
    marked = [{**option, "label": text(trap)} for option in options("se", "no")]
    questions = (
        a_question("single_choice", label=text(trap), options=marked),
        a_question("multiple_choice", label=text(trap), options=marked),
    )
    release = a_release(*questions, title={"en": trap}, asked_by={"en": trap})
    content = release_workbook(worded(release))
    book = openpyxl.load_workbook(io.BytesIO(content))
    first = tables_of(book)[0]
    assert (first["A1"].value, first.cell(HEADER_ROW + 2, 1).value) == (trap, trap)
    assert all(cell.data_type != "f" for sheet in book for row in sheet.rows for cell in row)
    links = [cell.hyperlink for sheet in book for row in sheet.rows for cell in row if cell.hyperlink]
    assert {link.target for link in links} == {None}
    assert {link.location for link in links} == {f"'{name}'!A1" for name in book.sheetnames if name != "Cover"}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        charts = "".join(archive.read(name).decode() for name in archive.namelist() if "charts/chart" in name)
    assert all("$" in formula for formula in re.findall(r"<c:f>(.*?)</c:f>", charts))


def test_a_workbook_is_always_the_same_bytes_and_says_when_its_release_was_published() -> None:
    release = a_release(*QUESTIONS, asked_by={"en": "The network"})
    assert release_workbook(worded(release)) == release_workbook(worded(release))
    about = opened(release).properties
    assert (about.title, about.creator, str(about.created), str(about.modified)) == (
        *("A few questions", "The network"),
        *["2026-03-01 00:00:00"] * 2,
    )


@pytest.mark.parametrize(("language", "is_left"), [("ar", True), ("sv", False)])
def test_worksheets_run_as_the_language_does(language: str, is_left: bool) -> None:
    book = opened(a_release(a_question("yes_no")), language)
    assert {bool(sheet.sheet_view.rightToLeft) for sheet in book} == {is_left}
    assert book.custom_doc_props["Language"].value == language


def test_pandas_reads_each_table_with_numbers_in_its_columns() -> None:
    words = WordedRelease.of(CROSSED, "en", in_english)
    content = io.BytesIO(release_workbook(words))
    names = [sheet.title for sheet in tables_of(openpyxl.load_workbook(content))]
    shorthand = [NOT_TOLD, NOT_APPLICABLE]
    frames = pandas.read_excel(content, sheet_name=names, header=HEADER_ROW, na_values=shorthand)
    assert sum(map(len, frames.values())) == sum(len(row.cells) for table in words.tables for row in table.rows)
    for frame in frames.values():
        numbers = [name for name in frame.columns if name.startswith(("Per cent", "Count", "Asked", "Base"))]
        assert len(numbers) == 11
        assert all(frame[name].dtype.kind in "if" for name in numbers)


@given(st.lists(st.text(max_size=60), max_size=4))
@settings(max_examples=25)
def test_names_of_worksheets_are_what_excel_takes_and_each_is_given_once(wanted: list[str]) -> None:
    names = Names()
    given_names = [names.give(f"{number} {name}") for number, name in enumerate(wanted)]
    given_names += [names.give(name) for name in ("a", "A", *wanted[:1])]
    assert len({name.casefold() for name in given_names}) == len(given_names)
    assert all(0 < len(name.encode("utf-16-le")) <= 62 for name in given_names if name)
    assert not re.search(r"[\[\]:*?/\\']", "".join(given_names))
