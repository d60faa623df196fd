"""Whatever is written for an operator is whole or not there, and its owner's alone from the first byte."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from operation.errors import OperatorError
from operation.files import (
    folder_made_again,
    made_again,
    private_file,
    private_files,
    private_folder,
    unfinished,
)


def write(path: Path, content: bytes = b"whole") -> None:
    with private_file(path, "Choose another name.") as stream:
        stream.write(content)


def rights(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_file_is_its_owners_alone_while_it_is_written_and_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "codes.txt"
    with private_file(path, "") as stream:
        assert not path.exists()
        assert rights(unfinished(path)) == 0o600
        stream.write(b"whole")
    assert (path.read_bytes(), rights(path)) == (b"whole", 0o600)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(errno.ENOSPC, "No space left on device")])
def test_what_was_cut_short_leaves_nothing(tmp_path: Path, error: BaseException | type[BaseException]) -> None:
    def cut_short() -> None:
        with private_file(tmp_path / "file", "") as stream:
            stream.write(b"half")
            raise error

    def cut_short_too() -> None:
        with private_folder(tmp_path / "folder", "") as place:
            (place / "file").write_bytes(b"half")
            raise error

    for cut in (cut_short, cut_short_too):
        with pytest.raises((KeyboardInterrupt, OSError)):
            cut()
    assert list(tmp_path.iterdir()) == []


def test_content_is_on_the_disk_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a computer that loses its power leaves an empty file that is called as a whole one."""
    path, synced = tmp_path / "codes.txt", list[tuple[int, bool]]()
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append((os.fstat(descriptor).st_size, path.exists())))
    write(path)
    assert synced == [(len(b"whole"), False)]


def test_full_disk_names_the_file_that_the_operator_knows(tmp_path: Path) -> None:
    for make in (private_file, private_folder):
        with pytest.raises(OSError, match="No space left") as raised, make(tmp_path / "codes.txt", ""):
            raise OSError(errno.ENOSPC, "No space left on device")
        assert raised.value.filename == str(tmp_path / "codes.txt")


def test_what_a_killed_run_left_is_replaced(tmp_path: Path) -> None:
    path, folder = tmp_path / "codes.txt", tmp_path / "records"
    unfinished(path).write_bytes(b"half")
    unfinished(folder).mkdir()
    (unfinished(folder) / "old").write_bytes(b"half")
    write(path)
    with private_folder(folder, "") as place:
        (place / "new").write_bytes(b"whole")
    assert path.read_bytes() == b"whole"
    assert [each.name for each in folder.iterdir()] == ["new"]
    assert rights(folder) == 0o700
    assert sorted(tmp_path.iterdir()) == [path, folder]


def test_link_where_a_folder_is_written_goes_and_what_it_leads_to_stays(tmp_path: Path) -> None:
    mine, folder = tmp_path / "mine", tmp_path / "records"
    mine.mkdir()
    (mine / "notes").write_bytes(b"mine")
    unfinished(folder).symlink_to(mine)
    with private_folder(folder, ""):
        pass
    assert (mine / "notes").read_bytes() == b"mine"
    assert (folder.is_symlink(), rights(folder)) == (False, 0o700)


def test_nothing_is_overwritten_and_no_link_is_followed(tmp_path: Path) -> None:
    there, link, aside = tmp_path / "there", tmp_path / "link", tmp_path / "aside"
    there.write_bytes(b"before")
    link.symlink_to(aside)
    for path in (there, link):
        for make in (private_file, private_folder):
            with (
                pytest.raises(OperatorError, match=r"exists\. Choose another name\."),
                make(path, "Choose another name."),
            ):
                raise AssertionError("it is told before anything is done")
    unfinished(tmp_path / "new").symlink_to(aside)
    write(tmp_path / "new")
    assert there.read_bytes() == b"before"
    assert not aside.exists()


