"""What is fetched is whole or not there, whoever else fetches it."""

from __future__ import annotations

from pathlib import Path

import pytest

from operation.fetched import fetched


class CutShort(Exception):
    """A fetch that did not come to its end."""


def file_in(folder: Path, text: str) -> None:
    folder.mkdir()
    (folder / "file").write_text(text, "utf-8")


def test_what_is_there_is_not_fetched_again(tmp_path: Path) -> None:
    folder = fetched(tmp_path / "cache" / "libraries", lambda place: file_in(place, "first"))
    assert fetched(folder, lambda place: file_in(place, "second")) == folder
    assert (folder / "file").read_text("utf-8") == "first"


def test_of_two_at_once_the_first_to_end_is_kept(tmp_path: Path) -> None:
    def fetch(place: Path) -> None:
        fetched(tmp_path / "libraries", lambda other: file_in(other, "first"))
        file_in(place, "second")

    folder = fetched(tmp_path / "libraries", fetch)
    assert (folder / "file").read_text("utf-8") == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["libraries"]


def test_what_was_cut_short_is_not_there(tmp_path: Path) -> None:
    def fail(place: Path) -> None:
        file_in(place, "half")
        raise CutShort

    with pytest.raises(CutShort):
        fetched(tmp_path / "libraries", fail)
    assert list(tmp_path.iterdir()) == []
