"""Builders of XLSForms: workbooks as Kobo's builder and people write them, and as nobody should."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

from openpyxl import Workbook

from operation.xlsform.importing import Imported, import_form

#: A row by its columns; a label is given in each language at once.
Line = Mapping[str, object]
LANGUAGES = {"en": "English (en)", "sv": "Svenska (sv)"}
_TEXTS = ("label", "hint", "constraint_message", "required_message")


def line(kind: str, name: str = "", label: str = "", **cells: object) -> Line:
    """A row of the survey sheet; texts get a second language of their own."""
    texts = {key: value for key, value in {"label": label, **cells}.items() if key in _TEXTS and value}
    spoken = {
        f"{key}::{called}": value if code == "en" else f"{value} ({code})"
        for key, value in texts.items()
        for code, called in LANGUAGES.items()
    }
    others = {key: value for key, value in cells.items() if key not in _TEXTS}
    return {"type": kind, "name": name, **spoken, **others}


def choice(name: str, code: object, label: str) -> Line:
    return {"list_name": name, "name": code, **{f"label::{each}": label for each in LANGUAGES.values()}}


YES_NO = [choice("yn", "yes", "Sure"), choice("yn", "no", "Never")]
NEEDS = [choice("needs", code, label) for code, label in [("law_1", "Law"), ("Rest Time", "Rest"), ("none", "Nothing")]]
LIKERT = [choice("lik", 1, "Bad"), choice("lik", 2, "So so"), choice("lik", 3, "Good")]
CHOICES = [*YES_NO, *NEEDS, *LIKERT]
SETTINGS: Line = {"id_string": "our-survey", "form_title": "A few questions", "default_language": "English (en)"}


def save(path: Path, survey: Sequence[Line], choices: Sequence[Line] = CHOICES, settings: Line = SETTINGS) -> Path:
    """Write a workbook of those rows; columns in the order in which they first come."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, lines in (("survey", survey), ("choices", choices), ("settings", [settings])):
        sheet = book.create_sheet(name)
        headings = list(dict.fromkeys(key for each in lines for key in each))
        sheet.append(headings)
        for each in lines:
            sheet.append([each.get(heading) for heading in headings])
    book.save(path)
    return path


def imported(tmp_path: Path, *rows: Line, choices: list[Line] | None = None) -> Imported:
    """What becomes of a workbook of those rows."""
    return import_form(save(tmp_path / "f.xlsx", rows, CHOICES if choices is None else choices))


def kobo_survey() -> list[Line]:
    """Every kind of row that Kobo's builder writes and that can be asked here."""
    return [
        *(line(kind, kind) for kind in ("start", "end", "username")),
        line("begin_group", "group_ab1cd23", "About you"),
        line("select_one yn", "Member", "Are you a member?", required="true", required_message="We count members."),
        line("integer", "Age", "How old are you?", relevant="${Member} = 'yes'", constraint=". >= 18 and . <= 99"),
        line("end_group"),
        line("begin_group", "group_zz", "Needs", relevant="${Age} > 20 or selected(${Member}, 'no')"),
        line(
            "select_multiple needs",
            "Needs",
            "What do you need?",
            constraint="not(selected(., 'none') and count-selected(.) > 1)",
            constraint_message="Nothing goes with nothing else.",
        ),
        line("begin_score", "Rate", "Rate these", **{"kobo--score-choices": "lik"}),
        line("score__row", "", "Office"),
        line("score__row", "", "Staff"),
        line("end_score"),
        line("begin_rank", "Order", "Rank these", **{"kobo--rank-items": "needs"}),
        line("rank__level", "", "First"),
        line("rank__level", "", "Second"),
        line("end_rank"),
        line("begin_kobomatrix", "Mx", "Things", **{"kobo--matrix_list": "needs"}),
        line("select_one yn", "have", "Have"),
        line("select_one lik", "like", "Like"),
        line("end_kobomatrix"),
        line("range", "Mood", "Mood", parameters="start=0;end=10;step=1"),
        line("select_one needs or_other", "Top", "Which first?", appearance="minimal"),
        line(
            "text",
            "Why",
            "Why?",
            hint="Name nobody.",
            appearance="multiline",
            relevant="selected(${Needs}, 'law_1') and ${Mood} <= 3",
            default="Because",
        ),
        line("end_group"),
    ]


def _in_signs(row: Line, before: str, after: str = "") -> Line:
    """``row`` with signs round its words, as Kobo's matrices have them."""
    return {key: f"{before}{cell}{after}" if key.startswith("label") else cell for key, cell in row.items()}


def deployed_matrix(name: str, relevant: str = "", have: str = "select_one yn") -> list[Line]:
    """What Kobo makes of the matrix of two rows and two columns when it is deployed."""
    wide = {"appearance": "w5", "relevant": relevant}
    rows = [
        line("begin_group", f"{name}_header", **wide),
        _in_signs(line("note", f"{name}_header_note", "Things", appearance="w1"), "**", "**"),
        _in_signs(line("note", f"{name}_header_have", "Have it?", appearance="w2"), "**", "**"),
        _in_signs(line("note", f"{name}_header_like", "Like it?", appearance="w2"), "**", "**"),
        line("end_group"),
    ]
    hidden, looks = '<span style="display:none">', "w2 horizontal-compact"
    for code, label in [("car", "Car"), ("bike", "Bike")]:
        cells = [
            line(have, f"{name}_{code}_have", "Have it?", appearance=looks, required="false"),
            line("select_one lik", f"{name}_{code}_like", "Like it?", appearance=looks, required="false"),
        ]
        rows += [
            line("begin_group", f"{name}_{code}", **wide),
            _in_signs(line("note", f"{name}_{code}_note", label, appearance="w1"), "##### "),
            *(_in_signs(cell, f"{hidden}{code}-", "</span>") for cell in cells),
            line("end_group"),
        ]
    return rows