def test_what_came_meanwhile_stays(tmp_path: Path) -> None:
    path = tmp_path / "codes.txt"

    def overtaken() -> None:
        with private_file(path, "") as stream:
            stream.write(b"ours")
            path.write_bytes(b"theirs")

    with pytest.raises(OperatorError, match="exists"):
        overtaken()
    assert path.read_bytes() == b"theirs"
    assert list(tmp_path.iterdir()) == [path]


def test_disk_without_links_takes_files_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    def overtaken() -> None:
        with private_file(tmp_path / "codes.txt", "") as stream:
            stream.write(b"ours")
            (tmp_path / "codes.txt").write_bytes(b"theirs")

    monkeypatch.setattr(os, "link", refuse)
    with pytest.raises(OperatorError, match="exists"):
        overtaken()
    assert (tmp_path / "codes.txt").read_bytes() == b"theirs"
    write(tmp_path / "keys.txt")
    assert (tmp_path / "keys.txt").read_bytes() == b"whole"


def test_what_somebody_puts_where_a_file_is_written_is_not_followed_or_filled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder that others may write to they know the name, and have the moment after it was freed."""
    aside, freed = tmp_path / "aside", Path.unlink
    for put in (lambda place: place.symlink_to(aside), lambda place: place.touch(0o666)):
        monkeypatch.setattr(Path, "unlink", lambda place, missing_ok=False, put=put: put(place))
        with pytest.raises(FileExistsError):
            write(tmp_path / "codes.txt")
        monkeypatch.setattr(Path, "unlink", freed)
        assert not aside.exists()
        assert not (tmp_path / "codes.txt").exists()
        unfinished(tmp_path / "codes.txt").unlink()


def test_empty_folder_is_taken_and_a_full_one_is_not(tmp_path: Path) -> None:
    folder = tmp_path / "records"
    folder.mkdir()
    with private_folder(folder, "") as place:
        (place / "file").write_bytes(b"")
    with pytest.raises(OperatorError, match="exists"), private_folder(folder, "Name a new folder."):
        pass
    assert (folder / "file").exists()


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(errno.ENOSPC, "No space left on device")])
def test_what_can_be_made_again_is_the_old_one_until_the_new_one_is_whole(
    tmp_path: Path, error: BaseException | type[BaseException]
) -> None:
    path = tmp_path / "template.json"
    path.write_bytes(b"old")

    def cut_short() -> None:
        with made_again(path) as stream:
            stream.write(b"half")
            raise error

    with pytest.raises((KeyboardInterrupt, OSError)):
        cut_short()
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"old", [path])
    with made_again(path) as stream:
        stream.write(b"new")
    assert (path.read_bytes(), rights(path), list(tmp_path.iterdir())) == (b"new", 0o600, [path])


def test_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    aside, link = tmp_path / "aside", tmp_path / "link"
    aside.write_bytes(b"mine")
    link.symlink_to(aside)
    with made_again(link) as stream:
        stream.write(b"new")
    assert (aside.read_bytes(), link.read_bytes(), link.is_symlink()) == (b"mine", b"new", False)


def test_folder_that_is_made_again_keeps_what_is_not(tmp_path: Path) -> None:
    folder = tmp_path / "posters"
    for content in (b"old", b"new"):
        with folder_made_again(folder) as place:
            assert rights(place) == 0o700
            private_files(place, {"qr.svg": content})
        (folder / "notes").write_bytes(b"mine")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {"qr.svg": b"new", "notes": b"mine"}
    assert list(tmp_path.iterdir()) == [folder]
    assert rights(folder / "qr.svg") == 0o600

    def cut_short() -> None:
        with folder_made_again(folder) as place:
            private_files(place, {"qr.svg": b"newer"})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cut_short()
    assert (folder / "qr.svg").read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [folder]


def test_folder_that_is_a_link_or_a_file_is_not_made_again(tmp_path: Path) -> None:
    there, link = tmp_path / "there", tmp_path / "link"
    there.mkdir()
    link.symlink_to(there)
    (tmp_path / "file").write_bytes(b"mine")
    for path in (link, tmp_path / "file"):
        with pytest.raises(OperatorError, match="no folder"), folder_made_again(path):
            pass
    assert list(there.iterdir()) == []
