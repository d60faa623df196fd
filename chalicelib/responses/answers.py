"""What one respondent answered, by variable of the codebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto


@dataclass(frozen=True)
class Answers:
    """Validated answers. A variable that was skipped is absent.

    ``codes``: variable id to the codes chosen, one of them where the variable takes one. ``texts``: variable id to
    what was written, never empty.
    """

    codes: Mapping[str, tuple[str, ...]]
    texts: Mapping[str, str]


@dataclass(frozen=True)
class Response:
    """One response as it is stored: no time, no counter, no order (P1).

    ``answers``: packed closed answers; ``mark``: keyed hash of what is counted; ``sealed``: an age file with the
    texts, or ``text``: the same as JSON where the survey says that text is stored plainly.
    """

    survey: str
    rid: str
    version: int
    answers: bytes
    mark: bytes
    sealed: bytes | None = None
    text: str | None = None
    rehearsal: bool = False


class Invited(Enum):
    """What became of a response that came with an invitation."""

    STORED = auto()
    THERE_ALREADY = auto()
    CODE_UNKNOWN = auto()


@dataclass(frozen=True)
class PendingResponse:
    """What the count may see of a response: never its text."""

    partition: str
    rid: str
    version: int
    answers: bytes
    mark: bytes


@dataclass(frozen=True)
class StoredRecord:
    """A response as the operator's export and the audit read it."""

    rid: str
    version: int | None
    answers: bytes | None
    sealed: bytes | None
    text: str | None
    batch: int | None
    pending: bool
    withdrawn: bool
