"""Workbooks of words as programs save them and as people leave them: what is meant is taken, and nothing in silence."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from operation.authoring.loader import load_definition
from operation.words.texts import placed_texts
from operation.words.workbook import REVIEWED, WORDS
from tests.functional.commands import Operate, done, refused
from tests.words import filled_in, place

FILE, WORKBOOK = "ours.yaml", Path("w.xlsx")
TITLE, COUNTRY = "questionnaire.title", "questionnaire.questions.country"
OPTION = f"{COUNTRY}.options.se.label"
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


DEFINITION = """\
survey: our-survey
settings: {exit_link: "https://example.org/"}
questionnaire:
  languages:
    en: {name: "English"}
    sv: {name: "Svenska"}
    is: {name: "Íslenska"}
  title: {en: "A few questions", sv: "Några frågor", is: "Nokkrar spurningar"}
  asked_by: {en: "The network", sv: "Nätverket", is: "Tengslanetið"}
  introduction: {en: "We ask to learn.", sv: "Vi frågar för att lära.", is: "Við spyrjum til að læra."}
  thanks: {en: "Thank you.", sv: "Tack.", is: "Takk."}
  minutes: 2
  questions:
    - id: country
      kind: single_choice
      label: {en: "Which country?", sv: "Vilket land?", is: "Hvaða land?"}
      hint: {en: "Where you are most.", sv: "Där du är mest.", is: "Þar sem þú ert mest."}
      options:
        - {code: se, label: {en: "Sweden", sv: "Sverige", is: "Svíþjóð"}}
        - {code: "no", label: {en: "Norway", sv: "Norge", is: "Noregur"}}
        - {code: dk, label: {en: "Denmark", sv: "Danmark", is: "Danmörk"}}
"""


@pytest.fixture
def file(operate: Operate) -> Path:
    """A definition whose words are with translators: English in D, Swedish in F, Icelandic in H; J to L free."""
    Path(FILE).write_text(DEFINITION, "utf-8")
    done(operate("words", FILE, "--to", str(WORKBOOK)))
    return Path(FILE)


def taken(operate: Operate, *options: str) -> str:
    return done(operate("words", FILE, "--from", str(WORKBOOK), *options))


def told(operate: Operate, *options: str) -> list[str]:
    """What is wrong with the workbook, without its name; the file stays."""
    before = Path(FILE).read_bytes()
    result = operate("words", FILE, "--from", str(WORKBOOK), *options)
    assert (result.exit_code, result.stdout) == (1, "")
    assert Path(FILE).read_bytes() == before
    return [line.removeprefix(f"{WORKBOOK}, ") for line in result.stderr.splitlines()]


def changed(change: Callable[[Any], object]) -> None:
    """The sheet of words after somebody's ``change``."""
    book = openpyxl.load_workbook(WORKBOOK)
    change(book[WORDS])
    book.save(WORKBOOK)


def rewritten(change: Callable[[dict[str, str]], object]) -> None:
    """The workbook with other parts, by their names."""
    with zipfile.ZipFile(WORKBOOK) as packed:
        parts = {name: packed.read(name).decode() for name in packed.namelist()}
    change(parts)
    with zipfile.ZipFile(WORKBOOK, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)


def in_the_sheet(parts: dict[str, str]) -> None:
    """Texts stand in their cells, as other programs than Excel write them."""
    texts = re.findall(r"<si>(.*?)</si>", parts[STRINGS], re.DOTALL)
    for name in [name for name in parts if name.startswith("xl/worksheets/sheet")]:
        cell = re.compile(r' t="s"><v>(\d+)</v>')
        parts[name] = cell.sub(lambda found: f' t="inlineStr"><is>{texts[int(found[1])]}</is>', parts[name])


def in_runs(parts: dict[str, str]) -> None:
    """Part of a text is bold, and how it is said is noted, as Excel does in Japanese."""
    runs = "<si><r><rPr><b/></rPr><t>Sver</t></r><r><t>ige</t></r><rPh sb='0' eb='1'><t>said</t></rPh></si>"
    assert parts[STRINGS].count("<si><t>Sverige</t></si>") == 1
    parts[STRINGS] = parts[STRINGS].replace("<si><t>Sverige</t></si>", runs)


@pytest.mark.parametrize("change", [in_the_sheet, in_runs])
def test_the_same_words_stored_in_another_way_are_no_change(
    operate: Operate, file: Path, change: Callable[[dict[str, str]], object]
) -> None:
    rewritten(change)
    assert taken(operate).startswith("Nothing to change")


def sorted_by_words(sheet: Worksheet) -> None:
    """As without protection: the header goes in among the rows."""
    rows = sorted(([cell.value for cell in row] for row in sheet.iter_rows()), key=lambda row: str(row[3]))
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column).value = value


def languages_first(sheet: Worksheet) -> None:
    for row in range(1, sheet.max_row + 1):
        first, fourth = sheet.cell(row, 1), sheet.cell(row, 4)
        first.value, fourth.value = fourth.value, first.value


def filtered(sheet: Worksheet) -> None:
    for row in range(4, sheet.max_row + 1):
        sheet.row_dimensions[row].hidden = True


MOVES: dict[str, Callable[[Any], object]] = {
    "sorted": sorted_by_words,
    "columns in another order": languages_first,
    "moved aside": lambda sheet: sheet.move_range(f"F1:G{sheet.max_row}", cols=8),
    "a line above": lambda sheet: (sheet.insert_rows(1), sheet.__setitem__("A1", "Our translation")),
    "an empty row": lambda sheet: sheet.insert_rows(9),
    "filtered": filtered,
    "another name of the sheet": lambda sheet: setattr(sheet, "title", "words - Table 1"),
    "another sheet": lambda sheet: sheet.parent.create_sheet("Words we use", 0).append(["network", "nätverk"]),
}


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
def test_words_are_found_wherever_they_were_moved_to(
    operate: Operate, file: Path, move: Callable[[Any], object]
) -> None:
    filled_in(WORKBOOK, {place(WORKBOOK, OPTION, "sv"): "Konungariket Sverige"})
    changed(move)
    assert taken(operate).startswith(f"Changed in {FILE}: texts in sv 1.\n")
    assert load_definition(file).definition.questionnaire.languages.keys() == {"en", "sv", "is"}


def test_two_sheets_of_words_are_told_since_only_one_is_read(operate: Operate, file: Path) -> None:
    changed(lambda sheet: sheet.parent.copy_worksheet(sheet))
    assert told(operate) == [
        f"{WORKBOOK} has several sheets of words: “words”, “words Copy”. Delete all but the one to be read."
    ]


@pytest.mark.parametrize(
    ("header", "mark"),
    [
        *(("Svenska (SV)", "SV: Mark"), ("  svenska\u00a0( sv ) ", "sv :mark"), ("Svenska [sv]", "sv: mark")),
        *(("SV", "sv: mark"), ("(sv)", "sv: mark"), ("Svenska_x000D_\n（sv）", "sv:\u00a0mark")),
    ],
)
def test_a_header_is_understood_however_it_is_written(operate: Operate, file: Path, header: str, mark: str) -> None:
    filled_in(WORKBOOK, {"F1": header, "G1": mark})
    assert taken(operate).startswith("Nothing to change")


def test_a_name_in_letters_of_two_parts_is_the_same_name(operate: Operate, file: Path) -> None:
    filled_in(WORKBOOK, {"H1": "I\u0301slenska (is)"})
    assert taken(operate).startswith("Nothing to change")


def test_a_language_called_otherwise_is_told_with_what_the_file_calls_it(operate: Operate, file: Path) -> None:
    filled_in(WORKBOOK, {"F1": "Dansk (sv)"})
    assert told(operate) == ["words, F1: the file calls sv “Svenska”. Write that here, or change it in the file."]


def test_codes_of_new_languages_are_spelled_as_everywhere(operate: Operate, file: Path) -> None:
    row = place(WORKBOOK, TITLE, "en")[1:]
    filled_in(WORKBOOK, {"J1": "pt_br", f"J{row}": "Algumas perguntas", "K1": "汉语 (ZH-HANS)", f"K{row}": "几个问题"})
    assert "new: pt-BR, zh-Hans." in taken(operate, "--unfinished")
    languages = load_definition(file).definition.questionnaire.languages
    assert (languages["pt-BR"].name, languages["zh-Hans"].name) == ("Português (Brasil)", "汉语")
    filled_in(WORKBOOK, {"J1": "PT-BR"})
    assert taken(operate, "--unfinished").startswith("Nothing to change")
    file.write_text(file.read_text("utf-8").replace("pt-BR", "pt-br"), "utf-8")
    assert taken(operate, "--unfinished").startswith("Nothing to change")
    assert "The file has “pt-br” already" in refused(operate("words", FILE, "--to", "n.xlsx", "--add", "pt_BR"))
    done(operate("words", FILE, "--to", "n.xlsx", "--add", "ET", "--add", "et"))
    headers = [cell.value for cell in openpyxl.load_workbook("n.xlsx")[WORDS][1] if cell.value]
    assert headers[-3:] == ["zh-Hans: mark", "Eesti (et)", "et: mark"]


def test_a_column_of_notes_is_no_language(operate: Operate, file: Path) -> None:
    filled_in(WORKBOOK, {"J1": "Key", "J3": "What is meant?"})
    [said] = told(operate)
    assert said == (
        "words, J1: this column has no language. Write its name and code, as in “Suomi (fi)”, or delete the column."
    )


def test_marks_of_one_language_stand_in_one_column(operate: Operate, file: Path) -> None:
    filled_in(WORKBOOK, {"J1": "Dansk (da)", "J3": "Spørgsmål", "K1": "sv: mark", "K3": "read"})
    assert told(operate, "--unfinished") == [
        "words, K1: the marks of sv stand in G1 too. Keep one, or name another language."
    ]


@pytest.mark.parametrize("mark", ["Look  again", "“look again”", "LOOK\u00a0AGAIN.", "look-again!"])
def test_a_mark_is_understood_however_it_is_written(operate: Operate, file: Path, mark: str) -> None:
    filled_in(WORKBOOK, {place(WORKBOOK, TITLE, "sv").replace("F", "G"): mark, "F2": "A reader"})
    [said] = told(operate)
    assert "a reader is named, and beside F3 stands “look again”" in said


@pytest.mark.parametrize("end", ["\r\n", "_x000D_\n", "_x000B_", "\u2028", "\u2029", "\u0085"])
def test_every_end_of_a_line_is_one(operate: Operate, file: Path, end: str) -> None:
    cell = place(WORKBOOK, f"{COUNTRY}.hint", "sv")
    filled_in(WORKBOOK, {cell: f"En rad{end}och en till{end}"})
    taken(operate)
    texts = {text.key: text.wordings for text in placed_texts(load_definition(file).definition)}
    assert texts[f"{COUNTRY}.hint"]["sv"] == "En rad\noch en till"


def test_a_cell_with_nothing_but_ends_of_lines_is_empty(operate: Operate, file: Path) -> None:
    row = int(place(WORKBOOK, TITLE, "en")[1:])
    filled_in(WORKBOOK, {"J1": "Eesti (et)", f"J{row}": "_x000D_", f"J{row + 1}": "Võrgustik"})
    assert told(operate)[0].startswith(f"words, J{row}, J{row + 2}, ")


def test_half_a_character_is_told_in_our_own_words(operate: Operate, file: Path) -> None:
    filled_in(WORKBOOK, {"F3": "Några _xD83D_ frågor"})
    assert told(operate) == ["words, F3: half of a character that was cut in two. Write it again."]


def test_comments_are_told_since_no_word_of_them_is_taken(operate: Operate, file: Path) -> None:
    changed(lambda sheet: setattr(sheet["F4"], "comment", Comment("Is this polite?", "A.")))
    said = taken(operate).splitlines()
    assert said[0] == f"Comments in {WORKBOOK}, which stay there: F4. Read them."
    assert "polite" not in "".join(said)


