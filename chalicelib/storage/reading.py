"""What is read from a table becomes a record, or an error of ours that names the item and never what it holds."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from chalicelib.errors import UnreadableRecord
from chalicelib.storage.tables import RESPONSES, Table

#: What reading an item of another shape raises; pydantic's and json's errors are kinds of ValueError.
_OF_ANOTHER_SHAPE = (ValueError, LookupError, TypeError, AttributeError, RecursionError, zlib.error)


@contextmanager
def reading(table: Table, survey: str, item: str) -> Iterator[None]:
    """Whatever cannot be read within raises :class:`UnreadableRecord`; ``item`` says which of the survey's it is."""
    try:
        yield
    except _OF_ANOTHER_SHAPE as error:
        raise UnreadableRecord(survey, item, table.name, is_recoverable=table.recovery) from error


@contextmanager
def reading_answers(survey: str, place: str = "") -> Iterator[None]:
    """The same for the packed answers of responses, in the partition ``place`` where it is known.

    A response is called by its partition: its own id, which a receipt leads to, is told nowhere.
    """
    with reading(RESPONSES, survey, f"a response in {place}" if place else "a response"):
        yield
