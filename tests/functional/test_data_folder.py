"""The folder of `make run ENGINE=dynamodb-local`: of one run at a time, for its owner alone, filled whole or anew."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from operation.errors import OperatorError
from operation.local import data_folder
from operation.local.data_folder import DATABASE, held

PORT = 8000
LIVES = "print(flush=True); input()"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "paraply"


@contextmanager
def an_orphan(folder: Path, says: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that has outlived the run that started it, with the lock it was given and ``says`` in its command."""
    with held(folder, PORT) as data:
        command = [sys.executable, "-c", LIVES, says]
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, pass_fds=[data.engine_lock])
        data.note_engine(process.pid)
    with process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


def refusal(folder: Path) -> str:
    """What the next start is told."""
    with pytest.raises(OperatorError) as refused, held(folder, PORT + 1000, patience=0):
        pass
    assert "another port" not in str(refused.value).lower()
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_second_run_on_the_same_data_is_told_where_the_first_is(folder: Path) -> None:
    with held(folder, PORT):
        told = refusal(folder)
    assert f"http://127.0.0.1:{PORT}, process {os.getpid()}" in told
    assert f"kill {os.getpid()}" in told
    with held(folder, PORT):
        pass


def test_run_that_has_not_said_where_it_is_yet_is_told_of_all_the_same(folder: Path) -> None:
    with held(folder, PORT):
        (folder / "server.lock").write_bytes(b"")
        assert "is being started" in refusal(folder)


def test_engine_that_outlived_its_run_is_ended_by_the_next(folder: Path) -> None:
    with an_orphan(folder, says=str(folder)) as orphan, held(folder, PORT, patience=0) as data:
        assert data.ended == orphan.pid
        assert orphan.wait(timeout=600) < 0


def test_engine_that_ends_by_itself_is_waited_for(folder: Path) -> None:
    with an_orphan(folder, says=str(folder)) as orphan:
        orphan.communicate(b"\n")
        with held(folder, PORT, patience=600) as data:
            assert (data.ended, orphan.returncode) == (None, 0)


def test_engine_that_ends_while_it_is_looked_for_is_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with an_orphan(folder, says=str(folder)) as orphan:

        def ends(process: int) -> str:
            orphan.communicate(b"\n")
            return ""

        monkeypatch.setattr(data_folder, "_command", ends)
        with held(folder, PORT, patience=0) as data:
            assert data.ended is None


@pytest.mark.parametrize("note", [None, b"", b"what is this"])
def test_process_that_is_not_known_to_be_the_engine_is_never_ended(folder: Path, note: bytes | None) -> None:
    with an_orphan(folder, says="something else" if note is None else str(folder)) as stranger:
        if note is not None:
            (folder / "engine.lock").write_bytes(note)
        assert "End it first" in refusal(folder)
        assert stranger.poll() is None


def test_number_of_a_process_that_is_gone_ends_nobody(folder: Path) -> None:
    with held(folder, PORT) as data:
        data.note_engine(os.getpid())
    with held(folder, PORT, patience=0) as data:
        assert data.ended is None


def test_folder_and_all_that_is_made_in_it_is_for_its_owner_alone(folder: Path) -> None:
    folder.mkdir(mode=0o755, parents=True)
    with held(folder, PORT) as data, data.filling():
        modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
        assert (stat.S_IMODE(folder.stat().st_mode), modes) == (0o700, {0o600})


def a_start_cut_short(folder: Path) -> None:
    with held(folder, PORT) as data, data.filling():
        (folder / DATABASE).touch()
        (folder / f"{DATABASE}-journal").touch()
        data.keys.mkdir()
        (data.keys / "working.key").touch()
        raise KeyboardInterrupt


def test_first_start_that_was_cut_short_leaves_nothing_to_the_next(folder: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        a_start_cut_short(folder)
    assert (folder / "keys").exists()
    with held(folder, PORT) as data, data.filling():
        assert sorted(path.name for path in folder.iterdir()) == ["engine.lock", "server.lock", "unfinished"]


def test_start_that_was_cut_short_before_its_demo_leaves_nothing_to_the_next(folder: Path) -> None:
    with held(folder, PORT):
        (folder / DATABASE).touch()
    with held(folder, PORT):
        assert not (folder / DATABASE).exists()


def test_what_was_filled_whole_is_kept(folder: Path) -> None:
    with held(folder, PORT) as data, data.filling():
        (folder / DATABASE).write_text("tables")
        data.keys.mkdir()
        (data.keys / "working.key").write_text("a key")
    for _ in range(2):
        with held(folder, PORT) as data:
            kept = (folder / DATABASE).read_text(), (data.keys / "working.key").read_text()
        assert kept == ("tables", "a key")


def test_data_of_a_version_without_marks_is_kept(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / DATABASE).write_text("tables")
    (folder / "records").mkdir()
    with held(folder, PORT):
        assert (folder / DATABASE).read_text() == "tables"


def test_keys_without_tables_are_kept_and_told_of(folder: Path) -> None:
    (folder / "keys").mkdir(parents=True)
    (folder / "keys" / "working.key").write_text("a key")
    for _ in range(2):
        assert f"{folder / 'keys'} has keys, but the data that they belong to is gone" in refusal(folder)
    assert (folder / "keys" / "working.key").read_text() == "a key"


def test_keys_beside_tables_without_surveys_are_kept_and_told_of(folder: Path) -> None:
    (folder / "keys").mkdir(parents=True)
    (folder / DATABASE).touch()
    with held(folder, PORT) as data, pytest.raises(OperatorError, match="has keys, but"), data.filling():
        pass
    with held(folder, PORT):
        assert (folder / "keys").exists()


def test_strange_folder_is_refused_by_the_name_of_what_is_in_it_and_left_as_it_is(folder: Path) -> None:
    folder.mkdir(mode=0o755, parents=True)
    (folder / "thesis.odt").touch()
    told = refusal(folder)
    assert f"{folder} has no data yet" in told
    assert "thesis.odt" in told
    assert "has keys" not in told
    assert [path.name for path in folder.iterdir()] == ["thesis.odt"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755
