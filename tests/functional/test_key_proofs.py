"""A key on this computer is proven by opening a message in memory; the key of another survey proves nothing (P3)."""

from __future__ import annotations

from pathlib import Path

import pytest

from chalicelib.services import Services
from operation.keys import new_identity
from tests.builders import identities
from tests.functional.commands import RECIPIENTS, Operate, a_file, done, refused


@pytest.fixture(autouse=True)
def _published(operate: Operate) -> None:
    done(operate("publish", a_file(), *RECIPIENTS))
    for name, (_, private) in zip(("working.key", "recovery.key"), identities(), strict=True):
        Path(name).write_text(f"{private}\n")


def prove(operate: Operate, *files: str) -> str:
    return done(operate("key", "prove", "a-survey", *(part for file in files for part in ("--key", file))))


def test_both_keys_are_proven_by_one_command_and_nothing_is_written(operate: Operate) -> None:
    there = set(Path().iterdir())
    assert "All keys work. Next: " in prove(operate, "working.key", "recovery.key")
    assert set(Path().iterdir()) == there
    done(operate("open", "a-survey"))


def test_one_key_is_proven_here_and_the_other_by_its_message_elsewhere(operate: Operate, services: Services) -> None:
    done(operate("key", "test", "a-survey", "--to", "messages"))
    before = services.record("a-survey")
    assert "1 key still to be proven." in prove(operate, "working.key")
    after = services.record("a-survey")
    assert before is not None
    assert after is not None
    other = identities()[1][0]
    assert {proof for proof in before.key_proofs if proof.recipient == other} < set(after.key_proofs)
    assert "Each key has to open a test message" in refused(operate("open", "a-survey"))


def test_messages_for_holders_end_with_the_command_that_takes_what_they_read_out(operate: Operate) -> None:
    said = done(operate("key", "test", "a-survey", "--to", "messages"))
    assert said.rstrip().endswith("manage.py key confirm a-survey CODE")


def test_another_surveys_key_proves_nothing(operate: Operate, services: Services) -> None:
    before = services.record("a-survey")
    Path("other.key").write_text(f"{new_identity()[1]}\n")
    said = refused(operate("key", "prove", "a-survey", "--key", "working.key", "--key", "other.key"))
    assert "other.key is no key of “a-survey”" in said
    assert services.record("a-survey") == before


@pytest.mark.parametrize("content", ["", "AGE-SECRET-KEY-1QQQ\n", "age1a\n"])
def test_file_without_a_private_key_is_refused_and_not_quoted(operate: Operate, content: str) -> None:
    Path("broken.key").write_text(content)
    said = refused(operate("key", "prove", "a-survey", "--key", "broken.key"))
    assert "broken.key" in said
    assert "QQQ" not in said
    assert "nowhere.key" in refused(operate("key", "prove", "a-survey", "--key", "nowhere.key"))
    assert "no survey" in refused(operate("key", "prove", "b-survey", "--key", "working.key"))
