"""Keys: made whole or not at all, locked by what nobody guesses, never overwritten, and proven by messages (P3)."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyrage
import pytest
from click.testing import CliRunner

from chalicelib import services as services_module
from chalicelib.errors import Conflict
from chalicelib.questionnaire.survey import Survey
from chalicelib.responses.sealing import seal
from chalicelib.services import Services
from chalicelib.storage.surveys import SurveyStore
from manage import manage
from operation.commands.passphrases import passphrase_from
from operation.lifecycle import require_survey
from operation.reading import locks
from operation.reading.locks import unlocked
from tests.builders import identities, unseal
from tests.functional.commands import RECIPIENTS, Operate, a_file, at_a_terminal, done, refused
from tests.functional.conftest import in_use

ROOT = Path(__file__).parents[2]
PASSPHRASE = "six words that nobody guesses"
KEY, PUBLIC, GIVEN = Path("working.key"), Path("working.pub"), Path("passphrase")
NEW = ("key", "new", str(KEY), "--passphrase-file", str(GIVEN))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Locks a key in no time, so that nothing is proven of the lock."""
    monkeypatch.setattr(locks, "locked", lambda content, passphrase: b"locked")


@pytest.fixture(autouse=True)
def _given(operate: Operate) -> None:
    GIVEN.write_text(f"{PASSPHRASE}\n", "utf-8")


def test_key_file_is_locked_in_age_s_own_format_and_its_key_opens_what_is_sealed_to_it_P3(operate: Operate) -> None:
    words = done(operate(*NEW))
    public = words.split("working.pub: ")[1].strip()
    content = KEY.read_bytes()
    assert content.startswith(b"age-encryption.org/v1\n-> scrypt ")
    assert b"AGE-SECRET-KEY" not in content
    assert "AGE-SECRET-KEY" not in words
    opened = unlocked(KEY, content, PASSPHRASE).decode().splitlines()
    assert opened[0] == f"# public key: {public}"
    sealed = seal({"wish": "Time."}, [public])
    assert pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(opened[1])]).strip() == b'{"wish": "Time."}'


def test_public_key_stands_beside_it_and_is_what_publish_takes(operate: Operate, quick: None) -> None:
    said = done(operate(*NEW))
    public = PUBLIC.read_text("ascii")
    assert said.endswith(f"working.pub: {public}")
    assert {path.stat().st_mode & 0o777 for path in (KEY, PUBLIC)} == {0o600}
    other = identities()[0][0]
    done(operate("publish", a_file(), "--recipient", str(PUBLIC), "--recipient", other))
    done(operate("key", "test", "a-survey", "--to", "messages"))
    assert len(list(Path("messages").iterdir())) == 2


@pytest.mark.parametrize("content", ["AGE-SECRET-KEY-1QQQ\n", "", "age1a\nage1b\n", "\udcff", "Zarzuela"])
def test_file_without_a_public_key_is_no_recipient_and_is_not_quoted(operate: Operate, content: str) -> None:
    PUBLIC.write_bytes(content.encode("utf-8", "surrogateescape"))
    said = refused(operate("publish", a_file(), "--recipient", str(PUBLIC)))
    assert said.startswith("working.pub has no public key. Give the file that `")
    assert "no file that can be read" in refused(operate("publish", a_file(), "--recipient", "missing.pub"))
    assert "AGE-SECRET" not in said
    assert "Zarzuela" not in said


@pytest.mark.parametrize("there", [KEY, PUBLIC])
def test_key_is_never_overwritten_and_that_is_said_before_a_passphrase_is_asked_for(
    operate: Operate, there: Path
) -> None:
    there.write_text("mine")
    GIVEN.unlink()
    assert refused(operate(*NEW)) == f"{there} exists. A key file is never overwritten; choose another name."
    there.unlink()
    there.symlink_to("aside")
    assert "never overwritten" in refused(operate(*NEW))
    assert not Path("aside").exists()
    assert "Call the private key other.key" in refused(operate("key", "new", "other.pub"))


@pytest.mark.parametrize("passphrase", ["", "\n", "x" * 19, "x" * 20, "qwertyuiopasdfghjkl;"])
def test_weak_passphrase_is_refused_in_one_line_and_leaves_nothing(operate: Operate, passphrase: str) -> None:
    GIVEN.write_text(passphrase)
    assert "passphrase" in refused(operate(*NEW))
    assert list(Path().iterdir()) == [GIVEN]


