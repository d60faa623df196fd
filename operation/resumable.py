"""A private file whose making takes long: after a kill the next run goes on, and it has its name once it is whole."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import RawIOBase
from pathlib import Path

from operation.errors import OperatorError
from operation.files import naming, require_new, unfinished


@contextmanager
def resumable_file(path: Path, mark: str, refusal: str) -> Iterator[RawIOBase]:
    """A new file for its owner alone, to read and to write, which has its name once the block has ended.

    Where the block is left by an error, or killed, what was written stays beside, hidden: the next run with the same
    ``mark``, letters and digits, is given it again. One that is empty goes. One run at a time: raises
    :class:`OperatorError` where another has it, and with ``refusal`` where anything is called ``path``.
    """
    require_new(path, refusal)
    place = unfinished(path).with_name(f"{unfinished(path).name}-{mark}")
    with naming(path), _opened(place) as stream:
        _lock(stream, place, path)
        # Who had the lock may have been done while it was waited for.
        require_new(path, refusal)
        try:
            yield stream
            require_new(path, refusal)
        except BaseException:
            if os.fstat(stream.fileno()).st_size == 0:
                place.unlink()
            raise
        # Never by a link: with two names for a moment, a killed run would leave what looks unfinished and is in use.
        place.rename(path)
        sync_folder(path.parent)


def kept(stream: RawIOBase, content: bytes, folder: Path) -> None:
    """Have ``content``, and nothing else, in ``stream`` and on the disk, whose ``folder`` knows it, or nothing."""
    left = memoryview(content)
    try:
        stream.seek(0)
        stream.truncate()
        while left:
            # What is almost full takes a part without a word, and refuses the next.
            left = left[stream.write(left) or 0 :]
        os.fsync(stream.fileno())
        sync_folder(folder)
    except BaseException:
        os.ftruncate(stream.fileno(), 0)
        raise


def sync_folder(folder: Path) -> None:
    """Have the names in ``folder`` on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _opened(place: Path) -> RawIOBase:
    stream = os.fdopen(os.open(place, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600), "r+b", buffering=0)
    found = os.fstat(stream.fileno())
    # Others who may write to the folder could have put there what they read, or a second name of another file.
    if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1 or found.st_uid not in (0, os.geteuid()):
        stream.close()
        raise OperatorError(f"{place} is no file of yours alone. Delete it, and run the same command again.")
    return stream


def _lock(stream: RawIOBase, place: Path, path: Path) -> None:
    """Keep other runs out until this one ends, however it ends."""
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        is_there = os.path.samestat(os.fstat(stream.fileno()), place.lstat())
    except (BlockingIOError, FileNotFoundError):
        is_there = False
    if not is_there:
        raise OperatorError(f"Another run is writing {path} just now. Wait until it has ended.")