def test_what_the_file_asks_no_more_is_left_out_unless_somebody_wrote_there(operate: Operate, file: Path) -> None:
    text = file.read_text("utf-8")
    [line] = [line for line in text.splitlines(keepends=True) if line.strip().startswith("- {code: dk, label:")]
    file.write_text(text.replace(line, ""), "utf-8")
    assert f"1 text of {WORKBOOK} not in {FILE} any more: left out.\n" in taken(operate)
    cell = place(WORKBOOK, f"{COUNTRY}.options.dk.label", "sv")
    filled_in(WORKBOOK, {cell: "Konungariket Danmark"})
    assert told(operate) == [
        f"words, row {cell[1:]}: new words, of a text that is not in the file. Move them, or delete the row."
    ]


def test_a_text_that_came_later_is_told_where_the_workbook_lacks_its_row(operate: Operate, file: Path) -> None:
    changed(lambda sheet: sheet.delete_rows(int(place(WORKBOOK, OPTION, "sv")[1:])))
    book = openpyxl.load_workbook(WORKBOOK)
    rows = [row[0].row for row in book[WORDS].iter_rows(min_row=2) if row[1].value not in (None, REVIEWED)]
    filled_in(WORKBOOK, {"J1": "Eesti (et)", **{f"J{row}": f"Sõna {row}" for row in rows}})
    [said] = told(operate)
    assert said == "words: 1 text has no row, and so no words in et. Take it as it is: --unfinished."


def test_a_problem_names_the_cells_it_comes_from_and_no_warning_is_one(operate: Operate, file: Path) -> None:
    cell = place(WORKBOOK, OPTION, "sv")
    text = file.read_text("utf-8")
    file.write_text(text.replace('"Íslenska"}', '"Íslenska"}\n    ku: {name: "Kurdî"}'), "utf-8")
    assert "warning: " in operate("check", FILE).stderr
    changed(lambda sheet: sheet.__setitem__("J1", "Kurdî (ku)"))
    filled_in(WORKBOOK, {cell: "Norge", place(WORKBOOK, OPTION, "is"): "Konungsríkið Svíþjóð"})
    assert told(operate, "--unfinished") == [
        f"words, {cell}: “Norge” stands 2 times in “sv”. Word them apart, or remove one."
    ]


def test_nobody_has_read_a_language_without_words(operate: Operate, file: Path) -> None:
    filled_in(WORKBOOK, {"J1": "Eesti (et)", "J2": "A reader"})
    assert told(operate, "--unfinished") == [
        "words, J2: a reader is named, and no text has words in et. Empty the cell."
    ]


def test_a_strict_workbook_is_told_apart(operate: Operate, file: Path) -> None:
    def made_strict(parts: dict[str, str]) -> None:
        usual = re.compile(
            r"http://schemas\.openxmlformats\.org/(spreadsheetml|officeDocument)/2006/(main|relationships)"
        )
        for name, content in parts.items():
            parts[name] = usual.sub(r"http://purl.oclc.org/ooxml/\1/\2", content)

    rewritten(made_strict)
    assert told(operate) == [f"{WORKBOOK} has no sheet that can be read. Save it as .xlsx, and not as “Strict”."]


def test_the_first_language_stays_in_sight_beside_every_other(operate: Operate, file: Path) -> None:
    sheet = openpyxl.load_workbook(WORKBOOK)[WORDS]
    assert (sheet["D1"].value, sheet.freeze_panes) == ("English (en)", "E3")
    assert sheet.auto_filter.ref == f"A1:I{sheet.max_row}"
    assert (sheet.protection.autoFilter, sheet.protection.objects) == (False, False)  # False: people may
    assert (sheet.print_title_rows, sheet.print_title_cols) == ("$1:$1", "$A:$D")


@pytest.mark.parametrize(("thanks", "lines"), [("a" * 92, 2), ("字" * 92, 4), ("Tack.\n\nTack.", 3)])
def test_rows_are_as_high_as_their_letters_are_broad(operate: Operate, file: Path, thanks: str, lines: int) -> None:
    file.write_text(file.read_text("utf-8").replace('"Tack."', json.dumps(thanks)), "utf-8")
    done(operate("words", FILE, "--to", "high.xlsx"))
    row = int(place(Path("high.xlsx"), "questionnaire.thanks", "sv")[1:])
    assert openpyxl.load_workbook("high.xlsx")[WORDS].row_dimensions[row].height == 15 * lines
