"""What authors are told holds: every example passes `check`, and the schema in docs is the one that is checked."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from PIL import Image

from chalicelib.questionnaire.conditions import CONDITIONS
from chalicelib.questionnaire.definition import KINDS, Definition
from manage import manage
from operation.authoring.loader import parse_definition
from operation.gallery import LIBRARY, library
from operation.outlines.draft import draft_of
from operation.outlines.marks import marked
from tests.guide import examples, guide_questions
from tests.library import usable

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = (DOCS / "authors.md").read_text("utf-8")
SCHEMA = json.loads((DOCS / "definition.schema.json").read_text("utf-8"))


def plain(text: str) -> object:
    """A YAML text as the loader reads it, as plain data; what a JSON Schema is about."""
    return parse_definition(text.encode())[0].model_dump(mode="json", exclude_none=True)


def test_every_example_of_the_guide_passes_without_a_warning() -> None:
    assert parse_definition(examples().encode())[1] == []


def test_the_crosstabs_of_the_guide_pass_with_its_questions() -> None:
    (setting,) = re.findall(r"`(crosstabs: .*?)`", GUIDE)
    text = examples().replace("settings:\n", f"settings:\n  access: invitation\n  {setting}\n")
    definition, warnings = parse_definition(text.encode())
    assert definition.settings.crosstabs
    assert warnings == []


def test_the_guide_has_every_kind_and_every_operator() -> None:
    definition, _ = parse_definition(examples().encode())
    assert {question.kind for question in definition.questionnaire.questions} == KINDS.keys()
    written = json.dumps(plain(examples()))
    assert [operator for operator in CONDITIONS if f'"{operator}": ' not in written] == []


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_a_picture_behind_its_yaml_small_and_taken_of_the_question_as_it_stands(kind: str) -> None:
    """Where this fails: make screenshots."""
    behind = re.search(rf"\bkind: {kind}\b.*?```\n\n!\[[^]]+\]\((.*?)\)", GUIDE, re.DOTALL)
    assert behind
    assert behind.group(1) == f"screens/kinds/{kind}.png"
    picture = DOCS / behind.group(1)
    assert picture.stat().st_size < 12_000
    question = next(each for each in guide_questions()[1] if each["kind"] == kind)
    with Image.open(picture) as image:
        assert json.loads(image.info["question"]) == question


def test_the_outline_of_the_guide_passes_check() -> None:
    (outline,) = re.findall(r"^```text\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
    draft = draft_of(outline, Path("outline.md"), Path("our-needs.yaml"), "en", date(2026, 3, 1))
    assert {problem.code for problem in draft.problems} == {"draft_words", "method_untold"}


def test_every_mark_that_the_guide_names_is_known() -> None:
    named = GUIDE.partition("In brackets: ")[2].partition("`Title:`")[0]
    assert [said for said in re.findall(r"`(\(.*?\))`", named) if marked(f"What? {said}")[1].unknown] == []


def test_limits_that_the_guide_names_are_those_of_the_reference() -> None:
    limits = (DOCS / "reference.md").read_text("utf-8").partition("## Limits")[2].partition("## Commands")[0]
    named = GUIDE.partition("Know the limits")[2].partition("All limits")[0]
    for number in ("100", "250", "20", "4,000", "480"):
        assert f"| {number} |" in limits
        assert number in named


def test_schema_in_docs_is_what_the_command_prints() -> None:
    printed = CliRunner().invoke(manage, ["schema"])
    assert printed.output == (DOCS / "definition.schema.json").read_text("utf-8")


@pytest.mark.parametrize("text", [examples(), *map(usable, library())], ids=["guide", *library()])
def test_schema_takes_what_the_check_takes(text: str) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(plain(text))


@pytest.mark.parametrize("wrong", [{"kind": "slider"}, {"show_if": {"equal": 1}}, {"lable": {}}, {"id": "A"}])
def test_schema_refuses_what_the_check_refuses(wrong: dict[str, object]) -> None:
    document = yaml.safe_load((LIBRARY / "starter.yaml").read_text("utf-8"))
    assert Draft202012Validator(SCHEMA).is_valid(document)
    (country,) = [each for each in document["questionnaire"]["questions"] if each["id"] == "country"]
    country |= wrong
    assert not Draft202012Validator(SCHEMA).is_valid(document)
    with pytest.raises(ValueError, match="validation error"):
        Definition.model_validate(document)
