"""docs/reference.md is what the models and the commands say: every key, every limit, every command."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from chalicelib.questionnaire.conditions import CONDITIONS
from chalicelib.questionnaire.definition import KINDS, Question
from chalicelib.questionnaire.survey import MENDABLE
from manage import manage
from operation.reference.limits import LIMITS
from operation.reference.lines import CHANGES, LEGEND, LINES
from operation.reference.schemas import schemas

PAGE = (Path(__file__).parents[2] / "docs" / "reference.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^#{2,3} (.+?)\n(.*?)(?=^#{2,3} |\Z)", PAGE, re.MULTILINE | re.DOTALL))
#: By the name of a model, the heading that its keys stand under.
HEADINGS = {
    **{"Definition": "The file", "SurveySettings": "settings", "Crosstabs": "crosstabs", "SupportLine": "support"},
    **{"Contact": "contact", "Questionnaire": "questionnaire", "Translation": "languages", "Option": "options"},
    **{"Row": "rows", "NumberBand": "bands of numbers", "DateBand": "bands of days", "Implication": "implies"},
    "Question": "Questions",
}


def keys_in(section: str) -> list[str]:
    return re.findall(r"^\| `(\w+)` \|", SECTIONS[section], re.MULTILINE)


def test_page_in_docs_is_what_the_command_prints() -> None:
    printed = CliRunner().invoke(manage, ["reference"])
    assert printed.exit_code == 0
    assert printed.output == PAGE, "run: .venv/bin/python manage.py reference > docs/reference.md"


@pytest.mark.parametrize("model", [name for name in HEADINGS if name != "Question"])
def test_every_key_of_every_model_has_a_row(model: str) -> None:
    assert sorted(keys_in(HEADINGS[model])) == sorted(schemas()[model]["properties"])


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_section_with_the_keys_of_its_own(kind: str) -> None:
    own = set(KINDS[kind].model_fields) - set(Question.model_fields)
    assert set(keys_in(kind)) == own
    assert set(keys_in("Questions")) == set(Question.model_fields)


def test_every_condition_has_a_row() -> None:
    assert set(keys_in("Conditions")) == {"question", *CONDITIONS}


def test_no_line_is_of_a_key_that_there_is_not() -> None:
    for model, lines in LINES.items():
        known = {
            "Kinds": {name for kind in KINDS.values() for name in kind.model_fields},
            "Conditions": {"question", *CONDITIONS},
            "Question": set(Question.model_fields),
        }
        assert lines.keys() <= (known.get(model) or set(schemas()[model]["properties"])), model


def test_what_may_change_while_a_survey_is_open_is_said_of_those_settings_that_may_P13() -> None:
    assert {name for name, line in LINES["SurveySettings"].items() if line.once_open == CHANGES} == MENDABLE
    assert all(f"- *{word}*: " in PAGE for word in LEGEND)


@pytest.mark.parametrize(("what", "most"), [("questions,", "100"), ("options", "250"), ("fields", "480")])
def test_limits_that_authors_meet_are_told(what: str, most: str) -> None:
    [told] = [number for name, number in LIMITS if name.startswith(what)]
    assert told == most
    assert f"| {most} |" in SECTIONS["Limits"]


def commands(group: click.Group, path: str) -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}
    for name, command in group.commands.items():
        found[f"{path} {name}"] = command
        if isinstance(command, click.Group):
            found |= commands(command, f"{path} {name}")
    return found


@pytest.mark.parametrize(("path", "command"), commands(manage, "manage.py").items())
def test_every_command_stands_with_its_options(path: str, command: click.Command) -> None:
    told = SECTIONS[path]
    assert told.startswith(f"\n`{path}")
    for parameter in command.params:
        assert all(name in told for name in parameter.opts if name.startswith("--")), parameter.name
