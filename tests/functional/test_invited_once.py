"""An `invite` that is cut short is gone on with: whatever was done, each code is good once, and counted once (P10)."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from chalicelib.errors import StoreUnavailable
from chalicelib.responses.receipt import invitation_hash
from chalicelib.services import Services
from chalicelib.storage.access import AccessStore
from operation.errors import OperatorError
from operation.invitations import invite_into
from operation.lifecycle import require_survey
from operation.local.moto_engine import served_on
from tests.builders import Browser, a_question, an_open_survey
from tests.functional.commands import Operate, done, refused
from tests.functional.killing import killing
from tests.served import free_port

SCALE = a_question("scale")
FILE = Path("codes.txt")
INVITE = ("invite", "a-survey", "--count", "3", "--to", str(FILE))
#: More steps than `invite` takes.
MOST_STEPS = 60


@pytest.fixture(autouse=True)
def _in_empty_folder(operate: Operate) -> None:
    """All of these write where ``operate`` does."""


@pytest.fixture
def survey(services: Services) -> str:
    return an_open_survey(services, SCALE, access="invitation").id


def hash_of(services: Services, code: str, survey: str = "a-survey") -> str:
    key = services.access.receipt_key(survey)
    assert key is not None
    return invitation_hash(key, code.replace(" ", ""))


def good(services: Services, survey: str = "a-survey") -> set[str]:
    """The hashes of all codes that somebody may answer with."""
    return {key.rpartition("#")[2] for key in services.access.invitations(survey)}


def written(services: Services, survey: str = "a-survey", file: Path = FILE) -> set[str]:
    """The hashes of the codes in ``file``."""
    return {hash_of(services, code, survey) for code in file.read_text("utf-8").splitlines()}


def invited(services: Services, survey: str = "a-survey") -> int:
    return require_survey(services, survey).invited


def hidden() -> list[Path]:
    return [path for path in Path().iterdir() if "unfinished" in path.name]


class _Failing(AccessStore):
    """The database fails from the second code on."""

    def add_invitation(self, survey: str, code_hash: str) -> None:
        if self.has_been_called:
            raise StoreUnavailable
        self.has_been_called = True
        super().add_invitation(survey, code_hash)

    has_been_called = False


def cut_short(services: Services) -> list[str]:
    """A run that ended after the first of three codes; what it has left."""
    failing = replace(services, access=_Failing(services.access._database))
    with pytest.raises(StoreUnavailable):
        list(invite_into(FILE, failing, "a-survey", 3))
    (left,) = hidden()
    return left.read_text("utf-8").splitlines()


@pytest.mark.slow  # as many processes as `invite` has steps
def test_run_that_is_killed_at_any_step_is_finished_by_the_same_command_P10(services: Services) -> None:
    port = free_port()
    with served_on(port), killing(Path(), **surroundings(services, port)) as kill:
        for steps in range(MOST_STEPS):
            survey, file = f"survey-{steps}", Path(f"codes-{steps}.txt")
            an_open_survey(services, SCALE, survey=survey, access="invitation")
            was_killed = kill(steps, "invite", survey, "--count", "3", "--to", str(file))
            before = good(services, survey)
            assert not before or file.exists() or len(hidden()) == 1, "no code is good that is not on the disk"
            if not file.exists():
                list(invite_into(file, services, survey, 3))
            assert good(services, survey) == written(services, survey, file)
            assert (len(good(services, survey)), invited(services, survey), hidden()) == (3, 3, [])
            assert before in (set(), good(services, survey)) or before.isdisjoint(good(services, survey))
            if not was_killed:
                break
    assert not was_killed, "it takes more steps than are tried"
    assert steps > 10


def surroundings(services: Services, port: int) -> dict[str, str]:
    """What a command needs to work on the tables of this test, which ``port`` serves."""
    return {
        "AWS_ENDPOINT_URL_DYNAMODB": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "PARAPLY_TABLE_PREFIX": services.access._database._prefix,
    }


def test_code_that_was_used_is_never_good_again_P10(services: Services, browser: Browser, survey: str) -> None:
    used, *others = cut_short(services)
    assert browser.send_json({"mood": 3}, invitation=used).status_code == 201, "taken out of the hidden file"
    assert list(invite_into(FILE, services, survey, 2)) == [1, 2]
    assert good(services) == written(services), "fewer than before: nothing of the others is left in the file"
    assert not good(services) & {hash_of(services, code) for code in (used, *others)}
    assert invited(services) == 2


def test_codes_that_are_all_good_are_given_their_name_and_counted_no_second_time(
    services: Services, survey: str
) -> None:
    running = invite_into(FILE, services, survey, 3)
    assert [next(running) for _ in range(3)] == [1, 2, 3]
    del running  # before the file had its name
    (left,) = hidden()
    codes = left.read_text("utf-8")
    assert list(invite_into(FILE, services, survey, 50)) == [3], "how many there are, whatever is asked for now"
    assert (FILE.read_text("utf-8"), invited(services), hidden()) == (codes, 3, [])


def test_nothing_is_good_before_all_codes_are_on_the_disk(
    services: Services, survey: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left") as raised:
        list(invite_into(FILE, services, survey, 3))
    assert raised.value.filename == str(FILE)
    assert (good(services), invited(services), list(Path().iterdir())) == (set(), 0, [])


def test_half_a_file_of_a_run_that_was_killed_is_begun_anew(services: Services, survey: str) -> None:
    cut_short(services)
    (place,) = hidden()
    services.access.delete_invitations(survey)
    place.write_text("0123 4567 89AB CDEF\n0123 4", "utf-8")
    list(invite_into(FILE, services, survey, 2))
    assert good(services) == written(services)
    assert len(good(services)) == 2
    assert "0123 4567 89AB CDEF" not in FILE.read_text("utf-8")


def test_what_another_surveys_run_left_is_not_taken_for_this_ones(services: Services, survey: str) -> None:
    an_open_survey(services, SCALE, survey="b-survey", access="invitation")
    left = cut_short(services)
    list(invite_into(FILE, services, "b-survey", 1))
    assert good(services, "b-survey") == written(services, "b-survey")
    assert good(services) == {hash_of(services, left[0])}
    FILE.rename("b-codes.txt")
    list(invite_into(FILE, services, survey, 3))
    assert good(services) == written(services)


def test_two_runs_do_not_write_one_file(services: Services, survey: str) -> None:
    cut_short(services)
    (place,) = hidden()
    with place.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(OperatorError, match="Another run is writing"):
            list(invite_into(FILE, services, survey, 3))
    list(invite_into(FILE, services, survey, 3))
    assert good(services) == written(services)


def test_file_that_came_meanwhile_stays_and_so_do_the_codes(services: Services, survey: str) -> None:
    running = invite_into(FILE, services, survey, 2)
    next(running)
    FILE.write_text("mine")
    next(running)
    with pytest.raises(OperatorError, match="never overwritten"):
        next(running)
    assert FILE.read_text() == "mine"
    FILE.unlink()
    assert list(invite_into(FILE, services, survey, 2)) == [2]
    assert good(services) == written(services)


def test_link_is_not_followed(services: Services, survey: str) -> None:
    cut_short(services)
    (place,) = hidden()
    aside = Path("aside")
    place.rename(aside)
    before = aside.read_bytes()
    place.symlink_to(aside)
    with pytest.raises(OSError, match="symbolic link"):
        list(invite_into(FILE, services, survey, 3))
    assert aside.read_bytes() == before


def _second_name(place: Path) -> None:
    Path("aside").hardlink_to(place)


def _pipe(place: Path) -> None:
    place.unlink()
    os.mkfifo(place)


def _of_somebody_else(place: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    os.chown(place, 65_534, 65_534)


@pytest.mark.parametrize("put", [_second_name, _pipe, _of_somebody_else])
def test_no_code_is_written_into_what_others_may_read_P10(
    services: Services, survey: str, put: Callable[[Path], None]
) -> None:
    """Who may write to the folder has seen what the file is called by the first run."""
    codes = cut_short(services)
    (place,) = hidden()
    put(place)
    with pytest.raises(OperatorError, match="no file of yours alone"):
        list(invite_into(FILE, services, survey, 3))
    assert good(services) == {hash_of(services, codes[0])}
    place.unlink()
    list(invite_into(FILE, services, survey, 3))
    assert written(services) < good(services)


def test_interrupt_is_told_in_one_line_with_what_to_do(
    services: Services, survey: str, operate: Operate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> Iterator[int]:
        raise KeyboardInterrupt
        yield

    with monkeypatch.context() as patched:
        patched.setattr("operation.invitations.invite_into", interrupted)
        result = operate(*INVITE)
        assert result.exit_code == 1
        assert result.stderr == "Interrupted: codes.txt is not there yet. Run the same command again.\n"
    assert "3 codes in codes.txt" in done(operate(*INVITE))
    assert "never overwritten" in refused(operate(*INVITE))
