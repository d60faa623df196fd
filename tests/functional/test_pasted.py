"""What operators are told to do next can be pasted as it stands, in every state of a survey."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from chalicelib.jobs.purge import purge_expired
from chalicelib.services import Services
from manage import manage
from operation import suggested
from operation.invitations import invite
from operation.keys import confirm_key, new_key_test
from tests.builders import Browser, FakeClock, an_open_survey, identities, unseal
from tests.functional.commands import RECIPIENTS, Operate, a_file, done
from tests.served import ROOT
from tests.unit.jobs.collecting import COUNTRY

KEYS = [public for public, _ in identities()]
GIVEN = "--recipient working.pub --recipient recovery.pub"
MAKE = "make two keys, `manage.py key new working.key` and `manage.py key new recovery.key`"


def assert_can_be_pasted(told: str) -> None:
    """Each command in ``told`` is one that click takes as it stands, to the end of the line or of its backticks."""
    commands = re.findall(r"`(manage\.py [^`]*)`|[^`](manage\.py [^`\n]*)$", told, re.M)
    assert told.count("manage.py") == len(commands), told
    for in_line, at_end in commands:
        _, *words = shlex.split(in_line or at_end)
        assert not [word for word in words if re.fullmatch("[A-Z]+", word)], words
        group: click.Command = manage
        while isinstance(group, click.Group):
            group = group.commands[words.pop(0)]
        with CliRunner().isolation("a passphrase\n" * 2):
            group.make_context("manage.py", words)
    assert not re.search(r"\b(FILE|DIR|KEY|CODE|NAME|N)\b", told)


@pytest.mark.slow
def test_every_next_step_can_be_pasted_as_it_stands(
    operate: Operate, browser: Browser, services: Services, clock: FakeClock
) -> None:
    told = []

    def note(*arguments: str) -> None:
        told.append(operate(*arguments).output)
        told.append(done(operate()))

    note()
    file = a_file("the definition.yaml", access="invitation", releases="monthly", results="held")
    note("publish", file)
    for number, name in enumerate(("working", "recovery")):
        Path(f"{name}.key").write_text("locked")
        note("test", "a-survey")
        Path(f"{name}.pub").write_text(f"{KEYS[number]}\n")
    note("publish", file)
    note("open", "a-survey")
    note("publish", file, *RECIPIENTS)
    assert f"Next: manage.py publish 'the definition.yaml' {GIVEN}\n" in told[-6]
    assert "next: manage.py key prove a-survey --key working.key --key recovery.key\n" in told[-1]
    Path("recovery.key").rename("elsewhere")
    note()
    assert "next: manage.py key test a-survey --to a-survey-key-test\n" in told[-1]
    note("open", "a-survey")
    test = new_key_test(services, "a-survey")
    test.store(services)
    note("open", "a-survey")
    for public, message in test.messages.items():
        confirm_key(services, "a-survey", unseal(message, public).split()[0])
    note()
    note("test", "a-survey")
    note("open", "a-survey")
    note("publish", file)
    for _ in range(2):
        answer_anyhow(browser, 20)
        clock.advance(days=32)
        note()
        note("release")
    note("announce", "a-survey", "1")
    note("close", "a-survey", "--confirm", "a-survey")
    clock.advance(hours=2)
    note("release")
    note("export", "a-survey", "--to", "a-survey-records")
    note()
    assert "its records are in a-survey-records; the server deletes its records on" in told[-1]
    clock.advance(days=91)
    purge_expired(services)
    note("status", "a-survey")
    for words in told:
        assert_can_be_pasted(words)


def answer_anyhow(browser: Browser, times: int) -> None:
    for code in invite(browser.services, "a-survey", times):
        assert browser.send_json({"country": "se", "agreed": True}, invitation=code).status_code == 201


def test_a_survey_with_a_first_or_last_day_or_no_end_says_what_can_be_pasted(
    operate: Operate, services: Services, clock: FakeClock
) -> None:
    an_open_survey(services, COUNTRY)
    an_open_survey(services, COUNTRY, survey="b-survey", opens_on="2026-03-10", closes_on="2026-04-10")
    an_open_survey(services, COUNTRY, survey="c-survey", policy="exact")
    for days in (0, 15, 30, 100):
        clock.advance(days=days)
        assert_can_be_pasted(done(operate()))


@pytest.mark.slow
def test_command_is_pasted_into_a_shell_in_any_folder(tmp_path: Path) -> None:
    (folder := tmp_path / "a folder").mkdir()
    first = [sys.executable, str(ROOT / "manage.py"), "new", "our-survey"]
    told = subprocess.run(first, cwd=folder, capture_output=True, text=True, check=True).stdout
    pasted = ["sh", "-c", told.partition("then: ")[2]]
    done = subprocess.run(pasted, cwd=folder, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=True)
    assert "no errors" in done.stdout


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, f"{MAKE}; then publish its file again, with {GIVEN}"),
        ({"b-survey.yaml": ""}, f"{MAKE}; then `manage.py publish b-survey.yaml {GIVEN}`"),
        ({"working.key": ""}, "make another key, `manage.py key new recovery.key`; then publish its file again, with"),
        ({"working.key": "", "recovery.key": ""}, "publish its file again, with --recipient and the public key for"),
        ({"a.pub": KEYS[0], "b.pub": KEYS[1]}, "publish its file again, with --recipient a.pub --recipient b.pub"),
        ({"a.pub": KEYS[0], "b.pub": KEYS[0]}, "make two keys"),
        ({"a.pub": KEYS[0], "b.pub": "x" * 2000 + KEYS[1]}, "make two keys"),
        ({"a.pub": KEYS[0], "b.pub": "ssh-ed25519 AAAA"}, "make two keys"),
        (
            {"another.pub": KEYS[1], "recovery.pub": KEYS[0], "working.pub": KEYS[1], "b-survey.yaml": ""},
            f"manage.py publish b-survey.yaml {GIVEN}",
        ),
        ({"a.pub": KEYS[1], "b.pub": KEYS[0], "c.pub": KEYS[1] + "\n"}, "make two keys"),
    ],
)
def test_keys_that_lie_here_are_named_where_it_is_clear_whose_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, content in files.items():
        Path(name).write_text(content)
    assert suggested.giving_keys(suggested.publishing("b-survey")).startswith(told)


def test_where_each_needs_a_code_and_none_was_made_what_comes_next_makes_some(
    operate: Operate, services: Services
) -> None:
    done(operate("publish", a_file(access="invitation", text="plain")))
    opened = done(operate("open", "a-survey"))
    assert (
        "Next: nobody can answer yet: `manage.py invite a-survey --count 100 --to a-survey-codes.txt` makes" in opened
    )
    assert_can_be_pasted(opened)
    Path("slips of ours-slips.html").touch()
    invited = done(operate("invite", "a-survey", "--count", "3", "--to", "slips of ours.txt"))
    assert "manage.py slips a-survey 'slips of ours.txt' --to 'slips of ours-slips-2.html'\n" in invited
    assert "nobody can answer" not in done(operate())
