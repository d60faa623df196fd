"""Where nobody is at a terminal, what comes by a pipe is no answer: nothing happens without a name (`--confirm`)."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from chalicelib.services import Services
from manage import manage
from operation.lifecycle import publish_definition
from tests.builders import Browser, a_definition, a_question, an_open_survey
from tests.engine.calls import everything
from tests.functional.commands import Operate
from tests.served import ROOT
from tests.unit.jobs.collecting import COUNTRY, answer

#: What asks of a survey, what of files that can be made again.
OF_A_SURVEY = {"close", "delete", "purge", "coding apply", "import-responses"}
OF_FILES = {"share", "key test"}


def confirmed(group: click.Group = manage, path: str = "") -> set[str]:
    """Every command that has --confirm, by its words."""
    found: set[str] = set()
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found |= confirmed(command, f"{path}{name} ")
        elif any("--confirm" in parameter.opts for parameter in command.params):
            found.add(f"{path}{name}")
    return found


def test_every_command_that_asks_takes_a_name_where_nobody_can_answer() -> None:
    commands = ROOT / "operation" / "commands"
    asking = [path for path in commands.glob("*.py") if "require_yes(" in path.read_text("utf-8")]
    assert {path.stem for path in asking} == {"coding", "ending", "imports", "replacing"}
    assert confirmed() == OF_A_SURVEY | OF_FILES


@pytest.mark.parametrize("command", ["close", "delete", "purge"])
def test_pipe_of_answers_ends_nothing(operate: Operate, browser: Browser, services: Services, command: str) -> None:
    if command == "delete":
        publish_definition(services, a_definition(a_question("scale")), [])
    else:
        an_open_survey(services, COUNTRY)
        answer(browser, 2)
    before = everything(services)
    result = CliRunner().invoke(manage, (command, "a-survey", *["--now"] * (command == "purge")), input="y\na-survey\n")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[-1].endswith(
        "Nobody at a terminal answered, so nothing was done. Where nobody can: --confirm a-survey"
    )
    assert everything(services) == before
    if command == "purge":
        named = ("purge", "a-survey", "--now", "--confirm", "a-survey")
        assert CliRunner().invoke(manage, named, input="a-survey\n").exit_code == 1, "the second confirmation too"
        assert everything(services) == before