def test_passphrase_is_no_argument_and_no_variable(operate: Operate, monkeypatch: pytest.MonkeyPatch) -> None:
    """Arguments are seen by everybody on the machine, and variables by every program that is started from there on."""
    monkeypatch.setenv("PARAPLY_PASSPHRASE", PASSPHRASE)
    assert operate("key", "new", str(KEY), "--passphrase", PASSPHRASE).exit_code == 2
    assert operate("key", "new", str(KEY)).exit_code == 1, "it asks"
    assert not KEY.exists()


def test_passphrase_is_typed_twice_and_shown_nowhere(operate: Operate, quick: None) -> None:
    typed = CliRunner().invoke(manage, ("key", "new", str(KEY)), input=f"{PASSPHRASE}\n{PASSPHRASE}\n")
    assert typed.exit_code == 0, typed.output
    assert PASSPHRASE not in typed.output
    assert KEY.exists()


def test_passphrase_comes_by_standard_input_too(operate: Operate, quick: None) -> None:
    piped = CliRunner().invoke(manage, ("key", "new", str(KEY), "--passphrase-file", "-"), input=f"{PASSPHRASE}\r\n")
    assert piped.exit_code == 0, piped.output
    assert passphrase_from(GIVEN, "") == PASSPHRASE


@pytest.mark.slow  # a process without a terminal
def test_where_nobody_can_type_one_line_says_what_to_do(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), "key", "new", "working.key"]
    alone = subprocess.run(
        command,
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        start_new_session=True,
        check=False,
    )
    assert (alone.returncode, alone.stdout) == (1, "")
    assert alone.stderr.strip() == "Nobody typed a passphrase. Where nobody can: --passphrase-file FILE"
    assert not (tmp_path / "working.key").exists()


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left on device")])
def test_key_that_was_cut_short_is_not_there(
    operate: Operate, quick: None, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def failing(descriptor: int) -> None:
        raise error

    monkeypatch.setattr(os, "fsync", failing)
    result = operate(*NEW)
    assert result.exit_code == 1
    assert len(result.stderr.strip().splitlines()) == 1
    assert list(Path().iterdir()) == [GIVEN]


# --- test messages ----------------------------------------------------------------------------------------------------

TEST = ("key", "test", "a-survey", "--to", "messages")


@pytest.fixture
def published(operate: Operate) -> None:
    done(operate("publish", a_file(), *RECIPIENTS))


def codes_in_messages() -> list[str]:
    files = sorted(Path("messages").iterdir())
    return [unseal(file.read_bytes(), public).split()[0] for file, (public, _) in zip(files, identities(), strict=True)]


def test_messages_are_made_again_after_a_yes_and_the_old_codes_are_over(operate: Operate, published: None) -> None:
    done(operate(*TEST))
    assert {path.stat().st_mode & 0o777 for path in Path("messages").iterdir()} == {0o600}
    first = codes_in_messages()
    assert operate(*TEST).exit_code == 1, "nobody said yes"
    assert codes_in_messages() == first
    done(operate("key", "confirm", "a-survey", first[0]))
    assert CliRunner().invoke(manage, TEST, input="y\n").exit_code == 1, "a pipe is nobody"
    asked = CliRunner().invoke(manage, TEST, input=at_a_terminal("y\n"))
    assert asked.exit_code == 0, asked.output
    assert "messages has test-1.age. Replace them?" in asked.stderr
    code = unseal(Path("messages/test-1.age").read_bytes(), identities()[1][0]).split()[0]
    assert "not the code" in refused(operate("key", "confirm", "a-survey", first[1]))
    assert "All keys work" in done(operate("key", "confirm", "a-survey", code))
    assert "All keys are proven" in done(operate(*TEST))


def test_passphrase_of_a_terminal_that_writes_no_utf_8_is_named_and_not_shown(operate: Operate) -> None:
    result = CliRunner().invoke(manage, NEW[:3], input=io.BytesIO("sju ord på en rad\n".encode("latin-1")))
    assert (result.exit_code, "This terminal does not write UTF-8." in result.stderr) == (1, True)
    assert "sju ord" not in f"{result.output}{result.exc_info}"
    assert not KEY.exists()


class _Refusing(SurveyStore):
    def save(self, survey: Survey) -> Survey:
        raise Conflict


def test_code_is_known_only_once_its_message_is_on_the_disk(
    operate: Operate, published: None, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        assert "No space left" in refused(operate(*TEST))
    assert require_survey(services, "a-survey").key_proofs == ()
    assert not Path("messages").exists()
    with in_use(replace(services, surveys=_Refusing(services.surveys._database))):
        refused(operate(*TEST))
    services_module.use(services)
    assert "not the code" in refused(operate("key", "confirm", "a-survey", codes_in_messages()[0]))
    done(operate(*TEST, "--confirm", "messages"))
    done(operate("key", "confirm", "a-survey", codes_in_messages()[0]))
