"""A file whose making takes long is on the disk before anything relies on it, and one run at a time has it."""

from __future__ import annotations

import fcntl
import io
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from operation.errors import OperatorError
from operation.files import unfinished
from operation.resumable import kept, resumable_file


class _AlmostFull(io.FileIO):
    """Takes a part without a word, as a disk does that is almost full."""

    def write(self, content: object, /) -> int:
        return super().write(bytes(memoryview(content))[:3])  # type: ignore[arg-type]


def test_what_is_taken_in_parts_is_whole_in_the_end(tmp_path: Path) -> None:
    path = tmp_path / "codes"
    with _AlmostFull(path, "w+") as stream:
        kept(stream, b"whole content", tmp_path)
    assert path.read_bytes() == b"whole content"


def test_content_is_on_the_disk_before_the_block_goes_on_and_its_name_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, synced = tmp_path / "codes", list[tuple[bool, bool]]()
    monkeypatch.setattr(
        os, "fsync", lambda descriptor: synced.append((stat.S_ISDIR(os.fstat(descriptor).st_mode), path.exists()))
    )
    with resumable_file(path, "mark", "No.") as stream:
        kept(stream, b"whole", tmp_path)
        assert synced == [(False, False), (True, False)]
    assert synced[2:] == [(True, True)]


def test_one_run_at_a_time_has_it(tmp_path: Path) -> None:
    path = tmp_path / "codes"
    with resumable_file(path, "mark", "No.") as stream:
        with pytest.raises(OperatorError, match="Another run is writing"), resumable_file(path, "mark", "No."):
            pass
        kept(stream, b"whole", tmp_path)
    assert path.read_bytes() == b"whole"


def _finished(path: Path, place: Path) -> None:
    place.rename(path)


def _begun_anew(path: Path, place: Path) -> None:
    place.rename(path)
    path.rename(path.with_name("elsewhere"))
    place.touch()


def _finished_before(path: Path, place: Path) -> None:
    path.write_bytes(b"theirs")


@pytest.mark.parametrize(
    ("meanwhile", "told"), [(_finished, "Another run"), (_begun_anew, "Another run"), (_finished_before, "exists. No.")]
)
def test_what_another_run_ends_before_the_lock_is_had_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[Path, Path], None], told: str
) -> None:
    path, lock = tmp_path / "codes", fcntl.flock

    def overtaken(stream: io.RawIOBase, how: int) -> None:
        meanwhile(path, unfinished(path).with_name(f"{unfinished(path).name}-mark"))
        lock(stream, how)

    monkeypatch.setattr(fcntl, "flock", overtaken)
    with pytest.raises(OperatorError, match=told), resumable_file(path, "mark", "No."):
        raise AssertionError("nothing is begun")