def deployed_rating(name: str) -> list[Line]:
    """What Kobo makes of its rating when it is deployed."""
    return [
        line("begin_group", name, appearance="field-list"),
        line("select_one lik", f"{name}_header", "Rate these", appearance="label"),
        line("select_one lik", f"{name}_office", "Office", appearance="list-nolabel"),
        line("select_one lik", f"{name}_staff", "Staff", appearance="list-nolabel"),
        line("end_group"),
    ]


def deployed_ranking(name: str) -> list[Line]:
    """What Kobo makes of its ranking when it is deployed."""
    once = {"required": "true", "appearance": "minimal", "constraint_message": "Each of them once."}
    differs = f"${{{name}_3}} != ${{{name}_1}} and ${{{name}_3}} != ${{{name}_2}}"
    return [
        line("begin_group", name, appearance="field-list"),
        line("note", f"{name}_label", "Rank these"),
        line("select_one needs", f"{name}_1", "First", **once),
        line("select_one needs", f"{name}_2", "Second", constraint=f"${{{name}_2}} != ${{{name}_1}}", **once),
        line("select_one needs", f"{name}_3", "Third", constraint=differs, **once),
        line("end_group"),
    ]


#: A row, or several that go together, of each feature that is listed in docs/authors.md; {} is a number.
def _features(number: int, random: Random) -> list[list[Line]]:
    least, most = random.randint(0, 20), random.randint(30, 200)
    year, due = random.randint(2000, 2015), {"required": "yes", "required_message": f"We must know {number}."}
    return [
        [line("text", f"word{number}", "A word?", hint="Name nobody.", **due)],
        [line("text", f"story{number}", "A story?", hint="Name nobody.", appearance="multiline", default="none")],
        [
            line(
                "text",
                f"code{number}",
                "The code?",
                hint="Digits.",
                constraint="regex(., '^[0-9]{3}$')",
                constraint_message="three digits",
            )
        ],
        [line("integer", f"hours{number}", "How many hours?", constraint=f". >= {least} and . <= {most}", **due)],
        [line("decimal", f"share{number}", "How much of it?", constraint=f". > {least}.5 and . < {most}.5")],
        [
            line(
                "date",
                f"moved{number}",
                "When was it?",
                constraint=f". >= date('{year}-01-01') and . < date('{year + 9}-05-01')",
            )
        ],
        [line("note", f"told{number}", "Nearly done.")],
        [line("select_one needs", f"one{number}", "Which one?", appearance=random.choice(["", "minimal", "likert"]))],
        [line("select_one needs or_other", f"which{number}", "Which other one?")],
        [line("select_one_from_file places.csv", f"place{number}", "Which part?", appearance="minimal")],
        [
            line(
                "select_multiple needs",
                f"some{number}",
                "Which ones?",
                constraint="count-selected(.) <= 2 and not(selected(., 'none') and count-selected(.) > 1)",
                constraint_message="Two at most.",
                parameters=random.choice(["", "randomize=true"]),
            )
        ],
        [line("range", f"mood{number}", "How was it?", parameters=f"start={number % 2} end=7 step=1")],
        [line("range", f"count{number}", "How many times?", parameters="start=0 end=40 step=1")],
        [line("rank needs", f"order{number}", "In which order?")],
        [
            line("begin_score", f"rate{number}", "Rate these", **{"kobo--score-choices": "lik"}),
            line("score__row", "office", "Office"),
            line("score__row", "", "Our staff"),
            line("end_score"),
        ],
        [
            line("begin_kobomatrix", f"mx{number}", "Things", **{"kobo--matrix_list": "needs"}),
            line("select_one yn", "have", "Have"),
            line("select_one lik", "like", "Like"),
            line("end_kobomatrix"),
        ],
        [
            line("begin_group", f"grid{number}", "How much?", appearance="field-list"),
            line("select_one lik", f"grid{number}_head", "How much?", appearance="label"),
            line("select_one lik", f"grid{number}_a", "Home", appearance="list-nolabel"),
            line("select_one lik", f"grid{number}_b", "Work", appearance="list-nolabel"),
            line("end_group"),
        ],
        deployed_matrix(f"dm{number}"),
        deployed_rating(f"dr{number}"),
        deployed_ranking(f"do{number}"),
    ]


def a_full_workbook(path: Path, seed: int) -> Path:
    """Every feature that is listed, in an order and with limits of its own, in groups with conditions."""
    random = Random(seed)  # noqa: S311  # the same every time
    features = _features(seed, random)
    random.shuffle(features)
    half = random.randint(3, len(features) - 3)
    condition = random.choice(
        ["${Member} = 'yes'", "${Member} != 'no' and ${Mood} >= 2", "not(${Mood} < 3) or selected(${Needs}, 'law_1')"]
    )
    rows = [
        *(line(kind, kind) for kind in ("start", "end", "deviceid", "username")),
        line("acknowledge", "agree", "I agree.", required="yes"),
        line("select_one yn", "Member", "Are you a member?"),
        line("range", "Mood", "Mood", parameters="start=1 end=5 step=1", relevant="${Member} != ''"),
        line("select_multiple needs", "Needs", "What do you need?", relevant="${Mood} > 1"),
        line("begin_group", "first", "First part"),
        *(each for feature in features[:half] for each in feature),
        line("end_group"),
        line("begin_group", "second", "Second part", relevant=condition),
        *(each for feature in features[half:] for each in feature),
        line("end_group"),
        *([line("note", "last", "Thank you.")] if seed % 3 == 0 else []),
    ]
    (path.parent / "places.csv").write_text("name,label\nnorth,The north\nsouth,The south\n", "utf-8")
    return save(path, rows)
