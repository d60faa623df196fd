"""What authors are told holds: every example passes `check`, and the schema in docs is the one that is checked."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from chalicelib.questionnaire.conditions import CONDITIONS
from chalicelib.questionnaire.definition import KINDS, Definition
from manage import LIBRARY, manage
from operation.authoring.loader import parse_definition

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = (DOCS / "authors.md").read_text("utf-8")
SCHEMA = json.loads((DOCS / "definition.schema.json").read_text("utf-8"))


def examples() -> str:
    """The guide's examples as one definition, in their order."""
    head = (LIBRARY / "starter.yaml").read_text("utf-8").partition("  questions:")[0]
    blocks = re.findall(r"^```yaml\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
    lines = "".join(blocks).splitlines()
    return "\n".join([f"{head}  questions:", *(f"    {line}" for line in lines)])


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


def test_schema_in_docs_is_what_the_command_prints() -> None:
    printed = CliRunner().invoke(manage, ["schema"])
    assert printed.output == (DOCS / "definition.schema.json").read_text("utf-8")


@pytest.mark.parametrize("text", [examples(), *(path.read_text("utf-8") for path in sorted(LIBRARY.glob("*.yaml")))])
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
