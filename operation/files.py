"""Files that are whole or not there, most for their owner alone: whatever a command writes for an operator."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from operation.errors import OperatorError

#: What is being written beside its place, hidden: nothing of that name is ever taken for whole.
_UNFINISHED = ".{}.unfinished"
_ANEW = "Have the folder made anew."
#: For its owner alone.
_PRIVATE = 0o600


def unfinished(path: Path) -> Path:
    """Where ``path`` is written until it is whole. What a run that was killed has left there, the next one replaces."""
    return path.with_name(_UNFINISHED.format(path.name))


def stored_file(path: Path) -> BinaryIO:
    """A file that a command wrote before, to be read. Whoever had the folder meanwhile may have put anything there.

    Raises :class:`OperatorError` for what is no file: a link leads elsewhere, a pipe keeps us waiting, and a device
    need not end. Raises OSError where it cannot be read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_NOFOLLOW)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise OperatorError(f"{path} is a link, and was a file. {_ANEW}") from error
        raise
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    raise OperatorError(f"{path} is no file any more. {_ANEW}")


def require_new(path: Path, refusal: str) -> None:
    """Raise :class:`OperatorError` with ``refusal`` where anything is called ``path``, be it a link to nothing."""
    if os.path.lexists(path):
        raise OperatorError(f"{path} exists. {refusal}")


def private_file(path: Path, refusal: str) -> AbstractContextManager[BinaryIO]:
    """As :func:`new_file`, one that only its owner may read."""
    return new_file(path, refusal, mode=_PRIVATE)


@contextmanager
def new_file(path: Path, refusal: str, *, mode: int = 0o666) -> Iterator[BinaryIO]:
    """A new file, on the disk and under its name once the block has ended. ``mode``: less what the system takes off.

    Where the block is left by an error, an interrupt included, nothing is there. Raises :class:`OperatorError` with
    ``refusal`` before the block where there is one already, and OSError that names ``path`` where it cannot be written.
    """
    require_new(path, refusal)
    with _whole_file(path, lambda place: _take_its_name(place, path, refusal), mode) as stream:
        yield stream


@contextmanager
def made_again(path: Path) -> Iterator[BinaryIO]:
    """As :func:`private_file`, in the place of a file or link that is called so: of what can be made at any time.

    Where the block is left by an error, what was there is there still.
    """
    with _whole_file(path, lambda place: place.replace(path)) as stream:
        yield stream


@contextmanager
def _whole_file(path: Path, give_its_name: Callable[[Path], object], mode: int = _PRIVATE) -> Iterator[BinaryIO]:
    place = unfinished(path)
    _require_left(place, path)
    with naming(path), _removed_unless_moved(place, place.unlink):
        place.unlink(missing_ok=True)
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode), "wb") as stream:
            _lock(stream.fileno())
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        give_its_name(place)


@contextmanager
def private_folder(path: Path, refusal: str) -> Iterator[Path]:
    """A new folder that only its owner may look into, under its name once the block has ended; else nothing is there.

    An empty folder of that name is taken. Yields where to write meanwhile. Raises as :func:`private_file` does.
    """
    if os.path.lexists(path) and (path.is_symlink() or not path.is_dir() or any(path.iterdir())):
        raise OperatorError(f"{path} exists. {refusal}")
    with naming(path), _unfinished_folder(path) as place:
        yield place
        place.rename(path)


@contextmanager
def folder_made_again(path: Path) -> Iterator[Path]:
    """As :func:`private_folder`, and where there is such a folder already, its files of the same names are replaced.

    Others stay. Each file is whole at any moment, the old one or the new. Raises :class:`OperatorError` for a link.
    """
    if path.is_symlink() or not path.is_dir():
        with private_folder(path, "It is no folder; name another place.") as place:
            yield place
        return
    with naming(path), _unfinished_folder(path) as place:
        yield place
        for file in sorted(place.iterdir()):
            file.replace(path / file.name)
        place.rmdir()


def private_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write ``contents``, by name, as new files of the new ``folder``, for their owner alone."""
    for name, content in contents.items():
        with private_file(folder / name, "Choose another name.") as stream:
            stream.write(content)


@contextmanager
def _unfinished_folder(path: Path) -> Iterator[Path]:
    """The new folder in which ``path`` is made, kept from other runs."""
    place = unfinished(path)
    _require_left(place, path)
    with _removed_unless_moved(place, lambda: shutil.rmtree(place)):
        _remove_left_over(place)
        path.parent.mkdir(parents=True, exist_ok=True)
        place.mkdir(mode=0o700)
        descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
        try:
            _lock(descriptor)
            yield place
        finally:
            os.close(descriptor)


def _lock(descriptor: int) -> None:
    """Keep other runs out until this one ends, however it ends; some disks of other machines know no locks."""
    with suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _require_left(place: Path, path: Path) -> None:
    """Raise :class:`OperatorError` where another run is at work in ``place``, rather than having left it."""
    try:
        descriptor = os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    except OSError:
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise OperatorError(f"Another run is writing {path} just now. Wait until it has ended.") from error
    except OSError:
        return
    finally:
        os.close(descriptor)


@contextmanager
def _removed_unless_moved(place: Path, remove: Callable[[], None]) -> Iterator[None]:
    try:
        yield
    except BaseException:
        with suppress(OSError):
            remove()
        raise


def _remove_left_over(place: Path) -> None:
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


def _take_its_name(place: Path, path: Path, refusal: str) -> None:
    """By a link, which never replaces what came meanwhile; where a disk knows none (USB sticks), by a new name."""
    try:
        path.hardlink_to(place)
    except FileExistsError as error:
        raise OperatorError(f"{path} exists. {refusal}") from error
    except OSError:
        require_new(path, refusal)
        place.rename(path)
    else:
        place.unlink()


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """An OSError of what is written, a full disk above all, names ``path``, which the operator knows."""
    try:
        yield
    except OSError as error:
        if error.filename is None or str(error.filename).startswith(str(unfinished(path))):
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise
